"""Measuring the sheets of OpenDocument files and of binary workbooks (.xlsb)."""

import struct
from collections.abc import Iterable, Iterator
from xml.parsers import expat

from salescli.tabular.archive import damaged
from salescli.tabular.extent import Extent, parse_xml

# ODF names, as the parser writes them: namespace, space, name.
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
# Records of a binary workbook ([MS-XLSB]).
ROW_HEADER, TEXT_CELL, LAST_CELL, TEXT_ITEM = 0, 7, 11, 19


def measure_open_document(chunks: Iterable[bytes], extent: Extent, part: str) -> None:
    """Count the cells of all sheets in ODF's XML into ``extent``, as often as each is repeated."""
    parser = expat.ParserCreate(namespace_separator=" ")
    table, row_tag = f"{ODF}table:1.0 table", f"{ODF}table:1.0 table-row"
    cell_tags = (f"{ODF}table:1.0 table-cell", f"{ODF}table:1.0 covered-table-cell")
    rows_repeated, columns_repeated = f"{ODF}table:1.0 number-rows-repeated", f"{ODF}table:1.0 number-columns-repeated"
    value_type, paragraph = f"{ODF}office:1.0 value-type", f"{ODF}text:1.0 p"
    row = row_times = column = times = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, row_times, column, times
        if name in cell_tags:
            times = int(attributes.get(columns_repeated, 1))
            column += times
            if value_type in attributes:
                extent.fill(row, column, times * row_times)
        elif name == row_tag:
            row_times = int(attributes.get(rows_repeated, 1))
            row, column = row + row_times, 0
        elif name == table:
            row = 0
        elif name == paragraph and column:
            extent.fill(row, column, times * row_times)

    parser.StartElementHandler = start
    parse_xml(chunks, parser, extent.file, part)
    extent.check()


def binary_text_lengths(data: bytes, file: str, part: str) -> list[int]:
    """The lengths of the shared texts of a binary workbook, in bytes."""
    try:
        return [size for kind, _begin, size in _records(data) if kind == TEXT_ITEM]
    except IndexError as error:
        raise damaged(file, part) from error


def measure_binary_sheet(data: bytes, extent: Extent, lengths: list[int], part: str) -> None:
    """Count the cells of a sheet of a binary workbook into ``extent``."""
    row = 0
    try:
        for kind, begin, _size in _records(data):
            if kind == ROW_HEADER:
                row = struct.unpack_from("<I", data, begin)[0] + 1
            elif 1 < kind <= LAST_CELL:
                column = struct.unpack_from("<I", data, begin)[0]
                extent.fill(row, column + 1)
                if kind == TEXT_CELL:
                    extent.text += lengths[struct.unpack_from("<I", data, begin + 8)[0]]
    except (struct.error, IndexError) as error:
        raise damaged(extent.file, part) from error
    extent.check()


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, begin and size of each record: both numbers are stored seven bits a byte."""
    at = 0
    while at < len(data):
        kind, at = _seven_bits(data, at, 2)
        size, at = _seven_bits(data, at, 4)
        yield kind, at, size
        at += size


def _seven_bits(data: bytes, at: int, most: int) -> tuple[int, int]:
    number = 0
    for place in range(most):
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            break
    return number, at

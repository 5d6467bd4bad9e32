"""Measuring the sheets of OpenDocument files and of binary workbooks (.xlsb)."""

import struct
from collections.abc import Iterable, Iterator
from xml.parsers import expat

from salescli.tabular.archive import damaged
from salescli.tabular.extent import Extent, parse_xml
from salescli.tabular.table import Limits

# ODF names, as the parser writes them: namespace, space, name.
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, ROW_TAG, PARAGRAPH = f"{ODF}table:1.0 table", f"{ODF}table:1.0 table-row", f"{ODF}text:1.0 p"
CELL_TAGS = (f"{ODF}table:1.0 table-cell", f"{ODF}table:1.0 covered-table-cell")
TABLE_NAME, VISIBILITY = f"{ODF}table:1.0 name", f"{ODF}table:1.0 visibility"
ROWS_REPEATED, COLUMNS_REPEATED = f"{ODF}table:1.0 number-rows-repeated", f"{ODF}table:1.0 number-columns-repeated"
VALUE_TYPE = f"{ODF}office:1.0 value-type"
EXTENDED_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
# Records of a binary workbook ([MS-XLSB]).
ROW_HEADER, TEXT_CELL, LAST_CELL, TEXT_ITEM = 0, 7, 11, 19


def measure_open_document(chunks: Iterable[bytes], file: str, limits: Limits, part: str) -> dict[str, Extent]:
    """Count the cells of each sheet in ODF's XML, as often as each is repeated; the extents by the sheets' names."""
    scan = _DocumentScan(file, limits)
    parse_xml(chunks, scan.parser, file, part)
    for extent in scan.sheets.values():
        extent.check()
    return scan.sheets


class _DocumentScan:
    """Handlers for the XML of an OpenDocument."""

    def __init__(self, file: str, limits: Limits) -> None:
        self.file, self.limits = file, limits
        self.sheets: dict[str, Extent] = {}
        self.extent = Extent(file, limits)
        self.row = self.row_times = self.column = self.times = 0
        self.hidden = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in CELL_TAGS:
            self.times = int(attributes.get(COLUMNS_REPEATED, 1))
            self.column += self.times
            if VALUE_TYPE in attributes:
                self.fill()
                self.extent.errors += attributes.get(EXTENDED_TYPE) == "error"
        elif name == ROW_TAG:
            self.row_times = int(attributes.get(ROWS_REPEATED, 1))
            self.row, self.column = self.row + self.row_times, 0
            self.hidden = attributes.get(VISIBILITY) in ("collapse", "filter")
        elif name == TABLE:
            self.row = 0
            self.extent = self.sheets[attributes.get(TABLE_NAME, "")] = Extent(self.file, self.limits)
        elif name == PARAGRAPH and self.column:
            self.fill()

    def fill(self) -> None:
        self.extent.fill(self.row, self.column, self.times * self.row_times)
        if self.hidden:
            self.extent.hidden_rows.update(range(self.row - self.row_times + 1, self.row + 1))


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

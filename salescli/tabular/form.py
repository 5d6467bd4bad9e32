"""Forms: workbooks of ours in which somebody filled in a few cells, read by the names of those cells.

Read like any table, measured first: a library that builds the whole book in memory takes gigabytes for one merged
cell or link over all of a sheet.
"""

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime, time
from pathlib import Path
from xml.parsers import expat

from salescli.tabular.archive import Archive, not_a_workbook
from salescli.tabular.extent import parse_xml
from salescli.tabular.guard import ZIP_MARKS, read_bytes
from salescli.tabular.layout import Grid
from salescli.tabular.table import DEFAULT_LIMITS, Limits, Value
from salescli.tabular.workbook import WORKBOOK, open_sheets
from salescli.tabular.worksheet import column_number

PROPERTIES = "docprops/core.xml"
# 'Goal sheet'!$B$3, of merged cells the first: 'Goal sheet'!$B$3:$D$3
_PLACE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?[A-Za-z]+\$?[0-9]+)?")
_Place = tuple[str, int, int]  # sheet, row from 1, column from 1


def read_form(path: Path, names: Collection[str], limits: Limits = DEFAULT_LIMITS) -> tuple[str, dict[str, Value]]:
    """The keywords in the properties of a workbook, and its cells of these names; those it lacks are left out.

    Days come as moments at 00:00. Raises NotFound for a missing file, Refused for what is no workbook, is damaged
    or beyond the limits.
    """
    data = read_bytes(path, limits)
    if not data.startswith(ZIP_MARKS):
        raise not_a_workbook(path.name)
    archive = Archive(path.name, data, limits)
    if WORKBOOK not in archive.entries:
        raise not_a_workbook(path.name)
    keywords = "".join(_texts_of(archive, PROPERTIES, "keywords").values()) if PROPERTIES in archive.entries else ""
    told = _texts_of(archive, WORKBOOK, "definedName") if names else {}
    places = {name: place for name, text in told.items() if name in names and (place := _place(text))}
    if not places:
        return keywords, {}
    sheet_named = open_sheets(path.name, data, limits, archive)
    found: dict[_Place, Value] = {}
    for sheet in {sheet for sheet, _row, _column in places.values()}:
        grid = sheet_named(sheet)
        if grid is not None:
            found.update(_cells_of(grid, sheet, {place for place in places.values() if place[0] == sheet}))
    return keywords, {name: found.get(place) for name, place in places.items()}


def _place(text: str) -> _Place | None:
    found = _PLACE.fullmatch(text.strip())
    if found is None:
        return None
    quoted, plain, letters, row = found.groups()
    return quoted.replace("''", "'") if quoted else plain, int(row), column_number(letters)


def _cells_of(grid: Grid, sheet: str, places: Collection[_Place]) -> Iterator[tuple[_Place, Value]]:
    columns_of: dict[int, list[int]] = {}
    for _sheet, row, column in places:
        columns_of.setdefault(row, []).append(column)
    for row, cells in grid.records():
        for column in columns_of.get(row, ()):
            at = column - 1 - (grid.left or 0)
            if 0 <= at < len(cells):
                yield (sheet, row, column), _moment(cells[at])


def _moment(cell: Value) -> Value:
    return datetime.combine(cell, time()) if type(cell) is date else cell


def _texts_of(archive: Archive, part: str, element: str) -> dict[str, str]:
    """The texts of the elements of that name in a part, by their attribute ``name``; the first of a name counts."""
    texts: dict[str, str] = {}
    collected: list[str] = []
    inside = ""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if tag.rpartition(":")[2] == element:
            inside = attributes.get("name", "")
            parser.CharacterDataHandler, parser.EndElementHandler = collected.append, end

    def end(_tag: str) -> None:
        texts.setdefault(inside, "".join(collected))
        collected.clear()
        parser.CharacterDataHandler = parser.EndElementHandler = None

    parser.StartElementHandler = begin
    parse_xml(archive.chunks(part), parser, archive.file, part)
    return texts

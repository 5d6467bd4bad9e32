"""The map of a template: which cells and tables of somebody's workbook take which fields."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from salescli.cell_values import Field
from salescli.errors import BadValue
from salescli.i18n import _, _n
from salescli.tabular.filling import Place, Sheet, Workbook, cell_name, place_of
from salescli.tabular.guard import read_bytes
from salescli.tabular.table import MIB, Limits

_MOST_ROWS = 1000
_LIMITS = Limits(csv_bytes=MIB, workbook_bytes=MIB)


# Fields by name; a list of them is a table's rows.
Fields = Mapping[str, Field | Sequence[Mapping[str, Field]]]


@dataclass(frozen=True)
class TableMap:
    """The rows of a list, from ``start`` on; an empty name in ``columns`` leaves a cell alone.

    The list may take ``rows`` rows, whatever stands in them; where the map doesn't say, those down to the first in
    which something stands.
    """

    field: str
    sheet: str | None
    start: str
    rows: int | None
    columns: tuple[str, ...]


@dataclass(frozen=True)
class TemplateMap:
    """What goes where: cells, ``Sheet!B2`` or a defined name, by field; tables; the sheet of what names none."""

    sheet: str | None
    cells: tuple[tuple[str, str], ...]
    tables: tuple[TableMap, ...]


def read_map(path: Path) -> TemplateMap:
    """Read a map in TOML: ``sheet``, ``[cells]`` field = "B2", ``[[tables]]`` field, start, rows, columns.

    Raises NotFound for a missing file, BadValue for what is no such map.
    """
    try:
        content = tomllib.loads(read_bytes(path, _LIMITS).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadValue(_("{file} is not in UTF-8.").format(file=path.name)) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadValue(
            _("{file} is no TOML: {problem}.").format(file=path.name, problem=error),
            hint=_('Write [cells] with lines like name = "B2", and [[tables]] with field, start, rows and columns.'),
        ) from error
    return TemplateMap(
        sheet=_text(path, content, "sheet"),
        cells=tuple(_flat(path, content.get("cells", {}))),
        tables=tuple(_table(path, one) for one in _tables(path, content)),
    )


def _tables(path: Path, content: dict[str, Any]) -> list[Any]:
    tables = content.get("tables", [])
    if not isinstance(tables, list):
        raise _wrong(path, "tables")
    return tables


def _text(path: Path, content: dict[str, Any], key: str) -> str | None:
    value = content.get(key)
    if value is not None and not isinstance(value, str):
        raise _wrong(path, key)
    return value


def _flat(path: Path, cells: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Fields with their cells; ``visits.done = "B2"`` is a table within a table to TOML."""
    if not isinstance(cells, dict):
        raise _wrong(path, before or "cells")
    for key, value in cells.items():
        name = f"{before}.{key}" if before else key
        if isinstance(value, str):
            yield name, value
        else:
            yield from _flat(path, value, name)


def _table(path: Path, one: Any) -> TableMap:
    if not isinstance(one, dict):
        raise _wrong(path, "tables")
    field, start = _text(path, one, "field"), _text(path, one, "start")
    rows, columns = one.get("rows"), one.get("columns")
    if field is None or start is None:
        raise _wrong(path, "tables")
    if rows is not None and (type(rows) is not int or not 0 < rows <= _MOST_ROWS):
        raise _wrong(path, f"tables: {field}: rows")
    if not isinstance(columns, list) or not columns or not all(isinstance(column, str) for column in columns):
        raise _wrong(path, f"tables: {field}: columns")
    return TableMap(field, _text(path, one, "sheet"), start, rows, tuple(columns))


def _wrong(path: Path, key: str) -> BadValue:
    return BadValue(
        _("{file}: “{key}” is not what a map takes.").format(file=path.name, key=key),
        hint=_('Write [cells] with lines like name = "B2", and [[tables]] with field, start, rows and columns.'),
    )


def fill(book: Workbook, wanted: TemplateMap, fields: Fields) -> list[str]:
    """Put ``fields`` where the map wants them; gives back a sentence for everything that could not be filled.

    The cells of a table that has fewer rows than the map gives it are emptied. Raises BadValue for a sheet there
    isn't.
    """
    pages: dict[str, Sheet] = {}
    left: list[str] = []

    def page(name: str | None) -> Sheet:
        title = name or wanted.sheet or next(iter(book.sheets))
        if title not in book.sheets:
            raise BadValue(
                _("{file} has no sheet “{sheet}”.").format(file=book.name, sheet=title),
                hint=_("It has: {sheets}.").format(sheets=_(", ").join(book.sheets)),
            )
        return pages.setdefault(title, book.sheet(title))

    for name, target in wanted.cells:
        sheet, place = _target(book, target)
        found = fields.get(name)
        if not isinstance(found, Field):
            left.append(_no_field(target, name, fields))
        elif place is None:
            left.append(_("{field}: “{cell}” is no cell and no name.").format(field=name, cell=target))
        else:
            left += _put(page(sheet), place, found, target)
    for table in wanted.tables:
        left += _fill_table(book, page, table, fields)
    for one in pages.values():
        one.save()
    return left


def _target(book: Workbook, target: str) -> tuple[str | None, Place | None]:
    """Sheet and place of ``B2``, ``Sheet!B2`` or a defined name."""
    ref = book.names.get(target, target)
    sheet, mark, cell = ref.rpartition("!")
    return (sheet.strip("'").replace("''", "'") if mark else None), place_of(cell.split(":")[0])


def _put(sheet: Sheet, place: Place, field: Field, cell: str) -> list[str]:
    place = sheet.anchor(place)
    if sheet.has_formula(place):
        return [_("{cell} holds a formula, which was kept.").format(cell=cell)]
    if sheet.is_filled(place):
        return [_("{cell}: another field stands there already, in the same or a merged cell.").format(cell=cell)]
    sheet.put(place, field.value, field.kind)
    return []


def _fill_table(book: Workbook, page: Any, table: TableMap, fields: Fields) -> list[str]:
    rows = fields.get(table.field)
    name, start = _target(book, table.start)
    if rows is None or isinstance(rows, Field):
        return [_("{cell}: there is no table “{field}”.").format(cell=table.start, field=table.field)]
    if start is None:
        return [_("{field}: “{cell}” is no cell and no name.").format(field=table.field, cell=table.start)]
    sheet: Sheet = page(name or table.sheet)
    columns = _columns(sheet, start, table.columns)
    left = _no_columns(table, rows)
    room = _room(sheet, start, columns) if table.rows is None else table.rows
    hidden: list[str] = []
    for number in range(room if table.rows else min(room, len(rows))):
        row = rows[number] if number < len(rows) else {}
        for column, across in columns:
            place, field = (start[0] + number, across), row.get(column, Field(None))
            if sheet.anchor(place) != place:
                hidden += [cell_name(place)] if field.value not in (None, "") else []
            elif not sheet.has_formula(place):
                sheet.put(place, field.value, field.kind)
    if hidden:
        cells = _(", ").join(hidden)
        left.append(_("{field}: {cells} are merged into other cells.").format(field=table.field, cells=cells))
    more = len(rows) - room
    if more > 0:
        told = _n("{field}: {count} row found no room.", "{field}: {count} rows found no room.", more)
        left.append(told.format(field=table.field, count=more))
    return left


def _no_field(cell: str, name: str, fields: Fields) -> str:
    said = _("{cell}: there is no field “{field}”.").format(cell=cell, field=name)
    near = get_close_matches(name, [name for name, field in fields.items() if isinstance(field, Field)], n=3)
    return said + (" " + _("There is: {names}.").format(names=_(", ").join(near)) if near else "")


def _no_columns(table: TableMap, rows: Sequence[Mapping[str, Field]]) -> list[str]:
    known = dict.fromkeys(name for row in rows for name in row)
    return [
        _("{cell}: “{table}” has no column “{field}”; it has: {names}.").format(
            cell=table.start, table=table.field, field=column, names=_(", ").join(known)
        )
        for column in dict.fromkeys(table.columns)
        if column and rows and column not in known
    ]


def _room(sheet: Sheet, start: Place, columns: Sequence[tuple[str, int]]) -> int:
    """How many rows there are from ``start`` before one in which something stands in the table's cells."""
    for number in range(_MOST_ROWS):
        places = [(start[0] + number, across) for _name, across in columns]
        if any(sheet.holds(sheet.anchor(place)) and not sheet.has_formula(place) for place in places):
            return number
    return _MOST_ROWS


def _columns(sheet: Sheet, start: Place, names: Sequence[str]) -> list[tuple[str, int]]:
    """The columns of the sheet that the names fall on; cells merged away are passed over.

    An empty name on such a cell stands for it, for who counts them.
    """
    row, column = start
    found = []
    for name in names:
        while name and sheet.anchor((row, column)) != (row, column):
            column += 1
        if name:
            found.append((name, column))
        column += 1
    return found

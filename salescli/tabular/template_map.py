"""The map of a template: which cells and tables of somebody's workbook take which fields."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salescli.cell_values import Field
from salescli.errors import BadValue
from salescli.i18n import _, _n
from salescli.tabular.filling import Place, Sheet, Workbook, place_of
from salescli.tabular.guard import read_bytes
from salescli.tabular.table import DEFAULT_LIMITS

_MOST_ROWS = 1000


# Fields by name; a list of them is a table's rows.
Fields = Mapping[str, Field | Sequence[Mapping[str, Field]]]


@dataclass(frozen=True)
class TableMap:
    """The rows of a list, from ``start`` on, at most ``rows``; an empty name in ``columns`` leaves a cell alone."""

    field: str
    sheet: str | None
    start: str
    rows: int
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
        content = tomllib.loads(read_bytes(path, DEFAULT_LIMITS).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadValue(_("{file} is not in UTF-8.").format(file=path.name)) from error
    except tomllib.TOMLDecodeError as error:
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
    rows, columns = one.get("rows", _MOST_ROWS), one.get("columns")
    if field is None or start is None:
        raise _wrong(path, "tables")
    if not isinstance(rows, int) or isinstance(rows, bool) or not 0 < rows <= _MOST_ROWS:
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

    The cells of a table that has fewer rows than it may take are emptied. Raises BadValue for a sheet there isn't.
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
            left.append(_("{cell}: there is no field “{field}”.").format(cell=target, field=name))
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
    known = set().union(*rows) if rows else set()
    left = [
        _("{cell}: “{table}” has no column “{field}”.").format(cell=table.start, table=table.field, field=column)
        for column in dict.fromkeys(table.columns)
        if column and rows and column not in known
    ]
    for number in range(table.rows):
        row = rows[number] if number < len(rows) else {}
        for column, place in columns:
            if not sheet.has_formula((start[0] + number, place)):
                field = row.get(column, Field(None))
                sheet.put((start[0] + number, place), field.value, field.kind)
    more = len(rows) - table.rows
    if more > 0:
        told = _n("{field}: {count} row found no room.", "{field}: {count} rows found no room.", more)
        left.append(told.format(field=table.field, count=more))
    return left


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

"""Tables of the goal sheet: the columns that the terminal prints, put in their places on a sheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from salescli.i18n import _
from salescli.render.output import Column
from salescli.render.sheets.layout import Cell, Line, Value
from salescli.render.sheets.style import LOOK_OF_KIND

Row = TypeVar("Row")
ColumnsOf = Callable[[Row], Sequence[Column[Row]]]


@dataclass(frozen=True)
class Place:
    """Where the column ``key`` stands; without a ``look`` its kind decides. An empty key is a cell left empty.

    ``title`` takes the place of the column's own; the cells carry ``tag``.
    """

    key: str
    span: str
    look: str = ""
    title: str = ""
    tag: str = ""


def head_of(columns: Sequence[Column[Any]], places: Sequence[Place]) -> Line:
    """The heading of a table; it stays with the first row."""
    titles = {column.key: column.title for column in columns}
    return Line(tuple(Cell(_(place.title or titles[place.key]), "head", place.span) for place in places), keep=True)


def rows_of(
    rows: Sequence[Row], columns_of: ColumnsOf[Row], places: Sequence[Place], head: Line | None = None
) -> list[Line]:
    """A line for each row; ``columns_of`` gives the columns of a row, because its measure may decide on kinds."""
    return [Line(cells_of(row, columns_of(row), places), head=head) for row in rows]


def cells_of(row: Row, columns: Sequence[Column[Row]], places: Sequence[Place]) -> tuple[Cell, ...]:
    """The cells of one row."""
    by_key = {column.key: column for column in columns}
    found = []
    for place in places:
        column = by_key.get(place.key)
        value = value_of(row, column) if column else None
        look = place.look or (LOOK_OF_KIND[column.kind] if column else "text")
        found.append(Cell(value, look, place.span, place.tag))
    return tuple(found)


def value_of(row: Row, column: Column[Row]) -> Value:
    """What a cell holds: numbers, days and times as they are, money in yuan, tokens as words."""
    value = column.value(row)
    if value is None or isinstance(value, date | datetime | time):
        return value
    if column.kind in ("money", "level"):  # both are kept in hundredths
        return Decimal(value) / 100
    if isinstance(value, str) and column.word is not None:
        return column.word(value) or None
    return value or None if isinstance(value, str) else value

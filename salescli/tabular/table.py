"""What a table read from a file is: headers, numbered rows and notes, and the limits it was read within."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

Value = str | int | float | date | datetime | time | bool | None

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True)
class Limits:
    """What is refused beyond: sizes in bytes, counts of rows, columns and characters.

    ``expand_ratio`` holds for an entry of a zip container over ``ratio_from`` bytes. ``cells`` bounds both
    the filled cells of a sheet and the area they span, which is what the workbook reader takes memory for.
    """

    csv_bytes: int = 50 * MIB
    workbook_bytes: int = 20 * MIB
    expand_ratio: int = 100
    ratio_from: int = 100 * KIB
    expanded_bytes: int = 200 * MIB
    rows: int = 200_000
    columns: int = 500
    cells: int = 4_000_000
    cell_characters: int = 100_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header.

    ``number`` is the row as the user sees it in the file, from 1; in a text file the line where the record
    begins. ``values`` has one value a header. ``problem`` is empty, or a sentence saying why the row can't
    be taken: then ``values`` may be longer than the headers.
    """

    number: int
    values: tuple[Value, ...]
    problem: str = ""


class Rows:
    """The rows of a table, made anew at each iteration, so that a big file never stands in memory twice."""

    def __init__(self, count: int, again: Callable[[], Iterator[Row]]) -> None:
        self._count = count
        self._again = again

    def __iter__(self) -> Iterator[Row]:
        return self._again()

    def __len__(self) -> int:
        return self._count


@dataclass(frozen=True)
class Table:
    """Headers as written (``""`` for a column without one), the rows below them, and notes for the user."""

    path: Path
    headers: tuple[str, ...]
    rows: Rows
    notes: tuple[str, ...]


def as_text(value: Value) -> str:
    """A cell as a person would type it: 14101270340.0 is ``14101270340``, a day is ISO, nothing is ``""``."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second or value.microsecond else "minutes")
    return str(value)


def _number(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    plain = format(Decimal(repr(value)), "f")
    return plain.removesuffix(".0") if plain != "-0.0" else "0"

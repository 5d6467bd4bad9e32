"""What the sections of the first sheet are made of: its columns, titles, notes, and rows cut to a readable height."""

from collections.abc import Iterable

from salescli.render.sheets.frame import Frame, gap
from salescli.render.sheets.layout import Cell, Line, whole_lines

# The columns are those of the visits' table; the others join neighbours.
WIDTHS = {
    "A": 12.5, "B": 8, "C": 10, "D": 14, "E": 7, "F": 8.5, "G": 14, "H": 14, "I": 24, "J": 13, "K": 13, "L": 13,
    "M": 11.5, "N": 9.5,
}  # fmt: skip
ALL = "A:N"
MOST_LINES = 8  # of a text in the visits' table; the whole text stands in the daily detail


_FRAME = Frame(WIDTHS, middle="F")
bar, empty, note, short = _FRAME.bar, _FRAME.empty, _FRAME.note, _FRAME.short
__all__ = ["ALL", "MOST_LINES", "WIDTHS", "bar", "empty", "gap", "note", "short", "short_line", "whole"]


def short_line(cells: Iterable[Cell], rest: str, head: Line) -> Line:
    """A row whose texts are cut where they would make it too high; ``rest`` says that more follows."""
    return _FRAME.short_line(cells, rest, head, MOST_LINES)


def whole(cells: Iterable[Cell], head: Line) -> list[Line]:
    """A row with every word of its texts; long ones go on in rows below."""
    return whole_lines(cells, WIDTHS, head)

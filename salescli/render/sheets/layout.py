"""Lines of cells placed on a sheet: rows high enough for their wrapped text, pages that begin where they should.

A section gives lines; :func:`place` measures, breaks and writes them. Cells that later steps need (validations,
colours, charts, the score) carry a tag and are found by it in :class:`Placed`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from salescli.i18n import _
from salescli.render.sheets.style import PIXELS_A_DIGIT, line_height, looks_of
from salescli.safe_text import shown

MOST_CHARACTERS = 32_767
MOST_HEIGHT = 409.0
_PADDING = 4.0
_INDENT = 2.0  # digits that a text stands off the line on its left
_BOLD = 1.08  # how much wider bold letters are
_WIDEST = 1.75  # digits that no sign is wider than
# A4 within the margins, width and height in points.
_LANDSCAPE, _PORTRAIT = (784.0, 522.0), (537.0, 769.0)
_FORMULA_STARTS = ("=", "+", "-", "@")
# Words are kept whole, and no line begins with a closing sign or ends with an opening one.
_TOKENS = re.compile(r"[^\S\n]+|[（《「『【〈“‘]*(?:[!-~\u00a1-\u024f]+|.)[，。、；：！？）》」』】〉”’…]*")
# XML has no room for these two, whatever the escaping.
_NOT_XML = re.compile("[\ufffe\uffff]")
# What spreadsheets read as an escaped character; escaping its underline keeps it as typed.
_ESCAPE_LOOKALIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

Value = str | int | float | Decimal | date | datetime | time | None


@dataclass(frozen=True)
class Cell:
    """A value with its look over the columns ``span`` (``"A"`` or ``"C:D"``)."""

    value: Value
    look: str
    span: str
    tag: str = ""

    @property
    def columns(self) -> tuple[str, str]:
        """Its first and last column."""
        first, _colon, last = self.span.partition(":")
        return first, last or first


@dataclass(frozen=True)
class Line:
    """A row to be, its cells from left to right: at least ``height`` points, or just so many if ``exact``.

    ``keep`` holds it on one page with the line after it; ``head`` is repeated above it when a page begins with it.
    """

    cells: tuple[Cell, ...]
    height: float = 0
    exact: bool = False
    keep: bool = False
    head: "Line | None" = None


@dataclass
class Placed:
    """Where the tagged cells went: coordinates by tag, in order; and how many rows there are."""

    cells: dict[str, list[str]] = field(default_factory=dict)
    rows: int = 0

    def range_of(self, tag: str) -> str:
        """The range from the first to the last cell of a tag."""
        return f"{self.cells[tag][0]}:{self.cells[tag][-1]}"


def set_widths(sheet: Worksheet, widths: Mapping[str, float]) -> None:
    """Give the columns their widths, in digits."""
    for letter, width in widths.items():
        sheet.column_dimensions[letter].width = width


def place(
    sheet: Worksheet, lines: Iterable[Line], widths: Mapping[str, float], page: float, repeated: int = 0
) -> Placed:
    """Write lines below each other; a page holds ``page`` points, of which the first ``repeated`` rows recur."""
    placed = Placed()
    assert sheet.parent is not None
    looks = looks_of(sheet.parent)
    set_widths(sheet, widths)
    group: list[Line] = []
    used, recurring = 0.0, 0.0
    for line in lines:
        group.append(line)
        if line.keep:
            continue
        heights = [height_of(member, widths) for member in group]
        if used + sum(heights) > page and placed.rows > repeated:
            sheet.row_breaks.append(Break(id=placed.rows))
            used = recurring
            if not group[0].cells:  # blank lines part sections, not pages
                group, heights = group[1:], heights[1:]
            if head := group[0].head:
                group, heights = [head, *group], [height_of(head, widths), *heights]
        for member, height in zip(group, heights, strict=True):
            _write(sheet, member, height, looks, placed)
            used += height
            if placed.rows == repeated:
                recurring = used
        group = []
    return placed


def height_of(line: Line, widths: Mapping[str, float]) -> float:
    """Points that a line needs for the text of its cells, wrapped to their columns."""
    if line.exact or not line.cells:
        return line.height
    most = max(_lines_of(cell, widths) for cell in line.cells)
    return min(max(line.height, most * line_height() + _PADDING), MOST_HEIGHT)


def page_height(widths: Mapping[str, float], *, portrait: bool = False) -> float:
    """Points of rows that fit on an A4 page, landscape or portrait, when the columns are fitted to its width.

    A little less than the figure, because programs round differently: an early break is better than a late one.
    """
    wide = sum(widths.values()) * PIXELS_A_DIGIT * 0.75
    width, height = _PORTRAIT if portrait else _LANDSCAPE
    return 0.97 * height * max(1.0, wide / width)


def shortened(text: str, span: str, widths: Mapping[str, float], most: int, rest: str) -> str:
    """``text`` if it fits into ``most`` lines of its columns, else its beginning and then ``rest``."""
    columns = width_of(span, widths) - _INDENT
    longest = int(most * columns)  # no sign is narrower than a digit
    if len(text) <= longest and _wrapped_lines(text, columns) <= most:
        return text
    low, high = 0, min(len(text), longest)
    while low < high:
        middle = (low + high + 1) // 2
        if _wrapped_lines(text[:middle] + rest, columns) <= most:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + rest


_LINES_A_PIECE = 20  # so that two stand on a page


def pieces(text: str, span: str, widths: Mapping[str, float]) -> list[str]:
    """``text`` in pieces that a row has room for: rows are 409 points high at most, and no page cuts one."""
    found = []
    while text:
        piece = shortened(text, span, widths, _LINES_A_PIECE, "")[:MOST_CHARACTERS] or text[:1]
        found.append(piece)
        text = text[len(piece) :].lstrip()
    return found or [""]


def whole_lines(cells: Iterable[Cell], widths: Mapping[str, float], head: Line | None = None) -> list[Line]:
    """A row, and rows below it in which the texts go on that are longer than a row can be high."""
    columns = [_pieces_of(cell, widths) for cell in cells]
    return [
        Line(tuple(column[row] if row < len(column) else _going_on(column[0]) for column in columns), head=head)
        for row in range(max(len(column) for column in columns))
    ]


def _pieces_of(cell: Cell, widths: Mapping[str, float]) -> list[Cell]:
    if not isinstance(cell.value, str):
        return [cell]
    found = pieces(cell.value, cell.span, widths)
    return [cell] if found == [cell.value] else [replace(cell, value=piece) for piece in found]


def _going_on(cell: Cell) -> Cell:
    """What stands below a cell that has no more to say: nothing, and nothing to fill in."""
    return replace(cell, value=None, look="text" if cell.look.startswith("answer") else cell.look, tag="")


def cell_text(text: str) -> str:
    """``text`` as a cell can carry it: nothing that steers, nothing XML lacks, at most 32,767 characters."""
    harmless = _NOT_XML.sub(lambda sign: f"\\u{ord(sign.group()):04x}", shown(text))
    if len(harmless) > MOST_CHARACTERS:
        note = _(" … (cut: {count} characters)").format(count=f"{len(harmless):,}")
        harmless = harmless[: MOST_CHARACTERS - len(note)] + note
    return _ESCAPE_LOOKALIKE.sub("_x005F_", harmless)


def _write(sheet: Worksheet, line: Line, height: float, looks: Mapping[str, StyleArray], placed: Placed) -> None:
    placed.rows += 1
    row = placed.rows
    sheet.row_dimensions[row].height = height
    written: list[SheetCell | None] = []
    for cell in line.cells:
        first, last = map(column_index_from_string, cell.columns)
        written += [None] * (first - 1 - len(written))  # columns without a cell
        # Every cell has the look itself: openpyxl's own way copies borders for half the time of the workbook.
        covered = [SheetCell(sheet, row, column, None, looks[cell.look]) for column in range(first, last + 1)]
        _fill_in(covered[0], cell.value)
        written += covered
        if last != first:
            # Lines don't overlap: its own ``add`` compares with all merged areas there are, each time.
            area = CellRange(min_col=first, min_row=row, max_col=last, max_row=row)
            sheet.merged_cells.ranges.add(area)
        if cell.tag:
            placed.cells.setdefault(cell.tag, []).append(f"{cell.columns[0]}{row}")
    sheet.append(written)


def _fill_in(written: SheetCell, value: Value) -> None:
    if isinstance(value, str):
        text = cell_text(value)
        written.value = text
        written.data_type = "s"  # openpyxl takes a text that begins with "=" for a formula
        if text.startswith(_FORMULA_STARTS):
            written.quotePrefix = True  # and a spreadsheet would, when the cell is edited
    elif value is not None:
        written.value = value


# --- how wide a text is ---


def _lines_of(cell: Cell, widths: Mapping[str, float]) -> int:
    if not isinstance(cell.value, str) or cell.look in ("title", "section", "aside", "subhead"):
        return 1
    room = width_of(cell.span, widths)
    if cell.look == "text":
        room -= _INDENT
    return _wrapped_lines(cell.value, room / _BOLD if cell.look in ("head", "total") else room)


def width_of(span: str, widths: Mapping[str, float]) -> float:
    """Digits that fit into the columns of a span."""
    first, _colon, last = span.partition(":")
    letters = columns_between(first, last or first)
    return sum(widths[letter] for letter in letters) - 1.0


@cache
def columns_between(first: str, last: str) -> tuple[str, ...]:
    """The letters of the columns from ``first`` to ``last``."""
    numbers = range(column_index_from_string(first), column_index_from_string(last) + 1)
    return tuple(map(get_column_letter, numbers))


def _wrapped_lines(text: str, columns: float) -> int:
    return sum(_lines_of_paragraph(paragraph, columns) for paragraph in text.split("\n"))


def _lines_of_paragraph(text: str, columns: float) -> int:
    """Lines that a paragraph takes, words kept whole where they fit, as spreadsheets wrap."""
    if len(text) * _WIDEST <= columns or text_width(text) <= columns:  # as most are
        return 1
    lines, used = 1, 0.0
    for token in _TOKENS.findall(text):
        width = text_width(token)
        if used + width <= columns:
            used += width
        elif token.isspace():
            used = columns
        elif width <= columns:
            lines, used = lines + 1, width
        else:
            lines += int((used + width) // columns) if used else int(width // columns)
            used = width % columns
    return lines


def text_width(text: str) -> float:
    """Width of a text in digits of the measuring font."""
    return sum(map(_WIDTHS.__getitem__, text))


class _Widths(dict[str, float]):
    """Widths of signs in digits, each worked out when it is first met."""

    def __missing__(self, sign: str) -> float:
        wide = unicodedata.east_asian_width(sign) in ("W", "F", "A")
        self[sign] = width = _WIDEST if wide else 1.3 if sign.isupper() or sign in "mw@%&" else 1.0
        return width


_WIDTHS = _Widths()

"""Where the table lies in a grid of cells: header, columns, data rows, totals; the same for every format."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from salescli.errors import BadRows, Refused
from salescli.i18n import _, _n
from salescli.tabular.table import Limits, Row, Rows, Table, Value, as_text

# The header is looked for among this many rows.
HEAD = 20
# What a cell may hold and still be blank: white space, the zero-width kinds, the end mark of DOS files.
BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\u200b\u2060\ufeff\x1a"
FIGURES = r"[\d.,¥$元万户家个条笔单行項项]*"
TOTAL = re.compile(
    r"(本页|本頁|总|總)?(合计|总计|小计|共计|累计|合計|總計|小計|共計|累計)(金额|金額|数量|數量|人民币|人民幣)?"
    rf"[:(]?{FIGURES}\)?"
)
# A company may be called Total, so these words need a row of nothing but figures.
TOTAL_IN_ENGLISH = re.compile(rf"(grand|sub)?-?total:?{FIGURES}")
# Who made a report, and when, as it stands below the table.
SIGNED = re.compile(
    r"(制表|填表|审核|复核|审批|批准|编制|打印|导出|经办|负责|制單|制单|製表|審核|列印|匯出)(人|人员|时间|時間|日期|单位)?:.*"
)
NUMBER = re.compile(r"[-+]?[¥$]?[\d,]*\.?\d+%?")
LISTED = 5


@dataclass(frozen=True)
class Span:
    """Merged cells: ``column`` (from 0 in the grid), rows ``first`` to ``last`` (from 1, both in it)."""

    first: int
    last: int
    column: int


@dataclass(frozen=True)
class Grid:
    """Cells as a file has them.

    ``records`` gives every row's number and cells, blank rows or not, anew at each call; ``empty`` is what
    an empty cell holds. ``left`` is the sheet column (from 0) the first cell stands in. A text file has none:
    there a row longer than the header's has slipped, while in a sheet a cell right of the header is a remark.
    ``spans`` are merged cells over several rows, ordered by their first row.
    """

    file: str
    records: Callable[[], Iterator[tuple[int, Sequence[Value]]]]
    empty: Value
    limits: Limits
    left: int | None = None
    spans: Sequence[Span] = ()

    def filled(self) -> Iterator[tuple[int, Sequence[Value]]]:
        """The rows that aren't blank, with the text of merged cells repeated in each row they cover."""
        return _spread(self.records(), self.spans) if self.spans else _not_blank(self.records())

    def column_name(self, at: int) -> str:
        """The column ``at`` (from 0) as the user knows it: a letter in a sheet, a number in a text file."""
        return str(at + 1) if self.left is None else column_letters(self.left + at)


def column_letters(column: int) -> str:
    """The letters of a sheet column, from 0: A, B, … Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def has_content(cell: Value) -> bool:
    """Whether a cell holds something a person could see."""
    return bool(cell.strip(BLANKS)) if isinstance(cell, str) else cell is not None


def plain_name(cell: Value) -> str:
    """A header for comparing: NFKC, case folded, without spaces and the marks of required fields."""
    if not isinstance(cell, str):
        return ""
    folded = unicodedata.normalize("NFKC", cell).casefold()
    return "".join(folded.split()).strip("*:" + BLANKS)


def known_in(cells: Sequence[Value], known: Collection[str]) -> int:
    """How many different known headers stand among ``cells``."""
    return len({plain_name(cell) for cell in cells}.intersection(known)) if known else 0


def too_many_columns(file: str, limits: Limits) -> Refused:
    """The refusal of a table that is too wide."""
    return Refused(
        _("{file} has more than {most} columns, which is the limit.").format(file=file, most=limits.columns),
        hint=_("Take out the columns you don't need."),
    )


def too_many_rows(file: str, limits: Limits) -> Refused:
    """The refusal of a table that is too long."""
    return Refused(
        _("{file} has more than {most:,} rows, which is the limit.").format(file=file, most=limits.rows),
        hint=_("Split it into smaller files."),
    )


def lay_out(path: Path, grid: Grid, known: Collection[str], notes: Sequence[str]) -> Table:
    """The table in ``grid``; ``notes`` are followed by what was noticed here.

    Raises BadRows when there are no rows, Refused beyond the limits.
    """
    head = list(islice(grid.filled(), HEAD))
    if not head:
        raise BadRows(_("{file} holds no rows.").format(file=grid.file), hint=_check_the_file())
    header = _header(head, known, grid)
    survey = _survey(grid, header)
    width = max(len(header.names), *(at + 1 for at in survey.unnamed), 0)
    names = header.names + ("",) * (width - len(header.names))

    def rows() -> Iterator[Row]:
        return _rows(grid, header.last, frozenset((*survey.totals, *survey.signed)), width)

    return Table(path, names, Rows(survey.count, rows), (*notes, *_notes(grid, header, survey)))


@dataclass(frozen=True)
class _Header:
    """``last``: the header's (lowest) row; ``names`` up to the last one; ``cells``: how many the file has there."""

    last: int
    skipped: tuple[int, ...]
    names: tuple[str, ...]
    cells: int


@dataclass(frozen=True)
class _Survey:
    """What a first pass found: how many rows, which are totals or say who signed, which columns have no name."""

    count: int
    totals: tuple[int, ...]
    signed: tuple[int, ...]
    unnamed: tuple[int, ...]


def _not_blank(records: Iterator[tuple[int, Sequence[Value]]]) -> Iterator[tuple[int, Sequence[Value]]]:
    for number, cells in records:
        if any(map(has_content, cells)):
            yield number, cells


def _spread(
    records: Iterator[tuple[int, Sequence[Value]]], spans: Sequence[Span]
) -> Iterator[tuple[int, Sequence[Value]]]:
    coming = list(reversed(spans))
    standing: dict[int, tuple[int, str]] = {}
    for number, cells in records:
        standing = {column: merged for column, merged in standing.items() if merged[0] >= number}
        if any(map(has_content, cells)):
            yield number, _repeated(cells, standing) if standing else cells
        while coming and coming[-1].first <= number:
            span = coming.pop()
            text = cells[span.column] if span.first == number and span.column < len(cells) else None
            # A merged number is one amount for all its rows, so only texts are repeated.
            if isinstance(text, str):
                standing[span.column] = (span.last, text)


def _repeated(cells: Sequence[Value], standing: dict[int, tuple[int, str]]) -> Sequence[Value]:
    repeated = list(cells)
    for column, (_last, text) in standing.items():
        repeated[column] = text
    return repeated


def _header(head: list[tuple[int, Sequence[Value]]], known: Collection[str], grid: Grid) -> _Header:
    at = _header_index([cells for _number, cells in head], known)
    first = head[at][0]
    last = max([span.last for span in grid.spans if span.first <= first < span.last <= first + 3], default=first)
    levels = [cells for number, cells in head[at:] if number <= last]
    cells = max(map(len, levels))
    names = [_lowest_name(levels, column) for column in range(cells)]
    while names and not names[-1]:
        names.pop()
    if len(names) > grid.limits.columns:
        raise too_many_columns(grid.file, grid.limits)
    return _Header(last, tuple(number for number, _cells in head[:at]), tuple(names), cells)


def _header_index(head: list[Sequence[Value]], known: Collection[str]) -> int:
    matches = [known_in(cells, known) for cells in head]
    if max(matches):
        return matches.index(max(matches))
    return next((at for at, cells in enumerate(head) if sum(map(has_content, cells)) > 1), 0)


def _lowest_name(levels: list[Sequence[Value]], column: int) -> str:
    """The name in a header of one or several rows; line breaks and double spaces become one space."""
    for cells in reversed(levels):
        if column < len(cells) and has_content(cells[column]):
            return " ".join(as_text(cells[column]).strip(BLANKS).split())
    return ""


def _survey(grid: Grid, header: _Header) -> _Survey:
    count, totals, signed, unnamed = 0, list[int](), list[int](), set[int]()
    named = len(header.names)
    nameless = [at for at, name in enumerate(header.names) if not name]
    for number, cells in grid.filled():
        if number <= header.last:
            continue
        if _is_total(cells):
            totals.append(number)
            continue
        if _is_signature(cells):
            signed.append(number)
            continue
        count += 1
        if count > grid.limits.rows:
            raise too_many_rows(grid.file, grid.limits)
        if nameless or len(cells) > named:
            room = header.cells if grid.left is None else len(cells)
            columns = (*nameless, *range(named, min(room, len(cells))))
            unnamed.update(at for at in columns if at < len(cells) and has_content(cells[at]))
    if not count:
        raise BadRows(
            _("{file} has a header in row {row:,} but no rows below it.").format(file=grid.file, row=header.last),
            hint=_check_the_file(),
        )
    return _Survey(count, tuple(totals), tuple(signed), tuple(sorted(unnamed)))


def _is_total(cells: Sequence[Value]) -> bool:
    first = next(cell for cell in cells if has_content(cell))
    if not isinstance(first, str) or not ("计" in first or "計" in first or "otal" in first or "OTAL" in first):
        return False
    name = plain_name(first)
    if TOTAL.fullmatch(name):
        return True
    others = (cell for cell in cells if cell is not first and has_content(cell))
    return bool(TOTAL_IN_ENGLISH.fullmatch(name)) and all(
        bool(NUMBER.fullmatch(plain_name(cell))) if isinstance(cell, str) else isinstance(cell, int | float)
        for cell in others
    )


def _is_signature(cells: Sequence[Value]) -> bool:
    """A row of nothing but who made, checked or printed the report."""
    filled = [cell for cell in cells if has_content(cell)]
    first = filled[0]
    if not isinstance(first, str) or not (":" in first or "：" in first):
        return False
    return all(isinstance(cell, str) and SIGNED.fullmatch(_colon_kept(cell)) for cell in filled)


def _colon_kept(cell: str) -> str:
    return "".join(unicodedata.normalize("NFKC", cell).split())


def _rows(grid: Grid, header_row: int, left_out: frozenset[int], width: int) -> Iterator[Row]:
    most = grid.limits.cell_characters
    for number, cells in grid.filled():
        if number <= header_row or number in left_out:
            continue
        problem = ""
        if len(cells) < width:
            cells = [*cells, *[grid.empty] * (width - len(cells))]
        elif len(cells) > width:
            end = 1 + max(at for at, cell in enumerate(cells) if has_content(cell))
            cells = cells[: max(end, width)]
            if end > width:
                problem = _("It has {cells} cells under {headers} headers.").format(cells=end, headers=width)
        longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
        if longest > most:
            problem = _("A cell has {count:,} characters; the limit is {most:,}.").format(count=longest, most=most)
        yield Row(number, tuple(cells), problem)


def _notes(grid: Grid, header: _Header, survey: _Survey) -> Iterator[str]:
    if header.skipped:
        yield _("The header is in row {row:,}. Not read above it: {rows}.").format(
            row=header.last, rows=row_list(header.skipped)
        )
    columns: dict[str, list[int]] = {}
    for at, name in enumerate(header.names):
        columns.setdefault(plain_name(name), []).append(at)
    for name, places in columns.items():
        if name and len(places) > 1:
            yield _("The header “{name}” stands in several columns: {columns}.").format(
                name=header.names[places[0]], columns=_(", ").join(map(grid.column_name, places))
            )
    if survey.unnamed:
        yield _n(
            "Column {columns} has values but no header, so it isn't used.",
            "Columns {columns} have values but no header, so they aren't used.",
            len(survey.unnamed),
        ).format(columns=_(", ").join(map(grid.column_name, survey.unnamed)))
    if any(span.last > header.last for span in grid.spans):
        yield _("The text of merged cells counts for every row they cover.")
    if survey.totals:
        yield _n("Left out as a total: {rows}.", "Left out as totals: {rows}.", len(survey.totals)).format(
            rows=row_list(survey.totals)
        )
    if survey.signed:
        yield _n(
            "Left out as it only says who made the table: {rows}.",
            "Left out as they only say who made the table: {rows}.",
            len(survey.signed),
        ).format(rows=row_list(survey.signed))


def row_list(numbers: Sequence[int]) -> str:
    """``row 3``, ``rows 3, 7`` or the first few ``and 12 more``."""
    shown = _(", ").join(f"{number:,}" for number in numbers[:LISTED])
    if len(numbers) > LISTED:
        return _("rows {rows} and {count:,} more").format(rows=shown, count=len(numbers) - LISTED)
    return _n("row {rows}", "rows {rows}", len(numbers)).format(rows=shown)


def _check_the_file() -> str:
    return _("Check that this is the right file and that it was saved after the last change.")

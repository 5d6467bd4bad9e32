"""The goal sheet as a workbook: four sheets, their print set-up, what may be typed into them, their colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.chart import LineChart
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from salescli.i18n import _
from salescli.render.sheets import charts, pages
from salescli.render.sheets.layout import Cell, Line, Placed, page_height, place
from salescli.render.sheets.pages import PageSetup
from salescli.render.sheets.style import add_looks
from salescli.render.week_sheet import blocks, breakdown, daily, definitions, sections
from salescli.render.week_sheet.breakdown import day_tag
from salescli.render.week_sheet.mask import masked
from salescli.render.weeks import measure_title, shown_goal, week_words
from salescli.week_form import MATTER_ANSWER, MEASURE_SCORE, MOST_SCORE, NEXT_GOAL, Mark, mark

if TYPE_CHECKING:
    from salescli.services.reporting.weeks import Breakdown, WeekReport

# Names of the cells that come back from the manager, by their tags; they are the same in both languages.
_ANSWERS = ("comment", "score", "decision", "return_reason", "manager_signature", "own_signature")


@dataclass(frozen=True)
class _Page:
    """A sheet: its name, lines, columns, the rows that recur on every page and the cell above which it is frozen."""

    title: str
    lines: Sequence[Line]
    widths: Mapping[str, float]
    repeated: int
    frozen: str


def workbook(report: "WeekReport", *, mask: bool = False) -> bytes:
    """The goal sheet of ``report`` as the bytes of an .xlsx file: the same report gives the same bytes.

    With ``mask`` phone numbers and addresses are taken out of every text.
    """
    book = Workbook()
    add_looks(book)
    book.remove(book.worksheets[0])
    made = [_make(book.create_sheet(page.title), page, report, mask=mask) for page in _pages(report)]
    (goals, placed), _daily, (targets, days), _definitions = made
    _finish_goals(book, goals, placed, report)
    if "chart" in placed.cells:
        _draw_bars(goals, placed)
    _draw_curves(goals, placed, targets, days, report)
    if report.identity:  # whose sheet it is, and of which version, for when it comes back
        kept = Mark(report.period.label, report.version, report.identity, report.checksum)
        book.properties.keywords = mark(kept)
    title = _("Weekly goals {week}").format(week=report.period.label)
    return pages.content(book, title, report.profile.name, report.made_at)


def _pages(report: "WeekReport") -> list[_Page]:
    return [
        _Page(_("Weekly goals"), sections.sheet_lines(report), blocks.WIDTHS, sections.REPEATED, "A4"),
        _Page(_("Daily detail"), daily.sheet_lines(report), daily.WIDTHS, daily.REPEATED, "B3"),
        _Page(_("Target breakdown"), breakdown.sheet_lines(report), breakdown.WIDTHS, breakdown.REPEATED, "B2"),
        _Page(_("Definitions"), definitions.sheet_lines(report), definitions.WIDTHS, definitions.REPEATED, "B3"),
    ]


def _make(sheet: Worksheet, page: _Page, report: "WeekReport", *, mask: bool) -> tuple[Worksheet, Placed]:
    lines = [_masked(line) for line in page.lines] if mask else page.lines
    placed = place(sheet, lines, page.widths, page_height(page.widths), page.repeated)
    who = " ".join(filter(None, [report.profile.name, week_words(report.period)]))
    area = f"A1:{list(page.widths)[-1]}{placed.rows}"
    pages.set_up(sheet, PageSetup(area, (who, page.title), page.repeated, page.frozen))
    return sheet, placed


def _masked(line: Line) -> Line:
    return replace(line, cells=tuple(_masked_cell(cell) for cell in line.cells))


def _masked_cell(cell: Cell) -> Cell:
    return replace(cell, value=masked(cell.value)) if isinstance(cell.value, str) else cell


# --- the first sheet: what is typed into it, what is coloured, its chart ---


def _finish_goals(book: Workbook, sheet: Worksheet, placed: Placed, report: "WeekReport") -> None:
    found = placed.cells
    if "manager_total" in found:
        pages.total_by_manager(sheet, placed)
    pages.allow_points(sheet, [*found.get("manager_score", []), *found["score"]], MOST_SCORE)
    pages.allow_choice(sheet, found["decision"][0], (_("approved"), _("returned")))
    if report.time_rate is not None:
        pages.alarm(sheet, found.get("week_rate", []), "lessThan", f"{report.time_rate:.6f}")
    pages.alarm(sheet, found.get("ahead", []), "lessThan", "0")
    pages.alarm(sheet, found.get("overdue", []), "greaterThan", "0")
    for tag in _ANSWERS:
        pages.name_cell(book, sheet, f"sales_{tag}", found[tag][0])
    for goal, cell in zip(filter(shown_goal, report.goals), found.get("manager_score", []), strict=False):
        pages.name_cell(book, sheet, f"{MEASURE_SCORE}{goal.measure}", cell)
    for ahead, cell in zip(report.next.goals, found.get("next_target", []), strict=True):
        pages.name_cell(book, sheet, f"{NEXT_GOAL}{ahead.measure}", cell)
    for matter, cell in zip(report.matters, found.get("answer", []), strict=True):
        pages.name_cell(book, sheet, f"{MATTER_ANSWER}{matter.code}", cell)


def _draw_bars(sheet: Worksheet, placed: Placed) -> None:
    """The month's rates against the time gone, on the left below the month's table."""
    series = [(_("Month's rate"), placed.range_of("month_rate")), (_("Time gone"), placed.range_of("time_rate"))]
    chart = charts.bars(sheet, placed.range_of("month_measure"), series, _("Month's rate against the time gone"))
    row = _row_of(placed, "chart")
    charts.put(sheet, chart, f"A{row}:H{row}")


def _draw_curves(goals: Worksheet, placed: Placed, targets: Worksheet, days: Placed, report: "WeekReport") -> None:
    """Reached, assigned and rolling, day by day: beside each measure's table, and the first one on the first sheet."""
    for one in report.breakdowns:
        if day_tag(one.measure, "date") not in days.cells:
            continue
        curve = partial(_curve, one, targets, days)
        row = _row_of(days, day_tag(one.measure, "chart"))
        charts.put(targets, curve(), f"A{row}:G{row + breakdown.CHART_ROWS - 1}")
        if "chart" in placed.cells and one is _first_with_actual(report):
            row = _row_of(placed, "chart")
            charts.put(goals, curve(), f"I{row}:N{row}")


def _curve(one: "Breakdown", targets: Worksheet, days: Placed) -> LineChart:
    """What a measure has come to day by day; the rolling target only where there is one."""

    def cells(what: str) -> str:
        return days.range_of(day_tag(one.measure, what))

    series = [(_("Sum reached"), cells("actual")), (_("Sum assigned"), cells("assigned"))]
    title = _("{measure}: reached and assigned, day by day")
    if any(cell.value is not None for (cell,) in targets[cells("rolling")]):
        series.append((_("Sum rolling"), cells("rolling")))
        title = _("{measure}: reached, assigned and rolling, day by day")
    return charts.curves(targets, cells("date"), series, title.format(measure=measure_title(one.measure)))


def _row_of(placed: Placed, tag: str) -> int:
    return coordinate_to_tuple(placed.cells[tag][0])[0]


def _first_with_actual(report: "WeekReport") -> "Breakdown | None":
    """The measure whose curve is worth showing first: one of which something is recorded."""
    return next((one for one in report.breakdowns if one.tables[-1].total.actual is not None), None)

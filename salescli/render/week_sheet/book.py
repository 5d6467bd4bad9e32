"""The goal sheet as a workbook: four sheets, their print set-up, what may be typed into them, their colours."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.chart import LineChart
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from salescli.errors import NotWritten, system_reason
from salescli.i18n import _
from salescli.render.week_sheet import breakdown, charts, daily, definitions, sections
from salescli.render.week_sheet.breakdown import day_tag
from salescli.render.week_sheet.layout import Cell, Line, Placed, page_height, place
from salescli.render.week_sheet.mask import masked
from salescli.render.week_sheet.style import ALARM, RED, add_looks
from salescli.render.weeks import measure_title, shown_goal, week_words
from salescli.safe_text import shown_in_line

if TYPE_CHECKING:
    from salescli.services.reporting.weeks import Breakdown, WeekReport

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
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
    return _bytes(book, report)


def _pages(report: "WeekReport") -> list[_Page]:
    return [
        _Page(_("Weekly goals"), sections.sheet_lines(report), sections.WIDTHS, sections.REPEATED, "A4"),
        _Page(_("Daily detail"), daily.sheet_lines(report), daily.WIDTHS, daily.REPEATED, "B3"),
        _Page(_("Target breakdown"), breakdown.sheet_lines(report), breakdown.WIDTHS, breakdown.REPEATED, "B2"),
        _Page(_("Definitions"), definitions.sheet_lines(report), definitions.WIDTHS, definitions.REPEATED, "B3"),
    ]


def _make(sheet: Worksheet, page: _Page, report: "WeekReport", *, mask: bool) -> tuple[Worksheet, Placed]:
    lines = [_masked(line) for line in page.lines] if mask else page.lines
    placed = place(sheet, lines, page.widths, page_height(page.widths), page.repeated)
    _set_up(sheet, page, placed, report)
    return sheet, placed


def _masked(line: Line) -> Line:
    return replace(line, cells=tuple(_masked_cell(cell) for cell in line.cells))


def _masked_cell(cell: Cell) -> Cell:
    return replace(cell, value=masked(cell.value)) if isinstance(cell.value, str) else cell


def _set_up(sheet: Worksheet, page: _Page, placed: Placed, report: "WeekReport") -> None:
    """Page, window and protection of a sheet."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.45, bottom=0.55, header=0.2, footer=0.25)
    sheet.print_options.horizontalCentered = True
    sheet.print_title_rows = f"1:{page.repeated}"
    sheet.print_area = f"A1:{list(page.widths)[-1]}{placed.rows}"
    _set_footer(sheet, " ".join(filter(None, [report.profile.name, week_words(report.period)])), page.title)
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = page.frozen
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _set_footer(sheet: Worksheet, left: str, right: str) -> None:
    footer = sheet.oddFooter
    assert footer is not None
    footer.left.text, footer.center.text, footer.right.text = _plain(left), _("Page &P of &N"), _plain(right)
    footer.left.size = footer.center.size = footer.right.size = 8


def _plain(text: str) -> str:
    """``text`` for a footer, where ``&`` begins a command."""
    return shown_in_line(text)[:80].replace("&", "&&")


# --- the first sheet: what is typed into it, what is coloured, its chart ---


def _finish_goals(book: Workbook, sheet: Worksheet, placed: Placed, report: "WeekReport") -> None:
    found = placed.cells
    if "manager_total" in found:
        _total_by_manager(sheet, placed)
    _allow_points(sheet, [*found.get("manager_score", []), *found["score"]])
    _allow_choice(sheet, found["decision"][0])
    if report.time_rate is not None:
        _alarm(sheet, found.get("week_rate", []), "lessThan", f"{report.time_rate:.6f}")
    _alarm(sheet, found.get("ahead", []), "lessThan", "0")
    _alarm(sheet, found.get("overdue", []), "greaterThan", "0")
    for tag in _ANSWERS:
        _name(book, sheet, f"sales_{tag}", found[tag][0])
    for goal, cell in zip(filter(shown_goal, report.goals), found.get("manager_score", []), strict=False):
        _name(book, sheet, f"sales_score_{goal.measure}", cell)


def _total_by_manager(sheet: Worksheet, placed: Placed) -> None:
    """The one formula: it follows from what the manager types, and is empty until every measure has a score."""
    weights, scores = placed.range_of("weight"), placed.range_of("manager_score")
    cell = placed.cells["manager_total"][0]
    sheet[cell] = f'=IF(SUMPRODUCT(({weights}<>"")*({scores}=""))>0,"",SUMPRODUCT({weights},{scores})/100)'


def _allow_points(sheet: Worksheet, cells: Sequence[str]) -> None:
    most = str(sections.MOST_SCORE)
    rule = DataValidation("decimal", operator="between", formula1="0", formula2=most, allow_blank=True)
    rule.errorTitle, rule.error = _("Score"), _("A number from 0 to {most}.").format(most=most)
    rule.showErrorMessage = True
    for cell in cells:
        rule.add(cell)
    sheet.add_data_validation(rule)


def _allow_choice(sheet: Worksheet, cell: str) -> None:
    choices = ",".join((_("approved"), _("returned")))
    rule = DataValidation("list", formula1=f'"{choices}"', allow_blank=True)
    rule.errorTitle, rule.error = _("Approval"), _("Choose one of: {choices}.").format(choices=choices)
    rule.showErrorMessage = True
    rule.add(cell)
    sheet.add_data_validation(rule)


def _alarm(sheet: Worksheet, cells: Sequence[str], operator: str, limit: str) -> None:
    """Colour the cells that say: behind the time gone, or overdue."""
    filled = [cell for cell in cells if sheet[cell].value is not None]  # an empty cell counts as 0
    if filled:
        fill = PatternFill(bgColor=ALARM, fill_type="solid")
        rule = CellIsRule(operator=operator, formula=[limit], font=Font(color=RED), fill=fill)  # type: ignore[no-untyped-call]
        sheet.conditional_formatting.add(" ".join(filled), rule)


def _name(book: Workbook, sheet: Worksheet, name: str, cell: str) -> None:
    column, row = cell.rstrip("0123456789"), cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    book.defined_names[name] = DefinedName(name, attr_text=f"'{sheet.title}'!${column}${row}")


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


# --- bytes ---


def _bytes(book: Workbook, report: "WeekReport") -> bytes:
    """The workbook with every time in it taken from the report."""
    made_at = report.made_at.replace(tzinfo=None, microsecond=0)
    book.properties.title = _("Weekly goals {week}").format(week=report.period.label)
    book.properties.creator = shown_in_line(report.profile.name) or "sales"
    book.properties.created = book.properties.modified = made_at
    written = io.BytesIO()
    try:
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            ExcelWriter(book, archive).write_data()
    except OSError as problem:  # sheets go through the system's folder for temporary files
        raise NotWritten(
            _("The workbook can't be made: {problem}.").format(problem=system_reason(problem))
        ) from problem
    return _with_fixed_times(written)


def _with_fixed_times(written: io.BytesIO) -> bytes:
    fixed = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            plain = zipfile.ZipInfo(entry.filename, _ZIP_TIME)
            plain.compress_type = zipfile.ZIP_DEFLATED
            plain.external_attr = 0o600 << 16
            plain.create_system = 3
            target.writestr(plain, source.read(entry))
    return fixed.getvalue()

"""A sheet as a page, what may be typed into it, what is coloured; a workbook's bytes, the same for the same content."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from salescli.errors import NotWritten, system_reason
from salescli.i18n import _
from salescli.render.sheets import rows
from salescli.render.sheets.layout import Placed
from salescli.render.sheets.style import ALARM, RED
from salescli.safe_text import shown_in_line

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class PageSetup:
    """How a sheet is printed on A4: the area, the rows that recur, the footer's ends, the cell it is frozen above.

    On ``one_page`` it is scaled down until all of it fits; else it is one page wide and as long as it is.
    """

    area: str
    footer: tuple[str, str]
    repeated: int
    frozen: str | None = None
    portrait: bool = False
    one_page: bool = False


def set_up(sheet: Worksheet, page: PageSetup) -> None:
    """Page, window and protection of a sheet."""
    sheet.page_setup.orientation = "portrait" if page.portrait else "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, int(page.one_page)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.45, bottom=0.55, header=0.2, footer=0.25)
    sheet.print_options.horizontalCentered = True
    sheet.print_title_rows = f"1:{page.repeated}"
    sheet.print_area = page.area
    _set_footer(sheet, *page.footer)
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


# --- what is typed into it, what is coloured ---


def total_by_manager(sheet: Worksheet, placed: Placed) -> None:
    """The one formula: it follows from what the manager types, and is empty until every measure has a score.

    It stands in the cell tagged ``manager_total`` and reads those tagged ``weight`` and ``manager_score``.
    """
    weights, found = placed.range_of("weight"), placed.range_of("manager_score")
    cell = placed.cells["manager_total"][0]
    sheet[cell] = f'=IF(SUMPRODUCT(({weights}<>"")*({found}=""))>0,"",SUMPRODUCT({weights},{found})/100)'


def allow_points(sheet: Worksheet, cells: Iterable[str], most: int) -> None:
    """Let only a number from 0 to ``most`` be typed into the cells."""
    rule = DataValidation("decimal", operator="between", formula1="0", formula2=str(most), allow_blank=True)
    rule.errorTitle, rule.error = _("Score"), _("A number from 0 to {most}.").format(most=most)
    rule.showErrorMessage = True
    for cell in cells:
        rule.add(cell)
    sheet.add_data_validation(rule)


def allow_choice(sheet: Worksheet, cell: str, choices: Sequence[str]) -> None:
    """Let one of a few words be chosen in a cell."""
    listed = ",".join(choices)
    rule = DataValidation("list", formula1=f'"{listed}"', allow_blank=True)
    rule.errorTitle, rule.error = _("Approval"), _("Choose one of: {choices}.").format(choices=listed)
    rule.showErrorMessage = True
    rule.add(cell)
    sheet.add_data_validation(rule)


def alarm(sheet: Worksheet, cells: Sequence[str], operator: str, limit: str) -> None:
    """Colour the cells that say: behind the time gone, or overdue."""
    filled = [cell for cell in cells if sheet[cell].value is not None]  # an empty cell counts as 0
    if filled:
        fill = PatternFill(bgColor=ALARM, fill_type="solid")
        rule = CellIsRule(operator=operator, formula=[limit], font=Font(color=RED), fill=fill)  # type: ignore[no-untyped-call]
        sheet.conditional_formatting.add(" ".join(filled), rule)


def name_cell(book: Workbook, sheet: Worksheet, name: str, cell: str) -> None:
    """Give a cell a name by which it is found when the workbook comes back."""
    column, row = cell.rstrip("0123456789"), cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    book.defined_names[name] = DefinedName(name, attr_text=f"'{sheet.title}'!${column}${row}")


# --- bytes ---


def content(book: Workbook, title: str, author: str, made_at: datetime) -> bytes:
    """The workbook as the bytes of an .xlsx file, with every time in it taken from ``made_at``; its cells are gone."""
    book.properties.title = title
    book.properties.creator = shown_in_line(author) or "sales"
    book.properties.created = book.properties.modified = made_at.replace(tzinfo=None, microsecond=0)
    written, taken = io.BytesIO(), [rows.taken_out(sheet) for sheet in book.worksheets]
    try:
        with zipfile.ZipFile(written, "w") as archive:  # compressed below, once
            ExcelWriter(book, archive).write_data()
    except OSError as problem:  # sheets go through the system's folder for temporary files
        raise NotWritten(
            _("The workbook can't be made: {problem}.").format(problem=system_reason(problem))
        ) from problem
    return _finished(written, {f"xl/worksheets/sheet{number}.xml": found for number, found in enumerate(taken, 1)})


def _finished(written: io.BytesIO, taken: Mapping[str, Mapping[str, str]]) -> bytes:
    """The file with fixed times, compressed, and with the rows that were taken out of its sheets."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            plain = zipfile.ZipInfo(entry.filename, _ZIP_TIME)
            plain.compress_type = zipfile.ZIP_DEFLATED
            plain.external_attr = 0o600 << 16
            plain.create_system = 3
            text = source.read(entry)
            if entry.filename in taken:
                text = rows.put_in(text.decode(), taken[entry.filename]).encode()
            target.writestr(plain, text)
    return fixed.getvalue()

"""The market report as a document to send: a text with tables (.md) or a workbook (.xlsx), each of one list."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from salescli.errors import BadValue
from salescli.i18n import N_, _
from salescli.render.files import check_place, written_whole
from salescli.render.market import HEARD_OF, INSIGHTS, KINDS, SIZES, missing_words, where
from salescli.render.output import Column, cell
from salescli.render.sheets.layout import Cell, Line, Value, page_height, pieces, place
from salescli.render.sheets.style import LOOK_OF_KIND, add_looks
from salescli.render.sheets.tables import value_of
from salescli.safe_text import shown_in_line

if TYPE_CHECKING:
    from salescli.services.market.market_reports import MarketReport
    from salescli.services.office.profile import ProfileView

# The columns of an A4 landscape page.
_WIDTHS = {
    "A": 16.0, "B": 13.0, "C": 16.0, "D": 20.0, "E": 15.0, "F": 14.0, "G": 22.0, "H": 22.0, "I": 22.0, "J": 18.0,
}  # fmt: skip
_ALL = "A:J"
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~!&])")


@dataclass(frozen=True)
class _Table:
    """A part of the document: rows by columns, and the columns of the sheet over which each of them goes."""

    title: str
    columns: Sequence[Column[Any]]
    rows: Sequence[Any]
    spans: tuple[str, ...]
    note: str = ""


def check_target(path: Path, *, force: bool) -> None:
    """See that the report may go to ``path``: BadValue for another ending, else as files.check_place says."""
    if path.suffix.lower() not in (".md", ".xlsx"):
        raise BadValue(
            _("“{file}” ends in neither .md nor .xlsx.").format(file=path.name),
            hint=_("Give the file one of these endings."),
        )
    check_place(path, force=force)


def write(path: Path, report: "MarketReport", profile: "ProfileView") -> None:
    """Write the report to ``path``, whole or not at all, as its ending says."""
    with written_whole(path) as beside:
        if path.suffix.lower() == ".md":
            # Every system's editors read this end of a line.
            beside.write_text(text(report, profile), encoding="utf-8", newline="\n")
        else:
            _workbook(report, profile).save(beside)


def _tables(report: "MarketReport") -> list[_Table]:
    sizes = [column for column in SIZES if column.key != "noted_on"]
    return [
        _Table(_("By kind"), KINDS, report.by_kind, ("A", "B", "C", "D", "E"), missing_words(report.missing)),
        _Table(_("By competitor"), HEARD_OF, report.by_competitor, ("A", "B", "C", "D:E", "F:J")),
        _Table(_("Size of the target market"), sizes, report.sizes, ("A", "B", "C", "D", "E", "F", "G:J")),
        _Table(
            _("What was heard and seen"),
            _entry_columns(),
            report.insights,
            ("A", "B", "C", "D", "E", "F:G", "H", "I", "J"),
        ),
    ]


def _entry_columns() -> list[Column[Any]]:
    by_key = {column.key: column for column in INSIGHTS if column.kind != "data"}
    place_column = replace(by_key["seen_at"], title=N_("Client or place"), value=where)
    names = ("seen_on", "kind", "competitor", "", "importance", "text", "impact", "suggestion", "answer")
    # A real date in the workbook, and the same in the text.
    return [
        replace(by_key[name], word=None if name == "seen_on" else by_key[name].word) if name else place_column
        for name in names
    ]


def _title(report: "MarketReport") -> str:
    return _("Market report {period}").format(period=report.period.label)


def _meta(report: "MarketReport", profile: "ProfileView") -> str:
    days = _("{begin} to {end}").format(begin=report.period.begin.isoformat(), end=report.period.last.isoformat())
    return " · ".join(filter(None, (profile.department, profile.name, profile.territory, days)))


# --- as a text ---


def text(report: "MarketReport", profile: "ProfileView") -> str:
    """The report as Markdown; what people typed stays text in it."""
    lines = [f"# {_escaped(_title(report))}", "", _escaped(_meta(report, profile)), ""]
    for table in _tables(report):
        lines += [f"## {_escaped(table.title)}", ""]
        if table.rows:
            lines += [_row([_(column.title) for column in table.columns]), _row(list(map(_rule, table.columns)))]
            lines += [_row([_escaped(cell(row, column)) for column in table.columns]) for row in table.rows]
        else:
            lines.append(_("None in this period."))
        lines += ["", _escaped(table.note), ""] if table.note else [""]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(column: Column[Any]) -> str:
    return "---:" if column.kind in ("money", "count", "ratio") else "---"


def _escaped(words: str) -> str:
    return _MARKDOWN.sub(r"\\\1", shown_in_line(words))


# --- as a workbook ---


def _workbook(report: "MarketReport", profile: "ProfileView") -> Workbook:
    book = Workbook()
    add_looks(book)
    sheet = book.worksheets[0]
    sheet.title = _("Market report")
    placed = place(sheet, _lines(report, profile), _WIDTHS, page_height(_WIDTHS), 2)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.45, bottom=0.55, header=0.2, footer=0.25)
    sheet.print_title_rows = "1:2"
    sheet.print_area = f"A1:J{placed.rows}"
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = "A3"
    book.properties.title = _title(report)
    book.properties.creator = shown_in_line(profile.name) or "sales"
    return book


def _lines(report: "MarketReport", profile: "ProfileView") -> Iterator[Line]:
    yield Line((Cell(_title(report), "title", _ALL),), 30)
    yield Line((Cell(_meta(report, profile), "meta", _ALL),), 20)
    for table in _tables(report):
        yield Line((), 8)
        yield Line((Cell(table.title, "section", _ALL),), 22, keep=True)
        if not table.rows:
            yield Line((Cell(_("None in this period."), "empty", _ALL),), 20)
        else:
            titles = zip(table.columns, table.spans, strict=True)
            head = Line(tuple(Cell(_(column.title), "head", span) for column, span in titles), 20)
            yield replace(head, keep=True)
            for row in table.rows:
                yield from _of_row(table, row, head)
        if table.note:
            yield Line((Cell(table.note, "note", _ALL),), 18)


def _of_row(table: _Table, row: Any, head: Line) -> Iterator[Line]:
    """The line of a row; a text too long for one goes on in further ones."""
    cells = [
        Cell(_value(row, column), LOOK_OF_KIND[column.kind], span)
        for column, span in zip(table.columns, table.spans, strict=True)
    ]
    parts = [pieces(one.value, one.span, _WIDTHS) if isinstance(one.value, str) else [one.value] for one in cells]
    for number in range(max(map(len, parts))):
        yield Line(
            tuple(
                replace(one, value=part[number] if number < len(part) else None)
                for one, part in zip(cells, parts, strict=True)
            ),
            head=head,
        )


def _value(row: Any, column: Column[Any]) -> Value:
    return cell(row, column) if isinstance(column.value(row), list) else value_of(row, column)

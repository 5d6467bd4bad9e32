"""The second sheet: a row for each activity of the week, with every word of it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from salescli.dates import weekday_name
from salescli.i18n import N_, _
from salescli.render.output import Column
from salescli.render.week_sheet.layout import Cell, Line, pieces
from salescli.render.week_sheet.tables import Place, cells_of, head_of
from salescli.render.weeks import WEEK_VISITS, week_words

if TYPE_CHECKING:
    from salescli.services.week_visits import VisitLine
    from salescli.services.weeks import WeekReport

WIDTHS = {
    "A": 11, "B": 5.5, "C": 6.5, "D": 8, "E": 19, "F": 5.5, "G": 8, "H": 7, "I": 14, "J": 14, "K": 9, "L": 34,
    "M": 11.5, "N": 14, "O": 15, "P": 11, "Q": 7,
}  # fmt: skip
ALL = "A:Q"
REPEATED = 2  # rows of title and heading

_COLUMNS: "list[Column[VisitLine]]" = [
    Column("weekday", N_("Weekday"), lambda line: weekday_name(line.visit.day) if line.visit.day else None),
    *WEEK_VISITS,
]
_PLACES = [
    Place("day", "A"),
    Place("weekday", "B", "word"),
    Place("time", "C", title=N_("Time slot")),
    Place("code", "D", "word"),
    Place("client", "E"),
    Place("grade", "F", "word"),
    Place("contact", "G"),
    Place("by", "H", "word"),
    Place("purpose", "I", title=N_("Planned purpose")),
    Place("expected", "J"),
    Place("outcome", "K", "word"),
    Place("note", "L", title=N_("What happened")),
    Place("state", "M", "word"),
    Place("reason", "N"),
    Place("next_step", "O"),
    Place("next_on", "P"),
    Place("unplanned", "Q", "word"),
]


def sheet_lines(report: "WeekReport") -> list[Line]:
    """The whole second sheet."""
    title = _("Daily detail: {week}").format(week=week_words(report.period))
    head = head_of(_COLUMNS, _PLACES)
    rows = [line for visit in report.visits.lines for line in _rows(visit)]
    nothing = [Line((Cell(_("None this week"), "note", ALL),))]
    return [
        Line((Cell(title, "title", ALL),), height=30),
        replace(head, keep=False),
        *(rows or nothing),
    ]


def _rows(visit: "VisitLine") -> list[Line]:
    """A visit's row; where a text is longer than a row can be high, it goes on in the rows below."""
    columns = [
        [cell if not isinstance(cell.value, str) else replace(cell, value=piece) for piece in _parts(cell)]
        for cell in cells_of(visit, _COLUMNS, _PLACES)
    ]
    count = max(len(column) for column in columns)
    return [
        Line(
            tuple(
                column[row] if row < len(column) else replace(column[0], value=None) for column in columns
            )
        )
        for row in range(count)
    ]  # fmt: skip


def _parts(cell: Cell) -> list[str]:
    return pieces(cell.value, cell.span, WIDTHS) if isinstance(cell.value, str) else [""]

"""The second sheet: a row for each activity of the week, with every word of it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from salescli.i18n import N_, _
from salescli.render.sheets.layout import Cell, Line, whole_lines
from salescli.render.sheets.tables import Place, cells_of, head_of
from salescli.render.weeks import WEEK_VISITS, week_words

if TYPE_CHECKING:
    from salescli.services.reporting.weeks import WeekReport

WIDTHS = {
    "A": 11.5, "B": 7, "C": 8, "D": 18, "E": 7, "F": 9, "G": 8.5, "H": 14, "I": 13, "J": 11, "K": 36,
    "L": 13, "M": 13, "N": 14, "O": 11.5, "P": 9.5,
}  # fmt: skip
ALL = "A:P"
REPEATED = 2  # rows of title and heading

_PLACES = [
    Place("day", "A"),
    Place("time", "B", title=N_("Time slot")),
    Place("code", "C", "word"),
    Place("client", "D"),
    Place("grade", "E", "word"),
    Place("contact", "F"),
    Place("by", "G", "word"),
    Place("purpose", "H", title=N_("Planned purpose")),
    Place("expected", "I"),
    Place("outcome", "J", "word"),
    Place("note", "K", title=N_("What happened")),
    Place("state", "L", "word"),
    Place("reason", "M"),
    Place("next_step", "N"),
    Place("next_on", "O"),
    Place("unplanned", "P", "word", N_("Beside\nthe plan")),
]


def sheet_lines(report: "WeekReport") -> list[Line]:
    """The whole second sheet."""
    title = _("Daily detail: {week}").format(week=week_words(report.period))
    head = head_of(WEEK_VISITS, _PLACES)
    rows = [
        line for visit in report.visits.lines for line in whole_lines(cells_of(visit, WEEK_VISITS, _PLACES), WIDTHS)
    ]
    nothing = [Line((Cell(_("None this week"), "note", ALL),))]
    return [
        Line((Cell(title, "title", ALL),), height=30),
        replace(head, keep=False),
        *(rows or nothing),
    ]

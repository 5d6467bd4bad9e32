"""The third sheet: each target from the year down to the day, with the curve of the month."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING

from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.output import Column, words
from salescli.render.sheets.layout import Cell, Line
from salescli.render.sheets.tables import Place, head_of, rows_of
from salescli.render.weeks import measure_title, quantity, unit

if TYPE_CHECKING:
    from salescli.services.goals.target_tables import TargetRow, TargetTable
    from salescli.services.reporting.weeks import Breakdown, WeekReport

WIDTHS = {
    "A": 11.5, "B": 7.5, "C": 15, "D": 15, "E": 15, "F": 9, "G": 15, "H": 2,
    "I": 11.5, "J": 7.5, "K": 14.5, "L": 14.5, "M": 14.5, "N": 15, "O": 15, "P": 15,
}  # fmt: skip
ALL = "A:P"
PARTS, DAYS = "A:G", "I:P"  # the parts of the year on the left, the days of the month on the right
REPEATED = 1
_ROW = 16.0
CHART_ROWS = 12  # below the parts of the year

_PARTS = [
    Place("period", "A", "word"),
    Place("working_days", "B"),
    Place("amount", "C"),
    Place("rolling", "D"),
    Place("actual", "E"),
    Place("rate", "F"),
    Place("gap", "G"),
]
_DAYS = [
    Place("date", "I", tag="date"),
    Place("working_days", "J"),
    Place("amount", "K"),
    Place("rolling", "L"),
    Place("actual", "M"),
    Place("assigned_so_far", "N", tag="assigned"),
    Place("actual_so_far", "O", tag="actual"),
    Place("rolling_so_far", "P", tag="rolling"),
]


@dataclass(frozen=True)
class _Part:
    """A row of a target's table, with the sums from the table's first row to it; no actual for days to come.

    ``rolling`` is None for what was over when the target was replanned. ``rolling_so_far`` goes on from what was
    reached by then.
    """

    row: "TargetRow"
    rolling: int | None = None
    assigned_so_far: int | None = None
    actual_so_far: int | None = None
    rolling_so_far: int | None = None
    future: bool = False


def _columns(measure: str) -> list[Column[_Part]]:
    kind = quantity(measure)
    return [
        Column("period", N_("Period"), lambda part: part.row.period),
        Column("date", N_("Date"), lambda part: part.row.begin, "day"),
        Column("working_days", N_("Days"), lambda part: part.row.working_days, "count"),
        Column("amount", N_("Assigned"), lambda part: part.row.amount, kind),
        Column("rolling", N_("Rolling target"), lambda part: part.rolling, kind),
        Column("actual", N_("Actual"), lambda part: None if part.future else part.row.actual, kind),
        Column("rate", N_("Rate"), lambda part: None if part.future else part.row.rate, "ratio"),
        Column("gap", N_("Gap"), lambda part: None if part.future else part.row.gap, kind),
        Column("assigned_so_far", N_("Sum assigned"), lambda part: part.assigned_so_far, kind),
        Column("actual_so_far", N_("Sum reached"), lambda part: part.actual_so_far, kind),
        Column("rolling_so_far", N_("Sum rolling"), lambda part: part.rolling_so_far, kind),
    ]


def sheet_lines(report: "WeekReport") -> list[Line]:
    """The whole third sheet, a page for each measure."""
    title = Line((Cell(_("Target breakdown: year to day"), "title", ALL),), height=30)
    if not report.breakdowns:
        advice = _("No target is split yet: `sales target set` and `sales target split` fill this sheet.")
        return [title, Line((Cell(advice, "note", ALL),), height=20)]
    return [title, *(line for one in report.breakdowns for line in _measure_lines(one, report))]


def day_tag(measure: str, what: str) -> str:
    """The tag of a measure's cells: ``date``, ``assigned``, ``actual`` or ``rolling`` of its days, or ``chart``."""
    return f"{measure}/{what}"


def _measure_lines(one: "Breakdown", report: "WeekReport") -> list[Line]:
    """The parts of the year and the days of the month side by side, on one page."""
    left, right = _parts(one, report.as_of), _days(one, report.as_of)
    chart = [Line((Cell(None, "empty", "A", day_tag(one.measure, "chart")),))] if right else []
    rows = max(len(left) + CHART_ROWS, len(right)) if right else len(left)
    blank = Line(())
    cells = [
        (*parts.cells, *days.cells)
        for parts, days, _row in zip_longest([*left, *chart], right, [blank] * rows, fillvalue=blank)
    ]
    lines = [Line(row, height=_ROW, exact=True, keep=True) for row in cells]
    note = _note(one)
    said = [Line((Cell(note, "note", ALL),), height=_ROW, keep=True)] if note else []
    return [_bar(one, report), *said, *lines[:-1], replace(lines[-1], keep=False)]


def _bar(one: "Breakdown", report: "WeekReport") -> Line:
    """The measure, with what has to be known of its target."""
    name = _("{measure} ({unit})").format(
        measure=measure_title(one.measure), unit=unit(one.measure, report.profile.currency)
    )
    if all(table.total.rolling is None for table in one.tables):
        name += " " + _("– not replanned yet: the rolling target is the assigned one")
    if any(table.provisional for table in one.tables):
        name += " " + _("(provisional: the official days off are not all known)")
    return Line((Cell(name, "section", ALL),), height=23, keep=True)


def _note(one: "Breakdown") -> str:
    """What the replan came to, and what of the actual was typed; of the longest stretch that is shown."""
    whole, kind = one.tables[0], quantity(one.measure)
    parts = []
    if whole.as_of is not None:
        parts.append(
            _("Rolling target: what was open on {day}, spread over the days after it.").format(
                day=echo_day(whole.as_of)
            )
        )
    if whole.unrecoverable:
        parts.append(_("{amount} fits on no day left.").format(amount=words(whole.unrecoverable, kind)))
    if whole.surplus:
        parts.append(_("{amount} is reached beyond the target.").format(amount=words(whole.surplus, kind)))
    if whole.done:
        parts.append(_("Typed, not recorded, in the actual: {amount}.").format(amount=words(whole.done, kind)))
    return " ".join(parts)


def _parts(one: "Breakdown", as_of: date) -> list[Line]:
    """Year, quarters, months and the weeks of the month."""
    whole = [(table, table.total) for table in one.tables if table.by == "month"]
    rows = [*whole, *((table, row) for table in one.tables if table.by != "day" for row in table.rows)]
    parts = [_Part(row, _rolling_of(row, table.as_of), future=row.begin > as_of) for table, row in rows]
    return _table(_("By year, quarter, month and week"), parts, one.measure, _PARTS, PARTS) if rows else []


def _rolling_of(row: "TargetRow", replanned: date | None) -> int | None:
    return row.rolling if replanned is not None and row.end > replanned else None


def _days(one: "Breakdown", as_of: date) -> list[Line]:
    """The days of the month with what was assigned, reached and replanned up to each."""
    table = next((table for table in one.tables if table.by == "day"), None)
    if table is None:
        return []
    places = [replace(place, tag=day_tag(one.measure, place.tag) if place.tag else "") for place in _DAYS]
    return _table(_("This month by day"), _day_parts(table, as_of), one.measure, places, DAYS)


def _day_parts(table: "TargetTable", as_of: date) -> list[_Part]:
    replanned = table.as_of if table.as_of is not None and table.as_of <= as_of else None
    parts, assigned, actual, planned = [], 0, 0, 0
    for row in table.rows:
        assigned += row.amount
        actual += row.actual or 0
        rolling = _rolling_of(row, table.as_of)
        planned = planned + (rolling or 0) if replanned is not None and row.begin > replanned else actual
        future = row.begin > as_of
        parts.append(
            _Part(
                row,
                rolling,
                assigned,
                actual if row.actual is not None and not future else None,
                planned if replanned is not None and row.begin >= replanned else None,
                future,
            )
        )
    return parts


def _table(title: str, parts: list[_Part], measure: str, places: list[Place], span: str) -> list[Line]:
    columns = _columns(measure)
    subhead = Line((Cell(title, "subhead", span),))
    return [subhead, head_of(columns, places), *rows_of(parts, lambda _part: columns, places)]

"""The third sheet: each target from the year down to the day, with the curve of the month beside it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.output import Column
from salescli.render.week_sheet.layout import Cell, Line
from salescli.render.week_sheet.tables import Place, head_of, rows_of
from salescli.render.weeks import measure_word, unit
from salescli.vocabulary import MONEY_MEASURES, Measure

if TYPE_CHECKING:
    from salescli.services.target_tables import TargetRow, TargetTable
    from salescli.services.weeks import Breakdown, WeekReport

WIDTHS = {
    "A": 12, "B": 11, "C": 11, "D": 7, "E": 14.5, "F": 14.5, "G": 14.5, "H": 8.5, "I": 14.5, "J": 14.5, "K": 14.5,
    "L": 2, "M": 11, "N": 11, "O": 11, "P": 11, "Q": 11, "R": 11,
}  # fmt: skip
ALL = "A:R"
TABLE = "A:K"
CHART_COLUMN = "M"
REPEATED = 1

_LEVELS = {
    "quarter": N_("By quarter"),
    "month": N_("By month"),
    "week": N_("This month by week"),
    "day": N_("This month by day"),
}


@dataclass(frozen=True)
class _Part:
    """A row of a target's table, with the sums from the table's first row to it; no actual for days to come."""

    row: "TargetRow"
    assigned_so_far: int | None = None
    actual_so_far: int | None = None
    future: bool = False


_PLACES = [
    Place("period", "A", "word", tag="period"),
    Place("begin", "B"),
    Place("end", "C"),
    Place("working_days", "D"),
    Place("amount", "E"),
    Place("rolling", "F"),
    Place("actual", "G"),
    Place("rate", "H"),
    Place("gap", "I"),
]
_DAY_PLACES = [*_PLACES, Place("assigned_so_far", "J", tag="assigned"), Place("actual_so_far", "K", tag="actual")]


def _columns(measure: str) -> list[Column[_Part]]:
    kind = "money" if measure in MONEY_MEASURES else "count"
    return [
        Column("period", N_("Period"), lambda part: _period_words(part.row)),
        Column("begin", N_("First day"), lambda part: part.row.begin, "day"),
        Column("end", N_("Last day"), lambda part: part.row.end, "day"),
        Column("working_days", N_("Working days"), lambda part: part.row.working_days, "count"),
        Column("amount", N_("Assigned"), lambda part: part.row.amount, kind),
        Column("rolling", N_("Rolling target"), lambda part: part.row.rolling, kind),
        Column("actual", N_("Actual"), lambda part: None if part.future else part.row.actual, kind),
        Column("rate", N_("Rate"), lambda part: None if part.future else part.row.rate, "ratio"),
        Column("gap", N_("Gap"), lambda part: None if part.future else part.row.gap, kind),
        Column("assigned_so_far", N_("Assigned so far"), lambda part: part.assigned_so_far, kind),
        Column("actual_so_far", N_("Actual so far"), lambda part: part.actual_so_far, kind),
    ]


def _period_words(row: "TargetRow") -> str:
    return echo_day(row.begin)[5:] if row.begin == row.end else row.period


def sheet_lines(report: "WeekReport") -> list[Line]:
    """The whole third sheet."""
    title = Line((Cell(_("Target breakdown: year to day"), "title", ALL),), height=30)
    if not report.breakdowns:
        advice = _("No target is split yet: `sales target set` and `sales target split` fill this sheet.")
        return [title, Line((Cell(advice, "note", ALL),), height=20)]
    return [title, *(line for one in report.breakdowns for line in _measure_lines(one, report))]


def day_tag(measure: str, what: str) -> str:
    """The tag of a measure's day cells: ``period``, ``assigned`` or ``actual``."""
    return f"{measure}/{what}"


def _measure_lines(one: "Breakdown", report: "WeekReport") -> list[Line]:
    name = _("{measure} ({unit})").format(
        measure=measure_word(one.measure), unit=unit(one.measure, report.profile.currency)
    )
    lines = [Line((Cell(name, "section", TABLE, day_tag(one.measure, "top")),), height=23, keep=True)]
    for table in one.tables:
        lines += _table_lines(table, one.measure, report.as_of)
    replanned = any(row.rolling is not None for table in one.tables for row in table.rows)
    if not replanned:
        lines.append(Line((Cell(_("Not replanned yet: the rolling target is the assigned one."), "note", TABLE),)))
    return lines


def _table_lines(table: "TargetTable", measure: str, as_of: date) -> list[Line]:
    by_day = table.by == "day"
    places = _DAY_PLACES if by_day else _PLACES
    tagged = [
        Place(place.key, place.span, place.look, place.title, day_tag(measure, place.tag) if by_day and place.tag else "")
        for place in places
    ]  # fmt: skip
    columns = _columns(measure)
    head = head_of(columns, places)
    title = Line((Cell(_(_LEVELS[table.by]), "subhead", TABLE),), height=20, keep=True)
    parts = _days(table, as_of) if by_day else [_Part(row, future=row.begin > as_of) for row in table.rows]
    lines = [title, head, *rows_of(parts, lambda _part: columns, tagged, head)]
    if by_day:  # on one page, because the chart wants its cells in one piece
        return [*(replace(line, keep=True, head=None) for line in lines[:-1]), replace(lines[-1], head=None)]
    whole = rows_of([_Part(table.total)], lambda _part: columns, _PLACES)
    return [*lines, *whole] if table.by in ("month", "week") else lines


def _days(table: "TargetTable", as_of: date) -> list[_Part]:
    parts, assigned, actual = [], 0, 0
    for row in table.rows:
        assigned += row.amount
        actual += row.actual or 0
        future = row.begin > as_of
        known = row.actual is not None and not future
        parts.append(_Part(row, assigned, actual if known else None, future))
    return parts

"""Why a figure is what it is: its formula, the records behind it, and what was changed after its period was over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from salescli.dates import Period, end_of_day
from salescli.formulas import Counting, Kpi
from salescli.services.figures import kpis, later_changes, records_then
from salescli.services.figures.kpi_rows import Row
from salescli.services.figures.kpis import Figure
from salescli.services.figures.later_changes import Later
from salescli.services.figures.records_then import Step, Touched
from salescli.services.goals import actuals, levels
from salescli.vocabulary import Measure, Method, OrderState, Ratio


@dataclass(frozen=True)
class Why:
    """A figure with what is behind it. ``value_then`` is what it came to when its period was over.

    It is that of today where nothing was changed since, and while the period runs.
    """

    period: Period
    figure: Figure
    rows: tuple[Row, ...]
    changed_later: tuple[Later, ...]
    value_then: int | float | None
    counting: Counting

    @property
    def kpi(self) -> Kpi:
        """What it is a figure of."""
        return self.figure.kpi


def explain(session: Session, kpi: Kpi, period: Period, today: date) -> Why:
    """Why ``kpi`` comes to what it does in ``period``."""
    rows = kpis.rows_behind(session, kpi, period, today)
    figure = kpis.ratio_of(kpi, rows) if isinstance(kpi, Ratio) else kpis.work_out(session, kpi, period, today)
    counting = actuals.counting_of(session)
    sources = {source.entity: source for source in _sources(kpi, period, today, counting)}
    touched = _touched(session, sources, period) if period.last < today else []
    then, later = figure, list[Later]()
    if touched:
        later = later_changes.told(session, touched, lambda one, step: _matters(sources.get(one.entity), step))
        with records_then.in_force(session, touched):
            then = kpis.work_out(session, kpi, period, today)
    return Why(period, figure, tuple(rows), tuple(later), then.value, counting)


# --- which records and columns a figure rests on ---


@dataclass(frozen=True)
class _Parent:
    """What a row belongs to: its ``column`` is the ``key`` of a row of ``table`` with a ``day`` that counts."""

    column: str
    table: str
    day: str
    key: str = "id"


@dataclass(frozen=True)
class _Source:
    """A table that a figure rests on, the columns that matter, and the days in which one of ``days`` must lie.

    Where there are ``parents``, one of those that a row belongs to must lie there instead.
    """

    entity: str
    within: Period
    days: tuple[str, ...]
    columns: frozenset[str]
    parents: tuple[_Parent, ...] = ()

    def counts(self, row: dict[str, Any] | None) -> bool:
        """Whether a row, as it is or stood, is one that counts, as far as it tells itself."""
        if row is None or row["deleted_at"] is not None or self._cancelled(row.get("state")):
            return False
        return any(self._inside(day) for day in self._days_of(row))

    def _days_of(self, row: dict[str, Any]) -> list[str | None]:
        if "matures_on" in self.days:  # one of them counts
            matures = row["method"] == Method.ACCEPTANCE and row["matures_on"]
            return [row["matures_on"] if matures else row["received_on"]]
        return [row[day] for day in self.days]

    def matters(self, step: Step) -> list[str]:
        """The columns altered by a step that can make a difference."""
        before, after = step.before or {}, step.after or {}
        return [name for name in self.columns & before.keys() if self._differs(name, before[name], after.get(name))]

    def _differs(self, name: str, before: Any, after: Any) -> bool:
        if name in self.days:
            return self._inside(before) or self._inside(after)
        return name != "state" or self._cancelled(before) != self._cancelled(after)

    def _inside(self, day: str | None) -> bool:
        return day is not None and _day_of(day) in self.within

    def _cancelled(self, state: str | None) -> bool:
        return self.entity == "order" and state == OrderState.CANCELLED


def _day_of(kept: str) -> date:
    """The day of a column as the file keeps it; of a moment the local one."""
    return datetime.fromisoformat(kept).astimezone().date() if "T" in kept else date.fromisoformat(kept)


def _matters(source: _Source | None, step: Step) -> list[str]:
    """The columns altered by a step that make a difference; of a client its removal alone."""
    if source is not None:
        return source.matters(step)
    return [name for name in step.before or {} if name == "deleted_at"]


def _source(entity: str, within: Period, days: str, columns: str) -> _Source:
    return _Source(entity, within, tuple(days.split()), frozenset(f"{days} {columns} deleted_at".split()))


def _part(entity: str, within: Period, parents: Sequence[_Parent], columns: str, days: str = "") -> _Source:
    """A table whose rows count by what they belong to."""
    own = " ".join(parent.column for parent in parents if parent.column != "id")
    named = frozenset(f"{days} {columns} {own} deleted_at".split())
    return _Source(entity, within, tuple(days.split()), named, tuple(parents))


def _sources(kpi: Kpi, period: Period, today: date, counting: Counting) -> list[_Source]:
    """The tables that a KPI rests on; clients apart, whose removal takes along all they have."""
    ever = Period(date.min, period.end, "")
    if isinstance(kpi, Ratio):
        return _sources_of_ratio(kpi, period, ever, today)
    received = "received_on matures_on" if counting.acceptances == "maturity" else "received_on"
    visit = "client_id status channel"
    found: dict[Measure, list[_Source]] = {
        Measure.AMOUNT: _sources_of_amount(period, counting),
        Measure.RECEIPTS: [
            _source("receipt", period, received, "client_id value method"),
            _source("refund", period, "refunded_on", "client_id value"),
        ],
        Measure.MARGIN: _with_parts(period, _source("order", period, "signed_on", "client_id state value cost")),
        Measure.ORDERS: [_source("order", period, "signed_on", "client_id state")],
        Measure.NEW_CLIENTS: [
            _source("order", ever, "signed_on", "client_id state"),
            _source("visit", ever, "done_on", "client_id status outcome"),
        ],
        Measure.VISITS: [_source("visit", period, "done_on", visit)],
        Measure.EFFECTIVE_VISITS: [_source("visit", period, "done_on", f"{visit} outcome next_on")],
        Measure.QUOTES: [_source("quotation", period, "issued_on", "client_id version")],
        Measure.SATISFACTION: [
            _source("survey", Period(*levels.window(period.begin, period.end), ""), "answered_on", "client_id score")
        ],
    }
    return found.get(kpi, [])


def _sources_of_amount(period: Period, counting: Counting) -> list[_Source]:
    if counting.amount_by == "invoice":
        order = _part("order", period, [_invoiced("id")], "state")
        return [*_with_parts(period, order), _source("invoice", period, "issued_on", "client_id order_id amount")]
    day = "delivered_on" if counting.amount_by == "delivery" else "signed_on"
    return _with_parts(period, _source("order", period, day, "client_id state value"))


def _invoiced(column: str) -> _Parent:
    return _Parent(column, "invoice", "issued_on", "order_id")


def _with_parts(period: Period, order: _Source) -> list[_Source]:
    """The orders that count, who shares in them, and what came back, of these orders or others."""
    counts = [_Parent("order_id", "order", order.days[0])] if order.days else [_invoiced("order_id")]
    came_back = _Parent("order_id", "orderreturn", "returned_on", "order_id")
    return [
        order,
        _part("ordershare", period, [*counts, came_back], "person percent"),
        _source("orderreturn", period, "returned_on", "order_id value"),
    ]


def _sources_of_ratio(kpi: Ratio, period: Period, ever: Period, today: date) -> list[_Source]:
    if kpi is Ratio.VISIT_RATE:
        return [_source("visit", period, "planned_on done_on", "client_id status channel unplanned moved_to")]
    if kpi in (Ratio.RETENTION, Ratio.GROWTH):
        growth = kpi is Ratio.GROWTH
        later, earlier = kpis.growth_windows(period, today) if growth else kpis.retention_windows(period)
        return [_source("order", Period(earlier.begin, later.end, ""), "signed_on", "client_id state")]
    if kpi is Ratio.OVERDUE_RATE:
        of_order, of_receipt = (
            _Parent("order_id", "order", "signed_on"),
            _Parent("receipt_id", "receipt", "received_on"),
        )
        return [
            _source("order", ever, "signed_on", "client_id state rate"),
            _part("receivable", ever, [of_order], "amount", "due_on"),
            _source("receipt", ever, "received_on", "client_id"),
            _part("allocation", ever, [of_receipt], "amount"),
            _source("orderreturn", ever, "returned_on", "order_id amount"),
        ]
    if kpi is Ratio.RESPONSE_RATE:
        return [_source("ticket", period, "respond_by", "client_id responded_at")]
    return []


# --- what was done to them later ---


def _touched(session: Session, sources: dict[str, _Source], period: Period) -> list[Touched]:
    """The records that count or counted and were made or altered, where it matters, after the period was over."""
    if not sources:
        return []
    found, inside = [], {entity: _parents(session, source) for entity, source in sources.items()}
    for one in records_then.touched_since(session, end_of_day(period.last), [*sources, "client"]):
        if one.entity == "client":
            if any("deleted_at" in (step.before or ()) for step in one.steps) and _had_any(session, one, sources):
                found.append(one)
        elif _counted(sources[one.entity], one, inside[one.entity]):
            found.append(one)
    return found


def _counted(source: _Source, one: Touched, inside: set[tuple[str, int]]) -> bool:
    row = one.now or one.then or {}
    if source.parents:  # also what came and went since: it was a step on the way of what it belongs to
        if not any((parent.column, row[parent.column]) in inside for parent in source.parents):
            return False
    elif not source.counts(one.then) and not source.counts(one.now):
        return False
    return one.then is None or any(source.matters(step) for step in one.steps)


def _parents(session: Session, source: _Source) -> set[tuple[str, int]]:
    """(column, key) of the rows that lie in the days that count, by the column that refers to them."""
    found: set[tuple[str, int]] = set()
    for parent in source.parents:
        table = sa.table(parent.table, sa.column(parent.key), sa.column(parent.day, sa.Date))
        query = sa.select(table.c[parent.key]).where(*_days(table.c[parent.day], source.within))
        found |= {(parent.column, key) for key in session.connection().execute(query).scalars()}
    return found


def _had_any(session: Session, client: Touched, sources: dict[str, _Source]) -> bool:
    """Whether a client has any record that counts."""
    for source in sources.values():
        if "client_id" not in source.columns or not source.days:
            continue
        table = sa.table(source.entity, sa.column("client_id"), *(sa.column(day, sa.Date) for day in source.days))
        inside = sa.or_(*(sa.and_(*_days(table.c[day], source.within)) for day in source.days))
        query = sa.select(table.c.client_id).where(table.c.client_id == client.record, inside)
        if session.connection().execute(query).first() is not None:
            return True
    return False


def _days(column: Any, within: Period) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return column >= within.begin, column < within.end

"""Why a figure is what it is: its formula, the records behind it, and what was changed after its period was over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.dates import Period, end_of_day
from salescli.formulas import Kpi
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.models.receipts import Receipt
from salescli.services.figures import kpis, records_then
from salescli.services.figures.kpi_rows import Row
from salescli.services.figures.kpis import Figure
from salescli.services.figures.records_then import Step, Touched
from salescli.vocabulary import Measure, OrderState, Ratio

What = Literal["added", "removed", "restored", "altered"]

_MOST_ADDED = 20  # records that one command added are named singly up to so many


@dataclass(frozen=True)
class Altered:
    """A column that was changed, as the file keeps it: days as ISO text, money in minor units."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Later:
    """A change made after the period was over to a record that counts in the figure, or did.

    ``record`` is the code of it, or of the order or receipt it belongs to; ``records`` is how many one command
    added, the first of which it then is.
    """

    at: datetime
    command: str
    entity: str
    record: str
    what: What
    altered: tuple[Altered, ...] = ()
    records: int = 1


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

    @property
    def kpi(self) -> Kpi:
        """What it is a figure of."""
        return self.figure.kpi


def explain(session: Session, kpi: Kpi, period: Period, today: date) -> Why:
    """Why ``kpi`` comes to what it does in ``period``."""
    rows = kpis.rows_behind(session, kpi, period, today)
    figure = kpis.ratio_of(kpi, rows) if isinstance(kpi, Ratio) else kpis.work_out(session, kpi, period, today)
    touched = _touched(session, kpi, period, today) if period.last < today else []
    then = figure
    if touched:
        later = tuple(_told(session, kpi, touched, period, today))
        with records_then.in_force(session, touched):
            then = kpis.work_out(session, kpi, period, today)
    return Why(period, figure, tuple(rows), later if touched else (), then.value)


# --- which records and columns a figure rests on ---


@dataclass(frozen=True)
class _Source:
    """A table that a figure rests on, the columns that matter, and the days in which one of ``days`` must lie.

    Where ``parent`` is given, what it belongs to must lie there instead: (the column, the parent's table and day).
    """

    entity: str
    within: Period
    days: tuple[str, ...]
    columns: frozenset[str]
    parent: tuple[str, str, str] | None = None

    def counts(self, row: dict[str, Any] | None) -> bool:
        """Whether a row, as it is or stood, is one that counts, as far as it tells itself."""
        if row is None or row["deleted_at"] is not None or self._cancelled(row.get("state")):
            return False
        return self.parent is not None or any(self._inside(row[day]) for day in self.days)

    def matters(self, step: Step) -> list[str]:
        """The columns altered by a step that can make a difference."""
        before, after = step.before or {}, step.after or {}
        return [name for name in self.columns & before.keys() if self._differs(name, before[name], after.get(name))]

    def _differs(self, name: str, before: Any, after: Any) -> bool:
        if name in self.days:
            return self._inside(before) or self._inside(after)
        return name != "state" or self._cancelled(before) != self._cancelled(after)

    def _inside(self, day: str | None) -> bool:
        return day is not None and date.fromisoformat(day) in self.within

    def _cancelled(self, state: str | None) -> bool:
        return self.entity == "order" and state == OrderState.CANCELLED


def _source(entity: str, within: Period, days: str, columns: str) -> _Source:
    return _Source(entity, within, tuple(days.split()), frozenset(f"{days} {columns} deleted_at".split()))


def _part(entity: str, within: Period, parent: tuple[str, str, str], columns: str, days: str = "") -> _Source:
    return _Source(
        entity, within, tuple(days.split()), frozenset(f"{days} {columns} {parent[0]} deleted_at".split()), parent
    )


def _sources(kpi: Kpi, period: Period, today: date) -> list[_Source]:
    """The tables that a KPI rests on; clients apart, whose removal takes along all they have."""
    ever = Period(date.min, period.end, "")
    if isinstance(kpi, Ratio):
        return _sources_of_ratio(kpi, period, ever, today)
    shares = _part("ordershare", period, ("order_id", "order", "signed_on"), "person percent")
    visit = "client_id status channel"
    found: dict[Measure, list[_Source]] = {
        Measure.AMOUNT: [
            _source("order", period, "signed_on", "client_id state value"),
            shares,
            _source("orderreturn", period, "returned_on", "order_id value"),
        ],
        Measure.RECEIPTS: [
            _source("receipt", period, "received_on", "client_id value"),
            _source("refund", period, "refunded_on", "client_id value"),
        ],
        Measure.MARGIN: [_source("order", period, "signed_on", "client_id state value cost"), shares],
        Measure.ORDERS: [_source("order", period, "signed_on", "client_id state")],
        Measure.NEW_CLIENTS: [
            _source("order", ever, "signed_on", "client_id state"),
            _source("visit", ever, "done_on", "client_id status outcome"),
        ],
        Measure.VISITS: [_source("visit", period, "done_on", visit)],
        Measure.EFFECTIVE_VISITS: [_source("visit", period, "done_on", f"{visit} outcome next_on")],
        Measure.QUOTES: [_source("quotation", period, "issued_on", "client_id version")],
    }
    return found.get(kpi, [])


def _sources_of_ratio(kpi: Ratio, period: Period, ever: Period, today: date) -> list[_Source]:
    if kpi is Ratio.VISIT_RATE:
        return [_source("visit", period, "planned_on done_on", "client_id status channel unplanned moved_to")]
    if kpi in (Ratio.RETENTION, Ratio.GROWTH):
        growth = kpi is Ratio.GROWTH
        later, earlier = kpis.growth_windows(period, today) if growth else kpis.retention_windows(period)
        return [_source("order", Period(earlier.begin, later.end, ""), "signed_on", "client_id state")]
    if kpi is Ratio.OVERDUE_RATE:
        return [
            _source("order", ever, "signed_on", "client_id state rate"),
            _part("receivable", ever, ("order_id", "order", "signed_on"), "amount", "due_on"),
            _source("receipt", ever, "received_on", "client_id"),
            _part("allocation", ever, ("receipt_id", "receipt", "received_on"), "amount"),
            _source("orderreturn", ever, "returned_on", "order_id amount"),
        ]
    return []


# --- what was done to them later ---


def _touched(session: Session, kpi: Kpi, period: Period, today: date) -> list[Touched]:
    """The records that count or counted and were made or altered, where it matters, after the period was over."""
    sources = {source.entity: source for source in _sources(kpi, period, today)}
    if not sources:
        return []
    found, inside = [], {entity: _parents(session, source) for entity, source in sources.items() if source.parent}
    for one in records_then.touched_since(session, end_of_day(period.last), [*sources, "client"]):
        if one.entity == "client":
            if any("deleted_at" in (step.before or ()) for step in one.steps) and _had_any(session, one, sources):
                found.append(one)
        elif _counted(sources[one.entity], one, inside):
            found.append(one)
    return found


def _counted(source: _Source, one: Touched, inside: dict[str, set[int]]) -> bool:
    if not source.counts(one.then) and not source.counts(one.now):
        return False
    if source.parent and (one.now or one.then or {})[source.parent[0]] not in inside[one.entity]:
        return False
    return one.then is None or any(source.matters(step) for step in one.steps)


def _parents(session: Session, source: _Source) -> set[int]:
    """The keys of the parents that lie in the days that count."""
    assert source.parent is not None
    _column, entity, day = source.parent
    table = sa.table(entity, sa.column("id"), sa.column(day, sa.Date))
    return set(session.connection().execute(sa.select(table.c.id).where(*_days(table.c[day], source.within))).scalars())


def _had_any(session: Session, client: Touched, sources: dict[str, _Source]) -> bool:
    """Whether a client has any record that counts."""
    for source in sources.values():
        if "client_id" not in source.columns:
            continue
        table = sa.table(source.entity, sa.column("client_id"), *(sa.column(day, sa.Date) for day in source.days))
        inside = sa.or_(*(sa.and_(*_days(table.c[day], source.within)) for day in source.days))
        query = sa.select(table.c.client_id).where(table.c.client_id == client.record, inside)
        if session.connection().execute(query).first() is not None:
            return True
    return False


def _days(column: Any, within: Period) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return column >= within.begin, column < within.end


def _told(session: Session, kpi: Kpi, touched: list[Touched], period: Period, today: date) -> list[Later]:
    """The steps taken with these records since, the earliest first; what one command added in bulk as one."""
    sources = {source.entity: source for source in _sources(kpi, period, today)}
    codes = _Codes(session)
    added: dict[tuple[int, str], list[Touched]] = {}
    found = []
    for one in touched:
        if one.then is None:
            added.setdefault((one.steps[0].batch, one.entity), []).append(one)
        found += list(_steps(one, sources.get(one.entity), codes))
    for records in added.values():
        groups = [records] if len(records) > _MOST_ADDED else [[one] for one in records]
        for group in groups:
            step = group[0].steps[0]
            name = codes.of(group[0])
            found.append(Later(step.at, step.command, group[0].entity, name, "added", records=len(group)))
    return sorted(found, key=lambda later: (later.at, later.record))


def _steps(one: Touched, source: _Source | None, codes: "_Codes") -> Iterator[Later]:
    """What was done to a record that was there: the columns that matter."""
    for step in one.steps:
        if step.before is None:
            continue
        after = step.after or {}
        names = source.matters(step) if source else [name for name in step.before if name == "deleted_at"]
        if "deleted_at" in names:
            what: What = "removed" if after.get("deleted_at") else "restored"
            yield Later(step.at, step.command, one.entity, codes.of(one), what)
        elif names:
            altered = tuple(Altered(name, step.before[name], after.get(name)) for name in sorted(names))
            yield Later(step.at, step.command, one.entity, codes.of(one), "altered", altered)


class _Codes:
    """The codes that people know records by, looked up where a record has none of its own."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[str, int], str] = {}

    def of(self, one: Touched) -> str:
        """The code of a record, or of the order, receipt or client that it belongs to."""
        row = one.now or one.then or {}
        if row.get("code"):
            return str(row["code"])
        for column, table in (("receipt_id", Receipt), ("order_id", Order), ("client_id", Client)):
            if row.get(column):
                return self._code(table, row[column])
        return ""

    def _code(self, table: type[Receipt | Order | Client], key: int) -> str:
        place = (table.__name__, key)
        if place not in self._known:
            query = select_columns(table.code).where(col(table.id) == key)
            self._known[place] = self._session.exec(query).first() or ""
        return self._known[place]

"""Reports of a period: the KPIs against their targets, the funnel, coverage by class, rankings."""

import contextlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.currencies import in_yuan
from salescli.dates import Period
from salescli.decomposition.apportion import largest_remainder
from salescli.errors import NotFound, Refused
from salescli.formulas import Kpi
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.orders import Order, OrderLine
from salescli.models.quotations import Quotation
from salescli.models.visits import Visit
from salescli.services.accounts import cadence
from salescli.services.figures import kpi_rows, kpis
from salescli.services.figures.kpi_rows import Row
from salescli.services.figures.kpis import Figure
from salescli.services.goals import target_progress
from salescli.services.selling import deal_tables, deals
from salescli.services.selling.deal_tables import DealView
from salescli.services.visiting import week_visits
from salescli.services.visiting.week_visits import ratio
from salescli.vocabulary import DealState, Grade, Measure, Outcome, Tier, VisitStatus

By = Literal["client", "product", "territory"]


@dataclass(frozen=True)
class KpiRow:
    """A KPI with its target, where there is one; ``rate`` is a fraction of 1, None where the target is 0."""

    figure: Figure
    target: int | None

    @property
    def rate(self) -> float | None:
        """达成率: actual ÷ target."""
        if self.target is None or self.figure.value is None:
            return None
        return ratio(self.figure.value, self.target)


def kpi_report(session: Session, period: Period, today: date, calendar: Calendar) -> list[KpiRow]:
    """Every KPI of a period."""
    return [
        KpiRow(kpis.work_out(session, kpi, period, today), _target(session, kpi, period, today, calendar))
        for kpi in kpis.KPIS
    ]


def _target(session: Session, kpi: Kpi, period: Period, today: date, calendar: Calendar) -> int | None:
    if not isinstance(kpi, Measure):
        return None
    with contextlib.suppress(NotFound, Refused):
        return target_progress.progress(session, period, kpi, Tier.TARGET, calendar, today).assigned
    return None


# --- funnel ---


@dataclass(frozen=True)
class FunnelRow:
    """A step of the way to an order: how many, for how much in yuan, and which part of the step before it is.

    Open deals stand by the stage they are in today, ``weighted`` by their probabilities; of those won the rate is
    that of won and lost together.
    """

    step: Literal["visits", "quotes", "orders", "deals", "won", "lost"]
    count: int
    amount: int | None = None
    rate: float | None = None
    stage: str | None = None
    stage_name: str | None = None
    weighted: int | None = None


def funnel(session: Session, period: Period, today: date, settings: Settings) -> list[FunnelRow]:
    """The period's visits, quotations and orders, then the deals by stage, if there are any."""
    counts = {
        kpi: int(kpis.work_out(session, kpi, period, today).value or 0)
        for kpi in (Measure.VISITS, Measure.QUOTES, Measure.ORDERS, Measure.AMOUNT)
    }
    visits, quotes, orders = (counts[kpi] for kpi in (Measure.VISITS, Measure.QUOTES, Measure.ORDERS))
    return [
        FunnelRow("visits", visits),
        FunnelRow("quotes", quotes, _quoted(session, period), ratio(quotes, visits)),
        FunnelRow("orders", orders, counts[Measure.AMOUNT], ratio(orders, quotes)),
        *_deal_rows(session, period, today, settings),
    ]


def _quoted(session: Session, period: Period) -> int:
    """What the quotations issued in a period come to, each by its version in force, in yuan."""
    issued = select(Quotation.code).where(
        Quotation.version == 1,
        col(Quotation.issued_on) >= period.begin,
        col(Quotation.issued_on) < period.end,
        col(Quotation.deleted_at).is_(None),
    )
    totals = session.exec(
        select(Quotation.total, Quotation.rate)
        .join(Client, col(Client.id) == Quotation.client_id)
        .where(
            col(Quotation.code).in_(issued),
            col(Quotation.current).is_(True),
            col(Quotation.deleted_at).is_(None),
            col(Client.deleted_at).is_(None),
        )
    )
    return sum(in_yuan(total, rate) for total, rate in totals)


def _deal_rows(session: Session, period: Period, today: date, settings: Settings) -> list[FunnelRow]:
    still_open = deals.listed(session, deals.Filter(), today, settings)
    won = deals.won_in(session, period.begin, period.end, settings)
    lost = [
        deal
        for deal in deals.listed(session, deals.Filter(state=DealState.LOST), today, settings)
        if deal.closed_on is not None and deal.closed_on in period
    ]
    rows = [
        FunnelRow(
            "deals", len(stage.deals), stage.amount, stage=stage.stage, stage_name=stage.name, weighted=stage.weighted
        )
        for stage in deal_tables.board(still_open, settings)
    ]
    ended = len(won) + len(lost)
    rows += [
        FunnelRow("won", len(won), _worth(won), ratio(len(won), ended)),
        FunnelRow("lost", len(lost), _worth(lost), ratio(len(lost), ended)),
    ]
    return rows if still_open or ended else []


def _worth(found: Iterable[DealView]) -> int:
    return sum(deal.amount or 0 for deal in found)


# --- coverage ---


@dataclass(frozen=True)
class CoverageRow:
    """The clients of a class: how many were contacted in the period, and how many stand within their cadence.

    ``on_time`` and ``overdue`` are as of the period's last day, or today while it runs; who was never contacted and
    is not due yet is neither.
    """

    grade: str | None
    clients: int
    contacted: int
    on_time: int
    overdue: int

    @property
    def contacted_rate(self) -> float | None:
        """Contacted in the period ÷ clients."""
        return ratio(self.contacted, self.clients)

    @property
    def on_time_rate(self) -> float | None:
        """Within their cadence ÷ clients."""
        return ratio(self.on_time, self.clients)


def coverage(session: Session, period: Period, today: date, settings: Settings) -> list[CoverageRow]:
    """The clients by class, those without one last; who is archived or not pursued any more is left out."""
    as_of = min(period.last, today)
    contacted = _contacted(session, period, settings)
    earlier = week_visits.contacts_until(session, as_of, settings)
    sums: dict[str | None, Counter[str]] = {grade: Counter() for grade in (*Grade, None)}
    rows = session.exec(
        select_columns(
            Client.id, Client.grade, Client.lifecycle, Client.known_contact_on, Client.last_contact_on,
            Client.next_due_on,
        ).where(
            col(Client.deleted_at).is_(None),
            col(Client.archived).is_(False),
            col(Client.lifecycle).in_(cadence.PURSUED),
        )
    )  # fmt: skip
    for key, grade, lifecycle, known, last, due in rows:
        days = cadence.days_between(grade, lifecycle, settings)
        if days is None:
            continue
        if last is not None and last > as_of:
            last = max((day for day in (earlier.get(key), known) if day is not None and day <= as_of), default=None)
            due = last and last + timedelta(days=days)
        overdue = int(due is not None and due < as_of)
        found = sums[Grade(grade) if grade else None]
        found.update(
            clients=1, contacted=int(key in contacted), overdue=overdue, on_time=int(last is not None and not overdue)
        )
    names = ("clients", "contacted", "on_time", "overdue")
    return [CoverageRow(grade, *(found[name] for name in names)) for grade, found in sums.items()]


def _contacted(session: Session, period: Period, settings: Settings) -> set[int]:
    """The keys of the clients with a contact that counts in the period."""
    return set(
        session.exec(
            select(Visit.client_id).where(
                col(Visit.done_on) >= period.begin,
                col(Visit.done_on) < period.end,
                Visit.status == VisitStatus.DONE,
                col(Visit.deleted_at).is_(None),
                sa.or_(col(Visit.outcome).is_(None), col(Visit.outcome) != Outcome.ABSENT),
                col(Visit.channel).in_(settings.words("cadence.channels")),
            )
        )
    )


# --- ranking ---


@dataclass(frozen=True)
class RankingRow:
    """What one client, product or territory brought: minor units of yuan, and its part of all.

    ``name`` is None for orders that name no product, or clients without a territory. ``share`` is None where all
    comes to 0 or less; ``receipts`` is None by product, which they do not name.
    """

    rank: int
    code: str | None
    name: str | None
    amount: int
    share: float | None
    cumulative: float | None
    orders: int
    receipts: int | None


@dataclass
class _Brought:
    amount: int = 0
    orders: set[Any] = field(default_factory=set)
    receipts: int = 0


Key = tuple[str | None, str | None]  # code and name


def ranking(session: Session, period: Period, today: date, by: By, limit: int | None = None) -> list[RankingRow]:
    """The clients, products or territories by what they brought in a period, the most first."""
    ordered = kpi_rows.behind(session, Measure.AMOUNT, period, today)
    brought: dict[Key, _Brought] = defaultdict(_Brought)
    if by == "product":
        _by_product(session, ordered, brought)
    else:
        name_of = _client if by == "client" else _territories(session)
        for row in ordered:
            brought[name_of(row)].amount += row.amount or 0
            brought[name_of(row)].orders |= _order_of(row)
        for row in kpi_rows.behind(session, Measure.RECEIPTS, period, today):
            brought[name_of(row)].receipts += row.amount or 0
    return _ranked(brought, with_receipts=by != "product")[:limit]


def _ranked(brought: dict[Key, _Brought], *, with_receipts: bool) -> list[RankingRow]:
    total = sum(one.amount for one in brought.values())
    rows, so_far = [], 0
    found = sorted(
        brought.items(), key=lambda item: (-item[1].amount, -item[1].receipts, item[0][1] or "", item[0][0] or "")
    )
    for rank, ((code, name), one) in enumerate(found, start=1):
        so_far += one.amount
        share, cumulative = (one.amount / total, so_far / total) if total > 0 else (None, None)
        receipts = one.receipts if with_receipts else None
        rows.append(RankingRow(rank, code, name, one.amount, share, cumulative, len(one.orders), receipts))
    return rows


def _order_of(row: Row) -> set[Any]:
    """The order that a row is, or is an invoice of; none for a return."""
    return set() if row.kind == "return" else {row.order_key}


def _client(row: Row) -> Key:
    return row.client.code, row.client.name


def _territories(session: Session) -> Callable[[Row], Key]:
    known = dict(session.exec(select(Client.code, Client.territory)).all())
    return lambda row: (None, known.get(row.client.code))


def _by_product(session: Session, ordered: Sequence[Row], brought: dict[Key, _Brought]) -> None:
    """Share each order, or return, out to the products of its lines."""
    lines = _lines(session)
    named = dict(session.exec(select(Order.id, Order.product)).all())
    for row in ordered:
        of_order = lines.get(row.order_key) or [(named.get(row.order_key), 1)]
        amount = row.amount or 0
        parts = largest_remainder(abs(amount), [Fraction(weight) for _name, weight in of_order])
        for (name, _weight), part in zip(of_order, parts, strict=True):
            brought[None, name].amount += part if amount >= 0 else -part
        for name in {name for name, _weight in of_order}:
            brought[None, name].orders |= _order_of(row)


def _lines(session: Session) -> dict[Any, list[tuple[str | None, int]]]:
    """(product, amount) of the lines by order; an order whose lines are all free has none."""
    query = (
        select_columns(OrderLine.order_id, OrderLine.product, OrderLine.amount)
        .where(col(OrderLine.deleted_at).is_(None))
        .order_by(OrderLine.order_id, OrderLine.id)
    )
    by_order = groupby(session.exec(query), lambda row: row[0])
    found = {order: [(product, amount) for _order, product, amount in rows] for order, rows in by_order}
    return {order: rows for order, rows in found.items() if any(amount for _product, amount in rows)}

"""The week's deals and money: what became of deals and quotations, what is owed, and what came in."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlmodel import Session, col, func

from salescli.config import Settings
from salescli.currencies import in_yuan
from salescli.dates import Period
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.deals import Deal, DealMove
from salescli.models.orders import Order
from salescli.models.quotations import Quotation
from salescli.models.receipts import Allocation, Receipt, Receivable
from salescli.services import actuals, deals, forecasts, kpi_rows, stages
from salescli.services.deal_tables import DealView
from salescli.services.kpi_rows import Row
from salescli.services.visits import ClientRef
from salescli.vocabulary import DealState, Measure, OrderState

_MOST_DEALS = 20
_MOST_OWED = 30
_WEEK = timedelta(weeks=1)

What = Literal["new", "moved", "won", "lost", "parked", "reopened", "issued", "revised"]


@dataclass(frozen=True)
class DealStep:
    """What happened to a deal or a quotation in the week; ``stage`` is the code of the one it was moved to."""

    what: What
    stage: str | None = None
    stage_name: str | None = None


@dataclass(frozen=True)
class DealLine:
    """A deal, or a quotation issued in the week (its ``state`` then is a quotation's), with the week's steps.

    ``amount`` is in minor units of yuan, ``probability`` out of 100; ``expected_on`` is the day a quotation is valid
    until.
    """

    code: str
    client: ClientRef
    name: str | None
    amount: int | None
    stage: str | None
    stage_name: str | None
    state: str
    probability: int | None
    expected_on: date | None
    steps: tuple[DealStep, ...]
    next_step: str | None
    next_on: date | None


@dataclass(frozen=True)
class DealsOfWeek:
    """The deals that are open or were settled in the week, and what their month should bring against its target.

    ``more`` is how many open ones are left out for length.
    """

    lines: tuple[DealLine, ...]
    more: int
    month: str
    weighted: int
    won: int
    target: int | None

    @property
    def expected(self) -> int:
        """Weighted forecast and won together."""
        return self.weighted + self.won

    @property
    def rate(self) -> float | None:
        """Of the month's target; None without one."""
        return self.expected / self.target if self.target else None


@dataclass(frozen=True)
class OwedLine:
    """A part of an order that is due, or was paid for in the week, in minor units of yuan.

    ``days_overdue`` is 0 when it is not due yet, None without a due day. A line without an order is money received
    that pays for none.
    """

    client: ClientRef
    order: str | None
    number: str | None
    open: int
    due_on: date | None
    days_overdue: int | None
    received: int


@dataclass(frozen=True)
class OrdersOfWeek:
    """What is owed and was paid: the week's sales and receipts, what is open at its end, and what of it is overdue.

    ``lines`` are overdue, due by the end of the next week, of orders signed in the week, or paid for in it.
    """

    lines: tuple[OwedLine, ...]
    more: int
    sales: int
    owed: int
    received: int
    overdue: int

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.lines or self.sales or self.owed or self.received)


# --- deals and quotations ---


def deals_of(session: Session, period: Period, as_of: date, today: date, settings: Settings) -> DealsOfWeek:
    """The deals of the week ``period``: those with steps in it first, then the open ones by what they should bring."""
    steps = _steps(session, period, settings)
    known = deals.listed(session, deals.Filter(state="all"), today, settings)
    stepped = [deal for deal in known if deal.code in steps]
    quiet = [deal for deal in known if deal.code not in steps and deal.state == DealState.OPEN]
    quiet.sort(key=lambda deal: (-(deal.weighted or 0), deal.expected_on or date.max, deal.code))
    room = max(0, _MOST_DEALS - len(stepped))
    total = forecasts.outlook(session, Period.month_of(max(as_of, period.begin)), today, settings).total
    return DealsOfWeek(
        lines=(
            *(_deal_line(deal, steps.get(deal.code, ())) for deal in (*stepped, *quiet[:room])),
            *_quotations(session, period),
        ),
        more=len(quiet[room:]),
        month=total.period,
        weighted=total.found.weighted,
        won=total.found.won,
        target=total.target,
    )


def _deal_line(deal: DealView, steps: Iterable[DealStep]) -> DealLine:
    return DealLine(
        code=deal.code,
        client=deal.client,
        name=deal.name,
        amount=deal.amount,
        stage=deal.stage,
        stage_name=deal.stage_name,
        state=deal.state,
        probability=deal.probability,
        expected_on=deal.expected_on,
        steps=tuple(steps),
        next_step=deal.next_step,
        next_on=deal.next_on,
    )


def _steps(session: Session, period: Period, settings: Settings) -> dict[str, list[DealStep]]:
    """What happened to deals in the week, by their codes."""
    in_force = stages.of(settings)
    query = (
        select_columns(
            Deal.code, DealMove.from_stage, DealMove.to_stage, DealMove.from_state, DealMove.to_state
        )
        .join(Deal, col(Deal.id) == DealMove.deal_id)
        .where(
            DealMove.moved_on >= period.begin,
            DealMove.moved_on < period.end,
            col(DealMove.deleted_at).is_(None),
            col(Deal.deleted_at).is_(None),
        )
        .order_by(col(DealMove.id))
    )  # fmt: skip
    found: dict[str, list[DealStep]] = defaultdict(list)
    for code, from_stage, to_stage, from_state, to_state in session.exec(query):
        found[code].append(_step(from_stage, from_state, to_state, to_stage, stages.name_of(to_stage, in_force)))
    return found


def _step(from_stage: str | None, from_state: str | None, to_state: str, stage: str, name: str) -> DealStep:
    if from_stage is None:
        return DealStep("new")
    if to_state == from_state:
        return DealStep("moved", stage, name)
    ended: dict[str, What] = {DealState.WON: "won", DealState.LOST: "lost", DealState.PARKED: "parked"}
    return DealStep(ended.get(DealState(to_state), "reopened"))


def _quotations(session: Session, period: Period) -> list[DealLine]:
    """The quotations issued or revised in the week, each by its version in force."""
    query = (
        select_columns(
            Quotation.code, Client.code, Client.name, Quotation.total, Quotation.rate, Quotation.state,
            Quotation.valid_until, Quotation.version,
        )
        .join(Client, col(Client.id) == Quotation.client_id)
        .where(
            Quotation.issued_on >= period.begin,
            Quotation.issued_on < period.end,
            col(Quotation.current).is_(True),
            col(Quotation.deleted_at).is_(None),
            col(Client.deleted_at).is_(None),
        )
        .order_by(col(Quotation.id))
    )  # fmt: skip
    return [
        DealLine(
            code, ClientRef(client, name), None, in_yuan(total, rate), None, None, state, None, valid_until,
            (DealStep("issued" if version == 1 else "revised"),), None, None,
        )
        for code, client, name, total, rate, state, valid_until, version in session.exec(query)
    ]  # fmt: skip


# --- orders and receipts ---


def orders_of(session: Session, period: Period, as_of: date) -> OrdersOfWeek:
    """What was owed at the end of ``as_of`` and what the week ``period`` brought."""
    still_open = kpi_rows.open_receivables(session, as_of)
    paid = _paid(session, period)
    signed = _signed(session, period)
    told = [
        row
        for row in still_open
        if row.key in paid or row.order_key in signed or (row.day is not None and row.day < period.end + _WEEK)
    ]
    told.sort(key=lambda row: (row.state != "overdue", row.day or date.max, row.code or "", row.key or 0))
    lines = [
        *(_owed_line(row, paid.pop(row.key, 0), as_of) for row in told),
        *_settled(session, paid),
        *_unallocated(session, period),
    ]
    return OrdersOfWeek(
        lines=tuple(lines[:_MOST_OWED]),
        more=len(lines[_MOST_OWED:]),
        sales=actuals.total(session, Measure.AMOUNT, period.begin, period.end) or 0,
        owed=sum(row.amount or 0 for row in still_open),
        received=actuals.total(session, Measure.RECEIPTS, period.begin, period.end) or 0,
        overdue=sum(row.counts for row in still_open),
    )


def _owed_line(row: Row, received: int, as_of: date) -> OwedLine:
    days = None if row.day is None else max(0, (as_of - row.day).days)
    return OwedLine(row.client, row.code, row.number, row.amount or 0, row.day, days, received)


def _paid(session: Session, period: Period) -> dict[Any, int]:
    """What the week's receipts pay, by the part of an order, in yuan."""
    query = (
        select_columns(Allocation.receivable_id, func.sum(Allocation.amount), Receipt.rate)
        .join(Receipt, col(Receipt.id) == Allocation.receipt_id)
        .where(*_received_in(period), col(Allocation.deleted_at).is_(None))
        .group_by(col(Allocation.receivable_id), col(Receipt.rate))
    )
    found: dict[Any, int] = defaultdict(int)
    for key, amount, rate in session.exec(query):
        found[key] += in_yuan(amount, rate)
    return found


def _received_in(period: Period) -> tuple[Any, ...]:
    day = col(Receipt.received_on)
    return day >= period.begin, day < period.end, col(Receipt.deleted_at).is_(None)


def _signed(session: Session, period: Period) -> set[int]:
    day = col(Order.signed_on)
    return set(session.exec(select_columns(Order.id).where(day >= period.begin, day < period.end)))


def _settled(session: Session, paid: dict[Any, int]) -> list[OwedLine]:
    """The parts that the week's receipts have paid off."""
    query = (
        select_columns(Receivable.id, Client.code, Client.name, Order.code, Order.number, Receivable.due_on)
        .join(Order, col(Order.id) == Receivable.order_id)
        .join(Client, col(Client.id) == Receivable.client_id)
        .where(
            col(Receivable.id).in_(list(paid)),
            col(Receivable.deleted_at).is_(None),
            col(Client.deleted_at).is_(None),
            Order.state != OrderState.CANCELLED,
        )
        .order_by(col(Receivable.due_on), col(Receivable.id))
    )
    return [
        OwedLine(ClientRef(client, name), code, number, 0, due_on, None, paid[key])
        for key, client, name, code, number, due_on in session.exec(query)
    ]


def _unallocated(session: Session, period: Period) -> list[OwedLine]:
    """The week's receipts that pay for nothing yet, by client."""
    allocated = (
        select_columns(func.coalesce(func.sum(Allocation.amount), 0))
        .where(Allocation.receipt_id == Receipt.id, col(Allocation.deleted_at).is_(None))
        .correlate(Receipt)
        .scalar_subquery()
    )
    query = (
        select_columns(Client.code, Client.name, col(Receipt.amount) - allocated, Receipt.rate)
        .select_from(Receipt)
        .join(Client, col(Client.id) == Receipt.client_id)
        .where(*_received_in(period), col(Client.deleted_at).is_(None))
        .order_by(col(Receipt.id))
    )
    left: dict[ClientRef, int] = defaultdict(int)
    for client, name, amount, rate in session.exec(query):
        left[ClientRef(client, name)] += in_yuan(amount, rate)
    return [OwedLine(client, None, None, 0, None, None, amount) for client, amount in left.items() if amount]

"""The week's deals and money: what became of deals and quotations, what is owed, and what came in."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from sqlmodel import Session, and_, col, func, or_

from salescli.config import Settings
from salescli.currencies import in_yuan
from salescli.dates import Period
from salescli.decomposition.apportion import largest_remainder
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.deals import Deal, DealMove
from salescli.models.orders import Order
from salescli.models.quotations import Quotation
from salescli.models.receipts import Allocation, Receipt, Receivable, Refund
from salescli.services.accounts.clients import ClientRef
from salescli.services.care import promise_views
from salescli.services.figures import kpi_rows
from salescli.services.figures.kpi_rows import Row
from salescli.services.goals import actuals
from salescli.services.selling import deals, forecasts, stages
from salescli.services.selling.deal_tables import DealView
from salescli.vocabulary import DealState, Measure, OrderState

_MOST_DEALS = 20
_MOST_OWED = 30
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)

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

    ``won`` is what is booked, and deals won that have no order yet; ``more`` is how many open ones are left out for
    length.
    """

    lines: tuple[DealLine, ...]
    more: int
    month: str
    weighted: int
    won: int
    target: int | None

    @property
    def expected(self) -> int:
        """Weighted forecast and what is booked or won together."""
        return self.weighted + self.won

    @property
    def rate(self) -> float | None:
        """Of the month's target; None without one."""
        return self.expected / self.target if self.target else None


@dataclass(frozen=True)
class OwedLine:
    """A part of an order that is due, or was paid for in the week, in minor units of yuan.

    ``days_overdue`` is 0 when it is not due yet, None without a due day. A line without an order is money received
    that pays for none. ``received`` is below 0 for money paid back in the week. ``promised_on`` is the day for which
    the client promised money, ``promise`` its words; they stand on what the client has owed longest.
    """

    client: ClientRef
    order: str | None
    number: str | None
    open: int
    due_on: date | None
    days_overdue: int | None
    received: int
    promised_on: date | None = None
    promise: str | None = None


@dataclass(frozen=True)
class OrdersOfWeek:
    """What is owed and was paid: the week's sales and receipts, what is open at its end, and what of it is overdue.

    ``received`` is less what was paid back in the week; the lines, with those left out for length, come to it.

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
    known = deals.open_or_moved(session, period.begin, period.end, today, settings)
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
    so_far = Period(period.begin, max(as_of, period.begin) + _DAY, period.label)  # an acceptance may mature later
    paid, unallocated = _received(session, so_far)
    signed = _signed(session, period)
    told = [
        row
        for row in still_open
        if row.key in paid or row.order_key in signed or (row.day is not None and row.day < period.end + _WEEK)
    ]
    told.sort(key=lambda row: (row.state != "overdue", row.day or date.max, row.code or "", row.key or 0))
    own = [row for row in told if row.key in paid or row.order_key in signed]
    before = [row for row in told if row.key not in paid and row.order_key not in signed]
    of_the_week = [
        *(_owed_line(row, paid.pop(row.key, 0), as_of) for row in own),
        *_settled(session, paid),
        *(OwedLine(client, None, None, 0, None, None, value) for client, value in unallocated.items()),
        *_paid_back(session, so_far),
    ]
    lines = _with_promises(session, [*of_the_week, *(_owed_line(row, 0, as_of) for row in before)], as_of)
    # What the week brought and what was promised stands before debts that nothing happened to.
    old = lines[len(of_the_week) :]
    old.sort(key=lambda line: line.promise is None)
    lines = [*lines[: len(of_the_week)], *old]
    return OrdersOfWeek(
        lines=tuple(lines[:_MOST_OWED]),
        more=len(lines[_MOST_OWED:]),
        sales=actuals.total(session, Measure.AMOUNT, period.begin, so_far.end) or 0,
        owed=sum(row.amount or 0 for row in still_open),
        received=actuals.total(session, Measure.RECEIPTS, period.begin, so_far.end) or 0,
        overdue=sum(row.counts for row in still_open),
    )


def _with_promises(session: Session, lines: list[OwedLine], as_of: date) -> list[OwedLine]:
    """The lines with what clients promised to pay, the earliest promise of each on its first line that is open."""
    promises = {promise.client: promise for promise in reversed(promise_views.due(session, date.max, as_of))
                if promise.collection}  # fmt: skip
    found = []
    for line in lines:
        promise = promises.pop(line.client, None) if line.open else None
        found.append(replace(line, promised_on=promise.due_on, promise=promise.text) if promise else line)
    return found


def _owed_line(row: Row, received: int, as_of: date) -> OwedLine:
    days = None if row.day is None else max(0, (as_of - row.day).days)
    return OwedLine(row.client, row.code, row.number, row.amount or 0, row.day, days, received)


def _received(session: Session, period: Period) -> tuple[dict[Any, int], dict[ClientRef, int]]:
    """What the week's receipts pay, by the part of an order, and what pays for nothing, by client; in yuan.

    What was paid back of them is in neither. The parts of a receipt come to its worth in yuan.
    """
    query = (
        select_columns(Receipt.id, Client.code, Client.name, Receipt.amount, Receipt.value)
        .join(Client, col(Client.id) == Receipt.client_id)
        .where(*_counted(session, period), col(Receipt.deleted_at).is_(None), *_KEPT)
        .order_by(col(Receipt.id))
    )
    paid: dict[Any, int] = defaultdict(int)
    left: dict[ClientRef, int] = defaultdict(int)
    allocated, refunded = _allocated(session, period), _refunded(session, period)
    for key, client, name, amount, value in session.exec(query):
        parts = allocated.get(key, [])
        amount_back, value_back = refunded.get(key, (0, 0))
        weights = [part for _receivable, part in parts]
        weights.append(max(0, amount - amount_back - sum(weights)))
        shares = largest_remainder(value - value_back, weights) if any(weights) else [0] * len(weights)
        for (receivable, _part), share in zip(parts, shares, strict=False):
            paid[receivable] += share
        left[ClientRef(client, name)] += value - value_back - sum(shares[:-1])
    return paid, {client: value for client, value in left.items() if value}


def _within(period: Period, day: Any) -> tuple[Any, Any]:
    return col(day) >= period.begin, col(day) < period.end


def _counted(session: Session, period: Period) -> tuple[Any, Any]:
    """Of receipts: those that count in the period."""
    day = actuals.day_received(session, Receipt)
    return day >= period.begin, day < period.end


_KEPT = (col(Client.deleted_at).is_(None),)
_STANDS = (Order.state != OrderState.CANCELLED, col(Order.deleted_at).is_(None), *_KEPT)


def _allocated(session: Session, period: Period) -> dict[int, list[tuple[int, int]]]:
    """(part of an order, amount) that the week's receipts pay for, by receipt."""
    query = (
        select_columns(Allocation.receipt_id, Allocation.receivable_id, Allocation.amount)
        .join(Receipt, col(Receipt.id) == Allocation.receipt_id)
        .join(Receivable, col(Receivable.id) == Allocation.receivable_id)
        .join(Order, col(Order.id) == Receivable.order_id)
        .join(Client, col(Client.id) == Order.client_id)
        .where(*_counted(session, period), col(Allocation.deleted_at).is_(None))
        .where(col(Receivable.deleted_at).is_(None), *_STANDS)
        .order_by(col(Allocation.id))
    )
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for receipt, receivable, amount in session.exec(query):
        found[receipt].append((receivable, amount))
    return found


def _refunded(session: Session, period: Period) -> dict[int, tuple[int, int]]:
    """What was ever paid back of the week's receipts, in their currency and in yuan, by receipt."""
    query = (
        select_columns(Refund.receipt_id, func.sum(Refund.amount), func.sum(Refund.value))
        .join(Receipt, col(Receipt.id) == Refund.receipt_id)
        .where(*_counted(session, period), col(Refund.deleted_at).is_(None))
        .group_by(col(Refund.receipt_id))
    )
    return {receipt: (amount, value) for receipt, amount, value in session.exec(query)}


def _signed(session: Session, period: Period) -> set[int]:
    return set(session.exec(select_columns(Order.id).where(*_within(period, Order.signed_on))))


def _settled(session: Session, paid: dict[Any, int]) -> list[OwedLine]:
    """The parts that the week's receipts have paid off."""
    query = (
        select_columns(Receivable.id, Client.code, Client.name, Order.code, Order.number, Receivable.due_on)
        .join(Order, col(Order.id) == Receivable.order_id)
        .join(Client, col(Client.id) == Order.client_id)
        .where(col(Receivable.id).in_(list(paid)))
        .order_by(col(Receivable.due_on), col(Receivable.id))
    )
    return [
        OwedLine(ClientRef(client, name), code, number, 0, due_on, None, paid[key])
        for key, client, name, code, number, due_on in session.exec(query)
    ]


def _paid_back(session: Session, period: Period) -> list[OwedLine]:
    """The week's refunds below 0, by order or client; what was received in the week and paid back in it is left out.

    What came in this week and went back later is a line above 0: it was received.
    """
    query = (
        select_columns(Client.code, Client.name, Order.code, Order.number, Refund.value)
        .add_columns(col(Refund.refunded_on), actuals.day_received(session, Receipt))
        .select_from(Refund)
        .join(Client, col(Client.id) == Refund.client_id)
        .outerjoin(Order, col(Order.id) == Refund.order_id)
        .outerjoin(Receipt, (col(Receipt.id) == Refund.receipt_id) & col(Receipt.deleted_at).is_(None))
        .where(or_(and_(*_within(period, Refund.refunded_on)), and_(*_counted(session, period))))
        .where(col(Refund.deleted_at).is_(None), *_KEPT)
        .order_by(col(Refund.id))
    )
    found: dict[tuple[ClientRef, str | None, str | None], int] = defaultdict(int)
    for client, name, order, number, value, refunded_on, received_on in session.exec(query):
        received = received_on is not None and received_on in period
        found[ClientRef(client, name), order, number] += value * (received - (refunded_on in period))
    return [
        OwedLine(client, order, number, 0, None, None, value)
        for (client, order, number), value in found.items()
        if value
    ]

"""What is owed: an order's amount in parts with a day each, what of it is still open, and how long it has been due."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from salescli.config import Settings
from salescli.currencies import in_yuan
from salescli.decomposition.apportion import largest_remainder
from salescli.errors import BadValue, Refused
from salescli.i18n import _
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.orders import Order, OrderReturn
from salescli.models.receipts import Allocation, Invoice, Receivable
from salescli.payment_terms import Terms, parse
from salescli.services.accounts.clients import ClientRef
from salescli.services.changes import now_of
from salescli.vocabulary import OrderState, PaymentEvent

BUCKETS = ("current", "d30", "d60", "d90", "over90")
_BUCKET_ENDS = (0, 30, 60, 90)
_ASKED_AT_ONCE = 500


@dataclass(frozen=True)
class PlannedPart:
    """A part of an order's amount: ``due_on`` is None as long as what it waits for has not happened."""

    kind: str
    basis: str
    event: str
    due_on: date | None
    amount: int


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is still owed of a part: ``open`` in minor units of ``currency``, ``value`` the same in yuan.

    ``paid`` is what receipts have paid of it. ``days_overdue`` is 0 when not yet due, None without a due day.
    """

    receivable_id: int
    order_id: int
    client: ClientRef
    order: str
    number: str | None
    signed_on: date
    position: int
    kind: str
    basis: str | None
    event: str | None
    due_on: date | None
    days_overdue: int | None
    amount: int
    paid: int
    open: int
    currency: str
    rate: str | None
    value: int

    @property
    def bucket(self) -> str:
        """How long it has been due: one of BUCKETS."""
        return bucket_of(self.days_overdue or 0)


@dataclass(frozen=True)
class Aging:
    """What is open by how long it has been due, in yuan; ``total`` includes what is not due yet."""

    total: int
    buckets: dict[str, int]
    rows: list[OpenItem]


def bucket_of(days_overdue: int) -> str:
    """The one of BUCKETS for what has been due for so many days; 0 for what is not due yet."""
    return next((name for name, end in zip(BUCKETS, _BUCKET_ENDS, strict=False) if days_overdue <= end), BUCKETS[-1])


# --- the plan of an order ---


def planned(
    amount: int,
    signed_on: date,
    delivered_on: date | None,
    accepted_on: date | None,
    terms_text: str | None,
    settings: Settings,
    *,
    promised_on: date | None = None,
    invoiced_on: date | None = None,
    from_signing: bool = False,
) -> list[PlannedPart]:
    """The parts of an order's ``amount`` by its terms (those of the settings without any); they come to it exactly.

    ``from_signing`` takes the day of signing for what has not happened, as imported orders need that came without
    deliveries. Raises BadValue for terms that can't be read.
    """
    terms = terms_of(terms_text, settings)
    month_end = settings.text("receivables.month_end_from") == "month_end"
    known = {
        PaymentEvent.SIGNED: signed_on,
        PaymentEvent.BEFORE_DELIVERY: min(filter(None, (promised_on, delivered_on)), default=None),
        PaymentEvent.DELIVERED: delivered_on or accepted_on,
        PaymentEvent.ACCEPTED: accepted_on,
        PaymentEvent.INVOICED: invoiced_on,
    }
    parts = []
    for place, (part, share) in enumerate(zip(terms.parts, _amounts(amount, terms), strict=True)):
        # 款到发货 with no day promised: the goods wait for the money from now on.
        at_once = place == 0 and part.event is PaymentEvent.BEFORE_DELIVERY
        event_on = known[part.event] or (signed_on if from_signing or at_once else None)
        due_on = None if event_on is None else part.due_on(event_on, month_end=month_end)
        if share or not amount:
            parts.append(PlannedPart(part.kind.value, part.words, part.event.value, due_on, share))
    return parts


def terms_of(text: str | None, settings: Settings) -> Terms:
    """The terms that a text names; those of the setting receivables.terms without one."""
    return _parsed(text or settings.text("receivables.terms"))


# Files name the same few terms in every row.
@lru_cache(maxsize=1000)
def _parsed(text: str) -> Terms:
    return parse(text)


def _amounts(amount: int, terms: Terms) -> list[int]:
    return largest_remainder(amount, [part.share for part in terms.parts])


def plan(
    session: Session, order: Order, terms_text: str | None, settings: Settings, *, from_signing: bool = False
) -> list[Receivable]:
    """Lay down when an order's amount is due, in place of the plan it had; the order keeps the terms as typed.

    Raises BadValue for terms that can't be read, Refused when receipts already pay for the plan, or for a
    cancelled order.
    """
    parts = parts_of(session, order, terms_text, settings, from_signing=from_signing)
    _refuse_if_settled(session, order, of_order(session, order))
    order.terms = terms_text.strip() if terms_text else order.terms
    session.add(order)
    return put(session, order, parts)


def parts_of(
    session: Session, order: Order, terms_text: str | None, settings: Settings, *, from_signing: bool = False
) -> list[PlannedPart]:
    """The parts of an order's amount by these terms (those of the settings without any), with the days it knows."""
    return planned(order.amount, *_days_of(order), terms_text, settings, **_more_days(session, order, from_signing))


def put(session: Session, order: Order, parts: list[PlannedPart]) -> list[Receivable]:
    """Put ``parts``, which come to the order's amount, in the place of the plan it had."""
    now = now_of(session)
    for receivable in of_order(session, order):
        receivable.deleted_at = now
        session.add(receivable)
    made = [_receivable(order, place, part) for place, part in enumerate(parts, start=1)]
    session.add_all(made)
    session.flush()
    return made


def _receivable(order: Order, place: int, part: PlannedPart) -> Receivable:
    assert order.id is not None
    return Receivable(
        order_id=order.id,
        client_id=order.client_id,
        position=place,
        kind=part.kind,
        basis=part.basis,
        event=part.event,
        due_on=part.due_on,
        amount=part.amount,
    )


def _days_of(order: Order) -> tuple[date, date | None, date | None]:
    return order.signed_on, order.delivered_on, order.accepted_on


def _more_days(session: Session, order: Order, from_signing: bool) -> dict[str, Any]:
    first = select(func.min(Invoice.issued_on)).where(Invoice.order_id == order.id, col(Invoice.deleted_at).is_(None))
    return {
        "promised_on": order.promised_on,
        "invoiced_on": session.exec(first).one(),
        "from_signing": from_signing,
    }


def _refuse_if_settled(session: Session, order: Order, before: list[Receivable]) -> None:
    if order.state == OrderState.CANCELLED:
        raise Refused(_("{code} is cancelled: nothing is owed for it.").format(code=order.code))
    paying = select(Allocation.id).where(
        col(Allocation.receivable_id).in_([receivable.id for receivable in before]),
        col(Allocation.deleted_at).is_(None),
    )
    if session.exec(paying).first() is not None:
        raise Refused(
            _("Receipts already pay for {code}, so its plan stays as it is.").format(code=order.code),
            hint=_("`sales receipt list` shows them; `sales receipt allocate RECEIPT {code} 0` takes one off.").format(
                code=order.code
            ),
        )


def settle_dates(session: Session, order: Order, settings: Settings) -> list[Receivable]:
    """Let the due days follow what has happened to an order: its delivery, acceptance or first invoice.

    The days of what has not happened stay as they are. Gives back the parts whose day changed.
    """
    there = of_order(session, order)
    try:
        parts = parts_of(session, order, order.terms, settings)
    except BadValue:  # imported terms that nobody can read have a plan of their own
        return []
    if [(part.event, part.amount) for part in parts] != [(one.event, one.amount) for one in there]:
        return []
    changed = []
    for receivable, part in zip(there, parts, strict=True):
        if part.due_on is not None and part.due_on != receivable.due_on:
            receivable.due_on = part.due_on
            session.add(receivable)
            changed.append(receivable)
    session.flush()
    return changed


def of_order(session: Session, order: Order) -> list[Receivable]:
    """The parts of an order's plan, in their order."""
    alive = select(Receivable).where(Receivable.order_id == order.id, col(Receivable.deleted_at).is_(None))
    return list(session.exec(alive.order_by(col(Receivable.position), col(Receivable.id))))


# --- what is open ---


def plan_items(session: Session, order: Order, today: date) -> list[OpenItem]:
    """The parts of an order's plan with what is paid and open of each, settled ones too."""
    parts = sorted(_items(session, today, [Receivable.order_id == order.id]), key=lambda item: item.position)
    items = _after_returns(session, parts)
    # What is paid is not overdue.
    return [item if item.open or not item.days_overdue else replace(item, days_overdue=0) for item in items]


def open_items(
    session: Session,
    today: date,
    client: Client | None = None,
    order: Order | None = None,
    *,
    orders: Collection[int] | None = None,
) -> list[OpenItem]:
    """What is still owed, the longest due first, what has no due day last; cancelled orders owe nothing.

    ``orders`` are the keys of orders of which alone it is asked.
    """
    conditions: list[Any] = []
    if orders is not None and len(orders) <= _ASKED_AT_ONCE:
        conditions.append(col(Receivable.order_id).in_(orders))
    if client is not None:
        conditions.append(Receivable.client_id == client.id)
    if order is not None:
        conditions.append(Receivable.order_id == order.id)
    items = _after_returns(session, _items(session, today, [*conditions, col(Receivable.paid) < Receivable.amount]))
    wanted = (item for item in items if item.open and (orders is None or item.order_id in orders))
    return sorted(wanted, key=due_order)


def due_order(item: OpenItem) -> tuple[date, date, int, int]:
    """The order in which open parts are due, and paid."""
    return item.due_on or date.max, item.signed_on, item.order_id, item.position


def aging(session: Session, today: date, client: Client | None = None) -> Aging:
    """What is open, by how long it has been due on ``today``, in yuan at the rates of the orders."""
    rows = open_items(session, today, client)
    buckets = dict.fromkeys(BUCKETS, 0)
    for row in rows:
        buckets[row.bucket] += row.value
    return Aging(sum(buckets.values()), buckets, rows)


def _items(session: Session, today: date, conditions: list[Any]) -> list[OpenItem]:
    """The parts of standing orders, in no order, before returns are taken off."""
    rows = session.exec(
        select_columns(
            Receivable.id, Receivable.order_id, Client.code, Client.name, Order.code, Order.number, Order.signed_on,
            Receivable.position, Receivable.kind, Receivable.basis, Receivable.event, Receivable.due_on,
            Receivable.amount, Receivable.paid, Order.currency, Order.rate,
        )
        .join(Order, col(Order.id) == Receivable.order_id)
        .join(Client, col(Client.id) == Receivable.client_id)
        .where(
            col(Receivable.deleted_at).is_(None),
            col(Order.deleted_at).is_(None),
            col(Order.state) != OrderState.CANCELLED,
            col(Client.deleted_at).is_(None),
            *conditions,
        )
    )  # fmt: skip
    shared: dict[Any, Any] = {}
    return [_item(row, today, shared) for row in rows]


def _item(row: Any, today: date, shared: dict[Any, Any]) -> OpenItem:
    """A row as an item; what many rows have in common is ``shared``, for there may be 100,000."""
    number, order_id, client, name, code, contract, signed_on, *part, due_on, amount, paid, currency, rate = row
    position, *words = part
    kind, basis, event = (shared.setdefault(word, word) for word in words)
    whose = shared.get((client, name)) or shared.setdefault((client, name), ClientRef(client, name))
    signed_on, due_on = shared.setdefault(signed_on, signed_on), shared.setdefault(due_on, due_on)
    days = None if due_on is None else max(0, (today - due_on).days)
    left = amount - paid
    return OpenItem(
        number, order_id, whose, code, contract, signed_on, position, kind, basis, event, due_on, days, amount, paid,
        left, shared.setdefault(currency, currency), rate, in_yuan(left, rate),
    )  # fmt: skip


def _after_returns(session: Session, items: list[OpenItem]) -> list[OpenItem]:
    """Take what came back off what is open of each order, from the part due last."""
    back = returned(session, {item.order_id for item in items})
    if not back:
        return items
    left = {}
    for item in sorted(items, key=due_order, reverse=True):
        off = min(item.open, back.get(item.order_id, 0))
        if off:
            back[item.order_id] -= off
            left[item.receivable_id] = item.open - off
    return [
        replace(item, open=left[item.receivable_id], value=in_yuan(left[item.receivable_id], item.rate))
        if item.receivable_id in left
        else item
        for item in items
    ]


def returned(session: Session, orders: set[int], until: date = date.max) -> dict[int, int]:
    """What came back of each of ``orders`` (keys) up to and including ``until``, in the orders' currencies.

    Those of which nothing came back are left out.
    """
    query = (
        select(OrderReturn.order_id, func.sum(col(OrderReturn.amount)))
        .where(col(OrderReturn.deleted_at).is_(None), col(OrderReturn.returned_on) <= until)
        .group_by(col(OrderReturn.order_id))
    )
    if len(orders) <= _ASKED_AT_ONCE:
        query = query.where(col(OrderReturn.order_id).in_(orders))
    return {order: amount for order, amount in session.exec(query) if order in orders}


def work_out_paid(session: Session) -> None:
    """Work out anew what receipts have paid of every part, which the data file keeps with the part."""
    received = sa.select(func.coalesce(func.sum(Allocation.amount), 0)).where(
        col(Allocation.receivable_id) == Receivable.id, col(Allocation.deleted_at).is_(None)
    )
    paid = received.scalar_subquery()
    session.execute(sa.update(Receivable).where(col(Receivable.paid) != paid).values(paid=paid))

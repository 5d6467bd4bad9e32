"""Money received: which parts of which orders it pays, and what of it is left over."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from salescli.amounts import grouped
from salescli.currencies import HOME, checked_rate, in_yuan, parse_currency, refuse_worthless
from salescli.dates import echo_day
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.i18n import _
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.models.receipts import Allocation, Receipt, Receivable, Refund
from salescli.services.accounts import clients
from salescli.services.cash import receivables
from salescli.services.cash.receipt_views import ReceiptView as ReceiptView
from salescli.services.cash.receipt_views import allocated, paid_back
from salescli.services.cash.receipt_views import listed as listed
from salescli.services.cash.receipt_views import unallocated as unallocated
from salescli.services.cash.receipt_views import view as view
from salescli.services.cash.receivables import OpenItem, due_order
from salescli.services.changes import now_of
from salescli.texts import NOTE_LIMIT, clean, name_key
from salescli.vocabulary import Method, OrderState, parse_word

_CODE = re.compile(r"r[0-9]{1,9}$")
_MOST_CHOICES = 20


# --- taking money in ---


def add(
    session: Session,
    client: Client,
    amount: int,
    received_on: date,
    *,
    order: Order | None = None,
    to: Sequence[tuple[Order, int]] | None = None,
    method: str | None = None,
    currency: str | None = None,
    rate: str | None = None,
    matures_on: date | None = None,
    reference: str | None = None,
    note: str | None = None,
    visit_id: int | None = None,
) -> Receipt:
    """Store money received and let it pay what is owed: ``order`` first, then what is due longest.

    Only orders of the client in the receipt's currency (the order's, else yuan) are paid; what is left over stays
    unallocated. ``to`` says by hand what pays for which order, and nothing else is paid. ``method``, ``currency``
    and ``rate`` are as typed. Raises BadValue for what can't be read, a foreign currency without a rate, or no
    money; Refused for an order of another client or currency, and more for an order than is open.
    """
    if amount <= 0:
        raise BadValue(_("A receipt needs an amount above 0."))
    for named in [order, *(one for one, _amount in to or ())]:
        refuse_other_client(client, named)
    code = _currency(order, currency, rate is not None)
    _refuse_other_currency(code, [order, *(one for one, _amount in to or ())])
    checked = checked_rate(rate or (order.rate if order is not None else None), code)
    refuse_worthless(amount, checked)
    if matures_on is not None and matures_on < received_on:
        raise BadValue(
            _("What was received on {received} can't mature on {day}.").format(
                received=echo_day(received_on), day=echo_day(matures_on)
            )
        )
    number = clients.next_id(session, Receipt)
    assert client.id is not None
    receipt = Receipt(
        id=number,
        code=f"R{number:04d}",
        client_id=client.id,
        order_id=order.id if order is not None else None,
        visit_id=visit_id,
        received_on=received_on,
        amount=amount,
        currency=code,
        rate=checked,
        value=in_yuan(amount, checked),
        method=None if method is None else parse_word(method, Method).value,
        matures_on=matures_on,
        reference=None if reference is None else clean(reference, field=_("reference")),
        note=None if note is None else clean(note, field=_("note"), limit=NOTE_LIMIT),
    )
    session.add(receipt)
    session.flush()
    if to is None:
        _pay_oldest_first(session, receipt, client, order)
    else:
        _pay_by_hand(session, receipt, to)
    return receipt


def _currency(order: Order | None, text: str | None, has_rate: bool) -> str:
    if text is not None:
        return parse_currency(text)
    if order is None and has_rate:
        raise BadValue(_("The rate of which currency?"), hint=_("Name it, as in --currency USD."))
    return HOME if order is None else order.currency


def refuse_other_client(client: Client, order: Order | None) -> None:
    """Raise Refused for an order that is not the client's."""
    if order is not None and order.client_id != client.id:
        raise Refused(_("{order} is not an order of {client}.").format(order=order.code, client=client.name))


def _refuse_other_currency(currency: str, orders: Iterable[Order | None]) -> None:
    for order in orders:
        if order is not None and order.currency != currency:
            raise Refused(
                _("{order} is in {currency}, the receipt in {other}.").format(
                    order=order.code, currency=order.currency, other=currency
                ),
                hint=_("Give the receipt in the order's currency, or without the order."),
            )


def _pay_oldest_first(session: Session, receipt: Receipt, client: Client, order: Order | None) -> None:
    # How long a part has been due on the day is nothing to its place in the row.
    items = receivables.open_items(session, receipt.received_on, client)
    named = order.id if order is not None else None
    usable = [item for item in items if item.currency == receipt.currency]
    _pay(session, receipt, receipt.amount, sorted(usable, key=lambda item: (item.order_id != named, due_order(item))))


def _pay(session: Session, receipt: Receipt, money: int, items: Iterable[OpenItem]) -> int:
    """Let ``money`` of a receipt pay ``items`` in their order; gives back what is left."""
    assert receipt.id is not None
    for item in items:
        part = min(money, item.open)
        if part:
            session.add(Allocation(receipt_id=receipt.id, receivable_id=item.receivable_id, amount=part))
            money -= part
    session.flush()
    return money


def pay_from_account(session: Session, order: Order) -> None:
    """Let what is unallocated of the client's receipts in its currency pay for an order, the oldest first.

    Receipts that were named for another order stay as they are.
    """
    its_own = sa.or_(col(Receipt.order_id).is_(None), col(Receipt.order_id) == order.id)
    there = select(Receipt).where(
        Receipt.client_id == order.client_id,
        Receipt.currency == order.currency,
        col(Receipt.deleted_at).is_(None),
        col(Receipt.amount) > allocated() + paid_back(),
        its_own,
    )
    for receipt in session.exec(there.order_by(col(Receipt.received_on), col(Receipt.id))).all():
        items = receivables.open_items(session, order.signed_on, order=order)
        _pay(session, receipt, unallocated_of(session, receipt), items)


def pay_again(session: Session, receipt: Receipt, order: Order, amount: int) -> None:
    """Let up to ``amount`` of what is unallocated of a receipt pay for an order, as far as it is open."""
    items = receivables.open_items(session, receipt.received_on, order=order)
    _pay(session, receipt, min(amount, unallocated_of(session, receipt)), items)


def paying(session: Session, order: Order) -> list[tuple[str, int]]:
    """The receipts (code, amount) that pay for an order, the oldest first."""
    rows = session.exec(
        select_columns(Receipt.code, func.sum(Allocation.amount))
        .join(Allocation, col(Allocation.receipt_id) == col(Receipt.id))
        .join(Receivable, col(Receivable.id) == Allocation.receivable_id)
        .where(Receivable.order_id == order.id, col(Allocation.deleted_at).is_(None))
        .group_by(col(Receipt.id))
        .order_by(col(Receipt.received_on), col(Receipt.id))
    )
    return [(code, amount) for code, amount in rows]


def _pay_by_hand(session: Session, receipt: Receipt, to: Sequence[tuple[Order, int]]) -> None:
    whole = sum(amount for _order, amount in to)
    if whole > receipt.amount:
        raise Refused(
            _("{given} is allocated of a receipt of {amount}.").format(
                given=grouped(whole), amount=grouped(receipt.amount)
            )
        )
    for order, amount in to:
        _pay_order(session, receipt, order, amount)


def _pay_order(session: Session, receipt: Receipt, order: Order, amount: int) -> None:
    items = receivables.open_items(session, receipt.received_on, order=order)
    still_open = sum(item.open for item in items)
    if amount > still_open:
        raise Refused(
            _("Only {open} is open on {order}.").format(open=grouped(still_open), order=order.code),
            hint=_("`sales receipt plan {order}` shows its parts.").format(order=order.code),
        )
    _pay(session, receipt, amount, items)


# --- changing what it pays ---


def allocate(session: Session, receipt: Receipt, order: Order, amount: int) -> Receipt:
    """Let so much of a receipt, and no more or less, pay for an order.

    It is taken from what is unallocated, then from the receipt's other orders, what is due last first; 0 takes the
    receipt off the order. Raises Refused for another client or currency, more than the receipt has, or than is open.
    """
    client = client_of(session, receipt)
    refuse_other_client(client, order)
    _refuse_other_currency(receipt.currency, [order])
    mine = allocations_of(session, receipt)
    for allocation, receivable in mine:
        if receivable.order_id == order.id:
            take_off(session, allocation, allocation.amount)
    session.flush()
    free = unallocated_of(session, receipt)
    others = [pair for pair in mine if pair[1].order_id != order.id]
    movable = sum(allocation.amount for allocation, _receivable in others)
    if amount > free + movable:
        raise Refused(
            _("{code} has only {amount} to give.").format(code=receipt.code, amount=grouped(free + movable)),
        )
    missing = max(0, amount - free)
    for allocation, _receivable in reversed(others):
        missing -= take_off(session, allocation, min(missing, allocation.amount))
    session.flush()
    _pay_order(session, receipt, order, amount)
    return receipt


def allocations_of(session: Session, receipt: Receipt) -> list[tuple[Allocation, Receivable]]:
    """What a receipt pays, in the order of the days due."""
    rows = session.exec(
        select(Allocation, Receivable)
        .join(Receivable, col(Receivable.id) == Allocation.receivable_id)
        .where(Allocation.receipt_id == receipt.id, col(Allocation.deleted_at).is_(None))
        .order_by(col(Receivable.due_on).is_(None), col(Receivable.due_on), col(Receivable.id))
    )
    return list(rows)


def take_off(session: Session, allocation: Allocation, amount: int) -> int:
    """Take ``amount`` off what a receipt pays for a part; a payment of nothing is none."""
    if amount == allocation.amount:
        allocation.deleted_at = now_of(session)
    else:
        allocation.amount -= amount
    session.add(allocation)
    return amount


def release(session: Session, order: Order) -> int:
    """Free what receipts pay for an order beyond what is owed for it, after a return or when it is cancelled.

    The latest due is freed first; gives back how much.
    """
    back = receivables.returned(session, {order.id or 0}).get(order.id or 0, 0)
    owed = 0 if order.state == OrderState.CANCELLED or order.deleted_at else order.amount - back
    pairs = list(
        session.exec(
            select(Allocation, Receivable)
            .join(Receivable, col(Receivable.id) == Allocation.receivable_id)
            .where(Receivable.order_id == order.id, col(Allocation.deleted_at).is_(None))
            .order_by(col(Receivable.due_on).is_(None), col(Receivable.due_on), col(Allocation.id))
        )
    )
    beyond = max(0, sum(allocation.amount for allocation, _part in pairs) - owed)
    left = beyond
    for allocation, _part in reversed(pairs):
        if left:
            left -= take_off(session, allocation, min(left, allocation.amount))
    session.flush()
    return beyond


def remove(session: Session, receipt: Receipt) -> None:
    """Take a receipt out of every list; what it paid is open again. Refused while money of it was paid back."""
    if refunded_of(session, receipt):
        raise Refused(
            _("Money of {code} was paid back, so it stays.").format(code=receipt.code),
            hint=_("A refund noted by mistake is taken out first: `sales receipt show {code}` names them.").format(
                code=receipt.code
            ),
        )
    for allocation, _receivable in allocations_of(session, receipt):
        take_off(session, allocation, allocation.amount)
    receipt.deleted_at = now_of(session)
    session.add(receipt)
    session.flush()


# --- finding and showing ---


def find(session: Session, ref: str) -> Receipt:
    """The receipt that ``ref`` means: its code or bank reference, else the only one of a client.

    Raises NotFound, or Ambiguous with the choices.
    """
    asked = clean(ref, field=_("receipt"))
    alive = select(Receipt).where(col(Receipt.deleted_at).is_(None)).order_by(col(Receipt.id))
    if _CODE.match(name_key(asked)):
        found = list(session.exec(alive.where(Receipt.code == name_key(asked).upper())))
    else:
        found = list(session.exec(alive.where(Receipt.reference == asked).limit(_MOST_CHOICES)))
        found = found or list(
            session.exec(alive.where(Receipt.client_id == clients.find(session, asked).id).limit(_MOST_CHOICES))
        )
    if not found:
        raise NotFound(_("There is no receipt {ref}.").format(ref=asked), hint=_("`sales receipt list` shows them."))
    if len(found) > 1:
        choices = [(one.code, f"{one.received_on.isoformat()} {grouped(one.amount)}") for one in found]
        raise Ambiguous(_("“{ref}” means several receipts").format(ref=asked), choices, hint=_("Give its code."))
    return found[0]


def client_of(session: Session, receipt: Receipt) -> Client:
    """The client who paid."""
    return session.exec(select(Client).where(Client.id == receipt.client_id)).one()


def unallocated_of(session: Session, receipt: Receipt) -> int:
    """What of a receipt pays for nothing and was not paid back."""
    allocated = select(func.coalesce(func.sum(col(Allocation.amount)), 0)).where(
        Allocation.receipt_id == receipt.id, col(Allocation.deleted_at).is_(None)
    )
    return receipt.amount - session.exec(allocated).one() - refunded_of(session, receipt)


def refunded_of(session: Session, receipt: Receipt) -> int:
    """What of a receipt was paid back."""
    refunded = select(func.coalesce(func.sum(col(Refund.amount)), 0)).where(
        Refund.receipt_id == receipt.id, col(Refund.deleted_at).is_(None)
    )
    return session.exec(refunded).one()

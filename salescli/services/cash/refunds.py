"""Money paid back: a record of its own for each receipt that it comes from; amounts are never negative."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from salescli.amounts import grouped
from salescli.currencies import HOME, in_yuan
from salescli.dates import echo_day
from salescli.errors import BadValue, Refused
from salescli.i18n import _
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.models.receipts import Receipt, Refund
from salescli.services.accounts.clients import ClientRef
from salescli.services.cash import receipts
from salescli.services.changes import now_of
from salescli.texts import NOTE_LIMIT, clean, name_key

_CODE = re.compile(r"(?P<receipt>r[0-9]{1,9})-(?P<place>[0-9]{1,6})")


@dataclass(frozen=True)
class RefundView:
    """Money paid back, the receipts (code, amount) it was taken from, and the code of what came of each of them."""

    client: ClientRef
    order: str | None
    refunded_on: date
    amount: int
    currency: str
    reason: str | None
    receipts: list[tuple[str, int]]
    codes: list[str]


def add(
    session: Session,
    client: Client,
    amount: int,
    refunded_on: date,
    *,
    order: Order | None = None,
    reason: str | None = None,
) -> RefundView:
    """Pay money back: what is unallocated, the latest received first; with ``order`` what paid for it too.

    A row is kept for each receipt it comes from. Without an order it is in yuan. Raises Refused for more than there
    is of what was received by that day.
    """
    if amount <= 0:
        raise BadValue(_("A refund needs an amount above 0."))
    receipts.refuse_other_client(client, order)
    currency = HOME if order is None else order.currency
    why = None if reason is None else clean(reason, field=_("reason"), limit=NOTE_LIMIT)
    received = list(session.exec(_of(client, currency)))
    there = [receipt for receipt in received if receipt.received_on <= refunded_on]
    if order is not None:
        there.sort(key=lambda receipt: receipt.order_id != order.id)
    taken = _taken_for_refund(session, there, amount, order, refunded_on)
    made = []
    for receipt, part in taken:
        assert client.id is not None
        made.append(
            Refund(
                client_id=client.id,
                order_id=order.id if order is not None else None,
                receipt_id=receipt.id,
                refunded_on=refunded_on,
                amount=part,
                value=_value(session, receipt, part),
                reason=why,
            )
        )
    session.add_all(made)
    session.flush()
    return RefundView(
        ClientRef(client.code, client.name),
        order.code if order is not None else None,
        refunded_on,
        amount,
        currency,
        why,
        [(receipt.code, part) for receipt, part in taken],
        [_code(session, receipt, refund) for (receipt, _part), refund in zip(taken, made, strict=True)],
    )


def _taken_for_refund(
    session: Session, there: list[Receipt], amount: int, order: Order | None, on: date
) -> list[tuple[Receipt, int]]:
    """Which receipts the money paid back comes from; what of it paid for ``order`` is open there again."""
    taken: dict[int, int] = {}
    left = amount
    for place, receipt in enumerate(there):
        part = min(left, receipts.unallocated_of(session, receipt))
        taken[place], left = part, left - part
    for place, receipt in enumerate(there if order is not None else ()):
        for allocation, receivable in reversed(receipts.allocations_of(session, receipt)):
            if left and order is not None and receivable.order_id == order.id:
                part = receipts.take_off(session, allocation, min(left, allocation.amount))
                taken[place], left = taken[place] + part, left - part
    if left:
        raise Refused(
            _("Of what was received by {day} there is only {amount} to pay back.").format(
                day=echo_day(on), amount=grouped(amount - left)
            ),
            hint=_("Name the order whose money goes back with --order.")
            if order is None
            else _("`sales receipt list --client` shows what was received."),
        )
    return [(there[place], part) for place, part in taken.items() if part]


def _of(client: Client, currency: str) -> Any:
    """The receipts of a client in a currency, the latest first."""
    return (
        select(Receipt)
        .where(Receipt.client_id == client.id, Receipt.currency == currency, col(Receipt.deleted_at).is_(None))
        .order_by(col(Receipt.received_on).desc(), col(Receipt.id).desc())
    )


def _value(session: Session, receipt: Receipt, part: int) -> int:
    """The yuan of ``part``, rounded on all that was paid back so far, so that the whole comes to the receipt's."""
    before = receipts.refunded_of(session, receipt)
    return in_yuan(before + part, receipt.rate) - in_yuan(before, receipt.rate)


# --- a refund that was none ---


def find(session: Session, ref: str) -> Refund | None:
    """The refund of that code (``R0003-1`` is the first of R0003); None where the text is not the code of one."""
    asked = _CODE.fullmatch(name_key(ref))
    if asked is None:
        return None
    receipt = session.exec(
        select(Receipt).where(Receipt.code == asked["receipt"].upper(), col(Receipt.deleted_at).is_(None))
    ).first()
    all_of_it = [] if receipt is None else _all_of(session, receipt)
    place = int(asked["place"])
    found = all_of_it[place - 1] if 0 < place <= len(all_of_it) else None
    return found if found is not None and found.deleted_at is None else None


def view(session: Session, refund: Refund) -> RefundView:
    """One refund as lists and JSON show it."""
    client = session.exec(select(Client).where(Client.id == refund.client_id)).one()
    receipt = _receipt_of(session, refund)
    return RefundView(
        ClientRef(client.code, client.name),
        session.exec(select(Order.code).where(Order.id == refund.order_id)).first(),
        refund.refunded_on,
        refund.amount,
        receipt.currency,
        refund.reason,
        [(receipt.code, refund.amount)],
        [_code(session, receipt, refund)],
    )


def remove(session: Session, refund: Refund) -> Receipt:
    """Take a refund out of every list; gives back its receipt, whose money is there again.

    The order it was paid back for is paid by it again, as far as it is open.
    """
    receipt = _receipt_of(session, refund)
    refund.deleted_at = now_of(session)
    session.add(refund)
    before = 0
    for other in _all_of(session, receipt):
        # Yuan are rounded on the whole paid back so far, without this one.
        if other.deleted_at is None:
            other.value = in_yuan(before + other.amount, receipt.rate) - in_yuan(before, receipt.rate)
            before += other.amount
            session.add(other)
    session.flush()
    order = session.get(Order, refund.order_id) if refund.order_id else None
    if order is not None:
        receipts.pay_again(session, receipt, order, refund.amount)
    return receipt


def _code(session: Session, receipt: Receipt, refund: Refund) -> str:
    return f"{receipt.code}-{[one.id for one in _all_of(session, receipt)].index(refund.id) + 1}"


def _all_of(session: Session, receipt: Receipt) -> list[Refund]:
    """The refunds of a receipt, removed ones too, so that a code means the same refund for good."""
    return list(session.exec(select(Refund).where(Refund.receipt_id == receipt.id).order_by(col(Refund.id))))


def _receipt_of(session: Session, refund: Refund) -> Receipt:
    return session.exec(select(Receipt).where(Receipt.id == refund.receipt_id)).one()

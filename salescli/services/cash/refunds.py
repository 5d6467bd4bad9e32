"""Money paid back: a record of its own for each receipt that it comes from; amounts are never negative."""

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
from salescli.texts import NOTE_LIMIT, clean


@dataclass(frozen=True)
class RefundView:
    """Money paid back, and the receipts (code, amount) it was taken from."""

    client: ClientRef
    order: str | None
    refunded_on: date
    amount: int
    currency: str
    reason: str | None
    receipts: list[tuple[str, int]]


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
    for receipt, part in taken:
        assert client.id is not None
        session.add(
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
    session.flush()
    return RefundView(
        ClientRef(client.code, client.name),
        order.code if order is not None else None,
        refunded_on,
        amount,
        currency,
        why,
        [(receipt.code, part) for receipt, part in taken],
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

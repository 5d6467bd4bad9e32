"""Changing what an order comes to, its goods or its terms of payment; what was paid for it stays paid for it."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session, col, select

from salescli.amounts import grouped
from salescli.config import Settings
from salescli.currencies import in_yuan, refuse_worthless
from salescli.decomposition.apportion import largest_remainder
from salescli.errors import BadValue, Refused
from salescli.i18n import _
from salescli.models.deals import Deal
from salescli.models.orders import Order
from salescli.models.receipts import Allocation, Receipt, Receivable
from salescli.services.cash import invoices, receipts, receivables
from salescli.services.cash.receivables import PlannedPart
from salescli.services.changes import now_of
from salescli.services.selling import orders


def amend(
    session: Session,
    order: Order,
    settings: Settings,
    *,
    amount: int | None = None,
    lines: Sequence[str] = (),
    terms: str | None = None,
) -> Order:
    """Change the amount (minor units), the goods (lines as typed, which come to the amount without one) or the terms.

    The plan of payments is laid down anew, money on account pays for what is open then. Raises BadValue for what
    can't be read or is no amount; Refused for an order that is over, and an amount below what was received or
    invoiced for it or came back of it.
    """
    orders.refuse_ended(order)
    if lines:
        amount = orders.put_lines(session, order, lines, amount)
    if amount is not None and amount != order.amount:
        _refuse_too_little(session, order, amount)
        refuse_worthless(amount, order.rate)
        _tell_deal(session, order, in_yuan(amount, order.rate))
        order.amount, order.value = amount, in_yuan(amount, order.rate)
    parts = _parts(session, order, terms, settings)
    order.terms = order.terms if terms is None else terms.strip()
    session.add(order)
    _lay_down(session, order, parts)
    receipts.pay_from_account(session, order)
    return order


def _refuse_too_little(session: Session, order: Order, amount: int) -> None:
    if amount <= 0:
        raise BadValue(_("An order needs an amount above 0."))
    back = orders.returned(session, order)
    if back >= amount:
        raise Refused(
            _("{amount} is too little for {code}: {back} of it came back.").format(
                amount=grouped(amount), code=order.code, back=grouped(back)
            ),
            hint=_("A return noted by mistake is taken out first: `sales order show {code}` names them.").format(
                code=order.code
            ),
        )
    paid = sum(part for _code, part in receipts.paying(session, order))
    if paid > amount - back:
        raise Refused(
            _("{amount} is too little for {code}: {paid} was received for it.").format(
                amount=grouped(amount), code=order.code, paid=grouped(paid)
            ),
            hint=_("`sales receipt allocate RECEIPT {code} AMOUNT` says how much of a receipt pays for it.").format(
                code=order.code
            ),
        )
    invoiced = invoices.of_order(session, order)
    if invoiced > amount - back:
        raise Refused(
            _("{amount} is too little for {code}: {invoiced} was invoiced for it.").format(
                amount=grouped(amount), code=order.code, invoiced=grouped(invoiced)
            ),
            hint=_("`sales receipt uninvoice NUMBER` takes an invoice out."),
        )


def _tell_deal(session: Session, order: Order, value: int) -> None:
    """The deal that the order won was won for its amount, and still is."""
    deal = session.get(Deal, order.deal_id) if order.deal_id else None
    if deal is not None and deal.amount == order.value:
        deal.amount = value
        session.add(deal)


def _parts(session: Session, order: Order, terms: str | None, settings: Settings) -> list[PlannedPart]:
    """The plan by the terms given, else by those it has; days that are known stay while the terms do."""
    before = receivables.of_order(session, order)
    try:
        parts = receivables.parts_of(session, order, terms or order.terms, settings)
    except BadValue:
        if terms is not None or not before:
            raise
        # Imported terms that nobody can read: the parts that there are, in proportion.
        shares = largest_remainder(order.amount, [part.amount for part in before])
        kept = [(one.kind, one.basis or "", one.event or "", one.due_on) for one in before]
        return [PlannedPart(*words, share) for words, share in zip(kept, shares, strict=True) if share]
    if terms is None:
        days = {(one.event, one.basis): one.due_on for one in before}
        parts = [part if part.due_on else replace(part, due_on=days.get((part.event, part.basis))) for part in parts]
    return parts


def _lay_down(session: Session, order: Order, parts: list[PlannedPart]) -> None:
    """Put a plan in the place of the one there is, and let what receipts paid pay for its parts."""
    paid = _take_off(session, order)
    made = receivables.put(session, order, parts)
    open_of = {part.id: part.amount for part in made}
    for receipt_id, money in paid:
        for part in sorted(made, key=lambda part: (part.due_on is None, part.due_on, part.position)):
            share = min(money, open_of[part.id])
            if share:
                assert part.id is not None
                session.add(Allocation(receipt_id=receipt_id, receivable_id=part.id, amount=share))
                open_of[part.id] -= share
                money -= share
    session.flush()


def _take_off(session: Session, order: Order) -> list[tuple[int, int]]:
    """Take all that pays for an order off it; gives back how much of which receipt, the oldest first."""
    pairs = session.exec(
        select(Allocation, Receipt.id)
        .join(Receipt, col(Receipt.id) == Allocation.receipt_id)
        .join(Receivable, col(Receivable.id) == Allocation.receivable_id)
        .where(Receivable.order_id == order.id, col(Allocation.deleted_at).is_(None))
        .order_by(col(Receipt.received_on), col(Receipt.id))
    ).all()
    paid: dict[int, int] = {}
    for allocation, receipt_id in pairs:
        assert receipt_id is not None
        paid[receipt_id] = paid.get(receipt_id, 0) + allocation.amount
        allocation.deleted_at = now_of(session)
        session.add(allocation)
    session.flush()
    return list(paid.items())

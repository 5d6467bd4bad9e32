"""Invoices: issued for orders, and how far each order is invoiced; in the orders' currencies."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from salescli.amounts import excerpt, grouped
from salescli.config import Settings
from salescli.dates import Period
from salescli.errors import BadValue, NotFound, Refused
from salescli.i18n import _
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.models.receipts import Invoice
from salescli.services.accounts.clients import ClientRef
from salescli.services.cash import receivables
from salescli.services.changes import now_of
from salescli.texts import NOTE_LIMIT, clean
from salescli.vocabulary import OrderState


@dataclass(frozen=True)
class InvoiceView:
    """An invoice as lists and JSON show it; ``invoiced`` is what all invoices of the order come to so far."""

    number: str
    client: ClientRef
    order: str | None
    issued_on: date
    amount: int
    currency: str
    ordered: int | None
    invoiced: int
    note: str | None

    @property
    def to_invoice(self) -> int | None:
        """What of the order is not invoiced yet."""
        return None if self.ordered is None else max(0, self.ordered - self.invoiced)


def issue(
    session: Session,
    order: Order,
    number: str,
    amount: int,
    issued_on: date,
    settings: Settings,
    note: str | None = None,
) -> Invoice:
    """Store an invoice for an order; what waits for the invoice becomes due.

    Raises BadValue for no amount, Refused for a number that is there, more than is left to invoice, a day before the
    order, or a cancelled order.
    """
    number = clean(number, field=_("invoice number"))
    if amount <= 0:
        raise BadValue(_("An invoice needs an amount above 0."))
    if order.state == OrderState.CANCELLED:
        raise Refused(_("{code} is cancelled.").format(code=order.code))
    if issued_on < order.signed_on:
        raise Refused(_("The invoice can't be of a day before the order, {day}.").format(day=order.signed_on))
    _refuse_twin(session, number)
    left = (
        order.amount - receivables.returned(session, {order.id or 0}).get(order.id or 0, 0) - of_order(session, order)
    )
    if amount > left:
        raise Refused(
            _("Only {amount} of {order} is left to invoice.").format(amount=grouped(max(0, left)), order=order.code),
            hint=_("`sales receipt invoices --order {order}` shows what there is.").format(order=order.code),
        )
    invoice = Invoice(
        number=number,
        client_id=order.client_id,
        order_id=order.id,
        issued_on=issued_on,
        amount=amount,
        note=None if note is None else clean(note, field=_("note"), limit=NOTE_LIMIT),
    )
    session.add(invoice)
    session.flush()
    receivables.settle_dates(session, order, settings)
    return invoice


def _refuse_twin(session: Session, number: str) -> None:
    same = select(Invoice).where(Invoice.number == number, col(Invoice.deleted_at).is_(None))
    twin = session.exec(same).first()
    if twin is not None:
        raise Refused(
            _("There is already an invoice {number}, of {day}.").format(number=number, day=twin.issued_on.isoformat())
        )


def of_order(session: Session, order: Order) -> int:
    """What the invoices of an order come to."""
    issued = select(func.coalesce(func.sum(col(Invoice.amount)), 0)).where(
        Invoice.order_id == order.id, col(Invoice.deleted_at).is_(None)
    )
    return session.exec(issued).one()


def find(session: Session, number: str) -> Invoice:
    """The invoice of that number; NotFound if there is none."""
    same = select(Invoice).where(Invoice.number == number.strip(), col(Invoice.deleted_at).is_(None))
    found = session.exec(same).first()
    if found is None:
        raise NotFound(
            _("There is no invoice {number}.").format(number=excerpt(number)),
            hint=_("`sales receipt invoices` shows them."),
        )
    return found


def remove(session: Session, invoice: Invoice) -> None:
    """Take an invoice out of every list."""
    invoice.deleted_at = now_of(session)
    session.add(invoice)
    session.flush()


def listed(
    session: Session, period: Period | None = None, client: Client | None = None, order: Order | None = None
) -> list[InvoiceView]:
    """Invoices in the order of their days."""
    conditions: list[Any] = []
    if period is not None:
        conditions += [col(Invoice.issued_on) >= period.begin, col(Invoice.issued_on) < period.end]
    if client is not None:
        conditions.append(Invoice.client_id == client.id)
    if order is not None:
        conditions.append(Invoice.order_id == order.id)
    return _views(session, conditions)


def view(session: Session, invoice: Invoice) -> InvoiceView:
    """One invoice as lists and JSON show it."""
    return _views(session, [Invoice.id == invoice.id])[0]


def _views(session: Session, conditions: list[Any]) -> list[InvoiceView]:
    sums = (
        select(col(Invoice.order_id), func.sum(col(Invoice.amount)).label("invoiced"))
        .where(col(Invoice.deleted_at).is_(None))
        .group_by(col(Invoice.order_id))
        .subquery()
    )
    rows = session.exec(
        select_columns(
            Invoice.number, Client.code, Client.name, Order.code, Invoice.issued_on, Invoice.amount, Order.currency,
            Order.amount, sums.c.invoiced, Invoice.note,
        )
        .join(Client, col(Client.id) == Invoice.client_id)
        .outerjoin(Order, col(Order.id) == Invoice.order_id)
        .outerjoin(sums, sums.c.order_id == Invoice.order_id)
        .where(col(Invoice.deleted_at).is_(None), col(Client.deleted_at).is_(None), *conditions)
        .order_by(col(Invoice.issued_on), col(Invoice.id))
    )  # fmt: skip
    return [
        InvoiceView(number, ClientRef(code, name), order, day, amount, currency or "CNY", ordered, invoiced or 0, note)
        for number, code, name, order, day, amount, currency, ordered, invoiced, note in rows
    ]

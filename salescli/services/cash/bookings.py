"""What touches several books at once: an order with the plan of its payments, a receipt, a visit that was won."""

from datetime import date
from typing import Any

from sqlmodel import Session

from salescli.config import Settings
from salescli.dates import echo_day
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.models.receipts import Receipt
from salescli.models.visits import Visit
from salescli.services.accounts import cadence
from salescli.services.cash import receipts, receivables
from salescli.services.office import work_calendar
from salescli.services.selling import orders


def book_order(
    session: Session,
    client: Client,
    amount: int | None,
    signed_on: date,
    today: date,
    settings: Settings,
    **fields: Any,
) -> Order:
    """Store an order and the plan of its payments by its terms, those of the settings without any.

    What the client has on account pays for it; who was a lead or prospect is a customer now. ``fields`` are those of
    :func:`salescli.services.selling.orders.add`. Raises BadValue for a day to
    come, Refused for a quotation that waits for its approval.
    """
    orders.refuse_unapproved(fields.get("quotation"), settings)
    order = orders.add(session, client, amount, _past(signed_on, today), **fields)
    receivables.plan(session, order, order.terms, settings)
    receipts.pay_from_account(session, order)
    if client.lifecycle in cadence.NOT_YET_CLIENTS:
        cadence.ordered(session, [client], today, settings, work_calendar.of(session))
    return order


def book_receipt(
    session: Session, client: Client, amount: int, received_on: date, today: date, **fields: Any
) -> Receipt:
    """Store money received and let it pay what is owed; ``fields`` are those of :func:`receipts.add`.

    Raises BadValue for a day to come.
    """
    return receipts.add(session, client, amount, _past(received_on, today), **fields)


def book_visit(
    session: Session,
    visit: Visit,
    client: Client,
    order_amount: int | None,
    receipt_amount: int | None,
    today: date,
    settings: Settings,
) -> tuple[Order | None, Receipt | None]:
    """What a visit that took place brought: an order, money for it or for what was owed before, or both."""
    day = visit.done_on or today
    order = receipt = None
    if order_amount is not None:
        order = book_order(session, client, order_amount, day, today, settings, visit_id=visit.id)
    if receipt_amount is not None:
        receipt = book_receipt(session, client, receipt_amount, day, today, order=order, visit_id=visit.id)
    return order, receipt


def settle(session: Session, order: Order, settings: Settings) -> int:
    """Let due days and payments follow what happened to an order: delivery, acceptance, return, cancellation.

    Gives back how much that was paid for it is not owed any more and so is unallocated again.
    """
    receivables.settle_dates(session, order, settings)
    return receipts.release(session, order)


def _past(day: date, today: date) -> date:
    if day > today:
        raise BadValue(_("{day} is still to come.").format(day=echo_day(day)))
    return day

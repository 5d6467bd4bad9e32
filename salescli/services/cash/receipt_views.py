"""Receipts as lists and JSON show them: what each pays, what of it was paid back, what is left over."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from salescli.currencies import in_yuan
from salescli.dates import Period
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.models.receipts import Allocation, Receipt, Receivable, Refund
from salescli.services.accounts.clients import ClientRef

_ASKED_AT_ONCE = 500  # SQLite takes a bounded number of parameters


@dataclass(frozen=True)
class Paid:
    """What of a receipt pays for a part of an order, in minor units of the receipt's currency."""

    order: str
    position: int
    kind: str
    due_on: date | None
    amount: int


@dataclass(frozen=True)
class PaidBack:
    """What of a receipt was paid back on a day, in its currency; ``order`` is the one it was paid back for."""

    code: str
    order: str | None
    refunded_on: date
    amount: int
    reason: str | None


@dataclass(frozen=True)
class ReceiptView:
    """A receipt as lists and JSON show it, in minor units of ``currency``; ``value`` is the same in yuan.

    ``order`` is the one it was named for. ``unallocated`` pays for nothing yet and was not paid back.
    """

    code: str
    client: ClientRef
    order: str | None
    received_on: date
    amount: int
    currency: str
    rate: str | None
    value: int
    method: str | None
    matures_on: date | None
    reference: str | None
    note: str | None
    unallocated: int
    allocations: list[Paid] = field(default_factory=list)
    refunds: list[PaidBack] = field(default_factory=list)

    @property
    def refunded(self) -> int:
        """What of it was paid back."""
        return sum(refund.amount for refund in self.refunds)

    @property
    def unallocated_value(self) -> int:
        """What is unallocated, in yuan."""
        return in_yuan(self.unallocated, self.rate)


def listed(
    session: Session, period: Period | None = None, client: Client | None = None, *, only_unallocated: bool = False
) -> list[ReceiptView]:
    """Receipts in the order of their days; ``only_unallocated`` those with money that pays for nothing yet."""
    conditions: list[Any] = []
    if period is not None:
        conditions += [col(Receipt.received_on) >= period.begin, col(Receipt.received_on) < period.end]
    if client is not None:
        conditions.append(Receipt.client_id == client.id)
    if only_unallocated:
        conditions.append(col(Receipt.amount) > allocated() + paid_back())
        # All receipts are read for it: once, and not again for what each of the few found is shown with.
        found = session.exec(select(Receipt.id).where(col(Receipt.deleted_at).is_(None), *conditions)).all()
        if len(found) <= _ASKED_AT_ONCE:
            conditions = [col(Receipt.id).in_(found)]
    return _views(session, conditions)


def unallocated(session: Session, client: Client | None = None) -> list[ReceiptView]:
    """Receipts with money that pays for nothing yet."""
    return listed(session, client=client, only_unallocated=True)


def view(session: Session, receipt: Receipt) -> ReceiptView:
    """One receipt as lists and JSON show it."""
    return _views(session, [Receipt.id == receipt.id])[0]


def _sum_of(table: type[Any]) -> Any:
    """What the rows of ``table`` take of a receipt."""
    return (
        sa.select(func.coalesce(func.sum(col(table.amount)), 0))
        .where(col(table.receipt_id) == col(Receipt.id), col(table.deleted_at).is_(None))
        .correlate(Receipt)
        .scalar_subquery()
    )


def allocated() -> Any:
    """What of a receipt pays for orders, as a column of a query."""
    return _sum_of(Allocation)


def paid_back() -> Any:
    """What of a receipt was paid back, as a column of a query."""
    return _sum_of(Refund)


def _views(session: Session, conditions: list[Any]) -> list[ReceiptView]:
    rows = session.exec(
        select_columns(
            Receipt.id, Receipt.code, Client.code, Client.name, Order.code, Receipt.received_on, Receipt.amount,
            Receipt.currency, Receipt.rate, Receipt.value, Receipt.method, Receipt.matures_on, Receipt.reference,
            Receipt.note, allocated(), paid_back(),
        )
        .join(Client, col(Client.id) == Receipt.client_id)
        .outerjoin(Order, col(Order.id) == Receipt.order_id)
        .where(col(Receipt.deleted_at).is_(None), col(Client.deleted_at).is_(None), *conditions)
        .order_by(col(Receipt.received_on), col(Receipt.id))
    ).all()  # fmt: skip
    paid, back = _paid_by(session, conditions), _refunds_of(session, conditions)
    views = []
    for number, code, client, name, order, received_on, *money, taken, gone in rows:
        amount, currency, rate, value, method, matures_on, reference, note = money
        views.append(
            ReceiptView(
                code, ClientRef(client, name), order, received_on, amount, currency, rate, value, method, matures_on,
                reference, note, amount - taken - gone, paid.get(number, []), back.get(number, []),
            )
        )  # fmt: skip
    return views


def _refunds_of(session: Session, conditions: list[Any]) -> dict[int, list[PaidBack]]:
    """What of each of the receipts was paid back, by the receipt's key."""
    rows = session.exec(
        select_columns(
            Refund.receipt_id, Receipt.code, Order.code, Refund.refunded_on, Refund.amount, Refund.reason,
            col(Refund.deleted_at).is_(None),
        )
        .select_from(Refund)
        .join(Receipt, col(Receipt.id) == Refund.receipt_id)
        .outerjoin(Order, col(Order.id) == Refund.order_id)
        .where(*conditions)
        .order_by(col(Refund.id))
    )  # fmt: skip
    places: Counter[int] = Counter()
    back: dict[int, list[PaidBack]] = {}
    for receipt, code, order, *refund, stands in rows:
        # Removed ones keep their places, so that a code means the same refund for good.
        places[receipt] += 1
        if stands:
            back.setdefault(receipt, []).append(PaidBack(f"{code}-{places[receipt]}", order, *refund))
    return back


def _paid_by(session: Session, conditions: list[Any]) -> dict[int, list[Paid]]:
    """What each of the receipts pays, by the receipt's key."""
    rows = session.exec(
        select_columns(
            Allocation.receipt_id, Order.code, Receivable.position, Receivable.kind, Receivable.due_on,
            Allocation.amount,
        )
        .join(Receipt, col(Receipt.id) == Allocation.receipt_id)
        .join(Receivable, col(Receivable.id) == Allocation.receivable_id)
        .join(Order, col(Order.id) == Receivable.order_id)
        .where(col(Allocation.deleted_at).is_(None), *conditions)
        .order_by(col(Allocation.id))
    )  # fmt: skip
    paid: dict[int, list[Paid]] = {}
    for receipt, *part in rows:
        paid.setdefault(receipt, []).append(Paid(*part))
    return paid

"""The statement of account (对账单): what a client ordered, sent back, paid and got back, with its balance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from salescli.currencies import HOME
from salescli.dates import Period
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.orders import Order, OrderReturn
from salescli.models.receipts import Receipt, Refund
from salescli.services.accounts.clients import ClientRef
from salescli.vocabulary import OrderState


@dataclass(frozen=True)
class Entry:
    """A line of a statement: ``owed`` adds to what the client owes, ``paid`` takes off.

    ``balance`` is what is owed after it; below 0 it is the client's money. ``kind`` is order, return, receipt, refund.
    """

    on: date
    kind: str
    ref: str
    text: str | None
    owed: int
    paid: int
    balance: int


@dataclass(frozen=True)
class Statement:
    """The account of a client in one currency: what was owed before the period, its entries, what is owed after."""

    client: ClientRef
    currency: str
    period: Period
    opening: int
    entries: list[Entry]
    closing: int

    @property
    def owed(self) -> int:
        """What the period added to what the client owes."""
        return sum(entry.owed for entry in self.entries)

    @property
    def paid(self) -> int:
        """What the period took off it."""
        return sum(entry.paid for entry in self.entries)


def of(session: Session, client: Client, period: Period, currency: str = HOME) -> Statement:
    """The statement of a client for a period, in ``currency`` alone."""
    moves = sorted(_moves(session, client, currency, period.end), key=lambda move: move[:3])
    balance = sum(owed - paid for on, _rank, _number, _kind, _ref, _text, owed, paid in moves if on < period.begin)
    opening, entries = balance, []
    for on, _rank, _number, kind, ref, text, owed, paid in moves:
        if on >= period.begin:
            balance += owed - paid
            entries.append(Entry(on, kind, ref, text, owed, paid, balance))
    return Statement(ClientRef(client.code, client.name), currency, period, opening, entries, balance)


def currencies(session: Session, client: Client) -> list[str]:
    """The currencies in which a client ordered or paid, yuan first."""
    used: set[str] = set()
    for table in (Order, Receipt):
        alive = select(table.currency).where(table.client_id == client.id, col(table.deleted_at).is_(None))
        used |= set(session.exec(alive.distinct()))
    return sorted(used, key=lambda code: (code != HOME, code))


Move = tuple[date, int, int, str, str, str | None, int, int]


def _moves(session: Session, client: Client, currency: str, end: date) -> Iterator[Move]:
    """Everything on the account before ``end``: day, rank on the day, key, kind, reference, text, owed, paid."""
    ours = (Order.client_id == client.id, Order.currency == currency, col(Order.deleted_at).is_(None))
    standing = (*ours, col(Order.state) != OrderState.CANCELLED)
    orders = select_columns(Order.signed_on, Order.id, Order.code, Order.number, Order.product, Order.amount)
    for on, key, code, number, product, amount in session.exec(orders.where(*standing, col(Order.signed_on) < end)):
        yield on, 0, key, "order", code, _joined(number, product), amount, 0
    back = select_columns(OrderReturn.returned_on, OrderReturn.id, Order.code, OrderReturn.reason, OrderReturn.amount)
    back = back.join(Order, col(Order.id) == OrderReturn.order_id)
    alive = (col(OrderReturn.deleted_at).is_(None), col(OrderReturn.returned_on) < end)
    for on, key, code, reason, amount in session.exec(back.where(*standing, *alive)):
        yield on, 1, key, "return", code, reason, 0, amount
    yield from _money(session, client, currency, end)


def _money(session: Session, client: Client, currency: str, end: date) -> Iterator[Move]:
    mine = (Receipt.client_id == client.id, Receipt.currency == currency, col(Receipt.deleted_at).is_(None))
    came: Any = select_columns(Receipt.received_on, Receipt.id, Receipt.code, Receipt.reference, Receipt.amount)
    for on, key, code, reference, amount in session.exec(came.where(*mine, col(Receipt.received_on) < end)):
        yield on, 2, key, "receipt", code, reference, 0, amount
    went: Any = select_columns(Refund.refunded_on, Refund.id, Receipt.code, Refund.reason, Refund.amount)
    went = went.join(Receipt, col(Receipt.id) == Refund.receipt_id)
    alive = (col(Refund.deleted_at).is_(None), col(Refund.refunded_on) < end)
    for on, key, code, reason, amount in session.exec(went.where(*mine, *alive)):
        yield on, 3, key, "refund", code, reason, amount, 0


def _joined(*words: str | None) -> str | None:
    return " ".join(filter(None, words)) or None

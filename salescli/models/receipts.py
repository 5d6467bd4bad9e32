"""Money owed and money received."""

from datetime import date

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.orders import Order as Order  # the table that receivables refer to


class Receivable(Record, table=True):
    """A part of an order's amount and the day it is due, in the order's currency.

    ``due_on`` is none as long as what it waits for (``event``: signed, delivered, accepted, …) has not happened.
    ``basis`` says in words why then; ``kind`` is deposit, payment or retention. Those of an order come to its amount.
    ``paid`` is the sum of its allocations: the database keeps it (see migration 0007), so that what is open is found
    without adding up all that was ever paid.
    """

    __table_args__ = (
        Index(
            "ix_receivable_unpaid",
            "due_on",
            "order_id",
            sqlite_where=text("paid < amount AND deleted_at IS NULL"),
        ),
    )

    order_id: int = Field(foreign_key="order.id", index=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    position: int
    kind: str = "payment"
    basis: str | None = None
    event: str | None = None
    due_on: date | None = Field(default=None, index=True)
    amount: int = Field(sa_type=BigInteger)
    paid: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0", "info": {"derived": True}}
    )


class Receipt(Record, table=True):
    """Money received from a client; what is not allocated stays to the client's credit.

    ``amount`` is in minor units of ``currency``, ``value`` the same in yuan. ``matures_on`` is an acceptance's day.
    """

    code: str = Field(unique=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    order_id: int | None = Field(default=None, foreign_key="order.id", index=True)
    visit_id: int | None = Field(default=None, foreign_key="visit.id", index=True)
    received_on: date = Field(index=True)
    amount: int = Field(sa_type=BigInteger)
    currency: str = "CNY"
    rate: str | None = None
    value: int = Field(sa_type=BigInteger)
    method: str | None = None
    matures_on: date | None = None
    reference: str | None = Field(default=None, index=True)
    note: str | None = None


class Allocation(Record, table=True):
    """What of a receipt pays for a receivable, in its currency."""

    receipt_id: int = Field(foreign_key="receipt.id", index=True)
    receivable_id: int = Field(foreign_key="receivable.id", index=True)
    amount: int = Field(sa_type=BigInteger)


class Refund(Record, table=True):
    """Money paid back to a client, in its currency and in yuan."""

    client_id: int = Field(foreign_key="client.id", index=True)
    order_id: int | None = Field(default=None, foreign_key="order.id", index=True)
    receipt_id: int | None = Field(default=None, foreign_key="receipt.id", index=True)
    refunded_on: date = Field(index=True)
    amount: int = Field(sa_type=BigInteger)
    value: int = Field(sa_type=BigInteger)
    reason: str | None = None


class Invoice(Record, table=True):
    """An invoice issued for an order."""

    number: str = Field(index=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    order_id: int | None = Field(default=None, foreign_key="order.id", index=True)
    issued_on: date = Field(index=True)
    amount: int = Field(sa_type=BigInteger)
    note: str | None = None

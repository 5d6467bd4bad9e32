"""Orders (contracts), their lines, who shares in them, and what came back."""

from datetime import date

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.quotations import Quotation as Quotation  # the tables that orders refer to
from salescli.models.visits import Visit as Visit


class Order(Record, table=True):
    """What a client ordered. ``amount`` is in minor units of ``currency``, tax included; ``value`` the same in yuan.

    ``rate`` is what a unit of a foreign currency was worth in yuan when it was signed, as decimal text. ``number``
    is the contract's own; ``terms`` the payment terms as typed. ``cost`` is in yuan, where it is known.
    """

    # What a period or a client comes to is told by the index alone.
    __table_args__ = (
        Index("ix_order_client_id", "client_id", "signed_on", "state", "deleted_at", "value"),
        Index("ix_order_signed_on", "signed_on", "client_id", "state", "deleted_at", "value"),
        Index("ix_order_costed", "signed_on", sqlite_where=text("cost IS NOT NULL")),
        Index("ix_order_deal_id", "deal_id", sqlite_where=text("deal_id IS NOT NULL")),
    )

    code: str = Field(unique=True)
    number: str | None = Field(default=None, index=True)
    client_id: int = Field(foreign_key="client.id")
    deal_id: int | None = Field(default=None, foreign_key="deal.id")
    quotation_id: int | None = Field(default=None, foreign_key="quotation.id", index=True)
    visit_id: int | None = Field(default=None, foreign_key="visit.id", index=True)
    state: str = Field(default="confirmed", index=True)
    signed_on: date
    product: str | None = None
    amount: int = Field(sa_type=BigInteger)
    currency: str = "CNY"
    rate: str | None = None
    value: int = Field(sa_type=BigInteger)
    cost: int | None = Field(default=None, sa_type=BigInteger)
    terms: str | None = None
    promised_on: date | None = None
    delivered_on: date | None = None
    accepted_on: date | None = None
    ended_on: date | None = None
    contract_file: str | None = None
    contract_begin: date | None = None
    contract_end: date | None = None
    reason: str | None = None
    note: str | None = None


class OrderLine(Record, table=True):
    """A line of an order; columns as in a quotation's, ``cost`` in yuan for all of the line."""

    order_id: int = Field(foreign_key="order.id", index=True)
    position: int
    product_id: int | None = Field(default=None, foreign_key="product.id", index=True)
    product: str
    spec: str | None = None
    quantity: str
    unit: str | None = None
    price: int = Field(sa_type=BigInteger)
    discount_percent: str | None = None
    amount: int = Field(sa_type=BigInteger)
    cost: int | None = Field(default=None, sa_type=BigInteger)


class OrderShare(Record, table=True):
    """A person's share of an order: ``percent`` is decimal text; the shares of an order come to 100."""

    order_id: int = Field(foreign_key="order.id", index=True)
    person: str
    percent: str


class OrderReturn(Record, table=True):
    """Goods that came back: what is taken off the order's amount on that day, in its currency and in yuan."""

    order_id: int = Field(foreign_key="order.id", index=True)
    returned_on: date = Field(index=True)
    amount: int = Field(sa_type=BigInteger)
    value: int = Field(sa_type=BigInteger)
    reason: str | None = None

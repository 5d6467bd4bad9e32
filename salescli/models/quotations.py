"""Quotations, line by line and version by version."""

from datetime import date

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.deals import Deal as Deal  # the tables that quotations refer to
from salescli.models.products import Product as Product


class Quotation(Record, table=True):
    """An offer to a client. A changed offer is a new version under the same code; the earlier ones are kept.

    ``total`` is in minor units of ``currency``: the lines less ``discount`` plus ``freight``, tax included.
    ``rate`` is what a unit of the currency is worth in yuan, as decimal text, on the day of issue. Percentages are
    decimal texts.
    """

    __table_args__ = (UniqueConstraint("code", "version"),)

    code: str = Field(index=True)
    version: int = 1
    current: bool = True
    client_id: int = Field(foreign_key="client.id", index=True)
    deal_id: int | None = Field(default=None, foreign_key="deal.id", index=True)
    state: str = Field(default="draft", index=True)
    issued_on: date = Field(index=True)
    valid_until: date | None = None
    sent_on: date | None = None
    settled_on: date | None = None
    currency: str = "CNY"
    rate: str | None = None
    incoterm: str | None = None
    discount: int = Field(default=0, sa_type=BigInteger)
    freight: int = Field(default=0, sa_type=BigInteger)
    tax_percent: str | None = None
    total: int = Field(sa_type=BigInteger)
    terms: str | None = None
    reason: str | None = None
    note: str | None = None


class QuotationLine(Record, table=True):
    """A line of a quotation; ``product`` is kept as text even where there is no product of that name.

    ``quantity`` is decimal text, ``price`` and ``amount`` minor units, ``discount_percent`` decimal text.
    """

    quotation_id: int = Field(foreign_key="quotation.id", index=True)
    position: int
    product_id: int | None = Field(default=None, foreign_key="product.id", index=True)
    product: str
    spec: str | None = None
    quantity: str
    unit: str | None = None
    price: int = Field(sa_type=BigInteger)
    discount_percent: str | None = None
    amount: int = Field(sa_type=BigInteger)

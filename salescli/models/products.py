"""What is sold, and for how much."""

from datetime import date

from sqlalchemy import BigInteger
from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.clients import Client as Client  # the table that prices refer to


class Product(Record, table=True):
    """A product or a service. Prices are minor units of ``currency`` for one ``unit``, tax included."""

    code: str = Field(unique=True)
    name: str
    spec: str | None = None
    unit: str | None = None
    list_price: int | None = Field(default=None, sa_type=BigInteger)
    cost: int | None = Field(default=None, sa_type=BigInteger)
    currency: str = "CNY"
    note: str | None = None
    archived: bool = False
    name_key: str = Field(index=True)


class Price(Record, table=True):
    """The price agreed with a client for a product from a day on, in minor units of ``currency``."""

    client_id: int = Field(foreign_key="client.id", index=True)
    product_id: int = Field(foreign_key="product.id", index=True)
    price: int = Field(sa_type=BigInteger)
    currency: str = "CNY"
    from_on: date
    note: str | None = None

"""What clients need, the samples they tried, and the papers of a new client."""

from datetime import date

from sqlalchemy import BigInteger
from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.deals import Deal as Deal  # the tables that needs refer to
from salescli.models.products import Product as Product


class Need(Record, table=True):
    """What a client wants. ``product`` is kept as text even where there is no product of that name.

    ``quantity``, ``delivery`` and ``timing`` are as said, ``wanted_on`` the day if one was named. ``budget`` is in
    minor units of ``currency``; ``decider`` is who decides.
    """

    code: str = Field(unique=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    deal_id: int | None = Field(default=None, foreign_key="deal.id", index=True)
    product_id: int | None = Field(default=None, foreign_key="product.id", index=True)
    product: str | None = None
    spec: str | None = None
    quantity: str | None = None
    delivery: str | None = None
    budget: int | None = Field(default=None, sa_type=BigInteger)
    currency: str = "CNY"
    decider: str | None = None
    timing: str | None = None
    wanted_on: date | None = Field(default=None, index=True)
    state: str = Field(default="open", index=True)
    note: str | None = None
    raised_on: date = Field(index=True)


class NeedSample(Record, table=True):
    """A sample given for a need, and how it did in the client's test."""

    need_id: int = Field(foreign_key="need.id", index=True)
    item: str
    quantity: str | None = None
    given_on: date
    tested_on: date | None = None
    result: str = "pending"
    note: str | None = None


class Admission(Record, table=True):
    """The audit (建档审核) by which a client is admitted; ``told_on`` is when the client was told the result."""

    client_id: int = Field(foreign_key="client.id", index=True)
    state: str = Field(default="draft", index=True)
    submitted_on: date | None = None
    decided_on: date | None = None
    reason: str | None = None
    told_on: date | None = None


class AdmissionItem(Record, table=True):
    """One paper of an admission, where its file lies, and whether it passed."""

    admission_id: int = Field(foreign_key="admission.id", index=True)
    position: int
    item: str
    required: bool = True
    file: str | None = None
    received_on: date | None = None
    result: str = "pending"
    note: str | None = None

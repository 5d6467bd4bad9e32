"""The market: competitors, what was heard and seen, and how much there is to be had."""

from datetime import date

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.clients import Client as Client  # the table that insights refer to


class Competitor(Record, table=True):
    """A firm that sells against us. ``name_key`` is the key of its name; of the living ones none bears it twice."""

    __table_args__ = (Index(None, "name_key", unique=True, sqlite_where=text("deleted_at IS NULL")),)

    name: str
    note: str | None = None
    name_key: str


class CompetitorPoint(Record, table=True):
    """How a competitor compares with us in ``aspect`` (function, price or brand), as seen on a day."""

    competitor_id: int = Field(foreign_key="competitor.id", index=True)
    aspect: str
    product: str | None = None
    theirs: str
    ours: str | None = None
    seen_on: date


class Insight(Record, table=True):
    """One piece of market information. ``seen_at`` is a place, ``client_id`` the client who told it.

    ``importance`` and ``confidence`` are high, normal or low; ``answer`` is what came back when it was reported.
    """

    code: str = Field(unique=True)
    kind: str = Field(index=True)
    text: str
    seen_on: date = Field(index=True)
    seen_at: str | None = None
    client_id: int | None = Field(default=None, foreign_key="client.id", index=True)
    competitor_id: int | None = Field(default=None, foreign_key="competitor.id", index=True)
    importance: str = "normal"
    confidence: str = "normal"
    impact: str | None = None
    suggestion: str | None = None
    state: str = Field(default="new", index=True)
    reported_on: date | None = None
    answer: str | None = None


class MarketSize(Record, table=True):
    """The target market of a year as estimated on a day, in minor units of ``currency``.

    ``territory`` is empty for all of it; ``basis`` says where the figure comes from.
    """

    year: int = Field(index=True)
    territory: str = ""
    amount: int = Field(sa_type=BigInteger)
    currency: str = "CNY"
    basis: str | None = None
    noted_on: date

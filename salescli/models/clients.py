"""Clients and the people there."""

from datetime import date

from sqlalchemy import JSON, Index, text
from sqlmodel import Field

from salescli.models.base import Record, plain_table


class Client(Record, table=True):
    """A firm (or person) that buys or may buy. ``grade`` and ``lifecycle`` hold tokens of the vocabulary.

    ``name_key``, ``search``, ``pinyin`` and ``initials`` are keys computed from the names when written.
    ``uscc`` is the 统一社会信用代码; ``potential`` is typed, 1 to 5, for the class; ``known_contact_on`` is the last
    contact before the first record here. ``last_contact_on`` and ``next_due_on`` are kept in the transaction of the
    visit that moves them.
    """

    # Of removed clients nothing counts: sums leave out their records by this list, and need not look at each client.
    __table_args__ = (Index("ix_client_removed", "deleted_at", sqlite_where=text("deleted_at IS NOT NULL")),)

    code: str = Field(unique=True)
    name: str
    short_name: str | None = None
    aliases: list[str] = Field(default_factory=list, sa_type=JSON)
    uscc: str | None = Field(default=None, index=True)
    industry: str | None = None
    source: str | None = None
    territory: str | None = None
    district: str | None = None
    address: str | None = None
    lat: float | None = None
    lon: float | None = None
    grade: str | None = None
    grade_reason: str | None = None
    potential: int | None = None
    lifecycle: str = Field(default="customer", index=True)
    owner: str | None = None
    tags: list[str] = Field(default_factory=list, sa_type=JSON)
    need: str | None = None
    note: str | None = None
    archived: bool = False
    known_contact_on: date | None = None
    last_contact_on: date | None = None
    next_due_on: date | None = Field(default=None, index=True)
    name_key: str = Field(index=True)
    search: str
    pinyin: str
    initials: str


class Contact(Record, table=True):
    """A person at a client. One of a client's contacts is the primary one; who left keeps the record."""

    client_id: int = Field(foreign_key="client.id", index=True)
    name: str
    title: str | None = None
    department: str | None = None
    role: str | None = None
    mobile: str | None = None
    phone: str | None = None
    wechat: str | None = None
    email: str | None = None
    birthday: date | None = None
    preferences: str | None = None
    primary: bool = False
    left_on: date | None = None


CLIENTS, CONTACTS = plain_table(Client), plain_table(Contact)

"""Clients entered twice: those that were told apart, and those that were merged."""

from datetime import date

from sqlalchemy import JSON, Index, text
from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.clients import Client as Client  # the table that both refer to


class ClientPair(Record, table=True):
    """Two clients that someone looked at and found to be ``different``; the smaller key stands first."""

    __table_args__ = (Index(None, "first_id", "second_id", unique=True, sqlite_where=text("deleted_at IS NULL")),)

    first_id: int = Field(foreign_key="client.id")
    second_id: int = Field(foreign_key="client.id", index=True)
    verdict: str = "different"


class ClientMerge(Record, table=True):
    """One client taken into another, and the reasons why the two were thought to be the same."""

    kept_id: int = Field(foreign_key="client.id", index=True)
    gone_id: int = Field(foreign_key="client.id", index=True)
    merged_on: date
    reasons: list[str] = Field(default_factory=list, sa_type=JSON)

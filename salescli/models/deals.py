"""Deals and the way they went."""

from datetime import date

from sqlalchemy import BigInteger
from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.clients import Client as Client  # the table that deals refer to


class Deal(Record, table=True):
    """A chance of an order. It is moved by its verbs alone, so that its history is whole.

    ``stage`` is a code of the stage set in force when it was moved there; ``state`` is open, won, lost or parked.
    ``probability`` is a percentage that stands above the stage's.
    """

    code: str = Field(unique=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    name: str
    amount: int | None = Field(default=None, sa_type=BigInteger)
    currency: str = "CNY"
    stage: str
    state: str = Field(default="open", index=True)
    probability: int | None = None
    opened_on: date
    moved_on: date
    expected_on: date | None = None
    closed_on: date | None = None
    competitor: str | None = None
    next_step: str | None = None
    next_on: date | None = None
    reason: str | None = None
    note: str | None = None


class DealMove(Record, table=True):
    """One step of a deal: from a stage and state to others, with what it was worth then. ``created_at`` is when."""

    deal_id: int = Field(foreign_key="deal.id", index=True)
    moved_on: date = Field(index=True)
    from_stage: str | None = None
    to_stage: str
    from_state: str | None = None
    to_state: str
    amount: int | None = Field(default=None, sa_type=BigInteger)
    probability: int | None = None
    reason: str | None = None

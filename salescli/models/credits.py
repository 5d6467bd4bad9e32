"""How a client stands with money: its credit."""

from datetime import date

from sqlalchemy import BigInteger
from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.clients import Client as Client  # the table that credits refer to


class Credit(Record, table=True):
    """A client's credit in force, earlier ones kept: ``credit_limit`` in minor units of yuan, ``days`` to pay.

    ``state`` is normal, watch, hold or stop.
    """

    client_id: int = Field(foreign_key="client.id", index=True)
    current: bool = True
    grade: str | None = None
    credit_limit: int | None = Field(default=None, sa_type=BigInteger)
    days: int | None = None
    state: str = "normal"
    risk_note: str | None = None
    review_on: date | None = None

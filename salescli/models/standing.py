"""How a client stands: its credit, and its class with the numbers behind it."""

from datetime import date

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.clients import Client as Client  # the table that both refer to


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


class Grading(Record, table=True):
    """A client's class as it was worked out or decided, with the scores (1 to 5) and the numbers behind them.

    ``overridden`` says that a person decided it, for ``reason`` and until ``expires_on``.
    """

    client_id: int = Field(foreign_key="client.id", index=True)
    current: bool = True
    graded_on: date
    grade: str
    value_score: int | None = None
    potential_score: int | None = None
    loyalty_score: int | None = None
    numbers: dict[str, object] = Field(default_factory=dict, sa_type=JSON)
    overridden: bool = False
    reason: str | None = None
    expires_on: date | None = Field(default=None, index=True)

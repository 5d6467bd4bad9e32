"""How a client stands: its class with the numbers behind it."""

from datetime import date

from sqlalchemy import JSON
from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.clients import Client as Client  # the table that classes refer to


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

"""What is said inside the house, and what was learned."""

from datetime import date

from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.clients import Client as Client  # the table that feedback refers to


class Feedback(Record, table=True):
    """A suggestion, problem, need or call for support, for the manager or a department (``to_whom``).

    ``support`` is the support expected; an urgent one is shown first until ``acknowledged_on``.
    """

    code: str = Field(unique=True)
    to_whom: str
    kind: str
    text: str
    client_id: int | None = Field(default=None, foreign_key="client.id", index=True)
    support: str | None = None
    due_on: date | None = Field(default=None, index=True)
    urgent: bool = False
    raised_on: date = Field(index=True)
    state: str = Field(default="open", index=True)
    answer: str | None = None
    answered_on: date | None = None
    acknowledged_on: date | None = None


class Learning(Record, table=True):
    """Something learned on a day: how long it took and what was taken away."""

    code: str = Field(unique=True)
    learned_on: date = Field(index=True)
    topic: str
    minutes: int | None = None
    takeaway: str | None = None

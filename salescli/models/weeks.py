"""The week as it was planned, sent and answered, and what the salesperson says of its goals."""

from datetime import date, datetime

from sqlalchemy import JSON, Index, text
from sqlmodel import Field

from salescli.models.base import Moment, Record


class WeekPlan(Record, table=True):
    """A version of a week's goal sheet: ``snapshot`` is the whole week as JSON, ``checksum`` tells it from others.

    ``state`` is draft while the week runs, closed when it is frozen, submitted when it was sent, then approved or
    returned. ``score`` and ``scores`` (by measure) are the manager's points in hundredths; ``answers`` those to
    single matters, by code.
    """

    __table_args__ = (Index(None, "week", "version", unique=True, sqlite_where=text("deleted_at IS NULL")),)

    week: str
    version: int
    state: str = "draft"
    snapshot: str
    checksum: str
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    sent_to: str | None = None
    answered_on: date | None = None
    comment: str | None = None
    return_reason: str | None = None
    score: int | None = None
    scores: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    answers: dict[str, str] = Field(default_factory=dict, sa_type=JSON)


class Goal(Record, table=True):
    """What is said of a measure's goal in a week: its own target, the key action, why it fell short, what to do.

    ``target`` is in the measure's unit (minor units for money) and goes before the decomposition's.
    """

    __table_args__ = (Index(None, "week", "measure", unique=True, sqlite_where=text("deleted_at IS NULL")),)

    week: str
    measure: str
    target: int | None = None
    key_action: str | None = None
    reason: str | None = None
    action: str | None = None

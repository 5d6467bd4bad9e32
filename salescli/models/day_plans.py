"""The plan of a day, beyond its visits."""

from datetime import date, datetime

from sqlalchemy import JSON
from sqlmodel import Field

from salescli.models.base import Moment, Record


class DayPlan(Record, table=True):
    """What a day's plan says beyond its visits: its state, three key tasks, what was gained and what fell short."""

    day: date = Field(unique=True)
    state: str = "draft"
    key_tasks: list[str] = Field(default_factory=list, sa_type=JSON)
    gained: str | None = None
    fell_short: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=Moment)

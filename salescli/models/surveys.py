"""How satisfied clients are, quarter by quarter."""

from datetime import date

from sqlalchemy import Index, text
from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.tasks import Task as Task  # the tables that surveys refer to
from salescli.models.visits import Visit as Visit


class Survey(Record, table=True):
    """A client asked in a quarter (1 to 4), once among the living rows. ``score`` is 0 to 100.

    ``task_id`` is the task that improves what was found, ``visit_id`` the visit at which it was asked.
    """

    __table_args__ = (
        Index(None, "client_id", "year", "quarter", unique=True, sqlite_where=text("deleted_at IS NULL")),
    )

    code: str = Field(unique=True)
    year: int
    quarter: int
    client_id: int = Field(foreign_key="client.id", index=True)
    state: str = Field(default="due", index=True)
    asked_on: date | None = None
    answered_on: date | None = Field(default=None, index=True)
    score: int | None = None
    reason: str | None = None
    task_id: int | None = Field(default=None, foreign_key="task.id", index=True)
    visit_id: int | None = Field(default=None, foreign_key="visit.id", index=True)

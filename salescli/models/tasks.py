"""Tasks the manager gave, or that were taken on."""

from datetime import date

from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.clients import Client as Client  # the table that tasks refer to


class Task(Record, table=True):
    """Something to do by a day, and what came of it; a part of a larger task names it in ``parent_id``.

    ``completeness`` is a percentage, ``quality`` a score of 0 to 100, ``feedback`` the manager's. ``reason`` says
    why it was moved or dropped; ``moved_from`` is the day it was due before.
    """

    code: str = Field(unique=True)
    title: str
    requirement: str | None = None
    from_whom: str | None = None
    due_on: date | None = Field(default=None, index=True)
    priority: str = "normal"
    parent_id: int | None = Field(default=None, foreign_key="task.id", index=True)
    client_id: int | None = Field(default=None, foreign_key="client.id", index=True)
    state: str = Field(default="todo", index=True)
    reason: str | None = None
    moved_from: date | None = None
    done_on: date | None = Field(default=None, index=True)
    completeness: int | None = None
    quality: int | None = None
    effect: str | None = None
    feedback: str | None = None
    archived_on: date | None = None

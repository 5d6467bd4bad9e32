"""The append-only log of every change."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from salescli.models.base import Moment


class Change(SQLModel, table=True):
    """One row before and after a command: whole when it came or went, else the altered columns only.

    ``before`` is empty for a new row, ``after`` for one that went.
    ``batch`` is shared by all changes of one command; ``entity`` is the table, ``record`` the row's key.
    """

    __table_args__ = (Index("ix_change_entity_record", "entity", "record"),)

    id: int | None = Field(default=None, primary_key=True)
    batch: int = Field(index=True)
    command: str
    at: datetime = Field(sa_type=Moment)
    entity: str
    record: int
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    after: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))

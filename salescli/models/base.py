"""What every record has, and the column types SQLite lacks."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, Session, SQLModel, select
from sqlmodel._compat import SQLModelConfig

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as UTC text that sorts; a naive one is refused."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).isoformat(timespec="seconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Record(SQLModel):
    """A record a user names: integer key, uuid for merging files, moments, and a removal that can be undone."""

    model_config = SQLModelConfig(defer_build=True)  # no table is ever validated by Pydantic

    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(default_factory=lambda: str(uuid.uuid4()), unique=True)
    # Set when first flushed, from the clock of the command.
    created_at: datetime = Field(default=None, sa_type=Moment, nullable=False)
    updated_at: datetime = Field(default=None, sa_type=Moment, nullable=False)
    deleted_at: datetime | None = Field(default=None, sa_type=Moment)


def select_columns(*columns: Any) -> Any:
    """A query of plain columns, tuples instead of records; SQLModel types its own only up to four of them."""
    return select(*columns)


def plain_table(model: Any) -> Any:
    """The table of a model without the ORM, whose part in a query takes as long as all the rest of compiling it."""
    return model.__table__


def plain_rows(session: Session, query: Any) -> Sequence[Any]:
    """The rows of a query of plain columns as the database gave them: in a long list the ORM takes as long again."""
    session.flush()  # as the session does before it asks by itself
    return session.connection().execute(query).all()

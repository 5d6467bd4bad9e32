"""The records as they stood at an earlier moment, by the change log: what was done since is taken back, for reading."""

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.json_text import dump_json
from salescli.models.base import select_columns
from salescli.models.changes import Change

Row = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What one command did to a record: the altered columns; both are None where it made it."""

    at: datetime
    command: str
    batch: int
    before: Row | None
    after: Row | None


@dataclass(frozen=True)
class Touched:
    """A record that was made or altered since a moment: as it stood then (None: it was not there), as it is, and how.

    Columns are as the file keeps them: days as ISO text.
    """

    entity: str
    record: int
    then: Row | None
    now: Row | None
    steps: tuple[Step, ...]


def touched_since(session: Session, moment: datetime, entities: Collection[str]) -> list[Touched]:
    """The records of ``entities`` (tables) that were made or altered after ``moment``."""
    steps: dict[tuple[str, int], list[Step]] = {}
    # What a record was made as need not be read: imports make a hundred thousand.
    altered_to = sa.case((col(Change.before).is_not(None), col(Change.after)))
    query = (
        select_columns(Change.entity, Change.record, Change.at, Change.command, Change.batch, Change.before, altered_to)
        .where(col(Change.at) >= moment, col(Change.entity).in_(entities))
        .order_by(col(Change.id))
    )
    for entity, record, *step in session.exec(query):
        steps.setdefault((entity, record), []).append(Step(*step))
    current = {entity: _current(session, moment, entity) for entity in {entity for entity, _record in steps}}
    return [
        Touched(entity, record, _then(taken, current[entity].get(record)), current[entity].get(record), tuple(taken))
        for (entity, record), taken in steps.items()
    ]


def _current(session: Session, moment: datetime, entity: str) -> dict[int, Row]:
    """The rows of a table that were touched after ``moment``, as they are, by their keys."""
    table = sa.table(entity, sa.column("id"), schema="main")
    touched = sa.select(col(Change.record)).where(col(Change.at) >= moment, col(Change.entity) == entity)
    rows = session.connection().execute(sa.select(sa.text("*")).select_from(table).where(table.c.id.in_(touched)))
    return {row["id"]: dict(row) for row in rows.mappings()}


def _then(steps: list[Step], now: Row | None) -> Row | None:
    if steps[0].before is None:
        return None
    found = dict(now or {})
    for step in reversed(steps):
        found |= step.before or {}
    return found


@contextlib.contextmanager
def in_force(session: Session, touched: Collection[Touched]) -> Iterator[None]:
    """Let every query read the records in ``touched`` as they stood then; nothing may be written meanwhile.

    Temporary views of the tables' names go before the tables themselves, so that a figure of then is worked out by
    the very queries that work it out now.
    """
    session.flush()
    session.expunge_all()  # what was loaded would answer for what stood
    entities = {one.entity for one in touched}
    entities |= {"receivable"} if "allocation" in entities else set()
    shown: list[str] = []
    try:
        for entity in sorted(entities):
            shown.append(entity)
            _show_then(session, entity, [one for one in touched if one.entity == entity])
        if "allocation" in entities:
            _show_what_was_paid(session)
        yield
    finally:
        session.expunge_all()
        for entity in shown:
            for kind, name in (("VIEW", entity), ("TABLE", f"then_{entity}"), ("TABLE", f"touched_{entity}")):
                session.connection().exec_driver_sql(f'DROP {kind} IF EXISTS temp."{name}"')


def _show_then(session: Session, entity: str, touched: list[Touched]) -> None:
    """Stand a temporary view before a table: its rows but the touched ones, and those as they stood."""
    connection = session.connection()
    then, keys = f"then_{entity}", f"touched_{entity}"
    # Names of tables are the program's own.
    connection.exec_driver_sql(f'CREATE TEMP TABLE "{then}" AS SELECT * FROM main."{entity}" WHERE 0')  # noqa: S608
    connection.exec_driver_sql(f'CREATE TEMP TABLE "{keys}" (id INTEGER PRIMARY KEY)')
    rows = [{name: _stored(value) for name, value in one.then.items()} for one in touched if one.then is not None]
    if rows:
        table = sa.table(then, *(sa.column(name) for name in rows[0]), schema="temp")
        connection.execute(sa.insert(table), rows)
    if touched:
        connection.execute(
            sa.insert(sa.table(keys, sa.column("id"), schema="temp")), [{"id": one.record} for one in touched]
        )
    connection.exec_driver_sql(
        f'CREATE TEMP VIEW "{entity}" AS SELECT * FROM main."{entity}" '  # noqa: S608
        f'WHERE id NOT IN (SELECT id FROM temp."{keys}") UNION ALL SELECT * FROM temp."{then}"'
    )


def _show_what_was_paid(session: Session) -> None:
    """Let the receivables say what their allocations of then paid: the database adds that up, the log doesn't tell."""
    run = session.connection().exec_driver_sql
    parts = (
        "SELECT receivable_id FROM main.allocation WHERE id IN (SELECT id FROM temp.touched_allocation) "
        "UNION SELECT receivable_id FROM temp.then_allocation"
    )
    run(
        f"INSERT INTO temp.then_receivable SELECT * FROM main.receivable "  # noqa: S608
        f"WHERE id IN ({parts}) AND id NOT IN (SELECT id FROM temp.touched_receivable)"
    )
    run(f"INSERT OR IGNORE INTO temp.touched_receivable {parts}")
    run(
        "UPDATE temp.then_receivable SET paid = (SELECT coalesce(sum(amount), 0) FROM allocation "
        "WHERE receivable_id = then_receivable.id AND deleted_at IS NULL)"
    )


def _stored(value: Any) -> Any:
    """A value of the log as a column keeps it."""
    return dump_json(value) if isinstance(value, list | dict) else value

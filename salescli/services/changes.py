"""The change log: every row a command adds, alters or removes is written down in the same transaction."""

from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper, UOWTransaction
from sqlmodel import Session, SQLModel, col, func, select

from salescli.models.changes import Change


def watch(session: Session, command: str, now: datetime) -> None:
    """Log from here on what ``session`` flushes, as the work of ``command`` at ``now`` (aware)."""
    session.info.update(command=command, now=now)
    event.listen(session, "before_flush", _stamp)
    event.listen(session, "after_flush", _log_flush)


def log_new_rows(session: Session, entity: str, rows: list[dict[str, Any]]) -> None:
    """Log rows of table ``entity`` that were inserted without going through the session, as imports do."""
    _write(session, [(entity, row["id"], None, row) for row in rows])


def now_of(session: Session) -> datetime:
    """The moment of the command that ``session`` serves (aware)."""
    now: datetime = session.info["now"]
    return now


def _stamp(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for record in session.new:
        if getattr(record, "created_at", "none") is None:
            record.created_at = record.updated_at = session.info["now"]
    for record in session.dirty:
        if session.is_modified(record) and hasattr(record, "updated_at"):
            record.updated_at = session.info["now"]


def _log_flush(session: Session, _context: UOWTransaction) -> None:
    found: list[tuple[Any, dict[str, Any] | None, dict[str, Any] | None]]
    found = [(record, None, _row(record)) for record in session.new]
    found += [(record, *_altered(record)) for record in session.dirty if session.is_modified(record)]
    found += [(record, _row(record), None) for record in session.deleted]
    _write(
        session,
        [
            (record.__tablename__, record.id, before, after)
            for record, before, after in found
            if not isinstance(record, Change)
        ],
    )


def _write(session: Session, changes: list[tuple[str, int, dict[str, Any] | None, dict[str, Any] | None]]) -> None:
    if not changes:
        return
    if "batch" not in session.info:
        latest = session.connection().execute(select(func.max(col(Change.batch)))).scalar()
        session.info["batch"] = (latest or 0) + 1
    same = {key: session.info[key] for key in ("batch", "command")} | {"at": session.info["now"]}
    session.connection().execute(
        sa.insert(Change),
        [
            {**same, "entity": entity, "record": record, "before": _plain(before), "after": _plain(after)}
            for entity, record, before, after in changes
        ],
    )


def _row(record: SQLModel) -> dict[str, Any]:
    return {attribute.key: getattr(record, attribute.key) for attribute in _mapper(record).column_attrs}


def _altered(record: SQLModel) -> tuple[dict[str, Any], dict[str, Any]]:
    """The altered columns of a row, as they were and as they are."""
    before, after = {}, {}
    state = sa.inspect(record)
    for attribute in _mapper(record).column_attrs:
        history = state.attrs[attribute.key].history
        if history.has_changes():
            before[attribute.key] = history.deleted[0] if history.deleted else None
            after[attribute.key] = getattr(record, attribute.key)
    return before, after


def _mapper(record: SQLModel) -> Mapper[Any]:
    mapper: Mapper[Any] = sa.inspect(type(record))
    return mapper


def _plain(row: dict[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        key: value.isoformat() if isinstance(value, date | datetime | time) else value for key, value in row.items()
    }

"""The change log: every row a command adds, alters or removes is written down in the same transaction."""

from datetime import date, datetime, time
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper, UOWTransaction
from sqlmodel import Session, SQLModel, col, func, select

from salescli.models.changes import Change

SETTING = "setting"  # the table under which the log tells of the settings, which stand in a file of their own
# Columns by name, all of them or the altered ones; None for a row that is not there.
Row = dict[str, Any] | None


def watch(session: Session, command: str, now: datetime) -> None:
    """Log from here on what ``session`` changes, as the work of ``command`` at ``now`` (aware).

    A record that is flushed several times is logged once, when the session commits: as it was and as it became.
    """
    session.info.update(command=command, now=now, noted={})
    event.listen(session, "before_flush", _stamp)
    event.listen(session, "after_flush", _note_flush)
    event.listen(session, "before_commit", _write_noted)


def log_new_rows(session: Session, entity: str, rows: list[dict[str, Any]]) -> None:
    """Log rows of table ``entity`` that were inserted without going through the session, as imports do."""
    _write(session, [(entity, row["id"], None, row) for row in rows])


def log_steps(session: Session, steps: list[tuple[str, int, Row, Row]]) -> None:
    """Log what was done to rows past the session: (table, key, before, after), columns as in a :class:`Change`."""
    _write(session, steps)


def log_setting(session: Session, key: str, before: Any, after: Any) -> None:
    """Log what the settings file says of ``key``, before and after; ``None`` is nothing."""
    steps = {"code": key, "value": before}, {"code": key, "value": after}
    _write(session, [(SETTING, setting_number(key), *steps)])


def setting_number(key: str) -> int:
    """What stands for a setting where the log has the key of a row."""
    return crc32(key.encode())


def net_step(first: tuple[Row, Row], then: tuple[Row, Row]) -> tuple[Row, Row]:
    """Two steps in the life of a row, each (before, after), as one."""
    before = None if first[0] is None else {**(then[0] or {}), **first[0]}
    after = None if then[1] is None else {**(first[1] or {}), **then[1]}
    return before, after


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


def _note_flush(session: Session, _context: UOWTransaction) -> None:
    for record in session.new:
        _note(session, record, None, _row(record))
    for record in session.dirty:
        if session.is_modified(record):
            _note(session, record, *_altered(record))
    for record in session.deleted:
        _note(session, record, _row(record), None)


def _note(session: Session, record: Any, before: Row, after: Row) -> None:
    """Note a step in the life of a record, joined with the steps this command has taken with it before."""
    noted: dict[tuple[str, int], tuple[Row, Row]] = session.info["noted"]
    key = (record.__tablename__, record.id)
    if key not in noted:
        noted[key] = (before, after)
        return
    noted[key] = net_step(noted[key], (before, after))


def _write_noted(session: Session) -> None:
    session.flush()
    steps = [(*key, *_net(before, after)) for key, (before, after) in session.info["noted"].items()]
    session.info["noted"] = {}
    _write(session, [step for step in steps if step[2] or step[3]])


def _net(before: Row, after: Row) -> tuple[Row, Row]:
    """The columns that differ in the end, of a row that was there and still is."""
    if before is None or after is None:
        return before, after
    altered = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in altered}, {name: after[name] for name in altered}


def _write(session: Session, changes: list[tuple[str, int, Row, Row]]) -> None:
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


def _plain(row: Row) -> Row:
    if row is None:
        return None
    return {
        key: value.isoformat() if isinstance(value, date | datetime | time) else value for key, value in row.items()
    }

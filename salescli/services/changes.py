"""The change log: every row a command adds, alters or removes is written down in the same transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from pydantic_core import to_json
from sqlalchemy import event
from sqlalchemy.orm import Mapper, UOWTransaction
from sqlmodel import Session, SQLModel

from salescli.json_text import dump_json
from salescli.models.base import Moment
from salescli.safe_text import json_escaped

SETTING = "setting"  # the table under which the log tells of the settings, which stand in a file of their own
# The log as plain columns: every command that writes adds to it, and a model costs start-up time.
_CHANGES = sa.table(
    "change",
    *(sa.column(name) for name in ("batch", "command", "entity", "record", "before", "after")),
    sa.column("at", Moment),
)
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
    """Log rows of table ``entity`` that were inserted without going through the session, as imports do.

    They stand in the log without the columns that hold nothing.
    """
    # All have the moment of the command: it is made a text once, not twice a row.
    moments = dict.fromkeys(("created_at", "updated_at"), now_of(session).isoformat())
    _write_texts(session, [(entity, row["id"], None, _new_row_json(row, moments)) for row in rows])


def _new_row_json(row: dict[str, Any], moments: dict[str, str]) -> str:
    """What ``dump_json`` makes of a row, but for the blanks; it takes a fifth of the time, and an import has many."""
    text = to_json({key: value for key, value in row.items() if value is not None} | moments).decode()
    return text if text.isprintable() else json_escaped(text)  # what can be printed steers no terminal


def log_steps(session: Session, steps: list[tuple[str, int, Row, Row]]) -> None:
    """Log what was done to rows past the session: (table, key, before, after), columns as in the log."""
    _write(session, steps)


def log_setting(session: Session, key: str, before: Any, after: Any) -> None:
    """Log what the settings file says of ``key``, before and after; ``None`` is nothing."""
    steps = {"code": key, "value": before}, {"code": key, "value": after}
    _write(session, [(SETTING, setting_number(key), *steps)])


@contextmanager
def erasable(session: Session) -> Iterator[None]:
    """Let rows of the log be altered or erased inside the block: what `data purge` takes out must be in no log either.

    Everywhere else the data file refuses it. The rule stands again when the block ends, and, since it is set aside
    within the transaction, also when that is rolled back.
    """
    connection = session.connection()
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'change'"
    rules = connection.exec_driver_sql(asked).all()
    for name, _statement in rules:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _name, statement in rules:
        connection.exec_driver_sql(statement)


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
    if changes:
        _write_texts(
            session, [(entity, record, _json(before), _json(after)) for entity, record, before, after in changes]
        )


def _write_texts(session: Session, changes: list[tuple[str, int, str | None, str | None]]) -> None:
    if "batch" not in session.info:
        latest = session.connection().execute(sa.select(sa.func.max(_CHANGES.c.batch))).scalar()
        session.info["batch"] = (latest or 0) + 1
    count = len(changes)
    same = {"batch": session.info["batch"], "command": session.info["command"], "at": session.info["now"]}
    each = zip(("entity", "record", "before", "after"), zip(*changes, strict=True), strict=True)
    _insert(session, _CHANGES, {name: [value] * count for name, value in same.items()} | dict(each))


def insert_rows(session: Session, table: sa.TableClause, rows: list[dict[str, Any]]) -> None:
    """Insert rows past records; a column that a row doesn't name holds nothing in it."""
    names = dict.fromkeys(name for row in rows for name in row)
    _insert(session, table, {name: [row.get(name) for row in rows] for name in names})


def _insert(session: Session, table: sa.TableClause, values: dict[str, Sequence[Any]]) -> None:
    """Insert rows, given by column, past what SQLAlchemy does for each value of a row.

    Two fifths of an import went there. A value that many rows share is made what the file keeps once.
    """
    connection = session.connection()
    insert = sa.insert(table).values(dict.fromkeys(values)).compile(dialect=connection.dialect)
    names: list[str] = insert.positiontup or []
    stored = [_stored(table.columns[name], values[name], connection.dialect) for name in names]
    connection.exec_driver_sql(str(insert), list(zip(*stored, strict=True)))


def _stored(column: "sa.ColumnClause[Any]", values: Sequence[Any], dialect: sa.Dialect) -> Sequence[Any]:
    bind = column.type.dialect_impl(dialect).bind_processor(dialect)
    if bind is None:
        return values
    known = {key: bind(value) for key, value in {id(value): value for value in values}.items()}
    return [known[id(value)] for value in values]


def _row(record: SQLModel) -> dict[str, Any]:
    return {key: getattr(record, key) for key in _logged(record)}


def _altered(record: SQLModel) -> tuple[dict[str, Any], dict[str, Any]]:
    """The altered columns of a row, as they were and as they are."""
    before, after = {}, {}
    state = sa.inspect(record)
    for key in _logged(record):
        history = state.attrs[key].history
        if history.has_changes():
            before[key] = history.deleted[0] if history.deleted else None
            after[key] = getattr(record, key)
    return before, after


def _logged(record: SQLModel) -> Iterator[str]:
    """The columns of a record that the log tells of: not what the database itself works out of others."""
    mapper: Mapper[Any] = sa.inspect(type(record))
    return (attribute.key for attribute in mapper.column_attrs if not is_derived(attribute.columns[0]))


def is_derived(column: Any) -> bool:
    """Whether the database keeps a column by itself: it stands in no log, and comes back with what it is made of."""
    return bool(column.info.get("derived"))


def _json(row: Row) -> str | None:
    if row is None:
        return None
    return dump_json(
        {key: value.isoformat() if isinstance(value, date | time) else value for key, value in row.items()}
    )

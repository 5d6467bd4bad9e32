"""Everything in the data file, table by table, as lines of JSON and back: values as SQLite keeps them.

No record is built: rows go through plain cursors, some hundred in memory at a time, and whatever the schema of the
day is comes along. A value is a number, text or null; lists and objects kept as JSON stand in the line as such.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from salescli.errors import BadRows, Refused
from salescli.i18n import _
from salescli.json_text import dump_json
from salescli.open_archive import Archive, ArchiveWriter, Member

_AT_ONCE = 500
_MOST_INTEGER = 1 << 63


def export(session: Session, archive: ArchiveWriter) -> int:
    """Write every table into ``archive``; gives the number of rows. Refused for a value that is no text or number."""
    count = 0
    for table in tables(session):
        columns = _columns(session, table)
        count += archive.add_table(table, columns, _lines(session, table, columns)).rows
    return count


def tables(session: Session) -> list[str]:
    """The tables there are, by name, without those of SQLite and the one that holds the schema's version."""
    asked = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    names = [str(name) for (name,) in _connection(session).exec_driver_sql(asked)]
    return [name for name in names if name != "alembic_version" and not name.startswith("sqlite_")]


def schema(session: Session) -> str:
    """The schema of the data file."""
    return str(_connection(session).exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())


def holds_rows(session: Session) -> bool:
    """Whether there is a row in any table."""
    return any(
        _connection(session).exec_driver_sql(f'SELECT 1 FROM "{table}" LIMIT 1').first() is not None  # noqa: S608
        for table in tables(session)
    )


def take(session: Session, archive: Archive) -> int:
    """Put the rows of an export into the empty tables of ``session``, which have its schema; gives their number.

    Raises BadRows for a table or column that the schema has not, lacks, or does not take.
    """
    named = {member.table for member in archive.manifest.members}
    there = set(tables(session))
    for table in sorted(named ^ there):
        raise BadRows(
            _("{file} does not have the tables of its schema {schema}: {table}.").format(
                file=archive.name, schema=archive.manifest.schema, table=table
            )
        )
    return sum(_take_table(session, archive, member) for member in archive.manifest.members)


def _take_table(session: Session, archive: Archive, member: Member) -> int:
    columns = _columns(session, member.table)
    if set(columns) != set(member.columns):
        raise BadRows(
            _("{file}: {part} does not have the columns of its schema {schema}: {columns}.").format(
                file=archive.name,
                part=member.file,
                schema=archive.manifest.schema,
                columns=_(", ").join(sorted(set(columns) ^ set(member.columns))),
            )
        )
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f'INSERT INTO "{member.table}" ({names}) VALUES ({", ".join("?" * len(columns))})'  # noqa: S608
    rows, count = archive.rows(member), 0
    try:
        while piece := list(islice(rows, _AT_ONCE)):
            _connection(session).exec_driver_sql(statement, [_values(row, columns) for row in piece])
            count += len(piece)
    except (sa.exc.IntegrityError, _NotTaken) as problem:
        raise BadRows(
            _("{file}: {part} holds a row that {table} does not take: {problem}.").format(
                file=archive.name, part=member.file, table=member.table, problem=getattr(problem, "orig", problem)
            )
        ) from problem
    return count


class _NotTaken(Exception):
    """A value that no column keeps."""


def _values(row: dict[str, Any], columns: dict[str, bool]) -> tuple[Any, ...]:
    return tuple(_kept(row[name], name, is_json=is_json) for name, is_json in columns.items())


def _kept(value: Any, name: str, *, is_json: bool) -> Any:
    if isinstance(value, list | dict) and is_json:
        return dump_json(value)
    too_large = isinstance(value, int) and not -_MOST_INTEGER <= value < _MOST_INTEGER
    if too_large or isinstance(value, bool | list | dict):
        raise _NotTaken(name)
    return value


def _lines(session: Session, table: str, columns: dict[str, bool]) -> Iterator[bytes]:
    names = ", ".join(f'"{name}"' for name in columns)
    cursor = _cursor(session)
    cursor.execute(f'SELECT {names} FROM "{table}" ORDER BY rowid')  # noqa: S608
    nested = [place for place, is_json in enumerate(columns.values()) if is_json]
    encode = json.JSONEncoder(ensure_ascii=False, default=_no_text(table), separators=(",", ":")).encode
    while rows := cursor.fetchmany(_AT_ONCE):
        for row in rows:
            values = list(row)
            for place in nested:
                values[place] = _opened(values[place])
            yield encode(dict(zip(columns, values, strict=True))).encode()


def _opened(text: Any) -> Any:
    """The list or object that a JSON column keeps, if it comes out as it is kept; else the text."""
    if isinstance(text, str) and text[:1] in ("[", "{"):
        try:
            value = json.loads(text)
            if dump_json(value) == text:
                return value
        except (ValueError, RecursionError):
            return text
    return text


def _no_text(table: str) -> Any:
    def refuse(_value: object) -> Any:
        raise Refused(
            _("A row of {table} holds bytes that are no text.").format(table=table),
            hint=_("`sales data check` says more."),
        )

    return refuse


def _columns(session: Session, table: str) -> dict[str, bool]:
    """The columns of a table in their order, and whether they keep JSON."""
    found = _connection(session).exec_driver_sql("SELECT name, type FROM pragma_table_info(?)", (table,))
    return {str(name): kind.upper() == "JSON" for name, kind in found}


def _connection(session: Session) -> sa.Connection:
    return session.connection()


def _cursor(session: Session) -> Any:
    """A cursor of the driver itself: a million rows go through it one by one."""
    return session.connection().connection.cursor()

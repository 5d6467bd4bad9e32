"""Putting a copy in the place of the data file: what would change, and the change itself.

The new file is made whole beside its place, checked and brought to this program's schema; then, while no other
command can write, the old one gets a second name and the new one takes its place in a single step. A kill at any
moment leaves the one file or the other. A data file that is damaged or missing can be restored like any other.
"""

import contextlib
import errno
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from salescli import db
from salescli.copies import damage_of, quoted, table_names
from salescli.encryption.keys import Locked, WrongPassphrase
from salescli.errors import DataFileProblem, NotFound, NotWritten, Refused, system_reason
from salescli.i18n import _
from salescli.paths import beside, make_folder, move_in
from salescli.turns import code_of

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_OF_READING = (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ)


@dataclass(frozen=True)
class Rows:
    """How many rows a table has now and in the copy; ``None`` where the table can't be read or isn't there."""

    table: str
    now: int | None
    copy: int | None


@dataclass(frozen=True)
class Done:
    """A command of the change log."""

    batch: int
    at: datetime
    command: str


@dataclass(frozen=True)
class Difference:
    """What putting back ``copy`` would change; ``lost`` and ``back`` are commands, the latest first.

    ``lost`` are in the log now and not in the copy's, ``back`` the other way round. ``readable`` says whether the data
    file can be read as it is, ``there`` whether it is there; owners are empty where nobody has said who they are.
    ``sealed_now_only``: the data file is encrypted, and what is put back is not.
    """

    copy: Path
    schema: str
    there: bool
    readable: bool
    tables: tuple[Rows, ...]
    lost: tuple[Done, ...]
    back: tuple[Done, ...]
    owner: str
    owner_of_copy: str
    sealed_now_only: bool


@dataclass(frozen=True)
class _Contents:
    tables: dict[str, int | None]
    log: frozenset[tuple[int, str, str]]
    owner: str


_NOTHING = _Contents({}, frozenset(), "")


def difference(path: Path, copy: Path) -> Difference:
    """What putting ``copy`` in the place of ``path`` would change.

    Raises NotFound without a copy, DataFileProblem for one that is no data file, damaged or a newer program's.
    """
    schema = _schema_of_copy(copy)
    with db.sentences(copy, OSError):
        then = _contents(copy)
    now, readable = _NOTHING, False
    try:
        db.schema_of(path)
        now = _contents(path)
        readable = None not in now.tables.values()
    except (Locked, WrongPassphrase):
        raise  # nothing is wrong with it, and it may be in use
    except db.database_errors(OSError, DataFileProblem):
        pass  # damaged or foreign: what restoring is for
    tables = tuple(Rows(name, now.tables.get(name), then.tables.get(name)) for name in sorted(now.tables | then.tables))
    return Difference(
        copy,
        schema,
        os.path.lexists(path),
        readable,
        tables,
        _in_order(now.log - then.log),
        _in_order(then.log - now.log),
        now.owner,
        then.owner,
        path.is_file() and db.is_encrypted(path) and not db.is_encrypted(copy),
    )


def _schema_of_copy(copy: Path) -> str:
    if not copy.exists():
        raise NotFound(_("There is no file {path}.").format(path=copy), hint=_("`sales data copies` lists the copies."))
    with db.sentences(copy, OSError):
        return db.schema_of(copy)


def _contents(path: Path) -> _Contents:
    with contextlib.closing(db.connect(path)) as connection:
        connection.execute("BEGIN")
        tables = {name: _count(connection, name) for name in table_names(connection)}
        log = _rows(connection, "SELECT batch, min(command), min(at) FROM change GROUP BY batch")
        owner = _rows(connection, "SELECT name FROM profile WHERE deleted_at IS NULL ORDER BY id LIMIT 1")
    return _Contents(tables, frozenset(log), owner[0][0] if owner else "")


def _count(connection: sqlite3.Connection, table: str) -> int | None:
    rows = _rows(connection, f"SELECT count(*) FROM {quoted(table)}")  # noqa: S608  a name out of the schema
    return rows[0][0] if rows else None


def _rows(connection: sqlite3.Connection, query: str) -> list[Any]:
    """What a query finds; nothing where the file is damaged."""
    try:
        return connection.execute(query).fetchall()
    except db.database_errors() as problem:
        if _is_busy(problem):
            raise
        return []


def _is_busy(problem: Exception) -> bool:
    return getattr(problem, "sqlite_errorcode", 0) & 0xFF in _BUSY


def _in_order(log: frozenset[tuple[int, str, str]]) -> tuple[Done, ...]:
    found = [Done(batch, datetime.fromisoformat(at), command) for batch, command, at in log]
    return tuple(sorted(found, key=lambda done: (done.at, done.batch), reverse=True))


def restore(path: Path, copy: Path, now: datetime) -> Path | None:
    """Put ``copy`` in the place of the data file; gives back where that one is kept, ``None`` if there was none.

    Raises NotFound without a copy, DataFileProblem for one that is no data file, damaged or a newer program's, and
    while another command writes; Refused for the data file itself; NotWritten if the new file can't be written.
    """
    place = path.resolve()  # a link goes on leading to the data file
    if place.exists() and not stat.S_ISREG(place.stat().st_mode):
        raise DataFileProblem(
            _("{path} is not a file.").format(path=path), hint=_("Give a data file with --db or SALES_DB.")
        )
    schema = _schema_of_copy(copy)
    if place.exists() and copy.samefile(place):
        raise Refused(_("{path} is the data file itself.").format(path=copy))
    try:
        make_folder(place.parent)
        with beside(place) as new:
            _make(new, copy, schema)
            return _change_places(new, place, now)
    except OSError as problem:
        raise NotWritten(
            _("{path} stays as it is: it can't be written ({problem}).").format(
                path=path, problem=system_reason(problem)
            )
        ) from problem


def _make(new: Path, copy: Path, schema: str) -> None:
    """Copy ``copy`` into ``new``, check it, and bring it to this program's schema."""
    with _said_of(copy), contextlib.closing(db.connect(copy)) as source:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        db.copy_pages(source, copy, new)
    found = damage_of(new)
    if found:
        raise DataFileProblem(
            _("{path} is damaged: {problem}.").format(path=copy, problem=found[0].removesuffix(".")),
            hint=_("Nothing was changed; `sales data copies` lists the copies."),
        )
    if schema < db.HEAD:
        with _said_of(copy):
            db.migrate(new)


@contextlib.contextmanager
def _said_of(copy: Path) -> Iterator[None]:
    """Let what SQLite says be of the copy; a disk that takes no more is the new file's matter, and an OSError."""
    try:
        with db.sentences(copy):
            yield
    except DataFileProblem as problem:
        said = getattr(problem.__cause__, "orig", problem.__cause__)  # of SQLAlchemy, which wraps it, or of SQLite
        code = code_of(said)
        if code == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, "") from problem
        if code == sqlite3.SQLITE_IOERR and getattr(said, "sqlite_errorcode", 0) not in _OF_READING:
            raise OSError(errno.EIO, "") from problem
        raise


def _change_places(new: Path, place: Path, now: datetime) -> Path | None:
    """Keep what is at ``place`` under another name, and let ``new`` take its place."""
    with _nobody_writing(place) as held:
        kept = _keep(place, now, held) if place.exists() else None
        for ending in ("-journal", "-wal", "-shm"):
            # SQLite would put the pages of a killed command into the new file; they belong to the one that is kept.
            left = place.with_name(place.name + ending)
            if left.exists():
                left.replace(kept.with_name(kept.name + ending) if kept else left.with_name(f"{left.name}.replaced"))
        if sys.platform == "win32":
            held.close()  # an open file can't be replaced there
        move_in(new, place)
    return kept


@contextlib.contextmanager
def _nobody_writing(place: Path) -> Iterator[contextlib.ExitStack]:
    """Hold the data file against other commands; one that no program can open is held by nobody else, either.

    In the block the file must not be opened and closed: to the system that is the end of every lock of this process.
    """
    with contextlib.ExitStack() as held:
        if place.exists():
            try:
                connection = held.enter_context(contextlib.closing(db.connect(place)))
                connection.execute("BEGIN EXCLUSIVE")
            except db.database_errors() as problem:
                if _is_busy(problem):
                    with db.sentences(place):
                        raise
        yield held


def _keep(place: Path, now: datetime, held: contextlib.ExitStack) -> Path:
    """Give the file at ``place`` a second name, that says when it was replaced."""
    number = 1
    while True:
        more = f"-{number}" if number > 1 else ""
        kept = place.with_name(f"{place.stem}-{now:%Y%m%d-%H%M%S}{more}.replaced.db")
        try:
            os.link(place, kept)
            return kept
        except FileExistsError:
            number += 1
        except OSError:  # a disk that knows no second names
            old = held.enter_context(place.open("rb"))
            with beside(kept) as whole:
                with whole.open("wb") as file:
                    shutil.copyfileobj(old, file)
                move_in(whole, kept)
            return kept

"""The door to the data file: the one way to a session.

A session is for reading or for writing. Writers open with BEGIN IMMEDIATE, so that two commands at once
queue instead of losing updates; the rollback journal with FULL sync makes what was committed stay. The file
is made and migrated here, when it is first needed. Every way in which a file can be unusable becomes a
:class:`~salescli.errors.DataFileProblem` with one sentence.
"""

import contextlib
import errno
import glob
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session

from salescli.errors import DataFileProblem, NotWritten, Refused, system_reason
from salescli.i18n import _
from salescli.json_text import dump_json
from salescli.paths import beside, migrations_folder

HEAD = "0005"
APPLICATION_ID = 0x53414C45  # “SALE”: tells our files from other programs'
BUSY_SECONDS = 10
_MAGIC = b"SQLite format 3\x00"


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Session]:
    """A session that writes nothing; the file is made or migrated first if need be."""
    with _session(path, "BEGIN") as session:
        yield session
        session.rollback()


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Session]:
    """A session in one transaction: committed when the block ends, rolled back whole when it raises."""
    with _session(path, "BEGIN IMMEDIATE") as session:
        # The lock is taken now, so that what the block reads stays true until it commits.
        session.connection()
        yield session
        session.commit()


@contextlib.contextmanager
def _session(path: Path, begin: str) -> Iterator[Session]:
    with _sentences(path, OSError):
        _make_ready(path)
        engine = _engine(path, begin)
    # Inside the block only what the database says is ours to translate: other files have other sentences.
    with _sentences(path):
        try:
            with Session(engine, expire_on_commit=False) as session:
                yield session
        finally:
            engine.dispose()


def _make_ready(path: Path) -> None:
    """Make the file if there is none, migrate it if it is older, refuse it if it is not ours to use."""
    if not path.exists() and not path.is_symlink():
        _create(path)
        return
    _refuse_what_is_no_data_file(path)
    version = _version(path)
    if version > HEAD:
        raise DataFileProblem(
            _("{path} was written by a newer version of sales (schema {version}).").format(path=path, version=version),
            hint=_("Update the program; the file was not touched."),
        )
    if version < HEAD:
        _upgrade(path)


def _refuse_what_is_no_data_file(path: Path) -> None:
    if not stat.S_ISREG(path.stat().st_mode):
        raise DataFileProblem(
            _("{path} is not a file.").format(path=path), hint=_("Give a data file with --db or SALES_DB.")
        )
    with path.open("rb") as file:
        start = file.read(len(_MAGIC))
    if start != _MAGIC:
        raise not_ours(path)


def not_ours(path: Path) -> DataFileProblem:
    """The refusal of a file that some other program wrote, or that is empty."""
    return DataFileProblem(
        _("{path} is not a data file of sales.").format(path=path),
        hint=_("It was left as it is; give another file with --db or SALES_DB."),
    )


def _version(path: Path) -> str:
    with contextlib.closing(_connect(path)) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID:
            raise not_ours(path)
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise not_ours(path)
    return str(row[0])


def _create(path: Path) -> None:
    """Make the file beside its place, whole, and only then give it its name; another's file is not replaced."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with beside(path) as new:
        with contextlib.closing(_connect(new)) as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _run_migrations(new)
        _give_name(new, path)


def _give_name(new: Path, path: Path) -> None:
    try:
        os.link(new, path)
    except OSError:
        # Either a second command made it first, and that one serves, or this is a memory stick that knows no links.
        if not path.exists():
            new.rename(path)


def _upgrade(path: Path) -> None:
    """Copy the file, then bring it to HEAD in one transaction."""
    if not os.access(path, os.W_OK):
        raise DataFileProblem(
            _("{path} is of an older version and read-only, so it can't be brought up to date.").format(path=path)
        )
    _run_migrations(path, copy=path.with_name(f"{path.name}.before-{HEAD}"))


def _run_migrations(path: Path, copy: Path | None = None) -> None:
    # Alembic costs as much as the whole stack: it is imported only when the schema is behind.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    engine = _engine(path, "BEGIN IMMEDIATE", foreign_keys=False)
    try:
        with engine.begin() as connection:
            if copy is not None:
                # Now that the lock is held: a command that waited for it must not copy what another has migrated.
                if connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD:
                    return
                copy_file(path, copy)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as problem:
        raise not_ours(path) from problem  # a version that never was
    finally:
        engine.dispose()


def copy_file(path: Path, copy: Path) -> None:
    """Copy the data file through SQLite's backup interface, whole even while another command writes."""
    with beside(copy) as new:
        _copy_pages(path, new)
        new.replace(copy)


def _copy_pages(path: Path, new: Path) -> None:
    with contextlib.closing(_connect(path)) as source, contextlib.closing(_connect(new)) as target:
        source.backup(target)


def back_up(path: Path, copy: Path, *, force: bool = False) -> None:
    """Copy the data file, check the copy and only then call it ``copy``; with ``force`` in place of what is there.

    Raises Refused if ``copy`` is there or is the data file itself, NotWritten if it can't be written or is not sound.
    """
    try:
        if copy.exists() and copy.samefile(path):
            raise Refused(_("{path} is the data file itself.").format(path=copy), hint=_("Give the copy another name."))
        if copy.exists() and not force:
            raise Refused(_("{path} is already there.").format(path=copy), hint=_("Give --force to replace it."))
        with beside(copy) as new:
            _copy_pages(path, new)
            found = _faults(new)
            if not found:
                new.replace(copy)
    except (OSError, sqlite3.Error) as problem:
        raise NotWritten(
            _("{path} can't be written: {problem}.").format(path=copy, problem=system_reason(problem))
        ) from problem
    if found:
        raise NotWritten(
            _("{path} was not written: a copy of {source} is not sound ({problem}).").format(
                path=copy, source=path, problem=found[0]
            ),
            hint=_("`sales doctor` says what is wrong."),
        )


def check(path: Path) -> list[str]:
    """What SQLite itself finds wrong with the file: integrity and foreign keys; empty when it is sound."""
    with _sentences(path, OSError):
        _refuse_what_is_no_data_file(path)
        return _faults(path)


def _faults(path: Path) -> list[str]:
    with contextlib.closing(_connect(path)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [
            _("{table} row {row} refers to a missing {parent}.").format(table=table, row=row, parent=parent)
            for table, row, parent, _key in connection.execute("PRAGMA foreign_key_check")
        ]
    return found


def _connect(path: Path) -> sqlite3.Connection:
    # No file is made here, and one that can't be written SQLite opens for reading alone.
    address = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def _engine(path: Path, begin: str, *, foreign_keys: bool = True) -> sa.Engine:
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: _connect(path),
        poolclass=sa.pool.NullPool,
        json_serializer=dump_json,
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_spill = OFF")

    @sa.event.listens_for(engine, "begin")
    def open_transaction(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextlib.contextmanager
def _sentences(path: Path, *more: type[Exception]) -> Iterator[None]:
    """Turn what SQLite (and exceptions of the kinds in ``more``) say of the file into one sentence."""
    kinds: tuple[type[Exception], ...] = (sqlite3.Error, *more)
    try:
        yield
    except sa.exc.DBAPIError as problem:
        raise _sentence(path, problem.orig) from problem
    except kinds as problem:
        raise _sentence(path, problem) from problem


def _sentence(path: Path, problem: BaseException | None) -> BaseException:
    if isinstance(problem, sqlite3.IntegrityError):
        return problem  # a rule of the schema broken by the program: unexpected, and shown as such
    if isinstance(problem, OSError):
        return _sentence_of_system(path, problem)
    said = str(problem)
    code = getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # without what it adds to the kind
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DataFileProblem(
            _("Another sales command is writing to {path}.").format(path=path), hint=_("Try again in a moment.")
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM) and os.access(path, os.R_OK):
        return DataFileProblem(_("{path} can't be written: it or its folder is read-only.").format(path=path))
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "no such table" in said:
        return DataFileProblem(_("{path} is damaged: {problem}.").format(path=path, problem=said), hint=_way_back(path))
    return DataFileProblem(_("{path} can't be used: {problem}.").format(path=path, problem=said))


def _sentence_of_system(path: Path, problem: OSError) -> DataFileProblem:
    if problem.errno == errno.EROFS:
        return DataFileProblem(_("{path} can't be written: it or its folder is read-only.").format(path=path))
    if isinstance(problem, PermissionError):
        return DataFileProblem(
            _("You have no permission to use {path}.").format(path=path),
            hint=_("Give another file with --db or SALES_DB."),
        )
    return DataFileProblem(_("{path} can't be used: {problem}.").format(path=path, problem=system_reason(problem)))


def _way_back(path: Path) -> str:
    """What to do about a damaged file: the last copy of it, if there is one beside it."""
    copies = [
        *path.parent.glob(f"{glob.escape(path.stem)}-*.backup.db"),
        *path.parent.glob(f"{glob.escape(path.name)}.before-*"),
    ]
    if not copies:
        return _("It was left as it is; put a backup in its place (`sales data path` shows where).")
    latest = max(copies, key=lambda copy: copy.stat().st_mtime)
    return _("It was left as it is; the last copy of it is {copy}.").format(copy=latest)

"""The door to the data file: the one way to a session.

A session is for reading or for writing. Writers open with BEGIN IMMEDIATE, so that two commands at once
queue instead of losing updates; the rollback journal with FULL sync makes what was committed stay. The file
is made and migrated here, when it is first needed. Every way in which a file can be unusable becomes a
:class:`~salescli.errors.DataFileProblem` with one sentence.
"""

import contextlib
import errno
import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import Session

from salescli.encryption.file_marks import PLAIN, Watched, identity, salt_in, start_of
from salescli.errors import DataFileProblem, NotWritten, Refused, system_reason
from salescli.i18n import _
from salescli.json_text import dump_json, load_json
from salescli.paths import beside, in_command, kept_copies, make_folder, migrations_folder, move_in, sync_folder
from salescli.turns import WRITING, begin_writing, code_of

if TYPE_CHECKING:
    from salescli.encryption.keys import Key

HEAD = "0008"
# Pages of 4 KiB that a transaction may change before it writes any: 8 MB, which it holds in memory. Readers wait from
# there to the commit; that comes to an import of some 4,000 clients or more, never to a command about a day or a week.
# With half of it twice as many pages are written, since most change again. SQLite takes a multiple of 256 for OFF.
_SPILL_BEYOND = 2_000
APPLICATION_ID = 0x53414C45  # “SALE”: tells our files from other programs'
BUSY_SECONDS = 10


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Session]:
    """A session that writes nothing; the file is made or migrated first if need be."""
    with _session(path, "BEGIN") as session:
        yield session
        session.rollback()


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Session]:
    """A session in one transaction: committed when the block ends, rolled back whole when it raises."""
    while True:
        with _session(path, WRITING) as session:
            opened = _identity(path)
            # The lock is taken now, so that what the block reads stays true until it commits.
            session.connection()
            if opened is None or _identity(path) != opened:
                continue  # while it waited, another file took the place of this one: it was encrypted or restored
            yield session
            session.commit()
            return


def _identity(path: Path) -> tuple[int, int] | None:
    with contextlib.suppress(OSError):
        return identity(path)
    return None


@contextlib.contextmanager
def _session(path: Path, begin: str) -> Iterator[Session]:
    with sentences(path, OSError):
        _make_ready(path)
        engine = _engine(path, begin)
    # Inside the block only what the database says is ours to translate: other files have other sentences.
    with sentences(path):
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
    if schema_of(path) < HEAD:
        _upgrade(path)


def schema_of(path: Path) -> str:
    """The schema that a data file has; DataFileProblem if it is no data file, or a newer program's."""
    _refuse_what_is_no_data_file(path)
    version = _version(path)
    if version > HEAD:
        raise DataFileProblem(
            _("{path} was written by a newer version of sales (schema {version}).").format(path=path, version=version),
            hint=_("Update the program; the file was not touched."),
        )
    return version


def _refuse_what_is_no_data_file(path: Path) -> None:
    if not stat.S_ISREG(path.stat().st_mode):
        raise DataFileProblem(
            _("{path} is not a file.").format(path=path), hint=_("Give a data file with --db or SALES_DB.")
        )
    start = start_of(path)
    if start != PLAIN and salt_in(start) is None:
        raise not_ours(path)


def not_ours(path: Path) -> DataFileProblem:
    """The refusal of a file that some other program wrote, or that is empty."""
    return DataFileProblem(
        _("{path} is not a data file of sales.").format(path=path),
        hint=_way_back(path)
        if kept_copies(path)
        else _("It was left as it is; give another file with --db or SALES_DB."),
    )


def _version(path: Path) -> str:
    with contextlib.closing(connect(path)) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID:
            raise not_ours(path)
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise not_ours(path)
    return str(row[0])


def _create(path: Path) -> None:
    """Make the file beside its place, whole, and only then give it its name; another's file is not replaced."""
    make_folder(path.parent)
    with beside(path) as new:
        with contextlib.closing(connect(new)) as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(new)
        _give_name(new, path)


def _refuse_what_a_lost_file_left(path: Path) -> None:
    # SQLite would put the pages of the file that is gone into the new one, and damage it.
    for journal in _journals_of(path):
        if journal.exists() and not path.exists():  # in this order: another command may make the file meanwhile
            raise DataFileProblem(
                _("{path} is not there, but {journal} is: it was left when a command was killed.").format(
                    path=path, journal=journal.name
                ),
                hint=_("Put the data file back beside it; to begin anew, delete {journal}.").format(journal=journal),
            )


def _journals_of(path: Path) -> list[Path]:
    """What SQLite keeps beside the file while it is written, and leaves there when the writer is killed."""
    return [path.with_name(f"{path.name}{ending}") for ending in ("-journal", "-wal")]


def put_in_place(new: Path, path: Path) -> None:
    """Give ``new`` the name of a file that may be there; nothing that belonged to that one stays to damage it."""
    if path.exists():
        with contextlib.suppress(*database_errors(DataFileProblem)), contextlib.closing(connect(path)) as old:
            old.execute("SELECT count(*) FROM sqlite_master")  # takes a killed writer's changes back, as any reading
    for journal in _journals_of(path):
        journal.unlink(missing_ok=True)
    move_in(new, path)


def _give_name(new: Path, path: Path) -> None:
    _refuse_what_a_lost_file_left(path)
    try:
        os.link(new, path)
    except OSError:
        # Either a second command made it first, and that one serves, or this is a memory stick that knows no links.
        if not path.exists():
            new.rename(path)
    sync_folder(path.parent)


@contextlib.contextmanager
def rebuilding(path: Path, revision: str) -> Iterator[Session]:
    """A session on a new file of schema ``revision``; what the block fills it with becomes the data file ``path``.

    Foreign keys are off in the block. After it the file is migrated and checked, and only then takes its place, where
    no file, or one without a row, may be. Raises Refused where there are rows, or when what came is not sound.
    """
    make_folder(path.parent)
    with sentences(path, OSError), beside(path) as new:
        with contextlib.closing(connect(new, like=path if path.exists() else None)) as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(new, revision=revision)
        engine = _engine(new, "BEGIN IMMEDIATE", foreign_keys=False)
        try:
            with Session(engine) as session:
                yield session
                session.commit()
        finally:
            engine.dispose()
        if revision != HEAD:
            migrate(new)
        found = _faults(new)
        if found:
            raise Refused(_("What came is not sound: {problem}").format(problem=found[0]))
        if not path.exists():
            _give_name(new, path)
        if new.exists() and not (path.exists() and path.samefile(new)):
            _make_ready(path)
            _move_in(new, path)


def _move_in(new: Path, path: Path) -> None:
    """Bring the rows of ``new`` into ``path``, in one transaction, if it has none of its own."""
    with contextlib.closing(connect(path)) as connection:
        connection.execute("ATTACH ? AS came", (str(new),))
        connection.execute("BEGIN IMMEDIATE")
        names = [row[0] for row in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
        for name in names:
            if name == "alembic_version" or name.startswith("sqlite_"):
                continue
            if connection.execute(f'SELECT 1 FROM main."{name}" LIMIT 1').fetchone():  # noqa: S608
                raise holds_records(path)
            columns = ", ".join(f'"{row[1]}"' for row in connection.execute(f'PRAGMA came.table_info("{name}")'))
            connection.execute(
                f'INSERT INTO main."{name}" ({columns}) SELECT {columns} FROM came."{name}"'  # noqa: S608
            )
        connection.execute("COMMIT")


def shrink(path: Path) -> None:
    """Write the data file anew, so that nothing that was deleted or written over is left in it."""
    with sentences(path), contextlib.closing(connect(path)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("VACUUM")


def holds_records(path: Path) -> Refused:
    """The refusal to bring other data where there are records."""
    return Refused(
        _("{path} holds records already; other data can't be put among them.").format(path=path),
        hint=_("Name a new data file before the command: `sales --db NEW.db data import FILE`."),
    )


def _upgrade(path: Path) -> None:
    """Copy the file, then bring it to HEAD in one transaction."""
    if not os.access(path, os.W_OK):
        raise DataFileProblem(
            _("{path} is of an older version and read-only, so it can't be brought up to date.").format(path=path)
        )
    migrate(path, copy=path.with_name(f"{path.name}.before-{HEAD}"))


def migrate(path: Path, copy: Path | None = None, revision: str = "head") -> None:
    """Bring a file to ``revision`` in one transaction; first, once it is locked, it is copied to ``copy``."""
    # Alembic costs as much as the whole stack: it is imported only when the schema is behind.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    engine = _engine(path, WRITING, foreign_keys=False)
    try:
        with engine.begin() as connection:
            if copy is not None:
                # Now that the lock is held: a command that waited for it must not copy what another has migrated.
                version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
                if version == HEAD:
                    return
                ScriptDirectory.from_config(config).get_revision(version)  # no copy of what is not ours
                copy_file(path, copy)
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    except CommandError as problem:
        raise not_ours(path) from problem  # a version that never was
    finally:
        engine.dispose()


def copy_file(path: Path, copy: Path) -> None:
    """Copy the data file through SQLite's backup interface, whole even while another command writes."""
    with beside(copy) as new:
        with contextlib.closing(connect(path)) as source:
            copy_pages(source, path, new)
        put_in_place(new, copy)


def copy_pages(source: sqlite3.Connection, path: Path, new: Path) -> None:
    """Copy what ``source``, a connection to the file at ``path``, sees now into the empty file ``new``."""
    with contextlib.closing(connect(new, like=path)) as target:
        source.backup(target)


def rewrite(path: Path, key: "Key | None") -> None:
    """Let the data file be encrypted with ``key``, or plain without one: written beside it, checked, then in its place.

    No other command writes meanwhile. Raises NotWritten if what was written is not the same and sound.
    """
    from salescli.encryption import cipher, keys

    path = path.resolve()  # a link goes on leading to it
    if key is not None:
        keys.remember(key)
    with sentences(path, OSError), beside(path) as new:
        opened, old_key = identity(path), keys.of_file(path)
        # By the library that writes the new one: of two in one program, each loses its locks when the other closes.
        with contextlib.closing(cipher.connect(path, old_key, BUSY_SECONDS)) as locked:
            locked.execute("BEGIN IMMEDIATE")
            if identity(path) != opened:
                raise _busy(path)
            found = cipher.export(path, old_key, new, key, BUSY_SECONDS) or _faults(new)
            if found:
                raise NotWritten(
                    _("{path} stays as it was: what was written is not sound ({problem}).").format(
                        path=path, problem=found[0]
                    ),
                    hint=_("`sales doctor` says what is wrong."),
                )
            if sys.platform == "win32":
                locked.close()  # an open file can't be replaced there
            move_in(new, path)


def check(path: Path) -> list[str]:
    """What SQLite itself finds wrong with the file: integrity and foreign keys; empty when it is sound."""
    with sentences(path, OSError):
        _refuse_what_is_no_data_file(path)
        return _faults(path)


def _faults(path: Path) -> list[str]:
    with contextlib.closing(connect(path)) as connection:
        if is_encrypted(path):
            # After the first page whose seal is broken SQLCipher lets nothing more be read.
            broken = [row[0] for row in connection.execute("PRAGMA cipher_integrity_check")]
            if broken:
                return broken
        found = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [
            _("{table} row {row} refers to a missing {parent}.").format(table=table, row=row, parent=parent)
            for table, row, parent, _key in connection.execute("PRAGMA foreign_key_check")
        ]
    return found


def is_encrypted(path: Path) -> bool:
    """Whether the file at ``path`` is an encrypted data file of ours; OSError if it can't be read."""
    return salt_of(path) is not None


def salt_of(path: Path) -> bytes | None:
    """The salt of the key of an encrypted data file; ``None`` of another file. OSError if it can't be read."""
    return salt_in(start_of(path))


def connect(path: Path, like: Path | None = None) -> sqlite3.Connection:
    """A connection; to an encrypted file with its key, to a new file that shall be ``like`` another with that one's.

    Raises keys.Locked, a DataFileProblem, without the key.
    """
    if is_encrypted(like or path):
        from salescli.encryption import cipher, keys

        return cipher.connect(path, keys.of_file(like or path), BUSY_SECONDS)
    # No file is made here, and one that can't be written SQLite opens for reading alone.
    address = f"{path.absolute().as_uri()}?mode=rw"
    plain = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, factory=_Plain)
    plain.watch(path, PLAIN)
    return plain


class _Plain(Watched, sqlite3.Connection):
    """A connection to a plain file."""


def _dbapi(path: Path) -> ModuleType:
    if is_encrypted(path):
        from salescli.encryption import cipher

        return cipher.dbapi()
    return sqlite3


def _engine(path: Path, begin: str, *, foreign_keys: bool = True) -> sa.Engine:
    engine = sa.create_engine(
        "sqlite://",
        module=_dbapi(path),
        creator=lambda: connect(path),
        poolclass=sa.pool.NullPool,
        json_serializer=dump_json,
        json_deserializer=load_json,
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_spill = {_SPILL_BEYOND}")

    @sa.event.listens_for(engine, "invalidate")
    def take_back(connection: sqlite3.Connection, _record: object, _problem: object) -> None:
        connection.rollback()  # after Ctrl-C SQLAlchemy closes it and no more, which leaves the journal

    @sa.event.listens_for(engine, "begin")
    def open_transaction(connection: sa.Connection) -> None:
        if begin == WRITING:
            raw: Any = connection.connection.driver_connection
            begin_writing(raw, BUSY_SECONDS)
        else:
            connection.exec_driver_sql(begin)

    return engine


@contextlib.contextmanager
def sentences(path: Path, *more: type[Exception]) -> Iterator[None]:
    """Turn what SQLite (and exceptions of the kinds in ``more``) say of the file into one sentence."""
    try:
        yield
    except sa.exc.DBAPIError as problem:
        raise _sentence(path, problem.orig) from problem
    except database_errors(*more) as problem:
        raise _sentence(path, problem) from problem


def database_errors(*more: type[Exception]) -> tuple[type[Exception], ...]:
    """What SQLite raises, and SQLCipher once it is loaded (classes of the same names and codes), and ``more``."""
    sealed = sys.modules.get("sqlcipher3.dbapi2")
    return (sqlite3.Error, sealed.Error, *more) if sealed else (sqlite3.Error, *more)


def _sentence(path: Path, problem: BaseException | None) -> BaseException:
    if problem is not None and type(problem).__name__ == sqlite3.IntegrityError.__name__:
        return problem  # a rule of the schema broken by the program: unexpected, and shown as such
    if isinstance(problem, OSError):
        return _sentence_of_system(path, problem)
    said = str(problem)
    code = code_of(problem)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _busy(path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM) and os.access(path, os.R_OK):
        return DataFileProblem(_("{path} can't be written: it or its folder is read-only.").format(path=path))
    if code == sqlite3.SQLITE_FULL:
        return DataFileProblem(
            _("{path} can't be written: {problem}.").format(path=path, problem=_("the disk is full")),
            hint=_("Nothing was changed; make room and try again."),
        )
    if code == sqlite3.SQLITE_IOERR:
        return DataFileProblem(
            _("{path} can't be used: {problem}.").format(path=path, problem=_("the disk fails")),
            hint=_("Nothing was changed; try again, and if it stays so, copy the file to another disk."),
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "no such table" in said:
        return DataFileProblem(_("{path} is damaged: {problem}.").format(path=path, problem=said), hint=_way_back(path))
    return DataFileProblem(_("{path} can't be used: {problem}.").format(path=path, problem=said))


def _busy(path: Path) -> DataFileProblem:
    return DataFileProblem(
        _("Another sales command is writing to {path}.").format(path=path), hint=_("Try again in a moment.")
    )


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
    """What to do about a damaged file: put back the last sound copy of it, if there is one."""
    for copy in sorted(kept_copies(path), key=lambda copy: copy.stat().st_mtime, reverse=True):
        if _is_sound(copy):
            return _("It was left as it is; `sales data restore {copy}` puts back the last sound copy.").format(
                copy=in_command(copy)
            )
    return _("It was left as it is; put a backup in its place (`sales data path` shows where).")


def _is_sound(copy: Path) -> bool:
    with contextlib.suppress(*database_errors(OSError, DataFileProblem)):
        schema_of(copy)
        return not _faults(copy)
    return False

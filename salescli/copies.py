"""Copies of the data file: made by hand and checked, kept day by day by rule, and listed.

A copy is written beside its place and named when it is whole, so a kill leaves no half file with a good name. The
copies of the days lie in a folder beside the data file and are made by the first writing command of a day, after its
answer; see :func:`keep_daily`. Putting a copy back is the work of :mod:`salescli.restoring`.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from salescli import db
from salescli.encryption.keys import Locked, WrongPassphrase
from salescli.errors import DataFileProblem, NotWritten, Refused, SalesError, system_reason
from salescli.i18n import _
from salescli.paths import beside, daily_copies, kept_copies, make_folder, move_in
from salescli.turns import code_of

Kind = Literal["daily", "backup", "before_update", "replaced"]

IN_THE_BACKGROUND = 16 << 20  # bytes from which a day's copy is made by a process of its own
_DEAD_AFTER = 600  # seconds after which a file that nobody writes to was left by a kill
_AT_ONCE = 500
_STAMPED = re.compile(r"-([0-9]{8}-[0-9]{6})(?:-[0-9]+)?\.(backup|replaced)\.db$")


@dataclass(frozen=True)
class Content:
    """What is in a data file: rows by table, and a SHA-256 over the rows of all tables, however they are stored."""

    tables: dict[str, int]
    checksum: str


@dataclass(frozen=True)
class Backup:
    """A copy that was made and found to hold the same, row by row, as what it was made of."""

    path: Path
    size: int
    content: Content


@dataclass(frozen=True)
class Copy:
    """A copy that is there; ``at`` is the moment of its name, or else when it was written. ``size`` in bytes."""

    path: Path
    kind: Kind
    at: datetime
    size: int

    @property
    def day(self) -> date:
        """The day it was made on."""
        return self.at.date()


@dataclass(frozen=True)
class Rule:
    """How many copies are kept: of the last days, and the last one of each of the last weeks and months.

    Without days no copies are made at all.
    """

    days: int
    weeks: int
    months: int


# ---- by hand


def back_up(path: Path, copy: Path, *, force: bool = False) -> Backup:
    """Copy the data file, check the copy and only then call it ``copy``; with ``force`` in place of what is there.

    Raises Refused if ``copy`` is there or is the data file itself, DataFileProblem if the data file is damaged,
    NotWritten if the copy can't be written, is not sound or not the same.
    """
    try:
        if copy.exists() and copy.samefile(path):
            raise Refused(_("{path} is the data file itself.").format(path=copy), hint=_("Give the copy another name."))
        if copy.exists() and not force:
            raise Refused(_("{path} is already there.").format(path=copy), hint=_("Give --force to replace it."))
        with beside(copy) as new:
            # What is copied and what is counted are seen in one read transaction: others may want to write meanwhile,
            # and a comparison with what they wrote would tell nothing. They wait until it is done.
            with contextlib.closing(db.connect(path)) as source:
                source.execute("BEGIN")
                meant = content(source)
                db.copy_pages(source, path, new)
            found = damage_of(new)
            came = None if found else _content_of(new)
            if came is None or came != meant:
                raise _not_sound(copy, path, found)
            db.put_in_place(new, copy)
    except db.database_errors(OSError) as problem:
        if code_of(problem) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise _not_sound(copy, path, [str(problem)]) from problem
        raise NotWritten(
            _("{path} can't be written: {problem}.").format(path=copy, problem=_reason(problem))
        ) from problem
    return Backup(copy, copy.stat().st_size, came)


def damage_of(new: Path) -> list[str]:
    """What is wrong with a file that has no name of its own yet, also where it is too damaged to be looked into."""
    try:
        return db.check(new)
    except DataFileProblem as problem:
        return [str(problem.__cause__ or problem.message)]


def _not_sound(copy: Path, path: Path, found: Sequence[str]) -> SalesError:
    """What to say of a copy that is not sound: mostly what it was made of is damaged."""
    damage = db.check(path)
    if damage:
        return DataFileProblem(
            _("{path} is damaged: {problem}.").format(path=path, problem=damage[0].removesuffix(".")),
            hint=_("`sales doctor` says what is wrong."),
        )
    return NotWritten(
        _("{path} was not written: a copy of {source} is not sound ({problem}).").format(
            path=copy, source=path, problem=found[0] if found else _("its rows are not the same")
        ),
        hint=_("`sales doctor` says what is wrong."),
    )


def _content_of(path: Path) -> Content:
    with contextlib.closing(db.connect(path)) as connection:
        return content(connection)


def content(connection: sqlite3.Connection) -> Content:
    """What a connection sees in its file."""
    digest = hashlib.sha256()
    tables = {}
    for name in table_names(connection):
        rows = connection.execute(f"SELECT * FROM {quoted(name)}")  # noqa: S608  a name out of the schema
        digest.update(json.dumps([name, [column[0] for column in rows.description]]).encode())
        tables[name] = 0
        while some := rows.fetchmany(_AT_ONCE):
            tables[name] += len(some)
            digest.update(json.dumps(some, default=bytes.hex).encode())
    return Content(tables, digest.hexdigest())


def table_names(connection: sqlite3.Connection) -> list[str]:
    """The tables of the program in a file."""
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    return [row[0] for row in found]


def quoted(name: str) -> str:
    """A table's name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


# ---- day by day


def keep_daily(path: Path, today: date, rule: Rule) -> str:
    """Keep today's copy of the data file if there is none, and let go of those that the rule does not keep.

    A big file is copied by a process of its own, where the system has them. Nothing is raised: what went wrong is
    given back in one sentence, by that command or the next, once a day; it is tried again on another day.
    """
    note = path.with_name(f"{path.name}.no-copy-{today}")  # where a command that could write can write this, too
    try:
        if note.exists():
            return _told_once(note)
        if path.stat().st_size >= IN_THE_BACKGROUND and hasattr(os, "fork"):
            _in_the_background(lambda: note.write_text(trouble, "utf-8") if (trouble := _try(path, today, rule)) else 0)
            return ""
    except OSError as problem:
        return _trouble(path, problem)
    told = _try(path, today, rule)
    if told:
        with contextlib.suppress(OSError):
            note.touch()
    return told


def _told_once(note: Path) -> str:
    told = note.read_text("utf-8")
    if told:
        os.truncate(note, 0)
    return told


def _try(path: Path, today: date, rule: Rule) -> str:
    """Make today's copy; what went wrong, or nothing."""
    try:
        _make_daily(path, today, rule)
    except Exception as problem:  # the command has done its work, and nothing that happens here is its failure
        return _trouble(path, problem)
    return ""


def _trouble(path: Path, problem: Exception) -> str:
    reason = _reason(problem)
    return _("The day's copy could not be kept in {folder}: {problem}. `sales data backup FILE` makes one.").format(
        folder=daily_copies(path), problem=reason
    )


def _reason(problem: Exception) -> str:
    if isinstance(problem, SalesError):
        return problem.message.removesuffix(".").removesuffix("。")
    code = code_of(problem)
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return _("the disk is full") if code == sqlite3.SQLITE_FULL else _("the disk fails")
    return system_reason(problem)


def _in_the_background(work: Callable[[], object]) -> None:
    """Do ``work`` in a process that nobody waits for, and that goes on when the terminal is closed."""
    if os.fork():
        return
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)  # whoever reads what the command says must not wait for this process
        work()
    finally:
        os._exit(0)


def _make_daily(path: Path, today: date, rule: Rule) -> None:
    folder = daily_copies(path)
    if not folder.is_dir():
        if os.path.lexists(folder):
            raise NotADirectoryError(errno.ENOTDIR, "")
        make_folder(folder)
    with beside(folder / "new") as new:
        if _is_being_made(new):
            return
        with contextlib.closing(db.connect(path)) as source:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # waits for a writer, but not for ever
            db.copy_pages(source, path, new)
        if not is_sound(new):
            raise DataFileProblem(_("{path} is not sound.").format(path=path))
        move_in(new, folder / f"{today}.db")
    for note in path.parent.iterdir():
        if note.name.startswith(f"{path.name}.no-copy-"):
            note.unlink(missing_ok=True)
    _let_go(folder, today, rule)


def _is_being_made(new: Path) -> bool:
    """Whether another command writes a copy beside ``new``, by the clock of the disk; one that was killed does not."""
    now = new.stat().st_mtime
    for other in new.parent.glob(".sales-*.new"):
        with contextlib.suppress(FileNotFoundError):  # finished meanwhile
            if other != new and now - other.stat().st_mtime < _DEAD_AFTER:
                return True
    return False


def _let_go(folder: Path, today: date, rule: Rule) -> None:
    there = {}
    for copy in folder.glob("????-??-??.db"):
        with contextlib.suppress(ValueError):
            there[date.fromisoformat(copy.stem)] = copy
    for day in superseded(there, today, rule):
        there[day].unlink(missing_ok=True)


def superseded(days: Iterable[date], today: date, rule: Rule) -> list[date]:
    """Which of the copies of ``days`` the rule does not keep.

    Days are counted as there are copies, not by the calendar, so a clock that is wrong, or weeks without a command,
    cost at most one copy. Copies of days to come were made when the clock was ahead, or it is behind now: they stay.
    """
    past = sorted((day for day in days if day <= today), reverse=True)
    kept = set(past[: rule.days])
    for most, part in ((rule.weeks, _week), (rule.months, _month)):
        last_of: dict[tuple[int, int], date] = {}
        for day in past:
            last_of.setdefault(part(day), day)
        kept.update(list(last_of.values())[:most])
    return [day for day in past if day not in kept]


def _week(day: date) -> tuple[int, int]:
    year, week, _weekday = day.isocalendar()
    return year, week


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


# ---- what there is


def of_file(path: Path) -> list[Copy]:
    """The copies of the data file, the latest first."""
    return sorted(_copies(path), key=lambda copy: (copy.at, len(copy.path.name), copy.path.name), reverse=True)


def _copies(path: Path) -> Iterator[Copy]:
    for copy in kept_copies(path):
        with contextlib.suppress(FileNotFoundError, ValueError):  # let go of meanwhile, or named after no day
            found = copy.stat()
            written = datetime.fromtimestamp(found.st_mtime, UTC).astimezone()
            kind, at = _named(copy.name, written)
            yield Copy(copy, kind, at, found.st_size)


def _named(name: str, written: datetime) -> tuple[Kind, datetime]:
    """The kind of a copy and its moment: that of its name, or when it was ``written``."""
    stamped = _STAMPED.search(name)
    if stamped:
        at = datetime.strptime(stamped[1], "%Y%m%d-%H%M%S").astimezone()
        return ("backup" if stamped[2] == "backup" else "replaced"), at
    if not name.endswith(".db"):
        return "before_update", written
    day = date.fromisoformat(name.removesuffix(".db"))
    # A copy of the day is as of the day's first change; with a clock set for it, as of its first moment.
    return "daily", written if written.date() == day else datetime(day.year, day.month, day.day).astimezone()


def is_sound(path: Path) -> bool | None:
    """Whether a copy can be opened and passes SQLite's quick check and that of its references; None if it is locked."""
    try:
        db.schema_of(path)
        with contextlib.closing(db.connect(path)) as connection:
            return (
                connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
                and connection.execute("PRAGMA foreign_key_check").fetchone() is None
            )
    except (Locked, WrongPassphrase):
        return None
    except db.database_errors(OSError, SalesError):
        return False

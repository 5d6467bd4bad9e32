"""The door to the data file, provoked for real: foreign and damaged files, two at once, kills, old versions."""

import os
import random
import shutil
import signal
import sqlite3
import stat
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlmodel import select

from salescli import copies, db, paths
from salescli.errors import DataFileProblem
from salescli.models.profile import CalendarDay
from tests.conftest import Sales, run_program

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that share the test's memory")
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="modes, pipes and links are of POSIX")
NOBODY = 65534


def start(work: Callable[[], object], *, as_nobody: bool = False) -> tuple[int, int]:
    """Do ``work`` in a process of its own; gives its number and a pipe with what came of it."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside the test runner's threads
        child = os.fork()
    if child:
        os.close(write)
        return child, read
    try:
        if as_nobody and os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        told = f"{work()}"
    except BaseException as problem:
        told = f"{type(problem).__name__}: {getattr(problem, 'message', problem)}"
    os.write(write, told.encode())
    os._exit(0)


def finish(child: int, read: int) -> str:
    """What came of a process: the result of its work, or its error; empty if it was killed."""
    with open(read, "rb") as pipe:
        told = pipe.read().decode()
    os.waitpid(child, 0)
    return told


def run(work: Callable[[], object], *, as_nobody: bool = False) -> str:
    return finish(*start(work, as_nobody=as_nobody))


def add_day(path: Path, number: int) -> str:
    """One small writing command."""
    with db.writing(path) as session:
        session.add(_day(number))
    return "written"


def _day(number: int) -> CalendarDay:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    return CalendarDay(day=date(2026, 1, 1) + timedelta(number), kind="leave", created_at=at, updated_at=at)


def days_in(path: Path) -> int:
    with db.reading(path) as session:
        return len(session.exec(select(CalendarDay)).all())


def query(path: Path, sql: str) -> list[Any]:
    """Look into a file without the door."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


# ---- a new file


@needs_posix
@pytest.mark.parametrize("umask", [0, 0o022, 0o077, 0o277])
def test_a_new_file_is_its_owner_s_alone_under_any_umask(umask: int, tmp_path: Path) -> None:
    path = tmp_path / "sales.db"
    before = os.umask(umask)
    try:
        days_in(path)
        copies.back_up(path, tmp_path / "copy.db")
    finally:
        os.umask(before)
    modes = {found.name: stat.S_IMODE(found.stat().st_mode) for found in tmp_path.iterdir()}
    assert modes == {"sales.db": 0o600, "copy.db": 0o600}


def test_a_new_file_is_made_with_its_folders_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a" / "数据 #1?%20" / "sales.db"
    assert add_day(path, 1) == "written"
    assert [found.name for found in path.parent.iterdir()] == ["sales.db"]
    assert db.check(path) == []
    assert query(path, "PRAGMA application_id") == [(db.APPLICATION_ID,)]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_long_name_will_do(tmp_path: Path) -> None:
    path = tmp_path / f"{'甲' * 80}.db"
    assert add_day(path, 1) == "written"
    assert days_in(path) == 1


def test_a_file_is_made_where_the_file_system_knows_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(_source: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")  # what FAT answers

    monkeypatch.setattr(os, "link", no_links)
    assert add_day(tmp_path / "sales.db", 1) == "written"
    assert [found.name for found in tmp_path.iterdir()] == ["sales.db"]


@needs_fork
def test_commands_that_make_the_same_new_file_at_once_share_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "sales.db"
    children = [start(lambda number=number: add_day(path, number)) for number in range(4)]  # type: ignore[misc]
    assert [finish(*child) for child in children] == ["written"] * 4
    assert days_in(path) == 4
    assert [found.name for found in path.parent.iterdir()] == ["sales.db"]


@needs_fork
def test_a_kill_while_the_file_is_made_leaves_a_whole_one_or_none(tmp_path: Path) -> None:
    seeded = random.Random(20261125)
    seen = set()
    for number in range(10):
        path = tmp_path / f"{number}.db"
        child, read = start(lambda path=path: days_in(path))  # type: ignore[misc]
        time.sleep(seeded.random() * 0.12)
        os.kill(child, signal.SIGKILL)
        finish(child, read)
        seen.add(path.exists())
        if path.exists():
            assert db.check(path) == []
            assert query(path, "SELECT version_num FROM alembic_version") == [(db.HEAD,)]
        assert days_in(path) == 0
    assert False in seen  # some kills came in time


# ---- files that are not ours, or not whole


def _empty(path: Path, _good: Path) -> None:
    path.touch()


def _text(path: Path, _good: Path) -> None:
    path.write_text("名称,电话\n甲,13800000000\n" * 100, "utf-8")


def _workbook(path: Path, _good: Path) -> None:
    openpyxl.Workbook().save(path)


def _foreign(path: Path, _good: Path) -> None:
    execute(path, "CREATE TABLE client (id INTEGER)", "CREATE TABLE alembic_version (version_num TEXT)")


def _foreign_with_a_version(path: Path, _good: Path) -> None:
    _foreign(path, _good)
    execute(path, "PRAGMA application_id = 7", "INSERT INTO alembic_version VALUES ('0001')")


def _without_version(path: Path, good: Path) -> None:
    shutil.copy(good, path)
    execute(path, "DELETE FROM alembic_version")


def _newer(path: Path, good: Path) -> None:
    shutil.copy(good, path)
    execute(path, "UPDATE alembic_version SET version_num = '9999'")


def _never_was(path: Path, good: Path) -> None:
    shutil.copy(good, path)
    execute(path, "UPDATE alembic_version SET version_num = '0000'")


def _cut(size: Callable[[int], int]) -> Callable[[Path, Path], None]:
    def cut(path: Path, good: Path) -> None:
        path.write_bytes(good.read_bytes()[: size(good.stat().st_size)])

    return cut


def _zeroed(path: Path, good: Path) -> None:
    data = bytearray(good.read_bytes())
    ((page,),) = query(good, "SELECT rootpage FROM sqlite_master WHERE name = 'client'")
    ((size,),) = query(good, "PRAGMA page_size")
    data[(page - 1) * size : page * size] = bytes(size)
    path.write_bytes(data)


def _without_a_table(path: Path, good: Path) -> None:
    shutil.copy(good, path)
    execute(path, "PRAGMA foreign_keys = OFF", "DROP TABLE client")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_empty, "is not a data file of sales"),
        (_text, "is not a data file of sales"),
        (_workbook, "is not a data file of sales"),
        (_foreign, "is not a data file of sales"),
        (_foreign_with_a_version, "is not a data file of sales"),
        (_without_version, "is not a data file of sales"),
        (_never_was, "is not a data file of sales"),
        (_newer, "newer version of sales (schema 9999)"),
        (_cut(lambda size: 100), "is damaged"),
        (_cut(lambda size: size // 2), "is damaged"),
        (_cut(lambda size: size - 4096), "is damaged"),
        (_zeroed, "is damaged"),
        (_without_a_table, "is damaged"),
    ],
)
def test_a_file_that_can_t_be_used_is_refused_in_one_sentence_and_left_alone(
    make: Callable[[Path, Path], None], said: str, template: Path, tmp_path: Path, sales: Sales
) -> None:
    path = tmp_path / "bad.db"
    make(path, template)
    before = (path.read_bytes(), path.stat().st_mtime_ns, sorted(tmp_path.iterdir()))
    result = sales("--db", path, "client", "add", "甲", code=5)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before[:2]
    assert sorted(found for found in tmp_path.iterdir() if "before-" not in found.name) == before[2]
    assert result.out == ""
    assert result.err.count("\n") == 1
    assert said in result.err
    assert str(path) in result.err


def _folder(path: Path) -> None:
    path.mkdir()


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _dangling(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere") / "sales.db")


@needs_posix
@pytest.mark.parametrize("make", [_folder, _fifo, _loop, _dangling])
def test_what_is_no_file_is_refused_at_once(make: Callable[[Path], None], tmp_path: Path, sales: Sales) -> None:
    path = tmp_path / "bad.db"
    make(path)
    for argv in (("client", "list"), ()):
        result = sales("--db", path, *argv, code=5)
        assert result.err.count("\n") == 1
        assert str(path) in result.err
    assert path.is_symlink() or not path.is_file()


def test_a_folder_that_is_a_file_and_a_place_that_takes_none_are_said(tmp_path: Path, sales: Sales) -> None:
    (tmp_path / "file").touch()
    assert "sales.db" in sales("--db", tmp_path / "file" / "sales.db", "client", "list", code=5).err
    assert "sales.db" in sales("--db", Path("/dev/null/sales.db"), "client", "list", code=5).err
    assert "too long" in sales("--db", tmp_path / f"{'x' * 300}.db", "client", "list", code=5).err


def test_the_last_copy_of_a_damaged_file_is_named(data_file: Path) -> None:
    for stamp, age in (("20261120-090000", 50), ("20261124-090000", 10)):
        copy = data_file.with_name(f"{data_file.stem}-{stamp}.backup.db")
        copies.back_up(data_file, copy)
        os.utime(copy, (time.time() - age,) * 2)
    data_file.write_bytes(data_file.read_bytes()[:20_000])
    with pytest.raises(DataFileProblem) as refused:
        days_in(data_file)
    assert "20261124-090000" in refused.value.hint


# ---- permissions


@pytest.fixture
def shared_folder(template: Path) -> Iterator[Path]:
    """A folder of nobody's with a data file in it, reachable for nobody (the test's own folders are not)."""
    folder = Path(tempfile.mkdtemp(prefix="sales-test-"))
    shutil.copy(template, folder / "sales.db")
    if os.getuid() == 0:
        for path in (folder, folder / "sales.db"):
            os.chown(path, NOBODY, NOBODY)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


@needs_fork
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o500, 0o600), (0o700, 0o400), (0o500, 0o400)])
def test_what_is_read_only_can_be_read_and_says_so_when_written(
    folder_mode: int, file_mode: int, shared_folder: Path
) -> None:
    path = shared_folder / "sales.db"
    add_day(path, 1)
    path.chmod(file_mode)
    shared_folder.chmod(folder_mode)
    before = path.read_bytes()
    assert run(lambda: days_in(path), as_nobody=True) == "1"
    told = run(lambda: add_day(path, 2), as_nobody=True)
    assert told == f"DataFileProblem: {path} can't be written: it or its folder is read-only."
    assert path.read_bytes() == before
    assert list(shared_folder.iterdir()) == [path]


@needs_fork
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o000, 0o600), (0o700, 0o000)])
def test_what_may_not_be_read_says_so(folder_mode: int, file_mode: int, shared_folder: Path) -> None:
    path = shared_folder / "sales.db"
    path.chmod(file_mode)
    shared_folder.chmod(folder_mode)
    for work in (days_in, db.check):
        told = run(lambda work=work: work(path), as_nobody=True)  # type: ignore[misc]
        assert told == f"DataFileProblem: You have no permission to use {path}."


@needs_fork
def test_a_folder_that_takes_no_new_file_says_so(shared_folder: Path) -> None:
    shared_folder.chmod(0o500)
    for path in (shared_folder / "new.db", shared_folder / "deeper" / "new.db"):
        told = run(lambda path=path: days_in(path), as_nobody=True)  # type: ignore[misc]
        assert told.startswith("DataFileProblem: ")
        assert str(path) in told


# ---- transactions


def test_what_raises_never_happened_and_what_reads_writes_nothing(data_file: Path) -> None:
    with suppress(ZeroDivisionError), db.writing(data_file) as session:
        session.add(_day(1))
        session.flush()
        raise ZeroDivisionError
    with db.reading(data_file) as session:
        session.add(_day(2))
        session.flush()
    assert days_in(data_file) == 0


def test_a_session_has_the_safe_settings_of_sqlite(data_file: Path) -> None:
    with db.writing(data_file) as session:
        connection = session.connection()
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "synchronous", "journal_mode", "cache_spill", "busy_timeout")
        }
    assert found == {
        "foreign_keys": 1,
        "synchronous": 2,
        "journal_mode": "delete",
        "cache_spill": 2_000,
        "busy_timeout": 10_000,
    }


def test_a_writer_that_waits_in_vain_says_who_is_in_the_way(data_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.2)
    with db.writing(data_file):
        begun = time.monotonic()
        with pytest.raises(DataFileProblem, match="Another sales command is writing"):
            add_day(data_file, 1)
        assert 0.15 < time.monotonic() - begun < 5
        assert days_in(data_file) == 0  # and a reader need not wait
    assert add_day(data_file, 1) == "written"


@needs_fork
def test_a_writer_waits_its_turn(data_file: Path) -> None:
    def take_time() -> None:
        with db.writing(data_file) as session:
            session.add(_day(1))
            session.flush()
            time.sleep(0.5)

    writer = start(take_time)
    deadline = time.monotonic() + 10
    while not data_file.with_name("sales.db-journal").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert days_in(data_file) == 0  # a reader need not wait
    assert add_day(data_file, 2) == "written"
    assert finish(*writer) == "None"
    assert days_in(data_file) == 2


@needs_fork
def test_four_times_ten_logs_at_once_are_forty_visits(sales: Sales, environ: dict[str, str], data_file: Path) -> None:
    sales("client", "add", "甲")
    argv = ["log", "甲", "见面", "--no-next", "等消息"]

    def ten() -> list[int]:
        return [run_program(argv, environ, data_file.parent, b"").code for _ in range(10)]

    assert [finish(*child) for child in [start(ten) for _ in range(4)]] == [str([0] * 10)] * 4
    codes = [code for (code,) in query(data_file, "SELECT code FROM visit ORDER BY id")]
    assert codes == [f"V{number:04d}" for number in range(1, 41)]
    assert query(data_file, "SELECT count(DISTINCT batch) FROM change WHERE command = 'visit log'") == [(40,)]
    assert db.check(data_file) == []


@needs_fork
def test_a_kill_while_writing_leaves_what_was_committed_and_no_more(data_file: Path) -> None:
    seeded = random.Random(20261125)

    def two_a_time() -> None:
        for number in range(0, 1000, 2):
            with db.writing(data_file) as session:
                session.add_all([_day(number), _day(number + 1)])

    child, read = start(two_a_time)
    time.sleep(0.1 + seeded.random() * 0.3)
    os.kill(child, signal.SIGKILL)
    finish(child, read)
    days = days_in(data_file)
    assert days % 2 == 0
    assert db.check(data_file) == []
    assert add_day(data_file, 2000) == "written"
    assert days_in(data_file) == days + 1
    assert not data_file.with_name("sales.db-journal").exists()


@needs_fork
def test_a_full_disk_is_said_and_nothing_is_half_written(data_file: Path) -> None:
    import resource

    def too_much() -> None:
        size = data_file.stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8192, size + 8192))
        with db.writing(data_file) as session:
            for number in range(500):
                day = _day(number)
                day.name = "字" * 1000
                session.add(day)

    told = run(too_much)
    assert told.startswith(f"DataFileProblem: {data_file} can't be")
    assert days_in(data_file) == 0
    assert db.check(data_file) == []


# ---- copies


@needs_fork
def test_a_backup_taken_while_others_write_is_sound(data_file: Path, tmp_path: Path) -> None:
    writer = start(lambda: [add_day(data_file, number) for number in range(60)])
    counts = []
    for number in range(6):
        copy = tmp_path / f"copy-{number}.db"
        copies.back_up(data_file, copy)
        assert db.check(copy) == []
        counts.append(days_in(copy))
    finish(*writer)
    assert counts == sorted(counts)
    assert days_in(data_file) == 60


def test_a_backup_is_made_named_and_not_written_over(sales: Sales, tmp_path: Path, data_file: Path) -> None:
    sales("client", "add", "甲")
    made = Path(sales("data", "backup").out.strip())
    assert made == data_file.with_name("sales-20261125-090000.backup.db")
    copy = tmp_path / "my.db"
    assert sales("data", "backup", copy).out.strip() == str(copy)
    assert [client["name"] for client in sales("--db", copy, "client", "list", "--json").json()] == ["甲"]
    sales("data", "backup", copy, code=4)
    for force in ((), ("--force",)):
        assert "the data file itself" in sales("data", "backup", data_file, *force, code=4).err
    sales("client", "add", "乙")
    sales("data", "backup", copy, "--force")
    assert query(copy, "SELECT count(*) FROM client") == [(2,)]
    assert not list(tmp_path.glob(".sales-*"))


@pytest.mark.parametrize("place", ["nowhere/copy.db", "", f"{'x' * 300}.db"])
def test_a_backup_that_can_t_be_written_is_said(place: str, sales: Sales, tmp_path: Path, data_file: Path) -> None:
    before = data_file.read_bytes()
    result = sales("data", "backup", tmp_path / place, "--force", code=7)
    assert result.err.count("\n") == 1
    assert str(tmp_path / place) in result.err
    assert result.out == ""
    assert data_file.read_bytes() == before
    assert not list(tmp_path.glob(".sales-*"))


def _orphaned(path: Path, _good: Path) -> None:
    execute(
        path,
        'INSERT INTO contact (id, uuid, created_at, updated_at, client_id, name, "primary")'
        " VALUES (1, 'u', '', '', 99, '张工', 0)",
    )


def test_a_reference_to_nothing_is_found(data_file: Path) -> None:
    _orphaned(data_file, data_file)
    assert db.check(data_file) == ["contact row 1 refers to a missing client."]


@pytest.mark.parametrize("damage", [_zeroed, _orphaned])
def test_a_copy_that_is_not_sound_does_not_replace_a_good_one(
    damage: Callable[[Path, Path], None], data_file: Path, tmp_path: Path, template: Path
) -> None:
    copy = tmp_path / "copy.db"
    copies.back_up(data_file, copy)
    good = copy.read_bytes()
    damage(data_file, template)
    with pytest.raises(DataFileProblem, match=r"sales\.db is damaged"):
        copies.back_up(data_file, copy, force=True)
    assert copy.read_bytes() == good
    assert not list(tmp_path.glob(".sales-*"))


# ---- older versions

SECOND = """
import time

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{down}"


def upgrade() -> None:
    with op.batch_alter_table("client") as table:
        table.add_column(sa.Column("probe", sa.String(), server_default="new"))
    {more}
    op.create_table("probe", sa.Column("id", sa.Integer(), primary_key=True))
"""


@pytest.fixture
def with_next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Make the program one revision newer than its files; gives the new revision's name."""
    folder = tmp_path / "migrations"
    shutil.copytree(paths.migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = f"{int(db.HEAD) + 1:04d}"

    def add(more: str = "") -> str:
        text = SECOND.format(revision=head, down=db.HEAD, more=more)
        (folder / "versions" / f"{head}_probe.py").write_text(text)
        monkeypatch.setattr(db, "migrations_folder", lambda: folder)
        monkeypatch.setattr(db, "HEAD", head)
        return head

    return add


def _version_and_tables(path: Path) -> tuple[str, bool, bool]:
    ((version,),) = query(path, "SELECT version_num FROM alembic_version")
    has_column = any(row[1] == "probe" for row in query(path, "PRAGMA table_info(client)"))
    return version, has_column, bool(query(path, "SELECT 1 FROM sqlite_master WHERE name = 'probe'"))


def test_an_older_file_is_copied_and_brought_up_to_date_with_its_rows(
    data_file: Path, sales: Sales, with_next_version: Callable[[str], str]
) -> None:
    sales("client", "add", "甲", "--contact", "张工")
    old, version = data_file.read_bytes(), db.HEAD
    head = with_next_version("")
    with db.reading(data_file) as session:
        assert session.connection().exec_driver_sql("SELECT name, probe FROM client").all() == [("甲", "new")]
        assert session.connection().exec_driver_sql("SELECT name FROM contact").all() == [("张工",)]
    copy = data_file.with_name(f"sales.db.before-{head}")
    assert _version_and_tables(copy) == (version, False, False)
    assert query(copy, "SELECT name FROM client") == [("甲",)]
    assert db.check(data_file) == []
    assert len(old) == copy.stat().st_size
    if sys.platform != "win32":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600


@needs_fork
def test_eight_commands_bring_the_same_old_file_up_to_date_at_once(
    data_file: Path, with_next_version: Callable[[str], str]
) -> None:
    add_day(data_file, 100)
    version = db.HEAD
    head = with_next_version("time.sleep(0.05)")
    children = [start(lambda number=number: add_day(data_file, number)) for number in range(8)]  # type: ignore[misc]
    assert [finish(*child) for child in children] == ["written"] * 8
    assert days_in(data_file) == 9
    assert _version_and_tables(data_file) == (head, True, True)
    # The copy is of the file before, not of what the first of the eight made of it.
    assert _version_and_tables(data_file.with_name(f"sales.db.before-{head}")) == (version, False, False)


@needs_fork
def test_a_kill_while_migrating_leaves_the_old_or_the_new(
    data_file: Path, tmp_path: Path, with_next_version: Callable[[str], str]
) -> None:
    add_day(data_file, 1)
    old = data_file.read_bytes()
    version = db.HEAD
    head = with_next_version("time.sleep(0.1)")
    seeded = random.Random(20261125)
    seen = set()
    for _ in range(6):
        data_file.write_bytes(old)
        child, read = start(lambda: days_in(data_file))
        time.sleep(0.02 + seeded.random() * 0.25)
        os.kill(child, signal.SIGKILL)
        finish(child, read)
        found = _version_and_tables(data_file)
        seen.add(found)
        assert found in ((version, False, False), (head, True, True))
        assert days_in(data_file) == 1
        assert _version_and_tables(data_file) == (head, True, True)
    assert (version, False, False) in seen


def test_a_migration_that_fails_leaves_the_old_file(data_file: Path, with_next_version: Callable[[str], str]) -> None:
    add_day(data_file, 1)
    version = db.HEAD
    with_next_version("raise RuntimeError('no')")
    with pytest.raises(RuntimeError):
        days_in(data_file)
    assert _version_and_tables(data_file) == (version, False, False)
    assert query(data_file, "SELECT count(*) FROM calendarday") == [(1,)]


@needs_fork
def test_an_older_file_that_can_t_be_written_says_why(
    shared_folder: Path, tmp_path: Path, with_next_version: Callable[[str], str]
) -> None:
    path = shared_folder / "sales.db"
    path.chmod(0o400)
    with_next_version("")
    told = run(lambda: days_in(path), as_nobody=True)
    assert told == (f"DataFileProblem: {path} is of an older version and read-only, so it can't be brought up to date.")


def test_threads_are_no_excuse(data_file: Path) -> None:
    """Two sessions of one process queue like two processes."""
    threads = [threading.Thread(target=add_day, args=(data_file, number)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert days_in(data_file) == 5

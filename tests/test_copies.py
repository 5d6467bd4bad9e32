"""Copies of the data file: made, kept day by day, put back; with kills, a full disk and a second writer for real."""

import contextlib
import os
import random
import signal
import sqlite3
import stat
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import forked
from salescli import copies, db, paths, restoring
from salescli.copies import Rule, superseded
from salescli.errors import NotWritten
from tests.conftest import Sales

if sys.platform == "win32":
    pytest.skip("kills, limits and modes are of POSIX", allow_module_level=True)

DAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
ON = {"SALES_COPIES": "1"}


def names(path: Path) -> list[str]:
    """What stands beside the data file and in the folder of its copies, but for the settings."""
    there = [found for found in path.parent.rglob("*") if found.is_file()]
    return sorted(str(found.relative_to(path.parent)) for found in there if found.name != "config.toml")


def clients(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM client ORDER BY id")]


def add_clients(path: Path, *added: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for name in added:
            connection.execute(
                "INSERT INTO client (uuid, created_at, updated_at, code, name, name_key, search, pinyin, initials,"
                " lifecycle, aliases, tags, archived) VALUES (?, '', '', ?, ?, ?, '', '', '', 'lead', '[]', '[]', 0)",
                (name, name, name, name),
            )


def fork(work: Callable[[], object]) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside the test runner's threads
        child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def killed(environ: dict[str, str], folder: Path, after: float, *argv: str) -> bool:
    """Run the program and kill it after so many seconds; whether it was still running."""
    with tempfile.TemporaryFile() as nowhere:
        stream = nowhere.fileno()
        child = fork(lambda: forked.be_the_program(list(argv), environ, folder, [stream] * 3))
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])


# ---- by hand


def test_a_backup_says_what_is_in_it(sales: Sales, data_file: Path, tmp_path: Path) -> None:
    sales("client", "add", "蓝海")
    told = sales("data", "backup", "copy.db", "--json").json()
    copy = tmp_path / "copy.db"
    assert told["path"] == "copy.db"
    assert told["size"] == copy.stat().st_size
    assert told["tables"]["client"] == 1
    assert told["verified"] is True
    assert sales("data", "backup", "again.db", "--json").json()["checksum"] == told["checksum"]
    with closing(sqlite3.connect(data_file)) as connection, connection:
        connection.execute("UPDATE client SET name = name || '!'")
    changed = sales("data", "backup", "third.db", "--json").json()
    assert changed["tables"] == told["tables"]
    assert changed["checksum"] != told["checksum"]


def test_the_checksum_is_of_the_rows_however_they_are_stored(data_file: Path, tmp_path: Path) -> None:
    packed = tmp_path / "packed.db"
    with closing(sqlite3.connect(data_file)) as connection:
        connection.execute("VACUUM INTO ?", (str(packed),))
        as_it_is = copies.content(connection)
    with closing(sqlite3.connect(packed)) as connection:
        assert copies.content(connection) == as_it_is


def test_a_copy_with_other_rows_than_its_source_is_refused(
    data_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = db.copy_pages

    def one_row_altered(source: sqlite3.Connection, path: Path, new: Path) -> None:
        whole(source, path, new)
        with closing(sqlite3.connect(new)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '0000'")

    monkeypatch.setattr(db, "copy_pages", one_row_altered)
    with pytest.raises(NotWritten, match="its rows are not the same"):
        copies.back_up(data_file, tmp_path / "copy.db")
    assert names(data_file) == ["sales.db"]


def test_a_backup_holds_what_was_there_at_one_moment_while_another_writes(data_file: Path, tmp_path: Path) -> None:
    def write() -> None:
        for number in range(40):
            with closing(sqlite3.connect(data_file, timeout=20)) as connection, connection:
                connection.execute("UPDATE alembic_version SET version_num = version_num")
                connection.execute("CREATE TABLE IF NOT EXISTS one (n)")
                connection.execute("CREATE TABLE IF NOT EXISTS two (n)")
                connection.execute("INSERT INTO one VALUES (?)", (number,))
                connection.execute("INSERT INTO two VALUES (?)", (number,))

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    for number in range(5):
        made = copies.back_up(data_file, tmp_path / f"{number}.db")
        one, two = (made.content.tables.get(table, 0) for table in ("one", "two"))
        assert one == two
        counts.append(one)
    writer.join()
    assert counts == sorted(counts)
    assert copies.back_up(data_file, tmp_path / "last.db").content.tables["one"] == 40


def test_a_backup_on_a_full_disk_is_7_and_leaves_nothing(sales: Sales, data_file: Path, tmp_path: Path) -> None:
    import resource

    with closing(sqlite3.connect(tmp_path / "good.db")) as connection:
        connection.execute("CREATE TABLE mine (n)")
    good = (tmp_path / "good.db").read_bytes()
    half = data_file.stat().st_size // 2
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (half, before[1]))
    try:
        told = sales("data", "backup", "good.db", "--force", code=7)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "good.db" in told.err
    assert told.err.count("\n") == 1
    assert (tmp_path / "good.db").read_bytes() == good
    assert names(data_file) == ["good.db", "sales.db"]


def test_a_killed_backup_leaves_the_former_copy_or_a_whole_new_one(
    environ: dict[str, str], data_file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    copies.back_up(data_file, copy)
    add_clients(data_file, "new")
    seeded = random.Random(20261125)
    stopped = 0
    for _number in range(6):
        stopped += killed(environ, tmp_path, seeded.uniform(0.01, 0.12), "data", "backup", "copy.db", "--force")
        assert clients(copy) in ([], ["new"])
        assert copies.is_sound(copy)
    assert stopped
    for left in tmp_path.glob(".sales-*"):
        os.utime(left, (time.time() - 100_000,) * 2)
    copies.back_up(data_file, copy, force=True)
    assert names(data_file) == ["copy.db", "sales.db"]


# ---- day by day


def test_the_first_writing_command_of_a_day_keeps_a_copy(sales: Sales, data_file: Path) -> None:
    sales("client", "list", env=ON)
    assert names(data_file) == ["sales.db"]
    sales("client", "add", "甲", env=ON)
    sales("client", "add", "乙", env=ON)
    sales("client", "add", "丙", env=ON, today="2026-11-26")
    assert names(data_file) == ["sales.db", "sales.db.copies/2026-11-25.db", "sales.db.copies/2026-11-26.db"]
    folder = paths.daily_copies(data_file)
    assert clients(folder / "2026-11-25.db") == ["甲"]
    assert clients(folder / "2026-11-26.db") == ["甲", "乙", "丙"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(copy.stat().st_mode) for copy in folder.iterdir()} == {0o600}


def test_a_refused_command_keeps_no_copy(sales: Sales, data_file: Path) -> None:
    sales("client", "edit", "nobody", "--grade", "A", env=ON, code=3)
    assert names(data_file) == ["sales.db"]


def test_no_copies_are_made_or_let_go_without_days(sales: Sales, data_file: Path, tmp_path: Path) -> None:
    sales("client", "add", "甲", env=ON)
    sales("config", "set", "copies.days", "0")
    sales("client", "add", "乙", env=ON, today="2026-11-26")
    assert names(data_file) == ["sales.db", "sales.db.copies/2026-11-25.db"]


def test_settings_that_can_t_be_read_don_t_keep_a_copy_from_being_made(
    sales: Sales, data_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text("[copies")
    sales("insight", "add", "听说要涨价", env=ON)
    assert "sales.db.copies/2026-11-25.db" in names(data_file)


def test_a_copy_that_can_t_be_made_is_said_once_a_day_and_fails_nothing(sales: Sales, data_file: Path) -> None:
    in_the_way = paths.daily_copies(data_file)
    in_the_way.touch()
    told = sales("client", "add", "甲", "--json", env=ON)
    assert told.json()["name"] == "甲"
    assert told.err.count("could not be kept") == 1
    assert told.err.count("\n") == 2
    assert "kept" not in sales("client", "add", "乙", "--json", env=ON).err
    assert "could not be kept" in sales("client", "add", "丙", env=ON, today="2026-11-26").err
    in_the_way.unlink()
    sales("client", "add", "丁", env=ON, today="2026-11-27")
    assert names(data_file) == ["sales.db", "sales.db.copies/2026-11-27.db"]


def test_a_full_disk_keeps_no_half_copy(sales: Sales, data_file: Path) -> None:
    import resource

    sales("client", "add", "甲")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (data_file.stat().st_size // 2, before[1]))
    try:
        told = copies.keep_daily(data_file, DAY, Rule(7, 4, 12))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "could not be kept" in told
    assert names(data_file) == ["sales.db", "sales.db.no-copy-2026-11-25"]


def test_a_killed_copy_has_no_good_name_and_is_cleared_away(
    environ: dict[str, str], data_file: Path, tmp_path: Path, sales: Sales
) -> None:
    seeded = random.Random(20261125)
    folder = paths.daily_copies(data_file)
    for number in range(5):
        killed({**environ, **ON}, tmp_path, seeded.uniform(0.03, 0.12), "client", "add", f"客户{number}")
        for copy in folder.glob("*.db"):
            assert copies.is_sound(copy)
            copy.unlink()
    folder.mkdir(exist_ok=True)
    left = folder / ".sales-0123456789ab.new"
    left.write_bytes(b"half")
    sales("client", "add", "甲", env=ON)
    assert not list(folder.glob("*.db"))  # another command seems to make it
    os.utime(left, (time.time() - 100_000,) * 2)
    for other in folder.glob(".sales-*"):
        os.utime(other, (time.time() - 100_000,) * 2)
    sales("client", "add", "乙", env=ON)
    assert [found.name for found in folder.iterdir()] == ["2026-11-25.db"]


def test_a_damaged_data_file_pushes_no_good_copy_out(data_file: Path) -> None:
    for number in range(9):
        assert copies.keep_daily(data_file, DAY + timedelta(number), Rule(3, 0, 0)) == ""
    good = names(data_file)
    with closing(sqlite3.connect(data_file)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO contact (uuid, created_at, updated_at, client_id, name, \"primary\")"
                           " VALUES ('u', '', '', 99, 'x', 0)")  # fmt: skip
    assert "not sound" in copies.keep_daily(data_file, DAY + timedelta(20), Rule(3, 0, 0))
    assert [name for name in names(data_file) if name in good] == good
    assert len(good) == 4


def test_a_big_file_is_copied_after_the_command_has_ended(
    sales: Sales, data_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "IN_THE_BACKGROUND", 1)
    sales("client", "add", "甲", env=ON)
    copy = paths.daily_copies(data_file) / "2026-11-25.db"
    until = time.monotonic() + 20
    while not copy.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert clients(copy) == ["甲"]


def test_what_went_wrong_in_the_background_is_said_by_the_next_command(
    sales: Sales, data_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "IN_THE_BACKGROUND", 1)
    paths.daily_copies(data_file).touch()
    assert "kept" not in sales("client", "add", "甲", env=ON).err
    note = data_file.with_name("sales.db.no-copy-2026-11-25")
    until = time.monotonic() + 20
    while not (note.exists() and note.read_text("utf-8")) and time.monotonic() < until:
        time.sleep(0.01)
    assert "could not be kept" in sales("client", "add", "乙", env=ON).err
    assert "kept" not in sales("client", "add", "丙", env=ON).err


# ---- which are kept

DAYS = st.lists(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=60, unique=True)
RULES = st.builds(Rule, st.integers(1, 9), st.integers(0, 6), st.integers(0, 14))


def test_a_year_of_daily_copies_leaves_days_weeks_and_months() -> None:
    there: set[date] = set()
    for number in range(365):
        today = date(2026, 1, 1) + timedelta(number)
        there.add(today)
        there -= set(superseded(there, today, Rule(7, 4, 12)))
    days = {date(2026, 12, day) for day in range(25, 32)}
    weeks = {date(2026, 12, 31), date(2026, 12, 27), date(2026, 12, 20), date(2026, 12, 13)}
    months = {date(2026, month + 1, 1) - timedelta(1) for month in range(1, 12)} | {date(2026, 12, 31)}
    assert there == days | weeks | months


@given(DAYS, st.dates(date(2025, 1, 1), date(2027, 12, 31)), RULES)
def test_what_is_let_go_is_past_and_never_among_the_latest(days: list[date], today: date, rule: Rule) -> None:
    gone = set(superseded(days, today, rule))
    past = sorted(day for day in days if day <= today)
    assert gone <= set(past)
    assert not gone & set(past[-rule.days :])
    assert len(past) - len(gone) <= rule.days + rule.weeks + rule.months
    assert superseded(set(days) - gone, today, rule) == []


@given(DAYS, st.integers(1, 900), RULES)
def test_a_clock_set_back_or_ahead_lets_go_of_no_newer_copy(days: list[date], back: int, rule: Rule) -> None:
    wrong = DAY - timedelta(back)
    newer = {day for day in days if day > wrong}
    assert not newer & set(superseded([*days, wrong], wrong, rule))
    ahead = DAY + timedelta(back)
    before = {day for day in days if day <= DAY}
    kept = before - set(superseded(before, DAY, rule))
    assert len(kept & set(superseded(kept | {ahead}, ahead, rule))) <= 3  # one a day, a week and a month


# ---- putting one back


@pytest.fixture
def sales(sales_as_patched: Sales) -> Sales:
    """The program with what these tests patch."""
    return sales_as_patched


@pytest.fixture
def copy(data_file: Path, tmp_path: Path) -> Path:
    """A copy with one client of a data file with two."""
    add_clients(data_file, "蓝海")
    made = tmp_path / "copy.db"
    copies.back_up(data_file, made)
    add_clients(data_file, "红海")
    return made


def killed_at_line(number: int, work: Callable[[], object]) -> bool:
    """Do ``work`` in a process that is killed at its line of that number in the modules of copies; whether it was."""

    def watched() -> None:
        left = [number]

        def at_line(frame: Any, event: str, _arg: object) -> Any:
            if Path(frame.f_code.co_filename).name not in ("restoring.py", "copies.py", "shutil.py"):
                return None
            left[0] -= event == "line"
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return at_line

        sys.settrace(at_line)
        work()

    return os.WIFSIGNALED(os.waitpid(fork(watched), 0)[1])


def test_a_restore_killed_anywhere_leaves_the_old_file_or_the_new_one(
    copy: Path, data_file: Path, tmp_path: Path
) -> None:
    was = data_file.read_bytes()
    seen = []
    line = 1
    while killed_at_line(line, lambda: restoring.restore(data_file, copy, NOW)):
        assert db.check(data_file) == []
        seen.append(clients(data_file))
        if seen[-1] == ["蓝海"]:
            (kept,) = tmp_path.glob("*.replaced.db")
            assert clients(kept) == ["蓝海", "红海"]
            data_file.write_bytes(was)
        for kept in tmp_path.glob("*.replaced.db"):
            kept.unlink()
        line += 2
    assert clients(data_file) == ["蓝海"]
    assert seen == sorted(seen, key=len, reverse=True)
    assert len(seen) > 20
    assert len({len(names) for names in seen}) == 2


def test_what_others_wrote_before_a_restore_is_in_the_file_that_is_kept(
    copy: Path, sales: Sales, data_file: Path, tmp_path: Path, environ: dict[str, str]
) -> None:
    """Commands that wait while the file changes places write into the new one; none of them is lost."""
    argv = [["client", "add", f"客户{number}"] for number in range(5)]
    children = []
    with contextlib.ExitStack() as open_files:
        stream = open_files.enter_context(tempfile.TemporaryFile()).fileno()
        for number, words in enumerate(argv):
            children.append(
                fork(lambda words=words: forked.be_the_program(words, environ, tmp_path, [stream] * 3))  # type: ignore[misc]
            )
            if number == 2:
                sales("data", "restore", copy, "--yes")
        for child in children:
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    (kept,) = tmp_path.glob("*.replaced.db")
    written = set(clients(kept)) | set(clients(data_file))
    assert {words[-1] for words in argv} <= written
    assert db.check(data_file) == db.check(kept) == []


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_journal_left_by_a_kill_does_not_damage_what_is_put_back(
    is_gone: bool, copy: Path, data_file: Path, tmp_path: Path
) -> None:
    def half_a_transaction() -> None:
        connection = sqlite3.connect(data_file)
        connection.execute("PRAGMA cache_size = 1")  # let it write before it commits
        connection.execute("UPDATE client SET note = printf('%.200000c', 'x')")
        connection.execute("CREATE TABLE much AS SELECT printf('%.90000c', 'y') FROM client")
        os.kill(os.getpid(), signal.SIGKILL)

    os.waitpid(fork(half_a_transaction), 0)
    journal = data_file.with_name("sales.db-journal")
    assert journal.exists()
    if is_gone:
        data_file.unlink()
    restoring.restore(data_file, copy, NOW)
    assert clients(data_file) == ["蓝海"]
    assert db.check(data_file) == []
    assert not journal.exists()


def test_a_restore_on_a_disk_without_second_names_keeps_the_old_file_too(
    copy: Path, sales: Sales, data_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(_source: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")  # what FAT answers

    monkeypatch.setattr(os, "link", no_links)
    kept = Path(sales("data", "restore", copy, "--yes", "--json").json()["kept"])
    assert clients(data_file) == ["蓝海"]
    assert clients(kept) == ["蓝海", "红海"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def _code(told: Any) -> str:
    code: str = told.error()["code"]
    return code


def test_a_restore_waits_for_another_writer_and_then_gives_up(
    copy: Path, sales: Sales, data_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.2)
    before = data_file.read_bytes()
    with closing(sqlite3.connect(data_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = sales("data", "restore", copy, "--yes", code=5)
        assert "Another sales command is writing" in refused.err
        assert _code(sales("data", "restore", copy, "--yes", "--json", code=5)) == "data_file"
        other.execute("ROLLBACK")
    assert data_file.read_bytes() == before
    assert names(data_file) == ["copy.db", "sales.db"]
    sales("data", "restore", copy, "--yes")
    assert clients(data_file) == ["蓝海"]

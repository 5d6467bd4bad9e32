"""An encrypted data file through the door: all of it there, none of it readable, and every hazard as of a plain one."""

import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import keyring
import keyring.backend
import pytest
from sqlcipher3 import dbapi2

from salescli import copies, db
from salescli.encryption import keys, sealing
from salescli.errors import BadRows, BadValue, DataFileProblem
from salescli.models.profile import CalendarDay
from tests.test_db import (
    NOBODY,
    _day,
    add_day,
    days_in,
    finish,
    needs_fork,
    needs_posix,
    run,
    start,
)
from tests.test_db import shared_folder as shared_folder  # a fixture

PASSPHRASE = "天气 不错 é 出门"
NAME = "杭州蓝海机电"


@pytest.fixture(scope="session")
def key() -> keys.Key:
    """A key made of PASSPHRASE, once: making one takes its time by design."""
    return keys.new_key(PASSPHRASE)


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """A run of the program knows no keys but its own."""
    yield
    forget()


def forget() -> None:
    keys._known.clear()
    keys._passphrases.clear()
    keys._wrong.clear()


@pytest.fixture
def named(data_file: Path) -> Path:
    """The test's own data file, still plain, with a day called NAME."""
    with db.writing(data_file) as session:
        day = _day(1)
        day.name = NAME
        session.add(day)
    return data_file


@pytest.fixture
def encrypted(named: Path, key: keys.Key) -> Path:
    """The same, encrypted; its key is known."""
    db.rewrite(named, key)
    return named


def dumped(path: Path) -> list[str]:
    """A plain file as SQL, with its marks."""
    with closing(sqlite3.connect(path)) as connection:
        marks = [str(connection.execute(f"PRAGMA {name}").fetchall()) for name in ("application_id", "user_version")]
        return [*marks, *sorted(connection.iterdump())]


def others_in(folder: Path, path: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir() if found != path)


# ---- there and back


def test_nothing_is_lost_and_nothing_can_be_read(named: Path, key: keys.Key) -> None:
    before = dumped(named)
    assert NAME.encode() in named.read_bytes()
    db.rewrite(named, key)
    assert NAME.encode() not in named.read_bytes()
    assert db.is_encrypted(named)
    assert db.check(named) == []
    assert add_day(named, 2) == "written"
    assert days_in(named) == 2
    with db.writing(named) as session:
        session.connection().exec_driver_sql("DELETE FROM calendarday WHERE day = ?", (str(_day(2).day),))
    db.rewrite(named, None)
    assert dumped(named) == before
    assert others_in(named.parent, named) == []
    if sys.platform != "win32":
        assert stat.S_IMODE(named.stat().st_mode) == 0o600


def test_other_programs_open_it_with_the_passphrase_alone(encrypted: Path) -> None:
    with closing(dbapi2.connect(str(encrypted))) as connection:
        connection.set_key(PASSPHRASE)
        assert connection.execute("SELECT name FROM calendarday").fetchall() == [(NAME,)]


@needs_posix
def test_a_link_goes_on_leading_to_the_file(named: Path, tmp_path: Path, key: keys.Key) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(named)
    db.rewrite(link, key)
    assert link.is_symlink()
    assert db.is_encrypted(named)


def test_the_journal_of_a_transaction_is_encrypted_and_its_owner_s_alone(named: Path, key: keys.Key) -> None:
    journal = named.with_name(f"{named.name}-journal")

    def journal_while_writing() -> bytes:
        with db.writing(named) as session:
            session.get_one(CalendarDay, 1).name = "甲"
            session.flush()
            if sys.platform != "win32":
                assert stat.S_IMODE(journal.stat().st_mode) == 0o600
            found = journal.read_bytes()
            session.rollback()
        return found

    assert NAME.encode() in journal_while_writing()
    db.rewrite(named, key)
    found = journal_while_writing()
    assert len(found) > 4096
    assert NAME.encode() not in found


def test_copies_are_encrypted_with_the_same_key(encrypted: Path, key: keys.Key, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copies.back_up(encrypted, copy)
    assert db.salt_of(copy) == key.salt
    assert (days_in(copy), db.check(copy)) == (1, [])


def test_an_older_encrypted_file_is_copied_encrypted_and_brought_up_to_date(tmp_path: Path, key: keys.Key) -> None:
    path = tmp_path / "old.db"
    path.touch()
    with closing(db.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {db.APPLICATION_ID}")
    db.migrate(path, revision="0005")
    db.rewrite(path, key)
    assert days_in(path) == 0
    copy = path.with_name(f"old.db.before-{db.HEAD}")
    assert db.salt_of(path) == db.salt_of(copy) == key.salt
    assert (db.schema_of(path), db.schema_of(copy)) == (db.HEAD, "0005")


def test_data_that_comes_into_an_empty_encrypted_file_lies_plain_nowhere(data_file: Path, key: keys.Key) -> None:
    db.rewrite(data_file, key)
    with db.rebuilding(data_file, db.HEAD) as session:
        session.add(_day(1))
        session.flush()
        (new,) = [found for found in data_file.parent.iterdir() if found.name.endswith(".new")]
        assert db.salt_of(new) == key.salt
    assert (days_in(data_file), db.salt_of(data_file)) == (1, key.salt)


# ---- without the key, with a wrong one, and damaged


def test_without_a_key_the_file_is_refused_and_left_alone(encrypted: Path) -> None:
    forget()
    before = encrypted.read_bytes()
    with pytest.raises(keys.Locked) as refused:
        days_in(encrypted)
    assert "SALES_PASSPHRASE" in refused.value.hint
    assert encrypted.read_bytes() == before


def test_the_environment_opens_it_once_a_run(encrypted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forget()
    monkeypatch.setenv("SALES_PASSPHRASE", " 天气 不错 e\u0301 出门\n")  # as another keyboard composes it
    assert days_in(encrypted) == 1
    monkeypatch.setenv("SALES_PASSPHRASE", "not asked again")
    assert days_in(encrypted) == 1
    forget()
    with pytest.raises(keys.WrongPassphrase) as refused:
        days_in(encrypted)
    assert "not asked" not in f"{refused.value}{refused.value.hint}"


def _page(number: int, content: bytes) -> Callable[[bytearray], bytes]:
    def overwritten(data: bytearray) -> bytes:
        at = (number - 1) * keys.PAGE or keys.PAGE // 2  # the first page keeps its salt
        data[at : at + len(content)] = content
        return bytes(data)

    return overwritten


def _read_all(path: Path) -> None:
    with db.reading(path) as session:
        for table in ("client", "calendarday", "visit", "change"):
            session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608
    raise DataFileProblem(f"{path} is damaged: {db.check(path)[0]}")  # what no table shows, the check does


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: bytes(data[:100]), "is damaged"),
        (lambda data: bytes(data[: len(data) // 2]), "is damaged"),
        (lambda data: bytes(data[:-4096]), "is damaged"),
        (_page(1, bytes(100)), "is damaged"),
        (_page(3, random.Random(7).randbytes(4096)), "is damaged"),
        (lambda data: os.urandom(16) + bytes(data[16:]), "is not a data file of sales"),
        (lambda data: bytes(len(data)), "is not a data file of sales"),
    ],
)
def test_a_damaged_file_is_told_from_a_wrong_passphrase(
    damage: Callable[[bytearray], bytes],
    said: str,
    encrypted: Path,
    monkeypatch: pytest.MonkeyPatch,
    key: keys.Key,
    capfd: pytest.CaptureFixture[str],
) -> None:
    bad = damage(bytearray(encrypted.read_bytes()))
    encrypted.write_bytes(bad)
    assert encrypted.stat().st_size < keys.PAGE or db.salt_of(encrypted) is None or keys.fits(encrypted, key)
    with pytest.raises(DataFileProblem) as refused:
        _read_all(encrypted)
    assert said in refused.value.message
    assert encrypted.read_bytes() == bad
    assert capfd.readouterr().err == ""  # SQLCipher would write there by itself


def test_a_key_that_is_not_the_file_s_does_not_fit(encrypted: Path, key: keys.Key) -> None:
    assert keys.fits(encrypted, key)
    assert not keys.fits(encrypted, keys.Key(key.salt, bytes(32)))


# ---- others at work, read-only, a full disk, a kill


@needs_fork
def test_a_second_writer_of_an_encrypted_file_is_told_to_wait(encrypted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.1)
    with db.writing(encrypted):
        told = run(lambda: add_day(encrypted, 2))
        assert run(lambda: days_in(encrypted)) == "1"
    assert told == f"DataFileProblem: Another sales command is writing to {encrypted}."


ANOTHER_PROGRAM = """
import sys
from importlib import import_module
path, library, key = sys.argv[1:]
connection = import_module(library).connect(path, timeout=0.1, isolation_level=None)
if key:
    connection.set_key(key)
connection.execute("BEGIN IMMEDIATE")
"""


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_a_writer_keeps_others_out_whatever_else_it_opens(is_encrypted: bool, named: Path, key: keys.Key) -> None:
    # On POSIX closing any handle to a file gives up all locks that the program has on it.
    db.rewrite(named, key if is_encrypted else None)
    library, words = ("sqlcipher3.dbapi2", key.raw()) if is_encrypted else ("sqlite3", "")
    argv = [sys.executable, "-c", ANOTHER_PROGRAM, str(named), library, words]
    with db.writing(named):
        assert db.schema_of(named) == db.HEAD
        assert db.is_encrypted(named) is is_encrypted
        db.copy_file(named, named.with_name("copy.db"))
        refused = subprocess.run(argv, capture_output=True, check=False)
        assert b"database is locked" in refused.stderr
    assert subprocess.run(argv, capture_output=True, check=False).stderr == b""


@needs_fork
def test_a_read_only_encrypted_file_can_be_read_and_says_so_when_written(shared_folder: Path, key: keys.Key) -> None:
    path = shared_folder / "sales.db"
    db.rewrite(path, key)
    if os.getuid() == 0:
        os.chown(path, NOBODY, NOBODY)
    path.chmod(0o400)
    shared_folder.chmod(0o500)
    assert run(lambda: days_in(path), as_nobody=True) == "0"
    told = run(lambda: add_day(path, 2), as_nobody=True)
    assert told == f"DataFileProblem: {path} can't be written: it or its folder is read-only."


@needs_fork
def test_a_full_disk_leaves_the_plain_file(named: Path, key: keys.Key) -> None:
    import resource

    before = named.read_bytes()

    def rewrite() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        db.rewrite(named, key)

    told = run(rewrite)
    assert told.startswith("DataFileProblem: ")
    assert named.read_bytes() == before
    assert others_in(named.parent, named) == []


@needs_fork
def test_a_kill_leaves_the_old_file_or_the_new_one(named: Path, key: keys.Key) -> None:
    plain = named.read_bytes()
    keys.remember(key)
    seeded, seen = random.Random(20261125), set()
    for _ in range(8):
        named.write_bytes(plain)
        child, read = start(lambda: db.rewrite(named, key))
        time.sleep(seeded.random() * 0.15)
        os.kill(child, signal.SIGKILL)
        finish(child, read)
        seen.add(db.is_encrypted(named))
        assert (days_in(named), db.check(named)) == (1, [])
    assert seen == {False, True}


@needs_fork
def test_what_others_write_meanwhile_goes_into_the_file_that_stays(named: Path, key: keys.Key) -> None:
    keys.remember(key)
    writers = [
        start(lambda at=at: [add_day(named, number) for number in range(at, at + 8)][-1])  # type: ignore[misc]
        for at in (10, 20, 30)
    ]
    for new_key in (key, None, key, None, key):
        db.rewrite(named, new_key)
    assert [finish(*writer) for writer in writers] == ["written"] * 3
    assert db.is_encrypted(named)
    assert days_in(named) == 25


# ---- passphrases and the keyring


@pytest.mark.parametrize(
    "text", ["", "short", "        ", "seven 7", "two\nlines here", "lone \udc80 surrogate", "x" * 1001]
)
def test_what_is_no_passphrase_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(BadValue) as refused:
        keys.cleaned(text)
    assert not text.strip() or text not in f"{refused.value}{refused.value.hint}"


def test_a_passphrase_counts_without_spaces_around_it_and_composed() -> None:
    assert keys.cleaned(" e\u0301 一个很长的\u3000密码 ") == "é 一个很长的\u3000密码"


def test_a_key_never_shows_itself(key: keys.Key) -> None:
    assert key.secret.hex() not in f"{key} {key!r}"
    assert repr(key.secret) not in repr(key)


class Ring(keyring.backend.KeyringBackend):
    """A keyring that lasts as long as the test."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_the_keyring_keeps_the_key_and_not_the_passphrase(encrypted: Path, key: keys.Key, ring: Ring) -> None:
    assert keys.keep(key)
    forget()
    assert days_in(encrypted) == 1
    assert keys.passphrase_of(encrypted) is None
    assert PASSPHRASE not in str(ring.kept)
    keys.forget(key.salt)
    assert ring.kept == {}
    forget()
    with pytest.raises(keys.Locked):
        days_in(encrypted)


def test_without_a_keyring_nothing_is_kept_and_nothing_raised(key: keys.Key) -> None:
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    try:
        assert not keys.keep(key)
        keys.forget(key.salt)
    finally:
        keyring.set_keyring(before)


# ---- sealed exports


def test_a_sealed_file_is_opened_by_its_passphrase_alone(tmp_path: Path) -> None:
    sealed, broken = tmp_path / "all.zip.age", tmp_path / "broken.age"
    sealing.seal(NAME.encode() * 5000, sealed, PASSPHRASE)
    assert NAME.encode() not in sealed.read_bytes()
    assert sealing.content_of(sealed, "天气 不错 e\u0301 出门 ") == NAME.encode() * 5000
    if sys.platform != "win32":
        assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    broken.write_bytes(sealed.read_bytes()[:60])
    assert sealing.is_sealed(broken)
    with pytest.raises(BadRows, match="damaged"):
        sealing.content_of(broken, PASSPHRASE)

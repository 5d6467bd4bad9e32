"""A disk that takes no more: nothing is half done, nothing stays behind, and the sentence names what has no room."""

import contextlib
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Sales

if sys.platform == "win32":
    pytest.skip("limits are of POSIX", allow_module_level=True)

KEY = {"SALES_PASSPHRASE": "correct horse battery staple"}
ROOM = 400_000  # bytes of a file, which a workbook has and the data file below has not


@contextlib.contextmanager
def little_room() -> Iterator[None]:
    """No file may become larger; the program is told as of a full disk."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def large(sales_as_patched: Sales, data_file: Path) -> Sales:
    """The program, under the limits of this process, with a data file that is larger than they are."""
    sales = sales_as_patched
    sales("init", "--name", "张三", "--manager-email", "li@example.com", "--yes")
    sales("client", "add", "蓝海")
    sales("quote", "add", "蓝海", "--line", "X200 x 80 @ 33")
    with closing(sqlite3.connect(data_file)) as connection, connection:
        connection.execute("CREATE TABLE filler (text)")
        connection.executemany("INSERT INTO filler VALUES (?)", [("x" * 4000,)] * 200)
    return sales


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name not in ("config.toml", "sales.db-journal"))


@pytest.mark.parametrize(
    "command", ["week sheet --out w.xlsx", "week send --eml w.eml", "quote submit Q0001 --out w.xlsx"]
)
def test_what_can_t_be_stored_has_no_file_and_the_next_try_has(large: Sales, tmp_path: Path, command: str) -> None:
    file = tmp_path / command.split()[-1]
    with little_room():
        assert "sales.db" in large(*command.split(), code=5).err
    assert names(tmp_path) == ["sales.db"]
    file.write_text("of before")
    with little_room():
        large(*command.split(), "--force", code=5)
    assert file.read_text() == "of before"
    file.unlink()
    large(*command.split())
    assert names(tmp_path) == ["sales.db", file.name]


def test_a_file_that_can_t_be_written_stores_nothing(large: Sales, tmp_path: Path) -> None:
    large("week", "sheet", "--out", "none/w.xlsx", code=7)
    assert "week sheet" not in large("history").out


def test_a_restore_names_the_data_file_and_not_the_copy(large: Sales, data_file: Path, tmp_path: Path) -> None:
    shutil.copy(data_file, tmp_path / "copy.db")
    before = data_file.read_bytes()
    with little_room():
        told = large("data", "restore", "copy.db", "--yes", code=7).err
    assert f"{data_file} stays as it is" in told
    assert "copy.db" not in told.splitlines()[-1]
    assert data_file.read_bytes() == before
    assert names(tmp_path) == ["copy.db", "sales.db"]


def test_an_encrypted_file_says_so_in_the_user_s_language_and_leaves_nothing(large: Sales, tmp_path: Path) -> None:
    pytest.importorskip("sqlcipher3")
    said = []
    with little_room():
        said.append(large("data", "encrypt", "--yes", env=KEY, lang="zh", code=5).err)
    large("data", "encrypt", "--yes", env=KEY)
    with little_room():
        said.append(large("data", "backup", "b.db", env=KEY, lang="zh", code=7).err)
        said.append(large("data", "decrypt", "--yes", env=KEY, lang="zh", code=5).err)
    assert [one for one in said if "disk" in one or "full" in one] == []
    assert names(tmp_path) == ["sales.db"]


def test_a_damaged_file_is_no_fault_of_its_backup(large: Sales, data_file: Path, tmp_path: Path) -> None:
    with data_file.open("rb+") as file:
        file.seek(4096 * 150)
        file.write(b"\xff" * 8192)
    assert "sales.db is damaged" in large("data", "backup", "b.db", code=5).err
    assert names(tmp_path) == ["sales.db"]

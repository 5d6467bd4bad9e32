"""`sales data …` and `sales doctor` through the real program."""

import sqlite3
import stat
import sys
from pathlib import Path

from tests.conftest import Sales


def codes(file: Path) -> list[str]:
    with sqlite3.connect(file) as connection:
        return [row[0] for row in connection.execute("SELECT code FROM client")]


def test_the_path_is_the_file_in_use(sales: Sales, data_file: Path, tmp_path: Path) -> None:
    assert sales("data", "path").out == f"{data_file}\n"
    other = tmp_path / "别的 库.db"
    assert sales("--db", other, "data", "path").out == f"{other}\n"
    assert sales("data", "path", env={"SALES_DB": str(other)}).out == f"{other}\n"
    assert not other.exists()


def test_a_backup_is_a_whole_copy_that_can_be_used(sales: Sales, tmp_path: Path) -> None:
    sales("client", "add", "蓝海")
    told = sales("data", "backup", "备份.db")
    copy = tmp_path / "备份.db"
    assert told.out == "备份.db\n"
    assert codes(copy) == ["C0001"]
    if sys.platform != "win32":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sales("--db", copy, "client", "list", "--json").json()[0]["name"] == "蓝海"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sales.db", "备份.db"]


def test_a_backup_without_a_name_stands_beside_the_data_with_the_moment(sales: Sales, tmp_path: Path) -> None:
    told = sales("data", "backup", today="2026-11-25T17:05")
    assert told.out == f"{tmp_path / 'sales-20261125-170500.backup.db'}\n"
    assert codes(tmp_path / "sales-20261125-170500.backup.db") == []
    assert "--force" in sales("data", "backup", today="2026-11-25T17:05", code=4).err


def test_a_file_that_is_there_is_not_overwritten_unasked(sales: Sales, tmp_path: Path) -> None:
    there = tmp_path / "notes.txt"
    there.write_text("mine")
    sales("client", "add", "蓝海")
    assert "notes.txt" in sales("data", "backup", "notes.txt", code=4).err
    assert there.read_text() == "mine"
    sales("data", "backup", "notes.txt", "--force")
    assert codes(there) == ["C0001"]


def test_a_backup_never_goes_over_the_data_file_itself(sales: Sales, data_file: Path) -> None:
    before = data_file.read_bytes()
    for name in (data_file, "./sales.db"):
        sales("data", "backup", name, "--force", code=4)
    assert data_file.read_bytes() == before


def test_a_backup_that_cannot_be_written_is_7_and_leaves_nothing(sales: Sales, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("missing/copy.db", "folder"):
        refused = sales("data", "backup", name, "--force", code=7)
        assert refused.err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "sales.db"]
    assert list(folder.iterdir()) == []


def test_doctor_is_0_without_anything_to_mend(sales: Sales) -> None:
    warned = sales("doctor", "--json")
    assert [(finding["level"], finding["code"]) for finding in warned.json()] == [("warning", "no_profile")]
    assert "sales init" in sales("doctor").out
    sales("init", "--name", "张三")
    sound = sales("doctor")
    assert (sound.out, sound.err) == ("", "Nothing is wrong.\n")
    assert sales("doctor", "--json").json() == []


def test_doctor_is_4_with_something_to_mend_and_mends_it(sales: Sales, data_file: Path) -> None:
    sales("init", "--name", "张三")
    sales("client", "add", "蓝海")
    sales("log", "蓝海", "见面", "--no-next", "无")
    with sqlite3.connect(data_file) as connection:
        connection.execute("UPDATE client SET next_due_on = '2030-01-01'")
    refused = sales("doctor", "--json", code=4)
    assert [(finding["level"], finding["code"], finding["mend"]) for finding in refused.json()] == [
        ("error", "due_days", "sales doctor --mend")
    ]
    assert refused.error()["code"] == "refused"
    assert sales("doctor", "--mend").err == "Nothing is wrong.\n"
    assert sales("client", "show", "蓝海", "--json").json()["next_due_on"] == "2027-02-23"


def test_doctor_finds_what_sqlite_finds(sales: Sales, data_file: Path) -> None:
    sales("init", "--name", "张三")
    with sqlite3.connect(data_file) as connection:
        connection.execute(
            'INSERT INTO contact (client_id, name, uuid, created_at, updated_at, "primary")'
            " VALUES (99, 'x', 'u', '', '', 0)"
        )
    assert [finding["code"] for finding in sales("doctor", "--json", code=4).json()] == ["file"]


def test_a_file_that_is_no_data_file_is_5(sales: Sales, tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("no database")
    for words in (("doctor",), ("data", "backup", "copy.db")):
        refused = sales("--db", text, *words, code=5)
        assert "text.db" in refused.err
        assert refused.err.count("\n") == 1
    assert text.read_text() == "no database"
    assert not (tmp_path / "copy.db").exists()

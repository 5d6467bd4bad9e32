"""`sales data …` and `sales doctor` through the real program."""

import shutil
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from salescli import db
from tests.conftest import Sales, run_program


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
    told = sales("doctor", "--json", code=4)
    assert [(finding["level"], finding["code"]) for finding in told.json()] == [("error", "no_profile")]
    assert "sales init" in sales("doctor", code=4).out
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


# ---- copies and the way back


@pytest.fixture(scope="module")
def two_days(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a data file of two clients, one of them added on Wednesday, and the copy of Tuesday."""
    folder = tmp_path_factory.mktemp("two_days")
    shutil.copy(template, folder / "sales.db")
    environ = {"SALES_DB": str(folder / "sales.db"), "SALES_CONFIG": str(folder / "c.toml"), "SALES_LANG": "en"}
    for name, day in (("蓝海", "2026-11-24"), ("红海", "2026-11-25")):
        assert run_program(["client", "add", name], {**environ, "SALES_TODAY": day}, folder, b"").code == 0
    (folder / "sales.db.copies" / "2026-11-25.db").unlink()
    return folder


@pytest.fixture
def copy(two_days: Path, data_file: Path, tmp_path: Path) -> Path:
    """A copy made on Tuesday, with one client; on Wednesday there are two."""
    shutil.copy(two_days / "sales.db", data_file)
    shutil.copytree(two_days / "sales.db.copies", tmp_path / "sales.db.copies")
    return tmp_path / "sales.db.copies" / "2026-11-24.db"


def test_copies_are_listed_with_day_kind_size_and_state(sales: Sales, copy: Path, tmp_path: Path) -> None:
    sales("data", "backup")
    damaged = tmp_path / "sales-20261120-090000.backup.db"
    damaged.write_bytes(copy.read_bytes()[:20_000])
    (tmp_path / "sales-north-20261120-090000.backup.db").write_bytes(b"another's")
    listed = sales("data", "copies", "--json").json()
    assert [(row["day"], row["kind"], row["state"]) for row in listed] == [
        ("2026-11-25", "backup", "sound"),
        ("2026-11-24", "daily", "sound"),
        ("2026-11-20", "backup", "damaged"),
    ]
    assert listed[1]["size"] == copy.stat().st_size
    assert listed[1]["path"] == str(copy)
    assert "damaged" in sales("data", "copies").out
    assert sales("data", "copies", "--csv").out.count("\n") == 4


def test_without_copies_the_list_is_empty(sales: Sales) -> None:
    assert sales("data", "copies").err == "There are no copies yet.\n"
    assert sales("data", "copies", "--json").json() == []
    assert "no copies" in sales("data", "restore", code=3).err


def test_a_restore_shows_what_would_be_lost_and_writes_nothing_when_only_asked(
    sales: Sales, copy: Path, data_file: Path
) -> None:
    before = data_file.read_bytes()
    told = sales("data", "restore", "2026-11-24", "--dry-run", "--json").json()
    assert told["copy"] == str(copy)
    assert {"table": "client", "now": 2, "copy": 1} in told["tables"]
    assert [(lost["at"][:10], lost["command"]) for lost in told["lost"]] == [("2026-11-25", "client add")]
    assert (told["back"], told["readable"], told["kept"]) == ([], True, None)
    shown = sales("data", "restore", copy, "--dry-run")
    assert "1 command would be lost:\n  2026-11-25 09:00  client add\n" in shown.err
    assert "client" in shown.out
    assert data_file.read_bytes() == before


def test_a_restore_asks_and_without_a_terminal_needs_yes(sales: Sales, copy: Path, data_file: Path) -> None:
    assert "--yes" in sales("data", "restore", copy, code=2).err
    assert codes(data_file) == ["C0001", "C0002"]


def test_a_restore_keeps_what_it_replaces_and_is_taken_back_by_the_command_it_says(
    sales: Sales, copy: Path, data_file: Path, tmp_path: Path
) -> None:
    told = sales("data", "restore", "yesterday", "--yes")
    kept = tmp_path / "sales-20261125-090000.replaced.db"
    assert told.out.splitlines()[-1] == str(data_file)
    assert f"`sales data restore {kept}` takes it back." in told.err
    assert (codes(data_file), codes(kept)) == (["C0001"], ["C0001", "C0002"])
    again = sales("data", "restore", kept, "--yes", "--json").json()
    assert [back["command"] for back in again["back"]] == ["client add"]
    assert again["kept"] == str(tmp_path / "sales-20261125-090000-2.replaced.db")
    assert codes(data_file) == ["C0001", "C0002"]
    if sys.platform != "win32":
        assert stat.S_IMODE(data_file.stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".sales-*"))


def test_a_restore_without_a_copy_lists_them(sales: Sales, copy: Path) -> None:
    refused = sales("data", "restore", "--yes", code=2)
    assert str(copy) in refused.err
    assert refused.err.count("\n") == 1


def test_a_day_without_a_copy_is_3_and_one_with_several_is_4(sales: Sales, copy: Path, tmp_path: Path) -> None:
    assert "2026-11-20" in sales("data", "restore", "2026-11-20", "--yes", code=3).err
    assert "nothing.db" in sales("data", "restore", "nothing.db", "--yes", code=3).err
    shutil.copy(copy, tmp_path / "sales-20261124-170000.backup.db")
    several = sales("data", "restore", "2026-11-24", "--yes", "--json", code=4)
    assert several.error()["code"] == "ambiguous"
    assert "sales-20261124-170000.backup.db" in several.err


@pytest.mark.parametrize("left", [None, b"", 5_000, 200_000])
def test_a_data_file_that_is_missing_or_damaged_is_restored(
    left: bytes | int | None, sales: Sales, copy: Path, data_file: Path, tmp_path: Path
) -> None:
    whole = data_file.read_bytes()
    data_file.unlink()
    if left is not None:
        data_file.write_bytes(whole[:left] if isinstance(left, int) else left)
    told = sales("data", "restore", copy, "--yes")
    assert codes(data_file) == ["C0001"]
    kept = list(tmp_path.glob("*.replaced.db"))
    if left is None:
        assert kept == []
    else:
        assert kept[0].read_bytes() == (whole[:left] if isinstance(left, int) else left)
        assert f"the damaged file is kept as {kept[0]}" in told.err


def test_a_damaged_file_names_its_last_sound_copy_and_the_command(sales: Sales, copy: Path, data_file: Path) -> None:
    newer = copy.with_name("2026-11-25.db")
    newer.write_bytes(copy.read_bytes()[:30_000])
    data_file.write_bytes(data_file.read_bytes()[:20_000])
    assert f"`sales data restore {copy}`" in sales("client", "list", code=5).err
    sales("data", "restore", copy, "--yes")
    assert codes(data_file) == ["C0001"]


def _text(path: Path) -> None:
    path.write_text("no database")


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine (n)")


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:300_000])


def _dangling(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            'INSERT INTO contact (client_id, name, uuid, created_at, updated_at, "primary")'
            " VALUES (99, 'x', 'u', '', '', 0)"
        )


@pytest.mark.parametrize("spoil", [_text, _foreign, _newer, _cut, _dangling])
def test_what_is_no_sound_copy_is_refused_and_nothing_is_touched(
    spoil: object, sales: Sales, copy: Path, data_file: Path, tmp_path: Path
) -> None:
    assert callable(spoil)
    spoil(copy)
    before = data_file.read_bytes()
    refused = sales("data", "restore", copy, "--yes", code=5)
    assert str(copy) in refused.err
    assert data_file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sales.db", "sales.db.copies"]


def test_the_data_file_is_no_copy_of_itself(sales: Sales, data_file: Path) -> None:
    assert "the data file itself" in sales("data", "restore", data_file, "--yes", code=4).err


def test_a_copy_of_an_older_schema_is_restored_and_migrated(sales: Sales, data_file: Path, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    older.touch()
    with closing(sqlite3.connect(older)) as connection:
        connection.execute(f"PRAGMA application_id = {db.APPLICATION_ID}")
    db.migrate(older, revision="0004")
    before = older.read_bytes()
    told = sales("data", "restore", older, "--yes", "--json").json()
    assert told["schema"] == "0004"
    assert older.read_bytes() == before
    with closing(sqlite3.connect(data_file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (db.HEAD,)
    sales("client", "add", "蓝海")


def test_a_copy_of_another_person_is_said(sales: Sales, data_file: Path, tmp_path: Path) -> None:
    sales("init", "--name", "张三")
    sales("data", "backup", "zhang.db")
    sales("init", "--name", "李四")
    told = sales("data", "restore", "zhang.db", "--yes")
    assert "The data file is that of 李四, the copy that of 张三." in told.err
    assert sales("data", "restore", "zhang.db", "--dry-run", "--json").json()["owner_of_copy"] == "张三"


@pytest.mark.skipif(sys.platform == "win32", reason="links are of POSIX")
def test_a_link_goes_on_leading_to_the_data_file(sales: Sales, copy: Path, data_file: Path, tmp_path: Path) -> None:
    there = tmp_path / "elsewhere"
    there.mkdir()
    data_file.rename(there / "real.db")
    data_file.symlink_to(there / "real.db")
    sales("data", "restore", copy, "--yes")
    assert data_file.is_symlink()
    assert codes(there / "real.db") == ["C0001"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_the_copy_is_chosen_and_the_restore_agreed_to(
    copy: Path, environ: dict[str, str], data_file: Path, tmp_path: Path
) -> None:
    import pexpect

    environment = {**environ, "TERM": "dumb"}
    child = pexpect.spawn(
        sys.executable, ["-m", "salescli", "data", "restore"], env=environment, cwd=str(tmp_path), timeout=60
    )
    for question, answer in (("2026-11-24.db  ", ""), ("Number", "1"), ("client add", ""), ("[y/N]", "y")):
        child.expect_exact(question)
        if answer:
            child.sendline(answer)
    child.expect_exact("takes it back.")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert codes(data_file) == ["C0001"]

"""`sales doctor` through the real program: what is broken is found, and the command it names mends it."""

import os
import re
import shlex
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from salescli.cli import root
from tests.conftest import TODAY, Sales, run_program

needs_modes = pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
OLD = time.time() - 3 * 24 * 3600


BEGIN = [
    ["init", "--name", "张三", "--yes"],
    ["client", "add", "蓝海", "--contact", "张工"],
    ["client", "add", "红山"],
    ["log", "蓝海", "见面", "--no-next", "无"],
    ["order", "add", "蓝海", "12万", "--terms", "月结30天"],
]


@pytest.fixture(scope="module")
def begun(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clients, a visit and an order."""
    folder = tmp_path_factory.mktemp("begun")
    file = Path(shutil.copy(template, folder / "sales.db"))
    own = {"SALES_DB": str(file), "SALES_CONFIG": str(folder / "config.toml"), "SALES_COPIES": "0", "SALES_LANG": "en"}
    for words in BEGIN:
        assert run_program(words, {**os.environ, **own, "SALES_TODAY": TODAY}, folder, b"").code == 0
    looked = run_program(["doctor"], {**os.environ, **own, "SALES_TODAY": TODAY}, folder, b"")
    assert (looked.code, looked.err) == (0, "Nothing is wrong.\n")
    return file


@pytest.fixture
def desk(sales: Sales, begun: Path, data_file: Path) -> Sales:
    """The program on a file of one's own, of which nothing is wrong."""
    shutil.copy(begun, data_file)
    return sales


def found(sales: Sales, code: int = 0, **more: Any) -> dict[str, str]:
    """What is wrong, with what mends it."""
    return {one["code"]: one["mend"] for one in reversed(sales("doctor", "--json", code=code, **more).json())}


def run(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "sales.db")) as connection, connection:
        connection.execute(statement)


def settings(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "config.toml").write_text(text, "utf-8")
        (folder / "config.toml").chmod(0o600)

    return write


def leftover(folder: Path) -> None:
    left = folder / ".sales-0123456789ab.new"
    left.touch(0o600)
    os.utime(left, (OLD, OLD))


def damaged(folder: Path) -> None:
    shutil.copy(folder / "sales.db", folder / "sales-20261124-090000.backup.db")
    (folder / "sales.db").write_bytes((folder / "sales.db").read_bytes()[:5000])


BREAKS: dict[str, Callable[[Path], object]] = {
    "due_days": lambda folder: run(folder, "UPDATE client SET next_due_on = '2030-01-01' WHERE id = 1"),
    "search_keys": lambda folder: run(folder, "UPDATE client SET pinyin = 'x' WHERE id = 1"),
    "part_kept": lambda folder: run(folder, "UPDATE receivable SET paid = 7"),
    "contact_to_come": lambda folder: run(
        folder,
        "UPDATE client SET known_contact_on = '2027-01-01', last_contact_on = '2027-01-01', next_due_on = '2027-04-01'",
    ),
    "setting": settings("[cadence]\nA = 0\n[deals]\nstages = 'nine'\n"),
    "settings_file": settings("[cadence\n"),
    "secret": settings("[mail]\nhost = 'mail'\npassword = 'geheim'\n"),
    "unknown_setting": settings("# mine\n[cadence]\nAA = 7\nA = 10\n[bogus]\nx = 1\n"),
    "left_behind": leftover,
    "file": damaged,
}
if sys.platform != "win32":
    BREAKS["file_mode"] = lambda folder: (folder / "sales.db").chmod(0o644)


@pytest.mark.parametrize("broken", BREAKS)
def test_what_is_broken_is_found_and_mended_by_the_command_that_is_named(
    desk: Sales, tmp_path: Path, broken: str
) -> None:
    BREAKS[broken](tmp_path)
    for _time in range(3):  # a file of settings may have several wrong values
        said = found(desk, code=5 if broken == "file" else 4)
        command = said[broken]
        assert command.startswith("sales ")
        desk(*shlex.split(command)[1:], *(["--yes"] if " restore " in command else []))
        if broken not in found_any(desk):
            break
    assert not set(found(desk)) & set(BREAKS)
    assert desk("client", "show", "蓝海", "--json").json()["last_contact_on"] == TODAY


def found_any(sales: Sales) -> set[str]:
    for code in (0, 4):
        try:
            return set(found(sales, code=code))
        except AssertionError:
            continue
    raise AssertionError


def test_every_command_that_the_code_names_as_a_way_to_mend_is_there() -> None:
    package = Path(root.__file__).parents[1]
    texts = [(package / f"services/reporting/{name}.py").read_text("utf-8") for name in ("health", "surroundings")]
    named = {match for text in texts for match in re.findall(r'"(sales [a-z ]+?)(?: [A-Z{"-][^"]*)?"', text)}
    assert {"sales doctor", "sales init", "sales data backup", "sales config set"} <= named
    for command in named:
        _sales, name, *verbs = command.split()
        group = root.load(name)
        assert not verbs or verbs[0] in group.commands, command


def test_a_settings_file_that_cannot_be_read_is_kept_aside_and_a_password_taken_out(
    desk: Sales, tmp_path: Path
) -> None:
    settings("[cadence\n")(tmp_path)
    desk("doctor", "--mend")
    assert (tmp_path / "config.toml.unreadable").read_text() == "[cadence\n"
    settings("# mine\n[mail]\nhost = 'mail'\npassword = 'geheim'\n")(tmp_path)
    desk("doctor", "--mend")
    assert (tmp_path / "config.toml").read_text() == "# mine\n[mail]\nhost = 'mail'\n"


def test_what_is_no_setting_is_taken_out_and_what_is_one_stays(desk: Sales, tmp_path: Path) -> None:
    settings("# mine\n[copies]\nAA = 7\ndays = 10  # ten\n")(tmp_path)
    assert found(desk, code=4) == {"unknown_setting": "sales doctor --mend"}
    desk("doctor", "--mend")
    assert (tmp_path / "config.toml").read_text() == "# mine\n[copies]\ndays = 10  # ten\n"


def test_a_clock_set_back_is_told(desk: Sales) -> None:
    assert "clock" in {one["code"] for one in desk("doctor", "--json", today="2026-11-20", code=4).json()}


def test_holidays_of_next_year_and_copies_are_missed_when_it_is_time(desk: Sales) -> None:
    assert set(found(desk, today="2026-12-09", code=4)) == {"holidays", "no_copy"}
    desk("data", "backup", today="2026-12-09")
    assert set(found(desk, today="2026-12-10")) == {"holidays"}


@needs_modes
def test_a_shared_folder_and_a_synchronised_one_are_told(desk: Sales, tmp_path: Path) -> None:
    folder = tmp_path / "我的坚果云" / "数据"
    folder.mkdir(parents=True, mode=0o755)
    folder.chmod(0o755)
    shutil.copy(tmp_path / "sales.db", folder / "sales.db")
    said = {one["code"]: one for one in desk("--db", folder / "sales.db", "doctor", "--json", code=4).json()}
    assert set(said) == {"shared_folder", "sync_folder"}
    assert "我的坚果云" in said["sync_folder"]["message"]
    assert said["shared_folder"]["mend"] == "sales data encrypt"


def test_a_damaged_file_without_a_copy_is_told_and_left_as_it_is(desk: Sales, tmp_path: Path) -> None:
    damaged(tmp_path)
    (tmp_path / "sales-20261124-090000.backup.db").unlink()
    before = (tmp_path / "sales.db").read_bytes()
    assert found(desk, code=5) == {"file": ""}
    assert (tmp_path / "sales.db").read_bytes() == before

"""`sales config …` through the real program."""

import sqlite3
import tomllib
from pathlib import Path

import pytest

from salescli.config import DEFAULTS
from tests.conftest import Sales


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The settings file of the program under test."""
    return tmp_path / "config.toml"


def test_a_setting_is_listed_read_and_written(sales: Sales, file: Path) -> None:
    assert sales("config", "path").out == f"{file}\n"
    listed = {row["key"]: row for row in sales("config", "list", "--json").json()}
    assert listed.keys() == DEFAULTS.keys()
    assert listed["cadence.A"] == {"key": "cadence.A", "value": 14, "default": 14}
    assert sales("config", "set", "plan.capacity", "３", "--json").json() == {"plan.capacity": 3}
    assert sales("config", "get", "plan.capacity").out == "3\n"
    assert sales("config", "set", "cadence.channels", "拜访，phone").out == "cadence.channels = visit, phone\n"
    assert tomllib.loads(file.read_text("utf-8")) == {
        "plan": {"capacity": 3},
        "cadence": {"channels": ["visit", "phone"]},
    }
    assert "cadence.channels,visit;phone," in sales("config", "list", "--csv").out


def test_comments_and_other_settings_of_the_file_stay(sales: Sales, file: Path) -> None:
    file.write_text("# 我的设置\n[cadence]  # 天数\nA = 10 # 勤\nB = 20\n\n[mine]\nx = 1\n", "utf-8")
    sales("config", "set", "cadence.A", "7")
    assert file.read_text("utf-8") == "# 我的设置\n[cadence]  # 天数\nA = 7 # 勤\nB = 20\n\n[mine]\nx = 1\n"


def test_what_is_no_setting_is_3_and_what_is_no_value_2(sales: Sales, file: Path) -> None:
    for key in ("cadence.D", "cadence", "", "x"):
        sales("config", "get", key, code=3)
        sales("config", "set", key, "1", code=3)
    for key, value in (
        ("cadence.A", "often"), ("cadence.A", "-1"), ("cadence.A", "1.5"), ("cadence.A", ""), ("cadence.A", "9" * 30),
        ("cadence.channels", "visit,bird"), ("cadence.channels", " "), ("slots.winter.field", ""), ("language", "fr"),
    ):  # fmt: skip
        refused = sales("config", "set", "--json", "--", key, value, code=2)
        assert refused.error()["code"] == "usage"
        assert refused.out == ""
    assert not file.exists()


def test_a_file_that_cannot_be_read_is_left_alone_and_named(sales: Sales, file: Path) -> None:
    file.write_text("cadence = [", "utf-8")
    for words in (("config", "set", "cadence.A", "7"), ("config", "list"), ("due",)):
        refused = sales(*words, code=2)
        assert "config.toml" in refused.err
        assert refused.err.count("\n") == 1
    assert file.read_text("utf-8") == "cadence = ["


def test_a_new_rhythm_moves_every_due_day(sales: Sales) -> None:
    sales("client", "add", "蓝海", "--grade", "A")
    sales("log", "蓝海", "见面", "--no-next", "无")
    assert sales("client", "show", "蓝海", "--json").json()["next_due_on"] == "2026-12-09"
    sales("config", "set", "cadence.A", "7")
    assert sales("client", "show", "蓝海", "--json").json()["next_due_on"] == "2026-12-02"
    sales("config", "set", "cadence.channels", "phone")
    assert sales("client", "show", "蓝海", "--json").json()["last_contact_on"] is None


def test_a_rhythm_is_not_written_where_the_due_days_cannot_follow(sales: Sales, file: Path, data_file: Path) -> None:
    with sqlite3.connect(data_file) as connection:
        connection.execute("PRAGMA user_version = 1")
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    sales("config", "set", "cadence.A", "7", code=5)
    assert not file.exists()

"""The settings: a readable file over the defaults, and a command that keeps what a person wrote in it."""

import os
import stat
import sys
import tomllib
from pathlib import Path

import pytest

from salescli import config
from salescli.config import DEFAULTS, known_key, load, set_value
from salescli.errors import BadValue, NotFound, NotWritten
from tests.conftest import Sales

OTHER_TEXTS = {
    "copies.days": "9",
    "deals.own_stages": "开发:10:30，签约：80%：15天",
    "quotes.approval": "是",
    "credit.over_limit": "stop",
    "receivables.month_end_from": "delivery",
    "grading.values": "1,2,3,4",
    "quotes.letterhead": "杭州某某机电有限公司，滨江区1号",
    "kpi.amount_by": "delivery",
    "kpi.acceptances": "maturity",
    "tickets.hours": "clock",
    "mail.security": "starttls",
    "language": "zh",
    "cadence.channels": "phone,拜访",
    "slots.summer.begin": "06-01",
    "slots.summer.end": "08-31",
    "slots.summer.day": "09:00-12:00， 14:00-18:00",
    "slots.summer.field": "10:00-16:00",
    "slots.winter.begin": "09-01",
    "slots.winter.end": "05-31",
    "slots.winter.day": "09:00-12:00",
    "slots.winter.field": "10:00-15:00",
}


def test_without_a_file_the_defaults_are_in_force(tmp_path: Path) -> None:
    settings = load(tmp_path / "none.toml")
    assert dict(settings.values) == DEFAULTS
    assert (settings.number("cadence.A"), settings.text("language")) == (14, "")
    assert not (tmp_path / "none.toml").exists()


def test_the_file_goes_over_the_defaults_and_unknown_keys_stay_out(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[cadence]\nA = 10\n[slots.summer]\nday = ["09:00-12:00"]\n[mine]\nx = 1\n', "utf-8")
    settings = load(path)
    assert (settings.number("cadence.A"), settings.number("cadence.B")) == (10, 30)
    assert settings.words("slots.summer.day") == ["09:00-12:00"]
    assert settings.under("slots")["summer"] == {
        "begin": "05-01",
        "end": "09-30",
        "day": ["09:00-12:00"],
        "field": "09:30-17:00",
    }
    assert set(settings.values) == set(DEFAULTS)


@pytest.mark.parametrize("key", DEFAULTS)
def test_every_setting_can_be_set_and_is_read_back(key: str, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "config.toml"
    understood = set_value(path, key, OTHER_TEXTS.get(key, "7"))
    assert understood != DEFAULTS[key]
    assert load(path).values == {**DEFAULTS, key: understood}
    assert set_value(path, key, _typed(DEFAULTS[key])) == DEFAULTS[key]
    assert load(path).values == DEFAULTS


def _typed(value: config.Value) -> str:
    return "、".join(value) if isinstance(value, list) else str(value)


def test_setting_a_value_keeps_comments_order_and_keys_it_does_not_know(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    written = "# 我的设置\n[plan]\ncapacity = 3   # 一天三家\n\n[mine]\nx = 1\n"
    path.write_text(written, "utf-8")
    set_value(path, "plan.capacity", "4")
    assert path.read_text("utf-8") == written.replace("capacity = 3", "capacity = 4")
    set_value(path, "cadence.A", "10")
    assert "# 一天三家" in path.read_text("utf-8")
    assert tomllib.loads(path.read_text("utf-8"))["cadence"] == {"A": 10}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("cadence.A", "fourteen"),
        ("cadence.A", "-1"),
        ("cadence.A", "0"),
        ("cadence.A", "3661"),
        ("cadence.A", "1.5"),
        ("cadence.A", ""),
        ("cadence.A", "9" * 5000),
        ("cadence.channels", "phone,pigeon"),
        ("plan.visit_minutes", "0"),
        ("plan.capacity", "1000001"),
        ("limits.rows", "0"),
        ("language", "fr"),
        ("funnel.win_percent", "0"),
        ("funnel.win_percent", "101"),
        ("funnel.quote_percent", "0.4"),
        ("funnel.cycle_days", "-1"),
        ("funnel.cycle_days", "3661"),
        ("funnel.average_order", "0"),
        ("funnel.average_order", "-5"),
        ("funnel.average_order", "many"),
        ("funnel.average_order", "1.234"),
        ("deals.stages", "six"),
        ("mail.port", "65536"),
        ("mail.seconds", "31"),
        ("mail.seconds", "0"),
        ("mail.security", "ssl"),
        ("deals.own_stages", "开发"),
        ("deals.own_stages", "开发:101:30"),
        ("deals.own_stages", "开发:10:0"),
        ("deals.own_stages", ":10:30"),
        ("deals.own_stages", "开发:10:30,开发:20:30"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_and_nothing_is_written(key: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(BadValue) as refused:
        set_value(tmp_path / "config.toml", key, text)
    assert len(refused.value.message) < 150
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("key", "text"), [("cadence.A", "１４"), ("plan.capacity", "0"), ("plan.travel_minutes", " 0 ")]
)
def test_full_width_digits_and_a_sensible_nothing_are_taken(key: str, text: str, tmp_path: Path) -> None:
    assert set_value(tmp_path / "config.toml", key, text) == int(text)


@pytest.mark.parametrize(
    ("key", "text", "understood"),
    [
        ("funnel.win_percent", "100", 100),
        ("funnel.quote_percent", "1", 1),
        ("funnel.cycle_days", "0", 0),
        ("funnel.cycle_days", "3660", 3660),
        ("funnel.average_order", " 35万 ", "35万"),
        ("funnel.average_order", "350,000.00", "350,000.00"),
        ("funnel.average_order", " ", ""),
    ],
)
def test_the_figures_of_the_funnel_are_taken_to_their_limits(
    key: str, text: str, understood: config.Value, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    assert set_value(path, key, text) == understood
    assert load(path).values[key] == understood


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[cadence]\nA = "10"\n', "cadence.A"),
        ("[funnel]\naverage_order = 350000\n", "funnel.average_order"),
        ("[cadence]\nA = true\n", "cadence.A"),
        ("[cadence]\nA = 10.0\n", "cadence.A"),
        ("[cadence]\nA = -3\n", "cadence.A"),
        ("[cadence]\nchannels = [1]\n", "cadence.channels"),
        ('[cadence]\nchannels = "phone"\n', "cadence.channels"),
        ("[slots.summer]\nday = [9]\n", "slots.summer.day"),
        ("[cadence\n", "config.toml"),
        ("\x00", "config.toml"),
        (b"\xff\xfe", "config.toml"),
        ("a = 1\na = 2\n", "config.toml"),
    ],
)
def test_a_file_with_something_wrong_in_it_is_named(content: str | bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadValue, match=said):
        load(path)


def test_a_file_that_is_no_toml_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[cadence\nA = 10\n")
    with pytest.raises(BadValue, match=r"config\.toml"):
        set_value(path, "cadence.A", "12")
    assert path.read_text() == "[cadence\nA = 10\n"


@pytest.mark.parametrize("content", ['[cadence]\nA = "x"\n', "cadence = 3\n"])
def test_setting_a_value_mends_a_wrong_one(content: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(content)
    set_value(path, "cadence.A", "12")
    assert load(path).number("cadence.A") == 12


def test_a_file_that_begins_with_a_byte_order_mark_is_read_and_set(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("\ufeff[cadence]\nA = 9\n", "utf-8")
    assert load(path).number("cadence.A") == 9
    set_value(path, "cadence.B", "20")
    assert (load(path).number("cadence.A"), load(path).number("cadence.B")) == (9, 20)


def test_an_unknown_setting_is_not_found() -> None:
    assert known_key("cadence.A") == "cadence.A"
    with pytest.raises(NotFound, match=r"cadence\.Z"):
        known_key("cadence.Z")


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
def test_the_file_is_its_owners_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "sales" / "config.toml"
    before = os.umask(0)
    try:
        set_value(path, "cadence.A", "10")
    finally:
        os.umask(before)
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    assert [found.name for found in path.parent.iterdir()] == ["config.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_linked_file_stays_a_link(tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles" / "sales.toml"
    kept.parent.mkdir()
    kept.write_text("# mine\n")
    (tmp_path / "config.toml").symlink_to(kept)
    set_value(tmp_path / "config.toml", "cadence.A", "10")
    assert (tmp_path / "config.toml").is_symlink()
    assert kept.read_text().startswith("# mine\n")
    assert load(kept).number("cadence.A") == 10


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match=tmp_path.name):
        load(tmp_path)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder that takes nothing")
def test_a_place_that_takes_no_file_is_said() -> None:
    with pytest.raises(NotWritten, match=r"/proc/sales/config\.toml"):
        set_value(Path("/proc/sales/config.toml"), "cadence.A", "10")


def test_the_command_sets_and_shows_and_leaves_a_wrong_file_alone(sales: Sales, tmp_path: Path) -> None:
    assert sales("config", "set", "cadence.A", "10").out == "cadence.A = 10\n"
    assert sales("config", "get", "cadence.A", "--json").json() == {"cadence.A": 10}
    sales("config", "set", "cadence.Z", "10", code=3)
    sales("config", "set", "cadence.A", "x", code=2)
    (tmp_path / "config.toml").write_text("[[")
    said = sales("client", "add", "甲", code=2).err
    assert "config.toml" in said
    assert said.count("\n") == 1
    sales("config", "set", "cadence.A", "11", code=2)
    assert (tmp_path / "config.toml").read_text() == "[["


def test_the_file_is_as_it_was_where_what_went_with_it_failed(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"

    def fail() -> None:
        with config.kept_on_failure(file):
            config.set_value(file, "cadence.A", "5")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not file.exists()
    file.write_text("# mine\n", "utf-8")
    with pytest.raises(KeyError):
        fail()
    assert file.read_text("utf-8") == "# mine\n"

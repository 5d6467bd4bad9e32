"""`sales calendar …` through the real program."""

import json
import sys
from pathlib import Path

import pytest

from tests.conftest import Sales

HOLIDAYS = Path(__file__).parents[1] / "data" / "holidays"
DAYS = [
    {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
    {"name": "春节", "date": "2027-02-12", "isOffDay": True},
    {"name": "春节", "date": "2027-02-20", "isOffDay": False},
    {"name": "国庆节", "date": "2027-10-01", "isOffDay": True},
]


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "2027.json"
    path.write_text(json.dumps({"year": 2027, "days": DAYS}), "utf-8")
    return path


def day_of(sales: Sales, day: str) -> dict[str, object]:
    found: dict[str, object] = sales("calendar", "show", day, "--json").json()[0]
    return found


def test_the_month_is_shown_unless_a_period_is_given(sales: Sales) -> None:
    shown = sales("calendar", "show", "--json")
    days = shown.json()
    assert (len(days), days[0]["date"], days[-1]["date"]) == (30, "2026-11-01", "2026-11-30")
    assert days[0] == {
        "date": "2026-11-01", "kind": "rest", "weight": 0, "name": "",
        "official": True, "own": False, "provisional": False,
    }  # fmt: skip
    assert shown.err == "2026-11: 21 working days.\n"


def test_the_year_has_the_worked_number_of_working_days(sales: Sales) -> None:
    days = sales("calendar", "show", "2026", "--json").json()
    assert sum(day["kind"] in ("work", "makeup") for day in days) == 248
    names = {day["name"] for day in days}
    assert {"春节", "国庆节"} <= names


def test_names_are_in_the_language_in_force_on_screen_only(sales: Sales) -> None:
    assert "Spring Festival" in sales("calendar", "show", "2026-02").out
    chinese = sales("calendar", "show", "2026-02", lang="zh").out
    assert "2026-02-17 周二" in chinese
    assert "春节" in chinese
    asked = ("calendar", "show", "2026-02", "--json")
    assert sales(*asked, lang="zh").out == sales(*asked).out


def test_a_day_off_and_a_working_day_of_ones_own(sales: Sales) -> None:
    off = sales("calendar", "off", "12-24", "--reason", "年假", "--json").json()
    assert (off["date"], off["kind"], off["name"], off["official"]) == ("2026-12-24", "leave", "年假", False)
    assert "2026-11-28 Sat" in sales("calendar", "work", "周六").out
    assert sales("calendar", "show", "2026-12").err == "2026-12: 22 working days.\n"
    assert sales("calendar", "show").err == "2026-11: 22 working days.\n"


def test_a_day_off_leaves_what_is_split_alone_and_says_so(sales: Sales) -> None:
    sales("target", "set", "2026", "1200万")
    assert "sales target split" not in sales("calendar", "off", "2026-12-23").err
    sales("target", "split", "2026")
    before = sales("target", "show", "2026-12-24", "--json").json()["assigned"]
    assert "2026. `sales target split 2026 --again`" in sales("calendar", "off", "2026-12-24").err
    after = sales("target", "show", "2026-12-24", "--json").json()
    assert (after["assigned"], after["rows"][0]["working_days"]) == (before, 0)
    sales("target", "split", "2026")
    assert sales("target", "show", "2026-12-24", "--json").json()["assigned"] == "0.00"


def test_a_year_without_its_notice_is_marked_provisional(sales: Sales) -> None:
    shown = sales("calendar", "show", "2040-02")
    assert "provisional" in shown.out
    assert "provisional" in shown.err
    assert all(not day["official"] for day in sales("calendar", "show", "2040-02", "--json").json())
    assert "暂定" in sales("calendar", "show", "2040-02", lang="zh").out


def test_the_hours_of_summer_and_winter(sales: Sales) -> None:
    hours = {season["name"]: season for season in sales("calendar", "slots", "--json").json()}
    assert hours["summer"]["slots"] == [{"start": "08:30", "end": "12:00"}, {"start": "13:30", "end": "17:30"}]
    assert hours["winter"]["field"] == {"start": "09:30", "end": "16:30"}
    assert (hours["winter"]["begin"], hours["winter"]["end"]) == ("10-01", "04-30")


@pytest.mark.parametrize(
    "words",
    [
        ["off", "2026-02-30"],
        ["off"],
        ["off", "someday"],
        ["off", "2026-12-24", "--reason", " "],
        ["work", ""],
        ["off", "2026-12-24", "--weight", "0.5"],
        ["work", "2026-12-24", "--half", "--weight", "0.5"],
        ["work", "2026-12-24", "--weight", "0"],
        ["work", "2026-12-24", "--weight", "10.5"],
        ["work", "2026-12-24", "--weight", "-1"],
        ["work", "2026-12-24", "--weight", ""],
        ["import"],
        ["show", "2026-13"],
    ],
)
def test_bad_input_is_one_line(sales: Sales, words: list[str]) -> None:
    refused = sales("calendar", *words, code=2)
    assert refused.out == ""
    assert len(refused.err.splitlines()) == 1


def test_half_a_day_off_and_an_event_carry_their_weight(sales: Sales) -> None:
    half = sales("calendar", "off", "2026-12-24", "--half", "--json").json()
    assert (half["kind"], half["weight"]) == ("work", 0.5)
    assert sales("calendar", "work", "2026-12-26", "--half", "--json").json()["weight"] == 0.5
    event = sales("calendar", "work", "2026-11-11", "--weight", "2", "--reason", "双十一", "--json")
    assert '"weight": 2,' in event.out
    shown = {day["date"]: day["weight"] for day in sales("calendar", "show", "2026-12", "--json").json()}
    assert [shown[f"2026-12-{day}"] for day in (23, 24, 25, 26, 27)] == [1, 0.5, 1, 0.5, 0]
    lines = sales("calendar", "show", "2026-12").out.splitlines()
    assert [line[:10] for line in lines if "counts 0.5" in line] == ["2026-12-24", "2026-12-26"]
    assert sales("calendar", "show", "2026-12", "--csv").out.splitlines()[24].startswith("2026-12-24,work,0.5,")


def test_half_a_day_off_where_nothing_is_worked_is_refused(sales: Sales) -> None:
    assert "sales calendar work 2026-12-26 --half" in sales("calendar", "off", "2026-12-26", "--half", code=4).err


@pytest.mark.parametrize("year", ["1990", "2100"])
def test_the_first_and_the_last_year_are_shown(sales: Sales, year: str) -> None:
    days = sales("calendar", "show", year, "--json").json()
    assert len(days) == 365
    assert all(day["provisional"] for day in days)


@pytest.mark.parametrize("year", ["2024", "2025", "2026"])
def test_the_public_list_of_a_known_year_changes_nothing(sales: Sales, year: str) -> None:
    before = sales("calendar", "show", year, "--csv").out
    done = sales("calendar", "import", HOLIDAYS / f"{year}.json", "--json").json()
    assert (done["years"], done["changed"], done["targets"]) == ([int(year)], [], [])
    after = sales("calendar", "show", year, "--csv").out
    kinds = [[line.split(",")[:3] for line in text.splitlines()] for text in (before, after)]
    assert kinds[0] == kinds[1]


def test_an_import_shows_what_it_changes_and_does_it_once(sales: Sales, notice: Path) -> None:
    trial = sales("calendar", "import", notice, "--dry-run")
    assert "2027-02-20 Sat  day off      make-up day  Spring Festival" in trial.out
    assert "--dry-run" in trial.err
    assert day_of(sales, "2027-02-20")["provisional"]
    done = sales("calendar", "import", notice)
    assert done.out == trial.out
    assert "4 days: 4 new, 0 updated, 0 unchanged" in done.out
    assert day_of(sales, "2027-02-20") == {
        "date": "2027-02-20", "kind": "makeup", "weight": 1, "name": "春节",
        "official": True, "own": False, "provisional": False,
    }  # fmt: skip
    again = sales("calendar", "import", notice)
    assert "0 new, 0 updated, 4 unchanged" in again.out
    assert "No day changes." in again.err


def test_an_import_for_scripts_is_one_object(sales: Sales, notice: Path) -> None:
    done = sales("calendar", "import", notice, "--json").json()
    assert list(done)[:4] == ["file", "years", "rows", "new"]
    assert {"updated", "unchanged", "removed", "own", "changed", "targets", "skipped"} <= set(done)
    assert done["changed"][0] == {
        "date": "2027-02-05", "before": "rest", "kind": "work", "name": "", "official": True,
    }  # fmt: skip


def test_split_targets_are_split_again_only_on_request(sales: Sales, notice: Path, tmp_path: Path) -> None:
    sales("target", "set", "2027", "1200万")
    sales("target", "split", "2027")
    asked = ("target", "show", "2027-02-12", "--json")
    before = sales(*asked).json()["assigned"]
    left = sales("calendar", "import", notice)
    assert "sales target split 2027 --again" in left.err
    assert sales(*asked).json()["assigned"] == before != "0.00"
    corrected = tmp_path / "corrected.json"
    longer = [*DAYS, {"name": "劳动节", "date": "2027-05-06", "isOffDay": True}]
    corrected.write_text(json.dumps({"year": 2027, "days": longer}), "utf-8")
    done = sales("calendar", "import", corrected, "--yes", "--json").json()
    assert (done["targets"], done["split_again"]) == (["2027"], True)
    assert sales(*asked).json()["assigned"] == "0.00"
    assert not sales("target", "show", "2027", "--json").json()["provisional"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, 3),
        ('{"year": 2027, "days": []}', 4),
        ("name,date\n春节,2027-02-06\n", 4),
        ("[" * 200_000, 4),
        ('[{"name": "春节", "date": "2027-02-30", "isOffDay": true}]', 6),
        ('[{"name": "春节", "date": "2027-02-06"}]', 6),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n", 6),
    ],
)
def test_a_bad_file_is_one_sentence_and_changes_nothing(
    sales: Sales, tmp_path: Path, content: str | None, code: int
) -> None:
    file = tmp_path / "holidays"
    if content is not None:
        file.write_text(content, "utf-8")
    before = sales("calendar", "show", "2027-02", "--csv").out
    refused = sales("calendar", "import", file, code=code)
    assert (refused.out, len(refused.err.splitlines())) == ("", 1)
    assert "Traceback" not in refused.err
    assert sales("calendar", "show", "2027-02", "--csv").out == before


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("answer", "assigned"), [("y", "0.00"), ("n", None)])
def test_a_terminal_is_asked_after_the_changes_were_shown(
    sales: Sales, notice: Path, environ: dict[str, str], answer: str, assigned: str | None
) -> None:
    import pexpect

    sales("target", "set", "2027", "1200万")
    sales("target", "split", "2027")
    before = sales("target", "show", "2027-02-12", "--json").json()["assigned"]
    argv = ["-m", "salescli", "calendar", "import", str(notice)]
    child = pexpect.spawn(sys.executable, argv, env={**environ, "TERM": "dumb"}, encoding="utf-8", timeout=60)
    child.expect_exact("2027-02-20 Sat")
    child.expect_exact("Split 2027 again by the new calendar? [y/N]")
    child.sendline(answer)
    child.expect_exact("4 days: 4 new")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert sales("target", "show", "2027-02-12", "--json").json()["assigned"] == (assigned or before)
    assert day_of(sales, "2027-02-20")["kind"] == "makeup"

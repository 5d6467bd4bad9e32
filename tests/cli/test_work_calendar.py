"""`sales calendar …` through the real program."""

import pytest

from tests.conftest import Sales


def test_the_month_is_shown_unless_a_period_is_given(sales: Sales) -> None:
    shown = sales("calendar", "show", "--json")
    days = shown.json()
    assert (len(days), days[0]["date"], days[-1]["date"]) == (30, "2026-11-01", "2026-11-30")
    assert days[0] == {
        "date": "2026-11-01", "kind": "rest", "name": "", "official": True, "own": False, "provisional": False,
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
    assert "2026. `sales target split`" in sales("calendar", "off", "2026-12-24").err
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
        ["show", "2026-13"],
    ],
)
def test_bad_input_is_one_line(sales: Sales, words: list[str]) -> None:
    refused = sales("calendar", *words, code=2)
    assert refused.out == ""
    assert len(refused.err.splitlines()) == 1

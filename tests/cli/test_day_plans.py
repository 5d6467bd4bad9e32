"""`sales plan …` through the real program, from the morning to the day's end."""

from typing import Any

import pytest

from tests.conftest import Begun, Sales

PLAN_KEYS = {
    "date", "weekday", "slots", "target", "visits", "promises", "tickets", "tasks", "due_not_planned", "checks",
}  # fmt: skip
STOP_KEYS = {
    "order",
    "start",
    "end",
    "travel_minutes",
    "reasons",
    "code",
    "client",
    "status",
    "planned_on",
    "planned_at",
}


@pytest.fixture
def firms(begun: Begun) -> None:
    """A client overdue since last week, one fine for now, and one never contacted."""
    begun(
        "client add 蓝海 --grade A --district 滨江",
        "log 蓝海 见面 --on 11-01 --no-next 无",
        "client add 红山 --grade B --district 滨江",
        "log 红山 见面 --on 11-24 --no-next 无",
        "client add 青峰",
    )


def plan(sales: Sales, *words: str, **said: Any) -> Any:
    return sales("plan", *(words or ("today",)), "--json", **said).json()


def statuses(sales: Sales) -> dict[str, str]:
    return {visit["code"]: visit["status"] for visit in sales("visit", "list", "2026-11", "--json").json()}


def test_json_has_the_keys_that_scripts_rely_on(sales: Sales, firms: None) -> None:
    sales("visit", "plan", "红山", "今天", "14:00", "--purpose", "送样品")
    found = plan(sales)
    assert found.keys() >= PLAN_KEYS
    assert (found["date"], found["weekday"], found["target"]) == ("2026-11-25", "Wed", None)
    assert found["slots"] == [{"start": "08:30", "end": "12:00"}, {"start": "13:00", "end": "17:00"}]
    [stop] = found["visits"]
    assert stop.keys() >= STOP_KEYS
    assert (stop["order"], stop["start"], stop["end"], stop["travel_minutes"]) == (1, "14:00", "14:40", 20)
    assert (stop["code"], stop["client"]["name"], stop["planned_at"]) == ("V0003", "红山", "14:00")
    assert stop["reasons"] == [
        {"code": "appointment", "days": None, "text": None}, {"code": "grade", "days": None, "text": "B"},
    ]  # fmt: skip
    assert [(due["client"]["name"], due["days_overdue"], due["grade"]) for due in found["due_not_planned"]] == [
        ("蓝海", 10, "A"), ("青峰", 0, None),
    ]  # fmt: skip
    assert {check["code"] for check in found["checks"]} >= {"no_expected", "not_confirmed"}
    assert all(check.keys() >= {"level", "code", "message", "visit"} for check in found["checks"])
    assert (found["promises"], found["tickets"], found["tasks"]) == ([], [], [])


def test_a_plan_is_proposed_where_there_is_none_and_not_stored(sales: Sales, firms: None) -> None:
    found = plan(sales)
    assert found["proposed"] is True
    assert [stop["client"]["name"] for stop in found["visits"]] == ["蓝海", "青峰"]
    assert [stop["code"] for stop in found["visits"]] == [None, None]
    assert plan(sales) == found
    assert sales("today").out == sales("plan", "today").out == sales().out
    assert "Proposed plan 2026-11-25 Wed" in sales("plan", "today").out
    assert sales("today", "--text").out.startswith("[Proposed plan] 2026-11-25 Wed")
    assert plan(sales, "day", "周日")["visits"] == []
    assert "rest day" in sales("plan", "day", "周日").out


def test_the_day_may_be_named_in_any_words(sales: Sales) -> None:
    for words, day in (
        (("tomorrow",), "2026-11-26"),
        (("day", "下周三"), "2026-12-02"),
        (("day", "next", "wed"), "2026-12-02"),
        (("print", "明天"), "2026-11-26"),
        (("print",), "2026-11-25"),
        (("day", "昨天"), "2026-11-24"),
    ):
        assert plan(sales, *words)["date"] == day
    for words in (("day", "2026-02-30"), ("day",), ("check", "某天"), ("close", "99"), ("print", "")):
        sales("plan", *words, code=2)


def test_the_slots_follow_the_season_and_the_settings(sales: Sales) -> None:
    assert plan(sales, "day", "2027-07-01")["slots"][1] == {"start": "13:30", "end": "17:30"}
    sales("config", "set", "slots.winter.day", "09:00-12:00,14:00-18:00")
    assert plan(sales)["slots"] == [{"start": "09:00", "end": "12:00"}, {"start": "14:00", "end": "18:00"}]


def test_next_steps_stand_in_the_plan_on_their_day_and_vanish_with_a_log(sales: Sales, firms: None) -> None:
    sales("log", "红山", "谈", "--next", "报价@周五")
    assert plan(sales)["next_steps"] == []
    friday = plan(sales, "day", "周五")
    assert friday["visits"][0]["purpose"] == "报价"
    assert friday["next_steps"] == [
        {"visit": "V0003", "client": {"code": "C0002", "name": "红山"}, "text": "报价", "due_on": "2026-11-27"}
    ]
    late = {"today": "2026-11-30"}
    sales("visit", "plan", "青峰", "今天", **late)
    assert "红山: 报价 (2026-11-27 Fri)" in sales("plan", "today", **late).out
    sales("log", "红山", "已报", "--no-next", "等回复", "--by", "邮件", **late)
    assert plan(sales, **late)["next_steps"] == []
    assert "报价" not in sales("plan", "today", "--text", **late).out


def test_make_shows_and_with_apply_plans(sales: Sales, firms: None) -> None:
    made = plan(sales, "make", "今天")
    assert [stop["code"] for stop in made[0]["visits"]] == [None, None]
    assert statuses(sales) == {"V0001": "done", "V0002": "done"}
    applied = sales("plan", "make", "本周", "--apply", "--json")
    assert "Planned 2 visits." in applied.err
    assert [(day["date"], [stop["code"] for stop in day["visits"]]) for day in applied.json()] == [
        ("2026-11-23", []), ("2026-11-24", ["V0002"]), ("2026-11-25", ["V0003", "V0004"]), ("2026-11-26", []),
        ("2026-11-27", []),
    ]  # fmt: skip
    assert [stop["planned_at"] for stop in applied.json()[2]["visits"]] == ["09:50", "10:50"]
    assert "Planned 0 visits." in sales("plan", "make", "本周", "--apply").err
    assert "no working day" in sales("plan", "make", "2026-11-28..2026-11-29").err
    for period in ("上周", "2026-11-24", "某周", "2026-W54", ""):
        assert sales("plan", "make", period, "--apply", code=2).err.count("\n") == 1


def test_check_is_4_if_anything_must_be_mended(sales: Sales, firms: None) -> None:
    refused = sales("plan", "check", "--json", code=4)
    assert [(check["level"], check["code"]) for check in refused.json()] == [
        ("error", "no_visits"), ("warning", "no_key_tasks"),
    ]  # fmt: skip
    assert refused.error()["code"] == "refused"
    sales("visit", "plan", "红山", "今天")
    assert "no purpose; no time" in sales("plan", "check", code=4).out
    sales("visit", "edit", "红山", "--purpose", "送样品", "--at", "14:00")
    passed = sales("plan", "check", "today", "--json")
    assert {check["level"] for check in passed.json()} == {"warning"}
    sales("visit", "edit", "红山", "--confirmed", "--expect", "试用", "--materials", "样品")
    sales("plan", "close", "昨天", "--key-task", "催款")
    assert sales("plan", "check").out == "Nothing to mend.\n"
    assert sales("plan", "check", "周日", "--json").json()[0]["code"] == "rest_day"


def test_a_day_with_unfinished_visits_is_not_closed_unasked(sales: Sales, firms: None) -> None:
    sales("visit", "plan", "蓝海", "今天", "10:00")
    sales("visit", "plan", "红山", "今天", "14:00")
    before = statuses(sales)
    refused = sales("plan", "close", code=2)
    for said in ("V0003", "V0004", "--move", "--drop", "--yes"):
        assert said in refused.err
    for options, code in (
        (("--move", "V0003@明天"), 2),  # the other one is left open
        (("--move", "V0003@明天", "--move", "V0004@某天"), 2),
        (("--move", "V0003@明天", "--move", "V0004"), 2),
        (("--move", "V0003@明天", "--drop", "V0004@"), 2),
        (("--move", "V0003@明天", "--drop", "@出差"), 2),
        (("--move", "V0003@明天", "--move", "V0099@明天"), 3),
        (("--move", "V0003@明天", "--move", "V0001@明天"), 4),  # done long ago
        (("--move", "V0003@今天", "--drop", "V0004@出差"), 4),
        (("--yes", "--gained", " "), 2),
        (("--yes", "--key-task", "一", "--key-task", "二", "--key-task", "三", "--key-task", "四"), 2),
        (("明天", "--yes"), 4),
    ):
        assert sales("plan", "close", *options, code=code).err.count("\n") == 1, options
        assert statuses(sales) == before, options
    assert plan(sales)["state"] == "draft"


def test_closing_moves_drops_reports_and_hands_over_the_key_tasks(sales: Sales, firms: None) -> None:
    for client, at in (("蓝海", "10:00"), ("红山", "14:00"), ("青峰", "15:00")):
        sales("visit", "plan", client, "今天", at)
    sales("log", "蓝海", "签了", "--outcome", "成交", "--next", "发货@周五")
    report = sales(
        "plan", "close", "--move", "红山@周五", "--drop", "v0005＠客户出差", "--gained", "签单",
        "--fell-short", "来回跑", "--key-task", "发货", "--key-task", "催款", "--json",
    ).json()  # fmt: skip
    assert (report["date"], report["state"], report["planned"], report["done"]) == ("2026-11-25", "closed", 3, 1)
    assert (report["gained"], report["fell_short"], report["open"]) == ("签单", "来回跑", [])
    assert [visit["status"] for visit in report["visits"]] == ["done", "moved", "missed"]
    assert report["tomorrow"]["key_tasks"] == ["发货", "催款"]
    assert statuses(sales)["V0006"] == "planned"
    assert plan(sales, "tomorrow")["key_tasks"] == ["发货", "催款"]
    assert "Key tasks: 发货; 催款" in sales("plan", "tomorrow").out
    assert "Key task 1: 发货" in sales("plan", "print", "明天", "--text").out
    again = sales("plan", "close", "--text", "--fell-short", "太远")
    assert again.err == ""
    for said in ("Gained: 签单", "Fell short: 太远", "红山 (moved)", "青峰 (missed) 客户出差", "[order] 签了"):
        assert said in again.out
    assert again.out.startswith("[Daily report] 2026-11-25 Wed\nVisits planned 3, done 1, unplanned 0, follow-ups 0\n")


def test_yes_moves_what_is_open_to_the_next_working_day(sales: Sales, firms: None) -> None:
    sales("visit", "plan", "蓝海", "周五", "10:00")
    sales("visit", "plan", "红山", "周五", "14:00")
    closed = sales("plan", "close", "--yes", "--drop", "红山@出差", today="2026-11-27T17:05")
    assert "Closed 2026-11-27 Fri." in closed.err
    monday = plan(sales, "day", "2026-11-30")
    assert [(stop["client"]["name"], stop["planned_at"]) for stop in monday["visits"]] == [("蓝海", "10:00")]
    assert "[Plan] 2026-11-30 Mon" in closed.out


def test_yesterday_is_closed_this_morning_into_today(sales: Sales, firms: None) -> None:
    sales("visit", "plan", "蓝海", "今天", "10:00")
    sales("plan", "close", "昨天", "--yes", "--key-task", "报价", today="2026-11-26")
    assert [stop["client"]["name"] for stop in plan(sales, today="2026-11-26")["visits"]] == ["蓝海"]
    assert plan(sales, today="2026-11-26")["key_tasks"] == ["报价"]


def test_a_week_shows_its_days(sales: Sales, firms: None) -> None:
    sales("visit", "plan", "蓝海", "周六", "10:00")
    days = plan(sales, "week")
    assert [day["date"] for day in days] == [f"2026-11-{day}" for day in range(23, 29)]
    assert not any(day["proposed"] for day in days)
    assert len(plan(sales, "week", "下周")) == 5
    assert sales("plan", "week", "--text").out.count("[Plan]") == 6
    sales("plan", "week", "某周", code=2)

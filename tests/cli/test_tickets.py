"""`sales ticket …` through the real program."""

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest

from salescli import db
from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.services import changes
from salescli.services.accounts import clients
from salescli.services.care import tickets
from tests.conftest import Sales

FRIDAY = "2026-11-27T16:30"
MONDAY = "2026-11-30T11:00"


@pytest.fixture
def desk(sales: Sales, data_file: Path, defaults: Settings, now: datetime) -> Sales:
    """The program with two clients and an open ticket of the first."""
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        rules = now.date(), defaults
        blue = clients.add(session, {"name": "杭州蓝海机电"}, {"name": "张工"}, *rules, Calendar())
        clients.add(session, {"name": "宁波红山"}, None, *rules, Calendar())
        tickets.add(session, blue, "漏油", now, defaults, Calendar(), severity="key")
    return sales


def test_a_ticket_opened_says_by_when_it_is_to_be_answered(sales: Sales) -> None:
    sales("client", "add", "杭州蓝海机电", "--contact", "张工")
    done = sales(
        "ticket", "open", "蓝海", "液压站", "漏油", "--severity", "重大", "--kind", "质量", "--contact", "张",
        "--promised", "下周三", "--workaround", "备用泵", "--json", today=FRIDAY,
    )  # fmt: skip
    shown = done.json()
    assert datetime.fromisoformat(shown.pop("respond_by")).replace(tzinfo=None) == datetime.fromisoformat(
        "2026-11-30T12:00"
    )
    for key in ("received_at", "respond_by_hours", "respond_by_clock"):
        assert datetime.fromisoformat(shown.pop(key)).tzinfo is not None
    assert shown == {
        "code": "T0001",
        "client": {"code": "C0001", "name": "杭州蓝海机电"},
        "contact": "张工",
        "kind": "quality",
        "severity": "key",
        "status": "open",
        "text": "液压站 漏油",
        "minutes_left": 240,
        "responded_at": None,
        "minutes_used": None,
        "minutes_used_clock": None,
        "late": False,
        "overdue": False,
        "next_step": "listen",
        "steps": [],
        "workaround": "备用泵",
        "promised_by": "2026-12-02",
        "confirmed": False,
        "confirmed_at": None,
        "confirmed_by": None,
        "score": None,
        "closed_at": None,
        "reopened": 0,
        "improvement": None,
    }
    assert "2026-11-30 Mon 12:00" in done.err
    assert "2026-11-27 Fri 20:30" in done.err


MOMENTS = [
    (("--at", "昨天下午4点"), "2026-11-26T16:00"),
    (("--at", "2026-11-25T09:15"), "2026-11-25T09:15"),
    (("--on", "周三", "--at", "10:00"), "2026-11-25T10:00"),
    (("--on", "周三"), "2026-11-25T08:30"),
]


def test_the_moment_of_receipt_may_be_told(desk: Sales) -> None:
    for when, received in MOMENTS:
        shown = desk("ticket", "open", "红山", "缺件", *when, "--json", today=FRIDAY).json()
        assert (when, shown["received_at"][: len(received)]) == (when, received)


REFUSED = [
    (("open", "红山", " "), 2),
    (("open", "红山", "漏油", "--at", "23:00"), 2),
    (("open", "红山", "漏油", "--on", "2026-12-24"), 2),
    (("open", "红山", "漏油", "--contact", "李"), 3),
    (("step", "T0001", "solve", "换了"), 4),
    (("step", "T0001", "dance", "换了"), 2),
    (("close", "T0001"), 4),
    (("reopen", "T0001", "--reason", "又漏"), 4),
    (("reopen", "T0001"), 2),
    (("edit", "T0001"), 2),
    (("remove", "T0001"), 2),
    (("list", "--state", "x"), 2),
]


def test_what_cannot_be_done_leaves_all_as_it_was(desk: Sales) -> None:
    before = desk("ticket", "list", "--json").out
    for argv, code in REFUSED:
        desk("ticket", *argv, "--json", code=code)
    assert desk("ticket", "list", "--json").out == before


def test_a_ticket_goes_through_the_four_steps_to_the_clients_word(desk: Sales) -> None:
    heard = desk("ticket", "step", "蓝海", "倾听", "泵房", "漏油", "--at", "9:00", "--json", today="2026-11-25T10:00")
    assert (heard.json()["status"], heard.json()["minutes_used"], heard.json()["late"]) == ("responded", 0, False)
    assert "In time" in heard.err
    desk("ticket", "step", "蓝海", "understand", "密封圈老化", today=MONDAY)
    desk("ticket", "step", "蓝海", "解决", "换了密封圈", "--workaround", "备用泵", today=MONDAY)
    unconfirmed = desk("ticket", "close", "T1", "--confirmed", "--json", today=MONDAY, code=4).error()
    assert "feed_back" in unconfirmed["hint"]
    desk("ticket", "step", "蓝海", "feedback", "回电说明", today=MONDAY)
    unconfirmed = desk("ticket", "close", "蓝海", "--json", today=MONDAY, code=4).error()
    assert unconfirmed["code"] == "refused"
    assert "--confirmed-by" in unconfirmed["hint"]
    closed = desk(
        "ticket", "close", "蓝海", "--confirmed-by", "张工", "--score", "９５分", "--improvement", "每月巡检", "--json",
        today=MONDAY,
    ).json()  # fmt: skip
    assert [closed[key] for key in ("status", "confirmed", "confirmed_by", "score", "improvement", "late")] == [
        *("closed", True, "张工", 95, "每月巡检", False),
    ]
    assert [step["step"] for step in closed["steps"]] == ["listen", "understand", "solve", "feed_back"]
    again = desk("ticket", "reopen", "蓝海", "--reason", "又漏了", "--json", today="2026-12-02").json()
    assert (again["status"], again["reopened"], again["steps"][-1]["step"]) == ("responded", 1, "reopened")
    shown = desk("ticket", "show", "蓝海", today="2026-12-02").out
    assert "换了密封圈" in shown
    assert "又漏了" in shown


def test_an_answer_in_time_and_one_too_late_are_told_apart(desk: Sales) -> None:
    late = desk("ticket", "respond", "蓝海", "--json", today="2026-11-25T14:01")
    assert (late.json()["late"], late.json()["minutes_used"], late.json()["minutes_used_clock"]) == (True, 241, 301)
    assert "late" in late.err
    desk("ticket", "respond", "蓝海", today="2026-11-25T14:02", code=4)


def test_the_list_counts_down_and_names_what_is_overdue(desk: Sales) -> None:
    assert "4 hours left to answer" in desk("ticket", "list", "--open").out
    late = desk("ticket", "list", "--overdue", today="2026-11-25T15:30")
    assert "answer overdue by 1 hour 30 minutes" in late.out
    assert late.err == "1 ticket is overdue.\n"
    assert "已超时" in desk("ticket", "list", lang="zh", today="2026-11-25T15:30").out
    rows = list(csv.DictReader(io.StringIO(desk("ticket", "list", "--csv").out)))
    assert [(row["code"], row["client"], row["minutes_left"], row["late"]) for row in rows] == [
        *[("T0001", "杭州蓝海机电", "240", "false")],
    ]
    assert desk("ticket", "list", "--state", "closed", "--json").json() == []


def test_settings_rule_the_hours(desk: Sales) -> None:
    desk("config", "set", "tickets.hours", "clock")
    desk("config", "set", "tickets.key_minutes", "60")
    opened = desk("ticket", "open", "红山", "停机", "--severity", "key", "--json", today=FRIDAY)
    assert opened.json()["respond_by"].startswith("2026-11-27T17:30")
    assert opened.json()["respond_by_hours"].startswith("2026-11-30T09:00")
    assert "by working hours 2026-11-30 Mon 09:00" in opened.err
    desk("config", "set", "tickets.hours", "moon", code=2)


def test_the_calendar_of_the_file_is_the_one_that_counts(desk: Sales) -> None:
    desk("calendar", "work", "2026-11-28")
    opened = desk("ticket", "open", "红山", "停机", "--severity", "key", "--json", today=FRIDAY)
    assert opened.json()["respond_by"].startswith("2026-11-28T12:00")


def test_a_ticket_is_changed_and_removed(desk: Sales) -> None:
    changed = desk(
        "ticket", "edit", "蓝海", "--text", "漏水", "--severity", "minor", "--contact", "张", "--json"
    ).json()
    assert (changed["text"], changed["severity"], changed["contact"]) == ("漏水", "minor", "张工")
    assert changed["respond_by"].startswith("2026-11-30T10:30")
    assert desk("ticket", "remove", "T0001", "--yes", "--json").json()["code"] == "T0001"
    assert desk("ticket", "list", "--json").json() == []

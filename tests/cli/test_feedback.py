"""`sales feedback …` and `sales learning …` through the real program."""

import contextlib
import sqlite3
from datetime import date, datetime
from pathlib import Path

import pytest

from salescli import db
from salescli.config import Settings
from salescli.services import changes
from salescli.services.care import feedback
from tests.conftest import Sales
from tests.services.desk import Desk


def contents(path: Path) -> list[str]:
    """All that a data file holds."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.fixture
def raised(sales: Sales, data_file: Path, defaults: Settings, now: datetime) -> Sales:
    """The program with a client and three pieces of feedback."""
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        today = now.date()
        blue = Desk(session, defaults).client("杭州蓝海机电")
        feedback.add(session, "建议增加样品额度", today)
        feedback.add(session, "要求月结60天", today, "财务部", client=blue, due_on=date(2026, 11, 27))
        feedback.add(session, "乙厂抢单", today, "老板", support="特批860", urgent=True)
    return sales


def codes(sales: Sales, *argv: str, today: str = "") -> list[str]:
    return [one["code"] for one in sales("feedback", "list", *argv, "--json", today=today).json()]


def test_feedback_is_printed_with_what_was_understood(raised: Sales) -> None:
    done = raised("feedback", "add", "派人", "培训", "--to", "客服部", "--due", "周五", "--urgent", "--json")
    assert [done.json()[key] for key in ("to", "kind", "text", "due_on")] == [
        "service",
        "support",
        "派人 培训",
        "2026-11-27",
    ]
    assert "taken as: support" in done.err
    raised("feedback", "remove", "F0004", "--yes")
    assert raised("feedback", "show", "F0002", "--json").json() == {
        "code": "F0002", "urgent": False, "to": "finance", "kind": "need", "text": "要求月结60天",
        "client": {"code": "C0001", "name": "杭州蓝海机电"}, "support": None, "raised_on": "2026-11-25",
        "due_on": "2026-11-27", "days_overdue": 0, "state": "open", "acknowledged_on": None, "answer": None,
        "answered_on": None,
    }  # fmt: skip
    listed = raised("feedback", "list", "--json").json()
    assert [(one["to"], one["kind"]) for one in listed] == [
        ("老板", "problem"), ("finance", "need"), ("manager", "suggestion"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("add", " "), 2),
        (("add", "x", "--kind", "rumour"), 2),
        (("add", "x", "--to", ""), 2),
        (("add", "x" * 2001), 2),
        (("add", "x", "--due", "someday"), 2),
        (("add", "x", "--client", "没有"), 3),
        (("answer", "F0009", "同意"), 3),
        (("answer", "F0001", "同意", "--on", "11-01"), 2),
        (("edit", "F0001"), 2),
        (("remove", "F0001"), 2),
        (("list", "--kind", "rumour"), 2),
    ],
)
def test_what_cannot_be_done_leaves_all_as_it_was(
    raised: Sales, data_file: Path, argv: tuple[str, ...], code: int
) -> None:
    before = contents(data_file)
    raised("feedback", *argv, "--json", code=code)
    assert contents(data_file) == before


def test_the_urgent_stands_first_until_it_is_acknowledged(raised: Sales) -> None:
    assert codes(raised, "--open") == ["F0003", "F0002", "F0001"]
    assert raised("feedback", "acknowledge", "F0003", "--json").json()["acknowledged_on"] == "2026-11-25"
    assert codes(raised, "--open") == ["F0002", "F0001", "F0003"]
    raised("feedback", "acknowledge", "F0003", code=4)
    assert codes(raised, "--to", "财务") == ["F0002"]
    assert codes(raised, "--kind", "建议") == ["F0001"]
    late = raised("feedback", "list", "--open", today="2026-12-01")
    assert "The answer to 1 is overdue." in late.err


def test_feedback_is_answered_changed_closed_and_removed(raised: Sales) -> None:
    answered = raised("feedback", "answer", "蓝海", "同意，", "下月起", "--json", today="2026-11-26").json()
    assert [answered[key] for key in ("state", "answer", "answered_on")] == ["answered", "同意， 下月起", "2026-11-26"]
    raised("feedback", "answer", "蓝海", "又", code=3)
    refused = raised("feedback", "answer", "F0002", "不同意", "--json", code=4).error()
    assert "同意， 下月起" in refused["message"]
    assert raised("feedback", "answer", "F0002", "不同意", "--replace", "--json").json()["answer"] == "不同意"
    assert codes(raised, "--open") == ["F0003", "F0001"]
    raised("feedback", "edit", "F0003", "--not-urgent", "--to", "采购部", "--due", "周五")
    assert codes(raised, "--open") == ["F0003", "F0001"]
    raised("feedback", "edit", "F0001", "--due", "11-26")
    assert codes(raised, "--open") == ["F0001", "F0003"]
    assert raised("feedback", "close", "F0002", "--json").json()["state"] == "closed"
    raised("feedback", "answer", "F0002", "又", code=4)
    raised("feedback", "remove", "F0001", "--yes")
    assert codes(raised) == ["F0003", "F0002"]


@pytest.mark.parametrize(
    ("argv", "minutes"),
    [(("--hours", "1.5"), 90), (("--hours", "2小时"), 120), (("--minutes", "９０分钟"), 90), ((), None)],
)
def test_learning_is_noted_with_its_length(sales: Sales, argv: tuple[str, ...], minutes: int | None) -> None:
    done = sales("learning", "add", "谈判", "技巧", *argv, "--takeaway", "先问后讲", "--on", "昨天", "--json").json()
    assert done == {
        "code": "L0001", "on": "2026-11-24", "topic": "谈判 技巧", "minutes": minutes, "takeaway": "先问后讲",
    }  # fmt: skip


@pytest.mark.parametrize(
    "argv",
    [
        ("add", " "), ("add", "x", "--hours", "1", "--minutes", "60"), ("add", "x", "--hours", "0"),
        ("add", "x", "--hours", "25"), ("add", "x", "--minutes", "1.5"), ("add", "x", "--hours", "long"),
        ("add", "x", "--on", "明天"), ("list", "whenever"),
    ],
)  # fmt: skip
def test_learning_that_cannot_be_read_is_refused(sales: Sales, argv: tuple[str, ...]) -> None:
    sales("learning", *argv, code=2)


def test_learning_is_listed_by_period_changed_and_removed(sales: Sales) -> None:
    sales("learning", "add", "新品培训", "--hours", "1.5")
    sales("learning", "add", "谈判", "--minutes", "30", "--on", "2026-10-08")
    assert [one["code"] for one in sales("learning", "list", "--json").json()] == ["L0002", "L0001"]
    assert "1 entry, 1.5 h." in sales("learning", "list", "本月").err
    assert sales("learning", "edit", "L0002", "--hours", "2", "--on", "11-02", "--json").json()["minutes"] == 120
    assert "2 entries, 3.5 h." in sales("learning", "list", "本月").err
    sales("learning", "remove", "l1", "--yes")
    assert [one["code"] for one in sales("learning", "list", "--json").json()] == ["L0002"]
    sales("learning", "remove", "L0001", "--yes", code=3)

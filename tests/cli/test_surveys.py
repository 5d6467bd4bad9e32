"""`sales survey …` through the real program, and the figures that rest on it."""

import contextlib
import sqlite3
from datetime import date, datetime
from pathlib import Path

import pytest

from salescli import db
from salescli.config import Settings
from salescli.models.tickets import Ticket
from salescli.service_words import SurveyState
from salescli.services import changes
from salescli.services.care import surveys
from tests.conftest import Sales
from tests.services.desk import Desk
from tests.services.ledger import Ledger


def contents(path: Path) -> list[str]:
    """All that a data file holds."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.fixture
def asked(sales: Sales, data_file: Path, defaults: Settings, now: datetime) -> Sales:
    """The program with clients of every kind, two of which answered in earlier quarters."""
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        desk = Desk(session, defaults)
        second = desk.client("乙", grade="B")
        first = desk.client("甲", {"name": "王工", "mobile": "13800001111"}, grade="A")
        ordered = desk.client("丙", lifecycle="prospect")
        desk.client("丁", lifecycle="prospect")
        desk.client("戊", lifecycle="lost")
        desk.client("己", archived=True)
        low = desk.client("庚", grade="B")
        Ledger(session).order(ordered, "2026-01-05", 100)
        surveys.log(session, first, date(2026, 5, 6), SurveyState.ANSWERED, score=90)
        surveys.log(session, low, date(2026, 8, 6), SurveyState.ANSWERED, score=60)
        surveys.log(session, second, date(2026, 8, 7), SurveyState.ANSWERED, score=80)
    return sales


def names(sales: Sales, *argv: str) -> list[str]:
    return [row["client"]["name"] for row in sales("survey", "due", *argv, "--json").json()]


def test_the_queue_has_the_existing_clients_not_asked_yet_the_best_class_first(asked: Sales) -> None:
    assert names(asked) == ["甲", "庚", "乙", "丙"]
    assert asked("survey", "due", "--json").json()[0] == {
        "client": {"code": "C0002", "name": "甲"}, "grade": "A", "contact": "王工", "phone": "13800001111",
        "last_score": 90, "last_on": "2026-05-06",
    }  # fmt: skip
    assert names(asked, "2026-Q1") == ["丙"]  # the others were entered later
    assert names(asked, "2025-Q4") == []
    asked("survey", "log", "甲", "--asked")
    asked("survey", "log", "庚", "--refused")
    assert names(asked) == ["乙", "丙"]
    asked("survey", "due", "2026", code=2)


@pytest.mark.parametrize(
    ("said", "score"),
    [("非常满意", 100), ("满意", 80), ("一般", 60), ("不满意", 40), ("非常 不满意", 20), ("８５分", 85), ("0", 0)],
)
def test_a_score_is_a_number_or_a_word(asked: Sales, said: str, score: int) -> None:
    assert asked("survey", "log", "丙", *said.split(), "--json").json()["score"] == score


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("log", "丙", "101"), 2),
        (("log", "丙", "-1"), 2),
        (("log", "丙", "85.5"), 2),
        (("log", "丙", "好"), 2),
        (("log", "丙"), 2),
        (("log", "丙", "80", "--refused"), 2),
        (("log", "丙", "80", "--on", "明天"), 2),
        (("log", "丙", "80", "--improve", "跟催"), 2),
        (("log", "没有", "80"), 3),
        (("log", "庚", "80", "--on", "2026-09-01"), 4),
        (("edit", "S0001"), 2),
        (("edit", "S0001", "--on", "2026-11-01"), 2),
        (("edit", "甲", "--score", "80"), 3),
        (("remove", "S0009", "--yes"), 3),
    ],
)
def test_what_cannot_be_done_leaves_all_as_it_was(
    asked: Sales, data_file: Path, argv: tuple[str, ...], code: int
) -> None:
    before = contents(data_file)
    asked("survey", *argv, "--json", code=code)
    assert contents(data_file) == before


def test_a_low_score_is_answered_with_a_task_and_the_report_follows_it(asked: Sales) -> None:
    done = asked("survey", "log", "甲", "不满意", "--reason", "交货慢", "--improve", "专人跟催@下周五", "--json")
    assert done.json()["improvement"] == {
        "code": "K0001", "title": "专人跟催", "due_on": "2026-12-04", "state": "todo", "overdue": False,
    }  # fmt: skip
    assert "2026-12-04 Fri" in done.err
    asked("survey", "log", "乙", "--asked")
    asked("survey", "log", "乙", "90")
    asked("survey", "log", "庚", "--refused")
    found = asked("survey", "report", "--json", today="2026-12-10").json()
    assert [found[key] for key in ("asked", "answered", "refused", "still_due", "average")] == [3, 2, 1, 1, 65.0]
    assert [(band["word"], band["count"]) for band in found["distribution"] if band["count"]] == [
        ("very_satisfied", 1), ("dissatisfied", 1),
    ]  # fmt: skip
    assert [(row["quarter"], row["average"], row["change"]) for row in found["trend"]] == [
        ("2026-Q2", 90.0, None), ("2026-Q3", 70.0, -20.0), ("2026-Q4", 65.0, -5.0),
    ]  # fmt: skip
    assert [(one["client"]["name"], one["reason"], one["improvement"]["overdue"]) for one in found["low"]] == [
        ("甲", "交货慢", True)
    ]
    asked("survey", "edit", "甲", "--score", "75")
    asked("survey", "remove", "乙", "--yes")
    assert asked("survey", "report", "--json").json()["average"] == 75.0


def test_satisfaction_is_a_level_wherever_it_is_asked_for(asked: Sales) -> None:
    asked("survey", "log", "甲", "85", "--on", "2026-10-20")
    asked("survey", "log", "乙", "90")
    asked("target", "set", "2026", "95", "--measure", "满意度")
    why = asked("why", "satisfaction", "--json").json()
    assert [why[key] for key in ("value", "numerator", "denominator")] == [87.5, 175, 2]
    assert [(row["kind"], row["code"], row["counts"]) for row in why["rows"]] == [
        ("survey", "S0004", 85), ("survey", "S0005", 90),
    ]  # fmt: skip
    for period, value in (("2026-10", 85), ("2026-W48", 87.5), ("2026-Q3", 70), ("2026", 81), ("2026-Q1", None)):
        assert asked("why", "满意度", period, "--json").json()["value"] == value, period
    progress = asked("target", "progress", "2026-11", "--measure", "满意度", "--json").json()
    assert [progress[key] for key in ("assigned", "actual", "gap")] == [95, 87.5, 7.5]
    rows = {row["measure"]: row for row in asked("report", "kpi", "--json").json()}
    assert [rows["satisfaction"][key] for key in ("value", "target", "rate")] == [
        87.5, 95, pytest.approx(87.5 / 95),
    ]  # fmt: skip
    shown = asked("target", "show", "2026", "--measure", "满意度", "--by", "quarter", "--json").json()
    assert [row["actual"] for row in shown["rows"]] == [None, 90, 70, 87.5]


def test_a_score_noted_after_the_month_is_told_by_why(asked: Sales) -> None:
    asked("survey", "log", "甲", "80", "--on", "2026-11-20")
    asked("survey", "log", "乙", "60", "--on", "2026-11-21", today="2026-12-03")
    asked("survey", "edit", "S0004", "--score", "90", today="2026-12-04")
    why = asked("why", "satisfaction", "2026-11", "--json", today="2026-12-10").json()
    assert (why["value"], why["value_then"]) == (75, 80)
    assert [(later["record"], later["what"]) for later in why["changed_later"]] == [
        ("S0005", "added"), ("S0004", "altered"),
    ]  # fmt: skip


def test_the_response_rate_is_of_the_answers_that_were_due(asked: Sales, data_file: Path, now: datetime) -> None:
    moments: list[tuple[str, str, str | None]] = [  # received, due, answered
        ("2026-11-02T09:00", "2026-11-02T14:00", "2026-11-02T13:00"),
        ("2026-11-03T09:00", "2026-11-03T14:00", "2026-11-03T14:01"),
        ("2026-11-04T09:00", "2026-11-04T14:00", None),
        ("2026-10-30T16:30", "2026-10-30T17:00", "2026-10-30T16:40"),
        ("2026-11-25T08:30", "2026-11-25T12:00", None),
    ]
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        for number, (received, *others) in enumerate(moments, start=1):
            due, answered = (None if text is None else datetime.fromisoformat(text).astimezone() for text in others)
            session.add(
                Ticket(
                    id=number, code=f"T{number:04d}", client_id=1, kind="complaint", severity="key", text="漏油",
                    received_at=datetime.fromisoformat(received).astimezone(), respond_by=due, responded_at=answered,
                )
            )  # fmt: skip
    why = asked("why", "response_rate", "--json").json()
    assert [why[key] for key in ("numerator", "denominator", "value")] == [1, 3, pytest.approx(1 / 3)]
    assert [(row["code"], row["state"]) for row in why["rows"]] == [
        ("T0001", "in_time"), ("T0002", "late"), ("T0003", "unanswered"),
    ]  # fmt: skip
    later = asked("why", "响应及时率", "2026-11", "--json", today="2026-12-01").json()
    assert (later["numerator"], later["denominator"]) == (1, 4)
    assert asked("why", "response_rate", "2026-09", "--json").json()["value"] is None

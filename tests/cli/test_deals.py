"""`sales deal …` through the real program."""

import csv
import io
from datetime import date, datetime
from pathlib import Path

import pytest

from salescli import db
from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.services import changes
from salescli.services.accounts import clients
from salescli.services.selling import deals
from tests.conftest import Sales


@pytest.fixture
def desk(sales: Sales, data_file: Path, defaults: Settings, now: datetime) -> Sales:
    """The program with two clients and a deal with each."""
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        rules = now.date(), defaults
        blue = clients.add(session, {"name": "杭州蓝海机电"}, None, *rules, Calendar())
        red = clients.add(session, {"name": "宁波红山"}, None, *rules, Calendar())
        deals.add(session, blue, "二期 液压站", *rules, amount=35_000_000, expected_on=date(2026, 11, 30))
        deals.add(session, red, "年度维保", *rules, amount=12_340_000, stage="需求调研")
    return sales


def test_a_deal_added_is_printed_with_what_was_understood(sales: Sales) -> None:
    sales("client", "add", "杭州蓝海机电")
    done = sales(
        "deal", "add", "蓝海", "二期", "液压站", "--amount", "35万", "--stage", "方案", "--probability", "60%",
        "--expected", "月底", "--competitor", "恒力", "--next", "报价@下周三", "--note", "老客户", "--json",
    )  # fmt: skip
    assert done.json() == {
        "code": "D0001",
        "client": {"code": "C0001", "name": "杭州蓝海机电"},
        "name": "二期 液压站",
        "amount": "350000.00",
        "currency": "CNY",
        "stage": "solution",
        "state": "open",
        "probability": 60,
        "weighted": "210000.00",
        "opened_on": "2026-11-25",
        "moved_on": "2026-11-25",
        "days_in_stage": 0,
        "stale": False,
        "expected_on": "2026-11-30",
        "overdue": False,
        "closed_on": None,
        "competitor": "恒力",
        "next_step": "报价",
        "next_on": "2026-12-02",
        "reason": None,
        "note": "老客户",
    }
    assert "2026-11-30 Mon" in done.err
    assert "2026-12-02 Wed" in done.err


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("add", "蓝海", "二期液压站"), 4),
        (("add", "没有", "三期"), 3),
        (("add", "蓝海", " "), 2),
        (("add", "蓝海", "三期", "--stage", "七"), 2),
        (("add", "蓝海", "三期", "--probability", "101"), 2),
        (("add", "蓝海", "三期", "--probability", "0.5"), 2),
        (("add", "蓝海", "三期", "--amount", "-1"), 2),
        (("add", "蓝海", "三期", "--expected", "someday"), 2),
        (("add", "蓝海", "三期", "--next", "报价"), 2),
        (("move", "D0001", "won"), 4),
        (("move", "D0001", "客户开发"), 4),
        (("move", "D0009", "needs"), 3),
        (("lose", "D0001"), 2),
        (("lose", "D0001", "--reason", " "), 2),
        (("park", "D0001"), 2),
        (("win", "D0001", "--amount", "1.234"), 2),
        (("reopen", "D0001"), 4),
        (("edit", "D0001"), 2),
        (("remove", "D0001"), 2),
        (("show", "没有"), 3),
        (("list", "--state", "half"), 2),
        (("list", "--stage", "七"), 2),
        (("list", "--client", "没有"), 3),
        (("forecast", "whenever"), 2),
    ],
)
def test_what_cannot_be_done_leaves_all_as_it_was(
    desk: Sales, data_file: Path, argv: tuple[str, ...], code: int
) -> None:
    before = data_file.read_bytes()
    desk("deal", *argv, "--json", code=code)
    assert data_file.read_bytes() == before


def test_an_unknown_stage_is_answered_with_the_list(desk: Sales) -> None:
    said = desk("deal", "move", "D0001", "half", "--json", code=2).error()
    assert said["hint"] == "Use one of: development, needs needs analysis, solution, negotiation."


def test_a_client_with_several_open_deals_is_a_choice(desk: Sales) -> None:
    desk("deal", "add", "蓝海", "三期")
    said = desk("deal", "win", "蓝海", "--json", code=4).error()
    assert said["code"] == "ambiguous"
    assert "D0001" in said["message"]
    assert "D0003" in said["message"]


def test_a_deal_goes_its_way_and_keeps_it(desk: Sales) -> None:
    moved = desk("deal", "move", "D0001", "谈判", "--probability", "80", "--amount", "36万", "--json").json()
    assert (moved["stage"], moved["probability"], moved["weighted"]) == ("negotiation", 80, "288000.00")
    back = desk("deal", "move", "二期", "needs", "analysis", "--reason", "换人", "--json", today="2026-12-05").json()
    assert (back["stage"], back["probability"], back["moved_on"]) == ("needs", 25, "2026-12-05")
    won = desk("deal", "win", "蓝海", "--amount", "33万", "--json", today="2026-12-10")
    assert (won.json()["state"], won.json()["closed_on"], won.json()["weighted"]) == ("won", "2026-12-10", "330000.00")
    assert "sales order add C0001 330000 --deal D0001" in won.err
    shown = desk("deal", "show", "D0001", "--json", today="2026-12-20").json()
    assert [(step["stage"], step["state"], step["days"]) for step in shown["history"]] == [
        ("development", "open", 0),
        ("negotiation", "open", 10),
        ("needs", "open", 5),
        ("needs", "won", None),
    ]
    assert shown["history"][2]["reason"] == "换人"
    assert datetime.fromisoformat(shown["history"][0]["at"]).tzinfo is not None
    desk("deal", "move", "D0001", "needs", code=4)


def test_a_deal_is_lost_with_a_reason_parked_and_opened_again(desk: Sales) -> None:
    lost = desk("deal", "lose", "红山", "--reason", "价格", "--competitor", "恒力", "--json").json()
    assert (lost["state"], lost["reason"], lost["competitor"], lost["probability"]) == ("lost", "价格", "恒力", 0)
    desk("deal", "park", "D0001", "--reason", "预算")
    assert desk("deal", "list", "--json").json() == []
    assert [deal["code"] for deal in desk("deal", "list", "--state", "lost", "--json").json()] == ["D0002"]
    assert desk("deal", "reopen", "红山", "--json").json()["state"] == "open"
    desk("deal", "lose", "D0001", "--reason", "价格", code=4)


def test_a_deal_is_changed_and_removed(desk: Sales) -> None:
    changed = desk("deal", "edit", "D0001", "--name", "三期", "--probability", "50", "--expected", "12-20", "--json")
    assert [changed.json()[key] for key in ("name", "weighted", "expected_on")] == ["三期", "175000.00", "2026-12-20"]
    assert "2026-12-20 Sun" in changed.err
    desk("deal", "remove", "D0001", "--yes")
    assert [deal["code"] for deal in desk("deal", "list", "--json").json()] == ["D0002"]


def test_a_removed_client_takes_its_deals_out_of_sight(desk: Sales) -> None:
    desk("client", "remove", "蓝海", "--yes")
    assert [deal["code"] for deal in desk("deal", "list", "--state", "all", "--json").json()] == ["D0002"]
    desk("deal", "show", "D0001", code=3)


def test_a_list_agrees_in_every_form_and_is_narrowed(desk: Sales) -> None:
    listed = desk("deal", "list", "--json").json()
    rows = list(csv.DictReader(io.StringIO(desk("deal", "list", "--csv").out)))
    assert [(row["code"], row["stage"], row["weighted"], row["client"]) for row in rows] == [
        (deal["code"], deal["stage"], deal["weighted"], deal["client"]["name"]) for deal in listed
    ]
    table = desk("deal", "list")
    assert [line.split()[0] for line in table.out.splitlines()] == ["Code", "D0001", "D0002"]
    assert "2 open deals: 473,400.00, weighted 65,850.00." in table.err
    for narrow in (("红山",), ("--stage", "需求调研"), ("--client", "红山")):
        assert [deal["code"] for deal in desk("deal", "list", *narrow, "--json").json()] == ["D0002"], narrow


def test_what_stands_too_long_is_named(desk: Sales) -> None:
    assert desk("deal", "list", "--stale", "--json").json() == []
    late = desk("deal", "list", "--stale", "--json", today="2026-12-28").json()
    assert [(deal["code"], deal["days_in_stage"], deal["stale"]) for deal in late] == [
        ("D0001", 33, True),
        ("D0002", 33, True),
    ]
    assert "2 deals have been" in desk("deal", "list", today="2026-12-28").err


def test_the_board_has_a_column_a_stage_with_sums(desk: Sales) -> None:
    board = desk("deal", "list", "--board", "--json").json()
    assert [(column["stage"], column["count"], column["amount"], column["weighted"]) for column in board] == [
        ("development", 1, "350000.00", "35000.00"),
        ("needs", 1, "123400.00", "30850.00"),
        ("solution", 0, "0.00", "0.00"),
        ("negotiation", 0, "0.00", "0.00"),
    ]
    assert board[0]["deals"][0]["code"] == "D0001"
    lines = desk("deal", "list", "--board").out.splitlines()
    assert [line.split() for line in lines[:4]] == [
        ["development", "10%", "needs", "analysis", "25%", "solution", "50%", "negotiation", "75%", "Total"],
        ["Number", "of", "deals", "1", "1", "0", "0", "2"],
        ["Amount", "350,000.00", "123,400.00", "0.00", "0.00", "473,400.00"],
        ["Weighted", "35,000.00", "30,850.00", "0.00", "0.00", "65,850.00"],
    ]
    assert ["D0001", "杭州蓝海机电", "D0002", "宁波红山"] in [line.split() for line in lines]


def test_the_forecast_stands_by_month_against_the_target(desk: Sales) -> None:
    desk("target", "set", "2026-11", "20万")
    desk("deal", "win", "D0002")
    found = desk("deal", "forecast", "2026-Q4", "--json").json()
    assert (found["period"], found["weighted"], found["won"], found["expected"]) == (
        "2026-Q4", "35000.00", "123400.00", "158400.00",
    )  # fmt: skip
    assert [(row["period"], row["expected"], row["target"], row["rate"], row["gap"]) for row in found["rows"]] == [
        ("2026-10", "0.00", None, None, None),
        ("2026-11", "158400.00", "200000.00", 0.792, "41600.00"),
        ("2026-12", "0.00", None, None, None),
    ]
    lines = desk("deal", "forecast", "2026-Q4").out.splitlines()
    assert lines[-1].split() == ["Total", "1", "350,000.00", "35,000.00", "1", "123,400.00", "158,400.00"]
    assert desk("deal", "forecast", "--json").json()["period"] == "2026"
    assert len(list(csv.DictReader(io.StringIO(desk("deal", "forecast", "--csv").out)))) == 12


def test_the_forecast_says_which_deals_no_month_counts(desk: Sales) -> None:
    said = desk("deal", "forecast", today="2026-12-01")
    assert "1 open deal has no expected day and counts in no month: 123,400.00, weighted 30,850.00." in said.err
    assert "The expected day of 1 open deal has passed: 350,000.00; it counts in the month of today." in said.err
    row = desk("deal", "forecast", "2026-12", "--json", today="2026-12-01").json()
    assert (row["deals"], row["overdue"], row["overdue_amount"]) == (1, 1, "350000.00")
    assert desk("deal", "forecast", "2026-11", "--json", today="2026-12-01").json()["deals"] == 0
    assert "Past their day" in said.out
    listed = desk("deal", "list", today="2026-12-01")
    assert [deal["overdue"] for deal in desk("deal", "list", "--json", today="2026-12-01").json()].count(True) == 1
    assert "past its day" in listed.out
    assert "1 deal is still open after the day it was expected." in listed.err
    assert "past its day" in desk("deal", "list", "--board", today="2026-12-01").out
    assert "past its day" not in desk("deal", "list").out


def test_the_stages_are_a_setting(desk: Sales) -> None:
    assert [stage["code"] for stage in desk("deal", "stages", "--json").json()] == [
        "development", "needs", "solution", "negotiation",
    ]  # fmt: skip
    desk("config", "set", "deals.stages", "7")
    assert len(desk("deal", "stages", "--json").json()) == 7
    desk("config", "set", "deals.own_stages", "试用:40:14，需求调研:20:10")
    assert desk("deal", "stages", "--json").json()[0] == {
        "code": "试用", "name_zh": "试用", "name_en": "试用", "probability": 40, "most_days": 14,
    }  # fmt: skip
    assert [(deal["code"], deal["stage"], deal["probability"]) for deal in desk("deal", "list", "--json").json()] == [
        ("D0002", "needs", 20),
        ("D0001", "development", 10),
    ]
    assert desk("deal", "move", "D0001", "试用", "--json").json()["weighted"] == "140000.00"
    desk("config", "set", "deals.own_stages", "试用:40", code=2)


def test_a_deal_is_not_moved_into_a_state(sales: Sales) -> None:
    sales("client", "add", "甲公司")
    sales("deal", "add", "甲公司", "项目")
    for words, step in (("won", "win"), ("输单", "lose"), ("parked", "park")):
        assert f"sales deal {step} D0001" in sales("deal", "move", "D0001", words, code=4).err
    sales("deal", "move", "D0001", "没有的", code=2)
    assert sales("deal", "show", "D0001", "--json").json()["state"] == "open"

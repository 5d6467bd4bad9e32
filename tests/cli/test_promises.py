"""`sales promise …`, and the promises made at a visit, through the real program."""

import csv
import io
from typing import Any

import pytest

from tests.conftest import Begun, Sales

REFUSED = [
    (("add", "蓝海", "样品"), 2),
    (("add", "蓝海", "@周五"), 2),
    (("add", "没有", "样品@周五"), 3),
    (("add", "蓝海", "样品@周五", "--contact", "无名"), 3),
    (("add", "蓝海", "样品@周五", "--amount", "-1"), 2),
    (("keep", "P0009"), 3),
    (("keep", "红山"), 3),
    (("keep", "蓝海"), 4),
    (("keep", "P0001", "--on", "2026-11-26"), 2),
    (("waive", "P0001"), 2),
    (("break", "P0001", "--reason", " "), 2),
    (("reopen", "P0001"), 4),
    (("edit", "P0001"), 2),
    (("edit", "P0001", "--they", "--we"), 2),
    (("remove", "P0001"), 2),
    (("list", "--ours", "--theirs"), 2),
    (("list", "--state", "half"), 2),
    (("list", "whenever"), 2),
]


@pytest.fixture
def desk(begun: Begun) -> Sales:
    """The program with two clients."""
    return begun("client add 杭州蓝海机电 --contact 张工", "client add 宁波红山")


def codes(found: list[Any]) -> list[str]:
    return [promise["code"] for promise in found]


def test_a_visit_is_logged_with_what_both_sides_promised(desk: Sales) -> None:
    logged = desk(
        "visit", "log", "蓝海", "谈回款", "--contact", "张", "--promise", "样品@周五", "--promise", "图纸@下周三",
        "--they-promise", "付款30万@月底", "--next", "催款@月底", "--json",
    )  # fmt: skip
    assert logged.json()["promises"] == [
        {"code": "P0001", "direction": "ours", "text": "样品", "due_on": "2026-11-27"},
        {"code": "P0002", "direction": "ours", "text": "图纸", "due_on": "2026-12-02"},
        {"code": "P0003", "direction": "theirs", "text": "付款30万", "due_on": "2026-11-30"},
    ]
    assert "2026-11-27 Fri" in logged.err
    assert desk("promise", "show", "p0003", "--json").json() == {
        "code": "P0003",
        "client": {"code": "C0001", "name": "杭州蓝海机电"},
        "direction": "theirs",
        "text": "付款30万",
        "amount": "300000.00",
        "currency": "CNY",
        "due_on": "2026-11-30",
        "state": "open",
        "overdue": False,
        "days_overdue": 0,
        "kept_on": None,
        "settled_on": None,
        "reason": None,
        "collection": True,
        "visit": "V0001",
        "contact": "张工",
    }


def test_a_visit_with_a_promise_that_cannot_be_read_is_not_logged(desk: Sales) -> None:
    for promise in ("样品", "样品@某天", "样品@2026-11-24", "@周五"):
        desk(
            "visit",
            "log",
            "蓝海",
            "见面",
            "--next",
            "报价@周五",
            "--promise",
            "图纸@周五",
            "--promise",
            promise,
            code=2,
        )
    assert desk("visit", "list", "--json").json() == []
    assert desk("promise", "list", "--json").json() == []


def test_lines_carry_promises_too(desk: Sales) -> None:
    lines = "红山 见李总 有意向 承诺 样品@周五 对方承诺 付款5万@月底 下一步 报价@下周三\n蓝海 电话聊 再聊@周五\n"
    logged = desk("visit", "log", "-", "--json", stdin=lines).json()
    assert [(visit["note"], visit["next_step"]) for visit in logged] == [("见李总", "报价"), ("电话聊", "再聊")]
    assert [codes(visit["promises"]) for visit in logged] == [["P0001", "P0002"], []]
    assert codes(desk("promise", "list", "--client", "红山", "--theirs", "--json").json()) == ["P0002"]
    desk("visit", "log", "-", "--promise", "样品@周五", stdin=lines, code=2)


def test_a_list_tells_the_overdue_first_and_agrees_in_every_form(desk: Sales) -> None:
    desk("promise", "add", "蓝海", "样品", "3件@周五")
    desk("promise", "add", "红山", "付款@2026-11-20", "--they", "--amount", "2万")
    desk("promise", "add", "红山", "报价@今天")
    assert codes(desk("promise", "list", "--json").json()) == ["P0002", "P0003", "P0001"]
    assert codes(desk("promise", "list", "--due", "--json").json()) == ["P0002", "P0003"]
    assert codes(desk("promise", "list", "--ours", "--json", today="2026-11-28").json()) == ["P0003", "P0001"]
    listed = desk("promise", "list", "--json").json()
    rows = list(csv.DictReader(io.StringIO(desk("promise", "list", "--csv").out)))
    assert [(row["code"], row["client"], row["days_overdue"]) for row in rows] == [
        (one["code"], one["client"]["name"], str(one["days_overdue"])) for one in listed
    ]
    table = desk("promise", "list")
    assert [line.split()[0] for line in table.out.splitlines()] == ["Code", "P0002", "P0003", "P0001"]
    assert "1 promise of theirs is overdue." in table.err


def test_a_period_tells_of_all_that_was_promised_for_its_days(desk: Sales) -> None:
    desk("promise", "add", "蓝海", "样品@周五")
    desk("promise", "add", "蓝海", "图纸@下周三")
    desk("promise", "keep", "P0001")
    assert codes(desk("promise", "list", "本周", "--json").json()) == ["P0001"]
    assert desk("promise", "list", "本周", "--state", "待兑现", "--json").json() == []
    assert codes(desk("promise", "list", "--json").json()) == ["P0002"]
    assert codes(desk("promise", "list", "--state", "all", "--json").json()) == ["P0001", "P0002"]


def test_a_promise_goes_its_way(desk: Sales) -> None:
    desk("promise", "add", "蓝海", "样品@周五")
    late = desk("promise", "keep", "蓝海", "--on", "昨天", "--note", "签收", "--json", today="2026-11-30")
    assert [late.json()[key] for key in ("state", "kept_on", "reason")] == ["late", "2026-11-29", "签收"]
    assert "2 days late" in late.err
    desk("promise", "waive", "P0001", "--reason", "免", code=4)
    desk("promise", "reopen", "P0001")
    broken = desk("promise", "break", "P0001", "--reason", "缺货", "--json").json()
    assert (broken["state"], broken["settled_on"], broken["kept_on"]) == ("broken", "2026-11-25", None)
    assert desk("promise", "keep", "P0001", "--json").json()["state"] == "kept"
    desk("promise", "reopen", "P0001")
    assert desk("promise", "waive", "P0001", "--reason", "不要了", "--json").json()["state"] == "waived"
    desk("promise", "remove", "P0001", "--yes")
    assert desk("promise", "list", "--state", "all", "--json").json() == []


def test_a_promise_is_corrected(desk: Sales) -> None:
    desk("promise", "add", "蓝海", "样品@周五")
    changed = desk(
        "promise", "edit", "蓝海", "--text", "付款5万", "--due", "月底", "--they", "--contact", "张", "--json"
    ).json()  # fmt: skip
    assert [changed[key] for key in ("text", "amount", "due_on", "direction", "contact")] == [
        "付款5万", "50000.00", "2026-11-30", "theirs", "张工",
    ]  # fmt: skip
    assert desk("promise", "edit", "蓝海", "--we", "--json").json()["direction"] == "ours"


def test_what_cannot_be_done_leaves_all_as_it_was(desk: Sales) -> None:
    desk("promise", "add", "蓝海", "样品@周五")
    desk("promise", "add", "蓝海", "图纸@周五")
    before = desk("promise", "list", "--state", "all", "--json").out
    for argv, code in REFUSED:
        desk("promise", *argv, "--json", code=code)
    assert desk("promise", "list", "--state", "all", "--json").out == before

"""`sales client credit`, `sales client grade` and `sales gap` through the real program."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from salescli import db
from salescli.models.orders import Order
from salescli.services import changes
from tests.conftest import Begun, Sales

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def lanhai(begun: Begun) -> Sales:
    """The program with a client of class C."""
    return begun("client add 杭州蓝海机电有限公司 --grade C")


def ordered(data_file: Path, *orders: tuple[str, int]) -> None:
    """Orders of the first client: day and minor units."""
    with db.writing(data_file) as session:
        changes.watch(session, "test", NOW)
        for number, (day, value) in enumerate(orders, start=1):
            session.add(
                Order(
                    code=f"O{number:04}",
                    client_id=1,
                    signed_on=date.fromisoformat(day),
                    amount=value,
                    value=value,
                )
            )


def test_credit_is_shown_and_set_in_parts(lanhai: Sales, data_file: Path) -> None:
    assert lanhai("client", "credit", "hzlh", "--json").json() == {
        "client": {"code": "C0001", "name": "杭州蓝海机电有限公司"},
        "grade": None,
        "limit": None,
        "days": None,
        "state": "normal",
        "exposure": "0.00",
        "headroom": None,
        "overdue": "0.00",
        "days_overdue": 0,
        "risk_note": None,
        "review_on": None,
        "review_due": False,
    }
    lanhai("client", "credit", "hzlh", "--limit", "50万", "--days", "60天", "--grade", "AA")
    ordered(data_file, ("2026-11-02", 12_000_000))
    found = lanhai("client", "credit", "hzlh", "--state", "关注", "--review", "2027-03-31", "--json").json()
    assert (found["limit"], found["days"], found["state"]) == ("500000.00", 60, "watch")
    assert (found["exposure"], found["headroom"], found["review_on"]) == ("120000.00", "380000.00", "2027-03-31")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["client", "credit", "没有这家"], 3),
        (["client", "credit", "hzlh", "--limit", "-5"], 2),
        (["client", "credit", "hzlh", "--days", "9999"], 2),
        (["client", "credit", "hzlh", "--state", "好"], 2),
        (["client", "grade", "--set", "A", "--reason", "x"], 2),
        (["client", "grade", "hzlh", "--set", "A"], 2),
        (["client", "grade", "hzlh", "--set", "D", "--reason", "x"], 2),
        (["client", "grade", "hzlh", "--potential", "6"], 2),
        (["client", "grade", "hzlh", "--set", "A", "--reason", "x", "--until", "2026-11-01"], 2),
        (["gap"], 3),
        (["gap", "2026-13"], 2),
    ],
)
def test_bad_input_is_refused(lanhai: Sales, words: list[str], code: int) -> None:
    assert lanhai(*words, code=code).out == ""


def test_classes_are_explained_and_applied(lanhai: Sales, data_file: Path) -> None:
    ordered(data_file, *[(f"2026-{month:02}-05", 9_000_000) for month in range(1, 12)])
    (found,) = lanhai("client", "grade", "--json").json()
    assert (found["grade"], found["worked_out"], found["value_score"], found["loyalty_score"]) == ("C", "A", 5, 5)
    assert found["numbers"] == {"value": "990000.00", "orders": 11, "days_since_order": 20, "potential": None}
    explained = lanhai("client", "grade", "hzlh", "--explain")
    assert "500,000.00" in explained.err
    assert "990,000.00" in explained.out
    assert [one["grade"] for one in lanhai("client", "grade", "--apply", "--json").json()] == ["A"]
    assert lanhai("client", "show", "hzlh", "--json").json()["grade"] == "A"
    assert lanhai("client", "grade", "--apply", "--json").json() == []


def test_a_class_set_by_hand_stands(lanhai: Sales, data_file: Path) -> None:
    ordered(data_file, ("2026-11-05", 100_000_000))
    words = ["--set", "B", "--reason", "总部指定", "--until", "2027-06-30", "--potential", "5"]
    (found,) = lanhai("client", "grade", "hzlh", *words, "--json").json()
    assert (found["grade"], found["overridden"], found["reason"]) == ("B", True, "总部指定")
    assert (found["potential_score"], found["expires_on"]) == (5, "2027-06-30")
    assert lanhai("client", "grade", "--apply", "--json").json() == []


def test_an_expired_class_is_named_and_taken_back_by_the_next_command_that_writes(lanhai: Sales) -> None:
    lanhai("init", "--name", "张三", "--yes")
    lanhai("client", "grade", "hzlh", "--set", "A", "--reason", "总部指定", "--until", "2026-11-30")
    shown = lanhai("client", "show", "hzlh", "--json", today="2026-12-01").json()
    assert (shown["grade"], shown["grade_reason"]) == ("A", "总部指定 (until 2026-11-30)")  # nothing has been written
    doctor = lanhai("doctor", "--json", today="2026-12-01", code=4).json()
    assert ("expired_class", "sales client grade --apply") in [(row["code"], row["mend"]) for row in doctor]
    later = lanhai("client", "grade", "--apply", "--json", today="2026-12-01")
    assert [(row["client"]["code"], row["grade"]) for row in later.json()] == [("C0001", "C")]
    assert "stood until 2026-11-30; the class is C now" in later.err
    assert "expired_class" not in lanhai("doctor", "--json", today="2026-12-01").out
    lanhai("client", "grade", "hzlh", "--set", "B", "--reason", "x", "--until", "2026-11-30")
    logged = lanhai("log", "hzlh", "见面", "--no-next", "无", today="2026-12-02")
    assert "stood until" in logged.err
    assert [row["grade"] for row in lanhai("client", "list", "--json").json()] == ["C"]


def test_the_gap_lists_what_covers_it_and_plans_it(lanhai: Sales, data_file: Path) -> None:
    lanhai("target", "set", "2026-11", "10万")
    lanhai("target", "split", "2026-11")
    ordered(data_file, ("2026-07-01", 400_000), ("2026-08-01", 500_000), ("2026-09-01", 900_000))
    lanhai("client", "add", "乙公司")
    lanhai("deal", "add", "乙公司", "二期设备", "--amount", "8万", "--probability", "75")
    header, first, *_more = lanhai("gap", "--csv").out.splitlines()
    assert dict(zip(header.split(","), first.split(","), strict=True))["client"] == "乙公司"
    assert "C0001 杭州蓝海机电有限公司" in lanhai("client", "grade", "--csv").out
    done = lanhai("gap", "--json")
    found = done.json()
    assert (found["gap"], found["rolling_gap"], found["covered"]) == ("100000.00", None, "61500.00")
    assert [(item["kind"], item["expected"], item["probability"]) for item in found["items"]] == [
        ("deal", "60000.00", 0.75),
        ("rebuy", "1500.00", 0.3),
    ]
    assert "38,500.00 has nothing to come from yet" in done.err
    planned = lanhai("gap", "--plan", "--json").json()["visits"]
    assert {visit["planned_on"] for visit in planned} == {"2026-11-26"}
    assert len(lanhai("visit", "list", "2026-11-26", "--json").json()) == 2
    assert "75.0%" in lanhai("gap").out
    assert "差额" in lanhai("gap", lang="zh").out
    assert "2026-09 is over" in lanhai("gap", "2026-09", "--plan", code=4).err
    assert "2026-11 is over" in lanhai("gap", "2026-11", "--plan", code=4, today="2026-12-01").err


def test_both_gaps_are_told_each_with_what_covers_it(lanhai: Sales) -> None:
    lanhai("target", "set", "2026-11", "10万")
    lanhai("target", "set", "2026-11", "3万", "--measure", "回款")
    lanhai("order", "add", "hzlh", "5万", "--on", "2026-11-02", "--terms", "款到发货")
    lanhai("client", "add", "乙公司")
    lanhai("deal", "add", "乙公司", "二期设备", "--amount", "4万", "--probability", "50")
    done = lanhai("gap", "--json")
    found = done.json()
    assert [(gap["measure"], gap["gap"], gap["covered"], gap["uncovered"]) for gap in found["gaps"]] == [
        ("amount", "50000.00", "20000.00", "30000.00"), ("receipts", "30000.00", "40000.00", "0.00"),
    ]  # fmt: skip
    assert (found["measure"], found["covered"]) == ("amount", "20000.00")
    assert [(item["closes"], item["running"]) for item in found["items"]] == [
        ("receipts", "40000.00"), ("amount", "20000.00"),
    ]  # fmt: skip
    assert "Amount closed: All together" in done.err
    assert "Receipts: The 1 marked * should bring 40,000.00" in done.err


def test_credit_speaks_up_while_planning_quoting_and_ordering(lanhai: Sales) -> None:
    lanhai("client", "credit", "hzlh", "--limit", "10万", "--state", "watch", "--note", "承兑延期")
    assert "承兑延期" in lanhai("visit", "plan", "hzlh", "2026-11-26").err
    assert "20,000.00 over its limit" in lanhai("quote", "add", "hzlh", "--amount", "12万").err
    assert "limit" not in lanhai("order", "add", "hzlh", "9万").err
    assert "10,000.00 over its limit" in lanhai("order", "add", "hzlh", "2万").err
    lanhai("config", "set", "credit.over_limit", "stop")
    assert "over its limit" in lanhai("order", "add", "hzlh", "1", code=4).err
    lanhai("client", "credit", "hzlh", "--limit", "100万", "--state", "stop")
    lanhai("order", "add", "hzlh", "1", code=4)
    lanhai("quote", "add", "hzlh", "--amount", "1", code=4)
    assert "stopped" in lanhai("visit", "plan", "hzlh", "2026-11-27").err
    assert len(lanhai("order", "list", "--json").json()) == 2


def test_a_quotation_is_weighed_whenever_it_is_changed_or_sent(lanhai: Sales) -> None:
    lanhai("quote", "add", "hzlh", "--amount", "1万")
    lanhai("client", "credit", "hzlh", "--limit", "5万")
    lanhai("config", "set", "credit.over_limit", "stop")
    lanhai("quote", "revise", "Q0001", "--amount", "9万", code=4)
    lanhai("quote", "send", "Q0001")
    lanhai("client", "credit", "hzlh", "--state", "stop")
    lanhai("quote", "accept", "Q0001", code=4)


def test_money_overdue_is_told_before_more_is_sold(lanhai: Sales) -> None:
    lanhai("order", "add", "hzlh", "3万", "--on", "2026-09-01", "--terms", "款到发货")
    assert "30,000.00 overdue by 85 days" in lanhai("order", "add", "hzlh", "1万").err
    found = lanhai("client", "credit", "hzlh", "--json").json()
    assert (found["overdue"], found["days_overdue"]) == ("30000.00", 85)


def test_what_there_is_to_know_of_credit_is_told_where_a_visit_is_planned(sales: Sales) -> None:
    sales("client", "add", "甲公司", "--grade", "A")
    sales("order", "add", "甲公司", "5万", "--on", "2026-09-01", "--terms", "100% on signing")
    told = "甲公司 owes 50,000.00 overdue by 85 days."
    assert told in sales("client", "show", "甲公司").err
    assert sales("client", "show", "甲公司", "--json").json()["code"] == "C0001"
    assert "50,000.00 overdue by" in sales("plan", "make", "明天").out
    assert '"50000.00"' in sales("plan", "make", "明天", "--json").out
    assert "stopped" not in sales("plan", "make", "明天").err
    sales("client", "credit", "甲公司", "--state", "stop", "--note", "承兑拒付")
    for argv in (("plan", "make", "明天"), ("client", "show", "甲公司")):
        assert "Credit of 甲公司 is stopped: 承兑拒付." in sales(*argv).err


def test_removing_a_client_says_what_leaves_the_figures(sales: Sales) -> None:
    sales("client", "add", "甲公司")
    assert "figures" not in sales("client", "remove", "甲公司", code=2).err
    sales("order", "add", "甲公司", "5万")
    sales("order", "add", "甲公司", "100", "--currency", "USD", "--rate", "7")
    sales("receipt", "add", "甲公司", "2万")
    asked = sales("client", "remove", "甲公司", code=2).err
    assert "orders 2 (50,700.00), receipts 1 (20,000.00). Remove C0001 甲公司?" in asked

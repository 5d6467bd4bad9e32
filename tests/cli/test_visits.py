"""`sales visit …` and `sales log` through the real program."""

import csv
import io
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Sales

KEYS = {
    "code", "client", "contact", "by", "status", "planned_on", "planned_at", "minutes", "purpose", "expected", "on",
    "at", "outcome", "note", "next_step", "next_on", "next_at", "no_next_reason", "unplanned", "reason", "moved_to",
}  # fmt: skip


@pytest.fixture
def firm(sales: Sales) -> str:
    return str(sales("client", "add", "杭州蓝海机电", "--contact", "张工", "--json").json()["code"])


def visits(sales: Sales, *options: str) -> list[Any]:
    found: list[Any] = sales("visit", "list", *options, "--json").json()
    return found


def test_a_log_takes_words_without_quotes_and_prints_the_record(sales: Sales, firm: str) -> None:
    logged = sales(
        "visit", "log", "hzlh", "见张工，", "要3月报价", "--outcome", "有意向", "--contact", "张", "--minutes", "30",
        "--at", "下午2点半", "--next", "报价@下周三", "--json",
    )  # fmt: skip
    assert logged.json().keys() >= KEYS
    assert logged.json() == visits(sales)[0] == sales("visit", "show", "v0001", "--json").json()
    expected = {
        "code": "V0001", "client": {"code": firm, "name": "杭州蓝海机电"}, "contact": "张工", "by": "visit",
        "status": "done", "planned_on": None, "planned_at": None, "minutes": 30, "purpose": None, "expected": None,
        "on": "2026-11-25", "at": "14:30", "outcome": "interested", "note": "见张工， 要3月报价", "next_step": "报价",
        "next_on": "2026-12-02", "next_at": None, "no_next_reason": None, "unplanned": True, "reason": None,
        "moved_to": None,
    }  # fmt: skip
    assert {key: logged.json()[key] for key in expected} == expected
    assert "2026-11-25 Wed" in logged.err
    assert "2026-12-02 Wed" in logged.err
    assert "2026-12-02 周三" in sales("log", "hzlh", "又见", "--next", "回访@下周三", lang="zh").err


@pytest.mark.parametrize("note", ["“见张工 送样品”", "「见张工 送样品」", "＂见张工 送样品＂", '"见张工 送样品"'])
def test_quotes_of_any_width_around_the_note_are_not_part_of_it(sales: Sales, firm: str, note: str) -> None:
    logged = sales("log", "蓝海", *note.split(), "--no-next", "无", "--json").json()
    assert (logged["note"], logged["no_next_reason"]) == ("见张工 送样品", "无")


def test_a_log_needs_a_next_step_or_a_reason_for_none(sales: Sales, firm: str) -> None:
    for options, said in (
        ((), "--next"),
        ((), "--no-next"),
        (("--next", "报价"), "day"),
        (("--next", ""), "day"),
        (("--next", "报价@某天"), "某天"),
        (("--next", "报价@2026-02-30"), "2026-02-30"),
        (("--next", "报价@2026-11-24"), "before"),
        (("--next", "", "--next-on", "周五"), "empty"),
        (("--next-on", "周五"), "--next"),
        (("--no-next", ""), "empty"),
        (("--next", "报价@周五", "--no-next", "无"), "not both"),
        (("--next-on", "周五", "--no-next", "无"), "not both"),
    ):
        refused = sales("log", "蓝海", "见面", *options, code=2)
        assert said in refused.err, options
        assert refused.err.count("\n") == 1
    assert visits(sales) == []


@pytest.mark.parametrize(
    ("options", "step", "day"),
    [
        (("--next", "发到a@b.com＠周五"), "发到a@b.com", "2026-11-27"),
        (("--next", "报价@周三"), "报价", "2026-11-25"),
        (("--next", "报价@周二"), "报价", "2026-12-01"),
        (("--next", "报价@１１月２８日"), "报价", "2026-11-28"),
        (("--next", "报价", "--next-on", "明天"), "报价", "2026-11-26"),
        (("--next", "a@b", "--next-on", "下周三"), "a@b", "2026-12-02"),
    ],
)
def test_a_next_step_is_read_with_its_day(
    sales: Sales, firm: str, options: tuple[str, ...], step: str, day: str
) -> None:
    logged = sales("log", "蓝海", "见面", *options, "--json")
    assert (logged.json()["next_step"], logged.json()["next_on"]) == (step, day)
    assert ("rest day" in logged.err) == (day == "2026-11-28")


def test_the_day_of_a_log_leans_on_the_past_and_may_not_lie_ahead(sales: Sales, firm: str) -> None:
    said = ("--no-next", "无", "--json")
    assert sales("log", "蓝海", "--on", "周四", *said).json()["on"] == "2026-11-19"
    assert sales("log", "蓝海", "--on", "周三", *said).json()["on"] == "2026-11-25"
    sunday = sales("log", "蓝海", "--on", "11-22", *said)
    assert sunday.json()["on"] == "2026-11-22"
    assert "2026-11-22 Sun is a rest day" in sunday.err
    for day in ("明天", "2026-11-26", "2026-02-30", "", "99", "someday"):
        assert sales("log", "蓝海", "--on", day, *said, code=2).error()["code"] == "usage"
    for option, value in (("--at", "25:00"), ("--at", "3点"), ("--at", ""), ("--by", "bird"), ("--outcome", "great"),
                          ("--minutes", "0"), ("--minutes", "x"), ("--purpose", ""), ("--by", "")):  # fmt: skip
        sales("log", "蓝海", "x", option, value, *said, code=2)
    assert len(visits(sales, "2026-11")) == 3


def test_an_unknown_client_is_refused_before_anything_else(sales: Sales, firm: str) -> None:
    sales("client", "add", "杭州红山")
    sales("log", "没有", "见面", code=3)
    sales("log", "V0009", "见面", "--no-next", "无", code=3)
    refused = sales("log", "杭州", "见面", "--no-next", "无", "--json", code=4)
    assert refused.error()["code"] == "ambiguous"
    assert sales("log", "--json", code=2).error()["message"].startswith("CLIENT")
    assert visits(sales) == []


def test_a_log_closes_the_planned_visit_of_its_kind_and_time(sales: Sales, firm: str) -> None:
    for at, by in (("10:00", "visit"), ("14:00", "visit"), ("16:00", "phone")):
        sales("visit", "plan", "蓝海", "今天", at, "--by", by)
    done = ("--no-next", "无", "--json")
    assert sales("log", "蓝海", "电话", "--by", "微信", *done).json()["code"] == "V0003"
    assert sales("log", "蓝海", "下午", "--at", "14:00", *done).json()["code"] == "V0002"
    assert sales("log", "V0001", "上午", *done).json()["code"] == "V0001"
    assert sales("log", "V0001", "上午", *done, code=4).error()["code"] == "refused"
    more = sales("log", "蓝海", "再来", *done).json()
    assert (more["code"], more["unplanned"], more["by"]) == ("V0004", True, "visit")
    assert [visit["status"] for visit in visits(sales)] == ["done"] * 4


def test_a_visit_is_planned_on_a_day_at_a_time(sales: Sales, firm: str) -> None:
    for number, (words, day, at) in enumerate(
        [
            (("明天", "下午2点"), "2026-11-26", "14:00"),
            (("明天下午3点",), "2026-11-26", "15:00"),
            (("next", "wed", "9:30"), "2026-12-02", "09:30"),
            (("25", "Nov"), "2026-11-25", None),
            (("1月5日",), "2027-01-05", None),
            (("周二",), "2026-12-01", None),
        ],
        start=1,
    ):
        planned = sales("visit", "plan", "lh", *words, "--json")
        seen = (planned.json()["code"], planned.json()["planned_on"], planned.json()["planned_at"])
        assert seen == (f"V{number:04d}", day, at), words
        assert day in planned.err
    full = sales(
        "visit", "plan", "lh", "周五", "14:00", "--by", "demo", "--purpose", "试机", "--expect", "签单",
        "--materials", "样机", "--minutes", "90", "--contact", "张工", "--confirmed", "--json",
    ).json()  # fmt: skip
    assert full["status"] == "confirmed"
    assert [full[key] for key in ("by", "purpose", "expected", "minutes", "contact")] == [
        "demo",
        "试机",
        "签单",
        90,
        "张工",
    ]
    assert "2026-11-29 Sun is a rest day" in sales("visit", "plan", "lh", "周日").err
    assert "has passed" in sales("visit", "plan", "lh", "昨天").err
    for words in ((), ("",), ("某天",), ("2026-02-30",), ("明天", "25:00"), ("14:00",), ("明天", "--minutes", "0")):
        assert sales("visit", "plan", "lh", *words, code=2).err.count("\n") == 1
    sales("visit", "plan", "没有", "明天", code=3)
    sales("client", "edit", "lh", "--lifecycle", "黑名单")
    assert "blacklist" in sales("visit", "plan", "lh", "明天", code=4).err


def test_a_planned_visit_is_moved_and_cancelled_for_a_reason(sales: Sales, firm: str) -> None:
    sales("visit", "plan", "lh", "今天", "10:00", "--purpose", "送样品")
    moved = sales("visit", "move", "lh", "下周三", "14:00", "--reason", "客户出差", "--json")
    assert (moved.json()["code"], moved.json()["planned_on"], moved.json()["planned_at"]) == (
        "V0002", "2026-12-02", "14:00",
    )  # fmt: skip
    assert moved.json()["purpose"] == "送样品"
    assert "2026-12-02 Wed 14:00" in moved.err
    old = sales("visit", "show", "V0001", "--json").json()
    assert (old["status"], old["moved_to"], old["reason"]) == ("moved", "V0002", "客户出差")
    assert "--reason" in sales("visit", "cancel", "V0002", code=2).err
    sales("visit", "cancel", "V0002", "--reason", " ", code=2)
    sales("visit", "move", "V0002", "某天", code=2)
    sales("visit", "move", "V0002", "2026-12-02", code=4)
    sales("visit", "move", "V0099", "明天", code=3)
    cancelled = sales("visit", "cancel", "V0002", "--reason", "不做了", "--json").json()
    assert (cancelled["status"], cancelled["reason"]) == ("cancelled", "不做了")
    for words in (("move", "V0001", "明天"), ("cancel", "V0002", "--reason", "x"), ("edit", "V0002", "--confirmed")):
        assert sales("visit", *words, "--json", code=4).error()["code"] == "refused"
    sales("visit", "move", "lh", "明天", code=3)


def test_a_visit_is_edited_according_to_its_state(sales: Sales, firm: str) -> None:
    sales("visit", "plan", "lh", "今天")
    planned = sales("visit", "edit", "lh", "--at", "14:00", "--purpose", "送样品", "--confirmed", "--json").json()
    assert (planned["planned_at"], planned["purpose"], planned["status"]) == ("14:00", "送样品", "confirmed")
    for option, value in (("--outcome", "成交"), ("--next", "发货@周五"), ("--on", "昨天")):
        sales("visit", "edit", "lh", option, value, code=4)
    sales("log", "lh", "见面", "--no-next", "无")
    edited = sales(
        "visit", "edit", "lh", "--on", "周一", "--outcome", "成交", "--next", "发货@周五", "--note", "签了", "--json"
    ).json()
    assert (edited["on"], edited["outcome"], edited["note"]) == ("2026-11-23", "order", "签了")
    assert (edited["next_step"], edited["next_on"], edited["no_next_reason"]) == ("发货", "2026-11-27", None)
    assert sales("client", "show", "lh", "--json").json()["last_contact_on"] == "2026-11-23"
    for option, value in (("--note", ""), ("--on", "明天"), ("--by", ""), ("--next", "发货"), ("--minutes", "-1")):
        sales("visit", "edit", "V0001", option, value, code=2)


def test_a_removed_visit_takes_its_effect_along(sales: Sales, firm: str) -> None:
    sales("log", "lh", "见面", "--on", "11-01", "--next", "报价@周二")
    sales("log", "lh", "又见", "--next", "回访@12-24")
    assert sales("plan", "today", "--json").json()["next_steps"] == []
    assert "--yes" in sales("visit", "remove", "V0002", code=2).err
    assert sales("visit", "remove", "V0002", "--yes", "--json").json()["code"] == "V0002"
    assert sales("visit", "show", "V0002", code=3).out == ""
    assert sales("client", "show", "lh", "--json").json()["last_contact_on"] == "2026-11-01"
    sales("visit", "remove", "V0002", "--yes", code=3)


def test_a_list_is_of_this_week_unless_a_period_is_given(sales: Sales, firm: str) -> None:
    sales("client", "add", "红山")
    for client, day in (("蓝海", "11-22"), ("蓝海", "11-23"), ("红山", "11-24")):
        sales(
            "log", client, "见面", "--on", day, "--no-next", "无", "--outcome", "成交" if client == "红山" else "不在"
        )
    sales("visit", "plan", "红山", "周日")
    for options, found in (
        ("", ["V0002", "V0003", "V0004"]),
        ("上周", ["V0001"]),
        ("2026-11", ["V0001", "V0002", "V0003", "V0004"]),
        ("2026-11-23..2026-11-24", ["V0002", "V0003"]),
        ("--client 红", ["V0003", "V0004"]),
        ("--status 完成", ["V0002", "V0003"]),
        ("--outcome 客户不在", ["V0002"]),
        ("--status planned --client 蓝海", []),
    ):
        assert [visit["code"] for visit in visits(sales, *options.split())] == found, options
    assert "No visit in 2026-W01" in sales("visit", "list", "2026-W01").err
    rows = list(csv.DictReader(io.StringIO(sales("visit", "list", "--csv").out)))
    assert [(row["code"], row["client"]) for row in rows] == [
        ("V0002", "杭州蓝海机电"), ("V0003", "红山"), ("V0004", "红山"),
    ]  # fmt: skip
    for options, code in (("某周", 2), ("2026-W54", 2), ("--status x", 2), ("--outcome x", 2), ("--client 没有", 3)):
        sales("visit", "list", *options.split(), code=code)
    sales("visit", "list", "--client", "", code=2)


def test_pasted_lines_are_logged_together(sales: Sales, firm: str) -> None:
    sales("client", "add", "红山")
    pasted = "lh：见张工，要报价 有意向 下一步 报价@下周三\r\n\r\n红山 客户不在\r\n"
    logged = sales("visit", "log", "-", "--no-next", "改天", "--on", "昨天", "--json", stdin=pasted.encode("gb18030"))
    seen = [(one["client"]["name"], one["note"], one["outcome"], one["next_on"], one["on"]) for one in logged.json()]
    assert seen == [
        ("杭州蓝海机电", "见张工，要报价", "interested", "2026-12-02", "2026-11-24"),
        ("红山", None, "absent", None, "2026-11-24"),
    ]
    assert logged.json()[1]["no_next_reason"] == "改天"
    assert [visit["code"] for visit in visits(sales)] == ["V0001", "V0002"]


def test_one_bad_line_is_named_and_nothing_is_written(sales: Sales, firm: str) -> None:
    sales("client", "add", "杭州红山")
    good = "蓝海 见面 报价@周五\n\n"
    for bad, code, said in (
        ("没有 见面 报价@周五", 3, "Line 3"),
        ("杭州 见面 报价@周五", 4, "Line 3"),
        ("蓝海 见面", 2, "Line 3"),
        ("蓝海 见面 报价@某天", 2, "Line 3"),
        ("：见面 报价@周五", 2, "Line 3"),
        ("蓝海 见\x00面 报价@周五", 2, "Line 3"),
        ("蓝\x00海 见面 报价@周五", 2, "Line 3"),
        ("名" * 1_000_000 + " 见面 报价@周五", 2, "Line 3"),
        ("蓝海 " + "长" * 150_000 + " 报价@周五", 2, "Line 3"),
    ):
        refused = sales("visit", "log", "-", "--json", stdin=good + bad, code=code)
        assert refused.error()["message"].startswith(said)
        assert len(refused.err) < 1000
        assert refused.out == ""
    for nothing in (b"", b"\n \n", b"\xff\xff\xff"):
        sales("visit", "log", "-", stdin=nothing, code=2)
    assert visits(sales) == []


def test_each_command_is_one_entry_of_the_change_log(sales: Sales, firm: str, data_file: Path) -> None:
    sales("visit", "plan", "lh", "今天")
    sales("log", "lh", "见面", "--no-next", "无")
    sales("log", "没有", "见面", code=3)
    with sqlite3.connect(data_file) as connection:
        rows = connection.execute("SELECT DISTINCT batch, command FROM change ORDER BY batch").fetchall()
        entities = {row[0] for row in connection.execute("SELECT entity FROM change WHERE batch = 3")}
    assert rows == [(1, "client add"), (2, "visit plan"), (3, "visit log")]
    assert entities == {"client", "visit"}

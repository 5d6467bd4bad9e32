"""The day's notes pasted into `plan close --paste` and `visit log -`."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Begun, Sales

NOTES = """张三 14:32
上午去了蓝海见了王总他说X200要报价下周三给他
下午2点红山 下单12万付了5万，答应周五送样品
收获：学会了报价
明天：1送样 2催款 3报价
"""


@pytest.fixture
def firms(begun: Begun) -> Sales:
    """Three clients, two of them with a planned visit today."""
    return begun(
        "client add 杭州蓝海机电有限公司 --alias 蓝海 --contact 王建国 --title 总经理",
        "client add 浙江红山物流有限公司 --contact 李工",
        "client add 天成包装",
        "visit plan 蓝海 今天 10:00 --purpose 送样",
        "visit plan 天成 今天 15:00 --purpose 看看",
    )


def logged(sales: Sales) -> list[Any]:
    return [visit for visit in sales("visit", "list", "今天", "--json").json() if visit["status"] == "done"]


def test_the_day_is_closed_with_its_notes_in_one_transaction(firms: Sales, data_file: Path) -> None:
    report = firms("plan", "close", "--paste", "--yes", "--json", stdin=NOTES).json()
    assert (report["planned"], report["done"], report["unplanned"], report["gained"]) == (2, 1, 1, "学会了报价")
    assert report["tomorrow"]["key_tasks"] == ["送样", "催款", "报价"]
    first, second = logged(firms)
    assert (first["code"], first["contact"], first["outcome"], first["next_on"]) == (
        "V0001",
        "王建国",
        "quote",
        "2026-12-02",
    )
    assert (second["at"], second["outcome"], second["next_step"]) == ("14:00", "order", "送样品")
    assert [one["value"] for one in firms("order", "list", "--json").json()] == ["120000.00"]
    assert [one["amount"] for one in firms("receipt", "list", "--json").json()] == ["50000.00"]
    assert [one["text"] for one in firms("promise", "list", "--json").json()] == ["送样品"]
    with sqlite3.connect(data_file) as connection:
        assert connection.execute(
            "SELECT count(DISTINCT batch) FROM change WHERE command = 'plan close'"
        ).fetchone() == (1,)


def test_a_dry_run_shows_what_was_understood_and_writes_nothing(firms: Sales) -> None:
    shown = firms("plan", "close", "--paste", "--dry-run", "--json", stdin=NOTES + "堵车\n", code=4).json()
    first = shown["visits"][0]
    assert (first["lines"], first["client"]["code"], first["by"], first["missing"]) == ([2], "C0001", "visit", [])
    assert shown["visits"][1]["promises"][0]["due_on"] == "2026-11-27"
    assert shown["visits"][1]["order"] == "120000.00"
    assert shown["unplaced"] == [{"line": 6, "text": "堵车", "why": "no_client", "clients": []}]
    for said in ("浙江红山物流有限公司", "120,000.00", "Line 6 has no place"):
        assert said in firms("plan", "close", "--paste", "--dry-run", stdin=NOTES + "堵车\n", code=4).out
    assert logged(firms) == []


@pytest.mark.parametrize(
    ("notes", "code", "said"),
    [
        (NOTES + "堵车一小时", 4, "Line 6"),
        ("蓝海 要报价", 2, "Line 1: the next step"),
        ("蓝海 要报价 下周给", 2, "Line 1: the day of the next step"),
        ("杭州蓝海 要报价 周五给\n\n红山 付了5万又付了3万 周五再去", 2, "Line 3: which amount was received"),
        ("", 2, "nothing"),
        ("蓝海 退货2万 周五去拉", 4, "Line 1: what was paid back"),
        ("蓝海 签5万美元 周五发货", 4, "Line 1: an amount in another currency"),
        ("红山没去成 改周五", 4, "Line 1: whether there was a visit"),
        ("蓝海 要报价 周五给\n明天：1送样 2催款 3报价 4开票", 4, "Line 2: 4 key tasks"),
    ],
)
def test_what_is_not_clear_is_refused_and_named(
    firms: Sales, data_file: Path, notes: str, code: int, said: str
) -> None:
    before = data_file.read_bytes()
    refused = firms("plan", "close", "--paste", "--yes", "--json", stdin=notes, code=code)
    assert said in refused.error()["message"]
    assert (refused.out, data_file.read_bytes()) == ("", before)


def test_without_a_terminal_nothing_is_written_unasked(firms: Sales) -> None:
    firms("plan", "close", "--paste", stdin=NOTES, code=2)
    firms("client", "add", "蓝天物流")
    firms("client", "add", "蓝天电子")
    assert firms("plan", "close", "--paste", "--yes", stdin="蓝天 要报价 周五给", code=4).err.count("C0005") == 1
    assert logged(firms) == []


def test_lines_without_a_place_are_left_out_when_asked_and_news_is_kept(firms: Sales) -> None:
    notes = NOTES + "堵车\n甲厂X200降到860\n"
    said = firms("plan", "close", "--paste", "--skip", "--yes", stdin=notes).err
    assert "Line 6 has no place" in said
    assert [one["text"] for one in firms("insight", "list", "--json").json()] == ["甲厂X200降到860"]


def test_the_same_notes_are_not_taken_twice(firms: Sales, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text(NOTES, "utf-8")
    firms("plan", "close", "--paste", "notes.txt", "--yes")
    assert len(logged(firms)) == 2
    for answer in ((), ("--yes",)):
        assert "logged before" in firms("plan", "close", "--paste", "notes.txt", *answer, code=4).err
    assert len(firms("order", "list", "--json").json()) == 1
    firms("plan", "close", "--paste", "notes.txt", "--yes", "--again")
    assert len(logged(firms)) == 4
    firms("plan", "close", "今天", "--paste", "missing.txt", code=3)
    firms("plan", "close", "--paste", "99", stdin=NOTES, code=2)


def test_notes_of_yesterday_tell_their_days_from_yesterday(firms: Sales) -> None:
    firms("plan", "close", "昨天", "--paste", "--yes", stdin="蓝海 要报价，后天给")
    visit = firms("visit", "list", "--json").json()
    assert [(one["on"], one["next_on"]) for one in visit if one["on"]] == [("2026-11-24", "2026-11-26")]


def test_lines_of_a_log_are_read_as_notes_too(firms: Sales) -> None:
    lines = "10:30 蓝海 王总要报价，周五给\n电话红山李工，货到了，等他消息\n天成 见面 送样@下周三"
    seen = firms("visit", "log", "-", "--json", stdin=lines).json()
    assert [(one["by"], one["at"], one["outcome"], one["next_on"], one["no_next_reason"]) for one in seen] == [
        ("visit", "10:30", "quote", "2026-11-27", None),
        ("phone", None, None, None, "等他消息"),
        ("visit", None, None, "2026-12-02", None),
    ]
    assert seen[0]["code"] == "V0001"
    assert "In line" in firms("visit", "log", "-", "--dry-run", stdin=lines).out
    assert "logged before" in firms("visit", "log", "-", "--yes", stdin=lines, code=4).err
    refused = firms("visit", "log", "-", stdin="蓝海 送样 周五再去\n收获：学会了\n", code=4).err
    assert "Line 2 tells of the day" in refused
    assert "plan close --paste" in refused
    assert len(logged(firms)) == 3


def test_a_visit_that_was_not_made_is_moved_by_the_notes(firms: Sales) -> None:
    said = firms("visit", "log", "-", stdin="蓝海没去成 堵车 改到明天上午九点半").err
    assert "Not made: V0001" in said
    rows = firms("visit", "list", "--json").json()
    assert [
        (one["status"], one["planned_on"], one["planned_at"]) for one in rows if one["client"]["code"] == "C0001"
    ] == [
        ("moved", "2026-11-25", "10:00"),
        ("planned", "2026-11-26", "09:30"),
    ]

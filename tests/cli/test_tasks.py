"""`sales task …` through the real program."""

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
from salescli.services.care import tasks
from tests.conftest import Sales


@pytest.fixture
def desk(sales: Sales, data_file: Path, defaults: Settings, now: datetime) -> Sales:
    """The program with a client, a task about it that has a part, and one that is overdue."""
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        blue = clients.add(session, {"name": "杭州蓝海机电"}, None, now.date(), defaults, Calendar())
        fair = tasks.add(session, "办展会", due_on=date(2026, 11, 27), client=blue, from_whom="王经理")
        tasks.add(session, "印资料", due_on=date(2026, 11, 26), parent=fair)
        tasks.add(session, "交月报", due_on=date(2026, 11, 20))
    return sales


def codes(sales: Sales, *argv: str) -> list[str]:
    return [task["code"] for task in sales("task", "list", *argv, "--json").json()]


def test_a_task_added_is_printed_with_what_was_understood(sales: Sales) -> None:
    sales("client", "add", "杭州蓝海机电")
    done = sales(
        "task", "add", "走访", "滨江＠月底", "--from", "王经理", "--priority", "高", "--client", "hzlh",
        "--requirement", "附照片", "--json",
    )  # fmt: skip
    assert done.json() == {
        "code": "K0001",
        "title": "走访 滨江",
        "client": {"code": "C0001", "name": "杭州蓝海机电"},
        "requirement": "附照片",
        "from": "王经理",
        "priority": "high",
        "state": "todo",
        "due_on": "2026-11-30",
        "days_overdue": 0,
        "moved_from": None,
        "reason": None,
        "parent": None,
        "parts_open": 0,
        "done_on": None,
        "completeness": None,
        "quality": None,
        "effect": None,
        "feedback": None,
        "archived_on": None,
    }
    assert "2026-11-30 Mon" in done.err


REFUSED = [
    (("add", "@周五"), 2),
    (("add", "走访", "--due", "someday"), 2),
    (("add", "走访", "--parent", "没有"), 3),
    (("done", "K0001"), 4),
    (("done", "K0002", "--quality", "good"), 2),
    (("move", "K0002", "周五"), 2),
    (("drop", "K0002"), 2),
    (("edit", "K0002"), 2),
    (("remove", "K0002"), 2),
    (("list", "--open", "--all"), 2),
]


def test_a_refusal_names_what_is_wrong_by_its_own_name(desk: Sales) -> None:
    for argv, said in (
        (("task", "add", ""), "任务名称不能为空。"),
        (("task", "add", "走访", "--priority", "超高"), "没有“超高”这种优先级。"),
        (("task", "done", "K0002", "--quality", "-1"), "“-1”不是 0 到 100 的整数。"),
        (("ticket", "close", "蓝海", "--score", "101"), "“101”不是 0 到 100 的整数。"),
        (("survey", "log", "蓝海", "-5"), "这里的数字不能小于 0。"),
    ):
        assert said in desk(*argv, code=2, lang="zh").err, argv


def test_what_cannot_be_done_leaves_all_as_it_was(desk: Sales) -> None:
    before = desk("task", "list", "--all", "--json").out
    for argv, code in REFUSED:
        desk("task", *argv, "--json", code=code)
    assert desk("task", "list", "--all", "--json").out == before


def test_overdue_tasks_stand_first_and_are_counted(desk: Sales) -> None:
    listed = desk("task", "list")
    assert [line.split()[0] for line in listed.out.splitlines()] == ["Code", "K0003", "K0002", "K0001"]
    assert "5 days overdue" in listed.out
    assert listed.err == "1 task is overdue.\n"
    assert "逾期 5 天" in desk("task", "list", lang="zh").out
    assert codes(desk, "--overdue") == ["K0003"]
    assert codes(desk, "--client", "蓝海") == ["K0001"]
    rows = list(csv.DictReader(io.StringIO(desk("task", "list", "--csv").out)))
    assert [(row["code"], row["from"], row["parent"]) for row in rows] == [
        *[("K0003", "", ""), ("K0002", "", "K0001"), ("K0001", "王经理", "")],
    ]


def test_a_task_goes_its_way_with_its_parts(desk: Sales) -> None:
    assert desk("task", "start", "展会", "--json").json()["state"] == "doing"
    moved = desk("task", "move", "资料", "下周一", "--reason", "等印刷厂", "--json").json()
    assert [moved[key] for key in ("state", "due_on", "moved_from", "reason")] == [
        *("moved", "2026-11-30", "2026-11-26", "等印刷厂"),
    ]
    assert "K0002 印资料" in desk("task", "done", "蓝海", "--json", code=4).error()["message"]
    desk("task", "drop", "资料", "--reason", "用电子版")
    done = desk("task", "done", "展会", "--completeness", "90%", "--quality", "85", "--effect", "新增三家", "--json")
    assert [done.json()[key] for key in ("state", "done_on", "completeness", "quality", "effect")] == [
        *("done", "2026-11-25", 90, 85, "新增三家"),
    ]
    assert desk("task", "review", "展会", "--feedback", "不错", "--json").json()["state"] == "reviewed"
    desk("task", "archive", "展会")
    assert codes(desk) == ["K0003"]
    assert sorted(codes(desk, "--archived")) == ["K0001", "K0002"]
    assert codes(desk, "--all")[0] == "K0003"
    shown = desk("task", "show", "K0001", "--json").json()
    assert [(part["code"], part["state"], part["reason"]) for part in shown["parts"]] == [
        *[("K0002", "dropped", "用电子版")],
    ]


def test_a_task_is_changed_and_removed_with_its_parts(desk: Sales) -> None:
    changed = desk(
        "task", "edit", "K0001", "--title", "办春季展会", "--due", "12-04", "--priority", "低", "--json"
    ).json()
    assert (changed["title"], changed["due_on"], changed["priority"]) == ("办春季展会", "2026-12-04", "low")
    desk("task", "remove", "K0001", "--yes")
    assert codes(desk, "--all") == ["K0003"]

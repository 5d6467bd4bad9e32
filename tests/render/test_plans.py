"""What people read of clients, visits, plans and reports, in both languages, as it is piped."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from salescli.render import plans
from salescli.services.planning.plan_checks import Check
from tests.conftest import Sales

Screen = Callable[..., str]

CLIENTS = (
    "杭州蓝海机电有限公司 --grade A --district 滨江 --short-name 蓝海 --contact 张工 --title 总工 --mobile 13800000000",
    "Ningbo 港机 --grade B --district 北仑 --note 第一行\n第二行",
    "=红山[b]物流 --grade B --district 滨江",
    "𠮷野é👩‍🔧商社 --lifecycle prospect",
)


@pytest.fixture(scope="module")
def furnished() -> dict[str, bytes]:
    """The data file after those days, by language, made once."""
    return {}


@pytest.fixture(params=["en", "zh"])
def screen(request: pytest.FixtureRequest, sales: Sales, data_file: Path, furnished: dict[str, bytes]) -> Screen:
    """What a command prints in one of the languages, after some days with four clients."""
    language = str(request.param)

    def show(*words: str, **said: Any) -> str:
        return sales(*words, lang=language, **said).out

    if language in furnished:
        data_file.write_bytes(furnished[language])
        return show
    for client in CLIENTS:
        name, *options = client.split(" --")
        words = [part for option in options for part in ("--" + option).split(" ", 1)]
        show("client", "add", name, *words)
    show(
        "visit",
        "log",
        "-",
        "--on",
        "11-09",
        stdin="蓝海 见张工，要3月报价 要报价 下一步 报价@2026-11-25\n港机 打招呼 样品@12-01\n",
    )
    furnished[language] = data_file.read_bytes()
    return show


def planned(screen: Screen) -> None:
    """A day with a confirmed visit, one without a time, a follow-up, and one that was moved."""
    screen(
        "visit",
        "plan",
        "蓝海",
        "今天",
        "14:00",
        "--purpose",
        "谈价",
        "--expect",
        "签单",
        "--materials",
        "报价单",
        "--confirmed",
    )
    screen("visit", "plan", "红山", "今天")
    screen("visit", "plan", "港机", "今天", "09:00", "--by", "phone", "--minutes", "10", "--purpose", "确认样品")
    screen("visit", "plan", "商社", "今天")
    screen("visit", "move", "商社", "周五", "10:00", "--reason", "出差")


def test_clients(screen: Screen, snapshot: SnapshotAssertion) -> None:
    assert screen("client", "list") == snapshot(name="list")
    assert screen("client", "show", "蓝海") == snapshot(name="show")
    assert screen("client", "show", "港机") == snapshot(name="show with a note of two lines")
    assert screen("client", "brief", "蓝海") == snapshot(name="brief")
    assert screen("due") == snapshot(name="due")


def test_a_proposed_plan(screen: Screen, snapshot: SnapshotAssertion) -> None:
    screen("target", "set", "2026-11", "21万")
    screen("target", "split", "2026-11")
    assert screen("plan", "today") == snapshot(name="screen")
    assert screen("plan", "today", "--text") == snapshot(name="text")
    assert screen("plan", "day", "周日") == snapshot(name="rest day")


def test_checks_of_one_visit_share_a_line_and_those_of_none_have_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    plans.print_checks([
        Check("warning", "no_key_tasks", "没有写当日重点任务。"),
        Check("warning", "task_due", "task due: 交月报。"),
        Check("warning", "no_expected", "no expected result", "V0001", "蓝海"),
        Check("warning", "promise_due", "样品。", "V0001", "蓝海"),
    ])  # fmt: skip
    cells = [line.split("\t") for line in capsys.readouterr().out.splitlines()[1:]]
    assert [row[-1].split("  ")[-1].strip() for row in cells] == [
        "没有写当日重点任务。", "task due: 交月报。", "no expected result; 样品",
    ]  # fmt: skip


def test_a_plan_and_the_days_end(screen: Screen, snapshot: SnapshotAssertion) -> None:
    planned(screen)
    assert screen("plan", "today") == snapshot(name="screen")
    assert screen("plan", "today", "--text") == snapshot(name="text")
    assert screen("plan", "check", code=4) == snapshot(name="check")
    screen("log", "蓝海", "签了", "--outcome", "成交", "--at", "14:00", "--next", "发货@周五")
    screen("log", "商社", "电话约好", "--by", "phone", "--no-next", "等对方定时间")
    assert screen("visit", "list", "2026-11") == snapshot(name="visits")
    assert screen("visit", "show", "V0003") == snapshot(name="visit")
    said = ("--gained", "签了一单", "--fell-short", "来回跑", "--key-task", "发货", "--key-task", "催款")
    assert screen("plan", "close", "--yes", "--drop", "红山@客户开会", *said) == snapshot(name="report")
    assert screen("plan", "tomorrow") == snapshot(name="tomorrow")

"""What is asked on a terminal, in a real one."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Sales

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

import pexpect

Terminal = Callable[..., Any]


@pytest.fixture
def terminal(environ: dict[str, str], tmp_path: Path) -> Iterator[Terminal]:
    """Run the program in a pseudo-terminal of 30 lines and 120 columns."""
    running = []

    def start(*argv: str, lang: str = "en") -> Any:
        child = pexpect.spawn(
            sys.executable,
            ["-m", "salescli", *argv],
            env={**environ, "SALES_LANG": lang, "TERM": "dumb"},
            cwd=str(tmp_path),
            encoding="utf-8",
            timeout=60,
            dimensions=(30, 120),
        )
        child.setecho(False)
        running.append(child)
        return child

    yield start
    for child in running:
        child.close(force=True)


def ended(child: Any, code: int = 0) -> str:
    """What the program still said; it must end with ``code``."""
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == code, child.before
    said: str = child.before
    return said.replace("\r\n", "\n")


def answer(child: Any, *pairs: tuple[str, str]) -> None:
    """Wait for each question and answer it."""
    for question, words in pairs:
        child.expect_exact(question)
        child.sendline(words)


def visit(sales: Sales, code: str) -> Any:
    return sales("visit", "show", code, "--json").json()


def test_of_several_clients_one_is_chosen_by_its_number(sales: Sales, terminal: Terminal) -> None:
    for name in ("蓝海机电", "蓝海物流"):
        sales("client", "add", name)
    child = terminal("client", "edit", "lh", "--grade", "A")
    child.expect_exact("C0001  蓝海机电")
    child.expect_exact("C0002  蓝海物流")
    answer(child, ("Number", "9"), ("from 1 to 2", ""), ("Number", "x"), ("Number", "2"))
    assert "Changed C0002 蓝海物流" in ended(child)
    assert sales("client", "show", "C0001", "--json").json()["grade"] is None


def test_of_several_contacts_one_is_chosen_by_its_number(sales: Sales, terminal: Terminal) -> None:
    sales("client", "add", "蓝海", "--contact", "张工")
    sales("client", "contact", "add", "蓝海", "张经理", "--title", "采购")
    child = terminal("visit", "log", "蓝海", "见面", "--contact", "张", "--no-next", "无")
    child.expect_exact("张经理  采购")
    answer(child, ("Number", "2"))
    ended(child)
    assert visit(sales, "V0001")["contact"] == "张经理"


def test_a_log_without_a_client_numbers_todays_visits_and_enter_takes_the_rhythm(
    sales: Sales, terminal: Terminal
) -> None:
    sales("client", "add", "蓝海", "--grade", "A")
    sales("visit", "plan", "蓝海", "今天", "10:00", "--purpose", "送样品")
    sales("visit", "plan", "蓝海", "今天", "14:00", "--purpose", "问规格", "--by", "phone")
    child = terminal("log")
    child.expect_exact("V0001  10:00 蓝海 送样品")
    child.expect_exact("V0002  14:00 蓝海 问规格")
    answer(child, ("Number", "2"), ("What happened?", "规格定了"), ("Next step", ""), ("On which day [2026-12-09]", ""))
    assert "Logged V0002 蓝海" in ended(child)
    logged = visit(sales, "V0002")
    assert (logged["status"], logged["by"], logged["note"]) == ("done", "phone", "规格定了")
    assert (logged["next_step"], logged["next_on"]) == ("contact again", "2026-12-09")
    assert visit(sales, "V0001")["status"] == "planned"


def test_without_a_visit_today_a_log_says_whom_it_needs(sales: Sales, terminal: Terminal) -> None:
    sales("client", "add", "蓝海")
    assert "CLIENT" in ended(terminal("log"), code=3)


def test_a_next_step_is_asked_until_it_is_clear(sales: Sales, terminal: Terminal) -> None:
    sales("client", "add", "蓝海")
    child = terminal("log", "蓝海", "见面")
    answer(child, ("Next step", "报价@某天"), ("某天", "报价@周五"))
    ended(child)
    assert visit(sales, "V0001")["next_on"] == "2026-11-27"
    child = terminal("log", "蓝海", "见面", "--next", "回访")
    answer(child, ("On which day", "someday"), ("someday", ""))
    ended(child)
    assert visit(sales, "V0002")["next_on"] == "2027-02-23"
    child = terminal("log", "蓝海", "见面", lang="zh")
    answer(child, ("下一步", "-"), ("原因", " "), ("原因：", "不做了"))
    ended(child)
    assert visit(sales, "V0003")["no_next_reason"] == "不做了"


def test_closing_asks_of_each_visit_and_takes_the_log_there(sales: Sales, terminal: Terminal) -> None:
    for name, hour in (("蓝海", "10:00"), ("红山", "11:00"), ("青峰", "14:00")):
        sales("client", "add", name, "--grade", "A")
        sales("visit", "plan", name, "今天", hour)
    child = terminal("plan", "close")
    answer(
        child,
        ("V0001 蓝海", "maybe"),
        ("Type move, drop or done", ""),  # Enter moves
        ("To which day [2026-11-26]", "某天"),
        ("某天", "周五"),
        ("V0002 红山", "drop"),
        ("Why?", " "),
        ("Why?", "客户出差"),
        ("V0003 青峰", "done"),
        ("What happened?", "签了合同"),
        ("Outcome", "太好了"),
        ("太好了", "成交"),
        ("Next step", "发货@下周三"),
        ("Gained", "签单"),
        ("Fell short", ""),
        ("Key task 1 of 2026-11-26 Thu", "发货"),
        ("Key task 2", "催款"),
        ("Key task 3", ""),
    )
    said = ended(child)
    assert "[Daily report] 2026-11-25 Wed" in said
    assert "青峰 [order] 签了合同 → 发货 2026-12-02 Wed" in said
    seen = [visit(sales, f"V000{number}") for number in (1, 2, 3, 4)]
    assert [one["status"] for one in seen] == ["moved", "missed", "done", "planned"]
    assert (seen[1]["reason"], seen[2]["outcome"], seen[3]["planned_on"]) == ("客户出差", "order", "2026-11-27")
    assert sales("plan", "tomorrow", "--json").json()["key_tasks"] == ["发货", "催款"]


def test_closing_is_asked_and_answered_in_chinese(sales: Sales, terminal: Terminal) -> None:
    for name in ("蓝海", "红山"):
        sales("client", "add", name)
        sales("visit", "plan", name, "今天")
    child = terminal("plan", "close", "--gained", "好", "--fell-short", "少", "--key-task", "一", lang="zh")
    answer(child, ("V0001 蓝海", "取消"), ("？", "下雨"), ("V0002 红山", "改期"), ("[2026-11-26]", ""))
    answer(child, ("2026-11-26", ""))
    assert "【日报】2026-11-25 周三" in ended(child)
    assert [visit(sales, f"V000{number}")["status"] for number in (1, 2)] == ["missed", "moved"]


@pytest.mark.parametrize("sign", ["c", "d"])
def test_leaving_in_the_middle_changes_nothing(sales: Sales, terminal: Terminal, sign: str) -> None:
    for name in ("蓝海", "红山"):
        sales("client", "add", name)
        sales("visit", "plan", name, "今天")
    child = terminal("plan", "close")
    answer(child, ("V0001 蓝海", "drop"), ("Why?", "下雨"))
    child.expect_exact("V0002 红山")
    child.expect_exact(":")
    child.sendcontrol(sign)
    assert "Traceback" not in ended(child, code=130)
    assert [visit(sales, f"V000{number}")["status"] for number in (1, 2)] == ["planned", "planned"]


def test_removing_is_confirmed(sales: Sales, terminal: Terminal) -> None:
    sales("client", "add", "蓝海")
    child = terminal("client", "remove", "蓝海")
    answer(child, ("Remove C0001 蓝海?", ""))
    ended(child)
    assert len(sales("client", "list", "--json").json()) == 1
    child = terminal("client", "remove", "蓝海")
    answer(child, ("Remove C0001 蓝海?", "y"))
    ended(child)
    assert sales("client", "list", "--json").json() == []


def test_init_asks_what_was_not_said_and_keeps_what_is_known(sales: Sales, terminal: Terminal) -> None:
    child = terminal("init", "--name", "张三", "--email", "z@a.cn")
    answer(
        child,
        ("Company and department", "销售一部"),
        ("Your territory", ""),
        ("supervisor", "王主管"),
        ("manager", "李经理"),
        ("manager's e-mail", "nowhere"),
        ("nowhere", "li@a.cn"),
        ("Working week", "三休"),
        ("三休", "大小周"),
        ("work on Saturday", "某天"),
        ("某天", "2026-11-28"),
    )
    ended(child)
    told = sales("init", "--yes", "--json").json()
    kept = [told[key] for key in ("name", "department", "territory", "supervisor", "manager", "manager_email")]
    assert kept == ["张三", "销售一部", "", "王主管", "李经理", "li@a.cn"]
    assert (told["working_week"], told["long_week"]) == ("大小周", "2026-11-28")
    child = terminal("init", "--territory", "滨江")
    answer(
        child,
        *[(f"[{known}]", "") for known in ("张三", "销售一部", "z@a.cn", "王主管", "李经理", "li@a.cn", "大小周")],
    )
    answer(child, ("[2026-11-28]", ""))
    ended(child)
    assert sales("init", "--yes", "--json").json() == {**told, "territory": "滨江"}


def test_pasted_notes_are_asked_about_corrected_and_logged(sales: Sales, terminal: Terminal) -> None:
    for name in ("蓝天物流", "蓝天电子", "红山"):
        sales("client", "add", name)
    child = terminal("plan", "close", "--paste")
    child.expect_exact("only a dot")
    for line in ("蓝天 要报价 周五给", "堵车一小时", "红山 没见到人", "明天：1送样", "."):
        child.sendline(line)
    answer(
        child,
        ("to leave it out", "99"),
        ("from 1 to 2", "-"),
        ("Number", "2"),
        ("Next step (- for none)", "再去@下周三"),
        ("All right?", "2"),
        ("Correction", "next"),
        ("no field", "by 电话"),
        ("All right?", "y"),
        ("Gained today", "线索"),
        ("Fell short", ""),
        ("Key task 2", ""),
    )
    assert "[Daily report]" in ended(child)
    first, second = visit(sales, "V0001"), visit(sales, "V0002")
    assert (first["client"]["code"], first["outcome"], first["next_on"]) == ("C0002", "quote", "2026-11-27")
    assert (second["by"], second["outcome"], second["next_step"]) == ("phone", "absent", "再去")

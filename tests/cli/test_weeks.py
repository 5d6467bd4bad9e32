"""`sales week …` through the real program."""

import io
import shutil
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from salescli import db
from salescli.calendars import Calendar
from salescli.config import DEFAULTS, Settings
from salescli.dates import Period
from salescli.services import changes
from salescli.services.accounts import clients
from salescli.services.goals import targets
from salescli.services.office import profile
from salescli.services.visiting import visits
from salescli.services.visiting.visits import NextStep
from salescli.vocabulary import Measure, Tier
from tests.conftest import Sales

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def filled(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data file with a name, a target, a visit done, one cancelled and one planned for next week."""
    path = Path(shutil.copy(template, tmp_path_factory.mktemp("filled") / "sales.db"))
    calendar, rules, year = Calendar(), Settings(Path("config.toml"), DEFAULTS), Period.year_of(TODAY)
    with db.writing(path) as session:
        changes.watch(session, "test", datetime.combine(TODAY, time(9)).astimezone())
        profile.save(session, name="张三", manager="李经理")
        for measure, amount in ((Measure.VISITS, 248), (Measure.AMOUNT, 1_200_000_000)):
            targets.set_target(session, year, amount, measure, Tier.TARGET)
            targets.split(session, year, measure, Tier.TARGET, calendar)
        one, two = (
            clients.add(session, {"name": name, "grade": "A"}, None, TODAY, rules, calendar)
            for name in ("甲公司", "乙公司")
        )
        visits.plan(session, one, TODAY, time(10), purpose="offer")
        visits.cancel(session, visits.plan(session, two, date(2026, 11, 26), None), "client away")
        visits.plan(session, two, date(2026, 12, 1), None)
        step = NextStep("contract", date(2026, 12, 2))
        visits.log(session, one, "saw Zhang", TODAY, step, TODAY, rules, calendar, outcome="order")
    return path


@pytest.fixture
def logged(sales: Sales, filled: Path, data_file: Path) -> Sales:
    """The program with that data file."""
    shutil.copy(filled, data_file)
    return sales


def test_the_review_sets_plan_against_actual(logged: Sales) -> None:
    week = logged("week", "review", "--json").json()
    assert (week["period"], week["begin"], week["end"]) == ("2026-W48", "2026-11-23", "2026-11-29")
    visits = week["visits"]
    assert (visits["planned"], visits["done"], visits["unplanned"], visits["rate"]) == (2, 1, 0, 0.5)
    assert [(row["code"], row["state"], row["reason"]) for row in visits["rows"]] == [
        ("V0001", "done", None),
        ("V0002", "cancelled", "client away"),
    ]
    (goal,) = (goal for goal in week["goals"] if goal["measure"] == "visits")
    assert (goal["week_target"], goal["week_actual"], goal["week_rate"]) == (5, 1, 0.2)


def test_json_has_a_key_for_each_section_and_no_words_of_a_language(logged: Sales) -> None:
    week = logged("week", "show", "--json").json()
    keys = {
        "goals",
        "score",
        "visits",
        "deals",
        "orders",
        "service",
        "market",
        "issues",
        "next",
        "learning",
        "approval",
    }
    assert keys <= week.keys()
    assert logged("week", "show", "--json", lang="zh").json() == week


def test_money_in_json_is_text_with_two_decimals(logged: Sales) -> None:
    week = logged("week", "review", "--json").json()
    assert [goal["week_target"] for goal in week["goals"] if goal["measure"] == "amount"] == ["241935.45"]
    assert [goal["target"] for goal in week["next"]["goals"] if goal["measure"] == "amount"] == ["241935.49"]


def test_the_review_says_what_has_no_reason_yet(logged: Sales) -> None:
    shown = logged("week", "review", today="2026-12-02").out
    assert "V0003" in shown
    assert "sales visit log" in shown


def test_the_plan_is_for_next_week_unless_told_otherwise(logged: Sales) -> None:
    week = logged("week", "plan", "--json").json()
    assert (week["period"], week["next"]["period"]) == ("2026-W49", "2026-W49")
    assert [visit["code"] for visit in week["next"]["visits"] if visit["code"]] == ["V0003"]
    assert ("甲公司", "2026-12-02", "contract") in [
        (visit["client"]["name"], visit["planned_on"], visit["purpose"]) for visit in week["next"]["visits"]
    ]
    assert logged("week", "plan", "2026-11-25", "--json").json()["period"] == "2026-W48"


def test_proposals_are_marked_and_nothing_is_stored(logged: Sales) -> None:
    logged("client", "add", "丙公司", "--grade", "A")
    assert "proposed" in logged("week", "plan").out
    visits = logged("week", "plan", "--json").json()["next"]["visits"]
    assert {visit["code"] is None for visit in visits if visit["proposed"]} <= {True}
    assert len(logged("visit", "list", "2026-W49", "--json").json()) == 1


def test_the_text_is_short_lines_with_the_numbers_of_the_week(logged: Sales) -> None:
    lines = logged("week", "show", "--text").out.splitlines()
    assert lines[0].startswith("[Week] 张三 2026-11-23")
    assert "Visits 1 / 5; 20.0%; month 0.0" not in lines
    assert any("1 / 5" in line and "20.0%" in line for line in lines)
    assert any("planned 2, done 1 (50.0%), unplanned 0" in line for line in lines)
    assert any("order: 甲公司" in line for line in lines)
    assert any("client away" in line for line in lines)
    assert "─" not in "".join(lines)


def test_what_a_replan_adds_is_said_in_the_plan_and_in_the_text(logged: Sales) -> None:
    assert "catch up" not in logged("week", "show", "--text").out
    logged("target", "replan", "2026")
    (goal,) = (one for one in logged("week", "plan", "--json").json()["next"]["goals"] if one["measure"] == "amount")
    assert float(goal["target"]) == float(goal["base"]) + float(goal["catch_up"]) > float(goal["base"])
    said = f"replanned: {float(goal['catch_up']):,.2f} more to catch up"
    assert said in logged("week", "plan").out
    lines = logged("week", "show", "--text").out.splitlines()
    assert f"amount closed: {float(goal['target']):,.2f} ({said})" in lines


def test_the_sheet_is_written_under_its_own_name(logged: Sales, tmp_path: Path) -> None:
    run = logged("week", "sheet")
    assert run.out == "Weekly_goals_张三_2026W48.xlsx\n"
    book = openpyxl.load_workbook(tmp_path / "Weekly_goals_张三_2026W48.xlsx")
    assert book.worksheets[0]["A1"].value.startswith("Weekly goals")


def test_the_sheet_in_chinese_has_the_handbooks_words(logged: Sales, tmp_path: Path) -> None:
    assert logged("week", "sheet", lang="zh").out == "目标管理表_张三_2026W48.xlsx\n"
    book = openpyxl.load_workbook(tmp_path / "目标管理表_张三_2026W48.xlsx")
    assert book.sheetnames == ["目标管理表", "日明细", "目标分解", "指标口径说明"]
    first = book.worksheets[0]
    words = [cell.value for row in first.iter_rows(max_col=1) for cell in row if isinstance(cell.value, str)]
    assert words[0] == "业务员目标管理表（周工作总结与计划表）"
    assert [word for word in words if word[1:2] == "、" or word[2:3] == "、"] == [
        "一、目标达成",
        "二、本周工作总结",
        "三、商机与报价",
        "四、订单与回款",
        "五、客户服务",
        "六、市场与竞争信息",
        "七、问题、建议与需要的支持",
        "八、下周目标",
        "九、下周拜访与工作计划",
        "十、学习与自我总结",
        "十一、经理审批",
    ]


def test_the_same_week_printed_twice_is_the_same_bytes(logged: Sales, tmp_path: Path) -> None:
    logged("week", "sheet", "--out", "one.xlsx")
    logged("week", "sheet", "--out", "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_sheet_that_is_there_is_replaced_only_by_force(logged: Sales, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"mine")
    refused = logged("week", "sheet", "--out", "x.xlsx", code=4)
    assert "x.xlsx" in refused.err
    assert (tmp_path / "x.xlsx").read_bytes() == b"mine"
    made = logged("week", "sheet", "--out", "x.xlsx", "--force", "--json").json()
    assert made == {"path": "x.xlsx", "period": "2026-W48", "version": 1}
    assert openpyxl.load_workbook(io.BytesIO((tmp_path / "x.xlsx").read_bytes())).worksheets


@pytest.mark.parametrize("lock", ["~$x.xlsx", ".~lock.x.xlsx#"])
def test_a_sheet_that_is_open_in_another_program_is_left_alone(logged: Sales, tmp_path: Path, lock: str) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"open")
    (tmp_path / lock).write_bytes(b"")
    refused = logged("week", "sheet", "--out", "x.xlsx", "--force", code=7)
    assert lock in refused.err
    assert (tmp_path / "x.xlsx").read_bytes() == b"open"


def test_a_sheet_that_cannot_be_written_is_exit_7_and_leaves_nothing(logged: Sales, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    failed = logged("week", "sheet", "--out", "missing/x.xlsx", code=7)
    assert len(failed.err.splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before
    logged("week", "sheet", "--out", "x.pdf", code=2)


def test_the_sheet_is_last_weeks_if_anything_is_recorded_in_it(logged: Sales) -> None:
    assert logged("week", "sheet", "--json", today="2026-12-01").json()["period"] == "2026-W48"
    assert logged("week", "sheet", "--json", today="2026-12-20").json()["period"] == "2026-W51"


def test_a_masked_sheet_shows_no_phone_of_a_note(logged: Sales, tmp_path: Path) -> None:
    logged("log", "乙公司", "打13812345678", "--no-next", "done")
    logged("week", "sheet", "--out", "x.xlsx", "--mask")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    notes = [cell.value for row in book.worksheets[1].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert "打138****5678" in notes


@pytest.mark.parametrize(
    ("verb", "period"),
    [
        ("review", "2026-11"),
        ("plan", "2026-W60"),
        ("show", "next year"),
        ("sheet", "2026"),
        ("review", ""),
        ("sheet", ""),
    ],
)
def test_what_is_no_week_is_exit_2(sales: Sales, verb: str, period: str) -> None:
    assert sales("week", verb, period, "--json", code=2).error()["code"] == "usage"


@pytest.mark.parametrize("verb", ["review", "plan", "show"])
def test_an_empty_week_is_shown_as_empty(sales: Sales, verb: str) -> None:
    for week in ("2026-W48", "2020-W53", "2030-W01"):
        assert sales("week", verb, week, "--json").json()["period"] == week
    assert sales("week", verb, "2020-W53").out


def test_a_sheet_of_an_empty_file_can_be_made(sales: Sales, tmp_path: Path) -> None:
    assert sales("week", "sheet").out == "Weekly_goals_2026W48.xlsx\n"
    assert (tmp_path / "Weekly_goals_2026W48.xlsx").stat().st_size > 5_000


def test_a_name_of_markup_and_formulas_is_shown_as_typed(sales: Sales, tmp_path: Path) -> None:
    sales("client", "add", "=HYPERLINK([red]x[/])", "--grade", "A")
    sales("log", "C0001", "ok", "--no-next", "nothing")
    assert "=HYPERLINK([red]x[/])" in sales("week", "review").out
    sales("week", "sheet", "--out", "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    (cell,) = (
        cell
        for row in book.worksheets[1].iter_rows()
        for cell in row
        if isinstance(cell.value, str) and "HYPERLINK" in cell.value
    )
    assert (cell.value, cell.data_type) == ("=HYPERLINK([red]x[/])", "s")


def test_the_names_that_a_map_takes_are_listed(logged: Sales) -> None:
    names = logged("week", "sheet", "--fields", "--json").json()
    assert {"name", "score", "goals.amount.week_target"} <= set(names["cells"])
    assert "client" in names["tables"]["visits"]
    shown = logged("week", "sheet", "--fields").out
    assert "name: 张三" in shown.splitlines()
    assert not list(Path.cwd().glob("*.xlsx"))

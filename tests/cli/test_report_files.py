"""`sales report day|month|quarter` and `sales plan print --xlsx`: the texts and files of a day, a month, a quarter."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Sales

MONDAY, TUESDAY, WEDNESDAY = "2026-11-23", "2026-11-24", "2026-11-25"


@pytest.fixture(scope="module")
def week_file(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return [tmp_path_factory.mktemp("week") / "sales.db"]


@pytest.fixture
def week(sales: Sales, data_file: Path, week_file: list[Path]) -> Sales:
    """A week in which there are targets, visits done, planned and beside the plan, orders and a receipt."""
    (kept,) = week_file
    if kept.exists():
        shutil.copy(kept, data_file)
        return sales
    sales("init", "--yes", "--name", "张三", "--department", "销售一部", "--supervisor", "王主管")
    for measure, amount in (("amount", "1200万"), ("visits", "240")):
        sales("target", "set", "2026", amount, "--measure", measure)
        sales("target", "split", "2026", "--measure", measure)
    for name in ("甲公司", "乙公司", "丙公司"):
        sales("client", "add", name, "--grade", "A")
    sales("visit", "plan", "甲公司", MONDAY, "10:00", "--purpose", "谈价格", "--expect", "定下单价", today=MONDAY)
    sales("visit", "plan", "乙公司", TUESDAY, "14:00", "--purpose", "送样", today=MONDAY)
    sales("visit", "plan", "丙公司", "2026-11-26", "09:30", "--purpose", "回访", today=MONDAY)
    sales("log", "甲公司", "签了", "--order", "80000", "--next", "交货@2026-12-03", today=MONDAY)
    sales("log", "乙公司", "收到样品", "--receipt", "20000", "--next", "再谈@2026-11-30", today=TUESDAY)
    sales("log", "丙公司", "顺路", "--order", "40000", "--no-next", "已定", today=TUESDAY)
    shutil.copy(data_file, kept)
    return sales


def cell(sheet: Any, first: str, place: int) -> Any:
    return next(row[place].value for row in sheet.iter_rows() if row[0].value == first)


# --- one week, the same numbers everywhere ---


def test_text_sheet_and_day_reports_tell_the_same_numbers(week: Sales, tmp_path: Path) -> None:
    week("week", "sheet", "2026-W48", "--out", "week.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "week.xlsx").worksheets[0]
    goals = {row["measure"]: row for row in week("week", "show", "--json").json()["goals"]}
    text = week("week", "show", "--text").out
    target, actual, rate = (cell(sheet, "Amount closed", place) for place in (3, 4, 6))
    goal = goals["amount"]
    assert (f"{actual:.2f}", f"{target:.2f}") == (goal["week_actual"], goal["week_target"])
    assert rate == pytest.approx(goal["week_rate"])
    assert f"amount closed {actual:,.2f} / {target:,.2f}; {rate:.1%}" in text
    assert f"visits {cell(sheet, 'Visits', 4)} / {cell(sheet, 'Visits', 3)}; {cell(sheet, 'Visits', 6):.1%}" in text
    days = [week("report", "day", day, "--json").json() for day in (MONDAY, TUESDAY, WEDNESDAY)]
    assert sum(float(day["amount"]) for day in days) == actual == 120_000
    assert sum(float(day["receipts"]) for day in days) == float(goals["receipts"]["week_actual"]) == 20_000
    assert sum(day["done"] + day["unplanned"] for day in days) == goals["visits"]["week_actual"] == 3
    month = week("report", "month", "--text").out
    assert f"amount closed 120,000.00 / {float(goal['month_target']):,.2f}; {goal['month_rate']:.1%}" in month


def test_the_days_plan_tells_the_same_number_as_text_and_on_paper(week: Sales, tmp_path: Path) -> None:
    week("plan", "print", "2026-11-26", "--xlsx", "day.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "day.xlsx").worksheets[0]
    text = week("plan", "print", "2026-11-26", "--text").out
    target = week("plan", "print", "2026-11-26", "--json").json()["target"]
    asked, to_go, needed = sheet["A6"].value, sheet["F6"].value, sheet["G6"].value
    assert (f"{asked:.2f}", f"{to_go:.2f}", f"{needed:.2f}") == (
        target["day"], target["month_to_go"], target["needed_per_day"],
    )  # fmt: skip
    assert f"amount closed for the day: {asked:,.2f}\n" in text
    assert f"to go in the month: {to_go:,.2f}; needed a day: {needed:,.2f}\n" in text


@pytest.mark.parametrize(
    "command", [("week", "show"), ("plan", "print"), ("report", "day"), ("report", "month"), ("report", "quarter")]
)
def test_what_is_pasted_has_short_lines_and_no_table(week: Sales, command: tuple[str, str]) -> None:
    lines = week(*command, "--text", lang="zh").out.splitlines()
    assert lines[0].startswith("【")
    assert max(len(line) for line in lines) <= 80
    assert not any("  " in line.strip() or "│" in line or "─" in line for line in lines)


# --- the day's report ---


def test_the_days_report_stands_before_the_day_is_closed(week: Sales) -> None:
    lines = week("report", "day", TUESDAY).out.splitlines()
    assert "Daily report" in lines[0]
    assert lines[1:3] == [
        "Visits planned 1, done 1, unplanned 1, follow-ups 0", "Sold 40,000.00, received 20,000.00"
    ]  # fmt: skip
    assert any("收到样品" in line for line in lines)
    assert week("report", "day", TUESDAY, "--text").out.splitlines() == lines
    assert week("report", "day", TUESDAY, "--json").json()["state"] == "draft"


def test_the_report_after_closing_is_what_closing_printed(week: Sales) -> None:
    closed = week("plan", "close", TUESDAY, "--yes", "--gained", "拿到样品反馈").out
    assert week("report", "day", TUESDAY).out == closed


def test_a_day_to_come_has_no_report(week: Sales) -> None:
    assert "2026-11-26" in week("report", "day", "2026-11-26", code=2).err


# --- the day's plan on paper ---


def test_the_plan_goes_to_a_file_of_its_own_name_in_a_folder(week: Sales, tmp_path: Path) -> None:
    assert week("plan", "print", "2026-11-26", "--xlsx", ".").out == "Day_plan_张三_2026-11-26.xlsx\n"
    assert week("plan", "print", "2026-11-26", "--xlsx", ".", lang="zh").out == "日计划_张三_2026-11-26.xlsx\n"
    sheet = openpyxl.load_workbook(tmp_path / "日计划_张三_2026-11-26.xlsx").worksheets[0]
    assert (sheet.title, sheet["A1"].value) == ("日计划", "业务员日工作计划表")


def test_a_file_that_is_there_stays_unless_forced_and_bytes_are_the_same(week: Sales, tmp_path: Path) -> None:
    told = week("plan", "print", "2026-11-26", "--xlsx", "a.xlsx", "--json").json()
    assert told == {"path": "a.xlsx", "date": "2026-11-26", "pages": 1}
    before = (tmp_path / "a.xlsx").read_bytes()
    week("plan", "print", "2026-11-26", "--xlsx", "a.xlsx", code=4)
    week("plan", "print", "2026-11-26", "--xlsx", "a.xlsx", "--force")
    assert (tmp_path / "a.xlsx").read_bytes() == before


def test_a_file_that_cannot_be_written_leaves_nothing(week: Sales, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    week("plan", "print", "--xlsx", "missing/a.xlsx", code=7)
    week("report", "month", "--out", "missing/a.xlsx", code=7)
    week("plan", "print", "--xlsx", "a.pdf", code=2)
    assert sorted(tmp_path.iterdir()) == before


# --- the assessments ---


def test_the_month_is_shown_as_json_and_written(week: Sales, tmp_path: Path) -> None:
    told = week("report", "month", "--json").json()
    assert (told["period"], told["measures"][0]["actual"], told["months"]) == ("2026-11", "120000.00", [])
    assert week("report", "month", "--json", lang="zh").json() == told
    assert week("report", "month", "--out", ".").out == "Assessment_张三_202611.xlsx\n"
    book = openpyxl.load_workbook(tmp_path / "Assessment_张三_202611.xlsx")
    assert book.sheetnames == ["Assessment", "Definitions"]
    assert cell(book.worksheets[0], "Weighted score", 7) == pytest.approx(told["score"])
    week("report", "month", "--out", ".", code=4)


def test_the_sheet_in_chinese(week: Sales, tmp_path: Path) -> None:
    assert week("report", "quarter", "--out", "q.xlsx", lang="zh").out == "q.xlsx\n"
    book = openpyxl.load_workbook(tmp_path / "q.xlsx")
    assert book.sheetnames == ["考核表", "指标口径说明"]
    first = [row[0].value for row in book.worksheets[0].iter_rows() if isinstance(row[0].value, str)]
    assert first[0] == "业务员季度考核表"
    assert [text for text in first if text[1:2] == "、"] == [
        "一、目标考核", "二、拜访与客户覆盖", "三、商机与成交", "四、期末应收款", "五、客户与服务", "六、遗留事项",
        "七、经理考核意见",
    ]  # fmt: skip


def test_the_quarter_is_told_month_by_month(week: Sales) -> None:
    lines = week("report", "quarter").out.splitlines()
    assert lines[0] == "Quarterly assessment  2026-Q4 (2026-10-01 – 12-31), as of 11-25"
    assert [line[:9] for line in lines if line.startswith("2026-1")] == ["2026-10: ", "2026-11: ", "2026-12: "]


def test_periods_that_do_not_fit_are_refused(week: Sales) -> None:
    week("report", "month", "2026-Q4", code=2)
    week("report", "quarter", "2026-W48", code=2)
    assert "2026-12" in week("report", "month", "2026-12", code=4).err
    assert date.fromisoformat(week("report", "month", "last-month", "--json").json()["end"]) == date(2026, 10, 31)

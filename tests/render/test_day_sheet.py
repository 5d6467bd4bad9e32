"""The day's written plan as a page, read back with openpyxl."""

import io
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet.worksheet import Worksheet

from salescli import i18n
from salescli.dates import Period
from salescli.render.day_matters import matter_lines
from salescli.render.day_sheet import day_sheet
from salescli.services.care import feedback, promises, tasks, tickets
from salescli.services.goals import targets
from salescli.services.office import profile
from salescli.services.office.profile import ProfileView
from salescli.services.planning.day_plans import DayPlanView
from salescli.services.planning.visit_checks import CheckItem
from salescli.services.visiting.promise_words import Promised
from salescli.vocabulary import Measure, Tier
from tests.services.desk import FRI, MON, TODAY, Desk

SECTIONS = [
    "1. The day's number", "2. Key tasks", "3. Due: promises, problems, tasks, next steps", "4. Visits in order",
    "5. At the day's end (by hand)", "6. The supervisor's check",
]  # fmt: skip
LONG = "谈三月份的供货价格和交期，" * 12


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.activate("en")
    yield
    i18n.activate("en")


@pytest.fixture
def desk(session: Any, defaults: Any) -> Desk:
    return Desk(session, defaults)


@pytest.fixture
def me(desk: Desk) -> ProfileView:
    return profile.view(profile.save(desk.session, name="张三", department="销售一部", supervisor="王主管"))


@pytest.fixture
def plan(desk: Desk, me: ProfileView) -> DayPlanView:
    """A day of two visits and a call, a promise that is late, a task, a key task and a number."""
    year = Period.year_of(TODAY)
    targets.set_target(desk.session, year, 1_200_000_000, Measure.AMOUNT, Tier.TARGET)
    targets.split(desk.session, year, Measure.AMOUNT, Tier.TARGET, desk.calendar)
    one, two = desk.client("蓝海", {"name": "张工"}, grade="A"), desk.client("=1+1 公司")
    desk.plan(one, TODAY, time(14), purpose="谈价格", expected="定下三月价", materials="报价单", contact="张工")
    desk.plan(two, TODAY, time(9, 30), purpose="+例行拜访")
    desk.plan(one, TODAY, time(16), purpose="催款", by="phone")
    promises.add(desk.session, one, Promised("寄样品", MON))
    tasks.add(desk.session, "交月报", due_on=TODAY)
    made = desk.day()
    return made._replace(key_tasks=["寄样品给蓝海"])


def crowded(plan: DayPlanView, count: int, text: str = LONG) -> DayPlanView:
    """The plan with so many visits, each with long texts."""
    stop = plan.visits[0]
    visit = stop.visit._replace(purpose=text, expected=text, materials=text)
    return plan._replace(visits=[stop._replace(visit=visit, order=number + 1) for number in range(count)])


def opened(plan: DayPlanView, me: ProfileView) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(day_sheet(plan, me).content)).worksheets[0]


def row_of(sheet: Worksheet, text: str) -> int:
    return next(row[0].row for row in sheet.iter_rows() if row[0].value == text)


def values(sheet: Worksheet, row: int) -> list[Any]:
    return [cell.value for cell in sheet[row] if cell.value is not None]


def test_its_sections_stand_in_order_even_for_an_empty_day(plan: DayPlanView, desk: Desk, me: ProfileView) -> None:
    for one in (plan, desk.day(FRI)):
        first = [row[0].value for row in opened(one, me).iter_rows()]
        assert [text for text in first if text in SECTIONS] == SECTIONS


def test_the_day_and_its_number_are_real_ones(plan: DayPlanView, me: ProfileView) -> None:
    sheet = opened(plan, me)
    assert sheet["A2"].value == datetime.combine(TODAY, time())
    assert sheet["A2"].number_format == '"Date: "yyyy-mm-dd" Wed"'
    number, to_go = sheet.cell(6, 1), sheet.cell(6, 6)
    assert plan.target is not None
    assert (number.value, number.number_format) == (plan.target.day / 100, "#,##0.00")
    assert to_go.value == plan.target.month_to_go / 100
    assert (sheet["H6"].value, sheet["I6"].value) == (2, 1)


def test_visits_stand_by_time_with_what_is_to_be_ready_and_room_to_write(plan: DayPlanView, me: ProfileView) -> None:
    sheet = opened(plan, me)
    row = row_of(sheet, SECTIONS[3])
    assert [sheet.cell(row + place, 1).value for place in (2, 4)] == ["Morning", "Afternoon"]
    assert values(sheet, row + 3) == [1, time(9, 30), "=1+1 公司", "+例行拜访"]
    assert values(sheet, row + 5) == [2, time(14), "蓝海", "A", "张工", "谈价格", "定下三月价", "报价单"]
    assert values(sheet, row + 6)[-1] == "phone; 催款"
    result = sheet.cell(row + 5, 9)
    assert (result.value, result.protection.locked) == (None, False)
    assert sheet.protection.sheet


def test_what_is_due_is_listed_and_what_is_late_is_coloured(plan: DayPlanView, me: ProfileView) -> None:
    sheet = opened(plan, me)
    row = row_of(sheet, SECTIONS[2])
    assert values(sheet, row + 2) == [datetime.combine(MON, time()), "promise", "蓝海", "we promised: 寄样品"]
    assert values(sheet, row + 3) == [datetime.combine(TODAY, time()), "task", "交月报"]
    (late,) = sheet.conditional_formatting
    assert str(late.sqref) == f"A{row + 2} A{row + 3}"
    assert from_excel(int(late.rules[0].formula[0])).date() == TODAY


def test_what_is_due_stands_in_the_order_of_the_plan_on_the_terminal(desk: Desk, me: ProfileView) -> None:
    client = desk.client("蓝海")
    feedback.add(desk.session, "账期审批太慢", TODAY, urgent=True)
    tasks.add(desk.session, "交周报", due_on=TODAY)
    tasks.add(desk.session, "交月报", due_on=MON)
    promises.add(desk.session, client, Promised("寄样品", TODAY))
    tickets.add(desk.session, client, "漏油", *desk.rules_now, severity="key")
    plan = desk.day()
    sheet = opened(plan, me)
    row = row_of(sheet, SECTIONS[2]) + 2
    rows = [values(sheet, row + place) for place in range(5)]
    for told, line in zip(rows, matter_lines(plan.matters), strict=True):
        assert str(told[-1]).rpartition(": ")[-1] in line
    assert rows[0] == ["urgent", "F0001 账期审批太慢"]
    assert [told[1] for told in rows[1:]] == ["task", "promise", "problem", "task"]


def test_what_is_to_be_ready_has_a_line_each(plan: DayPlanView, me: ProfileView) -> None:
    items = [
        CheckItem(number, text, 0, None, None, TODAY, None) for number, text in enumerate(["名片", "样册"], start=1)
    ]
    sheet = opened(plan._replace(visits=[plan.visits[1]._replace(ready=items)]), me)
    told = [cell.value for line in sheet.iter_rows() for cell in line if str(cell.value).startswith("报价单")]
    assert told == ["报价单\n□ 名片\n□ 样册"]


def test_key_tasks_not_named_leave_lines_to_write_on(plan: DayPlanView, me: ProfileView) -> None:
    sheet = opened(plan, me)
    row = row_of(sheet, SECTIONS[1])
    assert [sheet.cell(row + place, 2).value for place in (1, 2, 3)] == ["寄样品给蓝海", None, None]
    assert sheet.cell(row + 1, 2).protection.locked
    assert not sheet.cell(row + 2, 2).protection.locked


def test_no_text_is_a_formula(plan: DayPlanView, me: ProfileView) -> None:
    cells = [cell for row in opened(plan, me).iter_rows() for cell in row]
    assert any(cell.value == "=1+1 公司" for cell in cells)
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}


@pytest.mark.parametrize("count", [1, 8, 15])
def test_up_to_fifteen_visits_fit_on_one_portrait_page(plan: DayPlanView, me: ProfileView, count: int) -> None:
    made = crowded(plan, count)
    sheet = opened(made, me)
    assert day_sheet(made, me).pages == 1
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == ("portrait", 9, 1, 1)
    assert not sheet.row_breaks.brk
    assert sheet.print_area == f"'Day plan'!$A$1:$I${sheet.max_row}"


def test_more_visits_go_on_further_pages_under_the_same_head(plan: DayPlanView, me: ProfileView) -> None:
    made = crowded(plan, 60)
    sheet = opened(made, me)
    assert day_sheet(made, me).pages == len(sheet.row_breaks.brk) + 1 > 1
    assert sheet.page_setup.fitToHeight == 0
    tops = [sheet.cell(found.id + 1, 3).value for found in sheet.row_breaks.brk]
    assert set(tops) <= {"Client", None}


def test_few_visits_get_more_room_to_write_on(plan: DayPlanView, me: ProfileView) -> None:
    one, many = (opened(crowded(plan, count, "谈价格"), me) for count in (1, 12))
    heights = [sheet.row_dimensions[row_of(sheet, SECTIONS[3]) + 3].height for sheet in (one, many)]
    assert heights[0] > heights[1]


def test_a_proposed_plan_says_so(plan: DayPlanView, me: ProfileView) -> None:
    for proposed in (True, False):
        sheet = opened(plan._replace(proposed=proposed), me)
        said = values(sheet, row_of(sheet, SECTIONS[3]))[1:]
        assert said == (["proposed, not taken over yet"] if proposed else [])


def test_the_same_plan_gives_the_same_bytes(plan: DayPlanView, me: ProfileView) -> None:
    assert day_sheet(plan, me).content == day_sheet(plan, me).content
    assert day_sheet(plan._replace(key_tasks=["别的"]), me).content != day_sheet(plan, me).content

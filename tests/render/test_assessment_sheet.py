"""The assessment sheet as a workbook, read back with openpyxl, and the assessment in words."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from salescli import i18n
from salescli.dates import Period
from salescli.formulas import title
from salescli.render.assessment_sheet import workbook
from salescli.render.assessments import assessment_json, assessment_text
from salescli.services.care import promises
from salescli.services.goals import targets
from salescli.services.office import profile
from salescli.services.reporting import assessments
from salescli.services.reporting.assessments import Assessment
from salescli.services.visiting.promise_words import Promised
from salescli.vocabulary import Measure, Ratio, Tier
from tests.services.desk import TODAY, Desk
from tests.services.ledger import Ledger

SECTIONS = [
    "1. Goals of the period", "2. Visits and coverage", "3. Funnel and deals", "4. Receivables at the end",
    "5. Clients and service", "6. What was left undone", "7. The manager's assessment",
]  # fmt: skip
NOVEMBER, QUARTER = Period.month_of(TODAY), Period.quarter_of(TODAY)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.activate("en")
    yield
    i18n.activate("en")


@pytest.fixture
def desk(session: Any, defaults: Any) -> Desk:
    return Desk(session, defaults)


def assess(desk: Desk, period: Period) -> Assessment:
    return assessments.assess(desk.session, period, TODAY, desk.now, desk.settings, desk.calendar)


@pytest.fixture
def made(desk: Desk) -> Desk:
    """A desk with orders, money owed, visits, a promise not kept and two measures with a target."""
    ledger = Ledger(desk.session)
    profile.save(desk.session, name="张三", department="销售一部", manager="李经理")
    for measure, amount in ((Measure.AMOUNT, 30_000_000), (Measure.EFFECTIVE_VISITS, 30)):
        targets.set_target(desk.session, QUARTER, amount, measure, Tier.TARGET)
        targets.split(desk.session, QUARTER, measure, Tier.TARGET, desk.calendar)
    one, two = desk.client("=1+1 公司", grade="A"), desk.client("乙公司", grade="B")
    order = ledger.order(one, "2026-11-05", 5_000_000)
    ledger.owed(order, "2026-11-10", 5_000_000)
    desk.plan(one, TODAY)
    desk.log(one)
    desk.plan(two, date(2026, 11, 20), purpose="+送样")
    promises.add(desk.session, two, Promised("@寄样品", date(2026, 11, 20)))
    return desk


def opened(assessment: Assessment) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(assessment)))


def row_of(sheet: Worksheet, text: str) -> int:
    return next(row[0].row for row in sheet.iter_rows() if row[0].value == text)


def values(sheet: Worksheet, row: int) -> list[Any]:
    return [cell.value for cell in sheet[row] if cell.value is not None]


@pytest.mark.parametrize("period", [NOVEMBER, QUARTER])
def test_all_sections_stand_in_order_however_empty(desk: Desk, period: Period) -> None:
    sheet = opened(assess(desk, period)).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows() if row[0].value in SECTIONS] == SECTIONS


def test_measures_are_real_numbers_with_formats(made: Desk) -> None:
    found = assess(made, NOVEMBER)
    sheet = opened(found).worksheets[0]
    row = sheet[row_of(sheet, SECTIONS[0]) + 2]
    amount = found.measures[0]
    assert [cell.value for cell in row[:8]] == [
        "Amount closed", 80, "yuan", amount.target / 100, 50_000, pytest.approx(amount.rate),
        pytest.approx(amount.points), pytest.approx(amount.weighted),
    ]  # fmt: skip
    assert [cell.number_format for cell in row[3:6]] == ["#,##0.00", "#,##0.00", "0.0%"]
    assert sheet["F3"].value == datetime.combine(TODAY, time())
    total = row_of(sheet, "Weighted score")
    assert sheet.cell(total, 8).value == pytest.approx(found.score)


def test_the_managers_total_is_the_only_formula_and_other_text_stays_text(made: Desk) -> None:
    formulas = []
    for sheet in opened(assess(made, QUARTER)):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    formulas.append(cell.coordinate)
                elif isinstance(cell.value, str):
                    assert cell.data_type == "s"
    assert len(formulas) == 1


def test_only_the_managers_cells_and_remarks_are_open(made: Desk) -> None:
    book = opened(assess(made, NOVEMBER))
    sheet = book.worksheets[0]
    assert all(one.protection.sheet for one in book)
    free = {cell.column_letter for row in sheet.iter_rows(max_row=8) for cell in row if not cell.protection.locked}
    assert free == {"I", "J"}
    for name in ("sales_comment", "sales_score", "sales_manager_signature", "sales_score_amount"):
        ((_sheet, place),) = book.defined_names[name].destinations
        assert not sheet[place.replace("$", "")].protection.locked, name
    assert {str(rule.type) for rule in sheet.data_validations.dataValidation} == {"decimal"}


def test_a_quarter_has_its_months_side_by_side(made: Desk) -> None:
    found = assess(made, QUARTER)
    sheet = opened(found).worksheets[0]
    row = row_of(sheet, "Month by month")
    assert values(sheet, row + 1) == ["2026-10", "2026-11", "2026-12"]
    amounts = [cell.value for cell in sheet[row + 3]]
    assert amounts[0] == "Amount closed"
    assert sum(amounts[place] for place in (1, 4, 7)) == pytest.approx(300_000)
    assert (amounts[2], amounts[5], amounts[8]) == (0, 50_000, None)
    assert not any(one.value == "Month by month" for row in opened(assess(made, NOVEMBER)).worksheets[0] for one in row)


def test_what_was_owed_and_left_stands_in_it(made: Desk) -> None:
    sheet = opened(assess(made, NOVEMBER)).worksheets[0]
    owed = row_of(sheet, SECTIONS[3])
    assert values(sheet, owed)[1] == "Owed 50,000.00, overdue 50,000.00 (100.0%)"
    assert values(sheet, owed + 2) == [0, 50_000, 0, 0, 0]
    assert values(sheet, owed + 4) == ["=1+1 公司", 50_000, 50_000, 15]
    left = row_of(sheet, SECTIONS[5])
    due = datetime.combine(date(2026, 11, 20), time())
    assert values(sheet, left + 2) == ["visit", "V0002", "乙公司", "+送样", due, "not done"]
    assert values(sheet, left + 3) == ["promise", "P0001", "乙公司", "we promised: @寄样品", due, "open"]


def test_every_figure_has_its_definition_and_the_rows_behind_it(made: Desk) -> None:
    sheet = opened(assess(made, NOVEMBER)).worksheets[1]
    rows = {row[0].value: (row[1].value, row[3].value) for row in sheet.iter_rows(min_row=3)}
    assert rows["Amount closed"] == (50_000, "O0001")
    assert rows["Effective visits"] == (1, "V0001")
    assert rows[title(Ratio.OVERDUE_RATE)] == (1, "50,000.00 ÷ 50,000.00")
    assert rows["Left undone"] == (2, "V0002 P0001")
    assert {"Target", "Rate", "Weight (%)", "Weighted score", "Receivables at the end"} <= set(rows)


def test_it_prints_on_landscape_pages_with_its_head_repeated(made: Desk) -> None:
    for sheet in opened(assess(made, NOVEMBER)):
        setup = sheet.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == ("landscape", 9, 1, 0)
        assert sheet.print_title_rows


def test_many_things_left_are_cut_and_counted(made: Desk) -> None:
    found = assess(made, NOVEMBER)
    sheet = opened(replace(found, left=found.left * 20)).worksheets[0]
    assert any(row[0].value == "20 more; the program shows them." for row in sheet.iter_rows())


def test_the_same_assessment_gives_the_same_bytes(made: Desk) -> None:
    found = assess(made, NOVEMBER)
    assert workbook(found) == workbook(found)
    assert workbook(replace(found, score=1.0)) != workbook(found)


def test_the_text_has_the_numbers_of_the_sheet_in_short_lines(made: Desk) -> None:
    found = assess(made, QUARTER)
    lines = assessment_text(found).splitlines()
    amount = found.measures[0]
    assert lines[0] == "[Quarterly assessment] 销售一部 张三 2026-Q4 (2026-10-01 – 12-31), as of 11-25"
    assert lines[1] == f"amount closed 50,000.00 / 300,000.00; {amount.rate:.1%}"
    assert f"Weighted score: {found.score:.1f}" in lines
    assert "Owed 50,000.00, overdue 50,000.00 (100.0%)" in lines
    assert "- visit V0002 乙公司: +送样 (11-20)" in lines
    assert any(line.startswith("2026-11: ") for line in lines)
    assert not any("  " in line or "|" in line for line in lines)


def test_scripts_read_money_as_text_and_rates_as_numbers(made: Desk) -> None:
    told = assessment_json(assess(made, NOVEMBER))
    assert (told["period"], told["end"], told["as_of"]) == ("2026-11", date(2026, 11, 30), TODAY)
    assert told["measures"][0]["actual"] == "50000.00"
    assert told["receivables"]["buckets"]["d30"] == "50000.00"
    assert told["left"][0] == {
        "kind": "visit", "code": "V0002", "client": {"code": "C0002", "name": "乙公司"}, "text": "+送样",
        "due_on": date(2026, 11, 20), "state": "not_done",
    }  # fmt: skip
    assert told["months"] == []

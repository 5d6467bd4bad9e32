"""Sections 3 and 4 of the goal sheet, read back from the workbook, and the same as scripts read them."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import Session

from salescli import i18n
from salescli.config import Settings
from salescli.dates import Period
from salescli.render.week_json import week_json
from salescli.render.week_sheet import workbook
from salescli.render.weeks import measure_title
from salescli.services.goals import targets
from salescli.services.reporting import weeks
from salescli.services.reporting.weeks import WeekReport
from salescli.services.selling import deals
from salescli.vocabulary import Measure, Tier
from tests.services.desk import MON, TODAY, Desk
from tests.services.ledger import Ledger


@pytest.fixture
def report(session: Session, defaults: Settings, now: datetime) -> WeekReport:
    """A week with a deal that moved, one that was lost, a quotation, an order overdue and a receipt."""
    i18n.activate("en")
    ledger, desk = Ledger(session), Desk(session, defaults)
    client = desk.client("杭州蓝海")
    due = date(2026, 11, 28)
    deals.add(session, client, "二期", date(2026, 11, 12), defaults, amount=35_000_000, expected_on=due)
    deals.move(session, deals.find(session, "二期"), "solution", MON, defaults)
    deals.lose(session, deals.add(session, client, "试用", MON, defaults), MON, "价格")
    ledger.quotation(client, "2026-11-24", 5_000_000, state="sent")
    part = ledger.owed(ledger.order(client, "2026-09-01", 6_000_000, number="HT-1"), "2026-11-05", 6_000_000)
    ledger.pays(ledger.receipt(client, "2026-11-24", 1_000_000), part, 1_000_000)
    return weeks.report(session, Period.week_of(TODAY), TODAY, now, defaults, desk.calendar)


def values(sheet: Worksheet) -> list[list[object]]:
    """The filled cells of each row, moments as days."""
    return [
        [cell.date() if isinstance(cell, datetime) else cell for cell in row if cell is not None]
        for row in sheet.iter_rows(values_only=True)
    ]


def test_the_sections_show_deals_quotations_what_is_owed_and_the_sums(report: WeekReport) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(report))).worksheets[0]
    rows = values(sheet)
    assert ["3. Deals and quotations", "2026-11: weighted 175,000.00 + booked or won 0.00 = 175,000.00"] in rows
    assert ["杭州蓝海", "二期", 350000, "solution", 0.5, date(2026, 11, 28), "moved to solution"] in rows
    assert ["杭州蓝海", "试用", "lost", 0, "new; lost"] in rows
    assert ["杭州蓝海", "Quotation Q0001", 50000, "sent", "new quotation"] in rows
    assert ["Sales this week", "Receivable in all", "Received this week", "Overdue"] in rows
    assert [0, 50000, 10000, 50000] in rows
    assert ["杭州蓝海", "HT-1", 50000, date(2026, 11, 5), 20, 10000] in rows


def test_the_definitions_name_the_records_behind_a_figure(session: Session, defaults: Settings, now: datetime) -> None:
    i18n.activate("en")
    ledger, desk = Ledger(session), Desk(session, defaults)
    client = desk.client("杭州蓝海")
    for _number in range(62):
        sold = ledger.order(client, "2026-11-24", 100)
    ledger.back(sold, "2026-11-25", 100)
    ledger.receipt(client, "2026-11-24", 100)
    ledger.refund(client, "2026-11-25", 30)
    ledger.quotation(client, "2026-11-23")
    for measure in (Measure.AMOUNT, Measure.RECEIPTS, Measure.ORDERS, Measure.NEW_CLIENTS, Measure.QUOTES):
        targets.set_target(session, Period.month_of(TODAY), 1600, measure, Tier.TARGET)
        targets.split(session, Period.month_of(TODAY), measure, Tier.TARGET, desk.calendar)
    report = weeks.report(session, Period.week_of(TODAY), TODAY, now, defaults, desk.calendar)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(report))).worksheets[3]
    behind = {row[0].value: row[3].value for row in sheet.iter_rows(min_row=3)}
    codes = " ".join(f"O{number:04}" for number in range(1, 61)) + " and {more} more"
    titles = [measure_title(measure) for measure in Measure if measure != Measure.SATISFACTION]
    assert {title: text for title, text in behind.items() if title in titles and text} == {
        measure_title(Measure.AMOUNT): codes.format(more=3),  # the return has a code of its own
        measure_title(Measure.ORDERS): codes.format(more=2),
        measure_title(Measure.RECEIPTS): "R0001 C0001",
        measure_title(Measure.NEW_CLIENTS): "O0001",
        measure_title(Measure.QUOTES): "Q0001",
    }
    received = [row[:3] for row in values(openpyxl.load_workbook(io.BytesIO(workbook(report))).worksheets[0])]
    assert ["杭州蓝海", "refund", 0] in received


def test_scripts_read_tokens_and_money_as_text(report: WeekReport) -> None:
    found = week_json(report)
    assert found["deals"]["expected"] == "175000.00"
    kinds = [(row["kind"], row["state"], row["stage"], row["amount"]) for row in found["deals"]["rows"]]
    assert ("deal", "open", "solution", "350000.00") in kinds
    assert ("quotation", "sent", None, "50000.00") in kinds
    assert {name: found["orders"][name] for name in ("sales", "owed", "received", "overdue")} == {
        "sales": "0.00", "owed": "50000.00", "received": "10000.00", "overdue": "50000.00",
    }  # fmt: skip
    assert found["orders"]["rows"][0]["order"] == "O0001"

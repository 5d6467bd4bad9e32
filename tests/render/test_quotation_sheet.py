"""The quotation that goes to the client, read back with openpyxl."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from salescli import i18n
from salescli.approval_form import DECISION, REASON, SIGNED, SIGNED_ON
from salescli.errors import BadValue, NotWritten, Refused
from salescli.render import quotation_sheet
from salescli.services.accounts.clients import ClientRef
from salescli.services.accounts.contacts import ContactView
from salescli.services.office.profile import ProfileView
from salescli.services.selling.quotations import LineView, QuotationView

PROFILE = ProfileView("张三", "销售一部", "", "zs@example.com", "", "", "", "CNY", "双休", None)
CONTACT = ContactView("李工", "采购经理", None, None, None, None, None, True)
HEAD = ["启明机电", "滨江区 1 号"]


def line(position: int, product: str, quantity: str, price: int, amount: int, **more: Any) -> LineView:
    told = {"product_code": None, "spec": None, "unit": None, "discount_percent": None, **more}
    return LineView(
        position=position, product=product, quantity=quantity, price=price, amount=amount, last_paid=None,
        last_quoted=None, **told,
    )  # fmt: skip


LINES = [
    line(1, "轴承座", "100", 3550, 355_000, spec="φ200", unit="套"),
    line(2, '=HYPERLINK("http://x")', "2.5", 1250, 2969, discount_percent="5"),
]
QUOTATION = QuotationView(
    code="Q0007", version=2, client=ClientRef("C0001", "=杭州蓝海"), deal=None, state="draft",
    issued_on=date(2026, 11, 25), valid_until=date(2026, 12, 25), sent_on=None, settled_on=None, currency="CNY",
    rate=None, incoterm=None, discount=7969, freight=20_000, tax_percent="13", total=370_000, terms="款到发货",
    reason="内部的原因", note="+备注", current=True, lines=LINES,
)  # fmt: skip


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.activate("en")
    yield
    i18n.activate(before)


def written(folder: Path, quotation: QuotationView = QUOTATION, **more: Any) -> Worksheet:
    path = folder / "q.xlsx"
    quotation_sheet.write(path, quotation, PROFILE, CONTACT, HEAD, **more)
    return openpyxl.load_workbook(path).worksheets[0]


def rows(sheet: Worksheet) -> list[list[Any]]:
    found = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    return [row for row in found if row]


def test_the_page_says_who_offers_what_to_whom(tmp_path: Path) -> None:
    assert rows(written(tmp_path)) == [
        ["启明机电"],
        ["滨江区 1 号"],
        ["QUOTATION"],
        ["Client", "=杭州蓝海", "Quotation no.", "Q0007 (version 2)"],
        ["Contact", "李工 采购经理", "Date", datetime(2026, 11, 25)],  # noqa: DTZ001
        ["Seller", "张三 销售一部", "Valid until", datetime(2026, 12, 25)],  # noqa: DTZ001
        ["E-mail", "zs@example.com", "Currency", "CNY"],
        ["No.", "Product", "Specification", "Quantity", "Unit", "Unit price", "Off", "Amount"],
        [1, "轴承座", "φ200", 100, "套", 35.5, 3550],
        [2, '=HYPERLINK("http://x")', 2.5, 12.5, 0.05, 29.69],
        ["Subtotal", 3579.69],
        ["Discount", -79.69],
        ["Freight", 200],
        ["Total (CNY)", 3700],
        ["Tax in it (13%)", 425.66],
        ["In Chinese capitals: 人民币叁仟柒佰元整"],
        ["Terms", "款到发货"],
        ["Note", "+备注"],
        ["For the seller (signature):", "Accepted by the client (signature):"],
        ["Date:", "Date:"],
    ]


def test_a_price_of_many_stands_beside_what_is_counted(tmp_path: Path) -> None:
    lines = [line(1, "S1", "10", 3500, 35_000, unit="100"), line(2, "M3", "0.25", 123_456, 30_864, unit="千件")]
    sheet = written(tmp_path, replace(QUOTATION, lines=lines))
    assert [row for row in rows(sheet) if row[0] in (1, 2)] == [
        [1, "S1", 1000, "35.00/100", 350], [2, "M3", 250, "件", "1,234.56/1000", 308.64],
    ]  # fmt: skip
    formats = {cell.value: cell.number_format for row in sheet.iter_rows() for cell in row}
    assert (formats[1000], formats[250]) == ("#,##0_ ", "#,##0_ ")


def test_there_is_no_formula_and_numbers_show_the_decimals_they_have(tmp_path: Path) -> None:
    sheet = written(tmp_path)
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    formats = {cell.value: cell.number_format for cell in cells if not isinstance(cell.value, str)}
    assert (formats[100], formats[2.5], formats[0.05]) == ("#,##0_ ", "#,##0.0_ ", "0%_ ")
    assert (formats[3550], formats[3700]) == ("#,##0.00_ ", "#,##0.00_ ")
    assert all(cell.quotePrefix for cell in cells if isinstance(cell.value, str) and cell.value[0] in "=+")


def test_it_prints_on_one_page_width_of_a4(tmp_path: Path) -> None:
    sheet = written(tmp_path)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("portrait", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_columns_that_nothing_fills_and_sums_of_nothing_are_left_out(tmp_path: Path) -> None:
    plain = replace(QUOTATION, lines=[line(1, "X200", "1", 5, 5)], discount=0, freight=0, tax_percent=None, total=5)
    found = rows(written(tmp_path, plain))
    assert ["No.", "Product", "Quantity", "Unit", "Unit price", "Amount"] in found
    titles = {row[0] for row in found}
    assert not titles & {"Subtotal", "Discount", "Freight"}
    assert "Total (CNY)" in titles


def test_one_sum_needs_no_columns_of_goods(tmp_path: Path) -> None:
    found = rows(written(tmp_path, replace(QUOTATION, lines=[])))
    assert ["No.", "Product", "Amount"] in found
    assert [1, "As agreed, in one sum", 3579.69] in found


def test_a_foreign_quotation_names_its_incoterm_and_keeps_our_rate_to_us(tmp_path: Path) -> None:
    found = rows(written(tmp_path, replace(QUOTATION, currency="USD", rate="7.12", incoterm="CIF")))
    assert ["Total (USD)", 3700] in found
    assert ["Incoterm", "CIF"] in found
    said = str(found)
    assert "7.12" not in said
    assert "人民币" not in said


def test_what_is_between_us_stays_off_the_page(tmp_path: Path) -> None:
    assert "内部的原因" not in str(rows(written(tmp_path)))


def test_a_draft_is_marked(tmp_path: Path) -> None:
    assert ["Draft: not approved yet"] in rows(written(tmp_path, draft=True))


def test_many_lines_go_on_below_a_head_of_their_own(tmp_path: Path) -> None:
    goods = [line(place, f"Product with a name of some length no. {place}", "1", 100, 100) for place in range(1, 81)]
    sheet = written(tmp_path, replace(QUOTATION, lines=goods))
    breaks = [one.id for one in sheet.row_breaks.brk]
    assert len(breaks) >= 1
    assert all(sheet.cell(row + 1, 1).value == "No." for row in breaks)
    assert sum(row[0] == "No." for row in rows(sheet)) == len(breaks) + 1


def test_a_large_total_finds_room(tmp_path: Path) -> None:
    sheet = written(tmp_path, replace(QUOTATION, total=10**15, discount=0, freight=0))
    assert sheet.column_dimensions["H"].width >= 1.2 * len("10,000,000,000,000.00")


def test_the_file_name_follows_code_and_version() -> None:
    assert quotation_sheet.file_name(QUOTATION) == "Quotation_Q0007_v2.xlsx"
    assert quotation_sheet.file_name(replace(QUOTATION, version=1)) == "Quotation_Q0007.xlsx"


def test_a_place_that_cannot_be_written_is_refused_before_anything_is(tmp_path: Path) -> None:
    taken = tmp_path / "taken.xlsx"
    taken.write_text("mine", "utf-8")
    with pytest.raises(Refused):
        quotation_sheet.check_target(taken, force=False)
    quotation_sheet.check_target(taken, force=True)
    with pytest.raises(BadValue):
        quotation_sheet.check_target(tmp_path / "a.csv", force=True)
    with pytest.raises(NotWritten):
        quotation_sheet.write(tmp_path / "none" / "a.xlsx", QUOTATION, PROFILE)
    assert taken.read_text("utf-8") == "mine"


def test_on_the_form_for_approval_only_the_answer_can_be_typed(tmp_path: Path) -> None:
    sheet = written(tmp_path, approval=True)
    assert sheet.protection.sheet
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    book = openpyxl.load_workbook(tmp_path / "q.xlsx")
    cells = {
        name: place.replace("$", "") for name, of in book.defined_names.items() for _title, place in of.destinations
    }
    named = {cells[name] for name in (DECISION, REASON, SIGNED, SIGNED_ON)}
    assert named <= unlocked
    assert all(sheet[cell].value is None for cell in unlocked)
    assert (sheet[cells["sales_price_1"]].value, sheet[cells["sales_total"]].value) == (35.5, 3700)
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref) in named) == ('"Approve,Return"', True)
    assert (book.properties.keywords or "").startswith("sales quotation Q0007 version 2 id ")
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    assert not written(tmp_path).protection.sheet

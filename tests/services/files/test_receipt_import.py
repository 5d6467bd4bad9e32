"""Files of receipts: rows find their order and pay it, bad ones are named, the same ones are not doubled."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from salescli.errors import BadRows
from salescli.models.orders import Order
from salescli.services.cash import bookings, receipts, receivables
from salescli.services.files import receipt_import
from salescli.services.files.imports import Imported, Options
from salescli.services.selling import orders
from salescli.tabular import read_table
from tests.services.desk import TODAY, Desk

HEAD = "订单号,客户名称,到账日期,金额,方式"
Take = Callable[..., Imported]


@pytest.fixture
def take(desk: Desk, tmp_path: Path) -> Take:
    """Import rows as a file: ``take("SO1,蓝海,2026-11-02,100,转账", …)``."""

    def imported(*rows: str, head: str = HEAD, **options: bool) -> Imported:
        path = tmp_path / "receipts.csv"
        path.write_text("\n".join([head, *rows]), "utf-8")
        table = read_table(path, known_headers=receipt_import.FIELDS.known_headers({}))
        columns = receipt_import.recognised(table, {})
        return receipt_import.take(desk.session, table, columns, Options(**options), TODAY)

    return imported


@pytest.fixture
def order(desk: Desk) -> Order:
    """SO1 of 杭州蓝海机电: 1,000.00, 30 % of it due on signing."""
    client = desk.client("杭州蓝海机电", short_name="蓝海")
    return bookings.book_order(
        desk.session,
        client,
        100_000,
        date(2026, 9, 1),
        TODAY,
        desk.settings,
        number="SO1",
        terms="30%预付，70%月结30天",
    )


def messages(found: Imported) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.message) for error in found.errors]


def test_rows_pay_their_order_in_the_order_of_its_parts(desk: Desk, order: Order, take: Take) -> None:
    found = take("SO1,杭州蓝海机电,2026-11-02,400.50,银行转账", 'so1,蓝海,2026/11/3,"599.50",承兑')
    assert (found.rows, found.new, found.unchanged, found.errors) == (2, 2, 0, [])
    views = receipts.listed(desk.session)
    assert [(one.code, one.order, one.method, one.amount, one.unallocated) for one in views] == [
        ("R0001", "O0001", "transfer", 40_050, 0),
        ("R0002", "O0001", "acceptance", 59_950, 0),
    ]
    assert [part.amount for part in views[0].allocations] == [30_000, 10_050]
    assert receivables.aging(desk.session, TODAY).total == 0


def test_the_same_rows_again_are_unchanged_as_often_as_they_are_there(desk: Desk, order: Order, take: Take) -> None:
    row = "SO1,杭州蓝海机电,2026-11-02,100,微信"
    assert take(row, row).new == 2
    again = take(row, row)
    assert (again.new, again.unchanged) == (0, 2)
    once_more = take(row, row, row)
    assert (once_more.new, once_more.unchanged) == (1, 2)


def test_a_reference_is_what_makes_a_receipt_the_same(desk: Desk, order: Order, take: Take) -> None:
    head = f"{HEAD},流水号"
    row = "SO1,杭州蓝海机电,2026-11-02,100,微信,B-1"
    assert take(row, head=head).new == 1
    again = take(row, row, "SO1,杭州蓝海机电,2026-11-02,100,微信,B-2", head=head)
    assert (again.new, again.unchanged, again.duplicate) == (1, 1, 1)
    other = take("SO1,杭州蓝海机电,2026-11-02,101,微信,B-1", head=head)
    assert (other.new, other.duplicate) == (0, 1)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("SO9,杭州蓝海机电,2026-11-02,100,转账", "订单号", "no order “SO9”"),
        ("SO1,北京东方,2026-11-02,100,转账", "客户名称", "no client “北京东方”"),
        ("SO1,宁波东方,2026-11-02,100,转账", "客户名称", "O0001 is not an order of 宁波东方"),
        ("SO1,杭州蓝海机电,2026-11-02,990.01,转账", "金额", "Only 990.00 is open on O0001"),
        ("SO1,杭州蓝海机电,2026-11-02,-5,转账", "金额", "negative"),
        ("SO1,杭州蓝海机电,2026-11-02,0,转账", "金额", "above 0"),
        ("SO1,杭州蓝海机电,2026-11-02,1.234,转账", "金额", "two decimals"),
        ("SO1,杭州蓝海机电,2026-11-02,,转账", "金额", "is empty"),
        ("SO1,杭州蓝海机电,2026-11-26,100,转账", "到账日期", "lies in the future"),
        ("SO1,杭州蓝海机电,2026-02-30,100,转账", "到账日期", "no such day"),
        ("SO1,杭州蓝海机电,2026-11-02,100,贝壳", "方式", "way of paying"),
        (",,2026-11-02,100,转账", "订单号", "is empty"),
    ],
)
def test_a_bad_row_is_named_and_keeps_everything_out(
    row: str, column: str, words: str, desk: Desk, order: Order, take: Take
) -> None:
    desk.client("宁波东方")
    good = "SO1,杭州蓝海机电,2026-11-01,10,转账"
    found = take(good, row)
    ((number, header, message),) = messages(found)
    assert (number, header, found.new) == (3, column, 0)
    assert words in message
    assert receipts.listed(desk.session) == []
    assert take(good, row, skip_bad=True).new == 1
    assert [one.amount for one in receipts.listed(desk.session)] == [1_000]


def test_rows_together_cannot_pay_more_than_is_open(desk: Desk, order: Order, take: Take) -> None:
    found = take("SO1,,2026-11-01,600,转账", "SO1,,2026-11-02,600,转账", skip_bad=True)
    assert [(number, message) for number, _column, message in messages(found)] == [(3, "Only 400.00 is open on O0001.")]
    assert receivables.aging(desk.session, TODAY).total == 40_000


def test_what_came_back_is_not_open(desk: Desk, order: Order, take: Take) -> None:
    orders.take_back(desk.session, order, 80_000, TODAY, TODAY)
    assert [message for *_place, message in messages(take("SO1,,2026-11-01,201,转账"))] == [
        "Only 200.00 is open on O0001."
    ]


def test_a_row_without_an_order_pays_what_is_due_longest_and_the_rest_is_said(
    desk: Desk, order: Order, take: Take
) -> None:
    found = take("蓝海,2026-11-02,1200,转账", head="客户,收款日期,收款金额,付款方式")
    (view,) = receipts.listed(desk.session)
    assert (view.order, view.unallocated, [part.amount for part in view.allocations]) == (
        None,
        20_000,
        [30_000, 70_000],
    )
    assert len(found.notes) == 1


def test_foreign_money_takes_the_rate_of_the_row_or_of_the_order(desk: Desk, order: Order, take: Take) -> None:
    client = desk.client("海外客户")
    bookings.book_order(
        desk.session, client, 1_000, date(2026, 9, 1), TODAY, desk.settings, number="US1", currency="USD", rate="7.1"
    )
    head = "合同号,客户,日期,金额,币种,汇率"
    found = take("US1,,2026-11-02,1,USD,7.25", "US1,,2026-11-03,1,美元,", "US1,,2026-11-04,1,,", head=head)
    assert [(one.currency, one.rate, one.value) for one in receipts.listed(desk.session)] == [
        ("USD", "7.25", 725), ("USD", "7.1", 710), ("USD", "7.1", 710),
    ]  # fmt: skip
    assert found.errors == []
    bad = take("SO1,,2026-11-02,1,USD,7", ",海外客户,2026-11-02,1,USD,", ",海外客户,2026-11-02,1,USD,x", head=head)
    assert [(number, column) for number, column, _message in messages(bad)] == [(2, "币种"), (3, "币种"), (4, "汇率")]


def test_a_trial_writes_nothing(desk: Desk, order: Order, take: Take) -> None:
    assert take("SO1,,2026-11-01,600,转账", dry_run=True).new == 1
    assert receipts.listed(desk.session) == []


@pytest.mark.parametrize("head", ["订单号,到账日期,方式", "订单号,金额", "到账日期,金额"])
def test_a_file_without_what_is_needed_is_refused(head: str, take: Take) -> None:
    with pytest.raises(BadRows):
        take("x," * head.count(",") + "x", head=head)

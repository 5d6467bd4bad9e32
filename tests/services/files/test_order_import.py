"""Importing orders: whose they are, which are new, what is due for them, and what is wrong, row by row."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from salescli.errors import BadRows
from salescli.models.changes import Change
from salescli.models.orders import Order
from salescli.models.receipts import Receivable
from salescli.services.cash import receipts, receivables
from salescli.services.files import order_columns, order_import
from salescli.services.files.imports import Imported
from salescli.services.files.order_import import Options
from salescli.services.selling import orders, products
from salescli.services.selling.orders import Filter, OrderView
from salescli.tabular import Table, read_table
from tests.services.desk import TODAY, Desk

HEADER = "订单号,客户名称,下单日期,金额,产品,付款条件"
ROW = "SO1,甲公司,2026-05-28,5614.73,Y10,月结60天"
Import = Callable[..., Imported]


def read(path: Path) -> Table:
    return read_table(path, known_headers=order_columns.FIELDS.known_headers({}))


@pytest.fixture
def take(desk: Desk, tmp_path: Path) -> Import:
    """Import a text as a file, like the command does, into a file with two clients."""
    desk.client("甲公司", aliases=["老甲"], short_name="甲")
    desk.client("乙公司", aliases=["同名"])
    desk.client("丙公司", aliases=["同名"])

    def importing(text: str, header: str = HEADER, **options: bool) -> Imported:
        path = tmp_path / "orders.csv"
        path.write_text(f"{header}\n{text}\n", "utf-8")
        table = read(path)
        columns = order_columns.recognised(table, {})
        return order_import.take(desk.session, table, columns, Options(**options), *desk.rules)

    return importing


def counts(found: Imported) -> tuple[int, int, int, int, int]:
    """New, updated, unchanged, duplicate and bad rows."""
    return found.new, found.updated, found.unchanged, found.duplicate, len(found.bad_rows)


def stored(desk: Desk) -> list[OrderView]:
    return orders.listed(desk.session, Filter(), desk.today)


def wrong(found: Imported) -> list[tuple[int, str]]:
    """The rows and columns of the errors."""
    return [(error.row, error.column) for error in found.errors]


def due(desk: Desk) -> list[tuple[int, date | None]]:
    desk.session.flush()
    parts = select(Receivable).where(col(Receivable.deleted_at).is_(None)).order_by(col(Receivable.id))
    return [(part.amount, part.due_on) for part in desk.session.exec(parts)]


def test_a_row_becomes_an_order_with_what_is_due_for_it(desk: Desk, take: Import) -> None:
    assert counts(take(ROW)) == (1, 0, 0, 0, 0)
    (order,) = stored(desk)
    assert (order.code, order.number, order.client.name) == ("O0001", "SO1", "甲公司")
    assert (order.signed_on, order.amount, order.value) == (date(2026, 5, 28), 561_473, 561_473)
    assert (order.product, order.terms, order.state, order.currency) == ("Y10", "月结60天", "confirmed", "CNY")
    assert due(desk) == [(561_473, date(2026, 7, 30))]


def test_what_is_imported_is_as_if_it_had_been_added(desk: Desk, take: Import) -> None:
    take(ROW)
    imported = desk.session.exec(select(Order)).one()
    client = desk.everyone()[0]
    added = orders.add(desk.session, client, 561_473, date(2026, 5, 28), number="SO2", product="Y10", terms="月结60天")
    own = {"id", "code", "uuid", "number"}
    assert imported.model_dump(exclude=own) == added.model_dump(exclude=own)
    assert (imported.code, added.code) == ("O0001", "O0002")


def test_every_new_row_is_logged_as_one_command(desk: Desk, take: Import) -> None:
    desk.session.commit()
    take(
        "SO1,甲公司,2026-05-28,100,,30%预付，70%月结30天,张三60%，李四40%",
        header=HEADER + ",业绩分成",
    )
    logged = desk.session.exec(select(Change).where(Change.entity != "client")).all()
    assert sorted(row.entity for row in logged) == ["order", *["ordershare"] * 2, *["receivable"] * 2]
    assert len({row.batch for row in logged}) == 1


# --- columns and cells ---


@pytest.mark.parametrize(
    "header",
    [
        "number,client,signed on,amount,product,terms",
        "Order No.,Customer,Order Date,Total Amount,Item,Payment Terms",
        "合同编号,购货单位,签订日期,合同金额（元）,产品名称,付款方式",
        "*订单编号,客户全称,下单时间,价税合计,品名,结算方式",
    ],
)
def test_headers_of_other_programs_are_understood(desk: Desk, take: Import, header: str) -> None:
    assert counts(take(ROW, header=header)) == (1, 0, 0, 0, 0)
    (order,) = stored(desk)
    assert (order.number, order.amount, order.product, order.terms) == ("SO1", 561_473, "Y10", "月结60天")


def test_a_file_has_a_client_a_day_and_an_amount(take: Import) -> None:
    for header, missing in (
        ("订单号,下单日期,金额", "client"),
        ("客户名称,金额,x", "day"),
        ("客户名称,下单日期,x", "amount"),
    ):
        with pytest.raises(BadRows, match=missing):
            take("a,b,c", header=header)


def test_all_there_is_to_say_of_an_order_is_taken(desk: Desk, take: Import) -> None:
    told = {
        "订单号": "SO1", "客户编号": "C0001", "下单日期": "2026-05-01", "金额": "100", "币种": "美元", "汇率": "7.10",
        "成本": "3万", "约定交期": "2026-05-20", "发货日期": "2026-05-22", "验收日期": "2026-06-01",
        "业绩分成": "张三60%、李四40%", "合同文件": "a.pdf",
        "合同开始": "2026-05-01", "合同到期": "2027-04-30", "备注": "=1+1",
    }  # fmt: skip
    assert counts(take(",".join(told.values()), header=",".join(told))) == (1, 0, 0, 0, 0)
    (order,) = stored(desk)
    assert (order.currency, order.rate, order.value, order.cost) == ("USD", "7.1", 71_000, 3_000_000)
    assert (order.state, order.days_late, order.accepted_on) == ("accepted", 2, date(2026, 6, 1))
    assert [(share.person, share.amount) for share in order.shares] == [("张三", 6_000), ("李四", 4_000)]
    assert (order.contract_file, order.contract_end, order.note) == ("a.pdf", date(2027, 4, 30), "=1+1")


def test_a_workbook_s_numbers_and_days_are_taken_as_excel_shows_them(desk: Desk, take: Import, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["订单号", "客户名称", "下单日期", "金额"])
    sheet.append([20261, "甲公司", date(2026, 5, 28), 5614.730000000001])
    sheet.append([20262, "甲公司", "2026/5/28", 0.1 + 0.2])
    book.save(tmp_path / "orders.xlsx")
    table = read(tmp_path / "orders.xlsx")
    columns = order_columns.recognised(table, {})
    found = order_import.take(desk.session, table, columns, Options(), *desk.rules)
    assert counts(found) == (2, 0, 0, 0, 0)
    assert [(order.number, order.amount) for order in stored(desk)] == [("20261", 561_473), ("20262", 30)]


@pytest.mark.parametrize(
    ("row", "header", "column"),
    [
        ("SO1,甲公司,2026-05-28,5614.731", "订单号,客户名称,下单日期,金额", "金额"),
        ("SO1,甲公司,2026-05-28,-5614", "订单号,客户名称,下单日期,金额", "金额"),
        ("SO1,甲公司,2026-05-28,", "订单号,客户名称,下单日期,金额", "金额"),
        ("SO1,甲公司,5/28,100", "订单号,客户名称,下单日期,金额", "下单日期"),
        ("SO1,甲公司,2026-02-30,100", "订单号,客户名称,下单日期,金额", "下单日期"),
        ("SO1,甲公司,2026-11-26,100", "订单号,客户名称,下单日期,金额", "下单日期"),
        ("SO1,,2026-05-28,100", "订单号,客户名称,下单日期,金额", "客户名称"),
        ("SO1,没有公司,2026-05-28,100", "订单号,客户名称,下单日期,金额", "客户名称"),
        ("SO1,同名,2026-05-28,100", "订单号,客户名称,下单日期,金额", "客户名称"),
        ("甲公司,2026-05-28,100,USD,", "客户名称,下单日期,金额,币种,汇率", "汇率"),
        ("甲公司,2026-05-28,100,USD", "客户名称,下单日期,金额,currency", "currency"),
        ("甲公司,2026-05-28,100,,7.1", "客户名称,下单日期,金额,币种,汇率", "汇率"),
        ("甲公司,2026-05-28,100,金币,7.1", "客户名称,下单日期,金额,币种,汇率", "币种"),
        ("甲公司,2026-05-28,100,张三60%", "客户名称,下单日期,金额,share", "share"),
        ("甲公司,2026-05-28,100,60,张三", "客户名称,下单日期,金额,分成比例,业务员", "分成比例"),
        ("甲公司,2026-05-28,100,2026-05-27", "客户名称,下单日期,金额,delivered", "delivered"),
        ("甲公司,2026-05-28,100,2026-05-27", "客户名称,下单日期,金额,交货日期", "交货日期"),
        ("甲公司,2026-05-28,100,2026-05-29,2026-05-28", "客户名称,下单日期,金额,发货日期,验收日期", "验收日期"),
        ("甲公司,2026-05-28,100,2026-11-26", "客户名称,下单日期,金额,发货日期", "发货日期"),
        ("甲公司,2026-05-28,100,已退货", "客户名称,下单日期,金额,状态", "状态"),
        ("甲公司,2026-05-28,100,2026-06-02,2026-06-01", "客户名称,下单日期,金额,合同开始,合同到期", "合同到期"),
    ],
)
def test_what_is_wrong_with_a_row_is_named_by_its_column(
    desk: Desk, take: Import, row: str, header: str, column: str
) -> None:
    found = take(row, header=header)
    assert wrong(found) == [(2, column)]
    assert counts(found) == (0, 0, 0, 0, 1)
    assert stored(desk) == []


def test_a_rate_of_one_in_yuan_says_nothing(desk: Desk, take: Import) -> None:
    take("甲公司,2026-05-28,100,人民币,1.00", header="客户名称,下单日期,金额,币种,汇率")
    assert (stored(desk)[0].currency, stored(desk)[0].rate) == ("CNY", None)


# --- whose it is ---


def test_a_client_is_known_by_code_name_and_alias(desk: Desk, take: Import) -> None:
    take("".join(f"SO{n},{name},2026-05-28,100,,\n" for n, name in enumerate(["c0001", " 甲 公司", "老甲", "甲"])))
    assert [order.client.code for order in stored(desk)] == ["C0001"] * 4


def test_an_exact_name_goes_before_another_client_s_alias(desk: Desk, take: Import) -> None:
    desk.client("老甲")
    take("SO1,老甲,2026-05-28,100,,")
    assert stored(desk)[0].client.code == "C0004"


def test_clients_that_are_not_known_are_made_when_asked(desk: Desk, take: Import) -> None:
    text = "SO1,新公司,2026-05-28,100,,\nSO2,甲公司,2026-05-28,100,,\nSO3,新 公司,2026-05-28,100,,"
    found = take(text)
    assert wrong(found) == [(2, "客户名称"), (4, "客户名称")]
    assert "--add-clients" in found.notes[0]
    trial = take(text, add_clients=True, dry_run=True)
    assert counts(trial) == (3, 0, 0, 0, 0)
    assert "新公司" in trial.notes[0]
    assert len(desk.everyone()) == 3
    assert counts(take(text, add_clients=True)) == (3, 0, 0, 0, 0)
    assert [order.client.code for order in stored(desk)] == ["C0004", "C0001", "C0004"]
    assert desk.find("xgs") == "C0004"
    assert counts(take(text, add_clients=True)) == (0, 0, 3, 0, 0)


# --- the same file again ---


def test_leads_and_prospects_with_an_order_that_stands_are_customers(desk: Desk, take: Import) -> None:
    first, second, third = (
        desk.contacted(f"{name}客户", TODAY, lifecycle=lifecycle, grade="B")
        for name, lifecycle in (("丁", "lead"), ("戊", "prospect"), ("己", "lead"))
    )
    rows = "SO1,丁客户,2026-05-28,1,,,\nSO2,戊客户,2026-05-28,1,,,已取消"
    take(rows, header=f"{HEADER},状态")
    assert [client.lifecycle for client in (first, second, third)] == ["customer", "prospect", "lead"]
    assert [(client.next_due_on or TODAY) - TODAY for client in (first, second)] == [
        timedelta(days=30), timedelta(days=14),
    ]  # fmt: skip


@pytest.mark.parametrize("update", [False, True])
def test_the_same_file_again_changes_nothing(desk: Desk, take: Import, update: bool) -> None:
    text = f"{ROW}\n,甲公司,2026-05-28,100,X,\n,甲公司,2026-05-28,100,X,\nSO9,乙公司,2026-06-01,0,,款到发货"
    assert counts(take(text)) == (4, 0, 0, 0, 0)
    before = stored(desk), due(desk)
    assert counts(take(text, update=update)) == (0, 0, 4, 0, 0)
    assert (stored(desk), due(desk)) == before


def test_a_further_equal_row_without_a_number_is_another_order(desk: Desk, take: Import) -> None:
    row = ",甲公司,2026-05-28,100,X,\n"
    take(row)
    assert counts(take(row * 3)) == (2, 0, 1, 0, 0)
    assert len(stored(desk)) == 3


def test_a_changed_order_is_a_duplicate_until_it_is_to_be_updated(desk: Desk, take: Import) -> None:
    take(ROW)
    changed = ROW.replace("5614.73", "6000").replace("月结60天", "30%预付，70%月结30天")
    assert counts(take(changed)) == (0, 0, 0, 1, 0)
    assert stored(desk)[0].amount == 561_473
    assert counts(take(changed, update=True)) == (0, 1, 0, 0, 0)
    assert (stored(desk)[0].amount, stored(desk)[0].value) == (600_000, 600_000)
    assert due(desk) == [(180_000, date(2026, 5, 28)), (420_000, date(2026, 6, 30))]
    assert counts(take(changed, update=True)) == (0, 0, 1, 0, 0)


def test_an_update_brings_delivery_and_shares_and_lets_the_due_day_follow(desk: Desk, take: Import) -> None:
    take(ROW)
    header = HEADER + ",发货日期,业绩分成"
    row = ROW + ",2026-06-10,张三100%"
    assert counts(take(row, header=header, update=True)) == (0, 1, 0, 0, 0)
    (order,) = stored(desk)
    assert (order.state, order.delivered_on) == ("delivered", date(2026, 6, 10))
    assert [share.person for share in order.shares] == ["张三"]
    assert due(desk) == [(561_473, date(2026, 8, 29))]


def test_an_update_can_take_nothing_from_what_was_paid_or_came_back(desk: Desk, take: Import) -> None:
    take(f"{ROW}\n{ROW.replace('SO1', 'SO2')}")
    client = desk.everyone()[0]
    first, second = (orders.find(desk.session, number) for number in ("SO1", "SO2"))
    receipts.add(desk.session, client, 100, TODAY, order=first)
    orders.take_back(desk.session, second, 300_000, TODAY, TODAY)
    less = ROW.replace("5614.73", "2000")
    found = take(f"{less}\n{less.replace('SO1', 'SO2')}", update=True)
    assert wrong(found) == [(2, "金额"), (3, "金额")]
    assert counts(take(ROW.replace("Y10", "X200"), update=True)) == (0, 1, 0, 0, 0)
    assert sum(part for part, _day in due(desk)) == 2 * 561_473


def test_an_order_is_not_given_to_another_client(desk: Desk, take: Import) -> None:
    take(ROW)
    other = ROW.replace("甲公司", "乙公司")
    assert counts(take(other)) == (0, 0, 0, 1, 0)
    assert wrong(take(other, update=True)) == [(2, "客户名称")]


def test_a_removed_order_is_not_there_to_be_matched(desk: Desk, take: Import) -> None:
    take(ROW)
    orders.remove(desk.session, orders.find(desk.session, "SO1"))
    assert counts(take(ROW)) == (1, 0, 0, 0, 0)


# --- rows of one number ---


def test_rows_of_one_number_that_say_the_same_are_one_order(desk: Desk, take: Import) -> None:
    assert counts(take(f"{ROW}\n{ROW}\n{ROW.replace('SO1', 'so1')}")) == (1, 0, 0, 2, 0)
    assert len(stored(desk)) == 1


def test_rows_of_one_number_that_disagree_are_all_kept_out(desk: Desk, take: Import) -> None:
    text = f"{ROW}\n{ROW.replace('5614.73', '100')}\n{ROW.replace('SO1', 'SO2')}\n{ROW.replace('甲公司', '乙公司')}"
    found = take(text)
    assert wrong(found) == [(2, "订单号"), (3, "订单号"), (5, "订单号")]
    assert "3, 5" in found.errors[0].message
    assert "金额" in found.errors[0].message
    assert "客户名称" in found.errors[0].message
    assert counts(take(text, skip_bad=True)) == (1, 0, 0, 0, 3)
    assert [order.number for order in stored(desk)] == ["SO2"]


LINED = """SO1,甲公司,2026-05-28,100.10,X200,月结60天,10
SO1,甲公司,2026-05-28,50,Y10,,4
SO1,甲公司,2026-05-28,0,赠品,,
SO2,乙公司,2026-05-29,7,X200,,"""
WITH_QUANTITY = HEADER + ",数量"


def lines_of(order: OrderView) -> list[tuple[str, str, str | None, int, int]]:
    return [(line.product, line.quantity, line.unit, line.price, line.amount) for line in order.lines]


def test_a_row_for_each_line_is_one_order_with_lines(desk: Desk, take: Import) -> None:
    products.add(desk.session, "X200", "轴承座")
    found = take(LINED, header=WITH_QUANTITY)
    assert counts(found) == (2, 0, 0, 0, 0)
    assert "3 rows are the lines of 1 order." in found.notes
    first, second = stored(desk)
    assert (first.number, first.amount, first.value, first.terms, first.product) == (
        "SO1", 15_010, 15_010, "月结60天", None,
    )  # fmt: skip
    assert lines_of(first) == [
        ("X200", "10", None, 1001, 10_010), ("Y10", "4", None, 1250, 5_000), ("赠品", "1", "lot", 0, 0),
    ]  # fmt: skip
    assert first.lines[0].product_code == "X200"
    assert (second.product, second.lines) == ("X200", ())
    assert [amount for amount, _due in due(desk)] == [15_010, 700]
    assert counts(take(LINED, header=WITH_QUANTITY)) == (0, 0, 2, 0, 0)
    changed = LINED.replace("50,Y10,,4", "60,Y10,,4")
    assert counts(take(changed, header=WITH_QUANTITY)) == (0, 0, 1, 1, 0)
    assert counts(take(changed, header=WITH_QUANTITY, update=True)) == (0, 1, 1, 0, 0)
    assert (stored(desk)[0].amount, [line.amount for line in stored(desk)[0].lines]) == (16_010, [10_010, 6_000, 0])
    assert [amount for amount, _due in due(desk)] == [700, 16_010]


@pytest.mark.parametrize(
    ("other", "fields"),
    [
        ("SO1,乙公司,2026-05-28,50,X200,", "客户名称"),
        ("SO1,甲公司,2026-05-29,50,X200,", "下单日期"),
        ("SO1,甲公司,2026-05-28,50,X200,款到发货", "付款条件"),
        ("SO1,甲公司,2026-05-28,50,Y10,", "金额"),
        ("SO1,甲公司,2026-05-28,50,,", "产品"),
    ],
)
def test_lines_of_one_order_are_of_one_client_and_day_and_of_different_goods(
    other: str, fields: str, take: Import
) -> None:
    found = take(f"{ROW}\n{other}")
    assert wrong(found) == [(2, "订单号"), (3, "订单号")]
    assert fields in found.errors[0].message


def test_an_order_is_not_taken_without_the_line_that_is_bad(desk: Desk, take: Import) -> None:
    for bad in ("SO1,甲公司,2026-05-28,abc,X200,", "SO1,没有公司,2026-05-28,5,X200,"):
        found = take(f"{ROW}\n{bad}\n{ROW.replace('SO1', 'SO2')}", dry_run=True, skip_bad=True)
        assert counts(found) == (1, 0, 0, 0, 2)
    assert stored(desk) == []


def test_what_is_wrong_with_an_order_is_said_of_all_its_rows(take: Import) -> None:
    take(LINED, header=WITH_QUANTITY)
    found = take(LINED.replace("甲公司", "乙公司"), header=WITH_QUANTITY, update=True)
    assert sorted(wrong(found)) == [(row, "客户名称") for row in (2, 3, 4)]


def test_money_worth_nothing_in_yuan_is_no_order(take: Import) -> None:
    assert wrong(take("SO1,甲公司,2026-05-28,0.04,X,,USD,0.12", header=HEADER + ",币种,汇率")) == [(2, "汇率")]


# --- all or nothing ---

BAD = f"{ROW}\nSO2,没有公司,2026-05-28,abc,,\nSO3,没有公司,2026-05-28,1,,"


def test_one_bad_row_keeps_everything_out_and_all_are_named(desk: Desk, take: Import) -> None:
    found = take(BAD)
    assert wrong(found) == [(3, "金额"), (4, "客户名称")]
    assert counts(found) == (0, 0, 0, 0, 2)
    assert stored(desk) == []
    assert counts(take(BAD, skip_bad=True)) == (1, 0, 0, 0, 2)


def test_a_trial_counts_the_same_and_writes_nothing(desk: Desk, take: Import) -> None:
    trial = take(ROW, dry_run=True)
    assert stored(desk) == []
    assert counts(take(ROW)) == counts(trial)


# --- what is due ---


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (",2026-05-28,100,,,", [(10_000, date(2026, 5, 28))]),
        (",2026-05-28,100,款到发货,,", [(10_000, date(2026, 5, 28))]),
        (",2026-05-28,100,按老规矩,,", [(10_000, date(2026, 5, 28))]),
        (",2026-05-28,100,月结30天,,", [(10_000, date(2026, 6, 30))]),
        (",2026-05-28,100,月结30天,2026-06-10,", [(10_000, date(2026, 7, 30))]),
        (",2026-05-28,100,月结30天,,已取消", []),
        (
            ",2026-05-28,0.01,30%预付70%月结30天,,",
            [(1, date(2026, 6, 30))],
        ),
    ],
)
def test_what_is_due_follows_the_terms(desk: Desk, take: Import, row: str, expected: list[tuple[int, date]]) -> None:
    take(f"SO1,甲公司{row}", header="订单号,客户名称,下单日期,金额,付款条件,发货日期,状态")
    assert due(desk) == expected


def test_terms_that_can_not_be_read_are_kept_and_spoken_of(desk: Desk, take: Import) -> None:
    found = take("SO1,甲公司,2026-05-28,100,,按老规矩\nSO2,甲公司,2026-05-28,100,,按老规矩")
    assert counts(found) == (2, 0, 0, 0, 0)
    assert "2 rows" in found.notes[0]
    assert "按老规矩" in found.notes[0]
    assert stored(desk)[0].terms == "按老规矩"
    assert counts(take("SO1,甲公司,2026-05-28,120,,按老规矩", update=True)) == (0, 1, 0, 0, 0)
    assert sum(amount for amount, _day in due(desk)) == 22_000


TERMS = st.sampled_from(["", "月结60天", "款到发货", "3-6-1质保一年", "30%预付/70%月结30天", "按老规矩", "分3期"])


@given(rows=st.lists(st.tuples(st.integers(0, 10**12), TERMS), min_size=1, max_size=5))
def test_what_is_due_comes_to_the_orders(desk: Desk, take: Import, rows: list[tuple[int, str]]) -> None:
    start = len(stored(desk))
    text = "\n".join(
        f"N{start + place},甲公司,2026-05-28,{amount // 100}.{amount % 100:02d},,{terms}"
        for place, (amount, terms) in enumerate(rows)
    )
    assert take(text).new == len(rows)
    for order in stored(desk)[start:]:
        plan = receivables.of_order(desk.session, orders.find(desk.session, order.code))
        assert sum(part.amount for part in plan) == order.amount


PRICED = "订单号,客户名称,下单日期,产品,数量,单价,金额"


@pytest.mark.parametrize(
    ("cells", "amount"),
    [
        ("100,35.5,3550", 355_000), ("100,¥35.50,", 355_000), ("3,3.33,10", 1_000), ("7,1.428571,10", 1_000),
        ("1000,0.0355,35.5", 3_550), ("2,,10", 1_000), (",3,10", 1_000),
        ("100,35.5,3551", None), ("100,35,35", None), ("100,面议,3550", None), ("100,,", None),
    ],
)  # fmt: skip
def test_a_price_times_the_quantity_is_the_amount(desk: Desk, take: Import, cells: str, amount: int | None) -> None:
    found = take(f"SO1,甲公司,2026-05-28,Y10,{cells}", PRICED)
    assert not any("单价" in note for note in found.notes)
    assert [order.amount for order in stored(desk)] == ([] if amount is None else [amount])
    if amount is None:
        (error,) = found.errors
        assert error.column in ("单价", "金额")
        if cells == "100,35.5,3551":
            assert ("3,550.00" in error.message, "3,551.00" in error.message) == (True, True)


def test_a_file_without_amounts_is_read_by_quantity_and_price(desk: Desk, take: Import) -> None:
    found = take("SO1,甲公司,2026-05-28,Y10,100,35.5\nSO2,甲公司,2026-05-28,Y10,100,", PRICED.rpartition(",")[0])
    assert wrong(found) == [(3, "单价")]
    found = take("SO1,甲公司,2026-05-28,Y10,100,35.5", PRICED.rpartition(",")[0])
    ((line,),) = [order.lines for order in stored(desk)]
    assert (line.quantity, line.price, line.amount) == ("100", 3_550, 355_000)

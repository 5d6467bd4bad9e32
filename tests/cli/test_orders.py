"""`sales order …` through the real program."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Begun, Sales

KEYS = [
    "code", "number", "client", "state", "signed_on", "product", "amount", "currency", "rate", "value", "cost",
    "terms", "promised_on", "delivered_on", "accepted_on", "days_late", "returned", "lines", "shares", "contract",
    "quotation", "deal", "note",
]  # fmt: skip
IMPORT_KEYS = ["rows", "new", "updated", "unchanged", "duplicate", "failed", "errors", "error_file"]
CSV = """订单号,客户名称,下单日期,金额,产品,付款条件
SO1,杭州蓝海机电有限公司,2026-05-28,5614.73,Y10,30%预付，70%月结30天
SO2,蓝海,2026-07-03,12275.92,X200,款到发货
"""


@pytest.fixture
def client(begun: Begun) -> None:
    begun("client add 杭州蓝海机电有限公司 --alias 蓝海")


@pytest.fixture
def order(sales: Sales, client: None) -> Callable[..., Any]:
    """Record an order, give back its JSON."""

    def add(*argv: object) -> Any:
        return sales("order", "add", "hzlh", *argv, "--json").json()

    return add


def codes(sales: Sales, *argv: object, **options: Any) -> list[str]:
    return [one["code"] for one in sales("order", "list", *argv, "--json", **options).json()]


def test_an_order_is_an_object_for_scripts(order: Callable[..., Any]) -> None:
    made = order(
        "1万2", "--number", "HT-1", "--on", "11-20", "--product", "变频器", "--terms", "30%预付，70%月结30天",
        "--cost", "8000", "--promised", "12-20", "--share", "张三=60", "--share", "李四=40",
        "--contract-file", "没有.pdf", "--contract-begin", "11-01", "--contract-end", "10-31", "--note", "=加急",
    )  # fmt: skip
    assert set(KEYS) <= set(made)
    assert made["client"] == {"code": "C0001", "name": "杭州蓝海机电有限公司"}
    assert (made["code"], made["number"], made["state"], made["signed_on"]) == (
        "O0001",
        "HT-1",
        "confirmed",
        "2026-11-20",
    )
    assert (made["amount"], made["value"], made["cost"], made["returned"]) == (
        "12000.00",
        "12000.00",
        "8000.00",
        "0.00",
    )
    assert made["contract"] == {"file": "没有.pdf", "begin": "2026-11-01", "end": "2027-10-31"}
    assert made["shares"] == [
        {"person": "张三", "percent": 60, "amount": "7200.00"},
        {"person": "李四", "percent": 40, "amount": "4800.00"},
    ]
    assert (made["promised_on"], made["days_late"], made["note"]) == ("2026-12-20", 0, "=加急")
    assert [(part["kind"], part["due_on"], part["amount"]) for part in made["receivables"]] == [
        ("deposit", "2026-11-20", "3600.00"),
        ("payment", None, "8400.00"),
    ]


def test_a_foreign_order_keeps_its_own_amount_and_the_rate(order: Callable[..., Any], sales: Sales) -> None:
    made = order(8000, "--currency", "usd", "--rate", "7.123")
    assert (made["amount"], made["currency"], made["rate"], made["value"]) == ("8000.00", "USD", "7.123", "56984.00")
    assert "8,000.00 USD" in sales("order", "list").out


def test_the_days_of_an_older_order_are_read_as_seen_from_it(order: Callable[..., Any]) -> None:
    made = order(100, "--on", "2026-03-01", "--promised", "3-15")
    assert made["promised_on"] == "2026-03-15"


def test_an_order_from_a_quotation_names_every_difference(sales: Sales, order: Callable[..., Any]) -> None:
    sales("deal", "add", "hzlh", "项目")
    sales("quote", "add", "hzlh", "--line", "X200 x 100 @ 35.5 -5%", "--deal", "D0001")
    done = sales("order", "add", "hzlh", 3000, "--quote", "Q0001", "--line", "X200 x 80 @ 35.5")
    for said in ("Q0001 was draft", "3,372.50", "quoted 100 × 35.50 -5%, ordered 80 × 35.50"):
        assert said in done.err
    shown = sales("order", "show", "O0001", "--json").json()
    assert (shown["quotation"], shown["deal"], shown["lines"][0]["quantity"]) == ("Q0001", "D0001", 80)
    assert sales("quote", "show", "Q0001", "--json").json()["state"] == "accepted"
    assert sales("deal", "show", "D0001", "--json").json()["state"] == "won"


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["hzlh"], 2),
        (["hzlh", "-5"], 2),
        (["hzlh", "1.234"], 2),
        (["hzlh", "100", "--share", "张三=60"], 2),
        (["hzlh", "100", "--currency", "USD"], 2),
        (["hzlh", "100", "--terms", "看心情"], 2),
        (["hzlh", "100", "--on", "2026-11-26"], 2),
        (["hzlh", "100", "--promised", "2026-11-01"], 4),
        (["hzlh", "100", "--number", "HT-1"], 4),
        (["没有公司", "100"], 3),
        (["hzlh", "100", "--quote", "Q0009"], 3),
        (["hzlh", "100", "--deal", "D0009"], 3),
    ],
)
def test_what_can_not_be_ordered_has_its_exit_code_and_leaves_nothing(
    begun: Begun, data_file: Path, argv: list[str], code: int
) -> None:
    sales = begun("client add 杭州蓝海机电有限公司 --alias 蓝海", "order add hzlh 100 --number HT-1")
    before = data_file.read_bytes()
    refused = sales("order", "add", *argv, code=code)
    assert len(refused.err.splitlines()) == 1
    assert data_file.read_bytes() == before


def test_the_life_of_an_order(sales: Sales, order: Callable[..., Any]) -> None:
    order(10000, "--number", "HT-1", "--on", "11-20", "--promised", "2026-11-23", "--terms", "月结60天")
    sales("order", "accept", "HT-1", code=4)
    sales("order", "deliver", "HT-1", "--on", "11-19", code=4)
    delivered = sales("order", "deliver", "hzlh", "--json")
    assert (delivered.json()["state"], delivered.json()["days_late"]) == ("delivered", 2)
    assert "2 days later than promised" in delivered.err
    assert delivered.json()["receivables"][0]["due_on"] == "2027-01-29"
    assert sales("order", "accept", "o0001", "--json").json()["accepted_on"] == "2026-11-25"
    back = sales("order", "return", "O0001", "3000", "--reason", "破损", "--json")
    assert (back.json()["returned"], back.json()["returns"][0]["reason"]) == ("3000.00", "破损")
    assert "7,000.00 is left" in back.err
    sales("order", "return", "O0001", "7000.01", code=4)
    assert sales("order", "return", "O0001", "7000", "--json").json()["state"] == "returned"
    sales("order", "close", "O0001", code=4)


def test_the_amount_and_the_terms_of_an_order_can_be_put_right(sales: Sales, order: Callable[..., Any]) -> None:
    order("10万", "--terms", "30%预付，70%月结30天")
    sales("receipt", "add", "hzlh", "4万", "--order", "O0001")
    done = sales("order", "edit", "O0001", "--amount", "12万", "--terms", "50%预付，50%货到付款", "--json").json()
    assert (done["amount"], done["terms"]) == ("120000.00", "50%预付，50%货到付款")
    assert [(part["amount"], part["paid"]) for part in done["receivables"]] == [
        ("60000.00", "40000.00"), ("60000.00", "0.00"),
    ]  # fmt: skip
    refused = sales("order", "edit", "O0001", "--amount", "3万", "--note", "x", "--json", code=4).error()
    assert "40,000.00 was received" in refused["message"]
    shown = sales("order", "show", "O0001", "--json").json()
    assert (shown["amount"], shown["note"]) == ("120000.00", None)
    told = sales("order", "edit", "O0001", "--line", "X200 x 10 @ 10000", "--amount", "11万").err
    assert "The lines come to 100,000.00, the order to 110,000.00." in told
    sales("order", "edit", "O0001", "--amount", "0", code=2)
    sales("order", "edit", "O0001", code=2)
    sales("client", "credit", "hzlh", "--state", "stop")
    sales("order", "edit", "O0001", "--amount", "20万", code=4)
    sales("order", "edit", "O0001", "--amount", "9万")


def test_an_order_that_is_called_off_frees_what_was_paid(sales: Sales, order: Callable[..., Any]) -> None:
    order(10000)
    sales("receipt", "add", "hzlh", "4000")
    shown = sales("order", "show", "O0001", "--json").json()
    assert (shown["receipts"][0]["amount"], shown["receivables"][0]["open"]) == ("4000.00", "6000.00")
    sales("order", "cancel", "O0001", code=2)
    done = sales("order", "cancel", "O0001", "--reason", "客户取消")
    assert "4,000.00 that was paid" in done.err


def test_what_stands_in_an_order_can_be_changed_and_taken_back(sales: Sales, order: Callable[..., Any]) -> None:
    order(100)
    sales("order", "edit", "O0001", code=2)
    done = sales("order", "edit", "O0001", "--number", "HT-9", "--promised", "12-31", "--share", "张三=100", "--json")
    assert (done.json()["number"], done.json()["promised_on"]) == ("HT-9", "2026-12-31")
    sales("order", "remove", "O0001", code=2)
    sales("order", "remove", "HT-9", "--yes")
    assert codes(sales) == []
    sales("order", "show", "O0001", code=3)


def test_lists_by_words_and_period_and_by_what_is_late_or_expires(sales: Sales, order: Callable[..., Any]) -> None:
    order(100, "--on", "2025-05-01", "--product", "变频器", "--promised", "2025-06-01", "--contract-end", "2026-12-10")
    order(200, "--contract-end", "2027-01-20")
    assert codes(sales) == ["O0001", "O0002"]
    assert codes(sales, "本月") == ["O0002"]
    assert codes(sales, "变频器", "2025") == ["O0001"]
    assert codes(sales, "变频器", "本月") == []
    assert codes(sales, "--late") == ["O0001"]
    assert codes(sales, "--expiring") == ["O0001"]
    assert codes(sales, "--expiring", "60", "--client", "hzlh") == ["O0001", "O0002"]
    assert codes(sales, "--expiring", "--open", "2025") == ["O0001"]
    assert codes(sales, "--state", "delivered") == []
    sales("order", "list", "--state", "没有", code=2)
    assert "542 days" in sales("order", "list", "--late").out
    lines = sales("order", "list", "--csv").out.splitlines()
    assert lines[0].startswith("code,number,client,state,signed_on,product,amount")
    assert lines[2].startswith("O0002,,杭州蓝海机电有限公司,confirmed,2026-11-25,,200.00,CNY")


def test_several_open_orders_of_a_client_are_named(sales: Sales, order: Callable[..., Any]) -> None:
    order(100)
    order(200)
    refused = sales("order", "deliver", "hzlh", "--json", code=4)
    assert refused.error()["code"] == "ambiguous"
    assert "O0001" in refused.error()["message"]


def test_an_order_is_shown_with_all_that_belongs_to_it(sales: Sales, client: None) -> None:
    sales("order", "add", "hzlh", "--line", "X200 x 100 @ 35.5", "--share", "张三=100", "--terms", "款到发货")
    shown = sales("order", "show", "O0001").out
    for word in ("X200", "3,550.00", "张三", "款到发货", "2026-11-25"):
        assert word in shown


# --- import ---


def test_an_import_is_an_object_for_scripts(sales: Sales, client: None, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(CSV, "gb18030")
    trial = sales("order", "import", "orders.csv", "--dry-run", "--json").json()
    assert list(trial) == IMPORT_KEYS
    assert (trial["new"], codes(sales)) == (2, [])
    found = sales("order", "import", "orders.csv", "--json").json()
    assert found == {**trial, "new": 2}
    assert sales("order", "import", "orders.csv", "--json").json()["unchanged"] == 2
    shown = sales("order", "show", "SO1", "--json").json()
    assert (shown["amount"], shown["signed_on"], shown["terms"]) == ("5614.73", "2026-05-28", "30%预付，70%月结30天")
    assert [part["amount"] for part in shown["receivables"]] == ["1684.42", "3930.31"]


def test_bad_rows_keep_everything_out_and_stand_in_a_file_that_can_be_mended(
    sales: Sales, client: None, tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_text(CSV + "SO3,没有公司,2026-07-03,1,,\nSO4,蓝海,2026-07-03,1.234,,\n", "utf-8")
    refused = sales("order", "import", tmp_path / "orders.csv", "--json", code=6)
    found = refused.json()
    assert (found["new"], found["failed"]) == (0, 2)
    assert [(error["row"], error["column"], error["value"]) for error in found["errors"]] == [
        (4, "客户名称", "没有公司"),
        (5, "金额", "1.234"),
    ]
    assert refused.error()["code"] == "bad_rows"
    assert codes(sales) == []
    mended = Path(found["error_file"])
    mended.write_text(mended.read_text("utf-8-sig").replace("1.234", "1.23"), "utf-8")
    assert sales("order", "import", "orders.csv", "--skip-bad", "--json").json()["new"] == 2
    assert sales("order", "import", mended, "--add-clients", "--json").json()["new"] == 2
    assert len(codes(sales)) == 4


def test_a_map_names_the_columns(sales: Sales, client: None, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("谁,何时,多少\n蓝海,2026-05-01,100\n", "utf-8")
    sales("order", "import", "orders.csv", code=6)
    (tmp_path / "map.toml").write_text('[columns]\nclient = "谁"\nsigned_on = "何时"\namount = "多少"\n', "utf-8")
    assert sales("order", "import", "orders.csv", "--map", "map.toml", "--json").json()["new"] == 1


def test_changes_need_to_be_asked_for(sales: Sales, client: None, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(CSV, "utf-8")
    sales("order", "import", "orders.csv")
    (tmp_path / "orders.csv").write_text(CSV.replace("12275.92", "13000"), "utf-8")
    assert sales("order", "import", "orders.csv", "--json").json()["duplicate"] == 1
    assert sales("order", "import", "orders.csv", "--update", "--json").json()["updated"] == 1
    assert json.loads(sales("order", "show", "SO2", "--json").out)["amount"] == "13000.00"

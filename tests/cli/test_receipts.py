"""`sales receipt …` and the money of `visit log` through the real program."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Begun, Sales


@pytest.fixture
def ledger(begun: Begun) -> Sales:
    """A client and its order of 120,000, signed in September and delivered in November."""
    return begun(
        "client add 杭州蓝海机电", "order add 蓝海 12万 --number HT1 --on 2026-09-10 --terms 30%预付，70%月结30天"
    )


def test_terms_are_typed_as_people_write_them_and_shown(ledger: Sales) -> None:
    done = ledger("receipt", "plan", "HT1", "三成预付，余款", "月结60天", "--json")
    assert done.json()["terms"] == "三成预付，余款 月结60天"
    assert done.json()["rows"] == [
        {
            "position": 1, "kind": "deposit", "basis": "三成预付", "event": "signed", "due_on": "2026-09-10",
            "amount": "36000.00", "paid": "0.00", "open": "36000.00", "days_overdue": 76,
        },
        {
            "position": 2, "kind": "payment", "basis": "余款月结60天", "event": "delivered", "due_on": None,
            "amount": "84000.00", "paid": "0.00", "open": "84000.00", "days_overdue": None,
        },
    ]  # fmt: skip
    shown = ledger("receipt", "plan", "HT1")
    assert "36,000.00" in shown.out
    assert "2026-09-10 Thu" in shown.out
    assert ledger("receipt", "plan", "HT1", "--json").json() == done.json()


def test_terms_that_cannot_be_read_are_a_usage_error(ledger: Sales) -> None:
    refused = ledger("receipt", "plan", "HT1", "看情况", "--json", code=2).error()
    assert refused["code"] == "usage"
    assert "月结60天" in refused["hint"]
    assert ledger("receipt", "plan", "HT1", "30%预付，60%货到", code=2).err.count("90 %") == 1


def test_a_plan_that_is_being_paid_stays(ledger: Sales) -> None:
    ledger("receipt", "add", "蓝海", "1000")
    assert ledger("receipt", "plan", "HT1", "月结60天", "--json", code=4).error()["code"] == "refused"
    ledger("receipt", "allocate", "R0001", "HT1", "0")
    assert len(ledger("receipt", "plan", "HT1", "月结60天", "--json").json()["rows"]) == 1


def test_aging_is_what_scripts_rely_on(ledger: Sales) -> None:
    ledger("receipt", "add", "蓝海", "5万", "--order", "HT1")
    ledger("order", "deliver", "HT1", "--on", "2026-09-20")
    aging = ledger("receipt", "aging", "--json").json()
    assert (aging["total"], aging["buckets"]) == (
        "70000.00",
        {"current": "0.00", "d30": "70000.00", "d60": "0.00", "d90": "0.00", "over90": "0.00"},
    )
    (row,) = aging["rows"]
    assert {name: row[name] for name in ("client", "order", "due_on", "days_overdue", "open")} == {
        "client": {"code": "C0001", "name": "杭州蓝海机电"},
        "order": "O0001",
        "due_on": "2026-10-30",
        "days_overdue": 26,
        "open": "70000.00",
    }
    assert ledger("receipt", "aging", "--client", "蓝海", "--json").json() == aging
    table = list(csv.DictReader(io.StringIO(ledger("receipt", "aging", "--csv").out)))
    assert [(line["client"], line["open"]) for line in table] == [("杭州蓝海机电", "70000.00")]
    assert "70,000.00" in ledger("receipt", "aging").out
    ledger("client", "add", "宁波东方")
    ledger("receipt", "add", "蓝海", "7万1")
    assert ledger("receipt", "aging").err.startswith("Nothing is open.\n1,000.00 that was received pays for nothing")
    assert ledger("receipt", "aging", "--client", "宁波东方").err == "Nothing is open.\n"


def test_a_receipt_is_printed_with_what_it_pays(ledger: Sales) -> None:
    done = ledger(
        *("receipt", "add", "蓝海", "13万", "--on", "2026-11-20", "--method", "承兑", "--matures", "2027-05-20"),
        *("--reference", "B-17", "--json"),
    )
    assert done.json() == {
        "code": "R0001", "client": {"code": "C0001", "name": "杭州蓝海机电"}, "order": None,
        "received_on": "2026-11-20", "amount": "130000.00", "currency": "CNY", "rate": None, "value": "130000.00",
        "method": "acceptance", "matures_on": "2027-05-20", "reference": "B-17", "refunded": "0.00",
        "unallocated": "10000.00", "refunds": [], "note": None,
        "allocations": [
            {"order": "O0001", "position": 1, "kind": "deposit", "due_on": "2026-09-10", "amount": "36000.00"},
            {"order": "O0001", "position": 2, "kind": "payment", "due_on": None, "amount": "84000.00"},
        ],
    }  # fmt: skip
    assert "10,000.00 of it pays for nothing yet" in done.err
    assert [one["code"] for one in ledger("receipt", "list", "--unallocated", "--json").json()] == ["R0001"]
    assert ledger("receipt", "list", "2026-10", "--json").json() == []
    assert len(ledger("receipt", "list", "本月", "--client", "蓝海", "--json").json()) == 1


def test_money_goes_where_the_hand_says(ledger: Sales) -> None:
    ledger("order", "add", "蓝海", "1万", "--number", "HT2")
    done = ledger("receipt", "add", "蓝海", "5万", "--to", "HT2=1万", "--to", "HT1=3万", "--json").json()
    assert {part["order"]: part["amount"] for part in done["allocations"]} == {"O0002": "10000.00", "O0001": "30000.00"}
    assert done["unallocated"] == "10000.00"
    ledger("receipt", "add", "蓝海", "5万", "--to", "HT2", code=2)
    assert "Only 0.00" in ledger("receipt", "add", "蓝海", "5万", "--to", "HT2=1", code=4).err
    moved = ledger("receipt", "allocate", "R0001", "HT1", "4万", "--json").json()
    assert (moved["unallocated"], len(moved["allocations"])) == ("0.00", 3)
    assert ledger("receipt", "remove", "R0001", code=2).err
    ledger("receipt", "remove", "R0001", "--yes")
    assert ledger("receipt", "list", "--json").json() == []


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("蓝海", "-5"), 2),
        (("蓝海", "0"), 2),
        (("蓝海", "1.234"), 2),
        (("无此客户", "5"), 3),
        (("蓝海", "5", "--order", "HT9"), 3),
        (("蓝海", "5", "--on", "2026-11-26"), 2),
        (("蓝海", "5", "--currency", "USD"), 2),
        (("蓝海", "5", "--currency", "USD", "--rate", "0.00001"), 2),
        (("蓝海", "5", "--on", "昨天", "--matures", "2026-11-01"), 2),
        (("蓝海", "5", "--currency", "USD", "--rate", "7.1", "--order", "HT1"), 4),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    argv: tuple[str, ...], code: int, ledger: Sales, data_file: Path
) -> None:
    before = data_file.read_bytes()
    ledger("receipt", "add", *argv, code=code)
    assert data_file.read_bytes() == before


def test_a_return_after_payment_frees_the_money_for_a_refund(ledger: Sales) -> None:
    ledger("receipt", "add", "蓝海", "12万")
    ledger("order", "deliver", "HT1", "--on", "2026-11-20")
    ledger("order", "return", "HT1", "2万")
    assert ledger("receipt", "list", "--unallocated", "--json").json()[0]["unallocated"] == "20000.00"
    paid_back = ledger("receipt", "refund", "蓝海", "2万", "--order", "HT1", "--reason", "退货", "--json").json()
    assert (paid_back["amount"], paid_back["receipts"]) == (
        "20000.00",
        [{"code": "R0001-1", "receipt": "R0001", "amount": "20000.00"}],
    )
    assert ledger("receipt", "refund", "蓝海", "1", "--json", code=4).error()["code"] == "refused"
    statement = ledger("receipt", "statement", "蓝海", "--json").json()
    assert [(row["kind"], row["balance"]) for row in statement["rows"]] == [
        ("order", "120000.00"), ("return", "100000.00"), ("receipt", "-20000.00"), ("refund", "0.00"),
    ]  # fmt: skip
    assert (statement["owed"], statement["paid"], statement["closing"]) == ("140000.00", "140000.00", "0.00")


def test_a_mistyped_refund_is_seen_and_taken_out(ledger: Sales) -> None:
    ledger("receipt", "add", "蓝海", "3万")
    assert "R0001-1" in ledger("receipt", "refund", "蓝海", "5000", "--order", "HT1", "--reason", "退货").err
    listed = ledger("receipt", "list", "--json").json()[0]
    assert listed["refunds"] == [
        {"code": "R0001-1", "order": "O0001", "refunded_on": "2026-11-25", "amount": "5000.00", "reason": "退货"}
    ]
    assert "5,000.00 R0001-1" in ledger("receipt", "list").out
    assert "R0001-1" in ledger("receipt", "show", "R0001").out
    assert "receipt show R0001" in ledger("receipt", "remove", "R0001", "--yes", code=4).err
    assert ledger("receipt", "remove", "R0001-1", code=2).err
    removed = ledger("receipt", "remove", "r0001-1", "--yes", "--json")
    assert (removed.json()["code"], removed.json()["refunds"], removed.json()["unallocated"]) == ("R0001", [], "0.00")
    assert "Removed the refund R0001-1" in removed.err
    ledger("receipt", "remove", "R0001-1", "--yes", code=3)
    ledger("receipt", "remove", "R0001", "--yes")
    assert ledger("receipt", "aging", "--json").json()["total"] == "120000.00"


def test_a_mistyped_return_is_taken_out_and_what_was_paid_pays_again(ledger: Sales) -> None:
    ledger("receipt", "add", "蓝海", "12万")
    ledger("order", "deliver", "HT1")
    ledger("order", "return", "HT1", "2万")
    ledger("order", "return", "HT1", "10万", "--reason", "质量")
    shown = ledger("order", "show", "HT1", "--json").json()
    assert [(one["code"], one["amount"]) for one in shown["returns"]] == [
        ("O0001-1", "20000.00"), ("O0001-2", "100000.00"),
    ]  # fmt: skip
    assert shown["state"] == "returned"
    assert ledger("order", "list", "--json").json()[0]["returns"] == shown["returns"]
    assert "O0001-2" in ledger("order", "list").out
    assert ledger("order", "remove", "O0001-2", code=2).err
    after = ledger("order", "remove", "o0001-2", "--yes", "--json").json()
    assert (after["code"], after["state"], after["returned"]) == ("O0001", "delivered", "20000.00")
    assert ledger("receipt", "list", "--json").json()[0]["unallocated"] == "20000.00"
    ledger("order", "remove", "O0001-2", "--yes", code=3)
    assert ledger("order", "remove", "O0001", "--yes", "--json").json()["code"] == "O0001"


def test_a_statement_goes_to_a_file(ledger: Sales, tmp_path: Path) -> None:
    ledger("receipt", "add", "蓝海", "20000.05")
    written = ledger("receipt", "statement", "蓝海", "2026-Q4", "--out", "对账单.xlsx")
    assert written.out == "对账单.xlsx\n"
    rows = list(openpyxl.load_workbook(tmp_path / "对账单.xlsx").active.values)
    assert [row[-1] for row in rows[1:]] == [120000, 99999.95, 99999.95]
    assert ledger("receipt", "statement", "蓝海", "--out", "对账单.xlsx", code=4).err
    table = ledger("receipt", "statement", "蓝海", "2026-Q4", "--csv").out.splitlines()
    assert table[1] == "2026-11-25,receipt,R0001,,,20000.05,99999.95"


def test_invoices_say_what_is_left(ledger: Sales) -> None:
    done = ledger("receipt", "invoice", "HT1", "24337", "7万", "--json").json()
    assert (done["number"], done["amount"], done["ordered"], done["to_invoice"]) == (
        "24337", "70000.00", "120000.00", "50000.00",
    )  # fmt: skip
    assert "50,000.00" in ledger("receipt", "invoice", "HT1", "24338", "5万1", code=4).err
    assert [one["number"] for one in ledger("receipt", "invoices", "--order", "HT1", "--json").json()] == ["24337"]
    assert ledger("receipt", "uninvoice", "24338", "--yes", "--json", code=3).error()["code"] == "not_found"
    ledger("receipt", "uninvoice", "24337", "--yes")
    assert ledger("receipt", "invoices", "--json").json() == []


def test_receipts_are_imported_once(ledger: Sales, tmp_path: Path) -> None:
    path = tmp_path / "receipts.csv"
    path.write_text(
        "订单号,客户名称,到账日期,金额,方式\nHT1,杭州蓝海机电,2026-11-02,36000,转账\nHT1,杭州蓝海机电,2026-11-09,1万,承兑\n",
        "utf-8-sig",
    )
    assert ledger("receipt", "import", path, "--dry-run", "--json").json()["new"] == 2
    assert ledger("receipt", "import", path, "--json").json() == {
        "rows": 2, "new": 2, "updated": 0, "unchanged": 0, "duplicate": 0, "failed": 0,
        "errors": [], "error_file": None,
    }  # fmt: skip
    assert ledger("receipt", "import", path, "--json").json()["unchanged"] == 2
    path.write_text("订单号,客户名称,到账日期,金额,方式\nHT1,,2026-11-10,7.4万,\nHT1,,2026-11-11,1,\n", "utf-8")
    refused = ledger("receipt", "import", path, "--json", code=6)
    (error,) = refused.json()["errors"]
    assert (error["row"], error["column"], error["value"]) == (3, "金额", "1.00")
    assert ledger("receipt", "aging", "--json").json()["total"] == "74000.00"
    assert ledger("receipt", "import", path, "--skip-bad", "--json").json()["new"] == 1


# --- money at a visit ---


def test_a_won_visit_books_its_money_in_the_same_breath(ledger: Sales) -> None:
    done = ledger(
        "log", "蓝海", "签了年度合同", "--order", "12万", "--receipt", "5万", "--next", "发货@下周五", "--json"
    )
    assert (done.json()["outcome"], done.json()["order"], done.json()["receipt"]) == ("order", "O0002", "R0001")
    assert "Booked O0002: an order of 120,000.00." in done.err
    order = ledger("order", "show", "O0002", "--json").json()
    assert (order["amount"], order["signed_on"], order["visit"]) == ("120000.00", "2026-11-25", "V0001")
    assert [row["open"] for row in order["receivables"]] == ["70000.00"]
    assert ledger("receipt", "list", "--json").json()[0]["order"] == "O0002"


def test_money_at_a_visit_is_booked_whole_or_not_at_all(ledger: Sales) -> None:
    ledger("log", "蓝海", "收款", "--order", "1.234", "--no-next", "无", code=2)
    ledger("log", "蓝海", "收款", "--order", "1万", "--receipt", "0", "--no-next", "无", code=2)
    assert ledger("visit", "list", "--json").json() == []
    assert len(ledger("order", "list", "--json").json()) == 1
    paid = ledger("log", "蓝海", "收款", "--receipt", "5000", "--no-next", "无", "--json").json()
    assert (paid["outcome"], paid["order"], paid["receipt"]) == (None, None, "R0001")
    assert ledger("receipt", "aging", "--json").json()["total"] == "115000.00"


def test_money_is_not_for_lines(ledger: Sales) -> None:
    ledger("log", "-", "--order", "1万", stdin="蓝海 见面 报价@周五\n", code=2)


def test_a_log_without_money_does_not_load_its_tables(ledger: Sales, environ: dict[str, str], tmp_path: Path) -> None:
    program = (
        "import sys; from salescli.cli import root; root.speak(sys.argv[1:], dict(__import__('os').environ));"
        "code = root.run(sys.argv[1:]);"
        "print([name for name in sys.modules if name.startswith('salescli.models.re') or name.endswith('orders')])"
    )
    argv = [sys.executable, "-c", program, "log", "蓝海", "见面", "--no-next", "无"]
    done = subprocess.run(argv, env=environ, cwd=tmp_path, capture_output=True, check=True, encoding="utf-8")
    assert done.stdout.splitlines()[-1] == "[]"


def test_money_at_a_visit_is_above_nothing_and_an_order_is_its_outcome(ledger: Sales) -> None:
    for argv in (("--order", "0"), ("--receipt", "0"), ("--order", "1万", "--outcome", "refused")):
        ledger("log", "蓝海", "见面", *argv, "--no-next", "无", code=2)
    assert ledger("visit", "list", "--json").json() == []
    done = ledger("log", "蓝海", "见面", "--order", "1万", "--outcome", "成交", "--no-next", "无", "--json").json()
    assert (done["outcome"], done["order"]) == ("order", "O0002")


def test_an_order_at_a_visit_minds_the_credit(ledger: Sales) -> None:
    ledger("client", "credit", "蓝海", "--limit", "13万")
    told = ledger("log", "蓝海", "见面", "--order", "2万", "--no-next", "无")
    assert "10,000.00 over its limit" in told.err
    ledger("client", "credit", "蓝海", "--state", "stop")
    ledger("log", "蓝海", "见面", "--order", "1", "--no-next", "无", code=4)
    assert len(ledger("visit", "list", "--json").json()) == 1
    assert len(ledger("order", "list", "--json").json()) == 2
    ledger("log", "蓝海", "收款", "--receipt", "2万", "--no-next", "无")


def test_money_on_account_pays_the_next_order_and_is_said(sales: Sales) -> None:
    sales("client", "add", "杭州蓝海机电")
    sales("receipt", "add", "蓝海", "5万")
    assert "R0001: 30,000.00 on account pays for it." in sales("order", "add", "蓝海", "3万").err
    done = sales("log", "蓝海", "见面", "--order", "3万", "--receipt", "1万", "--no-next", "无")
    assert "R0001: 20,000.00 on account pays for it." in done.err
    assert "R0002: 10,000.00 on account" not in done.err
    assert sales("receipt", "aging", "--json").json()["total"] == "0.00"

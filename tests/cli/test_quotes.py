"""`sales quote …` through the real program."""

import csv
import io
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Begun, Sales

LINE = "X200 x 100 @ 35.5"


@pytest.fixture
def quoted(begun: Begun) -> Sales:
    """The program with a client and a quotation of theirs from October."""
    return begun(
        "client add 杭州蓝海机电 --contact 李工 --title 采购经理",
        "quote add 蓝海 --line 'X200 x 80 @ 33' --on 2026-10-30",
    )


def test_a_quotation_is_printed_whole_with_the_last_price(quoted: Sales) -> None:
    quoted("quote", "send", "Q0001", "--on", "2026-10-30")
    done = quoted("quote", "add", "lhjd", "--line", f"{LINE} -5%", "--tax", "13%", "--valid", "30d", "--json")
    found = done.json()
    last = {
        "kind": "quotation",
        "code": "Q0001",
        "number": None,
        "day": "2026-10-30",
        "price": "33.00",
        "currency": "CNY",
        "discount_percent": None,
        "unit": None,
    }
    assert found["lines"] == [
        {
            "position": 1,
            "product": "X200",
            "product_code": None,
            "spec": None,
            "quantity": 100,
            "unit": None,
            "price": "35.50",
            "discount_percent": 5,
            "amount": "3372.50",
            "last_paid": last,
            "last_quoted": last,
        }
    ]
    del found["lines"]
    assert found == {
        "code": "Q0002",
        "version": 1,
        "current": True,
        "client": {"code": "C0001", "name": "杭州蓝海机电"},
        "deal": None,
        "state": "draft",
        "issued_on": "2026-11-25",
        "valid_until": "2026-12-25",
        "sent_on": None,
        "settled_on": None,
        "subtotal": "3372.50",
        "discount": "0.00",
        "freight": "0.00",
        "total": "3372.50",
        "tax_percent": 13,
        "tax": "387.99",
        "currency": "CNY",
        "rate": None,
        "value": "3372.50",
        "incoterm": None,
        "terms": None,
        "reason": None,
        "note": None,
    }
    assert done.err.splitlines() == [
        "X200: last price 33.00 CNY, 2026-10-30 Fri, Q0001 (quoted).",
        "Q0002 version 1 for 杭州蓝海机电: 3,372.50 CNY, valid until 2026-12-25 Fri.",
    ]


def test_a_foreign_quotation_tells_its_value_in_yuan(quoted: Sales) -> None:
    asked = ("quote", "add", "C0001", "--line", "X200 x 3 @ 5.25", "--currency", "usd", "--incoterm", "c&f")
    assert "--rate" in quoted(*asked, code=2).err
    done = quoted(*asked, "--rate", "7.12", "--freight", "10")
    assert "25.75 USD (at 7.12: 183.34 CNY)" in done.err
    assert "Incoterm" in done.out
    assert "CFR" in done.out


def test_a_deal_is_named_by_its_code(quoted: Sales) -> None:
    quoted("deal", "add", "蓝海", "产线改造", "--amount", "10万")
    assert quoted("quote", "add", "蓝海", "--amount", "9万", "--deal", "D0001", "--json").json()["deal"] == "D0001"


def test_a_quotation_goes_its_way(quoted: Sales) -> None:
    ways: list[tuple[str, ...]] = [("submit",), ("approve",), ("send",), ("accept",)]
    states = [quoted("quote", step, "Q0001", "--json").json()["state"] for (step,) in ways]
    assert states == ["submitted", "approved", "sent", "accepted"]
    again = quoted("quote", "send", "Q0001", "--json", code=4)
    assert again.error()["code"] == "refused"
    assert "Q0001 is accepted" in again.error()["message"]


def test_no_needs_a_reason(quoted: Sales) -> None:
    assert "--reason" in quoted("quote", "return", "蓝海", code=2).err
    returned = quoted("quote", "return", "蓝海", "--reason", "折扣过高", "--json").json()
    assert (returned["state"], returned["reason"]) == ("returned", "折扣过高")
    quoted("quote", "revise", "蓝海", "--discount", "3%")
    quoted("quote", "send", "蓝海")
    assert "--reason" in quoted("quote", "reject", "蓝海", code=2).err
    rejected = quoted("quote", "reject", "蓝海", "--reason", "价格高", "--json").json()
    assert (rejected["state"], rejected["settled_on"], rejected["version"]) == ("rejected", "2026-11-25", 2)


def test_with_the_setting_a_quotation_is_approved_before_it_is_sent(quoted: Sales) -> None:
    quoted("config", "set", "quotes.approval", "是")
    assert "approved" in quoted("quote", "send", "Q0001", code=4).err
    quoted("quote", "approve", "Q0001")
    quoted("quote", "send", "Q0001", "--on", "昨天")
    assert quoted("quote", "show", "Q0001", "--json").json()["sent_on"] == "2026-11-24"


def test_a_revision_leaves_the_earlier_version_to_be_seen(quoted: Sales) -> None:
    done = quoted("quote", "revise", "Q0001", "--line", LINE, "--discount", "50")
    assert "Q0001 version 2" in done.err
    assert "3,500.00" in done.out
    earlier = quoted("quote", "show", "Q0001", "--version", "1", "--json").json()
    assert (earlier["version"], earlier["current"], earlier["total"]) == (1, False, "2640.00")
    assert quoted("quote", "show", "Q0001", "--version", "9", code=3).out == ""


def test_the_list_shows_what_is_expired_and_csv_agrees_with_json(quoted: Sales) -> None:
    quoted("quote", "add", "蓝海", "--amount", "5000", "--valid", "2026-11-25")
    quoted("client", "add", "乙厂")
    quoted("quote", "add", "乙厂", "--amount", "700")
    day_after = {"today": "2026-11-26"}
    rows = quoted("quote", "list", "--json", **day_after).json()
    assert [(row["code"], row["state"]) for row in rows] == [
        ("Q0001", "draft"), ("Q0002", "expired"), ("Q0003", "draft"),
    ]  # fmt: skip
    table = list(csv.DictReader(io.StringIO(quoted("quote", "list", "--csv", **day_after).out)))
    assert [(row["code"], row["state"], row["total"]) for row in table] == [
        (row["code"], row["state"], row["total"]) for row in rows
    ]
    of_client = quoted("quote", "list", "--client", "乙厂", "--json").json()
    assert [row["code"] for row in of_client] == ["Q0003"]
    assert quoted("quote", "list", "--state", "过期", "--json", **day_after).json()[0]["code"] == "Q0002"
    assert quoted("quote", "list", "--state", "gone", code=2).out == ""


def test_a_client_with_several_open_quotations_is_ambiguous(quoted: Sales) -> None:
    quoted("quote", "add", "蓝海", "--amount", "5000")
    error = quoted("quote", "send", "蓝海", "--json", code=4).error()
    assert error["code"] == "ambiguous"
    assert "Q0001" in error["message"]
    assert "Q0002" in error["message"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "蓝海"), 2),
        (("add", "蓝海", "--line", "X200"), 2),
        (("add", "蓝海", "--line", LINE, "--discount", "99999"), 4),
        (("add", "没有的客户", "--line", LINE), 3),
        (("add", "蓝海", "--line", LINE, "--deal", "D0009"), 3),
        (("show", "Q0009"), 3),
        (("accept", "Q0001"), 4),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    quoted: Sales, data_file: Path, words: tuple[str, ...], code: int
) -> None:
    before = data_file.read_bytes()
    assert quoted("quote", *words, code=code).err.count("\n") == 1
    assert data_file.read_bytes() == before


def test_the_export_is_a_workbook_that_is_not_replaced_unasked(quoted: Sales, tmp_path: Path) -> None:
    done = quoted("quote", "export", "Q0001")
    path = tmp_path / done.out.strip()
    assert path.name == "Quotation_Q0001.xlsx"
    assert openpyxl.load_workbook(path).active is not None
    before = path.read_bytes()
    assert quoted("quote", "export", "Q0001", code=4).out == ""
    assert path.read_bytes() == before
    found = quoted("quote", "export", "蓝海", path.name, "--force", "--json").json()
    assert found == {"path": path.name, "code": "Q0001", "version": 1}
    assert quoted("quote", "export", "Q0001", "报价.pdf", code=2).out == ""
    assert quoted("quote", "export", "Q0001", "no/such/folder.xlsx", code=7).out == ""
    assert [file.name for file in tmp_path.glob("*.xlsx")] == [path.name]


def test_an_export_before_approval_says_that_it_is_a_draft(quoted: Sales, tmp_path: Path) -> None:
    quoted("config", "set", "quotes.approval", "true")
    assert "draft" in quoted("quote", "export", "Q0001", "a.xlsx").err
    quoted("quote", "approve", "Q0001")
    assert "draft" not in quoted("quote", "export", "Q0001", "b.xlsx").err
    texts = [
        {cell.value for row in openpyxl.load_workbook(tmp_path / name).worksheets[0].iter_rows() for cell in row}
        for name in ("a.xlsx", "b.xlsx")
    ]
    assert ["Draft: not approved yet" in found for found in texts] == [True, False]


def test_a_quotation_is_removed_unless_it_was_accepted(sales: Sales) -> None:
    sales("client", "add", "丙公司")
    for _number in range(2):
        sales("quote", "add", "丙公司", "--amount", "100")
    codes = [one["code"] for one in sales("quote", "list", "--client", "丙公司", "--json").json()]
    sales("quote", "revise", codes[0], "--amount", "90")
    sales("quote", "remove", codes[0], code=2)
    sales("quote", "remove", codes[0], "--yes")
    sales("quote", "show", codes[0], code=3)
    sales("quote", "send", codes[1])
    sales("quote", "accept", codes[1])
    sales("quote", "remove", codes[1], "--yes", code=4)


# --- approval by file ---


def fill(path: Path, **said: object) -> None:
    """Type into the cells of a form as a supervisor does."""
    book = openpyxl.load_workbook(path)
    for name, text in said.items():
        ((title, place),) = book.defined_names[f"sales_{name}"].destinations
        book[title][place.replace("$", "")] = text
    book.save(path)


def test_an_approval_comes_back_in_the_file_that_went_out(quoted: Sales, tmp_path: Path) -> None:
    assert quoted("quote", "submit", "Q0001", "--out", "a.xlsx", "--json").json()["state"] == "submitted"
    assert "neither" in quoted("quote", "reply", "a.xlsx", code=4).err
    fill(
        tmp_path / "a.xlsx",
        decision="批准",
        reason="下次折扣不超过3%",
        signed="李经理",
        signed_on=datetime(2026, 11, 25),  # noqa: DTZ001
    )
    done = quoted("quote", "reply", "a.xlsx", "--json")
    assert (done.json()["state"], done.json()["reason"]) == ("approved", "下次折扣不超过3%")
    assert "李经理 2026-11-25" in done.err
    assert quoted("quote", "reply", "a.xlsx", "--json", code=4).error()["code"] == "refused"


def test_figures_changed_on_the_form_are_told_and_not_taken(sales: Sales, tmp_path: Path) -> None:
    sales("client", "add", "杭州蓝海机电")
    goods = ("--line", "X200 x 100 @ 35.5 -5%", "--line", "S1 x 1000 @ 35/100", "--freight", "20")
    sales("quote", "add", "蓝海", *goods)
    sales("quote", "submit", "Q0001", "--out", "a.xlsx")
    fill(tmp_path / "a.xlsx", decision="批准")
    (tmp_path / "b.xlsx").write_bytes((tmp_path / "a.xlsx").read_bytes())
    fill(tmp_path / "b.xlsx", price_1=34, discount_percent_1=None, quantity_2=1500.0, price_2="33.00/100", total="3500")
    done = sales("quote", "reply", "b.xlsx", "--json")
    told = done.json()
    assert (told["state"], told["total"]) == ("approved", "3742.50")
    assert [(one["line"], one["figure"], one["quotation"], one["form"]) for one in told["differences"]] == [
        (1, "price", "35.50", "34.00"), (1, "discount_percent", "5%", ""), (2, "quantity", "1000", "1500"),
        (2, "price", "35.00/100", "33.00/100"), (None, "total", "3,742.50", "3,500.00"),
    ]  # fmt: skip
    assert "the form says 34.00, the quotation 35.50: 1 X200, Price" in done.err
    assert "quote revise Q0001" in done.err
    sales("undo", "--yes")
    plain = sales("quote", "reply", "a.xlsx", "--json")
    assert plain.json()["differences"] == []
    assert "Warning" not in plain.err


def test_a_price_of_many_is_shown_with_what_is_counted(quoted: Sales) -> None:
    words = ("quote", "add", "蓝海", "--line", "S1 x 1000 @ 35/100", "--line", "M3 x 2万件 @ 35/千件")
    lines = quoted(*words, "--json").json()["lines"]
    assert [(line["quantity"], line["unit"], line["price"]) for line in lines] == [
        (10, "100", "35.00"), (20, "千件", "35.00"),
    ]  # fmt: skip
    shown = [" ".join(line.split()) for line in quoted("quote", "show", "Q0002").out.splitlines()]
    assert "1 S1 1,000 35.00/100 350.00" in shown
    assert "2 M3 20,000 件 35.00/1000 700.00" in shown
    quoted("order", "add", "蓝海", "--quote", "Q0002")
    assert "35.00/1000" in quoted("order", "show", "O0001").out


def test_a_quotation_comes_back_with_a_reason_or_not_at_all(quoted: Sales, tmp_path: Path) -> None:
    quoted("quote", "submit", "Q0001")
    quoted("quote", "submit", "Q0001", code=4)
    quoted("quote", "submit", "Q0001", "--out", "a.xlsx")  # what waits already gets its form again
    quoted("quote", "submit", "Q0001", "--out", "a.xlsx", code=4)
    fill(tmp_path / "a.xlsx", decision="Return")
    assert "no reason" in quoted("quote", "reply", "a.xlsx", code=4).err
    fill(tmp_path / "a.xlsx", reason=3)
    done = quoted("quote", "reply", "a.xlsx", "--json").json()
    assert (done["state"], done["reason"]) == ("returned", "3")


def test_a_form_of_an_older_version_or_of_something_else_is_refused(quoted: Sales, tmp_path: Path) -> None:
    quoted("quote", "submit", "Q0001", "--out", "a.xlsx")
    fill(tmp_path / "a.xlsx", decision="批准")
    quoted("quote", "revise", "Q0001", "--discount", "10")
    assert "version 1 of Q0001; version 2" in quoted("quote", "reply", "a.xlsx", code=4).err
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    book.properties.keywords = (book.properties.keywords or "")[:-4] + "0000"  # another data file's Q0001
    book.save(tmp_path / "b.xlsx")
    assert "not in this data file" in quoted("quote", "reply", "b.xlsx", code=4).err
    quoted("quote", "export", "Q0001", "c.xlsx")
    (tmp_path / "d.xlsx").write_text("no workbook")
    (tmp_path / "e.xlsx").write_bytes((tmp_path / "a.xlsx").read_bytes()[:2000])
    for name, code in (("c", 4), ("d", 4), ("e", 4), ("f", 3)):
        assert quoted("quote", "reply", f"{name}.xlsx", code=code).err.count("\n") == 1
    assert quoted("quote", "show", "Q0001", "--json").json()["state"] == "draft"


def test_a_form_that_cannot_be_written_hands_nothing_in(quoted: Sales) -> None:
    quoted("quote", "submit", "Q0001", "--out", "no/such/folder.xlsx", code=7)
    quoted("quote", "submit", "Q0001", "--out", "a.pdf", code=2)
    assert quoted("quote", "show", "Q0001", "--json").json()["state"] == "draft"

"""`sales why`: as people read it, and as scripts do."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from salescli import db
from salescli.config import Settings
from salescli.models.orders import Order
from salescli.services import changes
from tests.conftest import Sales
from tests.services.desk import Desk
from tests.services.ledger import Ledger


@pytest.fixture
def booked(data_file: Path, defaults: Settings) -> Path:
    """Two orders of October, one shared and one altered in November; an order and a return of November."""
    with db.writing(data_file) as session:
        changes.watch(session, "order add", datetime.fromisoformat("2026-10-20T09:00").astimezone())
        ledger, desk = Ledger(session), Desk(session, defaults)
        first, second = desk.client("杭州蓝海"), desk.client("宁波远航")
        altered = ledger.order(first, "2026-10-05", 1200000, number="HT-1")
        ledger.order(second, "2026-10-09", 100000, {"张三": "60", "李四": "40"})
        ledger.back(ledger.order(first, "2026-11-20", 500000), "2026-11-24", 30000)
        ledger.receipt(first, "2026-11-10", 400000)
        key = altered.id
    with db.writing(data_file) as session:
        changes.watch(session, "order edit", datetime.fromisoformat("2026-11-03T15:20").astimezone())
        found = session.get(Order, key)
        assert found is not None
        found.value = 1500000
    return data_file


def test_scripts_get_value_formula_parts_and_rows_that_add_up(sales: Sales, booked: Path) -> None:
    found = sales("why", "amount", "2026-11", "--json").json()
    assert {name: found[name] for name in ("measure", "period", "value", "numerator", "denominator")} == {
        "measure": "amount", "period": "2026-11", "value": "4700.00", "numerator": "4700.00", "denominator": None,
    }  # fmt: skip
    assert found["formula"].startswith("Orders on the day signed")
    assert sum(Decimal(row["amount"]) for row in found["rows"]) == Decimal(found["value"])
    assert found["rows"][0] == {
        "day": "2026-11-20", "kind": "order", "code": "O0003", "number": None,
        "client": {"code": "C0001", "name": "杭州蓝海"}, "state": None, "whole": None,
        "amount": "5000.00", "counts": "5000.00",
    }  # fmt: skip
    assert found["changed_later"] == []
    assert found["value_then"] == found["value"]


def test_a_later_edit_is_told_with_its_moment_command_and_record(sales: Sales, booked: Path) -> None:
    found = sales("why", "销售额", "2026-10", "--json").json()
    assert (found["value"], found["value_then"]) == ("15600.00", "12600.00")
    (later,) = found["changed_later"]
    assert later == {
        "at": later["at"], "command": "order edit", "entity": "order", "record": "O0001", "records": 1,
        "what": "altered", "altered": [{"field": "value", "of": None, "before": "12000.00", "after": "15000.00"}],
    }  # fmt: skip
    assert later["at"].startswith("2026-11-03T15:20:00")
    said = sales("why", "amount", "last-month").out
    assert "Changed after 2026-10-31 Sat; it was 12,600.00 then:" in said
    assert "2026-11-03 Tue 15:20 `sales order edit`: O0001 amount 12,000.00 → 15,000.00" in said


def test_a_share_given_away_later_is_told_as_what_it_is(sales: Sales, booked: Path) -> None:
    sales("order", "edit", "O0001", "--share", "张三=50", "--share", "李四=50")
    (_edited, later) = sales("why", "amount", "2026-10", "--json").json()["changed_later"]
    assert (later["record"], later["entity"], later["altered"]) == ("O0001", "ordershare", [
        {"field": "percent", "of": "张三", "before": "100", "after": "50"},
        {"field": "percent", "of": "李四", "before": None, "after": "50"},
    ])  # fmt: skip
    said = sales("why", "amount", "2026-10").out
    assert "`sales order edit`: O0001 share of 张三 changed from 100% to 50%, 李四 given a share of 50%" in said


def test_the_settings_decide_what_counts_and_the_formula_says_so(sales: Sales, booked: Path) -> None:
    assert sales("why", "amount", "2026-11", "--json").json()["value"] == "4700.00"
    sales("config", "set", "kpi.amount_by", "delivery")
    found = sales("why", "amount", "2026-11", "--json").json()
    assert (found["value"], found["formula"].split(",")[0]) == ("-300.00", "Orders on the day delivered")
    sales("config", "set", "kpi.amount_by", "invoice")
    sales("receipt", "invoice", "O0003", "F001", "1000")
    found = sales("why", "amount", "2026-11", "--json").json()
    assert [(row["kind"], row["number"], row["amount"]) for row in found["rows"]] == [
        ("return", None, "-300.00"), ("invoice", "F001", "1000.00"),
    ]  # fmt: skip
    assert "invoice" in sales("why", "amount", "2026-11").out
    assert "Invoices on the day issued" in sales("why", "amount").out
    sales("target", "set", "2026-11", "1万")
    assert sales("target", "progress", "2026-11", "--json").json()["actual"] == "700.00"
    for key, wrong in (("kpi.amount_by", "paid"), ("kpi.acceptances", "never")):
        refused = sales("config", "set", key, wrong, code=2)
        assert "Use one of" in refused.err


def test_people_read_the_value_the_formula_and_the_rows(sales: Sales, booked: Path) -> None:
    said = sales("why", "amount", "2026-10").out
    assert "Comes to  15,600.00" in said
    assert "Formula   Orders on the day signed" in said
    assert "2026-10-05 Mon  order  O0001  HT-1" in said
    assert "1,000.00     600.00" in said  # all of the shared order, and the own part
    said = sales("why", "retention").out
    assert said.splitlines()[1:5:2] == ["Comes to     50.0%", "Numerator    1"]
    assert "lost" in said


def test_csv_has_the_rows_alone(sales: Sales, booked: Path) -> None:
    lines = sales("why", "回款", "--csv").out.splitlines()
    assert lines == [
        "day,kind,code,number,client,state,whole,amount,counts",
        "2026-11-10,receipt,R0001,,杭州蓝海,,,4000.00,4000.00",
    ]


@pytest.mark.parametrize("measure", ["satisfaction", "response_rate", "margin", "retention", "visit-rate", "逾期率"])
def test_what_is_not_known_or_undefined_is_null(sales: Sales, measure: str) -> None:
    found = sales("why", measure, "--json").json()
    assert found["value"] is None
    assert found["rows"] == []
    assert "not known, or undefined" in sales("why", measure).out


@pytest.mark.parametrize("argv", [["nonsense"], ["amount", "2026-13"], []])
def test_a_wrong_measure_or_period_is_a_usage_error(sales: Sales, argv: list[str]) -> None:
    assert "Traceback" not in sales("why", *argv, code=2).err


def test_in_chinese_the_keys_and_tokens_stay(sales: Sales, booked: Path) -> None:
    english, chinese = (sales("why", "amount", "2026-10", "--json", lang=lang).json() for lang in ("en", "zh"))
    del english["formula"], chinese["formula"]
    assert english == chinese

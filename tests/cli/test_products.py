"""`sales product …` through the real program."""

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest

from salescli import db
from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.services import changes
from salescli.services.accounts import clients
from salescli.services.selling import products
from tests.conftest import Sales


@pytest.fixture
def shop(sales: Sales, data_file: Path, defaults: Settings, now: datetime) -> Sales:
    """The program with a client and a product."""
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        clients.add(session, {"name": "杭州蓝海机电"}, None, now.date(), defaults, Calendar())
        products.add(session, "X200", "液压泵", spec="20MPa", unit="台", price=3_500_000, cost=2_000_000)
    return sales


def test_a_product_added_is_printed(sales: Sales) -> None:
    done = sales("product", "add", "Y10", "控制", "阀", "--price", "120.5", "--currency", "美元", "--json")
    assert done.json() == {
        "code": "Y10",
        "name": "控制 阀",
        "spec": None,
        "unit": None,
        "price": "120.50",
        "cost": None,
        "currency": "USD",
        "note": None,
        "archived": False,
    }
    assert done.err == "Added Y10 控制 阀.\n"


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("add", "X200", "别的"), 4),
        (("add", "X 201", "别的"), 2),
        (("add", "X201", "别的", "--price", "-5"), 2),
        (("add", "X201", "别的", "--price", "1.234"), 2),
        (("add", "X201", "别的", "--currency", "doubloon"), 2),
        (("edit", "X200"), 2),
        (("edit", "Z9", "--name", "阀"), 3),
        (("show", "Z9"), 3),
        (("remove", "X200"), 2),
        (("price", "没有", "X200", "3万"), 3),
        (("price", "蓝海", "Z9", "3万"), 3),
        (("price", "蓝海", "X200", "many"), 2),
        (("price", "蓝海", "X200", "3万", "--from", "someday"), 2),
    ],
)
def test_what_cannot_be_done_leaves_all_as_it_was(
    shop: Sales, data_file: Path, argv: tuple[str, ...], code: int
) -> None:
    before = data_file.read_bytes()
    shop("product", *argv, "--json", code=code)
    assert data_file.read_bytes() == before


def test_a_list_agrees_in_every_form(shop: Sales) -> None:
    shop("product", "add", "Y10", "控制阀")
    listed = shop("product", "list", "--json").json()
    assert [product["code"] for product in listed] == ["X200", "Y10"]
    rows = list(csv.DictReader(io.StringIO(shop("product", "list", "--csv").out)))
    assert [(row["code"], row["price"]) for row in rows] == [("X200", "35000.00"), ("Y10", "")]
    assert shop("product", "list", "泵").out.splitlines()[1].split() == [
        "X200", "液压泵", "20MPa", "台", "35,000.00", "20,000.00", "CNY",
    ]  # fmt: skip
    assert shop("product", "list", "阀门", "--json").json() == []


def test_prices_agreed_are_shown_with_the_product(shop: Sales) -> None:
    said = shop("product", "price", "蓝海", "x200", "3.3万", "--from", "2027-01-01", "--note", "年度协议", "--json")
    assert said.json() == {
        "client": {"code": "C0001", "name": "杭州蓝海机电"},
        "product": {"code": "X200", "name": "液压泵"},
        "price": "33000.00",
        "currency": "CNY",
        "from": "2027-01-01",
        "note": "年度协议",
    }
    assert "2027-01-01 Fri" in said.err
    shop("product", "price", "蓝海", "液压", "34000")
    shown = shop("product", "show", "X200", "--json").json()
    assert [(price["from"], price["price"]) for price in shown["prices"]] == [
        ("2027-01-01", "33000.00"),
        ("2026-11-25", "34000.00"),
    ]
    assert "33,000.00" in shop("product", "show", "X200").out


def test_a_product_is_changed_archived_and_removed(shop: Sales) -> None:
    assert shop("product", "edit", "X200", "--price", "3.6万", "--json").json()["price"] == "36000.00"
    shop("product", "edit", "X200", "--archive")
    assert shop("product", "list", "--json").json() == []
    shop("product", "edit", "X200", "--unarchive", "--code", "X200A")
    assert shop("product", "remove", "X200A", "--yes", "--json").json()["code"] == "X200A"
    shop("product", "show", "X200A", code=3)


def test_a_price_of_many_is_refused_with_the_way_to_write_it(shop: Sales) -> None:
    for words in (("add", "S1", "螺钉", "--price", "35/100"), ("edit", "X200", "--cost", "35/100"),
                  ("price", "蓝海", "X200", "35/100")):  # fmt: skip
        refused = shop("product", *words, "--json", code=2).error()
        assert "--price 35" in refused["hint"]

"""`sales report kpi|funnel|coverage|ranking`."""

from pathlib import Path

import pytest

from salescli import db
from salescli.config import Settings
from salescli.services import changes
from tests.conftest import Sales
from tests.services.desk import Desk
from tests.services.ledger import Ledger


@pytest.fixture
def booked(data_file: Path, defaults: Settings, now: object) -> Path:
    with db.writing(data_file) as session:
        changes.watch(session, "order add", now)  # type: ignore[arg-type]
        ledger, desk = Ledger(session), Desk(session, defaults)
        first, second = desk.client("蓝海", grade="A", territory="滨江"), desk.client("远航")
        ledger.order(first, "2026-11-05", 300000, product="X200")
        ledger.order(second, "2026-11-09", 100000)
        ledger.receipt(first, "2026-11-10", 40000)
    return data_file


def test_kpis_stand_with_their_targets(sales: Sales, booked: Path) -> None:
    sales("target", "set", "2026-11", "5000")
    rows = {row["measure"]: row for row in sales("report", "kpi", "--json").json()}
    assert list(rows)[:2] == ["amount", "receipts"]
    assert list(rows)[-5:] == ["retention", "growth", "visit_rate", "overdue_rate", "response_rate"]
    assert rows["amount"] == {
        "measure": "amount", "kind": "money", "value": "4000.00", "numerator": "4000.00", "denominator": None,
        "target": "5000.00", "rate": 0.8,
    }  # fmt: skip
    assert (rows["orders"]["value"], rows["margin"]["value"], rows["receipts"]["target"]) == (2, None, None)
    lines = sales("report", "kpi", "--csv").out.splitlines()
    assert lines[:2] == [
        "measure,kind,value,numerator,denominator,target,rate",
        "amount,money,4000.00,4000.00,,5000.00,0.8",
    ]
    assert "80.0%" in sales("report", "kpi").out


def test_the_funnel_is_one_list(sales: Sales, booked: Path) -> None:
    sales("log", "蓝海", "谈", "--no-next", "等")
    rows = sales("report", "funnel", "--json").json()
    assert [(row["step"], row["count"], row["amount"], row["rate"]) for row in rows] == [
        ("visits", 1, None, None), ("quotes", 0, "0.00", 0.0), ("orders", 2, "4000.00", None),
    ]  # fmt: skip
    assert len(sales("report", "funnel", "2026", "--csv").out.splitlines()) == 4


def test_coverage_has_a_row_a_class(sales: Sales, booked: Path) -> None:
    sales("log", "蓝海", "谈", "--no-next", "等")
    rows = sales("report", "coverage", "--json").json()
    assert [row["grade"] for row in rows] == ["A", "B", "C", "none"]
    assert rows[0] == {
        "grade": "A", "clients": 1, "contacted": 1, "contacted_rate": 1.0, "on_time": 1, "on_time_rate": 1.0,
        "overdue": 0,
    }  # fmt: skip
    assert "no class" in sales("report", "coverage").out


@pytest.mark.parametrize(
    ("by", "names", "receipts"),
    [
        ("client", ["蓝海", "远航"], ["400.00", "0.00"]),
        ("产品", ["X200", None], [None, None]),
        ("territory", ["滨江", None], ["400.00", "0.00"]),
    ],
)
def test_a_ranking_is_by_what_is_asked(
    sales: Sales, booked: Path, by: str, names: list[str], receipts: list[str]
) -> None:
    rows = sales("report", "ranking", "2026", "--by", by, "--json").json()
    assert [row["name"] for row in rows] == names
    assert [row["receipts"] for row in rows] == receipts
    assert [(row["amount"], row["share"], row["cumulative"]) for row in rows] == [
        ("3000.00", 0.75, 0.75), ("1000.00", 0.25, 1.0),
    ]  # fmt: skip
    assert len(sales("report", "ranking", "--by", by, "--limit", "1", "--json").json()) == 1


def test_an_empty_ranking_says_so(sales: Sales) -> None:
    assert sales("report", "ranking", "2020", "--json").json() == []
    assert "2020" in sales("report", "ranking", "2020").err
    sales("report", "ranking", "--by", "weather", code=2)

"""Files that targets are set and split by: months, orders, weights; what is typed as reached; seasons of the past."""

from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from salescli.amounts import parse_amount
from salescli.calendars import Calendar
from salescli.dates import Period, parse_period
from salescli.decomposition.history import QUANTILE, Order
from salescli.decomposition.split import Hold
from salescli.errors import BadRows, BadValue, Refused
from salescli.services.goals import target_done, target_files, target_seasons
from salescli.tabular import Table, read_table
from salescli.texts import clean

TODAY = date(2026, 11, 25)
CHINA = Calendar()


def period(text: str) -> Period:
    return parse_period(text, TODAY)


def table(tmp_path: Path, text: str) -> Table:
    path = tmp_path / "file.csv"
    path.write_text(text, "utf-8")
    return read_table(path, known_headers=target_files.HEADERS)


# Months


@pytest.mark.parametrize(
    "text",
    [
        "month,amount\n2026-01,100\n2026-02,2万\n",
        "月份,金额\n2026年1月,100\n2026/02,20000.00\n",
        "金额,备注,年月\n100,,2026-01\n20000,,2026-02\n",
        "a,b\n2026-01-01,100\n2026-02-01,20000\n",  # neither header known: the first two columns
        "2026-01,100\n2026-02,20000\n",  # no header at all
    ],
)
def test_months_are_read_however_the_file_names_them(tmp_path: Path, text: str) -> None:
    found = target_files.months(table(tmp_path, text), parse_amount, TODAY)
    assert found == [(period("2026-01"), 10_000), (period("2026-02"), 2_000_000)]


def test_months_without_a_year_are_of_the_year_they_are_read_for(tmp_path: Path) -> None:
    found = target_files.months(table(tmp_path, "月份,完成额\n1月,1\n2月,2\n"), parse_amount, date(2025, 1, 1))
    assert [month.label for month, _amount in found] == ["2025-01", "2025-02"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("month,amount\n2026-01,100\n2026-01,100\n", "2026-01"),
        ("month,amount\n2026-13,100\n", "2026-13"),
        ("month,amount\n2026,100\n", "2026"),
        ("month,amount\n2026-01-15,100\n", "2026-01-15"),
        ("month,amount\n2026-01,-5\n", "2"),
        ("month,amount\n2026-01,\n", "2"),
        ("month,what\n2026-01,5\n", "amount"),
        ("what,amount\nx,5\n", "month"),
    ],
)
def test_a_bad_month_is_named_by_its_line(tmp_path: Path, text: str, word: str) -> None:
    with pytest.raises(BadRows) as bad:
        target_files.months(table(tmp_path, text), parse_amount, TODAY)
    assert word in bad.value.message


# What was sold


def test_a_column_of_days_makes_orders_of_the_rows(tmp_path: Path) -> None:
    text = "订单号,客户名称,下单日期,金额\nSO1,甲,2024-05-28,5614.73\nSO2,乙,2024/7/3,-100\n"
    assert target_files.history(table(tmp_path, text), parse_amount, TODAY) == [
        Order("SO1", date(2024, 5, 28), 561_473),
        Order("SO2", date(2024, 7, 3), -10_000),
    ]


def test_orders_without_a_number_go_by_their_client(tmp_path: Path) -> None:
    found = target_files.history(table(tmp_path, "客户,日期,金额\n甲,2024-05-28,1\n"), parse_amount, TODAY)
    assert found == [Order("甲", date(2024, 5, 28), 100)]


def test_without_days_the_history_is_of_months(tmp_path: Path) -> None:
    found = target_files.history(table(tmp_path, "month,amount\n2025-01,1\n2025-02,2\n"), parse_amount, TODAY)
    assert found == {(2025, 1): 100, (2025, 2): 200}


def test_a_season_of_orders_trims_the_greatest_and_tells_them() -> None:
    orders = [
        Order(f"SO{year}{month:02}", date(year, month, 5), 100_00) for year in (2024, 2025) for month in range(1, 13)
    ]
    orders.append(Order("大单", date(2025, 6, 6), 100_000_00))
    past = target_seasons.past_season(orders, Fraction(9, 10), period("2027"), TODAY, CHINA)
    assert past.trimmed is not None
    assert [order.name for order in past.trimmed.orders] == ["大单"]
    assert past.told["trimmed"] == [{"name": "大单", "date": "2025-06-06", "amount": 100_000_00}]
    assert (past.season.first, past.season.last) == ((2024, 1), (2025, 12))
    assert past.season.shares[5] == (Fraction(1, 12) + Fraction(2, 13)) / 2
    january, february = (CHINA.working_days(month.begin, month.end) for month in period("2027").months()[:2])
    assert past.season.shares[0] / past.season.shares[1] == Fraction(january, february)


def test_a_season_of_months_trims_nothing() -> None:
    months = {(year, month): month for year in (2024, 2025) for month in range(1, 13)}
    past = target_seasons.past_season(months, QUANTILE, period("2026"), TODAY, CHINA)
    assert past.trimmed is None
    assert past.told == {"first": (2024, 1), "last": (2025, 12), "years": 2}
    with pytest.raises(Refused):
        target_seasons.past_season({(2025, 1): 5}, QUANTILE, period("2026"), TODAY, CHINA)


# Weights


@pytest.mark.parametrize(
    "text",
    ["name,weight\n甲,60\n乙,0.5\n", "产品,占比\n甲,60%\n乙,０.5\n", "甲,60\n乙,0.5\n", "权重,名称\n60,甲\n0.5,乙\n"],
)
def test_weights_are_read_by_name(tmp_path: Path, text: str) -> None:
    found = target_files.weights(table(tmp_path, text), partial(clean, field="name"))
    assert found == {"甲": Fraction(60), "乙": Fraction(1, 2)}


@pytest.mark.parametrize("row", ["甲,-1", "甲,x", "甲,", ",5", "甲,1e99", "甲,NaN", "乙,5"])
def test_a_bad_weight_is_named_by_its_line(tmp_path: Path, row: str) -> None:
    with pytest.raises(BadRows) as bad:
        target_files.weights(table(tmp_path, f"name,weight\n乙,1\n{row}\n"), partial(clean, field="name"))
    assert "3" in bad.value.message


# What was reached before


def test_what_was_typed_counts_up_to_yesterday_or_the_period_s_end() -> None:
    assert target_done.last_day_of(period("2026"), None, TODAY) == date(2026, 11, 24)
    assert target_done.last_day_of(period("2026-10"), None, TODAY) == date(2026, 10, 31)
    assert target_done.last_day_of(period("2026"), TODAY, TODAY) == TODAY


@pytest.mark.parametrize(
    ("name", "as_of"), [("2026", "2026-11-26"), ("2026", "2025-12-31"), ("2027", None), ("2026-11-25", None)]
)
def test_a_day_outside_the_period_or_to_come_is_a_bad_value(name: str, as_of: str | None) -> None:
    with pytest.raises(BadValue):
        target_done.last_day_of(period(name), as_of and date.fromisoformat(as_of), TODAY)


def test_months_typed_are_clipped_to_the_day_and_the_period() -> None:
    found = target_done.by_months(
        period("2026-Q4"), [(period("2026-10"), 5), (period("2026-11"), 7)], date(2026, 11, 20)
    )
    assert found == [
        Hold(Period.between(date(2026, 10, 1), date(2026, 11, 1)), 5),
        Hold(Period.between(date(2026, 11, 1), date(2026, 11, 21)), 7),
    ]
    for month in ("2026-09", "2026-12"):
        with pytest.raises(BadValue):
            target_done.by_months(period("2026-Q4"), [(period(month), 5)], date(2026, 11, 20))


def test_one_sum_is_for_all_the_days_so_far() -> None:
    assert target_done.in_one_sum(period("2026"), 5, date(2026, 11, 20)) == [
        Hold(Period.between(date(2026, 1, 1), date(2026, 11, 21)), 5)
    ]

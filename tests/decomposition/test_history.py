"""A season from history: whole years, January and February together, great orders trimmed and named."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.dates import Period
from salescli.decomposition.history import Month, Order, history_season, trim
from salescli.decomposition.season import season_from
from salescli.decomposition.split import split
from salescli.errors import BadValue, Refused

WORKING_DAYS = [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
SEASON = [90, 70, 105, 100, 100, 105, 95, 95, 110, 105, 110, 115]
NEW_YEAR = date(2026, 1, 1)


def years(*amounts: list[int], first: int = 2024) -> dict[Month, int]:
    """Whole years of twelve amounts."""
    return {
        (first + number, month): amount for number, year in enumerate(amounts) for month, amount in enumerate(year, 1)
    }


# The season


def test_two_years_of_the_same_season_give_that_season() -> None:
    """January and February by 21 and 16 working days: 160 × 21/37 and 160 × 16/37."""
    found = history_season(years(SEASON, SEASON), NEW_YEAR, WORKING_DAYS)
    first_two = [Fraction(160 * 21, 37), Fraction(160 * 16, 37)]
    assert found.shares == tuple(Fraction(share) / 1200 for share in [*first_two, *SEASON[2:]])
    assert (found.first, found.last, found.years) == ((2024, 1), (2025, 12), 2)


def test_each_year_counts_the_same_however_much_was_sold_in_it() -> None:
    """A year of 100 all in June and one of 10,000 half in June, half in July."""
    small, great = [0] * 12, [0] * 12
    small[5], great[5], great[6] = 100, 5_000, 5_000
    shares = history_season(years(small, great), NEW_YEAR, WORKING_DAYS).shares
    assert shares[5:7] == (Fraction(3, 4), Fraction(1, 4))


def test_the_spring_festival_moves_between_january_and_february_by_working_days_alone() -> None:
    january, february = [30, 0] + [7] * 10, [0, 30] + [7] * 10
    found = history_season(years(january, february), NEW_YEAR, [20, 10, *WORKING_DAYS[2:]])
    assert found.shares[:2] == (Fraction(20, 100), Fraction(10, 100))
    half_days = history_season(years(january, february), NEW_YEAR, [Fraction(5, 2), Fraction(5, 2)])
    assert half_days.shares[:2] == (Fraction(15, 100), Fraction(15, 100))


def test_january_and_february_without_a_working_day_go_by_halves() -> None:
    found = history_season(years([6] * 12, [6] * 12), NEW_YEAR, [0] * 12)
    assert found.shares == (Fraction(1, 12),) * 12


def test_a_year_is_twelve_months_on_end_counted_back_from_the_last_that_is_over() -> None:
    """On 22 November 2026 with orders since May 2024: November 2024 to October 2026."""
    history = {(2024 + number // 12, number % 12 + 1): 10 for number in range(4, 35)}
    history[2024, 10] = history[2026, 11] = 10**9
    history[2024, 11] = 20
    found = history_season(history, date(2026, 11, 22), WORKING_DAYS)
    assert (found.first, found.last, found.years) == ((2024, 11), (2026, 10), 2)
    assert found.shares[10] == (Fraction(20, 130) + Fraction(1, 12)) / 2
    assert found.shares[9] == (Fraction(10, 130) + Fraction(1, 12)) / 2
    third = history_season(history | {(2023, 11): 10}, date(2026, 11, 22), WORKING_DAYS)
    assert (third.first, third.last, third.years) == ((2023, 11), (2026, 10), 3)


def test_years_before_the_last_three_are_left_out() -> None:
    history = years([1] + [0] * 11, SEASON, SEASON, SEASON, first=2022)
    assert history_season(history, NEW_YEAR, WORKING_DAYS).years == 3
    assert history_season(history, NEW_YEAR, WORKING_DAYS).first == (2023, 1)
    recent = years(SEASON, SEASON, SEASON, first=2023)
    assert history_season(history, NEW_YEAR, WORKING_DAYS) == history_season(recent, NEW_YEAR, WORKING_DAYS)


def test_a_month_that_is_missing_in_between_is_a_month_of_nothing() -> None:
    history = years(SEASON, SEASON)
    del history[2024, 8], history[2025, 8]
    assert history_season(history, NEW_YEAR, WORKING_DAYS).shares[7] == 0


@pytest.mark.parametrize(
    ("months", "count"), [([], "0 months"), ([(2025, 12)], "1 month "), ([(2024, 2), (2025, 12)], "23 months")]
)
def test_less_than_two_years_make_no_season(months: list[Month], count: str) -> None:
    with pytest.raises(Refused) as refused:
        history_season(dict.fromkeys(months, 5), NEW_YEAR, WORKING_DAYS)
    assert count in refused.value.message
    assert "24" in refused.value.message
    assert refused.value.hint


def test_a_month_that_is_not_over_does_not_count_towards_two_years() -> None:
    history = years(SEASON, SEASON)
    with pytest.raises(Refused):
        history_season(history, date(2025, 12, 31), WORKING_DAYS)
    assert history_season(history, date(2026, 1, 1), WORKING_DAYS).years == 2


def test_a_year_without_sales_has_no_season() -> None:
    with pytest.raises(Refused) as refused:
        history_season(years([0] * 12, SEASON), NEW_YEAR, WORKING_DAYS)
    assert "2024-01" in refused.value.message
    assert "2024-12" in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize("month", [0, 13])
def test_a_month_that_is_none_is_a_bad_value(month: int) -> None:
    with pytest.raises(BadValue) as refused:
        history_season(years(SEASON, SEASON) | {(2025, month): 5}, NEW_YEAR, WORKING_DAYS)
    assert f"{month}" in refused.value.message
    assert "2025" in refused.value.message


def test_an_amount_below_0_is_a_bad_value() -> None:
    with pytest.raises(BadValue) as refused:
        history_season(years(SEASON, SEASON) | {(2025, 3): -1}, NEW_YEAR, WORKING_DAYS)
    assert "2025-03" in refused.value.message
    assert refused.value.hint


@settings(max_examples=44, deadline=None)
@given(
    amounts=st.lists(st.lists(st.integers(1, 10**12), min_size=12, max_size=12), min_size=2, max_size=5),
    days=st.tuples(st.integers(0, 23), st.integers(0, 23)),
    scale=st.integers(1, 1000),
)
def test_the_shares_are_a_season_that_splits_and_do_not_go_by_the_unit(
    amounts: list[list[int]], days: tuple[int, int], scale: int
) -> None:
    history = years(*amounts, first=2026 - len(amounts))
    found = history_season(history, NEW_YEAR, days)
    assert sum(found.shares) == 1
    assert season_from(found.shares) == found.shares
    assert found.years == min(len(amounts), 3)
    scaled = {month: amount * scale if month[0] == 2025 else amount for month, amount in history.items()}
    assert history_season(scaled, NEW_YEAR, days) == found
    first, second = found.shares[:2]
    if any(days):
        assert first * days[1] == second * days[0]
    year = Period.year_of(NEW_YEAR)
    assert sum(split(10**9 + 1, year, lambda day: 1, found.shares)) == 10**9 + 1


# Trimming


def orders(*amounts: int) -> list[Order]:
    """One order a day from 30 January 2025 on."""
    return [Order(f"SO{number}", date.fromordinal(739281 + number), amount) for number, amount in enumerate(amounts)]


def test_an_order_above_the_quantile_counts_up_to_it_and_is_named() -> None:
    """Of ten the ninth is the quantile of 0.9."""
    known = orders(10, 20, 30, 1_000, 40, 50, 60, 70, 80, 90)
    found = trim(known, Fraction(9, 10))
    assert found.limit == 90
    assert found.orders == (known[3],)
    assert found.months == {(2025, 1): 30, (2025, 2): 30 + 90 + 40 + 50 + 60 + 70 + 80 + 90}


@pytest.mark.parametrize(
    ("quantile", "limit"),
    [("1", 50), ("0.81", 50), ("0.8", 40), ("0.79", 40), ("0.2", 10), ("0.01", 10)],
)
def test_the_quantile_is_the_amount_of_an_order(quantile: str, limit: int) -> None:
    assert trim(orders(30, 10, 50, 20, 40), Fraction(quantile)).limit == limit


def test_equal_orders_are_not_trimmed_and_one_trims_nothing() -> None:
    assert trim(orders(5, 5, 5), Fraction(1, 10)).orders == ()
    assert trim(orders(5, 10**9), Fraction(1)).orders == ()
    assert [order.name for order in trim(orders(*[5] * 99, 6)).orders] == ["SO99"]
    assert trim(orders(*[5] * 98, 6)).orders == ()


def test_returns_are_subtracted_and_no_orders_to_rank() -> None:
    found = trim([*orders(10, 20, -300), Order("SO9", date(2025, 4, 1), 7)], Fraction(2, 3))
    assert found.limit == 10
    assert found.months == {(2025, 1): 20, (2025, 2): -300, (2025, 3): 0, (2025, 4): 7}
    assert [order.name for order in found.orders] == ["SO1"]


def test_no_orders_and_only_returns_trim_nothing() -> None:
    assert trim([], Fraction(1, 2)).months == {}
    assert trim([], Fraction(1, 2)).limit is None
    assert trim(orders(-5, 0)).months == {(2025, 1): -5}
    assert trim(orders(-5, 0)).orders == ()


def test_trimmed_orders_stand_by_day_and_then_by_name() -> None:
    day = date(2025, 1, 30)
    known = [Order("B", day, 9), Order("A", day, 8), Order("C", date(2025, 1, 29), 7), Order("D", day, 1)]
    assert [order.name for order in trim(known, Fraction(1, 4)).orders] == ["C", "A", "B"]


@pytest.mark.parametrize("quantile", [Fraction(0), Fraction(-1, 2), Fraction(11, 10)])
def test_a_quantile_is_above_0_and_at_most_1(quantile: Fraction) -> None:
    with pytest.raises(BadValue) as refused:
        trim(orders(1, 2), quantile)
    assert "quantile" in refused.value.message
    assert refused.value.hint


ORDERS = st.lists(
    st.builds(Order, st.text("AB", max_size=3), st.dates(date(2024, 1, 1), date(2026, 6, 1)), st.integers(-50, 500)),
    max_size=40,
)


@settings(max_examples=44, deadline=None)
@given(known=ORDERS, quantile=st.fractions(Fraction(1, 50), 1, max_denominator=50))
def test_what_is_trimmed_and_what_is_left_add_up_to_the_orders(known: list[Order], quantile: Fraction) -> None:
    found = trim(known, quantile)
    ranked = [order for order in known if order.amount > 0]
    if found.limit is not None:
        assert sum(order.amount <= found.limit for order in ranked) >= quantile * len(ranked)
        assert sum(order.amount < found.limit for order in ranked) < quantile * len(ranked)
        cut = sum(order.amount - found.limit for order in found.orders)
        assert sum(found.months.values()) == sum(order.amount for order in known) - cut
    assert found == trim(reversed(known), quantile)
    assert list(found.months) == sorted(found.months)

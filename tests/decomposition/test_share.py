"""Sharing out: both margins to the unit, every amount within one, and the tables where that is hard."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from salescli.calendars import Calendar
from salescli.dates import Period
from salescli.decomposition.apportion import largest_remainder
from salescli.decomposition.share import share
from salescli.decomposition.split import split
from salescli.errors import BadValue

SEASON = [90, 70, 105, 100, 100, 105, 95, 95, 110, 105, 110, 115]
YEAR = Period.year_of(date(2026, 1, 1))
CELLS = split(1_200_000_000, YEAR, Calendar().weight, SEASON)

Weights = Sequence[int | Fraction]


def by_day(table: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*table, strict=True)]


def by_child(table: list[list[int]]) -> list[int]:
    return [sum(row) for row in table]


def furthest(table: list[list[int]], cells: Sequence[int], weights: Weights) -> Fraction:
    """How far the amount that is furthest from its exact share is from it."""
    whole = Fraction(sum(weights))
    pairs = (
        (amount, cell * weight / whole)
        for row, weight in zip(table, weights, strict=True)
        for amount, cell in zip(row, cells, strict=True)
    )
    return max((abs(amount - exact) for amount, exact in pairs), default=Fraction(0))


# Tables by hand


@pytest.mark.parametrize(
    ("cells", "weights", "table"),
    [
        ([1, 1, 1, 1], [1, 1], [[1, 0, 1, 0], [0, 1, 0, 1]]),
        ([1, 1, 1], [1, 1], [[1, 1, 0], [0, 0, 1]]),
        ([10, 0, 10], [60, 40], [[6, 0, 6], [4, 0, 4]]),
        ([5, 5], [1, 0, 1], [[3, 2], [0, 0], [2, 3]]),
        ([7], [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)], [[4], [2], [1]]),
        ([3, 4], [5], [[3, 4]]),
        ([0, 0], [1, 2], [[0, 0], [0, 0]]),
        ([], [1, 2], [[], []]),
        ([1, 1, 1, 1, 1], [98, 1, 1], [[1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]),
    ],
)
def test_small_tables(cells: list[int], weights: list[int | Fraction], table: list[list[int]]) -> None:
    assert share(cells, weights) == table


def test_a_year_of_a_target_shared_three_ways_adds_up_by_day_and_by_child() -> None:
    table = share(CELLS, [50, 30, 20])
    assert by_day(table) == CELLS
    assert by_child(table) == [600_000_000, 360_000_000, 240_000_000]
    assert furthest(table, CELLS, [50, 30, 20]) < 1


def test_children_with_little_get_their_units_on_days_apart_and_not_at_once() -> None:
    """Six visits a day among ten: each has 6 in 10 days, on no day more than one and never two days without."""
    table = share([6] * 10, [1] * 10)
    assert by_child(table) == [6] * 10
    assert all(max(row) == 1 and "00" not in "".join(map(str, row)) for row in table)


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [2, -1], [-1], [Fraction(-1, 2), 1]])
def test_weights_that_share_nothing_are_refused(weights: list[int | Fraction]) -> None:
    with pytest.raises(BadValue) as refused:
        share([1, 2], weights)
    assert "above 0" in refused.value.message
    assert refused.value.hint


# Random tables


GROUPS = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 5)), min_size=1, max_size=4).map(
    lambda groups: [weight for weight, count in groups for _ in range(count)]
)
WEIGHTS = GROUPS | st.lists(st.integers(0, 1000) | st.fractions(0, 9, max_denominator=12), min_size=1, max_size=12)
AMOUNTS = st.lists(st.integers(0, 6) | st.integers(0, 100) | st.integers(0, 10**12), max_size=12)


@settings(max_examples=66, deadline=None)
@given(cells=AMOUNTS, weights=WEIGHTS)
# Found by search: the days settle by one exchange, by chains of two and of three, by two of two.
@example(cells=[57, 21, 34], weights=[11, 11, 12, 12, 12])
@example(cells=[33, 5, 6, 4], weights=[3, 3, 2, 2, 2])
@example(cells=[1, 10, 4, 5, 3], weights=[9, 9, 9, 9, 3, 3, 3])
@example(cells=[4, 20, 4, 56, 3], weights=[2] * 6 + [12] * 6)
@example(cells=[6, 9, 16, 18], weights=[6, 6, 4, 4, 4])
@example(cells=[13, 5, 40, 1], weights=[6] * 4 + [3] * 4 + [10] * 4 + [4])
def test_a_table_adds_up_both_ways_and_keeps_every_amount_within_a_unit(cells: list[int], weights: Weights) -> None:
    if not any(weights):
        return
    table = share(cells, weights)
    totals = largest_remainder(sum(cells), weights)
    assert table == share(cells, weights)
    assert len(table) == len(weights)
    assert by_child(table) == totals
    assert by_day(table) == cells if cells else not any(table)
    assert min((min(row) for row in table if row), default=0) >= 0
    assert furthest(table, cells, weights) < 1 or furthest(table, cells, totals) < 1


@pytest.mark.parametrize(
    ("cells", "weights"),
    [
        ([6, 10], [3] * 5 + [5] * 3),
        ([9, 46], [5] * 5 + [7] * 5),
        ([42, 4], [12, 12, 8, 8, 8]),
        ([51, 6, 53, 6], [6] * 5 + [2] * 3),
    ],
)
def test_where_no_table_meets_the_weights_the_children_s_totals_are_shared_instead(
    cells: list[int], weights: list[int]
) -> None:
    """In the second each of the first five has 0.75 and 3.83, in all 5: 1 and 4, which leaves the others 4 of 5.25."""
    totals = largest_remainder(sum(cells), weights)
    table = share(cells, weights)
    assert by_child(table) == totals
    assert by_day(table) == cells
    assert furthest(table, cells, totals) < 1 <= furthest(table, cells, weights) < 2


@settings(max_examples=40, deadline=None)
@given(cells=AMOUNTS, weights=WEIGHTS, scale=st.integers(1, 1000))
def test_only_the_proportion_of_the_weights_counts(cells: list[int], weights: Weights, scale: int) -> None:
    if any(weights):
        assert share(cells, [weight * Fraction(scale, 7) for weight in weights]) == share(cells, weights)


@pytest.mark.parametrize("cells", [CELLS, [cell % 7 for cell in CELLS]])
def test_a_year_for_fifty_takes_less_than_a_second(cells: list[int]) -> None:
    weights = [(child * 7919) % 1000 + 1 for child in range(50)]
    begin = process_time()
    table = share(cells, weights)
    assert process_time() - begin < 1
    assert by_day(table) == cells
    assert by_child(table) == largest_remainder(sum(cells), weights)
    assert furthest(table, cells, weights) < 1

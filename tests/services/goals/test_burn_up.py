"""A target's way through its period: the sums and curves that its pictures are drawn from."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.dates import Period
from salescli.decomposition.replan import replan
from salescli.services.goals.burn_up import BurnUp
from salescli.vocabulary import Measure, Tier

WEEK = Period.week_of(date(2026, 11, 25))
MON, TUE, WED, THU, FRI, SAT, SUN = WEEK.days()


def burn(today: date, actual: tuple[int, ...] | None, **other: Any) -> BurnUp:
    """A week in which 10 are asked on each working day."""
    fields = {
        "measure": Measure.VISITS,
        "period": WEEK,
        "tier": Tier.TARGET,
        "days": tuple(WEEK.days()),
        "assigned": (10, 10, 10, 10, 10, 0, 0),
        "rolling": None,
        "as_of": None,
        "provisional": False,
    }
    return BurnUp(**{**fields, "today": today, "actual": actual, **other})


def test_today_counts_as_asked_and_reached() -> None:
    found = burn(WED, (8, 0, 9))
    assert (found.total, found.days_gone) == (50, 3)
    assert (found.assigned_so_far(), found.actual_so_far()) == (30, 17)
    assert found.assigned_curve() == [0, 10, 20, 30, 40, 50, 50, 50]
    assert found.actual_curve() == [0, 8, 8, 17]


def test_rolling_goes_on_from_what_was_reached_when_it_was_made() -> None:
    found = burn(THU, (8, 0, 9, 20), as_of=WED, rolling=(13, 13, 0, 0))
    assert found.days_replanned == 3
    assert found.rolling_curve() == [17, 30, 43, 43, 43]
    assert found.expected_end() == 43


def test_without_a_replan_nothing_is_expected() -> None:
    found = burn(WED, (8, 0, 9))
    assert found.rolling_curve() is None
    assert found.expected_end() is None
    assert found.days_replanned == 7


def test_a_replan_on_the_last_day_expects_what_was_reached() -> None:
    found = burn(SUN, (8, 0, 9, 0, 0, 0, 0), as_of=SUN, rolling=())
    assert (found.expected_end(), found.rolling_curve()) == (17, [17])


def test_where_nothing_is_recorded_there_is_no_curve_of_it() -> None:
    found = burn(WED, None)
    assert (found.actual_so_far(), found.actual_curve()) == (None, None)
    assert found.assigned_so_far() == 30


def test_a_replan_where_nothing_is_recorded_goes_on_from_nothing() -> None:
    assert burn(WED, None, as_of=WED, rolling=(13, 13, 0, 0)).expected_end() == 26


@pytest.mark.parametrize(
    ("today", "actual", "gone", "asked"),
    [
        (MON - timedelta(days=1), (), 0, 0),
        (MON, (0,), 1, 10),
        (SUN, (0,) * 7, 7, 50),
        (SUN + timedelta(days=90), (0,) * 7, 7, 50),
    ],
)
def test_days_are_gone_from_the_first_to_the_last(today: date, actual: tuple[int, ...], gone: int, asked: int) -> None:
    found = burn(today, actual)
    assert (found.days_gone, found.assigned_so_far()) == (gone, asked)


@pytest.mark.parametrize(
    "wrong",
    [
        {"assigned": (10, 10)},
        {"days": (MON,)},
        {"actual": (1, 2)},
        {"actual": (1, 2, 3, 4)},
        {"rolling": (1, 1, 1, 1)},
        {"as_of": WED},
        {"as_of": WED, "rolling": (1, 1, 1)},
    ],
)
def test_days_without_an_amount_are_a_mistake(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"needs an|go together"):
        burn(WED, **{"actual": (0, 0, 0), **wrong})


@given(st.data(), st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
def test_what_is_expected_is_the_target_but_for_what_cannot_be_recovered(data: st.DataObject, cells: list[int]) -> None:
    begin = date(2026, 2, 10)
    period = Period.between(begin, begin + timedelta(days=len(cells)))
    gone = data.draw(st.integers(1, len(cells)))
    actual = data.draw(st.lists(st.integers(0, 10**9), min_size=gone, max_size=gone))
    as_of = begin + timedelta(days=gone - 1)
    made = replan(cells, period, sum(actual), as_of)
    found = burn(
        as_of, tuple(actual), period=period, days=tuple(period.days()), assigned=tuple(cells), as_of=as_of,
        rolling=made.cells,
    )  # fmt: skip
    assert found.expected_end() == found.total - made.unrecoverable + made.surplus
    curve, rolling = found.actual_curve(), found.rolling_curve()
    assert curve
    assert rolling
    assert rolling[0] == curve[-1] == found.actual_so_far()
    assert rolling[-1] == found.expected_end()
    assert len(curve) + len(rolling) == len(found.assigned_curve()) + 1

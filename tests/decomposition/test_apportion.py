"""Largest remainder: exact, within a unit, ties to the earlier."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.decomposition.apportion import largest_remainder

WEIGHTS = st.lists(
    st.integers(0, 10**6) | st.fractions(0, 1000, max_denominator=97) | st.sampled_from([0, 1, Fraction(1, 2)]),
    min_size=1,
    max_size=60,
)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100_000_000, [1] * 12, [8_333_334] * 4 + [8_333_333] * 8),
        (10, [1, 1, 1], [4, 3, 3]),
        (10, [1, 2, 1], [3, 5, 2]),  # 2.5 and 2.5: the earlier one is rounded up
        (7, [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)], [4, 2, 1]),
        (1, [0, 1, 0], [0, 1, 0]),
        (2, [0, 1, 1, 1], [0, 1, 1, 0]),
        (3, [1, 0, 1, 1, 1], [1, 0, 1, 1, 0]),
        (5, [3], [5]),
        (0, [1, 2], [0, 0]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
        (10**30 + 1, [1, 1], [5 * 10**29 + 1, 5 * 10**29]),
    ],
)
def test_parts_of_a_total(total: int, weights: list[int | Fraction], parts: list[int]) -> None:
    assert largest_remainder(total, weights) == parts


@pytest.mark.parametrize(("total", "weights"), [(1, []), (1, [0, 0]), (5, [2, -1]), (0, [-1, 1]), (5, [-1, -1])])
def test_a_total_needs_a_weight_and_no_weight_is_negative(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"negative|nothing"):
        largest_remainder(total, weights)


@settings(max_examples=110, deadline=None)
@given(total=st.integers(0, 10**14), weights=WEIGHTS)
def test_parts_add_up_and_stay_within_a_unit_of_their_exact_share(total: int, weights: list[int | Fraction]) -> None:
    whole = sum(weights)
    if not whole:
        return
    parts = largest_remainder(total, weights)
    exact = [Fraction(weight) * total / whole for weight in weights]
    assert sum(parts) == total
    assert all(int(share) <= part <= int(share) + 1 for part, share in zip(parts, exact, strict=True))
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if not weight)


@settings(max_examples=110, deadline=None)
@given(total=st.integers(0, 10**9), weights=WEIGHTS)
def test_units_left_over_go_to_the_largest_remainders_and_ties_to_the_earlier(
    total: int, weights: list[int | Fraction]
) -> None:
    whole = sum(weights)
    if not whole:
        return
    exact = [Fraction(weight) * total / whole for weight in weights]
    got_more = [part > share for part, share in zip(largest_remainder(total, weights), exact, strict=True)]
    ranked = sorted(range(len(exact)), key=lambda place: (int(exact[place]) - exact[place], place))
    more = sum(got_more)
    assert sorted(place for place, got in enumerate(got_more) if got) == sorted(ranked[:more])


@settings(max_examples=28, deadline=None)
@given(total=st.integers(0, 10**9), weights=WEIGHTS, scale=st.integers(1, 1000))
def test_only_the_proportion_of_the_weights_counts(total: int, weights: list[int | Fraction], scale: int) -> None:
    if any(weights):
        scaled = [weight * Fraction(scale, 7) for weight in weights]
        assert largest_remainder(total, scaled) == largest_remainder(total, weights)

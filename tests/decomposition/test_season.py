"""What is a season, and what is not."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from salescli.decomposition.season import season_from
from salescli.errors import BadValue


def test_shares_are_taken_exactly_however_they_are_written() -> None:
    written: list[str | int | float | Decimal | Fraction] = [
        "90",
        "7.5",
        "１０",
        " 0 ",
        3,
        0.5,
        Decimal("0.1"),
        Fraction(1, 3),
        "1e2",
        "-0",
        0,
        "1000000",
    ]
    exact = ["90", "15/2", "10", "0", "3", "1/2", "1/10", "1/3", "100", "0", "0", "1000000"]
    assert season_from(written) == tuple(map(Fraction, exact))


@pytest.mark.parametrize(
    "numbers",
    [
        [1] * 11,
        [1] * 13,
        [],
        [0] * 12,
        ["0"] * 12,
        [-1, *[1] * 11],
        [Fraction(-1, 2), *[1] * 11],
        [float("nan"), *[1] * 11],
        ["NaN", *["1"] * 11],
        ["inf", *["1"] * 11],
        [float("inf"), *[1] * 11],
        ["1e999999999", *["1"] * 11],
        ["1e-999999999", *["1"] * 11],
        ["0." + "1" * 100_000, *["1"] * 11],
        ["", *["1"] * 11],
        ["many", *["1"] * 11],
        ["90" + " " * 50 + "70", *["1"] * 11],
        ["1,5", *["1"] * 11],
        [True, *[1] * 11],
    ],
)
def test_anything_but_twelve_numbers_of_which_one_is_above_0_is_refused(numbers: list[Any]) -> None:
    with pytest.raises(BadValue) as refused:
        season_from(numbers)
    assert refused.value.hint
    assert len(refused.value.message) < 120


def test_what_is_wrong_with_a_season_is_named() -> None:
    with pytest.raises(BadValue, match="given: 11"):
        season_from([1] * 11)
    with pytest.raises(BadValue, match="“many”"):
        season_from(["many", *["1"] * 11])


@pytest.mark.parametrize(
    ("longest", "beyond"),
    [
        ("0." + "1" * 38, "0." + "1" * 39),
        (" " * 50 + "0." + "1" * 38 + " " * 50, " " * 50 + "0." + "1" * 39),
        ("9e15", "1e16"),
        ("9e-15", "9e-16"),
    ],
)
def test_a_share_is_as_long_and_as_great_or_small_as_people_type_and_no_more(longest: str, beyond: str) -> None:
    assert season_from([longest, *["1"] * 11])[0] == Fraction(longest.strip())
    with pytest.raises(BadValue):
        season_from([beyond, *["1"] * 11])

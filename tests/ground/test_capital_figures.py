"""Sums in capital figures: the regulation's own examples, and back through the reader of amounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.amounts import LIMIT, parse_amount
from salescli.capital_figures import capitals


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (1_000_00, "壹仟元整"),
        (100_050_000, "壹佰万零伍佰元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (1_234_567_890_123_00, "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元整"),
        (LIMIT, "壹拾万亿元整"),
    ],
)
def test_a_sum_is_written_as_on_a_bill(minor: int, text: str) -> None:
    assert capitals(minor) == text


@given(st.integers(3, 15).flatmap(lambda digits: st.integers(100, 10**digits)))
def test_what_is_written_is_read_back_as_the_same_sum(minor: int) -> None:
    assert parse_amount(capitals(minor)) == minor

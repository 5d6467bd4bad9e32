"""Currencies and rates."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.amounts import LIMIT
from salescli.currencies import CURRENCIES, checked_rate, in_yuan, named_in, parse_currency
from salescli.errors import BadValue


@pytest.mark.parametrize(
    ("text", "code"),
    [("usd", "USD"), (" 美元 ", "USD"), ("＄", "USD"), ("US$", "USD"), ("€", "EUR"), ("人民币", "CNY"), ("RMB", "CNY")],
)
def test_a_currency_goes_by_its_code_name_or_sign(text: str, code: str) -> None:
    assert parse_currency(text) == code


def test_no_name_stands_for_two_currencies() -> None:
    names = [name for code, names in CURRENCIES.items() for name in (code.lower(), *names)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("text", ["", "UDS", "dollar", "12"])
def test_an_unknown_currency_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        parse_currency(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [("$12.5", ("USD", "12.5")), ("12.5 eur", ("EUR", "12.5")), ("35元", ("CNY", "35")), ("35美元", ("USD", "35")),
     ("¥35", (None, "35")), ("1.2万", (None, "1.2万")), ("HK$5", ("HKD", "5"))],
)  # fmt: skip
def test_the_currency_beside_a_sum_is_told_from_it(text: str, found: tuple[str | None, str]) -> None:
    assert named_in(text) == found


@pytest.mark.parametrize(
    ("rate", "currency", "kept"), [("7.120", "USD", "7.12"), ("０．０４８", "JPY", "0.048"), (None, "CNY", None)]
)
def test_a_rate_is_kept_as_short_decimal_text(rate: str | None, currency: str, kept: str | None) -> None:
    assert checked_rate(rate, currency) == kept


@pytest.mark.parametrize(
    ("rate", "currency"), [(None, "USD"), ("7.12", "CNY"), ("0", "USD"), ("-7", "USD"), ("7,12", "USD"), ("1e3", "USD")]
)
def test_a_foreign_currency_needs_a_rate_above_nothing_and_yuan_has_none(rate: str | None, currency: str) -> None:
    with pytest.raises(BadValue):
        checked_rate(rate, currency)


@given(st.integers(0, 10**13), st.decimals("0.0001", "90", places=4))
def test_the_value_in_yuan_is_rounded_half_up(amount: int, rate: Decimal) -> None:
    assert in_yuan(amount, f"{rate:f}") == (amount * rate).quantize(Decimal(1), ROUND_HALF_UP)
    assert in_yuan(amount, None) == amount


def test_a_value_over_the_limit_is_refused() -> None:
    with pytest.raises(BadValue, match="limit"):
        in_yuan(LIMIT, "1.01")

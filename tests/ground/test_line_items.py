"""Lines of goods: reading them from the right, and what they come to, exactly."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salescli.amounts import LIMIT
from salescli.errors import BadValue
from salescli.line_items import (
    TypedLine,
    counted,
    divided,
    line_amount,
    parse_discount,
    parse_line,
    parse_percent,
    tax_within,
    unit_of_many,
)

LINES = [
    ("X200 x 100 @ 35.5", ("X200", "100", None, 3550, None, None)),
    ("X200 x 100 @ 35.5 -5%", ("X200", "100", None, 3550, None, "5")),
    ("X200 100 @35.5", ("X200", "100", None, 3550, None, None)),
    ("X200 × 100 × 35.5", ("X200", "100", None, 3550, None, None)),
    ("X200*100*35.5", ("X200", "100", None, 3550, None, None)),
    ("X200x100@35.5", ("X200", "100", None, 3550, None, None)),
    ("X200 x 100", ("X200", "100", None, None, None, None)),
    ("X200 100台", ("X200", "100", "台", None, None, None)),
    ("X200 100台 单价35.5元 95折", ("X200", "100", "台", 3550, "CNY", "5")),
    ("X200，数量100，单价：35.5", ("X200", "100", None, 3550, None, None)),
    ("X200 100台 35.5元", ("X200", "100", "台", 3550, "CNY", None)),
    ("轴承座　×　１００　＠　３５．５", ("轴承座", "100", None, 3550, None, None)),
    ("Ｘ２００ x 1 @ 2", ("Ｘ２００", "1", None, 200, None, None)),
    ("轴承 6204 100 @ 12", ("轴承 6204", "100", None, 1200, None, None)),
    ("轴承20x47x14 x 100 @ 12", ("轴承20x47x14", "100", None, 1200, None, None)),
    ("轴承20×47×14 × 100", ("轴承20×47×14", "100", None, None, None, None)),
    ("Max 5 @ 3", ("Max", "5", None, 300, None, None)),
    ("Max200 x 5", ("Max200", "5", None, None, None, None)),
    ("安装调试 x 1.5 天 @ 5000元/天 (-5%)", ("安装调试", "1.5", "天", 500_000, "CNY", "5")),
    ("X200 x 1,000 pcs @ $12.5", ("X200", "1000", "pcs", 1250, "USD", None)),
    ("X200 x 10 @ 12.5美元", ("X200", "10", None, 1250, "USD", None)),
    ("X200 x 10 @ USD 12.5", ("X200", "10", None, 1250, "USD", None)),
    ("X200 x 10 @ ¥12.5", ("X200", "10", None, 1250, None, None)),
    ("X200 1万只 @0.35", ("X200", "10000", "只", 35, None, None)),
    ("X200 x 2.50吨 @1.2万 九折", ("X200", "2.5", "吨", 1_200_000, None, "10")),
    ("X200 x 1 @ 35.5 5% off", ("X200", "1", None, 3550, None, "5")),
    ("X200 x 1 @ 35.5 优惠2.5%", ("X200", "1", None, 3550, None, "2.5")),
    ("=1+1 x 2 @ 3", ("=1+1", "2", None, 300, None, None)),
    ("赠品 x 1 @ 0", ("赠品", "1", None, 0, None, None)),
]


MANY = [
    ("M3螺钉 x 10000件 @ 35/千件", ("M3螺钉", "10000", "件", 3500, None, None, 1000)),
    ("M3螺钉 2万只 单价3.5元/百只 95折", ("M3螺钉", "20000", "只", 350, "CNY", "5", 100)),
    ("M3 x 10,000 pcs @ $5.25 per 1000", ("M3", "10000", "pcs", 525, "USD", None, 1000)),
    ("M3 x 10000 @ 35/kpcs", ("M3", "10000", "pcs", 3500, None, None, 1000)),
    ("M3 x 10000 @ 35每万", ("M3", "10000", None, 3500, None, None, 10_000)),
    ("铜粉 x 20千克 @ 35/千克", ("铜粉", "20", "千克", 3500, None, None, 1)),
    ("铜粉 x 20 @ 35元/千克", ("铜粉", "20", None, 3500, "CNY", None, 1)),
    ("铜粉 x 20 @ 35/kg", ("铜粉", "20", None, 3500, None, None, 1)),
    ("M3 x 10 @ 0.350", ("M3", "10", None, 35, None, None, 1)),
]


@pytest.mark.parametrize(("text", "said"), MANY, ids=[text for text, _said in MANY])
def test_a_price_may_be_that_of_many(text: str, said: tuple[str, ...]) -> None:
    assert parse_line(text) == TypedLine(*said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("M3螺钉 x 10000件 @ 0.035", "M3螺钉 x 10000件 @ 3.50/100"),
        ("M3 x 10000 @ 0.0355元 -5%", "M3 x 10000 @ 3.55/100 -5%"),
        ("M3 x 10000 @ 0.00355", "M3 x 10000 @ 3.55/1000"),
        ("M3 x 10000 @ 3.555/100", "M3 x 10000 @ 35.55/1000"),
    ],
)
def test_a_price_finer_than_a_cent_names_the_way_out_and_that_way_is_taken(text: str, way: str) -> None:
    with pytest.raises(BadValue) as refused:
        parse_line(text)
    assert way in refused.value.hint
    assert parse_line(way).per > 1


@pytest.mark.parametrize(
    ("per", "unit", "quantity", "words"),
    [(1000, "件", "2.5", "千件"), (100, "pcs", "25", "100 pcs"), (10_000, None, "0.25", "10000")],
)
def test_what_is_priced_by_the_hundred_or_thousand_is_counted_so(
    per: int, unit: str | None, quantity: str, words: str
) -> None:
    assert (divided("2500", per), unit_of_many(per, unit)) == (quantity, words)
    assert counted(quantity, words) == "2500"
    assert counted("3", unit) == counted("3", "千克") == "3"


@pytest.mark.parametrize(("text", "said"), LINES, ids=[text for text, _said in LINES])
def test_a_line_is_read_as_it_was_meant(text: str, said: tuple[str, ...]) -> None:
    assert parse_line(text) == TypedLine(*said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "X200",
        "安装服务 @ 5000",
        "20x47 @ 12",
        "轴承20x47x14 @ 12",
        "X200 x 0 @ 3",
        "X200 x -5 @ 3",
        "X200 x 100 @",
        "X200 x 100 @ 元",
        "X200 x 100 @ -5",
        "X200 x 100 @ 35.555",
        "X200 x 100 @ 35.5 x 2",
        "X200 x 100 @ 35.5 -105%",
        "X200 x many @ 3",
        "X" * 401 + " x 1 @ 1",
    ],
)
def test_a_line_that_is_not_clear_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        parse_line(text)


@pytest.mark.parametrize(
    ("text", "percent"),
    [("5%", "5"), ("-5%", "5"), ("２．５％", "2.5"), ("95折", "5"), ("9折", "10"), ("8.5折", "15"), ("八五折", "15"),
     ("九折", "10"), ("100%", "100"), ("500", None), ("3万", None)],
)  # fmt: skip
def test_what_is_taken_off_may_be_said_in_percent_or_as_what_is_left(text: str, percent: str | None) -> None:
    assert parse_discount(text) == percent


@pytest.mark.parametrize(
    ("text", "percent"), [("13%", "13"), ("13", "13"), ("6.50%", "6.5"), ("０", "0"), ("3个点", "3"), ("0.5%", "0.5")]
)
def test_a_percentage_is_kept_as_short_decimal_text(text: str, percent: str) -> None:
    assert parse_percent(text, "tax rate") == percent


@pytest.mark.parametrize("text", ["", "0.13", "-13%", "101", "101%", "many", "13%%"])
def test_what_is_no_clear_percentage_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        parse_percent(text, "tax rate")


quantities = st.decimals(min_value="0.01", max_value="100000", places=2).map(lambda number: f"{number:f}")
percents = st.decimals(min_value=0, max_value=100, places=2).map(lambda number: f"{number:f}")


@given(quantities, st.integers(0, 10**8), percents)
@example("1", 5, "50")
@example("0.5", 1, "0")
def test_a_line_comes_to_what_decimals_say_rounded_half_up(quantity: str, price: int, percent: str) -> None:
    exact = Decimal(quantity) * price * (100 - Decimal(percent)) / 100
    amount = line_amount(quantity, price, percent)
    assert amount == exact.quantize(Decimal(1), ROUND_HALF_UP)
    assert 0 <= amount <= line_amount(quantity, price)


def test_a_line_over_the_limit_is_refused() -> None:
    assert line_amount("1", LIMIT) == LIMIT
    with pytest.raises(BadValue, match="limit"):
        line_amount("1.1", LIMIT)


@given(st.integers(0, LIMIT), percents)
@example(11_300, "13")
@example(0, "13")
def test_the_tax_within_a_total_is_that_of_the_rest(total: int, percent: str) -> None:
    tax = tax_within(total, percent)
    assert 0 <= 2 * tax <= total + 1
    assert abs(Decimal(tax) - Decimal(total - tax) * Decimal(percent) / 100) <= 1
    assert tax_within(total, None) == 0

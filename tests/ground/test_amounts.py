"""Money and counts as people type them, in one table each, and as they are shown."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli import i18n
from salescli.amounts import (
    LIMIT,
    excerpt,
    grouped,
    parse_amount,
    parse_count,
    parse_hundred,
    plain,
    short,
    whole_number,
)
from salescli.errors import BadValue


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = i18n.language()
    i18n.activate("en")
    yield
    i18n.activate(before)


AMOUNTS = """
0 = 0.00
0.00 = 0.00
1 = 1.00
0.5 = 0.50
12.34 = 12.34
12.340 = 12.34
350000 = 350000.00
350,000.00 = 350000.00
1,234,567.89 = 1234567.89
007 = 7.00
３５０，０００．００ = 350000.00
３５万 = 350000.00
35万 = 350000.00
35 万 = 350000.00
35萬 = 350000.00
35w = 350000.00
35W = 350000.00
1,200万 = 12000000.00
3万5 = 35000.00
3w5 = 35000.00
3万5千 = 35000.00
3万5千2百 = 35200.00
3万5百 = 30500.00
3万零5 = 30005.00
3万零50 = 30050.00
3万5000 = 35000.00
3万0500 = 30500.00
12万3456.78 = 123456.78
0.5万 = 5000.00
1.2345万 = 12345.00
1.234567万 = 12345.67
1.2亿 = 120000000.00
1.2个亿 = 120000000.00
1亿2 = 120000000.00
1亿2千万 = 120000000.00
1亿2000万 = 120000000.00
1亿零5万 = 100050000.00
1万亿 = 1000000000000.00
5千 = 5000.00
2.5千 = 2500.00
3千5 = 3500.00
5千万 = 50000000.00
3百万 = 3000000.00
350k = 350000.00
350K = 350000.00
1,200k = 1200000.00
1.2m = 1200000.00
1.2M = 1200000.00
1.23456k = 1234.56
1.2 million = 1200000.00
350 thousand = 350000.00
￥350000 = 350000.00
¥350,000.00 = 350000.00
￥ 35万 = 350000.00
350000元 = 350000.00
350000 元 = 350000.00
35万元 = 350000.00
35万元整 = 350000.00
35万块 = 350000.00
500块钱 = 500.00
CNY 350000 = 350000.00
350000 CNY = 350000.00
RMB350,000 = 350000.00
35万RMB = 350000.00
人民币35万元 = 350000.00
￥35万元 = 350000.00
350k元 = 350000.00
3块5 = 3.50
三块五 = 3.50
12元5角 = 12.50
12元5角3分 = 12.53
12元零5分 = 12.05
三十五万 = 350000.00
两万五 = 25000.00
三万五千 = 35000.00
一千二百万 = 12000000.00
一千二 = 1200.00
三百五 = 350.00
三百五十 = 350.00
三百零五 = 305.00
一百十五 = 115.00
一百一十五万 = 1150000.00
三万零五 = 30005.00
三万零五百 = 30500.00
十万 = 100000.00
十五 = 15.00
一亿二 = 120000000.00
一亿两千万 = 120000000.00
三点五万 = 35000.00
一点二亿 = 120000000.00
叁拾伍万元整 = 350000.00
壹佰贰拾万圆整 = 1200000.00
零 = 0.00
9999999999999.99 = 9999999999999.99
10万亿 = 10000000000000.00
3.5w = 35000.00
38.6万元 = 386000.00
一百二十万 = 1200000.00
一百二 = 120.00
120万整 = 1200000.00
1,280,000元 = 1280000.00
¥1,280,000 = 1280000.00
RMB 1.28m = 1280000.00
12k = 12000.00
12K RMB = 12000.00
两百万 = 2000000.00
2百万 = 2000000.00
二百五十万 = 2500000.00
5w8 = 58000.00
五万八 = 58000.00
五万八千六 = 58600.00
十二万三千四百五十六元七角八分 = 123456.78
0.8亿 = 80000000.00
八千 = 8000.00
8千块 = 8000.00
8000块钱 = 8000.00
3万块 = 30000.00
99.9 = 99.90
99.99元 = 99.99
1千万 = 10000000.00
一千万 = 10000000.00
1个亿 = 100000000.00
300 万 = 3000000.00
300万RMB = 3000000.00
人民币叁佰万元整 = 3000000.00
CNY1,000 = 1000.00
六十万五千 = 605000.00
10万零800 = 100800.00
1.5 million = 1500000.00
850 k = 850000.00
5万元人民币 = 50000.00
人民币 5万 = 50000.00
三万六千五百元 = 36500.00
3万六 = 36000.00
10,000,000 = 10000000.00
""".strip().splitlines()


@pytest.mark.parametrize("line", AMOUNTS, ids=lambda line: line.partition(" = ")[0])
def test_an_amount_is_understood_to_the_cent(line: str) -> None:
    text, _, wanted = line.rpartition(" = ")
    assert plain(parse_amount(text)) == wanted
    i18n.activate("zh")
    assert plain(parse_amount(f"\u3000{text.lower()}\u200b ")) == wanted


NOT_AMOUNTS = """
三十五个
35万左右
1.28 mil
100,00
USD 1000
1000-2000
50万/年
50万+
二十几万
7毛
5角
半万
一万半
百八十万
廿万
""".strip().splitlines()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *((text, "not an amount") for text in NOT_AMOUNTS),
        *(
            (text, "negative")
            for text in ["-5", "－5", "\u22125", "- 5", "-0.01", "￥-5", "-￥5", "负五万", "-1e999", "-nan"]
        ),
        *(
            (text, "decimals")
            for text in ["12.345", "0.001", "1.23456789万", "1.234567k", "￥12.345", "三点五五五", "1.00000000001亿"]
        ),
        # digits beyond any working precision are still not rounded away
        ("1.0000000000000000000000000000000000000000000000001", "decimals"),
        *((text, "limit of 10,000,000,000,000.00") for text in ["10000000000000.01", "100万亿", "9" * 40, "99999999m"]),
        *(
            (text, "not an amount")
            for text in ["", " ", "\u3000", "元", "￥", "万", "百万", "k", "点五", "abc", "NaN", "nan", "inf"]
        ),
        *(
            (text, "not an amount")
            for text in ["Infinity", "1e999", "3.5e5", "1E+10", "0x10", "1_000", "+5", "(350)", "5%"]
        ),
        *(
            (text, "not an amount")
            for text in ["1,2,3", "1,2345", "12,34", ",350", "350,", "1,,000", "1000,000", "1.000.000"]
        ),
        *(
            (text, "not an amount")
            for text in [".5", "5.", "1..5", "1.2.3", "350 000", "1 2", "35 万 0 5 6", "$350", "€5"]
        ),
        *(
            (text, "not an amount")
            for text in ["3万50", "3万500", "1亿2000", "1.5万5", "三五万", "二二", "二十二十", "三万五六"]
        ),
        *(
            (text, "not an amount")
            for text in ["35万多", "约35万", "三四百", "10²", "½", "٣٥", "35万35万", "3万5万", "5千3万千", "\x00"]
        ),
        *(
            (text, "not an amount")
            for text in [
                "9" * 61,
                "1" * 10_000,
                "万" * 50,
                "1万2亿3",
                "1万2亿",
                "1万零1万",
                "1亿零1亿",
                "3千5万",
                "三百五万",
                "0万5",
            ]
        ),
    ],
)
def test_what_is_not_an_amount_is_refused_and_never_rounded(text: str, reason: str) -> None:
    with pytest.raises(BadValue, match=reason) as refusal:
        parse_amount(text)
    assert refusal.value.exit_code == 2
    assert " ".join(text.split())[:20] in refusal.value.message
    assert len(refusal.value.message) < 150


@given(st.integers(0, LIMIT))
@settings(max_examples=110)
def test_what_is_shown_is_read_back_as_itself(minor: int) -> None:
    assert plain(parse_amount(plain(minor))) == plain(minor)
    assert parse_amount(plain(minor)) == parse_amount(grouped(minor)) == minor
    assert parse_amount(f"￥{grouped(minor)}元") == minor


@given(st.integers(0, 10**7 - 1), st.integers(0, 10**6 - 1))
@settings(max_examples=55)
def test_six_decimals_of_wan_are_exact(wan: int, millionths: int) -> None:
    assert parse_amount(f"{wan}.{millionths:06d}万") == wan * 10**6 + millionths


def chinese(number: int) -> str:
    """``number`` below 10,000 written out, as a cashier would."""
    text, zero = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        figure = number // size % 10
        if figure:
            text += ("零" if zero and text else "") + "零一二三四五六七八九"[figure] + unit
        zero = not figure
    return text or "零"


@given(st.integers(0, 9999))
@settings(max_examples=110)
def test_a_number_written_out_in_chinese_is_read_back(number: int) -> None:
    assert whole_number(chinese(number)) == number
    assert whole_number(str(number)) == number
    if number:
        assert parse_amount(f"{chinese(number)}万元") == number * 10**6


@given(
    st.one_of(
        st.text(max_size=70), st.lists(st.sampled_from("0123456789.,万亿千百十零一两三点元角分块个wkm¥ -")).map("".join)
    )
)
@settings(max_examples=275)
def test_no_text_makes_a_parser_fail_otherwise_than_by_refusing(text: str) -> None:
    for parse in (parse_amount, parse_count):
        with suppress(BadValue):
            assert 0 <= parse(text) <= LIMIT


COUNTS = [
    ("0", 0),
    ("12", 12),
    ("1,200", 1200),
    ("１２", 12),
    ("12次", 12),
    ("12 个", 12),
    ("十二家", 12),
    ("两单", 2),
    ("3位", 3),
]
COUNTS += [("5万", 50_000), ("2k", 2000), ("三百五", 350), ("3万5", 35_000), ("零", 0), ("一百零八次", 108)]


@pytest.mark.parametrize(("text", "wanted"), COUNTS)
def test_a_count_is_understood(text: str, wanted: int) -> None:
    assert parse_count(text) == wanted


REFUSED_COUNTS = """
次
个
12.5
12.0
1.2万
三点五万
-1
－1次
+1
NaN
inf
1e3
1,2
12元
￥12
12次个
½
²
12 13
twelve
""".strip().splitlines()


@pytest.mark.parametrize("text", ["", "9" * 20, "9" * 5000, *REFUSED_COUNTS])
def test_what_is_not_a_whole_number_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as refusal:
        parse_count(text)
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("85", 85), ("１００％", 100), ("90分", 90), ("八十五", 85)])
def test_a_part_of_a_hundred_is_understood(text: str, number: int) -> None:
    assert parse_hundred(text) == number


@pytest.mark.parametrize("text", ["", "-1", "101", "85.5", "1,0", "good", "九百"])
def test_what_is_no_part_of_a_hundred_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="0 to 100"):
        parse_hundred(text)


@pytest.mark.parametrize(
    ("minor", "as_plain", "as_grouped"),
    [
        (0, "0.00", "0.00"),
        (5, "0.05", "0.05"),
        (-5, "-0.05", "-0.05"),
        (100, "1.00", "1.00"),
        (35_000_000, "350000.00", "350,000.00"),
        (-123_456_789, "-1234567.89", "-1,234,567.89"),
        (LIMIT, "10000000000000.00", "10,000,000,000,000.00"),
    ],
)
def test_money_is_shown_with_two_decimals(minor: int, as_plain: str, as_grouped: str) -> None:
    assert (plain(minor), grouped(minor)) == (as_plain, as_grouped)


@pytest.mark.parametrize(
    ("yuan", "zh", "en"),
    [
        (0, "0", "0"),
        (950, "950", "950"),
        (9_500, "9,500", "9.5k"),
        (35_000, "3.5万", "35.0k"),
        (350_000, "35.0万", "350k"),
        (999_600, "100万", "1,000k"),
        (12_000_000, "1,200万", "12.0m"),
        (120_000_000, "1.2亿", "120m"),
        (10**13, "100,000亿", "10,000,000m"),
        (-350_000, "-35.0万", "-350k"),
    ],
)
def test_money_is_short_in_narrow_columns(yuan: int, zh: str, en: str) -> None:
    assert short(yuan * 100) == en
    i18n.activate("zh")
    assert short(yuan * 100) == zh


def test_a_rounded_nothing_has_no_sign() -> None:
    assert (short(-30), short(-50), short(49), short(50)) == ("0", "-1", "0", "1")


def test_a_long_text_is_cut_for_an_error() -> None:
    assert excerpt("a\n b\t\x1fc") == "a b c"
    assert excerpt("长" * 10**6) == "长" * 40 + "…"

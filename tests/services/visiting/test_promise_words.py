"""Promises as they are typed, and the money they speak of."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.errors import BadValue
from salescli.services.visiting.promise_words import Promised, cut_promises, money_in, parse_promise
from tests.services.desk import FRI, TODAY

EOM = date(2026, 11, 30)


def test_a_promise_is_split_at_the_last_at() -> None:
    assert parse_promise(" 发到a@b.com ＠周五", TODAY) == Promised("发到a@b.com", FRI)
    assert parse_promise("付款30万@月底", TODAY, theirs=True) == Promised("付款30万", EOM, True, 30_000_000)
    assert parse_promise("样品@周五下午3点", TODAY) == Promised("15:00 样品", FRI)


def test_a_promise_says_which_half_is_missing_and_drops_no_decimals() -> None:
    with pytest.raises(BadValue, match="not what is promised"):
        parse_promise("@周五", TODAY)
    with pytest.raises(BadValue, match="has no day"):
        parse_promise("样品", TODAY)
    with pytest.raises(BadValue, match="more than two decimals"):
        parse_promise("付款1.2345678万@月底", TODAY)
    assert parse_promise("付款1.2345万@月底", TODAY).amount == 1_234_500
    assert parse_promise("样品1.2345678米@月底", TODAY).amount is None


@pytest.mark.parametrize("text", ["样品", "样品@", "@周五", "样品@某天", "样品@2026-02-30", "", "@"])
def test_a_promise_without_words_or_a_clear_day_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        parse_promise(text, TODAY)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("付款30万", 300_000),
        ("付 30 万元", 300_000),
        ("¥5,000", 5_000),
        ("付款5000", 5_000),
        ("打款：5000元", 5_000),
        ("回款3万5", 35_000),
        ("付款三十五万元整", 350_000),
        ("付30万尾款", 300_000),
        ("付尾款12万5千元", 125_000),
        ("pay 350k", 350_000),
        ("3月付款20万", 200_000),
        ("付款１０万", 100_000),
    ],
)
def test_the_money_in_a_promise_is_found(text: str, yuan: int) -> None:
    assert money_in(text) == yuan * 100


@pytest.mark.parametrize(
    "text",
    [
        "样品3件", "样品X200", "30万件", "两万台", "三元催化器", "一块样板", "付30%定金", "30万设备", "5万米电缆",
        "20k样品", "付款3000件", "第一万名", "付款30万，余款20万", "付款30000美元", "3m 胶带", "2026资质",
    ],
)  # fmt: skip
def test_what_is_no_money_or_not_one_amount_stays_words(text: str) -> None:
    assert money_in(text) is None


@given(st.integers(min_value=1, max_value=99_999))
def test_any_amount_in_ten_thousands_is_read(number: int) -> None:
    assert money_in(f"付款{number}万") == number * 1_000_000


@pytest.mark.parametrize(
    ("line", "rest", "promised"),
    [
        ("见张工 承诺 样品@周五 下一步 报价@周五", "见张工 下一步 报价@周五", [("样品", False)]),
        ("承诺：样品@周五；对方承诺：付款30万＠周五。再来", "再来", [("样品", False), ("付款30万", True)]),
        ("聊了，我们承诺样品@周五，成交", "聊了，成交", [("样品", False)]),
        ("met, they promised: payment@fri next call@fri", "met, next call@fri", [("payment", True)]),
        ("客户承诺月底付款 对账@周五", "客户承诺月底付款 对账@周五", []),
        ("compromised@fri", "compromised@fri", []),
    ],
)
def test_promises_are_cut_out_of_a_line(line: str, rest: str, promised: list[tuple[str, bool]]) -> None:
    left, found = cut_promises(line, TODAY)
    assert " ".join(left.split()) == rest
    assert [(one.text, one.theirs) for one in found] == promised
    assert {one.due_on for one in found} <= {FRI}

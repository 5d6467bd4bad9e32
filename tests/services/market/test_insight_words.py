"""The kind of market information by its words."""

import pytest

from salescli.service_words import InsightKind
from salescli.services.market import insight_words


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("甲厂X200降到860", "price"),
        ("甲厂全线涨价5%", "price"),
        ("乙厂报价比我们低", "price"),
        ("X200 卖 860元", "price"),
        ("乙厂上了新款液压泵", "new_product"),
        ("新款X300降价了", "new_product"),
        ("甲厂国庆促销买十送一", "promotion"),
        ("甲厂搞活动", "promotion"),
        ("丙厂在滨江找代理商", "channel"),
        ("开发区技改有补贴", "policy"),
        ("蓝海明年扩产", "demand"),
        ("客户希望包装改小", "suggestion"),
        ("甲厂交期总是延期", "problem"),
        ("客户反映我们送货快", "opinion"),
        ("Rival cut the PRICE", "price"),
        ("今天路上很堵", "demand"),
    ],
)
def test_the_kind_is_told_by_plain_words(text: str, kind: str) -> None:
    assert insight_words.guess(text) == InsightKind(kind)


def test_what_a_client_says_without_such_words_is_an_opinion() -> None:
    assert insight_words.guess("挺好", told_by_client=True) == InsightKind.OPINION

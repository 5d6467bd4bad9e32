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
        ("Acme cut X200 to 860", "price"),
        ("Acme undercuts us by 10%", "price"),
        ("招标项目中报价800元，比我方低一成", "price"),
        ("滨江要招标", "demand"),
        ("甲厂满十送一", "promotion"),
        ("client complains about delivery", "opinion"),
        ("客户嫌我们包装差", "opinion"),
        ("they launch a new model", "new_product"),
        ("deliveries are late", "problem"),
    ],
)
def test_the_kind_is_told_by_plain_words(text: str, kind: str) -> None:
    assert insight_words.guess(text) == InsightKind(kind)


@pytest.mark.parametrize("text", ["今天路上很堵", "a template on every plate"])
def test_words_that_tell_no_kind_are_a_guess(text: str) -> None:
    assert insight_words.told(text) is None
    assert insight_words.guess(text) == InsightKind.DEMAND


def test_what_a_client_says_without_such_words_is_an_opinion() -> None:
    assert insight_words.guess("挺好", told_by_client=True) == InsightKind.OPINION

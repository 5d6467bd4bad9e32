"""The field's words: tokens and labels of both languages, each naming one member of its kind."""

from enum import StrEnum

import pytest

from salescli import i18n, service_words, vocabulary
from salescli.errors import BadValue
from salescli.vocabulary import (
    WORDS,
    Channel,
    ContactRole,
    DealState,
    Grade,
    Lifecycle,
    Measure,
    OrderState,
    Outcome,
    QuoteState,
    Tier,
    VisitStatus,
    field_word,
    label,
    label_in,
    parse_word,
)

SERVICE_KINDS: list[type[StrEnum]] = [
    kind
    for kind in vars(service_words).values()
    if isinstance(kind, type) and kind.__module__ == service_words.__name__
]
KINDS: list[type[StrEnum]] = [Grade, Lifecycle, Channel, Outcome, VisitStatus, Measure, Tier, ContactRole]
MEMBERS = [member for kind in KINDS for member in kind]


def test_tokens_are_those_that_scripts_rely_on() -> None:
    tokens = {kind.__name__: " ".join(member.value for member in kind) for kind in KINDS}
    assert tokens == {
        "Grade": "A B C",
        "Lifecycle": "lead prospect customer dormant lost blocked",
        "Channel": "visit phone wechat email meeting demo",
        "Outcome": "order quote interested maintained neutral refused absent",
        "VisitStatus": "planned confirmed done missed moved cancelled",
        "Measure": "amount receipts margin orders new_clients visits effective_visits quotes satisfaction",
        "Tier": "floor target stretch",
        "ContactRole": "decision influence user purchasing finance",
    }


@pytest.mark.parametrize(
    ("member", "chinese"),
    [
        (Outcome.ORDER, "成交"),
        (Outcome.QUOTE, "要报价"),
        (Outcome.INTERESTED, "有意向"),
        (Outcome.MAINTAINED, "关系维护"),
        (Outcome.NEUTRAL, "意向不明"),
        (Outcome.REFUSED, "拒绝"),
        (Outcome.ABSENT, "客户不在"),
        (Measure.AMOUNT, "销售额"),
        (Measure.RECEIPTS, "回款"),
        (Measure.MARGIN, "毛利"),
        (Measure.ORDERS, "订单数"),
        (Measure.NEW_CLIENTS, "新客户"),
        (Measure.VISITS, "拜访"),
        (Measure.EFFECTIVE_VISITS, "有效拜访"),
        (Measure.QUOTES, "报价"),
        (Measure.SATISFACTION, "满意度"),
    ],
)
def test_the_labels_of_the_contract_are_accepted_and_shown(member: StrEnum, chinese: str) -> None:
    assert parse_word(chinese, type(member)) is member
    assert label_in(member, "zh") == chinese


@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_a_member_is_named_by_its_token_and_by_every_word_and_label_for_it(member: StrEnum) -> None:
    spellings = [member.value, member.value.upper(), member.value.replace("_", "-"), f" {member.value} "]
    for spelling in [*spellings, *WORDS[member], label_in(member, "en"), label_in(member, "zh")]:
        assert parse_word(spelling, type(member)) is member, spelling


@pytest.mark.parametrize("kind", [*KINDS, *SERVICE_KINDS], ids=lambda kind: kind.__name__)
def test_no_word_names_two_members_of_a_kind(kind: type[StrEnum]) -> None:
    words = [word for member in kind for word in {member.value, *WORDS[member], label_in(member, "en").casefold()}]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("typed", "grade"), [("Ａ", "A"), ("a", "A"), ("VIP", "A"), ("A类", "A"), ("重要", "A"), ("潜在", "C")]
)
def test_a_grade_is_understood_in_any_width_and_case(typed: str, grade: str) -> None:
    assert parse_word(typed, Grade).value == grade


@pytest.mark.parametrize("typed", ["", "D", "AA", "成交\x00", "x" * 10**6])
def test_an_unknown_word_is_refused_with_the_words_that_would_do(typed: str) -> None:
    with pytest.raises(BadValue) as refused:
        parse_word(typed, Outcome)
    assert len(refused.value.message) < 100
    assert all(token in refused.value.hint for token in Outcome)


def test_labels_follow_the_language_and_tokens_do_not() -> None:
    try:
        i18n.activate("zh")
        assert (label("quote", Outcome), label("A", Grade), label(None, Outcome)) == ("要报价", "A", "")
        assert (Outcome.QUOTE.value, field_word("short_name")) == ("quote", "简称")
    finally:
        i18n.activate("en")
    assert (label("quote", Outcome), field_word("short_name")) == ("quotation asked", "short name")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_has_a_name_in_both_languages(kind: type[StrEnum]) -> None:
    try:
        i18n.activate("zh")
        with pytest.raises(BadValue) as refused:
            parse_word("没有的词", kind)
    finally:
        i18n.activate("en")
    assert not any(char.isascii() and char.isalpha() for char in refused.value.message)


def test_face_to_face_and_open_are_what_the_field_says() -> None:
    assert {channel.value for channel in vocabulary.FACE_TO_FACE} == {"visit", "meeting", "demo"}
    assert {status.value for status in vocabulary.OPEN_STATUSES} == {"planned", "confirmed"}
    assert {measure.value for measure in vocabulary.MONEY_MEASURES} == {"amount", "receipts", "margin"}


@pytest.mark.parametrize(
    ("one", "other", "chinese"),
    [
        (Lifecycle.LOST, DealState.LOST, ("流失", "输单")),
        (QuoteState.ACCEPTED, OrderState.ACCEPTED, ("已接受", "已验收")),
        (QuoteState.RETURNED, OrderState.RETURNED, ("已退回", "已退货")),
    ],
)
def test_words_of_two_kinds_that_are_spelled_the_same_stay_apart(
    one: StrEnum, other: StrEnum, chinese: tuple[str, str]
) -> None:
    assert (label_in(one, "zh"), label_in(other, "zh")) == chinese
    assert one != other
    assert one == one.value
    assert other == one.value
    assert one.value in {other}

"""Texts from people: what is taken, what is refused, and the keys they are found by."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.errors import BadValue
from salescli.texts import NAME_LIMIT, clean, name_key, pinyin_keys, search_text, unquoted, visible


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("杭州蓝海", "杭州蓝海"),
        ("  杭州 蓝海\n", "杭州 蓝海"),
        ("\u3000甲\u3000", "甲"),
        ("\u200b甲\u200b", "甲"),
        ("\ufeff甲", "甲"),
        ("[red]", "[red]"),
        ("=1+1", "=1+1"),
        ("\x1b[31m甲", "\x1b[31m甲"),
        ("\u202e甲", "\u202e甲"),
        ("𠮷野家", "𠮷野家"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("é", "é"),
        ("甲" * NAME_LIMIT, "甲" * NAME_LIMIT),
        (f"  {'甲' * NAME_LIMIT}  ", "甲" * NAME_LIMIT),
    ],
)
def test_a_text_is_kept_as_given_but_for_the_blanks_around_it(typed: str, kept: str) -> None:
    assert clean(typed, field="name") == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "is empty"),
        ("   \t\n", "is empty"),
        ("\u3000", "is empty"),
        ("\u200b\u200d\ufeff", "is empty"),
        ("\x1b\x07", "is empty"),
        ("甲" * (NAME_LIMIT + 1), "has 301 characters; at most 300"),
        ("x" * 1_000_000, "has 1000000 characters"),
        ("a\x00b", "NUL"),
        ("a\udcffb", "not valid text"),
    ],
)
def test_what_is_no_text_is_refused_with_the_field_and_the_reason(typed: str, said: str) -> None:
    with pytest.raises(BadValue, match=said) as refused:
        clean(typed, field="short name")
    assert "short name" in refused.value.message
    assert len(refused.value.message) < 100


def test_a_note_may_be_longer_than_a_name() -> None:
    assert len(clean("字" * 5000, field="note", limit=100_000)) == 5000
    with pytest.raises(BadValue, match="at most 100000"):
        clean("字" * 100_001, field="note", limit=100_000)


@pytest.mark.parametrize(("text", "seen"), [("a", True), ("。", True), ("😀", True), ("\u200b", False), ("\n", False)])
def test_visible_is_what_can_be_seen(text: str, seen: bool) -> None:
    assert visible(text) is seen


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("杭州蓝海", "杭州 蓝海"),
        ("杭州蓝海", "杭州\u3000蓝海\u200b"),
        ("ABC 机电", "ａｂｃ机电"),
        ("蓝海（杭州）", "蓝海(杭州)"),
        ("é", "é"),
        ("straße", "STRASSE"),
        ("①号", "1号"),
        ("a b\tc", "abc"),
    ],
)
def test_names_that_look_the_same_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("蓝海", "兰海"), ("甲1", "甲2"), ("a.b", "ab"), ("𠮷", "吉")])
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text())
def test_a_key_has_no_blanks_and_no_invisible_signs_and_knows_no_case(text: str) -> None:
    key = name_key(text)
    assert not any(char.isspace() or unicodedata.category(char) == "Cf" for char in key)
    assert name_key(f" {text}\u200b ") == key


@given(st.text(alphabet=st.characters(max_codepoint=0x2FFFF, exclude_categories=["Cs"])))
def test_composed_and_decomposed_names_have_one_key(text: str) -> None:
    assert name_key(unicodedata.normalize("NFD", text)) == name_key(unicodedata.normalize("NFC", text))


def test_a_search_looks_through_each_part_and_not_across_two() -> None:
    found = search_text("杭州 蓝海", None, "", "ABC")
    assert found == "杭州蓝海\nabc"
    assert "海abc" not in found


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("杭州蓝海", "hangzhoulanhai", "hzlh"),
        ("杭州蓝海机电有限公司", "hangzhoulanhaijidianyouxiangongsi", "hzlhjdyxgs"),
        ("绿城", "lvcheng", "lc"),
        ("3M中国", "3mzhongguo", "3mzg"),
        ("Bosch 博世", "boschboshi", "boschbs"),
        ("重庆长安", "chongqingchangan", "cqca"),
        ("中国银行", "zhongguoyinhang", "zgyh"),
        ("曾祥林", "zengxianglin", "zxl"),
        ("单于电器", "shanyudianqi", "sydq"),
        ("𠮷野家", "𠮷yejia", "𠮷yj"),  # no dictionary has it: it stands for itself
    ],
)
def test_a_name_is_found_by_pinyin_and_by_initials(name: str, full: str, initials: str) -> None:
    spellings, shorts = pinyin_keys(name)
    assert full in spellings.split("\n")
    assert initials in shorts.split("\n")


def test_every_name_of_a_record_is_spelled_on_a_line_of_its_own() -> None:
    assert pinyin_keys("蓝海", None, "", "蓝") == ("lanhai\nlan", "lh\nl")


def test_a_character_with_one_usual_reading_is_not_spelled_in_rare_ones() -> None:
    assert pinyin_keys("杭机") == ("hangji", "hj")


def test_a_name_of_many_readings_has_at_most_sixteen_spellings() -> None:
    spellings, shorts = pinyin_keys("行长重都单曾" * 50)
    assert len(spellings.split("\n")) <= 16
    assert len(shorts.split("\n")) <= 16


@given(st.text(alphabet="行长乐甲a 1😀\u200b", max_size=12))
def test_spellings_and_initials_have_a_part_for_every_character_of_the_key(name: str) -> None:
    _full, initials = pinyin_keys(name)
    assert {len(short) for short in initials.split("\n")} == {len(name_key(name))}


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("“见张工”", "见张工"),
        ("「见张工」", "见张工"),
        ('"见张工"', "见张工"),
        ("'a'", "a"),
        ("＂a＂", "a"),
        (" “ a ” ", "a"),
        ("“a”和“b”", "“a”和“b”"),
        ('"a" and "b"', '"a" and "b"'),
        ("“a", "“a"),
        ('"', '"'),
        ("见“张工”", "见“张工”"),
        ("", ""),
    ],
)
def test_the_quotes_around_all_of_a_text_are_taken_off_and_no_others(typed: str, taken: str) -> None:
    assert unquoted(typed) == taken

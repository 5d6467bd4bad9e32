"""Clients that are likely one: by name, number, address and code; who was told apart is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.company_names import Alike
from salescli.services.accounts import clients, duplicates, merges
from tests.services.desk import Desk

USCC, OTHER_USCC = "91330106MA27XG9K4Q", "91330106MA27XG9K5U"


def listed(desk: Desk, least: int = 60) -> list[tuple[str, str, int]]:
    desk.session.flush()
    return [(pair.first.code, pair.second.code, pair.score) for pair in duplicates.listed(desk.session, least)]


def pair_of(desk: Desk, one: dict[str, str], other: dict[str, str]) -> duplicates.Duplicate:
    """What speaks for two clients; ``mobile``, ``phone`` are a contact's."""
    made = []
    for fields in (one, other):
        reach: dict[str, str] = {name: fields[name] for name in ("mobile", "phone") if name in fields}
        own = {name: value for name, value in fields.items() if name not in reach}
        made.append(desk.client(own.pop("name"), {"name": "张工"} | reach if reach else None, **own))
    return duplicates.between(desk.session, *made)


EVIDENCE = [
    # Another brand, but a number and an address in common; a number alone is not enough.
    ({"mobile": "13800000001"}, {"mobile": "+86 138-0000-0001"}, False),
    ({"mobile": "13800000001", "address": "滨江区江陵路8号"}, {"mobile": "13800000001", "address": "江陵路8号"}, True),
    ({"phone": "0571-88886666"}, {"phone": "88886666"}, False),
    ({"phone": "0571-88886666转8", "mobile": "13800000001"}, {"phone": "88886666", "mobile": "13800000001"}, True),
    ({"address": "滨江区江陵路88号"}, {"address": "杭州市滨江区江陵路８８号"}, False),
    ({}, {}, False),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "likely"), EVIDENCE)
def test_two_things_in_common_make_other_names_likely(
    desk: Desk, one: dict[str, str], other: dict[str, str], likely: bool
) -> None:
    score = pair_of(desk, {"name": "杭州蓝海机电", **one}, {"name": "杭州远航食品", **other}).score
    assert (score >= 60) is likely
    assert bool(listed(desk)) is likely


@pytest.mark.parametrize("number", ["13800000001", "0571-88886666"])
def test_a_number_in_common_makes_a_doubtful_name_likely(desk: Desk, number: str) -> None:
    field = "mobile" if number[0] == "1" else "phone"
    alone = pair_of(desk, {"name": "杭州蓝海机电"}, {"name": "杭州兰海机电"})
    both = pair_of(desk, {"name": "宁波恒力液压", field: number}, {"name": "宁波亨利液压", field: number})
    assert alone.score < 60 <= both.score
    assert {Alike.SOUNDS_ALIKE} <= set(both.reasons)
    assert len(both.reasons) == len(alone.reasons) + 1


def test_the_credit_code_decides_both_ways(desk: Desk) -> None:
    first, second = desk.client("杭州蓝海机电"), desk.client("宁波远航食品")
    first.uscc = second.uscc = USCC
    third = desk.client("杭州蓝海机电有限公司", uscc=OTHER_USCC)
    assert listed(desk) == [("C0001", "C0002", 100)]
    assert duplicates.between(desk.session, first, third).reasons == (Alike.OTHER_USCC,)


def test_a_name_among_the_others_aliases_is_likely(desk: Desk) -> None:
    desk.client("杭州蓝海机电有限公司", aliases=["浙江远航设备"])
    desk.client("浙江远航设备")
    desk.client("宁波红山机械有限公司", short_name="大红山")
    desk.client("大红山")
    assert listed(desk) == [("C0001", "C0002", 90), ("C0003", "C0004", 65)]


def test_a_number_of_many_clients_says_nothing(desk: Desk) -> None:
    for brand in "甲乙丙丁戊己":
        desk.client(f"{brand}{brand}食品", {"name": "代理", "mobile": "13800000001"}, address="滨江区江陵路88号")
    assert listed(desk) == []


def test_who_was_told_apart_or_removed_is_not_listed(desk: Desk) -> None:
    first, second, third = desk.client("蓝海机电"), desk.client("杭州蓝海机电"), desk.client("杭州蓝海机电设备")
    assert {pair[:2] for pair in listed(desk)} == {("C0001", "C0002"), ("C0001", "C0003"), ("C0002", "C0003")}
    told = merges.tell_apart(desk.session, third, second)
    assert (told.first_id, told.second_id) == (second.id, third.id)
    assert merges.tell_apart(desk.session, second, third) is told
    assert {pair[:2] for pair in listed(desk)} == {("C0001", "C0002"), ("C0001", "C0003")}
    clients.remove(desk.session, first)
    assert listed(desk) == []


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ("蓝海机电", "杭州蓝海机电有限公司"),
        ("杭州蓝海机电有限公司", "蓝海机电"),
        ("浙江蓝海机电股份有限公司", "杭州蓝海机电（集团）有限公司"),
    ],
)
def test_a_new_client_is_held_against_those_there(desk: Desk, there: str, new: str) -> None:
    desk.client("宁波港口")
    desk.client(there)
    found = duplicates.of(desk.session, desk.client(new))
    assert [(pair.first.code, pair.first.name, pair.second.name) for pair in found] == [("C0002", there, new)]


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ("杭州蓝海有限公司", "杭州红山有限公司"),
        ("上海蓝海机电", "杭州蓝海机电"),
        ("蓝海机电一厂", "蓝海机电二厂"),
    ],
)
def test_a_new_client_that_is_another_firm_raises_no_question(desk: Desk, there: str, new: str) -> None:
    desk.client(there)
    assert duplicates.of(desk.session, desk.client(new)) == []


PHONES = [
    ("13800000001", ["13800000001"]),
    ("+86 138 0000 0001", ["13800000001"]),
    ("0086-13800000001", ["13800000001"]),
    ("0571-88886666", ["88886666"]),
    ("(0571) 8888 6666 转 801", ["88886666"]),
    ("+86 571 88886666", ["88886666"]),
    ("021-6543210", ["6543210"]),
    ("0571-88886666-801", ["88886666"]),
    ("88886666/13800000001", ["88886666", "13800000001"]),
    ("400-820-8820", ["4008208820"]),
    ("00000000", []),
    ("12345", []),
]


@pytest.mark.parametrize(("text", "keys"), PHONES)
def test_numbers_are_compared_by_their_digits(text: str, keys: list[str]) -> None:
    assert duplicates.phone_keys(text) == keys


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086", "86"]))
def test_a_mobile_is_one_however_it_is_written(number: str, country: str) -> None:
    spaced = f"{country} {number[:3]}-{number[3:7]}-{number[7:]}"
    assert duplicates.phone_keys(spaced) == duplicates.phone_keys(number)


def test_clients_without_anything_in_common_are_never_compared(desk: Desk) -> None:
    signs = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
    brands = [one + other + third for one in signs for other in signs for third in signs][:500]
    for brand in brands[:40]:
        desk.client(f"杭州{brand}机电有限公司")
    known = duplicates._all(desk.session)
    pairs = list(duplicates._candidates(known, duplicates.LEAST_SCORE))
    assert len(pairs) < 2 * len(known)  # of 780

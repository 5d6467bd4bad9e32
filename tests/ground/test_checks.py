"""Identifiers and numbers people type: taken when well formed, refused with a sentence when not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.checks import checked_degrees, checked_email, checked_phone, checked_uscc
from salescli.errors import BadValue

HUAWEI = "914403001922038216"
ALIBABA = "91330100799655058B"


@pytest.mark.parametrize("code", [HUAWEI, ALIBABA, ALIBABA.lower(), f"  {ALIBABA} "])
def test_a_credit_code_with_its_right_check_sign_is_taken_in_capitals(code: str) -> None:
    assert checked_uscc(code) == code.strip().upper()


@pytest.mark.parametrize("place", range(18))
def test_a_credit_code_with_one_sign_wrong_is_refused(place: int) -> None:
    wrong = "2" if ALIBABA[place] != "2" else "3"
    with pytest.raises(BadValue, match="统一社会信用代码"):
        checked_uscc(ALIBABA[:place] + wrong + ALIBABA[place + 1 :])


@given(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_of_all_last_signs_exactly_one_checks(start: str) -> None:
    taken = []
    for last in "0123456789ABCDEFGHJKLMNPQRTUWXY":
        try:
            taken.append(checked_uscc(start + last))
        except BadValue:
            continue
    assert len(taken) == 1


@pytest.mark.parametrize("code", ["", "9133", ALIBABA + "0", "9133010079965505O1", "１" * 18, "I" * 18])
def test_a_credit_code_of_another_shape_is_refused(code: str) -> None:
    with pytest.raises(BadValue):
        checked_uscc(code)


@pytest.mark.parametrize(
    ("typed", "most", "degrees"),
    [("30.2741", 90, 30.2741), ("-90", 90, -90), ("90", 90, 90), ("180", 180, 180), (120.155, 180, 120.155)],
)
def test_degrees_within_bounds_are_taken(typed: str | float, most: int, degrees: float) -> None:
    assert checked_degrees(typed, most) == degrees


@pytest.mark.parametrize("typed", ["90.0001", "-91", "nan", "inf", "-inf", "1e999", "", "north", "30,5", "x" * 10**6])
def test_degrees_out_of_bounds_are_refused_in_a_short_sentence(typed: str) -> None:
    with pytest.raises(BadValue, match="-90 and 90") as refused:
        checked_degrees(typed, 90)
    assert len(refused.value.message) < 120


@pytest.mark.parametrize("address", ["li@example.com", "li.ming+crm@mail.example.cn", "李@例子.中国", " a@b.cn "])
def test_an_address_is_taken(address: str) -> None:
    assert checked_email(address) == address.strip()


@pytest.mark.parametrize("address", ["", "li", "li@", "@b.cn", "li@localhost", "a b@c.cn", "a@b@c.cn", "a@b.", "a@.."])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadValue):
        checked_email(address)


@pytest.mark.parametrize(
    "number",
    [
        "13800000000",
        "+86 138 0000 0000",
        "0571-88888888",
        "(0571) 8888 8888",
        "0571－88888888",
        "88888888转801",
        "88888888 ext. 12",
        "0571-88888888/89",
        "12345",
        "400-800-1234、5678",
    ],
)
def test_a_telephone_number_is_kept_as_typed(number: str) -> None:
    assert checked_phone(number) == number


@pytest.mark.parametrize(
    "number", ["", "1234", "abc", "138OOOO0000", "1" * 21, "1.38E+10", "=13800000000", "1" * 10**4]
)
def test_what_is_no_telephone_number_is_refused_in_a_short_sentence(number: str) -> None:
    with pytest.raises(BadValue) as refused:
        checked_phone(number)
    assert len(refused.value.message) < 100

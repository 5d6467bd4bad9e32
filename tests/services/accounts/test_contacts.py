"""The people at a client: one of them is the primary one, whatever comes and goes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.errors import Ambiguous, BadValue, NotFound, Refused, SalesError
from salescli.models.clients import Client
from salescli.services.accounts import contacts
from tests.services.desk import TODAY, Desk


@pytest.fixture
def firm(desk: Desk) -> Client:
    return desk.client("蓝海")


def names(desk: Desk, firm: Client) -> list[str]:
    return [person.name for person in contacts.listed(desk.session, firm)]


def primary(desk: Desk, firm: Client) -> list[str]:
    return [person.name for person in contacts.listed(desk.session, firm) if person.primary]


def test_the_first_person_is_the_primary_one_and_stands_first(desk: Desk, firm: Client) -> None:
    desk.person(firm, "张工")
    desk.person(firm, "李总")
    assert names(desk, firm) == ["张工", "李总"]
    assert primary(desk, firm) == ["张工"]


def test_a_new_primary_person_takes_the_place_of_the_old_one(desk: Desk, firm: Client) -> None:
    desk.person(firm, "张工")
    desk.person(firm, "李总", primary=True)
    assert names(desk, firm) == ["李总", "张工"]
    assert primary(desk, firm) == ["李总"]
    contacts.edit(desk.session, firm, "张工", {"primary": True})
    assert primary(desk, firm) == ["张工"]


@pytest.mark.parametrize("gone", ["removed", "left"])
def test_when_the_primary_person_is_gone_the_next_one_takes_over(desk: Desk, firm: Client, gone: str) -> None:
    desk.person(firm, "张工")
    desk.person(firm, "李总")
    if gone == "removed":
        contacts.remove(desk.session, firm, "张工")
    else:
        contacts.edit(desk.session, firm, "张工", {"left_on": TODAY})
    assert names(desk, firm) == primary(desk, firm) == ["李总"]
    with pytest.raises(NotFound):
        contacts.find(desk.session, firm, "张工")
    contacts.remove(desk.session, firm, "李总")
    assert names(desk, firm) == []
    desk.person(firm, "王五")
    assert primary(desk, firm) == ["王五"]


def test_who_left_keeps_the_record(desk: Desk, firm: Client) -> None:
    person = desk.person(firm, "张工")
    contacts.edit(desk.session, firm, "张工", {"left_on": TODAY})
    assert person.deleted_at is None
    assert person.left_on == TODAY


@pytest.mark.parametrize("twin", ["张工", " 张 工", "张工\u200b"])
def test_a_client_has_no_two_people_of_one_name(desk: Desk, firm: Client, twin: str) -> None:
    desk.person(firm, "张工")
    desk.person(firm, "李总")
    with pytest.raises(Refused):
        desk.person(firm, twin)
    with pytest.raises(Refused):
        contacts.edit(desk.session, firm, "李总", {"name": twin})
    contacts.edit(desk.session, firm, "张工", {"name": " 张工 ", "title": "总工"})
    desk.person(desk.client("红山"), "张工")


def test_a_person_is_found_by_name_then_by_a_part_of_it(desk: Desk, firm: Client) -> None:
    desk.person(firm, "张三")
    desk.person(firm, "张三丰")
    desk.person(firm, "Bob Lee")
    assert contacts.find(desk.session, firm, "张三").name == "张三"
    assert contacts.find(desk.session, firm, "丰").name == "张三丰"
    assert contacts.find(desk.session, firm, "ｂｏｂ").name == "Bob Lee"
    for nobody in ("王", "", " ", "%"):
        with pytest.raises(NotFound):
            contacts.find(desk.session, firm, nobody)


def test_a_part_of_several_names_is_ambiguous_and_the_choices_are_whole_names(desk: Desk, firm: Client) -> None:
    desk.person(firm, "张工", title="总工", mobile="13800000000")
    desk.person(firm, "张经理")
    with pytest.raises(Ambiguous) as caught:
        contacts.find(desk.session, firm, "张")
    assert caught.value.choices == [("张工", "总工 13800000000"), ("张经理", "")]
    assert "张工" in caught.value.message


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "名" * 301},
        {"mobile": "12"},
        {"mobile": "call me"},
        {"phone": "0571-"},
        {"email": "a@b"},
        {"email": "a b@c.de"},
        {"role": "king"},
        {"title": " "},
        {"wechat": "\udcff"},
    ],
)
def test_a_field_that_cannot_be_read_is_refused(desk: Desk, firm: Client, fields: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        contacts.add(desk.session, firm, {"name": "张工", **fields})


def test_roles_are_taken_in_both_languages(desk: Desk, firm: Client) -> None:
    assert desk.person(firm, "张工", role="决策").role == "decision"
    assert desk.person(firm, "李总", role="Finance").role == "finance"


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "add as primary", "make primary", "leave", "remove"]), st.integers(0, 4)),
    max_size=12,
)


@given(STEPS)
def test_there_is_one_primary_person_as_long_as_there_is_anybody(desk: Desk, steps: list[tuple[str, int]]) -> None:
    firm = desk.client(f"客户{len(desk.everyone())}")
    for step, number in steps:
        name = f"人{number}"
        try:
            if step.startswith("add"):
                desk.person(firm, name, **({"primary": True} if "primary" in step else {}))
            elif step == "make primary":
                contacts.edit(desk.session, firm, name, {"primary": True})
            elif step == "leave":
                contacts.edit(desk.session, firm, name, {"left_on": TODAY})
            else:
                contacts.remove(desk.session, firm, name)
        except SalesError:
            continue
        there = contacts.listed(desk.session, firm)
        assert [person.primary for person in there] == [True] + [False] * (len(there) - 1) if there else True

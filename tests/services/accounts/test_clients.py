"""Clients: the order in which a reference is understood, what is refused, how lists are narrowed and ordered."""

from datetime import timedelta
from json import loads
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.json_text import dump_json
from salescli.models.clients import Client
from salescli.render.clients import CLIENTS
from salescli.render.output import as_json
from salescli.safe_text import shown_in_line
from salescli.services.accounts import clients
from salescli.services.accounts.clients import Filter
from salescli.texts import name_key, visible
from tests.services.desk import FRI, MON, TODAY, Desk

USCC = "91330106MA27XG9K4T"


def listed(desk: Desk, **wanted: Any) -> list[str]:
    return [client.name for client in clients.listed(desk.session, Filter(**wanted), desk.today)]


def test_the_kinds_of_a_reference_are_tried_in_order(desk: Desk) -> None:
    """Each of these clients is found by `lanhai` in its own way; taking the winner away lets the next one win."""
    ways: list[dict[str, Any]] = [
        {"name": "Lan Hai"},  # the exact name
        {"name": "Ocean Co", "short_name": "LanHai"},  # a short name
        {"name": "Big Lanhai Works"},  # a part of the name
        {"name": "蓝海"},  # pinyin
        {"name": "里安年红安i"},  # initials
    ]
    made = [desk.client(**fields) for fields in ways]
    found = []
    for client in made:
        found.append(desk.find("lanhai"))
        clients.remove(desk.session, client)
    assert found == [client.code for client in made]


@pytest.mark.parametrize("ref", ["C0002", "c0002", "Ｃ０００２", " C0002 "])
def test_a_code_goes_before_a_client_of_that_name(desk: Desk, ref: str) -> None:
    desk.client("C0002")
    desk.client("蓝海")
    assert desk.find(ref) == "C0002"


@pytest.mark.parametrize(
    "ref",
    [
        "杭州蓝海机电（集团）有限公司",
        "杭州蓝海机电(集团)有限公司",  # other brackets
        "杭州 蓝海机电 （集团） 有限公司",  # blanks
        "蓝海",
        "ABC海",
        "ａｂｃ海",
        "abc海",
        "海洋",  # an alias
        "机电",
        "hangzhoulanhai",
        "HangZhou LanHai",
        "lanhaijidian",
        "ｌａｎｈａｉ",
        "hzlh",
        "HZLH",
        "lhjd",
    ],
)
def test_a_client_is_found_by_any_of_its_names(desk: Desk, ref: str) -> None:
    wanted = desk.client("杭州蓝海机电（集团）有限公司", short_name="ABC海", aliases=["海洋", "Blue Sea"])
    desk.client("宁波港口重工")
    assert desk.find(ref) == wanted.code


@pytest.mark.parametrize(
    ("ref", "code"),
    [("曾记", "C0001"), ("zengji", "C0001"), ("cengji", "C0001"), ("chongqingbank", "C0002"), ("cqbank", "C0002")],
)
def test_characters_of_several_readings_are_found_by_each(desk: Desk, ref: str, code: str) -> None:
    desk.client("曾记")
    desk.client("重庆 Bank")
    assert desk.find(ref) == code


@pytest.mark.parametrize(
    "ref", ["%", "_", "杭_蓝海", "杭%海", "\\", "'", '"', "杭州蓝海'; DROP TABLE client; --", "*", "?"]
)
def test_signs_that_mean_something_to_the_database_mean_only_themselves(desk: Desk, ref: str) -> None:
    desk.client("杭州蓝海")
    with pytest.raises(NotFound):
        desk.find(ref)
    assert listed(desk, text=ref) == []
    named = desk.client(f"甲{ref}乙")
    assert desk.find(ref) == named.code
    assert listed(desk, text=ref) == [named.name]


def test_several_matches_of_the_deciding_kind_are_ambiguous_and_listed(desk: Desk) -> None:
    for name in ("蓝海机电", "蓝海物流", "红海"):
        desk.client(name)
    with pytest.raises(Ambiguous) as caught:
        desk.find("蓝海")
    assert caught.value.choices == [("C0001", "蓝海机电"), ("C0002", "蓝海物流")]
    assert "C0001 蓝海机电" in caught.value.message
    assert "C0002 蓝海物流" in caught.value.message


def test_an_exact_name_is_not_made_ambiguous_by_longer_ones(desk: Desk) -> None:
    desk.client("蓝海机电")
    exact = desk.client("蓝海")
    assert desk.find("蓝海") == exact.code


def test_more_matches_than_can_be_shown_are_said_to_be_more(desk: Desk) -> None:
    for number in range(25):
        desk.client(f"蓝海{number:02d}号")
    with pytest.raises(Ambiguous) as caught:
        desk.find("蓝海")
    assert "20+" in caught.value.message
    assert len(caught.value.choices) == 20


def test_removed_clients_are_not_found_and_their_name_is_free_again(desk: Desk) -> None:
    gone = desk.client("蓝海")
    clients.remove(desk.session, gone)
    with pytest.raises(NotFound):
        desk.find("蓝海")
    with pytest.raises(NotFound):
        desk.find(gone.code)
    again = desk.client("蓝海")
    assert again.code == "C0002"


@pytest.mark.parametrize("twin", ["杭州蓝海", " 杭州 蓝海 ", "杭州\u200b蓝海"])
def test_an_exact_duplicate_is_refused(desk: Desk, twin: str) -> None:
    desk.client("杭州蓝海")
    with pytest.raises(Refused, match="C0001"):
        desk.client(twin)


def test_names_that_differ_only_in_case_or_width_are_the_same(desk: Desk) -> None:
    desk.client("Blue Sea Ltd")
    with pytest.raises(Refused):
        desk.client("ＢＬＵＥ ｓｅａ ltd")


def test_the_same_credit_code_is_the_same_firm(desk: Desk) -> None:
    first = desk.client("蓝海", uscc=good_uscc())
    with pytest.raises(Refused, match="C0001"):
        desk.client("深蓝", uscc=good_uscc().lower())
    other = desk.client("深蓝")
    with pytest.raises(Refused):
        desk.edit(other, uscc=good_uscc())
    assert desk.edit(first, uscc=good_uscc()).uscc == good_uscc()


def good_uscc() -> str:
    """A well-formed code, its last sign worked out as GB 32100-2015 says."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = USCC[:17]
    total = sum(signs.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + signs[-total % 31]


@pytest.mark.parametrize("name", ["", " ", "\t\n", "\u200b", "\u200b \ufeff", "客" * 301, "甲\x00乙", "甲\udcff"])
def test_a_name_that_is_none_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(BadValue):
        desk.client(name)
    there = desk.client("蓝海")
    with pytest.raises(BadValue):
        desk.edit(there, name=name)


@pytest.mark.parametrize(
    "fields",
    [
        {"grade": "D"},
        {"lifecycle": "friend"},
        {"lat": "91"},
        {"lon": "-181"},
        {"lat": "nan"},
        {"lat": "north"},
        {"uscc": "123"},
        {"district": " "},
        {"tags": ["好", ""]},
        {"aliases": ["\u200b"]},
        {"note": "长" * 100_001},
        {"need": ""},
    ],
)
def test_a_field_that_cannot_be_read_is_refused(desk: Desk, fields: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        desk.client("蓝海", **fields)


@pytest.mark.parametrize(
    ("typed", "stored"), [("重要", "A"), ("a", "A"), ("Ａ", "A"), ("一般", "B"), ("潜在", "C"), ("VIP", "A")]
)
def test_grades_are_taken_in_both_languages(desk: Desk, typed: str, stored: str) -> None:
    assert desk.client("蓝海", grade=typed).grade == stored
    assert listed(desk, grade=typed) == ["蓝海"]


def test_an_edit_keeps_what_it_does_not_name_and_renews_what_the_client_is_found_by(desk: Desk) -> None:
    client = desk.client("蓝海", short_name="海", grade="A", tags=["老"], note="好")
    desk.edit(client, name="红山")
    assert (client.grade, client.tags, client.note, client.short_name) == ("A", ["老"], "好", "海")
    assert desk.find("hongshan") == client.code
    assert desk.find("海") == client.code
    with pytest.raises(NotFound):
        desk.find("lanhai")
    desk.edit(client, aliases=["青峰"])
    assert desk.find("qf") == client.code


def test_an_edit_may_not_take_another_clients_name_but_may_keep_its_own(desk: Desk) -> None:
    desk.client("蓝海")
    other = desk.client("红山")
    with pytest.raises(Refused):
        desk.edit(other, name="蓝 海")
    assert desk.edit(other, name="红山 ", grade="B").grade == "B"


def test_a_list_is_narrowed_by_every_filter(desk: Desk) -> None:
    desk.client("蓝海", grade="A", lifecycle="lead", district="滨江区", tags=["老", "电"], owner="张三")
    desk.client("红山", grade="B", lifecycle="customer", district="西湖区", tags=["电器"], owner="李四")
    desk.client("青峰")
    wanted: list[dict[str, Any]] = [
        {"text": "海"}, {"text": "lh"}, {"text": "lanh"}, {"text": "c0001"}, {"grade": "重要"}, {"lifecycle": "线索"},
        {"district": "滨江"}, {"tag": "电"}, {"owner": "张三"}, {"text": "a", "grade": "A"},
    ]  # fmt: skip
    for filters in wanted:
        assert listed(desk, **filters) == ["蓝海"], filters


@pytest.mark.parametrize(
    "wanted", [{"text": ""}, {"text": " "}, {"text": "长" * 301}, {"tag": ""}, {"owner": "\udcff"}]
)
def test_a_filter_that_is_no_text_is_refused(desk: Desk, wanted: dict[str, str]) -> None:
    with pytest.raises(BadValue):
        listed(desk, **wanted)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("code", ["丙", "甲", "乙", "丁"]),
        ("name", ["丙", "丁", "甲", "乙"]),  # bing ding jia yi
        ("grade", ["丙", "甲", "乙", "丁"]),
        ("district", ["乙", "丙", "甲", "丁"]),
        ("due", ["乙", "甲", "丙", "丁"]),
        ("contact", ["甲", "乙", "丙", "丁"]),
    ],
)
def test_a_list_is_ordered_and_what_has_no_value_comes_last(desk: Desk, order: str, names: list[str]) -> None:
    desk.contacted("丙", TODAY - timedelta(days=3), grade="A", district="b")
    desk.contacted("甲", TODAY - timedelta(days=20), grade="B", district="c")
    desk.contacted("乙", TODAY - timedelta(days=18), grade="C", district="a", lifecycle="lead")
    desk.client("丁", lifecycle="lost")
    assert listed(desk, sort=order) == names


def test_an_order_that_is_none_is_refused(desk: Desk) -> None:
    with pytest.raises(BadValue, match="height"):
        listed(desk, sort="height")


def test_archived_clients_stand_in_no_list_but_are_still_found(desk: Desk) -> None:
    client = desk.contacted("蓝海", MON - timedelta(days=400))
    desk.edit(client, archived=True)
    assert listed(desk) == desk.due() == []
    assert desk.find("蓝海") == client.code
    desk.edit(client, archived=False)
    assert desk.due() == ["蓝海"]


def test_overdue_are_those_whose_day_has_passed_and_due_also_those_of_today(desk: Desk) -> None:
    desk.contacted("今天", TODAY - timedelta(days=14), grade="A")
    desk.contacted("昨天", TODAY - timedelta(days=15), grade="A")
    desk.contacted("明天", TODAY - timedelta(days=13), grade="A")
    assert listed(desk, overdue=True) == ["昨天"]
    assert desk.due() == ["昨天", "今天"]
    assert [view.days_overdue for view in clients.listed(desk.session, Filter(), TODAY)] == [0, 1, 0]


def test_phone_numbers_are_searched_too(desk: Desk) -> None:
    desk.client("蓝海", {"name": "张工", "mobile": "13800001234"})
    desk.client("红山", {"name": "王工", "mobile": "13900005678"})
    assert listed(desk, text="1234") == ["蓝海"]


def test_clients_come_in_the_order_of_their_codes_asked_for(desk: Desk) -> None:
    for name in ("甲", "乙", "丙"):
        desk.client(name)
    found = clients.by_codes(desk.session, ["C0003", "C0009", "C0001"], FRI)
    assert [client.name for client in found] == ["丙", "甲"]


def test_each_client_comes_once_however_many_are_read_at_a_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _one, two, three, *_more = [desk.client(name, {"name": f"{name}总"}) for name in ("甲", "乙", "丙", "丁", "戊")]
    desk.edit(two, archived=True)
    clients.remove(desk.session, three)
    for at_once in (1, 2, 5):
        monkeypatch.setattr(clients, "_READ_AT_ONCE", at_once)
        found = list(clients.each(desk.session, FRI))
        assert [(client.name, client.contacts[0].name) for client in found] == [
            (name, f"{name}总") for name in ("甲", "乙", "丁", "戊")
        ]


NAMES = st.text(min_size=1, max_size=40).filter(
    lambda name: (
        visible(name.strip().strip("\u200b\ufeff").strip())
        and "\x00" not in name
        and not any("\ud800" <= sign <= "\udfff" for sign in name)
        and name_key(name) != ""
    )
)


@given(NAMES)
@example("[red]蓝海[/]")
@example("[/]")
@example(":smile:")
@example("\x1b[31m红\x1b[0m")
@example("\u202e海蓝")
@example('=HYPERLINK("http://x","蓝海")')
@example("𠮷野家 é e\u0301 👩\u200d👩\u200d👧 שלום")
@example("ß")
@example("İ")
@example("ﷺ")
def test_any_name_is_kept_as_given_found_by_it_and_shown_without_steering(desk: Desk, name: str) -> None:
    for client in desk.everyone():
        desk.session.delete(client)
    decoy = desk.client("另一家客户")
    client = desk.client(name) if name_key(name) != decoy.name_key else decoy
    desk.session.flush()
    desk.session.expire_all()
    stored = desk.session.get(Client, client.id)
    assert stored is not None
    assert stored.name == name.strip().strip("\u200b\ufeff").strip()
    assert clients.find(desk.session, name).id == client.id
    assert client.code in [view.code for view in clients.listed(desk.session, Filter(text=name), TODAY)]
    json = dump_json(as_json(clients.view(desk.session, stored, TODAY), CLIENTS))
    assert loads(json)["name"] == stored.name
    for text in (json, shown_in_line(stored.name)):
        assert not set(text) & set("\x1b\n\r\x07\x9b\u202e\u2066\u200f\u2028")

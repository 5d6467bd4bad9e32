"""Cards of a phone book as clients: whose card it is, what goes where, and that a file comes back as it went out."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from salescli.models.clients import Client, Contact
from salescli.render import vcards
from salescli.services import changes
from salescli.services.accounts import contacts
from salescli.services.files import client_cards, client_export, client_import
from salescli.services.files.client_export import ContactCard
from salescli.services.files.file_columns import NOTHING
from salescli.services.files.imports import Imported, Options
from salescli.tabular.table import Limits
from salescli.tabular.vcards import read_cards
from salescli.texts import name_key
from tests.services.desk import Desk
from tests.services.files.test_client_import import counts

Import = Callable[..., Imported]
_PERSON = ("name", "title", "department", "role", "mobile", "phone", "wechat", "email", "birthday")


def imported(desk: Desk, path: Path, **options: bool) -> Imported:
    cards = read_cards(path, Limits())
    table, columns = client_cards.table(cards)
    found = client_import.take(
        desk.session, table, columns, Options(**options), *desk.rules, together=client_cards.put_together
    )
    found.errors = client_cards.named_errors(cards, found.errors)
    return found


@pytest.fixture
def take(desk: Desk, tmp_path: Path) -> Import:
    """Import cards, each a text of its lines, like the command does."""

    def importing(*cards: str, **options: bool) -> Imported:
        path = tmp_path / "cards.vcf"
        path.write_text("".join(f"BEGIN:VCARD\nVERSION:3.0\n{card}\nEND:VCARD\n" for card in cards), "utf-8")
        return imported(desk, path, **options)

    return importing


def stored(session: Session) -> list[dict[str, Any]]:
    """Every client with its people, as far as cards hold them, by name."""
    found = []
    for client in session.exec(select(Client).order_by(col(Client.id))):
        people = session.exec(select(Contact).where(Contact.client_id == client.id).order_by(col(Contact.id)))
        found.append(
            {name: getattr(client, name) for name in ("name", "address", "tags", "note")}
            | {"people": [{name: getattr(person, name) for name in _PERSON} for person in people]}
        )
    return found


def person(desk: Desk) -> dict[str, Any]:
    """What is known of the only person, and of the client."""
    (client,) = stored(desk.session)
    (found,) = client.pop("people")
    return {
        name: value
        for name, value in {**client, **{f"person_{key}": value for key, value in found.items()}}.items()
        if value
    }


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("N:王;小明;;;\nFN:王小明", "王小明"),
        ("N:王;小明;;;\nFN:小明 王", "王小明"),
        ("N:王;小明;;;\nFN:王 小明", "王小明"),
        ("N:王;小明;;;", "王小明"),
        ("N:;王小明;;;\nFN:王小明", "王小明"),
        ("N:欧阳;雪;;;\nFN:欧阳雪经理", "欧阳雪经理"),
        ("FN:王小明 蓝海", "王小明 蓝海"),
        ("N:Doe;John;Quincy;Mr.;Sr.\nFN:Mr. John Q. Doe", "Mr. John Q. Doe"),
        ("N:Doe;John;Quincy;;", "John Quincy Doe"),
        ("N:Doe;John\nFN:", "John Doe"),
        ("N:王;小明\nFN:蓝海", "王小明"),  # some phones show the firm for the name
    ],
)
def test_a_name_stands_as_people_write_it(take: Import, desk: Desk, lines: str, name: str) -> None:
    take(f"{lines}\nORG:蓝海")
    assert (person(desk)["name"], person(desk)["person_name"]) == ("蓝海", name)


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        ("TEL;CELL:13812345678", {"person_mobile": "13812345678"}),
        (
            "TEL;HOME:0571-88886666\nTEL;WORK:13812345678",
            {"person_mobile": "13812345678", "person_phone": "0571-88886666"},
        ),
        ("TEL;CELL:13812345678\nTEL;CELL:13912345678", {"person_mobile": "13812345678", "person_phone": "13912345678"}),
        ("TEL;CELL:1\nTEL;CELL;PREF:13912345678", {"person_mobile": "13912345678", "note": "Tel 1"}),
        ("TEL:0571-88886666\\,\\,801", {"person_phone": "0571-88886666-801"}),
        ("TEL;VALUE=uri:tel:+86-571-88886666;ext=801", {"person_phone": "+86-571-88886666-801"}),
        ("TEL:０５７１－８８８８６６６６", {"person_phone": "0571-88886666"}),
        ("TEL:0571-88886666/0571-88887777", {"person_phone": "0571-88886666 / 0571-88887777"}),
        ("TEL:*100#\nTEL;WORK;FAX:0571-88886666", {"note": "Tel *100#\nFax 0571-88886666"}),
        ("EMAIL;HOME:a@home.cn\nEMAIL;WORK:a@work.cn", {"person_email": "a@work.cn", "note": "E-mail a@home.cn"}),
        ("EMAIL:not one", {"note": "E-mail not one"}),
        ("X-WECHAT:xm\nX-QQ:123", {"person_wechat": "xm", "note": "QQ 123"}),
        ("IMPP;X-SERVICE-TYPE=WeChat:x-apple:xm", {"person_wechat": "xm"}),
        ("IMPP:weixin:xm\nIMPP:skype:xiaoming", {"person_wechat": "xm", "note": "skype xiaoming"}),
        ("ADR;WORK:;;文三路 90 号;杭州市;浙江省;310000;中国", {"address": "浙江省杭州市文三路 90 号"}),
        ("ADR;WORK:;;浙江省杭州市文三路 90 号;杭州市;浙江省;;", {"address": "浙江省杭州市文三路 90 号"}),
        ("ADR:;;1 Main St;Springfield;IL;62701;USA", {"address": "1 Main St, Springfield, IL 62701, USA"}),
        ("ADR;HOME:;;家里;;;;\nADR;WORK:;;公司;;;;", {"address": "公司", "note": "Address 家里"}),
        ("BDAY:1980-03-22", {"person_birthday": date(1980, 3, 22)}),
        ("BDAY:19800322T000000Z", {"person_birthday": date(1980, 3, 22)}),
        ("BDAY:--0322", {"note": "Birthday 03-22"}),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-22", {"note": "Birthday 03-22"}),
        ("BDAY:unknown", {}),
        ("CATEGORIES:重点,A\\,B\nCATEGORIES:My Contacts", {"tags": ["重点", "A,B"]}),
        ("TITLE:经理\nROLE:采购", {"person_title": "经理"}),
        ("ROLE:采购", {"person_title": "采购"}),
        ("NOTE:一\nNOTE:二", {"note": "一\n二"}),
    ],
)
def test_everything_has_its_place(take: Import, desk: Desk, lines: str, fields: dict[str, Any]) -> None:
    take(f"FN:王小明\nORG:蓝海\n{lines}")
    assert person(desk) == {"name": "蓝海", "person_name": "王小明", **fields}


def test_the_cards_of_a_firm_are_its_people(take: Import, desk: Desk) -> None:
    found = take(
        "FN:王小明\nORG:蓝海;采购部\nNOTE:爱喝茶\nCATEGORIES:a",
        "FN:李四\nORG:蓝 海\nNOTE:不抽烟\nCATEGORIES:a,b\nADR:;;路 1 号",
    )
    assert counts(found) == (1, 0, 0, 1, 0)
    (client,) = stored(desk.session)
    assert (client["address"], client["tags"]) == ("路 1 号", ["a", "b"])
    assert client["note"] == "王小明: 爱喝茶\n李四: 不抽烟"
    assert [(one["name"], one["department"]) for one in client["people"]] == [("王小明", "采购部"), ("李四", None)]


def test_two_cards_of_one_person_are_one_person_with_both_numbers(take: Import, desk: Desk) -> None:
    take(
        "FN:王小明\nORG:蓝海\nTEL;CELL:13812345678\nEMAIL:a@b.cn",
        "FN:王 小明\nORG:蓝海\nTEL;CELL:13912345678\nTITLE:经理\nEMAIL:c@d.cn",
    )
    assert person(desk) == {
        "name": "蓝海",
        "person_name": "王小明",
        "person_mobile": "13812345678",
        "person_phone": "13912345678",
        "person_title": "经理",
        "person_email": "a@b.cn",
        "note": "王 小明: E-mail c@d.cn",
    }


def test_a_card_without_a_firm_is_a_client_of_its_own_name(take: Import, desk: Desk, tmp_path: Path) -> None:
    found = take("FN:老王五金\nTEL;CELL:13812345678\nADR;HOME:;;路 1 号")
    assert person(desk)["name"] == person(desk)["person_name"] == "老王五金"
    assert person(desk)["address"] == "路 1 号"
    assert counts(found) == (1, 0, 0, 0, 0)
    table, _columns = client_cards.table(read_cards(tmp_path / "cards.vcf", Limits()))
    assert "老王五金 (line 1)" in table.notes[0]


@pytest.mark.parametrize("lines", ["FN:蓝海\nORG:蓝海", "ORG:蓝海\nN:;;;;", "KIND:org\nFN:蓝海\nORG:蓝海", "ORG:蓝海"])
def test_a_firms_own_card_is_a_client_without_people(take: Import, desk: Desk, lines: str) -> None:
    take(lines)
    assert stored(desk.session) == [{"name": "蓝海", "address": None, "tags": [], "note": None, "people": []}]


def test_the_same_file_again_changes_nothing(take: Import, desk: Desk) -> None:
    cards = ("FN:王小明\nORG:蓝海\nNOTE:一\nTEL:13812345678", "FN:李四\nORG:蓝海\nNOTE:二", "FN:丙\nBDAY:19900101")
    take(*cards)
    before = stored(desk.session)
    assert counts(take(*cards)) == (0, 0, 3, 0, 0)
    assert counts(take(*cards, update=True)) == (0, 0, 3, 0, 0)
    assert stored(desk.session) == before


def test_a_changed_card_is_written_with_update_alone(take: Import, desk: Desk) -> None:
    take("FN:王小明\nORG:蓝海\nTITLE:经理")
    assert counts(take("FN:王小明\nORG:蓝海\nTITLE:总监", "FN:李四\nORG:蓝海")) == (0, 0, 0, 2, 0)
    assert counts(take("FN:王小明\nORG:蓝海\nTITLE:总监", "FN:李四\nORG:蓝海", update=True)) == (0, 1, 0, 1, 0)
    assert [(one["name"], one["title"]) for one in stored(desk.session)[0]["people"]] == [
        ("王小明", "总监"),
        ("李四", None),
    ]


def test_a_bad_card_keeps_all_out_and_is_named(take: Import, desk: Desk) -> None:
    cards = ("FN:王小明\nORG:蓝海", "TEL:13812345678", f"FN:{'长' * 301}\nORG:x")
    found = take(*cards)
    assert [(error.row, error.message) for error in found.errors] == [
        (6, "card 2 (13812345678): it names neither a person nor a company."),
        (10, f"card 3 ({'长' * 50}): The contact has 301 characters; at most 300 are taken."),
    ]
    assert stored(desk.session) == []
    assert counts(take(*cards, skip_bad=True)) == (1, 0, 0, 0, 2)


# What people may type: anything but controls and halves of characters; blanks around it are taken off anyway.
LETTERS = st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Zs", "Cf"))
WORDS = st.text(LETTERS | st.sampled_from("王欧阳𠀀😀;,\\:=\"'"), min_size=1, max_size=12)
NAMES = WORDS.filter(lambda text: text.casefold() not in NOTHING)
LINES = st.lists(st.text(LETTERS | st.sampled_from(' ;,\\:="𠀀😀n'), max_size=90), max_size=4).map("\n".join)
NOTES = LINES.map(str.strip).filter(bool)
NUMBERS = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@st.composite
def phone_books(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Clients with their people, no two of one name."""

    def unique(names: Any, most: int) -> list[str]:
        return draw(st.lists(names, min_size=1, max_size=most, unique_by=lambda name: name_key(name)))

    book = []
    for name in unique(NAMES, 3):
        client = {
            "name": name,
            "address": draw(st.none() | NOTES),
            "tags": draw(st.lists(WORDS, max_size=3, unique=True)),
            "note": draw(st.none() | NOTES),
        }
        people = [
            {
                **dict.fromkeys(_PERSON),
                "name": person,
                "title": draw(st.none() | WORDS),
                "department": draw(st.none() | WORDS),
                "mobile": draw(NUMBERS),
                "phone": draw(st.none() | st.just("0571-88886666 / 0571-88887777")),
                "wechat": draw(st.none() | WORDS),
                "birthday": draw(st.none() | st.dates(date(1900, 1, 1), date(2026, 1, 1))),
                "role": draw(st.sampled_from([None, "decision", "finance"])),
            }
            for person in unique(NAMES, 3)
        ]
        book.append({**client, "people": people if draw(st.booleans()) else []})
    return book


@pytest.mark.parametrize("version", vcards.VERSIONS)
@given(book=phone_books())
@settings(max_examples=15)
def test_what_goes_out_comes_back(desk: Desk, tmp_path: Path, version: str, book: list[dict[str, Any]]) -> None:
    path = tmp_path / "book.vcf"
    at = changes.now_of(desk.session)
    cards = [
        ContactCard("u", at, client["name"], client["address"], client["tags"], client["note"], **who)
        for client in book
        for who in client["people"] or [{}]
    ]
    vcards.write(path, cards, version)
    assert max(map(len, path.read_bytes().split(b"\r\n"))) <= 76
    nested = desk.session.begin_nested()
    try:
        assert imported(desk, path).errors == []
        assert stored(desk.session) == book
        assert counts(imported(desk, path)) == (0, 0, len(cards), 0, 0)
    finally:
        nested.rollback()
        desk.session.expunge_all()


def test_the_cards_of_the_file_are_those_of_its_contacts(desk: Desk) -> None:
    client = desk.client("蓝海", {"name": "王小明", "mobile": "13812345678"}, address="路 1 号")
    contacts.add(desk.session, client, {"name": "李四"})
    desk.client("只有公司")
    cards = list(client_export.cards(desk.session, client_export.codes(desk.session)))
    assert [(card.client, card.name) for card in cards] == [("蓝海", "王小明"), ("蓝海", "李四"), ("只有公司", None)]
    again = list(client_export.cards(desk.session, ["C0001"]))
    assert again == cards[:2]
    assert vcards.card_text(cards[0], "4.0") == vcards.card_text(again[0], "4.0")

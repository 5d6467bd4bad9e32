"""The cards of a phone book as the rows of a client file: a card is a contact, its organisation the client.

A card without an organisation is a client under the person's own name: a salesman's phone book holds shopkeepers and
sole traders so, and what is not wanted is sooner removed than missed. What has no place of its own (a fax, a second
e-mail, QQ) goes into the note with a word before it.
"""

import contextlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import zip_longest

from salescli.checks import checked_email, checked_phone
from salescli.errors import BadValue
from salescli.i18n import _, _n, language
from salescli.services.files.client_columns import HEADERS, Incoming
from salescli.services.files.file_columns import Columns, RowError
from salescli.tabular.table import Row, Rows, Table
from salescli.tabular.vcards import Card, Cards, Property
from salescli.texts import NOTE_LIMIT, name_key, visible
from salescli.vocabulary import ContactRole

_FIELDS = (
    *("name", "contact", "title", "department", "role", "mobile", "phone", "wechat", "email", "birthday"),
    *("address", "tags", "note"),
)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_EXTENDED = re.compile(r"(\+?[\d\s()./-]{5,}?)[\s.]*(?:[,;pPwWxX转#]+|ext\.?|分机)\s*(\d{1,8})")
_SEPARATORS = re.compile(r"[/、,;|\n]+")
_MOBILE = re.compile(r"(?:\+?86|0086)?1\d{10}")
_DAY = re.compile(r"(\d{4}|--)-?(\d{2})-?(\d{2})(?:[T ].*)?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://)?")
_OUR_WECHAT = ("WECHAT", "WEIXIN", "微信", "WX")
_HOME_COUNTRY = ("中国", "中华人民共和国", "CHINA", "CN", "PRC")
_NO_YEAR = ("--", "1604")  # 1604: how Apple writes a birthday without a year
_FIRST_BIRTH_YEAR = 1900


def table(cards: Cards) -> tuple[Table, Columns]:
    """The cards as a table, a row a card with the line it begins in, and where each field stands in it."""
    headers = tuple(_header(name) for name in _FIELDS)
    rows = Rows(cards.count, lambda: map(_row, cards))
    alone = list(_alone(cards))
    return Table(cards.path, headers, rows, (*cards.notes, *alone)), Columns(
        headers, {name: at for at, name in enumerate(_FIELDS)}
    )


def named_errors(cards: Cards, errors: list[RowError]) -> list[RowError]:
    """The errors with the card that each is in: its number, and whom it is of."""
    wrong = {error.row for error in errors}
    labels = {card.line: _label(card) for card in cards if card.line in wrong} if wrong else {}
    return [
        replace(error, message=_("{card}: {message}").format(card=labels[error.row], message=error.message))
        for error in errors
    ]


def put_together(rows: list[Incoming], errors: list[RowError]) -> list[Incoming]:
    """The cards of one client put together.

    The client has the first address, every tag and every note; two cards of one person are one person with the
    numbers of both. So nothing of a card is lost, and the same file gives the same clients again.
    """
    return rows if len(rows) == 1 else list(_together(rows, errors))


def _header(name: str) -> str:
    if language() == "zh":
        return HEADERS[name][0]
    return next(word for word in HEADERS[name] if word.isascii())


def _label(card: Card) -> str:
    who = person_name(card) or next((one.value() for one in card.all("TEL", "EMAIL")), "")
    label = _("card {number} ({name})") if who else _("card {number}")
    return label.format(number=card.number, name=who[:50])


def _alone(cards: Cards) -> Iterator[str]:
    """What is to be said of cards that name no company."""
    count, name, line = 0, "", 0
    for card in cards:
        person = "" if card.problem or _company(card) else person_name(card)
        if person:
            count += 1
            name, line = name or person[:50], line or card.line
    if count:
        yield _n(
            "{count} card names no company, so the person is the client: {name} (line {line}).",
            "{count} cards name no company, so the person is the client: {name} (line {line}) and others.",
            count,
        ).format(count=count, name=name, line=line)


def _row(card: Card) -> Row:
    if card.problem:
        return Row(card.line, ("",) * len(_FIELDS), card.problem)
    values = _values(card)
    if not values["name"]:
        nobody = _("it names neither a person nor a company.")
        return Row(card.line, tuple(values.get(name, "") for name in _FIELDS), nobody)
    return Row(card.line, tuple(values.get(name, "") for name in _FIELDS))


def _values(card: Card) -> dict[str, str]:
    company, person = _company(card), person_name(card)
    extras: list[str] = []
    mobiles, phones = _numbers(card, extras)
    return {
        "name": company or person,
        "contact": "" if _is_company(card) else person,
        "title": _text(card, "TITLE") or _text(card, "ROLE"),
        "department": " / ".join(filter(None, _organisation(card)[1:])),
        "role": _role(card),
        "mobile": " / ".join(mobiles),
        "phone": " / ".join(phones),
        "wechat": _wechat(card, extras),
        "email": _email(card, extras),
        "birthday": _birthday(card, extras),
        "address": _address(card, extras, with_home=not company),
        "tags": "、".join('"{}"'.format(tag.replace('"', '""')) for tag in _tags(card)),
        "note": "\n".join([*filter(None, (one.value() for one in card.all("NOTE"))), *extras]),
    }


def _organisation(card: Card) -> list[str]:
    found = card.first("ORG")
    return found.fields() if found else []


def _company(card: Card) -> str:
    return next(iter(_organisation(card)), "")


def _text(card: Card, name: str) -> str:
    found = card.first(name)
    return found.value() if found else ""


def _role(card: Card) -> str:
    asked = _text(card, "X-SALES-ROLE")
    return asked if asked in list(ContactRole) else ""


def _is_company(card: Card) -> bool:
    """Whether the card is a firm's own, of nobody there."""
    if _text(card, "X-ABSHOWAS").upper() == "COMPANY" or _text(card, "KIND").lower() == "org":
        return True
    company = _company(card)
    return bool(company) and not any(_name_parts(card)) and _text(card, "FN") in ("", company)


def _name_parts(card: Card) -> list[str]:
    """Family name, middle names, given name."""
    found = card.first("N")
    family, given, middle = [part for part, _at in zip_longest(found.fields()[:3] if found else [], range(3))]
    return [part or "" for part in (family, middle, given)]


def person_name(card: Card) -> str:
    """The name of a card, Chinese ones with the family name before the given one and nothing between."""
    full, company = _text(card, "FN"), _company(card)
    parts = list(filter(None, _name_parts(card)))
    if not all(_HAN.search(part) for part in parts):
        family, middle, given = _name_parts(card)
        return full if full and full != company else " ".join(filter(None, (given, middle, family))) or full
    joined = "".join(parts)
    if not full or full == company or sorted(full.replace(" ", "")) == sorted(joined.replace(" ", "")):
        # One part alone is the name as it was typed; of several the order may be the wrong one in FN.
        return joined or full
    return full


def _numbers(card: Card, extras: list[str]) -> tuple[list[str], list[str]]:
    """Mobile numbers and other ones; those that can't be dialled from a list go to ``extras``."""
    mobiles: list[str] = []
    phones: list[str] = []
    for one in card.all("TEL"):
        for number in _split(one):
            if "FAX" in one.types or "PAGER" in one.types:
                extras.append(f"{'Fax' if 'FAX' in one.types else 'Pager'} {number}")
            elif not _dialled(number):
                extras.append(f"Tel {number}")
            else:
                (mobiles if one.types & {"CELL", "MOBILE", "IPHONE"} else phones).append(number)
    if not mobiles:
        mobiles = list(filter(_is_mobile, phones))[:1]
    return list(dict.fromkeys(mobiles)), [number for number in dict.fromkeys(phones) if number not in mobiles]


def _split(one: Property) -> list[str]:
    text = unicodedata.normalize("NFKC", one.value())
    if text.lower().startswith("tel:"):
        text = re.sub(r";(?:ext|isub)=", ";", text[4:]).partition(";phone-context")[0]
    extended = _EXTENDED.fullmatch(text)
    if extended:
        return [f"{extended[1].strip()}-{extended[2]}"]
    pieces = [piece.strip() for piece in _SEPARATORS.split(text) if piece.strip()]
    if all(sum(map(str.isdigit, piece)) >= 7 for piece in pieces):
        return pieces
    return [_SEPARATORS.sub(" ", text).strip()]


def _dialled(number: str) -> bool:
    with contextlib.suppress(BadValue):
        return len(re.findall(r"\d", checked_phone(number))) >= 5
    return False


def _is_mobile(number: str) -> bool:
    return _MOBILE.fullmatch(re.sub(r"[\s()-]", "", number)) is not None


def _wechat(card: Card, extras: list[str]) -> str:
    """The WeChat name; other messengers go to ``extras``."""
    found = [one.value() for one in card.all("X-WECHAT", "X-WEIXIN")]
    for one in card.all("IMPP", *_MESSENGERS):
        text = one.value()
        scheme = _SCHEME.match(text)
        handle = text[scheme.end() :] if scheme else text
        service = one.params.get("X-SERVICE-TYPE", "").strip('"') or _MESSENGERS.get(one.name, "")
        service = service or (scheme[0].rstrip(":/") if scheme else "IM")
        if service.upper() in _OUR_WECHAT:
            found.append(handle)
        elif handle:
            extras.append(f"{service} {handle}")
    extras += [f"WeChat {name}" for name in dict.fromkeys(found[1:]) if name != found[0]]
    return found[0] if found else ""


_MESSENGERS = {
    **{f"X-{name.upper()}": name for name in ("QQ", "AIM", "Skype", "Jabber", "MSN", "ICQ", "Yahoo", "DingTalk")},
    "X-SKYPE-USERNAME": "Skype",
    "X-GOOGLE-TALK": "Google Talk",
}


def _email(card: Card, extras: list[str]) -> str:
    taken = ""
    found = sorted(card.all("EMAIL"), key=lambda one: not one.types & {"PREF", "WORK"})
    for text in dict.fromkeys(one.value().removeprefix("mailto:") for one in found):
        if not taken:
            with contextlib.suppress(BadValue):
                taken = checked_email(text)
                continue
        extras.append(f"E-mail {text}")
    return taken


def _birthday(card: Card, extras: list[str]) -> str:
    found = next(filter(None, (_DAY.fullmatch(one.value()) for one in card.all("BDAY"))), None)
    if found is None:
        return ""
    year, month, day = found.groups()
    if year in _NO_YEAR:
        extras.append(f"Birthday {month}-{day}")
        return ""
    with contextlib.suppress(ValueError):
        if int(year) >= _FIRST_BIRTH_YEAR:
            return date(int(year), int(month), int(day)).isoformat()
    extras.append(f"Birthday {year}-{month}-{day}")
    return ""


def _address(card: Card, extras: list[str], *, with_home: bool) -> str:
    """The client's address; a person's own goes to ``extras``, and further ones."""
    found = sorted(card.all("ADR"), key=lambda one: ("HOME" in one.types, "WORK" not in one.types))
    of_client = [one for one in found if with_home or "HOME" not in one.types]
    texts = [_address_text(one) for one in (*of_client, *(one for one in found if one not in of_client))]
    taken = next(filter(None, texts[: len(of_client)]), "")
    others = [text for text in dict.fromkeys(filter(None, texts)) if text != taken]
    extras += ["Address {}".format(" ".join(text.splitlines())) for text in others]
    return taken


def _address_text(one: Property) -> str:
    fields = [part for part, _at in zip_longest(one.fields()[:7], range(7), fillvalue="")]
    box, extended, street, city, region, code, country = map(str, fields)
    if "LABEL" in one.params and ":" in box:
        box = ""  # the rest of a label that stands without quotation marks
    if not any((box, extended, city, region, code, country)):
        return street
    if not _HAN.search("".join(fields)):
        parts = (box, extended, street, city, " ".join(filter(None, (region, code))), country)
        return ", ".join(" ".join(part.rstrip(", ").splitlines()) for part in parts if part)
    wide = [part for part in (country, region, city) if part.upper() not in _HOME_COUNTRY and part not in street]
    return "".join([*dict.fromkeys(wide), street, extended, box]).replace("\n", " ")


def _tags(card: Card) -> list[str]:
    tags = (tag for one in card.all("CATEGORIES") for tag in one.values() if visible(tag))
    # What Android writes into every card it keeps.
    return [tag for tag in dict.fromkeys(tags) if tag not in ("My Contacts", "myContacts", "* myContacts")]


def _together(rows: list[Incoming], errors: list[RowError]) -> Iterator[Incoming]:
    client = {"name": rows[0].client["name"]}
    for row in rows:
        client = {**row.client, **client}
    notes = [(row, row.client["note"]) for row in rows if "note" in row.client]
    texts = list(dict.fromkeys(note for _row, note in notes))
    if len(texts) > 1:
        texts = list(dict.fromkeys(_of_person(row, note) for row, note in notes))
    people = _people(rows, texts)
    if texts:
        client["note"] = "\n".join(texts)
        if len(client["note"]) > NOTE_LIMIT:
            sentence = _("The notes of the cards of {client} together have more than {most} characters.")
            errors.append(RowError(rows[0].number, "", "", sentence.format(client=client["name"], most=NOTE_LIMIT)))
    tags = list(dict.fromkeys(tag for row in rows for tag in row.client.get("tags", [])))
    if tags:
        client["tags"] = tags
    for row in rows:
        told = client if row is rows[0] else {"name": client["name"]}
        person = people.get(_person_key(row), row.person)
        yield Incoming(row.number, told, person)


def _of_person(row: Incoming, text: str) -> str:
    """A note with whose it is."""
    name = row.person.get("name")
    return f"{name}: {text}" if name else text


def _person_key(row: Incoming) -> str:
    return name_key(row.person.get("name", ""))


def _people(rows: list[Incoming], notes: list[str]) -> dict[str, dict[str, object]]:
    """The people by name, each with what all the cards say; a second e-mail or WeChat name goes to ``notes``."""
    people: dict[str, dict[str, object]] = {}
    for row in rows:
        given = row.person
        if "name" not in given:
            continue
        known = people.setdefault(_person_key(row), dict(given))
        numbers = [number for each in (known, given) for number in _numbers_of(each)]
        for name, value in given.items():
            if known.setdefault(name, value) != value and name in ("email", "wechat"):
                word = "E-mail" if name == "email" else "WeChat"
                notes.append(_of_person(row, f"{word} {value}"))
        others = [number for number in dict.fromkeys(numbers) if number != known.get("mobile")]
        if others:
            known["phone"] = " / ".join(others)
    return people


def _numbers_of(person: dict[str, object]) -> list[str]:
    return [part for name in ("mobile", "phone") if name in person for part in str(person[name]).split(" / ")]

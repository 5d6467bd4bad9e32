"""Clients that are likely one and the same: by name, telephone, address and 统一社会信用代码.

Only clients that share a key (a brand in one province, a sound, a number, an address, a code) are compared, so that
the time taken grows with the number of clients and not with that of their pairs.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise, product

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.company_names import Alike, CompanyName, compare, provinces_of, taken_apart
from salescli.models.base import select_columns
from salescli.models.clients import Client, Contact
from salescli.services.accounts.clients import ClientRef
from salescli.texts import name_key

LEAST_SCORE = 60
_LEAST_WARNED = 50
_MOST_WARNED = 5
# A number or address of more clients is an agent's or an office block's and says nothing.
_MOST_SHARING = 5
_LARGE_GROUP = 40
_READ_AT_ONCE = 1_000
_SHORTEST_ADDRESS = 5
_SURE, _BEST = 100, 99
# What a pair of one brand in other places or trades can come to, but for what it shares beside the brand.
_BEST_OF_OTHERS = 50
_EVIDENCE = {Alike.SAME_MOBILE: 16, Alike.SAME_PHONE: 14, Alike.SAME_ADDRESS: 14, Alike.OTHER_ADDRESS: -5}
_KNOWN_NAME = 90
_AREA = re.compile(r"(?:010|02\d|0[3-9]\d\d)(?=\d{7,8}$)")
_REGION = re.compile(r".{2,12}?(?:省|市|区|县)")
# A table of its own family, which only those who decide need as a class.
_PAIRS = sa.table("clientpair", sa.column("first_id"), sa.column("second_id"), sa.column("deleted_at"))


@dataclass(frozen=True)
class Duplicate:
    """Two clients that are likely one, the older first: a score out of 100 and what speaks for it and against."""

    score: int
    first: ClientRef
    second: ClientRef
    reasons: tuple[Alike, ...]


_NONE: frozenset[str] = frozenset()  # one for all: most clients have no alias, and many no number


@dataclass(slots=True)
class _Known:
    """What is compared of a client."""

    id: int
    code: str
    name: str
    parts: CompanyName
    aliases: frozenset[str]
    uscc: str | None
    pinyin: str
    address: str
    phones: frozenset[str] = _NONE


def listed(session: Session, least: int = LEAST_SCORE) -> list[Duplicate]:
    """The pairs of living clients that score ``least`` or more, the likeliest first; those told apart are left out."""
    known = _all(session)
    told_apart = {
        (first, second)
        for first, second in session.connection().execute(
            sa.select(_PAIRS.c.first_id, _PAIRS.c.second_id).where(_PAIRS.c.deleted_at.is_(None))
        )
    }
    found: dict[tuple[int, int], tuple[int, _Known, _Known, tuple[Alike, ...]]] = {}
    for one, other in _candidates(known, least):
        first, second = (one, other) if one.id < other.id else (other, one)
        key = (first.id, second.id)
        if key not in found and key not in told_apart:
            score, reasons = _judged(first, second)
            if score >= least:
                found[key] = (score, first, second, reasons)
    pairs = sorted(found.values(), key=lambda pair: (-pair[0], pair[1].id, pair[2].id))
    return [Duplicate(score, _ref(first), _ref(second), reasons) for score, first, second, reasons in pairs]


def of(session: Session, client: Client) -> list[Duplicate]:
    """Other clients that ``client``, just written, may be the same as; the likeliest first, five at most."""
    parts = taken_apart(client.name)
    numbers = select_columns(Contact.mobile).where(Contact.client_id == client.id, col(Contact.mobile).is_not(None))
    same_number = select_columns(Contact.client_id).where(
        col(Contact.mobile).in_(numbers), col(Contact.deleted_at).is_(None)
    )
    alike = sa.or_(
        col(Client.search).contains(parts.brand, autoescape=True),
        sa.and_(sa.func.length(Client.name_key) > 1, sa.func.instr(client.name_key, Client.name_key) > 0),
        col(Client.id).in_(same_number),
    )
    near = select_columns(Client.id).where(alike, col(Client.deleted_at).is_(None)).limit(_LARGE_GROUP)
    known = {one.id: one for one in _all(session, sa.or_(col(Client.id) == client.id, col(Client.id).in_(near)))}
    new = known.pop(client.id or 0)
    judged = [(*_judged(one, new), one) for one in known.values()]
    likely = sorted((one for one in judged if one[0] >= _LEAST_WARNED), key=lambda one: (-one[0], one[2].id))
    return [Duplicate(score, _ref(one), _ref(new), reasons) for score, reasons, one in likely[:_MOST_WARNED]]


def between(session: Session, one: Client, other: Client) -> Duplicate:
    """What speaks for and against two clients being one."""
    known = {found.id: found for found in _all(session, col(Client.id).in_([one.id, other.id]))}
    first, second = (known[client.id or 0] for client in (one, other))
    score, reasons = _judged(first, second)
    return Duplicate(score, _ref(first), _ref(second), reasons)


def _ref(known: _Known) -> ClientRef:
    return ClientRef(known.code, known.name)


def _all(session: Session, *conditions: sa.ColumnElement[bool]) -> list[_Known]:
    query = select_columns(
        Client.id, Client.code, Client.name, Client.short_name, Client.aliases, Client.uscc, Client.pinyin,
        Client.address,
    ).where(col(Client.deleted_at).is_(None), *conditions)  # fmt: skip
    found: dict[int, _Known] = {}
    by_id = query.order_by(Client.id).execution_options(yield_per=_READ_AT_ONCE)
    for key, code, name, short_name, aliases, uscc, pinyin, address in session.exec(by_id):
        other_names = frozenset(map(name_key, filter(None, (short_name, *aliases)))) or _NONE
        sound = pinyin.partition("\n")[0]
        found[key] = _Known(key, code, name, taken_apart(name), other_names, uscc, sound, address_key(address or ""))
    people = select_columns(Contact.client_id, Contact.mobile, Contact.phone).where(col(Contact.deleted_at).is_(None))
    if conditions:
        people = people.where(col(Contact.client_id).in_(list(found)))
    for key, *numbers in session.exec(people.execution_options(yield_per=_READ_AT_ONCE)):
        more = [number for text in numbers if text for number in phone_keys(text)]
        if more and key in found:
            found[key].phones |= frozenset(more)
    return list(found.values())


def phone_keys(text: str) -> list[str]:
    """The numbers in a text, mobile or landline, in one form each: without country, area, extension and signs."""
    if len(text) == 11 and text.isdecimal() and text[0] == "1":
        return [text]
    keys = []
    for number in re.split(r"[/、,;，；]|(?:转|ext\.?|x|(?<=\d{7})-(?=\d{1,5}$))\s*\d*", text.lower()):
        digits = re.sub(r"\D", "", number)
        digits = re.sub(r"^(?:00)?86(?=1\d{10}$|0\d{9,11}$|[2-9]\d{9,10}$)", "", digits)
        if re.fullmatch(r"[2-9]\d{9,10}", digits) and not re.match(r"[48]00", digits):
            digits = "0" + digits  # +86 571 88888888
        digits = _AREA.sub("", digits)
        if 7 <= len(digits) <= 11 and len(set(digits)) > 1:  # 00000000 is none
            keys.append(digits)
    return keys


def address_key(text: str) -> str:
    """An address without the region it begins with; empty where it has no number, since a road has many firms."""
    key = name_key(text)
    end = 0
    while (found := _REGION.match(key, end)) and found.end() < len(key):
        end = found.end()
    key = key[end:]
    return key if len(key) >= _SHORTEST_ADDRESS and re.search(r"\d", key) else ""


def _candidates(known: list[_Known], least: int) -> Iterator[tuple[_Known, _Known]]:
    """The pairs that share a key; a pair may come several times."""
    for group in _groups((one.parts.brand, one) for one in known):
        yield from _near(group) if least > _BEST_OF_OTHERS else _pairs(group)
    names = ((name, one) for one in known for name in {one.parts.key, *one.aliases})
    codes = ((one.uscc, one) for one in known if one.uscc)
    for keys in (((one.pinyin, one) for one in known), names, codes):
        for group in _groups(keys):
            yield from _pairs(group)
    numbers = ((number, one) for one in known for number in one.phones)
    for keys in (numbers, ((one.address, one) for one in known if one.address)):
        for group in _groups(keys):
            if len(group) <= _MOST_SHARING:
                yield from combinations(group, 2)


def _groups(keys: Iterable[tuple[str, _Known]]) -> list[list[_Known]]:
    """Those that share a key, two or more."""
    groups: dict[str, list[_Known]] = {}
    for key, one in keys:
        groups.setdefault(key, []).append(one)
    return [group for group in groups.values() if len(group) > 1]


def _pairs(group: list[_Known]) -> Iterator[tuple[_Known, _Known]]:
    """The pairs of a group; of a large one, each with the next: enough to see that they are many."""
    return combinations(group, 2) if len(group) <= _LARGE_GROUP else pairwise(group)


def _near(group: list[_Known]) -> Iterator[tuple[_Known, _Known]]:
    """The pairs of one brand that no other place and no other trade sets apart, which alone would be too much."""
    untraded = [one for one in group if not one.parts.trades]
    by_trade = _by(group, lambda one: one.parts.trades)
    for traded in (*by_trade.values(), []):
        near = [*traded, *untraded]
        nowhere = [one for one in near if not provinces_of(one.parts.places)]
        for placed in _by(near, lambda one: provinces_of(one.parts.places)).values():
            yield from _pairs(placed)
            yield from product(nowhere[:_LARGE_GROUP], placed)
        yield from _pairs(nowhere)


def _by(group: list[_Known], words: Callable[[_Known], Iterable[str]]) -> dict[str, list[_Known]]:
    found: dict[str, list[_Known]] = {}
    for one in group:
        for word in words(one):
            found.setdefault(word, []).append(one)
    return found


def _judged(one: _Known, other: _Known) -> tuple[int, tuple[Alike, ...]]:
    if one.uscc and other.uscc:
        return (_SURE, (Alike.SAME_USCC,)) if one.uscc == other.uscc else (0, (Alike.OTHER_USCC,))
    names = compare(one.parts, other.parts)
    if names.reasons == (Alike.OTHER_UNIT,):
        return 0, names.reasons
    points, reasons = names.points, list(names.reasons)
    if points < _KNOWN_NAME and _named_alike(one, other):
        points, reasons = max(points, _known_name_points(one, other)), [Alike.KNOWN_NAME, *reasons]
    evidence = list(_evidence(one, other))
    points += sum(_EVIDENCE[reason] for reason in evidence)
    return max(0, min(_BEST, points)), (*reasons, *evidence)


def _named_alike(one: _Known, other: _Known) -> bool:
    return one.parts.key in other.aliases or other.parts.key in one.aliases


def _known_name_points(one: _Known, other: _Known) -> int:
    """A whole name among the other's aliases nearly decides; a bare brand may be the short name of many."""
    bare = one.parts.bare or other.parts.bare
    return LEAST_SCORE + 5 if bare else _KNOWN_NAME


def _evidence(one: _Known, other: _Known) -> Iterable[Alike]:
    shared = one.phones & other.phones
    if any(re.match(r"1\d{10}$", number) for number in shared):
        yield Alike.SAME_MOBILE
    if any(not re.match(r"1\d{10}$", number) for number in shared):
        yield Alike.SAME_PHONE
    if one.address and one.address == other.address:
        yield Alike.SAME_ADDRESS
    elif one.address and other.address:
        yield Alike.OTHER_ADDRESS

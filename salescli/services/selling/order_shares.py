"""Who shares in an order: persons with percentages that come to the whole of it."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from salescli.amounts import excerpt, half_width
from salescli.currencies import decimal_text
from salescli.decomposition.apportion import largest_remainder
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.texts import clean, name_key

# A person and a percentage, as decimal text.
Share = tuple[str, str]

_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{1,6})?"
# A name may end in a digit, if a sign or a blank stands between it and the percentage.
_ONE = re.compile(
    rf"(?:(?P<person>(?=.*[^\W\d_])(?:\S.*?)?[^\s=:(/-])(?:[\s=:(/]+|(?<![0-9.])))?(?P<percent>{_NUMBER})\s*%?\s*\)?"
)
_BETWEEN = re.compile(r"[,;、|\n]+|(?<=[%0-9])\s*/\s*|(?<=%)\s+")
_BETWEEN_PERSONS = re.compile(r"[,;、|/\n]+")
_WHOLE = 100


def parse_shares(texts: Iterable[str]) -> list[Share]:
    """The shares that texts such as ``张三=60`` or ``张三60%`` name; BadValue unless they come to 100 %."""
    return checked(_parse(text) for text in texts)


def shares_in_cell(share: str | None, persons: str | None) -> list[Share]:
    """The shares that a row of a file names: ``张三60%，李四40%``, or percentages beside a column of persons.

    Persons alone share if there is one: it has the whole. BadValue as in :func:`parse_shares`.
    """
    people = _parts(persons, _BETWEEN_PERSONS)
    parts = _parts(share, _BETWEEN)
    if not parts:
        if len(people) > 1:
            raise BadValue(_("It names {count} persons and no shares.").format(count=len(people)), hint=_hint())
        return [(people[0], str(_WHOLE))] if people else []
    named = [_parse(part, nameless=True) for part in parts]
    if not any(person for person, _percent in named):
        if len(people) == len(named):
            named = [(person, percent) for person, (_none, percent) in zip(people, named, strict=True)]
        else:
            _refuse_unless_whole([percent for _none, percent in named])
    if not all(person for person, _percent in named):
        raise BadValue(_("It does not say whose share it is."), hint=_hint())
    return checked(named)


def checked(shares: Iterable[Share]) -> list[Share]:
    """``shares`` if each person has one above 0 and they come to 100 % exactly, else BadValue."""
    known: dict[str, Share] = {}
    for person, percent in shares:
        if not Decimal(percent):
            raise BadValue(_("The share of {person} is 0.").format(person=person), hint=_hint())
        if name_key(person) in known:
            raise BadValue(_("{person} is named twice.").format(person=person), hint=_hint())
        known[name_key(person)] = (person, percent)
    if known:
        _refuse_unless_whole([percent for _person, percent in known.values()])
    return list(known.values())


def share_amounts(total: int, percents: Sequence[str]) -> list[int]:
    """``total`` shared out by percentages that come to 100, exactly, by largest remainder."""
    return largest_remainder(total, [Fraction(percent) for percent in percents])


def _refuse_unless_whole(percents: Sequence[str]) -> None:
    whole = sum(map(Decimal, percents))
    if whole != _WHOLE:
        raise BadValue(_("The shares come to {sum}%, not 100%.").format(sum=decimal_text(f"{whole:f}")), hint=_hint())


def _parse(text: str, *, nameless: bool = False) -> Share:
    found = _ONE.fullmatch(half_width(text).strip())
    if found is None or not (nameless or found["person"]):
        raise BadValue(_("“{text}” is not a person with a share.").format(text=excerpt(text)), hint=_hint())
    person = clean(found["person"], field=_("person")) if found["person"] else ""
    return person, decimal_text(found["percent"])


def _parts(text: str | None, between: re.Pattern[str]) -> list[str]:
    return [part.strip() for part in between.split(half_width(text or "")) if part.strip()]


def _hint() -> str:
    return _("Name each person with a percentage, as in 张三=60 李四=40.")

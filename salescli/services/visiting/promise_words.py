"""Promises as they are typed: TEXT@DAY, alone or within a line about a visit, and the money they speak of."""

import re
from datetime import date
from typing import NamedTuple

from salescli.amounts import excerpt, half_width, parse_amount
from salescli.dates import parse_day_time
from salescli.errors import BadValue
from salescli.i18n import _

_THEIRS = r"(?:对方|客户|他们)承诺|they promised?(?=[ :：])"
_OURS = r"(?:我方|我们)?承诺|(?:we )?promised?(?=[ :：])"
# Patterns are compiled when first used: most logs of visits need none of them.
# The text of a promise within a line has no blank, so that 承诺 in a sentence stays a word of it.
_IN_LINE = (
    rf"(?i)(?:^|(?<=[\s，,。；;]))(?:(?P<theirs>{_THEIRS})|{_OURS})\s*[:：]?\s*"
    r"(?P<promise>[^\s@＠，,。；;]+[@＠][^\s，,。；;]+)[，,。；;]?"
)

_NUMBER = r"[0-9][0-9,]*(?:\.[0-9]+)?"
_CHINESE = "[一二两三四五六七八九十百千零]"
_YUAN = "(?:元整?|块钱?)"
# What may stand behind an amount of money; behind a quantity stands what is counted.
_KIND_OF_MONEY = "货?款|尾款|余款|进度款|定金|订金|预付|首付|承兑|现金|电汇|转账|保证金|质保金"
_AFTER = rf"(?=$|[\s,;、()]|的|到账|到位|左右|以上|{_KIND_OF_MONEY})"
_MONEY = (
    rf"(?<![0-9.a-z])(?:¥{_NUMBER}(?:[万亿wkm][0-9]?)?{_YUAN}?|{_NUMBER}[万亿千](?:[0-9]千?)?{_YUAN}?|{_NUMBER}{_YUAN}"
    rf"|{_CHINESE}+[万亿]{_CHINESE}*{_YUAN}?|{_CHINESE}*[十百千]{_CHINESE}*{_YUAN}){_AFTER}"
)
_PAYING = rf"(?:付款?|付清|回款|打款|汇款|到款|转账|pay|paid|pays)[ :]*(?P<amount>{_NUMBER}[wkm]?)(?=$|[,;、()])"


class Promised(NamedTuple):
    """A promise as typed: who made it, what, for which day, and the money in it, in minor units, if any."""

    text: str
    due_on: date
    theirs: bool = False
    amount: int | None = None


def parse_promise(text: str, today: date, *, theirs: bool = False) -> Promised:
    """Read ``TEXT@DAY``, split at the last ``@``; a time after the day is kept in front of the text.

    BadValue where the text or the day is missing, or an amount of money is none.
    """
    words, at, day = text.replace("＠", "@").rpartition("@")
    if at and day.strip() and not words.strip():
        raise BadValue(
            _("“{text}” says for when, but not what is promised.").format(text=excerpt(text)),
            hint=_("Write it as TEXT@DAY: 样品@周五."),
        )
    if not at or not day.strip():
        raise BadValue(
            _("The promise “{text}” has no day.").format(text=excerpt(text)),
            hint=_("Write it as TEXT@DAY: 样品@周五."),
        )
    due_on, hour = parse_day_time(day, today, "coming")
    said = words.strip()
    for amount in _named(said):
        if "." in amount:
            parse_amount(amount)  # more decimals than money has are refused, not dropped
    return Promised(f"{hour:%H:%M} {said}" if hour else said, due_on, theirs, money_in(said))


def cut_promises(line: str, today: date) -> tuple[str, tuple[Promised, ...]]:
    """``line`` without the promises in it, and these: 承诺 样品@周五, 对方承诺 付款30万@月底."""
    found = tuple(
        parse_promise(mark["promise"], today, theirs=mark["theirs"] is not None) for mark in re.finditer(_IN_LINE, line)
    )
    return (re.sub(_IN_LINE, "", line) if found else line), found


def money_in(text: str) -> int | None:
    """The one amount of money that ``text`` speaks of, in minor units: 付款30万, ¥5,000; None for none or several."""
    read = {amount for amount in map(_amount, _named(text)) if amount}
    return read.pop() if len(read) == 1 else None


def _named(text: str) -> list[str]:
    """The amounts of money in ``text``, as written."""
    plain = re.sub("(?<=[0-9]) (?=[万亿千元])", "", half_width(text).lower())
    return [
        *(match[0] for match in re.finditer(_MONEY, plain)),
        *(match["amount"] for match in re.finditer(_PAYING, plain)),
    ]


def _amount(text: str) -> int | None:
    try:
        return parse_amount(text)
    except BadValue:
        return None

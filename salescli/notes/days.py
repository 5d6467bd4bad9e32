"""Days within running text: 下周三给他, 上周三送的样品, next Wed; what is one day, what is vague, what is past."""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

from salescli.dates import parse_day, parse_time
from salescli.errors import BadValue

_N = "(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,3})"
_WEEK = "(?:周|星期|礼拜)"
_MONTH = "(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_WEEKDAY = "(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?"
_PAST = (
    rf"上+个?{_WEEK}[一二三四五六日天1-7]?|上个?月(?:{_N}[号日]|底|初)?|大?前[天日]|昨[天日晚儿]|去年|前年"
    r"|前几天|前阵子?"
    rf"|{_N}(?:天|周|个月|年)(?:之|以)?前|上次|上回|之前|以前|last (?:week|month|year|time|{_WEEKDAY})|yesterday"
    r"|[a-z0-9]+ (?:days?|weeks?|months?) ago|earlier"
)
_TODAY = r"今[天日早晚儿]|上午|中午|today|this (?:morning|afternoon)"
_DAY = (
    rf"大?后天|明[天日早晚儿]|(?:下+|这|本)个?{_WEEK}[一二三四五六日天1-7]|{_WEEK}[一二三四五六日天](?![0-9周])"
    rf"|(?:(?:20[0-9]{{2}}|今|明)年)?{_N}月{_N}(?:[号日]|(?=$|[\s,;。前之给送去再]))|(?:下个?月|这个?月"
    rf"|本月){_N}[号日]"
    rf"|(?<![0-9a-z.]){_N}[号日](?![线楼机门仓车库店院厂子报])|下个?月底|本?月[底末]|{_N}月[底末]|年底"
    rf"|{_N}(?:天|周|个?星期|个?礼拜|个月)(?:之|以)?后|再?过(?!两天){_N}(?:天|周|个星期|个礼拜|个月)"
    r"|20[0-9]{2}(?P<sep>[-/.])[0-9]{1,2}(?P=sep)[0-9]{1,2}(?![0-9])|(?<![0-9-])[01][0-9]-[0-3][0-9](?![0-9-])"
    r"|(?<![0-9/])[0-9]{1,2}/[0-9]{1,2}(?![0-9/])"
    rf"|(?:the )?day after tomorrow|\btomorrow|\b(?:next |this )?{_WEEKDAY}\b"
    r"|\b(?:the )?end of (?:the )?(?:next )?month|\beom\b"
    rf"|\b{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?\b|\b[0-9]{{1,2}}(?:st|nd|rd|th)? {_MONTH}\b|\bin (?:a|one|two"
    r"|three|[0-9]+) (?:day|week|month)s?\b"
    r"|\bmonth end\b"
)
_VAGUE = (
    rf"下+个?{_WEEK}|{_WEEK}末|月初|[上中下]旬|下个?月初?|过(?:几|两)天|过段时间|过一?阵子?|改天|有空|回头"
    r"|年后|节后|春节后|元旦后|国庆后|年前|节前"
    r"|等通知|\bnext (?:week|month|time|year|quarter)\b|\blater\b|\bsoon\b|\bsome ?day\b|\bin a few (?:days|weeks)\b"
)
_ANY = rf"(?P<past>{_PAST})|(?P<today>{_TODAY})|(?P<day>{_DAY})|(?P<vague>{_VAGUE})"
_CLOCK = (
    r"(?:的)?\s*(?:at )?(?P<part>上午|下午|早上|早|晚上|晚|中午|傍晚)?\s*"
    rf"(?P<clock>[0-9]{{1,2}}:[0-9]{{2}}(?![0-9])|{_N}点(?:半|[一三]刻|{_N}分?(?![0-9万]))?"
    rf"|[0-9]{{1,2}}(?::[0-9]{{2}})? ?[ap]m\b)"
)
_TIME_ONLY = (
    r"(?<![0-9:])(?P<part>上午|下午|早上|早|晚上|晚|中午|傍晚)?\s*"
    rf"(?P<clock>[0-9]{{1,2}}:[0-9]{{2}}(?![0-9])|{_N}点(?!多|位|评|头)(?:半|[一三]刻|{_N}分)?"
    rf"|\b[0-9]{{1,2}}(?::[0-9]{{2}})? ?[ap]m\b)"
)
# A weekday or date with what was done on it: 周五送的样品, 11月20日来过.
_DONE = (
    r"[^,;。\n要会将需]{0,7}?(?:[送来发给签买订装拿到去谈见报寄交提做修换打付]的(?!话|时候)"
    r"|了(?!解)|过(?![去来程]))|[^,;。\n]{0,4}(?:already|sent|was|were|had)\b"
)
_WORDS = {"明早": "明天", "明晚": "明天", "month end": "eom"}
_FAR, _NEAR = timedelta(days=300), timedelta(days=90)


@dataclass(frozen=True)
class DayHit:
    """A day spoken of at ``start`` to ``end`` of a text.

    ``kind`` is day (``on``, perhaps ``at``, are known), vague (下周, 改天: no one day), unclear (1/2 could be two
    days), past, or today.
    """

    start: int
    end: int
    kind: Literal["day", "vague", "unclear", "past", "today"]
    on: date | None = None
    at: time | None = None


def days_in(text: str, today: date) -> list[DayHit]:
    """Every day that a flat text speaks of, in order; days without a year or week are those to come."""
    return [_hit(text, match, today) for match in re.finditer(_ANY, text, re.A)]


def _hit(text: str, match: re.Match[str], today: date) -> DayHit:
    start, end = match.span()
    if match["past"]:
        return DayHit(start, end, "past")
    if match["today"]:
        return DayHit(start, end, "today")
    if match["vague"]:
        return DayHit(start, end, "vague")
    return _day_hit(text, match[0], start, end, today)


def _day_hit(text: str, words: str, start: int, end: int, today: date) -> DayHit:
    said = _WORDS.get(words, words)
    try:
        on = parse_day(said, today, "coming")
    except BadValue:
        # 1/2 is two days; what is no day at all (30日 in February) is for the person to say, too.
        return DayHit(start, end, "unclear")
    definite = re.match("下|明|大?后|这|本|next|tomorrow|20", said) is not None
    if not definite and re.match(_DONE, text[end:], re.A):
        return DayHit(start, end, "past")
    if not definite and on - today > _FAR:
        with_past = parse_day(said, today, "past")
        if today - with_past < _NEAR:
            return DayHit(start, end, "past")
    if on == today and not definite and re.fullmatch(rf"{_WEEK}.|{_WEEKDAY}", said, re.A):
        # 周三, said on a Wednesday, is today or in a week.
        return DayHit(start, end, "unclear")
    part = {"早": "早上", "晚": "晚上"}.get(words[-1], "") if words in _WORDS else ""
    clock = re.match(_CLOCK, text[end:], re.A)
    if clock is None:
        return DayHit(start, end, "day", on)
    at = _time((clock["part"] or part) + clock["clock"])
    return DayHit(start, end + clock.end(), "day", on, at) if at else DayHit(start, end, "day", on)


def _time(words: str) -> time | None:
    """The time that words name; one that is named without its half of the day (3点) falls into working hours."""
    for said in (words, f"下午{words}", f"上午{words}"):
        try:
            return parse_time(said)
        except BadValue:
            continue
    return None


def time_in(text: str) -> tuple[int, int, time] | None:
    """Where the first time of day of a flat text stands, and what it is."""
    for match in re.finditer(_TIME_ONLY, text, re.A):
        said = (match["part"] or "") + match["clock"]
        try:
            return match.start(), match.end(), parse_time(said)
        except BadValue:
            at = _time(said)
            if at is not None and re.fullmatch(rf"{_N}点.*", match["clock"]):
                return match.start(), match.end(), at
    return None

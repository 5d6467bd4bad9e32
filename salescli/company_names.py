"""Names of Chinese firms taken apart and compared: 杭州 + 蓝海 + 机电设备 + 有限公司.

A firm's registered name is its place, its brand (字号), its trade (行业) and its legal form, in this order; the place
may stand in brackets after the brand. Two names of one firm agree in the brand and contradict each other nowhere;
how like each other they are as strings says little (华为技术 and 华美技术 are other firms).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from salescli.company_words import COUNTRY, FORMS, ONE_TRADE, PROVINCE_OF, PROVINCES_WITH_TOWNS, TRADES
from salescli.texts import name_key, pinyin_keys

_LONGEST_PLACE = max(map(len, PROVINCE_OF))
_RANK = re.compile(r"(?:维吾尔|壮族|回族)?(?:省|市|自治区|特别行政区|地区)(?![场政民域])")
# 西湖区, 富阳市: only behind a town that is known, and never 超级市场.
_PART = re.compile(r"([\u4e00-\u9fff]{2,3}?)(?:区|县|镇|市|经济开发区|开发区)(?![场政民域块])(?=.{2})")
_OTHER_TOWN = re.compile(r"([\u4e00-\u9fff]{2,3})(?:省|市|县)(?![场政民域])(?=.{2})")

_LONGEST_TRADE = max(map(len, TRADES))
_FOREIGN_FORMS = re.compile(
    r"[\s,.]*\b(?:co\.?\s*,?\s*(?:ltd|limited)|company\s+limited|limited|ltd|inc|incorporated|corp|corporation|"
    r"gmbh|llc|pte|plc|s\.?a|ag)\b\.?\s*$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"[\s·・.,，。、\-—_'’\"“”*#&/]")
_BRACKET = re.compile(r"\(([^()]*)\)")
_DEPARTMENTS = re.compile(r"(?:[采财技销市行人生质][\u4e00-\u9fff]{1,3}部|总部|本部|总公司|办公室|工会)$")
# 一厂, 第二分厂, 3号仓; 东区, 西院: parts that people keep as clients of their own.
_UNIT = re.compile(
    r"(.{2,}?)((?:第?[一二三四五六七八九十百零两0-9]+|[甲乙丙丁])(?:号|分)?(?:厂|店|院|区|校区|院区|厂区|期|车间|部|公司|仓|站|所)"
    r"|[东南西北中](?:校|院|厂|园)?区|[东南西北]院)$"
)
_IS_UNIT = re.compile(r".*(?:店|厂|院|区|部|站|期|号|仓|校|所|处|车间|基地|分公司)$")
_FORMER = re.compile(r"原|曾用名|筹|已|注")
_NUMERALS = str.maketrans("一二三四五六七八九零两", "12345678902")
_SHORTEST_BRAND = 2
_KEPT = 4_000


@dataclass(frozen=True, slots=True)
class CompanyName:
    """The parts of a name. ``places`` are bare (杭州), ``trades`` single words (机电, 设备), ``unit`` a part of a firm.

    ``form`` is company, works, shop, group or empty; ``aside`` is what stood in brackets and is none of these.
    """

    key: str
    places: frozenset[str]
    brand: str
    trades: frozenset[str]
    form: str
    unit: str
    aside: str

    @property
    def bare(self) -> bool:
        """Whether there is nothing but a brand."""
        return not (self.places or self.trades)


def taken_apart(name: str) -> CompanyName:
    """The parts of a firm's name, as typed in any width and with or without its legal form."""
    key = _NO_NAME.sub("", name_key(_FOREIGN_FORMS.sub("", name)))
    text, places, unit, aside = _without_brackets(key) if "(" in key else (key, [], "", "")
    text, part = _without_branch(text)
    form, text = _without_forms(text)
    unit = unit or part
    if not unit and (found := _UNIT.fullmatch(_tail_kept(text, form))):
        text, unit = found[1], found[2]
        form = "works" if unit.endswith("厂") else form
    text, leading = _without_places(text)
    brand, trades = _without_trades(text)
    if not brand and leading:
        brand = leading.pop()
    return CompanyName(
        key,
        frozenset([*places, *leading]),
        brand or text or key,
        frozenset(trades),
        form,
        unit.removeprefix("第").translate(_NUMERALS),
        aside,
    )


def _without_brackets(key: str) -> tuple[str, list[str], str, str]:
    """The name without what stands in brackets, and that: places, a unit, anything else."""
    places: list[str] = []
    units, asides = [], []
    text = ""
    end = 0
    for found in _BRACKET.finditer(key):
        text += key[end : found.start()]
        end = found.end()
        within = found[1]
        rest, here = _without_places(within, whole=True)
        if not rest and here and not text.endswith("公司"):
            places += here
        elif within == "集团" or text.endswith("公司"):
            text += within
        elif _IS_UNIT.fullmatch(within):
            units.append(within)
        elif within and within not in FORMS and "合伙" not in within and not _FORMER.match(within):
            asides.append(within)
    return text + key[end:], places, "".join(units), "".join(asides)


def _without_branch(text: str) -> tuple[str, str]:
    """A name without the branch behind it, and that: 蓝海机电有限公司 + 杭州分公司. Departments are the firm itself."""
    place = text.find("公司")
    if 1 < place < len(text) - 2 and text[place - 1] != "分":
        head, tail = text[: place + 2], text[place + 2 :]
        if tail == "集团":
            return text, ""
        return head, "" if _DEPARTMENTS.match(tail) else tail
    if text.endswith(("分公司", "办事处")) and len(text) > len("分公司") + 1:
        # The place of the branch belongs to it: 中国移动 + 浙江分公司.
        for start in range(max(2, len(text) - 9), len(text) - 3):
            rest, here = _without_places(text[start:-3], whole=True)
            if here and not rest:
                return text[:start], text[start:]
        return text[:-3], text[-3:]
    return text, ""


def _without_forms(text: str) -> tuple[str, str]:
    """The kind of firm that the end of a name says, and the name without that end."""
    form = ""
    while True:
        for length in range(6, 0, -1):
            kind = FORMS.get(text[-length:])
            if kind and len(text) - length >= _SHORTEST_BRAND and not (length == 1 and text[-2:] in TRADES):
                form = kind if kind == "group" or not form else form
                text = text[:-length]
                break
        else:
            return form, text
        if form == "works":
            return form, text


def _tail_kept(text: str, form: str) -> str:
    """The name with the 厂 that tells a first works from a second one."""
    return text + {"works": "厂", "shop": "店"}.get(form, "")


def _without_places(text: str, *, whole: bool = False) -> tuple[str, list[str]]:
    """A text without the places it begins with, and these; something is left over unless it is ``whole`` a place."""
    found: list[str] = []
    while text:
        place, length = _place_at(text, known=bool(found))
        if not length or (length == len(text) and not whole):
            break
        found.append(place)
        text = text[length:]
    return text, found


def _place_at(text: str, *, known: bool) -> tuple[str, int]:
    """The place that a text begins with, bare, and how many characters it takes; 0 for none."""
    for length in range(min(_LONGEST_PLACE, len(text)), 1, -1):
        if text[:length] in PROVINCE_OF or text[:length] == COUNTRY:
            rank = _RANK.match(text, length)
            return text[:length], rank.end() if rank else length
    other = (_PART if known else _OTHER_TOWN).match(text)
    return (other[1], other.end()) if other else ("", 0)


def _without_trades(text: str) -> tuple[str, list[str]]:
    """The brand, and the trades that stood behind it; a name that is all trade has no brand."""
    brand, trades = text, []
    while brand:
        for length in range(min(_LONGEST_TRADE, len(brand)), 1, -1):
            word = brand[-length:]
            if word in TRADES and len(brand) - length != 1:
                trades.append(ONE_TRADE.get(word, word))
                brand = brand[:-length]
                break
        else:
            return brand, trades
    return brand, trades


class Alike(StrEnum):
    """What two clients have in common, or what sets them apart."""

    SAME_NAME = "same_name"
    SAME_BRAND = "same_brand"
    SOUNDS_ALIKE = "sounds_alike"
    BEGINS_ALIKE = "begins_alike"
    OTHER_BRAND = "other_brand"
    SAME_PLACE = "same_place"
    WIDER_PLACE = "wider_place"
    NO_PLACE = "no_place"
    OTHER_PLACE = "other_place"
    SAME_TRADE = "same_trade"
    LIKE_TRADE = "like_trade"
    NO_TRADE = "no_trade"
    OTHER_TRADE = "other_trade"
    OTHER_FORM = "other_form"
    OTHER_UNIT = "other_unit"
    KNOWN_NAME = "known_name"
    SAME_MOBILE = "same_mobile"
    SAME_PHONE = "same_phone"
    SAME_ADDRESS = "same_address"
    OTHER_ADDRESS = "other_address"
    SAME_USCC = "same_uscc"
    OTHER_USCC = "other_uscc"


@dataclass(frozen=True)
class Likeness:
    """How much speaks for one firm, out of 100, and what."""

    points: int
    reasons: tuple[Alike, ...]


_BEST = 95
_OTHER_BRANDS = 30
# What is taken off the best for each part that does not agree.
_OFF = {
    Alike.SAME_PLACE: 0,
    Alike.WIDER_PLACE: 15,
    Alike.NO_PLACE: 10,
    Alike.OTHER_PLACE: 55,
    Alike.SAME_TRADE: 0,
    Alike.LIKE_TRADE: 10,
    Alike.NO_TRADE: 20,
    Alike.OTHER_TRADE: 45,
    Alike.SAME_BRAND: 0,
    Alike.SOUNDS_ALIKE: 37,
    Alike.BEGINS_ALIKE: 40,
    Alike.OTHER_FORM: 12,
}
_NEITHER_SAYS = 8


def compare(one: CompanyName, other: CompanyName) -> Likeness:
    """How likely two names are those of one firm: 95 at the best, 97 for the very same name, 0 for parts of a firm."""
    if one.unit != other.unit or (one.aside and other.aside and one.aside != other.aside):
        return Likeness(0, (Alike.OTHER_UNIT,))
    if one.key == other.key:
        return Likeness(_BEST - (2 * _NEITHER_SAYS if one.bare else -2), (Alike.SAME_NAME,))
    brand = _brands(one.brand, other.brand)
    place, trade = _places(one.places, other.places), _trades(one.trades, other.trades)
    if brand is Alike.OTHER_BRAND:
        return Likeness(_OTHER_BRANDS - (10 if place is Alike.OTHER_PLACE else 0), (brand,))
    reasons = [brand, *filter(None, (place, trade))]
    if one.form and other.form and one.form != other.form:
        reasons.append(Alike.OTHER_FORM)
    off = sum(map(_OFF.__getitem__, reasons)) + _NEITHER_SAYS * ((place is None) + (trade is None))
    if trade is Alike.LIKE_TRADE and not (one.trades <= other.trades or other.trades <= one.trades):
        off += 10
    return Likeness(max(0, _BEST - off), tuple(reasons))


def _brands(one: str, other: str) -> Alike:
    if one == other:
        return Alike.SAME_BRAND
    short, long = sorted((one, other), key=len)
    if len(short) >= _SHORTEST_BRAND and not short.isascii():
        if len(long) >= len(short) + _SHORTEST_BRAND and long.startswith(short):
            return Alike.BEGINS_ALIKE
        if len(short) == len(long) and _sound(short) & _sound(long):
            return Alike.SOUNDS_ALIKE
    return Alike.OTHER_BRAND


def _sound(brand: str) -> set[str]:
    return set(pinyin_keys(brand)[0].split("\n"))


@lru_cache(maxsize=_KEPT)
def _places(one: frozenset[str], other: frozenset[str]) -> Alike | None:
    """How the places agree; None where neither name has one."""
    if not one and not other:
        return None
    if not one or not other:
        return Alike.NO_PLACE
    towns, other_towns = one - PROVINCES_WITH_TOWNS, other - PROVINCES_WITH_TOWNS
    if towns & other_towns or (not towns and not other_towns and one & other):
        return Alike.SAME_PLACE
    if COUNTRY in one | other:
        return Alike.WIDER_PLACE
    unknown = any(town not in PROVINCE_OF for town in towns | other_towns)
    if unknown or ((not towns or not other_towns) and provinces_of(one) & provinces_of(other)):
        return Alike.WIDER_PLACE
    return Alike.OTHER_PLACE


@lru_cache(maxsize=_KEPT)
def provinces_of(places: frozenset[str]) -> frozenset[str]:
    """The provinces that places lie in, as far as they are known."""
    return frozenset(PROVINCE_OF[place] for place in places if place in PROVINCE_OF)


def _trades(one: frozenset[str], other: frozenset[str]) -> Alike | None:
    """How the trades agree; None where neither name has one."""
    if one == other:
        return Alike.SAME_TRADE if one else None
    if not one or not other:
        return Alike.NO_TRADE
    return Alike.LIKE_TRADE if one & other else Alike.OTHER_TRADE

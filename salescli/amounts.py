"""Money and counts as people type them, and as they are shown.

An amount is an integer of minor units (分, cents). What is typed may be Arabic or Chinese, in yuan or with a
unit: ``350,000.00``, ``35万``, ``3万5``, ``1.2亿``, ``350k``, ``叁拾伍万元整``. Nothing is ever rounded on the way in.
"""

import re
from decimal import Decimal, localcontext

from salescli.errors import BadValue
from salescli.i18n import _, language

# Sums of many amounts must stay far inside 64 bits: 10,000,000,000,000.00 yuan is the most one amount may be.
LIMIT = 10**15
LONGEST = 60

# Superscripts and other compatibility digits are left alone on purpose: 10² must not become 102.
_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {
    ord("　"): " ",
    ord("￥"): "¥",
    ord("。"): ".",
    0x2212: "-",  # minus sign
    0x2010: "-",
    0x2011: "-",
    0x200B: None,  # zero-width characters come along when text is pasted
    0x200E: None,
    0x200F: None,
    0x2060: None,
    0xFEFF: None,
}
_PLAIN_NUMERALS = str.maketrans(
    "〇壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億兩個圓圆塊點負",
    "零一二二三三四五六六七八九十百千万亿两个元元块点负",
)
_DIGITS = {character: value for value, character in enumerate("一二三四五六七八九", 1)} | {
    "两": 2,
    **{str(value): value for value in range(1, 10)},
}
_UNITS = {"千": 1000, "百": 100, "十": 10}
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_DIGIT = "[1-9一二两三四五六七八九]"
_COUNTED = r"(?:次|个|家|单|位|人|笔|件|台|份|套|趟)$"


def half_width(text: str) -> str:
    """``text`` with full-width digits, letters and punctuation in their plain forms, unseen characters left out."""
    return text.translate(_HALF_WIDTH)


def excerpt(text: str) -> str:
    """``text`` on one line and short enough to stand in an error sentence."""
    line = " ".join(text[:200].split())
    return line if len(line) <= 40 else line[:40] + "…"


def whole_number(text: str) -> int | None:
    """The number named by up to four Arabic digits or a Chinese numeral below 10,000 (``二十五``), else None."""
    if re.fullmatch("[0-9]{1,4}", text):
        return int(text)
    return _section(text.translate(_PLAIN_NUMERALS))


def parse_amount(text: str) -> int:
    """Minor units named by ``text``, which is in yuan unless it carries a unit.

    Raises BadValue for anything negative, not a number, with more than two decimals once the unit is worked
    out, or over LIMIT.
    """
    plain_text = _plain_text(text)
    if plain_text.removeprefix("¥").startswith(("-", "负")):
        raise BadValue(_("The amount “{text}” is negative.").format(text=excerpt(text)), _("Amounts are 0 or more."))
    with localcontext(prec=200):
        yuan = _yuan(_without_currency(plain_text))
        if yuan is None:
            raise BadValue(
                _("“{text}” is not an amount.").format(text=excerpt(text)),
                _("Write 350000, 350,000.00, 35万, 3万5, 1.2亿, 350k or 1.2m."),
            )
        minor = yuan * 100
        if minor > LIMIT:
            raise BadValue(
                _("The amount “{text}” is over the limit of {limit}.").format(text=excerpt(text), limit=grouped(LIMIT))
            )
        if minor != int(minor):
            raise BadValue(
                _("The amount “{text}” has more than two decimals.").format(text=excerpt(text)),
                _("It is not rounded for you: give two decimals at most."),
            )
        return int(minor)


def parse_count(text: str) -> int:
    """The whole number named by ``text``, 0 or more; ``12次``, ``十二家`` and ``1,200`` will do, decimals will not."""
    plain_text = re.sub(_COUNTED, "", _plain_text(text))
    with localcontext(prec=200):
        number = None if re.search("[.点]", plain_text) else _value(plain_text)
        if number is None or number != int(number):
            raise BadValue(
                _("“{text}” is not a whole number, 0 or more.").format(text=excerpt(text)),
                _("Write 12, 1,200 or 12次."),
            )
        if number > LIMIT:
            raise BadValue(
                _("The number “{text}” is over the limit of {limit}.").format(text=excerpt(text), limit=f"{LIMIT:,}")
            )
        return int(number)


def parse_hundred(text: str) -> int:
    """The whole number from 0 to 100 named by ``text``: ``85``, ``85%``, ``85分``, ``八十五``; else BadValue."""
    number = whole_number(re.sub("[%分]$", "", _plain_text(text)))
    if number is None or number > 100:
        raise BadValue(
            _("“{text}” is not a whole number from 0 to 100.").format(text=excerpt(text)), _("Write 85 or 85%.")
        )
    return number


def plain(minor: int) -> str:
    """``minor`` units in yuan with two decimals, as JSON and files carry it: ``350000.00``."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def grouped(minor: int) -> str:
    """``minor`` units in yuan with two decimals, as people read it: ``350,000.00``."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100:,}.{abs(minor) % 100:02d}"


def short(minor: int) -> str:
    """``minor`` units rounded half up for narrow columns: ``35.0万`` ``1,200万``, in English ``350k`` ``12.0m``."""
    units = ((10**4, "万"), (10**8, "亿")) if language() == "zh" else ((10**3, "k"), (10**6, "m"))
    size = abs(minor)
    text = f"{_half_up(size, 100):,}"
    for unit, mark in units:
        if size < unit * 100:
            break
        tenths = _half_up(size * 10, unit * 100)
        whole = f"{_half_up(size, unit * 100):,}"
        text = (f"{tenths // 10}.{tenths % 10}" if tenths < 1000 else whole) + mark
    return f"-{text}" if minor < 0 and text != "0" else text


def _half_up(number: int, divisor: int) -> int:
    return (2 * number + divisor) // (2 * divisor)


def _plain_text(text: str) -> str:
    """Lower case, half width, simplified; no spaces but those between two digits, which stay and are refused."""
    if len(text) > LONGEST:
        return ""
    words = " ".join(half_width(text).lower().translate(_PLAIN_NUMERALS).split())
    return re.sub(r"(?<![0-9.,]) | (?![0-9.,])", "", words)


def _without_currency(text: str) -> str:
    text = re.sub(r"^(?:人民币|cny|rmb|¥)", "", text)
    text = re.sub(r"(?:人民币|cny|rmb|¥)$", "", text)
    text = re.sub(r"(?<=[元角分万亿])[整正]$", "", text)
    return re.sub(r"(?:元|块钱?|yuan)$", "", text)


def _yuan(text: str) -> Decimal | None:
    """``text`` without its currency as yuan: a value, or a whole one followed by 角 and 分."""
    spoken = re.fullmatch(
        rf"(?P<yuan>[^.点]+)(?:块(?P<half>{_DIGIT})|[元块](?P<jiao>{_DIGIT})[角毛](?:(?P<fen>{_DIGIT})分)?"
        rf"|[元块]零?(?P<only_fen>{_DIGIT})分)",
        text,
    )
    if not spoken:
        return _value(text)
    whole = _value(spoken["yuan"])
    jiao, fen = spoken["half"] or spoken["jiao"], spoken["fen"] or spoken["only_fen"]
    minor = _DIGITS.get(jiao or "", 0) * 10 + _DIGITS.get(fen or "", 0)
    return None if whole is None else whole + Decimal(minor) / 100


def _value(text: str) -> Decimal | None:
    """The number named by ``text`` with any of the units 亿 万 w 千 百 十 k m, exactly; None if it names none."""
    western = re.fullmatch(rf"({_ARABIC})(k|m|thousand|million)", text)
    if western:
        return Decimal(western[1].replace(",", "")) * (1000 if western[2] in ("k", "thousand") else 10**6)
    text = re.sub(r"(?<=[0-9])w", "万", text).replace("个亿", "亿")
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = text.partition(unit)
        if not found:
            continue
        # 3千5万 and 1万2亿 are not clear: the last figure before a unit must have its own.
        if re.search(f"[万千百]{_DIGIT}$", head):
            return None
        many, rest = _value(head), _below(tail, size)
        if many is None or rest is None or (tail and (many < 1 or many != int(many))):
            return None
        return many * size + rest
    return _below_ten_thousand(text)


def _below(text: str, size: int) -> Decimal | None:
    """What follows a unit of ``size``: in 3万5 the 5 is 5 thousand, in 3万零5 it is 5; 3万50 is not clear."""
    if not text:
        return Decimal(0)
    if text in _DIGITS:
        return Decimal(_DIGITS[text] * size // 10)
    if re.match("[0-9]", text) and re.fullmatch(r"[0-9.,]+", text):
        digits = text.partition(".")[0]
        return Decimal(text) if len(digits) == len(str(size)) - 1 and re.fullmatch(_ARABIC, text) else None
    number = _value(text.removeprefix("零"))
    return number if number is not None and number < size else None


def _below_ten_thousand(text: str) -> Decimal | None:
    """An Arabic number of any size, alone or with one of 千 百 十, or a Chinese one (三百五十, 三点五)."""
    arabic = re.fullmatch(rf"({_ARABIC})([千百十]?)", text)
    if arabic:
        return Decimal(arabic[1].replace(",", "")) * _UNITS.get(arabic[2], 1)
    head, point, decimals = text.partition("点")
    number = _section(head)
    if number is None or not point:
        return None if number is None else Decimal(number)
    if not re.fullmatch(f"(?:零|{_DIGIT})+", decimals):
        return None
    return Decimal(f"{number}." + "".join(str(_DIGITS.get(figure, 0)) for figure in decimals))


def _section(text: str) -> int | None:
    """A Chinese numeral below 10,000: 三百五十, 一百零五, 两千三 (2,300), 十五; None if it is not one."""
    if text == "零":
        return 0
    total, last, rest = 0, 0, text
    for unit, size in _UNITS.items():
        head, found, tail = rest.partition(unit)
        if not found:
            continue
        digit = 1 if unit == "十" and not head else _DIGITS.get(head.removeprefix("零") if total else head)
        if digit is None:
            return None
        total, last, rest = total + digit * size, size, tail
    if not rest:
        return total if total else None
    digit = _DIGITS.get(rest.removeprefix("零") if total else rest)
    if digit is None:
        return None
    colloquial = last > 10 and not rest.startswith("零")
    return total + digit * (last // 10 if colloquial else 1)

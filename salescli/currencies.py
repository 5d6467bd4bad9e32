"""Currencies as people name them, and what an amount in one is worth in yuan.

Every amount keeps its own currency; a foreign one also keeps the rate used, as decimal text: yuan for one unit.
"""

import re
from decimal import Decimal
from fractions import Fraction

from salescli.amounts import LIMIT, excerpt, half_width
from salescli.errors import BadValue
from salescli.i18n import _

HOME = "CNY"

# code → other names and signs. The yen sign is the yuan's as well and says neither.
CURRENCIES: dict[str, tuple[str, ...]] = {
    HOME: ("人民币", "元", "rmb", "yuan"),
    "USD": ("美元", "美金", "us$", "$"),
    "EUR": ("欧元", "€"),
    "GBP": ("英镑", "£"),
    "JPY": ("日元", "日圆"),
    "HKD": ("港币", "港元", "hk$"),
    "TWD": ("新台币", "台币", "nt$"),
    "SGD": ("新加坡元", "新币", "s$"),
    "AUD": ("澳元", "a$"),
    "CAD": ("加元", "c$"),
    "CHF": ("瑞士法郎",),
    "KRW": ("韩元", "₩"),
    "INR": ("印度卢比", "₹"),
    "RUB": ("卢布", "₽"),
    "THB": ("泰铢", "฿"),
    "VND": ("越南盾", "₫"),
    "MYR": ("林吉特", "马币"),
    "IDR": ("印尼盾",),
    "PHP": ("菲律宾比索",),
    "AED": ("迪拉姆",),
    "SAR": ("沙特里亚尔",),
    "TRY": ("土耳其里拉",),
    "BRL": ("雷亚尔", "r$"),
    "MXN": ("墨西哥比索",),
    "ZAR": ("兰特",),
    "NZD": ("新西兰元", "纽币"),
    "SEK": ("瑞典克朗",),
    "NOK": ("挪威克朗",),
    "DKK": ("丹麦克朗",),
    "PLN": ("兹罗提",),
}
_NAMES = {name: code for code, names in CURRENCIES.items() for name in (code.lower(), *names)}
_RATE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,8})?")


def parse_currency(text: str) -> str:
    """The code of the currency that ``text`` names: ``usd``, ``美元``, ``$``; else BadValue."""
    code = _NAMES.get(half_width(text).strip().lower())
    if code is None:
        raise BadValue(
            _("“{text}” is not a currency that is known here.").format(text=excerpt(text)),
            hint=_("Give its three letters: {codes}.").format(codes=" ".join(CURRENCIES)),
        )
    return code


def named_in(text: str) -> tuple[str | None, str]:
    """The currency named before or after a sum, and the text without that name: ``$12.5`` is USD and 12.5.

    What names none, or carries only the sign ¥, gives None.
    """
    bare = half_width(text).strip().lower().removeprefix("¥").removesuffix("¥").strip()
    for name in sorted(_NAMES, key=len, reverse=True):
        if bare.startswith(name) or bare.endswith(name):
            return _NAMES[name], bare.removeprefix(name).removesuffix(name).strip()
    return None, bare


def checked_rate(text: str | None, currency: str) -> str | None:
    """The rate of ``currency`` as decimal text, yuan for one unit; None for yuan.

    Raises BadValue for a foreign currency without a rate, yuan with one, and what is no number above 0.
    """
    if currency == HOME:
        if text is not None:
            raise BadValue(_("An amount in yuan has no rate."), hint=_("Leave the rate out, or name the currency."))
        return None
    if text is None:
        raise BadValue(
            _("The rate of {currency} is missing.").format(currency=currency),
            hint=_("Give what one {currency} is worth in yuan, as in --rate 7.12.").format(currency=currency),
        )
    rate = half_width(text).strip()
    if not _RATE.fullmatch(rate) or not Decimal(rate):
        raise BadValue(_("“{text}” is not a rate.").format(text=excerpt(text)), hint=_("Write it as in 7.12."))
    return decimal_text(rate)


def in_yuan(amount: int, rate: str | None) -> int:
    """What ``amount`` (minor units) is worth in yuan at ``rate``, rounded half up; unchanged without a rate.

    Raises BadValue for more than one amount may be.
    """
    value = amount if rate is None else half_up(amount * Fraction(rate))
    if value > LIMIT:
        raise BadValue(_("That is over the limit of what one amount may be, in yuan."))
    return value


def refuse_worthless(amount: int, rate: str | None) -> None:
    """Raise BadValue for an amount above 0 that at ``rate`` is worth nothing in yuan."""
    if amount and not in_yuan(amount, rate):
        raise BadValue(
            _("At a rate of {rate} that is worth nothing in yuan.").format(rate=rate),
            hint=_("Check the rate: what one unit of the currency is worth in yuan."),
        )


def half_up(value: Fraction) -> int:
    """``value``, 0 or more, rounded to a whole number, halves up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def decimal_text(text: str) -> str:
    """A decimal number without needless zeros: ``007.10`` is ``7.1``."""
    whole, _point, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{decimals}" if decimals else "")

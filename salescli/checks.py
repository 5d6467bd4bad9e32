"""Identifiers and numbers that people type: taken when they are well formed, else refused with a sentence."""

import re

from salescli.amounts import excerpt
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.texts import clean

_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def checked_uscc(text: str) -> str:
    """A 统一社会信用代码: 18 signs whose last checks the others (GB 32100-2015, weights 3^i mod 31)."""
    code = clean(text, field=_("credit code")).upper()
    if len(code) == 18 and all(sign in _USCC_SIGNS for sign in code):
        total = sum(_USCC_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
        if _USCC_SIGNS[-total % 31] == code[17]:
            return code
    raise BadValue(_("“{text}” is not a valid 统一社会信用代码.").format(text=excerpt(text)))


def checked_degrees(text: str | float, most: int) -> float:
    """Degrees of latitude or longitude between ``-most`` and ``most``."""
    try:
        degrees = float(text)
    except ValueError:
        degrees = float("nan")
    if not -most <= degrees <= most:
        raise BadValue(
            _("“{text}” is not between -{most} and {most} degrees.").format(text=excerpt(str(text)), most=most)
        )
    return degrees


def checked_email(text: str) -> str:
    """An e-mail address: something before one @, a domain with a dot after it, no blanks."""
    address = clean(text, field=_("e-mail"))
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", address):
        raise BadValue(_("“{text}” is not an e-mail address.").format(text=excerpt(text)))
    return address


def checked_phone(text: str) -> str:
    """A telephone number: 5 to 20 digits with the usual signs between them, kept as typed.

    An apostrophe before it is how people keep a spreadsheet from counting with it, and no part of it.
    """
    number = clean(clean(text, field=_("phone")).lstrip("'’"), field=_("phone"))
    digits = re.sub(r"\D", "", number)
    if not (
        5 <= len(digits) <= 20
        and re.fullmatch(r"[\d\s()+\-－（）/、,;.转x]*(?:ext\.?\s*)?[\d\s()\-（）/、,;]*", number)
    ):
        raise BadValue(_("“{text}” is not a telephone number.").format(text=excerpt(text)))
    return number

"""Lines of goods as people type them, and what they come to.

``X200 x 100 @ 35.5 -5%``, ``X200 100台 单价35.5 95折`` and ``X200 × 100 × 35.5`` say the same kind of thing: a
product, a quantity, a price and what is taken off. Read from the right, because names of products hold numbers.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from salescli.amounts import LIMIT, excerpt, grouped, half_width, parse_amount, plain
from salescli.currencies import decimal_text, half_up, named_in
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.texts import clean

_MOST_PERCENT = 100
_LONGEST = 400
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?:\.[0-9]{1,6})?"
_UNITS = "台个件套只支箱包袋桶瓶罐卷张块根条米吨升克双对组批次项片盒辆座把副扇本册份节粒颗枚圈捆株盘筒月天年"
_UNIT_WORDS = (
    "公斤|千克|公里|厘米|毫米|毫升|平方米?|立方米?|平米|小时|工日|人天|人月|pcs?|pieces?|sets?|kgs?|g|tons?|t|mm|cm|m[23²³]?"
    "|㎡|m3|l|box(?:es)?|ctns?|units?|pairs?|rolls?|ea|doz(?:en)?|kits?|hours?|hrs?|days?|months?"
)
# 千克, 千米 and the like are units of their own.
_THOUSAND = "千(?![克米瓦卡升伏帕赫])"
_TIMES = f"(?:万|{_THOUSAND})?"
_QUANTITY = rf"(?P<quantity>{_NUMBER}) ?(?P<many>{_TIMES}) ?(?P<unit>{_UNIT_WORDS}|[{_UNITS}])?"
_ANY_UNIT = rf"(?P<quantity>{_NUMBER}) ?(?P<many>{_TIMES}) ?(?P<unit>[^\W\d_]{{1,6}})?"
_DISCOUNT = re.compile(
    rf"[\s,;(]*(?:(?:-|\bless\b|优惠|下浮|\bdiscount\b|折扣)\s*(?P<less>{_NUMBER})\s*%|(?P<off>{_NUMBER})\s*%\s*off"
    r"|(?P<fold>[0-9](?:\.?[0-9])?|[一二三四五六七八九]{1,2})\s*折)\s*\)?$",
    re.IGNORECASE,
)
_PRICE = re.compile(r"[\s,;]*(?:@|(?:单价|价格|\bprice\b)\s*[:=]?)\s*(?P<price>[^@]*)$", re.IGNORECASE)
# Without a mark a price must show that it is one: by its currency, or as the third of three factors.
_SHOWN_PRICE = re.compile(
    rf"[\s,;](?P<price>(?:[¥$€£]|us\$)\s?{_NUMBER}|{_NUMBER}\s?(?:元|美元|usd|cny|eur))$", re.IGNORECASE
)
_THREE = (
    re.compile(rf"(?P<product>.+?)\s+[x×*]\s*{_ANY_UNIT}\s+[x×*]\s*(?P<price>[^\sx×*]+)$", re.IGNORECASE),
    re.compile(rf"(?P<product>.+)[×*]{_ANY_UNIT}[×*](?P<price>[^\sx×*]+)$", re.IGNORECASE),
)
_TWO = (
    re.compile(rf"(?P<product>.+?)(?:\s+x|\s*[×*]|[\s,;]*(?:数量|\bqty\b)\s*[:=]?)\s*{_ANY_UNIT}$", re.IGNORECASE),
    # An x that touches both sides stands between a name and a number, once; 20x47x14 is a size.
    re.compile(rf"(?P<product>(?![\d.]+x)(?:(?!\dx\d).)*[\w)])x{_ANY_UNIT}$", re.IGNORECASE),
    re.compile(rf"(?P<product>.+?)[\s,;]+{_QUANTITY}$", re.IGNORECASE),
)
_PER_UNIT = re.compile(r"\s*(?:/|每|\bper\b)\s*[^\W\d_]{1,6}$", re.IGNORECASE)
# Prices of many at once, as small parts have them.
_PER_MANY = re.compile(
    rf"\s*(?:/|每|\bper\b)\s*(?P<many>10,?000|1,?000|100|百|{_THOUSAND}|万|hundred\b|thousand\b|k(?=pcs?$|$))"
    r"\s*(?P<unit>[^\W\d_]{1,6})?$",
    re.IGNORECASE,
)
_MANY = {"百": 100, "千": 1000, "万": 10_000, "hundred": 100, "thousand": 1000, "k": 1000}
_MANY_WORDS = {100: "百", 1000: "千", 10_000: "万"}
_UNIT_OF_MANY = re.compile(rf"(?P<many>百|{_THOUSAND}|万|10000|1000|100)(?:$| ?(?P<unit>[^\d ].*)$)")
_FINE_PRICE = re.compile(r"[0-9]{1,9}\.[0-9]{3,6}")
_PERCENT = re.compile(r"(?P<number>[0-9]{1,3}(?:\.[0-9]{1,4})?)\s*(?P<sign>%|个点|percent)?", re.IGNORECASE)
_FIGURES = str.maketrans("一二三四五六七八九", "123456789")


@dataclass(frozen=True)
class TypedLine:
    """A line as it was typed: ``quantity`` and ``discount_percent`` are decimal texts, ``price`` minor units.

    What was not said is None; ``currency`` is the one named beside the price, which is that of ``per`` units.
    """

    product: str
    quantity: str
    unit: str | None = None
    price: int | None = None
    currency: str | None = None
    discount_percent: str | None = None
    per: int = 1


def parse_line(text: str) -> TypedLine:
    """The line that ``text`` means; BadValue when its product, quantity or price is not clear."""
    given = " ".join(text.split())
    if len(given) > _LONGEST:
        raise _unclear(text)
    # Sign by sign, so that a place in the one is the same place in the other: the product is kept as typed.
    rest = "".join(half_width(sign) or " " for sign in given)
    rest, discount = _without_discount(rest)
    priced = _PRICE.search(rest) or _SHOWN_PRICE.search(rest)
    price = priced["price"] if priced else None
    rest = rest[: priced.start()] if priced else rest
    found = _counted(rest, priced=bool(priced))
    if found is None:
        raise _unclear(text)
    price = found.groupdict().get("price") or price
    product = clean(given[found.start("product") : found.end("product")].rstrip(" ,;，；、"), field=_("product"))
    quantity, unit = _quantity(found["quantity"], found["many"], text), _unit(given, found)
    many = None if price is None else _PER_MANY.search(price)
    per = _many(many["many"]) if many else 1
    currency, bare = (None, None) if price is None else _bare_price(price[: many.start()] if many else price, text)
    if bare is not None and _FINE_PRICE.fullmatch(bare.rstrip("0")):
        _refuse_fine_price(bare, per, f"{product} x {quantity}{unit or ''}", discount)
    return TypedLine(
        product=product,
        quantity=quantity,
        unit=unit or (many["unit"] if many else None),
        price=None if bare is None else parse_amount(bare),
        currency=currency,
        discount_percent=discount,
        per=per,
    )


def _many(text: str) -> int:
    return _MANY.get(text.lower()) or int(text.replace(",", ""))


def _refuse_fine_price(price: str, per: int, goods: str, discount: str | None) -> None:
    """Refuse a price with more than two decimals, and say how the same is written for a hundred or a thousand."""
    for many in (100, 1000, 10_000):
        whole = Decimal(price) / per * many
        if many > per and whole * 100 == int(whole * 100):
            off = f" -{discount}%" if discount else ""
            raise BadValue(
                _("The price “{price}” has more than two decimals.").format(price=price),
                hint=_("Give the price of {many}: “{line}”.").format(
                    many=f"{many:,}", line=f"{goods} @ {plain(int(whole * 100))}/{many}{off}"
                ),
            )


def divided(quantity: str, per: int) -> str:
    """``quantity`` (decimal text) counted in hundreds, thousands, …: ``2500`` by 1,000 is ``2.5``."""
    return decimal_text(f"{Decimal(quantity) / per:f}")


def counted(quantity: str, unit: str | None) -> str:
    """How many single ones a quantity of a unit is: 2.5 千件 are 2500."""
    found = _UNIT_OF_MANY.fullmatch(unit or "")
    return quantity if found is None else decimal_text(f"{Decimal(quantity) * _many(found['many']):f}")


def in_singles(quantity: str, unit: str | None) -> tuple[str, str | None, int]:
    """A quantity as the client counts it, with its unit, and of how many the price is: 10 百件 are 1000 件, by 100."""
    found = _UNIT_OF_MANY.fullmatch(unit or "")
    return (quantity, unit, 1) if found is None else (counted(quantity, unit), found["unit"], _many(found["many"]))


def price_text(price: int, per: int) -> str:
    """A price in minor units as people read it, with how many it is of: ``35.00/100``."""
    return grouped(price) if per == 1 else f"{grouped(price)}/{per}"


def price_of_many(text: str) -> tuple[str, str, str | None] | None:
    """The price, the number and the unit of ``35/100件``; None for the price of one."""
    plain_text = half_width(text).strip()
    found = _PER_MANY.search(plain_text)
    return None if found is None else (plain_text[: found.start()], found["many"], found["unit"])


def unit_of_many(per: int, unit: str | None) -> str:
    """The unit of a price for many: 千件, ``1000 pcs``."""
    if unit is None or unit.isascii():
        return f"{per} {unit or ''}".rstrip()
    return f"{_MANY_WORDS[per]}{unit}"


def line_amount(quantity: str, price: int, discount_percent: str | None = None) -> int:
    """Quantity × price less the discount, in minor units rounded half up; BadValue over the limit of an amount."""
    kept = 1 - Fraction(discount_percent or 0) / 100
    amount = half_up(Fraction(quantity) * price * kept)
    if amount > LIMIT:
        raise BadValue(
            _("The line comes to {amount}, over the limit of {limit}.").format(
                amount=grouped(amount), limit=grouped(LIMIT)
            )
        )
    return amount


def tax_within(total: int, tax_percent: str | None) -> int:
    """The tax that a total holds: total × t ÷ (1 + t), rounded half up; prices hold their tax."""
    percent = Fraction(tax_percent or 0)
    return half_up(total * percent / (100 + percent))


def parse_percent(text: str, field: str) -> str:
    """A percentage from 0 to 100 as decimal text: ``13%``, ``13``, ``13个点``; ``field`` names it in a refusal.

    A bare number between 0 and 1 is refused: 0.13 may be 13 % or a slip of the finger.
    """
    found = _PERCENT.fullmatch(half_width(text).strip())
    if found is None:
        raise BadValue(_("“{text}” is no percentage.").format(text=excerpt(text)), hint=_("Write it as in 13%."))
    number = Decimal(found["number"])
    if not found["sign"] and 0 < number < 1:
        raise BadValue(
            _("“{text}” is not clear: is it out of 100?").format(text=excerpt(text)), hint=_("Write it as in 13%.")
        )
    return _checked_percent(found["number"], field)


def parse_discount(text: str) -> str | None:
    """The percentage taken off that ``text`` says (``5%``, ``-5%``, ``95折``), None if it says none."""
    plain = half_width(text).strip()
    found = _DISCOUNT.fullmatch(plain) or _DISCOUNT.fullmatch(f"-{plain}")
    return None if found is None else _percent_off(found)


def _without_discount(text: str) -> tuple[str, str | None]:
    found = _DISCOUNT.search(text)
    return (text, None) if found is None else (text[: found.start()], _percent_off(found))


def _percent_off(found: re.Match[str]) -> str:
    if not found["fold"]:
        return _checked_percent(found["less"] or found["off"], _("discount"))
    tenths = found["fold"].translate(_FIGURES).replace(".", "")
    return str(100 - int(tenths.ljust(2, "0")))


def _checked_percent(number: str, field: str) -> str:
    if Decimal(number.replace(",", "")) > _MOST_PERCENT:
        raise BadValue(_("The {field} of {percent}% is over 100%.").format(field=field, percent=number))
    return decimal_text(number)


def _counted(text: str, *, priced: bool) -> re.Match[str] | None:
    ways = _TWO if priced else (*_THREE, *_TWO)
    return next((found for way in ways if (found := way.fullmatch(text.strip()))), None)


def _bare_price(price: str, line: str) -> tuple[str | None, str]:
    """The currency named beside a price, and the price alone."""
    currency, bare = named_in(_PER_UNIT.sub("", price))
    if not bare:
        raise _unclear(line)
    return currency, bare


def _quantity(number: str, many: str, line: str) -> str:
    quantity = Decimal(number.replace(",", "")) * {"": 1, "千": 1000, "万": 10_000}[many]
    if not quantity:
        raise BadValue(_("The quantity in “{text}” is 0.").format(text=excerpt(line)))
    return decimal_text(f"{quantity:f}")


def _unit(given: str, found: re.Match[str]) -> str | None:
    return given[found.start("unit") : found.end("unit")] if found["unit"] else None


def _unclear(text: str) -> BadValue:
    return BadValue(
        _("“{text}” is not clearly a line of goods.").format(text=excerpt(text)),
        hint=_("Write PRODUCT x QUANTITY @ PRICE, as in “X200 x 100 @ 35.5” or “X200 x 100 @ 35.5 -5%”."),
    )

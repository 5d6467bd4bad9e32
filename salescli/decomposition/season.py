"""A season: twelve shares of the year, January to December."""

import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from salescli.errors import BadValue
from salescli.i18n import N_, _

Number = int | float | Decimal | Fraction

EVEN: tuple[Fraction, ...] = (Fraction(1),) * 12
EXAMPLE = N_("For example: --season 90 70 105 100 100 105 95 95 110 105 110 115")

# Weights that people type are short. Longer or further out they are mistakes, and exact arithmetic would crawl.
LONGEST = 40
FURTHEST = 15


def season_from(numbers: Iterable[str | Number]) -> tuple[Fraction, ...]:
    """The twelve shares as exact fractions, whatever they add up to.

    Raises BadValue for any other count than twelve, for what is no number of 0 or more, and for twelve zeros.
    """
    shares = tuple(_share(number) for number in numbers)
    if len(shares) != 12:
        raise BadValue(
            _("Twelve numbers make a season, January to December; given: {count}.").format(count=len(shares)),
            hint=_(EXAMPLE),
        )
    if not any(shares):
        raise BadValue(_("A season needs at least one month above 0."), hint=_(EXAMPLE))
    return shares


def _share(number: str | Number) -> Fraction:
    if isinstance(number, Fraction) and number >= 0:
        return number
    text = unicodedata.normalize("NFKC", str(number).strip()[: LONGEST + 1])
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if len(text) <= LONGEST and value.is_finite() and value >= 0 and abs(value.adjusted()) <= FURTHEST:
        return Fraction(value)
    raise BadValue(
        _("“{value}” is no share of a season.").format(value=text),
        hint=_("A share is a number of 0 or more, such as 90 or 7.5."),
    )

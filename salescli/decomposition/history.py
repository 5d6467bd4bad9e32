"""A season read from what was sold: the months' shares of the last two or three years, great orders trimmed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby
from math import ceil
from typing import NamedTuple

from salescli.errors import BadValue, Refused
from salescli.i18n import _, _n

Month = tuple[int, int]  # the year and the month, 1 to 12

FEWEST_YEARS, MOST_YEARS = 2, 3

QUANTILE = Fraction(99, 100)


class Order(NamedTuple):
    """An order by the name it is known by, its day, and its amount in minor units, below 0 for a return."""

    name: str
    day: date
    amount: int


class Trimmed(NamedTuple):
    """Orders by month, the greatest cut down to ``limit``; ``orders`` are those, as they were, by day and name.

    ``months`` has every month from the first order's to the last one's, also those without an order.
    """

    limit: int | None
    orders: tuple[Order, ...]
    months: dict[Month, int]


class HistorySeason(NamedTuple):
    """Twelve shares, January to December, and the months they were taken from, ``first`` to ``last``."""

    shares: tuple[Fraction, ...]
    first: Month
    last: Month
    years: int


def trim(orders: Iterable[Order], quantile: Fraction = QUANTILE) -> Trimmed:
    """Single orders above the ``quantile`` of all orders counted only up to it, and named.

    The quantile is the smallest amount that at least this part of the orders does not exceed (nearest rank), so
    that it is the amount of an order, and 1 trims nothing. Returns are no orders to rank; they are subtracted in
    their month. Raises BadValue for a quantile that is not above 0 and at most 1.
    """
    if not 0 < quantile <= 1:
        raise BadValue(
            _("The quantile that orders are trimmed above is more than 0 and at most 1."),
            hint=_("For example 0.95; 1 trims nothing."),
        )
    known = sorted(orders, key=lambda order: (order.day, order.name, order.amount))
    amounts = sorted(order.amount for order in known if order.amount > 0)
    limit = amounts[ceil(quantile * len(amounts)) - 1] if amounts else None
    months: dict[Month, int] = {}
    if known:
        first, last = _number(_month_of(known[0])), _number(_month_of(known[-1]))
        months = {_month(number): 0 for number in range(first, last + 1)}
    for month, those in groupby(known, _month_of):
        months[month] = sum(order.amount if limit is None else min(order.amount, limit) for order in those)
    trimmed = tuple(order for order in known if limit is not None and order.amount > limit)
    return Trimmed(limit, trimmed, months)


def history_season(history: Mapping[Month, int], today: date, working_days: Sequence[int | Fraction]) -> HistorySeason:
    """The season in amounts by month, from the two or three years that end with the last month known.

    A year is twelve months on end, wherever it begins; each counts the same, however much was sold in it. Months
    from that of ``today`` on are left out because they are not over, months missing in between count as 0.
    January and February are taken together, then shared by ``working_days``, the twelve of the year that the
    season is for, because the Spring Festival moves from one to the other.

    Raises BadValue for a month that is none or below 0; Refused for less than two years, or a year without sales.
    """
    _check(history)
    numbers = [_number(month) for month in history if month < (today.year, today.month)]
    after, before = (max(numbers) + 1, min(numbers)) if numbers else (0, 0)
    years = min((after - before) // 12, MOST_YEARS)
    if years < FEWEST_YEARS:
        raise Refused(
            _n(
                "The history has {count} month that is over; a season needs {needed}.",
                "The history has {count} months that are over; a season needs {needed}.",
                after - before,
            ).format(count=after - before, needed=12 * FEWEST_YEARS),
            hint=_("Add earlier months, or give the season as twelve numbers."),
        )
    shares = [Fraction(0)] * 12
    for begin in range(after - 12 * years, after, 12):
        amounts = {number % 12: history.get(_month(number), 0) for number in range(begin, begin + 12)}
        whole = sum(amounts.values())
        if not whole:
            raise Refused(
                _("Nothing was sold from {first} to {last}: that year has no season.").format(
                    first=_written(_month(begin)), last=_written(_month(begin + 11))
                ),
                hint=_("Give the season as twelve numbers."),
            )
        shares = [share + Fraction(amounts[place], whole * years) for place, share in enumerate(shares)]
    shares[:2] = _by_working_days(shares[0] + shares[1], working_days)
    return HistorySeason(tuple(shares), _month(after - 12 * years), _month(after - 1), years)


def _by_working_days(both: Fraction, working_days: Sequence[int | Fraction]) -> list[Fraction]:
    """What January and February have ``both``, by their working days; halves where they have none."""
    january, february = working_days[:2]
    if not january + february:
        return [both / 2, both / 2]
    return [both * Fraction(days) / (january + february) for days in (january, february)]


def _check(history: Mapping[Month, int]) -> None:
    for (year, month), amount in history.items():
        if not 1 <= month <= 12:
            raise BadValue(_("The history has a month {month} in {year}.").format(month=month, year=year))
        if amount < 0:
            raise BadValue(
                _("The history of {month} is below 0.").format(month=_written((year, month))),
                hint=_("More was returned than sold: give the month as 0, or the season as twelve numbers."),
            )


def _month_of(order: Order) -> Month:
    return order.day.year, order.day.month


def _number(month: Month) -> int:
    """Months counted on, so that they can be reckoned with."""
    return month[0] * 12 + month[1] - 1


def _month(number: int) -> Month:
    return number // 12, number % 12 + 1


def _written(month: Month) -> str:
    return f"{month[0]:04d}-{month[1]:02d}"

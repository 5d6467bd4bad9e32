"""The funnel backwards: from what is short to the deals, quotations and visits that it takes, day by day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, sqrt

from salescli.errors import BadValue, Refused
from salescli.i18n import _, _n

# Fewer cases say too little: what the user typed is taken then, and marked as assumed.
FEWEST_CASES = 10

# The standard normal quantile of 0.975: intervals hold the true rate in 95 of 100 cases.
Z = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A figure of the funnel: its value, how many cases of the user's own it stands on (样本), or 假设 assumed.

    ``low`` and ``high`` are the Wilson interval of a rate that has cases, else None.
    """

    value: Fraction
    cases: int
    assumed: bool
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Funnel:
    """What a gap takes, each step rounded up: deals, quotations, visits, over the ``days`` left to act in.

    ``capacity`` is how many visits the slots of these days hold. ``deals`` to ``visits`` are 0 without a gap.
    """

    gap: int
    average: Estimate | None
    win: Estimate
    quoting: Estimate
    deals: int
    quotations: int
    visits: int
    days: int
    capacity: int

    @property
    def per_day(self) -> Fraction | None:
        """Visits needed a day; None when no day is left."""
        return Fraction(self.visits, self.days) if self.days else None

    @property
    def capacity_per_day(self) -> Fraction | None:
        """Visits that a day holds on average; None when no day is left."""
        return Fraction(self.capacity, self.days) if self.days else None

    @property
    def beyond(self) -> int:
        """How many of the visits find no slot; 0 when all fit."""
        return max(self.visits - self.capacity, 0)

    def visits_in(self, days: int) -> int:
        """The visits for so many of the days to act in, such as those of next week, rounded up."""
        return -(-self.visits * min(days, self.days) // self.days) if self.days else 0


def rate(name: str, hits: int, cases: int, typed: Fraction | None = None) -> Estimate:
    """How many of the ``cases`` were ``hits``; under ten cases, or without any hit, the ``typed`` rate, assumed.

    ``name`` is the rate's in the user's language, for a refusal. Raises BadValue for a typed rate that is not above
    0 and at most 1, Refused where one is needed and none typed.
    """
    if not 0 <= hits <= cases:
        raise ValueError("there can't be more hits than cases")
    if typed is not None and not 0 < typed <= 1:
        raise BadValue(
            _("A rate is above 0 and at most 1; this is not so of the {figure}.").format(figure=name),
            hint=_("For example 0.3."),
        )
    low, high = wilson(hits, cases) if cases else (None, None)
    if cases >= FEWEST_CASES and hits:
        return Estimate(Fraction(hits, cases), cases, False, low, high)
    if typed is None:
        raise _too_few(name, cases)
    return Estimate(typed, cases, True, low, high)


def average_order(amounts: Sequence[int], typed: int | None = None) -> Estimate:
    """The mean of the orders' amounts in minor units; under ten orders the ``typed`` one, assumed.

    Raises BadValue for a typed amount that is not above 0, Refused where one is needed and none typed.
    """
    if typed is not None and typed <= 0:
        raise BadValue(_("An average order is more than 0."))
    if len(amounts) >= FEWEST_CASES and sum(amounts) > 0:
        return Estimate(Fraction(sum(amounts), len(amounts)), len(amounts), False)
    if typed is None:
        raise _too_few(_("average order"), len(amounts))
    return Estimate(Fraction(typed), len(amounts), True)


def median_cycle(days: Sequence[int], typed: int | None = None) -> Estimate:
    """The median of the days from first visit to order, rounded up; under ten deals the ``typed`` one, assumed.

    Raises BadValue for a typed number below 0, Refused where one is needed and none typed.
    """
    if typed is not None and typed < 0:
        raise BadValue(_("A sales cycle is 0 days or more."))
    if len(days) >= FEWEST_CASES:
        ranked = sorted(days)
        middle = ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2]
        return Estimate(Fraction(-(-middle // 2)), len(days), False)
    if typed is None:
        raise _too_few(_("sales cycle"), len(days))
    return Estimate(Fraction(typed), len(days), True)


def days_to_act(begin: date, deadline: date, cycle: int, is_working: Callable[[date], bool]) -> list[date]:
    """The working days from ``begin`` on from which an order can still come by ``deadline``, ``cycle`` days later."""
    length = (deadline - begin).days - cycle + 1
    return [day for day in (begin + timedelta(days=number) for number in range(length)) if is_working(day)]


def funnel(gap: int, average: Estimate | None, win: Estimate, quoting: Estimate, days: int, capacity: int) -> Funnel:
    """What it takes to close ``gap``: ÷ average order = deals, ÷ win rate = quotations, ÷ quoting rate = visits.

    ``average`` is in the units of the gap, None for a gap that counts orders. ``quoting`` is the part of the visits
    that lead to a quotation. ``days`` are as many as :func:`days_to_act` finds, ``capacity`` the visits that they
    hold. A gap of 0 or less takes nothing.
    """
    deals = ceil(max(gap, 0) / (average.value if average else Fraction(1)))
    quotations = ceil(deals / win.value)
    visits = ceil(quotations / quoting.value)
    return Funnel(gap, average, win, quoting, deals, quotations, visits, days, capacity)


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """The interval that a rate lies in with 95 % confidence, 0 to 1, from at least one case.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the
    American Statistical Association 22 (1927), 209–212.
    """
    square = Z * Z
    middle = (hits + square / 2) / (cases + square)
    half = Z / (cases + square) * sqrt(hits * (cases - hits) / cases + square / 4)
    return middle - half if hits else 0.0, middle + half if hits < cases else 1.0


def _too_few(figure: str, cases: int) -> Refused:
    if cases >= FEWEST_CASES:
        sentence = _("Not one of {cases} cases succeeded, so there is no {figure} to work with.")
    else:
        sentence = _n(
            "{cases} case is too few to work out the {figure}; it takes {needed}.",
            "{cases} cases are too few to work out the {figure}; it takes {needed}.",
            cases,
        )
    return Refused(
        sentence.format(cases=cases, figure=figure, needed=FEWEST_CASES), hint=_("Type the figure to assume.")
    )

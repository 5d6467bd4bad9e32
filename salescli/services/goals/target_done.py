"""A target taken up in mid-year: what was reached before there were records, typed as a sum or by months."""

from collections.abc import Iterable
from datetime import date, timedelta

from salescli.dates import Period
from salescli.decomposition.split import Hold
from salescli.errors import BadValue
from salescli.i18n import _

_DAY = timedelta(days=1)


def last_day_of(period: Period, as_of: date | None, today: date) -> date:
    """The last day that what was typed counts for: ``as_of``, else yesterday or the period's last day.

    Raises BadValue for a day outside the period or to come.
    """
    last = as_of or min(today - _DAY, period.last)
    if last > today:
        raise BadValue(_("{day} is still to come: nothing is reached by then.").format(day=last.isoformat()))
    if last not in period:
        raise BadValue(
            _("{day} lies outside {period}.").format(day=last.isoformat(), period=period.label),
            hint=_("Give with --as-of the last day that is counted, from {first} to {last}.").format(
                first=period.begin.isoformat(), last=min(period.last, max(today, period.begin)).isoformat()
            ),
        )
    return last


def in_one_sum(period: Period, amount: int, last: date) -> list[Hold]:
    """One amount for all the days up to and including ``last``."""
    return [Hold(Period.between(period.begin, last + _DAY), amount)]


def by_months(period: Period, months: Iterable[tuple[Period, int]], last: date) -> list[Hold]:
    """An amount for each month, the last one only up to and including ``last``.

    Raises BadValue for a month that lies outside the period or after that day.
    """
    found = []
    for month, amount in months:
        begin, end = max(month.begin, period.begin), min(month.end, period.end, last + _DAY)
        if begin >= end:
            raise BadValue(
                _("{month} has no day in {period} up to {last}.").format(
                    month=month.label, period=period.label, last=last.isoformat()
                ),
                hint=_("Give only months that have begun; --as-of says up to which day they are counted."),
            )
        found.append(Hold(Period.between(begin, end), amount))
    return found

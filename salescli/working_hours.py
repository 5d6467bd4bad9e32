"""Working time: minutes counted over the day's slots of its season, on working days alone.

Moments are local and naive, as the slots are; what lies outside the hours counts from the next slot on.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from salescli.slots import SEASONS, Season, slots_on

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def add_minutes(
    moment: datetime, minutes: int, works_on: Callable[[date], bool], seasons: Sequence[Season] = SEASONS
) -> datetime:
    """The moment by which ``minutes`` of working time have passed since ``moment``.

    ``works_on`` says which days are worked. Time that ends with a slot ends there, not at the start of the next one.
    """
    left = minutes * _MINUTE
    for start, end in _stretches(moment.date(), works_on, seasons):
        begin = max(start, moment)
        if begin <= end:
            if left <= end - begin:
                return begin + left
            left -= end - begin
    raise AssertionError("the days never end")


def minutes_between(
    begin: datetime, end: datetime, works_on: Callable[[date], bool], seasons: Sequence[Season] = SEASONS
) -> int:
    """The whole minutes of working time from ``begin`` to ``end``; 0 if that is not later."""
    worked = timedelta()
    for opens, closes in _stretches(begin.date(), works_on, seasons):
        if opens >= end:
            break
        worked += max(min(closes, end) - max(opens, begin), timedelta())
    return worked // _MINUTE


def opening(day: date, seasons: Sequence[Season] = SEASONS) -> time:
    """When the hours of ``day`` begin, worked or not."""
    return slots_on(day, seasons)[0].start


def _stretches(
    day: date, works_on: Callable[[date], bool], seasons: Sequence[Season]
) -> Iterator[tuple[datetime, datetime]]:
    """The slots of every working day from ``day`` on, as moments."""
    while True:
        if works_on(day):
            for slot in slots_on(day, seasons):
                yield datetime.combine(day, slot.start), datetime.combine(day, slot.end)
        day += _DAY

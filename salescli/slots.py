"""The day's slots by season, and how many visits the field time holds.

Seasons are data, never an offset: each has its own working slots and its own field time. Times are local
times of day; minutes are whole numbers.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from salescli.errors import BadValue
from salescli.i18n import N_, _

MonthDay = tuple[int, int]

_LEAP_YEAR = 2024  # its days are all there are

LAST_MINUTE = 23 * 60 + 59


class Slot(NamedTuple):
    """A stretch of a day from ``start`` up to ``end``."""

    start: time
    end: time

    @property
    def minutes(self) -> int:
        """Its length."""
        return _minute(self.end) - _minute(self.start)


class Season(NamedTuple):
    """The slots of a part of the year; ``begin`` and ``end`` are (month, day), both included, and may wrap."""

    name: str
    begin: MonthDay
    end: MonthDay
    slots: tuple[Slot, ...]
    field: Slot

    def covers(self, day: date) -> bool:
        """Whether ``day`` lies in the season."""
        month_day = (day.month, day.day)
        if self.begin <= self.end:
            return self.begin <= month_day <= self.end
        return month_day >= self.begin or month_day <= self.end

    def field_slots(self) -> tuple[Slot, ...]:
        """The slots as far as they lie in the field time."""
        cut = (Slot(max(slot.start, self.field.start), min(slot.end, self.field.end)) for slot in self.slots)
        return tuple(slot for slot in cut if slot.start < slot.end)


class Stop(NamedTuple):
    """A visit to be placed: ``minutes`` long, ``travel`` minutes on the way there, ``at`` a fixed start."""

    minutes: int
    travel: int = 0
    at: time | None = None


MORNING = Slot(time(8, 30), time(12, 0))
SEASONS = (
    Season("summer", (5, 1), (9, 30), (MORNING, Slot(time(13, 30), time(17, 30))), Slot(time(9, 30), time(17, 0))),
    Season("winter", (10, 1), (4, 30), (MORNING, Slot(time(13, 0), time(17, 0))), Slot(time(9, 30), time(16, 30))),
)
SEASON_NAMES = {"summer": N_("summer hours"), "winter": N_("winter hours")}


def season_on(day: date, seasons: Sequence[Season] = SEASONS) -> Season:
    """The season ``day`` lies in; :func:`seasons_from` sees to it that there is one."""
    return next(season for season in seasons if season.covers(day))


def slots_on(day: date, seasons: Sequence[Season] = SEASONS) -> tuple[Slot, ...]:
    """The working slots of ``day``."""
    return season_on(day, seasons).slots


def field_slots_on(day: date, seasons: Sequence[Season] = SEASONS) -> tuple[Slot, ...]:
    """The slots of ``day`` in which clients are visited."""
    return season_on(day, seasons).field_slots()


def capacity(day: date, visit_minutes: int, travel_minutes: int, seasons: Sequence[Season] = SEASONS) -> int:
    """How many visits of equal length fit into the field time of ``day``, the way to each included.

    Raises BadValue for a visit without length or a negative way.
    """
    if visit_minutes < 1 or travel_minutes < 0:
        raise BadValue(
            _("A visit of {minutes} minutes after {travel} minutes of travel can't be planned.").format(
                minutes=visit_minutes, travel=travel_minutes
            ),
            hint=_("Give a visit at least one minute, and travel none or more."),
        )
    slots = field_slots_on(day, seasons)
    most = sum(slot.minutes for slot in slots) // visit_minutes
    placed = place([Stop(visit_minutes, travel_minutes)] * most, slots)
    return sum(stop is not None for stop in placed)


def place(stops: Sequence[Stop], slots: Sequence[Slot]) -> list[Slot | None]:
    """When each stop takes place: one entry a stop, None where it does not fit any more.

    Stops with a fixed start keep it, inside the slots or not, overlapping or not: the warning is the caller's.
    The others follow each other in the order given, each as early as it fits into one slot, beside the fixed
    ones and with its travel before it. The way may lead through a break; the first one begins with the first slot.
    """
    # From when a fixed stop is in the way (the travel to it) until when. In this order one pass finds a free start.
    taken = sorted(
        (_minute(stop.at) - stop.travel, _minute(stop.at) + stop.minutes) for stop in stops if stop.at is not None
    )
    free_from = _minute(slots[0].start) if slots else 0
    placed: list[Slot | None] = []
    for stop in stops:
        start = _minute(stop.at) if stop.at is not None else _earliest(stop, free_from, slots, taken)
        if start is None:
            placed.append(None)
            continue
        end = min(start + stop.minutes, LAST_MINUTE)
        placed.append(Slot(_time(start), _time(end)))
        if stop.at is None:
            free_from = end
    return placed


def _earliest(stop: Stop, free_from: int, slots: Iterable[Slot], taken: Iterable[tuple[int, int]]) -> int | None:
    """The first minute at or after ``free_from`` plus the way at which the whole stop is free, if any."""
    ready = free_from + stop.travel
    for slot in slots:
        start = max(ready, _minute(slot.start))
        for blocked, end in taken:
            if start < end + stop.travel and blocked < start + stop.minutes:
                start = end + stop.travel
        if start + stop.minutes <= _minute(slot.end):
            return start
    return None


def seasons_from(tables: Mapping[str, Any]) -> tuple[Season, ...]:
    """The seasons of the settings, or the built-in ones if ``tables`` is empty.

    ``tables`` holds one table a season, as under ``[slots]`` of the settings file::

        [slots.summer]
        begin = "05-01"                             # month-day, included
        end = "09-30"                               # included; may lie before begin: over the new year
        day = ["08:30-12:00", "13:30-17:30"]        # the working slots, in order
        field = "09:30-17:00"                       # when clients are visited

    Raises BadValue for what cannot be read, slots that overlap, a field time outside every slot, and days of
    the year that lie in no season or in two.
    """
    if not tables:
        return SEASONS
    seasons = tuple(_season(name, table) for name, table in tables.items())
    if not _follow_each_other(seasons):
        raise _uncovered(seasons)
    return seasons


def _follow_each_other(seasons: Iterable[Season]) -> bool:
    """Whether each season begins on the day after another one ends, once round the year."""
    in_order = sorted(seasons, key=lambda season: season.begin)
    following = [*in_order[1:], in_order[0]]
    return len({season.begin for season in in_order}) == len(in_order) and all(
        _day_after(one.end) == other.begin for one, other in zip(in_order, following, strict=True)
    )


def _day_after(day: MonthDay) -> MonthDay:
    after = date(_LEAP_YEAR, *day) + timedelta(days=1)
    return after.month, after.day


def _uncovered(seasons: Sequence[Season]) -> BadValue:
    """The refusal that names the first day of the year that lies in no season or in several."""
    day = date(_LEAP_YEAR, 1, 1)
    while len(found := [season.name for season in seasons if season.covers(day)]) == 1:
        day += timedelta(days=1)
    sentence = _("{day} lies in several seasons: {names}.") if found else _("{day} lies in no season.")
    return BadValue(
        sentence.format(day=f"{day:%m-%d}", names=", ".join(found)),
        hint=_("Let each season begin on the day after the one before it ends."),
    )


def _season(name: str, table: Any) -> Season:
    if not isinstance(table, Mapping):
        raise _unreadable(f"slots.{name}", table, 'begin = "05-01", end = …, day = […], field = …')
    key = f"slots.{name}."
    day = table.get("day")
    if not isinstance(day, list) or not day:
        raise _unreadable(key + "day", day, '["08:30-12:00", "13:30-17:30"]')
    slots = tuple(_slot(key + "day", text) for text in day)
    season = Season(
        name,
        _month_day(key + "begin", table.get("begin")),
        _month_day(key + "end", table.get("end")),
        slots,
        _slot(key + "field", table.get("field")),
    )
    if any(earlier.end > later.start for earlier, later in pairwise(slots)):
        raise BadValue(
            _("The slots of {key} overlap or are out of order.").format(key=key + "day"),
            hint=_("Write them in the order of the day."),
        )
    if not season.field_slots():
        raise BadValue(
            _("The field time {key} touches none of the day's slots.").format(key=key + "field"),
            hint=_("Write it like {example}.").format(example="09:30-17:00"),
        )
    return season


def _slot(key: str, text: Any) -> Slot:
    found = re.fullmatch(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", _plain(text))
    if found:
        start_hour, start_minute, end_hour, end_minute = (int(part) for part in found.groups())
        try:
            slot = Slot(time(start_hour, start_minute), time(end_hour, end_minute))
        except ValueError:
            raise _unreadable(key, text, "09:30-17:00") from None
        if slot.start < slot.end:
            return slot
    raise _unreadable(key, text, "09:30-17:00")


def _month_day(key: str, text: Any) -> MonthDay:
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", _plain(text))
    if not found:
        raise _unreadable(key, text, "05-01")
    try:
        day = date(_LEAP_YEAR, int(found[1]), int(found[2]))
    except ValueError:
        raise _unreadable(key, text, "05-01") from None
    return day.month, day.day


def _plain(text: Any) -> str:
    """A setting's text with full-width signs, other dashes and blanks made plain; other types are no text."""
    plain = unicodedata.normalize("NFKC", text) if isinstance(text, str) else ""
    return re.sub(r"[–—~至到]", "-", re.sub(r"\s", "", plain))


def _unreadable(key: str, value: Any, example: str) -> BadValue:
    return BadValue(
        _("The setting {key} can't be “{value}”.").format(key=key, value=value),
        hint=_("Write it like {example}.").format(example=example),
    )


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)

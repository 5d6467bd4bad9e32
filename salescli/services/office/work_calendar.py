"""The working calendar of this file: the official days, the working week of the profile, own days off."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, select

from salescli.calendars import HALF, Calendar, DayMark, WorkingWeek
from salescli.dates import Period, echo_day
from salescli.errors import Refused
from salescli.i18n import _
from salescli.services.office import profile
from salescli.texts import clean

# As plain columns: nearly every command asks for the calendar, and a model costs start-up time.
_DAYS = sa.table(
    "calendarday",
    sa.column("day", sa.Date),
    *(sa.column(name) for name in ("kind", "name")),
    sa.column("official", sa.Boolean),
    *(sa.column(name) for name in ("weight", "deleted_at")),
)


class CalendarView(NamedTuple):
    """A day as lists and JSON show it.

    ``weight`` is how much of a working day it counts. ``own`` says that the user set it, ``provisional`` that it is
    computed because no notice is known for its year.
    """

    date: date
    kind: str
    weight: float
    name: str
    official: bool
    own: bool
    provisional: bool


def of(session: Session) -> Calendar:
    """The calendar that every count of working days in this file goes by."""
    days = session.execute(sa.select(_DAYS).where(_DAYS.c.deleted_at.is_(None)))
    return with_marks(profile.week_of(session), {day.day: _mark(day) for day in days})


def with_marks(week: WorkingWeek, marks: Mapping[date, DayMark]) -> Calendar:
    """A calendar with the days given, own and official; whole years among the official ones count as announced."""
    return Calendar(week, marks, announced_years(day for day, mark in marks.items() if mark.official))


def announced_years(official: Iterable[date]) -> set[int]:
    """The years whose notice stands in ``official``: days in two months of it or more.

    A notice may reach into the year before or after, by a few days of a single month.
    """
    months = Counter(year for year, _month in {(day.year, day.month) for day in official})
    return {year for year, count in months.items() if count > 1}


def days(calendar: Calendar, period: Period) -> list[CalendarView]:
    """Every day of a period, what it is and why."""
    return [view_of(calendar, day) for day in period.days()]


def view_of(calendar: Calendar, day: date) -> CalendarView:
    """One day as lists and JSON show it."""
    mark = calendar.mark(day)
    own = day in calendar.overrides and not mark.official
    weight = Fraction(calendar.weight(day))
    counts = int(weight) if weight.denominator == 1 else float(weight)
    return CalendarView(mark.date, mark.kind, counts, mark.name, mark.official, own, not mark.official and not own)


def set_day(
    session: Session,
    day: date,
    kind: Literal["leave", "work"],
    reason: str | None = None,
    weight: Fraction | int = 1,
) -> CalendarView:
    """Make ``day`` a day off (``leave``) or a working day of a weight, whatever the official calendar says."""
    from salescli.models.profile import CalendarDay

    row = session.exec(select(CalendarDay).where(CalendarDay.day == day)).first() or CalendarDay(day=day, kind=kind)
    row.kind, row.official, row.deleted_at = kind, False, None
    row.weight = None if weight == 1 else f"{float(weight):g}"
    row.name = clean(reason, field=_("reason")) if reason is not None else ""
    session.add(row)
    session.flush()
    return view_of(of(session), day)


def take_half_off(session: Session, day: date, reason: str | None = None) -> CalendarView:
    """Make a working day one that is worked by half; Refused for a day that is off as it is."""
    if not of(session).is_working(day):
        raise Refused(
            _("{day} is a day off already.").format(day=echo_day(day)),
            hint=_("`{command}` makes it worked by half.").format(command=f"sales calendar work {day} --half"),
        )
    return set_day(session, day, "work", reason, HALF)


def _mark(day: Any) -> DayMark:
    return DayMark(day.day, day.kind, day.name, day.official, Fraction(day.weight) if day.weight else 1)

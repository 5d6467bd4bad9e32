"""The working calendar of this file: the official days, the working week of the profile, own days off."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlmodel import Session, col, select

from salescli.calendars import Calendar, DayMark
from salescli.dates import Period
from salescli.i18n import _
from salescli.models.profile import CalendarDay
from salescli.services import profile
from salescli.texts import clean


@dataclass(frozen=True)
class CalendarView:
    """A day as lists and JSON show it.

    ``own`` says that the user set it, ``provisional`` that it is computed because no notice is known for its year.
    """

    date: date
    kind: str
    name: str
    official: bool
    own: bool
    provisional: bool


def of(session: Session) -> Calendar:
    """The calendar that every count of working days in this file goes by."""
    days = session.exec(select(CalendarDay).where(col(CalendarDay.deleted_at).is_(None)))
    return Calendar(profile.working_week(profile.of(session)), {day.day: _mark(day) for day in days})


def days(calendar: Calendar, period: Period) -> list[CalendarView]:
    """Every day of a period, what it is and why."""
    return [view_of(calendar, day) for day in period.days()]


def view_of(calendar: Calendar, day: date) -> CalendarView:
    """One day as lists and JSON show it."""
    mark = calendar.mark(day)
    own = day in calendar.overrides and not mark.official
    return CalendarView(mark.date, mark.kind, mark.name, mark.official, own, not mark.official and not own)


def set_day(session: Session, day: date, kind: Literal["leave", "work"], reason: str | None = None) -> CalendarView:
    """Make ``day`` a day off (``leave``) or a working day, whatever the official calendar says."""
    row = session.exec(select(CalendarDay).where(CalendarDay.day == day)).first() or CalendarDay(day=day, kind=kind)
    row.kind, row.official, row.deleted_at = kind, False, None
    row.name = clean(reason, field=_("reason")) if reason is not None else ""
    session.add(row)
    session.flush()
    return view_of(of(session), day)


def _mark(day: CalendarDay) -> DayMark:
    kind: Any = day.kind
    return DayMark(day.day, kind, day.name, day.official)

"""The working calendar of this file: the official days, the working week of the profile, own days off."""

from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from salescli.calendars import Calendar, DayMark
from salescli.models.profile import CalendarDay
from salescli.services import profile


def of(session: Session) -> Calendar:
    """The calendar that every count of working days in this file goes by."""
    days = session.exec(select(CalendarDay).where(col(CalendarDay.deleted_at).is_(None)))
    return Calendar(profile.working_week(profile.of(session)), {day.day: _mark(day) for day in days})


def set_day(session: Session, day: date, kind: str, name: str) -> DayMark:
    """Make ``day`` a day off (``leave``) or a working day (``work``), whatever the official calendar says."""
    row = session.exec(select(CalendarDay).where(CalendarDay.day == day)).first() or CalendarDay(day=day, kind=kind)
    row.kind, row.name, row.deleted_at = kind, name, None
    session.add(row)
    session.flush()
    return _mark(row)


def _mark(day: CalendarDay) -> DayMark:
    kind: Any = day.kind
    return DayMark(day.day, kind, day.name, day.official)

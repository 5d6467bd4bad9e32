"""The working calendar of a file: the official days, the profile's week, the user's own days."""

from datetime import date

import pytest
from sqlmodel import Session

from salescli.dates import Period
from salescli.errors import BadValue
from salescli.models.profile import CalendarDay
from salescli.services import profile, work_calendar
from salescli.services.work_calendar import CalendarView


def looked_at(session: Session, day: str) -> CalendarView:
    return work_calendar.view_of(work_calendar.of(session), date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        ("2026-11-25", "work", ""),
        ("2026-11-28", "rest", ""),
        ("2026-10-01", "rest", "国庆节"),
        ("2026-10-10", "makeup", "国庆节"),
        ("2026-02-28", "makeup", "春节"),
    ],
)
def test_the_official_days_stand_where_nothing_else_is_said(session: Session, day: str, kind: str, name: str) -> None:
    assert looked_at(session, day) == CalendarView(
        date.fromisoformat(day), kind, name, official=True, own=False, provisional=False
    )


def test_an_own_day_off_and_an_own_working_day_win(session: Session) -> None:
    off = work_calendar.set_day(session, date(2026, 12, 24), "leave", "年假")
    worked = work_calendar.set_day(session, date(2026, 10, 1), "work")
    assert (off.kind, off.name, off.official, off.own, off.provisional) == ("leave", "年假", False, True, False)
    assert (worked.kind, worked.name, worked.own) == ("work", "", True)
    calendar = work_calendar.of(session)
    assert calendar.working_days(date(2026, 12, 1), date(2027, 1, 1)) == 22
    assert calendar.working_days(date(2026, 10, 1), date(2026, 11, 1)) == 19


def test_the_last_word_on_a_day_counts(session: Session) -> None:
    work_calendar.set_day(session, date(2026, 12, 24), "leave", "年假")
    again = work_calendar.set_day(session, date(2026, 12, 24), "work")
    assert (again.kind, again.name) == ("work", "")
    assert looked_at(session, "2026-12-24").kind == "work"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_a_reason_that_is_blank_or_too_long_is_refused(session: Session, reason: str) -> None:
    with pytest.raises(BadValue):
        work_calendar.set_day(session, date(2026, 12, 24), "leave", reason)


def test_an_official_day_of_the_file_is_not_ones_own(session: Session) -> None:
    session.add(CalendarDay(day=date(2026, 12, 24), kind="rest", name="某节", official=True))
    found = looked_at(session, "2026-12-24")
    assert (found.kind, found.name, found.official, found.own, found.provisional) == (
        "rest",
        "某节",
        True,
        False,
        False,
    )


def test_the_working_week_of_the_profile_decides_on_saturdays(session: Session) -> None:
    profile.save(session, working_week="单休")
    assert looked_at(session, "2026-11-28").kind == "work"
    assert work_calendar.of(session).working_days(date(2026, 11, 1), date(2026, 12, 1)) == 25


def test_days_of_a_year_without_its_notice_are_provisional_but_not_the_own_ones(session: Session) -> None:
    work_calendar.set_day(session, date(2040, 6, 5), "leave")
    days = work_calendar.days(work_calendar.of(session), Period.month_of(date(2040, 6, 1)))
    assert len(days) == 30
    assert [day.date for day in days if not day.provisional] == [date(2040, 6, 5)]

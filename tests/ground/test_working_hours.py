"""Working time over the day's slots: what the hours, the season and the calendar make of it."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.calendars import Calendar, WorkingWeek
from salescli.slots import SEASONS, Season, Slot, seasons_from
from salescli.working_hours import add_minutes, minutes_between, opening

CHINA = Calendar().is_working
at = datetime.fromisoformat
ALTERNATING = Calendar(WorkingWeek("大小周", date(2026, 3, 4))).is_working


@pytest.mark.parametrize(
    ("received", "minutes", "due"),
    [
        ("2026-11-27T16:30", 240, "2026-11-30T12:00"),  # Friday in winter: 30 minutes, then Monday morning
        ("2026-11-27T16:30", 241, "2026-11-30T13:01"),
        ("2026-11-25T09:00", 180, "2026-11-25T12:00"),
        ("2026-11-25T09:00", 240, "2026-11-25T14:00"),  # lunch does not count
        ("2026-11-25T12:30", 60, "2026-11-25T14:00"),  # at lunch: from the afternoon on
        ("2026-07-15T12:30", 60, "2026-07-15T14:30"),  # which begins later in summer
        ("2026-11-25T06:00", 60, "2026-11-25T09:30"),
        ("2026-11-25T17:00", 60, "2026-11-26T09:30"),
        ("2026-11-25T22:00", 60, "2026-11-26T09:30"),
        ("2026-11-28T10:00", 60, "2026-11-30T09:30"),  # a Saturday
        ("2026-09-30T16:30", 240, "2026-10-08T11:30"),  # over the National Day into winter hours: 60, then 180
        ("2026-02-13T16:30", 240, "2026-02-14T12:00"),  # the next day is a Saturday made up for the Spring Festival
        ("2026-02-14T16:30", 240, "2026-02-24T12:00"),  # and after it the festival
        ("2026-04-30T16:30", 240, "2026-05-06T12:00"),  # winter hours end, three days of Labour Day
        ("2026-11-25T09:00", 480, "2026-11-26T09:30"),
        ("2026-11-25T09:00", 0, "2026-11-25T09:00"),
        ("2026-11-25T12:30", 0, "2026-11-25T13:00"),
    ],
)
def test_working_minutes_are_added_over_slots_and_days(received: str, minutes: int, due: str) -> None:
    assert add_minutes(at(received), minutes, CHINA) == at(due)


@pytest.mark.parametrize(
    ("begin", "end", "minutes"),
    [
        ("2026-11-27T16:30", "2026-11-30T12:00", 240),
        ("2026-11-27T16:30", "2026-11-27T16:30", 0),
        ("2026-11-30T12:00", "2026-11-27T16:30", 0),
        ("2026-11-27T18:00", "2026-11-30T08:00", 0),
        ("2026-11-25T00:00", "2026-11-26T00:00", 450),
        ("2026-07-15T00:00", "2026-07-16T00:00", 450),
        ("2026-11-23T00:00", "2026-11-30T00:00", 5 * 450),
        ("2026-11-25T08:59:40", "2026-11-25T09:00:30", 0),  # whole minutes only
        ("2026-11-25T11:59:30", "2026-11-25T13:00:30", 1),
    ],
)
def test_the_working_minutes_between_two_moments(begin: str, end: str, minutes: int) -> None:
    assert minutes_between(at(begin), at(end), CHINA) == minutes


def test_the_alternating_week_works_every_other_saturday() -> None:
    friday = at("2026-03-06T16:30")
    assert add_minutes(friday, 60, ALTERNATING) == at("2026-03-07T09:00")
    assert add_minutes(friday + timedelta(weeks=1), 60, ALTERNATING) == at("2026-03-16T09:00")


def test_slots_of_ones_own_rule() -> None:
    around_the_year = {"begin": "01-01", "end": "12-31", "day": ["10:00-11:00"], "field": "10:00-11:00"}
    own = seasons_from({"own": around_the_year})
    assert add_minutes(at("2026-11-25T10:30"), 90, CHINA, own) == at("2026-11-26T11:00")
    assert opening(date(2026, 11, 28), own) == time(10)


MOMENTS = st.datetimes(at("2024-01-01"), at("2027-12-31"))
MINUTES = st.integers(0, 4000)
ONE_SLOT = (Season("night", (1, 1), (12, 31), (Slot(time(22), time(23, 59)),), Slot(time(22), time(23, 59))),)
HOURS = st.sampled_from([SEASONS, ONE_SLOT])


@given(MOMENTS, MINUTES, HOURS)
def test_what_was_added_lies_between(moment: datetime, minutes: int, hours: tuple[Season, ...]) -> None:
    due = add_minutes(moment, minutes, CHINA, hours)
    assert minutes_between(moment, due, CHINA, hours) == minutes
    assert CHINA(due.date())
    assert any(slot.start <= due.time() <= slot.end for season in hours if season.covers(due) for slot in season.slots)


@given(MOMENTS, MINUTES, MINUTES, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_more_time_and_a_later_receipt_are_never_due_earlier(
    moment: datetime, minutes: int, more: int, later: timedelta
) -> None:
    due = add_minutes(moment, minutes, CHINA)
    assert add_minutes(moment, minutes + more, CHINA) == add_minutes(due, more, CHINA) >= due
    assert add_minutes(moment + later, minutes, CHINA) >= due


@given(MOMENTS, st.integers(0, 60_000), st.timedeltas(timedelta(0), timedelta(days=40)))
def test_time_is_the_sum_of_its_parts(begin: datetime, first: int, second: timedelta) -> None:
    begin = begin.replace(second=0, microsecond=0)
    middle = begin + timedelta(minutes=first)
    end = middle + second
    parts = minutes_between(begin, middle, CHINA) + minutes_between(middle, end, CHINA)
    assert minutes_between(begin, end, CHINA) == parts

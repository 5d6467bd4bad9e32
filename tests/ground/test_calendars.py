"""The working calendar: official years, years by law, working weeks, the user's own days."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.calendars import (
    Calendar,
    DayMark,
    WorkingWeek,
    days_off_by_law,
    holiday_label,
    parse_weight,
    statutory_days,
)
from salescli.dates import Period
from salescli.errors import BadValue
from salescli.i18n import activate, language

DATA = Path(__file__).parent / "data"
DAY = timedelta(days=1)
CHINA = Calendar()
SIX_DAYS = Calendar(WorkingWeek("单休"))
ALTERNATING = Calendar(WorkingWeek("大小周", date(2026, 3, 4)))

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def year(number: int) -> Period:
    return Period.year_of(date(number, 1, 1))


def days(begin: date, end: date) -> Iterator[date]:
    return map(date.fromordinal, range(begin.toordinal(), end.toordinal()))


def months(calendar: Calendar, number: int) -> list[int]:
    return [calendar.working_days(month.begin, month.end) for month in year(number).months()]


def leave(*off: date) -> dict[date, DayMark]:
    return {day: DayMark(day, "leave", "事假", official=True) for day in off}


def test_working_days_of_2026_are_the_published_ones() -> None:
    assert months(CHINA, 2026) == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert CHINA.working_days(date(2026, 1, 1), date(2027, 1, 1)) == 248


def test_2024_to_2026_agree_with_the_public_holiday_list_day_by_day() -> None:
    listed = json.loads((DATA / "official_days.json").read_text("utf-8"))
    off = {date.fromisoformat(day) for day in listed["off"]}
    worked = {date.fromisoformat(day) for day in listed["worked"]}
    assert (len(off), len(worked)) == (89, 19)
    for day in days(date(2024, 1, 1), date(2027, 1, 1)):
        mark = CHINA.mark(day)
        expected = "makeup" if day in worked else "rest" if day in off or day.weekday() >= 5 else "work"
        assert (mark.date, mark.kind, mark.official) == (day, expected, True)
        assert bool(mark.name) == (day in off or day in worked)


def test_weeks_of_2026_have_from_no_to_six_working_days() -> None:
    counts = {week.label: CHINA.working_days(week.begin, week.end) for week in year(2026).weeks()}
    assert (counts["2026-W07"], counts["2026-W08"], counts["2026-W38"]) == (6, 0, 6)


@pytest.mark.parametrize("number", range(2004, 2027))
def test_a_day_off_by_law_is_a_day_off_in_the_announced_year(number: int) -> None:
    for day, name in statutory_days(number).items():
        mark = CHINA.mark(day)
        assert mark.kind == "rest", (day, name)
        # Two feasts at once go by one name, and one that fell on a weekend was not named.
        assert mark.name == name or (number, name) in {(2009, "国庆节"), (2012, "端午节")}


@pytest.mark.parametrize("number", [number for number in range(2008, 2027) if number != 2020])
def test_a_year_by_law_has_the_announced_number_of_working_days_give_or_take_one(number: int) -> None:
    off = days_off_by_law(number)
    by_law = sum(day.weekday() < 5 and day not in off for day in days(date(number, 1, 1), date(number + 1, 1, 1)))
    assert abs(by_law - sum(months(CHINA, number))) <= 1


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2008-04-04", "清明节"),
        ("2023-04-05", "清明节"),
        ("2024-04-04", "清明节"),
        ("2071-04-05", "清明节"),
        ("2100-04-05", "清明节"),
        ("2024-02-10", "春节"),
        ("2025-01-28", "春节"),
        ("2027-02-05", "春节"),
        ("2027-02-08", "春节"),
        ("2033-01-30", "春节"),
        ("2100-02-08", "春节"),
        ("2100-02-09", "春节"),
        ("2027-06-09", "端午节"),
        ("2100-06-12", "端午节"),
        ("2027-09-15", "中秋节"),
        ("2100-09-18", "中秋节"),
        ("2026-05-02", "劳动节"),
        ("2003-05-03", "劳动节"),
        ("1995-10-02", "国庆节"),
        ("2027-10-03", "国庆节"),
    ],
)
def test_public_holidays_by_law(day: str, name: str) -> None:
    assert statutory_days(int(day[:4]))[date.fromisoformat(day)] == name


@pytest.mark.parametrize(("number", "count"), [(1995, 7), (2003, 10), (2010, 11), (2024, 11), (2025, 13), (2100, 13)])
def test_the_number_of_public_holidays_follows_the_law_of_the_time(number: int, count: int) -> None:
    assert len(statutory_days(number)) == count


def test_a_year_without_notice_is_computed_and_provisional() -> None:
    first = CHINA.mark(date(2027, 1, 1))
    assert (first.kind, first.name, first.official) == ("rest", "元旦", False)
    assert not CHINA.mark(date(2027, 3, 3)).official
    assert [day.day for day in days(date(2027, 2, 1), date(2027, 3, 1)) if CHINA.mark(day).name] == [5, 6, 7, 8, 9, 10]
    assert CHINA.working_days(date(2027, 1, 1), date(2028, 1, 1)) == 248


@pytest.mark.parametrize(
    ("begin", "end", "provisional"),
    [
        ("2026-01-01", "2027-01-01", False),
        ("2026-01-01", "2027-01-02", True),
        ("2027-06-01", "2027-06-02", True),
        ("2003-12-31", "2004-01-02", True),
        ("2004-01-01", "2004-01-02", False),
        ("2027-06-01", "2027-06-01", False),
    ],
)
def test_a_period_is_provisional_as_soon_as_one_of_its_days_is(begin: str, end: str, provisional: bool) -> None:
    assert CHINA.provisional(date.fromisoformat(begin), date.fromisoformat(end)) is provisional


def test_an_imported_notice_replaces_what_was_computed() -> None:
    notice = {
        date(2027, 2, 6): DayMark(date(2027, 2, 6), "rest", "春节", official=True),
        date(2027, 2, 20): DayMark(date(2027, 2, 20), "makeup", "春节", official=True),
    }
    calendar = Calendar(overrides=notice, announced=[2027])
    assert not calendar.provisional(date(2027, 1, 1), date(2028, 1, 1))
    assert calendar.mark(date(2027, 1, 1)) == DayMark(date(2027, 1, 1), "work", "", official=True)
    assert calendar.is_working(date(2027, 2, 20))
    assert calendar.provisional(date(2028, 1, 1), date(2028, 1, 2))


@pytest.mark.parametrize("calendar", [CHINA, SIX_DAYS, ALTERNATING], ids=["双休", "单休", "大小周"])
def test_no_year_from_1990_to_2100_fails(calendar: Calendar) -> None:
    for number in range(1990, 2101):
        counts = months(calendar, number)
        assert 247 <= sum(counts) <= 307
        assert min(counts) >= 14
        assert all(calendar.mark(day).date == day for day in days(date(number, 1, 1), date(number + 1, 1, 1)))


@pytest.mark.parametrize("calendar", [CHINA, SIX_DAYS, ALTERNATING], ids=["双休", "单休", "大小周"])
def test_exactly_the_years_without_a_known_notice_are_provisional(calendar: Calendar) -> None:
    for number in range(1990, 2101):
        provisional = not 2004 <= number <= 2026
        assert calendar.provisional(date(number, 1, 1), date(number + 1, 1, 1)) is provisional
        assert {calendar.mark(day).official for day in days(date(number, 1, 1), date(number + 1, 1, 1))} == {
            not provisional
        }


@pytest.mark.parametrize("number", [1, 1899, 1900, 2101, 9998, 9999])
def test_years_beyond_the_lunar_tables_do_without_the_lunar_festivals(number: int) -> None:
    assert CHINA.mark(date(number, 1, 1)).name == "元旦"
    assert ("春节" in statutory_days(number).values()) == (number == 1900)


def test_a_week_with_one_day_off_works_on_saturdays_that_are_no_holiday() -> None:
    assert SIX_DAYS.mark(date(2026, 3, 7)).kind == "work"
    assert not SIX_DAYS.is_working(date(2026, 3, 8))
    assert SIX_DAYS.mark(date(2026, 10, 3)).name == "国庆节"
    assert not SIX_DAYS.is_working(date(2026, 10, 3))


def test_only_the_alternating_week_looks_at_its_long_week() -> None:
    for saturday in (date(2026, 3, 7), date(2026, 3, 14)):
        assert WorkingWeek("单休", date(2026, 3, 4)).works_on(saturday)
        assert not WorkingWeek("双休", date(2026, 3, 4)).works_on(saturday)


def test_alternating_weeks_go_on_alternating_over_the_end_of_a_53_week_year() -> None:
    saturdays = [date(2026, 2, 28) + timedelta(weeks=week) for week in range(3)]
    assert [ALTERNATING.is_working(day) for day in saturdays] == [True, True, False]  # 28 February makes up
    assert [ALTERNATING.week.works_on(day) for day in saturdays] == [False, True, False]
    across = [ALTERNATING.week.works_on(date(2026, 12, 26) + timedelta(weeks=week)) for week in range(4)]
    assert across in ([True, False, True, False], [False, True, False, True])


@pytest.mark.parametrize("known", [date(2026, 3, 2), date(2026, 3, 7), date(2026, 3, 8), date(2027, 1, 8)])
def test_any_day_of_a_long_week_tells_which_weeks_are_long(known: date) -> None:
    week = WorkingWeek("大小周", known)
    assert week.works_on(date(2026, 3, 7))
    assert not week.works_on(date(2026, 3, 14))


@pytest.mark.parametrize("calendar", [CHINA, SIX_DAYS, ALTERNATING], ids=["双休", "单休", "大小周"])
def test_a_makeup_day_is_worked_in_every_week(calendar: Calendar) -> None:
    assert calendar.mark(date(2026, 1, 4)) == DayMark(date(2026, 1, 4), "makeup", "元旦", official=True)
    assert calendar.is_working(date(2026, 1, 4))


def test_own_days_win_over_everything() -> None:
    own = leave(date(2026, 1, 4), date(2026, 3, 4)) | {
        date(2026, 10, 1): DayMark(date(2026, 10, 1), "work", "加班", official=True)
    }
    calendar = Calendar(overrides=own)
    assert [calendar.is_working(day) for day in own] == [False, False, True]
    assert calendar.working_days(date(2026, 1, 1), date(2027, 1, 1)) == 247
    assert calendar.mark(date(2026, 3, 4)).name == "事假"


HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("calendar", "day", "plain", "half"),
    [
        (CHINA, date(2026, 3, 6), 1, 1),
        (CHINA, date(2026, 3, 7), 0, HALF),
        (CHINA, date(2026, 3, 8), 0, 0),
        (CHINA, date(2026, 2, 28), 1, 1),  # a make-up Saturday
        (CHINA, date(2026, 10, 3), 0, 0),  # a holiday Saturday
        (SIX_DAYS, date(2026, 3, 7), 1, HALF),
        (ALTERNATING, date(2026, 3, 7), 1, HALF),
        (ALTERNATING, date(2026, 3, 14), 0, 0),
        (Calendar(overrides=leave(date(2026, 3, 7))), date(2026, 3, 7), 0, 0),
        (
            Calendar(overrides={date(2026, 3, 7): DayMark(date(2026, 3, 7), "work", "", official=True)}),
            date(2026, 3, 7),
            1,
            1,
        ),
    ],
)
def test_weight_of_a_day_without_and_with_half_saturdays(
    calendar: Calendar, day: date, plain: int, half: Fraction
) -> None:
    assert calendar.weight(day) == plain
    assert calendar.weight(day, HALF) == half


def test_a_day_counts_its_own_weight_where_it_is_worked_at_all() -> None:
    half_day, event, off = date(2026, 12, 24), date(2026, 11, 11), date(2026, 12, 25)
    calendar = Calendar(
        overrides={
            half_day: DayMark(half_day, "work", "", official=False, weight=HALF),
            event: DayMark(event, "work", "双十一", official=False, weight=2),
            off: DayMark(off, "leave", "", official=False, weight=2),
        }
    )
    assert [calendar.weight(day) for day in (half_day, event, off)] == [HALF, 2, 0]
    assert [calendar.weight(day, HALF) for day in (half_day, event, off)] == [HALF, 2, 0]
    assert calendar.is_working(half_day)
    assert calendar.working_days(date(2026, 11, 1), date(2027, 1, 1)) == 21 + 23 - 1


def test_a_saturday_worked_by_half_keeps_its_own_weight_beside_that_of_saturdays() -> None:
    saturday = date(2026, 3, 7)
    calendar = Calendar(overrides={saturday: DayMark(saturday, "work", "", official=False, weight=HALF)})
    assert calendar.weight(saturday, Fraction(1, 4)) == HALF


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("0.5", HALF),
        ("1", 1),
        ("2", 2),
        ("10", 10),
        (" 1.25 ", Fraction(5, 4)),
        ("0.001", Fraction(1, 1000)),
        ("１.５", 1.5),
    ],
)
def test_a_weight_is_read(text: str, weight: Fraction) -> None:
    assert parse_weight(text) == weight


@pytest.mark.parametrize(
    "text", ["", "0", "0.0", "-1", "10.001", "11", "1e1", "nan", "inf", "1/2", "半", "0.0001", "1,5", ".5"]
)
def test_a_weight_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        parse_weight(text)


@pytest.mark.parametrize(
    ("method", "day", "expected"),
    [
        ("next_working_day", date(2026, 9, 30), date(2026, 10, 8)),
        ("next_working_day", date(2026, 10, 8), date(2026, 10, 9)),
        ("next_working_day", date(2026, 10, 9), date(2026, 10, 10)),  # a make-up Saturday
        ("previous_working_day", date(2026, 10, 8), date(2026, 9, 30)),
        ("previous_working_day", date(2026, 3, 9), date(2026, 3, 6)),
        ("working_day_on_or_after", date(2026, 3, 9), date(2026, 3, 9)),
        ("working_day_on_or_after", date(2026, 3, 7), date(2026, 3, 9)),
        ("next_working_day", date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_the_working_day_beside_a_day(method: str, day: date, expected: date) -> None:
    assert getattr(CHINA, method)(day) == expected


@settings(max_examples=33, deadline=None)
@given(begin=DAYS, length=st.integers(-5, 900), calendar=st.sampled_from([CHINA, SIX_DAYS, ALTERNATING]))
def test_working_days_are_the_days_that_are_worked(begin: date, length: int, calendar: Calendar) -> None:
    end = begin + timedelta(days=length)
    assert calendar.working_days(begin, end) == sum(map(calendar.is_working, days(begin, end)))


@settings(max_examples=33, deadline=None)
@given(day=DAYS, count=st.integers(-60, 60))
def test_counting_working_days_on_and_back_agree(day: date, count: int) -> None:
    reached = CHINA.add_working_days(day, count)
    if count == 0:
        assert reached == day
        return
    first, last = (day + DAY, reached + DAY) if count > 0 else (reached, day)
    assert CHINA.is_working(reached)
    assert CHINA.working_days(first, last) == abs(count)


@pytest.mark.parametrize("wrong", [("四休", None), ("大小周", None)])
def test_a_working_week_that_cannot_be_is_refused(wrong: tuple[str, date | None]) -> None:
    with pytest.raises(BadValue):
        WorkingWeek(*wrong)  # type: ignore[arg-type]


@pytest.fixture
def english() -> Iterator[None]:
    before = language()
    activate("en")
    yield
    activate(before)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("国庆节", "National Day"),
        ("国庆节、中秋节", "National Day, Mid-autumn Festival"),
        ("事假", "事假"),
        ("国庆节、加班", "国庆节、加班"),
        ("", ""),
    ],
)
def test_holidays_have_english_names_and_own_words_stay(name: str, label: str) -> None:
    assert holiday_label(name) == label

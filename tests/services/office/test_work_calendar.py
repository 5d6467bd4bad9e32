"""The working calendar of a file: the official days, the profile's week, the user's own days."""

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from sqlmodel import Session, select

from salescli import holiday_files
from salescli.dates import Period
from salescli.errors import BadRows, BadValue, NotFound, Refused
from salescli.holiday_files import HolidayFile
from salescli.models.clients import Client
from salescli.models.profile import CalendarDay
from salescli.services.accounts import cadence
from salescli.services.files import calendar_import
from salescli.services.files.calendar_import import Imported
from salescli.services.goals import targets
from salescli.services.goals.target_lookup import amount_between
from salescli.services.office import profile, work_calendar
from salescli.services.office.work_calendar import CalendarView
from salescli.services.planning import day_plans
from salescli.vocabulary import Measure, Tier
from tests.services.desk import THU, Desk

HOLIDAYS = Path(__file__).parents[2] / "data" / "holidays"
HALF = Fraction(1, 2)


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
        date.fromisoformat(day),
        kind,
        int(kind != "rest"),
        name,
        official=True,
        own=False,
        provisional=False,
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


# --- half days and events ---


def test_a_half_day_counts_by_half_and_is_a_working_day(session: Session) -> None:
    half = work_calendar.take_half_off(session, date(2026, 12, 24), "体检")
    assert (half.kind, half.weight, half.name, half.own) == ("work", 0.5, "体检", True)
    calendar = work_calendar.of(session)
    assert calendar.weight(date(2026, 12, 24)) == HALF
    assert calendar.working_days(date(2026, 12, 1), date(2027, 1, 1)) == 23


def test_half_a_day_off_is_refused_for_a_day_that_is_off(session: Session) -> None:
    with pytest.raises(Refused, match="2026-12-26"):
        work_calendar.take_half_off(session, date(2026, 12, 26))
    assert work_calendar.set_day(session, date(2026, 12, 26), "work", weight=HALF).weight == 0.5


def test_an_event_counts_more_until_the_day_is_set_again(session: Session) -> None:
    day = date(2026, 11, 11)
    assert work_calendar.set_day(session, day, "work", "双十一", Fraction("2.125")).weight == 2.125
    assert work_calendar.of(session).weight(day) == Fraction("2.125")
    assert work_calendar.set_day(session, day, "work").weight == 1
    assert work_calendar.set_day(session, day, "leave").weight == 0


def test_a_half_day_holds_half_the_visits(desk: Desk) -> None:
    for number in range(20):
        desk.contacted(f"客户{number}", date(2026, 5, 1))
    whole = cadence.room(THU, desk.settings, desk.calendar)
    work_calendar.take_half_off(desk.session, THU)
    desk.calendar = work_calendar.of(desk.session)
    half = cadence.room(THU, desk.settings, desk.calendar)
    assert (whole, half) == (cadence.capacity(THU, desk.settings), whole // 2)
    assert len(day_plans.plan(desk.session, THU, *desk.rules_now).visits) == half


def test_clients_never_contacted_are_spread_by_what_a_half_day_holds(desk: Desk) -> None:
    work_calendar.take_half_off(desk.session, THU)
    desk.calendar = work_calendar.of(desk.session)
    for number in range(40):
        desk.client(f"客户{number}", grade="A")
    due = [client.next_due_on for client in desk.session.exec(select(Client))]
    assert 0 < due.count(THU) <= cadence.room(THU, desk.settings, desk.calendar)


# --- taking a holiday file in ---


def notice(*days: tuple[str, bool, str], year: int | None = 2027) -> HolidayFile:
    listed = [{"name": name, "date": day, "isOffDay": off} for day, off, name in days]
    return holiday_files.read(json.dumps({"year": year, "days": listed}).encode(), "2027.json")


NOTICE_2027 = (
    ("2026-12-31", True, "元旦"),
    ("2027-01-01", True, "元旦"),
    ("2027-01-04", False, "元旦"),
    ("2027-02-05", True, "春节"),
    ("2027-02-12", True, "春节"),
    ("2027-02-20", False, "春节"),
)


def take(session: Session, *days: tuple[str, bool, str]) -> Imported:
    return calendar_import.take(session, notice(*days), "2027.json")


def counts(done: Imported) -> tuple[int, int, int, int, int]:
    return done.new, done.updated, done.unchanged, done.removed, done.own


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_public_list_of_a_known_year_changes_no_day(session: Session, year: int) -> None:
    found = calendar_import.read(HOLIDAYS / f"{year}.json")
    done = calendar_import.take(session, found, f"{year}.json")
    assert (done.years, done.changed, done.new) == ([year], [], done.rows)
    assert counts(calendar_import.take(session, found, f"{year}.json")) == (0, 0, done.rows, 0, 0)
    assert work_calendar.of(session).announced == {year}


def test_a_notice_takes_the_place_of_what_was_computed(session: Session) -> None:
    expected = calendar_import.preview(session, notice(*NOTICE_2027), "2027.json")
    assert not session.exec(select(CalendarDay)).all()
    done = take(session, *NOTICE_2027)
    assert done == expected
    assert (done.years, done.rows, counts(done)) == ([2027], 6, (6, 0, 0, 0, 0))
    calendar = work_calendar.of(session)
    assert not calendar.provisional(date(2026, 1, 1), date(2028, 1, 1))
    assert calendar.provisional(date(2028, 1, 1), date(2028, 1, 2))
    changed = {day.date.isoformat(): (day.before, day.kind, day.name) for day in done.changed}
    assert changed["2026-12-31"] == ("work", "rest", "元旦")
    assert changed["2027-02-12"] == ("work", "rest", "春节")
    assert changed["2027-02-20"] == ("rest", "makeup", "春节")
    assert changed["2027-10-01"] == ("rest", "work", "")  # this notice does not name it
    assert "2027-02-05" not in changed
    assert looked_at(session, "2027-01-04").kind == "work"
    assert looked_at(session, "2026-10-01").kind == "rest"
    assert all(day.official for day in done.changed)


def test_own_days_stay_and_are_counted(session: Session) -> None:
    work_calendar.set_day(session, date(2027, 2, 12), "work", "值班")
    work_calendar.set_day(session, date(2027, 2, 20), "leave")
    done = take(session, *NOTICE_2027)
    assert counts(done) == (4, 0, 0, 0, 2)
    assert not {date(2027, 2, 12), date(2027, 2, 20)} & {day.date for day in done.changed}
    assert (looked_at(session, "2027-02-12").name, looked_at(session, "2027-02-20").kind) == ("值班", "leave")
    assert counts(take(session, *NOTICE_2027)) == (0, 0, 4, 0, 2)


def test_a_corrected_notice_takes_days_away_and_brings_them_back(session: Session) -> None:
    take(session, *NOTICE_2027)
    corrected = [day for day in NOTICE_2027 if day[0] not in ("2027-02-12", "2026-12-31")]
    done = take(session, *corrected[:-1], ("2027-02-20", True, "春节"))
    assert counts(done) == (0, 1, 3, 1, 0)
    assert [(day.date.isoformat(), day.kind) for day in done.changed] == [
        ("2027-02-12", "work"),
        ("2027-02-20", "rest"),
    ]
    assert looked_at(session, "2027-02-12").kind == "work"
    again = take(session, *NOTICE_2027)
    assert counts(again) == (1, 1, 4, 0, 0)
    assert looked_at(session, "2027-02-12").kind == "rest"
    assert len(session.exec(select(CalendarDay)).all()) == 6


def test_new_year_s_leave_in_december_survives_the_notice_of_its_own_year(session: Session) -> None:
    take(session, *NOTICE_2027)
    done = calendar_import.take(session, calendar_import.read(HOLIDAYS / "2026.json"), "2026.json")
    assert (done.removed, done.years) == (0, [2026])
    assert looked_at(session, "2026-12-31").kind == "rest"


def test_days_of_a_single_month_announce_no_year_and_take_nothing_away(session: Session) -> None:
    take(session, *NOTICE_2027)
    done = take(session, ("2027-03-08", True, "妇女节"), ("2028-03-08", True, "妇女节"))
    assert (done.removed, done.years) == (0, [2027])
    assert work_calendar.of(session).announced == {2027}
    assert looked_at(session, "2028-03-09").provisional
    assert looked_at(session, "2028-03-08").official


@pytest.mark.parametrize(
    ("days", "years"),
    [
        ([], set()),
        (["2027-01-01", "2027-01-31"], set()),
        (["2027-01-01", "2027-02-01"], {2027}),
        (["2026-12-31", "2027-01-01"], set()),
        (["2026-12-31", "2027-01-01", "2027-10-01", "2028-01-01"], {2027}),
    ],
)
def test_a_year_is_announced_by_days_in_two_of_its_months(days: list[str], years: set[int]) -> None:
    assert work_calendar.announced_years(map(date.fromisoformat, days)) == years


def test_the_holidays_of_another_country_take_the_place_of_china_s(session: Session, tmp_path: Path) -> None:
    events = "".join(
        f"BEGIN:VEVENT\nDTSTART;VALUE=DATE:{day}\nSUMMARY:{name}\nEND:VEVENT\n"
        for day, name in (
            ("20260101", "New Year's Day"),
            ("20260704", "Independence Day"),
            ("20261126", "Thanksgiving"),
        )
    )
    file = tmp_path / "us.ics"
    file.write_text(f"BEGIN:VCALENDAR\n{events}END:VCALENDAR\n", "utf-8")
    done = calendar_import.take(session, calendar_import.read(file), file.name)
    assert (done.rows, done.years) == (3, [2026])
    assert [looked_at(session, day).kind for day in ("2026-02-17", "2026-02-28", "2026-11-26")] == [
        "work",
        "rest",
        "rest",
    ]
    assert looked_at(session, "2026-01-01").name == "元旦"


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("missing.json", None, NotFound),
        ("2027.json", '{"year": 2027, "days": []}', Refused),
        ("bad.json", '{"days": [{"name": "", "date": "2027-02-30", "isOffDay": true}]}', BadRows),
        ("empty.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", Refused),
        ("big.json", "[" + " " * holiday_files.MOST_BYTES + "]", Refused),
        ("empty.json", "", Refused),
    ],
)
def test_a_file_that_can_t_be_taken_is_refused(
    tmp_path: Path, name: str, content: str | None, problem: type[Exception]
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(problem, match=name):
        calendar_import.read(tmp_path / name)


def test_targets_with_a_changed_day_are_named_and_split_again_on_request(session: Session) -> None:
    period = Period.year_of(date(2027, 1, 1))
    target = targets.set_target(session, period, 1_200_000_00, Measure.AMOUNT, Tier.TARGET)
    targets.set_target(session, Period.year_of(date(2028, 1, 1)), 5, Measure.VISITS, Tier.TARGET)
    targets.keep(session, target, targets.work_out(target, work_calendar.of(session)), work_calendar.of(session))

    def on(day: date) -> int | None:
        return amount_between(session, Measure.AMOUNT, day, day + timedelta(days=1))

    before = on(date(2027, 2, 12))
    expected = calendar_import.preview(session, notice(*NOTICE_2027), "2027.json")
    assert (expected.targets, on(date(2027, 2, 12))) == (["2027"], before)
    done = calendar_import.take(session, notice(*NOTICE_2027), "2027.json", split_again=True)
    assert (done.targets, done.split_again) == (["2027"], True)
    assert (on(date(2027, 2, 12)), bool(before)) == (0, True)
    assert on(date(2027, 2, 20))
    assert amount_between(session, Measure.AMOUNT, period.begin, period.end) == 1_200_000_00

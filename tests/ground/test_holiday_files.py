"""Holiday files: the JSON list, calendars as several makers write them, and what is none."""

import contextlib
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli import holiday_files
from salescli.errors import BadRows, Refused, SalesError
from salescli.holiday_files import HolidayFile

DATA = Path(__file__).parents[1] / "data" / "holidays"


def read(text: str | bytes) -> HolidayFile:
    return holiday_files.read(text if isinstance(text, bytes) else text.encode(), "file")


def listed(*days: object, **more: object) -> str:
    return json.dumps({"days": days, **more})


def day(on: object = "2027-02-06", off: object = True, name: object = "春节") -> dict[str, object]:
    return {"name": name, "date": on, "isOffDay": off}


def calendar(*events: str) -> str:
    """A calendar of events, each given as its lines joined by blanks and bars."""
    inside = "".join(f"BEGIN:VEVENT\r\n{event.replace(' | ', chr(13) + chr(10))}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}END:VCALENDAR\r\n"


def told(*events: str) -> dict[str, tuple[bool, str]]:
    return {day.isoformat(): what for day, what in read(calendar(*events)).days.items()}


# --- JSON ---


@pytest.mark.parametrize(("year", "off", "worked"), [(2024, 28, 8), (2025, 28, 5), (2026, 33, 6)])
def test_the_public_lists_are_read(year: int, off: int, worked: int) -> None:
    found = read((DATA / f"{year}.json").read_bytes())
    kinds = [is_off for is_off, _name in found.days.values()]
    assert (found.year, kinds.count(True), kinds.count(False), found.skipped) == (year, off, worked, [])


def test_a_list_without_days_has_its_year_alone() -> None:
    assert read((DATA / "2027.json").read_bytes()) == HolidayFile({}, 2027)


def test_a_bare_list_and_other_encodings_are_read() -> None:
    bare = json.dumps([day()], ensure_ascii=False)
    expected = HolidayFile({date(2027, 2, 6): (True, "春节")})
    for data in (bare.encode("utf-8-sig"), bare.encode("utf-16"), bare.encode("gb18030"), f"\n {bare}".encode()):
        assert read(data) == expected


def test_days_said_twice_alike_are_one() -> None:
    assert len(read(listed(day(), day())).days) == 1


@pytest.mark.parametrize(
    ("days", "named"),
    [
        ([day(), "2027-02-07"], "Entry 2"),
        ([day("2027-02-30")], "2027-02-30"),
        ([day("20270206")], "20270206"),
        ([day(20270206)], "date"),
        ([day(off="true")], "isOffDay"),
        ([day(off=1)], "isOffDay"),
        ([day(name=None)], "name"),
        ([day(), day(off=False)], "Entry 2"),
        ([day("1989-12-31")], "1989-12-31"),
        ([day("2101-01-01")], "2101-01-01"),
        ([{}], "name"),
    ],
)
def test_a_bad_entry_is_named(days: list[object], named: str) -> None:
    with pytest.raises(BadRows) as problem:
        read(listed(*days))
    assert named in problem.value.message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"name,date\n",
        b"{",
        b'{"days": [}',
        b'{"days": 5}',
        b'{"other": []}',
        b"[" * 100_000,
        b'{"days":' * 50_000,
        b'{"days": [' + b"9" * 5_000 + b"]}",
        b"PK\x03\x04\xff\xfe",
        b"\x81",
    ],
)
def test_what_is_no_list_of_holidays_is_refused(data: bytes) -> None:
    with pytest.raises(SalesError):
        read(data)


# --- names ---


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("春节（休）", "春节"),
        ("春节(班)", "春节"),
        ("休｜元旦", "元旦"),
        ("清明", "清明节"),
        ("上班(补国庆节、中秋节假期)", "国庆节、中秋节"),
        ("元旦 假期 第1天/共3天", "元旦"),
        ("劳动节 补班 第2天/共2天", "劳动节"),
        ("Tomb-sweeping Day", "清明节"),
        ("Republic Day", "Republic Day"),
        ("补班", "补班"),
        ("国庆节、厂庆", "国庆节、厂庆"),
    ],
)
def test_a_name_is_the_calendar_s_word_where_it_has_one(text: str, name: str) -> None:
    assert holiday_files.holiday_name(text) == name


# --- calendars ---


def test_an_event_lasts_up_to_its_end_which_is_exclusive() -> None:
    long = "DTSTART;VALUE=DATE:20270205 | DTEND;VALUE=DATE:20270208 | SUMMARY:春节假期"
    lasting = "DTSTART;VALUE=DATE:20271001 | DURATION:P2D | SUMMARY:国庆节假期"
    single = "DTSTART;VALUE=DATE:20270101 | DTEND;VALUE=DATE:20270101 | SUMMARY:元旦 假期"
    assert list(told(long, lasting, single)) == [
        "2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-10-01", "2027-10-02",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "off"),
    [
        ("SUMMARY:春节（休）", True),
        ("SUMMARY:春节（班）", False),
        ("SUMMARY:上班(补春节假期)", False),
        ("SUMMARY:春节 补班 第1天/共2天", False),
        ("SUMMARY:调休上班", False),
        ("SUMMARY:台风 停班停课", True),
        ("SUMMARY:Make-up working day", False),
        ("SUMMARY:International Workers' Day", True),
        ("SUMMARY:Spring Festival | X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY", False),
        ("SUMMARY:春节（班） | X-APPLE-SPECIAL-DAY:WORK-HOLIDAY", True),
        ("DESCRIPTION:no name", True),
    ],
)
def test_an_event_is_a_day_off_unless_it_says_that_it_is_worked(event: str, off: bool) -> None:
    assert told(f"DTSTART;VALUE=DATE:20270220 | {event}")["2027-02-20"][0] is off


def test_a_make_up_day_with_its_hours_is_worked_and_other_timed_events_are_left_out() -> None:
    found = read(
        calendar(
            "DTSTART:20270220T090000 | DTEND:20270220T180000 | SUMMARY:春节 补班 第1天/共2天",
            "DTSTART:20270221T090000Z | SUMMARY:年会",
            "DTSTART:20270222T000000 | DTEND:20270223T000000 | SUMMARY:公司放假",
        )
    )
    assert found.days == {date(2027, 2, 20): (False, "春节"), date(2027, 2, 22): (True, "公司")}
    assert len(found.skipped) == 1
    assert "年会" in found.skipped[0]


def test_where_arranged_days_are_marked_festivals_without_the_mark_are_left_out() -> None:
    marked = "DTSTART;VALUE=DATE:20270205 | SUMMARY:春节（休） | X-APPLE-SPECIAL-DAY:WORK-HOLIDAY | CATEGORIES:節慶"
    written = "DTSTART;VALUE=DATE:20270205 | SUMMARY:春节（休）"
    festival = "DTSTART;VALUE=DATE:20270808 | SUMMARY:七夕 | RRULE:FREQ=YEARLY;COUNT=6"
    for arranged in (marked, written):
        found = read(calendar(arranged, festival))
        assert list(found.days) == [date(2027, 2, 5)]
        assert "七夕" in found.skipped[0]
    assert len(read(calendar(festival)).days) == 6
    # 班 in the name alone does not make a festival a working day, where days are marked.
    assert list(told(marked, "DTSTART;VALUE=DATE:20270718 | SUMMARY:鲁班诞")) == ["2027-02-05"]


def test_observances_and_holidays_of_a_region_are_left_out_where_others_are_public() -> None:
    public = "DTSTART;VALUE=DATE:20270126 | SUMMARY:Republic Day | DESCRIPTION:Public holiday"
    observed = r"DTSTART;VALUE=DATE:20270214 | SUMMARY:Valentine's Day | DESCRIPTION:Observance\nTo hide observances"
    regional = "DTSTART;VALUE=DATE:20270201 | SUMMARY:Thaipusam | DESCRIPTION:Public holiday in Johor"
    category = "DTSTART;VALUE=DATE:20270308 | SUMMARY:妇女节 | CATEGORIES:纪念日"
    found = read(calendar(public, observed, regional, category))
    assert list(found.days) == [date(2027, 1, 26)]
    assert len(found.skipped) == 3
    assert list(told(observed)) == ["2027-02-14"]  # nothing in this file tells days off from it


def test_a_cancelled_event_is_left_out() -> None:
    assert told("DTSTART;VALUE=DATE:20270126 | STATUS:CANCELLED | SUMMARY:a") == {}


@pytest.mark.parametrize(
    ("rule", "count", "last"),
    [
        ("FREQ=YEARLY;COUNT=3", 3, "2029-12-25"),
        ("FREQ=YEARLY;UNTIL=20301225", 4, "2030-12-25"),
        ("FREQ=YEARLY;UNTIL=20301225T000000Z", 4, "2030-12-25"),
        ("FREQ=YEARLY", 74, "2100-12-25"),
        ("FREQ=YEARLY;INTERVAL=2", 37, "2099-12-25"),
    ],
)
def test_a_yearly_event_is_repeated(rule: str, count: int, last: str) -> None:
    days = list(told(f"DTSTART;VALUE=DATE:20271225 | SUMMARY:Christmas | RRULE:{rule}"))
    assert (len(days), days[-1]) == (count, last)


def test_what_repeats_without_end_goes_as_far_as_the_other_days_of_the_file() -> None:
    endless = "DTSTART;VALUE=DATE:19001225 | SUMMARY:Christmas | RRULE:FREQ=YEARLY | EXDATE;VALUE=DATE:20271225"
    easter = ["DTSTART;VALUE=DATE:20260405 | SUMMARY:Easter", "DTSTART;VALUE=DATE:20280416 | SUMMARY:Easter"]
    assert list(told(endless, *easter)) == ["2026-04-05", "2026-12-25", "2028-04-16", "2028-12-25"]
    assert next(iter(told(endless))) == "1990-12-25"


def test_further_days_of_an_event_are_taken() -> None:
    event = "DTSTART;VALUE=DATE:20270101 | SUMMARY:a | RDATE;VALUE=DATE:20270301,20270401 | RDATE;VALUE=DATE:20270501"
    assert list(told(event)) == ["2027-01-01", "2027-03-01", "2027-04-01", "2027-05-01"]


@pytest.mark.parametrize(
    "lines",
    [
        "DTSTART;VALUE=DATE:20270231",
        "SUMMARY:no day",
        "DTSTART;VALUE=DATE:20270101 | DTSTART;VALUE=DATE:20270102",
        "DTSTART;VALUE=DATE:20270105 | DTEND;VALUE=DATE:20270101",
        "DTSTART;VALUE=DATE:20270105 | DTEND;VALUE=DATE:20280101",
        "DTSTART;VALUE=DATE:20270105 | DTEND;VALUE=DATE:tomorrow",
        "DTSTART;VALUE=DATE:19891231",
        "DTSTART;VALUE=DATE:21001231 | DTEND;VALUE=DATE:21010102",
        "DTSTART;VALUE=DATE:99991231 | DTEND;VALUE=DATE:99991231 | DURATION:P3D",
        "DTSTART;VALUE=DATE:99991231 | DURATION:P3D",
        "DTSTART;VALUE=DATE:20270101 | RRULE:FREQ=YEARL",
        "DTSTART;VALUE=DATE:20270101 | RRULE:FREQ=DAILY",
        "DTSTART;VALUE=DATE:20270101 | RRULE:FREQ=YEARLY;INTERVAL=0",
        "DTSTART;VALUE=DATE:20270101 | RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "DTSTART;VALUE=DATE:20270101 | RRULE:FREQ=YEARLY;BYHOUR=1,2;BYMINUTE=1,2,3,4,5,6,7;BYSECOND=1,2,3,4,5,6,7,8,9",
        "DTSTART;VALUE=DATE:20270101 | RRULE:FREQ=YEARLY | RRULE:FREQ=YEARLY",
        "DTSTART;VALUE=DATE:20270101 | RDATE:never",
        "DTSTART;VALUE=DATE:20270101 | RRULE:FREQ=YEARLY | EXDATE:never",
    ],
)
def test_an_event_that_can_t_be_taken_is_named(lines: str) -> None:
    good = "DTSTART;VALUE=DATE:20270101 | SUMMARY:元旦"
    with pytest.raises(BadRows) as problem:
        read(calendar(good, f"SUMMARY:坏 | {lines}"))
    assert "Event 2 (坏" in problem.value.message


def test_a_day_both_off_and_worked_is_named() -> None:
    with pytest.raises(BadRows, match="2027-02-20"):
        told(
            "DTSTART;VALUE=DATE:20270219 | DTEND;VALUE=DATE:20270222 | SUMMARY:春节（休）",
            "DTSTART;VALUE=DATE:20270220 | SUMMARY:春节（班）",
        )


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\n",
        "BEGIN:VCALENDAR\r\nhello\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 20_000,
        calendar(*["DTSTART;VALUE=DATE:20270101 | SUMMARY:a | RRULE:FREQ=YEARLY"] * 301),
    ],
)
def test_a_damaged_or_endless_calendar_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read(text)


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(0, 2_000), junk=st.binary(max_size=8))
def test_no_damage_of_a_calendar_ends_in_anything_but_a_sentence(cut: int, junk: bytes) -> None:
    days = (date(2027, 1, 1) + timedelta(days=30 * place) for place in range(10))
    events = [f"DTSTART;VALUE=DATE:{day:%Y%m%d} | SUMMARY:a | RRULE:FREQ=YEARLY;COUNT=2" for day in days]
    whole = calendar(*events).encode()
    at = cut % len(whole)
    with contextlib.suppress(SalesError):
        read(whole[:at] + junk + whole[at + len(junk) :])

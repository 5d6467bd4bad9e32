"""The clock, and periods as people type them, in one table; today is Sunday, 22 November 2026."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from salescli import i18n
from salescli.dates import (
    Period,
    now,
    parse_period,
)
from salescli.errors import BadValue

TODAY = date(2026, 11, 22)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = i18n.language()
    i18n.activate("en")
    yield
    i18n.activate(before)


PERIODS = """
2026 = 2026-01-01 2026-12-31 2026 year
2026年 = 2026-01-01 2026-12-31 2026 year
2026年度 = 2026-01-01 2026-12-31 2026 year
今年 = 2026-01-01 2026-12-31 2026 year
本年 = 2026-01-01 2026-12-31 2026 year
this-year = 2026-01-01 2026-12-31 2026 year
去年 = 2025-01-01 2025-12-31 2025 year
last-year = 2025-01-01 2025-12-31 2025 year
明年 = 2027-01-01 2027-12-31 2027 year
next-year = 2027-01-01 2027-12-31 2027 year
1990 = 1990-01-01 1990-12-31 1990 year
2100 = 2100-01-01 2100-12-31 2100 year
2026-Q4 = 2026-10-01 2026-12-31 2026-Q4 quarter
2026q4 = 2026-10-01 2026-12-31 2026-Q4 quarter
2026 Q1 = 2026-01-01 2026-03-31 2026-Q1 quarter
Q1 2026 = 2026-01-01 2026-03-31 2026-Q1 quarter
q4 = 2026-10-01 2026-12-31 2026-Q4 quarter
第三季度 = 2026-07-01 2026-09-30 2026-Q3 quarter
2026年四季度 = 2026-10-01 2026-12-31 2026-Q4 quarter
2026年第2季度 = 2026-04-01 2026-06-30 2026-Q2 quarter
本季度 = 2026-10-01 2026-12-31 2026-Q4 quarter
本季 = 2026-10-01 2026-12-31 2026-Q4 quarter
上季度 = 2026-07-01 2026-09-30 2026-Q3 quarter
上个季度 = 2026-07-01 2026-09-30 2026-Q3 quarter
next-quarter = 2027-01-01 2027-03-31 2027-Q1 quarter
上半年 = 2026-01-01 2026-06-30 2026-01-01..2026-06-30 range
H1 = 2026-01-01 2026-06-30 2026-01-01..2026-06-30 range
2026H2 = 2026-07-01 2026-12-31 2026-07-01..2026-12-31 range
2026-11 = 2026-11-01 2026-11-30 2026-11 month
2026/11 = 2026-11-01 2026-11-30 2026-11 month
2026.2 = 2026-02-01 2026-02-28 2026-02 month
202611 = 2026-11-01 2026-11-30 2026-11 month
2026年11月 = 2026-11-01 2026-11-30 2026-11 month
2026年11月份 = 2026-11-01 2026-11-30 2026-11 month
11月 = 2026-11-01 2026-11-30 2026-11 month
3月 = 2026-03-01 2026-03-31 2026-03 month
十一月 = 2026-11-01 2026-11-30 2026-11 month
明年3月 = 2027-03-01 2027-03-31 2027-03 month
Nov = 2026-11-01 2026-11-30 2026-11 month
may = 2026-05-01 2026-05-31 2026-05 month
Nov 2026 = 2026-11-01 2026-11-30 2026-11 month
本月 = 2026-11-01 2026-11-30 2026-11 month
这个月 = 2026-11-01 2026-11-30 2026-11 month
this month = 2026-11-01 2026-11-30 2026-11 month
上月 = 2026-10-01 2026-10-31 2026-10 month
上个月 = 2026-10-01 2026-10-31 2026-10 month
last-month = 2026-10-01 2026-10-31 2026-10 month
下月 = 2026-12-01 2026-12-31 2026-12 month
next_month = 2026-12-01 2026-12-31 2026-12 month
2026-W48 = 2026-11-23 2026-11-29 2026-W48 week
2026w48 = 2026-11-23 2026-11-29 2026-W48 week
W48 = 2026-11-23 2026-11-29 2026-W48 week
week 48 = 2026-11-23 2026-11-29 2026-W48 week
第48周 = 2026-11-23 2026-11-29 2026-W48 week
第四十八周 = 2026-11-23 2026-11-29 2026-W48 week
2026年第48周 = 2026-11-23 2026-11-29 2026-W48 week
2026-W53 = 2026-12-28 2027-01-03 2026-W53 week
2026-W01 = 2025-12-29 2026-01-04 2026-W01 week
2026-W1 = 2025-12-29 2026-01-04 2026-W01 week
本周 = 2026-11-16 2026-11-22 2026-W47 week
这周 = 2026-11-16 2026-11-22 2026-W47 week
这个星期 = 2026-11-16 2026-11-22 2026-W47 week
this-week = 2026-11-16 2026-11-22 2026-W47 week
This Week = 2026-11-16 2026-11-22 2026-W47 week
上周 = 2026-11-09 2026-11-15 2026-W46 week
上週 = 2026-11-09 2026-11-15 2026-W46 week
last week = 2026-11-09 2026-11-15 2026-W46 week
下周 = 2026-11-23 2026-11-29 2026-W48 week
下下周 = 2026-11-30 2026-12-06 2026-W49 week
2026-11-22 = 2026-11-22 2026-11-22 2026-11-22 day
今天 = 2026-11-22 2026-11-22 2026-11-22 day
yesterday = 2026-11-21 2026-11-21 2026-11-21 day
周三 = 2026-11-18 2026-11-18 2026-11-18 day
下周三 = 2026-11-25 2026-11-25 2026-11-25 day
11-10 = 2026-11-10 2026-11-10 2026-11-10 day
2月10日 = 2026-02-10 2026-02-10 2026-02-10 day
2026-11-01..2026-11-15 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
2026-11-01 .. 2026-11-15 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
2026-11-01～2026-11-15 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
2026-11-01至2026-11-15 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
2026-11-01 to 2026-11-15 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
11月1日到11月15日 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
11月1日-15日 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
11月1-15日 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
11-01..11-15 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
2025-12-20..12-31 = 2025-12-20 2025-12-31 2025-12-20..2025-12-31 range
2026-11-01..today = 2026-11-01 2026-11-22 2026-11-01..2026-11-22 range
2026-11-22..2026-11-22 = 2026-11-22 2026-11-22 2026-11-22 day
2026-11-01..2026-11-30 = 2026-11-01 2026-11-30 2026-11 month
2026-11-16..2026-11-22 = 2026-11-16 2026-11-22 2026-W47 week
2026-09..2026-10 = 2026-09-01 2026-10-31 2026-09-01..2026-10-31 range
2026-W47..2026-W48 = 2026-11-16 2026-11-29 2026-11-16..2026-11-29 range
2026年1-3月 = 2026-01-01 2026-03-31 2026-Q1 quarter
7月到9月 = 2026-07-01 2026-09-30 2026-Q3 quarter
周一到周五 = 2026-11-16 2026-11-20 2026-11-16..2026-11-20 range
周一-周五 = 2026-11-16 2026-11-20 2026-11-16..2026-11-20 range
mon-fri = 2026-11-16 2026-11-20 2026-11-16..2026-11-20 range
11月份 = 2026-11-01 2026-11-30 2026-11 month
上个星期 = 2026-11-09 2026-11-15 2026-W46 week
this quarter = 2026-10-01 2026-12-31 2026-Q4 quarter
last quarter = 2026-07-01 2026-09-30 2026-Q3 quarter
Q3 2026 = 2026-07-01 2026-09-30 2026-Q3 quarter
2026 Q3 = 2026-07-01 2026-09-30 2026-Q3 quarter
26年Q3 = 2026-07-01 2026-09-30 2026-Q3 quarter
第四季度 = 2026-10-01 2026-12-31 2026-Q4 quarter
四季度 = 2026-10-01 2026-12-31 2026-Q4 quarter
2026年上半年 = 2026-01-01 2026-06-30 2026-01-01..2026-06-30 range
下半年 = 2026-07-01 2026-12-31 2026-07-01..2026-12-31 range
本年度 = 2026-01-01 2026-12-31 2026 year
当月 = 2026-11-01 2026-11-30 2026-11 month
当周 = 2026-11-16 2026-11-22 2026-W47 week
上上周 = 2026-11-02 2026-11-08 2026-W45 week
11月1号到11月15号 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
1号到15号 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
10月到11月 = 2026-10-01 2026-11-30 2026-10-01..2026-11-30 range
2026-01~2026-03 = 2026-01-01 2026-03-31 2026-Q1 quarter
Jan-Mar = 2026-01-01 2026-03-31 2026-Q1 quarter
Jan to Mar 2026 = 2026-01-01 2026-03-31 2026-Q1 quarter
Nov 1 - Nov 15 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
Nov 1-15 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
week 47 = 2026-11-16 2026-11-22 2026-W47 week
W47 = 2026-11-16 2026-11-22 2026-W47 week
wk47 = 2026-11-16 2026-11-22 2026-W47 week
November = 2026-11-01 2026-11-30 2026-11 month
2026-11-1至2026-11-7 = 2026-11-01 2026-11-07 2026-11-01..2026-11-07 range
昨天 = 2026-11-21 2026-11-21 2026-11-21 day
今年11月 = 2026-11-01 2026-11-30 2026-11 month
去年四季度 = 2025-10-01 2025-12-31 2025-Q4 quarter
前天到今天 = 2026-11-20 2026-11-22 2026-11-20..2026-11-22 range
this week = 2026-11-16 2026-11-22 2026-W47 week
周一至今天 = 2026-11-16 2026-11-22 2026-W47 week
十月份 = 2026-10-01 2026-10-31 2026-10 month
三季度 = 2026-07-01 2026-09-30 2026-Q3 quarter
2026/10 = 2026-10-01 2026-10-31 2026-10 month
2026-11-01 - 2026-11-15 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
2026/11/01-2026/11/15 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
20261101-20261115 = 2026-11-01 2026-11-15 2026-11-01..2026-11-15 range
""".strip().splitlines()


@pytest.mark.parametrize("line", PERIODS, ids=lambda line: line.partition(" = ")[0])
def test_a_period_is_understood(line: str) -> None:
    text, _, wanted = line.rpartition(" = ")
    begin, last, label, kind = wanted.split()
    period = parse_period(text, TODAY)
    assert (period.begin, period.last, period.label, period.kind) == (day(begin), day(last), label, kind)
    assert period.end == period.last + timedelta(days=1)
    assert parse_period(period.label, TODAY) == period


REFUSED_PERIODS = """
1
12
20
1989
2101
0000
3000-11
26
2026-13
2026-00
20261
13月
0月
202613
2026-Q0
2026-Q5
第五季度
2025-W53
2026-W54
2026-W00
W54
第0周
3周
48周
week
month
next
周末
2026-02-30
1/2
2026-11-15..2026-11-01
2026-12..2026-11
2026-11-01..
..2026-11-15
..
2026-11-01..2026-11-31
2026-11-01..2026-11-05..2026-11-09
11-15..11-01
1989-12-31..2026-01-01
soon
2026-1-3月
2026-11-25 周四
2026-11-25 14:00
２０２６－Ｗ５４
2100-12-31..2101-01-01
最近几天
Q4季度
全年
last 7 days
最近一周
近7天
11.1-11.15
1-15号
47周
nov'26
FY2026
2026全年
年初至今
ytd
""".strip().splitlines()


@pytest.mark.parametrize("text", ["", " ", *REFUSED_PERIODS])
def test_what_is_not_one_period_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as refusal:
        parse_period(text, TODAY)
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize(
    ("today", "text", "label"),
    [
        ("2026-12-31", "本周", "2026-W53"),
        ("2027-01-01", "本周", "2026-W53"),
        ("2027-01-01", "W53", "2026-W53"),
        ("2027-01-01", "下周", "2027-W01"),
        ("2027-01-04", "上周", "2026-W53"),
        ("2027-01-03", "next-week", "2027-W01"),
        ("2024-12-30", "本周", "2025-W01"),
        ("2027-01-15", "上月", "2026-12"),
        ("2027-01-15", "上季度", "2026-Q4"),
        ("2026-12-31", "下月", "2027-01"),
        ("2027-01-31", "下月", "2027-02"),
        ("2027-03-31", "上月", "2027-02"),
        ("2026-12-31", "明天", "2027-01-01"),
        ("2028-02-29", "去年", "2027"),
    ],
)
def test_periods_around_the_turn_of_the_year(today: str, text: str, label: str) -> None:
    assert parse_period(text, day(today)).label == label


def test_a_plan_can_ask_for_the_coming_day_where_periods_are_taken() -> None:
    assert parse_period("周三", TODAY, "coming").label == "2026-11-25"
    assert parse_period("周三", TODAY).label == "2026-11-18"


@given(st.dates(date(1990, 1, 1), date(2097, 12, 31)), st.integers(1, 900))
@example(date(2026, 12, 20), 30)
@example(date(2026, 1, 1), 365)
@settings(max_examples=44, deadline=None)
def test_weeks_months_and_quarters_tile_a_period_exactly(begin: date, length: int) -> None:
    period = Period.between(begin, begin + timedelta(days=length))
    wholes = {period.weeks: Period.week_of, period.months: Period.month_of, period.quarters: Period.quarter_of}
    for pieces, whole in wholes.items():
        parts = pieces()
        assert [piece for part in parts for piece in part.days()] == list(period.days())
        assert all(part.label == whole(part.begin).label == whole(part.last).label for part in parts)
        assert len({part.label for part in parts}) == len(parts)
    assert sum(1 for _ in period.days()) == length
    assert parse_period(f"{period.begin}..{period.last}", TODAY) == period


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
@settings(max_examples=44, deadline=None)
def test_every_span_of_a_day_holds_it_and_is_read_back_by_its_label(day_in: date) -> None:
    wholes = (Period.year_of, Period.quarter_of, Period.month_of, Period.week_of, Period.day_of)
    for whole, kind in zip(wholes, ("year", "quarter", "month", "week", "day"), strict=True):
        period = whole(day_in)
        assert day_in in period
        assert period.end not in period
        assert period.kind == kind
        assert parse_period(period.label, TODAY) == period


def test_a_clipped_week_keeps_its_name_and_is_a_range() -> None:
    first, *_, last = parse_period("2026-11", TODAY).weeks()
    assert (first.begin, first.last, first.label, first.kind) == (
        day("2026-11-01"),
        day("2026-11-01"),
        "2026-W44",
        "day",
    )
    assert (last.begin, last.last, last.label, last.kind) == (day("2026-11-30"), day("2026-11-30"), "2026-W49", "day")
    assert parse_period("2026-W53", TODAY).months()[0].kind == "range"


def test_periods_overlap_when_they_share_a_day() -> None:
    november, december = parse_period("2026-11", TODAY), parse_period("2026-12", TODAY)
    assert not november.overlaps(december)
    assert not december.overlaps(november)
    assert november.overlaps(parse_period("2026-W49", TODAY))
    assert december.overlaps(parse_period("2026-W49", TODAY))
    assert november < december


def test_a_period_without_a_day_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="period"):
        Period(TODAY, TODAY, "nothing")


@pytest.mark.parametrize(
    ("fixed", "wanted"),
    [
        ("2026-11-22", "2026-11-22 09:00:00"),
        ("2026-11-22T17:05", "2026-11-22 17:05:00"),
        ("2026-11-22 17:05", "2026-11-22 17:05:00"),
        ("2026-12-31T23:59:58", "2026-12-31 23:59:58"),
        ("2028-02-29", "2028-02-29 09:00:00"),
    ],
)
def test_the_clock_can_be_fixed(fixed: str, wanted: str) -> None:
    moment = now({"SALES_TODAY": fixed})
    assert f"{moment:%Y-%m-%d %H:%M:%S}" == wanted
    assert moment.tzinfo is not None
    assert moment.utcoffset() == datetime.fromisoformat(wanted).astimezone().utcoffset()


@pytest.mark.parametrize(
    "fixed", ["tomorrow", "2026-02-30", "2026-11-22T25:00", "20261122", "1970-01-01", "22 Nov", "2026-11-22T"]
)
def test_a_clock_that_cannot_be_read_is_refused(fixed: str) -> None:
    with pytest.raises(BadValue, match="SALES_TODAY"):
        now({"SALES_TODAY": fixed})


@pytest.mark.parametrize("environ", [{}, {"SALES_TODAY": ""}, {"SALES_TODAY": " "}])
def test_without_a_fixed_clock_it_is_now(environ: dict[str, str]) -> None:
    before, moment, after = datetime.now().astimezone(), now(environ), datetime.now().astimezone()
    assert before <= moment <= after
    assert moment.tzinfo is not None


def test_the_fixed_clock_has_the_offset_of_its_own_day() -> None:
    script = (
        "import time, os; os.environ['TZ'] = 'Europe/Berlin'; time.tzset()\n"
        "from salescli.dates import now\n"
        "print(now({'SALES_TODAY': '2026-07-01'}).isoformat(), now({'SALES_TODAY': '2026-12-01'}).isoformat())"
    )
    if sys.platform == "win32":
        pytest.skip("the zone cannot be set for a process there")
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert printed == ["2026-07-01T09:00:00+02:00", "2026-12-01T09:00:00+01:00"]


def test_reading_dates_does_not_load_the_free_parser_or_the_data_stack() -> None:
    unwanted = ("dateutil.parser", "sqlalchemy", "typer")
    script = f"import sys, salescli.dates; print([name for name in {unwanted} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"

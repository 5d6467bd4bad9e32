"""Days and times as people type them, in a table each; today is Sunday, 22 November 2026."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli import i18n
from salescli.dates import (
    Lean,
    echo_day,
    parse_day,
    parse_day_time,
    parse_period,
    parse_time,
    weekday_name,
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


DAYS = """
2026-11-25 = 2026-11-25
2026-1-5 = 2026-01-05
2026/11/25 = 2026-11-25
2026.11.25 = 2026-11-25
20261125 = 2026-11-25
２０２６－１１－２５ = 2026-11-25
2024-02-29 = 2024-02-29
11-25 = 2026-11-25
11-22 = 2026-11-22
11-21 = 2027-11-21
01-02 = 2027-01-02
12-01 = 2026-12-01
11/25 = 2026-11-25
11.25 = 2026-11-25
3-15 = 2027-03-15
11/11 = 2027-11-11
25 Nov = 2026-11-25
Nov 25 = 2026-11-25
25 November = 2026-11-25
november 25th = 2026-11-25
25th of November = 2026-11-25
25 Nov 2026 = 2026-11-25
Nov 25, 2026 = 2026-11-25
25-Nov-2026 = 2026-11-25
25nov = 2026-11-25
2026-Nov-25 = 2026-11-25
1 Feb = 2027-02-01
may 5 = 2027-05-05
5 May = 2027-05-05
11月25日 = 2026-11-25
11月25号 = 2026-11-25
11月25 = 2026-11-25
11 月 25 日 = 2026-11-25
１１月２５日 = 2026-11-25
十一月二十五日 = 2026-11-25
十一月廿五 refused
2月3日 = 2027-02-03
2026年11月25日 = 2026-11-25
2026年2月3号 = 2026-02-03
26年12月5日 = 2026-12-05
二〇二七年三月五日 = 2027-03-05
明年3月5日 = 2027-03-05
去年11月25号 = 2025-11-25
今年12月31日 = 2026-12-31
25号 = 2026-11-25
15号 = 2026-12-15
22日 = 2026-11-22
二十五号 = 2026-11-25
25號 = 2026-11-25
31号 = 2026-12-31
the 25th = 2026-11-25
1st = 2026-12-01
本月15日 = 2026-11-15
这个月30号 = 2026-11-30
下个月5号 = 2026-12-05
下月十五号 = 2026-12-15
上个月5号 = 2026-10-05
下下个月1号 = 2027-01-01
5th of next month = 2026-12-05
月底 = 2026-11-30
月末 = 2026-11-30
本月底 = 2026-11-30
下月底 = 2026-12-31
下个月底 = 2026-12-31
上月底 = 2026-10-31
12月底 = 2026-12-31
2月底 = 2027-02-28
2028年2月底 = 2028-02-29
eom = 2026-11-30
EOM = 2026-11-30
end of month = 2026-11-30
end of next month = 2026-12-31
end of february = 2027-02-28
季度末 = 2026-12-31
下季度末 = 2027-03-31
eoq = 2026-12-31
年底 = 2026-12-31
今年年底 = 2026-12-31
明年底 = 2027-12-31
end of year = 2026-12-31
today = 2026-11-22
今天 = 2026-11-22
今日 = 2026-11-22
tomorrow = 2026-11-23
Tomorrow = 2026-11-23
明天 = 2026-11-23
后天 = 2026-11-24
後天 = 2026-11-24
day after tomorrow = 2026-11-24
大后天 = 2026-11-25
yesterday = 2026-11-21
昨天 = 2026-11-21
前天 = 2026-11-20
大前天 = 2026-11-19
+3d = 2026-11-25
-2d = 2026-11-20
+1w = 2026-11-29
+1m = 2026-12-22
+3天 = 2026-11-25
3天后 = 2026-11-25
3天後 = 2026-11-25
３天后 = 2026-11-25
三天后 = 2026-11-25
两天后 = 2026-11-24
十天之后 = 2026-12-02
过3天 = 2026-11-25
3天前 = 2026-11-19
一周后 = 2026-11-29
两个星期后 = 2026-12-06
2个礼拜以后 = 2026-12-06
一个月后 = 2026-12-22
in 3 days = 2026-11-25
in two weeks = 2026-12-06
a week ago = 2026-11-15
3 days later = 2026-11-25
in a year = 2027-11-22
fri = 2026-11-27
Friday = 2026-11-27
on friday = 2026-11-27
sun = 2026-11-22
thurs = 2026-11-26
周五 = 2026-11-27
星期五 = 2026-11-27
礼拜五 = 2026-11-27
禮拜五 = 2026-11-27
週三 = 2026-11-25
周3 = 2026-11-25
周日 = 2026-11-22
周天 = 2026-11-22
星期天 = 2026-11-22
下周三 = 2026-11-25
下週三 = 2026-11-25
下个星期三 = 2026-11-25
下礼拜三 = 2026-11-25
下周的周三 = 2026-11-25
下下周三 = 2026-12-02
上周三 = 2026-11-11
上周日 = 2026-11-15
本周三 = 2026-11-18
这周三 = 2026-11-18
next wed = 2026-11-25
Next Wednesday = 2026-11-25
wed next week = 2026-11-25
next week wed = 2026-11-25
last wed = 2026-11-11
this wed = 2026-11-18
2026-11-25 周三 = 2026-11-25
2026-11-25 Wed = 2026-11-25
11月25日（周三） = 2026-11-25
周三 11-25 = 2026-11-25
wed 25 nov = 2026-11-25
明天周一 = 2026-11-23
这周五 = 2026-11-20
12月3号 = 2026-12-03
12.3号 = 2026-12-03
明儿 = 2026-11-23
下下周一 = 2026-11-30
3号 = 2026-12-03
这个月底 = 2026-11-30
十二月三号 = 2026-12-03
12月3日（周四） = 2026-12-03
2026年12月3日 星期四 = 2026-12-03
2026-12-3 = 2026-12-03
后天周二 = 2026-11-24
下礼拜天 = 2026-11-29
二十天后 = 2026-12-12
两周之后 = 2026-12-06
1个星期后 = 2026-11-29
Thursday, Dec 3 = 2026-12-03
Dec 3rd = 2026-12-03
3rd Dec = 2026-12-03
Dec 3 2026 = 2026-12-03
12/31 = 2026-12-31
next Monday = 2026-11-23
this Friday = 2026-11-20
a week from today = 2026-11-29
in a week = 2026-11-29
in 10 days = 2026-12-02
end of the month = 2026-11-30
end of this month = 2026-11-30
tmrw = 2026-11-23
the 3rd = 2026-12-03
Fri 4 Dec = 2026-12-04
last friday = 2026-11-13
2 weeks from now = 2026-12-06
明天。 = 2026-11-23

2 refused
12 refused
2026 refused
2026-11 refused
sun 3 refused
may refused
november refused
2026-02-30 refused
2026-02-29 refused
2026-13-01 refused
2026-00-10 refused
20260230 refused
20261 refused
13-45 refused
11-31 refused
02-30 refused
2-30 refused
11-00 refused
1/2 refused
11/5 refused
1-2 refused
1.2 refused
25/11 refused
1/2/2026 refused
11-2026 refused
31 nov refused
nov 31 refused
nov 2026 refused
0 nov refused
13月1日 refused
11月31日 refused
十一月二二日 refused
32号 refused
本月31号 refused
02-29 refused
2月29日 refused
76年3月5日 refused
1989-12-31 refused
2101-01-01 refused
0000-01-01 refused
9999-12-31 refused
+9999y refused
+99y refused
99年前 refused
+3 refused
3d refused
3天 refused
三天 refused
15日前 refused
周三前 refused
月底前 refused
下周 refused
周末 refused
本周末 refused
周八 refused
周0 refused
下周 周 refused
next refused
next week refused
next month refused
2026-11-25 周四 refused
thu 25 nov refused
周一周二 refused
2026-W48 refused
2026-11-25 14:00 refused
明天下午 refused
明天后天 refused
大大后天 refused
今天。明天 refused
soon refused
尽快 refused
下星期一上午 refused
本周五之前 refused
过两天 refused
过完年 refused
元旦后 refused
月初 refused
下月初 refused
年前 refused
12/3 refused
26-12-03 refused
26/12/3 refused
周五吧 refused
明天一早 refused
半个月后 refused
一个半月后 refused
三个工作日后 refused
3/12/2026 refused
EOD refused
next friday morning refused
coming friday refused
3 Dec '26 refused
tonight refused
today! refused
day after refused
mid December refused
Xmas refused
christmas refused
今晚 refused
国庆 refused
٢٠٢٦-١١-٢٥ refused
2026-11-2⁵ refused
""".strip().splitlines()
CASES = [line.removesuffix(" refused").partition(" = ") for line in DAYS if line]
UNDERSTOOD = [(text, wanted) for text, _, wanted in CASES if wanted]
REFUSED = ["", " ", "\u3000", "\x00", "明天" * 40, "9" * 5000, *(text for text, _, wanted in CASES if not wanted)]


@pytest.mark.parametrize(("text", "wanted"), UNDERSTOOD)
def test_a_day_in_a_plan_is_understood(text: str, wanted: str) -> None:
    assert parse_day(text, TODAY) == day(wanted)


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("lean", ["coming", "past", "current"])
def test_what_is_not_clearly_one_day_is_refused(text: str, lean: Lean) -> None:
    with pytest.raises(BadValue) as refusal:
        parse_day(text, TODAY, lean)
    assert refusal.value.exit_code == 2
    assert " ".join(text.split())[:20] in refusal.value.message
    assert len(refusal.value.message) < 150
    assert "\n" not in refusal.value.message


def test_the_tables_are_as_long_as_was_promised() -> None:
    assert len(UNDERSTOOD) + len(REFUSED) >= 120


@pytest.mark.parametrize("text", [text for text, _ in UNDERSTOOD])
def test_blanks_capitals_and_the_language_change_nothing(text: str) -> None:
    wanted = parse_day(text, TODAY)
    i18n.activate("zh")
    assert parse_day(f" \u200b{text.upper()}\u3000", TODAY) == wanted


@pytest.mark.parametrize(
    ("today", "lean", "text", "wanted"),
    [
        # a Saturday, a Sunday, a Monday: 周X is the coming one in plans, the past one in logs, today in both
        ("2026-11-21", "coming", "周六", "2026-11-21"),
        ("2026-11-21", "coming", "周五", "2026-11-27"),
        ("2026-11-21", "coming", "周日", "2026-11-22"),
        ("2026-11-21", "past", "周六", "2026-11-21"),
        ("2026-11-21", "past", "周日", "2026-11-15"),
        ("2026-11-21", "past", "fri", "2026-11-20"),
        ("2026-11-22", "past", "周日", "2026-11-22"),
        ("2026-11-22", "past", "周一", "2026-11-16"),
        ("2026-11-22", "past", "周三", "2026-11-18"),
        ("2026-11-22", "coming", "周一", "2026-11-23"),
        ("2026-11-23", "coming", "周一", "2026-11-23"),
        ("2026-11-23", "coming", "周日", "2026-11-29"),
        ("2026-11-23", "past", "周日", "2026-11-22"),
        ("2026-11-23", "past", "周二", "2026-11-17"),
        # qualified weekdays go by the ISO week, whichever way the lean
        ("2026-11-21", "coming", "下周六", "2026-11-28"),
        ("2026-11-22", "past", "下周日", "2026-11-29"),
        ("2026-11-23", "coming", "下周一", "2026-11-30"),
        ("2026-11-23", "past", "下周三", "2026-12-02"),
        ("2026-11-23", "coming", "上周日", "2026-11-22"),
        ("2026-11-22", "coming", "上周日", "2026-11-15"),
        ("2026-11-22", "past", "本周一", "2026-11-16"),
        ("2026-12-31", "coming", "下周一", "2027-01-04"),
        ("2027-01-01", "coming", "本周四", "2026-12-31"),
        ("2027-01-04", "past", "上周五", "2027-01-01"),
        # a month and a day: next year's in plans, the most recent in logs
        ("2026-11-22", "past", "11-22", "2026-11-22"),
        ("2026-11-22", "past", "11-23", "2025-11-23"),
        ("2026-11-22", "past", "11月20日", "2026-11-20"),
        ("2026-11-22", "past", "25 Dec", "2025-12-25"),
        ("2027-01-02", "past", "12-31", "2026-12-31"),
        ("2026-12-31", "coming", "12-31", "2026-12-31"),
        ("2026-12-31", "coming", "01-01", "2027-01-01"),
        ("2026-12-31", "coming", "1号", "2027-01-01"),
        ("2026-12-31", "coming", "明天", "2027-01-01"),
        ("2026-12-31", "coming", "月底", "2026-12-31"),
        ("2026-12-31", "coming", "下月底", "2027-01-31"),
        ("2026-12-31", "coming", "下个月5号", "2027-01-05"),
        ("2027-01-01", "past", "31号", "2026-12-31"),
        ("2026-11-22", "past", "25号", "2026-10-25"),
        ("2026-11-22", "past", "31号", "2026-10-31"),
        ("2027-03-01", "past", "30号", "2027-01-30"),
        ("2027-02-01", "coming", "30号", "2027-03-30"),
        ("2026-11-22", "past", "12月底", "2025-12-31"),
        ("2026-11-30", "past", "11月底", "2026-11-30"),
        ("2026-11-22", "past", "10月底", "2026-10-31"),
        # leap days: only where the nearest years have one
        ("2027-11-22", "coming", "02-29", "2028-02-29"),
        ("2028-02-29", "coming", "2月29日", "2028-02-29"),
        ("2028-02-29", "past", "29 Feb", "2028-02-29"),
        ("2029-01-01", "past", "02-29", "2028-02-29"),
        ("2028-02-29", "coming", "in a year", "2029-02-28"),
        ("2028-02-29", "coming", "一年前", "2027-02-28"),
        ("2028-01-31", "coming", "一个月后", "2028-02-29"),
        ("2028-02-10", "coming", "月底", "2028-02-29"),
        ("2027-02-28", "coming", "2月底", "2027-02-28"),
        ("2027-03-01", "coming", "2月底", "2028-02-29"),
        # in a period, of the current week, month and year
        ("2026-11-25", "current", "周一", "2026-11-23"),
        ("2026-11-25", "current", "周日", "2026-11-29"),
        ("2026-11-25", "current", "2-15", "2026-02-15"),
        ("2026-11-25", "current", "5号", "2026-11-05"),
        ("2026-11-25", "current", "2月底", "2026-02-28"),
    ],
)
def test_an_unfinished_day_lies_on_the_side_leant_to(today: str, lean: Lean, text: str, wanted: str) -> None:
    assert parse_day(text, day(today), lean) == day(wanted)


@given(
    st.dates(date(1992, 1, 1), date(2098, 12, 31)),
    st.sampled_from(
        ["周一", "tue", "礼拜三", "thu", "星期五", "sat", "周日", "1号", "15日", "28号", "01-01", "Dec 31", "6月5日"]
    ),
)
@settings(max_examples=82, deadline=None)
def test_plans_look_ahead_and_logs_look_back(today: date, text: str) -> None:
    coming, past = parse_day(text, today, "coming"), parse_day(text, today, "past")
    assert past <= today <= coming
    assert (past == today) == (coming == today)
    assert coming - past <= timedelta(days=366)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.dates(date(1990, 1, 1), date(2100, 12, 31)))
@settings(max_examples=55, deadline=None)
def test_a_day_echoed_is_read_back_as_itself(today: date, written: date) -> None:
    forms = [
        written.isoformat(),
        echo_day(written),
        f"{written:%Y%m%d}",
        f"{written.year}年{written.month}月{written.day}日",
    ]
    assert {parse_day(form, today) for form in forms} == {written}


@pytest.mark.parametrize(
    ("text", "hint"),
    [("1/2", "01-02 or 02-01"), ("12-1", "12-01 or 01-12"), ("02-29", "2028-02-29"), ("soon", "tomorrow")],
)
def test_a_refused_day_comes_with_what_to_write(text: str, hint: str) -> None:
    with pytest.raises(BadValue) as refusal:
        parse_day(text, TODAY)
    assert hint in refusal.value.hint


TIMES = """
14:00 = 14:00
１４：００ = 14:00
9:05 = 09:05
09:05 = 09:05
0:00 = 00:00
23:59 = 23:59
2pm = 14:00
2 PM = 14:00
2:30pm = 14:30
2:30 p.m. = 14:30
12pm = 12:00
12am = 00:00
9am = 09:00
at 2pm = 14:00
noon = 12:00
下午2点 = 14:00
下午 2 点 = 14:00
下午2點 = 14:00
下午两点 = 14:00
下午两点半 = 14:30
下午2:30 = 14:30
下午2点钟 = 14:00
下午14点 = 14:00
下午12点半 = 12:30
上午十点 = 10:00
上午十点一刻 = 10:15
上午10点整 = 10:00
早上8点 = 08:00
凌晨12点 = 00:00
凌晨3点 = 03:00
中午12点 = 12:00
中午十二点半 = 12:30
中午1点 = 13:00
晚上8点 = 20:00
晚上八点三刻 = 20:45
晚上20点 = 20:00
14点30分 = 14:30
14点05 = 14:05
14点5分 = 14:05
14时30分 = 14:30
9点一刻 = 09:15
9点半 = 09:30
十点十分 = 10:10
十点二十五 = 10:25
十点零五 = 10:05
十点零五分 = 10:05
二十点 = 20:00
0点 = 00:00

9:5 refused
14 refused
1400 refused
24:00 refused
25:00 refused
14:60 refused
14:00:01 refused
24点 refused
25点 refused
14点60分 refused
14点5 refused
13pm refused
0pm refused
0am refused
14:00pm refused
2:30 pm pm refused
3点 refused
三点半 refused
六点 refused
上午14点 refused
晚上12点 refused
晚上2点 refused
晚上14点 refused
中午5点 refused
凌晨8点 refused
下午0点 refused
下午 refused
morning refused
点 refused
半 refused
-2:00 refused
２pm３ refused
""".strip().splitlines()
TIME_CASES = [line.removesuffix(" refused").partition(" = ") for line in TIMES if line]


@pytest.mark.parametrize(("text", "wanted"), [(text, wanted) for text, _, wanted in TIME_CASES if wanted])
def test_a_time_is_understood(text: str, wanted: str) -> None:
    assert parse_time(text) == time.fromisoformat(wanted)


@pytest.mark.parametrize("text", ["", " ", *(text for text, _, wanted in TIME_CASES if not wanted)])
def test_what_is_not_one_time_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as refusal:
        parse_time(text)
    assert refusal.value.hint


def test_an_hour_said_without_its_half_of_the_day_is_not_guessed() -> None:
    with pytest.raises(BadValue) as refusal:
        parse_day_time("明天三点半", TODAY)
    assert "03:30" in refusal.value.hint
    assert "15:30" in refusal.value.hint


@pytest.mark.parametrize(
    ("text", "wanted", "at"),
    [
        ("明天", "2026-11-23", None),
        ("11-25", "2026-11-25", None),
        ("明天下午3点", "2026-11-23", "15:00"),
        ("明天 下午 3 点", "2026-11-23", "15:00"),
        ("明天下午三点半", "2026-11-23", "15:30"),
        ("明天14:00", "2026-11-23", "14:00"),
        ("fri 14:00", "2026-11-27", "14:00"),
        ("fri 2pm", "2026-11-27", "14:00"),
        ("fri at 2:30pm", "2026-11-27", "14:30"),
        ("2pm fri", "2026-11-27", "14:00"),
        ("next wed 10am", "2026-11-25", "10:00"),
        ("nov 25, 2pm", "2026-11-25", "14:00"),
        ("25 nov 2026 9:30", "2026-11-25", "09:30"),
        ("2026-11-25T14:00", "2026-11-25", "14:00"),
        ("2026-11-25 14:00", "2026-11-25", "14:00"),
        ("2026-11-25 周三 14:00", "2026-11-25", "14:00"),
        ("11-25 14:00", "2026-11-25", "14:00"),
        ("11月25日14点30分", "2026-11-25", "14:30"),
        ("11月25日 上午九点", "2026-11-25", "09:00"),
        ("十一月二十五日十点", "2026-11-25", "10:00"),
        ("25号 10:00", "2026-11-25", "10:00"),
        ("下周三下午两点", "2026-11-25", "14:00"),
        ("周三10点", "2026-11-25", "10:00"),
        ("周三十点", "2026-11-25", "10:00"),
        ("3天后晚上8点", "2026-11-25", "20:00"),
        ("+3d 14:00", "2026-11-25", "14:00"),
        ("今晚8点", "2026-11-22", "20:00"),
        ("明早9点", "2026-11-23", "09:00"),
        ("月底 10:00", "2026-11-30", "10:00"),
        ("tomorrow noon", "2026-11-23", "12:00"),
        ("明天下午3点半", "2026-11-23", "15:30"),
        ("周四上午9:30", "2026-11-26", "09:30"),
        ("后天早上八点半", "2026-11-24", "08:30"),
        ("12月3号下午2:00", "2026-12-03", "14:00"),
        ("下周二 9：30", "2026-11-24", "09:30"),
        ("Thu 3pm", "2026-11-26", "15:00"),
        ("Thu 3 pm", "2026-11-26", "15:00"),
        ("tomorrow at noon", "2026-11-23", "12:00"),
        ("tomorrow 9am", "2026-11-23", "09:00"),
        ("Dec 3 at 10:15am", "2026-12-03", "10:15"),
        ("3pm on thursday", "2026-11-26", "15:00"),
        ("明晚七点", "2026-11-23", "19:00"),
        ("今天下午四点一刻", "2026-11-22", "16:15"),
        ("周三中午", "2026-11-25", "12:00"),
        ("2026/12/3 14:30", "2026-12-03", "14:30"),
        ("2026-12-03 14:30:00", "2026-12-03", "14:30"),
        ("本周四14时", "2026-11-19", "14:00"),
        ("明天下午三点钟", "2026-11-23", "15:00"),
        ("明天 14点", "2026-11-23", "14:00"),
        ("周二8点半", "2026-11-24", "08:30"),
        ("9:00 tomorrow", "2026-11-23", "09:00"),
        ("下周一早九点", "2026-11-23", "09:00"),
    ],
)
def test_a_day_may_be_followed_by_a_time(text: str, wanted: str, at: str | None) -> None:
    assert parse_day_time(text, TODAY) == (day(wanted), at and time.fromisoformat(at))


REFUSED_DAY_TIMES = """
14:00
下午3点
fri 25:00
fri 14
明天下午
11-2514:00
十一月二十五点
十一月二十五点半
2026-02-30 14:00
11-25 周四 14:00
fri 14:00 15:00
周三 周四 14:00
1/2 14:00
明天3点
2 14:00
周四上午9点到10点
12-03 1430
Thu @ 3pm
thursday 15.30
20261203 1430
tomorrow evening
tonight 8pm
周三下午
周三下午2点左右
thurs 10
明天上午10:00-11:00
mon 9
""".strip().splitlines()


@pytest.mark.parametrize("text", ["", *REFUSED_DAY_TIMES])
def test_a_day_with_a_time_that_is_not_clear_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        parse_day_time(text, TODAY)


WORDS = """
周 三 星期 礼拜 上 下 本 这个 月 日 号 年 天 后 前 底 点 半 下午 晚上 第 季度 十 二 两 零 至 q w h 2026 11 25
- / . .. : + next last this wed nov eom d pm on in ( )
"""
PIECES = st.sampled_from(WORDS.split())


@given(
    st.one_of(
        st.text(max_size=80), st.lists(PIECES, max_size=9).map("".join), st.lists(PIECES, max_size=9).map(" ".join)
    )
)
@settings(max_examples=220, deadline=None)
def test_no_text_makes_a_parser_fail_otherwise_than_by_refusing(text: str) -> None:
    for lean in ("coming", "past", "current"):
        for parse in (parse_day, parse_day_time, parse_period):
            with suppress(BadValue):
                parse(text, TODAY, lean)
    with suppress(BadValue):
        parse_time(text)


def test_a_text_made_to_be_slow_is_refused_at_once() -> None:
    began = datetime.now().astimezone()
    for text in ("fri" * 10 + "x" + "fri" * 9, "周三" * 14 + "x" + "周三" * 14, "十" * 59, "1-" * 30, "a" * 10**6):
        for parse in (parse_day, parse_day_time, parse_period):
            with pytest.raises(BadValue):
                parse(text, TODAY)
    assert datetime.now().astimezone() - began < timedelta(seconds=2)


def test_a_day_is_echoed_with_its_weekday() -> None:
    wednesday = date(2026, 11, 25)
    assert (weekday_name(wednesday), echo_day(wednesday)) == ("Wed", "2026-11-25 Wed")
    assert echo_day(wednesday, TODAY) == "2026-11-25 Wed (in 3 days)"
    assert [echo_day(TODAY + timedelta(days=step), TODAY)[15:] for step in (-2, -1, 0, 1)] == [
        "(2 days ago)",
        "(yesterday)",
        "(today)",
        "(tomorrow)",
    ]


def test_a_day_is_echoed_in_chinese_too() -> None:
    i18n.activate("zh")
    wednesday = date(2026, 11, 25)
    assert [weekday_name(wednesday + timedelta(days=step)) for step in range(5)] == [
        "周三",
        "周四",
        "周五",
        "周六",
        "周日",
    ]
    assert echo_day(wednesday) == "2026-11-25 周三"
    assert echo_day(wednesday, TODAY) == "2026-11-25 周三（3天后）"

"""The working calendar: which days are worked, why the others are not, and how sure that is.

Three layers, the upper one wins: the user's own days and imported official days (overrides), China's
official days off and make-up days, the working week. Years the State Council's notice is known for come
from the ``chinesecalendar`` package; the others are computed from the law on public holidays and marked
provisional (暂定). Days are ``date``; ranges are half-open.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import accumulate
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from salescli.amounts import excerpt, half_width
from salescli.errors import BadValue
from salescli.i18n import N_, _

Kind = Literal["work", "rest", "makeup", "leave"]
WeekKind = Literal["双休", "单休", "大小周"]

WORKED = frozenset({"work", "makeup"})
SATURDAY = 5
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
HALF = Fraction(1, 2)
MOST_WEIGHT = 10

# Holidays by the word that data files carry. The English is the calendar package's, to find one by the other.
HOLIDAYS = {
    "元旦": N_("New Year's Day"),
    "春节": N_("Spring Festival"),
    "清明节": N_("Tomb-sweeping Day"),
    "劳动节": N_("Labour Day"),
    "端午节": N_("Dragon Boat Festival"),
    "中秋节": N_("Mid-autumn Festival"),
    "国庆节": N_("National Day"),
    "抗战胜利纪念日": N_("Anti-Fascist 70th Day"),
}


class DayMark(NamedTuple):
    """What a day is and why. ``name`` is a word of the data (see :func:`holiday_label`) or empty.

    ``official`` is False for every day of a year whose notice is not known: provisional, 暂定. ``weight`` is how
    much of a working day a worked day counts: a half, or more than one for an event; other days count nothing.
    """

    date: date
    kind: Kind
    name: str
    official: bool
    weight: Fraction | int = 1


@dataclass(frozen=True)
class WorkingWeek:
    """双休 Monday to Friday, 单休 Saturdays too, 大小周 Saturdays of every other week.

    ``long_week`` is any day of a known six-day week (Monday to Sunday); only 大小周 needs it. Raises BadValue
    for another kind, or 大小周 without its long week.
    """

    kind: WeekKind = "双休"
    long_week: date | None = None

    def __post_init__(self) -> None:
        if self.kind not in get_args(WeekKind):
            raise BadValue(
                _("“{kind}” is no working week.").format(kind=self.kind),
                hint=_("Choose 双休 (two days off), 单休 (one) or 大小周 (alternating)."),
            )
        if self.kind == "大小周" and self.long_week is None:
            raise BadValue(
                _("An alternating working week needs to know one of its long weeks."),
                hint=_("Give any day of a week in which Saturday is worked."),
            )

    def works_on(self, day: date) -> bool:
        """Whether the week alone, holidays aside, works on ``day``."""
        weekday = day.weekday()
        if weekday != SATURDAY or self.kind == "双休":
            return weekday < SATURDAY
        if self.kind == "单休" or self.long_week is None:
            return True
        return (_monday(day) - _monday(self.long_week)) // WEEK % 2 == 0


TWO_DAYS_OFF = WorkingWeek()


class _Year(NamedTuple):
    """The marks of a year, and how many days are worked before each (one more than the days)."""

    new_year: int
    marks: tuple[DayMark, ...]
    worked_before: tuple[int, ...]


class Calendar:
    """The days of one person: the working week under the official days under the person's own.

    ``announced`` are years whose official days stand complete among the overrides (an imported notice): what
    the program itself knows or computes of such a year is left aside, and the year is not provisional.
    """

    def __init__(
        self,
        week: WorkingWeek = TWO_DAYS_OFF,
        overrides: Mapping[date, DayMark] = MappingProxyType({}),
        announced: Collection[int] = (),
    ) -> None:
        self.week = week
        self.overrides = overrides
        self.announced = frozenset(announced)
        self._years: dict[int, _Year] = {}

    def mark(self, day: date) -> DayMark:
        """What ``day`` is."""
        year = self._year(day.year)
        return year.marks[day.toordinal() - year.new_year]

    def is_working(self, day: date) -> bool:
        """Whether ``day`` is worked, make-up days included."""
        return self.mark(day).kind in WORKED

    def working_days(self, begin: date, end: date) -> int:
        """How many days are worked from ``begin`` up to, not including, ``end``; 0 if there are none."""
        if end <= begin:
            return 0
        last = end - DAY
        return sum(self._worked(self._year(year), begin, last) for year in range(begin.year, last.year + 1))

    def weight(self, day: date, saturday: Fraction | int | None = None) -> Fraction | int:
        """How much of a working day ``day`` is: its own weight if it is worked, ``saturday`` on an ordinary Saturday.

        Without ``saturday`` the working week decides. With it (``--sat 0.5``) it is the weight of the Saturdays
        that are worked, and of every Saturday in a 双休 week. Make-up days and the user's own working days keep
        theirs; holidays and leave stay 0.
        """
        mark = self.mark(day)
        if saturday is not None and self._ordinary_saturday(mark):
            return saturday if mark.kind == "work" or self.week.kind == "双休" else 0
        return mark.weight if mark.kind in WORKED else 0

    def next_working_day(self, day: date) -> date:
        """The first working day after ``day``."""
        return self.add_working_days(day, 1)

    def previous_working_day(self, day: date) -> date:
        """The last working day before ``day``."""
        return self.add_working_days(day, -1)

    def working_day_on_or_after(self, day: date) -> date:
        """``day`` if it is worked, else the next day that is."""
        return day if self.is_working(day) else self.next_working_day(day)

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, or before it if negative; ``day`` itself for 0."""
        step = DAY if count > 0 else -DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def provisional(self, begin: date, end: date) -> bool:
        """Whether any day from ``begin`` up to, not including, ``end`` is in a year without a known notice."""
        return begin < end and not all(self._known(year) for year in range(begin.year, (end - DAY).year + 1))

    def _ordinary_saturday(self, mark: DayMark) -> bool:
        return mark.date.weekday() == SATURDAY and not mark.name and mark.date not in self.overrides

    def _known(self, year: int) -> bool:
        return year in self.announced or year in _published()

    def _worked(self, year: _Year, begin: date, last: date) -> int:
        first = max(begin.toordinal() - year.new_year, 0)
        after = min(last.toordinal() - year.new_year + 1, len(year.marks))
        return year.worked_before[after] - year.worked_before[first]

    def _year(self, year: int) -> _Year:
        return self._years.get(year) or self._add_year(year)

    def _add_year(self, year: int) -> _Year:
        known = self._known(year)
        official = {} if year in self.announced else _official_days(year)
        first, after = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1
        marks = tuple(self._marked(date.fromordinal(day), official, known) for day in range(first, after))
        worked = accumulate((mark.kind in WORKED for mark in marks), initial=0)
        made = self._years[year] = _Year(first, marks, tuple(worked))
        return made

    def _marked(self, day: date, official: Mapping[date, tuple[Kind, str]], known: bool) -> DayMark:
        if day in self.overrides:
            return self.overrides[day]
        plain: tuple[Kind, str] = ("work" if self.week.works_on(day) else "rest", "")
        kind, name = official.get(day, plain)
        return DayMark(day, kind, name, known)


def parse_weight(text: str) -> Fraction:
    """How much of a working day a day counts, over 0 and at most MOST_WEIGHT, three decimals at most; else BadValue."""
    plain = half_width(text).strip()
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,3})?", plain) or not 0 < Fraction(plain) <= MOST_WEIGHT:
        raise BadValue(
            _("“{text}” is no weight of a day.").format(text=excerpt(text)),
            hint=_("Give a number over 0 and at most {most}, such as 0.5 or 2.").format(most=MOST_WEIGHT),
        )
    return Fraction(plain)


def holiday_label(name: str) -> str:
    """A mark's ``name`` in the language in force; the user's own words stay as they are."""
    parts = name.split("、")
    return _(", ").join(_(HOLIDAYS[part]) for part in parts) if all(part in HOLIDAYS for part in parts) else name


def statutory_days(year: int) -> dict[date, str]:
    """The public holidays of a year by law, before any is moved, each with its name.

    Source: 全国年节及纪念日放假办法 with its revisions, each from its first whole year. Lunar festivals are
    known for 1900 to 2100 and left out of other years.
    """
    law = next(law for law in _LAWS if year >= law.since)
    days = {date(year, 1, 1): "元旦"}
    new_year = _lunar(year, 1, 1)
    if new_year:
        days |= {new_year + DAY * offset: "春节" for offset in law.spring}
    days |= {date(year, 5, day): "劳动节" for day in range(1, law.labour + 1)}
    days |= {date(year, 10, day): "国庆节" for day in range(1, law.national + 1)}
    if law.folk:
        folk = {_tomb_sweeping(year): "清明节", _lunar(year, 5, 5): "端午节", _lunar(year, 8, 15): "中秋节"}
        days = {day: name for day, name in folk.items() if day} | days
    return dict(sorted(days.items()))


def days_off_by_law(year: int) -> dict[date, str]:
    """The public holidays of a year and, for each on a weekend, the working day after it that is off instead.

    Article 6 of the same regulation. Notices move more days about, but nearly the same number is worked: from
    2008 to 2026 at most one day more or less a year, but for 2020 (three).
    """
    days = statutory_days(year)
    for day, name in list(days.items()):
        if day.weekday() >= SATURDAY:
            while day.weekday() >= SATURDAY or day in days:
                day += DAY
            days[day] = name
    return days


class _Law(NamedTuple):
    """Days off by law: 春节 as days from its first, 劳动节 and 国庆节 as numbers of days."""

    since: int
    spring: range
    labour: int
    national: int
    folk: bool


_LAWS = (
    _Law(2025, range(-1, 3), 2, 3, folk=True),
    _Law(2014, range(3), 1, 3, folk=True),
    _Law(2008, range(-1, 2), 1, 3, folk=True),
    _Law(2000, range(3), 3, 3, folk=False),
    _Law(1, range(3), 1, 2, folk=False),
)


def _lunar(year: int, month: int, day: int) -> date | None:
    """The solar date of a day of the Chinese lunar year, None where it is not known."""
    if not 1900 <= year <= 2100:
        return None
    from borax.calendars.lunardate import LunarDate  # only years without a notice need it

    solar: date = LunarDate(year, month, day).to_solar_date()
    return solar


def _tomb_sweeping(year: int) -> date:
    """清明, 4 to 6 April: the tropical year counted on from 2000, less the leap days since then.

    The usual formula [Y×0.2422 + 4.81] less [Y÷4], written so that it holds across centuries.
    """
    leap_days = (year // 4 - year // 100 + year // 400) - (2000 // 4 - 2000 // 100 + 2000 // 400)
    return date(year, 4, (2422 * (year - 2000) + 48100) // 10000 - leap_days)


def _official_days(year: int) -> dict[date, tuple[Kind, str]]:
    """China's days off and make-up days: as announced, else by law."""
    if year in _published():
        return _published()[year]
    return {day: ("rest", name) for day, name in days_off_by_law(year).items()}


@cache
def _published() -> dict[int, dict[date, tuple[Kind, str]]]:
    """The announced days by year, as far as the calendar package goes."""
    from chinese_calendar import holidays, workdays  # 4 ms that many commands can do without

    words = {english: word for word, english in HOLIDAYS.items()}
    years: dict[int, dict[date, tuple[Kind, str]]] = {}
    kinds: tuple[tuple[Kind, Mapping[date, str]], ...] = (("rest", holidays), ("makeup", workdays))
    for kind, table in kinds:
        for day, name in table.items():
            years.setdefault(day.year, {})[day] = (kind, words.get(name, name))
    # A notice may reach into the next January; a year is announced when its own National Day is.
    return {year: days for year, days in years.items() if date(year, 10, 1) in days}


def _monday(day: date) -> date:
    return day - DAY * day.weekday()

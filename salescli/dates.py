"""The clock, and periods: spans of days with the names people give them.

Days and times are read by :mod:`salescli.day_words`, whose functions are offered here too.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta

from salescli.amounts import excerpt, whole_number
from salescli.day_words import (
    FIRST_YEAR,
    LAST_YEAR,
    MONTH,
    NUMBER,
    STEP,
    STEP_EN,
    YEAR,
    Asked,
    Lean,
    echo_day,
    named_month,
    named_year,
    parse_day,
    parse_day_time,
    parse_time,
    plain_words,
    read_day,
    steps,
    tight,
    weekday_name,
)
from salescli.errors import BadValue
from salescli.i18n import _

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "Kind",
    "Lean",
    "Period",
    "echo_day",
    "end_of_day",
    "now",
    "parse_day",
    "parse_day_time",
    "parse_period",
    "parse_time",
    "weekday_name",
]

Kind = Literal["year", "quarter", "month", "week", "day", "range"]

_ONE_DAY = timedelta(days=1)


def now(environ: Mapping[str, str]) -> datetime:
    """The present moment, aware, in the machine's zone; ``SALES_TODAY`` fixes it (a day alone is 09:00)."""
    fixed = environ.get("SALES_TODAY", "").strip()
    if not fixed:
        return datetime.now().astimezone()
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?", fixed):
            raise ValueError
        moment = datetime.fromisoformat(fixed)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError
    except ValueError:
        raise BadValue(
            _("SALES_TODAY is “{text}”, which is not a day.").format(text=excerpt(fixed)),
            _("Set it to a day such as 2026-11-22 or a moment such as 2026-11-22T17:05, or take it away."),
        ) from None
    return (moment if len(fixed) > 10 else moment.replace(hour=9)).astimezone()


def end_of_day(day: date) -> datetime:
    """The moment at which ``day`` is over, aware, in the machine's zone."""
    return datetime.combine(day + _ONE_DAY, time.min).astimezone()


@dataclass(frozen=True, order=True)
class Period:
    """The days from ``begin`` up to, not including, ``end``, and the name they go by."""

    begin: date
    end: date
    label: str

    def __post_init__(self) -> None:
        if self.begin >= self.end:
            raise ValueError(f"a period needs a day: {self.begin}..{self.end}")

    @classmethod
    def between(cls, begin: date, end: date) -> "Period":
        """The half-open period, by the name of the year, quarter, month, week or day that it fills, if any."""
        named = _filled(begin, end)
        if named:
            return named[1]
        return cls(begin, end, f"{begin.isoformat()}..{(end - _ONE_DAY).isoformat()}")

    @classmethod
    def year_of(cls, day: date) -> "Period":
        """The year ``day`` is in, ``2026``."""
        return cls(date(day.year, 1, 1), date(day.year + 1, 1, 1), f"{day.year:04d}")

    @classmethod
    def quarter_of(cls, day: date) -> "Period":
        """The quarter ``day`` is in, ``2026-Q4``."""
        quarter = (day.month - 1) // 3 + 1
        begin = date(day.year, 3 * quarter - 2, 1)
        return cls(begin, begin + relativedelta(months=3), f"{day.year:04d}-Q{quarter}")

    @classmethod
    def month_of(cls, day: date) -> "Period":
        """The month ``day`` is in, ``2026-11``."""
        begin = day.replace(day=1)
        return cls(begin, begin + relativedelta(months=1), f"{day.year:04d}-{day.month:02d}")

    @classmethod
    def week_of(cls, day: date) -> "Period":
        """The ISO week ``day`` is in, Monday to Sunday, ``2026-W48``; its year is the week's, not the day's."""
        year, week, weekday = day.isocalendar()
        begin = day - timedelta(days=weekday - 1)
        return cls(begin, begin + timedelta(weeks=1), f"{year:04d}-W{week:02d}")

    @classmethod
    def day_of(cls, day: date) -> "Period":
        """The one day, ``2026-11-22``."""
        return cls(day, day + _ONE_DAY, day.isoformat())

    @property
    def last(self) -> date:
        """The last day in the period."""
        return self.end - _ONE_DAY

    @property
    def kind(self) -> Kind:
        """What the days fill, whatever the label says: a clipped week is a range."""
        named = _filled(self.begin, self.end)
        return named[0] if named else "range"

    def __contains__(self, day: date) -> bool:
        return self.begin <= day < self.end

    def overlaps(self, other: "Period") -> bool:
        """Whether any day is in both."""
        return self.begin < other.end and other.begin < self.end

    def days(self) -> Iterator[date]:
        """Every day, in order."""
        return (self.begin + timedelta(days=number) for number in range((self.end - self.begin).days))

    def weeks(self) -> "list[Period]":
        """The ISO weeks the period touches, clipped to it; each keeps the whole week's label."""
        return self._cut(self.week_of)

    def months(self) -> "list[Period]":
        """The months the period touches, clipped to it; each keeps the whole month's label."""
        return self._cut(self.month_of)

    def quarters(self) -> "list[Period]":
        """The quarters the period touches, clipped to it; each keeps the whole quarter's label."""
        return self._cut(self.quarter_of)

    def _cut(self, whole: "Callable[[date], Period]") -> "list[Period]":
        parts: list[Period] = []
        day = self.begin
        while day < self.end:
            piece = whole(day)
            parts.append(Period(day, min(piece.end, self.end), piece.label))
            day = piece.end
        return parts


_WHOLES: dict[Kind, Callable[[date], Period]] = {
    "year": Period.year_of,
    "quarter": Period.quarter_of,
    "month": Period.month_of,
    "week": Period.week_of,
    "day": Period.day_of,
}


def _filled(begin: date, end: date) -> tuple[Kind, Period] | None:
    for kind, whole in _WHOLES.items():
        period = whole(begin)
        if (period.begin, period.end) == (begin, end):
            return kind, period
    return None


def parse_period(text: str, today: date, lean: Lean = "current") -> Period:
    """The period named by ``text``; a day is a period of one day, ``A..B`` is from A to B, both included.

    What lacks its year, month or week is of the current one: ``11月``, ``W48``, ``11-25``, ``周三``; ``lean`` moves
    days as in :func:`parse_day`. A range that fills a month goes by the month's name. Raises BadValue for
    anything else, reversed ranges, and years outside 1990 to 2100.
    """
    asked = Asked(text, today, lean, today)
    period = _read_range(asked, tight(plain_words(text)))
    if period is None:
        raise BadValue(
            _("“{text}” is not a period.").format(text=excerpt(text)),
            _("Write 2026, 2026-Q4, 2026-11, 2026-W48, 2026-11-22, 2026-11-01..2026-11-15, this-week or last-month."),
        )
    return period


# --- periods ---

_PeriodReader = Callable[[Asked, re.Match[str]], Period | None]
_ANY_YEAR = f"(?P<y>{YEAR}|[0-9]{{4}})"
_RANGE = (
    r"\.{2,3}|~|至|到|—+|–|--| to | - |(?<=[日号月])-|(?<=周[一二三四五六日天])-|(?<=[a-z])-(?=[a-z])"
    r"|-(?=[0-9]{4}[/.][0-9])|(?<=^[0-9]{8})-(?=[0-9]{8}$)"
)
_UNITS: dict[str, tuple[Callable[[date], Period], relativedelta]] = {
    **dict.fromkeys(("周", "星期", "礼拜", "week"), (Period.week_of, relativedelta(weeks=1))),
    **dict.fromkeys(("月", "month"), (Period.month_of, relativedelta(months=1))),
    **dict.fromkeys(("季", "季度", "quarter"), (Period.quarter_of, relativedelta(months=3))),
    "year": (Period.year_of, relativedelta(years=1)),
}


def _read_range(asked: Asked, words: str) -> Period | None:
    """One period, or the range from one to another; what the second leaves out it takes from the first."""
    words = re.sub("([0-9]{1,2})[-~至到]([0-9]{1,2})月", r"\1月~\2月", words)
    words = re.sub("月([0-9]{1,2})[-~至到]([0-9]{1,2}[日号])", r"月\1日~\2", words)
    words = re.sub(f"^({MONTH}) ([0-9]{{1,2}}) ?[-~] ?([0-9]{{1,2}})$", r"\1 \2~\1 \3", words)
    words = re.sub("^(?:从|自|from )", "", words)
    sides = re.split(_RANGE, words)
    if len(sides) == 1:
        return _read_period(asked, words)
    if len(sides) != 2:
        return None
    first = _read_period(asked, sides[0].strip())
    second = _read_period(asked._replace(near=first.begin), sides[1].strip()) if first else None
    if first is None or second is None:
        return None
    if second.last < first.begin:
        raise BadValue(_("“{text}” ends before it begins.").format(text=excerpt(asked.text)))
    return Period.between(first.begin, second.end)


def _read_period(asked: Asked, words: str) -> Period | None:
    for pattern, reader in _PERIOD_FORMS:
        found = re.fullmatch(pattern, words)
        period = reader(asked, found) if found else None
        if period:
            return period
    day = read_day(asked, words)
    return Period.day_of(day) if day else None


def _period_year(asked: Asked, found: re.Match[str]) -> int | None:
    """The year typed, or the one that what lacks a year is completed from; within bounds."""
    typed = found.groupdict().get("y")
    year = named_year(asked, typed) if typed else asked.near.year
    return asked.day(year, 1, 1).year if year is not None else None


def _whole_year(asked: Asked, found: re.Match[str]) -> Period | None:
    year = _period_year(asked, found)
    return Period.year_of(date(year, 1, 1)) if year else None


def _half_year(asked: Asked, found: re.Match[str]) -> Period | None:
    year = _period_year(asked, found)
    if not year:
        return None
    begin = date(year, 1 if found["h"] in "上1" else 7, 1)
    return Period.between(begin, begin + relativedelta(months=6))


def _quarter(asked: Asked, found: re.Match[str]) -> Period | None:
    year, quarter = _period_year(asked, found), whole_number(found["q"])
    return Period.quarter_of(date(year, 3 * quarter, 1)) if year and quarter else None


def _whole_month(asked: Asked, found: re.Match[str]) -> Period | None:
    year, month = _period_year(asked, found), named_month(found["m"])
    return Period.month_of(date(year, month, 1)) if year and month and month <= 12 else None


def _week(asked: Asked, found: re.Match[str]) -> Period | None:
    """An ISO week; without a year, of the ISO year that today is in."""
    number = whole_number(found["w"])
    year = _period_year(asked, found) if found["y"] else asked.near.isocalendar().year
    if number is None or not year:
        return None
    try:
        return Period.week_of(date.fromisocalendar(year, number, 1))
    except ValueError:
        raise BadValue(
            _("“{text}”: {year} has no week {week}.").format(text=excerpt(asked.text), year=year, week=number)
        ) from None


def _step_period(asked: Asked, found: re.Match[str]) -> Period | None:
    """This, last or next week, month, quarter or year."""
    whole, unit = _UNITS[found["unit"]]
    return whole(asked.today + unit * steps(found))


_PERIOD_FORMS: tuple[tuple[str, _PeriodReader], ...] = (
    (f"{_ANY_YEAR}度?", _whole_year),
    (f"(?:{_ANY_YEAR}[- ]?)?q(?P<q>[1-4])", _quarter),
    ("q(?P<q>[1-4])[- ]?(?P<y>[0-9]{4})", _quarter),
    (f"{_ANY_YEAR}?第?(?P<q>[1-4一二三四])季度?", _quarter),
    ("(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})", _whole_month),
    ("(?P<y>[0-9]{4})(?P<m>[0-9]{2})", _whole_month),
    (f"{_ANY_YEAR}?(?P<m>{NUMBER})月份?", _whole_month),
    (f"(?P<m>{MONTH})(?:[ -]?(?P<y>[0-9]{{4}}))?", _whole_month),
    (f"(?P<y>[0-9]{{4}})[ -]?(?P<m>{MONTH})", _whole_month),
    (f"(?:{_ANY_YEAR}[- ]?)?(?:w|wk|week) ?(?P<w>[0-9]{{1,2}})", _week),
    (f"{_ANY_YEAR}?第(?P<w>{NUMBER})周", _week),
    (f"(?P<y>{YEAR})(?P<w>{NUMBER})周", _week),
    (f"{_ANY_YEAR}?(?P<h>[上下])半年", _half_year),
    (f"(?:{_ANY_YEAR}[- ]?)?h(?P<h>[12])", _half_year),
    (f"{STEP}(?P<unit>周|星期|礼拜|月|季度?)份?", _step_period),
    (f"{STEP_EN} (?P<unit>week|month|quarter|year)", _step_period),
)

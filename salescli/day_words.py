"""Days and times as people type them, in English and Chinese alike.

The grammar is our own: free date parsers turn ``2``, ``sun`` or ``11/25`` into days nobody meant. A text is read by
the first form that fits it whole, and whatever is not clearly one day or one time is refused with BadValue.
"""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, time, timedelta
from typing import Literal, NamedTuple

from dateutil.relativedelta import relativedelta

from salescli.amounts import LONGEST, excerpt, half_width, whole_number
from salescli.errors import BadValue
from salescli.i18n import N_, _, _n

Lean = Literal["coming", "past", "current"]

FIRST_YEAR, LAST_YEAR = 1990, 2100
_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def weekday_name(day: date) -> str:
    """The short name of the day of the week in the language in force: ``Wed``, ``周三``."""
    return _(_WEEKDAYS[day.weekday()])


def echo_day(day: date, today: date | None = None) -> str:
    """``day`` as it is echoed to whoever typed it: ``2026-11-25 Wed``, with ``today`` also how far off it is."""
    echo = f"{day.isoformat()} {weekday_name(day)}"
    if today is None:
        return echo
    days = (day - today).days
    if days in (-1, 0, 1):
        distance = (_("today"), _("tomorrow"), _("yesterday"))[days]
    elif days > 0:
        distance = _n("in {count} day", "in {count} days", days).format(count=days)
    else:
        distance = _n("{count} day ago", "{count} days ago", -days).format(count=-days)
    return _("{day} ({distance})").format(day=echo, distance=distance)


def parse_day(text: str, today: date, lean: Lean = "coming") -> date:
    """The one day named by ``text``.

    ``lean`` says where an unfinished date lies: ``coming`` (plans: today or later), ``past`` (logs: today or
    earlier), ``current`` (periods: in this week, month or year). Raises BadValue for anything not clearly one
    day, days that do not exist, and years outside 1990 to 2100.
    """
    day = read_day(Asked(text, today, lean, today), tight(plain_words(text)))
    if day is None:
        raise BadValue(_("“{text}” is not clearly one day.").format(text=excerpt(text)), _day_hint())
    return day


def parse_time(text: str) -> time:
    """The time of day named by ``text``, to the minute; BadValue if it names none, or two (``3点``)."""
    found = _read_time(text, plain_words(text))
    if found is None:
        raise BadValue(
            _("“{text}” is not a time of day.").format(text=excerpt(text)),
            _("Write 14:00, 2pm, 下午2点 or 下午两点半."),
        )
    return found


def parse_day_time(text: str, today: date, lean: Lean = "coming") -> tuple[date, time | None]:
    """The day named by ``text`` and the time beside it, if there is one: ``明天下午3点``, ``fri 14:00``."""
    asked = Asked(text, today, lean, today)
    words = re.sub(r"(?<=[0-9])t(?=[0-9])", " ", plain_words(text))
    words = re.sub("([今明昨])(早|晚)上?", r"\1天\2上", words)
    day = read_day(asked, tight(words))
    if day is not None:
        return day, None
    found: set[tuple[date, time]] = set()
    problem = BadValue(
        _("“{text}” is not clearly one day, with or without a time.").format(text=excerpt(text)), _day_hint()
    )
    for before, after in _cuts(words):
        for day_words, time_words in ((before, after), (after, before)):
            try:
                day = read_day(asked, tight(day_words))
                if day is not None:
                    found.add((day, parse_time(time_words)))
            except BadValue as refusal:
                problem = refusal
    if len(found) != 1:
        raise problem
    return found.pop()


def _day_hint() -> str:
    return _("Write 2026-11-25, 11-25, 25 Nov, 11月25日, tomorrow, fri, 下周三, +3d or eom.")


# --- words ---

_HAN = "一-鿿"
_SIMPLIFIED = str.maketrans("〇週禮後個號點兩過時鐘這淩", "零周礼后个号点两过时钟这凌")
NUMBER = "(?:[0-9]{1,4}|[零一二两三四五六七八九十百千]{1,7})"
YEAR = "(?:(?:[0-9]{4}|[0-9]{2}|[零一二三四五六七八九]{4})年|[今明去前后本]年)"
MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = (
    "(?:(?:周|星期|礼拜)[一二三四五六日天1-7]|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?"
    "|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
STEP = "(?P<step>本|这个?|当|上{1,3}个?|下{1,3}个?)"
STEP_EN = "(?P<step>this|last|next)"
_ORDINAL = "(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?"
_UNIT = "(?P<unit>d|days?|天|w|weeks?|周|个?星期|个?礼拜|m|months?|个月|y|years?|年)"
_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS = {"a": 1, "an": 1} | {word: count for count, word in enumerate(_NUMBER_WORDS, 1)}
_COUNT = f"(?P<n>{NUMBER}|{'|'.join(_COUNTS)})"
_DAY_WORDS = {
    **dict.fromkeys(("大前天",), -3),
    **dict.fromkeys(("前天", "前日", "day before yesterday", "the day before yesterday"), -2),
    **dict.fromkeys(("昨天", "昨日", "昨儿", "yesterday"), -1),
    **dict.fromkeys(("今天", "今日", "今儿", "today"), 0),
    **dict.fromkeys(("明天", "明日", "明儿", "tomorrow", "tmr", "tmrw"), 1),
    **dict.fromkeys(("后天", "后日", "day after tomorrow", "the day after tomorrow"), 2),
    **dict.fromkeys(("大后天",), 3),
}


def plain_words(text: str) -> str:
    """Lower case, half width, simplified, single spaces; nothing if it is too long to be a day or period."""
    if len(text) > LONGEST:
        return ""
    words = half_width(text.strip().removesuffix("。")).lower().translate(_SIMPLIFIED).replace(",", " ")
    words = re.sub(r"\b(this|last|next)[-_]", r"\1 ", words)
    return " ".join(words.split())


def tight(words: str) -> str:
    """``words`` without the spaces around Chinese characters."""
    return re.sub(f" ?([{_HAN}]) ?", r"\1", words)


def _cuts(words: str) -> Iterator[tuple[str, str]]:
    """Every way to part ``words`` in two that splits no number and no word; 周三|三点 may be parted."""
    for place in range(1, len(words)):
        head, tail = words[:place], words[place:]
        whole = re.fullmatch("[0-9]{2}|[a-z]{2}|[零一二两三四五六七八九十]{2}", head[-1] + tail[0])
        if not whole or re.search("(?:周|星期|礼拜).$", head):
            yield head.strip(), tail.strip()


class Asked(NamedTuple):
    """A text being read, and where its reader stands; unfinished dates are completed from ``near``."""

    text: str
    today: date
    lean: Lean
    near: date

    def no_such_day(self) -> BadValue:
        """The refusal of a day that no calendar has."""
        return BadValue(_("There is no such day as “{text}”.").format(text=excerpt(self.text)), _day_hint())

    def other_year(self) -> BadValue:
        """The refusal of a day in a year that is out of bounds."""
        return BadValue(
            _("The year of “{text}” is not between {first} and {last}.").format(
                text=excerpt(self.text), first=FIRST_YEAR, last=LAST_YEAR
            )
        )

    def day(self, year: int, month: int, day: int) -> date:
        """The date, or BadValue if there is none or its year is out of bounds."""
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise self.other_year()
        try:
            return date(year, month, day)
        except ValueError:
            raise self.no_such_day() from None

    def suits(self, day: date) -> bool:
        """Whether ``day`` lies on the side leant to; the day itself lies on both."""
        return (day - self.near).days * _SIDE[self.lean] >= 0

    def first_fitting(self, months: Iterable[tuple[int, int]], day: int) -> date | None:
        """``day`` in the first of the (year, month) that has it and suits."""
        for year, month in months:
            with contextlib.suppress(ValueError):
                found = date(year, month, day)
                if self.suits(found):
                    return found
        return None


def named_year(asked: Asked, text: str) -> int | None:
    """The year in ``2026`` ``2026年`` ``26年`` ``二〇二六年`` ``明年``; two digits only within ten years of today."""
    word = text.removesuffix("年")
    if word in "前去今本明后":
        return asked.today.year + {"前": -2, "去": -1, "明": 1, "后": 2}.get(word, 0)
    if not word.isascii():
        return int("".join(str("零一二三四五六七八九".index(figure)) for figure in word))
    if len(word) == 2:
        return 2000 + int(word) if abs(2000 + int(word) - asked.today.year) <= 10 else None
    return int(word)


def named_month(text: str) -> int | None:
    """The month in ``nov`` ``11`` ``十一``; the caller checks that there is such a month."""
    return _MONTHS.index(text[:3]) + 1 if text[:3] in _MONTHS else whole_number(text)


def steps(found: re.Match[str]) -> int:
    """How many weeks, months or years on: 上上 is -2, 下 and next 1, 本 and nothing 0."""
    word = found.groupdict().get("step") or ""
    return word.count("下") - word.count("上") + (word == "next") - (word == "last")


def _weekday(word: str) -> int:
    """0 for Monday, of ``wed``, ``周三`` or ``周3``."""
    if word.isascii():
        return [name.lower() for name in _WEEKDAYS].index(word[:3])
    return "1234567".index(word[-1]) if word[-1].isascii() else "一二三四五六日".index(word[-1].replace("天", "日"))


# --- days: a form is a pattern for the whole text and a reader, which may still answer None ---

_DayReader = Callable[[Asked, re.Match[str]], date | None]


def read_day(asked: Asked, words: str) -> date | None:
    """The day that ``words`` (plain and tight) name by the first form that fits; None if none does.

    A weekday may stand beside the day, as days are echoed; the two must agree.
    """
    words = words.removeprefix("on ")
    day = _read_form(asked, words)
    if day is not None:
        return day
    for pattern in (rf"(?P<rest>.+?) ?\(?(?P<wd>{_WEEKDAY})\)?", f"(?P<wd>{_WEEKDAY}) ?(?P<rest>.+)"):
        found = re.fullmatch(pattern, words)
        day = _read_form(asked, found["rest"]) if found else None
        if found and day is not None:
            if day.weekday() == _weekday(found["wd"]):
                return day
            raise BadValue(
                _("In “{text}” day and weekday disagree: it is {day}.").format(
                    text=excerpt(asked.text), day=echo_day(day)
                )
            )
    return None


def _read_form(asked: Asked, words: str) -> date | None:
    if words in _DAY_WORDS:
        return asked.today + timedelta(days=_DAY_WORDS[words])
    for pattern, reader in _DAY_FORMS:
        found = re.fullmatch(pattern, words)
        day = reader(asked, found) if found else None
        if day is not None:
            if not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise asked.other_year()
            return day
    return None


def _month_day(asked: Asked, found: re.Match[str]) -> date | None:
    """A month and a day, with a year or, without one, in the nearest year on the side leant to."""
    month, day = named_month(found["m"]), whole_number(found["d"])
    if month is None or day is None:
        return None
    typed = found.groupdict().get("y")
    if typed:
        year = named_year(asked, typed)
        return asked.day(year, month, day) if year is not None else None
    asked.day(2000, month, day)
    years = (asked.near.year, asked.near.year + _SIDE[asked.lean])
    found_day = asked.first_fitting([(year, month) for year in years], day)
    if found_day is None:
        raise BadValue(
            _("“{text}” needs its year: there is no such day in the nearest years.").format(text=excerpt(asked.text)),
            _("Write it whole, such as 2028-02-29."),
        )
    return found_day


def _slashed(asked: Asked, found: re.Match[str]) -> date | None:
    """``11/25``: month and day where that is the only reading; ``1/2`` is never guessed."""
    month, day = int(found["m"]), int(found["d"])
    if month > 12:
        return None
    if day <= 12 and day != month and day and month:
        raise BadValue(
            _("“{text}” could be two days.").format(text=excerpt(asked.text)),
            _("Write the month first with two digits: {one} or {other}.").format(
                one=f"{month:02d}-{day:02d}", other=f"{day:02d}-{month:02d}"
            ),
        )
    return _month_day(asked, found)


def _day_alone(asked: Asked, found: re.Match[str]) -> date | None:
    """``15号``: of the nearest month on the side leant to that has such a day."""
    day = whole_number(found["d"])
    if day is None:
        return None
    asked.day(2000, 1, day)
    months = [asked.near + relativedelta(day=1, months=_SIDE[asked.lean] * far) for far in range(3)]
    found_day = asked.first_fitting([(month.year, month.month) for month in months], day)
    if found_day is None:
        raise asked.no_such_day()
    return found_day


def _day_of_month(asked: Asked, found: re.Match[str]) -> date | None:
    month = asked.today + relativedelta(months=steps(found))
    day = whole_number(found["d"])
    return None if day is None else asked.day(month.year, month.month, day)


def _end_of_month(asked: Asked, found: re.Match[str]) -> date | None:
    return asked.today + relativedelta(months=steps(found), day=31)


def _end_of_named_month(asked: Asked, found: re.Match[str]) -> date | None:
    month = named_month(found["m"])
    if month is None:
        return None
    year = named_year(asked, found["y"]) if found["y"] else asked.near.year
    if year is None:
        return None
    last = asked.day(year, month, 1) + relativedelta(day=31)
    return last if found["y"] or asked.suits(last) else last + relativedelta(years=_SIDE[asked.lean], day=31)


def _end_of_quarter(asked: Asked, found: re.Match[str]) -> date | None:
    month = asked.today + relativedelta(day=1, months=3 * steps(found))
    return month + relativedelta(months=(3 - month.month) % 3, day=31)


def _end_of_year(asked: Asked, found: re.Match[str]) -> date | None:
    year = named_year(asked, found["y"]) if found.groupdict().get("y") else asked.today.year
    return None if year is None else asked.day(year, 12, 31)


def _distance(asked: Asked, found: re.Match[str]) -> date | None:
    """So many days, weeks, months or years from today."""
    count = _COUNTS.get(found["n"]) or whole_number(found["n"])
    if count is None:
        return None
    count *= -1 if found["way"] in ("-", "前", "ago") else 1
    unit = found["unit"].removeprefix("个")
    name = next(name for name, words in _UNITS.items() if unit in words)
    try:
        return asked.today + relativedelta(**{name: count})  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        raise asked.other_year() from None


def _weekday_of_week(asked: Asked, found: re.Match[str]) -> date | None:
    return _in_week_of(asked.today + timedelta(weeks=steps(found)), _weekday(found["wd"]))


def _weekday_alone(asked: Asked, found: re.Match[str]) -> date | None:
    """The nearest such day on the side leant to, today included."""
    weekday = _weekday(found["wd"])
    if asked.lean == "current":
        return _in_week_of(asked.near, weekday)
    ahead = (weekday - asked.near.weekday()) % 7
    return asked.near + timedelta(days=ahead if asked.lean == "coming" or not ahead else ahead - 7)


def _in_week_of(day: date, weekday: int) -> date:
    return day + timedelta(days=weekday - day.weekday())


_SIDE: dict[Lean, int] = {"coming": 1, "past": -1, "current": 0}
_UNITS = {
    "days": ("d", "day", "days", "天"),
    "weeks": ("w", "week", "weeks", "周", "星期", "礼拜"),
    "months": ("m", "month", "months", "月"),
    "years": ("y", "year", "years", "年"),
}
_DAY_FORMS: tuple[tuple[str, _DayReader], ...] = (
    (r"(?P<y>[0-9]{4})(?P<sep>[-/.])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})", _month_day),
    (r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})", _month_day),
    (r"(?P<m>[0-9]{2})-(?P<d>[0-9]{2})", _month_day),
    (r"(?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})", _slashed),
    (r"(?P<m>[0-9]{1,2})[/.](?P<d>[0-9]{1,2})[日号]", _month_day),
    (f"(?P<y>{YEAR})?(?P<m>{NUMBER})月(?P<d>{NUMBER})[日号]?", _month_day),
    (f"{_ORDINAL}[ -]?(?:of )?(?P<m>{MONTH})(?:[ -]?(?P<y>[0-9]{{4}}))?", _month_day),
    (f"(?P<m>{MONTH})[ -]?(?:the )?{_ORDINAL}(?:[ -](?P<y>[0-9]{{4}}))?", _month_day),
    (f"(?P<y>[0-9]{{4}})[ -](?P<m>{MONTH})[ -]{_ORDINAL}", _month_day),
    (f"(?P<d>{NUMBER})[日号]", _day_alone),
    ("(?:the )?(?P<d>[0-9]{1,2})(?:st|nd|rd|th)", _day_alone),
    (f"{STEP}月(?P<d>{NUMBER})[日号]?", _day_of_month),
    (f"(?:the )?{_ORDINAL} (?:of )?{STEP_EN} month", _day_of_month),
    (f"{STEP}?月(?:底|末)|eom|(?:the )?end of (?:the )?month", _end_of_month),
    (f"(?:the )?end of {STEP_EN} month", _end_of_month),
    (f"(?P<y>{YEAR})?(?P<m>{NUMBER})月(?:底|末)", _end_of_named_month),
    (f"(?:the )?end of (?P<m>{MONTH})(?: (?P<y>[0-9]{{4}}))?", _end_of_named_month),
    (f"{STEP}?季度?(?:底|末)|eoq|(?:the )?end of (?:the )?quarter", _end_of_quarter),
    (f"(?:(?P<y>{YEAR})年?|年)(?:底|末)|eoy|(?:the )?end of (?:the |this )?year", _end_of_year),
    (f"(?P<way>[+-])(?P<n>{NUMBER}){_UNIT}", _distance),
    (f"(?P<n>{NUMBER}){_UNIT}(?:之|以)?(?P<way>[前后])", _distance),
    (f"(?P<way>再?过)(?!两天)(?P<n>{NUMBER}){_UNIT}", _distance),  # 过两天 is just some time soon
    (f"(?P<way>in) {_COUNT} ?{_UNIT}", _distance),
    (f"{_COUNT} ?{_UNIT} (?P<way>ago|later|from now|from today)", _distance),
    (f"(?P<wd>{_WEEKDAY})", _weekday_alone),
    (f"{STEP}(?:(?:周|星期|礼拜)的?)?(?P<wd>{_WEEKDAY})", _weekday_of_week),
    (f"{STEP_EN} ?(?P<wd>{_WEEKDAY})", _weekday_of_week),
    (f"{STEP_EN} week ?(?:on )?(?P<wd>{_WEEKDAY})", _weekday_of_week),
    (f"(?P<wd>{_WEEKDAY}) {STEP_EN} week", _weekday_of_week),
)

# --- times ---

# The hours said of a part of the day, and what they are on the clock of 24. An evening has no 12: that is the next day.
_MORNING = {hour: hour for hour in range(13)}
_AFTERNOON = {hour: hour % 12 + 12 for hour in range(1, 24)}
_EVENING = {hour: hour % 12 + 12 for hour in (*range(5, 12), *range(17, 24))}
_PARTS = {
    "凌晨": {hour: hour for hour in range(7)} | {12: 0},
    "清晨": _MORNING,
    "清早": _MORNING,
    "早上": _MORNING,
    "早晨": _MORNING,
    "早": _MORNING,
    "上午": _MORNING,
    "中午": {11: 11, 12: 12, 13: 13, 14: 14, 1: 13, 2: 14},
    "下午": _AFTERNOON,
    "午后": _AFTERNOON,
    "傍晚": _EVENING,
    "晚上": _EVENING,
    "晚间": _EVENING,
    "晚": _EVENING,
    "am": {hour: hour % 12 for hour in range(1, 13)},
    "pm": {hour: hour % 12 + 12 for hour in range(1, 13)},
}
_PART = f"(?P<part>{'|'.join(_PARTS)})?"
_MINUTES = f"半|一刻|三刻|整|[0-9]{{2}}|{NUMBER}分|[二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九]"
_TIME_FORMS = (
    f"{_PART}(?P<h>[0-9]{{1,2}}):(?P<min>[0-9]{{2}})(?::00)?",
    "(?P<h>[0-9]{1,2})(?::(?P<min>[0-9]{2}))? ?(?P<part>[ap]m|[ap][.]m[.])",
    f"{_PART}(?P<h>{NUMBER})(?P<spoken>点钟?|时)(?P<min>{_MINUTES})?",
)


def _read_time(text: str, words: str) -> time | None:
    words = tight(words).removeprefix("at ")
    if words in ("noon", "中午", "正午"):
        return time(12)
    for pattern in _TIME_FORMS:
        found = re.fullmatch(pattern, words)
        if found:
            parts = found.groupdict()
            minute = _minute(parts["min"])
            hour = None if minute is None else _hour(text, parts, minute)
            return None if hour is None or minute is None else time(hour, minute)
    return None


def _minute(word: str | None) -> int | None:
    quarters = {None: 0, "整": 0, "一刻": 15, "半": 30, "三刻": 45}
    if word is None or word in quarters:
        return quarters[word]
    minute = whole_number(word.removesuffix("分").removeprefix("零") or "零")
    return minute if minute is not None and minute < 60 else None


def _hour(text: str, parts: Mapping[str, str | None], minute: int) -> int | None:
    """The hour on the clock of 24; None if there is none or it isn't of its part of the day (上午14点, 13pm)."""
    hour = whole_number(parts["h"] or "")
    part = (parts["part"] or "").replace(".", "")
    if hour is None:
        return None
    if part:
        return _PARTS[part].get(hour)
    if parts.get("spoken") and 1 <= hour <= 6:
        raise BadValue(
            _("“{text}” could be in the morning or the afternoon.").format(text=excerpt(text)),
            _("Write {early} or {late}.").format(
                early=f"{time(hour, minute):%H:%M}", late=f"{time(hour + 12, minute):%H:%M}"
            ),
        )
    return hour if hour < 24 else None

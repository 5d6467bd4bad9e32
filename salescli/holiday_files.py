"""Holiday files as plain days: the JSON list in use among developers, and calendars (.ics) of any country.

A file is told by its content. Nothing here knows what stood before: a day is off or worked, and has a name.
Calendars differ in how they tell a day off from an observance: Apple's mark each arranged day, Google's say
“Public holiday” or “Observance” in the description, others write 休 or 班 behind the name. What the file itself
tells apart is told apart here; every other all-day event is a day off.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from dateutil.rrule import rrulestr

from salescli.amounts import excerpt
from salescli.calendars import HOLIDAYS
from salescli.day_words import FIRST_YEAR, LAST_YEAR
from salescli.errors import BadRows, Refused
from salescli.i18n import _
from salescli.texts import NAME_LIMIT

# Calendars of a country have some hundred kilobytes. This much, and so many rules, are read within seconds.
MOST_BYTES = 1024 * 1024
_MOST_RULES = 300

# What a summary says besides the name: 春节（休）, 班｜春节, 春节假期, 上班(补春节假期), 元旦 假期 第1天/共3天.
_NOISE = re.compile(
    r"第\s*\d+\s*天(\s*/\s*共\s*\d+\s*天)?|[（(【\[]\s*[休班]\s*[)）】\]]|^[休班]\s*[｜|·]|上班|补班|調休|调休|放假|假期|\s[休班]$"
)
_MAKES_UP = re.compile(r"^[（(]\s*补(.*)[)）]$")
_JOINED = re.compile(r"\s*[、,，/&和与]\s*")
_DAY = timedelta(days=1)
_MOST_DAYS_LONG = 62
_MOST_DAYS = 100_000
_MOST_REPEATS = 1_000
_NEEDED = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE")
_SPECIAL = {"WORK-HOLIDAY": True, "ALTERNATE-WORKDAY": False}
_REST_MARK = re.compile(r"[（(【\[]\s*休\s*[)）】\]]|^休\s*[｜|·]|\s休$")
_NOT_WORKED = re.compile(r"停班|停工|不用?上班|[无毋免]需?上班")
_WORKED = re.compile(r"班|調休上|\bwork(ing)?[ -]?day\b", re.IGNORECASE)
_OBSERVANCE = ("observance", "纪念日", "紀念日", "节庆", "節慶")
_REGIONAL = ("public holiday in ", "regional holiday", "local holiday")


@dataclass(frozen=True)
class _Entry:
    """A day that a file names: where it stands there, whether it is off, and its text."""

    place: str
    day: date
    off: bool
    name: str


@dataclass(frozen=True)
class HolidayFile:
    """The days a file tells, by date: whether each is off, and its name.

    ``year`` is the notice's where the file says it. ``skipped`` are entries that are no days off, each in a
    sentence's half: what it is and why it is left out.
    """

    days: dict[date, tuple[bool, str]]
    year: int | None = None
    skipped: list[str] = field(default_factory=list)


def read(data: bytes, file: str) -> HolidayFile:
    """The days in the bytes of a file called ``file``.

    Raises Refused for what is neither a list of holidays in JSON nor a calendar, BadRows for an entry that
    can't be taken: a bad date, one outside 1990 to 2100, one that is both off and worked.
    """
    text = _decoded(data, file).lstrip()
    if text[:15].upper() == "BEGIN:VCALENDAR":
        entries, skipped = _read_events(text, file)
        return HolidayFile(_by_day(entries, file), skipped=skipped)
    if text[:1] in ("{", "["):
        entries, year = _read_json(text, file)
        return HolidayFile(_by_day(entries, file), year)
    raise _no_holidays(file)


def holiday_name(text: str) -> str:
    """The holiday's name in an entry's text: the calendar's word where it is one of China's, else as it is said."""
    plain = " ".join(_NOISE.sub(" ", text).split())
    made_up_for = _MAKES_UP.match(plain)
    plain = (made_up_for[1] if made_up_for else plain).strip() or " ".join(text.split())
    parts = [_word(part) for part in _JOINED.split(plain)]
    return ("、".join(parts) if all(part in HOLIDAYS for part in parts) else plain)[:NAME_LIMIT]


def _word(name: str) -> str:
    """A holiday by the word of the calendar: 清明, Tomb-sweeping Day and 清明节 are one."""
    english = {said.casefold(): word for word, said in HOLIDAYS.items()}
    return english.get(name.casefold()) or next((word for word in HOLIDAYS if name in (word, word[:-1])), name)


def _by_day(entries: list[_Entry], file: str) -> dict[date, tuple[bool, str]]:
    days: dict[date, tuple[bool, str]] = {}
    for entry in entries:
        _check_year(entry.day, entry.place, file)
        known = days.setdefault(entry.day, (entry.off, holiday_name(entry.name)))
        if known[0] != entry.off:
            raise BadRows(
                _("{place} of {file} contradicts an earlier one: {day} is both a day off and worked.").format(
                    place=entry.place, file=file, day=entry.day
                ),
                hint=_("Mend the file, then import it again."),
            )
    return dict(sorted(days.items()))


def _check_year(day: date, place: str, file: str) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadRows(
            _("{place} of {file} is on {day}, outside the years {first} to {last}.").format(
                place=place, file=file, day=day, first=FIRST_YEAR, last=LAST_YEAR
            )
        )


def _read_json(text: str, file: str) -> tuple[list[_Entry], int | None]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        line = getattr(problem, "lineno", 1)
        raise Refused(
            _("{file} is damaged: its JSON can't be read, from line {line} on.").format(file=file, line=line),
            hint=_("Get the file again and import that."),
        ) from None
    days = found.get("days") if isinstance(found, dict) else found
    if not isinstance(days, list):
        raise _no_holidays(file)
    year = found.get("year") if isinstance(found, dict) else None
    entries = [_json_entry(entry, number, file) for number, entry in enumerate(days, start=1)]
    return entries, year if isinstance(year, int) else None


def _json_entry(entry: Any, number: int, file: str) -> _Entry:
    place = _("Entry {number}").format(number=number)
    kinds = {"name": str, "date": str, "isOffDay": bool}
    fields = entry if isinstance(entry, dict) else {}
    for key, kind in kinds.items():
        if not isinstance(fields.get(key), kind):
            raise BadRows(
                _("{place} of {file} has no {key} that can be read: {entry}").format(
                    place=place, file=file, key=key, entry=excerpt(str(entry)[:200])
                ),
                hint=_('Each day is written like {"name": "春节", "date": "2027-02-06", "isOffDay": true}.'),
            )
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fields["date"]):
            raise ValueError
        day = date.fromisoformat(fields["date"])
    except ValueError:
        raise BadRows(
            _("{place} of {file}: “{text}” is no date.").format(place=place, file=file, text=excerpt(fields["date"]))
        ) from None
    return _Entry(place, day, fields["isOffDay"], fields["name"])


def _decoded(data: bytes, file: str) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for codec in ["utf-16"] if wide else ["utf-8-sig", "gb18030"]:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    raise _no_holidays(file)


def _no_holidays(file: str) -> Refused:
    return Refused(
        _("{file} is no list of holidays.").format(file=file),
        hint=_("Give the public holiday list as JSON (days with name, date, isOffDay) or a calendar as .ics."),
    )


# --- calendars ---


@dataclass(frozen=True)
class _Event:
    """An event with the days it begins on. ``off`` is None where only the whole file can tell."""

    place: str
    name: str
    length: int
    begins: list[date]
    rule: Any
    marked: bool
    off: bool | None
    about: str


def _read_events(text: str, file: str) -> tuple[list[_Entry], list[str]]:
    """The days of a calendar's events, and which events are left out and why.

    Raises Refused for what can't be read as a calendar, BadRows for an event with a date or rule that is none.
    """
    skipped: list[str] = []
    events = []
    for number, component in enumerate(_components(text, file), start=1):
        name = excerpt(_text(component, "SUMMARY"))
        place = _("Event {number} ({name})").format(number=number, name=name)
        event, reason = _event(component, place, file)
        if event is None:
            skipped.append(f"{place}: {reason}")
        else:
            events.append(event)
    kept = _told_apart(events, skipped)
    return _spread(kept, file), skipped


def _components(text: str, file: str) -> list[Any]:
    import icalendar  # a tenth of a second, for this kind of file alone

    if text.count("\nRRULE") > _MOST_RULES:
        raise Refused(_("{file} has more than {most} events that repeat.").format(file=file, most=_MOST_RULES))
    try:
        calendars = icalendar.Calendar.from_ical(text, multiple=True)
        found = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as problem:
        raise Refused(
            _("{file} is damaged: {reason}.").format(file=file, reason=excerpt(str(problem))),
            hint=_("Get the file again and import that."),
        ) from None
    if not calendars:
        raise Refused(
            _("{file} is cut off: its calendar has no end.").format(file=file),
            hint=_("Get the file again and import that."),
        )
    return found


def _event(component: Any, place: str, file: str) -> tuple[_Event | None, str]:
    """One event, or why it is left out."""
    if _text(component, "STATUS").upper() == "CANCELLED":
        return None, _("cancelled")
    for key, _reason in component.errors:
        if key in _NEEDED:
            raise _bad(place, file, _("its {key} can't be read").format(key=key))
    begin, end = _moment(component, "DTSTART", place, file), _moment(component, "DTEND", place, file)
    if begin is None:
        raise _bad(place, file, _("it has no first day"))
    name = _text(component, "SUMMARY")
    special = _SPECIAL.get(_text(component, "X-APPLE-SPECIAL-DAY").upper())
    worked = special is False or (special is None and _says_worked(name))
    timed = isinstance(begin, datetime) and not _from_midnight_to_midnight(begin, end)
    if timed and not worked:
        return None, _("it has a time of day, so it is no holiday")
    first = _date(begin)
    length = 1 if timed else _length(component, first, end, place, file)
    return (
        _Event(
            place=place,
            name=name,
            length=length,
            begins=([] if "RRULE" in component else [first]) + _dates(component, "RDATE", place, file),
            rule=_repeated(component, first, place, file),
            marked=special is not None,
            off=False if worked else True if special or _REST_MARK.search(name) else None,
            about=f"{_text(component, 'DESCRIPTION')}\n{_text(component, 'CATEGORIES')}".casefold(),
        ),
        "",
    )


def _says_worked(name: str) -> bool:
    return bool(_WORKED.search(name)) and not _NOT_WORKED.search(name)


def _told_apart(events: list[_Event], skipped: list[str]) -> list[_Event]:
    """The events that are days off or worked, by whatever this file tells them apart with; the rest is skipped."""

    def keep(kept: list[_Event], test: Callable[[_Event], bool], reason: str) -> list[_Event]:
        chosen = [event for event in kept if test(event)]
        if not any(event.off is not False for event in chosen):
            return kept
        skipped.extend(f"{event.place}: {reason}" for event in kept if not test(event))
        return chosen

    observance = _("an observance, no day off")
    if any(event.marked for event in events):
        return keep(events, lambda event: event.marked, observance)
    if any(event.off for event in events):
        return keep(events, lambda event: event.off is not None, observance)
    kept = keep(events, lambda event: event.off is False or not _about(event, _OBSERVANCE), observance)
    return keep(
        kept, lambda event: event.off is False or not _about(event, _REGIONAL), _("a holiday of some regions only")
    )


def _about(event: _Event, words: tuple[str, ...]) -> bool:
    return any(line.strip().startswith(words) for line in event.about.split("\n"))


# --- days ---


def _spread(events: list[_Event], file: str) -> list[_Entry]:
    """Every day of the events. What repeats without end goes as far as the other events do, else to the last year."""
    single = [day.year for event in events for day in event.begins]
    bounded = [day.year for event in events if event.rule and event.rule.ends for day in event.rule.days]
    years = single + bounded
    first, last = (min(years), max(years)) if years else (FIRST_YEAR, LAST_YEAR)
    entries: list[_Entry] = []
    for event in events:
        repeated = [] if event.rule is None else event.rule.days
        if event.rule is not None and not event.rule.ends:
            repeated = [day for day in repeated if first <= day.year <= last]
        for begin in [*event.begins, *repeated]:
            _check_year(begin, event.place, file)
            if len(entries) > _MOST_DAYS:
                raise Refused(_("{file} has more than {most} days.").format(file=file, most=f"{_MOST_DAYS:,}"))
            days = (begin + _DAY * place for place in range(event.length))
            entries += [_Entry(event.place, day, event.off is not False, event.name) for day in days]
    return entries


class _Rule:
    """The days from 1990 to 2100 that a repeated event begins on; ``ends`` says that its rule names an end itself.

    Raises ValueError for a rule that holds on no day, or on more than thousands.
    """

    def __init__(self, given: Any, first: date, out: list[date]) -> None:
        self.ends = "COUNT" in given or "UNTIL" in given
        parts = dict(given)
        if "UNTIL" in parts:  # a date for an event that has no time, whatever the file says
            parts["UNTIL"] = [f"{_date(parts['UNTIL'][0]):%Y%m%d}T000000"]
        words = ";".join(f"{key}={','.join(map(str, value))}" for key, value in parts.items())
        self._moments = rrulestr(words, dtstart=datetime.combine(first, time()))
        begins = list(islice(self._begins(), _MOST_REPEATS + 1))
        if not 0 < len(begins) <= _MOST_REPEATS:
            raise ValueError(words)
        self.days = [day for day in begins if day.year >= FIRST_YEAR and day not in out]

    def _begins(self) -> Iterator[date]:
        for moment in self._moments:
            if moment.year > LAST_YEAR:
                return
            yield moment.date()


def _repeated(component: Any, first: date, place: str, file: str) -> "_Rule | None":
    given = component.get("RRULE")
    if given is None:
        return None
    wrong = _bad(place, file, _("its rule of repetition is none that makes holidays"))
    try:
        if given["FREQ"] != ["YEARLY"] or int(given.get("INTERVAL", [1])[0]) < 1:
            raise wrong
        return _Rule(given, first, _dates(component, "EXDATE", place, file))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        raise wrong from None


def _dates(component: Any, key: str, place: str, file: str) -> list[date]:
    """The days of a property that lists several, on one line or more."""
    given = component.get(key, [])
    moments = [
        getattr(moment, "dt", None)
        for several in (given if isinstance(given, list) else [given])
        for moment in getattr(several, "dts", [None])
    ]
    days = [_date(moment) for moment in moments if isinstance(moment, date)]
    if len(days) < len(moments):
        raise _bad(place, file, _("its rule of repetition is none that makes holidays"))
    return days


def _length(component: Any, first: date, end: date | None, place: str, file: str) -> int:
    """How many days an event lasts; its end is exclusive, and at least its first day is meant."""
    lasting = getattr(component.get("DURATION"), "dt", _DAY) if end is None else _date(end) - first
    days = getattr(lasting, "days", -1)
    if not 0 <= days <= _MOST_DAYS_LONG:
        raise _bad(place, file, _("it lasts {count} days").format(count=days))
    return max(days, 1)


def _moment(component: Any, key: str, place: str, file: str) -> date | None:
    given = component.get(key)
    if given is None:
        return None
    moment = getattr(given, "dt", None)
    if not isinstance(moment, date):
        raise _bad(place, file, _("“{text}” is no date").format(text=excerpt(str(given))))
    return moment


def _from_midnight_to_midnight(begin: date, end: date | None) -> bool:
    return all(isinstance(moment, datetime) and moment.time() == time() for moment in (begin, end))


def _date(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _text(component: Any, key: str) -> str:
    """The text of a property, the first if there are several; categories a line each."""
    given = component.get(key, "")
    first = given[0] if isinstance(given, list) else given
    return "\n".join(map(str, first.cats)) if hasattr(first, "cats") else str(first).strip()


def _bad(place: str, file: str, reason: str) -> BadRows:
    return BadRows(
        _("{place} of {file} can't be taken: {reason}.").format(place=place, file=file, reason=reason),
        hint=_("Mend the file, then import it again."),
    )

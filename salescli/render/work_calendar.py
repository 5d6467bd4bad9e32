"""The working calendar: the columns of its days and of the day's hours."""

from typing import TYPE_CHECKING

from salescli.calendars import holiday_label
from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.output import Column
from salescli.slots import SEASON_NAMES, MonthDay, Season, Slot

if TYPE_CHECKING:
    from salescli.services.work_calendar import CalendarView

_KINDS = {"work": N_("working day"), "rest": N_("day off"), "makeup": N_("make-up day"), "leave": N_("own day off")}


DAYS: "list[Column[CalendarView]]" = [
    Column("date", N_("Day"), lambda day: day.date, "day", word=echo_day),
    Column("kind", N_("Kind"), lambda day: day.kind, word=lambda kind: _(_KINDS[kind])),
    Column("name", N_("Holiday or reason"), lambda day: day.name, word=holiday_label),
    Column("official", N_("Official"), lambda day: day.official, on_screen=False),
    Column("own", N_("Set by you"), lambda day: day.own, word=lambda own: _("yes") if own else ""),
    Column(
        "provisional",
        N_("Calendar"),
        lambda day: day.provisional,
        word=lambda provisional: _("provisional") if provisional else "",
    ),
]


def _month_day(day: MonthDay) -> str:
    return "{:02}-{:02}".format(*day)


def _slot(slot: Slot) -> dict[str, str]:
    return {"start": f"{slot.start:%H:%M}", "end": f"{slot.end:%H:%M}"}


def _slot_words(slot: dict[str, str]) -> str:
    return f"{slot['start']}-{slot['end']}"


SEASONS: list[Column[Season]] = [
    Column("name", N_("Hours"), lambda season: season.name, word=lambda name: _(SEASON_NAMES.get(name, name))),
    Column("begin", N_("First day"), lambda season: _month_day(season.begin)),
    Column("end", N_("Last day"), lambda season: _month_day(season.end)),
    Column(
        "slots",
        N_("Working hours"),
        lambda season: [_slot(slot) for slot in season.slots],
        word=lambda slots: _(", ").join(map(_slot_words, slots)),
    ),
    Column("field", N_("Field time"), lambda season: _slot(season.field), word=_slot_words),
]

"""The working calendar: the columns of its days and of the day's hours."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from salescli.calendars import holiday_label
from salescli.dates import echo_day
from salescli.i18n import N_, _, _n
from salescli.render.output import Column, as_json
from salescli.slots import SEASON_NAMES, MonthDay, Season, Slot

if TYPE_CHECKING:
    from salescli.services.files.calendar_import import ChangedDay, Imported
    from salescli.services.office.work_calendar import CalendarView

_KINDS = {"work": N_("working day"), "rest": N_("day off"), "makeup": N_("make-up day"), "leave": N_("own day off")}


def _weight(weight: float) -> str:
    return "" if weight in (0, 1) else _("counts {weight}").format(weight=f"{weight:g}")


DAYS: "list[Column[CalendarView]]" = [
    Column("date", N_("Day"), lambda day: day.date, "day", word=echo_day),
    Column("kind", N_("Kind"), lambda day: day.kind, word=lambda kind: _(_KINDS[kind])),
    Column("weight", N_("Weight"), lambda day: day.weight, word=_weight),
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


CHANGED: "list[Column[ChangedDay]]" = [
    Column("date", N_("Day"), lambda day: day.date, "day", word=echo_day),
    Column("before", N_("Before"), lambda day: day.before, word=lambda kind: _(_KINDS[kind])),
    Column("kind", N_("Now"), lambda day: day.kind, word=lambda kind: _(_KINDS[kind])),
    Column("name", N_("Holiday or reason"), lambda day: day.name, word=holiday_label),
    Column("official", N_("Official"), lambda day: day.official, on_screen=False),
]


def import_json(found: "Imported") -> dict[str, Any]:
    """What an import of official days did, for scripts."""
    return {**asdict(found), "changed": [as_json(day, CHANGED) for day in found.changed]}


def import_words(found: "Imported") -> str:
    """What an import of official days did, in a line."""
    return _n(
        "{rows} day: {new} new, {updated} updated, {unchanged} unchanged, {removed} taken away, "
        "{own} kept as set by you.",
        "{rows} days: {new} new, {updated} updated, {unchanged} unchanged, {removed} taken away, "
        "{own} kept as set by you.",
        found.rows,
    ).format(
        rows=found.rows,
        new=found.new,
        updated=found.updated,
        unchanged=found.unchanged,
        removed=found.removed,
        own=found.own,
    )


def import_notes(found: "Imported", *, dry_run: bool) -> Iterator[str]:
    """What the person should know besides: years that are official now, what was left out, targets to split again."""
    if found.skipped:
        yield _n(
            "{count} entry is no day off and was left out: {first}.",
            "{count} entries are no days off and were left out, the first: {first}.",
            len(found.skipped),
        ).format(count=len(found.skipped), first=found.skipped[0])
    if found.lost:
        yield _n(
            "{count} holiday that the file does not name is worked now: is it a whole list?",
            "{count} holidays that the file does not name are worked now: is it a whole list?",
            found.lost,
        ).format(count=found.lost)
    if dry_run:
        if found.targets:
            yield _("Split targets with a changed day: {periods}.").format(periods=_(", ").join(found.targets))
        yield _("Nothing was written: this was a trial (--dry-run).")
        return
    if found.years:
        yield _("Official from this file now: {years}.").format(years=_(", ").join(map(str, found.years)))
    else:
        yield _("The file names days of a single month only, so no year counts as announced by it.")
    if found.split_again:
        yield _("Split again: {periods}.").format(periods=_(", ").join(found.targets))
    elif found.targets:
        yield _("The days of split targets stay as they are: {periods}. `{command}` splits again.").format(
            periods=_(", ").join(found.targets), command=f"sales target split {found.targets[0]} --again"
        )


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

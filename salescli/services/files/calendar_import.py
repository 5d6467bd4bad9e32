"""Taking official days in from a holiday file, and what they change: days, years, split targets."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlmodel import Session, select

from salescli import holiday_files
from salescli.calendars import WORKED, Calendar, DayMark, Kind
from salescli.dates import Period
from salescli.errors import Refused
from salescli.holiday_files import HolidayFile
from salescli.i18n import _
from salescli.models.profile import CalendarDay
from salescli.models.targets import Target
from salescli.services.changes import now_of
from salescli.services.goals import targets
from salescli.services.office import work_calendar
from salescli.tabular.guard import read_bytes
from salescli.tabular.table import Limits

_SATURDAY = 5


@dataclass(frozen=True)
class ChangedDay:
    """A day that is something else than before; ``official`` as it is now."""

    date: date
    before: str
    kind: str
    name: str
    official: bool


@dataclass(frozen=True)
class Imported:
    """What an import did, or would do: the file's days by what became of them, and what changed by them.

    ``years`` are the file's years that are announced now, ``removed`` official days that it names no more, ``own``
    days that stay because the user set them, ``targets`` the periods of split targets with a changed day in them or
    split before the official days were known. ``lost`` are holidays that the file does not name and that are worked
    now; ``skipped`` the file's entries that are no days off.
    """

    file: str
    years: list[int]
    rows: int
    new: int
    updated: int
    unchanged: int
    removed: int
    own: int
    changed: list[ChangedDay]
    targets: list[str]
    lost: int = 0
    split_again: bool = False
    skipped: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Step:
    """What becomes of a day: its row if there is one, and its mark to come; None takes an official day away."""

    row: CalendarDay | None
    mark: DayMark | None

    @property
    def stands(self) -> bool:
        """Whether the row already says what the file does."""
        row, mark = self.row, self.mark
        return (
            row is not None
            and mark is not None
            and row.deleted_at is None
            and (row.kind, row.name, row.weight) == (mark.kind, mark.name, None)
        )


def read(path: Path) -> HolidayFile:
    """The days of a holiday file (JSON or .ics).

    Raises NotFound for a missing file; Refused for what is none, is too big, or names no day; BadRows for an entry
    that can't be taken.
    """
    most = holiday_files.MOST_BYTES
    found = holiday_files.read(read_bytes(path, Limits(csv_bytes=most, workbook_bytes=most)), path.name)
    if found.days:
        return found
    if found.year is not None:
        raise Refused(
            _("The notice for {year} isn't out yet in {file}: nothing changed.").format(
                year=found.year, file=path.name
            ),
            hint=_("Get the file again when it is; until then {year} is provisional.").format(year=found.year),
        )
    raise Refused(
        _("{file} names no day off: nothing changed.").format(file=path.name),
        hint=_("Left out: {skipped}.").format(skipped=found.skipped[0]) if found.skipped else "",
    )


def preview(session: Session, found: HolidayFile, file: str) -> Imported:
    """What importing ``found`` would do; nothing is written."""
    return _outcome(session, found, file, _steps(session, found))[0]


def take(session: Session, found: HolidayFile, file: str, *, split_again: bool = False) -> Imported:
    """Store the days of ``found`` as official ones, and with ``split_again`` split the targets they change anew.

    The user's own days stay. Official days of a year that the file announces and does not name any more go.
    """
    steps = _steps(session, found)
    outcome, touched, calendar = _outcome(session, found, file, steps, split_again=split_again)
    for day, step in steps.items():
        if not step.stands:
            _store(session, day, step)
    session.flush()
    if split_again:
        for target in touched:
            targets.split_again(session, target, calendar)
    return outcome


def _steps(session: Session, found: HolidayFile) -> dict[date, _Step]:
    """What becomes of each day that is not the user's own."""
    rows = {row.day: row for row in session.exec(select(CalendarDay))}
    own = {day for day, row in rows.items() if row.deleted_at is None and not row.official}
    steps = {
        day: _Step(rows.get(day), DayMark(day, _kind(day, off), name, official=True))
        for day, (off, name) in found.days.items()
        if day not in own
    }
    whole = work_calendar.announced_years(found.days)
    stale = (row for row in rows.values() if row.official and row.deleted_at is None and row.day.year in whole)
    steps |= {row.day: _Step(row, None) for row in stale if row.day not in found.days and not _of_next_notice(row)}
    return steps


def _kind(day: date, off: bool) -> Kind:
    if off:
        return "rest"
    return "makeup" if day.weekday() >= _SATURDAY else "work"


def _of_next_notice(row: CalendarDay) -> bool:
    """Whether a day is New Year's leave in December, which the notice of the next year names."""
    return row.day.month == 12 and row.name == "元旦"


def _store(session: Session, day: date, step: _Step) -> None:
    row = step.row or CalendarDay(day=day, kind="")
    if step.mark is None:
        row.deleted_at = now_of(session)
    else:
        row.kind, row.name, row.official, row.weight = step.mark.kind, step.mark.name, True, None
        row.deleted_at = None
    session.add(row)


def _outcome(
    session: Session, found: HolidayFile, file: str, steps: dict[date, _Step], *, split_again: bool = False
) -> tuple[Imported, list[Target], Calendar]:
    before = work_calendar.of(session)
    marks = {**before.overrides, **{day: step.mark for day, step in steps.items() if step.mark}}
    for day, step in steps.items():
        if step.mark is None:
            del marks[day]
    after = work_calendar.with_marks(before.week, marks)
    changed = _changed(before, after, {day.year for day in [*found.days, *steps]})
    touched = targets.touched(session, [day.date for day in changed])
    touched += [target for target in targets.outdated(session, after) if target not in touched]
    named = [step for step in steps.values() if step.mark]
    new = sum(step.row is None or step.row.deleted_at is not None for step in named)
    unchanged = sum(step.stands for step in named)
    outcome = Imported(
        file=file,
        years=sorted({day.year for day in found.days} & after.announced),
        rows=len(found.days),
        new=new,
        updated=len(named) - new - unchanged,
        unchanged=unchanged,
        removed=len(steps) - len(named),
        own=len(found.days) - len(named),
        changed=changed,
        targets=list(dict.fromkeys(target.period for target in touched)),
        lost=sum(bool(before.mark(day.date).name) and not day.name and day.kind in WORKED for day in changed),
        split_again=split_again and bool(touched),
        skipped=found.skipped,
    )
    return outcome, touched, after


def _changed(before: Calendar, after: Calendar, years: Iterable[int]) -> list[ChangedDay]:
    """The days of ``years`` whose kind is another."""
    return [
        ChangedDay(day, before.mark(day).kind, mark.kind, mark.name, mark.official)
        for year in sorted(years)
        for day in Period.year_of(date(year, 1, 1)).days()
        if (mark := after.mark(day)).kind != before.mark(day).kind
    ]

"""`sales calendar …`: working days, days off, the day's hours."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salescli import render, services, slots
from salescli.calendars import HALF, parse_weight
from salescli.cli import ask
from salescli.cli.options import Csv, DryRun, Json, Yes, described, group, on_terminal
from salescli.cli.run import Run
from salescli.dates import parse_day, parse_period
from salescli.errors import BadValue
from salescli.i18n import _, _n

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.services.files.calendar_import import Imported
    from salescli.services.office.work_calendar import CalendarView

app = group(_("Working days and the day's slots."))

Day = Annotated[str, typer.Argument(metavar="DAY", help=_("2026-12-24, 12-24, tomorrow, 下周三 …"))]
Reason = Annotated[str | None, typer.Option("--reason", help=_("Why, shown beside the day."))]


@app.command(
    "show",
    **described(
        _("Show which days are worked, and why the others are not."),
        "sales calendar show",
        "sales calendar show 2026-10",
    ),
)
def show(
    ctx: typer.Context,
    period: Annotated[
        str, typer.Argument(metavar="[PERIOD]", help=_("This month unless given."), show_default=False)
    ] = "this-month",
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    days = parse_period(period, run.today)
    with run.reading() as session:
        calendar = services.work_calendar.of(session)
        rows = services.work_calendar.days(calendar, days)
    render.output.show_rows(rows, render.work_calendar.DAYS, render.output.form(as_json=as_json, as_csv=as_csv))
    worked = calendar.working_days(days.begin, days.end)
    render.output.say(
        _n("{period}: {count} working day.", "{period}: {count} working days.", worked).format(
            period=days.label, count=worked
        )
    )
    if calendar.provisional(days.begin, days.end):
        render.output.say(
            _("Days marked provisional are computed from the law: the official days off are not known yet.")
        )


@app.command(
    "off",
    **described(
        _("Make a day your own day off, whole or by half."),
        "sales calendar off 2026-12-24 --reason 年假",
        "sales calendar off 下周五 --half",
    ),
)
def off(
    ctx: typer.Context,
    day: Day,
    half: Annotated[bool, typer.Option("--half", help=_("Off for half of the day."))] = False,
    reason: Reason = None,
    as_json: Json = False,
) -> None:
    on = parse_day(day, Run.of(ctx).today)
    if half:
        _set_day(ctx, "calendar off", lambda days: services.work_calendar.take_half_off(days, on, reason), as_json)
    else:
        _set_day(ctx, "calendar off", lambda days: services.work_calendar.set_day(days, on, "leave", reason), as_json)


@app.command(
    "work",
    **described(
        _("Make a day a working day; an event may count more than one."),
        "sales calendar work 周六 --reason 展会",
        "sales calendar work 周六 --half",
        "sales calendar work 2026-11-11 --weight 2 --reason 双十一",
    ),
)
def work(
    ctx: typer.Context,
    day: Day,
    half: Annotated[bool, typer.Option("--half", help=_("Worked for half of the day: --weight 0.5."))] = False,
    weight: Annotated[
        str | None, typer.Option("--weight", metavar="W", help=_("How much of a working day it counts, up to 10."))
    ] = None,
    reason: Reason = None,
    as_json: Json = False,
) -> None:
    on = parse_day(day, Run.of(ctx).today)
    counts = _weight(half, weight)
    _set_day(
        ctx, "calendar work", lambda days: services.work_calendar.set_day(days, on, "work", reason, counts), as_json
    )


def _weight(half: bool, weight: str | None) -> Fraction:
    if half and weight is not None:
        raise BadValue(_("Give --half or --weight, not both."))
    return HALF if half else Fraction(1) if weight is None else parse_weight(weight)


def _set_day(ctx: typer.Context, command: str, change: "Callable[[Session], CalendarView]", as_json: bool) -> None:
    with Run.of(ctx).writing(command) as session:
        view = change(session)
        split = services.target_lookup.split_around(session, view.date)
    render.output.show_record(view, render.work_calendar.DAYS, render.output.form(as_json=as_json))
    if split:
        render.output.say(
            _("The days of split targets stay as they are: {periods}. `{command}` splits again.").format(
                periods=_(", ").join(split), command=f"sales target split {split[0]} --again"
            )
        )


@app.command(
    "import",
    **described(
        _("Take official days off from a file: the public holiday list (JSON) or a calendar (.ics)."),
        "sales calendar import 2027.json",
        "sales calendar import holidays.ics --dry-run",
    ),
)
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A holiday list in JSON, or an .ics calendar."))],
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    found = services.calendar_import.read(file)
    with run.reading() as session:
        expected = services.calendar_import.preview(session, found, file.name)
    asked = bool(expected.targets) and not (dry_run or yes) and on_terminal()
    if asked:
        _show_changes(expected)
    again = yes or (asked and _agreed(expected))
    if not dry_run:
        with run.writing("calendar import") as session:
            expected = services.calendar_import.take(session, found, file.name, split_again=again)
    _report(expected, shown=asked, dry_run=dry_run, as_json=as_json)


def _agreed(found: "Imported") -> bool:
    question = _("Split {periods} again by the new calendar?").format(periods=_(", ").join(found.targets))
    return ask.confirm(question, yes=False)


def _report(found: "Imported", *, shown: bool, dry_run: bool, as_json: bool) -> None:
    if as_json:
        render.output.print_json(render.work_calendar.import_json(found))
    else:
        if not shown:
            _show_changes(found)
        render.output.print_text(render.work_calendar.import_words(found))
    for sentence in render.work_calendar.import_notes(found, dry_run=dry_run):
        render.output.say(sentence)


def _show_changes(found: "Imported") -> None:
    render.output.show_rows(found.changed, render.work_calendar.CHANGED, "screen", empty=_("No day changes."))


@app.command("slots", **described(_("Show the day's hours in summer and winter."), "sales calendar slots"))
def slots_(ctx: typer.Context, as_json: Json = False) -> None:
    seasons = slots.seasons_from(Run.of(ctx).settings.under("slots"))
    render.output.show_rows(seasons, render.work_calendar.SEASONS, render.output.form(as_json=as_json))
    render.output.say(_("`sales config set slots.summer.field 09:30-17:00` changes one."))

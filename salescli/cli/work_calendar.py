"""`sales calendar …`: working days, days off, the day's hours."""

from typing import Annotated, Literal

import typer

from salescli import render, services, slots
from salescli.cli.options import Csv, Json, described, group
from salescli.cli.run import Run
from salescli.dates import parse_day, parse_period
from salescli.i18n import _, _n

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
        _("Make a day your own day off."), "sales calendar off 2026-12-24 --reason 年假", "sales calendar off 下周五"
    ),
)
def off(ctx: typer.Context, day: Day, reason: Reason = None, as_json: Json = False) -> None:
    _set_day(ctx, day, "leave", reason, as_json)


@app.command("work", **described(_("Make a day a working day."), "sales calendar work 周六 --reason 展会"))
def work(ctx: typer.Context, day: Day, reason: Reason = None, as_json: Json = False) -> None:
    _set_day(ctx, day, "work", reason, as_json)


def _set_day(ctx: typer.Context, day: str, kind: Literal["leave", "work"], reason: str | None, as_json: bool) -> None:
    run = Run.of(ctx)
    on = parse_day(day, run.today)
    with run.writing(f"calendar {'off' if kind == 'leave' else 'work'}") as session:
        view = services.work_calendar.set_day(session, on, kind, reason)
        split = services.targets.split_around(session, on)
    render.output.show_record(view, render.work_calendar.DAYS, render.output.form(as_json=as_json))
    if split:
        render.output.say(
            _("The days of split targets stay as they are: {periods}. `sales target split` splits again.").format(
                periods=_(", ").join(split)
            )
        )


@app.command("slots", **described(_("Show the day's hours in summer and winter."), "sales calendar slots"))
def slots_(ctx: typer.Context, as_json: Json = False) -> None:
    seasons = slots.seasons_from(Run.of(ctx).settings.under("slots"))
    render.output.show_rows(seasons, render.work_calendar.SEASONS, render.output.form(as_json=as_json))
    render.output.say(_("`sales config set slots.summer.field 09:30-17:00` changes one."))

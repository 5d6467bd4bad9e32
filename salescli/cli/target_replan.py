"""`sales target replan`: the rolling target beside the assigned one."""

from typing import Annotated

import typer

from salescli import render, services
from salescli.cli import target_options
from salescli.cli.options import Csv, DryRun, Json
from salescli.cli.run import Run
from salescli.cli.target_options import (
    AsOfOption,
    ByOption,
    ClientOption,
    MeasureOption,
    PersonOption,
    ProductOption,
    TerritoryOption,
    TierOption,
    YearUnlessGiven,
)
from salescli.dates import parse_day
from salescli.i18n import _


def replan(
    ctx: typer.Context,
    period: YearUnlessGiven = "this-year",
    as_of: AsOfOption = None,
    cap: Annotated[
        str, typer.Option("--cap", metavar="NUMBER", help=_("The most a day gets, in times of its own amount."))
    ] = "1.3",
    over: Annotated[
        str | None,
        typer.Option(
            "--over", metavar="month|quarter|year", help=_("How far a shortfall is spread; to the end unless given.")
        ),
    ] = None,
    by: ByOption = None,
    measure: MeasureOption = "amount",
    tier: TierOption = "target",
    product: ProductOption = None,
    territory: TerritoryOption = None,
    client: ClientOption = None,
    person: PersonOption = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    asked = target_options.asked(period, run.today, measure, tier, product, territory, client, person)
    day = None if as_of is None else parse_day(as_of, run.today, "past")
    most, horizon = target_options.cap(cap), None if over is None else target_options.horizon(over)
    rows_by = None if by is None else target_options.parts(by)
    with run.reading() if dry_run else run.writing("target replan") as session:
        calendar = services.work_calendar.of(session)
        found = services.target_lookup.find(session, asked.period, asked.measure, asked.tier, asked.scope(session))
        closed = services.target_progress.plan_closed(session, run.today)
        last = day or services.replans.usual_day(asked.period, run.today, closed=closed)
        made = services.replans.work_out(session, found, last, calendar, most, horizon)
        now = services.standings.Standing(found.target, found.split, made)
        if not dry_run:
            now = services.replans.keep(session, found, made)
        meaning = services.replans.meaning(session, now, calendar)
        table = services.targets.shown(session, now, asked.period, rows_by, calendar, run.today)
    render.targets.show(table, render.output.form(as_json=as_json, as_csv=as_csv))
    render.target_words.say_replan(table, meaning, run.today)
    if dry_run:
        render.output.say(_("Nothing was written."))

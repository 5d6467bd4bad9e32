"""`sales gap`: what is short this month, and what together covers it."""

from typing import Annotated

import typer

from salescli import render, services
from salescli.cli.options import Csv, Json, described, group
from salescli.cli.run import Run
from salescli.cli.target_options import MeasureOption
from salescli.dates import parse_period
from salescli.i18n import _
from salescli.vocabulary import Measure, parse_word

app = group("")


@app.callback()
def gaps() -> None:
    """Hold the one command as a group, as the other modules do."""


@app.command(
    "gap",
    **described(
        _("What is short this month, and the collections, deals and lapsed repeat buyers that cover it."),
        "sales gap",
        "sales gap --measure 回款",
        "sales gap --plan",
    ),
)
def gap(
    ctx: typer.Context,
    period: Annotated[
        str, typer.Argument(metavar="[PERIOD]", help=_("This month unless given."), show_default=False)
    ] = "this-month",
    measure: MeasureOption = "amount",
    limit: Annotated[int, typer.Option("--limit", min=0, help=_("So many at most; 0 shows all."))] = 0,
    plan: Annotated[
        bool, typer.Option("--plan", help=_("Put those chosen into the plans of the coming days."))
    ] = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    days, counted = parse_period(period, run.today), parse_word(measure, Measure)
    if plan:
        services.gaps.refuse_over(days, run.today)  # whether or not there is a target
    with run.writing("gap") if plan else run.reading() as session:
        calendar = services.work_calendar.of(session)
        found = services.gaps.gap_list(session, days, counted, calendar, run.today, run.settings)
        visits = services.gaps.put_into_plans(session, found, run.today, run.settings, calendar) if plan else []
    render.gaps.show(found, visits, render.output.form(as_json=as_json, as_csv=as_csv), limit=limit, planned=plan)

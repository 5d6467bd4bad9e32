"""`sales why`: what a figure rests on."""

from typing import Annotated

import typer

from salescli import render, services
from salescli.cli.options import Csv, Json, described, group
from salescli.cli.run import Run
from salescli.dates import parse_period
from salescli.i18n import _

app = group(_("Why a figure is what it is: formula, records, later changes."))


@app.callback()
def figures() -> None:
    """Hold the one command as a group, as the other modules do."""


@app.command(
    "why",
    **described(
        _("Why a figure is what it is: formula, records, later changes."),
        "sales why amount",
        "sales why 回款 2026-Q4",
        "sales why retention last-month --csv",
    ),
)
def why(
    ctx: typer.Context,
    measure: Annotated[
        str,
        typer.Argument(
            metavar="MEASURE",
            help=_(
                "amount, receipts, margin, orders, new_clients, visits, effective_visits, quotes, satisfaction, "
                "retention, growth, visit_rate, overdue_rate, response_rate; also 销售额, 回款, 客户留存率 …"
            ),
        ),
    ],
    period: Annotated[
        str, typer.Argument(metavar="[PERIOD]", help=_("This month unless given."), show_default=False)
    ] = "this-month",
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    kpi, days = services.kpis.named(measure), parse_period(period, run.today)
    with run.reading() as session:
        found = services.why.explain(session, kpi, days, run.today)
    render.why.show(found, render.output.form(as_json=as_json, as_csv=as_csv))

"""`sales report …`: the KPIs of a period, the funnel, coverage, rankings; the day's report and the assessments."""

from typing import Annotated, Any

import typer

from salescli import render, services
from salescli.amounts import excerpt, half_width
from salescli.cli import report_files
from salescli.cli.options import Csv, Json, described, group
from salescli.cli.run import Run
from salescli.dates import echo_day, parse_period
from salescli.errors import BadValue
from salescli.i18n import _

app = group(_("Reports: the day, KPIs, funnel, coverage, rankings, assessments."))

PeriodArgument = Annotated[
    str, typer.Argument(metavar="[PERIOD]", help=_("This month unless given."), show_default=False)
]
_BY = {"client": ("客户",), "product": ("产品",), "territory": ("区域",)}


@app.command(
    "kpi",
    **described(
        _("Every KPI with what it is made of, and its target."), "sales report kpi", "sales report kpi 2026-Q4"
    ),
)
def kpi(ctx: typer.Context, period: PeriodArgument = "this-month", as_json: Json = False, as_csv: Csv = False) -> None:
    run = Run.of(ctx)
    days = parse_period(period, run.today)
    with run.reading() as session:
        calendar = services.work_calendar.of(session)
        rows = services.reports.kpi_report(session, days, run.today, calendar)
    render.reports.show_kpis(rows, render.output.form(as_json=as_json, as_csv=as_csv))
    render.output.say(_("{period}; `sales why MEASURE` shows what is behind a figure.").format(period=days.label))


@app.command(
    "funnel",
    **described(
        _("From visits to quotations to orders, and the deals by stage."),
        "sales report funnel",
        "sales report funnel 2026",
    ),
)
def funnel(
    ctx: typer.Context, period: PeriodArgument = "this-month", as_json: Json = False, as_csv: Csv = False
) -> None:
    run = Run.of(ctx)
    days = parse_period(period, run.today)
    with run.reading() as session:
        rows = services.reports.funnel(session, days, run.today, run.settings)
    render.output.show_rows(rows, render.reports.FUNNEL, render.output.form(as_json=as_json, as_csv=as_csv))
    render.output.say(_("{period}; each rate is of the step before.").format(period=days.label))


@app.command(
    "coverage",
    **described(
        _("How the clients of each class are kept up: contacted, on time, overdue."),
        "sales report coverage",
        "sales report coverage last-month",
    ),
)
def coverage(
    ctx: typer.Context, period: PeriodArgument = "this-month", as_json: Json = False, as_csv: Csv = False
) -> None:
    run = Run.of(ctx)
    days = parse_period(period, run.today)
    with run.reading() as session:
        rows = services.reports.coverage(session, days, run.today, run.settings)
    render.output.show_rows(rows, render.reports.COVERAGE, render.output.form(as_json=as_json, as_csv=as_csv))
    as_of = min(days.last, run.today)
    render.output.say(
        _("Contacted in {period}; on time and overdue as of {day}.").format(period=days.label, day=echo_day(as_of))
    )


@app.command(
    "ranking",
    **described(
        _("Clients, products or territories by what they brought."),
        "sales report ranking 2026",
        "sales report ranking this-month --by product --limit 10",
    ),
)
def ranking(
    ctx: typer.Context,
    period: PeriodArgument = "this-month",
    by: Annotated[str, typer.Option("--by", metavar="client|product|territory", help=_("What is ranked."))] = "client",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help=_("At most so many rows."))] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    days, ranked = parse_period(period, run.today), _ranked_by(by)
    with run.reading() as session:
        rows = services.reports.ranking(session, days, run.today, ranked, limit)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    empty = _("Nothing was ordered or paid in {period}.").format(period=days.label)
    render.output.show_rows(rows, render.reports.ranking_columns(ranked), form, empty=empty)


def _ranked_by(text: str) -> Any:
    """What a ranking is of, in either language; else BadValue."""
    asked = half_width(text).strip().lower()
    for token, words in _BY.items():
        if asked == token or asked in words:
            return token
    allowed = ", ".join(f"{token} {words[0]}" for token, words in _BY.items())
    raise BadValue(
        _("{option} can't be “{text}”.").format(option="--by", text=excerpt(text)),
        hint=_("Use one of: {allowed}.").format(allowed=allowed),
    )


app.command(
    "day",
    **described(
        _("The day's report as it stands, to paste: done, not done, gained, tomorrow."),
        "sales report day",
        "sales report day 昨天 --text",
    ),
)(report_files.day)
app.command(
    "month",
    **described(
        _("The month's assessment: weights, targets, rates, score, visits, money, what was left."),
        "sales report month",
        "sales report month last-month --out 月度考核.xlsx",
    ),
)(report_files.month)
app.command(
    "quarter",
    **described(
        _("The quarter's assessment, month by month."),
        "sales report quarter",
        "sales report quarter 2026-Q4 --text",
    ),
)(report_files.quarter)

"""`sales week …`: the week's review, the plan of the next one, the goal sheet."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salescli import render, services
from salescli.cli.options import Force, Json, described, group
from salescli.cli.run import Run
from salescli.i18n import _

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.dates import Period
    from salescli.services.reporting.weeks import WeekReport

app = group(_("The week: review, next week's plan, the goal sheet."))

This = Annotated[str, typer.Argument(metavar="[PERIOD]", help=_("The week, or a day of it; this week unless given."))]
Next = Annotated[str, typer.Argument(metavar="[PERIOD]", help=_("The week, or a day of it; next week unless given."))]
Due = Annotated[
    str | None,
    typer.Argument(
        metavar="[PERIOD]", help=_("The week, or a day of it; last week if it has records, else this week.")
    ),
]
Text = Annotated[bool, typer.Option("--text", help=_("As text to paste into WeChat or DingTalk."))]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help=_("The workbook; named after you and the week otherwise."))
]
Mask = Annotated[bool, typer.Option("--mask", help=_("Take phone numbers and addresses out of the texts."))]


@app.command(
    "review",
    **described(
        _("Plan against actual: each goal, each visit, the self-check."),
        "sales week review",
        "sales week review last-week",
    ),
)
def review(ctx: typer.Context, period: This = "this-week", as_json: Json = False) -> None:
    report = _report(Run.of(ctx), period)
    if as_json:
        render.output.print_json(render.week_json.week_json(report))
    else:
        render.weeks.print_review(report)


@app.command(
    "plan",
    **described(_("The goals and visits of the week to come."), "sales week plan", "sales week plan 2026-W49 --json"),
)
def plan(ctx: typer.Context, period: Next = "next-week", as_json: Json = False) -> None:
    run = Run.of(ctx)
    week = services.weeks.named_week(period, run.today)
    with run.reading() as session:
        report = _report_of(session, run, week, ahead=week)
    if as_json:
        render.output.print_json(render.week_json.week_json(report))
    else:
        render.weeks.print_next(report)


@app.command(
    "show",
    **described(_("Show the week, also as text to paste."), "sales week show", "sales week show last-week --text"),
)
def show(ctx: typer.Context, period: This = "this-week", text: Text = False, as_json: Json = False) -> None:
    report = _report(Run.of(ctx), period)
    if as_json:
        render.output.print_json(render.week_json.week_json(report))
    elif text:
        render.output.print_text(render.weeks.week_text(report))
    else:
        render.weeks.print_review(report)
        render.weeks.print_next(report)


@app.command(
    "sheet",
    **described(
        _("Write the goal sheet for the manager as an Excel workbook."),
        "sales week sheet",
        "sales week sheet 2026-W48 --out 周报.xlsx --force",
    ),
)
def sheet(
    ctx: typer.Context,
    period: Due = None,
    out: Out = None,
    force: Force = False,
    mask: Mask = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    asked = services.weeks.named_week(period, run.today) if period is not None else None
    with run.reading() as session:
        report = _report_of(session, run, asked or services.weeks.week_to_print(session, run.today))
    path = render.week_sheet.target_path(out, report, force=force)
    render.week_sheet.save(path, render.week_sheet.workbook(report, mask=mask))
    if as_json:
        render.output.print_json({"path": str(path), "period": report.period.label})
    else:
        render.output.say(_("The goal sheet of {week}:").format(week=render.weeks.week_words(report.period)))
        render.output.print_text(str(path))


def _report(run: Run, period: str) -> "WeekReport":
    week = services.weeks.named_week(period, run.today)
    with run.reading() as session:
        return _report_of(session, run, week)


def _report_of(session: "Session", run: Run, week: "Period", ahead: "Period | None" = None) -> "WeekReport":
    calendar = services.work_calendar.of(session)
    return services.weeks.report(session, week, run.today, run.now, run.settings, calendar, ahead)

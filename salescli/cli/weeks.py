"""`sales week …`: the week's review, the plan of the next one, the goal sheet."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salescli import render, services
from salescli.cli import week_close, week_reply, week_send, week_template
from salescli.cli.options import Force, Json, described, group
from salescli.cli.run import Run
from salescli.cli.week_close import Actions, Goals, KeyActions, Reasons, refuse_to_come, report_of
from salescli.i18n import _

if TYPE_CHECKING:
    from salescli.services.reporting.weeks import WeekReport

app = group(_("The week: review, next week's plan, the goal sheet."))
app.add_typer(week_close.app)
app.add_typer(week_reply.app)
app.add_typer(week_send.app)

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
Template = Annotated[
    Path | None, typer.Option("--template", metavar="FILE", help=_("Fill in this workbook instead; goes with --map."))
]
Map = Annotated[
    Path | None, typer.Option("--map", metavar="FILE", help=_("A TOML file: which cell or table takes which field."))
]
Fields = Annotated[bool, typer.Option("--fields", help=_("Only print the names of fields that a map takes."))]
Mask = Annotated[bool, typer.Option("--mask", help=_("Take phone numbers and addresses out of the texts."))]


@app.command(
    "review",
    **described(
        _("Plan against actual: each goal, each visit, the self-check."),
        "sales week review",
        "sales week review last-week",
        "sales week review --reason 销售额=两单推迟 --action 销售额=周一催签",
    ),
)
def review(
    ctx: typer.Context,
    period: This = "this-week",
    reason: Reasons = None,
    action: Actions = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    told = week_close.read(reason, action, None, None)
    if told:
        week_close.take(run, services.weeks.named_week(period, run.today), told)
    report = _report(run, period)
    if as_json:
        render.output.print_json(render.week_json.week_json(report))
    else:
        render.weeks.print_review(report)


@app.command(
    "plan",
    **described(
        _("The goals and visits of the week to come."),
        "sales week plan",
        "sales week plan 2026-W49 --json",
        "sales week plan --goal 拜访=15 --key-action 拜访=先排A类",
    ),
)
def plan(
    ctx: typer.Context,
    period: Next = "next-week",
    goal: Goals = None,
    key_action: KeyActions = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    week = services.weeks.named_week(period, run.today)
    told = week_close.read(None, None, goal, key_action)
    if told:
        with run.writing("week plan") as session:
            services.closed_weeks.refuse_closed_plan(session, week)
            week_close.keep_goals(session, week, told)
    with run.reading() as session:
        report = report_of(session, run, week, ahead=week)
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
        render.output.print_text(render.week_text.week_text(report))
    else:
        render.weeks.print_review(report)
        render.weeks.print_next(report)


@app.command(
    "sheet",
    **described(
        _("Write the goal sheet for the manager as an Excel workbook."),
        "sales week sheet",
        "sales week sheet 2026-W48 --out 周报.xlsx --force",
        "sales week sheet --template 公司周报.xlsx --map 周报.toml",
        "sales week sheet --fields",
    ),
)
def sheet(
    ctx: typer.Context,
    period: Due = None,
    out: Out = None,
    force: Force = False,
    mask: Mask = False,
    template: Template = None,
    map_file: Map = None,
    fields: Fields = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    if fields:
        render.week_fields.print_names(_report(run, period or "this-week"), as_json=as_json)
        return
    form = week_template.read(template, map_file)
    asked = services.weeks.named_week(period, run.today) if period is not None else None
    with contextlib.ExitStack() as stored, run.writing("week sheet") as session:
        week = asked or services.closed_weeks.to_print(session, run.today)
        refuse_to_come(run, week)
        report = services.closed_weeks.keep(session, report_of(session, run, week), run.today)
        path = render.week_sheet.target_path(out, report, force=force, ending=form.ending if form else ".xlsx")
        content = form.filled(report, mask=mask) if form else render.week_sheet.workbook(report, mask=mask)
        render.week_sheet.save_after(stored, path, content)
    not_filled = form.left if form else []
    for line in not_filled:
        render.output.say(_("Not filled: {what}").format(what=line))
    if as_json:
        told = {"path": str(path), "period": report.period.label, "version": report.version}
        render.output.print_json({**told, "not_filled": not_filled} if form else told)
    else:
        render.output.say(_("The goal sheet of {week}:").format(week=render.weeks.week_words(report.period)))
        render.output.print_text(str(path))


def _report(run: Run, period: str) -> "WeekReport":
    week = services.weeks.named_week(period, run.today)
    with run.reading() as session:
        return report_of(session, run, week)

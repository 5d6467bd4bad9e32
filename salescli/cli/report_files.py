"""`sales report day|month|quarter`: the day's report, and the assessments of a month or a quarter."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salescli import render, services
from salescli.cli.options import Force, Json
from salescli.cli.run import Run
from salescli.dates import parse_day
from salescli.i18n import _

if TYPE_CHECKING:
    from salescli.services.reporting.assessments import Assessment, Length

Text = Annotated[bool, typer.Option("--text", help=_("As text to paste into WeChat or DingTalk."))]
Day = Annotated[list[str] | None, typer.Argument(metavar="[DAY]", help=_("The day, today unless given."))]
Month = Annotated[
    str, typer.Argument(metavar="[PERIOD]", help=_("The month, or a day of it; this month unless given."))
]
Quarter = Annotated[
    str,
    typer.Argument(metavar="[PERIOD]", help=_("The quarter, or a month or day of it; this quarter unless given.")),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help=_("Write it as an Excel workbook; a folder takes its own name.")),
]


def day(ctx: typer.Context, day: Day = None, text: Text = False, as_json: Json = False) -> None:  # noqa: ARG001
    # On a terminal too it is the text: what is read there is what is pasted.
    run = Run.of(ctx)
    on = parse_day(" ".join(day or ["today"]), run.today, "past")
    with run.reading() as session:
        calendar = services.work_calendar.of(session)
        report = services.day_plans.report(session, on, run.now, run.settings, calendar)
    if as_json:
        render.output.print_json(render.plans.report_json(report))
    else:
        render.output.print_text(render.plans.report_text(report))


def month(
    ctx: typer.Context,
    period: Month = "this-month",
    out: Out = None,
    force: Force = False,
    text: Text = False,
    as_json: Json = False,
) -> None:
    _show(Run.of(ctx), period, "month", out, force=force, text=text, as_json=as_json)


def quarter(
    ctx: typer.Context,
    period: Quarter = "this-quarter",
    out: Out = None,
    force: Force = False,
    text: Text = False,
    as_json: Json = False,
) -> None:
    _show(Run.of(ctx), period, "quarter", out, force=force, text=text, as_json=as_json)


def _show(run: Run, period: str, length: "Length", out: Path | None, *, force: bool, text: bool, as_json: bool) -> None:
    whole = services.assessments.named(period, length, run.today)
    with run.reading() as session:
        calendar = services.work_calendar.of(session)
        found = services.assessments.assess(session, whole, run.today, run.now, run.settings, calendar)
    if out is not None:
        _write(found, out, force=force, as_json=as_json)
    elif as_json:
        render.output.print_json(render.assessments.assessment_json(found))
    elif text:
        render.output.print_text(render.assessments.assessment_text(found))
    else:
        render.assessments.print_assessment(found)


def _write(found: "Assessment", out: Path, *, force: bool, as_json: bool) -> None:
    name = render.files.named(_("Assessment"), found.profile.name, found.period.label.replace("-", ""))
    path = render.files.target_path(out, name, force=force)
    render.files.save(path, render.assessment_sheet.workbook(found))
    if as_json:
        render.output.print_json({"path": str(path), "period": found.period.label})
    else:
        render.output.print_text(str(path))

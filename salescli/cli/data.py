"""`sales data …` and `sales doctor`: the data file and what is wrong with it."""

from pathlib import Path
from typing import Annotated

import typer

from salescli import render, services
from salescli.cli.options import Force, Json, described, group
from salescli.cli.run import Run
from salescli.errors import Refused
from salescli.i18n import N_, _, _n

app = group(_("The data file: where it is, backup."))


@app.command("path", **described(_("Print where the data file is."), "sales data path"))
def path(ctx: typer.Context) -> None:
    render.output.print_text(str(Run.of(ctx).db))


@app.command(
    "backup",
    **described(
        _("Copy the data file, whole and checked."), "sales data backup", "sales data backup D:/sales.db --force"
    ),
)
def backup(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help=_("The copy; beside the data file unless given."))
    ] = None,
    force: Force = False,
) -> None:
    run = Run.of(ctx)
    copy = file or run.db.with_name(f"{run.db.stem}-{run.now:%Y%m%d-%H%M%S}.backup.db")
    run.back_up(copy, force=force)
    render.output.print_text(str(copy))
    render.output.say(_("Copied and checked."))


@app.command(
    "doctor",
    **described(_("Say what is wrong with the data and what mends it; exit 4 if anything must be."), "sales doctor"),
)
def doctor(
    ctx: typer.Context,
    mend: Annotated[bool, typer.Option("--mend", help=_("Work out due days anew."))] = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    if mend:
        with run.writing("doctor") as session:
            services.cadence.restart_all(session, run.today, run.settings, services.work_calendar.of(session))
    broken = run.broken()
    with run.reading() as session:
        found = services.health.findings(session, run.settings, run.today)
    found = [services.health.Finding("error", "file", text, "sales data backup") for text in broken] + found
    columns = [
        render.output.Column[services.health.Finding](
            "level", N_("Level"), lambda finding: finding.level, word=render.plans.level_word
        ),
        render.output.Column[services.health.Finding](
            "code", N_("Code"), lambda finding: finding.code, on_screen=False
        ),
        render.output.Column[services.health.Finding]("message", N_("What"), lambda finding: finding.message),
        render.output.Column[services.health.Finding]("mend", N_("What mends it"), lambda finding: finding.mend),
    ]
    render.output.show_rows(found, columns, render.output.form(as_json=as_json), empty=_("Nothing is wrong."))
    errors = sum(finding.level == "error" for finding in found)
    if errors:
        raise Refused(_n("{count} thing to mend.", "{count} things to mend.", errors).format(count=errors))

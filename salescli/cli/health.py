"""`sales doctor`: what is wrong with the data."""

from typing import Annotated

import typer

from salescli import render, services
from salescli.cli.options import Json, described, group
from salescli.cli.run import Run
from salescli.errors import Refused
from salescli.i18n import _, _n

app = group("")


@app.callback()
def health() -> None:
    """Hold the one command as a group, as the other modules do."""


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
    form = render.output.form(as_json=as_json)
    render.output.show_rows(found, render.health.FINDINGS, form, empty=_("Nothing is wrong."))
    errors = sum(finding.level == "error" for finding in found)
    if errors:
        raise Refused(_n("{count} thing to mend.", "{count} things to mend.", errors).format(count=errors))

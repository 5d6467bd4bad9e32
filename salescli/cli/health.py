"""`sales doctor`: what is wrong with the data and around it, and the commands that mend it."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salescli import config, paths, render, services
from salescli.cli.options import Json, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue, DataFileProblem, NotWritten, Refused, system_reason
from salescli.i18n import _, _n

if TYPE_CHECKING:
    from salescli.services.reporting.surroundings import Finding

app = group("")


@app.callback()
def health() -> None:
    """Hold the one command as a group, as the other modules do."""


@app.command(
    "doctor",
    **described(
        _(
            "Say what is wrong with the data and what mends it; exit 4 if anything is. What is only to consider, a "
            "folder that others can look into and holidays not announced yet, leaves it 0."
        ),
        "sales doctor",
        "sales doctor --mend",
    ),
)
def doctor(
    ctx: typer.Context,
    mend: Annotated[
        bool,
        typer.Option(
            "--mend",
            help=_(
                "Work out due days and search keys anew, close the files to others, take away half-written files, and "
                "passwords and what is no setting in the settings; move a settings file that can't be read aside."
            ),
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    form = render.output.form(as_json=as_json)
    settings_file = paths.settings_file(os.environ)
    if mend:
        _mend(run, settings_file)
    found = services.surroundings.of_settings(settings_file)
    try:
        found += _of_data(
            run, settings_file, sound=not any(finding.code in ("setting", "settings_file") for finding in found)
        )
    except DataFileProblem as problem:
        found.append(services.surroundings.Finding("error", "file", problem.message, _command_in(problem.hint)))
        render.output.show_rows(found, render.health.FINDINGS, form)
        raise
    render.output.show_rows(found, render.health.FINDINGS, form, empty=_("Nothing is wrong."))
    errors = sum(finding.level == "error" for finding in found)
    if errors:
        raise Refused(_n("{count} thing to mend.", "{count} things to mend.", errors).format(count=errors))


def _of_data(run: Run, settings_file: Path, *, sound: bool) -> "list[Finding]":
    """What is wrong with the data file; what its records must be depends on settings that are ``sound``."""
    from salescli import copies  # what asks for it reads and hashes files, which only doctor and the copies do

    found = [services.surroundings.Finding("error", "file", text, _restoring(run.db)) for text in run.broken()]
    found += services.surroundings.of_place(run.db, settings_file)
    days = [copy.day for copy in copies.of_file(run.db) if copy.kind in ("daily", "backup")]
    with run.reading() as session:
        found += services.surroundings.of_time(session, run.now)
        found += services.surroundings.of_copies(session, days, run.today)
        if sound:
            found += services.health.findings(session, run.settings, run.today)
            found += services.surroundings.of_features(run.settings)
    return found


def _restoring(db: Path) -> str:
    """The command that puts back the last sound copy, if there is one."""
    from salescli import copies  # see above

    sound = next((copy.path for copy in copies.of_file(db) if copies.is_sound(copy.path)), None)
    return "" if sound is None else f"sales data restore {paths.in_command(sound)}"


def _command_in(hint: str) -> str:
    command = re.search(r"`(sales data restore [^`]+)`", hint)
    return command[1] if command else ""


def _mend(run: Run, settings_file: Path) -> None:
    try:
        services.surroundings.mend_place(run.db, settings_file)
    except OSError as problem:
        raise NotWritten(
            _("{path} can't be written: {problem}.").format(path=problem.filename, problem=system_reason(problem))
        ) from problem
    config.mend(settings_file)
    try:
        settings = config.load(settings_file)
    except BadValue:
        return  # what is wrong there is said below, and due days follow from it
    with run.writing("doctor") as session:
        services.health.mend(session, settings, run.today)

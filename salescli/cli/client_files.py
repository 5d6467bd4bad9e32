"""`sales client import` and `sales client export`: client files in and out."""

from pathlib import Path
from typing import Annotated

import typer

from salescli import render, services
from salescli.cli import imports
from salescli.cli.imports import InputFile, MapFile, SkipBad
from salescli.cli.input_files import read_table
from salescli.cli.options import DryRun, Force, Json
from salescli.cli.run import Run
from salescli.i18n import _, _n


def import_clients(
    ctx: typer.Context,
    file: InputFile,
    dry_run: DryRun = False,
    map_file: MapFile = None,
    update: Annotated[
        bool, typer.Option("--update", help=_("Change clients that are there: by code, credit code or name."))
    ] = False,
    skip_bad: SkipBad = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    mapping = imports.mapping(map_file, services.client_columns.HEADERS)
    known = services.client_columns.known_headers(mapping)
    table = read_table(run, file, known)
    columns = services.client_columns.recognised(table, mapping)
    options = services.imports.Options(update, skip_bad, dry_run)
    with (
        imports.bar(len(table.rows)) as progress,
        run.reading() if dry_run else run.writing("client import") as session,
    ):
        calendar = services.work_calendar.of(session)
        found = services.client_import.take(
            session, table, columns, options, run.today, run.settings, calendar, progress
        )
    imports.report(table, found, skip_bad=skip_bad, dry_run=dry_run, as_json=as_json)


def export_clients(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A new .csv or .xlsx file."))],
    force: Force = False,
) -> None:
    run = Run.of(ctx)
    render.export.check_target(file, force=force)
    with run.reading() as session:
        rows = render.client_files.cells(services.client_export.everyone(session, run.today))
        written = render.export.write_table(file, render.client_files.titles(), rows, force=force)
    render.output.print_text(str(file))
    render.output.say(
        _n("{count} client written to {path}.", "{count} clients written to {path}.", written.rows).format(
            count=written.rows, path=file
        )
    )
    if written.cut:
        render.output.say(
            _n(
                "{count} text was cut to {most} characters, the most a cell of Excel holds; .csv keeps it whole.",
                "{count} texts were cut to {most} characters, the most a cell of Excel holds; .csv keeps them whole.",
                written.cut,
            ).format(count=written.cut, most=render.export.LONGEST_CELL)
        )

"""`sales order import`: order files."""

from typing import Annotated

import typer

from salescli import services
from salescli.cli import imports
from salescli.cli.imports import InputFile, MapFile, SkipBad
from salescli.cli.input_files import read_table
from salescli.cli.options import DryRun, Json
from salescli.cli.run import Run
from salescli.i18n import _


def import_orders(
    ctx: typer.Context,
    file: InputFile,
    dry_run: DryRun = False,
    map_file: MapFile = None,
    update: Annotated[bool, typer.Option("--update", help=_("Change orders that are there, by their number."))] = False,
    skip_bad: SkipBad = False,
    add_clients: Annotated[
        bool, typer.Option("--add-clients", help=_("Make a client of a name that none has yet."))
    ] = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    mapping = imports.mapping(map_file, services.order_columns.HEADERS)
    table = read_table(run, file, services.order_columns.FIELDS.known_headers(mapping))
    columns = services.order_columns.recognised(table, mapping)
    options = services.order_import.Options(update, skip_bad, dry_run, add_clients)
    with imports.bar(len(table.rows)) as progress, run.reading() if dry_run else run.writing("order import") as session:
        calendar = services.work_calendar.of(session)
        found = services.order_import.take(
            session, table, columns, options, run.today, run.settings, calendar, progress
        )
    imports.report(table, found, skip_bad=skip_bad, dry_run=dry_run, as_json=as_json)

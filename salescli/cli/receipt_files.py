"""`sales receipt import`: files of money received."""

import typer

from salescli import services
from salescli.cli import imports
from salescli.cli.imports import InputFile, MapFile, SkipBad
from salescli.cli.input_files import read_table
from salescli.cli.options import DryRun, Json
from salescli.cli.run import Run


def import_receipts(
    ctx: typer.Context,
    file: InputFile,
    dry_run: DryRun = False,
    map_file: MapFile = None,
    skip_bad: SkipBad = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    mapping = imports.mapping(map_file, services.receipt_import.HEADERS)
    table = read_table(run, file, services.receipt_import.FIELDS.known_headers(mapping))
    columns = services.receipt_import.recognised(table, mapping)
    options = services.imports.Options(skip_bad=skip_bad, dry_run=dry_run)
    with (
        imports.bar(len(table.rows)) as progress,
        run.reading() if dry_run else run.writing("receipt import") as session,
    ):
        found = services.receipt_import.take(session, table, columns, options, run.today, progress)
    imports.report(table, found, skip_bad=skip_bad, dry_run=dry_run, as_json=as_json)

"""`sales client import` and `sales client export`: client files in and out."""

from pathlib import Path
from typing import Annotated, Any

import typer

from salescli import render, services
from salescli.cli import imports
from salescli.cli.imports import MapFile, SkipBad
from salescli.cli.input_files import read_cards, read_table
from salescli.cli.options import DryRun, Force, Json
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _, _n

_CARDS = (".vcf", ".vcard")


def import_clients(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=_("A .csv, .tsv or .xlsx file with a header row, or a phone's .vcf.")),
    ],
    dry_run: DryRun = False,
    map_file: MapFile = None,
    update: Annotated[
        bool, typer.Option("--update", help=_("Change clients that are there: by code, credit code or name."))
    ] = False,
    skip_bad: SkipBad = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    options = services.imports.Options(update, skip_bad, dry_run)
    cards = _cards(run, file, map_file) if file.suffix.lower() in _CARDS else None
    table, columns = services.client_cards.table(cards) if cards else _table(run, file, map_file)
    together = {"together": services.client_cards.put_together} if cards else {}
    with (
        imports.bar(len(table.rows)) as progress,
        run.reading() if dry_run else run.writing("client import") as session,
    ):
        calendar = services.work_calendar.of(session)
        found = services.client_import.take(
            session, table, columns, options, run.today, run.settings, calendar, progress, **together
        )
    if cards:
        found.errors = services.client_cards.named_errors(cards, found.errors)
    imports.report(table, found, skip_bad=skip_bad, dry_run=dry_run, as_json=as_json)


def _table(run: Run, file: Path, map_file: Path | None) -> Any:
    mapping = imports.mapping(map_file, services.client_columns.HEADERS)
    table = read_table(run, file, services.client_columns.known_headers(mapping))
    return table, services.client_columns.recognised(table, mapping)


def _cards(run: Run, file: Path, map_file: Path | None) -> Any:
    if map_file is not None:
        raise BadValue(_("--map is for tables; the fields of {file} have names of their own.").format(file=file.name))
    return read_cards(run, file)


def export_clients(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A new .csv, .xlsx or .vcf file."))],
    client: Annotated[
        list[str] | None, typer.Option("--client", metavar="REF", help=_("Only this client; may be given again."))
    ] = None,
    vcard: Annotated[
        str | None,
        typer.Option("--vcard", metavar="VERSION", help=_("For .vcf: 4.0, or 3.0 or 2.1 for older phones.")),
    ] = None,
    force: Force = False,
) -> None:
    run = Run.of(ctx)
    if file.suffix.lower() in _CARDS:
        _export_cards(run, file, client, render.vcards.checked_version(vcard or "4.0"), force=force)
        return
    if vcard is not None:
        raise BadValue(
            _("--vcard is for contacts in a .vcf file; {file} is none.").format(file=file.name),
            hint=_("Give the file that ending."),
        )
    render.export.check_target(file, force=force)
    with run.reading() as session:
        wanted = None if client is None else _wanted(session, client)
        rows = render.client_files.cells(services.client_export.views(session, wanted, run.today))
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


def _wanted(session: Any, refs: list[str] | None) -> Any:
    """The codes of the clients named, each once; of all without a name."""
    if refs is None:
        return services.client_export.codes(session)
    return list(dict.fromkeys(services.clients.find(session, ref).code for ref in refs))


def _export_cards(run: Run, file: Path, refs: list[str] | None, version: str, *, force: bool) -> None:
    render.files.check_place(file, force=force)
    with run.reading() as session:
        cards = services.client_export.cards(session, _wanted(session, refs))
        count = render.vcards.write(file, cards, version)
    render.output.print_text(str(file))
    render.output.say(
        _n("{count} card written to {path}.", "{count} cards written to {path}.", count).format(count=count, path=file)
    )

"""`sales data …`: the data file."""

import typer

from salescli import render
from salescli.cli import data_check, data_copies, data_encrypt, data_files
from salescli.cli.options import described, group
from salescli.cli.run import Run
from salescli.i18n import _

app = group(_("The data file: where it is, backup."))
app.add_typer(data_copies.app)
app.add_typer(data_encrypt.app)


@app.command("path", **described(_("Print where the data file is."), "sales data path"))
def path(ctx: typer.Context) -> None:
    render.output.print_text(str(Run.of(ctx).db))


app.command(
    "export",
    **described(
        _("Write everything as open text: a zip with a file of JSON lines for every table, and the settings."),
        "sales data export",
        "sales data export all.zip",
    ),
)(data_files.export_data)
app.command(
    "import",
    **described(
        _("Make a data file of what `sales data export` wrote; only where there are no records yet."),
        "sales data import all.zip",
    ),
)(data_files.import_data)
app.command(
    "check",
    **described(
        _("Check the data file: whole, and every sum, key and chain as it must be; exit 4 if not."),
        "sales data check",
        "sales data check --json",
    ),
)(data_check.check_data)
app.command(
    "purge",
    **described(
        _("Erase for good what was removed: its words go, from the log of changes, too. It can't be undone."),
        "sales data purge --dry-run",
        "sales data purge C0012 --copies",
        "sales data purge --before 2025-01-01 --yes",
    ),
)(data_check.purge_data)

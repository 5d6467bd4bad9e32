"""`sales data …`: the data file."""

from pathlib import Path
from typing import Annotated

import typer

from salescli import render
from salescli.cli.options import Force, described, group
from salescli.cli.run import Run
from salescli.i18n import _

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

"""`sales undo`, `sales redo`, `sales history`: the change log, back and forth."""

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import config, paths, render, services
from salescli.cli.ask import confirm, with_choice
from salescli.cli.completion import client_names
from salescli.cli.options import Csv, DryRun, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import NotFound
from salescli.i18n import _, _n

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

    from salescli.services.histories import Entry

app = group("")

Count = Annotated[int, typer.Argument(metavar="[N]", min=1, help=_("How many commands."), show_default=False)]


@app.callback()
def change_log() -> None:
    """Hold the commands as a group, as the other modules do."""


@app.command(
    "undo",
    **described(
        _("Take back the last command, or the last N."), "sales undo", "sales undo 3 --yes", "sales undo 3 --dry-run"
    ),
)
def undo(
    ctx: typer.Context, count: Count = 1, yes: Yes = False, dry_run: DryRun = False, as_json: Json = False
) -> None:
    run = Run.of(ctx)
    form = render.output.form(as_json=as_json)
    found = _look(run, lambda session: services.undoing.to_undo(session, count))
    if dry_run:
        render.history.show_entries(found, form)
        _say_what_stays(run, found)
        return
    if not yes:
        for entry in found:
            render.output.say(render.history.entry_words(entry))
    _say_what_stays(run, found)
    question = _n("Take back {count} command?", "Take back {count} commands?", count).format(count=count)
    if not confirm(question, yes=yes):
        raise typer.Exit
    file = paths.settings_file(os.environ)
    with config.kept_on_failure(file), run.writing("undo") as session:
        config.put_back(file, services.undoing.undo(session, [entry.batch for entry in found]))
    render.history.show_entries(_told(run, found), form)
    render.output.say(_("Taken back; `sales redo` does it again."))


def _say_what_stays(run: Run, found: "list[Entry]") -> None:
    with run.reading() as session:
        stays = services.histories.outside(session, [entry.batch for entry in found])
    for one in stays:
        render.output.say(render.history.outside_words(one))


@app.command(
    "redo", **described(_("Do again what undo took back last."), "sales redo", "sales redo 3", "sales redo 3 --dry-run")
)
def redo(ctx: typer.Context, count: Count = 1, dry_run: DryRun = False, as_json: Json = False) -> None:
    run = Run.of(ctx)
    form = render.output.form(as_json=as_json)
    found = _look(run, lambda session: services.undoing.to_redo(session, count))
    if dry_run:
        render.history.show_entries(found, form)
        return
    file = paths.settings_file(os.environ)
    with config.kept_on_failure(file), run.writing("redo") as session:
        config.put_back(file, services.undoing.redo(session, [entry.batch for entry in found]))
    render.history.show_entries(_told(run, found), form)
    render.output.say(_("Done again; `sales undo` takes it back."))


def _look(run: Run, batches: "Callable[[Any], list[int]]") -> "list[Entry]":
    with run.reading() as session:
        return services.histories.entries(session, batches=batches(session))


def _told(run: Run, entries: "list[Entry]") -> "list[Entry]":
    """The same commands as they stand now."""
    return _look(run, lambda _session: [entry.batch for entry in entries])


@app.command(
    "history",
    **described(
        _("What was done, the latest first; of one record with each value before and after."),
        "sales history",
        "sales history --limit 20",
        "sales history C0012",
    ),
)
def history(
    ctx: typer.Context,
    ref: Annotated[
        str | None,
        typer.Argument(
            metavar="[REF]",
            help=_("A code, a number or a name: of a client, visit, order or any record; or a setting."),
            autocompletion=client_names,
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help=_("At most so many."))] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    if ref is None:
        with run.reading() as session:
            found = services.histories.entries(session, limit)
        render.history.show_entries(found, form)
        return

    def look(ref: str) -> Any:
        with run.reading() as session:
            return services.histories.events(session, _records(session, ref))

    render.history.show_events(with_choice(ref, look)[:limit], form)


def _records(session: "Session", ref: str) -> list[tuple[str, int]]:
    """What a person means: a code or number before a client, as every command takes one, and then what once was."""
    found = services.histories.record_of(session, ref)
    if found:
        return found
    try:
        return [("client", services.clients.find(session, ref).id or 0)]
    except NotFound:
        return services.histories.once_there(session, ref)

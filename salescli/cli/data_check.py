"""`sales data check` and `sales data purge`: whether all agrees, and erasing for good what was removed."""

from contextlib import closing
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salescli import dates, render, services
from salescli.cli.ask import confirm, with_choice
from salescli.cli.options import Csv, DryRun, Json, Yes
from salescli.cli.run import Run
from salescli.errors import BadValue, DataFileProblem, NotWritten, Refused, SalesError, system_reason
from salescli.i18n import _, _n

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.copies import Copy
    from salescli.services.purged_words import Records
    from salescli.services.purging import Purge


def check_data(ctx: typer.Context, as_json: Json = False, as_csv: Csv = False) -> None:
    run = Run.of(ctx)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    damage = [services.invariants.Breach("file", "", text) for text in run.broken()]
    if damage:
        render.output.show_rows(damage, render.invariants.BREACHES, form)
        raise DataFileProblem(
            _("{path} is damaged.").format(path=run.db), hint=_("`sales doctor` says what to do about it.")
        )
    with run.reading() as session:
        found = list(services.invariants.breaches(session, run.settings))
    render.output.show_rows(found, render.invariants.BREACHES, form, empty=_("The data file is whole, and all agrees."))
    if found:
        raise Refused(
            _n("{count} thing does not agree.", "{count} things do not agree.", len(found)).format(count=len(found)),
            hint=_("`sales doctor` says what mends it."),
        )


def purge_data(
    ctx: typer.Context,
    client: Annotated[
        str | None,
        typer.Argument(metavar="[CLIENT]", help=_("A removed client, by code or name; else everything removed.")),
    ] = None,
    before: Annotated[
        str | None, typer.Option("--before", metavar="DAY", help=_("Only what was removed before this day."))
    ] = None,
    copies: Annotated[
        bool, typer.Option("--copies", help=_("Delete the copies the program made by itself, too."))
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    if client is not None and before is not None:
        raise BadValue(_("Give either a client or --before."))
    moment = None if before is None else _begin_of(run, before)

    def look(ref: str | None) -> "Purge":
        with run.reading() as session:
            return services.purging.look(session, _removed(session, ref, moment))

    found = look(None) if client is None else with_choice(client, look)
    still_there = _copies(run, found)
    render.purging.show(found, [copy.path for copy in still_there], render.output.form(as_json=as_json))
    if dry_run:
        return
    if found.is_empty:
        render.output.say(_("There is nothing to erase."))
    elif confirm(_("Erase this for good? It can't be undone."), yes=yes):
        _purge(run, found.scope)
    else:
        raise typer.Exit
    _look_after_copies(still_there, asked=copies)


def _begin_of(run: Run, day: str) -> datetime:
    return datetime.combine(dates.parse_day(day, run.today, "past"), time(), run.now.tzinfo)


def _removed(session: "Session", ref: str | None, before: datetime | None) -> "Records":
    client = None if ref is None else services.purging.removed_client(session, ref)
    return services.purging.removed(session, before, client)


def _purge(run: Run, records: "Records") -> None:
    from salescli import db  # the data stack: not for help, version or completion

    with run.writing(services.undoing.PURGE) as session:
        services.purging.purge(session, records)
    db.shrink(run.db)
    render.output.say(_("Erased. What was done with it before can't be undone any more."))


def _copies(run: Run, found: "Purge") -> "list[Copy]":
    """The copies that hold what is erased now, or what the last purge erased where nothing is left to erase."""
    from salescli import copies  # it hashes files, which few commands need

    there = copies.of_file(run.db)
    if not found.is_empty:
        return there
    with run.reading() as session:
        last = services.purging.last_purge(session)
    return [] if last is None else [copy for copy in there if not _holds(copy.path, last)]


def _holds(copy: Path, batch: int) -> bool:
    """Whether a copy was made after the purge of that number; one that can't be looked into may not have been."""
    from salescli import db  # the data stack: not for help, version or completion

    query = "SELECT 1 FROM change WHERE batch = ? AND command = ?"
    try:
        with closing(db.connect(copy)) as connection:
            return connection.execute(query, (batch, services.undoing.PURGE)).fetchone() is not None
    except db.database_errors(OSError, SalesError):
        return False


def _look_after_copies(there: "list[Copy]", *, asked: bool) -> None:
    """Delete the copies that the program made by itself, if that was asked; name those that still hold all."""
    automatic = [copy for copy in there if copy.kind != "backup"] if asked else []
    for copy in automatic:
        try:
            copy.path.unlink(missing_ok=True)
        except OSError as problem:
            raise NotWritten(
                _("{path} can't be deleted: {problem}.").format(path=copy.path, problem=system_reason(problem))
            ) from problem
    left = [copy for copy in there if copy not in automatic]
    if automatic:
        render.output.say(
            _n("{count} copy deleted.", "{count} copies deleted.", len(automatic)).format(count=len(automatic))
        )
    if left:
        said = _n(
            "{count} copy made before still holds all of it: {files}.",
            "{count} copies made before still hold all of it: {files}.",
            len(left),
        ).format(count=len(left), files=_(", ").join(str(copy.path) for copy in left))
        render.output.say(said)
    render.output.say(_("Backups, exports and sheets that lie elsewhere hold it, too."))

"""`sales data backup`, `copies` and `restore`: copies of the data file, and the way back to one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salescli import dates, render
from salescli.cli.ask import choose, confirm
from salescli.cli.options import Csv, DryRun, Force, Json, Yes, described, on_terminal
from salescli.cli.passphrases import unlock
from salescli.cli.run import Run
from salescli.errors import Ambiguous, BadValue, NotFound
from salescli.i18n import _, _n
from salescli.paths import in_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salescli.copies import Copy
    from salescli.restoring import Difference, Done

app = typer.Typer()
_SHOWN = 10
_INNER = ("alembic_version", "change")  # the log is told command by command


@app.command(
    "backup",
    **described(
        _("Copy the data file, whole and checked row by row, even while other commands write."),
        "sales data backup",
        "sales data backup D:/sales.db --force",
    ),
)
def backup(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help=_("The copy; beside the data file unless given."))
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    copy = file or run.db.with_name(f"{run.db.stem}-{run.now:%Y%m%d-%H%M%S}.backup.db")
    made = run.back_up(copy, force=force)
    if as_json:
        render.output.print_json(render.copies.backup_json(made))
        return
    render.output.print_text(str(copy))
    render.output.say(_("Copied and checked."))


@app.command(
    "copies",
    **described(
        _("List the copies of the data file: of the days, by hand, of before a new version or a restore."),
        "sales data copies",
        "sales data copies --json",
    ),
)
def list_copies(ctx: typer.Context, as_json: Json = False, as_csv: Csv = False) -> None:
    from salescli import copies

    run = Run.of(ctx)
    unlock(run.db)
    found = [(copy, copies.is_sound(copy.path)) for copy in copies.of_file(run.db)]
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(found, render.copies.COPIES, form, empty=_("There are no copies yet."))


@app.command(
    "restore",
    **described(
        _("Put a copy in the place of the data file, which is kept; shows first what would change."),
        "sales data restore",
        "sales data restore 2026-11-24 --dry-run",
        "sales data restore D:/sales.db --yes",
    ),
)
def restore(
    ctx: typer.Context,
    copy: Annotated[
        str | None,
        typer.Argument(metavar="[FILE|DAY]", help=_("The copy, or the day of one; to be chosen unless given.")),
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    from salescli import restoring

    run = Run.of(ctx)
    chosen = _chosen(run, copy)
    unlock(run.db)
    unlock(chosen)
    found = restoring.difference(run.db, chosen)
    if not as_json:
        _show(found)
    told = render.copies.difference_json(found)
    if dry_run:
        if as_json:
            render.output.print_json({**told, "kept": None})
        return
    if not confirm(_question(found, run.db), yes=yes):
        raise typer.Exit
    kept = restoring.restore(run.db, chosen, run.now)
    if as_json:
        render.output.print_json({**told, "kept": str(kept) if kept else None})
    else:
        render.output.print_text(str(run.db))
    _say_kept(found, kept)


def _chosen(run: Run, copy: str | None) -> Path:
    """The copy that a person means: a file, or the copy of a day."""
    from salescli import copies

    there = copies.of_file(run.db)
    if copy is None:
        return _picked(_("Which copy?"), there)
    if Path(copy).exists():
        return Path(copy)
    try:
        day = dates.parse_day(copy, run.today, "past")
    except BadValue:
        raise NotFound(
            _("There is no file {path}.").format(path=copy), hint=_("`sales data copies` lists the copies.")
        ) from None
    of_day = [one for one in there if one.day == day]
    if not of_day:
        raise NotFound(
            _("There is no copy of {day}.").format(day=dates.echo_day(day)),
            hint=_("`sales data copies` lists the copies."),
        )
    if len(of_day) > 1 and not on_terminal():
        question = _("There are several copies of {day}").format(day=dates.echo_day(day))
        raise Ambiguous(question, _choices(of_day), hint=_("Give the file."))
    return of_day[0].path if len(of_day) == 1 else _picked(_("Which copy?"), of_day)


def _picked(question: str, there: "Sequence[Copy]") -> Path:
    if not there:
        raise NotFound(_("There are no copies yet."), hint=_("Give the file of a copy that is kept elsewhere."))
    if not on_terminal():
        listed = _(", ").join(str(copy.path) for copy in there)
        raise BadValue(
            _("Which copy to put back is missing: {copies}.").format(copies=listed), hint=_("Give its file or day.")
        )
    name = choose(question, _choices(there))
    return next(copy.path for copy in there if copy.path.name == name)


def _choices(there: "Sequence[Copy]") -> list[tuple[str, str]]:
    return [(copy.path.name, render.copies.copy_words(copy)) for copy in there]


def _show(found: "Difference") -> None:
    """Say what would change: the tables with other numbers of rows, and the commands that come or go."""
    if found.there and not found.readable:
        render.output.say(_("The data file as it is can't be read, or not all of it."))
    records = [row for row in found.tables if row.table not in _INNER]
    changed = [row for row in records if row.now != row.copy]
    same = len(records) - len(changed)
    render.output.show_rows(changed, render.copies.TABLES, "screen")
    if same and found.readable:
        render.output.say(
            _n("{count} table has as many rows.", "{count} tables have as many rows.", same).format(count=same)
        )
    _say_done(_n("{count} command would be lost:", "{count} commands would be lost:", len(found.lost)), found.lost)
    _say_done(_n("{count} command would come back:", "{count} commands would come back:", len(found.back)), found.back)


def _say_done(heading: str, done: "Sequence[Done]") -> None:
    if not done:
        return
    render.output.say(heading.format(count=len(done)))
    for one in done[:_SHOWN]:
        render.output.say(f"  {render.copies.done_words(one)}")
    if len(done) > _SHOWN:
        render.output.say("  " + _("and {count} earlier ones").format(count=len(done) - _SHOWN))


def _question(found: "Difference", path: Path) -> str:
    if found.owner and found.owner_of_copy and found.owner != found.owner_of_copy:
        render.output.say(
            _("The data file is that of {owner}, the copy that of {other}.").format(
                owner=found.owner, other=found.owner_of_copy
            )
        )
    if found.sealed_now_only:
        render.output.say(
            _("The data file is encrypted, the copy is not: `sales data encrypt` encrypts what comes back.")
        )
    return _("Put {copy} in the place of {path}?").format(copy=found.copy, path=path)


def _say_kept(found: "Difference", kept: Path | None) -> None:
    if kept is None:
        render.output.say(_("Restored from {copy}.").format(copy=found.copy))
    elif found.readable:
        render.output.say(
            _("Restored from {copy}; `sales data restore {kept}` takes it back.").format(
                copy=found.copy, kept=in_command(kept)
            )
        )
    else:
        render.output.say(
            _("Restored from {copy}; the damaged file is kept as {kept}.").format(copy=found.copy, kept=kept)
        )

"""`sales client dupes` and `sales client merge`: one firm that stands in the file twice."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import render, services
from salescli.cli.ask import confirm, with_choice
from salescli.cli.completion import client_names
from salescli.cli.options import Csv, DryRun, Json, Yes
from salescli.cli.run import Run
from salescli.i18n import _

if TYPE_CHECKING:
    from salescli.services.accounts.merges import Merging

_KEEP = typer.Argument(metavar="KEEP", help=_("The client that stays."), autocompletion=client_names)
_GONE = typer.Argument(metavar="GONE", help=_("The client that goes into it."), autocompletion=client_names)


def dupes(
    ctx: typer.Context,
    least: Annotated[
        int, typer.Option("--min", metavar="SCORE", min=0, max=100, help=_("Only with this score or more."))
    ] = 60,
    different: Annotated[
        tuple[str, str] | None,
        typer.Option("--different", metavar="CLIENT CLIENT", help=_("Remember that these two are not one.")),
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Find them; the work of `client dupes`."""
    run = Run.of(ctx)
    if different is not None:
        with run.writing("client dupes") as session:
            pair = [services.clients.find(session, ref, follow=False) for ref in different]
            services.merges.tell_apart(session, *pair)
            told = services.duplicates.between(session, *pair)
        render.output.show_record(told, render.duplicates.DUPLICATES, render.output.form(as_json=as_json))
        render.output.say(
            _("{first} and {second} are not listed as one any more.").format(
                first=told.first.code, second=told.second.code
            )
        )
        return
    with run.reading() as session:
        found = services.duplicates.listed(session, least)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(found, render.duplicates.DUPLICATES, form, empty=_("No two clients look like one."))
    if found:
        sentence = _("`{merge}` makes one of two; `sales client dupes --different` tells them apart.")
        best = found[0]
        render.output.say(sentence.format(merge=f"sales client merge {best.first.code} {best.second.code}"))


def merge(
    ctx: typer.Context,
    keep: Annotated[str, _KEEP],
    gone: Annotated[str, _GONE],
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Merge them; the work of `client merge`."""
    run = Run.of(ctx)
    kept_code, gone_code = (with_choice(ref, lambda ref: _code(run, ref)) for ref in (keep, gone))
    with run.reading() as session:
        plan = services.merges.look(session, *_both(session, kept_code, gone_code))
    if dry_run:
        _show(plan, as_json)
        render.output.say(_("Nothing was written."))
        return
    if not yes:
        render.duplicates.say_merging(plan)
    if not confirm(_("Take {gone} into {kept}?").format(gone=_named(plan.gone), kept=_named(plan.kept)), yes=yes):
        raise typer.Exit
    with run.writing("client merge") as session:
        calendar = services.work_calendar.of(session)
        done = services.merges.merge(session, *_both(session, kept_code, gone_code), run.today, run.settings, calendar)
    _show(done, as_json)
    render.output.say(
        _("{gone} is in {kept} now; `sales undo` takes it back.").format(gone=_named(done.gone), kept=_named(done.kept))
    )


def _code(run: Run, ref: str) -> str:
    with run.reading() as session:
        return services.clients.find(session, ref, follow=False).code


def _both(session: Any, kept: str, gone: str) -> tuple[Any, Any]:
    return services.clients.find(session, kept), services.clients.find(session, gone)


def _named(client: Any) -> str:
    return f"{client.code} {client.name}"


def _show(merging: "Merging", as_json: bool) -> None:
    if as_json:
        render.output.print_json(render.duplicates.merging_json(merging))
    else:
        render.duplicates.print_merging(merging)

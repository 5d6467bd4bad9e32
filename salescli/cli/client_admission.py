"""`sales client admit`: the papers of a new client, from the first to the decision."""

from pathlib import Path
from typing import Annotated, Any

import typer

from salescli import render, services
from salescli.cli.ask import with_choice
from salescli.cli.completion import client_names
from salescli.cli.options import Json
from salescli.cli.run import Run
from salescli.dates import parse_day
from salescli.errors import BadValue, NotFound
from salescli.i18n import _


def admit(
    ctx: typer.Context,
    ref: Annotated[
        str, typer.Argument(metavar="REF", help=_("Code, name, pinyin or initials."), autocompletion=client_names)
    ],
    received: Annotated[
        list[str] | None, typer.Option("--received", metavar="ITEM", help=_("A paper that came; may be repeated."))
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="PATH", help=_("Where the paper received lies."))
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option("--also", metavar="ITEM", help=_("A further paper required of this client; may be repeated.")),
    ] = None,
    submit: Annotated[bool, typer.Option("--submit", help=_("Hand the papers in for the audit."))] = False,
    approve: Annotated[bool, typer.Option("--approve", help=_("The client is admitted."))] = False,
    reject: Annotated[bool, typer.Option("--reject", help=_("The client is turned down."))] = False,
    reason: Annotated[str | None, typer.Option("--reason", help=_("Why it is turned down."))] = None,
    told: Annotated[
        str | None, typer.Option("--told", metavar="DAY", help=_("The day the client was told the result."))
    ] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    _refuse_loose_options(received, file, approve, reject, reason)
    steps = services.admissions.Steps(
        also=tuple(also or ()),
        received=tuple(received or ()),
        file=None if file is None else _whole_path(file),
        submit=submit,
        approve=approve,
        reason=reason,
        told_on=None if told is None else parse_day(told, run.today, "past"),
    )

    def work(ref: str) -> Any:
        with run.writing("client admit") if steps.any else run.reading() as session:
            client = services.clients.find(session, ref)
            return services.admissions.proceed(session, client, steps, run.today, run.settings)

    render.admissions.show(with_choice(ref, work), render.output.form(as_json=as_json))


def _refuse_loose_options(
    received: list[str] | None, file: Path | None, approve: bool, reject: bool, reason: str | None
) -> None:
    if file is not None and len(received or ()) != 1:
        raise BadValue(_("--file belongs to one --received."))
    if approve and reject:
        raise BadValue(_("Give --approve or --reject, not both."))
    if reject != (reason is not None):
        raise BadValue(_("--reject and --reason belong together."))


def _whole_path(file: Path) -> str:
    if not file.is_file():
        raise NotFound(_("There is no file {path}.").format(path=file))
    return str(file.resolve())

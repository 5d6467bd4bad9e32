"""`sales feedback …`: what is brought before the manager or a department."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import amounts, dates, render, services
from salescli.cli.ask import confirm, with_choice
from salescli.cli.changing import changed
from salescli.cli.completion import client_names
from salescli.cli.options import Csv, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _, _n

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.models.feedback import Feedback
    from salescli.services.care.feedback import FeedbackView

app = group(_("Feedback in the house: raise, answer, close, acknowledge."))

FeedbackRef = Annotated[str, typer.Argument(metavar="FEEDBACK", help=_("Code, or a client with one open feedback."))]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="WHOM", help=_("经理 (the manager), 采购部, 客户服务部, 财务部, or another name.")),
]
Kind = Annotated[
    str | None,
    typer.Option("--kind", metavar="suggestion|problem|need|support", help=_("What it is; also 建议, 问题 …")),
]
ForClient = Annotated[
    str | None, typer.Option("--client", metavar="CLIENT", help=_("Who asked."), autocompletion=client_names)
]
Support = Annotated[str | None, typer.Option("--support", help=_("The support that is expected."))]
Due = Annotated[str | None, typer.Option("--due", metavar="DAY", help=_("By when an answer is needed."))]
Words = Annotated[list[str], typer.Argument(metavar="TEXT", help=_("What is to be said; no quotes needed."))]


@app.command(
    "add",
    **described(
        _("Bring something before the manager or a department."),
        "sales feedback add 建议增加样品额度",
        "sales feedback add 蓝海要求月结60天 --to 财务部 --client 蓝海 --due 周五",
        "sales feedback add 乙厂抢单急需特价 --kind support --support 特批860 --urgent",
    ),
)
def add(
    ctx: typer.Context,
    text: Words,
    to: To = None,
    kind: Kind = None,
    client: ForClient = None,
    support: Support = None,
    due: Due = None,
    urgent: Annotated[bool, typer.Option("--urgent", help=_("It stands first until it is acknowledged."))] = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day = _due_day(run, due)

    def make(ref: str) -> Any:
        with run.writing("feedback add") as session:
            whose = None if client is None else services.clients.find(session, ref)
            feedback = services.feedback.add(
                session, " ".join(text), run.today, "manager" if to is None else to,
                kind=kind, client=whose, support=support, due_on=day, urgent=urgent,
            )  # fmt: skip
            return services.feedback.view(session, feedback, run.today)

    view = with_choice(client or "", make)
    _show(view, as_json)
    taken = (
        _("Added {code} to {department}, taken as: {kind}.")
        if kind is None
        else _("Added {code} to {department}: {kind}.")
    )
    _say(taken, view)
    _echo_due(run, view, day)


def _due_day(run: Run, text: str | None) -> date | None:
    return None if text is None else dates.parse_day(text, run.today, "coming")


def _echo_due(run: Run, view: "FeedbackView", day: date | None) -> None:
    if day is not None:
        render.output.say(_("An answer is needed by {day}.").format(day=dates.echo_day(day)))
        if day < run.today:
            render.output.say(_("{day} has passed.").format(day=dates.echo_day(day)))
    if view.on_top:
        render.output.say(_("It stands first until `sales feedback acknowledge {code}`.").format(code=view.code))


def _say(sentence: str, view: "FeedbackView") -> None:
    department = render.feedback.department_words(view.to)
    kind = render.feedback.kind_words(view.kind)
    render.output.say(sentence.format(code=view.code, department=department, kind=kind))


def _show(view: "FeedbackView", as_json: bool) -> None:
    render.output.show_record(view, render.feedback.FEEDBACK, render.output.form(as_json=as_json))


@app.command(
    "list",
    **described(
        _("List the feedback: urgent and not acknowledged first, then what is open."),
        "sales feedback list --open",
        "sales feedback list --to 财务部",
    ),
)
def list_(
    ctx: typer.Context,
    only_open: Annotated[bool, typer.Option("--open", help=_("Only what waits for an answer."))] = False,
    to: To = None,
    kind: Kind = None,
    client: Annotated[
        str | None, typer.Option("--client", help=_("Only this client."), autocompletion=client_names)
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            whose = None if client is None else services.clients.find(session, ref)
            return services.feedback.listed(
                session, run.today, only_open=only_open, to=to, kind=kind, client=whose
            )  # fmt: skip

    rows = with_choice(client or "", look)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(rows, render.feedback.FEEDBACK, form, empty=_("No feedback matches."))
    late = sum(one.days_overdue > 0 for one in rows)
    if form == "screen" and late:
        render.output.say(
            _n("The answer to {count} is overdue.", "The answers to {count} are overdue.", late).format(count=late)
        )


@app.command("show", **described(_("Show a piece of feedback."), "sales feedback show F0012"))
def show(ctx: typer.Context, ref: FeedbackRef, as_json: Json = False) -> None:
    _show(_seen(Run.of(ctx), ref), as_json)


def _seen(run: Run, ref: str) -> "FeedbackView":
    def look(ref: str) -> Any:
        with run.reading() as session:
            return services.feedback.view(session, services.feedback.find(session, ref), run.today)

    view: FeedbackView = with_choice(ref, look)
    return view


@app.command(
    "answer",
    **described(_("Keep the answer that came back."), "sales feedback answer F0012 同意，下月执行 --on 昨天"),
)
def answer(
    ctx: typer.Context,
    ref: FeedbackRef,
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help=_("The answer; no quotes needed."))],
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help=_("The day, today unless given."))] = None,
    replace: Annotated[bool, typer.Option("--replace", help=_("In place of the answer kept before."))] = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day = run.today if on is None else dates.parse_day(on, run.today, "past")
    if day > run.today:
        raise BadValue(_("{day} has not come yet.").format(day=dates.echo_day(day)))
    view = _change(
        run,
        ref,
        "feedback answer",
        lambda session, one: services.feedback.answer(session, one, " ".join(text), day, replace=replace),
        as_json,
    )
    _say(_("Answered {code}."), view)


@app.command(
    "acknowledge",
    **described(
        _("Note that it was taken note of; what is urgent stands first no longer."), "sales feedback acknowledge F0012"
    ),
)
def acknowledge(ctx: typer.Context, ref: FeedbackRef, as_json: Json = False) -> None:
    run = Run.of(ctx)
    view = _change(
        run,
        ref,
        "feedback acknowledge",
        lambda session, one: services.feedback.acknowledge(session, one, run.today),
        as_json,
    )
    _say(_("Acknowledged {code}."), view)


@app.command("close", **described(_("Close a piece of feedback, answered or not."), "sales feedback close F0012"))
def close(ctx: typer.Context, ref: FeedbackRef, as_json: Json = False) -> None:
    view = _change(
        Run.of(ctx), ref, "feedback close", lambda session, one: services.feedback.close(session, one), as_json
    )
    _say(_("Closed {code}."), view)


@app.command("edit", **described(_("Change a piece of feedback."), "sales feedback edit F0012 --due 周五 --to 采购部"))
def edit(
    ctx: typer.Context,
    ref: FeedbackRef,
    text: Annotated[str | None, typer.Option("--text", help=_("What is to be said."))] = None,
    to: To = None,
    kind: Kind = None,
    client: ForClient = None,
    support: Support = None,
    due: Due = None,
    urgent: Annotated[bool | None, typer.Option("--urgent/--not-urgent", help=_("Whether it stands first."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day = _due_day(run, due)
    details: dict[str, Any] = {
        "text": text, "to": to, "kind": kind, "support": support, "due_on": day, "urgent": urgent,
    }  # fmt: skip
    if client is None and all(value is None for value in details.values()):
        raise BadValue(
            _("Nothing to change was given."),
            hint=_("`{command} --help` shows how.").format(command="sales feedback edit"),
        )

    def change(session: "Session", one: "Feedback") -> "Feedback":
        whose = None if client is None else services.clients.find(session, client)
        return services.feedback.edit(session, one, client=whose, **details)

    view = _change(run, ref, "feedback edit", change, as_json)
    _say(_("Changed {code}."), view)
    _echo_due(run, view, day)


@app.command("remove", **described(_("Take a piece of feedback out of every list."), "sales feedback remove F0012"))
def remove(ctx: typer.Context, ref: FeedbackRef, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)
    view = _seen(run, ref)
    if not confirm(_("Remove {code} {text}?").format(code=view.code, text=amounts.excerpt(view.text)), yes=yes):
        raise typer.Exit
    with run.writing("feedback remove") as session:
        services.feedback.remove(session, services.feedback.find(session, view.code))
    _show(view, as_json)
    _say(_("Removed {code}."), view)


def _change(
    run: Run, ref: str, command: str, work: "Callable[[Session, Feedback], Feedback]", as_json: bool
) -> "FeedbackView":
    """Do ``work`` on the feedback that ``ref`` means, and show what became of it."""
    feedback = services.feedback
    view = changed(run, command, ref, feedback.find, work, lambda session, one: feedback.view(session, one, run.today))
    _show(view, as_json)
    return view

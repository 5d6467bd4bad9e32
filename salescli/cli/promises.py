"""`sales promise …`: what was promised, by us and by clients."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import amounts, dates, render, services
from salescli.cli.ask import confirm, given_or_asked, with_choice
from salescli.cli.changing import changed
from salescli.cli.clients import Ref
from salescli.cli.completion import client_names
from salescli.cli.options import Csv, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _, _n
from salescli.service_words import Direction
from salescli.texts import unquoted

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.models.promises import Promise
    from salescli.services.care.promises import PromiseView

app = group(_("Promises, ours and the clients': add, keep, waive."))

PromiseRef = Annotated[
    str, typer.Argument(metavar="PROMISE", help=_("Code, or a client with one open promise."))
]  # fmt: skip
Amount = Annotated[
    str | None,
    typer.Option("--amount", metavar="AMOUNT", help=_("The money promised; taken from the text unless given.")),
]
Contact = Annotated[str | None, typer.Option("--contact", help=_("Who promised it, or to whom."))]
ReasonAsked = Annotated[str | None, typer.Option("--reason", help=_("Why; it is asked for."))]


@app.command(
    "add",
    **described(
        _("Add a promise of ours, or with --they one of the client's."),
        "sales promise add hzlh 样品@周五",
        "sales promise add 蓝海 付款30万@月底 --they --contact 张工",
    ),
)
def add(
    ctx: typer.Context,
    client: Ref,
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT@DAY", help=_("What, and for which day; no quotes needed."))
    ],
    they: Annotated[bool, typer.Option("--they", help=_("The client promised it."))] = False,
    contact: Contact = None,
    amount: Amount = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    given = services.promise_words.parse_promise(unquoted(" ".join(text)), run.today, theirs=they)
    money = None if amount is None else amounts.parse_amount(amount)

    code = with_choice(client, lambda ref: _client_code(run, ref))
    person = _whole_name(run, code, contact)
    with run.writing("promise add") as session:
        whose = services.clients.find(session, code)
        promise = services.promises.add(session, whose, given, contact=person, amount=money)
        view = services.promises.view(session, promise, run.today)
    _show(view, as_json)
    _echo(run, view)


def _client_code(run: Run, ref: str) -> str:
    with run.reading() as session:
        return services.clients.find(session, ref).code


def _whole_name(run: Run, client: str, contact: str | None) -> str | None:
    """The whole name of a contact at the client, chosen by the person where a part of a name fits several."""

    def look(name: str) -> str:
        with run.reading() as session:
            return str(services.contacts.find(session, services.clients.find(session, client), name).name)

    return None if contact is None else with_choice(contact, look)


def _show(view: "PromiseView", as_json: bool) -> None:
    render.output.show_record(view, render.promises.PROMISES, render.output.form(as_json=as_json))


def _echo(run: Run, view: "PromiseView") -> None:
    """Say what was understood, with the weekday."""
    for sentence in render.promises.made_words([view]):
        render.output.say(sentence)
    if view.due_on < run.today:
        render.output.say(_("{day} has passed.").format(day=dates.echo_day(view.due_on)))


@app.command(
    "list",
    **described(
        _("List the open promises, the overdue ones first; in a period all those for its days."),
        "sales promise list --due",
        "sales promise list 本周 --theirs",
        "sales promise list --client 蓝海 --state all",
    ),
)
def list_(
    ctx: typer.Context,
    period: Annotated[
        str | None, typer.Argument(metavar="[PERIOD]", help=_("Only those for these days: a week, a month, …"))
    ] = None,
    client: Annotated[
        str | None, typer.Option("--client", help=_("Only this client."), autocompletion=client_names)
    ] = None,
    ours: Annotated[bool, typer.Option("--ours", help=_("Only our promises."))] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help=_("Only the clients' promises."))] = False,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="open|kept|late|broken|waived|all", help=_("Only those of this state.")),
    ] = None,
    due: Annotated[bool, typer.Option("--due", help=_("Only those due today or overdue."))] = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    direction = _one_side(ours, theirs)
    span = None if period is None else dates.parse_period(period, run.today)

    def look(ref: str) -> Any:
        with run.reading() as session:
            whose = None if client is None else services.clients.find(session, ref)
            wanted = services.promises.Filter(span, whose, direction, state, due)
            return services.promises.listed(session, wanted, run.today)

    rows = with_choice(client or "", look)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(rows, render.promises.PROMISES, form, empty=_("No promise matches."))
    for sentence in render.promises.overdue_words(rows) if form == "screen" else ():
        render.output.say(sentence)


def _one_side(ours: bool, theirs: bool) -> Direction | None:
    if ours and theirs:
        raise BadValue(_("Give --ours or --theirs, not both."))
    return Direction.OURS if ours else Direction.THEIRS if theirs else None


@app.command("show", **described(_("Show a promise."), "sales promise show P0012"))
def show(ctx: typer.Context, ref: PromiseRef, as_json: Json = False) -> None:
    run = Run.of(ctx)
    _show(with_choice(ref, lambda ref: _view(run, ref)), as_json)


@app.command(
    "keep",
    **described(
        _("Mark a promise kept; after its day it counts as kept late."),
        "sales promise keep P0012",
        "sales promise keep 蓝海 --on 昨天 --note 张工签收",
    ),
)
def keep(
    ctx: typer.Context,
    ref: PromiseRef,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help=_("The day it was kept, today unless given."))
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help=_("How it was kept."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day = run.today if on is None else dates.parse_day(on, run.today, "past")
    view = _change(
        run,
        ref,
        "promise keep",
        lambda session, promise: services.promises.keep(session, promise, day, run.today, note),
    )
    _show(view, as_json)
    late = (day - view.due_on).days
    sentence = _("{code} kept on {day}.")
    if late > 0:
        sentence = _n("{code} kept on {day}, {late} day late.", "{code} kept on {day}, {late} days late.", late)
    render.output.say(sentence.format(code=view.code, day=dates.echo_day(day), late=late))


@app.command(
    "waive",
    **described(
        _("Mark a promise that nobody insists on any more."), "sales promise waive P0012 --reason 客户改用现货"
    ),
)
def waive(ctx: typer.Context, ref: PromiseRef, reason: ReasonAsked = None, as_json: Json = False) -> None:
    run = Run.of(ctx)
    why = given_or_asked(reason, "--reason", _("Why?"))
    view = _change(
        run, ref, "promise waive", lambda session, promise: services.promises.waive(session, promise, run.today, why)
    )
    _show(view, as_json)
    render.output.say(_("Waived: {code} {client}.").format(code=view.code, client=view.client.name))


@app.command(
    "break",
    **described(_("Mark a promise that will not be kept."), "sales promise break P0012 --reason 供应商缺货"),
)
def break_(ctx: typer.Context, ref: PromiseRef, reason: ReasonAsked = None, as_json: Json = False) -> None:
    run = Run.of(ctx)
    why = given_or_asked(reason, "--reason", _("Why?"))
    view = _change(
        run, ref, "promise break", lambda session, promise: services.promises.break_(session, promise, run.today, why)
    )
    _show(view, as_json)
    render.output.say(_("Broken: {code} {client}.").format(code=view.code, client=view.client.name))


@app.command("reopen", **described(_("Open a settled promise again."), "sales promise reopen P0012"))
def reopen(ctx: typer.Context, ref: PromiseRef, as_json: Json = False) -> None:
    run = Run.of(ctx)
    view = _change(run, ref, "promise reopen", services.promises.reopen)
    _show(view, as_json)
    _echo(run, view)


@app.command(
    "edit", **described(_("Change what a promise says."), "sales promise edit P0012 --due 下周三 --text 样品3件")
)
def edit(
    ctx: typer.Context,
    ref: PromiseRef,
    text: Annotated[str | None, typer.Option("--text", help=_("What is promised."))] = None,
    due: Annotated[str | None, typer.Option("--due", metavar="DAY", help=_("The day it is promised for."))] = None,
    amount: Amount = None,
    contact: Contact = None,
    they: Annotated[bool, typer.Option("--they", help=_("The client promised it."))] = False,
    we: Annotated[bool, typer.Option("--we", help=_("We promised it."))] = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    if they and we:
        raise BadValue(_("Give --they or --we, not both."))
    before = with_choice(ref, lambda ref: _view(run, ref))
    details = {
        "text": text,
        "due_on": None if due is None else dates.parse_day(due, run.today, "coming"),
        "amount": None if amount is None else amounts.parse_amount(amount),
        "contact": _whole_name(run, before.client.code, contact),
        "theirs": they if they or we else None,
    }
    if all(value is None for value in details.values()):
        raise BadValue(
            _("Nothing to change was given."),
            hint=_("`{command} --help` shows how.").format(command="sales promise edit"),
        )
    view = _change(
        run, before.code, "promise edit", lambda session, promise: services.promises.edit(session, promise, **details)
    )
    _show(view, as_json)
    _echo(run, view)


@app.command("remove", **described(_("Take a promise out of every list."), "sales promise remove P0012"))
def remove(ctx: typer.Context, ref: PromiseRef, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)
    view = with_choice(ref, lambda ref: _view(run, ref))
    question = _("Remove {code} {client}, {name}?").format(code=view.code, client=view.client.name, name=view.text)
    if not confirm(question, yes=yes):
        raise typer.Exit
    with run.writing("promise remove") as session:
        services.promises.remove(session, services.promises.find(session, view.code))
    _show(view, as_json)
    render.output.say(_("Removed {code} {client}.").format(code=view.code, client=view.client.name))


def _view(run: Run, ref: str) -> "PromiseView":
    with run.reading() as session:
        view: PromiseView = services.promises.view(session, services.promises.find(session, ref), run.today)
        return view


def _change(run: Run, ref: str, command: str, work: "Callable[[Session, Promise], Promise]") -> "PromiseView":
    """Do ``work`` on the promise that ``ref`` means, and give back what became of it."""
    promises = services.promises
    return changed(run, command, ref, promises.find, work, lambda session, one: promises.view(session, one, run.today))

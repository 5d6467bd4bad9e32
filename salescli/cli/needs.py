"""`sales need …`: what clients want, what is still to be asked, and the samples they tried."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import amounts, dates, render, services
from salescli.cli.ask import confirm, with_choice
from salescli.cli.changing import changed
from salescli.cli.clients import Ref
from salescli.cli.completion import client_names
from salescli.cli.options import Csv, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.texts import unquoted

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.models.needs import Need
    from salescli.services.selling.needs import NeedView

app = group(_("Needs: what clients want, its state, samples and their results."))

NeedRef = Annotated[str, typer.Argument(metavar="NEED", help=_("Code, or a client with one open need."))]
Product = Annotated[str | None, typer.Option("--product", help=_("The product by code or name, or in words."))]
Spec = Annotated[str | None, typer.Option("--spec", help=_("Specification."))]
Quantity = Annotated[str | None, typer.Option("--quantity", help=_("How much: 200套."))]
Delivery = Annotated[str | None, typer.Option("--delivery", help=_("How and when it is to be delivered."))]
Budget = Annotated[str | None, typer.Option("--budget", metavar="AMOUNT", help=_("The client's budget."))]
Decider = Annotated[str | None, typer.Option("--decider", help=_("Who decides."))]
Timing = Annotated[str | None, typer.Option("--timing", help=_("By when, in words."))]
Wanted = Annotated[str | None, typer.Option("--wanted", metavar="DAY", help=_("The day it is wanted."))]
DealOption = Annotated[str | None, typer.Option("--deal", metavar="DEAL", help=_("The deal it belongs to."))]


@app.command(
    "add",
    **described(
        _("Add what a client wants."),
        "sales need add hzlh X200 --quantity 200套 --budget 35万 --decider 李总 --timing 年内",
        "sales need add 蓝海 二期泵站要换密封 --product X200 --wanted 月底 --deal D0012",
    ),
)
def add(
    ctx: typer.Context,
    client: Ref,
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT", help=_("The product, or the need in words; no quotes needed."))
    ],
    product: Product = None,
    spec: Spec = None,
    quantity: Quantity = None,
    delivery: Delivery = None,
    budget: Budget = None,
    decider: Decider = None,
    timing: Timing = None,
    wanted: Wanted = None,
    deal: DealOption = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    details = _details(run, product, spec, quantity, delivery, budget, decider, timing, wanted)
    details["deal"] = None if deal is None else with_choice(deal, lambda ref: _deal_code(run, ref))

    def make(ref: str) -> Any:
        with run.writing("need add") as session:
            whose = services.clients.find(session, ref)
            need = services.needs.add(session, whose, unquoted(" ".join(text)), run.today, **details)
            return services.needs.view(session, need)

    view = with_choice(client, make)
    render.needs.show(view, render.output.form(as_json=as_json))
    _say(_("Added {code} {client}, {name}."), view)
    _echo_day(view, told=wanted is not None)


def _deal_code(run: Run, ref: str) -> str:
    with run.reading() as session:
        return services.deals.find(session, ref).code


def _details(run: Run, *given: str | None) -> dict[str, Any]:
    """What the options of :func:`add` and :func:`edit` say, read."""
    product, spec, quantity, delivery, budget, decider, timing, wanted = given
    return {
        "product": product,
        "spec": spec,
        "quantity": quantity,
        "delivery": delivery,
        "budget": None if budget is None else amounts.parse_amount(budget),
        "decider": decider,
        "timing": timing,
        "wanted_on": None if wanted is None else dates.parse_day(wanted, run.today, "coming"),
    }


def _say(sentence: str, view: "NeedView") -> None:
    name = amounts.excerpt(view.product or "")
    render.output.say(sentence.format(code=view.code, client=view.client.name, name=name))


def _echo_day(view: "NeedView", *, told: bool) -> None:
    if told and view.wanted_on is not None:
        render.output.say(_("Wanted on {day}.").format(day=dates.echo_day(view.wanted_on)))


@app.command(
    "list",
    **described(
        _("List the needs that are not decided yet."), "sales need list", "sales need list --client 蓝海 --state all"
    ),
)
def list_(
    ctx: typer.Context,
    text: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]", help=_("A part of what is wanted, or of the client's name."))
    ] = None,
    client: Annotated[
        str | None, typer.Option("--client", help=_("Only this client."), autocompletion=client_names)
    ] = None,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="open|quoted|won|lost|gone|all", help=_("Only those of this state.")),
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            whose = None if client is None else services.clients.find(session, ref)
            wanted = services.needs.Filter(" ".join(text) if text else None, whose, state)
            return services.needs.listed(session, wanted)

    rows = with_choice(client or "", look)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(rows, render.needs.NEEDS, form, empty=_("No need matches."))


@app.command(
    "show", **described(_("Show a need, its samples and what is still unknown of it."), "sales need show N0012")
)
def show(ctx: typer.Context, ref: NeedRef, as_json: Json = False) -> None:
    run = Run.of(ctx)
    view = with_choice(ref, lambda ref: _view(run, ref))
    form = render.output.form(as_json=as_json)
    render.needs.show(view, form)
    for name in view.unknown if form == "screen" else ():
        render.output.say(_(services.need_views.QUESTIONS[name]))


@app.command(
    "move",
    **described(
        _("Put a need into another state: quoted, won, lost, no longer needed."),
        "sales need move N0012 已报价",
        "sales need move 蓝海 lost --reason 价格",
    ),
)
def move(
    ctx: typer.Context,
    ref: NeedRef,
    state: Annotated[str, typer.Argument(metavar="open|quoted|won|lost|gone", help=_("The new state."))],
    reason: Annotated[str | None, typer.Option("--reason", help=_("Why; kept in the note."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    view = _change(
        run, ref, "need move", lambda session, need: services.needs.move(session, need, state, run.today, reason)
    )
    render.needs.show(view, render.output.form(as_json=as_json))
    _say(_("Changed {code} {client}."), view)


@app.command(
    "sample",
    **described(_("Note a sample given for a need."), "sales need sample N0012 X200密封圈 --quantity 3件 --on 昨天"),
)
def sample(
    ctx: typer.Context,
    ref: NeedRef,
    item: Annotated[list[str], typer.Argument(metavar="ITEM", help=_("What was given; no quotes needed."))],
    on: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help=_("The day it was given, today unless given."))
    ] = None,
    quantity: Quantity = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day = run.today if on is None else dates.parse_day(on, run.today, "past")
    view = _change(
        run,
        ref,
        "need sample",
        lambda session, need: services.needs.give_sample(session, need, " ".join(item), day, run.today, quantity),
    )
    render.needs.show(view, render.output.form(as_json=as_json))
    render.output.say(_("Sample for {code} given on {day}.").format(code=view.code, day=dates.echo_day(day)))


@app.command(
    "result",
    **described(
        _("Note how a sample did in the client's test."),
        "sales need result N0012 合格",
        "sales need result N0012 failed --item 密封圈 --note 耐温不够",
    ),
)
def result(
    ctx: typer.Context,
    ref: NeedRef,
    outcome: Annotated[str, typer.Argument(metavar="passed|failed|pending", help=_("How it did."))],
    item: Annotated[str | None, typer.Option("--item", help=_("Which sample, where several wait."))] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help=_("The day of the test, today unless given."))
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help=_("Note."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day = run.today if on is None else dates.parse_day(on, run.today, "past")
    view = _change(
        run,
        ref,
        "need result",
        lambda session, need: services.needs.note_result(
            session, need, outcome, day, run.today, item=item, note=note
        ),
    )  # fmt: skip
    render.needs.show(view, render.output.form(as_json=as_json))
    _say(_("Changed {code} {client}."), view)


@app.command("edit", **described(_("Change what a need says."), "sales need edit N0012 --budget 36万 --decider 李总"))
def edit(
    ctx: typer.Context,
    ref: NeedRef,
    product: Product = None,
    spec: Spec = None,
    quantity: Quantity = None,
    delivery: Delivery = None,
    budget: Budget = None,
    decider: Decider = None,
    timing: Timing = None,
    wanted: Wanted = None,
    deal: DealOption = None,
    note: Annotated[str | None, typer.Option("--note", help=_("Note."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    details = _details(run, product, spec, quantity, delivery, budget, decider, timing, wanted)
    details["deal"] = None if deal is None else with_choice(deal, lambda ref: _deal_code(run, ref))
    details["note"] = note
    if all(value is None for value in details.values()):
        raise BadValue(
            _("Nothing to change was given."),
            hint=_("`{command} --help` shows how.").format(command="sales need edit"),
        )
    view = _change(run, ref, "need edit", lambda session, need: services.needs.edit(session, need, **details))
    render.needs.show(view, render.output.form(as_json=as_json))
    _say(_("Changed {code} {client}."), view)
    _echo_day(view, told=wanted is not None)


@app.command("remove", **described(_("Take a need out of every list."), "sales need remove N0012"))
def remove(ctx: typer.Context, ref: NeedRef, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)
    view = with_choice(ref, lambda ref: _view(run, ref))
    question = _("Remove {code} {client}, {name}?").format(
        code=view.code, client=view.client.name, name=amounts.excerpt(view.product or "")
    )
    if not confirm(question, yes=yes):
        raise typer.Exit
    with run.writing("need remove") as session:
        services.needs.remove(session, services.needs.find(session, view.code))
    render.needs.show(view, render.output.form(as_json=as_json))
    _say(_("Removed {code} {client}."), view)


def _view(run: Run, ref: str) -> "NeedView":
    with run.reading() as session:
        view: NeedView = services.needs.view(session, services.needs.find(session, ref))
        return view


def _change(run: Run, ref: str, command: str, work: "Callable[[Session, Need], Need]") -> "NeedView":
    """Do ``work`` on the need that ``ref`` means, and give back what became of it."""
    return changed(run, command, ref, services.needs.find, work, services.needs.view)

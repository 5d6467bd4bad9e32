"""`sales deal …`: chances of orders, stage by stage."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import amounts, dates, render, services
from salescli.cli.ask import confirm, given_or_asked, with_choice
from salescli.cli.clients import Ref
from salescli.cli.completion import client_names
from salescli.cli.next_step import given_step
from salescli.cli.options import Csv, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _, _n

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.models.deals import Deal
    from salescli.services.selling.deal_tables import DealView

app = group(_("Deals: add, move through the stages, win, lose, forecast."))

DealRef = Annotated[
    str, typer.Argument(metavar="DEAL", help=_("Code, name or a part of it, or a client with one open deal."))
]
Amount = Annotated[str | None, typer.Option("--amount", metavar="AMOUNT", help=_("What it is worth, in yuan."))]
Probability = Annotated[
    str | None, typer.Option("--probability", metavar="0-100", help=_("In percent; the stage's unless given."))
]
Expected = Annotated[str | None, typer.Option("--expected", metavar="DAY", help=_("The day the order is expected."))]
Competitor = Annotated[str | None, typer.Option("--competitor", help=_("Who else is after it."))]
Next = Annotated[str | None, typer.Option("--next", metavar="TEXT@DAY", help=_("The next step and its day."))]
NextOn = Annotated[str | None, typer.Option("--next-on", metavar="DAY", help=_("The day of the next step."))]
Note = Annotated[str | None, typer.Option("--note", help=_("Note."))]
Reason = Annotated[str | None, typer.Option("--reason", help=_("Why."))]
ReasonAsked = Annotated[str | None, typer.Option("--reason", help=_("Why; it is asked for."))]


@app.command(
    "add",
    **described(
        _("Add a deal."),
        "sales deal add hzlh 二期液压站 --amount 35万 --expected 月底",
        "sales deal add 蓝海 年度维保 --stage 需求调研 --next 报价@下周三",
    ),
)
def add(
    ctx: typer.Context,
    client: Ref,
    name: Annotated[list[str], typer.Argument(metavar="NAME", help=_("What it is about; no quotes needed."))],
    amount: Amount = None,
    stage: Annotated[str | None, typer.Option("--stage", help=_("The stage; the first unless given."))] = None,
    probability: Probability = None,
    expected: Expected = None,
    competitor: Competitor = None,
    next_: Next = None,
    next_on: NextOn = None,
    note: Note = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    details = _details(run, amount, probability, expected, competitor, next_, next_on, note)

    def make(ref: str) -> Any:
        with run.writing("deal add") as session:
            whose = services.clients.find(session, ref)
            deal = services.deals.add(
                session, whose, " ".join(name), run.today, run.settings, stage=stage, **details
            )  # fmt: skip
            return services.deals.view(session, deal, run.today, run.settings)

    view = with_choice(client, make)
    render.deals.show(view, render.output.form(as_json=as_json))
    _say(_("Added {code} {client}, {name}: {stage}, {probability}%."), view)
    _echo_days(run, view, told=details)


def _details(run: Run, *given: str | None) -> dict[str, Any]:
    """What the options of :func:`add` and :func:`edit` say, read."""
    amount, probability, expected, competitor, next_, next_on, note = given
    return {
        "amount": None if amount is None else amounts.parse_amount(amount),
        "probability": _percent(probability),
        "expected_on": None if expected is None else dates.parse_day(expected, run.today, "coming"),
        "competitor": competitor,
        "next_step": given_step(run, next_, next_on, None),
        "note": note,
    }


def _percent(text: str | None) -> int | None:
    return None if text is None else amounts.parse_count(amounts.half_width(text).strip().removesuffix("%"))


def _say(sentence: str, view: "DealView", **more: str) -> None:
    render.output.say(
        sentence.format(
            code=view.code,
            client=view.client.name,
            name=view.name,
            stage=view.stage_name,
            probability=view.probability,
            **more,
        )
    )


def _echo_days(run: Run, view: "DealView", told: dict[str, Any]) -> None:
    """Say the days that were understood, with their weekdays."""
    if told.get("expected_on") is not None:
        render.output.say(_("Expected on {day}.").format(day=dates.echo_day(told["expected_on"])))
        if told["expected_on"] < run.today:
            render.output.say(_("{day} has passed.").format(day=dates.echo_day(told["expected_on"])))
    if told.get("next_step") is not None and view.next_on is not None:
        render.output.say(_("Next: {text}, {day}.").format(text=view.next_step, day=dates.echo_day(view.next_on)))


@app.command(
    "list",
    **described(
        _("List the open deals, as a table or as a board of the stages."),
        "sales deal list",
        "sales deal list --board",
        "sales deal list 液压 --state all",
        "sales deal list --stale",
    ),
)
def list_(
    ctx: typer.Context,
    text: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]", help=_("A part of the deal's or client's name."))
    ] = None,
    stage: Annotated[str | None, typer.Option("--stage", help=_("Only in this stage."))] = None,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="open|won|lost|parked|all", help=_("Those of this state; the open ones.")),
    ] = None,
    client: Annotated[
        str | None, typer.Option("--client", help=_("Only this client."), autocompletion=client_names)
    ] = None,
    stale: Annotated[bool, typer.Option("--stale", help=_("Only those too long in their stage."))] = False,
    board: Annotated[bool, typer.Option("--board", help=_("A column for each stage, with its sums."))] = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            whose = None if client is None else services.clients.find(session, ref)
            wanted = services.deals.Filter(" ".join(text) if text else None, stage, state, whose, stale)
            return services.deals.listed(session, wanted, run.today, run.settings)

    rows = with_choice(client or "", look)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    if board:
        render.deals.show_board(services.deal_tables.board(rows, run.settings), form)
    else:
        render.deals.show_list(rows, form, empty=_empty(state))
    if form == "screen" and rows:
        _say_sums(rows)


def _empty(state: str | None) -> str:
    return _("No open deal matches; `--state all` looks at all.") if state is None else _("No deal matches.")


def _say_sums(rows: "list[DealView]") -> None:
    found = services.deal_tables.summed(rows)
    if found.deals:
        render.output.say(
            _n(
                "{count} open deal: {amount}, weighted {weighted}.",
                "{count} open deals: {amount}, weighted {weighted}.",
                found.deals,
            ).format(count=found.deals, amount=amounts.grouped(found.amount), weighted=amounts.grouped(found.weighted))
        )
    overdue = sum(deal.overdue for deal in rows)
    if overdue:
        render.output.say(
            _n(
                "{count} deal is still open after the day it was expected.",
                "{count} deals are still open after the days they were expected.",
                overdue,
            ).format(count=overdue)
        )
    late = sum(deal.stale for deal in rows)
    if late:
        render.output.say(
            _n(
                "{count} deal has been in its stage for too long: `sales deal list --stale`.",
                "{count} deals have been in their stages for too long: `sales deal list --stale`.",
                late,
            ).format(count=late)
        )


@app.command("show", **described(_("Show a deal and the way it went."), "sales deal show D0012"))
def show(ctx: typer.Context, ref: DealRef, as_json: Json = False) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            deal = services.deals.find(session, ref)
            steps = services.deals.history(session, deal, run.today, run.settings)
            return services.deals.view(session, deal, run.today, run.settings), steps

    view, steps = with_choice(ref, look)
    render.deals.show_with_history(view, steps, render.output.form(as_json=as_json))


@app.command(
    "move",
    **described(
        _("Move an open deal to another stage, forward or back."),
        "sales deal move D0012 解决方案",
        "sales deal move hzlh negotiation --probability 80 --expected 12-20",
    ),
)
def move(
    ctx: typer.Context,
    ref: DealRef,
    stage: Annotated[list[str], typer.Argument(metavar="STAGE", help=_("Its code or name: `sales deal stages`."))],
    probability: Probability = None,
    amount: Amount = None,
    expected: Expected = None,
    reason: Reason = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    details = _details(run, amount, probability, expected, None, None, None, None)
    view = _change(
        ctx,
        ref,
        "deal move",
        lambda session, deal: services.deals.move(
            session, deal, " ".join(stage), run.today, run.settings, reason=reason, **details
        ),
        as_json,
    )
    _say(_("{code} {client}, {name}: now in {stage}, {probability}%."), view)
    _echo_days(run, view, told=details)


@app.command(
    "win", **described(_("Mark an open deal won."), "sales deal win D0012", "sales deal win hzlh --amount 33万")
)
def win(
    ctx: typer.Context,
    ref: DealRef,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="AMOUNT", help=_("What was agreed; the deal's unless given."))
    ] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    agreed = None if amount is None else amounts.parse_amount(amount)
    view = _change(
        ctx, ref, "deal win", lambda session, deal: services.deals.win(session, deal, run.today, agreed), as_json
    )
    _say(_("Won: {code} {client}, {name}."), view)
    worth = "AMOUNT" if view.amount is None else amounts.plain(view.amount).removesuffix(".00")
    command = f"sales order add {view.client.code} {worth} --deal {view.code}"
    render.output.say(_("`{command}` makes its order.").format(command=command))


@app.command(
    "lose",
    **described(_("Mark an open deal lost, with the reason."), "sales deal lose D0012 --reason 价格 --competitor 恒力"),
)
def lose(
    ctx: typer.Context,
    ref: DealRef,
    reason: ReasonAsked = None,
    competitor: Annotated[str | None, typer.Option("--competitor", help=_("Who got it."))] = None,
    as_json: Json = False,
) -> None:
    today = Run.of(ctx).today
    why = given_or_asked(reason, "--reason", _("Why?"))
    view = _change(
        ctx,
        ref,
        "deal lose",
        lambda session, deal: services.deals.lose(session, deal, today, why, competitor),
        as_json,
    )
    _say(_("Lost: {code} {client}, {name}."), view)


@app.command(
    "park", **described(_("Put an open deal aside; no forecast counts it."), "sales deal park D0012 --reason 预算推迟")
)
def park(ctx: typer.Context, ref: DealRef, reason: ReasonAsked = None, as_json: Json = False) -> None:
    today = Run.of(ctx).today
    why = given_or_asked(reason, "--reason", _("Why?"))
    view = _change(ctx, ref, "deal park", lambda session, deal: services.deals.park(session, deal, today, why), as_json)
    _say(_("Put aside: {code} {client}, {name}."), view)


@app.command(
    "reopen", **described(_("Open a won, lost or parked deal again."), "sales deal reopen D0012 --reason 预算已批")
)
def reopen(ctx: typer.Context, ref: DealRef, reason: Reason = None, as_json: Json = False) -> None:
    run = Run.of(ctx)
    view = _change(
        ctx,
        ref,
        "deal reopen",
        lambda session, deal: services.deals.reopen(session, deal, run.today, run.settings, reason),
        as_json,
        closed=True,
    )
    _say(_("Open again: {code} {client}, {name}: {stage}, {probability}%."), view)


@app.command(
    "edit", **described(_("Change what a deal says."), "sales deal edit D0012 --amount 36万 --next 送样品@周五")
)
def edit(
    ctx: typer.Context,
    ref: DealRef,
    name: Annotated[str | None, typer.Option("--name", help=_("A new name."))] = None,
    amount: Amount = None,
    probability: Probability = None,
    expected: Expected = None,
    competitor: Competitor = None,
    next_: Next = None,
    next_on: NextOn = None,
    note: Note = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    details = {"name": name, **_details(run, amount, probability, expected, competitor, next_, next_on, note)}
    if all(value is None for value in details.values()):
        raise BadValue(
            _("Nothing to change was given."),
            hint=_("`{command} --help` shows how.").format(command="sales deal edit"),
        )
    view = _change(ctx, ref, "deal edit", lambda session, deal: services.deals.edit(session, deal, **details), as_json)
    _say(_("Changed {code} {client}."), view)
    _echo_days(run, view, told=details)


@app.command("remove", **described(_("Take a deal out of every list."), "sales deal remove D0012"))
def remove(ctx: typer.Context, ref: DealRef, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            return services.deals.view(session, services.deals.find(session, ref), run.today, run.settings)

    view = with_choice(ref, look)
    if not confirm(
        _("Remove {code} {client}, {name}?").format(code=view.code, client=view.client.name, name=view.name), yes=yes
    ):
        raise typer.Exit
    with run.writing("deal remove") as session:
        services.deals.remove(session, services.deals.find(session, view.code))
    render.deals.show(view, render.output.form(as_json=as_json))
    _say(_("Removed {code} {client}."), view)


@app.command(
    "forecast",
    **described(
        _("What the deals should bring by month, weighted and won, against the target."),
        "sales deal forecast",
        "sales deal forecast 2027-Q1",
    ),
)
def forecast(
    ctx: typer.Context,
    period: Annotated[
        str, typer.Argument(metavar="[PERIOD]", help=_("The current year unless given."), show_default=False)
    ] = "",
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    span = dates.parse_period(period, run.today) if period else dates.Period.year_of(run.today)
    with run.reading() as session:
        outlook = services.forecasts.outlook(session, span, run.today, run.settings)
    render.deals.show_forecast(outlook, render.output.form(as_json=as_json, as_csv=as_csv))
    if outlook.undated.deals:
        render.output.say(
            _n(
                "{count} open deal has no expected day and counts in no month: {amount}, weighted {weighted}.",
                "{count} open deals have no expected day and count in no month: {amount}, weighted {weighted}.",
                outlook.undated.deals,
            ).format(
                count=outlook.undated.deals,
                amount=amounts.grouped(outlook.undated.amount),
                weighted=amounts.grouped(outlook.undated.weighted),
            )
        )
    if outlook.late.deals:
        render.output.say(
            _n(
                "The expected day of {count} open deal has passed: {amount}; it counts in the month of today.",
                "The expected day of {count} open deals has passed: {amount}; they count in the month of today.",
                outlook.late.deals,
            ).format(count=outlook.late.deals, amount=amounts.grouped(outlook.late.amount))
        )


@app.command("stages", **described(_("List the stages that deals go through."), "sales deal stages"))
def stages(ctx: typer.Context, as_json: Json = False, as_csv: Csv = False) -> None:
    settings = Run.of(ctx).settings
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(services.stages.of(settings), render.deals.stage_columns(), form)
    after = services.stages.after_winning(settings)
    if after is not None:
        render.output.say(_("After winning comes {stage}, on the order.").format(stage=after.name))
    render.output.say(_("`sales config set deals.stages seven` takes another set, deals.own_stages your own."))


def _change(
    ctx: typer.Context,
    ref: str,
    command: str,
    work: "Callable[[Session, Deal], Deal]",
    as_json: bool,
    *,
    closed: bool = False,
) -> "DealView":
    """Do ``work`` on the deal that ``ref`` means, and show what became of it."""
    run = Run.of(ctx)

    def change(ref: str) -> Any:
        with run.writing(command) as session:
            deal = work(session, services.deals.find(session, ref, closed=closed))
            return services.deals.view(session, deal, run.today, run.settings)

    view: DealView = with_choice(ref, change)
    render.deals.show(view, render.output.form(as_json=as_json))
    return view

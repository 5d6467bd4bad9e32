"""`sales visit …` and `sales log`: what happened at clients, and what is planned."""

from datetime import date
from typing import Annotated, Any

import typer

from salescli import amounts, dates, render, services
from salescli.cli import checklists, day_notes
from salescli.cli.ask import ask, choose, confirm, given_or_asked, with_choice
from salescli.cli.clients import Ref
from salescli.cli.completion import client_names
from salescli.cli.next_step import given_or_asked_step, given_step
from salescli.cli.options import Csv, Json, Yes, described, group, on_terminal
from salescli.cli.promised import Ours, Theirs, given_promises
from salescli.cli.run import Run
from salescli.errors import BadValue, NotFound
from salescli.i18n import _
from salescli.texts import unquoted
from salescli.vocabulary import Outcome, label, parse_word

app = group(_("Visits and follow-ups: log, plan, move."))

VisitRef = Annotated[str, typer.Argument(metavar="VISIT", help=_("Code, or a client with one visit that day."))]
By = Annotated[str | None, typer.Option("--by", metavar="visit|phone|wechat|email|meeting|demo", help=_("Channel."))]
Contact = Annotated[str | None, typer.Option("--contact", help=_("Whom you met."))]
Purpose = Annotated[str | None, typer.Option("--purpose", help=_("What for."))]
Expect = Annotated[str | None, typer.Option("--expect", help=_("The result you expect."))]
Materials = Annotated[str | None, typer.Option("--materials", help=_("What to bring."))]
Minutes = Annotated[str | None, typer.Option("--minutes", metavar="N", help=_("How long, in minutes."))]
OutcomeOption = Annotated[
    str | None,
    typer.Option(
        "--outcome",
        metavar="order|quote|interested|maintained|neutral|refused|absent",
        help=_("What came of it, also 成交 要报价 有意向 关系维护 意向不明 拒绝 客户不在."),
    ),
]
Next = Annotated[str | None, typer.Option("--next", metavar="TEXT@DAY", help=_("The next step and its day."))]
NextOn = Annotated[str | None, typer.Option("--next-on", metavar="DAY", help=_("The day of the next step."))]
NoNext = Annotated[str | None, typer.Option("--no-next", metavar="REASON", help=_("Why nothing follows."))]
OrderAmount = Annotated[
    str | None, typer.Option("--order", metavar="AMOUNT", help=_("The order it brought: the outcome is order."))
]
ReceiptAmount = Annotated[
    str | None,
    typer.Option("--receipt", metavar="AMOUNT", help=_("The money it brought, for that order or older ones.")),
]
LinesDryRun = Annotated[
    bool, typer.Option("--dry-run", help=_("With `-`: show how the lines are understood; write nothing."))
]
Confirmed = Annotated[bool, typer.Option("--confirmed", help=_("The client has agreed to the appointment."))]


@app.command(
    "log",
    **described(
        _("Log a contact. Without a client it numbers today's visits; `-` reads lines from standard input."),
        "sales visit log hzlh 见张工，要3月报价 --outcome 有意向 --next 报价@下周三",
        "sales log 蓝海 电话确认规格 --by phone --no-next 等对方消息",
        "sales log 蓝海 签了年度合同 --order 12万 --receipt 5万 --next 发货@下周五",
        "sales log 蓝海 谈了回款 --promise 样品@周五 --they-promise 付款30万@月底 --next 催款@月底",
    ),
)
def log(
    ctx: typer.Context,
    client: Annotated[
        str | None,
        typer.Argument(metavar="[CLIENT]", help=_("The client, or `-`."), autocompletion=client_names),
    ] = None,
    text: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]...", help=_("What happened; no quotes needed."))
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help=_("The day, today unless given."))] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help=_("The time it began."))] = None,
    by: By = None,
    contact: Contact = None,
    purpose: Purpose = None,
    outcome: OutcomeOption = None,
    minutes: Minutes = None,
    next_: Next = None,
    next_on: NextOn = None,
    no_next: NoNext = None,
    order: OrderAmount = None,
    receipt: ReceiptAmount = None,
    promise: Ours = None,
    they_promise: Theirs = None,
    yes: Yes = False,
    again: day_notes.Again = False,
    dry_run: LinesDryRun = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day = run.today if on is None else dates.parse_day(on, run.today, "past")
    money = _money(order, receipt)
    promised = given_promises(run, promise, they_promise)
    outcome = _outcome(outcome, order)
    details = {
        "by": by, "contact": contact, "purpose": purpose, "outcome": outcome, "minutes": _count(minutes),
        "at": None if at is None else dates.parse_time(at),
    }  # fmt: skip
    if client == "-":
        if money is not None:
            raise BadValue(_("--order and --receipt are for one visit, not for lines."))
        if promised:
            raise BadValue(
                _("--promise and --they-promise are for one visit, not for lines."),
                hint=_("Write them into the line: 承诺 样品@周五, 对方承诺 付款30万@月底."),
            )
        step = given_step(run, next_, next_on, no_next)
        _log_lines(run, day, details, step, yes=yes, again=again, dry_run=dry_run, as_json=as_json)
        return
    whom = with_choice(_choose_from_today(run, day) if client is None else client, lambda ref: _known(run, ref))
    details["contact"] = _whole_name(run, whom, contact)
    note = unquoted(" ".join(text or ()))
    if not note and on_terminal():
        note = ask(_("What happened?"))
    step = given_or_asked_step(run, next_, next_on, no_next, whom, day)
    with run.writing("visit log") as session:
        visit, view = _log_one(run, session, whom, note, day, step, details)
        booked = None if money is None else _book(run, session, visit, *money)
        made = {view.code: _note_promises(run, session, visit, promised)}
    _show_logged(run, [view], made, render.output.form(as_json=as_json), booked)


def _known(run: Run, ref: str) -> str:
    """The code of the client or visit; an unknown one is refused before anything else is asked."""
    with run.reading() as session:
        client, visit = services.visits.met(session, ref, run.today)
        return str(visit.code if visit else client.code)


def _whole_name(run: Run, whom: str, contact: str | None) -> str | None:
    """The whole name of a contact at the client, chosen by the person where a part of a name fits several."""

    def look(name: str) -> str:
        with run.reading() as session:
            client, _visit = services.visits.met(session, whom, run.today)
            return str(services.contacts.find(session, client, name).name)

    return None if contact is None else with_choice(contact, look)


def _log_one(run: Run, session: Any, ref: str, note: str, day: date, step: Any, details: dict[str, Any]) -> Any:
    calendar = services.work_calendar.of(session)
    client, closes = services.visits.met(session, ref, run.today)
    visit = services.visits.log(
        session, client, note, day, step, run.today, run.settings, calendar, closes=closes, **details
    )
    return visit, services.visits.view(session, visit)


def _note_promises(run: Run, session: Any, visit: Any, promised: Any) -> list[Any]:
    """Store what was promised at a visit; most visits have none and load nothing for it."""
    if not promised:
        return []
    client = services.visits.client_of(session, visit)
    return list(services.promises.add_at_visit(session, visit, client, promised, run.today))


def _money(order: str | None, receipt: str | None) -> tuple[int | None, int | None] | None:
    """The order and the money that a visit brought, if it brought any."""
    if order is None and receipt is None:
        return None
    return (
        _amount(order, _("An order needs an amount above 0.")),
        _amount(receipt, _("A receipt needs an amount above 0.")),
    )


def _amount(text: str | None, sentence: str) -> int | None:
    amount = None if text is None else amounts.parse_amount(text)
    if amount == 0:
        raise BadValue(sentence)
    return amount


def _outcome(outcome: str | None, order: str | None) -> str | None:
    """The outcome as typed; a visit that brought an order has no other."""
    if order is None:
        return outcome
    if outcome is not None and parse_word(outcome, Outcome) is not Outcome.ORDER:
        raise BadValue(
            _("A visit with --order has the outcome order, not {outcome}.").format(
                outcome=label(parse_word(outcome, Outcome), Outcome)
            ),
            hint=_("Leave one of them out."),
        )
    return Outcome.ORDER.value


def _book(run: Run, session: Any, visit: Any, order: int | None, receipt: int | None) -> Any:
    """Book what a visit brought: the order, the receipt as lists show it, and what is to be said of both.

    Raises Refused where the client's credit forbids the order.
    """
    client = services.visits.client_of(session, visit)
    made, paid = services.bookings.book_visit(session, visit, client, order, receipt, run.today, run.settings)
    view = None if paid is None else services.receipts.view(session, paid)
    told = list(render.receipts.booked_words(made, view))
    if made is not None:
        before = [part for part in services.receipts.paying(session, made) if paid is None or part[0] != paid.code]
        told += render.receipts.account_words(before, made.currency)
        told += services.credits.warnings(session, client, 0, run.today, run.settings)
    return made, view, told


def _log_lines(
    run: Run, day: date, details: dict[str, Any], given: Any, *, yes: bool, again: bool, dry_run: bool, as_json: bool
) -> None:
    """Log the visits that lines of standard input tell; a line that can't be read is named and nothing is kept."""
    logged = day_notes.log_lines(run, day, details, given, yes=yes, again=again, dry_run=dry_run, as_json=as_json)
    if logged is None:
        return
    stored, told = logged
    made = {one.view.code or "": one.promises for one in stored}
    _show_logged(run, [one.view for one in stored], made, render.output.form(as_json=as_json), as_list=True)
    for sentence in told:
        render.output.say(sentence)


def _choose_from_today(run: Run, day: date) -> str:
    """The client of one of the day's open visits, chosen by number."""
    if not on_terminal():
        raise BadValue(_("CLIENT is missing."), hint=_("Say whom you met: `sales visit log CLIENT TEXT`."))
    with run.reading() as session:
        planned = [visit for visit in services.visits.of_day(session, day) if visit.status in ("planned", "confirmed")]
    if not planned:
        raise NotFound(_("No open visit is planned for today."), hint=_("Say whom you met: `sales visit log CLIENT`."))
    choices = [(visit.code or "", _in_a_line(visit)) for visit in planned]
    return choose(_("Which visit took place?"), choices)


def _in_a_line(visit: Any) -> str:
    hour = f"{visit.planned_at:%H:%M}" if visit.planned_at else ""
    return " ".join(filter(None, (hour, visit.client.name, visit.purpose)))


def _show_logged(
    run: Run, views: list[Any], made: dict[str, list[Any]], form: Any, booked: Any = None, *, as_list: bool = False
) -> None:
    columns = [*render.visits.VISITS, *([render.visits.promised(made)] if any(made.values()) else [])]
    if booked is not None:
        columns = [*columns, *render.receipts.booked(*booked[:2])]
    if as_list:
        render.output.show_rows(views, columns, form)
    else:
        render.output.show_record(views[0], columns, form)
    for view in (view for view in views if view.on is not None):
        render.output.say(
            _("Logged {code} {client}, {day}.").format(
                code=view.code, client=view.client.name, day=dates.echo_day(view.on)
            )
        )
        _warn_of_rest_day(run, view.on)
        if view.next_on is not None:
            render.output.say(_("Next: {text}, {day}.").format(text=view.next_step, day=_day_words(view)))
            _warn_of_rest_day(run, view.next_on)
        for sentence in render.promises.made_words(made[view.code]) if made[view.code] else ():
            render.output.say(sentence)
    for sentence in () if booked is None else booked[2]:
        render.output.say(sentence)


def _count(text: str | None) -> int | None:
    return None if text is None else amounts.parse_count(text)


def _day_words(view: Any) -> str:
    """The day of the next step, with its time if it has one."""
    return dates.echo_day(view.next_on) + (f" {view.next_at:%H:%M}" if view.next_at else "")


def _warn_of_rest_day(run: Run, day: date) -> None:
    with run.reading() as session:
        if not services.work_calendar.of(session).is_working(day):
            render.output.say(_("{day} is a rest day.").format(day=dates.echo_day(day)))


@app.command(
    "plan",
    **described(
        _("Plan a visit."), "sales visit plan hzlh 明天 下午2点 --purpose 送样品", "sales visit plan hzlh 周五"
    ),
)
def plan(
    ctx: typer.Context,
    ref: Ref,
    day: Annotated[list[str], typer.Argument(metavar="DAY", help=_("The day, with or without a time."))],
    by: By = None,
    contact: Contact = None,
    purpose: Purpose = None,
    expect: Expect = None,
    materials: Materials = None,
    minutes: Minutes = None,
    kind: checklists.KindOption = None,
    confirmed: Confirmed = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    on, hour = dates.parse_day_time(" ".join(day), run.today, "coming")
    whom = with_choice(ref, lambda ref: _known(run, ref))
    details = {
        "by": by, "contact": _whole_name(run, whom, contact), "purpose": purpose, "expected": expect,
        "materials": materials, "minutes": _count(minutes), "confirmed": confirmed,
    }  # fmt: skip
    with run.writing("visit plan") as session:
        client, _visit = services.visits.met(session, whom, run.today)
        visit = services.visits.plan(session, client, on, hour, **details)
        if kind is not None:
            services.checklists.attach(session, visit, kind)
        view = services.visits.view(session, visit)
        told = services.credits.notes(services.credits.view(session, client, run.today))
    _show_planned(run, view, as_json, _("Planned {code} {client}, {day}."))
    for sentence in told:
        render.output.say(sentence)


def _show_planned(run: Run, view: Any, as_json: bool, sentence: str) -> None:
    render.output.show_record(view, render.visits.VISITS, render.output.form(as_json=as_json))
    hour = f" {view.planned_at:%H:%M}" if view.planned_at else ""
    day = dates.echo_day(view.planned_on) + hour
    render.output.say(sentence.format(code=view.code, client=view.client.name, day=day))
    if view.planned_on < run.today:
        render.output.say(_("{day} has passed.").format(day=day))
    _warn_of_rest_day(run, view.planned_on)


@app.command(
    "list",
    **described(_("List visits, of this week unless a period is given."), "sales visit list 上月 --outcome 成交"),
)
def list_(
    ctx: typer.Context,
    period: Annotated[str | None, typer.Argument(metavar="[PERIOD]", help=_("A day, week, month, …"))] = None,
    client: Annotated[
        str | None, typer.Option("--client", help=_("Only this client."), autocompletion=client_names)
    ] = None,
    status: Annotated[str | None, typer.Option("--status", help=_("Only of this status."))] = None,
    outcome: OutcomeOption = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    span = dates.parse_period("this-week" if period is None else period, run.today)

    def look(ref: str) -> Any:
        with run.reading() as session:
            found = None if client is None else services.clients.find(session, ref)
            return services.visits.listed(session, span, found, status, outcome)

    form = render.output.form(as_json=as_json, as_csv=as_csv)
    rows = with_choice(client or "", look)
    render.output.show_rows(
        rows, render.visits.VISITS, form, empty=_("No visit in {period}.").format(period=span.label)
    )


@app.command("show", **described(_("Show a visit."), "sales visit show V0012"))
def show(ctx: typer.Context, ref: VisitRef, as_json: Json = False) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            return services.visits.view(session, services.visits.find(session, ref, run.today))

    render.output.show_record(with_choice(ref, look), render.visits.VISITS, render.output.form(as_json=as_json))


@app.command("edit", **described(_("Change a visit."), "sales visit edit V0012 --confirmed --materials 样品3件"))
def edit(
    ctx: typer.Context,
    ref: VisitRef,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help=_("The day on which it took place."))] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help=_("The time."))] = None,
    by: By = None,
    contact: Contact = None,
    purpose: Purpose = None,
    expect: Expect = None,
    materials: Materials = None,
    minutes: Minutes = None,
    outcome: OutcomeOption = None,
    note: Annotated[str | None, typer.Option("--note", help=_("What happened."))] = None,
    next_: Next = None,
    next_on: NextOn = None,
    no_next: NoNext = None,
    confirmed: Confirmed = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    code = with_choice(ref, lambda ref: _visit_code(run, ref))
    details = {
        "on": None if on is None else dates.parse_day(on, run.today, "past"),
        "at": None if at is None else dates.parse_time(at), "by": by,
        "contact": _whole_name(run, code, contact), "purpose": purpose, "expected": expect, "materials": materials,
        "minutes": _count(minutes), "outcome": outcome, "note": note, "confirmed": confirmed,
        "next_step": given_step(run, next_, next_on, no_next),
    }  # fmt: skip
    view = _change(
        run,
        code,
        "visit edit",
        lambda session, visit: services.visits.edit(
            session, visit, run.today, run.settings, services.work_calendar.of(session), **details
        ),
    )
    render.output.show_record(view, render.visits.VISITS, render.output.form(as_json=as_json))
    render.output.say(_("Changed {code} {client}.").format(code=view.code, client=view.client.name))


@app.command(
    "move", **described(_("Put a planned visit on another day."), "sales visit move V0012 下周三 --reason 客户出差")
)
def move(
    ctx: typer.Context,
    ref: VisitRef,
    day: Annotated[list[str], typer.Argument(metavar="DAY", help=_("The new day, with or without a time."))],
    reason: Annotated[str | None, typer.Option("--reason", help=_("Why."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    on, hour = dates.parse_day_time(" ".join(day), run.today, "coming")
    view = _change(
        run,
        ref,
        "visit move",
        lambda session, visit: services.visits.move(session, visit, on, hour, reason),
        only_open=True,
    )
    _show_planned(run, view, as_json, _("Moved to {day}: {code} {client}."))


@app.command("cancel", **described(_("Cancel a planned visit."), "sales visit cancel V0012 --reason 客户出差"))
def cancel(
    ctx: typer.Context,
    ref: VisitRef,
    reason: Annotated[str | None, typer.Option("--reason", help=_("Why; it is asked for."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    why = given_or_asked(reason, "--reason", _("Why?"))
    view = _change(
        run, ref, "visit cancel", lambda session, visit: services.visits.cancel(session, visit, why), only_open=True
    )
    render.output.show_record(view, render.visits.VISITS, render.output.form(as_json=as_json))
    render.output.say(_("Cancelled {code} {client}.").format(code=view.code, client=view.client.name))


app.command(
    "ready",
    **described(
        _("What to prepare for a visit; tick what is ready."),
        "sales visit ready V0012",
        "sales visit ready V0012 名片 样品",
        "sales visit ready hzlh --kind hosting",
    ),
)(checklists.ready)


@app.command("remove", **described(_("Take a visit out of every list."), "sales visit remove V0012"))
def remove(ctx: typer.Context, ref: VisitRef, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            return services.visits.view(session, services.visits.find(session, ref, run.today))

    view = with_choice(ref, look)
    if not confirm(_("Remove {code} {client}?").format(code=view.code, client=view.client.name), yes=yes):
        raise typer.Exit
    with run.writing("visit remove") as session:
        visit = services.visits.find(session, view.code, run.today)
        services.visits.remove(session, visit, run.today, run.settings, services.work_calendar.of(session))
    render.output.show_record(view, render.visits.VISITS, render.output.form(as_json=as_json))
    render.output.say(_("Removed {code} {client}.").format(code=view.code, client=view.client.name))


def _visit_code(run: Run, ref: str) -> str:
    with run.reading() as session:
        return str(services.visits.find(session, ref, run.today).code)


def _change(run: Run, ref: str, command: str, work: Any, *, only_open: bool = False) -> Any:
    """Do ``work`` on the visit that ``ref`` means, and give back what became of it."""

    def change(ref: str) -> Any:
        with run.writing(command) as session:
            visit = services.visits.find(session, ref, run.today, only_open=only_open)
            return services.visits.view(session, work(session, visit))

    return with_choice(ref, change)

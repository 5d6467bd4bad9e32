"""`sales ticket …`: clients' problems, from their receipt to the client's word that they are solved."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import amounts, dates, render, services, working_hours
from salescli.cli.ask import confirm as agreed
from salescli.cli.ask import given_or_asked, with_choice
from salescli.cli.clients import Ref
from salescli.cli.completion import client_names
from salescli.cli.options import Csv, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _, _n
from salescli.service_words import Step
from salescli.slots import seasons_from
from salescli.texts import unquoted
from salescli.vocabulary import parse_word

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.models.tickets import Ticket
    from salescli.services.care.tickets import TicketView

app = group(_("Clients' problems: open, answer, the four steps, close."))

TicketRef = Annotated[str, typer.Argument(metavar="TICKET", help=_("Code, or a client with one open ticket."))]
Severity = Annotated[
    str | None,
    typer.Option("--severity", metavar="key|major|minor", help=_("How much it hurts: 重大 较大 一般; else major.")),
]
Kind = Annotated[
    str | None,
    typer.Option(
        "--kind",
        metavar="inquiry|complaint|quality|dispute|return",
        help=_("咨询 投诉 质量问题 争议 退货; a complaint unless given."),
    ),
]
Contact = Annotated[str | None, typer.Option("--contact", help=_("Who came with it."))]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help=_("The day, today unless given."))]
At = Annotated[str | None, typer.Option("--at", metavar="TIME", help=_("The time, or day and time; now unless given."))]
Promised = Annotated[
    str | None, typer.Option("--promised", metavar="DAY", help=_("The day a solution is promised for."))
]
Workaround = Annotated[str | None, typer.Option("--workaround", help=_("What helps until it is solved."))]
Improvement = Annotated[str | None, typer.Option("--improvement", help=_("What keeps it from happening again."))]
Score = Annotated[str | None, typer.Option("--score", metavar="0-100", help=_("The points the client gives."))]
By = Annotated[str | None, typer.Option("--confirmed-by", metavar="NAME", help=_("Who at the client confirmed it."))]
Confirmed = Annotated[bool, typer.Option("--confirmed", help=_("The client has confirmed that it is solved."))]


@app.command(
    "open",
    **described(
        _("Open a ticket; it says by when the client must have an answer."),
        "sales ticket open hzlh 液压站漏油停机 --severity key --kind quality",
        "sales ticket open 蓝海 发票抬头错了 --severity 一般 --at 昨天下午4点 --contact 张工",
    ),
)
def open_(
    ctx: typer.Context,
    client: Ref,
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help=_("What is wrong; no quotes needed."))],
    severity: Severity = None,
    kind: Kind = None,
    on: On = None,
    at: At = None,
    contact: Contact = None,
    promised: Promised = None,
    workaround: Workaround = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    whom = with_choice(client, lambda ref: _client_code(run, ref))
    details: dict[str, Any] = {
        "severity": severity,
        "kind": kind,
        "contact": _whole_name(run, whom, contact),
        "received_at": _moment(run, on, at),
        "promised_by": _day(run, promised),
        "workaround": workaround,
    }
    with run.writing("ticket open") as session:
        rules = run.now, run.settings, services.work_calendar.of(session)
        whose = services.clients.find(session, whom)
        ticket = services.tickets.add(session, whose, unquoted(" ".join(text)), *rules, **details)
        view = services.tickets.view(session, ticket, *rules)
    render.tickets.show(view, render.output.form(as_json=as_json))
    _say(_("Opened {code} {client}, received {moment}."), view, view.received_at)
    render.tickets.say_due(view)


def _client_code(run: Run, ref: str) -> str:
    with run.reading() as session:
        return str(services.clients.find(session, ref).code)


def _whole_name(run: Run, client: str, contact: str | None) -> str | None:
    """The whole name of a contact at the client, chosen by the person where a part of a name fits several."""

    def look(name: str) -> str:
        with run.reading() as session:
            return str(services.contacts.find(session, services.clients.find(session, client), name).name)

    return None if contact is None else with_choice(contact, look)


def _moment(run: Run, on: str | None, at: str | None) -> datetime | None:
    """The moment of ``--on`` and ``--at``; on an earlier day without a time, the start of its hours."""
    day = None if on is None else dates.parse_day(on, run.today, "past")
    hour: time | None = None
    if at is not None:
        try:
            hour = dates.parse_time(at)
        except BadValue:
            if day is not None:
                raise
            day, hour = dates.parse_day_time(at, run.today, "past")
    if day is None and hour is None:
        return None
    if hour is None and day in (None, run.today):
        return run.now
    day = day or run.today
    hour = hour or working_hours.opening(day, seasons_from(run.settings.under("slots")))
    return datetime.combine(day, hour).astimezone()


def _day(run: Run, text: str | None) -> date | None:
    return None if text is None else dates.parse_day(text, run.today, "coming")


def _points(text: str | None) -> int | None:
    return None if text is None else amounts.parse_hundred(text)


def _say(sentence: str, view: "TicketView", moment: datetime | None = None) -> None:
    render.output.say(
        sentence.format(
            code=view.code,
            client=view.client.name,
            moment="" if moment is None else render.tickets.moment_words(moment),
            waits=render.tickets.countdown(view),
        )
    )


@app.command(
    "list",
    **described(
        _("List the tickets: overdue first, then those to answer, the closed ones last."),
        "sales ticket list --open",
        "sales ticket list --client hzlh",
        "sales ticket list --overdue",
        "sales ticket list --state 处理中",
    ),
)
def list_(
    ctx: typer.Context,
    only_open: Annotated[bool, typer.Option("--open", help=_("Only those not closed."))] = False,
    client: Annotated[
        str | None, typer.Option("--client", help=_("Only this client."), autocompletion=client_names)
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            metavar="open|responded|solving|fed_back|confirmed|closed",
            help=_("Only of this status."),
        ),
    ] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help=_("Only those whose answer or promised solution is overdue."))
    ] = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> "list[TicketView]":
        with run.reading() as session:
            whose = None if client is None else services.clients.find(session, ref)
            wanted = services.tickets.Filter(only_open, whose, state, overdue)
            return services.tickets.listed(session, wanted, run.now, run.settings, services.work_calendar.of(session))

    found = with_choice(client or "", look)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.tickets.show_list(found, form, empty=_("No ticket matches."))
    late = sum(ticket.overdue for ticket in found)
    if form == "screen" and late:
        render.output.say(_n("{count} ticket is overdue.", "{count} tickets are overdue.", late).format(count=late))


@app.command("show", **described(_("Show a ticket and the steps taken."), "sales ticket show T0012"))
def show(ctx: typer.Context, ref: TicketRef, as_json: Json = False) -> None:
    view = with_choice(ref, lambda ref: _view(Run.of(ctx), ref))
    render.tickets.show_with_steps(view, render.output.form(as_json=as_json))


def _view(run: Run, ref: str) -> "TicketView":
    with run.reading() as session:
        rules = run.now, run.settings, services.work_calendar.of(session)
        return services.tickets.view(session, services.tickets.find(session, ref), *rules)


@app.command(
    "respond",
    **described(
        _("Note that the client has an answer; the first step does so too."),
        "sales ticket respond hzlh --at 14:20 --workaround 先用备用泵 --promised 周五",
    ),
)
def respond(
    ctx: typer.Context,
    ref: TicketRef,
    on: On = None,
    at: At = None,
    workaround: Workaround = None,
    promised: Promised = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    moment = _moment(run, on, at) or run.now
    details: dict[str, Any] = {"workaround": workaround, "promised_by": _day(run, promised)}
    view = _change(
        run,
        ref,
        "ticket respond",
        lambda session, ticket, *rules: services.tickets.respond(session, ticket, moment, *rules, **details),
        as_json,
    )
    _say(_("{code} {client}: answered {moment}."), view, view.responded_at)
    _say_used(view)


def _say_used(view: "TicketView") -> None:
    assert view.minutes_used is not None
    assert view.minutes_used_clock is not None
    said = (
        _("That is late: after {hours} of working time, {clock} by the clock.")
        if view.late
        else _("In time: after {hours} of working time, {clock} by the clock.")
    )
    words = render.tickets.minutes_words
    render.output.say(said.format(hours=words(view.minutes_used), clock=words(view.minutes_used_clock)))


@app.command(
    "step",
    **described(
        _("Note one of the four steps, in their order: listen, understand, solve, feed_back."),
        "sales ticket step hzlh listen 泵房漏油，停机两小时",
        "sales ticket step T0012 解决 更换密封圈 --at 15:30 --promised 周五",
    ),
)
def step(
    ctx: typer.Context,
    ref: TicketRef,
    step: Annotated[str, typer.Argument(metavar="listen|understand|solve|feed_back", help=_("The step taken."))],
    note: Annotated[list[str], typer.Argument(metavar="NOTE", help=_("What came of it; no quotes needed."))],
    on: On = None,
    at: At = None,
    workaround: Workaround = None,
    promised: Promised = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    taken = parse_word(step, Step)
    moment = _moment(run, on, at) or run.now
    told = unquoted(" ".join(note))
    details: dict[str, Any] = {"workaround": workaround, "promised_by": _day(run, promised)}
    view = _change(
        run,
        ref,
        "ticket step",
        lambda session, ticket, *rules: services.tickets.step(session, ticket, taken, told, moment, *rules, **details),
        as_json,
    )
    _say(_("Noted for {code} {client}; {waits}."), view)
    if len(view.steps) == 1 and view.responded_at == view.steps[0].at:
        _say_used(view)


@app.command(
    "confirm",
    **described(
        _("Note that the client has confirmed the solution, without closing yet."),
        "sales ticket confirm hzlh --by 张工 --score 90",
    ),
)
def confirm(
    ctx: typer.Context,
    ref: TicketRef,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help=_("Who at the client confirmed it."))] = None,
    score: Score = None,
    as_json: Json = False,
) -> None:
    points = _points(score)
    view = _change(
        Run.of(ctx),
        ref,
        "ticket confirm",
        lambda session, ticket, now, *_rules: services.tickets.confirm(session, ticket, now, by, points),
        as_json,
    )
    _say(_("{code} {client}: confirmed {moment}."), view, view.confirmed_at)


@app.command(
    "close",
    **described(
        _("Close a ticket; the client must have confirmed that it is solved."),
        "sales ticket close hzlh --confirmed-by 张工 --score 90",
        "sales ticket close T0012 --confirmed --improvement 每月巡检密封圈",
    ),
)
def close(
    ctx: typer.Context,
    ref: TicketRef,
    by: By = None,
    confirmed: Confirmed = False,
    score: Score = None,
    improvement: Improvement = None,
    as_json: Json = False,
) -> None:
    details: dict[str, Any] = {"score": _points(score), "improvement": improvement}

    def work(session: "Session", ticket: "Ticket", *rules: Any) -> "Ticket":
        if by is not None or confirmed:
            services.tickets.confirm(session, ticket, rules[0], by)
        services.tickets.close(session, ticket, rules[0])
        return services.tickets.edit(session, ticket, *rules, **details)

    view = _change(Run.of(ctx), ref, "ticket close", work, as_json)
    _say(_("Closed {code} {client}."), view)


@app.command(
    "reopen",
    **described(
        _("Open a closed ticket again; the four steps begin anew."), "sales ticket reopen T0012 --reason 又漏油了"
    ),
)
def reopen(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="TICKET", help=_("Code, or a client with one ticket."))],
    reason: Annotated[str | None, typer.Option("--reason", help=_("Why; it is asked for."))] = None,
    on: On = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    moment = _moment(run, on, at) or run.now
    why = given_or_asked(reason, "--reason", _("Why?"))
    view = _change(
        run,
        ref,
        "ticket reopen",
        lambda session, ticket, now, *_rules: services.tickets.reopen(session, ticket, why, moment, now),
        as_json,
        closed=True,
    )
    _say(_("Open again: {code} {client}; {waits}."), view)


@app.command(
    "edit",
    **described(_("Change what a ticket says."), "sales ticket edit T0012 --severity key --promised 周五"),
)
def edit(
    ctx: typer.Context,
    ref: TicketRef,
    text: Annotated[str | None, typer.Option("--text", help=_("What is wrong."))] = None,
    severity: Annotated[
        str | None,
        typer.Option("--severity", metavar="key|major|minor", help=_("How much it hurts: 重大 较大 一般.")),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind", metavar="inquiry|complaint|quality|dispute|return", help=_("咨询 投诉 质量问题 争议 退货.")
        ),
    ] = None,
    on: On = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help=_("When it came: the time, or day and time."))
    ] = None,
    contact: Contact = None,
    promised: Promised = None,
    workaround: Workaround = None,
    score: Score = None,
    improvement: Improvement = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    if contact is not None:
        asked = with_choice(ref, lambda ref: _view(run, ref))
        ref, contact = asked.code, _whole_name(run, asked.client.code, contact)
    details: dict[str, Any] = {
        "text": text,
        "severity": severity,
        "kind": kind,
        "received_at": _moment(run, on, at),
        "contact": contact,
        "promised_by": _day(run, promised),
        "workaround": workaround,
        "score": _points(score),
        "improvement": improvement,
    }
    if all(value is None for value in details.values()):
        raise BadValue(
            _("Nothing to change was given."),
            hint=_("`{command} --help` shows how.").format(command="sales ticket edit"),
        )
    view = _change(
        run,
        ref,
        "ticket edit",
        lambda session, ticket, *rules: services.tickets.edit(session, ticket, *rules, **details),
        as_json,
    )
    _say(_("Changed {code} {client}."), view)
    if view.minutes_left is not None:
        render.tickets.say_due(view)


@app.command("remove", **described(_("Take a ticket out of every list."), "sales ticket remove T0012"))
def remove(ctx: typer.Context, ref: TicketRef, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)
    view = with_choice(ref, lambda ref: _view(run, ref))
    question = _("Remove {code} {client}, {text}?")
    if not agreed(question.format(code=view.code, client=view.client.name, text=amounts.excerpt(view.text)), yes=yes):
        raise typer.Exit
    with run.writing("ticket remove") as session:
        services.tickets.remove(session, services.tickets.find(session, view.code))
    render.tickets.show(view, render.output.form(as_json=as_json))
    _say(_("Removed {code} {client}."), view)


def _change(
    run: Run,
    ref: str,
    command: str,
    work: "Callable[..., Ticket]",
    as_json: bool,
    *,
    closed: bool = False,
) -> "TicketView":
    """Do ``work`` on the ticket that ``ref`` means, and show what became of it."""

    def change(ref: str) -> Any:
        with run.writing(command) as session:
            rules = run.now, run.settings, services.work_calendar.of(session)
            ticket = work(session, services.tickets.find(session, ref, closed=closed), *rules)
            return services.tickets.view(session, ticket, *rules)

    view: TicketView = with_choice(ref, change)
    render.tickets.show(view, render.output.form(as_json=as_json))
    return view

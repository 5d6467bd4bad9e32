"""`sales visit …` and `sales log`: what happened at clients, and what is planned."""

import sys
from datetime import date, time
from typing import Annotated, Any

import typer

from salescli import dates, render, services
from salescli.cli.ask import ask, choose, confirm, given_or_asked, with_choice
from salescli.cli.clients import Ref
from salescli.cli.options import Csv, Json, Yes, described, group, on_terminal
from salescli.cli.run import Run
from salescli.errors import BadValue, NotFound, in_line
from salescli.i18n import _
from salescli.texts import unquoted

app = group(_("Visits and follow-ups: log, plan, move."))

VisitRef = Annotated[str, typer.Argument(metavar="VISIT", help=_("Code, or a client with one visit that day."))]
By = Annotated[str | None, typer.Option("--by", metavar="visit|phone|wechat|email|meeting|demo", help=_("Channel."))]
Contact = Annotated[str | None, typer.Option("--contact", help=_("Whom you met."))]
Purpose = Annotated[str | None, typer.Option("--purpose", help=_("What for."))]
Expect = Annotated[str | None, typer.Option("--expect", help=_("The result you expect."))]
Materials = Annotated[str | None, typer.Option("--materials", help=_("What to bring."))]
Minutes = Annotated[int | None, typer.Option("--minutes", metavar="N", help=_("How long, in minutes."))]
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
Confirmed = Annotated[bool, typer.Option("--confirmed", help=_("The client has agreed to the appointment."))]


@app.command(
    "log",
    **described(
        _("Log a contact. Without a client it numbers today's visits; `-` reads lines from standard input."),
        "sales visit log hzlh 见张工，要3月报价 --outcome 有意向 --next 报价@下周三",
        "sales log 蓝海 电话确认规格 --by phone --no-next 等对方消息",
    ),
)
def log(
    ctx: typer.Context,
    client: Annotated[str | None, typer.Argument(metavar="[CLIENT]", help=_("The client, or `-`."))] = None,
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
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day = dates.parse_day(on, run.today, "past") if on else run.today
    details = {
        "by": by, "contact": contact, "purpose": purpose, "outcome": outcome, "minutes": minutes,
        "at": dates.parse_time(at) if at else None,
    }  # fmt: skip
    if client == "-":
        _log_lines(run, day, details, next_, next_on, no_next, as_json)
        return
    if client is None:
        client = _choose_from_today(run, day)
    note = unquoted(" ".join(text or ()))
    if not note and on_terminal():
        note = ask(_("What happened?"))
    with_choice(client, lambda ref: _check_client(run, ref))
    step = _next_step(run, next_, next_on, no_next, client, day)
    views = [with_choice(client, lambda ref: _log_one(run, ref, note, day, step, details))]
    _show_logged(run, views, as_json)


def _check_client(run: Run, ref: str) -> str:
    """The client's code; an unknown client is refused before anything else is asked."""
    with run.reading() as session:
        return services.clients.find(session, ref).code


def _log_one(run: Run, ref: str, note: str, day: date, step: Any, details: dict[str, Any]) -> Any:
    with run.writing("visit log") as session:
        calendar = services.work_calendar.of(session)
        client = services.clients.find(session, ref)
        visit = services.visits.log(session, client, note, day, step, run.today, run.settings, calendar, **details)
        return services.visits.view(session, visit)


def _log_lines(
    run: Run,
    day: date,
    details: dict[str, Any],
    next_: str | None,
    next_on: str | None,
    no_next: str | None,
    as_json: bool,
) -> None:
    """Log every line of standard input in one transaction; a line that can't be read is named and nothing is kept."""
    lines = [(number, line) for number, line in enumerate(sys.stdin.read().splitlines(), start=1) if line.strip()]
    if not lines:
        raise BadValue(
            _("There is nothing on standard input."), hint=_("Give a line a visit: CLIENT TEXT 下一步 TEXT@DAY.")
        )
    given = _given_step(run, next_, next_on, no_next)
    views = []
    with run.writing("visit log") as session:
        calendar = services.work_calendar.of(session)
        for number, text in lines:
            with in_line(number):
                line = services.visit_lines.read_line(text, run.today)
                step = line.next_step or given
                if step is None:
                    raise BadValue(
                        _("It has no next step."), hint=_("End it with TEXT@DAY, or give --no-next REASON for all.")
                    )
                client = services.clients.find(session, line.client)
                told = {**details, "outcome": line.outcome or details["outcome"]}
                visit = services.visits.log(
                    session, client, line.note, day, step, run.today, run.settings, calendar, **told
                )
                views.append(services.visits.view(session, visit))
    _show_logged(run, views, as_json, as_list=True)


def _choose_from_today(run: Run, day: date) -> str:
    """The client of one of the day's open visits, chosen by number."""
    if not on_terminal():
        raise BadValue(_("CLIENT is missing."), hint=_("Say whom you met: `sales visit log CLIENT TEXT`."))
    with run.reading() as session:
        planned = [visit for visit in services.visits.of_day(session, day) if visit.status in ("planned", "confirmed")]
    if not planned:
        raise NotFound(_("No open visit is planned for today."), hint=_("Say whom you met: `sales visit log CLIENT`."))
    choices = [(visit.client.code, f"{visit.client.name} {visit.purpose or ''}".strip()) for visit in planned]
    return choose(_("Which visit took place?"), choices)


def _given_step(run: Run, next_: str | None, next_on: str | None, no_next: str | None) -> Any:
    """The next step given by options; ``None`` when none is given."""
    if (next_ or next_on) and no_next:
        raise BadValue(_("Give --next or --no-next, not both."))
    if no_next is not None:
        return services.visits.NextStep(none_because=no_next)
    if next_ is None and next_on is None:
        return None
    if next_ is None:
        raise BadValue(_("--next is missing."), hint=_("--next-on gives its day, --next its text."))
    if next_on is not None:
        return services.visits.NextStep(next_, dates.parse_day(next_on, run.today, "coming"))
    return services.visit_lines.parse_next(next_, run.today)


def _next_step(run: Run, next_: str | None, next_on: str | None, no_next: str | None, client: str, day: date) -> Any:
    """The next step given by options, else asked for: Enter takes the day of the client's rhythm."""
    step = _given_step(run, next_, next_on, no_next)
    if step is not None:
        return step
    if not on_terminal():
        raise BadValue(
            _("--next or --no-next is missing."),
            hint=_("Every visit ends in a next step TEXT@DAY, or a reason for none."),
        )
    with run.reading() as session:
        found = services.clients.find(session, client)
        rhythm = services.cadence.day_after(found, day, run.settings)
    text = ask(_("Next step"), default=_("contact again"))
    asked = ask(_("On which day"), default=rhythm.isoformat() if rhythm else "")
    return services.visits.NextStep(text, dates.parse_day(asked, run.today, "coming"))


def _show_logged(run: Run, views: list[Any], as_json: bool, *, as_list: bool = False) -> None:
    form = render.output.form(as_json=as_json)
    if as_list:
        render.output.show_rows(views, render.visits.VISITS, form)
    else:
        render.output.show_record(views[0], render.visits.VISITS, form)
    for view in views:
        render.output.say(
            _("Logged {code} {client}, {day}.").format(
                code=view.code, client=view.client.name, day=dates.echo_day(view.on)
            )
        )
        if view.next_on is not None:
            render.output.say(_("Next: {text}, {day}.").format(text=view.next_step, day=dates.echo_day(view.next_on)))
            _warn_of_rest_day(run, view.next_on)


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
    day: Annotated[str, typer.Argument(metavar="DAY", help=_("The day, with or without a time."))],
    at: Annotated[str | None, typer.Argument(metavar="[TIME]", help=_("The time."))] = None,
    by: By = None,
    contact: Contact = None,
    purpose: Purpose = None,
    expect: Expect = None,
    materials: Materials = None,
    minutes: Minutes = None,
    confirmed: Confirmed = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    on, hour = _day_and_time(run, day, at)
    details = {
        "by": by, "contact": contact, "purpose": purpose, "expected": expect, "materials": materials,
        "minutes": minutes, "confirmed": confirmed,
    }  # fmt: skip

    def work(ref: str) -> Any:
        with run.writing("visit plan") as session:
            visit = services.visits.plan(session, services.clients.find(session, ref), on, hour, **details)
            return services.visits.view(session, visit)

    _show_planned(run, with_choice(ref, work), as_json, _("Planned {code} {client}, {day}."))


def _day_and_time(run: Run, day: str, at: str | None) -> tuple[date, time | None]:
    on, hour = dates.parse_day_time(day, run.today, "coming")
    return on, dates.parse_time(at) if at else hour


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
    client: Annotated[str | None, typer.Option("--client", help=_("Only this client."))] = None,
    status: Annotated[str | None, typer.Option("--status", help=_("Only of this status."))] = None,
    outcome: OutcomeOption = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    span = dates.parse_period(period or "this-week", run.today)

    def look(ref: str) -> Any:
        with run.reading() as session:
            found = services.clients.find(session, ref) if ref else None
            return services.visits.listed(session, span, found, status or "", outcome or "")

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
    details = {
        "at": dates.parse_time(at) if at else None, "by": by, "contact": contact, "purpose": purpose,
        "expected": expect, "materials": materials, "minutes": minutes, "outcome": outcome, "note": note,
        "next_step": _given_step(run, next_, next_on, no_next), "confirmed": confirmed,
    }  # fmt: skip
    view = _change(
        run,
        ref,
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
    day: Annotated[str, typer.Argument(metavar="DAY", help=_("The new day, with or without a time."))],
    reason: Annotated[str | None, typer.Option("--reason", help=_("Why."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    on, hour = _day_and_time(run, day, None)
    view = _change(
        run, ref, "visit move", lambda session, visit: services.visits.move(session, visit, on, hour, reason)
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
    view = _change(run, ref, "visit cancel", lambda session, visit: services.visits.cancel(session, visit, why))
    render.output.show_record(view, render.visits.VISITS, render.output.form(as_json=as_json))
    render.output.say(_("Cancelled {code} {client}.").format(code=view.code, client=view.client.name))


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


def _change(run: Run, ref: str, command: str, work: Any) -> Any:
    """Do ``work`` on the visit that ``ref`` means, and give back what became of it."""

    def change(ref: str) -> Any:
        with run.writing(command) as session:
            return services.visits.view(session, work(session, services.visits.find(session, ref, run.today)))

    return with_choice(ref, change)

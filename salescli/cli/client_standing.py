"""`sales client credit` and `sales client grade`: how far a client is trusted, and its class with the numbers."""

from typing import Annotated

import typer

from salescli import render, services
from salescli.amounts import parse_amount, parse_count
from salescli.cli.options import Csv, Json
from salescli.cli.run import Run
from salescli.dates import parse_day
from salescli.errors import BadValue
from salescli.i18n import _, _n
from salescli.vocabulary import CreditState, Grade, parse_word


def credit(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help=_("Code, name, pinyin or initials."))],
    limit: Annotated[
        str | None, typer.Option("--limit", metavar="AMOUNT", help=_("The most it may owe: 50万."))
    ] = None,
    days: Annotated[str | None, typer.Option("--days", metavar="N", help=_("Days it has to pay."))] = None,
    grade: Annotated[str | None, typer.Option("--grade", help=_("The credit grade: AAA, 良 …"))] = None,
    state: Annotated[
        str | None, typer.Option("--state", metavar="normal|watch|hold|stop", help=_("How far it is trusted."))
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help=_("What the risk is."))] = None,
    review: Annotated[str | None, typer.Option("--review", metavar="DAY", help=_("When to look at it again."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    fields = {
        "credit_limit": None if limit is None else parse_amount(limit),
        "days": None if days is None else parse_count(days.strip().removesuffix("天")),
        "grade": grade,
        "state": None if state is None else parse_word(state, CreditState).value,
        "risk_note": note,
        "review_on": None if review is None else parse_day(review, run.today, "coming"),
    }
    given = {name: value for name, value in fields.items() if value is not None}
    with run.writing("client credit") if given else run.reading() as session:
        client = services.clients.find(session, ref)
        if given:
            services.credits.change(session, client, **given)
        view = services.credits.view(session, client, run.today)
    render.output.show_record(view, render.standing.CREDIT, render.output.form(as_json=as_json))


def grade(
    ctx: typer.Context,
    ref: Annotated[str | None, typer.Argument(metavar="[REF]", help=_("One client; all of them unless given."))] = None,
    explain: Annotated[bool, typer.Option("--explain", help=_("Show the rule and every number."))] = False,
    apply: Annotated[bool, typer.Option("--apply", help=_("Give the clients the classes worked out."))] = False,
    decide: Annotated[
        str | None, typer.Option("--set", metavar="A|B|C", help=_("Set the class by hand, above the rule."))
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help=_("Why it is set by hand."))] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help=_("Until when it stands."))] = None,
    potential: Annotated[
        str | None, typer.Option("--potential", metavar="1-5", help=_("What it could buy, from 1 to 5."))
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    _refuse_loose_options(ref, decide, reason, until, potential)
    day = None if until is None else parse_day(until, run.today, "coming")
    mark = None if decide is None else parse_word(decide, Grade)
    guess = None if potential is None else parse_count(potential)
    with run.writing("client grade") if apply or mark or guess is not None else run.reading() as session:
        calendar = services.work_calendar.of(session)
        only = None if ref is None else [services.clients.find(session, ref)]
        for client in only or ():
            if guess is not None:
                services.gradings.set_potential(session, client, guess)
            if mark is not None and reason is not None:
                services.gradings.decide(session, client, mark, reason, day, run.today, run.settings, calendar)
        views = services.gradings.worked_out(session, run.today, run.settings, only)
        if apply:
            changed = services.gradings.apply(session, views, run.today, run.settings, calendar)
            codes = {view.client.code for view in changed} | {lapsed.client.code for lapsed in run.lapsed}
            views = services.gradings.worked_out(session, run.today, run.settings, only)
            views = [view for view in views if view.client.code in codes] if ref is None else views
        rule = services.gradings.Rule.of(run.settings)
    render.standing.show_gradings(views, rule, render.output.form(as_json=as_json, as_csv=as_csv), explain=explain)
    if apply:
        count = len(codes)
        render.output.say(
            _n("{count} client has a new class.", "{count} clients have a new class.", count).format(count=count)
        )


def _refuse_loose_options(ref: str | None, decide: str | None, reason: str | None, *more: str | None) -> None:
    if ref is None and any(option is not None for option in (decide, reason, *more)):
        raise BadValue(_("Say which client: `sales client grade REF --set A --reason TEXT`."))
    if (decide is None) != (reason is None):
        raise BadValue(_("A class set by hand needs --set and --reason."))

"""`sales client brief` and `sales client timeline`: the page before a visit, and the whole story of a client."""

from typing import Annotated, Any

import typer

from salescli import dates, render, services
from salescli.cli.ask import given_or_asked, with_choice
from salescli.cli.completion import client_names
from salescli.cli.options import Csv, Json, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _

app = group(_("The page before a visit, and the story of a client."))

_SORTS = ("oldest", "newest")


@app.command(
    "brief",
    **described(
        _("The page before a visit: who, promised, owed, open, bought, what to ask."),
        "sales client brief hzlh",
        "sales brief 蓝海 --text",
        "sales client brief --all-today",
        "sales client brief --day 明天",
    ),
)
def brief(
    ctx: typer.Context,
    ref: Annotated[
        str | None,
        typer.Argument(
            metavar="[CLIENT]", help=_("Code, name, part of it, or pinyin initials."), autocompletion=client_names
        ),
    ] = None,
    all_today: Annotated[
        bool, typer.Option("--all-today", help=_("A page for each of today's visits, in the plan's order."))
    ] = False,
    day: Annotated[str | None, typer.Option("--day", metavar="DAY", help=_("A page for each visit of a day."))] = None,
    text: Annotated[bool, typer.Option("--text", help=_("As text to paste into WeChat or DingTalk."))] = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    if all_today or day is not None:
        if ref is not None or (all_today and day is not None):
            raise BadValue(_("Give a client, --all-today or --day, one of them."))
        render.briefs.show_pages(_pages(run, day or "today"), as_json=as_json, text=text)
        return

    def look(ref: str) -> Any:
        with run.reading() as session:
            client = services.clients.find(session, ref)
            return services.briefs.of(
                session, client, run.now, run.settings, lambda: services.work_calendar.of(session)
            )

    found = with_choice(given_or_asked(ref, _("CLIENT or --all-today"), _("Client")), look)
    render.briefs.show(found, as_json=as_json, text=text)


def _pages(run: Run, words: str) -> Any:
    day = dates.parse_day(words, run.today, "coming")
    with run.reading() as session:
        calendar = services.work_calendar.of(session)
        plan = services.day_plans.plan(session, day, run.now, run.settings, calendar)
        pages = services.briefs.of_stops(session, plan.visits, run.now, run.settings, lambda: calendar)
    if not pages:
        render.output.say(_("No visit is left on {day}.").format(day=dates.echo_day(day)))
    return pages


@app.command(
    "timeline",
    **described(
        _("The whole story of a client: visits, promises, problems, deals, orders, money."),
        "sales client timeline hzlh",
        "sales client timeline 蓝海 2026-Q4 --kind order --kind receipt",
        "sales client timeline 蓝海 --sort newest --csv",
    ),
)
def timeline(
    ctx: typer.Context,
    ref: Annotated[
        str,
        typer.Argument(
            metavar="CLIENT", help=_("Code, name, part of it, or pinyin initials."), autocompletion=client_names
        ),
    ],
    period: Annotated[
        list[str] | None, typer.Argument(metavar="[PERIOD]", help=_("Only this period; all of it unless given."))
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help=_("Only what is of this kind (visit, order, 拜访 …); repeatable.")),
    ] = None,
    sort: Annotated[str, typer.Option("--sort", metavar="oldest|newest", help=_("What comes first."))] = "oldest",
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    span = dates.parse_period(" ".join(period), run.today) if period else None
    kinds = services.timelines.parse_kinds(kind or ())
    if sort not in _SORTS:
        raise BadValue(
            _("“{text}” is not an order of events.").format(text=sort),
            hint=_("Use one of: {allowed}.").format(allowed=_(", ").join(_SORTS)),
        )

    def look(ref: str) -> Any:
        with run.reading() as session:
            client = services.clients.find(session, ref)
            return services.timelines.of(session, client, run.settings, span, kinds)

    events = with_choice(ref, look)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.timelines.show_list(events if sort == "oldest" else events[::-1], form)

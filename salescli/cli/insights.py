"""`sales insight …`: market information, the size of the market, and the report of both."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import amounts, dates, render, services
from salescli.cli.ask import confirm, with_choice
from salescli.cli.changing import changed
from salescli.cli.completion import client_names
from salescli.cli.options import Csv, Force, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _, _n

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.models.market import Insight
    from salescli.services.market.insights import InsightView

app = group(_("Market information: add, list, report; the size of the market."))

InsightRef = Annotated[str, typer.Argument(metavar="INSIGHT", help=_("Code, or a client with one new insight."))]
Kind = Annotated[
    str | None,
    typer.Option(
        "--kind",
        metavar="KIND",
        help=_(
            "demand, price, new_product, promotion, channel, policy, opinion, suggestion, problem; also 价格, 新品 …"
        ),
    ),
]
Competitor = Annotated[str | None, typer.Option("--competitor", help=_("Whom it is about; made if unknown."))]
At = Annotated[
    str | None, typer.Option("--at", metavar="CLIENT|PLACE", help=_("Where it was heard: a client, else a place."))
]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help=_("The day, today unless given."))]
Importance = Annotated[
    str | None, typer.Option("--importance", metavar="high|normal|low", help=_("How important it is."))
]
Confidence = Annotated[
    str | None, typer.Option("--confidence", metavar="high|normal|low", help=_("How sure it is."))
]  # fmt: skip
Impact = Annotated[str | None, typer.Option("--impact", help=_("What it means for us."))]
Suggest = Annotated[str | None, typer.Option("--suggest", help=_("What we should do."))]


@app.command(
    "add",
    **described(
        _("Add a piece of market information; one line is enough."),
        "sales insight add 甲厂X200降到860",
        "sales insight add 甲厂X200降到860 --competitor 甲厂 --kind price --at 蓝海",
        "sales insight add 开发区要补贴技改 --at 滨江展会 --suggest 尽快报备",
    ),
)
def add(
    ctx: typer.Context,
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help=_("What was heard or seen; no quotes needed."))],
    competitor: Competitor = None,
    kind: Kind = None,
    at: At = None,
    on: On = None,
    importance: Importance = None,
    confidence: Confidence = None,
    impact: Impact = None,
    suggest: Suggest = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day = run.today if on is None else _past_day(run, on)
    details = _details(competitor, kind, at, importance, confidence, impact, suggest)
    with run.writing("insight add") as session:
        known = {one.name for one in services.competitors.listed(session)}
        insight = services.insights.add(session, " ".join(text), day, **details)
        view = services.insights.view(session, insight)
        missing = services.insights.missing_kinds(session, *_month_of(run))
    render.output.show_record(view, render.market.INSIGHTS, render.output.form(as_json=as_json))
    _say_understood(view, guessed=kind is None, new=view.competitor is not None and view.competitor not in known)
    if missing:
        kinds = render.market.kinds_words([one.value for one in missing])
        render.output.say(_("Still without an entry this month: {kinds}.").format(kinds=kinds))


def _past_day(run: Run, text: str) -> Any:
    """A day that has come; BadValue for one that hasn't."""
    day = dates.parse_day(text, run.today, "past")
    if day > run.today:
        raise BadValue(_("{day} has not come yet.").format(day=dates.echo_day(day)))
    return day


def _month_of(run: Run) -> tuple[Any, Any]:
    month = dates.Period.month_of(run.today)
    return month.begin, month.end


def _details(*given: str | None) -> dict[str, Any]:
    """The details of :func:`add` and :func:`edit`, by the names that the service takes."""
    names = ("competitor", "kind", "at", "importance", "confidence", "impact", "suggestion")
    return dict(zip(names, given, strict=True))


def _say_understood(view: "InsightView", *, guessed: bool, new: bool) -> None:
    """Say what was made of a line: kind, day, where, and who was not known before."""
    kind = render.market.kind_words(view.kind)
    sentence = _("Added {code}, {day}, taken as: {kind}.") if guessed else _("Added {code}, {day}: {kind}.")
    render.output.say(sentence.format(code=view.code, day=dates.echo_day(view.seen_on), kind=kind))
    if guessed and view.guessed:
        render.output.say(
            _("No word tells its kind, so this is a guess; `sales insight edit {code} --kind KIND` settles it.").format(
                code=view.code
            )
        )
    if view.client is not None:
        render.output.say(_("Heard at {code} {client}.").format(code=view.client.code, client=view.client.name))
    if view.seen_at is not None:
        render.output.say(_("“{place}” is no client; it is kept as the place.").format(place=view.seen_at))
    if new:
        render.output.say(
            _("{name} is a new competitor: `sales competitor note` compares it with us.").format(name=view.competitor)
        )
    elif view.competitor is not None:
        render.output.say(_("About {name}.").format(name=view.competitor))


@app.command(
    "list",
    **described(
        _("List market information, all of it unless a period is given."),
        "sales insight list 本月",
        "sales insight list --kind 价格 --competitor 甲厂",
        "sales insight list --client 蓝海 --csv",
    ),
)
def list_(
    ctx: typer.Context,
    period: Annotated[str | None, typer.Argument(metavar="[PERIOD]", help=_("A day, week, month, …"))] = None,
    kind: Kind = None,
    competitor: Annotated[str | None, typer.Option("--competitor", help=_("Only of this competitor."))] = None,
    client: Annotated[
        str | None, typer.Option("--client", help=_("Only this client."), autocompletion=client_names)
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    span = None if period is None else dates.parse_period(period, run.today)

    def look(ref: str) -> Any:
        with run.reading() as session:
            whose = None if client is None else services.clients.find(session, ref)
            begin, end = (None, None) if span is None else (span.begin, span.end)
            wanted = services.insights.Filter(begin, end, kind, competitor, whose)
            return services.insights.listed(session, wanted)

    rows = with_choice(client or "", look)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.market.show_list(rows, form, empty=_("No market information matches."))


@app.command("show", **described(_("Show a piece of market information."), "sales insight show I0012"))
def show(ctx: typer.Context, ref: InsightRef, as_json: Json = False) -> None:
    run = Run.of(ctx)
    render.output.show_record(_seen(run, ref), render.market.INSIGHTS, render.output.form(as_json=as_json))


def _seen(run: Run, ref: str) -> "InsightView":
    def look(ref: str) -> Any:
        with run.reading() as session:
            return services.insights.view(session, services.insights.find(session, ref))

    view: InsightView = with_choice(ref, look)
    return view


@app.command(
    "edit",
    **described(
        _("Change a piece of market information."),
        "sales insight edit I0012 --text 甲厂X200降到850",
        "sales insight edit I0012 --kind 促销 --importance 高",
    ),
)
def edit(
    ctx: typer.Context,
    ref: InsightRef,
    text: Annotated[str | None, typer.Option("--text", help=_("What was heard or seen."))] = None,
    competitor: Competitor = None,
    kind: Kind = None,
    at: At = None,
    on: On = None,
    importance: Importance = None,
    confidence: Confidence = None,
    impact: Impact = None,
    suggest: Suggest = None,
    state: Annotated[
        str | None, typer.Option("--state", metavar="new|reported|acted|noted", help=_("What was done with it."))
    ] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    details = {
        **_details(competitor, kind, at, importance, confidence, impact, suggest),
        "text": text,
        "seen_on": None if on is None else _past_day(run, on),
        "state": state,
    }
    if all(value is None for value in details.values()):
        raise BadValue(
            _("Nothing to change was given."),
            hint=_("`{command} --help` shows how.").format(command="sales insight edit"),
        )
    view = _change(
        run, ref, "insight edit", lambda session, one: services.insights.edit(session, one, **details), as_json
    )
    render.output.say(_("Changed {code}.").format(code=view.code))


@app.command(
    "answer",
    **described(
        _("Keep what the house answered to a piece of market information."),
        "sales insight answer I0012 已报总部，下周调价",
        "sales insight answer I0012 按860跟进 --acted",
    ),
)
def answer(
    ctx: typer.Context,
    ref: InsightRef,
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help=_("The answer; no quotes needed."))],
    acted: Annotated[bool, typer.Option("--acted", help=_("It was acted upon, not only noted."))] = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    view = _change(
        run,
        ref,
        "insight answer",
        lambda session, one: services.insights.answer(session, one, " ".join(text), acted=acted),
        as_json,
    )
    render.output.say(_("Answered {code}.").format(code=view.code))


@app.command(
    "remove", **described(_("Take a piece of market information out of every list."), "sales insight remove I0012")
)
def remove(ctx: typer.Context, ref: InsightRef, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)
    view = _seen(run, ref)
    if not confirm(_("Remove {code} {text}?").format(code=view.code, text=amounts.excerpt(view.text)), yes=yes):
        raise typer.Exit
    with run.writing("insight remove") as session:
        services.insights.remove(session, services.insights.find(session, view.code))
    render.output.show_record(view, render.market.INSIGHTS, render.output.form(as_json=as_json))
    render.output.say(_("Removed {code}.").format(code=view.code))


@app.command(
    "report",
    **described(
        _("The market of a month: by kind, by competitor, what is missing, its size; also as a document to send."),
        "sales insight report",
        "sales insight report --month 上月 --out 市场信息.xlsx",
        "sales insight report --month 2026-Q4 --out 市场信息.md --force",
    ),
)
def report(
    ctx: typer.Context,
    month: Annotated[
        str, typer.Option("--month", metavar="PERIOD", help=_("This month unless given."), show_default=False)
    ] = "this-month",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help=_("Write it as a document: a new .xlsx or .md file."))
    ] = None,
    force: Force = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    span = dates.parse_period(month, run.today)
    if out is not None:
        render.market_file.check_target(out, force=force)
    with run.reading() as session:
        found = services.market_reports.report(session, span)
        profile = services.profile.view(services.profile.of(session))
    if out is None:
        render.market.show_report(found, render.output.form(as_json=as_json, as_csv=as_csv))
        render.output.say(_("{period}; `--out FILE` writes it as a document.").format(period=span.label))
        return
    render.market_file.write(out, found, profile)
    if as_json:
        render.output.print_json({"path": str(out), "period": span.label, "count": len(found.insights)})
    else:
        render.output.print_text(str(out))
    render.output.say(
        _n("{period}: {count} entry.", "{period}: {count} entries.", len(found.insights)).format(
            period=span.label, count=len(found.insights)
        )
    )


@app.command(
    "size",
    **described(
        _("Keep the size of the target market by year; without an amount, list what is known."),
        "sales insight size 2026 1.2亿 --basis 行业协会年报",
        "sales insight size 2026 3000万 --territory 滨江",
        "sales insight size",
    ),
)
def size(
    ctx: typer.Context,
    year: Annotated[str | None, typer.Argument(metavar="[YEAR]", help=_("The year."))] = None,
    amount: Annotated[
        str | None, typer.Argument(metavar="[AMOUNT]", help=_("What the whole market buys in it, in yuan."))
    ] = None,
    territory: Annotated[str | None, typer.Option("--territory", help=_("Of this territory only."))] = None,
    basis: Annotated[str | None, typer.Option("--basis", help=_("Where the figure comes from."))] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    wanted = None if year is None else _year(run, year)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    if wanted is None or amount is None:
        with run.reading() as session:
            rows = services.market_sizes.listed(session)
        rows = [row for row in rows if wanted in (None, row.year)]
        render.output.show_rows(rows, render.market.SIZES, form, empty=_("No size of the market is known."))
        return
    worth = amounts.parse_amount(amount)
    with run.writing("insight size") as session:
        view = services.market_sizes.estimate(session, wanted, worth, run.today, territory, basis)
    render.output.show_record(view, render.market.SIZES, form)


def _year(run: Run, text: str) -> int:
    span = dates.parse_period(text, run.today)
    if span.kind != "year":
        raise BadValue(_("“{text}” is not a year.").format(text=amounts.excerpt(text)))
    return span.begin.year


def _change(
    run: Run, ref: str, command: str, work: "Callable[[Session, Insight], Insight]", as_json: bool
) -> "InsightView":
    """Do ``work`` on the insight that ``ref`` means, and show what became of it."""
    view = changed(run, command, ref, services.insights.find, work, services.insights.view)
    render.output.show_record(view, render.market.INSIGHTS, render.output.form(as_json=as_json))
    return view

"""`sales survey …`: how satisfied clients are, quarter by quarter."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import dates, render, services
from salescli.cli.ask import confirm, given_or_asked, with_choice
from salescli.cli.clients import Ref
from salescli.cli.completion import client_names
from salescli.cli.options import Csv, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _, _n
from salescli.service_words import SurveyState
from salescli.vocabulary import parse_word

if TYPE_CHECKING:
    from salescli.services.care.surveys import SurveyView
    from salescli.services.visiting.visits import NextStep

app = group(_("Satisfaction of clients: who is to be asked, what they said, the trend."))

SurveyRef = Annotated[str, typer.Argument(metavar="SURVEY", help=_("Code, or a client asked in this quarter."))]
Reason = Annotated[str | None, typer.Option("--reason", help=_("Why; in the client's words."))]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help=_("The day, today unless given."))]
Improve = Annotated[
    str | None, typer.Option("--improve", metavar="TEXT@DAY", help=_("What is done about it; it becomes a task."))
]


@app.command(
    "due",
    **described(
        _("The clients not asked yet in a quarter, A class first."), "sales survey due", "sales survey due 2026-Q4"
    ),
)
def due(
    ctx: typer.Context,
    quarter: Annotated[
        str, typer.Argument(metavar="[QUARTER]", help=_("This quarter unless given."), show_default=False)
    ] = "this-quarter",
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    span = _quarter(run, quarter)
    with run.reading() as session:
        rows = services.surveys.due(session, span, run.today)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    empty = _("Every existing client has been asked in {period}.").format(period=span.label)
    render.output.show_rows(rows, render.surveys.DUE, form, empty=empty)
    if form == "screen" and rows:
        count = _n("{count} client not asked yet in {period}.", "{count} clients not asked yet in {period}.", len(rows))
        render.output.say(count.format(count=len(rows), period=span.label))


def _quarter(run: Run, text: str) -> dates.Period:
    """The quarter named, or the one that a day or month named lies in."""
    span = dates.parse_period(text, run.today)
    quarter = dates.Period.quarter_of(span.begin)
    if span.end > quarter.end:
        raise BadValue(_("{period} is longer than a quarter.").format(period=span.label))
    return quarter


@app.command(
    "log",
    **described(
        _("Note what a client said: a score from 0 to 100, or in words."),
        "sales survey log hzlh 85",
        "sales survey log 蓝海 不满意 --reason 交货慢 --improve 专人跟催交期@下周五",
        "sales survey log 蓝海 --refused",
    ),
)
def log(
    ctx: typer.Context,
    ref: Ref,
    score: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SCORE]", help=_("0 to 100, or 非常满意 满意 一般 不满意 非常不满意.")),
    ] = None,
    reason: Reason = None,
    on: On = None,
    refused: Annotated[bool, typer.Option("--refused", help=_("The client did not want to answer."))] = False,
    asked: Annotated[bool, typer.Option("--asked", help=_("Asked; the answer is to come."))] = False,
    improve: Improve = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day = _day(run, on)
    if refused + asked + bool(score) > 1:
        raise BadValue(_("Give a score, --refused or --asked: one of them."))
    state = SurveyState.REFUSED if refused else SurveyState.ASKED if asked else SurveyState.ANSWERED
    points = None
    if state is SurveyState.ANSWERED:
        said = " ".join(score) if score else given_or_asked(None, "SCORE", _("Score (0 to 100)"))
        points = services.surveys.parse_score(said)
    task = _improvement(run, improve)

    def make(ref: str) -> Any:
        with run.writing("survey log") as session:
            whom = services.clients.find(session, ref)
            survey = services.surveys.log(
                session, whom, day, state, score=points, reason=reason, improve=task
            )  # fmt: skip
            return services.surveys.view(session, survey, run.today)

    _show_written(run, with_choice(ref, make), as_json, _("Noted {code} {client}: {answer}, {day}."))


def _day(run: Run, text: str | None) -> date:
    day = run.today if text is None else dates.parse_day(text, run.today, "past")
    if day > run.today:
        raise BadValue(_("{day} has not come yet.").format(day=dates.echo_day(day)))
    return day


def _improvement(run: Run, text: str | None) -> "NextStep | None":
    return None if text is None else services.visit_lines.parse_next(text, run.today)


def _show_written(run: Run, view: "SurveyView", as_json: bool, sentence: str) -> None:
    render.output.show_record(view, render.surveys.SURVEYS, render.output.form(as_json=as_json))
    answer = render.surveys.answer_words(view)
    day = dates.echo_day(view.on or run.today)
    render.output.say(sentence.format(code=view.code, client=view.client.name, answer=answer, day=day))
    task = view.improvement
    if task is not None and task.due_on is not None:
        render.output.say(
            _("Task {code}: {title}, {day}.").format(
                code=task.code, title=task.title, day=dates.echo_day(task.due_on)
            )
        )  # fmt: skip
    elif view.low:
        render.output.say(
            _("A low score: `sales survey edit {code} --improve TEXT@DAY` makes a task of it.").format(code=view.code)
        )


@app.command(
    "report",
    **described(
        _("Average, distribution and trend of satisfaction, and what is done about the low scores."),
        "sales survey report",
        "sales survey report 2026",
    ),
)
def report(
    ctx: typer.Context,
    period: Annotated[
        str, typer.Argument(metavar="[PERIOD]", help=_("This quarter unless given."), show_default=False)
    ] = "this-quarter",
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    span = dates.parse_period(period, run.today)
    with run.reading() as session:
        found = services.survey_reports.report(session, span, run.today)
    render.surveys.show_report(found, render.output.form(as_json=as_json, as_csv=as_csv))


@app.command(
    "list",
    **described(
        _("List the surveys, all of them unless a period is given."),
        "sales survey list 本季度",
        "sales survey list --state refused",
    ),
)
def list_(
    ctx: typer.Context,
    period: Annotated[str | None, typer.Argument(metavar="[PERIOD]", help=_("A day, week, month, …"))] = None,
    state: Annotated[
        str | None, typer.Option("--state", metavar="asked|answered|refused", help=_("Only in this state."))
    ] = None,
    client: Annotated[
        str | None, typer.Option("--client", help=_("Only this client."), autocompletion=client_names)
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    span = None if period is None else dates.parse_period(period, run.today)
    wanted = None if state is None else parse_word(state, SurveyState)

    def look(ref: str) -> Any:
        with run.reading() as session:
            whose = None if client is None else services.clients.find(session, ref)
            return services.surveys.listed(session, span, run.today, wanted, whose)

    rows = with_choice(client or "", look)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(rows, render.surveys.SURVEYS, form, empty=_("No survey matches."))


@app.command(
    "edit",
    **described(
        _("Change what a survey says."),
        "sales survey edit S0012 --score 75 --reason 交货慢",
        "sales survey edit 蓝海 --improve 专人跟催交期@下周五",
    ),
)
def edit(
    ctx: typer.Context,
    ref: SurveyRef,
    score: Annotated[str | None, typer.Option("--score", metavar="SCORE", help=_("0 to 100, or in words."))] = None,
    reason: Reason = None,
    on: On = None,
    improve: Improve = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    details: dict[str, Any] = {
        "score": None if score is None else services.surveys.parse_score(score),
        "reason": reason,
        "on": None if on is None else _day(run, on),
        "improve": _improvement(run, improve),
    }
    if all(value is None for value in details.values()):
        raise BadValue(
            _("Nothing to change was given."),
            hint=_("`{command} --help` shows how.").format(command="sales survey edit"),
        )

    def change(ref: str) -> Any:
        with run.writing("survey edit") as session:
            survey = services.surveys.edit(session, services.surveys.find(session, ref, run.today), **details)
            return services.surveys.view(session, survey, run.today)

    _show_written(run, with_choice(ref, change), as_json, _("Changed {code} {client}: {answer}, {day}."))


@app.command(
    "remove", **described(_("Take a survey out; its client is to be asked again."), "sales survey remove S0012")
)
def remove(ctx: typer.Context, ref: SurveyRef, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            return services.surveys.view(session, services.surveys.find(session, ref, run.today), run.today)

    view = with_choice(ref, look)
    if not confirm(_("Remove {code} {client}?").format(code=view.code, client=view.client.name), yes=yes):
        raise typer.Exit
    with run.writing("survey remove") as session:
        services.surveys.remove(session, services.surveys.find(session, view.code, run.today))
    render.output.show_record(view, render.surveys.SURVEYS, render.output.form(as_json=as_json))
    render.output.say(_("Removed {code} {client}.").format(code=view.code, client=view.client.name))

"""`sales plan …`: the day's plan, from the morning to the day's end."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

import typer

from salescli import dates, render, services
from salescli.cli.ask import ask
from salescli.cli.options import Json, Yes, described, group, on_terminal
from salescli.cli.run import Run
from salescli.errors import BadValue, Refused
from salescli.i18n import _, _n

app = group(_("The day's plan: today, make, check, print, close."))

Text = Annotated[bool, typer.Option("--text", help=_("As text to paste into WeChat or DingTalk."))]
Day = Annotated[str, typer.Argument(metavar="[DAY]", help=_("The day, today unless given."))]
_UNFINISHED = ("move", "drop", "done")


@app.command(
    "today", **described(_("Show today's plan, or propose one."), "sales plan today", "sales plan today --text")
)
def today(ctx: typer.Context, text: Text = False, as_json: Json = False) -> None:
    _show(ctx, "today", text, as_json)


@app.command("tomorrow", **described(_("Show tomorrow's plan, or propose one."), "sales plan tomorrow"))
def tomorrow(ctx: typer.Context, text: Text = False, as_json: Json = False) -> None:
    _show(ctx, "tomorrow", text, as_json)


@app.command("day", **described(_("Show the plan of a day, or propose one."), "sales plan day 下周三"))
def day(
    ctx: typer.Context,
    day: Annotated[str, typer.Argument(metavar="DAY", help=_("The day."))],
    text: Text = False,
    as_json: Json = False,
) -> None:
    _show(ctx, day, text, as_json)


def _show(ctx: typer.Context, day: str, text: bool, as_json: bool) -> None:
    plan = _plan_of(Run.of(ctx), day)
    if as_json:
        render.output.print_json(render.plans.plan_json(plan))
    elif text:
        render.output.print_text(render.plans.plan_text(plan))
    else:
        render.plans.print_plan(plan)


def _plan_of(run: Run, day: str) -> Any:
    on = dates.parse_day(day, run.today, "coming")
    with run.reading() as session:
        calendar = services.work_calendar.of(session)
        return services.day_plans.plan(session, on, run.today, run.settings, calendar)


@app.command("week", **described(_("Show the plans of a week's days."), "sales plan week 下周"))
def week(
    ctx: typer.Context,
    period: Annotated[
        str, typer.Argument(metavar="[PERIOD]", help=_("The week, this one unless given."))
    ] = "this-week",
    text: Text = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    span = dates.parse_period(period, run.today)
    with run.reading() as session:
        plans = services.day_plans.planned_days(
            session, span, run.today, run.settings, services.work_calendar.of(session)
        )
    if as_json:
        render.output.print_json([render.plans.plan_json(plan) for plan in plans])
    else:
        _print_plans(plans, text)


def _print_plans(plans: list[Any], text: bool) -> None:
    for number, plan in enumerate(plans):
        if number:
            render.output.print_text("")
        if text:
            render.output.print_text(render.plans.plan_text(plan))
        else:
            render.plans.print_plan(plan)


@app.command(
    "make",
    **described(
        _("Propose visits for a day or period, from due next steps and who is due; --apply plans them."),
        "sales plan make 明天 --apply",
        "sales plan make 下周",
    ),
)
def make(
    ctx: typer.Context,
    period: Annotated[str, typer.Argument(metavar="DAY|PERIOD", help=_("The day or period."))],
    apply: Annotated[bool, typer.Option("--apply", help=_("Plan the proposed visits."))] = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    span = dates.parse_period(period, run.today, "coming")
    if span.last < run.today:
        raise BadValue(_("{period} has passed; a plan is made for days to come.").format(period=span.label))
    with run.writing("plan make") if apply else run.reading() as session:
        calendar = services.work_calendar.of(session)
        plans = services.day_plans.propose_period(session, span, run.today, run.settings, calendar)
        if apply:
            stored = services.day_plans.store(session, plans)
            plans = services.day_plans.planned_days(session, span, run.today, run.settings, calendar)
    if as_json:
        render.output.print_json([render.plans.plan_json(plan) for plan in plans])
    else:
        _print_plans(plans, text=False)
    if apply:
        render.output.say(
            _n("Planned {count} visit.", "Planned {count} visits.", len(stored)).format(count=len(stored))
        )
    elif not plans:
        render.output.say(_("There is no working day in {period}.").format(period=span.label))


@app.command(
    "check",
    **described(_("What the supervisor would send back; exit 4 if anything must be mended."), "sales plan check 明天"),
)
def check(ctx: typer.Context, day: Day = "today", as_json: Json = False) -> None:
    plan = _plan_of(Run.of(ctx), day)
    if as_json:
        render.output.show_rows(plan.checks, render.plans.CHECKS, "json")
    else:
        render.plans.print_checks(plan.checks)
    errors = sum(check.level == "error" for check in plan.checks)
    if errors:
        raise Refused(
            _n("{count} point must be mended.", "{count} points must be mended.", errors).format(count=errors)
        )


@app.command("print", **described(_("The written plan of a day."), "sales plan print 明天 --text"))
def print_(ctx: typer.Context, day: Day = "today", text: Text = False, as_json: Json = False) -> None:
    _show(ctx, day, text, as_json)


@dataclass
class _Answers:
    """What is to become of the day's unfinished visits, and what the person says of the day."""

    moves: dict[str, date] = field(default_factory=dict)
    drops: dict[str, str] = field(default_factory=dict)
    logs: dict[str, tuple[str, Any, str | None]] = field(default_factory=dict)
    gained: str | None = None
    fell_short: str | None = None
    key_tasks: list[str] = field(default_factory=list)


@app.command(
    "close",
    **described(
        _("End the day: each unfinished visit is moved, dropped or logged; then the day's report."),
        "sales plan close",
        "sales plan close --move V0012@明天 --drop V0013@客户出差 --gained 拿到样品反馈 --key-task 寄样品",
    ),
)
def close(
    ctx: typer.Context,
    day: Day = "today",
    move: Annotated[list[str] | None, typer.Option("--move", metavar="VISIT@DAY", help=_("Move a visit."))] = None,
    drop: Annotated[list[str] | None, typer.Option("--drop", metavar="VISIT@REASON", help=_("Drop a visit."))] = None,
    gained: Annotated[str | None, typer.Option("--gained", help=_("收获: what the day brought."))] = None,
    fell_short: Annotated[str | None, typer.Option("--fell-short", help=_("不足: what fell short."))] = None,
    key_task: Annotated[
        list[str] | None, typer.Option("--key-task", help=_("A key task of the next working day; up to three."))
    ] = None,
    yes: Yes = False,
    text: Text = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    on = dates.parse_day(day, run.today, "past")
    with run.reading() as session:
        left = services.day_plans.summary(session, on).open
        following = services.work_calendar.of(session).next_working_day(max(on, run.today))
    answers = _given_answers(run, move or [], drop or [], gained, fell_short, key_task or [])
    _complete(run, answers, left, following, yes)
    with run.writing("plan close") as session:
        report = _close(run, session, on, answers)
    if as_json:
        render.output.print_json(render.plans.report_json(report))
    elif text:
        render.output.print_text(render.plans.report_text(report))
    else:
        render.output.print_text(render.plans.report_text(report))
        render.output.say(_("Closed {day}.").format(day=dates.echo_day(on)))


def _given_answers(
    run: Run, moves: list[str], drops: list[str], gained: str | None, fell_short: str | None, key_tasks: list[str]
) -> _Answers:
    if len(key_tasks) > 3:
        raise BadValue(_("A day has at most three key tasks."))
    answers = _Answers(gained=gained, fell_short=fell_short, key_tasks=key_tasks)
    for given in moves:
        code, words = _at(given, "--move")
        answers.moves[code] = dates.parse_day(words, run.today, "coming")
    for given in drops:
        code, words = _at(given, "--drop")
        answers.drops[code] = words
    return answers


def _at(given: str, option: str) -> tuple[str, str]:
    """The visit's code and the words after the ``@``."""
    code, at, words = given.replace("＠", "@").partition("@")
    if not at or not code.strip() or not words.strip():
        raise BadValue(
            _("“{given}” is not what {option} takes.").format(given=given, option=option),
            hint=_("Write the visit's code, @, and the day or reason."),
        )
    return code.strip().upper(), words.strip()


def _complete(run: Run, answers: _Answers, left: list[Any], following: date, yes: bool) -> None:
    """Ask what the options left open; without a terminal unanswered visits are an error that names the options."""
    unanswered = [visit for visit in left if visit.code not in {**answers.moves, **answers.drops}]
    if yes:
        answers.moves.update({visit.code: following for visit in unanswered})
        return
    if not on_terminal():
        if unanswered:
            codes = _(", ").join(visit.code for visit in unanswered)
            raise BadValue(
                _("Unfinished: {codes}.").format(codes=codes),
                hint=_("Give --move VISIT@DAY or --drop VISIT@REASON for each, or log it first; --yes moves them all."),
            )
        return
    for visit in unanswered:
        _ask_about(run, answers, visit, following)
    answers.gained = answers.gained or ask(_("Gained today (收获)")) or None
    answers.fell_short = answers.fell_short or ask(_("Fell short (不足)")) or None
    while len(answers.key_tasks) < 3:
        task = ask(
            _("Key task {number} of {day}").format(number=len(answers.key_tasks) + 1, day=dates.echo_day(following))
        )
        if not task:
            break
        answers.key_tasks.append(task)


def _ask_about(run: Run, answers: _Answers, visit: Any, following: date) -> None:
    render.output.say(f"{visit.code} {visit.client.name} {visit.purpose or ''}".rstrip())
    while True:
        answer = ask(_("move, drop or done?"), default=_("move")).lower()
        choice = next((word for word in _UNFINISHED if word.startswith(answer)), _CHINESE.get(answer))
        if choice is not None:
            break
    if choice == "move":
        answers.moves[visit.code] = dates.parse_day(ask(_("To which day"), default=following.isoformat()), run.today)
    elif choice == "drop":
        answers.drops[visit.code] = ask(_("Why?"))
    else:
        answers.logs[visit.code] = _ask_log(run)


_CHINESE = {"改期": "move", "移": "move", "取消": "drop", "不去": "drop", "完成": "done", "去了": "done"}


def _ask_log(run: Run) -> tuple[str, Any, str | None]:
    """The log of a visit that did take place, asked for there and then."""
    note = ask(_("What happened?"))
    outcome = ask(_("Outcome")) or None
    step = ask(_("Next step (TEXT@DAY, or empty for none)"))
    if step:
        return note, services.visit_lines.parse_next(step, run.today), outcome
    return note, services.visits.NextStep(none_because=ask(_("Why nothing follows"))), outcome


def _close(run: Run, session: Any, on: date, answers: _Answers) -> Any:
    """Carry the answers out and close the day, all in one transaction."""
    calendar = services.work_calendar.of(session)
    for code, day in answers.moves.items():
        visit = services.visits.find(session, code, run.today)
        services.visits.move(session, visit, day, None, _("not done on the day"))
    for code, reason in answers.drops.items():
        services.visits.cancel(session, services.visits.find(session, code, run.today), reason)
    for code, (note, step, outcome) in answers.logs.items():
        visit = services.visits.find(session, code, run.today)
        client = services.visits.client_of(session, visit)
        details = {"by": visit.channel, "outcome": outcome, "at": visit.planned_at}
        services.visits.log(session, client, note, on, step, run.today, run.settings, calendar, **details)
    return services.day_plans.close(
        session, on, run.today, run.settings, calendar,
        gained=answers.gained, fell_short=answers.fell_short, key_tasks=answers.key_tasks,
    )  # fmt: skip

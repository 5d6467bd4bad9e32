"""`sales plan …`: the day's plan, from the morning to the day's end."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from salescli import dates, render, services
from salescli.cli import day_notes
from salescli.cli.ask import ask, ask_until
from salescli.cli.next_step import ask_step
from salescli.cli.options import Force, Json, Yes, described, group, on_terminal
from salescli.cli.run import Run
from salescli.errors import BadValue, Refused
from salescli.i18n import _, _n
from salescli.texts import clean
from salescli.vocabulary import Outcome, VisitStatus, parse_word

app = group(_("The day's plan: today, make, check, print, close."))

Text = Annotated[bool, typer.Option("--text", help=_("As text to paste into WeChat or DingTalk."))]
Day = Annotated[str, typer.Argument(metavar="[DAY]", help=_("The day, today unless given."))]
Ics = Annotated[
    Path | None,
    typer.Option("--ics", metavar="FILE", help=_("As a calendar file for the phone; a folder takes its name.")),
]
Paste = Annotated[
    bool,
    typer.Option(
        "--paste", help=_("Take the day's notes, a line or a few a visit, from FILE or standard input, and log them.")
    ),
]
Skip = Annotated[bool, typer.Option("--skip", help=_("With --paste: leave out the lines that have no place."))]
NotesDryRun = Annotated[
    bool, typer.Option("--dry-run", help=_("With --paste: show how the notes are understood; write nothing."))
]
_MOST_KEY_TASKS = 3
_CHOICES = {"move": ("改期", "移"), "drop": ("取消", "不去", "放弃"), "done": ("完成", "去了", "已完成")}


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
    day: Annotated[list[str], typer.Argument(metavar="DAY", help=_("The day."))],
    text: Text = False,
    as_json: Json = False,
) -> None:
    _show(ctx, " ".join(day), text, as_json)


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
        return services.day_plans.plan(session, on, run.now, run.settings, calendar)


@app.command(
    "week",
    **described(_("Show the plans of a week's days."), "sales plan week 下周", "sales plan week 下周 --ics 下周.ics"),
)
def week(
    ctx: typer.Context,
    period: Annotated[
        str, typer.Argument(metavar="[PERIOD]", help=_("The week, this one unless given."))
    ] = "this-week",
    ics: Ics = None,
    force: Force = False,
    text: Text = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    span = dates.parse_period(period, run.today)
    if ics is not None:
        _write_calendar(run, span, ics, force=force, as_json=as_json)
        return
    with run.reading() as session:
        plans = services.day_plans.planned_days(
            session, span, run.now, run.settings, services.work_calendar.of(session)
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
        plans = services.day_plans.propose_period(session, span, run.now, run.settings, calendar)
        if apply:
            stored = services.day_plans.store(session, plans)
            plans = services.day_plans.planned_days(session, span, run.now, run.settings, calendar)
        told = services.credits.stopped(session, {one.visit.client.code for plan in plans for one in plan.visits})
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
    for sentence in told:
        render.output.say(sentence)


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


@app.command(
    "print",
    **described(
        _("The written plan of a day: on the terminal, as text, or as one page to print and have checked."),
        "sales plan print 明天 --text",
        "sales plan print 明天 --xlsx 日计划.xlsx",
        "sales plan print 明天 --ics 日计划.ics",
    ),
)
def print_(
    ctx: typer.Context,
    day: Day = "today",
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", metavar="FILE", help=_("As an Excel workbook of one A4 page; a folder takes its name.")),
    ] = None,
    ics: Ics = None,
    force: Force = False,
    text: Text = False,
    as_json: Json = False,
) -> None:
    if xlsx is not None and ics is not None:
        raise BadValue(_("Give one of {options}.").format(options="--xlsx, --ics"))
    if ics is not None:
        run = Run.of(ctx)
        on = dates.Period.day_of(dates.parse_day(day, run.today, "coming"))
        _write_calendar(run, on, ics, force=force, as_json=as_json)
    elif xlsx is None:
        _show(ctx, day, text, as_json)
    else:
        _write_page(Run.of(ctx), day, xlsx, force=force, as_json=as_json)


def _write_page(run: Run, day: str, out: Path, *, force: bool, as_json: bool) -> None:
    plan = _plan_of(run, day)
    with run.reading() as session:
        who = services.profile.view(services.profile.of(session))
    name = render.files.named(_("Day_plan"), who.name, plan.day.isoformat())
    path = render.files.target_path(out, name, force=force)
    sheet = render.day_sheet.day_sheet(plan, who)
    render.files.save(path, sheet.content)
    if sheet.pages > 1:
        render.output.say(
            _("{count} visits do not fit on one page; it takes {pages}.").format(
                count=len(plan.visits), pages=sheet.pages
            )
        )
    if as_json:
        render.output.print_json({"path": str(path), "date": plan.day, "pages": sheet.pages})
    else:
        render.output.print_text(str(path))


def _write_calendar(run: Run, span: dates.Period, out: Path, *, force: bool, as_json: bool) -> None:
    with run.reading() as session:
        who = services.profile.view(services.profile.of(session))
        calendar = services.work_calendar.of(session)
        entries = services.calendar_entries.of_period(session, span, run.now, run.settings, calendar)
    when = span.begin.isoformat() if span.begin == span.last else span.label
    path = render.files.target_path(out, render.files.named(_("Visit_plan"), who.name, when, ".ics"), force=force)
    if not entries:
        raise Refused(
            _("Nothing is planned for {period}.").format(period=span.label),
            hint=_("`sales plan make {period} --apply` plans visits.").format(period=span.label),
        )
    render.files.save(path, render.day_calendar.calendar_file(entries, f"{_('Visit plan')} {when}"))
    if as_json:
        render.output.print_json({"path": str(path), "begin": span.begin, "end": span.last, "entries": len(entries)})
        return
    render.output.print_text(str(path))
    render.output.say(
        _n("{count} entry written to {path}.", "{count} entries written to {path}.", len(entries)).format(
            count=len(entries), path=path
        )
    )


@dataclass
class _Answers:
    """What is to become of the day's unfinished visits, by code, and what the person says of the day."""

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
        "sales plan close --paste notes.txt",
    ),
)
def close(
    ctx: typer.Context,
    day: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DAY] [FILE]", help=_("The day, today unless given; the file for --paste.")),
    ] = None,
    paste: Paste = False,
    skip: Skip = False,
    again: day_notes.Again = False,
    dry_run: NotesDryRun = False,
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
    on, file = day_notes.day_and_file(day or [], run.today) if paste else (_past_day(run, day), None)
    notes = day_notes.understood(run, day_notes.lines_of(run, file), on) if paste else None
    if notes is not None and dry_run:
        day_notes.show(notes, render.output.form(as_json=as_json))
        day_notes.refuse_unclear(notes, dry=True)
        return
    with run.reading() as session:
        left = services.day_plans.unfinished(session, on, run.today)
    if notes is not None:
        notes = day_notes.settled(run, notes, skip=skip, yes=yes, again=again, quiet=as_json)
    answers = _noted_answers(_Answers(gained=gained, fell_short=fell_short, key_tasks=key_task or []), notes)
    with run.reading() as session:
        following = services.day_plans.following(on, run.today, services.work_calendar.of(session))
        _take_given(run, session, answers, on, move or [], drop or [])
    closed = {*answers.moves, *answers.drops, *day_notes.closed_by(notes, left)}
    _settle(run, answers, [visit for visit in left if visit.code not in closed], on, following, yes=yes)
    with run.writing("plan close") as session:
        stored = [] if notes is None else day_notes.store(run, session, notes)
        told = day_notes.told(run, session, stored)
        report = _close(run, session, on, answers)
    if as_json:
        render.output.print_json(render.plans.report_json(report))
        return
    render.output.print_text(render.plans.report_text(report))
    for sentence in told:
        render.output.say(sentence)
    if not text:
        render.output.say(_("Closed {day}.").format(day=dates.echo_day(on)))


def _past_day(run: Run, words: list[str] | None) -> date:
    return dates.parse_day(" ".join(words or ["today"]), run.today, "past")


def _noted_answers(answers: _Answers, notes: Any) -> _Answers:
    """The answers with what the notes say of the day; what was given by option goes before it."""
    if notes is not None:
        answers.gained = answers.gained or notes.gained
        answers.fell_short = answers.fell_short or notes.fell_short
        answers.key_tasks += notes.key_tasks
    return answers


def _visit_and_words(session: Any, given: str, option: str, on: date) -> tuple[str, str]:
    """The code of the unfinished visit before the ``@``, and the words after it."""
    ref, at, words = given.replace("＠", "@").partition("@")
    if not at or not ref.strip() or not words.strip():
        raise BadValue(
            _("“{given}” is not what {option} takes.").format(given=given, option=option),
            hint=_("Write the visit's code, @, and the day or reason."),
        )
    visit = services.visits.find(session, ref, on, only_open=True)
    if visit.planned_on != on:
        raise Refused(
            _("{code} is not planned for {day}.").format(code=visit.code, day=dates.echo_day(on)),
            hint=_("`sales visit move` and `sales visit cancel` take any planned visit."),
        )
    return visit.code, words.strip()


def _take_given(run: Run, session: Any, answers: _Answers, on: date, moves: list[str], drops: list[str]) -> None:
    """Read what the options say of unfinished visits into the answers."""
    for given in moves:
        code, words = _visit_and_words(session, given, "--move", on)
        answers.moves[code] = dates.parse_day(words, run.today)
    answers.drops = dict(_visit_and_words(session, given, "--drop", on) for given in drops)


def _settle(run: Run, answers: _Answers, unanswered: list[Any], on: date, following: date, *, yes: bool) -> None:
    """See to what the options left open: --yes moves it, a terminal is asked, a script is refused."""
    if yes:
        answers.moves |= {str(visit.code): following for visit in unanswered}
    elif on_terminal():
        _complete(run, answers, unanswered, on, following)
    elif unanswered:
        raise BadValue(
            _("Unfinished: {codes}.").format(codes=_(", ").join(str(visit.code) for visit in unanswered)),
            hint=_("Give --move VISIT@DAY or --drop VISIT@REASON for each, or log it first; --yes moves them all."),
        )


def _complete(run: Run, answers: _Answers, unanswered: list[Any], on: date, following: date) -> None:
    """Ask what the options left open."""
    for visit in unanswered:
        _ask_about(run, answers, visit, on, following)
    answers.gained = answers.gained or ask(_("Gained today (收获)")) or None
    answers.fell_short = answers.fell_short or ask(_("Fell short (不足)")) or None
    while len(answers.key_tasks) < _MOST_KEY_TASKS:
        task = ask(
            _("Key task {number} of {day}").format(number=len(answers.key_tasks) + 1, day=dates.echo_day(following))
        )
        if not task:
            break
        answers.key_tasks.append(task)


def _ask_about(run: Run, answers: _Answers, visit: Any, on: date, following: date) -> None:
    render.output.say(f"{visit.code} {visit.client.name} {visit.purpose or ''}".rstrip())
    choice = ask_until(_("move, drop or done?"), _read_choice, default=_("move"))
    if choice == "move":
        answers.moves[visit.code] = ask_until(
            _("To which day"), lambda words: dates.parse_day(words, run.today), default=following.isoformat()
        )
    elif choice == "drop":
        answers.drops[visit.code] = ask_until(_("Why?"), lambda words: clean(words, field=_("reason")))
    else:
        note = ask(_("What happened?"))
        outcome = ask_until(
            _("Outcome (Enter for none)"), lambda words: parse_word(words, Outcome).value if words else None
        )
        answers.logs[visit.code] = note, ask_step(run, visit.client.code, on), outcome


def _read_choice(words: str) -> str:
    asked = words.strip().lower()
    for choice, chinese in _CHOICES.items():
        if asked and (choice.startswith(asked) or asked in chinese):
            return choice
    raise BadValue(_("Type move, drop or done."))


def _close(run: Run, session: Any, on: date, answers: _Answers) -> Any:
    """Carry the answers out and close the day, all in one transaction."""
    calendar = services.work_calendar.of(session)
    for code, day in answers.moves.items():
        visit = services.visits.find(session, code, run.today)
        services.day_plans.put_off(session, visit, day, _("not done on the day"), run.settings)
    for code, reason in answers.drops.items():
        services.visits.cancel(session, services.visits.find(session, code, run.today), reason, VisitStatus.MISSED)
    for code, (note, step, outcome) in answers.logs.items():
        visit = services.visits.find(session, code, run.today)
        services.visits.log(
            session, services.visits.client_of(session, visit), note, on, step, run.today, run.settings, calendar,
            closes=visit, outcome=outcome,
        )  # fmt: skip
    return services.day_plans.close(
        session, on, run.now, run.settings, calendar,
        gained=answers.gained, fell_short=answers.fell_short, key_tasks=answers.key_tasks,
    )  # fmt: skip

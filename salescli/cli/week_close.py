"""`sales week close`: the reasons and actions that the log can't know, then the week is frozen as it is told."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import amounts, render, services
from salescli.cli.ask import ask, confirm
from salescli.cli.options import Json, Yes, described, on_terminal
from salescli.cli.run import Run
from salescli.cli.target_options import figure
from salescli.dates import Period
from salescli.errors import BadValue, Refused, system_reason
from salescli.i18n import N_, _, _n
from salescli.vocabulary import Measure, VisitStatus, parse_word

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.services.reporting.weeks import WeekReport

app = typer.Typer()

This = Annotated[str, typer.Argument(metavar="[PERIOD]", help=_("The week, or a day of it; this week unless given."))]
Reasons = Annotated[
    list[str] | None,
    typer.Option("--reason", metavar="MEASURE|VISIT=TEXT", help=_("Why a goal fell short, or a visit was not made.")),
]
Actions = Annotated[
    list[str] | None, typer.Option("--action", metavar="MEASURE=TEXT", help=_("What to do about a goal."))
]
Goals = Annotated[
    list[str] | None, typer.Option("--goal", metavar="MEASURE=AMOUNT", help=_("An own goal for the week to come."))
]
KeyActions = Annotated[
    list[str] | None,
    typer.Option("--key-action", metavar="MEASURE=TEXT", help=_("The key action for a goal of the week to come.")),
]
Edit = Annotated[bool, typer.Option("--edit", help=_("Write reasons and actions in $EDITOR."))]
Apply = Annotated[bool, typer.Option("--apply", help=_("Plan the visits proposed for the week to come as well."))]


@dataclass
class Told:
    """What the person says: by measure or code of a visit."""

    reasons: dict[str, str] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)
    goals: dict[str, int] = field(default_factory=dict)
    key_actions: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.reasons or self.actions or self.goals or self.key_actions)


@app.command(
    "close",
    **described(
        _("Freeze the week with the plan of the next one; asks for reasons and actions that the log can't know."),
        "sales week close",
        "sales week close --reason 销售额=两单推迟到下周 --action 销售额=周一催签 --yes",
        "sales week close last-week --edit",
    ),
)
def close(
    ctx: typer.Context,
    period: This = "this-week",
    reason: Reasons = None,
    action: Actions = None,
    goal: Goals = None,
    key_action: KeyActions = None,
    edit: Edit = False,
    apply: Apply = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    week = services.weeks.named_week(period, run.today)
    refuse_to_come(run, week)
    told = read(reason, action, goal, key_action)
    with run.reading() as session:
        report = report_of(session, run, week)
    services.closed_weeks.refuse_closed(report)
    if edit:
        told = in_editor(report, told)
    elif on_terminal() and not yes:
        asked(report, told)
    proposed = sum(stop.visit.code is None for stop in report.next.visits)
    if proposed and not apply and on_terminal() and not yes:
        apply = confirm(
            _n("Plan the {count} proposed visit too?", "Plan the {count} proposed visits too?", proposed).format(
                count=proposed
            ),
            yes=False,
        )
    with run.writing("week close") as session:
        keep(session, run, week, told)
        if apply:
            _plan_proposals(session, run, report.next.period)
        report = services.closed_weeks.close(session, report_of(session, run, week), run.now)
    if as_json:
        render.output.print_json(render.week_json.week_json(report))
    else:
        render.weeks.print_review(report)
        render.output.say(
            _("Closed {week}, version {version}; `sales week sheet {label}` prints it.").format(
                week=render.weeks.week_words(report.period), version=report.version, label=report.period.label
            )
        )


def refuse_to_come(run: Run, week: Period) -> None:
    """Refused for a week that has not begun."""
    if week.begin > run.today:
        raise Refused(
            _("{week} has not begun; there is nothing to tell of it yet.").format(week=week.label),
            hint=_("`sales week plan {week}` shows what is planned.").format(week=week.label),
        )


def report_of(session: "Session", run: Run, week: Period, ahead: Period | None = None) -> "WeekReport":
    """The week as it was closed, or as it stands."""
    calendar = services.work_calendar.of(session)
    return services.closed_weeks.of(session, week, run.now, run.settings, calendar, ahead)


def _plan_proposals(session: "Session", run: Run, week: Period) -> None:
    calendar = services.work_calendar.of(session)
    services.day_plans.store(session, services.day_plans.propose_period(session, week, run.now, run.settings, calendar))


# --- what is told ---


def read(
    reasons: list[str] | None, actions: list[str] | None, goals: list[str] | None, key_actions: list[str] | None
) -> Told:
    """What the options say; BadValue for what is none of it."""
    return Told(
        dict(_reason(given) for given in reasons or ()),
        {_measure(name): text for name, text in _pairs(actions, "--action")},
        {measure: figure(text, Measure(measure)) for measure, text in _goals(goals)},
        {_measure(name): text for name, text in _pairs(key_actions, "--key-action")},
    )


def _goals(given: list[str] | None) -> Iterator[tuple[str, str]]:
    return ((_measure(name), text) for name, text in _pairs(given, "--goal"))


def _pairs(given: Iterable[str] | None, option: str) -> Iterator[tuple[str, str]]:
    for words in given or ():
        name, mark, text = words.replace("＝", "=").partition("=")
        if not mark or not name.strip() or not text.strip():
            raise BadValue(
                _("“{given}” is not what {option} takes.").format(given=amounts.excerpt(words), option=option),
                hint=_("Write 销售额=TEXT."),
            )
        yield name.strip(), text.strip()


def _reason(given: str) -> tuple[str, str]:
    ((name, text),) = _pairs([given], "--reason")
    code = name.upper()
    return (code if code[:1] == "V" and code[1:].isdecimal() else _measure(name)), text


def _measure(name: str) -> str:
    return parse_word(name, Measure).value


def take(run: Run, week: Period, told: Told) -> None:
    """Keep what was told of a week that is not closed; Refused for one that is."""
    with run.writing("week review") as session:
        services.closed_weeks.refuse_closed(report_of(session, run, week))
        keep(session, run, week, told)


def keep(session: "Session", run: Run, week: Period, told: Told) -> None:
    """Keep what was told of the week and of the next one."""
    for name, text in told.reasons.items():
        if name.startswith("V"):
            visit = services.visits.find(session, name, run.today)
            services.visits.cancel(session, visit, text, VisitStatus.MISSED)
        else:
            services.week_goals.say(session, week, Measure(name), reason=text)
    for name, text in told.actions.items():
        services.week_goals.say(session, week, Measure(name), action=text)
    keep_goals(session, Period.week_of(week.end), told)


def keep_goals(session: "Session", week: Period, told: Told) -> None:
    """Keep the own goals and key actions told for a week to come."""
    for name in {**told.goals, **told.key_actions}:
        services.week_goals.say(
            session, week, Measure(name), target=told.goals.get(name), key_action=told.key_actions.get(name)
        )


# --- asked, and written in an editor ---


def open_points(report: "WeekReport") -> Iterator[tuple[str, str, str]]:
    """(key, what is asked, words) of what only the person knows: goals that fell short, visits not made."""
    for goal in report.goals:
        if goal.week_rate is not None and goal.week_rate < 1:
            words = _("{measure} {rate}").format(
                measure=render.weeks.measure_word(goal.measure), rate=render.output.words(goal.week_rate, "ratio")
            )
            if not goal.reason:
                yield goal.measure, "reason", words
            if not goal.action:
                yield goal.measure, "action", words
    for line in report.visits.lines:
        if line.state in ("not_done", "partly") and not line.visit.reason and line.visit.code:
            yield line.visit.code, "reason", f"{line.visit.code} {line.visit.client.name}"


def asked(report: "WeekReport", told: Told) -> None:
    """Ask for each open point in turn; Enter leaves it out."""
    for key, what, words in open_points(report):
        answers = told.reasons if what == "reason" else told.actions
        if key in answers:
            continue
        question = _("{what}: why?") if what == "reason" else _("{what}: what to do about it?")
        answer = ask(question.format(what=words))
        if answer:
            answers[key] = answer


# What is asked in the form, and the words by which it is known again whatever the language.
_ASKED = {"reason": (N_("reason"), "原因"), "action": (N_("action"), "对策")}


def in_editor(report: "WeekReport", told: Told) -> Told:
    """The open points as a file in the person's editor; what was written there, beside what the options say."""
    points = list(open_points(report))
    form = [_("# After each colon your words; lines that begin with # are left out.")]
    for key, what, words in points:
        form += [f"# {words}", f"{_named(key)} {_(_ASKED[what][0])}: {_given(told, key, what)}"]
    known = {name: (key, what) for key, what, _words in points for name in _names(key, what)}
    for line in _edited("\n".join([*form, ""])).splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        before, mark, text = line.replace("：", ":", 1).partition(":")
        point = known.get(" ".join(before.casefold().split()))
        if point is None or not mark:
            raise BadValue(_("“{line}” is no line of the form.").format(line=amounts.excerpt(line)))
        if text.strip():
            (told.reasons if point[1] == "reason" else told.actions)[point[0]] = text.strip()
    return told


def _names(key: str, what: str) -> Iterator[str]:
    """What may stand before the colon for an open point, in small letters."""
    for name in (key, _named(key)):
        for word in (what, _(_ASKED[what][0]), *_ASKED[what]):
            yield f"{name} {word}".casefold()


def _named(key: str) -> str:
    """An open point as the form calls it: the measure's word, or the code of a visit."""
    return key if key[:1] == "V" else render.weeks.measure_word(key)


def _given(told: Told, key: str, what: str) -> str:
    return (told.reasons if what == "reason" else told.actions).get(key, "")


def _edited(text: str) -> str:
    """``text`` as the person left it in $VISUAL or $EDITOR."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise BadValue(_("--edit needs an editor."), hint=_("Set EDITOR, or give --reason and --action."))
    with tempfile.TemporaryDirectory(prefix="sales-") as folder:
        file = Path(folder) / "week.txt"
        file.write_text(text, "utf-8")
        try:
            done: Any = subprocess.run([*shlex.split(editor), str(file)], check=False)
        except OSError as problem:
            raise BadValue(
                _("{editor} can't be started: {problem}.").format(editor=editor, problem=system_reason(problem))
            ) from problem
        if done.returncode:
            raise BadValue(_("{editor} ended with an error; nothing was taken.").format(editor=editor))
        return file.read_text("utf-8")

"""The week: its columns for terminal, JSON and goal sheet, and its text to paste into WeChat or DingTalk."""

from typing import TYPE_CHECKING

from salescli.dates import Period, echo_day
from salescli.i18n import N_, _, _n
from salescli.render.output import Column, Kind, cell, print_cells, print_table, print_text, words
from salescli.render.plans import reason_words
from salescli.render.week_care import market_lines, matter_lines, service_lines, work_lines
from salescli.vocabulary import LEVEL_MEASURES, MONEY_MEASURES, Channel, Measure, Outcome, label

if TYPE_CHECKING:
    from salescli.services.planning.plan_checks import PlannedVisit
    from salescli.services.reporting.goal_figures import Goal, MonthGoal, NextGoal
    from salescli.services.reporting.weeks import Answer, NextWeek, WeekReport
    from salescli.services.visiting.visits import DueStep
    from salescli.services.visiting.week_visits import VisitLine, VisitSummary

_STATES = {
    "done": N_("done"),
    "unplanned": N_("done"),
    "open": N_("to come"),
    "partly": N_("partly done"),
    "not_done": N_("not done"),
    "removed": N_("taken out"),
    "missed": N_("not made"),
    "cancelled": N_("cancelled"),
}
_UNITS = {
    Measure.ORDERS: N_("orders"),
    Measure.NEW_CLIENTS: N_("clients"),
    Measure.VISITS: N_("visits"),
    Measure.EFFECTIVE_VISITS: N_("visits"),
    Measure.QUOTES: N_("quotations"),
    Measure.SATISFACTION: N_("points"),
}
_LEFT_OUT = {
    "no_target": N_("no target"),
    "not_split": N_("target not split into days"),
    "zero_target": N_("target 0"),
    "not_recorded": N_("nothing recorded yet"),
}


def measure_word(measure: str) -> str:
    """What people call a measure."""
    return label(measure, Measure)


def measure_title(measure: str) -> str:
    """A measure's name where it begins a line."""
    word = measure_word(measure)
    return word[:1].upper() + word[1:]


def unit(measure: str, currency: str) -> str:
    """What a measure is counted in."""
    if measure in MONEY_MEASURES:
        return _("yuan") if currency == "CNY" else currency
    return _(_UNITS[Measure(measure)])


def quantity(measure: str) -> Kind:
    """The kind of a measure's figures."""
    return "money" if measure in MONEY_MEASURES else "level" if measure in LEVEL_MEASURES else "count"


def _points(value: float) -> str:
    return f"{value:.1f}"


# --- columns; those of goals depend on the measure, whose figures are money or counts ---


def goal_columns(measure: str, currency: str = "CNY") -> "list[Column[Goal]]":
    """The week's goal of a measure."""
    kind = quantity(measure)
    return [
        Column("measure", N_("Measure"), lambda goal: goal.measure, word=measure_title),
        Column("weight", N_("Weight (%)"), lambda goal: goal.weight, "count", word=_points),
        Column("unit", N_("Unit"), lambda goal: unit(goal.measure, currency), on_screen=False),
        Column("week_target", N_("Week's target"), lambda goal: goal.week_target, kind),
        Column("week_actual", N_("Week's actual"), lambda goal: goal.week_actual, kind),
        Column("week_rate", N_("Week's rate"), lambda goal: goal.week_rate, "ratio"),
        Column("reason", N_("Main reason"), lambda goal: goal.reason, on_screen=False),
        Column("action", N_("What to do about it"), lambda goal: goal.action, on_screen=False),
        Column("points", N_("Self-score"), lambda goal: goal.points, "count", word=_points),
        Column("month_target", N_("Month's target"), lambda goal: goal.month and goal.month.assigned, kind, False),
        Column("month_actual", N_("Month's actual"), lambda goal: goal.month and goal.month.actual, kind, False),
        Column("month_rate", N_("Month's rate"), lambda goal: goal.month and goal.month.rate, "ratio"),
        Column("time_rate", N_("Time gone"), lambda goal: goal.month and goal.month.time_rate, "ratio"),
        Column("closed_target", N_("Target as closed"), lambda goal: goal.closed_target, kind, False),
        Column("left_out", N_("Not in the score"), lambda goal: goal.left_out, word=left_out_word),
    ]


def left_out_word(why: str) -> str:
    """Why a measure is not in the score; nothing for one that never has a weight."""
    return _(_LEFT_OUT.get(why, ""))


def month_columns(measure: str) -> "list[Column[MonthGoal]]":
    """A measure's progress in a month."""
    kind = quantity(measure)
    return [
        Column("measure", N_("Measure"), lambda goal: goal.measure, word=measure_title),
        Column("month_target", N_("Month's target"), lambda goal: goal.assigned, kind),
        Column("month_actual", N_("Month's actual"), lambda goal: goal.actual, kind),
        Column("month_rate", N_("Month's rate"), lambda goal: goal.rate, "ratio"),
        Column("time_rate", N_("Time gone (working days)"), lambda goal: goal.time_rate, "ratio"),
        Column("ahead", N_("Ahead of time"), lambda goal: goal.ahead, "ratio"),
        Column("gap", N_("Gap"), lambda goal: goal.gap, kind),
        Column("needed_per_day", N_("Needed a day"), lambda goal: goal.needed_per_day, kind),
    ]


def state_words(line: "VisitLine") -> str:
    """What became of a visit."""
    if line.state != "moved":
        return _(_STATES[line.state])
    return _("moved to {day}").format(day=f"{line.moved_on:%m-%d}") if line.moved_on else _("moved")


def result_words(line: "VisitLine") -> str:
    """The outcome of a visit and what was noted."""
    outcome = label(line.visit.outcome, Outcome)
    return _("; ").join(filter(None, [outcome, line.visit.note]))


def _beside_words(line: "VisitLine") -> str | None:
    if line.state == "unplanned":
        return _("yes")
    return _("added later") if line.added else None


def _next_words(line: "VisitLine") -> str | None:
    return line.visit.next_step or line.visit.no_next_reason


WEEK_VISITS: "list[Column[VisitLine]]" = [
    Column("day", N_("Date"), lambda line: line.visit.day, "day", word=echo_day),
    Column("time", N_("Time"), lambda line: line.visit.at or line.visit.planned_at, "time"),
    Column("code", N_("Code"), lambda line: line.visit.code, on_screen=False),
    Column("client", N_("Client"), lambda line: line.visit.client.name),
    Column("grade", N_("Grade"), lambda line: line.visit.grade),
    Column("contact", N_("Contact"), lambda line: line.visit.contact, on_screen=False),
    Column("by", N_("By"), lambda line: line.visit.by, word=lambda token: label(token, Channel)),
    Column("purpose", N_("Purpose"), lambda line: line.visit.purpose),
    Column("expected", N_("Expected result"), lambda line: line.visit.expected, on_screen=False),
    Column("result", N_("Actual result"), lambda line: result_words(line)),
    Column("outcome", N_("Outcome"), lambda line: label(line.visit.outcome, Outcome), on_screen=False),
    Column("note", N_("Note"), lambda line: line.visit.note, on_screen=False),
    Column("state", N_("Done?"), lambda line: state_words(line)),
    Column("reason", N_("Why not done"), lambda line: line.visit.reason),
    Column("next_step", N_("Next step"), _next_words, on_screen=False),
    Column("next_on", N_("Next on"), lambda line: line.visit.next_on, "day", on_screen=False),
    Column("unplanned", N_("Unplanned"), lambda line: _beside_words(line)),
]


def next_goal_columns(measure: str) -> "list[Column[NextGoal]]":
    """A measure's goal for the week to come."""
    kind = quantity(measure)
    return [
        Column("measure", N_("Measure"), lambda goal: goal.measure, word=measure_title),
        Column("base", N_("Base target"), lambda goal: goal.base, kind),
        Column("catch_up", N_("Catching up"), lambda goal: goal.catch_up or None, kind),
        Column("target", N_("Next week's target"), lambda goal: goal.target, kind),
        Column("basis", N_("Basis"), lambda goal: basis_words(goal)),
        Column("action", N_("Key action"), lambda goal: goal.action, on_screen=False),
        Column("due_on", N_("By when"), lambda goal: goal.due_on, "day", word=echo_day),
    ]


def basis_words(goal: "NextGoal") -> str:
    """Where a goal for the week to come was taken from."""
    if goal.measure in LEVEL_MEASURES:
        return _("a level: the same every week")
    if goal.own is not None:
        own = _("set by hand; decomposed {base}").format(base=words(goal.base, quantity(goal.measure)))
        return own if goal.base else _("set by hand")
    parts = [
        _n("decomposed target, {count} working day", "decomposed target, {count} working days", goal.working_days)
        .format(count=goal.working_days)
    ]  # fmt: skip
    progress = goal.progress
    if progress and progress.gap is not None and progress.gap > 0:
        kind = quantity(goal.measure)
        parts.append(_("{month} is short by {gap}").format(month=goal.month, gap=words(progress.gap, kind)))
        if progress.needed_per_day is not None and not goal.catch_up:  # else the replan says what a day needs
            parts.append(_("needed a day: {amount}").format(amount=words(progress.needed_per_day, kind)))
    return _("; ").join(filter(None, [*parts, catch_up_words(goal)]))


def catch_up_words(goal: "NextGoal") -> str:
    """What the replan adds to a week or takes off it; empty where it changes nothing, or there is none."""
    if not goal.catch_up:
        return ""
    amount = words(abs(goal.catch_up), quantity(goal.measure))
    if goal.catch_up > 0:
        return _("replanned: {amount} more to catch up").format(amount=amount)
    return _("replanned: {amount} less, being ahead of plan").format(amount=amount)


def why_words(stop: "PlannedVisit") -> str:
    """Why a visit stands in the week to come; a proposal says so first."""
    proposed = [] if stop.visit.code else [_("proposed")]
    return _(", ").join(proposed + [reason_words(reason) for reason in stop.reasons])


def _materials(stop: "PlannedVisit") -> str | None:
    """What is to be brought: what was noted at planning, and what the checklist asks for."""
    return _("; ").join(filter(None, [stop.visit.materials, *(item.text for item in stop.ready)])) or None


NEXT_VISITS: "list[Column[PlannedVisit]]" = [
    Column("day", N_("Date"), lambda stop: stop.visit.planned_on, "day", word=echo_day),
    Column("time", N_("Time"), lambda stop: stop.visit.planned_at or (stop.place and stop.place.start), "time"),
    Column("client", N_("Client"), lambda stop: stop.visit.client.name),
    Column("grade", N_("Grade"), lambda stop: stop.visit.grade),
    Column("by", N_("By"), lambda stop: stop.visit.by, word=lambda token: label(token, Channel)),
    Column("purpose", N_("Purpose"), lambda stop: stop.visit.purpose),
    Column("expected", N_("Expected result"), lambda stop: stop.visit.expected, on_screen=False),
    Column("materials", N_("Materials"), lambda stop: _materials(stop), on_screen=False),
    Column("why", N_("Why"), why_words),
]

# In the same places, so that both stand in one table.
NEXT_STEPS: "list[Column[DueStep]]" = [
    Column("day", N_("Date"), lambda step: step.due_on, "day", word=echo_day),
    Column("client", N_("Client"), lambda step: step.client.name),
    Column("purpose", N_("Purpose"), lambda step: step.text),
    Column("why", N_("Why"), lambda step: _("next step of {visit}").format(visit=step.visit)),
]


# --- on a terminal ---


def week_words(period: Period) -> str:
    """A week with its days: ``2026-11-16 ～ 11-22（第47周）``."""
    last = f"{period.last:%m-%d}" if period.last.year == period.begin.year else period.last.isoformat()
    number = period.begin.isocalendar().week
    return _("{begin} – {end} (week {number})").format(begin=period.begin.isoformat(), end=last, number=number)


def print_review(report: "WeekReport") -> None:
    """Print plan against actual: each goal, each visit, and the self-check."""
    print_text(_("Week: {week}").format(week=week_words(report.period)))
    _print_goals(report)
    if report.visits.lines:
        print_table(report.visits.lines, [column for column in WEEK_VISITS if column.on_screen])
    else:
        print_text(_("No visit this week."))
    for line in [
        *score_lines(report),
        *visit_lines(report.visits),
        *_unsaid_lines(report.visits),
        *care_lines(report),
        *market_lines(report.market),
    ]:
        print_text(line)


def care_lines(report: "WeekReport") -> list[str]:
    """The manager's word on the week before, what came late, promises, tasks, problems, what waits in the house."""
    return [
        *answer_lines(report),
        *changed_goal_lines(report),
        *late_lines(report),
        *work_lines(report.work),
        *service_lines(report.service),
        *matter_lines(report.matters),
    ]


def answer_lines(report: "WeekReport") -> list[str]:
    """What the manager said of the sheet before."""
    return [answer_words(report.answered)] if report.answered else []


def changed_goal_lines(report: "WeekReport") -> list[str]:
    """The goals that were changed after the plan of the week was closed: what they were, what they are now."""
    told = [
        _("{measure} {before} → {now}").format(
            measure=measure_word(goal.measure),
            before=words(goal.closed_target, quantity(goal.measure)),
            now=words(goal.week_target, quantity(goal.measure)),
        )
        for goal in report.goals
        if goal.closed_target is not None
    ]
    return [_("Goals changed after the plan was closed: {goals}").format(goals=_("; ").join(told))] if told else []


def answer_words(answered: "Answer") -> str:
    """What the manager said of a sheet; empty where nothing was decided or said."""
    score = None if answered.score is None else _("score {score}").format(score=f"{answered.score / 100:g}")
    said = _("; ").join(filter(None, [answered.return_reason or answered.comment, score]))
    sentences = {
        "returned": _("The sheet of {week} was returned: {said}"),
        "approved": _("The sheet of {week} was approved: {said}"),
    }
    if answered.state not in sentences and not said:
        return ""
    sentence = sentences.get(answered.state, _("Noted on the sheet of {week}: {said}"))
    return sentence.format(week=answered.week, said=said).rstrip(" :：")


def late_lines(report: "WeekReport") -> list[str]:
    """上周补录: what was recorded of the closed week before after its closing."""
    late = report.late
    if late is None:
        return []
    figures = [
        _("{measure} {before} → {now}").format(
            measure=measure_word(figure.measure),
            before=words(figure.before, quantity(figure.measure)),
            now=words(figure.now, quantity(figure.measure)),
        )
        for figure in late.figures
    ]
    visits = [f"{visit.day:%m-%d} {visit.client.name}" for visit in late.visits]
    told = _("; ").join([*figures, *visits])
    return [_("Entered late for {week}: {told}").format(week=late.week.label, told=told)]


def print_next(report: "WeekReport") -> None:
    """Print the goals and visits of the week to come."""
    ahead = report.next
    print_text(_("Next week: {week}").format(week=week_words(ahead.period)))
    if ahead.goals:
        columns = [column for column in next_goal_columns(Measure.VISITS) if column.on_screen]
        rows = [
            [cell(goal, column) for column in next_goal_columns(goal.measure) if column.on_screen]
            for goal in ahead.goals
        ]
        print_cells([_(column.title) for column in columns], rows, [column.kind == "count" for column in columns])
    else:
        print_text(_("No target is split for that week; `sales target set` and `sales target split` make its goals."))
    if ahead.visits:
        print_table(ahead.visits, [column for column in NEXT_VISITS if column.on_screen])
    else:
        print_text(_("No visit is planned."))
    for line in [*step_lines(ahead), *promised_lines(ahead), *_funnel_lines(ahead)]:
        print_text(line)
    proposed = sum(stop.visit.code is None for stop in ahead.visits)
    if proposed:
        print_text(
            _n(
                "{count} visit is only proposed; `sales plan make {week} --apply` plans it.",
                "{count} visits are only proposed; `sales plan make {week} --apply` plans them.",
                proposed,
            ).format(count=proposed, week=ahead.period.label)
        )


def _print_goals(report: "WeekReport") -> None:
    goals = [goal for goal in report.goals if shown_goal(goal)]
    if not goals:
        return
    columns = [column for column in goal_columns(Measure.VISITS) if column.on_screen]
    rows = [[cell(goal, column) for column in goal_columns(goal.measure) if column.on_screen] for goal in goals]
    print_cells([_(column.title) for column in columns], rows, [column.kind != "text" for column in columns])


def shown_goal(goal: "Goal") -> bool:
    """Whether a measure has anything to show; the others are named in the note on the score."""
    return goal.week_target is not None or bool(goal.week_actual)


# --- in words: the same sentences on a terminal, in the sheet and in the text ---


def score_lines(report: "WeekReport") -> list[str]:
    """The score, and which measures it leaves out."""
    if all(goal.week_target is None for goal in report.goals):
        return [_("No score: no target is split for this week.")]
    named = left_out_words(report)
    if report.score is None:
        return [_("No score: {measures}.").format(measures=named)]
    lines = [_("Weighted score: {score}").format(score=_points(report.score))]
    if named:
        lines.append(
            _("Left out of the score: {measures}. The other weights are scaled to 100.").format(measures=named)
        )
    return lines


def left_out_words(report: "WeekReport") -> str:
    """The measures that are left out of the score, each with the reason."""
    return _(", ").join(
        _("{measure} ({why})").format(measure=measure_word(goal.measure), why=left_out_word(goal.left_out or ""))
        for goal in report.left_out
    )


def visit_lines(visits: "VisitSummary") -> list[str]:
    """The week's visits in numbers."""
    planned, done, unplanned = len(visits.planned()), len(visits.done()), len(visits.unplanned())
    rate = "" if visits.rate is None else _(" ({rate})").format(rate=words(visits.rate, "ratio"))
    lines = [
        _("Visits: planned {planned}, done {done}{rate}, unplanned {unplanned}").format(
            planned=planned, done=done, rate=rate, unplanned=unplanned
        )
    ]
    follow_ups = follow_up_words(visits)
    if follow_ups:
        lines.append(follow_ups)
    standing = []
    if visits.a_coverage is not None:
        standing.append(_("class A covered: {rate}").format(rate=words(visits.a_coverage, "ratio")))
    standing.append(_n("{count} client overdue", "{count} clients overdue", len(visits.overdue)).format(
        count=len(visits.overdue)))  # fmt: skip
    return [*lines, _("Clients: {standing}").format(standing=_(", ").join(standing))]


def follow_up_words(visits: "VisitSummary") -> str:
    """The follow-ups in numbers; empty without any."""
    planned, done, unplanned = (
        len(part(face_to_face=False)) for part in (visits.planned, visits.done, visits.unplanned)
    )
    if not planned and not unplanned:
        return ""
    return _("Follow-ups: planned {planned}, done {done}, unplanned {unplanned}").format(
        planned=planned, done=done, unplanned=unplanned
    )


def _unsaid_lines(visits: "VisitSummary") -> list[str]:
    """Self-check: what was not done and has no reason yet."""
    unsaid = [line.visit.code or "" for line in visits.lines if line.state == "not_done"]
    if not unsaid:
        return []
    return [
        _("Not done and no reason yet: {codes}. `sales visit log`, `move` or `cancel` settles them.").format(
            codes=_(", ").join(unsaid)
        )
    ]


def promised_lines(ahead: "NextWeek") -> list[str]:
    """What we promised and is due by the end of the week to come."""
    return [
        _("Promised: {client}: {text} ({day})").format(
            client=promise.client.name, text=promise.text, day=echo_day(promise.due_on)
        )
        for promise in ahead.work.promises
        if promise.ours
    ]


def step_lines(ahead: "NextWeek") -> list[str]:
    """Next steps that fall due in the week to come on days without a visit."""
    return [
        _("Next step: {client}: {text} ({day})").format(
            client=step.client.name, text=step.text, day=echo_day(step.due_on)
        )
        for step in ahead.steps
    ]


def _funnel_lines(ahead: "NextWeek") -> list[str]:
    """How many visits the funnel asks for, beside those that stand in the plan; none where it asks for nothing."""
    if not ahead.funnel or not ahead.funnel.visits:
        return []
    sentence = (
        _("Visits by the funnel of {period}: {visits} (assumed rates); planned {planned}, proposed {proposed}.")
        if ahead.funnel.assumed
        else _("Visits by the funnel of {period}: {visits}; planned {planned}, proposed {proposed}.")
    )
    stops = [stop for stop in ahead.visits if stop.visit.face_to_face]
    planned = sum(stop.visit.code is not None for stop in stops)
    return [
        sentence.format(
            period=ahead.funnel.period.label,
            visits=ahead.funnel.visits,
            planned=planned,
            proposed=len(stops) - planned,
        )
    ]

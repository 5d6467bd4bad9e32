"""The first sheet of the goal sheet, section by section, and its first, eighth and last section: goals, approval."""

from functools import partial
from typing import TYPE_CHECKING

from salescli.i18n import N_, _
from salescli.render.output import Column
from salescli.render.sheets.layout import Cell, Line
from salescli.render.sheets.tables import Place, head_of, rows_of
from salescli.render.week_sheet.blocks import ALL, bar, empty, gap, note
from salescli.render.week_sheet.care_sections import market_of, matters_of, service_of
from salescli.render.week_sheet.money_sections import deals_of, orders_of
from salescli.render.week_sheet.work_sections import learning, next_visits, visits_of
from salescli.render.weeks import (
    answer_lines,
    changed_goal_lines,
    goal_columns,
    month_columns,
    next_goal_columns,
    score_lines,
    shown_goal,
    week_words,
)
from salescli.vocabulary import Measure

if TYPE_CHECKING:
    from salescli.services.reporting.goal_figures import Goal, MonthProgress
    from salescli.services.reporting.weeks import NextWeek, WeekReport


REPEATED = 3  # rows of title and names, which recur on every page
CHART_HEIGHT = 165.0
_GOALS = [
    Place("measure", "A", "text", tag="goal"),
    Place("weight", "B", "points", tag="weight"),
    Place("unit", "C", "word"),
    Place("week_target", "D"),
    Place("week_actual", "E:F"),
    Place("week_rate", "G", tag="week_rate"),
    Place("reason", "H:I"),
    Place("action", "J:L"),
    Place("points", "M", "points"),
    Place("", "N", "answer_points", N_("Score by\nmanager"), tag="manager_score"),
]
_MONTH = [
    Place("measure", "A:B", tag="month_measure"),
    Place("month_target", "C:D"),
    Place("month_actual", "E:F"),
    Place("month_rate", "G", tag="month_rate"),
    Place("time_rate", "H", title=N_("Time gone\n(working days)"), tag="time_rate"),
    Place("ahead", "I", "ahead", tag="ahead"),
    Place("gap", "J:K"),
    Place("needed_per_day", "L:N"),
]
_NEXT_GOALS = [
    Place("measure", "A:B"),
    Place("base", "C:D"),
    Place("catch_up", "E:F"),
    Place("target", "G", tag="next_target"),
    Place("basis", "H:I"),
    Place("action", "J:L"),
    Place("due_on", "M:N"),
]


def sheet_lines(report: "WeekReport") -> list[Line]:
    """The whole first sheet."""
    return [
        *_heading(report),
        *_goals(report),
        *visits_of(report),
        *deals_of(report.deals),
        *orders_of(report.orders),
        *service_of(report.service),
        *market_of(report.market),
        *matters_of(report.matters),
        *_next_goals(report.next, _provisional_words(report)),
        *next_visits(report.next),
        *learning(report),
        *_approval(report),
    ]


def _heading(report: "WeekReport") -> list[Line]:
    who = report.profile
    names = [
        (_("Department: {name}"), who.department, "A:D"),
        (_("Name: {name}"), who.name, "E:H"),
        (_("Territory: {name}"), who.territory, "I:J"),
        (_("Manager: {name}"), who.manager, "K:N"),
    ]
    status = _("Version: {number} (draft)") if report.status == "draft" else _("Version: {number}")
    return [
        Line((Cell(_("Weekly goals: the week's work and next week's plan"), "title", ALL),), height=32),
        Line(tuple(Cell(label.format(name=name), "meta", span) for label, name, span in names), height=20),
        Line(
            (
                Cell(_("Week: {week}").format(week=week_words(report.period)), "meta", "A:D"),
                Cell(_("Next week: {week}").format(week=week_words(report.next.period)), "meta", "E:H"),
                Cell(report.made_at.date(), "meta_date", "I:J"),
                Cell(status.format(number=report.version), "meta", "K:N"),
            ),
            height=20,
        ),
    ]


def _goals(report: "WeekReport") -> list[Line]:
    title = _("1. Goals reached")
    goals = [goal for goal in report.goals if shown_goal(goal)]
    left_out = score_lines(report)[-1:] if report.left_out else []
    notes = [note(line) for line in [*left_out, *changed_goal_lines(report)]]
    if not goals:
        return [empty(title), *notes, *_months(report)]
    columns = partial(_goal_columns, currency=report.profile.currency)
    head = head_of(goal_columns(Measure.VISITS), _GOALS)
    rows = rows_of(goals, columns, _GOALS, head)
    return [bar(title, _provisional_words(report)), head, *rows, *_total(report), *notes, *_months(report)]


def _goal_columns(goal: "Goal", currency: str) -> "list[Column[Goal]]":
    return goal_columns(goal.measure, currency)


def _total(report: "WeekReport") -> list[Line]:
    """The weighted score: ours, and the one that follows from what the manager types."""
    if report.score is None:
        return []
    return [
        Line(
            (
                Cell(_("Weighted score"), "total", "A:L"),
                Cell(report.score, "total_points", "M"),
                Cell(None, "total_points", "N", "manager_total"),
            )
        )
    ]


def _months(report: "WeekReport") -> list[Line]:
    lines: list[Line] = []
    for month in report.months:
        if month.rows:
            current = month.month.begin <= max(report.period.begin, report.as_of) < month.month.end
            lines += [gap(), *_month(month, charted=current)]
    return lines


def _month(month: "MonthProgress", *, charted: bool) -> list[Line]:
    title = _("Progress of the month {month}").format(month=month.month.label)
    head = head_of(month_columns(Measure.VISITS), _MONTH)
    places = _MONTH if charted else [Place(place.key, place.span, place.look) for place in _MONTH]
    lines = [
        Line((Cell(title, "subhead", ALL),), height=20, keep=True),
        head,
        *rows_of(month.rows, lambda goal: month_columns(goal.measure), places, head),
    ]
    if charted:
        lines.append(Line((Cell(None, "empty", "A", "chart"),), height=CHART_HEIGHT))
    return lines


def _provisional_words(report: "WeekReport") -> str:
    """That targets rest on days off which are not official yet; empty where they are."""
    provisional = any(table.provisional for one in report.breakdowns for table in one.tables)
    return _("(provisional: the official days off are not all known)") if provisional else ""


def _next_goals(ahead: "NextWeek", aside: str) -> list[Line]:
    title = _("8. Goals for next week")
    if not ahead.goals:
        return [empty(title)]
    head = head_of(next_goal_columns(Measure.VISITS), _NEXT_GOALS)
    return [
        gap(),
        bar(title, aside),
        head,
        *rows_of(ahead.goals, lambda goal: next_goal_columns(goal.measure), _NEXT_GOALS, head),
    ]


def _approval(report: "WeekReport") -> list[Line]:
    heads = [
        (_("Comment"), "A:F"),
        (_("Score"), "G"),
        (_("□ approved  □ returned (reason)"), "H:I"),
        (_("Manager: signature, date"), "J:K"),
        (_("Salesperson: signature, date"), "L:N"),
    ]
    answers = (
        Cell(None, "answer", "A:F", "comment"),
        Cell(None, "answer_points", "G", "score"),
        Cell(None, "answer_choice", "H", "decision"),
        Cell(None, "answer", "I", "return_reason"),
        Cell(None, "answer", "J:K", "manager_signature"),
        Cell(None, "answer", "L:N", "own_signature"),
    )
    return [
        gap(),
        bar(_("11. The manager's approval"), _("; ").join(answer_lines(report))),
        Line(tuple(Cell(text, "head", span) for text, span in heads), keep=True),
        Line(answers, height=56),
    ]

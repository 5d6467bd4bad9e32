"""The sections of the goal sheet, in its order; an empty one is one line that says so."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from salescli.i18n import N_, _, _n
from salescli.render.output import Column
from salescli.render.week_money import DEALS, OWED, deals_aside, more_deals, more_owed
from salescli.render.week_sheet.layout import Cell, Line, height_of, shortened
from salescli.render.week_sheet.tables import Place, cells_of, head_of, rows_of
from salescli.render.weeks import (
    NEXT_STEPS,
    NEXT_VISITS,
    WEEK_VISITS,
    follow_up_words,
    goal_columns,
    month_columns,
    next_goal_columns,
    score_lines,
    shown_goal,
    week_words,
)
from salescli.vocabulary import Measure

if TYPE_CHECKING:
    from salescli.services.reporting.week_money import DealsOfWeek, OrdersOfWeek
    from salescli.services.reporting.weeks import Goal, Learned, MonthProgress, NextWeek, WeekReport
    from salescli.services.visiting.week_visits import VisitSummary

# The columns are those of the visits' table; the others join neighbours.
WIDTHS = {
    "A": 11.5, "B": 8, "C": 7.5, "D": 15, "E": 7, "F": 8.5, "G": 14, "H": 14, "I": 26, "J": 13, "K": 13, "L": 13,
    "M": 11.5, "N": 9.5,
}  # fmt: skip
ALL = "A:N"
REPEATED = 3  # rows of title and names, which recur on every page
CHART_HEIGHT = 165.0
MOST_LINES = 8  # of a text in the visits' table; the whole text stands in the daily detail
MOST_SCORE = 120
_LITTLE = 260.0  # points

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
_VISITS = [
    Place("day", "A"),
    Place("time", "B", title=N_("Time slot")),
    Place("client", "C:D"),
    Place("grade", "E", "word"),
    Place("by", "F", "word"),
    Place("purpose", "G", title=N_("Planned purpose")),
    Place("expected", "H"),
    Place("result", "I"),
    Place("state", "J", "word"),
    Place("reason", "K"),
    Place("next_step", "L"),
    Place("next_on", "M"),
    Place("unplanned", "N", "word", N_("Beside\nthe plan")),
]
_DEALS = [
    Place("client", "A:B"),
    Place("name", "C:D"),
    Place("amount", "E:F"),
    Place("stage", "G"),
    Place("probability", "H"),
    Place("expected_on", "I"),
    Place("change", "J:K"),
    Place("next_step", "L:N"),
]
_OWED = [
    Place("client", "A:B"),
    Place("order", "C:D"),
    Place("open", "E:F"),
    Place("due_on", "G"),
    Place("days_overdue", "H", tag="days_overdue"),
    Place("received", "I"),
    Place("", "J:K", "date", N_("Payment promised")),
    Place("", "L:N", "text", N_("What to do about it")),
]
_NEXT_GOALS = [
    Place("measure", "A:B"),
    Place("base", "C:D"),
    Place("catch_up", "E:F"),
    Place("target", "G"),
    Place("basis", "H:I"),
    Place("action", "J:L"),
    Place("due_on", "M:N"),
]
_NEXT_VISITS = [
    Place("day", "A"),
    Place("time", "B", title=N_("Time slot")),
    Place("client", "C:D"),
    Place("grade", "E", "word"),
    Place("by", "F", "word"),
    Place("purpose", "G"),
    Place("expected", "H:I"),
    Place("materials", "J:K", title=N_("Materials, samples")),
    Place("why", "L:N", title=N_("Why it is planned")),
]
# Sections whose records don't exist yet.
_NOTHING_YET = {
    5: N_("5. Client service"),
    6: N_("6. Market and competitors"),
    7: N_("7. Problems, suggestions and support needed"),
}


def sheet_lines(report: "WeekReport") -> list[Line]:
    """The whole first sheet."""
    return [
        *_heading(report),
        *_goals(report),
        *_visits(report.visits),
        *_deals(report.deals),
        *_orders(report.orders),
        *(_empty(title) for title in _NOTHING_YET.values()),
        *_next_goals(report.next, _provisional_words(report)),
        *_next_visits(report.next),
        *_learning(report),
        *_approval(),
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


def _bar(title: str, aside: str = "") -> Line:
    return Line((Cell(title, "section", "A:F"), Cell(aside or None, "aside", "G:N")), height=23, keep=True)


def _empty(title: str) -> Line:
    return Line((Cell(_(title), "section", "A:F"), Cell(_("None this week"), "aside", "G:N")), height=23)


def _note(text: str) -> Line:
    return Line((Cell(text, "note", ALL),))


def _gap() -> Line:
    return Line((), height=8, keep=True)


# --- 1 and 8: goals ---


def _goals(report: "WeekReport") -> list[Line]:
    title = _("1. Goals reached")
    goals = [goal for goal in report.goals if shown_goal(goal)]
    notes = [_note(line) for line in score_lines(report)[-1:] if report.left_out]
    if not goals:
        return [_empty(title), *notes, *_months(report)]
    columns = partial(_goal_columns, currency=report.profile.currency)
    head = head_of(goal_columns(Measure.VISITS), _GOALS)
    rows = rows_of(goals, columns, _GOALS, head)
    return [_bar(title, _provisional_words(report)), head, *rows, *_total(report), *notes, *_months(report)]


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
            lines += [_gap(), *_month(month, charted=current)]
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
        return [_empty(title)]
    head = head_of(next_goal_columns(Measure.VISITS), _NEXT_GOALS)
    return [
        _gap(),
        _bar(title, aside),
        head,
        *rows_of(ahead.goals, lambda goal: next_goal_columns(goal.measure), _NEXT_GOALS, head),
    ]


# --- 2 and 9: visits ---


def _visits(visits: "VisitSummary") -> list[Line]:
    title = _("2. This week's work")
    if not visits.lines:
        return [_empty(title)]
    told = [line for line in visits.lines if line.telling]
    routine = len(visits.lines) - len(told)
    head = head_of(WEEK_VISITS, _VISITS)
    notes = [follow_up_words(visits)]
    if routine:
        notes.append(
            _n(
                "{count} routine visit done as planned stands in the daily detail only.",
                "{count} routine visits done as planned stand in the daily detail only.",
                routine,
            ).format(count=routine)
        )
    rest = _(" … (whole text: daily detail)")
    rows = [_short_line(cells_of(line, WEEK_VISITS, _VISITS), rest, head) for line in told]
    table = [head, *rows] if rows else []
    return [_gap(), _bar(title), *_figures(visits), *table, *(_note(note) for note in notes if note)]


def _figures(visits: "VisitSummary") -> list[Line]:
    """The week's visits in big figures under their names."""
    figures = [
        (_("Planned visits"), len(visits.planned()), "figure", "A:C", ""),
        (_("Done"), len(visits.done()), "figure", "D:F", ""),
        (_("Completion rate"), visits.rate, "figure_percent", "G:H", ""),
        (_("Unplanned"), len(visits.unplanned()), "figure", "I", ""),
        (_("Class A covered"), visits.a_coverage, "figure_percent", "J:K", ""),
        (_("Clients overdue"), len(visits.overdue), "figure", "L:N", "overdue"),
    ]
    return [
        Line(tuple(Cell(label, "label", span) for label, _value, _look, span, _tag in figures), keep=True),
        Line(tuple(Cell(value, look, span, tag) for _label, value, look, span, tag in figures), height=26, keep=True),
    ]


def _short_line(cells: Iterable[Cell], rest: str, head: Line) -> Line:
    """A row whose texts are cut where they would make it too high; ``rest`` says that more follows."""
    return Line(tuple(_short(cell, rest, MOST_LINES) for cell in cells), head=head)


def _short(cell: Cell, rest: str, most: int) -> Cell:
    return (
        replace(cell, value=shortened(cell.value, cell.span, WIDTHS, most, rest))
        if isinstance(cell.value, str)
        else cell
    )


def _next_visits(ahead: "NextWeek") -> list[Line]:
    title = _("9. Visits and work planned for next week")
    if not ahead.visits and not ahead.steps:
        return [_empty(title)]
    head = head_of(NEXT_VISITS, _NEXT_VISITS)
    rows = [(stop.visit.planned_on, cells_of(stop, NEXT_VISITS, _NEXT_VISITS)) for stop in ahead.visits]
    rows += [(step.due_on, cells_of(step, NEXT_STEPS, _NEXT_VISITS)) for step in ahead.steps]
    rows.sort(key=lambda row: row[0] or date.max)
    lines = [_short_line(cells, _(" …"), head) for _day, cells in rows]
    proposed = sum(stop.visit.code is None for stop in ahead.visits)
    aside = _n("{count} visit proposed", "{count} visits proposed", proposed).format(count=proposed) if proposed else ""
    return [_gap(), _bar(title, aside), head, *lines]


# --- 3 and 4: money ---


def _deals(deals: "DealsOfWeek") -> list[Line]:
    title = _("3. Deals and quotations")
    if not deals.lines:
        return [_empty(title)]
    head = head_of(DEALS, _DEALS)
    rows = [_short_line(cells_of(line, DEALS, _DEALS), _(" …"), head) for line in deals.lines]
    notes = [_note(more_deals(deals.more))] if deals.more else []
    return [_gap(), _bar(title, deals_aside(deals)), head, *rows, *notes]


def _orders(orders: "OrdersOfWeek") -> list[Line]:
    title = _("4. Orders and receipts")
    if orders.nothing:
        return [_empty(title)]
    head = head_of(OWED, _OWED)
    table = [head, *rows_of(orders.lines, lambda _line: OWED, _OWED, head)] if orders.lines else []
    notes = [_note(more_owed(orders.more))] if orders.more else []
    return [_gap(), _bar(title), *_sums(orders), *table, *notes]


def _sums(orders: "OrdersOfWeek") -> list[Line]:
    """What the week sold and received, and what is owed, in big figures under their names."""
    sums = [
        (_("Sales this week"), orders.sales, "A:D"),
        (_("Receivable in all"), orders.owed, "E:G"),
        (_("Received this week"), orders.received, "H:I"),
        (_("Overdue"), orders.overdue, "J:N"),
    ]
    return [
        Line(tuple(Cell(name, "label", span) for name, _minor, span in sums), keep=True),
        Line(
            tuple(Cell(Decimal(minor) / 100, "figure_money", span) for _name, minor, span in sums),
            height=26,
            keep=bool(orders.lines),
        ),
    ]


# --- 10 and 11 ---


def _learning(report: "WeekReport") -> list[Line]:
    title = _("10. What was learnt")
    if not report.learned:
        return [replace(_empty(title), keep=True)]
    spans = ("A:F", "G:I", "J:N")
    titles = (_("Gained"), _("Fell short"), _("Learnt"))
    head = Line(tuple(Cell(name, "head", span) for name, span in zip(titles, spans, strict=True)), keep=True)
    lines = [_bar(title), head, *(_learned_line(learned, spans, head) for learned in report.learned)]
    # The approval never stands alone on a page: what was learnt goes with it, all of it where that is little.
    little = sum(height_of(line, WIDTHS) for line in lines) < _LITTLE
    first = [replace(line, keep=True) for line in lines[:-1]] if little else lines[:-1]
    return [_gap(), *first, replace(lines[-1], keep=True)]


def _learned_line(learned: "Learned", spans: tuple[str, ...], head: Line) -> Line:
    texts = [f"{learned.day:%m-%d}  {text}" if text else None for text in (learned.gained, learned.fell_short)]
    cells = [Cell(text, "text", span) for text, span in zip([*texts, None], spans, strict=True)]
    return Line(tuple(_short(cell, _(" …"), 2 * MOST_LINES) for cell in cells), head=head)


def _approval() -> list[Line]:
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
        _gap(),
        _bar(_("11. The manager's approval")),
        Line(tuple(Cell(text, "head", span) for text, span in heads), keep=True),
        Line(answers, height=56),
    ]

"""Sections 2, 9 and 10 of the goal sheet: the week's work, the work to come, what was learnt."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from salescli.i18n import N_, _, _n
from salescli.render.sheets.layout import Cell, Line, height_of
from salescli.render.sheets.tables import Place, cells_of, head_of
from salescli.render.week_care import (
    NEXT_PROMISES,
    NEXT_TASKS,
    NEXT_TICKETS,
    PROMISED,
    TASKED,
    learnt_words,
    work_lines,
)
from salescli.render.week_sheet.blocks import MOST_LINES, WIDTHS, bar, empty, gap, note, short, short_line
from salescli.render.weeks import (
    NEXT_STEPS,
    NEXT_VISITS,
    WEEK_VISITS,
    follow_up_words,
    late_lines,
)
from salescli.service_words import PromiseState

if TYPE_CHECKING:
    from salescli.services.reporting.weeks import Learned, NextWeek, WeekReport
    from salescli.services.visiting.week_visits import VisitLine, VisitSummary


_LITTLE = 260.0  # points
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
# Promises and tasks have no more to say than their words, which need the room.
_WORK = [
    Place("day", "A"),
    Place("time", "B"),
    Place("client", "C:D"),
    Place("grade", "E", "word"),
    Place("by", "F", "word"),
    Place("purpose", "G:H"),
    Place("result", "I"),
    Place("state", "J", "word"),
    Place("reason", "K:N"),
]
_NEXT_WORK = [
    Place("day", "A"),
    Place("time", "B"),
    Place("client", "C:D"),
    Place("grade", "E", "word"),
    Place("by", "F", "word"),
    Place("purpose", "G:I"),
    Place("materials", "J:K"),
    Place("why", "L:N"),
]
_MOST_TICKETS = 8


def visits_of(report: "WeekReport") -> list[Line]:
    """Section 2: the week's visits in figures, those worth telling, promises not kept in time, tasks."""
    title = _("2. This week's work")
    visits, work = report.visits, report.work
    if not visits.lines and not work.promises and not work.tasks:
        return [empty(title), *(note(line) for line in late_lines(report))]
    told = [line for line in visits.lines if line.telling]
    quiet = [line for line in visits.lines if not line.telling]
    head = head_of(WEEK_VISITS, _VISITS)
    notes = [follow_up_words(visits), *work_lines(work), *late_lines(report)]
    notes += _quiet_lines(quiet)
    rest = _(" … (whole text: daily detail)")
    cells = [
        *(cells_of(line, WEEK_VISITS, _VISITS) for line in told),
        *(cells_of(promise, PROMISED, _WORK) for promise in work.promises if promise.state != PromiseState.KEPT),
        *(cells_of(task, TASKED, _WORK) for task in work.tasks),
    ]
    rows = [short_line(row, rest, head) for row in cells]
    table = [head, *rows] if rows else []
    return [gap(), bar(title), *_figures(visits), *table, *(note(line) for line in notes if line)]


def _quiet_lines(quiet: "Sequence[VisitLine]") -> list[str]:
    """How many visits stand in the daily detail only: done as planned, and still to come."""
    to_come = sum(line.state == "open" for line in quiet)
    routine = len(quiet) - to_come
    lines = []
    if routine:
        sentence = _n(
            "{count} routine visit done as planned stands in the daily detail only.",
            "{count} routine visits done as planned stand in the daily detail only.",
            routine,
        )
        lines.append(sentence.format(count=routine))
    if to_come:
        sentence = _n(
            "{count} visit to come stands in the daily detail only.",
            "{count} visits to come stand in the daily detail only.",
            to_come,
        )
        lines.append(sentence.format(count=to_come))
    return lines


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


def next_visits(ahead: "NextWeek") -> list[Line]:
    """Section 9: visits, next steps, promises, problems and tasks by day."""
    title = _("9. Visits and work planned for next week")
    work = ahead.work
    if not (ahead.visits or ahead.steps or work.promises or work.tickets or work.tasks):
        return [empty(title)]
    head = head_of(NEXT_VISITS, _NEXT_VISITS)
    shown = work.tickets[:_MOST_TICKETS]
    rows = [
        *(cells_of(stop, NEXT_VISITS, _NEXT_VISITS) for stop in ahead.visits),
        *(cells_of(step, NEXT_STEPS, _NEXT_VISITS) for step in ahead.steps),
        *(cells_of(promise, NEXT_PROMISES, _NEXT_WORK) for promise in work.promises),
        *(cells_of(ticket, NEXT_TICKETS, _NEXT_WORK) for ticket in shown),
        *(cells_of(task, NEXT_TASKS, _NEXT_WORK) for task in work.tasks),
    ]
    rows.sort(key=lambda cells: cells[0].value or date.max)  # by the day shown
    lines = [short_line(cells, _(" …"), head) for cells in rows]
    proposed = sum(stop.visit.code is None for stop in ahead.visits)
    aside = _n("{count} visit proposed", "{count} visits proposed", proposed).format(count=proposed) if proposed else ""
    more = len(work.tickets) - len(shown)
    notes = [_n("{count} more problem stands in section 5.", "{count} more problems stand in section 5.", more)
             .format(count=more)] if more else []  # fmt: skip
    return [gap(), bar(title, aside), head, *lines, *map(note, notes)]


def learning(report: "WeekReport") -> list[Line]:
    """Section 10: what days brought, and what was learnt."""
    title = _("10. What was learnt")
    if not report.learned:
        return [replace(empty(title), keep=True)]
    spans = ("A:F", "G:I", "J:N")
    titles = (_("Gained"), _("Fell short"), _("Learnt"))
    head = Line(tuple(Cell(name, "head", span) for name, span in zip(titles, spans, strict=True)), keep=True)
    lines = [bar(title), head, *(_learned_line(learned, spans, head) for learned in report.learned)]
    # The approval never stands alone on a page: what was learnt goes with it, all of it where that is little.
    little = sum(height_of(line, WIDTHS) for line in lines) < _LITTLE
    first = [replace(line, keep=True) for line in lines[:-1]] if little else lines[:-1]
    return [gap(), *first, replace(lines[-1], keep=True)]


def _learned_line(learned: "Learned", spans: tuple[str, ...], head: Line) -> Line:
    told = (learned.gained, learned.fell_short, learnt_words(learned.learnt))
    texts = [f"{learned.day:%m-%d}  {text}" if text else None for text in told]
    cells = [Cell(text, "text", span) for text, span in zip(texts, spans, strict=True)]
    return Line(tuple(short(cell, _(" …"), 2 * MOST_LINES) for cell in cells), head=head)

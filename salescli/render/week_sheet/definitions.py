"""The fourth sheet: every number of the others, its formula in words, and the rows behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from salescli.formulas import formula
from salescli.i18n import _, _n
from salescli.render.output import words
from salescli.render.sheets.layout import Cell, Line, Value
from salescli.render.sheets.style import LOOK_OF_KIND
from salescli.render.sheets.tables import value_of
from salescli.render.weeks import goal_columns, left_out_words, measure_title, quantity
from salescli.vocabulary import Measure

if TYPE_CHECKING:
    from salescli.formulas import Counting
    from salescli.services.reporting.goal_figures import Goal
    from salescli.services.reporting.weeks import WeekReport
    from salescli.services.visiting.week_visits import VisitLine, VisitSummary

WIDTHS = {"A": 24, "B": 17, "C": 64, "D": 58}
ALL = "A:D"
REPEATED = 2  # rows of title and heading
_MOST_CODES = 60


@dataclass(frozen=True)
class Definition:
    """A figure: its name, its formula in words, the rows behind it, what it comes to."""

    name: str
    words: str
    rows: str = ""
    value: Value = None
    look: str = "count"


def sheet_lines(report: "WeekReport") -> list[Line]:
    """The whole fourth sheet."""
    return lines_of(
        _("This week"),
        [
            *_of_goals(report),
            *_of_month(),
            *_of_visits(report.visits),
            *_of_clients(report.visits),
            *_of_next_week(),
            *_of_breakdown(report),
        ],
    )


def lines_of(period: str, found: "Iterable[Definition]") -> list[Line]:
    """A sheet of definitions; ``period`` heads their figures."""
    titles = (_("Figure"), period, _("How it is worked out"), _("Rows behind it"))
    return [
        Line((Cell(_("Definitions of the numbers"), "title", ALL),), height=30),
        Line(tuple(Cell(title, "head", span) for title, span in zip(titles, "ABCD", strict=True))),
        *map(_line, found),
    ]


def _line(definition: Definition) -> Line:
    return Line(
        (
            Cell(definition.name, "text", "A"),
            Cell(definition.value, definition.look, "B"),
            Cell(definition.words, "text", "C"),
            Cell(definition.rows or None, "text", "D"),
        )
    )


def _of_goals(report: "WeekReport") -> list[Definition]:
    days = _("Target breakdown, by day: {begin} to {end}").format(begin=report.period.begin, end=report.period.last)
    return [
        *(_of_measure(goal, report.visits, report.counting) for goal in report.goals),
        Definition(
            _("Week's target"), _("The target split over working days; the sum of the days of this week."), days
        ),
        Definition(_("Week's rate"), _("Week's actual ÷ week's target; undefined when the target is 0.")),
        Definition(
            _("Weight (%)"),
            _(
                "Out of 100, from the settings. A measure without a target, satisfaction without surveys and margin "
                "without costs are left out, and the weights of the others are scaled to 100."
            ),
            left_out_words(report),
        ),
        Definition(_("Self-score"), _("100 × the week's rate, at most 120.")),
        Definition(
            _("Weighted score"),
            _("The sum of weight × the week's rate, the rate counted at 1.2 at most; out of 100."),
            value=report.score,
            look="points",
        ),
        Definition(
            _("Weighted score (manager)"),
            _("The sum of weight × the manager's score ÷ 100; it appears when every measure has a score."),
        ),
    ]


def _of_measure(goal: "Goal", visits: "VisitSummary", counting: "Counting") -> Definition:
    column = next(column for column in goal_columns(goal.measure) if column.key == "week_actual")
    rows = _rows_of(goal, visits)
    look = LOOK_OF_KIND[column.kind]
    words = formula(Measure(goal.measure), counting)
    return Definition(measure_title(goal.measure), words, rows, value_of(goal, column), look)


def _rows_of(goal: "Goal", visits: "VisitSummary") -> str:
    if goal.measure == Measure.VISITS:
        return _codes(line for line in visits.lines if _took_place(line))
    if goal.measure == Measure.EFFECTIVE_VISITS:
        return _codes(line for line in visits.lines if _took_place(line) and line.visit.effective)
    return _("Nothing is recorded of it yet.") if goal.week_actual is None else listed(goal.codes)


def _took_place(line: "VisitLine") -> bool:
    return line.visit.face_to_face and line.state in ("done", "unplanned")


def _of_month() -> list[Definition]:
    return [
        Definition(
            _("Month's target"), _("The assigned target of the month; it is never altered by arithmetic."),
            _("Target breakdown, by day"),
        ),
        Definition(_("Month's actual"), _("What was reached from the first of the month to the end of the week.")),
        Definition(_("Month's rate"), _("Month's actual ÷ month's target.")),
        Definition(
            _("Time gone (working days)"),
            _("Working days up to and including the last day of the week (today while it runs) ÷ all of the month."),
        ),
        Definition(_("Ahead of time"), _("Month's rate less the time gone; negative means behind.")),
        Definition(_("Gap"), _("Month's target less month's actual; positive means short.")),
        Definition(_("Needed a day"), _("Gap ÷ working days left in the month, rounded up to the smallest unit.")),
    ]  # fmt: skip


def _of_visits(visits: "VisitSummary") -> list[Definition]:
    follow_ups = [*visits.done(face_to_face=False), *visits.unplanned(face_to_face=False)]
    return [
        Definition(
            _("Planned visits"),
            _("Visits planned for the week. One moved within the week counts once, by what became of it."),
            _codes(visits.planned()),
            len(visits.planned()),
        ),
        Definition(_("Done"), _("Of the planned visits, those that took place."), _codes(visits.done()),
                    len(visits.done())),
        Definition(
            _("Completion rate"),
            _("Visits planned and done ÷ visits planned. Unplanned ones are not counted; moved to another week, "
              "cancelled or missed ones count as not done."),
            "",
            visits.rate,
            "percent",
        ),
        Definition(
            _("Unplanned"), _("Visits made beside the plan."), _codes(visits.unplanned()), len(visits.unplanned())
        ),
        Definition(
            _("Follow-ups done"), _("Contacts by phone, WeChat or e-mail, counted apart from visits."),
            _codes(follow_ups), len(follow_ups),
        ),
    ]  # fmt: skip


def _of_clients(visits: "VisitSummary") -> list[Definition]:
    covered = {client.code for client in visits.covered}
    open_ones = [client.code for client in visits.of_class_a if client.code not in covered]
    return [
        Definition(
            _("Class A covered"),
            _("Class A clients contacted within their cadence at the end of the week ÷ all clients of class A."),
            _("{covered} of {all}; not covered: {codes}").format(
                covered=len(covered), all=len(visits.of_class_a), codes=listed(open_ones) or _("none")
            ),
            visits.a_coverage,
            "percent",
        ),
        Definition(
            _("Clients overdue"),
            _("Clients whose last contact + cadence lies before the end of the week; for those never contacted, "
              "whose first day lies before it."),
            listed([late.client.code for late in visits.overdue]),
            len(visits.overdue),
        ),
    ]  # fmt: skip


def _of_next_week() -> list[Definition]:
    return [
        Definition(
            _("Base target"), _("The target split over working days; the sum of the days of next week."),
            _("Target breakdown, by day"),
        ),
        Definition(
            _("Catching up"),
            _("Rolling target less assigned target over the days of next week: above 0 to make up for what was missed, "
              "below 0 ahead of plan; empty until the target is replanned."),
        ),
        Definition(_("Next week's target"), _("Base target + catching up.")),
    ]  # fmt: skip


def _of_breakdown(report: "WeekReport") -> list[Definition]:
    wholes = [(one.measure, one.tables[0]) for one in report.breakdowns]
    return [
        Definition(
            _("Rolling target"),
            _("Target less actual on the day it was replanned, spread over the days after it in proportion to what is "
              "assigned to them, no day above the cap. It stands beside the assigned target, never in its place."),
            _amounts((measure, table.rolling) for measure, table in wholes),
        ),
        Definition(
            _("Not recoverable"),
            _("What finds no room on the days left, because no day gets more than the cap times its assigned amount."),
            _amounts((measure, table.unrecoverable) for measure, table in wholes),
        ),
        Definition(
            _("Typed as reached"),
            _("What was reached before the first record, typed as a sum or by month and spread over its days in "
              "proportion to their targets. It counts as actual of the month and the year, not of single visits."),
            _amounts((measure, table.done) for measure, table in wholes),
        ),
    ]  # fmt: skip


def _amounts(figures: "Iterable[tuple[str, int | None]]") -> str:
    """The measures that have such a figure, with it."""
    return _("; ").join(
        _("{measure}: {figure}").format(measure=measure_title(measure), figure=words(amount, quantity(measure)))
        for measure, amount in figures
        if amount
    )


def _codes(lines: "Iterable[VisitLine]") -> str:
    return listed([line.visit.code or "" for line in lines])


def listed(codes: Sequence[str]) -> str:
    """The codes, the first of them where there are many."""
    listed = " ".join(codes[:_MOST_CODES])
    more = len(codes) - _MOST_CODES
    if more <= 0:
        return listed
    return listed + _n(" and {count} more", " and {count} more", more).format(count=more)

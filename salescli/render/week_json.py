"""The week as scripts read it."""

from typing import TYPE_CHECKING, Any

from salescli.amounts import plain
from salescli.render.clients import CLIENT
from salescli.render.output import as_json
from salescli.render.visits import VISITS
from salescli.render.week_care import learnt_json, market_json, matters_json, service_json, tickets_json, work_json
from salescli.render.week_money import deals_json, orders_json
from salescli.render.weeks import goal_columns, month_columns, next_goal_columns
from salescli.vocabulary import MONEY_MEASURES

if TYPE_CHECKING:
    from salescli.models.weeks import WeekPlan
    from salescli.services.planning.plan_checks import PlannedVisit
    from salescli.services.reporting.goal_figures import Goal, MonthProgress, NextGoal
    from salescli.services.reporting.weeks import Answer, LateEntries, Learned, NextWeek, WeekReport
    from salescli.services.visiting.week_visits import OverdueClient, VisitSummary


def week_json(report: "WeekReport") -> dict[str, Any]:
    """The week as scripts read it, one key a section of the sheet."""
    return {
        "period": report.period.label,
        "begin": report.period.begin,
        "end": report.period.last,
        "status": report.status,
        "version": report.version,
        "as_of": report.as_of,
        "goals": [_goal_json(goal) for goal in report.goals],
        "score": report.score,
        "months": [_month_json(month) for month in report.months],
        "visits": _visits_json(report.visits),
        "deals": deals_json(report.deals),
        "orders": orders_json(report.orders),
        "work": work_json(report.work),
        "service": service_json(report.service),
        "market": market_json(report.market),
        "issues": matters_json(report.matters),
        "next": _next_json(report.next),
        "learning": [_learned_json(learned) for learned in report.learned],
        "late": report.late and _late_json(report.late),
        "approval": report.answered and _answer_json(report.answered),
    }


def _goal_json(goal: "Goal") -> dict[str, Any]:
    found = as_json(goal, goal_columns(goal.measure))
    del found["unit"]  # a word for people
    return found


def _month_json(month: "MonthProgress") -> dict[str, Any]:
    return {
        "period": month.month.label,
        "rows": [as_json(goal, month_columns(goal.measure)) for goal in month.rows],
    }


def _visits_json(visits: "VisitSummary") -> dict[str, Any]:
    return {
        "planned": len(visits.planned()),
        "done": len(visits.done()),
        "unplanned": len(visits.unplanned()),
        "rate": visits.rate,
        "follow_ups": {
            "planned": len(visits.planned(face_to_face=False)),
            "done": len(visits.done(face_to_face=False)),
            "unplanned": len(visits.unplanned(face_to_face=False)),
        },
        "a_coverage": visits.a_coverage,
        "overdue": [_overdue_json(late) for late in visits.overdue],
        "rows": [
            {
                **as_json(line.visit, VISITS),
                "state": line.state,
                "in_plan": line.planned,
                "moved_on": line.moved_on,
            }
            for line in visits.lines
        ],
    }


def _overdue_json(late: "OverdueClient") -> dict[str, Any]:
    return {"client": as_json(late.client, CLIENT), "grade": late.grade, "days_overdue": late.days}


def _next_json(ahead: "NextWeek") -> dict[str, Any]:
    return {
        "period": ahead.period.label,
        "begin": ahead.period.begin,
        "end": ahead.period.last,
        "goals": [_next_goal_json(goal) for goal in ahead.goals],
        "visits": [_stop_json(stop) for stop in ahead.visits],
        "next_steps": [
            {"visit": step.visit, "client": as_json(step.client, CLIENT), "text": step.text, "due_on": step.due_on}
            for step in ahead.steps
        ],
        **work_json(ahead.work),
        "tickets": tickets_json(ahead.work),
        "funnel": ahead.funnel
        and {
            "period": ahead.funnel.period.label,
            "visits": ahead.funnel.visits,
            "assumed": ahead.funnel.assumed,
        },
    }


def _next_goal_json(goal: "NextGoal") -> dict[str, Any]:
    found = as_json(goal, next_goal_columns(goal.measure))
    del found["basis"]  # a sentence for people
    month = goal.progress and as_json(goal.progress, month_columns(goal.measure))
    return {**found, "working_days": goal.working_days, "month": goal.month, "progress": month}


def _stop_json(stop: "PlannedVisit") -> dict[str, Any]:
    return {
        **as_json(stop.visit, VISITS),
        "proposed": stop.visit.code is None,
        "start": stop.place and stop.place.start,
        "end": stop.place and stop.place.end,
        "reasons": [{"code": reason.code, "days": reason.days, "text": reason.text} for reason in stop.reasons],
    }


def _answer_json(answered: "Answer") -> dict[str, Any]:
    return {**vars(answered), "score": None if answered.score is None else answered.score / 100}


def answer_json(plan: "WeekPlan") -> dict[str, Any]:
    """A kept week with the manager's answer as scripts read it; points are numbers."""
    return {
        "period": plan.week,
        "version": plan.version,
        "status": plan.state,
        "answered_on": plan.answered_on,
        "comment": plan.comment,
        "return_reason": plan.return_reason,
        "score": None if plan.score is None else plan.score / 100,
        "scores": {measure: points / 100 for measure, points in plan.scores.items()},
        "answers": plan.answers,
    }


def _late_json(late: "LateEntries") -> dict[str, Any]:
    return {
        "period": late.week.label,
        "visits": [as_json(visit, VISITS) for visit in late.visits],
        "figures": [
            {
                "measure": figure.measure,
                "before": _figure(figure.measure, figure.before),
                "now": _figure(figure.measure, figure.now),
                "codes": list(figure.codes),
            }
            for figure in late.figures
        ],
    }


def _figure(measure: str, value: int) -> Any:
    return plain(value) if measure in MONEY_MEASURES else value


def _learned_json(learned: "Learned") -> dict[str, Any]:
    return {
        "date": learned.day,
        "gained": learned.gained,
        "fell_short": learned.fell_short,
        "learnt": learnt_json(learned.learnt),
    }

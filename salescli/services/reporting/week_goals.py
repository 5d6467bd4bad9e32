"""What is said of a week's goals: a target of one's own, the key action, why it fell short and what to do about it."""

from typing import Any

from sqlmodel import Session, col, select

from salescli.dates import Period
from salescli.models.weeks import Goal
from salescli.texts import NOTE_LIMIT, clean
from salescli.vocabulary import Measure

_TEXTS = ("key_action", "reason", "action")


def said(session: Session, week: Period) -> dict[str, Goal]:
    """What was said of the goals of ``week``, by measure."""
    rows = session.exec(select(Goal).where(Goal.week == week.label, col(Goal.deleted_at).is_(None)))
    return {row.measure: row for row in rows}


def say(session: Session, week: Period, measure: Measure, **told: Any) -> Goal:
    """Keep what is told of a goal: target (in the measure's unit), key_action, reason, action; the rest stays."""
    goal = said(session, week).get(measure.value) or Goal(week=week.label, measure=measure.value)
    if told.get("target") is not None:
        goal.target = told["target"]
    for name in _TEXTS:
        if told.get(name) is not None:
            setattr(goal, name, clean(told[name], field=name, limit=NOTE_LIMIT))
    session.add(goal)
    session.flush()
    return goal

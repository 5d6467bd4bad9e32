"""The plan of a week as it was closed with the week before: what the week's visits are held against."""

import json
from datetime import timedelta
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from salescli.dates import Period
from salescli.models.weeks import WeekPlan
from salescli.services.visiting.visits import VisitView

_DAY = timedelta(days=1)


def last_closed(session: Session, week: Period) -> WeekPlan | None:
    """The last version of ``week`` that was closed; one printed since, to mend what came back, is none."""
    query = select(WeekPlan).where(
        WeekPlan.week == week.label, col(WeekPlan.closed_at).is_not(None), col(WeekPlan.deleted_at).is_(None)
    )
    return session.exec(query.order_by(col(WeekPlan.version).desc())).first()


def visits_of(session: Session, period: Period) -> list[VisitView] | None:
    """The visits that stood in the plan of a week when the week before was closed; those only proposed have no code.

    None for what is no week, where the week before is not closed, and where nothing at all was planned then.
    """
    if period.kind != "week":
        return None
    before = last_closed(session, Period.week_of(period.begin - _DAY))
    if before is None:
        return None
    ahead = json.loads(before.snapshot)["next"]
    if ahead["period"]["begin"] != period.begin.isoformat():
        return None
    found: list[VisitView] = _adapter().validate_python([stop["visit"] for stop in ahead["visits"]])
    return found or None


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(list[VisitView])

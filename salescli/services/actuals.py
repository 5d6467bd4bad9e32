"""What was reached: the records behind each measure, counted by day."""

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from salescli.models.clients import Client
from salescli.models.visits import Visit
from salescli.vocabulary import FACE_TO_FACE, Measure, Outcome, VisitStatus


def total(session: Session, measure: Measure, begin: date, end: date) -> int | None:
    """What was reached from ``begin`` up to, not including, ``end``; None for what nothing is recorded of."""
    reached = by_day(session, measure, begin, end)
    return None if reached is None else sum(reached.values())


def by_day(session: Session, measure: Measure, begin: date, end: date) -> dict[date, int] | None:
    """What was reached on each day that has any, in minor units or counts; None as in :func:`total`."""
    count = _COUNTS.get(measure)
    return None if count is None else count(session, begin, end)


def _visits(session: Session, begin: date, end: date) -> dict[date, int]:
    """拜访: what happened face to face. Follow-ups by other channels are counted apart."""
    return _visits_that(session, begin, end)


def _effective_visits(session: Session, begin: date, end: date) -> dict[date, int]:
    """有效拜访: neither absent nor refused, and an order, a quotation asked for, or a next step with a date."""
    return _visits_that(
        session,
        begin,
        end,
        sa.or_(
            col(Visit.outcome).in_((Outcome.ORDER, Outcome.QUOTE)),
            sa.and_(
                sa.or_(col(Visit.outcome).is_(None), col(Visit.outcome).not_in((Outcome.ABSENT, Outcome.REFUSED))),
                col(Visit.next_on).is_not(None),
            ),
        ),
    )


def _visits_that(session: Session, begin: date, end: date, *conditions: sa.ColumnElement[bool]) -> dict[date, int]:
    days = session.exec(
        select(col(Visit.done_on), func.count())
        .join(Client, col(Client.id) == Visit.client_id)
        .where(
            col(Visit.done_on) >= begin,
            col(Visit.done_on) < end,
            Visit.status == VisitStatus.DONE,
            col(Visit.channel).in_(FACE_TO_FACE),
            col(Visit.deleted_at).is_(None),
            col(Client.deleted_at).is_(None),
            *conditions,
        )
        .group_by(col(Visit.done_on))
    )
    return {day: count for day, count in days if day is not None}


_COUNTS: dict[Measure, Callable[[Session, date, date], dict[date, int]]] = {
    Measure.VISITS: _visits,
    Measure.EFFECTIVE_VISITS: _effective_visits,
}

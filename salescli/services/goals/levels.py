"""满意度: a level, not a sum; the average of the scores that clients gave, out of 100.

The level of a period is its latest: the average over the quarter in which it ends, up to its last day; a period that
began before that quarter is averaged from its own first day on. So a week stands at its quarter's level so far, and a
quarter or a year at the average of all its answers.
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.dates import Period
from salescli.models.clients import Client

# As plain columns, because the model brings those of visits and tasks along.
SURVEYS = sa.table(
    "survey",
    *map(sa.column, ("id", "code", "client_id", "score", "reason", "deleted_at")),
    sa.column("answered_on", sa.Date),
)


def window(begin: date, end: date) -> tuple[date, date]:
    """The days, half open, over which the level of the period from ``begin`` up to ``end`` is averaged."""
    return min(begin, Period.quarter_of(end - timedelta(days=1)).begin), end


def scores(session: Session, begin: date, end: date, *conditions: Any) -> list[tuple[date, int]]:
    """(day, score) of the answers from ``begin`` up to, not including, ``end``, by day.

    ``conditions`` on them narrow them to clients; those of removed clients do not count.
    """
    query = (
        sa.select(SURVEYS.c.answered_on, SURVEYS.c.score)
        .join(Client, col(Client.id) == SURVEYS.c.client_id)
        .where(
            SURVEYS.c.answered_on >= begin,
            SURVEYS.c.answered_on < end,
            SURVEYS.c.score.is_not(None),
            SURVEYS.c.deleted_at.is_(None),
            col(Client.deleted_at).is_(None),
            *conditions,
        )
        .order_by(SURVEYS.c.answered_on)
    )
    return [(day, score) for day, score in session.connection().execute(query)]


def average(found: list[tuple[date, int]]) -> Fraction | None:
    """The average of scores; None without any."""
    return Fraction(sum(score for _day, score in found), len(found)) if found else None


def hundredths(level: Fraction) -> int:
    """A level in hundredths, as targets of levels are kept, rounded half up."""
    return (200 * level.numerator + level.denominator) // (2 * level.denominator)

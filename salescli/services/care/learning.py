"""What was learned: the log behind the last section of the goal sheet."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from salescli.amounts import excerpt, half_width
from salescli.errors import BadValue
from salescli.i18n import N_, _
from salescli.models.feedback import Learning
from salescli.services.accounts import clients
from salescli.services.care import references
from salescli.services.changes import now_of
from salescli.texts import NOTE_LIMIT, clean

_KIND = references.Kind(Learning, "L", N_("learning"), "sales learning list", lambda one: one.topic)
_MOST_MINUTES = 24 * 60
_HOUR = 60


@dataclass(frozen=True)
class LearningView:
    """Something learned as lists and JSON show it."""

    code: str
    on: date
    topic: str
    minutes: int | None
    takeaway: str | None

    @property
    def hours(self) -> float | None:
        """How long it took, in hours."""
        return None if self.minutes is None else self.minutes / _HOUR


def parse_minutes(hours: str | None, minutes: str | None) -> int | None:
    """Whole minutes from hours (``1.5``) or minutes (``90``) as typed; None without either.

    Raises BadValue for both, for anything else, and for more than a day.
    """
    if hours is not None and minutes is not None:
        raise BadValue(_("Give --hours or --minutes, not both."))
    text, unit = (hours, _HOUR) if hours is not None else (minutes, 1)
    if text is None:
        return None
    asked = re.sub("(?:个?小时|分钟|hours?|minutes?|min|h|m)$", "", half_width(text).strip().lower()).strip()
    if not re.fullmatch(r"[0-9]{1,4}(?:\.[0-9]{1,2})?", asked):
        raise BadValue(_("“{text}” is no length of time.").format(text=excerpt(text)), hint=_("Write 1.5 or 90."))
    found = Decimal(asked) * unit
    if found != int(found) or not 0 < found <= _MOST_MINUTES:
        raise BadValue(
            _("“{text}” is not between a minute and a day, in whole minutes.").format(text=excerpt(text)),
            hint=_("Write 1.5 or 90."),
        )
    return int(found)


def add(session: Session, topic: str, on: date, minutes: int | None = None, takeaway: str | None = None) -> Learning:
    """Store something learned on a day."""
    number = clients.next_id(session, Learning)
    learning = Learning(
        id=number,
        code=f"L{number:04d}",
        learned_on=on,
        topic=clean(topic, field=_("topic")),
        minutes=minutes,
        takeaway=_takeaway(takeaway),
    )
    return _stored(session, learning)


def edit(
    session: Session,
    learning: Learning,
    *,
    topic: str | None = None,
    on: date | None = None,
    minutes: int | None = None,
    takeaway: str | None = None,
) -> Learning:
    """Change what is given."""
    if topic is not None:
        learning.topic = clean(topic, field=_("topic"))
    learning.learned_on = on or learning.learned_on
    learning.minutes = learning.minutes if minutes is None else minutes
    learning.takeaway = learning.takeaway if takeaway is None else _takeaway(takeaway)
    return _stored(session, learning)


def remove(session: Session, learning: Learning) -> None:
    """Take it out of every list."""
    learning.deleted_at = now_of(session)
    _stored(session, learning)


def _takeaway(text: str | None) -> str | None:
    return None if text is None else clean(text, field=_("takeaway"), limit=NOTE_LIMIT)


def _stored(session: Session, learning: Learning) -> Learning:
    session.add(learning)
    session.flush()
    return learning


def find(session: Session, code: str) -> Learning:
    """What is logged under that code; else NotFound."""
    found: Learning = references.find_code(session, code, _KIND)
    return found


def of_period(session: Session, begin: date | None, end: date | None) -> list[LearningView]:
    """What was learned from ``begin`` up to, not including, ``end``, by day; None sets no bound."""
    query = select(Learning).where(col(Learning.deleted_at).is_(None))
    if begin is not None:
        query = query.where(col(Learning.learned_on) >= begin)
    if end is not None:
        query = query.where(col(Learning.learned_on) < end)
    return [view(one) for one in session.exec(query.order_by(col(Learning.learned_on), col(Learning.id)))]


def view(learning: Learning) -> LearningView:
    """One piece of learning as lists and JSON show it."""
    return LearningView(learning.code, learning.learned_on, learning.topic, learning.minutes, learning.takeaway)

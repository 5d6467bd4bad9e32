"""What follows a contact: the next step with its day, and whether a later contact took care of it."""

from collections.abc import Sequence
from datetime import date, time
from typing import NamedTuple

from sqlmodel import Session, col, select

from salescli.dates import echo_day
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.models.clients import Client
from salescli.models.visits import Visit
from salescli.texts import NOTE_LIMIT, clean
from salescli.vocabulary import VisitStatus


class NextStep(NamedTuple):
    """What follows a visit: a text with its day and perhaps a time, or the reason why nothing does."""

    text: str | None = None
    on: date | None = None
    none_because: str | None = None
    at: time | None = None


def note(visit: Visit, step: NextStep, day: date) -> None:
    """Write down what follows a visit of ``day``; BadValue for an empty text or a day before the visit."""
    if step.none_because is not None:
        visit.next_step = visit.next_on = visit.next_at = None
        visit.no_next_reason = clean(step.none_because, field=_("reason"), limit=NOTE_LIMIT)
        return
    if step.on is not None and step.on < day:
        raise BadValue(_("The next step on {next} lies before the visit.").format(next=echo_day(step.on)))
    visit.next_step = clean(step.text or "", field=_("next step"), limit=NOTE_LIMIT)
    visit.next_on, visit.next_at, visit.no_next_reason = step.on, step.at, None


def settle(session: Session, client: Client) -> None:
    """Work out which of a client's next steps a later contact took care of.

    One is settled by the first contact on its day or after it, or by one that puts off the same words.
    """
    done = session.exec(
        select(Visit)
        .where(Visit.client_id == client.id, Visit.status == VisitStatus.DONE, col(Visit.deleted_at).is_(None))
        .order_by(col(Visit.done_on), col(Visit.id))
    ).all()
    for place, visit in enumerate(done):
        settled_on = _settled_on(visit, done[place + 1 :])
        if visit.next_settled_on != settled_on:
            visit.next_settled_on = settled_on
            session.add(visit)
    session.flush()


def _settled_on(visit: Visit, later: Sequence[Visit]) -> date | None:
    if visit.next_on is None:
        return None
    for other in later:
        assert other.done_on is not None
        if other.done_on >= visit.next_on or other.next_step == visit.next_step:
            return other.done_on
    return None

"""The ledger of promises, ours to clients and theirs to us: made, kept, waived, broken."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from salescli.amounts import excerpt
from salescli.dates import Period, echo_day
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.i18n import _
from salescli.models.clients import Client
from salescli.models.promises import Promise
from salescli.models.visits import Visit
from salescli.service_words import Direction, PromiseState
from salescli.services.accounts import clients, contacts
from salescli.services.care.care_tables import PROMISES
from salescli.services.care.promise_views import PromiseView as PromiseView
from salescli.services.care.promise_views import due as due
from salescli.services.care.promise_views import of_week as of_week
from salescli.services.care.promise_views import open_of as open_of
from salescli.services.care.promise_views import views
from salescli.services.changes import now_of
from salescli.services.visiting.promise_words import Promised, money_in
from salescli.texts import NOTE_LIMIT, clean, name_key
from salescli.vocabulary import label, parse_word

_CODE = re.compile(r"p[0-9]{1,9}$")
_MOST_CHOICES = 20
ALL_STATES = ("all", "全部", "所有")


# --- making and settling ---


def add(
    session: Session, client: Client, given: Promised, *, contact: str | None = None, amount: int | None = None
) -> Promise:
    """Store a promise; ``amount`` (minor units) stands for the money its text speaks of, ``contact`` is a name."""
    promise = _new(session, client, given)
    promise.amount = given.amount if amount is None else amount
    if contact is not None:
        promise.contact_id = contacts.find(session, client, contact).id
    return _stored(session, promise)


def add_at_visit(
    session: Session, visit: Visit, client: Client, given: Iterable[Promised], today: date
) -> list[PromiseView]:
    """Store what was promised at a visit, by us and by the person met there; BadValue for a day before the visit."""
    made = [_stored(session, _made_at(session, visit, client, promised)) for promised in given]
    return [view(session, promise, today) for promise in made]


def _made_at(session: Session, visit: Visit, client: Client, given: Promised) -> Promise:
    if visit.done_on is not None and given.due_on < visit.done_on:
        raise BadValue(
            _("The promise “{text}” for {day} lies before the visit.").format(
                text=excerpt(given.text), day=echo_day(given.due_on)
            )
        )
    promise = _new(session, client, given)
    promise.visit_id, promise.contact_id, promise.amount = visit.id, visit.contact_id, given.amount
    return promise


def _new(session: Session, client: Client, given: Promised) -> Promise:
    number = clients.next_id(session, Promise)
    assert client.id is not None
    return Promise(
        id=number,
        code=f"P{number:04d}",
        client_id=client.id,
        direction=(Direction.THEIRS if given.theirs else Direction.OURS).value,
        text=clean(given.text, field=_("promise"), limit=NOTE_LIMIT),
        due_on=given.due_on,
    )


def keep(session: Session, promise: Promise, on: date, today: date, note: str | None = None) -> Promise:
    """Mark an open or broken promise kept on a day, late where that is after its own; ``note`` says how."""
    if on > today:
        raise BadValue(_("{day} has not come yet.").format(day=echo_day(on)))
    if promise.state != PromiseState.BROKEN:
        _refuse_unless_open(promise)
    return _settle(session, promise, PromiseState.KEPT, on, note)


def waive(session: Session, promise: Promise, today: date, reason: str) -> Promise:
    """Mark an open promise as one that nobody insists on any more, for a reason."""
    _refuse_unless_open(promise)
    return _settle(session, promise, PromiseState.WAIVED, today, reason)


def break_(session: Session, promise: Promise, today: date, reason: str) -> Promise:
    """Mark an open promise as one that will not be kept, for a reason."""
    _refuse_unless_open(promise)
    return _settle(session, promise, PromiseState.BROKEN, today, reason)


def _settle(session: Session, promise: Promise, state: PromiseState, on: date, reason: str | None) -> Promise:
    promise.reason = None if reason is None else clean(reason, field=_("reason"), limit=NOTE_LIMIT)
    promise.state, promise.kept_on = state.value, on
    return _judged(session, promise)


def _judged(session: Session, promise: Promise) -> Promise:
    """Store a promise; one that was kept is late where that was after its day."""
    if promise.kept_on is not None and promise.state in (PromiseState.KEPT, PromiseState.LATE):
        late = promise.kept_on > promise.due_on
        promise.state = (PromiseState.LATE if late else PromiseState.KEPT).value
    return _stored(session, promise)


def reopen(session: Session, promise: Promise) -> Promise:
    """Open a promise again that was marked kept, broken or waived."""
    if promise.state == PromiseState.OPEN:
        raise Refused(_("{code} is open already.").format(code=promise.code))
    promise.state, promise.kept_on, promise.reason = PromiseState.OPEN.value, None, None
    return _stored(session, promise)


def edit(session: Session, promise: Promise, **details: Any) -> Promise:
    """Change what a promise says: text and contact as typed, due_on, amount (minor units, 0 takes it away), theirs.

    A new text brings the money it speaks of along.
    """
    if details.get("text") is not None:
        before, promise.text = money_in(promise.text), clean(details["text"], field=_("promise"), limit=NOTE_LIMIT)
        if before == promise.amount or money_in(promise.text) is not None:
            promise.amount = money_in(promise.text)
    if details.get("due_on") is not None:
        promise.due_on = details["due_on"]
    if details.get("amount") is not None:
        promise.amount = details["amount"] or None
    if details.get("contact") is not None:
        promise.contact_id = contacts.find(session, client_of(session, promise), details["contact"]).id
    if details.get("theirs") is not None:
        promise.direction = (Direction.THEIRS if details["theirs"] else Direction.OURS).value
    return _judged(session, promise)


def remove(session: Session, promise: Promise) -> None:
    """Take a promise out of every list."""
    promise.deleted_at = now_of(session)
    _stored(session, promise)


def _stored(session: Session, promise: Promise) -> Promise:
    session.add(promise)
    session.flush()
    return promise


def _refuse_unless_open(promise: Promise) -> None:
    if promise.state != PromiseState.OPEN:
        raise Refused(
            _("{code} is {state}; only an open promise can be changed so.").format(
                code=promise.code, state=label(promise.state, PromiseState)
            ),
            hint=_("`sales promise reopen {code}` opens it again.").format(code=promise.code),
        )


# --- finding ---


def find(session: Session, ref: str) -> Promise:
    """The promise that ``ref`` means: its code, or a client with one open promise.

    Raises NotFound, or Ambiguous with the choices.
    """
    asked = clean(ref, field=_("promise"))
    key = name_key(asked)
    if _CODE.match(key):
        found: Promise | None = session.exec(_alive().where(Promise.code == key.upper())).first()
        if found is None:
            raise NotFound(
                _("There is no promise {code}.").format(code=key.upper()),
                hint=_("`sales promise list --state all` shows them all."),
            )
        return found
    client = clients.find(session, asked)
    theirs = list(session.exec(_alive().where(Promise.client_id == client.id, Promise.state == PromiseState.OPEN)))
    if not theirs:
        raise NotFound(
            _("{client} has no open promise.").format(client=client.name),
            hint=_("`sales promise list --state all` shows them all."),
        )
    if len(theirs) > 1:
        raise Ambiguous(
            _("{client} has several open promises").format(client=client.name),
            [(promise.code, _described(promise)) for promise in theirs[:_MOST_CHOICES]],
            hint=_("Give the promise's code."),
        )
    promise: Promise = theirs[0]
    return promise


def _described(promise: Promise) -> str:
    return f"{label(promise.direction, Direction)} {excerpt(promise.text)} {echo_day(promise.due_on)}"


def _alive() -> Any:
    return (
        select(Promise)
        .join(Client, col(Client.id) == Promise.client_id)
        .where(col(Promise.deleted_at).is_(None), col(Client.deleted_at).is_(None))
        .order_by(col(Promise.due_on), col(Promise.id))
    )


def client_of(session: Session, promise: Promise) -> Client:
    """The client a promise was made to, or by."""
    return session.exec(select(Client).where(Client.id == promise.client_id)).one()


# --- showing ---


@dataclass(frozen=True)
class Filter:
    """What a list of promises is narrowed to; ``None`` narrows nothing.

    ``state`` is a state in either language, or ``all``; without one the open promises are meant, in a period (by their
    days) all of them. ``due`` leaves those whose day has come.
    """

    period: Period | None = None
    client: Client | None = None
    direction: Direction | None = None
    state: str | None = None
    due: bool = False


def listed(session: Session, wanted: Filter, today: date) -> list[PromiseView]:
    """Promises by filter: the overdue ones first, then by day."""
    conditions: list[Any] = []
    if wanted.period is not None:
        conditions += [PROMISES.c.due_on >= wanted.period.begin, PROMISES.c.due_on < wanted.period.end]
    if wanted.client is not None:
        conditions.append(PROMISES.c.client_id == wanted.client.id)
    if wanted.direction is not None:
        conditions.append(PROMISES.c.direction == wanted.direction.value)
    if wanted.due:
        conditions.append(PROMISES.c.due_on <= today)
    state = _wanted_state(wanted)
    if state is not None:
        conditions.append(PROMISES.c.state == state.value)
    return views(session, conditions, today)


def _wanted_state(wanted: Filter) -> PromiseState | None:
    if wanted.state is None:
        return None if wanted.period is not None and not wanted.due else PromiseState.OPEN
    if wanted.state.strip().lower() in ALL_STATES:
        return None
    return parse_word(wanted.state, PromiseState)


def view(session: Session, promise: Promise, today: date) -> PromiseView:
    """One promise as lists and JSON show it."""
    return views(session, [PROMISES.c.id == promise.id], today)[0]

"""Feedback in the house: what is brought before the manager or a department, until it is answered and closed."""

import contextlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col

from salescli.amounts import excerpt
from salescli.errors import BadValue, Refused
from salescli.i18n import N_, _
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.feedback import Feedback
from salescli.service_words import Department, FeedbackKind, FeedbackState
from salescli.services.accounts import clients
from salescli.services.accounts.clients import ClientRef
from salescli.services.care import references
from salescli.services.changes import now_of
from salescli.texts import HEADLINE_LIMIT, NOTE_LIMIT, clean, folded
from salescli.vocabulary import parse_word

_KIND = references.Kind(Feedback, "F", N_("feedback"), "sales feedback list", lambda one: one.text)
# The words that tell the kind of what is said; of several the first in this order decides.
_TELLING: dict[FeedbackKind, str] = {
    FeedbackKind.SUPPORT: r"支持|协助|配合|帮忙|派人|申请|批准|support|help",
    FeedbackKind.SUGGESTION: r"建议|最好|不妨|suggest",
    FeedbackKind.PROBLEM: r"问题|投诉|故障|缺陷|质量|延期|漏|坏了|太慢|problem|defect|(?<![a-z])late(?![a-z])",
    FeedbackKind.NEED: r"客户(?:要|想|希望|需要|要求)|需求|needs",
}


@dataclass(frozen=True)
class FeedbackView:
    """Feedback as lists and JSON show it.

    ``to`` is a token of Department or another name; ``days_overdue`` is above 0 when an answer is overdue.
    """

    code: str
    to: str
    kind: str
    text: str
    client: ClientRef | None
    support: str | None
    raised_on: date
    due_on: date | None
    days_overdue: int
    urgent: bool
    acknowledged_on: date | None
    state: str
    answer: str | None
    answered_on: date | None

    @property
    def on_top(self) -> bool:
        """Whether it stands before all else: urgent, and nobody has taken note of it."""
        return self.urgent and self.acknowledged_on is None and self.state == FeedbackState.OPEN


# --- making and changing ---


def add(session: Session, text: str, today: date, to: str = "manager", **details: Any) -> Feedback:
    """Store what is brought before somebody today.

    ``details`` are kind as typed (guessed from the words unless given), client, support as typed, due_on and urgent.
    """
    text = clean(text, field=_("feedback"), limit=HEADLINE_LIMIT)
    if details.get("kind") is None:
        details["kind"] = guess(text, asked_by_client=details.get("client") is not None).value
    number = clients.next_id(session, Feedback)
    feedback = Feedback(
        id=number, code=f"F{number:04d}", to_whom=parse_department(to), kind="", text=text, raised_on=today
    )
    _set_details(feedback, details)
    return _stored(session, feedback)


def guess(text: str, *, asked_by_client: bool = False) -> FeedbackKind:
    """The kind that the words of ``text`` tell; without any a need of the client who asked, else a problem."""
    key = folded(text)
    without = FeedbackKind.NEED if asked_by_client else FeedbackKind.PROBLEM
    return next((kind for kind, words in _TELLING.items() if re.search(words, key)), without)


def parse_department(text: str) -> str:
    """The token of a known department, or the name of another one as typed."""
    name = clean(text, field=_("department"))
    with contextlib.suppress(BadValue):
        return parse_word(name, Department).value
    return name


def edit(session: Session, feedback: Feedback, **details: Any) -> Feedback:
    """Change what feedback says: text, to, and the details of :func:`add`; ``urgent`` may be taken back."""
    if details.get("text") is not None:
        feedback.text = clean(details["text"], field=_("feedback"), limit=HEADLINE_LIMIT)
    if details.get("to") is not None:
        feedback.to_whom = parse_department(details["to"])
    _set_details(feedback, details)
    return _stored(session, feedback)


def answer(session: Session, feedback: Feedback, text: str, on: date, *, replace: bool = False) -> Feedback:
    """Keep the answer that came back on a day; who answered has taken note of it.

    Raises Refused where there is an answer already, unless it is to be replaced.
    """
    _refuse_closed(feedback)
    if feedback.answer is not None and not replace:
        raise Refused(
            _("{code} has its answer already: {text}").format(code=feedback.code, text=excerpt(feedback.answer)),
            hint=_("Give --replace to put this one in its place."),
        )
    if on < feedback.raised_on:
        raise BadValue(
            _("{code} was raised on {day}; its answer can't be older.").format(
                code=feedback.code, day=feedback.raised_on.isoformat()
            )
        )
    feedback.answer = clean(text, field=_("answer"), limit=NOTE_LIMIT)
    feedback.answered_on, feedback.state = on, FeedbackState.ANSWERED.value
    feedback.acknowledged_on = feedback.acknowledged_on or on
    return _stored(session, feedback)


def acknowledge(session: Session, feedback: Feedback, on: date) -> Feedback:
    """Note that somebody has taken note of it; what is urgent stands on top no longer."""
    _refuse_closed(feedback)
    if feedback.acknowledged_on is not None:
        raise Refused(
            _("{code} was acknowledged on {day} already.").format(
                code=feedback.code, day=feedback.acknowledged_on.isoformat()
            )
        )
    feedback.acknowledged_on = on
    return _stored(session, feedback)


def close(session: Session, feedback: Feedback) -> Feedback:
    """Close feedback, answered or not."""
    _refuse_closed(feedback)
    feedback.state = FeedbackState.CLOSED.value
    return _stored(session, feedback)


def remove(session: Session, feedback: Feedback) -> None:
    """Take feedback out of every list."""
    feedback.deleted_at = now_of(session)
    _stored(session, feedback)


def _set_details(feedback: Feedback, details: dict[str, Any]) -> None:
    if details.get("kind") is not None:
        feedback.kind = parse_word(details["kind"], FeedbackKind).value
    if details.get("support") is not None:
        feedback.support = clean(details["support"], field=_("support"), limit=NOTE_LIMIT)
    client: Client | None = details.get("client")
    if client is not None:
        feedback.client_id = client.id
    for name in ("due_on", "urgent"):
        if details.get(name) is not None:
            setattr(feedback, name, details[name])


def _refuse_closed(feedback: Feedback) -> None:
    if feedback.state == FeedbackState.CLOSED:
        raise Refused(
            _("{code} is closed.").format(code=feedback.code), hint=_("`sales feedback add` raises the matter again.")
        )


def _stored(session: Session, feedback: Feedback) -> Feedback:
    session.add(feedback)
    session.flush()
    return feedback


# --- finding and showing ---


def find(session: Session, ref: str) -> Feedback:
    """The feedback of that code, or of a client with one that is open; NotFound, or Ambiguous with the choices."""
    found: Feedback = references.find(session, ref, _KIND, Feedback.state == FeedbackState.OPEN)
    return found


def listed(
    session: Session,
    today: date,
    *,
    only_open: bool = False,
    to: str | None = None,
    kind: str | None = None,
    client: Client | None = None,
) -> list[FeedbackView]:
    """Feedback: the urgent that nobody has taken note of first, then what is open by its due day, then the rest."""
    conditions: list[Any] = []
    if only_open:
        conditions.append(Feedback.state == FeedbackState.OPEN)
    if to is not None:
        conditions.append(Feedback.to_whom == parse_department(to))
    if kind is not None:
        conditions.append(Feedback.kind == parse_word(kind, FeedbackKind))
    if client is not None:
        conditions.append(Feedback.client_id == client.id)
    return _views(session, today, *conditions)


def open_all(session: Session, today: date) -> list[FeedbackView]:
    """What waits for an answer, the urgent first."""
    return listed(session, today, only_open=True)


def urgent(session: Session) -> list[FeedbackView]:
    """What is urgent, open, and nobody has taken note of, the oldest first."""
    return [one for one in _views(session, date.min, Feedback.state == FeedbackState.OPEN) if one.on_top]


def of_period(session: Session, begin: date, end: date) -> list[FeedbackView]:
    """What was raised, or answered, from ``begin`` up to, not including, ``end``; overdue as of the end."""
    raised = (col(Feedback.raised_on) >= begin) & (col(Feedback.raised_on) < end)
    answered = (col(Feedback.answered_on) >= begin) & (col(Feedback.answered_on) < end)
    return _views(session, end, raised | answered)


def view(session: Session, feedback: Feedback, today: date) -> FeedbackView:
    """One piece of feedback as lists and JSON show it."""
    return _views(session, today, Feedback.id == feedback.id)[0]


def _views(session: Session, today: date, *conditions: Any) -> list[FeedbackView]:
    query = (
        select_columns(Feedback, Client.code, Client.name)
        .outerjoin(Client, col(Client.id) == Feedback.client_id)
        .where(col(Feedback.deleted_at).is_(None), *conditions)
        .order_by(col(Feedback.id))
    )
    views = [
        _view_of(feedback, None if code is None else ClientRef(code, name), today)
        for feedback, code, name in session.exec(query)
    ]
    states = list(FeedbackState)
    return sorted(
        views, key=lambda one: (not one.on_top, states.index(FeedbackState(one.state)), one.due_on or date.max)
    )


def _view_of(feedback: Feedback, client: ClientRef | None, today: date) -> FeedbackView:
    waits = feedback.state == FeedbackState.OPEN and feedback.due_on is not None
    return FeedbackView(
        code=feedback.code,
        to=feedback.to_whom,
        kind=feedback.kind,
        text=feedback.text,
        client=client,
        support=feedback.support,
        raised_on=feedback.raised_on,
        due_on=feedback.due_on,
        days_overdue=max(0, (today - feedback.due_on).days) if waits and feedback.due_on else 0,
        urgent=feedback.urgent,
        acknowledged_on=feedback.acknowledged_on,
        state=feedback.state,
        answer=feedback.answer,
        answered_on=feedback.answered_on,
    )

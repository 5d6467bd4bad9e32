"""Market information: what was heard and seen in the territory, by kind and competitor, until the house answers."""

import contextlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from salescli.dates import Period
from salescli.errors import Ambiguous, NotFound
from salescli.i18n import N_, _
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.market import Competitor, Insight
from salescli.service_words import InsightKind, InsightState, Level
from salescli.services.accounts import clients
from salescli.services.accounts.clients import ClientRef
from salescli.services.care import references
from salescli.services.changes import now_of
from salescli.services.market import competitors, insight_words
from salescli.texts import HEADLINE_LIMIT, NOTE_LIMIT, clean, name_key
from salescli.vocabulary import parse_word

_KIND = references.Kind(Insight, "I", N_("insight"), "sales insight list", lambda one: one.text)
_CLIENT_CODE = re.compile("c[0-9]{1,9}")
_LEVELS = {"importance": N_("importance"), "confidence": N_("confidence")}
_TEXTS = {"impact": N_("impact"), "suggestion": N_("suggestion")}


@dataclass(frozen=True)
class InsightView:
    """A piece of market information as lists and JSON show it; ``seen_at`` is a place, ``client`` who told it."""

    code: str
    kind: str
    text: str
    seen_on: date
    seen_at: str | None
    client: ClientRef | None
    competitor: str | None
    importance: str
    confidence: str
    impact: str | None
    suggestion: str | None
    state: str
    reported_on: date | None
    answer: str | None

    @property
    def guessed(self) -> bool:
        """Whether nothing but a guess says of which kind it is."""
        return _guessed(self.text, self.confidence)


# --- making and changing ---


def add(session: Session, text: str, seen_on: date, **details: Any) -> Insight:
    """Store what was heard or seen on a day; one line is enough.

    ``details`` are as typed: kind (guessed from the words unless given), competitor (made if unknown; else the one
    that the text names), at (a client or a place), importance, confidence, impact and suggestion. Where neither option
    nor words tell the kind, it is a guess of low confidence.
    """
    text = clean(text, field=_("insight"), limit=HEADLINE_LIMIT)
    number = clients.next_id(session, Insight)
    insight = Insight(id=number, code=f"I{number:04d}", kind="", text=text, seen_on=seen_on)
    if details.get("competitor") is None:
        named = competitors.named_in(session, text)
        insight.competitor_id = None if named is None else named.id
    kind = details.pop("kind", None)
    _set_details(session, insight, details)
    by_client = insight.client_id is not None
    found = insight_words.guess(text, told_by_client=by_client) if kind is None else parse_word(kind, InsightKind)
    insight.kind = found.value
    if kind is None and insight_words.told(text) is None:
        insight.confidence = Level.LOW.value
    return _stored(session, insight)


def edit(session: Session, insight: Insight, **details: Any) -> Insight:
    """Change what an insight says: text, seen_on, kind, state, and the details of :func:`add`."""
    if details.get("text") is not None:
        insight.text = clean(details["text"], field=_("insight"), limit=HEADLINE_LIMIT)
    if details.get("seen_on") is not None:
        insight.seen_on = details["seen_on"]
    if details.get("kind") is not None:
        if _guessed(insight.text, insight.confidence):
            insight.confidence = Level.NORMAL.value
        insight.kind = parse_word(details["kind"], InsightKind).value
    if details.get("state") is not None:
        insight.state = parse_word(details["state"], InsightState).value
    _set_details(session, insight, details)
    return _stored(session, insight)


def _guessed(text: str, confidence: str) -> bool:
    """Whether the kind is nothing but a guess."""
    return confidence == Level.LOW and insight_words.told(text) is None


def answer(session: Session, insight: Insight, text: str, *, acted: bool = False) -> Insight:
    """Keep what the house answered; it is noted then, or acted upon."""
    insight.answer = clean(text, field=_("answer"), limit=NOTE_LIMIT)
    insight.state = (InsightState.ACTED if acted else InsightState.NOTED).value
    return _stored(session, insight)


def remove(session: Session, insight: Insight) -> None:
    """Take an insight out of every list."""
    insight.deleted_at = now_of(session)
    _stored(session, insight)


def mark_reported(session: Session, period: Period, on: date) -> int:
    """Mark what is new in ``period`` as reported on a day; how many there were."""
    found = session.exec(
        select(Insight).where(
            Insight.state == InsightState.NEW,
            col(Insight.seen_on) >= period.begin,
            col(Insight.seen_on) < period.end,
            col(Insight.deleted_at).is_(None),
        )
    ).all()
    for insight in found:
        insight.state, insight.reported_on = InsightState.REPORTED.value, on
        session.add(insight)
    session.flush()
    return len(found)


def _stored(session: Session, insight: Insight) -> Insight:
    session.add(insight)
    session.flush()
    return insight


def _set_details(session: Session, insight: Insight, details: dict[str, Any]) -> None:
    if details.get("competitor") is not None:
        insight.competitor_id = competitors.find_or_add(session, details["competitor"])[0].id
    if details.get("at") is not None:
        insight.client_id, insight.seen_at = _where(session, details["at"])
    for name, title in _LEVELS.items():
        if details.get(name) is not None:
            setattr(insight, name, parse_word(details[name], Level, _(title)).value)
    for name, title in _TEXTS.items():
        if details.get(name) is not None:
            setattr(insight, name, clean(details[name], field=_(title), limit=NOTE_LIMIT))


def _where(session: Session, at: str) -> tuple[int | None, str | None]:
    """The client that ``at`` means, else the place it names; a code that no client has is no place."""
    place = clean(at, field=_("place"))
    with contextlib.suppress(Ambiguous):
        try:
            return clients.find(session, place).id, None
        except NotFound:
            if _CLIENT_CODE.fullmatch(name_key(place)):
                raise
    return None, place


# --- finding and showing ---


def find(session: Session, ref: str) -> Insight:
    """The insight of that code, or of a client with one that is new; NotFound, or Ambiguous with the choices."""
    found: Insight = references.find(session, ref, _KIND, Insight.state == InsightState.NEW)
    return found


@dataclass(frozen=True)
class Filter:
    """What a list of insights is narrowed to, as typed; ``None`` narrows nothing."""

    begin: date | None = None
    end: date | None = None
    kind: str | None = None
    competitor: str | None = None
    client: Client | None = None


def listed(session: Session, wanted: Filter) -> list[InsightView]:
    """Insights by the day they were heard or seen."""
    conditions: list[Any] = []
    if wanted.begin is not None:
        conditions.append(col(Insight.seen_on) >= wanted.begin)
    if wanted.end is not None:
        conditions.append(col(Insight.seen_on) < wanted.end)
    if wanted.kind is not None:
        conditions.append(Insight.kind == parse_word(wanted.kind, InsightKind))
    if wanted.competitor is not None:
        conditions.append(Insight.competitor_id == competitors.find(session, wanted.competitor).id)
    if wanted.client is not None:
        conditions.append(Insight.client_id == wanted.client.id)
    return _views(session, *conditions)


def of_period(session: Session, begin: date, end: date) -> list[InsightView]:
    """The insights from ``begin`` up to, not including, ``end``, by day."""
    return listed(session, Filter(begin, end))


def of_client(session: Session, client: Client, most: int = 3) -> list[InsightView]:
    """What a client told last, or was heard there, the latest first."""
    return _views(session, Insight.client_id == client.id)[::-1][:most]


def missing_kinds(session: Session, begin: date, end: date) -> list[InsightKind]:
    """The kinds without an entry from ``begin`` up to, not including, ``end``; a mere guess is no entry."""
    query = select(Insight.kind, Insight.text, Insight.confidence).where(
        col(Insight.seen_on) >= begin, col(Insight.seen_on) < end, col(Insight.deleted_at).is_(None)
    )
    there = {kind for kind, text, confidence in session.exec(query) if not _guessed(text, confidence)}
    return [kind for kind in InsightKind if kind.value not in there]


def view(session: Session, insight: Insight) -> InsightView:
    """One insight as lists and JSON show it."""
    return _views(session, Insight.id == insight.id)[0]


def _views(session: Session, *conditions: Any) -> list[InsightView]:
    # A competitor or client that was removed still names what was heard of it.
    query = (
        select_columns(Insight, Client.code, Client.name, Competitor.name)
        .outerjoin(Client, col(Client.id) == Insight.client_id)
        .outerjoin(Competitor, col(Competitor.id) == Insight.competitor_id)
        .where(col(Insight.deleted_at).is_(None), *conditions)
        .order_by(col(Insight.seen_on), col(Insight.id))
    )
    return [
        InsightView(
            code=insight.code,
            kind=insight.kind,
            text=insight.text,
            seen_on=insight.seen_on,
            seen_at=insight.seen_at,
            client=None if code is None else ClientRef(code, name),
            competitor=competitor,
            importance=insight.importance,
            confidence=insight.confidence,
            impact=insight.impact,
            suggestion=insight.suggestion,
            state=insight.state,
            reported_on=insight.reported_on,
            answer=insight.answer,
        )
        for insight, code, name, competitor in session.exec(query)
    ]

"""Competitors: who sells against us, and how they stand against us in function, price and brand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from salescli.amounts import excerpt
from salescli.errors import Ambiguous, NotFound, Refused
from salescli.i18n import _
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.deals import Deal
from salescli.models.market import Competitor, CompetitorPoint, Insight
from salescli.service_words import Aspect
from salescli.services.accounts import clients
from salescli.services.changes import now_of
from salescli.texts import NOTE_LIMIT, clean, name_key
from salescli.vocabulary import DealState, parse_word

_MOST_CHOICES = 20


@dataclass(frozen=True)
class CompetitorView:
    """A competitor as lists and JSON show it: how much is known, and how deals against it went."""

    name: str
    note: str | None
    insights: int
    last_seen_on: date | None
    points: int
    deals_open: int
    deals_won: int
    deals_lost: int


@dataclass(frozen=True)
class PointView:
    """How a competitor and we stand in one aspect, of one product or in general, by the latest that was noted."""

    competitor: str
    aspect: str
    product: str | None
    theirs: str
    ours: str | None
    seen_on: date


def add(session: Session, name: str, note: str | None = None) -> Competitor:
    """Store a new competitor; Refused when there is one of that name."""
    name = clean(name, field=_("name"))
    twin = _by_key(session, name)
    if twin is not None:
        raise Refused(
            _("There is already a competitor {name}.").format(name=twin.name),
            hint=_("`sales competitor edit` changes it, `sales competitor note` compares it with us."),
        )
    number = clients.next_id(session, Competitor)
    found = Competitor(id=number, name=name, name_key=name_key(name), note=_note(note))
    return _stored(session, found)


def edit(session: Session, competitor: Competitor, name: str | None = None, note: str | None = None) -> Competitor:
    """Change the name or the note of a competitor."""
    if name is not None:
        name = clean(name, field=_("name"))
        twin = _by_key(session, name)
        if twin is not None and twin.id != competitor.id:
            raise Refused(_("There is already a competitor {name}.").format(name=twin.name))
        competitor.name, competitor.name_key = name, name_key(name)
    if note is not None:
        competitor.note = _note(note)
    return _stored(session, competitor)


def remove(session: Session, competitor: Competitor) -> None:
    """Take a competitor out of every list; what was heard of it stays."""
    competitor.deleted_at = now_of(session)
    _stored(session, competitor)


def compare(
    session: Session,
    competitor: Competitor,
    aspect: str,
    theirs: str,
    today: date,
    *,
    ours: str | None = None,
    product: str | None = None,
) -> PointView:
    """Note how a competitor stands against us in an aspect; the page shows the latest of an aspect and product.

    What is ours stays as it was said last where it isn't said again.
    """
    assert competitor.id is not None
    kind = parse_word(aspect, Aspect)
    about = None if product is None else clean(product, field=_("product"))
    kept = next((point.ours for point in points(session, competitor) if _same(point, kind, about)), None)
    point = CompetitorPoint(
        id=clients.next_id(session, CompetitorPoint),
        competitor_id=competitor.id,
        aspect=kind.value,
        product=about,
        theirs=clean(theirs, field=_("comparison"), limit=NOTE_LIMIT),
        ours=kept if ours is None else clean(ours, field=_("comparison"), limit=NOTE_LIMIT),
        seen_on=today,
    )
    session.add(point)
    session.flush()
    return _point_view(competitor.name, point)


def _same(point: PointView, aspect: Aspect, product: str | None) -> bool:
    return point.aspect == aspect and name_key(point.product or "") == name_key(product or "")


def _note(text: str | None) -> str | None:
    return None if text is None else clean(text, field=_("note"), limit=NOTE_LIMIT)


def _stored(session: Session, competitor: Competitor) -> Competitor:
    session.add(competitor)
    session.flush()
    return competitor


# --- finding ---


def find(session: Session, name: str) -> Competitor:
    """The competitor of that name, or whose name it is a part of; NotFound, or Ambiguous with the choices."""
    asked = clean(name, field=_("competitor"))
    exact = _by_key(session, asked)
    if exact is not None:
        return exact
    key = name_key(asked)
    found = [one for one in _alive(session) if key and key in one.name_key]
    if not found:
        raise NotFound(
            _("There is no competitor “{ref}”.").format(ref=excerpt(asked)),
            hint=_("`sales competitor list` shows them; `sales competitor add` makes one."),
        )
    if len(found) > 1:
        raise Ambiguous(
            _("“{ref}” matches {count} competitors").format(ref=excerpt(asked), count=len(found)),
            [(one.name, "") for one in found[:_MOST_CHOICES]],
            hint=_("Give more of the name."),
        )
    return found[0]


def find_or_add(session: Session, name: str) -> tuple[Competitor, bool]:
    """The competitor of exactly that name, made if there is none; and whether it was made."""
    found = _by_key(session, clean(name, field=_("competitor")))
    return (found, False) if found is not None else (add(session, name), True)


def named_in(session: Session, text: str) -> Competitor | None:
    """The competitor whose name stands in ``text``, the longest of several."""
    key = name_key(text)
    named = [one for one in _alive(session) if one.name_key in key]
    return max(named, key=lambda one: len(one.name_key), default=None)


def _alive(session: Session) -> Iterable[Competitor]:
    return session.exec(select(Competitor).where(col(Competitor.deleted_at).is_(None)).order_by(col(Competitor.id)))


def _by_key(session: Session, name: str) -> Competitor | None:
    key = name_key(name)
    return session.exec(
        select(Competitor).where(Competitor.name_key == key, col(Competitor.deleted_at).is_(None))
    ).first()


# --- showing ---


def listed(session: Session) -> list[CompetitorView]:
    """All competitors, the one heard of last first."""
    views = _views(session, list(_alive(session)))
    return sorted(views, key=lambda one: (one.last_seen_on or date.min, one.insights), reverse=True)


def view(session: Session, competitor: Competitor) -> CompetitorView:
    """One competitor as lists and JSON show it."""
    return _views(session, [competitor])[0]


def _views(session: Session, found: list[Competitor]) -> list[CompetitorView]:
    heard = _sums(session, Insight)
    compared = _sums(session, CompetitorPoint)
    fought = _deals(session)
    views = []
    for one in found:
        insights, last = heard.get(one.id, (0, None))
        states = fought.get(one.name_key, {})
        views.append(
            CompetitorView(
                name=one.name,
                note=one.note,
                insights=insights,
                last_seen_on=last,
                points=compared.get(one.id, (0, None))[0],
                deals_open=states.get(DealState.OPEN, 0),
                deals_won=states.get(DealState.WON, 0),
                deals_lost=states.get(DealState.LOST, 0),
            )
        )
    return views


def _sums(session: Session, table: type[Any]) -> dict[Any, tuple[int, date | None]]:
    """(how many, the last day) of what is known, by competitor."""
    query = (
        select_columns(table.competitor_id, func.count(), func.max(table.seen_on))
        .where(table.competitor_id.is_not(None), table.deleted_at.is_(None))
        .group_by(table.competitor_id)
    )
    return {key: (count, last) for key, count, last in session.exec(query)}


def _deals(session: Session) -> dict[str, dict[str, int]]:
    """How many deals name a competitor, by the key of its name and the deals' state."""
    query = (
        select_columns(Deal.competitor, Deal.state, func.count())
        .join(Client, col(Client.id) == Deal.client_id)
        .where(col(Deal.competitor).is_not(None), col(Deal.deleted_at).is_(None), col(Client.deleted_at).is_(None))
        .group_by(col(Deal.competitor), col(Deal.state))
    )
    found: dict[str, dict[str, int]] = {}
    for name, state, count in session.exec(query):
        states = found.setdefault(name_key(name), {})
        states[state] = states.get(state, 0) + count
    return found


def points(session: Session, competitor: Competitor) -> list[PointView]:
    """The latest comparison of each aspect and product, by aspect."""
    query = (
        select(CompetitorPoint)
        .where(CompetitorPoint.competitor_id == competitor.id, col(CompetitorPoint.deleted_at).is_(None))
        .order_by(col(CompetitorPoint.seen_on), col(CompetitorPoint.id))
    )
    latest = {(point.aspect, name_key(point.product or "")): point for point in session.exec(query)}
    order = list(Aspect)
    found = sorted(latest.items(), key=lambda item: (order.index(Aspect(item[0][0])), item[0][1]))
    return [_point_view(competitor.name, point) for _key, point in found]


def _point_view(name: str, point: CompetitorPoint) -> PointView:
    return PointView(name, point.aspect, point.product, point.theirs, point.ours, point.seen_on)

"""Deals: added, moved through the stages, won, lost or parked; every step is kept. Amounts are minor units of yuan."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from salescli.amounts import excerpt
from salescli.config import Settings
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.i18n import _
from salescli.models.clients import Client
from salescli.models.deals import Deal, DealMove
from salescli.services.accounts import clients
from salescli.services.accounts.clients import ClientRef
from salescli.services.changes import now_of
from salescli.services.selling import stages
from salescli.services.selling.deal_tables import DealView, Forecast, MoveView, summed, view_of
from salescli.services.selling.stages import Stage
from salescli.services.visiting.visits import NextStep
from salescli.texts import NOTE_LIMIT, clean, name_key
from salescli.vocabulary import DealState, label, parse_word

_CODE = re.compile(r"d[0-9]{1,9}$")
_MOST_CHOICES = 20
_STEPS = {DealState.WON: "win", DealState.LOST: "lose", DealState.PARKED: "park"}
_CLOSED = frozenset({DealState.WON, DealState.LOST})


# --- making and changing ---


def add(session: Session, client: Client, name: str, today: date, settings: Settings, **details: Any) -> Deal:
    """Store a new deal in the first stage, or in ``stage`` as typed.

    ``details`` are amount (minor units), probability (out of 100), expected_on, next_step (a NextStep), and competitor
    and note as typed. Raises Refused for a name that an open deal of the client has, or a client on the blacklist.
    """
    in_force = stages.of(settings)
    _refuse_blocked(client)
    name = clean(name, field=_("name"))
    _refuse_twin(session, client, name)
    asked = details.pop("stage", None)
    stage = in_force[0] if asked is None else stages.parse(asked, in_force)
    number = clients.next_id(session, Deal)
    assert client.id is not None
    deal = Deal(
        id=number,
        code=f"D{number:04d}",
        client_id=client.id,
        name=name,
        stage=stage.code,
        opened_on=today,
        moved_on=today,
    )
    _set_details(deal, details)
    session.add(deal)
    session.flush()
    _note_step(session, deal, today, _chance(deal, stage))
    return deal


def _chance(deal: Deal, stage: Stage) -> int:
    return stage.probability if deal.probability is None else deal.probability


def edit(session: Session, deal: Deal, **details: Any) -> Deal:
    """Change what a deal says: name, and the details of :func:`add` but its stage, which moves by :func:`move`."""
    if details.get("name") is not None:
        name = clean(details["name"], field=_("name"))
        if name_key(name) != name_key(deal.name):
            _refuse_twin(session, client_of(session, deal), name)
        deal.name = name
    if details.get("probability") is not None:
        _refuse_unless_open(deal)
    _set_details(deal, details)
    return _stored(session, deal)


def move(session: Session, deal: Deal, stage: str, today: date, settings: Settings, **details: Any) -> Deal:
    """Move an open deal to another stage, forward or back; the stage's probability holds unless one is given.

    ``details`` are amount, probability and expected_on as in :func:`add`, and reason. Raises Refused for a deal that
    is not open or in that stage already.
    """
    _refuse_unless_open(deal)
    in_force = stages.of(settings)
    to = _stage(deal, stage, in_force)
    if to.code == deal.stage:
        raise Refused(
            _("{code} is in the stage {stage} already.").format(code=deal.code, stage=to.name),
            hint=_("`sales deal edit {code}` changes its amount, probability or day.").format(code=deal.code),
        )
    before = deal.stage, deal.state
    deal.stage, deal.moved_on, deal.probability = to.code, today, None
    reason = _reason(details.pop("reason", None))
    _set_details(deal, details)
    _stored(session, deal)
    _note_step(session, deal, today, _chance(deal, to), before, reason)
    return deal


def _stage(deal: Deal, text: str, in_force: tuple[Stage, ...]) -> Stage:
    """The stage a text names; Refused for a state, which has a step of its own."""
    try:
        return stages.parse(text, in_force)
    except BadValue:
        try:
            state = parse_word(text, DealState)
        except BadValue:
            state = DealState.OPEN
        if state not in _STEPS:
            raise
        raise Refused(
            _("“{text}” is no stage that {code} can move to.").format(text=excerpt(text), code=deal.code),
            hint=_("`sales deal {step} {code}` marks it so.").format(step=_STEPS[state], code=deal.code),
        ) from None


def win(session: Session, deal: Deal, today: date, amount: int | None = None) -> Deal:
    """Mark an open deal won, for the amount agreed where one is given; its order is made apart."""
    _refuse_unless_open(deal)
    _set_details(deal, {"amount": amount})
    return _end(session, deal, DealState.WON, today, None)


def lose(session: Session, deal: Deal, today: date, reason: str, competitor: str | None = None) -> Deal:
    """Mark an open deal lost, for a reason, and to whom where that is known."""
    _refuse_unless_open(deal)
    _set_details(deal, {"competitor": competitor})
    return _end(session, deal, DealState.LOST, today, clean(reason, field=_("reason"), limit=NOTE_LIMIT))


def park(session: Session, deal: Deal, today: date, reason: str) -> Deal:
    """Put an open deal aside, for a reason; it counts in no forecast until it is opened again."""
    return _end(session, deal, DealState.PARKED, today, clean(reason, field=_("reason"), limit=NOTE_LIMIT))


def reopen(session: Session, deal: Deal, today: date, settings: Settings, reason: str | None = None) -> Deal:
    """Open a won, lost or parked deal again, in the stage it was in; its days there begin anew."""
    if deal.state == DealState.OPEN:
        raise Refused(_("{code} is open already.").format(code=deal.code))
    before = deal.stage, deal.state
    why = _reason(reason)
    deal.state, deal.closed_on, deal.reason, deal.moved_on = DealState.OPEN, None, None, today
    _stored(session, deal)
    _note_step(session, deal, today, view(session, deal, today, settings).probability, before, why)
    return deal


def remove(session: Session, deal: Deal) -> None:
    """Take a deal out of every list."""
    deal.deleted_at = now_of(session)
    _stored(session, deal)


def _end(session: Session, deal: Deal, state: DealState, today: date, reason: str | None) -> Deal:
    _refuse_unless_open(deal)
    before = deal.stage, deal.state
    deal.state, deal.reason = state.value, reason
    deal.closed_on = today if state in _CLOSED else None
    _stored(session, deal)
    chance = {DealState.WON: 100, DealState.LOST: 0}.get(state, deal.probability)
    _note_step(session, deal, today, chance, before, reason)
    return deal


def _note_step(
    session: Session,
    deal: Deal,
    today: date,
    probability: int | None,
    before: tuple[str | None, str | None] = (None, None),
    reason: str | None = None,
) -> None:
    assert deal.id is not None
    session.add(
        DealMove(
            id=clients.next_id(session, DealMove),
            deal_id=deal.id,
            moved_on=today,
            from_stage=before[0],
            to_stage=deal.stage,
            from_state=before[1],
            to_state=deal.state,
            amount=deal.amount,
            probability=probability,
            reason=reason,
        )
    )
    session.flush()


def _stored(session: Session, deal: Deal) -> Deal:
    session.add(deal)
    session.flush()
    return deal


def _set_details(deal: Deal, details: dict[str, Any]) -> None:
    for name in ("amount", "expected_on"):
        if details.get(name) is not None:
            setattr(deal, name, details[name])
    if details.get("competitor") is not None:
        deal.competitor = clean(details["competitor"], field=_("competitor"))
    if details.get("note") is not None:
        deal.note = clean(details["note"], field=_("note"), limit=NOTE_LIMIT)
    if details.get("probability") is not None:
        deal.probability = checked_probability(details["probability"])
    step: NextStep | None = details.get("next_step")
    if step is not None:
        hour = f"{step.at:%H:%M} " if step.at else ""  # a deal keeps the day alone
        deal.next_step = hour + clean(step.text or "", field=_("next step"), limit=NOTE_LIMIT)
        deal.next_on = step.on


def checked_probability(number: int) -> int:
    """A probability out of 100; else BadValue."""
    if not 0 <= number <= 100:
        raise BadValue(_("A probability is between 0 and 100."))
    return number


def _reason(text: str | None) -> str | None:
    return None if text is None else clean(text, field=_("reason"), limit=NOTE_LIMIT)


def _refuse_blocked(client: Client) -> None:
    if client.lifecycle == "blocked":
        raise Refused(
            _("{client} is on the blacklist.").format(client=client.name),
            hint=_("`sales client edit {code} --lifecycle customer` takes it off.").format(code=client.code),
        )


def _refuse_twin(session: Session, client: Client, name: str) -> None:
    for code, other in session.exec(_names().where(Deal.client_id == client.id, Deal.state == DealState.OPEN)):
        if name_key(other) == name_key(name):
            raise Refused(
                _("{client} has an open deal {code} {name} already.").format(client=client.name, code=code, name=other),
                hint=_("`sales deal edit {code}` changes it; else say what tells them apart.").format(code=code),
            )


def _refuse_unless_open(deal: Deal) -> None:
    if deal.state != DealState.OPEN:
        raise Refused(
            _("{code} is {state}; only an open deal can be changed so.").format(
                code=deal.code, state=label(deal.state, DealState)
            ),
            hint=_("`sales deal reopen {code}` opens it again.").format(code=deal.code),
        )


# --- finding ---


def find(session: Session, ref: str, *, closed: bool = False) -> Deal:
    """The deal that ``ref`` means: its code, its name, a part of the name, or a client with one open deal.

    Of several by that name the open ones are taken where there are any; with ``closed``, and for a client too, those
    that are not open. Raises NotFound, or Ambiguous with the choices.
    """
    asked = clean(ref, field=_("deal"))
    key = name_key(asked)
    if _CODE.match(key):
        found: Deal | None = session.exec(_alive(select(Deal)).where(Deal.code == key.upper())).first()
        if found is None:
            raise NotFound(
                _("There is no deal {code}.").format(code=key.upper()), hint=_("`sales deal list` shows them.")
            )
        return found
    rows = [(code, name_key(name)) for code, name in session.exec(_names())]
    named = [code for code, name in rows if name == key] or [code for code, name in rows if key and key in name]
    if named:
        return _one(asked, list(session.exec(_alive(select(Deal)).where(col(Deal.code).in_(named)))), closed=closed)
    return _of_client(session, asked, closed=closed)


def _one(asked: str, found: list[Deal], *, closed: bool) -> Deal:
    likely = [deal for deal in found if (deal.state != DealState.OPEN) == closed] or found
    if len(likely) > 1:
        choices = [(deal.code, f"{deal.name} {label(deal.state, DealState)}") for deal in likely[:_MOST_CHOICES]]
        raise Ambiguous(
            _("“{ref}” matches {count} deals").format(ref=excerpt(asked), count=len(likely)),
            choices,
            hint=_("Give the deal's code."),
        )
    return likely[0]


def _of_client(session: Session, asked: str, *, closed: bool) -> Deal:
    try:
        client = clients.find(session, asked)
    except NotFound:
        raise NotFound(
            _("There is no deal “{ref}”.").format(ref=excerpt(asked)),
            hint=_("`sales deal list --state all` shows them all."),
        ) from None
    state = Deal.state != DealState.OPEN if closed else Deal.state == DealState.OPEN
    found = list(session.exec(_alive(select(Deal)).where(Deal.client_id == client.id, state)))
    if not found:
        sentence = _("{client} has no closed deal.") if closed else _("{client} has no open deal.")
        raise NotFound(sentence.format(client=client.name), hint=_("`sales deal list --state all` shows them all."))
    return _one(asked, found, closed=closed)


def _alive(query: Any) -> Any:
    """``query`` for deals that are not removed, of clients who are not."""
    return (
        query.join(Client, col(Client.id) == Deal.client_id)
        .where(col(Deal.deleted_at).is_(None), col(Client.deleted_at).is_(None))
        .order_by(Deal.id)
    )


def _names() -> Any:
    return _alive(select(Deal.code, Deal.name))


def client_of(session: Session, deal: Deal) -> Client:
    """The client a deal is with."""
    return session.exec(select(Client).where(Client.id == deal.client_id)).one()


# --- showing ---


@dataclass(frozen=True)
class Filter:
    """What a list of deals is narrowed to; ``None`` narrows nothing, and ``state`` to the open ones."""

    text: str | None = None
    stage: str | None = None
    state: str | None = None
    client: Client | None = None
    stale: bool = False


ALL_STATES = ("all", "全部", "所有")


def listed(session: Session, wanted: Filter, today: date, settings: Settings) -> list[DealView]:
    """Deals by stage and, within one, by the day they are expected; the open ones unless ``state`` names others.

    ``state`` is a state in either language, or ``all``.
    """
    in_force = stages.of(settings)
    conditions: list[Any] = []
    if wanted.state is None or wanted.state.strip().lower() not in ALL_STATES:
        state = DealState.OPEN if wanted.state is None else parse_word(wanted.state, DealState)
        conditions.append(Deal.state == state)
    if wanted.client is not None:
        conditions.append(Deal.client_id == wanted.client.id)
    if wanted.stage is not None:
        conditions.append(Deal.stage == _stage_code(session, wanted.stage, in_force))
    views = _views(session, conditions, today, in_force)
    if wanted.text is not None:
        key = name_key(clean(wanted.text, field=_("search text")))
        views = [deal for deal in views if key in name_key(f"{deal.code} {deal.name} {deal.client.name}")]
    return [deal for deal in views if deal.stale or not wanted.stale]


def open_or_moved(session: Session, begin: date, end: date, today: date, settings: Settings) -> list[DealView]:
    """The deals that are open, or that anything happened to from ``begin`` up to, not including, ``end``."""
    moved = select(DealMove.deal_id).where(DealMove.moved_on >= begin, DealMove.moved_on < end)
    either = (col(Deal.state) == DealState.OPEN) | col(Deal.id).in_(moved)
    return _views(session, [either], today, stages.of(settings))


def _stage_code(session: Session, text: str, in_force: tuple[Stage, ...]) -> str:
    """The code of a stage in force, or of one that deals are still in."""
    left = set(session.exec(select(Deal.stage).distinct())) - {stage.code for stage in in_force}
    for code in left:
        if name_key(text) in (name_key(code), name_key(stages.name_of(code, in_force))):
            return code
    return stages.parse(text, in_force).code


def view(session: Session, deal: Deal, today: date, settings: Settings) -> DealView:
    """One deal as lists and JSON show it."""
    return _views(session, [Deal.id == deal.id], today, stages.of(settings))[0]


def _views(session: Session, conditions: Iterable[Any], today: date, in_force: tuple[Stage, ...]) -> list[DealView]:
    rows = session.exec(_alive(select(Deal, Client.code, Client.name).where(*conditions))).all()
    places = {stage.code: place for place, stage in enumerate(in_force)}
    left = [deal.id for deal, _code, _name in rows if deal.stage not in places]
    chances = _last_chances(session, left) if left else {}
    views = []
    for deal, code, name in rows:
        stage = stages.of_code(deal.stage, in_force)
        chance = chances.get(deal.id, 0) if stage is None else stage.probability
        views.append(view_of(deal, ClientRef(code, name), chance, stage, stages.name_of(deal.stage, in_force), today))
    return sorted(
        views,
        key=lambda deal: (
            list(DealState).index(DealState(deal.state)),
            places.get(deal.stage, len(places)),
            deal.expected_on or date.max,
        ),
    )


def _last_chances(session: Session, deal_ids: list[int | None]) -> dict[int, int]:
    """The probability that deals had when they came to their stages, for stages that are not in force any more."""
    steps = session.exec(
        select(DealMove.deal_id, DealMove.probability)
        .where(col(DealMove.deal_id).in_(deal_ids), DealMove.to_state == DealState.OPEN)
        .order_by(col(DealMove.id))
    )
    return {deal_id: probability for deal_id, probability in steps if probability is not None}


def forecast(session: Session, begin: date, end: date, settings: Settings) -> Forecast:
    """What the days from ``begin`` up to, not including, ``end`` should bring: open deals expected then, and won ones.

    An open deal counts its amount by its probability, a won one all of its amount, on the day it was won.
    """
    return summed([*expected_in(session, begin, end, begin, settings), *won_in(session, begin, end, settings)])


def expected_in(session: Session, begin: date, end: date, today: date, settings: Settings) -> list[DealView]:
    """The open deals expected from ``begin`` up to, not including, ``end``."""
    day = col(Deal.expected_on)
    return _views(session, [Deal.state == DealState.OPEN, day >= begin, day < end], today, stages.of(settings))


def won_in(session: Session, begin: date, end: date, settings: Settings) -> list[DealView]:
    """The deals won from ``begin`` up to, not including, ``end``."""
    day = col(Deal.closed_on)
    return _views(session, [Deal.state == DealState.WON, day >= begin, day < end], end, stages.of(settings))


def history(session: Session, deal: Deal, today: date, settings: Settings) -> list[MoveView]:
    """The steps of a deal, from the first."""
    in_force = stages.of(settings)
    steps = session.exec(
        select(DealMove)
        .where(DealMove.deal_id == deal.id, col(DealMove.deleted_at).is_(None))
        .order_by(col(DealMove.id))
    ).all()
    ends = [*(step.moved_on for step in steps[1:]), None if deal.state in _CLOSED else today]
    return [
        MoveView(
            at=step.created_at.astimezone(),
            on=step.moved_on,
            from_stage=step.from_stage,
            stage=step.to_stage,
            stage_name=stages.name_of(step.to_stage, in_force),
            from_state=step.from_state,
            state=step.to_state,
            amount=step.amount,
            probability=step.probability,
            reason=step.reason,
            days=None if end is None else (end - step.moved_on).days,
        )
        for step, end in zip(steps, ends, strict=True)
    ]

"""The day's notes, typed or dictated into a chat with oneself, read by rules and turned into visits.

Every line belongs to exactly one visit, to what is said of the day, or to the lines that have no place. What the
rules can't tell is a question; nothing is guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlmodel import Session, col

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.errors import BadValue, in_line
from salescli.i18n import _
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.models.receipts import Receipt
from salescli.models.visits import Visit
from salescli.notes.words import flat, mark_end, section, tasks
from salescli.services.accounts import clients
from salescli.services.care import promises
from salescli.services.care.promises import PromiseView
from salescli.services.cash import bookings
from salescli.services.planning import day_plans, note_blocks
from salescli.services.planning.note_blocks import Block
from salescli.services.planning.note_blocks import Piece as Piece
from salescli.services.planning.note_blocks import Unplaced as Unplaced
from salescli.services.planning.note_clients import Names, names_of
from salescli.services.planning.note_details import About as About
from salescli.services.planning.note_details import Question as Question
from salescli.services.planning.note_details import VisitNote as VisitNote
from salescli.services.planning.note_details import details_of
from salescli.services.visiting import visits
from salescli.services.visiting.visits import NextStep, VisitView
from salescli.texts import NAME_LIMIT, NOTE_LIMIT
from salescli.vocabulary import FACE_TO_FACE, OPEN_STATUSES, Channel, VisitStatus

_MOST_SIGNS = NAME_LIMIT + 2 * NOTE_LIMIT


@dataclass(frozen=True)
class DayNotes:
    """The notes of a day: visits in the order they were noted, and what else was said.

    ``unplaced`` are the lines that belong to none of it; ``headers`` are what a chat puts above messages, ``said`` the
    lines about the day, ``market`` those to be kept as insights.
    """

    day: date
    visits: list[VisitNote] = field(default_factory=list)
    gained: str | None = None
    fell_short: str | None = None
    key_tasks: list[str] = field(default_factory=list)
    headers: list[Piece] = field(default_factory=list)
    said: list[Piece] = field(default_factory=list)
    market: list[Piece] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)

    @property
    def questions(self) -> list[tuple[VisitNote, Question]]:
        """What is missing or not clear, by visit."""
        return [(note, question) for note in self.visits for question in note.questions]


@dataclass(frozen=True)
class Stored:
    """What became of a note: the visit, and what it brought and promised."""

    visit: Visit
    view: VisitView
    promises: list[PromiseView]
    order: Order | None
    receipt: Receipt | None


def read(
    session: Session,
    lines: Sequence[tuple[int, str]],
    day: date,
    written_on: date,
    *,
    strict: bool = False,
    step: NextStep | None = None,
) -> DayNotes:
    """Read the lines (number, text) noted of ``day``; days to come are told from ``written_on``.

    ``step`` follows the visits that name none. ``strict`` raises what is wrong with lines in the form CLIENT TEXT
    NEXT@DAY instead of asking. Raises BadValue for a line that is too long.
    """
    for number, text in lines:
        with in_line(number):
            _refuse_too_long(text)
    names = names_of(session)
    layout = note_blocks.lay_out(
        lines,
        names,
        day,
        lambda ref: visits.met(session, ref, written_on)[0].code,
        strict=strict,
        all_visits=step is not None,
    )
    noted = [_of(session, block, names, day, written_on, strict=strict, step=step) for block in layout.blocks]
    notes = DayNotes(
        day,
        sorted(noted, key=lambda note: note.pieces[0].line),
        headers=layout.headers,
        said=[piece for _section, piece in layout.sections],
        unplaced=layout.unplaced,
    )
    return _with_sections(notes, layout.sections)


def placed(
    session: Session, notes: DayNotes, one: Unplaced, written_on: date, *, visit: int | None = None, ref: str = ""
) -> DayNotes:
    """The notes with a line that had no place given to a visit (its place in the list), or to a client's new one."""
    names = names_of(session)
    left = [other for other in notes.unplaced if other is not one]
    if visit is None:
        block = Block((clients.find(session, ref).code,), [one.piece], leads=False)
        made = [*notes.visits, _of(session, block, names, notes.day, written_on)]
    else:
        old = notes.visits[visit].block
        assert old is not None
        block = replace(old, pieces=[*old.pieces, one.piece])
        made = [*notes.visits]
        made[visit] = _of(session, block, names, notes.day, written_on)
    return replace(notes, visits=made, unplaced=left)


def with_client(session: Session, notes: DayNotes, place: int, ref: str, written_on: date) -> DayNotes:
    """The notes with one visit being to the client that ``ref`` means."""
    old = notes.visits[place].block
    assert old is not None
    block = replace(old, codes=(clients.find(session, ref).code,))
    made = [*notes.visits]
    made[place] = _of(session, block, names_of(session), notes.day, written_on)
    return replace(notes, visits=made)


def _of(
    session: Session,
    block: Block,
    names: Names,
    day: date,
    written_on: date,
    *,
    strict: bool = False,
    step: NextStep | None = None,
) -> VisitNote:
    """What a block says of its visit; one that was not made must have been planned for the day."""
    note = details_of(block, names, written_on, strict=strict, step=step)
    if not note.not_made or note.client is None or note.closes is not None:
        return note
    code = note.client.code
    planned = [one for one in visits.of_day(session, day) if one.status in OPEN_STATUSES and one.client.code == code]
    at_time = [one for one in planned if one.planned_at == note.at] or [one for one in planned if one.face_to_face]
    if len(at_time) == 1:
        return replace(note, closes=at_time[0].code)
    return replace(note, questions=(*note.questions, Question("not_made", note.note)))


def _refuse_too_long(text: str) -> None:
    if len(text) > _MOST_SIGNS:
        raise BadValue(
            _("It has {count} characters; at most {most} are taken.").format(count=len(text), most=_MOST_SIGNS)
        )


def _with_sections(notes: DayNotes, sections: Sequence[tuple[str, Piece]]) -> DayNotes:
    texts: dict[str, list[str]] = {"gained": [], "fell_short": [], "key_tasks": []}
    for kind, piece in sections:
        plain = flat(piece.text)
        labelled = section(plain)
        words = piece.text[labelled[1] if labelled else 0 :].strip()
        if kind == "key_tasks":
            texts[kind] += tasks(words)
        elif words:
            texts[kind].append(words[mark_end(flat(words)) :])
    return replace(
        notes,
        gained="；".join(texts["gained"]) or None,
        fell_short="；".join(texts["fell_short"]) or None,
        key_tasks=texts["key_tasks"],
    )


def repeated(session: Session, notes: DayNotes) -> list[VisitNote]:
    """The notes that stand already: a visit to the same client on the same day with the same words."""
    rows = session.exec(
        select_columns(Client.code, Visit.note, Visit.outcome)
        .join(Client, col(Client.id) == Visit.client_id)
        .where(Visit.done_on == notes.day, col(Visit.deleted_at).is_(None))
    )
    there = {_key(code, note, outcome) for code, note, outcome in rows}
    found: list[VisitNote] = []
    for note in notes.visits:
        if note.client is not None and not note.not_made:
            key = _key(note.client.code, note.note, note.outcome)
            found += [note] if key in there else []
            there.add(key)
    return found


def _key(code: str, note: str | None, outcome: str | None) -> tuple[str, str]:
    """What makes two visits of a day the same: client and words, however blank; the outcome where there are none."""
    return code, "".join((note or "").split()) or f"={outcome}"


def closed_by(notes: DayNotes, planned: Sequence[VisitView]) -> dict[int, str]:
    """Which planned visit (code) each visit noted (its place) will close: of its client and kind, at its time."""
    left = [visit for visit in planned if visit.code is not None]
    found: dict[int, str] = {}
    for place, note in enumerate(notes.visits):
        face = Channel(note.by or Channel.VISIT) in FACE_TO_FACE
        of_kind = [
            one for one in left if note.client and one.client.code == note.client.code and one.face_to_face == face
        ]
        at_time = [one for one in of_kind if note.at is not None and one.planned_at == note.at]
        named = [one for one in left if one.code == note.closes]
        closed = next(iter(named or at_time or of_kind), None)
        if closed is not None and closed.code is not None:
            found[place] = closed.code
            left.remove(closed)
    return found


def store(
    session: Session,
    notes: DayNotes,
    today: date,
    settings: Settings,
    calendar: Calendar,
    details: Mapping[str, Any] | None = None,
) -> list[Stored]:
    """Log every visit of the notes with its order, receipt and promises.

    ``details`` are those of :func:`visits.log` for all; a note's own words go before them, except for ``by``. Raises
    BadValue for a note that still has a question; errors name the line.
    """
    stored = []
    for note in notes.visits:
        with in_line(note.pieces[0].line):
            stored.append(_store_one(session, note, notes.day, today, settings, calendar, dict(details or {})))
    return stored


def _store_one(
    session: Session,
    note: VisitNote,
    day: date,
    today: date,
    settings: Settings,
    calendar: Calendar,
    details: dict[str, Any],
) -> Stored:
    if note.questions or note.client is None or note.next_step is None:
        raise BadValue(_("It is not clear yet."))
    client = clients.find(session, note.client.code)
    if note.not_made:
        visit = _put_off(session, note, client, today, settings)
        return Stored(visit, visits.view(session, visit), [], None, None)
    own = {"contact": note.contact, "outcome": note.outcome, "minutes": note.minutes, "at": note.at}
    told = {**details, **{name: value for name, value in own.items() if value is not None}}
    told["by"] = details.get("by") or note.by
    if note.closes is not None:
        told["closes"] = visits.find(session, note.closes, today)
    visit = visits.log(session, client, note.note, day, note.next_step, today, settings, calendar, **told)
    order, receipt = bookings.book_visit(session, visit, client, note.order, note.receipt, today, settings)
    made = promises.add_at_visit(session, visit, client, note.promises, today) if note.promises else []
    return Stored(visit, visits.view(session, visit), made, order, receipt)


def _put_off(session: Session, note: VisitNote, client: Client, today: date, settings: Settings) -> Visit:
    """Move or call off the planned visit that was not made; without one, plan it for the day that the person said."""
    assert note.next_step is not None
    reason = " ".join(note.note.split())[:NAME_LIMIT]
    step = note.next_step
    if note.closes is None:
        assert step.on is not None
        return visits.plan(session, client, step.on, step.at)
    visit = visits.find(session, note.closes, today)
    if step.on is None:
        return visits.cancel(session, visit, reason, VisitStatus.MISSED)
    if step.at is not None:
        visits.move(session, visit, step.on, step.at, reason)
    else:
        day_plans.put_off(session, visit, step.on, reason, settings)
    return visit

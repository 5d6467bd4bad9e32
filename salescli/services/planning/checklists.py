"""Lists of what visits of a kind need, those everyone begins with or as edited, and one visit's own list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel import Session, col, select

from salescli.errors import Ambiguous, NotFound, Refused
from salescli.i18n import _
from salescli.models.preparations import ChecklistItem, VisitCheck
from salescli.models.visits import Visit
from salescli.services.changes import now_of
from salescli.services.planning import visit_checks
from salescli.services.planning.visit_checks import CheckItem
from salescli.texts import clean, name_key
from salescli.visit_kinds import DEFAULTS, VisitKind, parse_before
from salescli.vocabulary import Channel, parse_word

_OF_CHANNEL = {Channel.DEMO: VisitKind.DEMO, Channel.MEETING: VisitKind.MEETING}


@dataclass(frozen=True)
class ListItem:
    """One thing that every visit of a kind needs; ``own`` tells that the list was edited."""

    kind: str
    number: int
    text: str
    minutes_before: int
    own: bool


def listed(session: Session, kind: str | None = None) -> list[ListItem]:
    """The list of a kind as typed, or of all kinds."""
    kinds = list(VisitKind) if kind is None else [parse_word(kind, VisitKind)]
    return [item for one in kinds for item in _of_kind(session, one)]


def _of_kind(session: Session, kind: VisitKind) -> list[ListItem]:
    stored = _stored(session, kind)
    if stored is None:
        return [
            ListItem(kind.value, number, _(text), minutes, own=False)
            for number, (minutes, text) in enumerate(DEFAULTS[kind], start=1)
        ]
    return [
        ListItem(kind.value, number, item.text, item.minutes_before, own=True)
        for number, item in enumerate(stored, start=1)
    ]


def _stored(session: Session, kind: VisitKind) -> list[ChecklistItem] | None:
    """What is stored of a kind, ``None`` while nobody edited it."""
    by_time = col(ChecklistItem.minutes_before).desc(), col(ChecklistItem.position), col(ChecklistItem.id)
    query = select(ChecklistItem).where(ChecklistItem.kind == kind.value)
    rows = list(session.exec(query.order_by(*by_time)))
    return [row for row in rows if row.deleted_at is None] if rows else None


def _make_own(session: Session, kind: VisitKind) -> list[ChecklistItem]:
    """The list of a kind as records, made of what everyone begins with where nobody edited it yet."""
    stored = _stored(session, kind)
    if stored is not None:
        return stored
    made = [
        ChecklistItem(kind=kind.value, minutes_before=item.minutes_before, text=item.text, position=item.number)
        for item in _of_kind(session, kind)
    ]
    session.add_all(made)
    session.flush()
    return made


def add(session: Session, kind: str, text: str, before: str | None = None) -> ListItem:
    """Put one more thing on the list of a kind; ``before`` as typed (2h, 1d, 5m)."""
    which = parse_word(kind, VisitKind)
    text, minutes = clean(text, field=_("item")), 0 if before is None else parse_before(before)
    there = _make_own(session, which)
    if any(name_key(item.text) == name_key(text) for item in there):
        raise Refused(_("“{text}” is on the list already.").format(text=text))
    position = max((item.position for item in there), default=0) + 1
    session.add(ChecklistItem(kind=which.value, minutes_before=minutes, text=text, position=position))
    session.flush()
    return next(item for item in _of_kind(session, which) if item.text == text)


def remove(session: Session, kind: str, ref: str) -> ListItem:
    """Take a thing, by its number or words, off the list of a kind."""
    which = parse_word(kind, VisitKind)
    number = _number_of(ref, [item.text for item in _of_kind(session, which)])
    gone = _of_kind(session, which)[number - 1]
    item = _make_own(session, which)[number - 1]
    item.deleted_at = now_of(session)
    session.add(item)
    session.flush()
    return gone


def found(session: Session, kind: str, ref: str) -> ListItem:
    """The thing on the list of a kind that a number or words mean."""
    items = listed(session, kind)
    return items[_number_of(ref, [item.text for item in items]) - 1]


def _number_of(ref: str, texts: Sequence[str]) -> int:
    """The number, from 1, of the text that a number or a part of it means. Raises NotFound or Ambiguous."""
    if ref.strip().isdecimal() and 1 <= int(ref) <= len(texts):
        return int(ref)
    key = name_key(ref)
    exact = [number for number, text in enumerate(texts, start=1) if name_key(text) == key]
    parts = exact or [number for number, text in enumerate(texts, start=1) if key and key in name_key(text)]
    if not parts:
        raise NotFound(
            _("There is no “{text}” on the list.").format(text=ref), hint=_("Give its number or a part of its words.")
        )
    if len(parts) > 1:
        raise Ambiguous(
            _("“{text}” matches several items").format(text=ref),
            [(str(number), texts[number - 1]) for number in parts],
            hint=_("Give the number."),
        )
    return parts[0]


# --- one visit ---


def attach(session: Session, visit: Visit, kind: str | None = None) -> list[CheckItem]:
    """Copy the list of a kind (that of the visit's channel unless given) to a visit, beside what it has."""
    which = _OF_CHANNEL.get(Channel(visit.channel), VisitKind.VISIT) if kind is None else parse_word(kind, VisitKind)
    there = {name_key(item.text) for item in of_visit(session, visit)}
    for item in _of_kind(session, which):
        if name_key(item.text) not in there:
            put(session, visit, item.text, item.minutes_before)
    return of_visit(session, visit)


def put(session: Session, visit: Visit, text: str, minutes_before: int = 0) -> None:
    """Put one more thing on the list of a visit."""
    assert visit.id is not None
    position = len(of_visit(session, visit)) + 1
    session.add(
        VisitCheck(
            visit_id=visit.id,
            minutes_before=minutes_before,
            text=clean(text, field=_("item")),
            position=position,
        )
    )
    session.flush()


def of_visit(session: Session, visit: Visit) -> list[CheckItem]:
    """What is to be ready for a visit."""
    on, at = visit.planned_on or visit.done_on, visit.planned_at
    begin = datetime.combine(on, at or time.min) if on else None
    return visit_checks.of_visits(session, {visit.code: begin}).get(visit.code, [])


def tick(session: Session, visit: Visit, refs: Sequence[str], on: date | None) -> list[CheckItem]:
    """Mark things of a visit's list, by number or words, ready on a day, or not ready (``None``)."""
    rows = _rows(session, visit)
    for ref in refs:
        row = rows[_number_of(ref, [row.text for row in rows]) - 1]
        row.ready_on = on
        session.add(row)
    session.flush()
    return of_visit(session, visit)


def _rows(session: Session, visit: Visit) -> list[VisitCheck]:
    assert visit.id is not None
    owners = visit_checks.with_moved(session, {visit.id: visit.code})
    query = select(VisitCheck).where(col(VisitCheck.visit_id).in_(owners), col(VisitCheck.deleted_at).is_(None))
    by_time = col(VisitCheck.minutes_before).desc(), col(VisitCheck.position), col(VisitCheck.id)
    return list(session.exec(query.order_by(*by_time)))

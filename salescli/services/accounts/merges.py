"""What is decided about two clients that look alike: that they are two, or that one goes into the other.

A merge moves every row that refers to the client that goes, fills what the kept one lacks, and notes what of the two
differs. Nothing is dropped: what must not stand twice is removed softly, with what it said kept beside it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from salescli.amounts import grouped
from salescli.calendars import Calendar
from salescli.company_names import Alike
from salescli.config import Settings
from salescli.errors import BadValue, Refused
from salescli.i18n import _
from salescli.models import all_tables
from salescli.models.clients import Client, Contact
from salescli.models.credits import Credit
from salescli.models.duplicates import ClientMerge, ClientPair
from salescli.models.gradings import Grading
from salescli.models.targets import Target
from salescli.services.accounts import cadence, clients, duplicates
from salescli.services.accounts.clients import ClientRef
from salescli.services.changes import now_of
from salescli.texts import name_key
from salescli.vocabulary import Lifecycle, Scope, field_word

_FILLED = (
    "short_name", "uscc", "industry", "source", "territory", "district", "address", "lat", "lon", "grade",
    "grade_reason", "potential", "owner",
)  # fmt: skip
_JOINED = ("need", "note")
_NEARER = (Lifecycle.LEAD, Lifecycle.PROSPECT, Lifecycle.CUSTOMER)
_PERSON = ("title", "department", "role", "wechat", "email", "birthday")
# What every record has, and says nothing about what it is.
_OWN = frozenset({"id", "uuid", "code", "created_at", "updated_at", "deleted_at"})


@dataclass(frozen=True)
class Difference:
    """A field in which the two differ; ``kept`` is what the kept client has afterwards."""

    field: str
    first: Any
    second: Any
    kept: Any


@dataclass(frozen=True)
class Merging:
    """What a merge does: how many living records move, by table, and what of the two clients differs."""

    kept: ClientRef
    gone: ClientRef
    moves: tuple[tuple[str, int], ...]
    differences: tuple[Difference, ...]
    reasons: tuple[Alike, ...]
    score: int
    left: tuple[str, ...] = ()


def tell_apart(session: Session, one: Client, other: Client) -> ClientPair:
    """Remember that two clients are different ones; BadValue for one client twice."""
    _refuse_one(one, other)
    first, second = sorted((one.id or 0, other.id or 0))
    known: ClientPair | None = session.exec(_pair(first, second)).first()
    if known is not None:
        return known
    pair = ClientPair(first_id=first, second_id=second)
    session.add(pair)
    session.flush()
    return pair


def _refuse_one(one: Client, other: Client) -> None:
    if one.id == other.id:
        raise BadValue(_("{code} {name} was given twice.").format(code=one.code, name=one.name))


def _pair(first: int, second: int) -> Any:
    return select(ClientPair).where(
        ClientPair.first_id == first, ClientPair.second_id == second, col(ClientPair.deleted_at).is_(None)
    )


def look(session: Session, kept: Client, gone: Client) -> Merging:
    """What :func:`merge` would do. Raises BadValue for one client twice, Refused for two credit codes."""
    _refuse_one(kept, gone)
    if kept.uscc and gone.uscc and kept.uscc != gone.uscc:
        raise Refused(
            _("{first} and {second} have different 统一社会信用代码, so they are two firms.").format(
                first=kept.code, second=gone.code
            ),
            hint=_("If one of them is wrong, mend it with `sales client edit --uscc` first."),
        )
    pair = duplicates.between(session, kept, gone)
    return Merging(
        kept=ClientRef(kept.code, kept.name),
        gone=ClientRef(gone.code, gone.name),
        moves=(*_counted(session, gone), *_moving_targets(session, kept, gone)),
        differences=tuple(_differences(kept, gone)),
        reasons=pair.reasons,
        score=pair.score,
        left=tuple(_left_targets(session, kept, gone)),
    )


def _counted(session: Session, gone: Client) -> Iterator[tuple[str, int]]:
    for table, column in _referring(Client):
        query = sa.select(sa.func.count()).where(column == gone.id, table.c.deleted_at.is_(None))
        count = session.connection().execute(query).scalar() or 0
        if count:
            yield table.name, count


def _referring(kind: type[SQLModel]) -> list[tuple[sa.Table, sa.Column[Any]]]:
    """Every column of any table that refers to the records of ``kind``; one that is added later is there too."""
    wanted = all_tables().tables[str(kind.__tablename__)]
    return [
        (table, column)
        for table in all_tables().tables.values()
        for column in table.columns
        if any(key.column.table is wanted for key in column.foreign_keys)
    ]


def _differences(kept: Client, gone: Client) -> Iterator[Difference]:
    for name in ("name", "lifecycle", *_FILLED, *_JOINED):
        first, second = getattr(kept, name), getattr(gone, name)
        if second is not None and first != second:
            yield Difference(name, first, second, _became(name, first, second))


def _became(name: str, first: Any, second: Any) -> Any:
    if name == "lifecycle":
        nearer = first in _NEARER and second in _NEARER and _NEARER.index(second) > _NEARER.index(first)
        return second if nearer else first
    if name in _JOINED and first:
        return f"{first}\n{second}"
    return second if first is None else first


def merge(session: Session, kept: Client, gone: Client, today: date, settings: Settings, calendar: Calendar) -> Merging:
    """Take ``gone`` into ``kept``; what it did. Refused as by :func:`look`."""
    done = look(session, kept, gone)
    _join_people(session, kept, gone)
    _settle_pairs(session, kept, gone)
    lost = _settle_standing(session, kept, gone)
    _move_targets(session, kept, gone)
    for table, column in _referring(Client):
        if table.name != ClientPair.__tablename__ and column.name != "gone_id":
            _move(session, table, column, kept.id or 0, gone.id or 0)
    _join_clients(kept, gone, done.differences, lost)
    gone.deleted_at = now_of(session)
    reasons = [reason.value for reason in done.reasons]
    session.add(ClientMerge(kept_id=kept.id or 0, gone_id=gone.id or 0, merged_on=today, reasons=reasons))
    session.flush()
    cadence.restart_each(session, [kept], today, settings, calendar)
    session.flush()
    return replace(done, kept=ClientRef(kept.code, kept.name))


def _join_clients(kept: Client, gone: Client, differences: Iterable[Difference], lost: list[str]) -> None:
    """Fill and unite what the two clients say; what gives way, and ``lost`` besides, stands in the note."""
    names = {name_key(name) for name in (kept.name, kept.short_name, *kept.aliases) if name}
    more = [name for name in (gone.name, gone.short_name, *gone.aliases) if name and name_key(name) not in names]
    for difference in differences:
        if difference.field in ("name", "short_name"):
            continue
        setattr(kept, difference.field, difference.kept)
        if difference.field not in _JOINED and difference.kept != difference.second:
            lost.append(f"{field_word(difference.field)} {difference.second}")
    kept.short_name = kept.short_name or gone.short_name
    kept.aliases = list(dict.fromkeys([*kept.aliases, *more]))
    kept.tags = list(dict.fromkeys([*kept.tags, *gone.tags]))
    if lost:
        said = _("{code} {name} had {fields}.").format(code=gone.code, name=gone.name, fields=_(", ").join(lost))
        kept.note = f"{kept.note}\n{said}" if kept.note else said
    days = [day for day in (kept.known_contact_on, gone.known_contact_on) if day is not None]
    kept.known_contact_on = max(days, default=None)
    for name, value in clients.search_keys(kept.model_dump()).items():
        setattr(kept, name, value)


# --- the rows that refer to a client ---


def _kinds() -> dict[str, type[Any]]:
    """The class of every table."""
    all_tables()
    return {mapper.local_table.name: mapper.class_ for mapper in SQLModel._sa_registry.mappers}  # type: ignore[attr-defined]


def _move(session: Session, table: sa.Table, column: sa.Column[Any], kept: int, gone: int) -> None:
    """Let the rows that refer to ``gone`` refer to ``kept``, through the session, which logs them."""
    kind = _kinds()[table.name]
    for row in session.exec(select(kind).where(getattr(kind, column.name) == gone)).all():
        twin = _twin(session, table, row, column.name, kept) if row.deleted_at is None else None
        if twin is not None:
            _join_rows(session, kind, twin, row)
        setattr(row, column.name, kept)
        session.flush()


def _twin(session: Session, table: sa.Table, row: Any, name: str, kept: int) -> Any:
    """The living row of the kept client that a unique rule would not let stand beside ``row``."""
    rules = [list(index.columns) for index in table.indexes if index.unique]
    rules += [list(rule.columns) for rule in table.constraints if isinstance(rule, sa.UniqueConstraint)]
    kind = type(row)
    for columns in rules:
        if name in [column.name for column in columns]:
            same = [
                getattr(kind, column.name) == (kept if column.name == name else getattr(row, column.name))
                for column in columns
            ]
            found = session.exec(select(kind).where(*same, col(kind.deleted_at).is_(None))).first()
            if found is not None:
                return found
    return None


def _join_rows(session: Session, kind: type[Any], kept: Any, gone: Any) -> None:
    """Let the row stay that says more, with what the other says besides; the other is removed softly."""
    names = [name for name in kind.model_fields if name not in _OWN and not name.endswith("client_id")]
    stays, goes = kept, gone
    if sum(getattr(gone, name) is not None for name in names) > sum(getattr(kept, name) is not None for name in names):
        stays, goes = gone, kept
    besides = []
    for name in names:
        first, second = getattr(stays, name), getattr(goes, name)
        if first is None:
            setattr(stays, name, second)
        elif second is not None and first != second:
            besides.append(f"{field_word(name)} {second}")
    text = next((name for name in ("note", "reason") if name in names), None)
    if text and besides:
        said = f"{getattr(goes, 'code', '')} {_(', ').join(besides)}".strip()
        setattr(stays, text, f"{getattr(stays, text)}\n{said}" if getattr(stays, text) else said)
    goes.deleted_at = now_of(session)
    session.flush()
    _repoint(session, kind, stays.id, goes.id)


def _repoint(session: Session, kind: type[Any], kept: int, gone: int) -> None:
    """Let what referred to one record of a kind refer to another."""
    for table, column in _referring(kind):
        _move(session, table, column, kept, gone)


def _join_people(session: Session, kept: Client, gone: Client) -> None:
    """Join the people of one name who work at both; who stays is the kept client's, who goes is moved with the rest."""
    here, there = (list(session.exec(_people(client))) for client in (kept, gone))
    by_name = {name_key(person.name): person for person in here}
    for person in there:
        twin = by_name.get(name_key(person.name))
        if twin is not None:
            _join_person(twin, person)
            person.deleted_at = now_of(session)
            _repoint(session, Contact, twin.id or 0, person.id or 0)
        if here:
            person.primary = False
    session.flush()


def _people(client: Client) -> Any:
    return select(Contact).where(
        Contact.client_id == client.id, col(Contact.deleted_at).is_(None), col(Contact.left_on).is_(None)
    )


def _join_person(kept: Contact, gone: Contact) -> None:
    """Fill what is empty; further numbers stand behind the phone, everything else that differs as a preference."""
    for number in (gone.mobile, gone.phone):
        if number and kept.mobile is None and number == gone.mobile:
            kept.mobile = number
        elif number and number not in (kept.mobile, *(kept.phone or "").split("/")):
            kept.phone = f"{kept.phone}/{number}" if kept.phone else number
    besides = [gone.preferences] if gone.preferences and gone.preferences != kept.preferences else []
    for name in _PERSON:
        first, second = getattr(kept, name), getattr(gone, name)
        if first is None:
            setattr(kept, name, second)
        elif second is not None and first != second:
            besides.append(f"{field_word(name)} {second}")
    if besides:
        kept.preferences = "\n".join([*([kept.preferences] if kept.preferences else []), *besides])


def _settle_pairs(session: Session, kept: Client, gone: Client) -> None:
    """Whom the client that goes was told apart from, the kept one is too; but not from itself."""
    concerned = sa.or_(col(ClientPair.first_id) == gone.id, col(ClientPair.second_id) == gone.id)
    for pair in session.exec(select(ClientPair).where(concerned)).all():
        other = pair.second_id if pair.first_id == gone.id else pair.first_id
        if other == kept.id:
            pair.deleted_at = pair.deleted_at or now_of(session)
            continue
        first, second = sorted((other, kept.id or 0))
        if pair.deleted_at is None and session.exec(_pair(first, second)).first() is not None:
            pair.deleted_at = now_of(session)
        pair.first_id, pair.second_id = first, second
        session.flush()


def _settle_standing(session: Session, kept: Client, gone: Client) -> list[str]:
    """The kept client's credit and class stay in force; those of the other are history then. What that credit was."""
    lost = []
    for kind in (Credit, Grading):
        in_force = select(kind).where(col(kind.current), col(kind.deleted_at).is_(None))
        if session.exec(in_force.where(kind.client_id == kept.id)).first() is not None:
            for row in session.exec(in_force.where(kind.client_id == gone.id)).all():
                row.current = False
                if isinstance(row, Credit) and row.credit_limit is not None:
                    lost.append(_("credit limit {amount}").format(amount=grouped(row.credit_limit)))
    session.flush()
    return lost


def _targets(session: Session, client: Client) -> list[Target]:
    scope = f"{Scope.CLIENT}:{client.code}"
    return list(session.exec(select(Target).where(Target.scope == scope).order_by(col(Target.id))))


def _left_targets(session: Session, kept: Client, gone: Client) -> list[str]:
    """The periods for which both clients have a target, which nobody but a person can make one of."""
    taken = {_place(target) for target in _targets(session, kept) if target.deleted_at is None}
    left = [target for target in _targets(session, gone) if _place(target) in taken and target.deleted_at is None]
    return list(dict.fromkeys(target.period for target in left))


def _moving_targets(session: Session, kept: Client, gone: Client) -> Iterator[tuple[str, int]]:
    """The living targets that go along: they name the client in their scope."""
    taken = {_place(target) for target in _targets(session, kept)}
    moving = {_place(one) for one in _targets(session, gone) if one.deleted_at is None} - taken
    if moving:
        yield str(Target.__tablename__), len(moving)


def _place(target: Target) -> tuple[str, str, str]:
    return target.period, target.measure, target.tier


def _move_targets(session: Session, kept: Client, gone: Client) -> None:
    taken = {_place(target) for target in _targets(session, kept)}
    for target in _targets(session, gone):
        if _place(target) not in taken:
            target.scope = f"{Scope.CLIENT}:{kept.code}"
    session.flush()

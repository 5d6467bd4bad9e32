"""What was done later to records that count in a figure, told record by record.

Rows that belong to an order (its shares, what is due of it, what is paid for it) are told as one change of the
order, and not at all where the order, or the receipt that pays, came or went with them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session, col, func

from salescli.amounts import plain
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.models.receipts import Allocation, Receipt, Receivable
from salescli.services.figures.records_then import Row, Step, Touched
from salescli.services.office import profile

What = Literal["added", "removed", "restored", "altered"]
# The columns of a step that make a difference.
Matters = Callable[[Touched, Step], list[str]]

_MOST_ADDED = 20  # records that one command added are named singly up to so many
_PARENTS = {"order_id": "order", "receipt_id": "receipt"}


@dataclass(frozen=True)
class Altered:
    """A column that was changed, as the file keeps it: days as ISO text, money in minor units.

    ``of`` is the person whose share (``percent``) it is. Beside columns there are ``paid``, all that is paid for an
    order, and ``parts``, the days and amounts of what is due of it, as text.
    """

    field: str
    before: Any
    after: Any
    of: str | None = None


@dataclass(frozen=True)
class Later:
    """A change made after the period was over to a record that counts in the figure, or did.

    ``record`` is the code of it, or of the order or receipt it belongs to; ``records`` is how many one command
    added, the first of which it then is.
    """

    at: datetime
    command: str
    entity: str
    record: str
    what: What
    altered: tuple[Altered, ...] = ()
    records: int = 1


def told(session: Session, touched: Iterable[Touched], matters: Matters) -> list[Later]:
    """The steps taken with these records since, the earliest first; what one command added in bulk as one."""
    codes = _Codes(session)
    touched = list(touched)
    own = [one for one in touched if one.entity not in _PARTS]
    added: dict[tuple[int, str], list[Touched]] = defaultdict(list)
    found = list(_of_parts(session, touched, codes))
    for one in own:
        if one.then is None:
            added[one.steps[0].batch, one.entity].append(one)
        found += _steps(one, matters, codes)
    for records in added.values():
        groups = [records] if len(records) > _MOST_ADDED else [[one] for one in records]
        for group in groups:
            step = group[0].steps[0]
            found.append(_later(step, group[0].entity, codes.of(group[0]), "added", records=len(group)))
    return sorted(found, key=lambda later: (later.at, later.record))


def _later(step: Step, entity: str, record: str, what: What, **more: Any) -> Later:
    return Later(step.at, step.command, entity, record, what, **more)


def _steps(one: Touched, matters: Matters, codes: "_Codes") -> Iterator[Later]:
    """What was done to a record that was there: the columns that matter."""
    for step in one.steps:
        if step.before is None:
            continue
        after, names = step.after or {}, matters(one, step)
        if "deleted_at" in names:
            what: What = "removed" if after.get("deleted_at") else "restored"
            yield _later(step, one.entity, codes.of(one), what)
        elif names:
            altered = tuple(Altered(name, step.before[name], after.get(name)) for name in sorted(names))
            yield _later(step, one.entity, codes.of(one), "altered", altered=altered)


# --- rows that belong to an order ---


@dataclass
class _Part:
    """What one command did to the rows of one kind that belong to an order: those there before, and after."""

    step: Step
    entity: str
    order: int
    before: list[Row]
    after: list[Row]


def _of_parts(session: Session, touched: list[Touched], codes: "_Codes") -> Iterator[Later]:
    """One change an order and command."""
    whole = {(step.batch, one.entity, one.record) for one in touched for step in one.steps if _came_or_went(step)}
    grouped: dict[tuple[int, str, int], _Part] = {}
    order_of = _orders_of(session, touched)
    for one in touched:
        if one.entity not in _PARTS:
            continue
        for step, before, after in _as_it_was(one):
            row = after or before or {}
            if any((step.batch, entity, row.get(column)) in whole for column, entity in _PARENTS.items()):
                continue
            order = order_of(row)
            part = grouped.setdefault((step.batch, one.entity, order), _Part(step, one.entity, order, [], []))
            part.before += [before] if before and before["deleted_at"] is None else []
            part.after += [after] if after and after["deleted_at"] is None else []
    latest_first = sorted(grouped.values(), key=lambda part: -part.step.batch)
    for name in _PARTS:
        compare = _PARTS[name](session)
        for part in (part for part in latest_first if part.entity == name):
            altered = tuple(compare(part))
            if altered:
                yield _later(part.step, name, codes.of_order(part.order), "altered", altered=altered)


def _came_or_went(step: Step) -> bool:
    return step.before is None or "deleted_at" in step.before


def _as_it_was(one: Touched) -> Iterator[tuple[Step, Row | None, Row | None]]:
    """Each step with the whole row before and after it, the latest first."""
    row = one.now
    for step in reversed(one.steps):
        before = None if step.before is None else {**(row or {}), **step.before}
        yield step, before, row
        row = before


def _orders_of(session: Session, touched: list[Touched]) -> Callable[[Row], int]:
    """Whose order a row is: its own column says, or that of the part it pays for."""
    wanted = {
        row["receivable_id"] for one in touched if one.entity == "allocation" for row in (one.now, one.then) if row
    }
    of_part: dict[int, int] = {}
    if wanted:
        query = select_columns(Receivable.id, Receivable.order_id)
        of_part = {key: order for key, order in session.exec(query) if key in wanted}
    return lambda row: row["order_id"] if "order_id" in row else of_part.get(row["receivable_id"], 0)


def _shares(session: Session) -> Callable[[_Part], Iterator[Altered]]:
    """Persons with another percentage than before; an order that nobody shares in is the owner's."""
    alone = {profile.name_of(session): "100"}

    def compare(part: _Part) -> Iterator[Altered]:
        before, after = ({row["person"]: row["percent"] for row in rows} or alone for rows in (part.before, part.after))
        for person in {**before, **after}:
            if before.get(person) != after.get(person):
                yield Altered("percent", before.get(person), after.get(person), person)

    return compare


def _paid(session: Session) -> Callable[[_Part], Iterator[Altered]]:
    """All that was paid for an order before and after: from what is paid now back through the commands."""
    query = (
        select_columns(Receivable.order_id, func.sum(Allocation.amount))
        .join(Allocation, col(Allocation.receivable_id) == Receivable.id)
        .where(col(Allocation.deleted_at).is_(None))
        .group_by(col(Receivable.order_id))
    )
    paid: dict[int, int] = defaultdict(int, dict(session.exec(query).all()))

    def compare(part: _Part) -> Iterator[Altered]:
        after = paid[part.order]
        gone, come = (sum(row["amount"] for row in rows) for rows in (part.before, part.after))
        paid[part.order] = before = after + gone - come
        if before != after:
            yield Altered("paid", before, after)

    return compare


def _due(_session: Session) -> Callable[[_Part], Iterator[Altered]]:
    """The parts that are due on another day, or of another amount, than before."""

    def compare(part: _Part) -> Iterator[Altered]:
        before, after = (
            sorted(f"{row['due_on'] or '–'} {plain(row['amount'])}" for row in rows)
            for rows in (part.before, part.after)
        )
        if before != after:
            yield Altered("parts", "; ".join(before), "; ".join(after))

    return compare


_PARTS: dict[str, Callable[[Session], Callable[[_Part], Iterator[Altered]]]] = {
    "ordershare": _shares,
    "receivable": _due,
    "allocation": _paid,
}


class _Codes:
    """The codes that people know records by, looked up where a record has none of its own."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[str, int], str] = {}

    def of(self, one: Touched) -> str:
        """The code of a record, or of the order, receipt or client that it belongs to."""
        row = one.now or one.then or {}
        if row.get("code"):
            return str(row["code"])
        for column, table in (("receipt_id", Receipt), ("order_id", Order), ("client_id", Client)):
            if row.get(column):
                return self._code(table, row[column])
        return ""

    def of_order(self, order: int) -> str:
        """The code of an order by its key."""
        return self._code(Order, order)

    def _code(self, table: type[Receipt | Order | Client], key: int) -> str:
        place = (table.__name__, key)
        if place not in self._known:
            query = select_columns(table.code).where(col(table.id) == key)
            self._known[place] = self._session.exec(query).first() or ""
        return self._known[place]

"""Taking commands back and doing them again, by the change log.

What is taken back becomes as it was, row by row and column by column, and is logged like any other work: the log
only grows. The first rows of such a batch say which batches it takes back or does again: they are changes of the
table ``change``, with the number of a batch as the record and ``{"undone": true}`` or ``false`` as it became.
A batch that was taken back can be done again until another command changes data. Settings stand in a file, which
the caller writes before the transaction is committed.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.errors import Refused
from salescli.i18n import _, _n
from salescli.models import all_tables
from salescli.models.base import Moment, select_columns
from salescli.models.changes import Change
from salescli.services.changes import SETTING, Row, log_steps, net_step

MARKS = "change"  # the table under which the log says what became of its own batches
# What becomes of a setting: its key, what the file says, what it shall say; None is nothing.
SettingStep = tuple[str, Any, Any]

_AT_ONCE = 500  # SQLite takes a bounded number of parameters


def to_undo(session: Session, count: int) -> list[int]:
    """The batches that the next ``count`` undos take back, the latest first; Refused if there are not so many."""
    undone: dict[int, bool] = {}
    found: list[int] = []
    for batch in _batches(session):
        marks = _marks(session, batch)
        for marked, is_undone in marks:
            undone.setdefault(marked, is_undone)
        if not marks and not undone.get(batch, False):
            found.append(batch)
            if len(found) == count:
                return found
    if not found:
        raise Refused(_("There is nothing to undo."), hint=_("`sales history` shows what was done."))
    raise _fewer(
        _n("Only {count} command can be undone.", "Only {count} commands can be undone.", len(found)), len(found)
    )


def to_redo(session: Session, count: int) -> list[int]:
    """The batches that the next ``count`` redos do again, in this order; Refused if there are not so many."""
    seen: set[int] = set()
    found: list[int] = []
    for batch in _batches(session):
        marks = _marks(session, batch)
        if not marks:
            break  # a command like any other: what was undone before it can't follow it any more
        # Of one undo that went back over several, the earliest was the last to be undone.
        found += [marked for marked, is_undone in reversed(marks) if is_undone and marked not in seen]
        seen |= {marked for marked, _is_undone in marks}
    if not found:
        raise Refused(
            _("There is nothing to redo."), hint=_("Only what `sales undo` took back last can be done again.")
        )
    if len(found) < count:
        raise _fewer(
            _n("Only {count} command can be redone.", "Only {count} commands can be redone.", len(found)), len(found)
        )
    return found[:count]


def _fewer(sentence: str, count: int) -> Refused:
    return Refused(sentence.format(count=count), hint=_("Give a smaller number."))


def undo(session: Session, batches: Sequence[int]) -> list[SettingStep]:
    """Take back ``batches``, which :func:`to_undo` gave; gives back what the settings file must be made to say.

    Raises Refused, and then the transaction must not be committed, when another command came in between, when a row
    is not as the log says, or when something else needs what would go.
    """
    if to_undo(session, len(batches)) != list(batches):
        raise _overtaken()
    return _walk(session, batches, undone=True)


def redo(session: Session, batches: Sequence[int]) -> list[SettingStep]:
    """Do ``batches`` again, which :func:`to_redo` gave; settings and Refused as by :func:`undo`."""
    if to_redo(session, len(batches)) != list(batches):
        raise _overtaken()
    return _walk(session, batches, undone=False)


def _overtaken() -> Refused:
    return Refused(
        _("Another command has changed data meanwhile."), hint=_("Look again with `sales undo` or `sales redo`.")
    )


def _batches(session: Session) -> Iterator[int]:
    """The numbers of all batches, the latest first, one look at the index each."""
    latest = sa.select(sa.func.max(col(Change.batch)))
    batch = session.connection().execute(latest).scalar()
    while batch is not None:
        yield batch
        batch = session.connection().execute(latest.where(col(Change.batch) < batch)).scalar()


def _marks(session: Session, batch: int) -> list[tuple[int, bool]]:
    """Which batches a batch took back (True) or did again; none of a command like any other."""
    of_batch = select_columns(Change.entity, Change.record, Change.after).where(Change.batch == batch)
    first = session.exec(of_batch.order_by(Change.id).limit(1)).one()
    if first[0] != MARKS:
        return []
    rows = session.exec(of_batch.where(Change.entity == MARKS).order_by(Change.id))
    return [(marked, after["undone"]) for _entity, marked, after in rows]


def _walk(session: Session, batches: Sequence[int], *, undone: bool) -> list[SettingStep]:
    # Rows of one command may refer to each other in a circle: what refers to nothing is looked for at the end.
    session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    marks: list[tuple[str, int, Row, Row]] = [
        (MARKS, batch, {"undone": not undone}, {"undone": undone}) for batch in batches
    ]
    log_steps(session, marks)
    walk = _Walk(session)
    for batch in batches:
        walk.over(batch, back=undone)
    walk.refuse_what_hangs_in_the_air()
    session.expire_all()
    return walk.settings


class _Walk:
    """Puts rows from one state into another, and remembers what has to be looked at in the end."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tables = all_tables().tables
        self.settings: list[SettingStep] = []
        self._gone: dict[str, set[int]] = {}
        self._written: dict[str, set[int]] = {}

    def over(self, batch: int, *, back: bool) -> None:
        """Walk over a batch: ``back`` to what was before it, else on to what it made."""
        query = (
            select_columns(Change.entity, Change.record, Change.before, Change.after, Change.command)
            .where(Change.batch == batch, Change.entity != MARKS)
            .order_by(Change.entity, Change.record, Change.id)
        )
        rows = self._session.exec(query.execution_options(yield_per=_AT_ONCE))
        for entity, of_table in groupby(rows, key=lambda row: row[0]):
            steps: dict[int, tuple[Row, Row]] = {}
            command = ""
            for record, of_record in groupby(of_table, key=lambda row: row[1]):
                if len(steps) == _AT_ONCE:
                    self._put(entity, steps, command)
                    steps = {}
                before, after = None, None
                for place, row in enumerate(of_record):
                    command = row[4]
                    step = (row[2], row[3])
                    before, after = step if place == 0 else net_step((before, after), step)
                steps[record] = (after, before) if back else (before, after)
            self._put(entity, steps, command)

    def _put(self, entity: str, steps: dict[int, tuple[Row, Row]], command: str) -> None:
        """Bring rows of a table, by their keys, from how they must be into how they shall be."""
        if entity == SETTING:
            self._put_settings(steps)
            return
        table = self._tables.get(entity)
        if table is None:
            raise self._not_as_logged(entity, next(iter(steps)), command)
        current = self._current(table, list(steps))
        for record, (is_now, _becomes) in steps.items():
            if not _is(table, current.get(record), is_now):
                raise self._not_as_logged(entity, record, command)
        # Those that go make room for those that come, also where a value may stand but once.
        going = {record: step for record, step in steps.items() if step[0] is not None and step[1] is None}
        coming = {record: step for record, step in steps.items() if step[0] is None and step[1] is not None}
        staying = {record: step for record, step in steps.items() if step[0] and step[1]}
        try:
            self._remove(table, list(going))
            for record, (_is_now, becomes) in sorted(staying.items(), key=_buries):
                self._alter(table, record, becomes or {})
            self._add(table, [becomes or {} for _is_now, becomes in coming.values()])
        except sa.exc.IntegrityError as problem:
            raise self._not_as_logged(entity, next(iter(steps)), command) from problem
        whole = {record: (current[record], None) for record in going}
        log_steps(self._session, [(entity, record, *step) for record, step in {**whole, **staying, **coming}.items()])
        self._gone.setdefault(entity, set()).difference_update(coming)
        self._gone[entity].update(going)
        self._written.setdefault(entity, set()).update(staying, coming)

    def _put_settings(self, steps: dict[int, tuple[Row, Row]]) -> None:
        for is_now, becomes in steps.values():
            if is_now and becomes:
                self.settings.append((is_now["code"], is_now["value"], becomes["value"]))
        log_steps(self._session, [(SETTING, number, *step) for number, step in steps.items()])

    def _current(self, table: sa.Table, records: list[int]) -> dict[int, dict[str, Any]]:
        found = self._session.connection().execute(table.select().where(table.c.id.in_(records)))
        return {row["id"]: dict(row) for row in found.mappings()}

    def _remove(self, table: sa.Table, records: list[int]) -> None:
        if records:
            self._session.connection().execute(table.delete().where(table.c.id.in_(records)))

    def _alter(self, table: sa.Table, record: int, values: dict[str, Any]) -> None:
        kept = {name: _typed(table.c[name], value) for name, value in values.items()}
        self._session.connection().execute(table.update().where(table.c.id == record).values(kept))

    def _add(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        # An import leaves empty columns out of the log.
        if rows:
            whole = [{column.name: _typed(column, row.get(column.name)) for column in table.columns} for row in rows]
            self._session.connection().execute(table.insert(), whole)

    def refuse_what_hangs_in_the_air(self) -> None:
        """Refused when a row refers to one that is gone."""
        for table in self._tables.values():
            for column in table.columns:
                for key in column.foreign_keys:
                    parent = key.column.table
                    touched = self._gone.get(parent.name) or self._written.get(table.name)
                    if touched and self._hangs(table, column, parent):
                        raise Refused(
                            _("Something else that is not in the log needs what would go: {what}.").format(
                                what=f"{table.name} → {parent.name}"
                            ),
                            hint=_("`sales history` shows what was done."),
                        )

    def _hangs(self, table: sa.Table, column: sa.Column[Any], parent: sa.Table) -> bool:
        child = table.alias("child")
        refers = child.c[column.name]
        query = sa.select(child.c.id).where(
            refers.is_not(None), ~sa.exists(sa.select(1).where(parent.c.id == refers).correlate(child))
        )
        written, gone = self._written.get(table.name, set()), self._gone.get(parent.name, set())
        if len(written) + len(gone) <= _AT_ONCE:  # else all of the table are looked at once
            query = query.where(sa.or_(child.c.id.in_(written), refers.in_(gone)))
        return self._session.connection().execute(query.limit(1)).first() is not None

    def _not_as_logged(self, entity: str, record: int, command: str) -> Refused:
        table = self._tables.get(entity)
        name = f"{entity} {record}"
        if table is not None and "code" in table.c:
            query = sa.select(table.c.code).where(table.c.id == record)
            name = self._session.connection().execute(query).scalar() or name
        return Refused(
            _("{record} is not as `{command}` left it: something that is not in the log has changed it.").format(
                record=name, command=f"sales {command}"
            ),
            hint=_("Nothing was undone or redone."),
        )


def _is(table: sa.Table, current: dict[str, Any] | None, wanted: Row) -> bool:
    """Whether a row stands as the log says; of a row that came whole, empty columns may have been left out."""
    if current is None or wanted is None:
        return current is None and wanted is None
    if not wanted.keys() <= current.keys():
        return False
    if any(current[name] != _typed(table.c[name], value) for name, value in wanted.items()):
        return False
    whole = "id" in wanted
    return not whole or all(
        current[name] is None for name in current.keys() - wanted.keys() if table.c[name].nullable is True
    )


def _buries(item: tuple[int, tuple[Row, Row]]) -> bool:
    """Sorts rows that come back to life behind the others: their place may have been taken until then."""
    becomes = item[1][1] or {}
    return "deleted_at" in becomes and becomes["deleted_at"] is None


def _typed(column: sa.Column[Any], value: Any) -> Any:
    """A value of the log as the column has it."""
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value).replace(microsecond=0)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    return time.fromisoformat(value) if isinstance(kind, sa.Time) else value

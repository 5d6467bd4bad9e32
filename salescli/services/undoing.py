"""Taking commands back and doing them again, by the change log.

What is taken back becomes as it was, row by row and column by column, and is logged like any other work: the log
only grows. The first rows of such a batch say which batches it takes back or does again: they are changes of the
table ``change``, with the number of a batch as the record and ``{"undone": true}`` or ``false`` as it became.
A batch that was taken back can be done again until another command changes data. Batches that `data purge` took
words from are marked ``{"purged": true}`` besides, and stepped over by both. Settings stand in a file, which
the caller writes before the transaction is committed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import groupby, islice, takewhile
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from salescli.errors import Refused
from salescli.i18n import _, _n
from salescli.models import all_tables
from salescli.models.base import Moment, select_columns
from salescli.models.changes import Change
from salescli.record_words import kind_words
from salescli.services.changes import SETTING, Row, is_derived, log_steps, net_step

MARKS = "change"  # the table under which the log says what became of its own batches
PURGE = "data purge"  # a command that marks batches which it took words from
# What becomes of a setting: its key, what the file says, what it shall say; None is nothing.
SettingStep = tuple[str, Any, Any]

_NAMES = ("code", "name", "title", "number", "week", "day")  # what a record is called by, the first it has
_AT_ONCE = 500  # SQLite takes a bounded number of parameters


def to_undo(session: Session, count: int) -> list[int]:
    """The batches that the next ``count`` undos take back, the latest first; Refused if there are not so many."""
    marks = _marks(session)
    purged = _purged(session)
    stands = {batch: not is_undone for of_batch in marks.values() for batch, is_undone in of_batch}
    left = (batch for batch in latest_batches(session) if batch not in marks and batch not in purged)
    undoable = (batch for batch in left if stands.get(batch, True))
    found = list(islice(undoable, count))
    if not found:
        raise Refused(_("There is nothing to undo."), hint=_("`sales history` shows what was done."))
    if len(found) < count:
        raise _fewer(
            _n("Only {count} command can be undone.", "Only {count} commands can be undone.", len(found)), len(found)
        )
    return found


def to_redo(session: Session, count: int) -> list[int]:
    """The batches that the next ``count`` redos do again, in this order; Refused if there are not so many."""
    marks = _marks(session)
    seen = _purged(session)
    found: list[int] = []
    # Up to a command like any other: what was undone before it can't follow it any more.
    for walked in takewhile(marks.__contains__, latest_batches(session)):
        # Of one undo that went back over several, the earliest was the last to be undone.
        found += [batch for batch, is_undone in reversed(marks[walked]) if is_undone and batch not in seen]
        seen |= {batch for batch, _is_undone in marks[walked]}
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
    _refuse_purged(session, batches)
    return _walk(session, batches, undone=True)


def redo(session: Session, batches: Sequence[int]) -> list[SettingStep]:
    """Do ``batches`` again, which :func:`to_redo` gave; settings and Refused as by :func:`undo`."""
    if to_redo(session, len(batches)) != list(batches):
        raise _overtaken()
    _refuse_purged(session, batches)
    return _walk(session, batches, undone=False)


def _overtaken() -> Refused:
    return Refused(
        _("Another command has changed data meanwhile."), hint=_("Look again with `sales undo` or `sales redo`.")
    )


def _purged(session: Session) -> set[int]:
    """The batches that `data purge` took words from: nothing is left to put back."""
    query = select_columns(Change.record, Change.after).where(Change.entity == MARKS)
    return {batch for batch, after in session.exec(query) if after.get("purged")}


def _refuse_purged(session: Session, batches: Sequence[int]) -> None:
    """Refused where a row that these batches changed was then changed by one that was purged, and so can't go back."""
    purged = json.dumps(sorted(_purged(session)))
    query = """SELECT ours.command, purged.command FROM change AS purged JOIN change AS ours
               ON ours.entity = purged.entity AND ours.record = purged.record AND ours.batch < purged.batch
               WHERE ours.batch IN (SELECT value FROM json_each(?)) AND ours.entity != ?
               AND purged.batch IN (SELECT value FROM json_each(?))
               ORDER BY ours.batch DESC, purged.batch DESC LIMIT 1"""
    found = session.connection().exec_driver_sql(query, (json.dumps(list(batches)), MARKS, purged)).first()
    if found is not None:
        raise Refused(
            _(
                "`{command}` can't be taken back or done again: `{later}` changed the same after it, and what that "
                "wrote was erased by `sales data purge`."
            ).format(command=f"sales {found[0]}", later=f"sales {found[1]}"),
            hint=_("`sales history` shows what was done."),
        )


def latest_batches(session: Session) -> Iterator[int]:
    """The numbers of all batches, the latest first, one look at the index each, as far as they are asked for."""
    rows = session.connection().exec_driver_sql(
        "WITH RECURSIVE latest (batch) AS (SELECT max(batch) FROM change UNION ALL "
        "SELECT (SELECT max(batch) FROM change WHERE batch < latest.batch) FROM latest WHERE latest.batch IS NOT NULL) "
        "SELECT batch FROM latest WHERE batch IS NOT NULL"
    )
    yield from rows.scalars()


def _marks(session: Session) -> dict[int, list[tuple[int, bool]]]:
    """Of every undo and redo, by its own batch and in their order: the batches it took back (True) or did again."""
    query = select_columns(Change.batch, Change.record, Change.after).where(Change.entity == MARKS).order_by(Change.id)
    found: dict[int, list[tuple[int, bool]]] = {}
    for batch, marked, after in session.exec(query):
        found.setdefault(batch, []).append((marked, after["undone"]))
    return found


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
        self._gone: dict[str, dict[int, str]] = {}
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
        whole = {record: (_logged(table, current[record]), None) for record in going}
        log_steps(self._session, [(entity, record, *step) for record, step in {**whole, **staying, **coming}.items()])
        gone = self._gone.setdefault(entity, {})
        for record in coming:
            gone.pop(record, None)
        gone.update({record: _name(table, record, current[record]) for record in going})
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
            columns = [column for column in table.columns if not is_derived(column)]
            whole = [{column.name: _typed(column, row.get(column.name)) for column in columns} for row in rows]
            self._session.connection().execute(table.insert(), whole)

    def refuse_what_hangs_in_the_air(self) -> None:
        """Refused when a row refers to one that is gone."""
        for table in self._tables.values():
            for column in table.columns:
                for key in column.foreign_keys:
                    parent = key.column.table
                    if self._gone.get(parent.name) or self._written.get(table.name):
                        self._refuse_hanging(table, column.name, parent)

    def _refuse_hanging(self, child: sa.Table, column: str, parent: sa.Table) -> None:
        keys = [
            json.dumps(sorted(of.get(name, ())))
            for of, name in ((self._written, child.name), (self._gone, parent.name))
        ]
        found = self._session.connection().exec_driver_sql(
            f'SELECT child.id, child."{column}" FROM "{child.name}" AS child WHERE child."{column}" IS NOT NULL '  # noqa: S608
            f'AND NOT EXISTS (SELECT 1 FROM "{parent.name}" AS parent WHERE parent.id = child."{column}") '
            "AND (child.id IN (SELECT value FROM json_each(?)) "
            f'OR child."{column}" IN (SELECT value FROM json_each(?))) LIMIT 1',
            tuple(keys),
        )
        hanging = found.first()
        if hanging is None:
            return
        record, missing = hanging
        needed = self._gone.get(parent.name, {}).get(missing) or _name(parent, missing, {})
        raise Refused(
            _("{record} needs {what}, which would go, and the log doesn't know how it came.").format(
                record=self._called(child, record), what=needed
            ),
            hint=_("Nothing was undone or redone."),
        )

    def _called(self, table: sa.Table, record: int) -> str:
        names = [table.c[name] for name in _NAMES if name in table.c]
        row = self._session.connection().execute(sa.select(*names, table.c.id).where(table.c.id == record)).first()
        return _name(table, record, dict(row._mapping) if row else {})

    def _not_as_logged(self, entity: str, record: int, command: str) -> Refused:
        table = self._tables.get(entity)
        return Refused(
            _("{record} is not as `{command}` left it: something that is not in the log has changed it.").format(
                record=f"{entity} {record}" if table is None else self._called(table, record),
                command=f"sales {command}",
            ),
            hint=_("Nothing was undone or redone."),
        )


def _name(table: sa.Table, record: int, row: Mapping[str, Any]) -> str:
    """What people call a record by: its kind and its code, its name, or else the number of its row."""
    return f"{kind_words(table.name)} {next((row[name] for name in _NAMES if row.get(name)), record)}"


def _logged(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not is_derived(table.c[name])}


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

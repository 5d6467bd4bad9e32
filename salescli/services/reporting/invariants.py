"""What must hold in any data file that only this program has written: parts that come to their whole, and kin.

A rule is a query for the records that break it. What one command keeps beside its source (a client's due day, a key
to search by, a checksum) is worked out anew and compared.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlmodel import Session, col

from salescli.amounts import grouped
from salescli.config import Settings
from salescli.i18n import N_, _
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.services.accounts import cadence, clients
from salescli.texts import name_key
from salescli.vocabulary import MONEY_MEASURES


@dataclass(frozen=True)
class Breach:
    """A rule that does not hold: its token for scripts, the record's code (or number), and the sentence."""

    rule: str
    record: str
    message: str


# (rule, what it says of a record, the query: the record, then a sum and what it should be in minor units, or nothing)
_SUMS: tuple[tuple[str, str, str], ...] = (
    (
        "order_plan",
        N_("{record}: the parts of its payment plan come to {sum}, not to its amount of {whole}."),
        """SELECT o.code, sum(r.amount), o.amount FROM "order" o JOIN receivable r ON r.order_id = o.id
           WHERE o.deleted_at IS NULL AND r.deleted_at IS NULL GROUP BY o.id HAVING sum(r.amount) <> o.amount""",
    ),
    (
        "order_paid",
        N_("{record}: {sum} was received for it, more than what is owed, {whole}."),
        """SELECT o.code, sum(a.amount), o.amount - coalesce((SELECT sum(b.amount) FROM orderreturn b
               WHERE b.order_id = o.id AND b.deleted_at IS NULL), 0) AS owed
           FROM "order" o JOIN receivable r ON r.order_id = o.id JOIN allocation a ON a.receivable_id = r.id
           WHERE o.deleted_at IS NULL AND a.deleted_at IS NULL GROUP BY o.id HAVING sum(a.amount) > owed""",
    ),
    (
        "part_paid",
        N_("{record}: {sum} was received for a part of its plan of {whole}."),
        """SELECT o.code, sum(a.amount), r.amount FROM receivable r JOIN "order" o ON o.id = r.order_id
           JOIN allocation a ON a.receivable_id = r.id
           WHERE r.deleted_at IS NULL AND a.deleted_at IS NULL GROUP BY r.id HAVING sum(a.amount) > r.amount""",
    ),
    (
        "part_kept",
        N_("{record}: what was received for a part of its plan is kept as {sum}, but comes to {whole}."),
        """SELECT code, paid, received FROM (SELECT o.code, r.paid, coalesce((SELECT sum(a.amount) FROM allocation a
               WHERE a.receivable_id = r.id AND a.deleted_at IS NULL), 0) AS received
           FROM receivable r JOIN "order" o ON o.id = r.order_id) WHERE paid <> received""",
    ),
    (
        "order_returns",
        N_("{record}: goods worth {sum} came back of an order of {whole}."),
        """SELECT o.code, sum(b.amount), o.amount FROM "order" o JOIN orderreturn b ON b.order_id = o.id
           WHERE o.deleted_at IS NULL AND b.deleted_at IS NULL GROUP BY o.id HAVING sum(b.amount) > o.amount""",
    ),
    (
        "receipt_booked",
        N_("{record}: {sum} of it pays for orders or was paid back, of {whole} received."),
        """SELECT code, booked, amount FROM (SELECT c.code, c.amount,
               coalesce((SELECT sum(a.amount) FROM allocation a WHERE a.receipt_id = c.id AND a.deleted_at IS NULL), 0)
               + coalesce((SELECT sum(f.amount) FROM refund f WHERE f.receipt_id = c.id AND f.deleted_at IS NULL), 0)
               AS booked FROM receipt c WHERE c.deleted_at IS NULL) WHERE booked > amount""",
    ),
    (
        "quotation_total",
        N_("{record}: its lines less the discount plus the freight come to {sum}, not to its total of {whole}."),
        """SELECT q.code, sum(l.amount) - q.discount + q.freight AS lines, q.total FROM quotation q
           JOIN quotationline l ON l.quotation_id = q.id WHERE q.deleted_at IS NULL AND l.deleted_at IS NULL
           GROUP BY q.id HAVING lines <> q.total""",
    ),
)
_RULES: tuple[tuple[str, str, str], ...] = (
    (
        "allocation_kin",
        N_("{record}: it pays for an order of another client or currency."),
        """SELECT c.code FROM allocation a JOIN receipt c ON c.id = a.receipt_id
           JOIN receivable r ON r.id = a.receivable_id JOIN "order" o ON o.id = r.order_id
           WHERE a.deleted_at IS NULL AND (o.client_id <> c.client_id OR o.currency <> c.currency)""",
    ),
    (
        "plan_client",
        N_("{record}: a part of its payment plan is another client's."),
        """SELECT o.code FROM receivable r JOIN "order" o ON o.id = r.order_id
           WHERE r.deleted_at IS NULL AND r.client_id <> o.client_id GROUP BY o.id""",
    ),
    (
        "primary_contact",
        N_("{record}: more than one of its contacts is the main one."),
        """SELECT c.code FROM client c JOIN contact p ON p.client_id = c.id
           WHERE c.deleted_at IS NULL AND p.deleted_at IS NULL AND p."primary" GROUP BY c.id HAVING count(*) > 1""",
    ),
    (
        "credit_in_force",
        N_("{record}: more than one credit limit is in force."),
        """SELECT c.code FROM client c JOIN credit k ON k.client_id = c.id
           WHERE c.deleted_at IS NULL AND k.deleted_at IS NULL AND k.current GROUP BY c.id HAVING count(*) > 1""",
    ),
    (
        "class_in_force",
        N_("{record}: more than one class is in force."),
        """SELECT c.code FROM client c JOIN grading k ON k.client_id = c.id
           WHERE c.deleted_at IS NULL AND k.deleted_at IS NULL AND k.current GROUP BY c.id HAVING count(*) > 1""",
    ),
    (
        "quotation_in_force",
        N_("{record}: not exactly one of its versions is in force."),
        """SELECT code FROM quotation WHERE deleted_at IS NULL GROUP BY code HAVING sum(current) <> 1""",
    ),
    (
        "target_in_force",
        N_("{record}: more than one version of the target is in force."),
        """SELECT period FROM target WHERE deleted_at IS NULL AND current
           GROUP BY begin, "end", measure, tier, scope HAVING count(*) > 1""",
    ),
    (
        "visit_done",
        N_("{record}: it is done but has no day, or has a day and is not done."),
        """SELECT code FROM visit WHERE deleted_at IS NULL AND (status = 'done') <> (done_on IS NOT NULL)""",
    ),
    (
        "visit_moved",
        N_("{record}: it was moved, but not to another visit of the client."),
        """SELECT v.code FROM visit v LEFT JOIN visit n ON n.id = v.moved_to
           WHERE v.deleted_at IS NULL AND v.status = 'moved' AND (n.id IS NULL OR n.client_id <> v.client_id)""",
    ),
    (
        "visit_circle",
        N_("{record}: it was moved in a circle."),
        """WITH RECURSIVE way(start, at, steps) AS (
               SELECT id, moved_to, 1 FROM visit WHERE moved_to IS NOT NULL
               UNION ALL SELECT start, v.moved_to, steps + 1 FROM way JOIN visit v ON v.id = way.at
               WHERE v.moved_to IS NOT NULL AND steps < 1000 AND way.at <> way.start)
           SELECT v.code FROM way JOIN visit v ON v.id = way.start WHERE way.at = way.start""",
    ),
    (
        "task_circle",
        N_("{record}: it is a part of itself."),
        """WITH RECURSIVE way(start, at, steps) AS (
               SELECT id, parent_id, 1 FROM task WHERE parent_id IS NOT NULL
               UNION ALL SELECT start, t.parent_id, steps + 1 FROM way JOIN task t ON t.id = way.at
               WHERE t.parent_id IS NOT NULL AND steps < 1000 AND way.at <> way.start)
           SELECT t.code FROM way JOIN task t ON t.id = way.start WHERE way.at = way.start""",
    ),
)
_CODED = {
    "client": "C", "visit": "V", "deal": "D", "quotation": "Q", "order": "O", "receipt": "R", "promise": "P",
    "ticket": "T", "task": "K", "insight": "I", "feedback": "F", "learning": "L", "need": "N", "survey": "S",
}  # fmt: skip


def breaches(session: Session, settings: Settings) -> Iterator[Breach]:
    """Every rule that does not hold, record by record."""
    yield from _sums(session)
    yield from _rules(session)
    yield from _codes(session)
    for check in (_yuan, _shares_of_orders, _splits, _replans, _shares_of_targets, _weeks, _merged, _names, _log):
        yield from check(session)
    yield from _due_days(session, settings)


def _rows(session: Session, query: str) -> list[Any]:
    return list(session.connection().exec_driver_sql(query))


def _sums(session: Session) -> Iterator[Breach]:
    for rule, sentence, query in _SUMS:
        for record, part, whole in _rows(session, query):
            yield Breach(rule, record, _(sentence).format(record=record, sum=grouped(part), whole=grouped(whole)))


def _rules(session: Session) -> Iterator[Breach]:
    for rule, sentence, query in _RULES:
        for (record,) in _rows(session, query):
            yield Breach(rule, record, _(sentence).format(record=record))


def _codes(session: Session) -> Iterator[Breach]:
    """Codes are a letter and at least four digits; that none stands twice the schema sees to."""
    for table, letter in _CODED.items():
        digits = f"{letter}[0-9][0-9][0-9][0-9]*"
        query = f"SELECT code FROM \"{table}\" WHERE code NOT GLOB '{digits}' OR substr(code, 2) GLOB '*[^0-9]*'"  # noqa: S608
        for (code,) in _rows(session, query):
            message = _("“{code}” is no code of the kind {letter}0001.").format(code=code, letter=letter)
            yield Breach("code", code, message)


def _yuan(session: Session) -> Iterator[Breach]:
    """What an order or receipt is worth in yuan follows from its amount and its rate; without one it is its amount."""
    asked = "deleted_at IS NULL AND (rate IS NOT NULL OR value <> amount)"
    for table in ("order", "receipt"):
        query = f'SELECT code, amount, rate, value FROM "{table}" WHERE {asked}'  # noqa: S608
        for code, amount, rate, value in _rows(session, query):
            if value != _worth(amount, rate):
                message = _("{record}: {amount} at its rate is not worth the {value} yuan that are kept.")
                yield Breach("yuan", code, message.format(record=code, amount=grouped(amount), value=grouped(value)))


def _worth(amount: int, rate: str | None) -> int | None:
    if rate is None:
        return amount
    try:
        return int(amount * Fraction(rate) + Fraction(1, 2))
    except (ValueError, ZeroDivisionError):
        return None


def _shares_of_orders(session: Session) -> Iterator[Breach]:
    query = """SELECT o.code, s.percent FROM ordershare s JOIN "order" o ON o.id = s.order_id
               WHERE s.deleted_at IS NULL AND o.deleted_at IS NULL ORDER BY o.id"""
    wholes: dict[str, Fraction] = {}
    for code, percent in _rows(session, query):
        wholes[code] = wholes.get(code, Fraction(0)) + Fraction(percent)
    for code, whole in wholes.items():
        if whole != 100:
            message = _("{record}: its shares come to {percent}%, not 100%.").format(record=code, percent=float(whole))
            yield Breach("order_shares", code, message)


# --- targets ---


def _figure(amount: int, measure: str) -> str:
    return grouped(amount) if measure in MONEY_MEASURES else f"{amount:,}"


def _splits(session: Session) -> Iterator[Breach]:
    """The days of a split come to its target, and there is one for each day."""
    query = """SELECT t.period, t.measure, t.amount, s.cells, julianday(t."end") - julianday(t.begin)
               FROM targetsplit s JOIN target t ON t.id = s.target_id WHERE s.deleted_at IS NULL"""
    for period, measure, amount, text, days in _rows(session, query):
        cells = json.loads(text)
        if sum(cells) != amount or len(cells) != days:
            message = _("The target for {record}: its days come to {sum}, not to {whole}.").format(
                record=period, sum=_figure(sum(cells), measure), whole=_figure(amount, measure)
            )
            yield Breach("split", period, message)


def _replans(session: Session) -> Iterator[Breach]:
    query = """SELECT t.period, t.measure, t.amount, r.cells, r.actual + r.unrecoverable - r.surplus
               FROM targetreplan r JOIN target t ON t.id = r.target_id WHERE r.deleted_at IS NULL"""
    for period, measure, amount, cells, beside in _rows(session, query):
        whole = sum(json.loads(cells)) + beside
        if whole != amount:
            message = _("The target for {record}: its replan comes to {sum}, not to {whole}.").format(
                record=period, sum=_figure(whole, measure), whole=_figure(amount, measure)
            )
            yield Breach("replan", period, message)


def _shares_of_targets(session: Session) -> Iterator[Breach]:
    """The shares of a target by products, territories or clients come to it, day by day."""
    query = """SELECT p.id, p.period, p.measure, p.amount, ps.cells,
                   substr(c.scope, 1, instr(c.scope, ':') - 1), cs.cells
               FROM target c JOIN target p ON p.id = c.parent_id
               JOIN targetsplit ps ON ps.target_id = p.id AND ps.current AND ps.deleted_at IS NULL
               JOIN targetsplit cs ON cs.target_id = c.id AND cs.current AND cs.deleted_at IS NULL
               WHERE c.current AND c.deleted_at IS NULL AND p.current AND p.deleted_at IS NULL"""
    parts: dict[tuple[Any, ...], list[list[int]]] = {}
    for key, period, measure, amount, whole, by, cells in _rows(session, query):
        parts.setdefault((key, by, period, measure, amount, whole), []).append(json.loads(cells))
    for (_key, _by, period, measure, amount, whole), shares in parts.items():
        days = [sum(day) for day in zip(*shares, strict=False)]
        if days != json.loads(whole):
            message = _("The target for {record}: its shares come to {sum}, not to {whole} day by day.").format(
                record=period, sum=_figure(sum(days), measure), whole=_figure(amount, measure)
            )
            yield Breach("target_shares", period, message)


# --- what is kept beside its source ---


def _weeks(session: Session) -> Iterator[Breach]:
    for week, version, snapshot, checksum in _rows(session, "SELECT week, version, snapshot, checksum FROM weekplan"):
        if hashlib.sha256(snapshot.encode()).hexdigest()[:16] != checksum:
            message = _("{record}: version {version} is not as it was frozen; its checksum differs.")
            yield Breach("week_checksum", week, message.format(record=week, version=version))


def _merged(session: Session) -> Iterator[Breach]:
    """Of a client that was merged into another nothing is left behind."""
    query = """SELECT g.code, k.code, g.id, g.deleted_at FROM clientmerge m JOIN client g ON g.id = m.gone_id
               JOIN client k ON k.id = m.kept_id WHERE m.deleted_at IS NULL"""
    gone = {key: (code, kept) for code, kept, key, deleted in _rows(session, query) if deleted}
    referring = [
        (table, column)
        for table, column in _rows(
            session,
            """SELECT t.name, k."from" FROM sqlite_master t, pragma_foreign_key_list(t.name) k
               WHERE t.type = 'table' AND k."table" = 'client' AND t.name NOT IN ('clientmerge', 'clientpair')""",
        )
        if gone
    ]
    for table, column in referring:
        for key, count in _rows(
            session,
            f'SELECT "{column}", count(*) FROM "{table}" WHERE deleted_at IS NULL '  # noqa: S608
            f'AND "{column}" IN (SELECT gone_id FROM clientmerge WHERE deleted_at IS NULL) GROUP BY 1',
        ):
            if key in gone:
                code, kept = gone[key]
                message = _("{record} was merged into {kept}, but {count} rows of {table} are still its own.")
                yield Breach("merged", code, message.format(record=code, kept=kept, count=count, table=table))


def _names(session: Session) -> Iterator[Breach]:
    """What records are found by follows from their names."""
    for client in _clients(session, "name", "short_name", "aliases", "name_key", "search", "pinyin", "initials"):
        values = {"name": client.name, "short_name": client.short_name, "aliases": client.aliases}
        keys = clients.search_keys(values)
        if any(getattr(client, name) != key for name, key in keys.items()):
            message = _("{record}: the keys it is searched by are not those of its name.").format(record=client.code)
            yield Breach("search_keys", client.code, message)
    for table, code in (("product", "code"), ("competitor", "name")):
        rows = _rows(session, f"SELECT {code}, name, name_key FROM {table} WHERE deleted_at IS NULL")  # noqa: S608
        for record, name, key in rows:
            if name_key(name) != key:
                message = _("{record}: the keys it is searched by are not those of its name.").format(record=record)
                yield Breach("search_keys", record, message)


def _log(session: Session) -> Iterator[Breach]:
    """The log of changes only grows: its batches follow each other without a gap, each of one command."""
    count, last = _rows(session, "SELECT count(DISTINCT batch), coalesce(max(batch), 0) FROM change")[0]
    if count != last:
        message = _("The log of changes has {count} batches, but the last is number {last}.")
        yield Breach("log_gap", str(last), message.format(count=count, last=last))
    mixed = "SELECT batch FROM change GROUP BY batch HAVING count(DISTINCT command) > 1 OR count(DISTINCT at) > 1"
    back = """SELECT batch FROM (SELECT batch, lag(batch) OVER (ORDER BY id) AS before FROM change)
              WHERE before IS NOT NULL AND batch NOT IN (before, before + 1)"""
    for query in (mixed, back):
        for (batch,) in _rows(session, query):
            message = _("Batch {record} of the log of changes is not as one command writes it.").format(record=batch)
            yield Breach("log_batch", str(batch), message)
    kept = {name for (name,) in _rows(session, "SELECT name FROM sqlite_master WHERE tbl_name = 'change'")}
    if not {"change_no_update", "change_no_delete"} <= kept:
        message = _("The rule that keeps the log of changes from being altered is gone.")
        yield Breach("log_rule", "change", message)


def _due_days(session: Session, settings: Settings) -> Iterator[Breach]:
    """The last contact and the due day are those that the visits and the rhythm give."""
    last = cadence.last_contact(settings).label("last_visit_on")
    everyone = _clients(
        session, "grade", "lifecycle", "archived", "known_contact_on", "last_contact_on", "next_due_on", more=[last]
    )
    for client in everyone:
        if not as_the_rhythm_asks(client, client.last_visit_on, settings):
            message = _("{record}: its last contact or due day is not what its visits and its rhythm give.")
            yield Breach("due_days", client.code, message.format(record=client.code))


def _clients(session: Session, *columns: str, more: Iterable[Any] = ()) -> Iterator[Any]:
    """Code, ``columns`` and ``more`` of every client, row by row: there may be a hundred thousand."""
    query = select_columns(Client.code, *(getattr(Client, name) for name in columns), *more)
    return iter(session.exec(query.where(col(Client.deleted_at).is_(None)).execution_options(yield_per=1_000)))


def as_the_rhythm_asks(client: Any, last_visit_on: date | None, settings: Settings) -> bool:
    """Whether a client's last contact and due day are those that its visits and its rhythm give."""
    known = [day for day in (last_visit_on, client.known_contact_on) if day is not None]
    if client.last_contact_on != max(known, default=None):
        return False
    if known:
        return bool(client.next_due_on == cadence.due_on(client, settings))
    pursued = not client.archived and cadence.days_between(client.grade, client.lifecycle, settings) is not None
    return bool((client.next_due_on is not None) == pursued)

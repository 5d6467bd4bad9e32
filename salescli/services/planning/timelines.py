"""The whole story of a client, a line an event: what was said, promised, sold, paid, complained of and answered."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.config import Settings
from salescli.currencies import HOME
from salescli.dates import Period
from salescli.i18n import _, language
from salescli.models.base import Moment
from salescli.models.clients import Client
from salescli.models.visits import Visit
from salescli.service_words import (
    AdmissionState,
    Department,
    Direction,
    FeedbackKind,
    FeedbackState,
    InsightKind,
    NeedState,
    PromiseState,
    Result,
    Severity,
    Step,
    SurveyState,
    TaskState,
    TicketKind,
    TicketStatus,
)
from salescli.services.care.care_tables import (
    ADMISSIONS,
    COMPETITORS,
    FEEDBACK,
    INSIGHTS,
    MERGES,
    NEEDS,
    PROMISES,
    SAMPLES,
    SURVEYS,
    TASKS,
    TICKET_STEPS,
    TICKETS,
)
from salescli.services.goals.money_tables import (
    DEAL_MOVES,
    DEALS,
    INVOICES,
    ORDERS,
    QUOTATIONS,
    RECEIPTS,
    REFUNDS,
    RETURNS,
)
from salescli.services.selling import stages
from salescli.services.visiting import visits
from salescli.timeline_words import EventKind, Turn
from salescli.vocabulary import (
    Channel,
    DealState,
    Lifecycle,
    Method,
    OrderState,
    Outcome,
    QuoteState,
    VisitStatus,
    label_in,
    parse_word,
)

CHANGES = sa.table(
    "change",
    *map(sa.column, ("id", "entity", "record")),
    sa.column("at", Moment()),
    sa.column("before", sa.JSON),
    sa.column("after", sa.JSON),
)


@dataclass(frozen=True)
class Mark:
    """A word about an event: its token, and the word in the language in force."""

    token: str
    word: str


@dataclass(frozen=True)
class Event:
    """One thing that happened with a client, or is planned.

    ``code`` is the record's, ``due_on`` the day that it names; ``amount`` is in minor units of ``currency``.
    """

    on: date
    kind: EventKind
    code: str | None
    marks: tuple[Mark, ...] = ()
    text: str | None = None
    due_on: date | None = None
    amount: int | None = None
    currency: str | None = None


def parse_kinds(words: Iterable[str]) -> set[EventKind]:
    """The kinds of events that words of either language name; BadValue for one that names none."""
    return {parse_word(word, EventKind) for word in words}


def of(
    session: Session,
    client: Client,
    settings: Settings,
    period: Period | None = None,
    kinds: Collection[EventKind] = (),
) -> list[Event]:
    """The events of a client from the first on, in a period and of kinds if given."""
    names = {stage.code: stage.name for stage in stages.of(settings)}

    def stage(code: str) -> Mark:
        return Mark(code, names.get(code) or stages.name_of(code, ()))

    readers: tuple[Callable[[], Iterable[Event]], ...] = (
        lambda: _standing(session, client),
        lambda: _visits(session, client),
        lambda: _promises(session, client),
        lambda: _tickets(session, client),
        lambda: _tasks(session, client),
        lambda: _deals(session, client, stage),
        lambda: _quotations(session, client),
        lambda: _orders(session, client),
        lambda: _money(session, client),
        lambda: _market(session, client),
        lambda: _needs(session, client),
        lambda: _papers(session, client),
    )
    ranks = {kind: rank for rank, kind in enumerate(EventKind)}
    found = [
        event
        for read in readers
        for event in read()
        if (period is None or event.on in period) and (not kinds or event.kind in kinds)
    ]
    return sorted(found, key=lambda event: (event.on, ranks[event.kind]))


def _marks(*members: StrEnum | None) -> tuple[Mark, ...]:
    return tuple(Mark(member.value, label_in(member, language())) for member in members if member is not None)


def _put_forward() -> Mark:
    """That a promise or a quotation was made, for which Chinese has a word of its own."""
    return Mark(Turn.MADE.value, _("made"))


def _rows(session: Session, query: Any) -> Any:
    return session.connection().execute(query).mappings()


def _of(session: Session, table: sa.TableClause, client: Client) -> Any:
    """A client's rows of a table that were not removed, in the order they were written."""
    return _rows(
        session,
        sa.select(table).where(table.c.client_id == client.id, table.c.deleted_at.is_(None)).order_by(table.c.id),
    )


def _day(moment: datetime) -> date:
    return moment.astimezone().date()


def _joined(*words: str | None) -> str | None:
    return " ".join(filter(None, words)) or None


def _standing(session: Session, client: Client) -> Iterator[Event]:
    """When a client was entered and merged, and the changes of its class and lifecycle."""
    written = sa.select(CHANGES).where(CHANGES.c.entity == "client", CHANGES.c.record == client.id)
    for row in _rows(session, written.order_by(CHANGES.c.id)):
        after, on = row["after"] or {}, _day(row["at"])
        if "lifecycle" in after:
            made = (Turn.MADE,) if row["before"] is None else ()
            yield Event(on, EventKind.CLIENT, client.code, _marks(*made, Lifecycle(after["lifecycle"])))
        if after.get("grade"):
            grade = Mark(after["grade"], after["grade"])
            yield Event(on, EventKind.GRADE, client.code, (grade,), after.get("grade_reason"))
    merged = sa.select(MERGES.c.merged_on, col(Client.code), col(Client.name)).join(
        Client, col(Client.id) == MERGES.c.gone_id
    )
    for on, code, name in session.connection().execute(
        merged.where(MERGES.c.kept_id == client.id, MERGES.c.deleted_at.is_(None))
    ):
        yield Event(on, EventKind.MERGE, code, text=name)


def _visits(session: Session, client: Client) -> Iterator[Event]:
    for visit in visits.listed(session, None, client):
        if visit.day is None:
            continue
        status = VisitStatus(visit.status)
        marks = _marks(
            Channel(visit.by),
            None if status is VisitStatus.DONE else status,
            Outcome(visit.outcome) if visit.outcome else None,
        )
        yield Event(visit.day, EventKind.VISIT, visit.code, marks, visit.note or _joined(visit.purpose, visit.reason))


def _promises(session: Session, client: Client) -> Iterator[Event]:
    query = (
        sa.select(PROMISES, col(Visit.done_on))
        .outerjoin(Visit, col(Visit.id) == PROMISES.c.visit_id)
        .where(PROMISES.c.client_id == client.id, PROMISES.c.deleted_at.is_(None))
        .order_by(PROMISES.c.id)
    )
    for row in _rows(session, query):
        who, state = Direction(row["direction"]), PromiseState(row["state"])
        worth = {"amount": row["amount"], "currency": None if row["amount"] is None else row["currency"]}
        made_on = row["done_on"] or _day(row["created_at"])
        yield Event(
            made_on, EventKind.PROMISE, row["code"], (*_marks(who), _put_forward()), row["text"], row["due_on"], **worth
        )
        if row["kept_on"] is not None and state is not PromiseState.OPEN:
            text = _joined(row["text"], row["reason"])
            yield Event(row["kept_on"], EventKind.PROMISE, row["code"], _marks(who, state), text, **worth)


def _tickets(session: Session, client: Client) -> Iterator[Event]:
    codes = {}
    for row in _of(session, TICKETS, client):
        code = codes[row["id"]] = row["code"]
        marks = _marks(TicketKind(row["kind"]), Severity(row["severity"]))
        yield Event(_day(row["received_at"]), EventKind.TICKET, code, marks, row["text"], row["promised_by"])
        if row["confirmed_at"] is not None:
            score = None if row["score"] is None else str(row["score"])
            text = _joined(row["confirmed_by"], score)
            yield Event(_day(row["confirmed_at"]), EventKind.TICKET, code, _marks(TicketStatus.CONFIRMED), text)
        if row["closed_at"] is not None:
            yield Event(_day(row["closed_at"]), EventKind.TICKET, code, _marks(TicketStatus.CLOSED))
    steps = sa.select(TICKET_STEPS).where(TICKET_STEPS.c.ticket_id.in_(codes), TICKET_STEPS.c.deleted_at.is_(None))
    for row in _rows(session, steps.order_by(TICKET_STEPS.c.id)):
        step = Turn.REOPENED if row["step"] == Turn.REOPENED else Step(row["step"])
        yield Event(_day(row["at"]), EventKind.TICKET, codes[row["ticket_id"]], _marks(step), row["note"])


def _tasks(session: Session, client: Client) -> Iterator[Event]:
    for row in _of(session, TASKS, client):
        made = _day(row["created_at"])
        yield Event(made, EventKind.TASK, row["code"], _marks(Turn.MADE), row["title"], row["due_on"])
        if row["done_on"] is not None:
            text = _joined(row["title"], row["effect"])
            yield Event(row["done_on"], EventKind.TASK, row["code"], _marks(TaskState.DONE), text)


def _deals(session: Session, client: Client, stage: Callable[[str], Mark]) -> Iterator[Event]:
    query = (
        sa.select(DEAL_MOVES, DEALS.c.code, DEALS.c.name, DEALS.c.currency)
        .join(DEALS, DEALS.c.id == DEAL_MOVES.c.deal_id)
        .where(DEALS.c.client_id == client.id, DEALS.c.deleted_at.is_(None), DEAL_MOVES.c.deleted_at.is_(None))
        .order_by(DEAL_MOVES.c.id)
    )
    for row in _rows(session, query):
        state = DealState(row["to_state"])
        was = row["from_state"]
        marks = _marks(state) if state is not DealState.OPEN or was not in (None, state) else ()
        marks = (*marks, stage(row["to_stage"])) if state is DealState.OPEN else marks
        text = _joined(row["name"], row["reason"])
        currency = None if row["amount"] is None else row["currency"]
        yield Event(row["moved_on"], EventKind.DEAL, row["code"], marks, text, None, row["amount"], currency)


def _quotations(session: Session, client: Client) -> Iterator[Event]:
    for row in _of(session, QUOTATIONS, client):
        version = f"v{row['version']}" if row["version"] > 1 else None
        worth = {"amount": row["total"], "currency": row["currency"]}
        same = (EventKind.QUOTE, row["code"])
        yield Event(row["issued_on"], *same, (_put_forward(),), version, row["valid_until"], **worth)
        if row["sent_on"] is not None:
            yield Event(row["sent_on"], *same, _marks(QuoteState.SENT), version, **worth)
        if row["settled_on"] is not None:
            text = _joined(version, row["reason"])
            yield Event(row["settled_on"], *same, _marks(QuoteState(row["state"])), text, **worth)


def _orders(session: Session, client: Client) -> Iterator[Event]:
    codes = {}
    for row in _of(session, ORDERS, client):
        codes[row["id"]] = (row["code"], row["currency"])
        text = _joined(row["number"], row["product"])
        worth = {"amount": row["amount"], "currency": row["currency"]}
        yield Event(row["signed_on"], EventKind.ORDER, row["code"], text=text, **worth)
        if row["delivered_on"] is not None:
            yield Event(row["delivered_on"], EventKind.DELIVERY, row["code"], _marks(OrderState.DELIVERED))
        if row["accepted_on"] is not None:
            yield Event(row["accepted_on"], EventKind.DELIVERY, row["code"], _marks(Turn.ACCEPTED))
        if row["ended_on"] is not None:
            marks = _marks(OrderState(row["state"]))
            yield Event(row["ended_on"], EventKind.ORDER, row["code"], marks, row["reason"])
    back = sa.select(RETURNS).where(RETURNS.c.order_id.in_(codes), RETURNS.c.deleted_at.is_(None))
    for row in _rows(session, back.order_by(RETURNS.c.id)):
        code, currency = codes[row["order_id"]]
        yield Event(
            row["returned_on"], EventKind.RETURN, code, text=row["reason"], amount=row["amount"], currency=currency
        )


def _money(session: Session, client: Client) -> Iterator[Event]:
    for row in _of(session, RECEIPTS, client):
        marks = _marks(Method(row["method"]) if row["method"] else None)
        yield Event(
            row["received_on"], EventKind.RECEIPT, row["code"], marks, row["reference"], row["matures_on"],
            row["amount"], row["currency"],
        )  # fmt: skip
    refunds = (
        sa.select(REFUNDS, RECEIPTS.c.code, RECEIPTS.c.currency)
        .outerjoin(RECEIPTS, RECEIPTS.c.id == REFUNDS.c.receipt_id)
        .where(REFUNDS.c.client_id == client.id, REFUNDS.c.deleted_at.is_(None))
        .order_by(REFUNDS.c.id)
    )
    for row in _rows(session, refunds):
        worth = {"amount": row["amount"], "currency": row["currency"] or HOME}
        yield Event(row["refunded_on"], EventKind.REFUND, row["code"], text=row["reason"], **worth)
    invoices = (
        sa.select(INVOICES, ORDERS.c.code, ORDERS.c.currency)
        .outerjoin(ORDERS, ORDERS.c.id == INVOICES.c.order_id)
        .where(INVOICES.c.client_id == client.id, INVOICES.c.deleted_at.is_(None))
        .order_by(INVOICES.c.id)
    )
    for row in _rows(session, invoices):
        worth = {"amount": row["amount"], "currency": row["currency"] or HOME}
        yield Event(row["issued_on"], EventKind.INVOICE, row["code"], text=row["number"], **worth)


def _market(session: Session, client: Client) -> Iterator[Event]:
    """What was heard from a client, how satisfied it was, and what was said about it in the house."""
    heard = (
        sa.select(INSIGHTS, COMPETITORS.c.name)
        .outerjoin(COMPETITORS, COMPETITORS.c.id == INSIGHTS.c.competitor_id)
        .where(INSIGHTS.c.client_id == client.id, INSIGHTS.c.deleted_at.is_(None))
        .order_by(INSIGHTS.c.id)
    )
    for row in _rows(session, heard):
        marks, text = _marks(InsightKind(row["kind"])), _joined(row["name"], row["text"])
        yield Event(row["seen_on"], EventKind.INSIGHT, row["code"], marks, text)
    for row in _of(session, SURVEYS, client):
        on = row["answered_on"] or row["asked_on"]
        if on is not None:
            score = None if row["score"] is None else str(row["score"])
            marks = _marks(SurveyState(row["state"]))
            yield Event(on, EventKind.SURVEY, row["code"], marks, _joined(score, row["reason"]))
    for row in _of(session, FEEDBACK, client):
        marks = (*_department(row["to_whom"]), *_marks(FeedbackKind(row["kind"])))
        yield Event(row["raised_on"], EventKind.FEEDBACK, row["code"], marks, row["text"], row["due_on"])
        if row["answered_on"] is not None:
            marks = _marks(FeedbackState.ANSWERED)
            yield Event(row["answered_on"], EventKind.FEEDBACK, row["code"], marks, row["answer"])


def _department(name: str) -> tuple[Mark, ...]:
    """To whom something was said: a department that is known, or a name."""
    return _marks(Department(name)) if name in list(Department) else (Mark(name, name),)


def _needs(session: Session, client: Client) -> Iterator[Event]:
    codes = {}
    for row in _of(session, NEEDS, client):
        codes[row["id"]] = row["code"]
        state = NeedState(row["state"])
        text = _joined(row["product"], row["spec"], row["quantity"], row["note"])
        marks = _marks(None if state is NeedState.OPEN else state)
        currency = None if row["budget"] is None else row["currency"]
        yield Event(
            row["raised_on"], EventKind.NEED, row["code"], marks, text, row["wanted_on"], row["budget"], currency
        )
    given = sa.select(SAMPLES).where(SAMPLES.c.need_id.in_(codes), SAMPLES.c.deleted_at.is_(None))
    for row in _rows(session, given.order_by(SAMPLES.c.id)):
        code, result = codes[row["need_id"]], Result(row["result"])
        item = _joined(row["item"], row["quantity"])
        yield Event(row["given_on"], EventKind.SAMPLE, code, _marks(Turn.GIVEN), item)
        if result is not Result.PENDING and row["tested_on"] is not None:
            text = _joined(row["item"], row["note"])
            yield Event(row["tested_on"], EventKind.SAMPLE, code, _marks(result), text)


def _papers(session: Session, client: Client) -> Iterator[Event]:
    """The admission of a client (建档审核)."""
    for row in _of(session, ADMISSIONS, client):
        if row["submitted_on"] is not None:
            yield Event(row["submitted_on"], EventKind.ADMISSION, None, _marks(Turn.SUBMITTED))
        if row["decided_on"] is not None:
            marks = _marks(AdmissionState(row["state"]))
            yield Event(row["decided_on"], EventKind.ADMISSION, None, marks, row["reason"])
        if row["told_on"] is not None:
            yield Event(row["told_on"], EventKind.ADMISSION, None, _marks(Turn.TOLD))

"""Tickets: the columns of their lists, the countdown to the answer, the steps taken."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from salescli.dates import echo_day
from salescli.i18n import N_, _, _n
from salescli.render.clients import CLIENT
from salescli.render.output import (
    Column,
    Form,
    as_json,
    cell,
    print_text,
    say,
    show_record,
    show_rows,
)
from salescli.service_words import Severity, Step, TicketKind, TicketStatus
from salescli.vocabulary import label

if TYPE_CHECKING:
    from salescli.services.care.ticket_lists import StepView, TicketView


def moment_words(moment: datetime) -> str:
    """A moment with its weekday."""
    return f"{echo_day(moment.date())} {moment:%H:%M}"


def minutes_words(minutes: int) -> str:
    """So many hours and minutes."""
    hours, rest = divmod(minutes, 60)
    in_hours = _n("{count} hour", "{count} hours", hours).format(count=hours)
    in_minutes = _n("{count} minute", "{count} minutes", rest).format(count=rest)
    if not rest and hours:
        return in_hours
    return _("{hours} {minutes}").format(hours=in_hours, minutes=in_minutes) if hours else in_minutes


def countdown(ticket: "TicketView") -> str:
    """What a ticket waits for, and how long it has: an answer, the promised solution or the next step."""
    if ticket.minutes_left is not None:
        if ticket.late and not ticket.minutes_left:
            return _("answer overdue")
        if ticket.late:
            return _("answer overdue by {time}").format(time=minutes_words(-ticket.minutes_left))
        return _("{time} left to answer").format(time=minutes_words(ticket.minutes_left))
    if ticket.overdue and ticket.promised_by is not None:
        return _("solution promised by {day}").format(day=echo_day(ticket.promised_by))
    if not ticket.is_open:
        return ""
    if ticket.next_step is None or ticket.confirmed_at is not None:
        return _("to be closed") if ticket.confirmed_at is not None else _("client to confirm")
    return _("next: {step}").format(step=label(ticket.next_step, Step))


def _steps(steps: "Iterable[StepView]") -> list[dict[str, Any]]:
    return [{"step": step.step, "at": step.at, "note": step.note} for step in steps]


TICKETS: "list[Column[TicketView]]" = [
    Column("code", N_("Code"), lambda ticket: ticket.code),
    Column("client", N_("Client"), lambda ticket: ticket.client.name),
    # In JSON this one takes the place of the name.
    Column("client", N_("Client"), lambda ticket: ticket.client, "data", row_of=CLIENT),
    Column("contact", N_("Contact"), lambda ticket: ticket.contact, on_screen=False),
    Column("kind", N_("Kind"), lambda ticket: ticket.kind, word=lambda kind: label(kind, TicketKind)),
    Column("severity", N_("Severity"), lambda ticket: ticket.severity, word=lambda word: label(word, Severity)),
    Column("status", N_("Status"), lambda ticket: ticket.status, word=lambda status: label(status, TicketStatus)),
    Column("text", N_("Problem"), lambda ticket: ticket.text),
    Column("received_at", N_("Received at"), lambda ticket: ticket.received_at, on_screen=False, word=moment_words),
    Column("respond_by", N_("Answer by"), lambda ticket: ticket.respond_by, word=moment_words),
    Column(
        "respond_by_hours",
        N_("By working hours"),
        lambda ticket: ticket.respond_by_hours,
        on_screen=False,
        word=moment_words,
    ),
    Column(
        "respond_by_clock",
        N_("By the clock"),
        lambda ticket: ticket.respond_by_clock,
        on_screen=False,
        word=moment_words,
    ),
    Column("minutes_left", N_("Minutes left"), lambda ticket: ticket.minutes_left, "count", on_screen=False),
    Column("responded_at", N_("Answered"), lambda ticket: ticket.responded_at, on_screen=False, word=moment_words),
    Column(
        "minutes_used", N_("Answered within"), lambda ticket: ticket.minutes_used, on_screen=False, word=minutes_words
    ),
    Column(
        "minutes_used_clock",
        N_("Within, by the clock"),
        lambda ticket: ticket.minutes_used_clock,
        on_screen=False,
        word=minutes_words,
    ),
    Column(
        "late", N_("Late"), lambda ticket: ticket.late, on_screen=False, word=lambda late: _("late") if late else ""
    ),
    Column(
        "overdue",
        N_("Overdue"),
        lambda ticket: ticket.overdue,
        on_screen=False,
        word=lambda overdue: _("overdue") if overdue else "",
    ),
    Column(
        "next_step",
        N_("Next step"),
        lambda ticket: ticket.next_step,
        on_screen=False,
        word=lambda step: label(step, Step),
    ),
    Column("steps", N_("Steps"), lambda ticket: _steps(ticket.steps), "data"),
    Column("workaround", N_("Workaround"), lambda ticket: ticket.workaround, on_screen=False),
    Column("promised_by", N_("Promised by"), lambda ticket: ticket.promised_by, "day", on_screen=False, word=echo_day),
    Column("confirmed", N_("Confirmed"), lambda ticket: ticket.confirmed_at is not None, on_screen=False),
    Column("confirmed_at", N_("Confirmed at"), lambda ticket: ticket.confirmed_at, on_screen=False, word=moment_words),
    Column("confirmed_by", N_("Confirmed by"), lambda ticket: ticket.confirmed_by, on_screen=False),
    Column("score", N_("Score"), lambda ticket: ticket.score, "count", on_screen=False),
    Column("closed_at", N_("Closed"), lambda ticket: ticket.closed_at, on_screen=False, word=moment_words),
    Column("reopened", N_("Reopened"), lambda ticket: ticket.reopened, "count", on_screen=False),
    Column("improvement", N_("Improvement"), lambda ticket: ticket.improvement, on_screen=False),
]
# What a list on a screen says besides: what the ticket waits for.
_WAITS: "Column[TicketView]" = Column("waits", N_("Waiting"), countdown)


def show(ticket: "TicketView", form: Form) -> None:
    """Print one ticket; of the moments that an answer may be due by, those that differ."""
    hidden = {"minutes_left", "confirmed"} | ({"reopened"} if not ticket.reopened else set())
    for name, moment in (("respond_by_hours", ticket.respond_by_hours), ("respond_by_clock", ticket.respond_by_clock)):
        if moment == ticket.respond_by:
            hidden.add(name)
    show_record(ticket, [column for column in TICKETS if form != "screen" or column.key not in hidden], form)


def show_with_steps(ticket: "TicketView", form: Form) -> None:
    """Print one ticket and the steps taken."""
    show(ticket, form)
    if form == "screen" and ticket.steps:
        print_text("")
        show_rows(ticket.steps, STEPS, form)


STEPS: "list[Column[StepView]]" = [
    Column("at", N_("Moment"), lambda step: step.at, word=moment_words),
    Column("step", N_("Step taken"), lambda step: step.step, word=lambda word: step_word(word)),
    Column("note", N_("Note"), lambda step: step.note),
]


def step_word(step: str) -> str:
    """What people call a step."""
    return label(step, Step) if step in list(Step) else _("reopened")


def show_list(tickets: "Sequence[TicketView]", form: Form, *, empty: str) -> None:
    """Print tickets as a table with what each waits for; ``empty`` is said where there are none."""
    waits = [replace(_WAITS, on_screen=any(cell(ticket, _WAITS) for ticket in tickets))] if form == "screen" else []
    show_rows(tickets, [*TICKETS, *waits], form, empty=empty)


def say_due(ticket: "TicketView") -> None:
    """Say by when an answer is due, by working hours and by the clock."""
    if ticket.respond_by == ticket.respond_by_clock != ticket.respond_by_hours:
        sentence = _("Answer by {moment}, by the clock: {left}; by working hours {other}.")
        other = ticket.respond_by_hours
    else:
        sentence = _("Answer by {moment}, in working hours: {left}; by the clock {other}.")
        other = ticket.respond_by_clock
    say(sentence.format(moment=moment_words(ticket.respond_by), left=countdown(ticket), other=moment_words(other)))


def tickets_json(tickets: "Iterable[TicketView]") -> list[dict[str, Any]]:
    """Tickets as JSON carries them."""
    return [as_json(ticket, TICKETS) for ticket in tickets]

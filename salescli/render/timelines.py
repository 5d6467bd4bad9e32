"""The story of a client: the columns of its events."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from salescli.currencies import HOME
from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.output import Column, Form, show_rows
from salescli.timeline_words import EventKind
from salescli.vocabulary import label

if TYPE_CHECKING:
    from salescli.services.planning.timelines import Event, Mark


def _words(marks: "Sequence[Mark]") -> str:
    return _(", ").join(mark.word for mark in marks)


EVENTS: "list[Column[Event]]" = [
    Column("on", N_("Day"), lambda event: event.on, "day", word=echo_day),
    Column("kind", N_("Kind"), lambda event: event.kind.value, word=lambda kind: label(kind, EventKind)),
    Column("code", N_("Code"), lambda event: event.code),
    # Tokens for scripts, words on a screen.
    Column("marks", N_("What happened"), lambda event: [mark.token for mark in event.marks], on_screen=False),
    Column("text", N_("Text"), lambda event: event.text, on_screen=False),
    Column("due_on", N_("Due on"), lambda event: event.due_on, "day", on_screen=False),
    Column("amount", N_("Amount"), lambda event: event.amount, "money"),
    Column("currency", N_("Currency"), lambda event: event.currency, on_screen=False),
]
_WORDS: "Column[Event]" = Column("words", N_("What happened"), lambda event: _told(event))
_CURRENCY: "Column[Event]" = Column(
    "currency", N_("Currency"), lambda event: "" if event.currency == HOME else event.currency
)


def _told(event: "Event") -> str:
    due = "→ " + echo_day(event.due_on) if event.due_on else ""
    return " ".join(filter(None, [f"[{_words(event.marks)}]" if event.marks else "", event.text, due]))


def show_list(events: "Sequence[Event]", form: Form) -> None:
    """Print events, a line each."""
    columns = EVENTS
    if form == "screen":
        foreign = any(event.currency not in (None, HOME) for event in events)
        columns = [*EVENTS[:3], _WORDS, EVENTS[6], *([_CURRENCY] if foreign else [])]
    show_rows(events, columns, form, empty=_("Nothing happened with this client in that time."))

"""Promises: the columns of their lists, and what is said of them."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from salescli.dates import echo_day
from salescli.i18n import N_, _, _n
from salescli.render.clients import CLIENT
from salescli.render.output import Column
from salescli.service_words import Direction, PromiseState
from salescli.vocabulary import label

if TYPE_CHECKING:
    from salescli.services.care.promise_views import PromiseView


PROMISES: "list[Column[PromiseView]]" = [
    Column("code", N_("Code"), lambda promise: promise.code),
    Column("client", N_("Client"), lambda promise: promise.client.name),
    # In JSON this one takes the place of the name.
    Column("client", N_("Client"), lambda promise: promise.client, "data", row_of=CLIENT),
    Column("direction", N_("Whose"), lambda promise: promise.direction, word=lambda who: label(who, Direction)),
    Column("text", N_("Promise"), lambda promise: promise.text),
    Column("amount", N_("Amount"), lambda promise: promise.amount, "money"),
    Column("currency", N_("Currency"), lambda promise: promise.currency, on_screen=False, word=lambda _currency: ""),
    Column("due_on", N_("Due on"), lambda promise: promise.due_on, "day", word=echo_day),
    Column("state", N_("State"), lambda promise: promise.state, word=lambda token: label(token, PromiseState)),
    Column("overdue", N_("Overdue"), lambda promise: promise.overdue, on_screen=False),
    Column(
        "days_overdue",
        N_("Days overdue"),
        lambda promise: promise.days_overdue,
        "count",
        word=lambda days: str(days or ""),
    ),
    Column("kept_on", N_("Kept on"), lambda promise: promise.kept_on, "day", on_screen=False, word=lambda _day: ""),
    Column("settled_on", N_("Settled on"), lambda promise: promise.settled_on, "day", on_screen=False, word=echo_day),
    Column("reason", N_("What became of it"), lambda promise: promise.reason, on_screen=False),
    Column("collection", N_("To collect"), lambda promise: promise.collection, on_screen=False),
    Column("visit", N_("Visit"), lambda promise: promise.visit, on_screen=False),
    Column("contact", N_("Contact"), lambda promise: promise.contact, on_screen=False),
]


def made_words(promises: "Iterable[PromiseView]") -> Iterator[str]:
    """What was promised, in sentences."""
    for promise in promises:
        sentence = (
            _("{code}: we promised {text}, {day}.") if promise.ours else _("{code}: they promised {text}, {day}.")
        )
        yield sentence.format(code=promise.code, text=promise.text, day=echo_day(promise.due_on))


def overdue_words(promises: "Iterable[PromiseView]") -> Iterator[str]:
    """How many promises are overdue on either side, in sentences; none where none is."""
    late = [promise for promise in promises if promise.overdue]
    ours = sum(promise.ours for promise in late)
    if ours:
        yield _n("{count} promise of ours is overdue.", "{count} promises of ours are overdue.", ours).format(
            count=ours
        )
    theirs = len(late) - ours
    if theirs:
        yield _n("{count} promise of theirs is overdue.", "{count} promises of theirs are overdue.", theirs).format(
            count=theirs
        )

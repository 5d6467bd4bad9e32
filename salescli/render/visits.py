"""Visits: the columns of their lists."""

from typing import TYPE_CHECKING, Any

from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.clients import CLIENT
from salescli.render.output import Column
from salescli.vocabulary import Channel, Outcome, VisitStatus, label

if TYPE_CHECKING:
    from salescli.services.care.promise_views import PromiseView
    from salescli.services.visiting.visits import VisitView

WHY = {
    "appointment": N_("appointment"),
    "next_step": N_("next step"),
    "promise": N_("promise"),
    "ticket": N_("problem"),
    "collect": N_("collection"),
    "overdue": N_("overdue"),
    "due": N_("due"),
    "never_contacted": N_("never contacted"),
}


def why_words(code: str) -> str:
    """The reason for which a visit was planned, as people read it."""
    return _(WHY[code])


VISITS: "list[Column[VisitView]]" = [
    Column("code", N_("Code"), lambda visit: visit.code),
    Column("client", N_("Client"), lambda visit: visit.client.name),
    # In JSON this one takes the place of the name.
    Column("client", N_("Client"), lambda visit: visit.client, "data", row_of=CLIENT),
    Column("contact", N_("Contact"), lambda visit: visit.contact, on_screen=False),
    Column("by", N_("By"), lambda visit: visit.by, word=lambda token: label(token, Channel)),
    Column("status", N_("Status"), lambda visit: visit.status, word=lambda token: label(token, VisitStatus)),
    Column("planned_on", N_("Planned for"), lambda visit: visit.planned_on, "day", word=echo_day),
    Column("planned_at", N_("Time"), lambda visit: visit.planned_at, "time"),
    Column("minutes", N_("Minutes"), lambda visit: visit.minutes, "count", on_screen=False),
    Column("purpose", N_("Purpose"), lambda visit: visit.purpose),
    Column("expected", N_("Expected result"), lambda visit: visit.expected, on_screen=False),
    Column("materials", N_("Materials"), lambda visit: visit.materials, on_screen=False),
    Column("why", N_("Why planned"), lambda visit: visit.why, on_screen=False, word=why_words),
    Column("on", N_("Done on"), lambda visit: visit.on, "day", word=echo_day),
    Column("at", N_("At"), lambda visit: visit.at, "time", on_screen=False),
    Column("outcome", N_("Outcome"), lambda visit: visit.outcome, word=lambda token: label(token, Outcome)),
    Column("note", N_("Note"), lambda visit: visit.note),
    Column("next_step", N_("Next step"), lambda visit: visit.next_step),
    Column("next_on", N_("Next on"), lambda visit: visit.next_on, "day", word=echo_day),
    Column("next_at", N_("Next at"), lambda visit: visit.next_at, "time", on_screen=False),
    Column("no_next_reason", N_("Why nothing follows"), lambda visit: visit.no_next_reason, on_screen=False),
    Column("unplanned", N_("Unplanned"), lambda visit: visit.unplanned, on_screen=False),
    Column("reason", N_("Reason"), lambda visit: visit.reason, on_screen=False),
    Column("moved_to", N_("Moved to"), lambda visit: visit.moved_to, on_screen=False),
]


def promised(made: "dict[str, list[PromiseView]]") -> "Column[VisitView]":
    """The column of what was promised at visits just logged, from the promises by the visits' codes."""

    def told(visit: "VisitView") -> list[dict[str, Any]]:
        return [
            {"code": promise.code, "direction": promise.direction, "text": promise.text, "due_on": promise.due_on}
            for promise in made.get(visit.code or "", ())
        ]

    return Column("promises", N_("Promises"), told, "data")

"""What visits need: the columns of the lists by kind and of one visit's list, and a line for the plan."""

from typing import TYPE_CHECKING, Any

from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.clients import CLIENT
from salescli.render.output import Column, as_json
from salescli.visit_kinds import VisitKind, before_words
from salescli.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salescli.services.planning.checklists import ListItem
    from salescli.services.planning.visit_checks import CheckItem, Preparation

ITEMS: "list[Column[ListItem]]" = [
    Column("kind", N_("Kind"), lambda item: item.kind, word=lambda token: label(token, VisitKind)),
    Column("number", N_("No."), lambda item: item.number, "count"),
    Column("text", N_("What"), lambda item: item.text),
    Column("minutes_before", N_("How long before"), lambda item: item.minutes_before, "count", word=before_words),
    Column("own", N_("Edited"), lambda item: item.own, on_screen=False),
]

READY: "list[Column[CheckItem]]" = [
    Column("number", N_("No."), lambda item: item.number, "count"),
    Column("text", N_("What"), lambda item: item.text),
    Column("minutes_before", N_("How long before"), lambda item: item.minutes_before, "count", word=before_words),
    Column("due_on", N_("Ready by"), lambda item: item.due_on, "day", word=echo_day),
    Column("due_at", N_("Time"), lambda item: item.due_at, "time"),
    Column("ready_on", N_("Ready on"), lambda item: item.ready_on, "day", word=echo_day),
]


def checks_words(items: "Sequence[CheckItem]") -> str:
    """A visit's list in a line: what is ready is ticked, what has a time says it."""
    return _("; ").join(check_lines(items))


def check_lines(items: "Sequence[CheckItem]") -> list[str]:
    """The same, a line each."""
    return [_item_words(item) for item in items]


def _item_words(item: "CheckItem") -> str:
    mark = "✓" if item.ready_on else "□"
    when = f"{item.due_at:%H:%M} " if item.due_at else ""
    what = f"{mark} {when}{item.text}"
    if not item.minutes_before:
        return what
    return _("{what} ({before})").format(what=what, before=before_words(item.minutes_before))


def preparation_words(one: "Preparation") -> str:
    """Something to do for a later visit, in a line."""
    return _("To prepare for {client} on {day}: {text}").format(
        client=one.client.name, day=echo_day(one.planned_on), text=one.item.text
    )


def preparation_json(one: "Preparation") -> dict[str, Any]:
    """The same as scripts read it."""
    return {
        "visit": one.visit,
        "client": as_json(one.client, CLIENT),
        "planned_on": one.planned_on,
        "text": one.item.text,
        "due_on": one.item.due_on,
    }

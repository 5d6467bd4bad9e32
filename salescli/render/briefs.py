"""The page before a visit."""

from typing import TYPE_CHECKING, Any

from salescli.dates import echo_day
from salescli.i18n import _
from salescli.render.clients import CLIENTS, CONTACTS
from salescli.render.output import as_json, print_table, print_text, show_record
from salescli.render.visits import VISITS

if TYPE_CHECKING:
    from salescli.services.planning.briefs import Brief

_CONTACT_COLUMNS = ("on", "by", "outcome", "note", "next_step", "next_on")
_PLANNED_COLUMNS = ("code", "planned_on", "planned_at", "status", "purpose")


def brief_json(brief: "Brief") -> dict[str, Any]:
    """The brief as scripts read it."""
    return {
        "client": as_json(brief.client, CLIENTS),
        "last_contacts": [as_json(visit, VISITS) for visit in brief.last_contacts],
        "next_steps": [{"visit": step.visit, "text": step.text, "due_on": step.due_on} for step in brief.next_steps],
        "planned": [as_json(visit, VISITS) for visit in brief.planned],
    }


def print_brief(brief: "Brief") -> None:
    """Print the brief on one screen: what is owed first, then who and what was said."""
    for step in brief.next_steps:
        print_text(_("We said: {text} ({day})").format(text=step.text, day=echo_day(step.due_on)))
    show_record(brief.client, CLIENTS, "screen")
    if len(brief.client.contacts) > 1:
        print_table(brief.client.contacts, CONTACTS)
    for title, rows, keys in (
        (_("Last contacts"), brief.last_contacts, _CONTACT_COLUMNS),
        (_("Planned"), brief.planned, _PLANNED_COLUMNS),
    ):
        if rows:
            print_text("\n" + title)
            print_table(rows, [column for column in VISITS if column.key in keys])

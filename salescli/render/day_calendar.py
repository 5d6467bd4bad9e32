"""Plans as a calendar file (.ics, RFC 5545) for the calendars of phones and of Outlook.

Times are floating, without a zone: the plan says 14:00 at the client's door, and that it stays on whatever phone,
also when the computer keeps another zone. What is due on a day is an event of the whole day, since calendars on
phones leave out to-dos. Telephone numbers stay out: calendars are kept in clouds.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from salescli.i18n import N_, _
from salescli.vocabulary import FACE_TO_FACE, Channel, label

if TYPE_CHECKING:
    from icalendar import Event

    from salescli.services.planning.calendar_entries import Entry

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_KINDS = {
    "step": N_("Next step"),
    "promise": N_("Promised"),
    "expected": N_("Promised to us"),
    "task": N_("Task"),
}


def calendar_file(entries: "Iterable[Entry]", name: str) -> bytes:
    """The entries as an .ics file; the same records give the same bytes, and taking it in again updates the events."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//sales-cli//plan//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _in_line(name))
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: "Entry") -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{entry.uid}@sales-cli")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    # Grows with every change of the record, which is when a calendar takes an event for a newer one.
    event.add("sequence", max(0, int((entry.changed_at - entry.made_at).total_seconds())))
    event.add("summary", _in_line(_summary(entry)))
    if entry.start is None:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
    else:
        begin = datetime.combine(entry.day, entry.start)
        event.add("dtstart", begin)
        event.add("dtend", begin + timedelta(minutes=entry.minutes))
    if entry.address and entry.by in FACE_TO_FACE:
        event.add("location", _in_line(entry.address))
    description = _description(entry)
    if description:
        event.add("description", description)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if entry.kind == "visit" and entry.start else "TRANSPARENT")
    return event


def _summary(entry: "Entry") -> str:
    words = [part for part in (entry.client, entry.text) if part]
    if entry.kind == "visit":
        channel = [] if entry.by in (None, Channel.VISIT) else [label(Channel(entry.by), Channel)]
        return " ".join([*channel, *words])
    return _("{kind}: {what}").format(kind=_(_KINDS[entry.kind]), what=" ".join(words))


def _description(entry: "Entry") -> str:
    lines = []
    if entry.contact:
        lines.append(_("Contact: {who}").format(who=" ".join(filter(None, (entry.contact, entry.title)))))
    if entry.expected:
        lines.append(_("Expected: {text}").format(text=entry.expected))
    if entry.start and not entry.fixed:
        lines.append(_("No time was agreed; the plan puts it here."))
    return _CONTROLS.sub("", "\n".join(lines).replace("\r\n", "\n"))


def _in_line(text: str) -> str:
    return _CONTROLS.sub("", " ".join(text.splitlines()))

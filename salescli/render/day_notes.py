"""What was understood of the day's notes: the columns of the table to correct, and its JSON."""

from typing import TYPE_CHECKING, Any

from salescli.amounts import grouped, plain
from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.clients import CLIENT
from salescli.render.output import Column, as_json
from salescli.vocabulary import Channel, Outcome, VisitStatus, label

if TYPE_CHECKING:
    from salescli.services.planning.day_notes import DayNotes, Piece, Question, Unplaced, VisitNote
    from salescli.services.visiting.visits import VisitView

_MOST_NOTE = 40
_WHY = {
    "no_client": N_("it names no client"),
    "unknown_client": N_("it names no client that is known"),
    "several_clients": N_("it names several clients"),
    "whose": N_("it may be about several clients"),
    "other_day": N_("it was written on another day"),
    "market": N_("it tells of the market; `sales insight add` keeps it"),
}
_MISSING = {
    "client": N_("which client"),
    "outcome": N_("which outcome"),
    "order": N_("which amount was ordered"),
    "receipt": N_("which amount was received"),
    "refund": N_("what was paid back or returned, which lines don't log"),
    "currency": N_("an amount in another currency, which lines don't log"),
    "not_made": N_("whether there was a visit: it seems not, and none was planned"),
    "promise": N_("whose promise, and for which day"),
    "next_step": N_("the next step, or a reason for none"),
    "next_day": N_("the day of the next step"),
}

_HINTS = {
    "refund": N_("Log it with `sales receipt refund` or `sales order return`, and leave the sum out of the line."),
    "currency": N_("Log it with `sales order add … --currency`, and leave the sum out of the line."),
    "not_made": N_("Leave the line out, or plan the visit with `sales visit plan`."),
}

Numbered = tuple[int, "VisitNote"]

NOTES: "list[Column[Any]]" = [
    Column("number", N_("No."), lambda row: row[0], "count"),
    Column("lines", N_("In line"), lambda row: row[1].lines, word=lambda lines: ",".join(map(str, lines))),
    Column("client", N_("Client"), lambda row: row[1].client and row[1].client.name),
    Column("client", N_("Client"), lambda row: row[1].client, "data", row_of=CLIENT),
    Column("contact", N_("Contact"), lambda row: row[1].contact, on_screen=False),
    Column("by", N_("By"), lambda row: row[1].by or "visit", word=lambda token: label(token, Channel)),
    Column("at", N_("At"), lambda row: row[1].at, "time"),
    Column("minutes", N_("Minutes"), lambda row: row[1].minutes, "count", on_screen=False),
    Column("outcome", N_("Outcome"), lambda row: row[1].outcome, word=lambda token: label(token, Outcome)),
    Column("not_made", N_("Not made"), lambda row: row[1].not_made or None, "data"),
    Column("order", N_("Order"), lambda row: row[1].order, "money"),
    Column("receipt", N_("Receipt"), lambda row: row[1].receipt, "money"),
    Column("promises", N_("Promises"), lambda row: _promises_json(row[1]), "data"),
    Column("promised", N_("Promises"), lambda row: promised_words(row[1]) or None),
    Column("next_step", N_("Next step"), lambda row: row[1].next_step and row[1].next_step.text),
    Column("next_on", N_("Next on"), lambda row: row[1].next_step and row[1].next_step.on, "day", word=echo_day),
    Column("next_at", N_("Next at"), lambda row: row[1].next_step and row[1].next_step.at, "time", on_screen=False),
    Column(
        "no_next_reason",
        N_("Why nothing follows"),
        lambda row: row[1].next_step and row[1].next_step.none_because,
        on_screen=False,
    ),
    Column("note", N_("Note"), lambda row: row[1].note, word=lambda note: shortened(note)),
    Column("missing", N_("Missing"), lambda row: [question.about for question in row[1].questions], "data"),
    Column("asked", N_("Missing"), lambda row: missing_words(row[1]) or None),
]


def rows(notes: "DayNotes") -> "list[Numbered]":
    """The visits with their numbers from 1."""
    return list(enumerate(notes.visits, start=1))


def notes_json(notes: "DayNotes") -> dict[str, Any]:
    """What was understood, as scripts read it."""
    kept = [column for column in NOTES if column.key not in ("promised", "asked")]
    return {
        "date": notes.day,
        "visits": [as_json(row, kept) for row in rows(notes)],
        "gained": notes.gained,
        "fell_short": notes.fell_short,
        "key_tasks": notes.key_tasks,
        "headers": [_piece_json(piece) for piece in notes.headers],
        "said": [_piece_json(piece) for piece in notes.said],
        "market": [_piece_json(piece) for piece in notes.market],
        "unplaced": [{**_piece_json(one.piece), "why": one.why, "clients": list(one.codes)} for one in notes.unplaced],
    }


def _piece_json(piece: "Piece") -> dict[str, Any]:
    return {"line": piece.line, "text": piece.text}


def _promises_json(note: "VisitNote") -> list[dict[str, Any]]:
    return [
        {
            "direction": "theirs" if one.theirs else "ours",
            "text": one.text,
            "due_on": one.due_on,
            "amount": None if one.amount is None else plain(one.amount),
        }
        for one in note.promises
    ]


def promised_words(note: "VisitNote") -> str:
    """The promises of a visit in a cell."""
    ours, theirs = _("we: {text} {day}"), _("they: {text} {day}")
    return _("; ").join(
        (theirs if one.theirs else ours).format(text=one.text, day=echo_day(one.due_on)) for one in note.promises
    )


def missing_words(note: "VisitNote") -> str:
    """What a visit's notes leave open."""
    return _("; ").join(map(question_words, note.questions))


def hint(question: "Question") -> str | None:
    """What to do about what lines can't log; ``None`` for what the line itself may say."""
    said = _HINTS.get(question.about)
    return None if said is None else _(said)


def put_off_words(visit: "VisitView") -> list[str]:
    """What became of a planned visit that was not made."""
    status = label(visit.status, VisitStatus)
    return [_("Not made: {code} {client}, {status}.").format(code=visit.code, client=visit.client.name, status=status)]


def question_words(question: "Question") -> str:
    """What is missing, with the words in doubt."""
    said = _(_MISSING[question.about])
    if question.about in ("order", "receipt") and question.choices:
        amounts = _(", ").join(grouped(int(value)) for value, _words in question.choices)
        return f"{said} ({amounts})"
    return f"{said} (“{question.words}”)" if question.words else said


def unplaced_words(one: "Unplaced") -> str:
    """A line that has no place, and why."""
    return _("Line {number} has no place, {why}: {text}").format(
        number=one.piece.line, why=_(_WHY[one.why]), text=shortened(one.piece.text)
    )


def day_words(notes: "DayNotes") -> list[str]:
    """What was said of the day itself, a sentence a line."""
    said = []
    if notes.gained:
        said.append(_("Gained: {text}").format(text=notes.gained))
    if notes.fell_short:
        said.append(_("Fell short: {text}").format(text=notes.fell_short))
    if notes.key_tasks:
        said.append(_("Key tasks: {tasks}").format(tasks=_("; ").join(notes.key_tasks)))
    for number, note in rows(notes):
        if note.not_made and note.next_step is not None:
            day = note.next_step.on and echo_day(note.next_step.on)
            said.append(_("No. {number} was not made: {what}").format(number=number, what=day or _("called off")))
    return said


def shortened(text: str) -> str:
    """The first words of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _MOST_NOTE else line[:_MOST_NOTE] + "…"

"""The change log in words: a line a command, and of one record each value before and after."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from salescli.amounts import plain
from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.record_words import column_words, kind_words, token_words
from salescli.render.output import Column, Form, Kind, show_rows, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salescli.services.histories import Altered, Count, Entry, Event, Outside

_WHAT = {"added": N_("added"), "altered": N_("changed"), "removed": N_("removed"), "restored": N_("brought back")}
_LONGEST = 60
_LEVELS = {("weekplan", "score")}  # kept in hundredths
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")  # as the log keeps one


def _count_words(count: "Count") -> str:
    did = [(name, getattr(count, name)) for name in _WHAT if getattr(count, name)]
    total = sum(number for _name, number in did)
    named = _(", ").join(count.records)
    many = f"×{total:,}" if total > max(1, len(count.records)) else ""
    if len(did) == 1:
        verbs = _(_WHAT[did[0][0]])
    else:
        verbs = _(", ").join(f"{_(_WHAT[name])} {number:,}" for name, number in did)
    return " ".join(filter(None, (kind_words(count.entity), named, many, verbs)))


def changes_words(entry: "Entry") -> str:
    """What a command did, kind by kind."""
    told = [_count_words(count) for count in entry.changes]
    if entry.of:
        told.insert(0, _("of {commands}").format(commands=_(", ").join(f"`sales {name}`" for name in entry.of)))
    line = _("; ").join(told)
    return f"{line} {_taken_back()}" if entry.undone else line


def _taken_back() -> str:
    return _("(taken back)")


def _moment_words(moment: Any) -> str:
    local = moment.astimezone()
    return f"{echo_day(local.date())} {local:%H:%M}"


def entry_words(entry: "Entry") -> str:
    """A command in one line."""
    return f"{_moment_words(entry.at)}  `sales {entry.command}`  {changes_words(entry)}"


def outside_words(outside: "Outside") -> str:
    """What undo can't take back of a command, in one line."""
    if outside.sent_to:
        return _("The mail to {recipients} was sent and can't be called back.").format(recipients=outside.sent_to)
    return _("What `{command}` wrote or sent outside the data file stays as it is.").format(
        command=f"sales {outside.command}"
    )


ENTRIES: "list[Column[Entry]]" = [
    Column("batch", N_("Number"), lambda entry: entry.batch, "count", on_screen=False),
    Column("at", N_("Moment"), lambda entry: entry.at, word=_moment_words),
    Column("command", N_("Command"), lambda entry: entry.command),
    Column("undone", N_("Taken back"), lambda entry: entry.undone, on_screen=False),
    Column("of", N_("Of"), lambda entry: list(entry.of), on_screen=False),
    Column("what", N_("What changed"), changes_words),
    Column("changes", N_("Changes"), lambda entry: [_count_json(count) for count in entry.changes], "data"),
]


def _count_json(count: "Count") -> dict[str, Any]:
    return {
        "entity": count.entity,
        "added": count.added,
        "altered": count.altered,
        "removed": count.removed,
        "restored": count.restored,
        "records": list(count.records),
    }


def show_entries(entries: "Sequence[Entry]", form: Form) -> None:
    """Print commands, a line each."""
    show_rows(entries, ENTRIES, form, empty=_("Nothing was done yet."))


def altered_words(entity: str, altered: "Altered") -> str:
    """A column with what it was and what it became."""
    name = altered.field
    kind: Kind = "money" if altered.is_money else "level" if (entity, name) in _LEVELS else "text"
    before, after = (_value_words(token_words(entity, name, value), kind) for value in (altered.before, altered.after))
    return f"{column_words(name)} {before} → {after}"


def _value_words(value: Any, kind: Kind) -> str:
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return _moment_words(datetime.fromisoformat(value))
    text = words(value, kind)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _event_words(event: "Event") -> str:
    told = _(_WHAT[event.what])
    if event.what == "altered":
        told = _("; ").join(altered_words(event.entity, one) for one in event.altered)
    return f"{told} {_taken_back()}" if event.undone else told


EVENTS: "list[Column[Event]]" = [
    Column("batch", N_("Number"), lambda event: event.batch, "count", on_screen=False),
    Column("at", N_("Moment"), lambda event: event.at, word=_moment_words),
    Column("command", N_("Command"), lambda event: event.command),
    Column("undone", N_("Taken back"), lambda event: event.undone, on_screen=False),
    Column("entity", N_("Kind"), lambda event: event.entity, word=kind_words),
    Column("record", N_("Code"), lambda event: event.record),
    Column("what", N_("What"), lambda event: event.what, on_screen=False),
    Column("told", N_("What changed"), _event_words),
    Column("altered", N_("Changes"), lambda event: [_altered_json(one) for one in event.altered], "data"),
]


def _altered_json(altered: "Altered") -> dict[str, Any]:
    before, after = altered.before, altered.after
    if altered.is_money:
        before, after = (None if value is None else plain(value) for value in (before, after))
    return {"field": altered.field, "before": before, "after": after}


def show_events(events: "Sequence[Event]", form: Form) -> None:
    """Print what was done to a record, a line a command."""
    show_rows(events, EVENTS, form, empty=_("Nothing was done to it."))

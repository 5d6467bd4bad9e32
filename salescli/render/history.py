"""The change log in words: a line a command, and of one record each value before and after."""

from typing import TYPE_CHECKING, Any

from salescli.amounts import plain
from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.output import Column, Form, show_rows, words
from salescli.vocabulary import field_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salescli.services.histories import Altered, Count, Entry, Event

KINDS = {
    "admission": N_("admission"),
    "admissionitem": N_("paper of an admission"),
    "allocation": N_("allocation"),
    "calendarday": N_("calendar day"),
    "checklistitem": N_("line of a checklist"),
    "client": N_("client"),
    "clientmerge": N_("merge"),
    "clientpair": N_("pair told apart"),
    "competitor": N_("competitor"),
    "competitorpoint": N_("comparison"),
    "contact": N_("contact"),
    "credit": N_("credit"),
    "dayplan": N_("day plan"),
    "deal": N_("deal"),
    "dealmove": N_("step of a deal"),
    "feedback": N_("feedback"),
    "goal": N_("goal of a week"),
    "grading": N_("grading"),
    "insight": N_("insight"),
    "invoice": N_("invoice"),
    "learning": N_("learning"),
    "marketsize": N_("market size"),
    "need": N_("need"),
    "needsample": N_("sample"),
    "order": N_("order"),
    "orderline": N_("line of an order"),
    "orderreturn": N_("return"),
    "ordershare": N_("share of an order"),
    "price": N_("price"),
    "product": N_("product"),
    "profile": N_("profile"),
    "promise": N_("promise"),
    "quotation": N_("quotation"),
    "quotationline": N_("line of a quotation"),
    "receipt": N_("receipt"),
    "receivable": N_("receivable"),
    "refund": N_("refund"),
    "setting": N_("setting"),
    "survey": N_("survey"),
    "target": N_("target"),
    "targetreplan": N_("replan"),
    "targetsplit": N_("split of a target"),
    "task": N_("task"),
    "ticket": N_("ticket"),
    "ticketstep": N_("step of a ticket"),
    "visit": N_("visit"),
    "visitcheck": N_("thing to have ready"),
    "weekplan": N_("goal sheet"),
}
_WHAT = {"added": N_("added"), "altered": N_("changed"), "removed": N_("removed"), "restored": N_("brought back")}
# Fields that are changed often and have no word elsewhere; others go by their key.
_FIELDS = {
    "aliases": N_("aliases"),
    "amount": N_("amount"),
    "archived": N_("archived"),
    "channel": N_("by"),
    "client_id": N_("client"),
    "closed_on": N_("closed on"),
    "contact_id": N_("contact"),
    "cost": N_("cost"),
    "credit_limit": N_("credit limit"),
    "current": N_("in force"),
    "delivered_on": N_("delivered on"),
    "done_at": N_("done at"),
    "done_on": N_("done on"),
    "due_on": N_("due on"),
    "expected_on": N_("expected on"),
    "known_contact_on": N_("last known contact"),
    "last_contact_on": N_("last contact"),
    "left_on": N_("left on"),
    "minutes": N_("minutes"),
    "mobile": N_("mobile"),
    "moved_on": N_("moved on"),
    "moved_to": N_("moved to"),
    "next_due_on": N_("next due"),
    "next_on": N_("next on"),
    "next_settled_on": N_("next step settled on"),
    "next_step": N_("next step"),
    "outcome": N_("outcome"),
    "phone": N_("phone"),
    "planned_at": N_("planned at"),
    "planned_on": N_("planned for"),
    "price": N_("price"),
    "primary": N_("primary contact"),
    "probability": N_("probability"),
    "scope": N_("scope"),
    "settled_on": N_("settled on"),
    "signed_on": N_("signed"),
    "stage": N_("stage"),
    "state": N_("state"),
    "status": N_("status"),
    "tags": N_("tags"),
    "terms": N_("payment terms"),
    "text": N_("text"),
    "unplanned": N_("unplanned"),
    "value": N_("amount"),
}
_LONGEST = 60


def kind_words(entity: str) -> str:
    """A table as people call what it holds."""
    return _(KINDS[entity]) if entity in KINDS else entity


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


def altered_words(altered: "Altered") -> str:
    """A column with what it was and what it became."""
    before, after = (_value_words(value, altered.is_money) for value in (altered.before, altered.after))
    name = altered.field
    return f"{_(_FIELDS[name]) if name in _FIELDS else field_word(name)} {before} → {after}"


def _value_words(value: Any, is_money: bool) -> str:
    if value is None or value == "" or value == []:
        return "–"
    text = words(value, "money" if is_money else "text")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _event_words(event: "Event") -> str:
    told = _("; ").join(map(altered_words, event.altered)) if event.what == "altered" else _(_WHAT[event.what])
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

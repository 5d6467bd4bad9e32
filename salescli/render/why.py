"""A figure with its formula and the records behind it: on a terminal, as JSON, as CSV."""

from functools import partial
from typing import TYPE_CHECKING, Any

from salescli import formulas
from salescli.amounts import plain
from salescli.dates import echo_day
from salescli.i18n import N_, _, _n
from salescli.render.clients import CLIENT
from salescli.render.output import (
    Column,
    Form,
    Kind,
    as_json,
    level,
    print_csv,
    print_json,
    print_pairs,
    print_table,
    print_text,
    say,
    words,
)
from salescli.vocabulary import LEVEL_MEASURES, MONEY_MEASURES, Outcome, Ratio, label

if TYPE_CHECKING:
    from salescli.formulas import Kpi
    from salescli.services.figures.kpi_rows import Row
    from salescli.services.figures.later_changes import Altered, Later
    from salescli.services.figures.why import Why

_KINDS = {
    "order": N_("order"),
    "invoice": N_("invoice"),
    "return": N_("return"),
    "receipt": N_("receipt"),
    "refund": N_("refund"),
    "visit": N_("visit"),
    "quotation": N_("quotation"),
    "client": N_("client"),
    "receivable": N_("receivable"),
    "survey": N_("survey"),
    "ticket": N_("ticket"),
}
_STATES = {
    "kept": N_("kept"),
    "lost": N_("lost"),
    "gained": N_("gained"),
    "done": N_("done"),
    "partly": N_("partly done"),
    "unplanned": N_("unplanned"),
    "removed": N_("taken out"),
    "open": N_("to come"),
    "not_done": N_("not done"),
    "missed": N_("not made"),
    "moved": N_("moved"),
    "cancelled": N_("cancelled"),
    "overdue": N_("overdue"),
    "not_due": N_("not due"),
    "in_time": N_("in time"),
    "late": N_("late"),
    "unanswered": N_("unanswered"),
}
_WHAT = {
    "added": N_("added"),
    "removed": N_("removed"),
    "restored": N_("brought back"),
    "altered": N_("changed"),
}
_FIELDS = {
    "value": N_("amount"),
    "amount": N_("amount"),
    "cost": N_("cost"),
    "signed_on": N_("signed"),
    "returned_on": N_("returned on"),
    "received_on": N_("received on"),
    "refunded_on": N_("paid back on"),
    "issued_on": N_("issued on"),
    "due_on": N_("due on"),
    "planned_on": N_("planned for"),
    "done_on": N_("done on"),
    "next_on": N_("next on"),
    "state": N_("state"),
    "status": N_("status"),
    "outcome": N_("outcome"),
    "channel": N_("by"),
    "client_id": N_("client"),
    "person": N_("person"),
    "percent": N_("share"),
    "rate": N_("rate"),
    "paid": N_("paid"),
    "parts": N_("due"),
    "delivered_on": N_("delivered on"),
    "matures_on": N_("matures on"),
    "method": N_("method"),
    "answered_on": N_("answered on"),
    "score": N_("score"),
    "respond_by": N_("answer due"),
    "responded_at": N_("answered at"),
}
_MONEY_FIELDS = ("value", "amount", "cost", "paid")
# What tells nobody anything by its value.
_ONLY_CHANGED = ("client_id", "order_id", "receipt_id", "moved_to", "version", "unplanned")


def figure_kind(kpi: "Kpi", *, part: bool = False) -> Kind:
    """How the figures of a KPI are shown; ``part`` is for its numerator, denominator and what a row counts."""
    if kpi in MONEY_MEASURES or (part and kpi is Ratio.OVERDUE_RATE):
        return "money"
    if kpi in LEVEL_MEASURES and not part:
        return "level"
    return "ratio" if isinstance(kpi, Ratio) and not part else "count"


def figure_json(value: float | None, kind: Kind) -> Any:
    """A figure as scripts read it: money as text."""
    if kind == "level" and value is not None:
        return level(int(value))
    return plain(int(value)) if kind == "money" and value is not None else value


def _state_words(state: str) -> str:
    return _(_STATES[state]) if state in _STATES else label(state, Outcome)


def row_columns(kpi: "Kpi") -> "list[Column[Row]]":
    """The records behind a KPI."""
    counted = figure_kind(kpi, part=True)
    money = counted == "money"
    return [
        Column("day", N_("Day"), lambda row: row.day, "day", word=echo_day),
        Column("kind", N_("Kind"), lambda row: row.kind, word=lambda kind: _(_KINDS[kind])),
        Column("code", N_("Code"), lambda row: row.code),
        Column("number", N_("Number, reference"), lambda row: row.number),
        Column("client", N_("Client"), lambda row: row.client.name),
        # In JSON this one takes the place of the name.
        Column("client", N_("Client"), lambda row: row.client, "data", row_of=CLIENT),
        Column("state", N_("State"), lambda row: row.state, word=_state_words),
        Column("whole", N_("Whole order"), lambda row: row.whole, "money", on_screen=money),
        Column("amount", N_("Amount"), lambda row: row.amount, "money"),
        Column("counts", N_("Counts"), lambda row: row.counts, counted, on_screen=not money or isinstance(kpi, Ratio)),
    ]


def show(why: "Why", form: Form) -> None:
    """Print a figure with all that is behind it; as CSV the records alone."""
    if form == "json":
        print_json(why_json(why))
    elif form == "csv":
        print_csv(why.rows, row_columns(why.kpi))
    else:
        _print(why)


def _print(why: "Why") -> None:
    kpi, figure = why.kpi, why.figure
    part = figure_kind(kpi, part=True)
    value = words(figure.value, figure_kind(kpi)) or _("not known, or undefined")
    pairs = [(_("Measure"), f"{formulas.title(kpi)} {why.period.label}"), (_("Comes to"), value)]
    pairs.append((_("Formula"), formulas.formula(kpi, why.counting)))
    if figure.denominator is not None or isinstance(kpi, Ratio):
        pairs.append((_("Numerator"), words(figure.numerator, part)))
        pairs.append((_("Denominator"), words(figure.denominator, part)))
    print_pairs([(title, text) for title, text in pairs if text])
    if why.rows:
        print_text("")
        print_table(why.rows, _shown_columns(why))
    _print_changes(why)
    say(_n("{count} record.", "{count} records.", len(why.rows)).format(count=f"{len(why.rows):,}"))


def _shown_columns(why: "Why") -> "list[Column[Row]]":
    """The columns that say anything of these rows."""
    columns = [column for column in row_columns(why.kpi) if column.on_screen and column.kind != "data"]
    return [column for column in columns if any(column.value(row) is not None for row in why.rows)]


def _print_changes(why: "Why") -> None:
    if not why.changed_later:
        return
    then = words(why.value_then, figure_kind(why.kpi)) or _("not known, or undefined")
    print_text("")
    print_text(_("Changed after {day}; it was {value} then:").format(day=echo_day(why.period.last), value=then))
    for later in why.changed_later:
        print_text(f"  {_change_words(later)}")


def _change_words(later: "Later") -> str:
    told = _(_WHAT[later.what])
    if later.records > 1:
        told = _n("{count} record added, from {first} on", "{count} records added, from {first} on", later.records)
        told = told.format(count=f"{later.records:,}", first=later.record)
    elif later.altered:
        told = f"{later.record} " + _(", ").join(map(_altered_words, later.altered))
    else:
        told = f"{later.record} {told}"
    moment = later.at.astimezone()
    return _("{day} {time} `sales {command}`: {told}").format(
        day=echo_day(moment.date()), time=f"{moment:%H:%M}", command=later.command, told=told
    )


def _altered_words(altered: "Altered") -> str:
    if altered.of is not None:
        return _share_words(altered)
    name = _(_FIELDS.get(altered.field, altered.field))
    if altered.field in _ONLY_CHANGED:
        return _("{field} changed").format(field=name)
    before, after = (_field_words(altered.field, value) or "–" for value in (altered.before, altered.after))
    return f"{name} {before} → {after}"


def _share_words(altered: "Altered") -> str:
    if altered.before is None:
        told = _("{person} given a share of {after}%")
    elif altered.after is None:
        told = _("share of {person} taken away, {before}%")
    else:
        told = _("share of {person} changed from {before}% to {after}%")
    return told.format(person=altered.of, before=altered.before, after=altered.after)


def _field_words(name: str, value: Any) -> str:
    return words(value, "money" if name in _MONEY_FIELDS else "text")


# --- for scripts ---


def why_json(why: "Why") -> dict[str, Any]:
    """A figure with all that is behind it, as scripts read it."""
    value = partial(figure_json, kind=figure_kind(why.kpi))
    part = partial(figure_json, kind=figure_kind(why.kpi, part=True))
    columns = row_columns(why.kpi)
    return {
        "measure": why.kpi.value,
        "period": why.period.label,
        "begin": why.period.begin,
        "end": why.period.last,
        "value": value(why.figure.value),
        "formula": formulas.formula(why.kpi, why.counting),
        "numerator": part(why.figure.numerator),
        "denominator": part(why.figure.denominator),
        "rows": [as_json(row, columns) for row in why.rows],
        "changed_later": [_change_json(later) for later in why.changed_later],
        "value_then": value(why.value_then),
    }


def _change_json(later: "Later") -> dict[str, Any]:
    return {
        "at": later.at,
        "command": later.command,
        "entity": later.entity,
        "record": later.record,
        "records": later.records,
        "what": later.what,
        "altered": [
            {
                "field": one.field,
                "of": one.of,
                "before": _field_json(one.field, one.before),
                "after": _field_json(one.field, one.after),
            }
            for one in later.altered
        ],
    }


def _field_json(name: str, value: Any) -> Any:
    return plain(value) if name in _MONEY_FIELDS and value is not None else value

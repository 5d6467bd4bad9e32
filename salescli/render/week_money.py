"""The week's deals and money: their columns for the goal sheet and for scripts."""

from typing import TYPE_CHECKING, Any

from salescli.amounts import plain
from salescli.dates import echo_day
from salescli.i18n import N_, _, _n
from salescli.render.clients import CLIENT
from salescli.render.output import Column, as_json, words
from salescli.vocabulary import DealState, QuoteState, label

if TYPE_CHECKING:
    from salescli.services.reporting.week_money import DealLine, DealsOfWeek, DealStep, OrdersOfWeek, OwedLine

_STEPS = {
    "new": N_("new"),
    "moved": N_("moved to {stage}"),
    "reopened": N_("opened again"),
    "issued": N_("new quotation"),
    "revised": N_("quotation revised"),
}


def _is_quotation(line: "DealLine") -> bool:
    return line.name is None


def _name(line: "DealLine") -> str:
    return _("Quotation {code}").format(code=line.code) if line.name is None else line.name


def _stage(line: "DealLine") -> str:
    if _is_quotation(line):
        return label(line.state, QuoteState)
    return (line.stage_name or "") if line.state == DealState.OPEN else label(line.state, DealState)


def step_words(step: "DealStep") -> str:
    """What happened to a deal or a quotation."""
    if step.what in _STEPS:
        return _(_STEPS[step.what]).format(stage=step.stage_name)
    return label(step.what, DealState)


def _changes(line: "DealLine") -> str:
    return _("; ").join(map(step_words, line.steps))


def _next(line: "DealLine") -> str | None:
    if _is_quotation(line) and line.expected_on:
        return _("valid until {day}").format(day=f"{line.expected_on:%Y-%m-%d}")
    if line.next_step and line.next_on:
        return _("{text} ({day})").format(text=line.next_step, day=f"{line.next_on:%m-%d}")
    return line.next_step


DEALS: "list[Column[DealLine]]" = [
    Column("code", N_("Code"), lambda line: line.code),
    Column("client", N_("Client"), lambda line: line.client.name),
    Column("name", N_("Deal"), _name),
    Column("amount", N_("Amount"), lambda line: line.amount, "money"),
    Column("stage", N_("Stage"), _stage),
    Column("probability", N_("Probability"), lambda line: _fraction(line.probability), "ratio"),
    Column("expected_on", N_("Expected on"), lambda line: None if _is_quotation(line) else line.expected_on, "day"),
    Column("change", N_("This week's change"), _changes),
    Column("next_step", N_("Next step"), _next),
]

OWED: "list[Column[OwedLine]]" = [
    Column("client", N_("Client"), lambda line: line.client.name),
    Column("order", N_("Order, contract"), lambda line: _order(line)),
    Column("open", N_("Owed"), lambda line: line.open, "money"),
    Column("due_on", N_("Due on"), lambda line: line.due_on, "day", word=echo_day),
    Column("days_overdue", N_("Days overdue"), lambda line: line.days_overdue or None, "count"),
    Column("received", N_("Received this week"), lambda line: line.received or None, "money"),
    Column("promised_on", N_("Payment promised"), lambda line: line.promised_on, "day", word=echo_day),
    Column("promise", N_("What to do about it"), lambda line: line.promise),
]


def _fraction(probability: int | None) -> float | None:
    return None if probability is None else probability / 100


def _order(line: "OwedLine") -> str:
    if line.received < 0:
        return _("{order} (refund)").format(order=line.number or line.order) if line.order else _("refund")
    if line.order is None:
        return _("not allocated")
    return line.number or line.order


def deals_aside(deals: "DealsOfWeek") -> str:
    """The month's weighted forecast with what is booked or won, against its target."""
    expected = _("{month}: weighted {weighted} + booked or won {won} = {expected}").format(
        month=deals.month,
        weighted=words(deals.weighted, "money"),
        won=words(deals.won, "money"),
        expected=words(deals.expected, "money"),
    )
    if deals.target is None:
        return expected
    target = _("target {target}").format(target=words(deals.target, "money"))
    rate = "" if deals.rate is None else _(" ({rate})").format(rate=words(deals.rate, "ratio"))
    return _("; ").join([expected, target + rate])


def more_deals(count: int) -> str:
    """That open deals are left out."""
    return _n(
        "{count} more open deal without a change this week; `sales deal list` shows it.",
        "{count} more open deals without a change this week; `sales deal list` shows them.",
        count,
    ).format(count=count)


def more_owed(count: int) -> str:
    """That open items are left out."""
    return _n(
        "{count} more item; `sales receipt aging` shows it.",
        "{count} more items; `sales receipt aging` shows them.",
        count,
    ).format(count=count)


# --- for scripts ---


def deals_json(deals: "DealsOfWeek") -> dict[str, Any]:
    """The week's deals and quotations, and the month's forecast, as scripts read them."""
    return {
        "month": deals.month,
        "weighted": plain(deals.weighted),
        "won": plain(deals.won),
        "expected": plain(deals.expected),
        "target": None if deals.target is None else plain(deals.target),
        "rate": deals.rate,
        "more": deals.more,
        "rows": [_deal_json(line) for line in deals.lines],
    }


def _deal_json(line: "DealLine") -> dict[str, Any]:
    return {
        "kind": "quotation" if _is_quotation(line) else "deal",
        "code": line.code,
        "client": as_json(line.client, CLIENT),
        "name": line.name,
        "amount": None if line.amount is None else plain(line.amount),
        "stage": line.stage,
        "stage_name": line.stage_name,
        "state": line.state,
        "probability": _fraction(line.probability),
        "expected_on": line.expected_on,
        "change": [{"what": step.what, "stage": step.stage} for step in line.steps],
        "next_step": line.next_step,
        "next_on": line.next_on,
    }


def orders_json(orders: "OrdersOfWeek") -> dict[str, Any]:
    """What is owed and was paid in the week, as scripts read it."""
    return {
        "sales": plain(orders.sales),
        "owed": plain(orders.owed),
        "received": plain(orders.received),
        "overdue": plain(orders.overdue),
        "more": orders.more,
        "rows": [
            {
                "client": as_json(line.client, CLIENT),
                "order": line.order,
                "number": line.number,
                "open": plain(line.open),
                "due_on": line.due_on,
                "days_overdue": line.days_overdue,
                "received": plain(line.received),
                "promised_on": line.promised_on,
                "promise": line.promise,
            }
            for line in orders.lines
        ],
    }

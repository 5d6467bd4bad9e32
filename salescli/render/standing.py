"""How clients stand: their credit, and their classes with the numbers behind them."""

from typing import TYPE_CHECKING, Any

from salescli.amounts import plain
from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.clients import CLIENT
from salescli.render.output import Column, Form, print_text, say, show_rows, words
from salescli.vocabulary import CreditState, label

if TYPE_CHECKING:
    from salescli.services.cash.credits import CreditView
    from salescli.services.figures.gradings import GradingView, Lapsed, Rule


def _client_words(client: Any) -> str:
    return f"{client.code} {client.name}"


CREDIT: "list[Column[CreditView]]" = [
    Column("client", N_("Client"), lambda credit: _client_words(credit.client)),
    Column("client", N_("Client"), lambda credit: credit.client, "data", row_of=CLIENT),
    Column("grade", N_("Credit grade"), lambda credit: credit.grade),
    Column("limit", N_("Limit"), lambda credit: credit.limit, "money"),
    Column("days", N_("Days to pay"), lambda credit: credit.days, "count"),
    Column("state", N_("State"), lambda credit: credit.state, word=lambda token: label(token, CreditState)),
    Column("exposure", N_("Owed in all"), lambda credit: credit.exposure, "money"),
    Column("headroom", N_("Headroom"), lambda credit: credit.headroom, "money"),
    Column("overdue", N_("Overdue"), lambda credit: credit.overdue, "money"),
    Column("days_overdue", N_("Days overdue"), lambda credit: credit.days_overdue, "count"),
    Column("risk_note", N_("Risk"), lambda credit: credit.risk_note),
    Column("review_on", N_("Review on"), lambda credit: credit.review_on, "day", word=echo_day),
    Column("review_due", N_("Review due"), lambda credit: credit.review_due),
]

_SCORES = ("value_score", "loyalty_score", "potential_score")

GRADINGS: "list[Column[GradingView]]" = [
    Column("client", N_("Client"), lambda found: _client_words(found.client)),
    Column("client", N_("Client"), lambda found: found.client, "data", row_of=CLIENT),
    Column("grade", N_("Class"), lambda found: found.grade),
    Column("worked_out", N_("By the rule"), lambda found: found.worked_out),
    Column("value_score", N_("Value"), lambda found: found.value_score, "count"),
    Column("loyalty_score", N_("Loyalty"), lambda found: found.loyalty_score, "count"),
    Column("potential_score", N_("Potential"), lambda found: found.potential_score, "count"),
    Column("mean", N_("Mean"), lambda found: found.mean, word=lambda mean: f"{mean:.2f}"),
    Column(
        "overridden", N_("By hand"), lambda found: found.overridden, word=lambda by_hand: _("yes") if by_hand else ""
    ),
    Column("expired", N_("Expired"), lambda found: found.expired, word=lambda expired: _("yes") if expired else ""),
    Column("reason", N_("Reason"), lambda found: found.reason, on_screen=False),
    Column("expires_on", N_("Until"), lambda found: found.expires_on, "day", on_screen=False),
    Column(
        "numbers",
        N_("Numbers"),
        lambda found: {
            "value": plain(found.numbers.value),
            "orders": found.numbers.orders,
            "days_since_order": found.numbers.days_since,
            "potential": found.numbers.potential,
        },
        "data",
    ),
]


def show_gradings(views: "list[GradingView]", rule: "Rule", form: Form, *, explain: bool) -> None:
    """Print classes; ``explain`` adds the rule and, for one client, every number on a screen."""
    show_rows(views, GRADINGS, form, empty=_("There is nothing to show."))
    if form != "screen" or not explain:
        return
    for line in rule_words(rule):
        say(line)
    for view in views if len(views) == 1 else ():
        print_text(numbers_words(view))


def say_lapsed(lapsed: "Lapsed") -> None:
    """Tell of a class set by hand that has expired, and the class that took its place."""
    say(
        _("{code} {name}: class {was}, set by hand, stood until {day}; the class is {grade} now.").format(
            code=lapsed.client.code,
            name=lapsed.client.name,
            was=lapsed.was,
            day=lapsed.until.isoformat(),
            grade=lapsed.grade or _("none"),
        )
    )


def rule_words(rule: "Rule") -> list[str]:
    """The rule of the classes in sentences."""
    value, loyalty, potential = rule.weights
    return [
        _("Value is 1 to 5 by what was ordered in twelve months: from {limits} on it is 2, 3, 4, 5.").format(
            limits=_(", ").join(words(limit, "money") for limit in rule.values)
        ),
        _(
            "Loyalty is the mean of how lately ({recency} days since the last order cost a point each) and how often "
            "({orders} orders in twelve months bring one each), rounded up."
        ).format(
            recency=_(", ").join(map(str, rule.recency_days)), orders=_(", ").join(map(str, rule.orders))
        ),
        _("They weigh {value}, {loyalty} and, with the potential typed, {potential}; what is unknown weighs nothing.")
        .format(value=value, loyalty=loyalty, potential=potential),
        _("A mean from {a} on is A, from {b} on B, else C. `sales config list` shows the settings grading.…").format(
            a=f"{float(rule.a_from):g}", b=f"{float(rule.b_from):g}"
        ),
    ]  # fmt: skip


def numbers_words(view: "GradingView") -> str:
    """The numbers behind one client's class, in a line."""
    numbers = view.numbers
    if numbers.days_since is None:
        return _("No order is recorded of {client}.").format(client=view.client.name)
    return _("{client}: {value} in {orders} orders of twelve months, the last {days} days ago.").format(
        client=view.client.name, value=words(numbers.value, "money"), orders=numbers.orders, days=numbers.days_since
    )

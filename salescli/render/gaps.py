"""差额名单: the gap in a few figures, and the list of what can cover it."""

from typing import TYPE_CHECKING, Any

from salescli.dates import echo_day
from salescli.i18n import N_, _, _n
from salescli.render.output import Column, Form, as_json, print_csv, print_json, print_text, say, show_rows
from salescli.render.targets import amount_words, figure, figure_words
from salescli.render.visits import VISITS

if TYPE_CHECKING:
    from salescli.services.figures.gaps import GapItem, GapList
    from salescli.services.visiting.visits import VisitView

_KINDS = {"collection": N_("collect"), "deal": N_("deal"), "rebuy": N_("repeat order")}


def _reason(item: "GapItem") -> str:
    """Why an item stands in the list, in words."""
    if item.kind == "collection":
        if item.days:
            return _n("{days} day overdue", "{days} days overdue", item.days).format(days=item.days)
        return _("due {day}").format(day=echo_day(item.due_on)) if item.due_on else _("due")
    if item.kind == "deal":
        return _n("{stage} for {days} day", "{stage} for {days} days", item.days).format(
            stage=item.stage, days=item.days
        )
    return _n(
        "orders every {rhythm} days, the last {days} day ago",
        "orders every {rhythm} days, the last {days} days ago",
        item.days,
    ).format(rhythm=item.rhythm, days=item.days)


ITEMS: "list[Column[GapItem]]" = [
    Column("chosen", N_("Chosen"), lambda item: item.chosen, word=lambda chosen: "*" if chosen else ""),
    Column("kind", N_("Kind"), lambda item: item.kind, word=lambda kind: _(_KINDS[kind])),
    Column(
        "client",
        N_("Client"),
        lambda item: {"code": item.client.code, "name": item.client.name},
        word=lambda client: str(client["name"]),
    ),
    Column("record", N_("Order or deal"), lambda item: item.record),
    Column("reason", N_("Reason"), _reason),
    Column("amount", N_("Amount"), lambda item: item.amount, "money"),
    Column("probability", N_("Probability"), lambda item: item.probability / 100, "ratio"),
    Column("expected", N_("Expected"), lambda item: item.expected, "money"),
    Column("due_on", N_("Due on"), lambda item: item.due_on, "day", on_screen=False),
    Column("days", N_("Days"), lambda item: item.days, "count", on_screen=False),
    Column("stage", N_("Stage"), lambda item: item.stage, on_screen=False),
    Column("rhythm_days", N_("Rhythm"), lambda item: item.rhythm, "count", on_screen=False),
]


def show(found: "GapList", visits: "list[VisitView]", form: Form, *, limit: int, planned: bool) -> None:
    """Print the gap and its list: a JSON object, CSV of the list, or a heading with a table."""
    items = found.items[:limit] if limit else found.items
    if form == "json":
        print_json(_json(found, list(items), visits))
    elif form == "csv":
        print_csv(items, ITEMS)
    else:
        print_text(heading(found))
        show_rows(items, ITEMS, form, empty=_("Nothing is open that could cover it."))
    say(conclusion(found))
    if planned:
        count = len(visits)
        say(_n("{count} visit was planned.", "{count} visits were planned.", count).format(count=count))


def heading(found: "GapList") -> str:
    """The gap in a line: against the assigned and, after a replan, the rolling target."""
    progress, measure = found.progress, found.progress.measure
    parts = [
        progress.period,
        figure_words(progress.assigned, measure),
        _("reached {amount}").format(amount=amount_words(progress.actual, measure)),
        _("short {amount}").format(amount=amount_words(max(progress.gap, 0), measure)),
    ]
    if found.rolling_gap is not None:
        short = amount_words(max(found.rolling_gap, 0), measure)
        parts.append(_("short of the rolling target {amount}").format(amount=short))
    return "  ".join(parts)


def conclusion(found: "GapList") -> str:
    """Whether what was chosen covers the gap."""
    measure = found.progress.measure
    chosen = sum(item.chosen for item in found.items)
    if found.progress.gap <= 0 and (found.rolling_gap or 0) <= 0:
        return _("Nothing is short.")
    covered = amount_words(found.covered, measure)
    if not found.uncovered:
        return _n(
            "The {count} marked * should bring {covered}, which covers it.",
            "The {count} marked * should bring {covered}, which covers it.",
            chosen,
        ).format(count=chosen, covered=covered)
    return _("All together should bring {covered}; {uncovered} has nothing to come from yet.").format(
        covered=covered, uncovered=amount_words(found.uncovered, measure)
    )


def _json(found: "GapList", items: "list[GapItem]", visits: "list[VisitView]") -> dict[str, Any]:
    progress = found.progress
    figures = {
        "assigned": progress.assigned,
        "rolling": progress.rolling,
        "actual": progress.actual,
        "gap": progress.gap,
        "rolling_gap": found.rolling_gap,
        "covered": found.covered,
        "uncovered": found.uncovered,
    }
    return {
        "period": progress.period,
        "measure": progress.measure,
        **{name: figure(amount, progress.measure) for name, amount in figures.items()},
        "items": [as_json(item, ITEMS) for item in items],
        "visits": [as_json(visit, VISITS) for visit in visits],
    }

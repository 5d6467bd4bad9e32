"""差额名单: the gap in a few figures, and the list of what can cover it."""

from typing import TYPE_CHECKING, Any

from salescli.dates import echo_day
from salescli.formulas import title
from salescli.i18n import N_, _, _n
from salescli.render.clients import CLIENT
from salescli.render.output import Column, Form, as_json, print_csv, print_json, print_text, say, show_rows
from salescli.render.targets import amount_words, figure, figure_words
from salescli.render.visits import VISITS
from salescli.vocabulary import Measure, label

if TYPE_CHECKING:
    from salescli.services.figures.gaps import Gap, GapItem, GapList
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
    Column("client", N_("Client"), lambda item: item.client.name),
    Column("client", N_("Client"), lambda item: item.client, "data", row_of=CLIENT),
    Column("record", N_("Order or deal"), lambda item: item.record),
    Column("reason", N_("Reason"), _reason),
    Column("closes", N_("Closes"), lambda item: item.closes, word=lambda token: label(token, Measure)),
    Column("amount", N_("Amount"), lambda item: item.amount, "money"),
    Column("probability", N_("Probability"), lambda item: item.probability / 100, "ratio"),
    Column("expected", N_("Expected"), lambda item: item.expected, "money"),
    Column("running", N_("Cover so far"), lambda item: item.running, "money"),
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
        for gap in found.gaps:
            print_text(heading(gap))
        show_rows(items, ITEMS, form, empty=_("Nothing is open that could cover it."))
    for gap in found.gaps:
        say(conclusion(found, gap))
    if planned:
        count = len(visits)
        say(_n("{count} visit was planned.", "{count} visits were planned.", count).format(count=count))


def heading(gap: "Gap") -> str:
    """The gap in a line: against the assigned and, after a replan, the rolling target."""
    progress, measure = gap.progress, gap.progress.measure
    parts = [
        progress.period,
        figure_words(progress.assigned, measure),
        _("reached {amount}").format(amount=amount_words(progress.actual, measure)),
        _("short {amount}").format(amount=amount_words(max(progress.gap, 0), measure)),
    ]
    if gap.rolling_gap is not None:
        short = amount_words(max(gap.rolling_gap, 0), measure)
        parts.append(_("short of the rolling target {amount}").format(amount=short))
    return "  ".join(parts)


def conclusion(found: "GapList", gap: "Gap") -> str:
    """Whether what was chosen covers a gap; of two it says which."""
    told = _covered_words(found, gap)
    if len(found.gaps) == 1:
        return told
    return _("{measure}: {figure}").format(measure=title(gap.progress.measure), figure=told)


def _covered_words(found: "GapList", gap: "Gap") -> str:
    measure = gap.progress.measure
    if not gap.short:
        return _("Nothing is short.")
    chosen = sum(item.chosen and item.closes == measure for item in found.items)
    covered = amount_words(gap.covered, measure)
    if not gap.uncovered:
        return _n(
            "The {count} marked * should bring {covered}, which covers it.",
            "The {count} marked * should bring {covered}, which covers it.",
            chosen,
        ).format(count=chosen, covered=covered)
    return _("All together should bring {covered}; {uncovered} has nothing to come from yet.").format(
        covered=covered, uncovered=amount_words(gap.uncovered, measure)
    )


def _json(found: "GapList", items: "list[GapItem]", visits: "list[VisitView]") -> dict[str, Any]:
    asked = found.gaps[0]
    return {
        "period": asked.progress.period,
        **_gap_json(asked),
        "gaps": [_gap_json(gap) for gap in found.gaps],
        "items": [as_json(item, ITEMS) for item in items],
        "visits": [as_json(visit, VISITS) for visit in visits],
    }


def _gap_json(gap: "Gap") -> dict[str, Any]:
    progress = gap.progress
    figures = {
        "assigned": progress.assigned,
        "rolling": progress.rolling,
        "actual": progress.actual,
        "gap": progress.gap,
        "rolling_gap": gap.rolling_gap,
        "covered": gap.covered,
        "uncovered": gap.uncovered,
    }
    return {
        "measure": progress.measure,
        **{name: figure(amount, progress.measure) for name, amount in figures.items()},
    }

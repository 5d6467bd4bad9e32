"""The market: the columns of insights, competitors and market sizes, and the report of a period."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.clients import CLIENT
from salescli.render.output import (
    Column,
    Form,
    as_json,
    cell,
    print_csv,
    print_json,
    print_text,
    show_record,
    show_rows,
)
from salescli.service_words import Aspect, InsightKind, InsightState, Level
from salescli.vocabulary import label

if TYPE_CHECKING:
    from salescli.services.market.competitors import CompetitorView, PointView
    from salescli.services.market.insights import InsightView
    from salescli.services.market.market_reports import CompetitorRow, KindRow, MarketReport
    from salescli.services.market.market_sizes import SizeView


def kind_words(token: str) -> str:
    """The word for a kind of market information."""
    return label(token, InsightKind)


def _unless_normal(token: str) -> str:
    return "" if token == Level.NORMAL else label(token, Level)


def where(insight: "InsightView") -> str | None:
    """The client or the place of an insight, as people read it."""
    return insight.client.name if insight.client else insight.seen_at


INSIGHTS: "list[Column[InsightView]]" = [
    Column("code", N_("Code"), lambda one: one.code),
    Column("seen_on", N_("On"), lambda one: one.seen_on, "day", word=echo_day),
    Column("kind", N_("Kind"), lambda one: one.kind, word=kind_words),
    Column("competitor", N_("Competitor"), lambda one: one.competitor),
    Column("text", N_("What"), lambda one: one.text),
    Column("client", N_("Client"), lambda one: one.client and one.client.name),
    # In JSON this one takes the place of the name.
    Column("client", N_("Client"), lambda one: one.client, "data", row_of=CLIENT),
    Column("seen_at", N_("Place"), lambda one: one.seen_at),
    Column("importance", N_("Importance"), lambda one: one.importance, word=_unless_normal),
    Column("confidence", N_("Confidence"), lambda one: one.confidence, on_screen=False, word=_unless_normal),
    Column("impact", N_("Impact"), lambda one: one.impact, on_screen=False),
    Column("suggestion", N_("Suggestion"), lambda one: one.suggestion, on_screen=False),
    Column("state", N_("State"), lambda one: one.state, word=lambda token: label(token, InsightState)),
    Column("reported_on", N_("Reported on"), lambda one: one.reported_on, "day", on_screen=False, word=echo_day),
    Column("answer", N_("Answer"), lambda one: one.answer),
]


def show_list(insights: "Sequence[InsightView]", form: Form, *, empty: str = "", without: str = "") -> None:
    """Print insights; on a screen without the columns in which none has anything to say, and without one more."""
    columns = [
        replace(column, on_screen=column.on_screen and any(cell(one, column) for one in insights))
        if column.kind != "data"
        else column
        for column in INSIGHTS
        if column.key != without
    ]
    show_rows(insights, columns, form, empty=empty)


# --- competitors ---

COMPETITORS: "list[Column[CompetitorView]]" = [
    Column("name", N_("Competitor"), lambda one: one.name),
    Column("insights", N_("Insights"), lambda one: one.insights, "count"),
    Column("last_seen_on", N_("Last heard of"), lambda one: one.last_seen_on, "day", word=echo_day),
    Column("points", N_("Comparisons"), lambda one: one.points, "count"),
    Column("deals_open", N_("Open deals"), lambda one: one.deals_open, "count"),
    Column("deals_won", N_("Deals won"), lambda one: one.deals_won, "count"),
    Column("deals_lost", N_("Deals lost"), lambda one: one.deals_lost, "count"),
    Column("note", N_("Note"), lambda one: one.note),
]
POINTS: "list[Column[PointView]]" = [
    Column("competitor", N_("Competitor"), lambda point: point.competitor, on_screen=False),
    Column("aspect", N_("Aspect"), lambda point: point.aspect, word=lambda token: label(token, Aspect)),
    Column("product", N_("Product"), lambda point: point.product),
    Column("theirs", N_("Theirs"), lambda point: point.theirs),
    Column("ours", N_("Ours"), lambda point: point.ours),
    Column("seen_on", N_("As of"), lambda point: point.seen_on, "day", word=echo_day),
]


def show_page(
    competitor: "CompetitorView", points: "Sequence[PointView]", heard: "Sequence[InsightView]", form: Form
) -> None:
    """Print the page of a competitor: how it stands against us, and what was heard of it, the latest first."""
    if form == "json":
        print_json(
            as_json(competitor, COMPETITORS)
            | {
                "comparison": [as_json(point, POINTS) for point in points],
                "heard": [as_json(one, INSIGHTS) for one in heard],
            }
        )
        return
    show_record(competitor, COMPETITORS, form)
    print_text("")
    if points:
        show_rows(points, POINTS, form)
    there = {point.aspect for point in points}
    lacking = [label(aspect, Aspect) for aspect in Aspect if aspect.value not in there]
    if lacking:
        print_text(_("Not compared yet: {aspects}.").format(aspects=_(", ").join(lacking)))
    if heard:
        print_text("")
        show_list(heard, form, without="competitor")


# --- market sizes and the report ---

SIZES: "list[Column[SizeView]]" = [
    Column("year", N_("Year"), lambda size: size.year),
    Column("territory", N_("Territory"), lambda size: size.territory),
    Column("amount", N_("Market size"), lambda size: size.amount, "money"),
    Column("growth", N_("Growth"), lambda size: size.growth, "ratio"),
    Column("sales", N_("Own sales"), lambda size: size.sales, "money"),
    Column("share", N_("Market share"), lambda size: size.share, "ratio"),
    Column("basis", N_("Basis"), lambda size: size.basis),
    Column("noted_on", N_("Noted on"), lambda size: size.noted_on, "day", word=echo_day),
]
KINDS: "list[Column[KindRow]]" = [
    Column("kind", N_("Kind"), lambda row: row.kind, word=kind_words),
    Column("count", N_("How many"), lambda row: row.count, "count"),
    Column("before", N_("Period before"), lambda row: row.before, "count"),
    Column("important", N_("Important"), lambda row: row.important, "count"),
    Column("answered", N_("With an answer"), lambda row: row.answered, "count"),
]
HEARD_OF: "list[Column[CompetitorRow]]" = [
    Column("competitor", N_("Competitor"), lambda row: row.competitor),
    Column("count", N_("How many"), lambda row: row.count, "count"),
    Column("before", N_("Period before"), lambda row: row.before, "count"),
    Column("kinds", N_("Kinds"), lambda row: list(row.kinds), word=lambda kinds: kinds_words(kinds)),
    Column("latest", N_("Latest"), lambda row: row.latest),
]


def kinds_words(kinds: Sequence[str]) -> str:
    """Kinds of market information in a row."""
    return _(", ").join(map(kind_words, kinds))


def missing_words(kinds: Sequence[str]) -> str:
    """The reminder of the kinds without an entry."""
    if not kinds:
        return _("Every kind has an entry.")
    return _("No entry yet: {kinds}.").format(kinds=kinds_words(kinds))


def show_report(report: "MarketReport", form: Form) -> None:
    """Print the market report: on a screen its sums, as CSV the insights themselves."""
    if form == "json":
        print_json(report_json(report))
        return
    if form == "csv":
        print_csv(report.insights, INSIGHTS)
        return
    show_rows(report.by_kind, KINDS, form)
    print_text(missing_words(report.missing))
    if report.by_competitor:
        print_text("")
        show_rows(report.by_competitor, HEARD_OF, form)
    if report.sizes:
        print_text("")
        show_rows(report.sizes, SIZES, form)
    if report.insights:
        print_text("")
        show_list(report.insights, form)


def report_json(report: "MarketReport") -> dict[str, Any]:
    """The market report as scripts read it."""
    return {
        "period": report.period.label,
        "begin": report.period.begin,
        "end": report.period.last,
        "count": len(report.insights),
        "by_kind": [as_json(row, KINDS) for row in report.by_kind],
        "by_competitor": [as_json(row, HEARD_OF) for row in report.by_competitor],
        "missing": [kind.value for kind in report.missing],
        "market_sizes": [as_json(size, SIZES) for size in report.sizes],
        "insights": [as_json(one, INSIGHTS) for one in report.insights],
    }

"""Reports: the KPIs, the funnel, coverage by class and rankings, as tables, JSON and CSV."""

from typing import TYPE_CHECKING, Any

from salescli import formulas
from salescli.i18n import N_, _
from salescli.render.output import Column, Form, as_json, cell, print_cells, print_csv, print_json, words
from salescli.render.why import figure_kind

if TYPE_CHECKING:
    from salescli.services.reporting.reports import CoverageRow, FunnelRow, KpiRow, RankingRow


def kpi_columns(row: "KpiRow") -> "list[Column[KpiRow]]":
    """A KPI; what kind its figures are depends on it."""
    kind, part = figure_kind(row.figure.kpi), figure_kind(row.figure.kpi, part=True)
    return [
        Column(
            "measure",
            N_("Measure"),
            lambda row: row.figure.kpi.value,
            word=lambda _token: formulas.title(row.figure.kpi),
        ),
        Column("kind", N_("Kind"), lambda row: row.figure.kind, on_screen=False),
        Column("value", N_("Comes to"), lambda row: row.figure.value, kind),
        Column(
            "numerator",
            N_("Numerator"),
            lambda row: row.figure.numerator,
            part,
            # A sum is its own numerator, which people need not read twice.
            word=lambda numerator: words(numerator, part) if row.figure.denominator is not None else "",
        ),
        Column("denominator", N_("Denominator"), lambda row: row.figure.denominator, part),
        Column("target", N_("Target"), lambda row: row.target, kind),
        Column("rate", N_("Rate"), lambda row: row.rate, "ratio"),
    ]


def show_kpis(rows: "list[KpiRow]", form: Form) -> None:
    """Print the KPIs of a period."""
    if form == "json":
        print_json([as_json(row, kpi_columns(row)) for row in rows])
        return
    if form == "csv":
        print_csv(rows, [_as_text(place) for place in range(len(kpi_columns(rows[0])))])
        return
    columns = [column for column in kpi_columns(rows[0]) if column.on_screen]
    cells = [[cell(row, column) for column in kpi_columns(row) if column.on_screen] for row in rows]
    print_cells([_(column.title) for column in columns], cells, [column.kind != "text" for column in columns])


def _as_text(place: int) -> "Column[KpiRow]":
    """The column at a place of each row, money as the text that JSON has."""
    key = ("measure", "kind", "value", "numerator", "denominator", "target", "rate")[place]

    def value(row: "KpiRow") -> Any:
        return as_json(row, kpi_columns(row))[key]

    return Column(key, key, value)


_STEPS = {
    "visits": N_("Visits"),
    "quotes": N_("Quotations"),
    "orders": N_("Orders"),
    "deals": N_("Deals still open"),
    "won": N_("Deals won"),
    "lost": N_("Deals lost"),
}
FUNNEL: "list[Column[FunnelRow]]" = [
    Column("step", N_("Step"), lambda row: row.step, word=lambda step: _(_STEPS[step])),
    Column("stage", N_("Stage"), lambda row: row.stage, on_screen=False),
    Column("stage_name", N_("Stage"), lambda row: row.stage_name),
    Column("count", N_("How many"), lambda row: row.count, "count"),
    Column("amount", N_("Amount"), lambda row: row.amount, "money"),
    Column("weighted", N_("Weighted"), lambda row: row.weighted, "money"),
    Column("rate", N_("Conversion"), lambda row: row.rate, "ratio"),
]


def _grade_words(grade: str) -> str:
    return _("no class") if grade == "none" else grade


COVERAGE: "list[Column[CoverageRow]]" = [
    Column("grade", N_("Grade"), lambda row: row.grade or "none", word=_grade_words),
    Column("clients", N_("Clients"), lambda row: row.clients, "count"),
    Column("contacted", N_("Contacted"), lambda row: row.contacted, "count"),
    Column("contacted_rate", N_("Contacted (%)"), lambda row: row.contacted_rate, "ratio"),
    Column("on_time", N_("On time"), lambda row: row.on_time, "count"),
    Column("on_time_rate", N_("On time (%)"), lambda row: row.on_time_rate, "ratio"),
    Column("overdue", N_("Overdue"), lambda row: row.overdue, "count"),
]


def ranking_columns(by: str) -> "list[Column[RankingRow]]":
    """A ranking; what a row is of depends on what it is by."""
    titles = {"client": N_("Client"), "product": N_("Product"), "territory": N_("Territory")}
    return [
        Column("rank", N_("Rank"), lambda row: row.rank, "count"),
        Column("code", N_("Code"), lambda row: row.code, on_screen=by == "client"),
        Column("name", titles[by], lambda row: row.name),
        Column("amount", N_("Amount"), lambda row: row.amount, "money"),
        Column("share", N_("Share"), lambda row: row.share, "ratio"),
        Column("cumulative", N_("Cumulative"), lambda row: row.cumulative, "ratio"),
        Column("orders", N_("Orders"), lambda row: row.orders, "count"),
        Column("receipts", N_("Receipts"), lambda row: row.receipts, "money", on_screen=by != "product"),
    ]

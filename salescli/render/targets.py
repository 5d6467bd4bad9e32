"""Targets: the columns of their lists and of their years, quarters, months, weeks and days."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from salescli.amounts import grouped, plain
from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.output import Column, Form, Kind, as_json, cell, print_cells, print_csv, print_json, print_text
from salescli.vocabulary import MONEY_MEASURES, Measure, Tier, label

if TYPE_CHECKING:
    from salescli.services.target_tables import TargetRow, TargetTable, TargetView
    from salescli.services.targets import Progress


def figure_words(amount: int, measure: Measure) -> str:
    """An amount with what it counts: ``销售额 12,000,000.00``, ``拜访 40``."""
    return f"{label(measure, Measure)} {grouped(amount) if measure in MONEY_MEASURES else f'{amount:,}'}"


def _figure(amount: int | None, measure: Measure) -> str | int | None:
    return plain(amount) if amount is not None and measure in MONEY_MEASURES else amount


def _grouped(figure: str | int) -> str:
    return f"{Decimal(figure):,}"


def _provisional(provisional: bool) -> str:
    return _("provisional") if provisional else ""


def _measure(token: str) -> str:
    return label(token, Measure)


def _tier(token: str) -> str:
    return label(token, Tier)


# One list holds targets of different measures, so figures are brought into their form here.
TARGETS: "list[Column[TargetView]]" = [
    Column("period", N_("Period"), lambda target: target.period),
    Column("begin", N_("First day"), lambda target: target.begin, "day", on_screen=False, word=echo_day),
    Column("end", N_("Last day"), lambda target: target.end, "day", on_screen=False, word=echo_day),
    Column("measure", N_("Measure"), lambda target: target.measure, word=_measure),
    Column("tier", N_("Tier"), lambda target: target.tier, word=_tier),
    Column("scope", N_("Scope"), lambda target: target.scope, on_screen=False),
    Column("assigned", N_("Target"), lambda target: _figure(target.assigned, target.measure), "count", word=_grouped),
    Column(
        "rolling",
        N_("Rolling target"),
        lambda target: _figure(target.rolling, target.measure),
        "count",
        on_screen=False,
        word=_grouped,
    ),
    Column(
        "unrecoverable",
        N_("Not recoverable"),
        lambda target: _figure(target.unrecoverable, target.measure),
        "count",
        on_screen=False,
        word=_grouped,
    ),
    Column("provisional", N_("Calendar"), lambda target: target.provisional, word=_provisional),
    Column("version", N_("Version"), lambda target: target.version, "count"),
    Column("split", N_("Split"), lambda target: target.split),
]


def row_columns(measure: Measure) -> "list[Column[TargetRow]]":
    """The columns of a target's parts, its figures as money or as counts."""
    kind: Kind = "money" if measure in MONEY_MEASURES else "count"
    return [
        Column("period", N_("Period"), lambda row: row.period, word=_period_words),
        Column("begin", N_("First day"), lambda row: row.begin, "day", word=echo_day),
        Column("end", N_("Last day"), lambda row: row.end, "day", word=echo_day),
        Column("working_days", N_("Working days"), lambda row: row.working_days, "count"),
        Column("amount", N_("Target"), lambda row: row.amount, kind),
        Column("held", N_("Held"), lambda row: row.held, word=lambda held: _("held") if held else ""),
        Column("rolling", N_("Rolling target"), lambda row: row.rolling, kind),
        Column("actual", N_("Actual"), lambda row: row.actual, kind),
        Column("rate", N_("Rate"), lambda row: row.rate, "ratio"),
        Column("gap", N_("Gap"), lambda row: row.gap, kind),
    ]


def _period_words(name: str) -> str:
    """A day with its weekday; every other period by its name."""
    return echo_day(date.fromisoformat(name)) if len(name) == len("2026-11-22") else name


def show(table: "TargetTable", form: Form) -> None:
    """Print a target's parts: a JSON object, CSV of the rows, or a table with its heading and its total."""
    columns = row_columns(table.measure)
    if form == "json":
        print_json(table_json(table))
    elif form == "csv":
        print_csv(table.rows, columns)
    else:
        print_text(heading(table))
        shown = [column for column in columns if _says_something(column, table)]
        total = ["" if column.key in ("begin", "end", "held") else cell(table.total, column) for column in shown]
        cells = [[cell(row, column) for column in shown] for row in table.rows]
        print_cells(
            [_(column.title) for column in shown],
            [*cells, [_("Total"), *total[1:]]],
            right=[column.kind in ("money", "count", "ratio") for column in shown],
        )


def heading(table: "TargetTable") -> str:
    """What a table is of, in one line."""
    words = [
        table.period,
        _("(part of {period})").format(period=table.part_of) if table.part_of else "",
        label(table.tier, Tier),
        figure_words(table.assigned, table.measure),
        _("(provisional: the official days off are not all known)") if table.provisional else "",
    ]
    return "  ".join(filter(None, words))


def table_json(table: "TargetTable") -> dict[str, Any]:
    """A target with its rows, as JSON carries it."""
    columns = row_columns(table.measure)
    return as_json(table, TARGETS) | {
        "by": table.by,
        "part_of": table.part_of,
        "rows": [as_json(row, columns) for row in table.rows],
        "sum": _figure(table.sum, table.measure),
    }


def _says_something(column: "Column[TargetRow]", table: "TargetTable") -> bool:
    if column.key in ("begin", "end"):
        return table.by == "week"
    return any(cell(row, column) for row in table.rows)


def progress_columns(measure: Measure) -> "list[Column[Progress]]":
    """What a progress says, its figures as money or as counts."""
    kind: Kind = "money" if measure in MONEY_MEASURES else "count"
    return [
        Column("period", N_("Period"), lambda found: found.period, word=_period_words),
        Column("measure", N_("Measure"), lambda found: found.measure, word=_measure),
        Column("tier", N_("Tier"), lambda found: found.tier, word=_tier),
        Column("assigned", N_("Target"), lambda found: found.assigned, kind),
        Column("actual", N_("Actual"), lambda found: found.actual, kind),
        Column("rate", N_("Rate"), lambda found: found.rate, "ratio"),
        Column("time_rate", N_("Time gone (working days)"), lambda found: found.time_rate, "ratio"),
        Column("gap", N_("Gap"), lambda found: found.gap, kind),
        Column("gap_points", N_("Ahead or behind"), lambda found: found.gap_points, "ratio", word=_points_words),
        Column("working_days", N_("Working days"), lambda found: found.working_days, "count"),
        Column("working_days_left", N_("Working days left"), lambda found: found.working_days_left, "count"),
        Column("needed_per_day", N_("Needed per day"), lambda found: found.needed_per_day, kind),
        Column("provisional", N_("Calendar"), lambda found: found.provisional, word=_provisional),
    ]


def _points_words(points: float) -> str:
    return _("{points} points").format(points=f"{points:+.1f}")

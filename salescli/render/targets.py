"""Targets: the columns of their lists and of their years, quarters, months, weeks and days."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from salescli.amounts import grouped, plain
from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.output import (
    Column,
    Form,
    Kind,
    as_json,
    cell,
    print_cells,
    print_csv,
    print_json,
    print_text,
    say,
    show_record,
    show_rows,
    words,
)
from salescli.vocabulary import LEVEL_MEASURES, MONEY_MEASURES, Measure, Tier, label, scope_words

if TYPE_CHECKING:
    from salescli.services.goals.target_progress import Progress, TierProgress
    from salescli.services.goals.target_tables import TargetRow, TargetTable, TargetView


def figure_words(amount: int, measure: Measure) -> str:
    """An amount with what it counts: ``销售额 12,000,000.00``, ``拜访 40``."""
    return f"{label(measure, Measure)} {amount_words(amount, measure)}"


def amount_words(amount: int, measure: Measure) -> str:
    """An amount as people read it: ``12,000,000.00``, ``40``, ``4.6``."""
    return grouped(amount) if measure in MONEY_MEASURES else f"{_number(amount, measure):,}"


def _number(amount: int, measure: Measure) -> int | float:
    """A count, or a level out of its hundredths."""
    if measure not in LEVEL_MEASURES:
        return amount
    return amount // 100 if amount % 100 == 0 else amount / 100


def figure(amount: int | None, measure: Measure) -> str | int | float | None:
    """An amount as JSON carries it."""
    if amount is None:
        return None
    return plain(amount) if measure in MONEY_MEASURES else _number(amount, measure)


def _grouped(figure: str | float) -> str:
    return f"{Decimal(str(figure)):,}"


def _provisional(provisional: bool) -> str:
    return _("provisional") if provisional else ""


def _measure(token: str) -> str:
    return label(token, Measure)


def _tier(token: str) -> str:
    return label(token, Tier)


HORIZONS = {"month": N_("month"), "quarter": N_("quarter"), "year": N_("year")}


def _replan_figure(key: str, title: str) -> "Column[TargetView]":
    return Column(
        key,
        title,
        lambda target: figure(getattr(target, key), target.measure),
        "count",
        on_screen=False,
        word=_grouped,
    )


# One list holds targets of different measures, so figures are brought into their form here.
TARGETS: "list[Column[TargetView]]" = [
    Column("period", N_("Period"), lambda target: target.period),
    Column("begin", N_("First day"), lambda target: target.begin, "day", on_screen=False, word=echo_day),
    Column("end", N_("Last day"), lambda target: target.end, "day", on_screen=False, word=echo_day),
    Column("measure", N_("Measure"), lambda target: target.measure, word=_measure),
    Column("tier", N_("Tier"), lambda target: target.tier, word=_tier),
    Column("scope", N_("Scope"), lambda target: target.scope, word=scope_words),
    Column("assigned", N_("Target"), lambda target: figure(target.assigned, target.measure), "count", word=_grouped),
    Column(
        "rolling", N_("Rolling target"), lambda target: figure(target.rolling, target.measure), "count", word=_grouped
    ),
    _replan_figure("unrecoverable", N_("Not recoverable")),
    _replan_figure("surplus", N_("Surplus")),
    _replan_figure("actual", N_("Reached by then")),
    Column("as_of", N_("Replanned as of"), lambda target: target.as_of, "day", on_screen=False, word=echo_day),
    Column("cap", N_("Cap"), lambda target: target.cap, on_screen=False),
    Column("over", N_("Horizon"), lambda target: target.over, on_screen=False, word=lambda over: _(HORIZONS[over])),
    Column("cap_binds", N_("Cap binds"), lambda target: target.cap_binds, on_screen=False),
    _replan_figure("done", N_("Typed as reached")),
    Column("provisional", N_("Calendar"), lambda target: target.provisional, word=_provisional),
    Column("version", N_("Version"), lambda target: target.version, "count"),
    Column("split", N_("Split"), lambda target: target.split),
]


def row_columns(measure: Measure) -> "list[Column[TargetRow]]":
    """The columns of a target's parts, its figures as money, counts or levels."""
    return [
        Column("period", N_("Period"), lambda row: row.period, word=_period_words),
        Column("begin", N_("First day"), lambda row: row.begin, "day", word=echo_day),
        Column("end", N_("Last day"), lambda row: row.end, "day", word=echo_day),
        Column("working_days", N_("Working days"), lambda row: row.working_days, "count"),
        amount_column("floor", N_("Floor"), measure),
        amount_column("amount", N_("Target"), measure),
        Column("held", N_("Held"), lambda row: row.held, word=lambda held: _("held") if held else ""),
        amount_column("target", N_("Middle tier"), measure),
        amount_column("stretch", N_("Stretch"), measure),
        amount_column("rolling", N_("Rolling target"), measure, blank_zero=True),
        amount_column("actual", N_("Actual"), measure),
        Column(
            "typed",
            N_("Typed"),
            lambda row: None if row.typed is None else figure(row.typed, measure),
            word=lambda _typed: _("typed"),
        ),
        Column("rate", N_("Rate"), lambda row: row.rate, "ratio"),
        amount_column("gap", N_("Gap"), measure),
    ]


def amount_column(key: str, title: str, measure: Measure, *, blank_zero: bool = False) -> Column[Any]:
    """A column of amounts of a measure; ``blank_zero`` leaves an amount of 0 out on a screen."""
    kind: Kind = "money" if measure in MONEY_MEASURES else "count"

    def read(row: Any) -> Any:
        value = getattr(row, key)
        return figure(value, measure) if measure in LEVEL_MEASURES else value

    def word(value: Any) -> str:
        return "" if blank_zero and not value else words(value, kind)

    return Column(key, title, read, kind, word=word)


def _period_words(name: str) -> str:
    """A day with its weekday; every other period by its name."""
    return echo_day(date.fromisoformat(name)) if len(name) == len("2026-11-22") else name


def show(table: "TargetTable", form: Form, **more: Any) -> None:
    """Print a target's parts: a JSON object with ``more`` in it, CSV of the rows, or a table with its total."""
    columns = row_columns(table.measure)
    if form == "json":
        print_json(table_json(table) | more)
    elif form == "csv":
        print_csv(table.rows, columns)
    else:
        print_text(heading(table))
        shown = [column for column in columns if _says_something(column, table)]
        total = ["" if column.key in ("begin", "end", "held") else cell(table.total, column) for column in shown]
        cells = [[cell(row, column) for column in shown] for row in table.rows]
        print_cells(
            [_amount_title(table) if column.key == "amount" else _(column.title) for column in shown],
            [*cells, [_("Total"), *total[1:]]],
            right=[column.kind in ("money", "count", "ratio") for column in shown],
        )


def _amount_title(table: "TargetTable") -> str:
    """What the amounts are called: by their tier beside those of others."""
    return _("Target") if table.tier is Tier.TARGET else label(table.tier, Tier)


def heading(table: "TargetTable") -> str:
    """What a table is of, in one line."""
    words = [
        table.period,
        _("(part of {period})").format(period=table.part_of) if table.part_of else "",
        label(table.tier, Tier),
        scope_words(table.scope or ""),
        figure_words(table.assigned, table.measure),
        _("(typed as reached: {amount})").format(amount=amount_words(table.done, table.measure)) if table.done else "",
        _provisional_words(table),
    ]
    return "  ".join(filter(None, words))


def _provisional_words(table: "TargetTable") -> str:
    if table.outdated:
        return _("(split before the official days off were known: `{command}`)").format(command=table.again)
    return _("(provisional: the official days off are not all known)") if table.provisional else ""


def table_json(table: "TargetTable") -> dict[str, Any]:
    """A target with its rows, as JSON carries it."""
    columns = row_columns(table.measure)
    return as_json(table, TARGETS) | {
        "by": table.by,
        "outdated": table.outdated,
        "part_of": table.part_of,
        "rows": [as_json(row, columns) for row in table.rows],
        "sum": figure(table.sum, table.measure),
    }


def _says_something(column: "Column[TargetRow]", table: "TargetTable") -> bool:
    if column.key in ("begin", "end"):
        return table.by == "week"
    if column.key == table.tier:
        return False  # the amount itself
    if column.key in ("actual", "rate", "gap") and not table.total.actual:
        return False  # nothing is reached yet: the plan alone is shown
    return any(cell(row, column) for row in table.rows)


def progress_columns(measure: Measure) -> "list[Column[Progress]]":
    """What a progress says, its figures as money, counts or levels."""
    return [
        Column("period", N_("Period"), lambda found: found.period, word=_period_words),
        Column("measure", N_("Measure"), lambda found: found.measure, word=_measure),
        Column("tier", N_("Tier"), lambda found: found.tier, word=_tier),
        Column("scope", N_("Scope"), lambda found: found.scope, word=scope_words),
        amount_column("assigned", N_("Target"), measure),
        amount_column("rolling", N_("Rolling target"), measure),
        _measured(amount_column("actual", N_("Actual"), measure)),
        Column(
            "typed",
            N_("of it typed"),
            lambda found: figure(found.typed, measure),
            word=lambda typed: "" if not Decimal(typed) else _grouped(typed),
        ),
        Column("rate", N_("Rate"), lambda found: found.rate, "ratio"),
        Column("time_rate", N_("Time gone (working days)"), lambda found: found.time_rate, "ratio"),
        _measured(amount_column("gap", N_("Gap"), measure)),
        Column("gap_points", N_("Ahead or behind"), lambda found: found.gap_points, "ratio", word=_points_words),
        Column("working_days", N_("Working days"), lambda found: found.working_days, "count"),
        Column("working_days_left", N_("Working days left"), lambda found: found.working_days_left, "count"),
        amount_column("needed_per_day", N_("Needed per day"), measure),
        Column("provisional", N_("Calendar"), lambda found: found.provisional, word=_provisional),
        Column(
            "tiers",
            N_("Other tiers"),
            lambda found: [as_json(tier, tier_columns(measure)) for tier in found.tiers],
            "data",
        ),
    ]


def _measured(column: "Column[Progress]") -> "Column[Progress]":
    """A column that is empty for a level that was not measured yet."""

    def read(found: "Progress") -> Any:
        return column.value(found) if found.recorded or found.measure not in LEVEL_MEASURES else None

    return replace(column, value=read)


def tier_columns(measure: Measure) -> "list[Column[TierProgress]]":
    """Another tier beside a progress."""
    return [
        Column("tier", N_("Tier"), lambda found: found.tier, word=_tier),
        amount_column("assigned", N_("Target"), measure),
        Column("rate", N_("Rate"), lambda found: found.rate, "ratio"),
        amount_column("gap", N_("Gap"), measure),
        amount_column("needed_per_day", N_("Needed per day"), measure),
    ]


def show_progress(found: "Progress", form: Form) -> None:
    """Print a progress, on a screen with its other tiers in a table below."""
    show_record(found, progress_columns(found.measure), form)
    if not found.recorded:
        say(_("Nothing is recorded of {measure} yet.").format(measure=label(found.measure, Measure)))
    if form == "screen" and found.tiers:
        print_text("")
        show_rows(found.tiers, tier_columns(found.measure), form)


def _points_words(points: float) -> str:
    return _("{points} points").format(points=f"{points:+.1f}")

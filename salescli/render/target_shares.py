"""The shares of a target: a name, its weight, its part."""

from typing import TYPE_CHECKING, Any

from salescli.i18n import N_, _
from salescli.render.output import Column, Form, as_json, cell, print_cells, print_csv, print_json, print_text
from salescli.render.targets import amount_column, figure, figure_words
from salescli.vocabulary import Measure, Scope, Tier, label

if TYPE_CHECKING:
    from salescli.services.goals.target_shares import ShareRow, Shares


def columns(measure: Measure) -> "list[Column[ShareRow]]":
    """The columns of shares, their amounts as money or as counts."""
    return [
        Column("scope", N_("Scope"), lambda row: row.scope, on_screen=False),
        Column("name", N_("Part"), lambda row: row.scope.partition(":")[2]),
        Column("weight", N_("Weight"), lambda row: _number(row.weight), word=str),
        amount_column("amount", N_("Target"), measure),
    ]


def _number(weight: Any) -> int | float:
    """A weight as JSON carries it."""
    return int(weight) if weight.denominator == 1 else float(weight)


def show(shares: "Shares", form: Form) -> None:
    """Print shares: a JSON object, CSV of the rows, or a table with its heading and its total."""
    shown = columns(shares.measure)
    if form == "json":
        print_json(
            {
                "period": shares.period,
                "measure": shares.measure,
                "tier": shares.tier,
                "by": shares.by,
                "assigned": figure(shares.assigned, shares.measure),
                "provisional": shares.provisional,
                "rows": [as_json(row, shown) for row in shares.rows],
                "sum": figure(shares.sum, shares.measure),
            }
        )
        return
    if form == "csv":
        print_csv(shares.rows, shown)
        return
    print_text("  ".join([shares.period, label(shares.tier, Tier), figure_words(shares.assigned, shares.measure)]))
    total = figure_words(shares.sum, shares.measure).split()[-1]
    print_cells(
        [label(shares.by, Scope), *(_(column.title) for column in shown[2:])],
        [*([cell(row, column) for column in shown[1:]] for row in shares.rows), [_("Total"), "", total]],
        right=[False, True, True],
    )

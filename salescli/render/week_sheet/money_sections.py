"""Sections 3 and 4 of the goal sheet: deals and quotations, orders and receipts."""

from decimal import Decimal
from typing import TYPE_CHECKING

from salescli.i18n import _
from salescli.render.sheets.layout import Cell, Line
from salescli.render.sheets.tables import Place, cells_of, head_of, rows_of
from salescli.render.week_money import DEALS, OWED, deals_aside, more_deals, more_owed
from salescli.render.week_sheet.blocks import bar, empty, gap, note, whole

if TYPE_CHECKING:
    from salescli.services.reporting.week_money import DealsOfWeek, OrdersOfWeek


_DEALS = [
    Place("client", "A:B"),
    Place("name", "C:D"),
    Place("amount", "E:F"),
    Place("stage", "G"),
    Place("probability", "H"),
    Place("expected_on", "I"),
    Place("change", "J:K"),
    Place("next_step", "L:N"),
]
_OWED = [
    Place("client", "A:B"),
    Place("order", "C:D"),
    Place("open", "E:F"),
    Place("due_on", "G"),
    Place("days_overdue", "H", tag="days_overdue"),
    Place("received", "I"),
    Place("promised_on", "J:K", "date"),
    Place("promise", "L:N"),
]


def deals_of(deals: "DealsOfWeek") -> list[Line]:
    """Section 3: deals with their steps, quotations, and the month's forecast."""
    title = _("3. Deals and quotations")
    if not deals.lines:
        return [empty(title)]
    head = head_of(DEALS, _DEALS)
    rows = [row for line in deals.lines for row in whole(cells_of(line, DEALS, _DEALS), head)]
    notes = [note(more_deals(deals.more))] if deals.more else []
    return [gap(), bar(title, deals_aside(deals)), head, *rows, *notes]


def orders_of(orders: "OrdersOfWeek") -> list[Line]:
    """Section 4: what was sold, owed and paid."""
    title = _("4. Orders and receipts")
    if orders.nothing:
        return [empty(title)]
    head = head_of(OWED, _OWED)
    table = [head, *rows_of(orders.lines, lambda _line: OWED, _OWED, head)] if orders.lines else []
    notes = [note(more_owed(orders.more))] if orders.more else []
    return [gap(), bar(title), *_sums(orders), *table, *notes]


def _sums(orders: "OrdersOfWeek") -> list[Line]:
    """What the week sold and received, and what is owed, in big figures under their names."""
    sums = [
        (_("Sales this week"), orders.sales, "A:D"),
        (_("Receivable in all"), orders.owed, "E:G"),
        (_("Received this week"), orders.received, "H:I"),
        (_("Overdue"), orders.overdue, "J:N"),
    ]
    return [
        Line(tuple(Cell(name, "label", span) for name, _minor, span in sums), keep=True),
        Line(
            tuple(Cell(Decimal(minor) / 100, "figure_money", span) for _name, minor, span in sums),
            height=26,
            keep=bool(orders.lines),
        ),
    ]

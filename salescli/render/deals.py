"""Deals: the columns of their lists, the board, the history and the forecast."""

import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from salescli.amounts import grouped, short
from salescli.dates import echo_day
from salescli.i18n import N_, _, language
from salescli.render.clients import CLIENT
from salescli.render.output import (
    Column,
    Form,
    as_json,
    cell,
    print_cells,
    print_csv,
    print_json,
    print_text,
    show_record,
    show_rows,
)
from salescli.vocabulary import DealState, label

if TYPE_CHECKING:
    from salescli.services.selling.deal_tables import BoardColumn, DealView, Forecast, MoveView
    from salescli.services.selling.forecasts import ForecastRow, Outlook
    from salescli.services.selling.stages import Stage


def _percent(number: int) -> str:
    return f"{number}%"


def _state(token: str) -> str:
    return label(token, DealState)


DEALS: "list[Column[DealView]]" = [
    Column("code", N_("Code"), lambda deal: deal.code),
    Column("client", N_("Client"), lambda deal: deal.client.name),
    # In JSON this one takes the place of the name.
    Column("client", N_("Client"), lambda deal: deal.client, "data", row_of=CLIENT),
    Column("name", N_("Deal"), lambda deal: deal.name),
    Column("amount", N_("Amount"), lambda deal: deal.amount, "money"),
    Column("currency", N_("Currency"), lambda deal: deal.currency, on_screen=False, word=lambda _currency: ""),
    Column("stage", N_("Stage"), lambda deal: deal.stage),
    Column("state", N_("State"), lambda deal: deal.state, on_screen=False, word=_state),
    Column("probability", N_("Probability"), lambda deal: deal.probability, "count", word=_percent),
    Column("weighted", N_("Weighted"), lambda deal: deal.weighted, "money"),
    Column("opened_on", N_("Opened on"), lambda deal: deal.opened_on, "day", on_screen=False, word=echo_day),
    Column("moved_on", N_("In the stage since"), lambda deal: deal.moved_on, "day", on_screen=False, word=echo_day),
    Column("days_in_stage", N_("Days in stage"), lambda deal: deal.days_in_stage, "count"),
    Column("stale", N_("Stale"), lambda deal: deal.stale, word=lambda stale: _("stale") if stale else ""),
    Column("expected_on", N_("Expected on"), lambda deal: deal.expected_on, "day", word=echo_day),
    Column(
        "overdue", N_("Past its day"), lambda deal: deal.overdue, word=lambda past: _("past its day") if past else ""
    ),
    Column("closed_on", N_("Closed on"), lambda deal: deal.closed_on, "day", on_screen=False, word=echo_day),
    Column("competitor", N_("Competitor"), lambda deal: deal.competitor, on_screen=False),
    Column("next_step", N_("Next step"), lambda deal: deal.next_step),
    Column("next_on", N_("Next on"), lambda deal: deal.next_on, "day", word=echo_day),
    Column("reason", N_("Reason"), lambda deal: deal.reason, on_screen=False),
    Column("note", N_("Note"), lambda deal: deal.note, on_screen=False),
]


# Columns of a list that stand on a screen where any of its deals has something to say in them.
_WHERE_SAID = ("days_in_stage", "stale", "expected_on", "overdue", "next_step", "next_on", "reason")


def deal_columns(deals: "Iterable[DealView]") -> "list[Column[DealView]]":
    """The columns for these deals: their stages by name, their states where not all are open, none that is empty."""
    deals = list(deals)
    names = {deal.stage: deal.stage_name for deal in deals}
    own: dict[str, dict[str, Any]] = {
        "stage": {"word": lambda code: names[code]},
        "state": {"on_screen": any(deal.state != DealState.OPEN for deal in deals)},
    }
    for column in DEALS:
        if column.key in _WHERE_SAID:
            own[column.key] = {"on_screen": any(cell(deal, column) for deal in deals)}
    return [replace(column, **own.get(column.key, {})) for column in DEALS]


def show(deal: "DealView", form: Form) -> None:
    """Print one deal."""
    show_record(deal, deal_columns([deal]), form)


def show_list(deals: "Sequence[DealView]", form: Form, *, empty: str) -> None:
    """Print deals as a table; ``empty`` is said where there are none."""
    show_rows(deals, deal_columns(deals), form, empty=empty)


# --- history ---


def move_columns(moves: "Iterable[MoveView]") -> "list[Column[MoveView]]":
    """The columns of a deal's steps, the stages by name."""
    names = {move.stage: move.stage_name for move in moves}
    return [
        Column("at", N_("Moment"), lambda move: move.at, word=lambda at: f"{at:%Y-%m-%d %H:%M}"),
        Column("on", N_("On"), lambda move: move.on, "day", on_screen=False),
        Column("from_stage", N_("From stage"), lambda move: move.from_stage, on_screen=False),
        Column("stage", N_("Stage"), lambda move: move.stage, word=lambda code: names[code]),
        Column("from_state", N_("From state"), lambda move: move.from_state, on_screen=False),
        Column("state", N_("State"), lambda move: move.state, word=_state),
        Column("probability", N_("Probability"), lambda move: move.probability, "count", word=_percent),
        Column("amount", N_("Amount"), lambda move: move.amount, "money"),
        Column("days", N_("Days in it"), lambda move: move.days, "count"),
        Column("reason", N_("Reason"), lambda move: move.reason),
    ]


def show_with_history(deal: "DealView", moves: "Sequence[MoveView]", form: Form) -> None:
    """Print one deal and the way it went."""
    if form == "json":
        steps = [as_json(move, move_columns(moves)) for move in moves]
        print_json(as_json(deal, DEALS) | {"history": steps})
        return
    show(deal, form)
    print_text("")
    show_rows(moves, move_columns(moves), form)


# --- the board ---

BOARD: "list[Column[BoardColumn]]" = [
    Column("stage", N_("Stage"), lambda column: column.stage),
    Column("probability", N_("Probability"), lambda column: column.probability, "count"),
    Column("count", N_("Number of deals"), lambda column: len(column.deals), "count"),
    Column("amount", N_("Amount"), lambda column: column.amount, "money"),
    Column("weighted", N_("Weighted"), lambda column: column.weighted, "money"),
    Column("deals", N_("Deal"), lambda column: [as_json(deal, DEALS) for deal in column.deals], "data"),
]


def show_board(board: "Sequence[BoardColumn]", form: Form) -> None:
    """Print the board: a column a stage where the terminal is wide enough, else a stage below the other."""
    if form == "json":
        print_json([as_json(column, BOARD) for column in board])
    elif form == "csv":
        print_csv(board, BOARD)
    else:
        _print_board(board)


def _print_board(board: "Sequence[BoardColumn]") -> None:
    total = [
        str(sum(len(column.deals) for column in board)),
        grouped(sum(column.amount for column in board)),
        grouped(sum(column.weighted for column in board)),
    ]
    columns = [[_heading(column), *_sums(column), *_cards(column)] for column in board]
    columns = [["", _("Number of deals"), _("Amount"), _("Weighted")], *columns, [_("Total"), *total]]
    height = max(map(len, columns))
    lines = list(zip(*([*column, *[""] * (height - len(column))] for column in columns), strict=True))
    width = sum(max(map(cell_len, column)) for column in columns) + 2 * (len(columns) - 1)
    if sys.stdout.isatty() and width > shutil.get_terminal_size().columns:
        _print_stages(board, total)
    else:
        print_cells(lines[0], lines[1:], right=[False] * len(columns))


def _heading(column: "BoardColumn") -> str:
    return column.name if column.probability is None else f"{column.name} {column.probability}%"


def _sums(column: "BoardColumn") -> list[str]:
    return [str(len(column.deals)), grouped(column.amount), grouped(column.weighted)]


def _cards(column: "BoardColumn") -> list[str]:
    """A deal in two lines: its code and client, its name and amount; a sign marks what is stale."""
    lines = []
    for deal in column.deals:
        lines += ["", f"{deal.code} {deal.client.name}", f"{deal.name} {_worth(deal)}".rstrip()]
    return lines


def _worth(deal: "DealView") -> str:
    parts = ["" if deal.amount is None else short(deal.amount), _("stale") if deal.stale else ""]
    parts.append(_("past its day") if deal.overdue else "")
    return " ".join(filter(None, parts))


def _print_stages(board: "Sequence[BoardColumn]", total: Sequence[str]) -> None:
    heading = [_("Stage"), _("Number of deals"), _("Amount"), _("Weighted")]
    sums = [[_heading(column), *_sums(column)] for column in board]
    print_cells(heading, [*sums, [_("Total"), *total]], right=[False, True, True, True])
    for column in board:
        if column.deals:
            print_text("")
            print_text(_heading(column))
            for deal in column.deals:
                print_text(f"  {deal.code} {deal.client.name}  {deal.name}  {_worth(deal)}".rstrip())


# --- the forecast ---

FORECAST: "list[Column[ForecastRow]]" = [
    Column("period", N_("Period"), lambda row: row.period),
    Column("begin", N_("First day"), lambda row: row.begin, "day", on_screen=False),
    Column("end", N_("Last day"), lambda row: row.end, "day", on_screen=False),
    Column("deals", N_("Open deals"), lambda row: row.found.deals, "count"),
    Column("amount", N_("Amount"), lambda row: row.found.amount, "money"),
    Column("weighted", N_("Weighted"), lambda row: row.found.weighted, "money"),
    Column("overdue", N_("Past their day"), lambda row: row.overdue.deals, "count", on_screen=False),
    Column("overdue_amount", N_("Amount past its day"), lambda row: row.overdue.amount, "money", on_screen=False),
    Column("won_deals", N_("Won deals"), lambda row: row.found.won_deals, "count"),
    Column("won", N_("Booked or won"), lambda row: row.found.won, "money"),
    Column("expected", N_("Weighted and won"), lambda row: row.found.expected, "money"),
    Column("target", N_("Target"), lambda row: row.target, "money"),
    Column("rate", N_("Rate"), lambda row: row.rate, "ratio"),
    Column("gap", N_("Gap"), lambda row: row.gap, "money"),
]
_SUMS: "list[Column[Forecast]]" = [
    Column("deals", N_("Open deals"), lambda found: found.deals, "count"),
    Column("amount", N_("Amount"), lambda found: found.amount, "money"),
    Column("weighted", N_("Weighted"), lambda found: found.weighted, "money"),
]


def show_forecast(outlook: "Outlook", form: Form) -> None:
    """Print the forecast: JSON of the total with its rows, CSV of the rows, or a table that ends in the total."""
    if form == "json":
        print_json(forecast_json(outlook))
    elif form == "csv":
        print_csv(outlook.rows, FORECAST)
    else:
        said = ("overdue", "overdue_amount") if outlook.total.overdue.deals else ()
        columns = [column for column in FORECAST if column.on_screen or column.key in said]
        rows = [[cell(row, column) for column in columns] for row in outlook.rows]
        if len(rows) > 1:
            rows.append([_("Total"), *(cell(outlook.total, column) for column in columns[1:])])
        print_cells([_(column.title) for column in columns], rows, right=[column.kind != "text" for column in columns])


def forecast_json(outlook: "Outlook") -> dict[str, Any]:
    """A forecast as JSON carries it."""
    return as_json(outlook.total, FORECAST) | {
        "rows": [as_json(row, FORECAST) for row in outlook.rows],
        "undated": as_json(outlook.undated, _SUMS),
        "late": as_json(outlook.late, _SUMS),
    }


# --- the stages ---


def stage_columns() -> "list[Column[Stage]]":
    """The columns of the stages, their names in the language in force."""
    chinese = language() == "zh"
    return [
        Column("code", N_("Code"), lambda stage: stage.code),
        Column("name_zh", N_("Stage"), lambda stage: stage.chinese, on_screen=chinese),
        Column("name_en", N_("Stage"), lambda stage: stage.english, on_screen=not chinese),
        Column("probability", N_("Probability"), lambda stage: stage.probability, "count", word=_percent),
        Column("most_days", N_("Stale after days"), lambda stage: stage.most_days, "count"),
    ]

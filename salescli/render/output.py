"""The one way out: rows and records on stdout in the form asked for, talk on stderr.

A kind of row has one list of :class:`Column`; terminal, plain text, JSON, CSV and workbook read it, so they
cannot disagree.
"""

import csv
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import partial
from itertools import islice
from typing import Any, Generic, Literal, TypeVar

from rich.cells import cell_len

from salescli.amounts import grouped, plain
from salescli.i18n import _
from salescli.json_text import json_for, json_form, json_texts_for
from salescli.safe_text import csv_cell, shown, shown_in_csv, shown_in_line

Form = Literal["screen", "json", "csv"]
Kind = Literal["text", "day", "time", "money", "count", "ratio", "level", "data"]
Row = TypeVar("Row")
Done = TypeVar("Done")

# A Rich table costs about 0.7 ms a row: longer lists are printed as plain aligned text.
_MOST_TABLE_ROWS = 200
_SET_OUT = 1_000
# Long lists are worked out a column at a time, so many rows after one another: all 20,000 at once take a third longer,
# as they leave the processor's cache, and more memory.
ROWS_AT_ONCE = 1_000
# Values of one of these types that are equal have the same text; 1 and 1.0 and True don't.
_SAME_WHEN_EQUAL = ({str}, {date}, {time}, {bool}, {int})
_JSON_AT_ONCE = {str, bool, int, float}
_RIGHT = ("money", "count", "ratio", "level")
_SIGNS = re.compile(r"[!-~]+")
_LONGEST_WHOLE = 16
_LEAST_FOR_WORDS = 8


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column of a kind of row.

    ``key`` names it in JSON and CSV; ``title`` is its heading in English, translated when shown. ``value`` reads it:
    a day, time, text, count, minor units for ``money``, hundredths for ``level``, a fraction of 1 for ``ratio``;
    ``data`` is nested and for JSON alone: what JSON holds as it is, or a row of the columns ``row_of``, or rows of the
    columns ``rows_of``. ``on_screen`` columns stand in lists on a terminal; ``word`` turns a token into a word there.
    """

    key: str
    title: str
    value: Callable[[Row], Any]
    kind: Kind = "text"
    on_screen: bool = True
    word: Callable[[Any], str] | None = None
    row_of: "Sequence[Column[Any]] | None" = None
    rows_of: "Sequence[Column[Any]] | None" = None


def form(*, as_json: bool = False, as_csv: bool = False) -> Form:
    """The form asked for on the command line."""
    return "json" if as_json else "csv" if as_csv else "screen"


def show_rows(rows: Sequence[Row], columns: Sequence[Column[Row]], form: Form, *, empty: str = "") -> None:
    """Print a list: a bare JSON array, CSV, or a table; ``empty`` is said on stderr when there is none."""
    if form == "json" and len(rows) > _SET_OUT:
        _print_json_lines(rows, columns)
    elif form == "json":
        print_json([as_json(row, columns) for row in rows])
    elif form == "csv":
        print_csv(rows, columns)
    elif rows:
        print_table(rows, [column for column in columns if column.on_screen and column.kind != "data"])
    elif empty:
        say(empty)


def show_record(row: Row, columns: Sequence[Column[Row]], form: Form) -> None:
    """Print one record: a JSON object, a CSV of one row, or a line a field that has something to say."""
    if form == "json":
        print_json(as_json(row, columns))
    elif form == "csv":
        print_csv([row], columns)
    else:
        said = [column for column in columns if column.kind != "data" and column.value(row) is not False]
        print_pairs([(_(column.title), cell(row, column)) for column in said if cell(row, column)])


def as_json(row: Row, columns: Sequence[Column[Row]]) -> dict[str, Any]:
    """``row`` as a JSON object: money as text with two decimals, everything else as it is."""
    return {column.key: _json_value(column.value(row), column) for column in columns}


def _json_value(value: Any, column: Column[Any]) -> Any:
    if value is None:
        return None
    if column.row_of is not None:
        return as_json(value, column.row_of)
    if column.rows_of is not None:
        return [as_json(row, column.rows_of) for row in value]
    if column.kind == "level":
        return level(value)
    return plain(value) if column.kind == "money" else value


def level(hundredths: int) -> int | float:
    """A level out of its hundredths, as JSON carries it: 85, 86.67."""
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def cell(row: Row, column: Column[Row]) -> str:
    """What a person reads in one cell."""
    return _worded(column.value(row), column)


def _worded(value: Any, column: Column[Any]) -> str:
    if value is None:
        return ""
    return words(value, column.kind) if column.word is None else column.word(value)


def words(value: Any, kind: Kind = "text") -> str:
    """A value of a kind as a person reads it."""
    if value is None:
        return ""
    if kind == "money":
        return grouped(value)
    if kind == "ratio":
        return f"{value:.1%}"
    if kind == "level":
        return str(level(value))
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if kind == "count":
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return _(", ").join(str(part) for part in value)
    return str(value)


def each_once(values: Sequence[Any], work: Callable[[Any], Done]) -> list[Done]:
    """What ``work`` makes of each value, asked once for equal ones: many columns of a long list hold few of them."""
    kinds = set(map(type, values)) - {type(None)}
    if not kinds:
        return [work(None)] * len(values) if values else []
    if kinds not in _SAME_WHEN_EQUAL:
        return list(map(work, values))
    done = {value: work(value) for value in set(values)}
    return [done[value] for value in values]


def print_json(value: Any) -> None:
    """Print ``value`` as JSON: set out to be read, a long list with a record a line."""
    if isinstance(value, list) and len(value) > _SET_OUT:
        # Only without indents does Python use its fast encoder, and nobody reads that many records.
        print_text("[\n" + ",\n".join(json_for(sys.stdout, record) for record in value) + "\n]", raw=True)
    else:
        print_text(json_for(sys.stdout, value, indent=2), raw=True)


def _print_json_lines(rows: Sequence[Row], columns: Sequence[Column[Row]]) -> None:
    """Print what :func:`print_json` prints of a long list."""
    before = "[\n"
    for some in _some_at_once(rows):
        sys.stdout.write(before + ",\n".join(_json_lines(some, columns)))
        before = ",\n"
    print_text("\n]", raw=True)


def _some_at_once(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[begin : begin + ROWS_AT_ONCE] for begin in range(0, len(rows), ROWS_AT_ONCE))


def _json_lines(rows: Sequence[Row], columns: Sequence[Column[Row]]) -> list[str]:
    """Each row as a JSON object in a line."""
    named = {column.key: column for column in columns}
    keys = (json_for(sys.stdout, key).replace("%", "%%") for key in named)
    line = "{" + ", ".join(f"{key}: %s" for key in keys) + "}"
    texts = [_json_column(list(map(column.value, rows)), column) for column in named.values()]
    return [line % cells for cells in zip(*texts, strict=True)]


def _json_column(values: list[Any], column: Column[Any]) -> list[str]:
    if column.row_of is not None and None not in values:
        return _json_lines(values, column.row_of)
    if column.rows_of is not None and None not in values:
        return _json_lists(_json_lines([row for rows in values for row in rows], column.rows_of), values)
    if column.kind in ("money", "level", "data"):
        values = [_json_value(value, column) for value in values]
    return _json_texts(values)


def _json_texts(values: list[Any]) -> list[str]:
    """Each value as JSON; dumping them one by one would take ten times as long."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds in ({date}, {time}):
        return json_texts_for(sys.stdout, each_once(values, lambda day: day if day is None else json_form(day)))
    if kinds and kinds <= _JSON_AT_ONCE:
        return json_texts_for(sys.stdout, values)
    if kinds and kinds <= {list, tuple} and None not in values:
        return _json_lists(_json_texts([part for parts in values for part in parts]), values)
    return each_once(values, partial(json_for, sys.stdout))


def _json_lists(texts: list[str], values: list[Any]) -> list[str]:
    """JSON lists of ``texts``, each as long as the value whose parts they are."""
    left = iter(texts)
    return [f"[{', '.join(islice(left, len(value)))}]" for value in values]


def print_csv(rows: Iterable[Row], columns: Sequence[Column[Row]]) -> None:
    """Print rows as CSV with the keys as header; a text that a spreadsheet would run is prefixed."""
    columns = [column for column in columns if column.kind != "data"]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(column.key for column in columns)
    for some in _some_at_once(list(rows)):
        writer.writerows(zip(*(_csv_column(some, column) for column in columns), strict=True))


def _csv_column(rows: Sequence[Row], column: Column[Row]) -> list[str]:
    return each_once(list(map(column.value, rows)), partial(_csv_text, column=column))


def _csv_text(value: Any, column: Column[Any]) -> str:
    if isinstance(value, str):
        return shown_in_csv(csv_cell(value))
    value = _json_value(value, column)
    if value is None:
        return ""
    if isinstance(value, list):
        return shown_in_csv(csv_cell(";".join(value)))
    if isinstance(value, str):  # money
        return value
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return json_form(value)


def print_table(rows: Sequence[Row], columns: Sequence[Column[Row]]) -> None:
    """Print rows with a heading: a table on a terminal, aligned plain text without truncation elsewhere."""
    heading = [_(column.title) for column in columns]
    cells = [_cells(rows, column) for column in columns]
    print_cells(heading, list(zip(*cells, strict=True)), right=[column.kind in _RIGHT for column in columns])


def _cells(rows: Sequence[Row], column: Column[Row]) -> list[str]:
    return each_once(list(map(column.value, rows)), partial(_worded, column=column))


def print_cells(heading: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    """Print cells under a heading; ``right`` says which columns hold numbers."""
    if sys.stdout.isatty() and len(cells) <= _MOST_TABLE_ROWS:
        _print_rich_table(heading, cells, right)
        return
    aligned = map(_aligned, zip(heading, *cells, strict=True), right)
    print_text("\n".join("  ".join(line).rstrip() for line in zip(*aligned, strict=True)), raw=True)


def _aligned(texts: Sequence[str], right: bool) -> list[str]:
    """Texts below each other, filled up with blanks to one width."""
    lines = each_once(texts, shown_in_line)
    widths = {line: len(line) if line.isascii() else cell_len(line) for line in set(lines)}
    width = max(widths.values())
    filled = {line: _filled(line, width - taken, right) for line, taken in widths.items()}
    return [filled[line] for line in lines]


def _filled(text: str, blanks: int, right: bool) -> str:
    return " " * blanks + text if right else text + " " * blanks


def _print_rich_table(heading: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    # Rich's tables are for terminals alone, and half of its import time.
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, markup=False, emoji=False, highlight=False)
    texts = [[shown(text) for text in line] for line in cells]
    widths = _fitting_widths([heading, *texts], console.width - 2 * (len(heading) - 1))
    if widths is None:
        _print_blocks(heading, cells)
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for title, numbers, width in zip(heading, right, widths, strict=True):
        table.add_column(title, justify="right" if numbers else "left", overflow="fold", width=width)
    for line in texts:
        table.add_row(*map(Text, line))
    console.print(table)


def _fitting_widths(lines: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """The columns' widths within ``room``: the widest gives way first, down to its heading and its longest number.

    ``None`` when that is not enough: such a table would be a heap of broken words.
    """
    columns = list(zip(*lines, strict=True))
    widths = [max(cell_len(part) for text in column for part in text.split("\n")) for column in columns]
    whole = [
        max(
            [
                1,
                *map(cell_len, column[0].split()),
                *(min(len(word), _LONGEST_WHOLE) for text in column[1:] for word in _SIGNS.findall(text)),
            ]
        )
        for column in columns
    ]
    if sum(widths) > room and sum(whole) + _LEAST_FOR_WORDS > room:
        return None
    while sum(widths) > room:
        place = max(range(len(widths)), key=lambda place: (widths[place] > whole[place], widths[place]))
        widths[place] -= 1
    return widths


def _print_blocks(heading: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Print every row as a record of its own, for a terminal too narrow for the table."""
    for number, line in enumerate(cells):
        if number:
            print_text("")
        print_pairs([(title, text) for title, text in zip(heading, line, strict=True) if text])


def print_pairs(pairs: Sequence[tuple[str, str]]) -> None:
    """Print titles and texts, a line a pair, the texts aligned; further lines of a text stand below its first."""
    width = max((cell_len(title) for title, _text in pairs), default=0)
    for title, text in pairs:
        lines = shown(text).split("\n")
        print_text(f"{_filled(title, width - cell_len(title), right=False)}  {lines[0]}", raw=True)
        for line in lines[1:]:
            print_text(" " * (width + 2) + line, raw=True)


def print_text(text: str, *, raw: bool = False) -> None:
    """Print ``text`` on stdout; ``raw`` text is already safe to show."""
    sys.stdout.write((text if raw else shown(text)) + "\n")


def say(text: str) -> None:
    """Say something to the person, on stderr."""
    sys.stderr.write(shown(text) + "\n")

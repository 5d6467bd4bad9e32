"""The one way out: table, CSV and JSON from one list of columns, and nothing that is shown can harm."""

import csv
import io
import json
import os
import re
import sys
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.json_text import json_for
from salescli.render import output
from salescli.render.output import Column, Form, as_json, show_record, show_rows

HOSTILE = [
    "[red]x[/red]",
    "[/]",
    ":smile:",
    "\x1b[31mred",
    "\x9b31m",
    "\u202eabc\u202c",
    "=1+1",
    "a\x00b",
    "＝1",
    "\r=1",
]


@dataclass
class Deal:
    """A made-up kind of row with a column of every kind."""

    name: str | None = "蓝海"
    day: date | None = date(2026, 11, 25)
    at: time | None = time(9, 5)
    amount: int | None = 35_000_000
    count: int | None = 3
    rate: float | None = 0.75
    tags: list[str] = field(default_factory=lambda: ["甲", "乙"])
    won: bool | None = True
    token: str | None = "quote"


COLUMNS: list[Column[Deal]] = [
    Column("name", "Client", lambda deal: deal.name),
    Column("day", "Date", lambda deal: deal.day, "day"),
    Column("at", "Time", lambda deal: deal.at, "time"),
    Column("amount", "Amount", lambda deal: deal.amount, "money"),
    Column("count", "Orders", lambda deal: deal.count, "count"),
    Column("rate", "Rate", lambda deal: deal.rate, "ratio"),
    Column("tags", "Tags", lambda deal: deal.tags),
    Column("won", "Won", lambda deal: deal.won, on_screen=False),
    Column("token", "Outcome", lambda deal: deal.token, word={"quote": "asked for a quotation"}.get),  # type: ignore[arg-type]
    Column("parts", "Parts", lambda deal: [{"name": deal.name}], "data"),
]

Captured = pytest.CaptureFixture[str]


def lines_of(capsys: Captured) -> list[str]:
    return capsys.readouterr().out.splitlines()


def width(text: str) -> int:
    """Terminal columns, by Unicode's own table and not by the library under test."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def test_json_has_every_column_with_its_value(capsys: Captured) -> None:
    show_rows([Deal()], COLUMNS, "json")
    assert json.loads(capsys.readouterr().out) == [
        {
            "name": "蓝海",
            "day": "2026-11-25",
            "at": "09:05",
            "amount": "350000.00",
            "count": 3,
            "rate": 0.75,
            "tags": ["甲", "乙"],
            "won": True,
            "token": "quote",
            "parts": [{"name": "蓝海"}],
        }
    ]


def test_a_long_list_is_json_with_a_record_a_line(capsys: Captured) -> None:
    show_rows([Deal()], COLUMNS, "json")
    (one,) = json.loads(capsys.readouterr().out)
    show_rows([Deal()] * 1_001, COLUMNS, "json")
    printed = capsys.readouterr().out
    assert json.loads(printed) == [one] * 1_001
    assert len(printed.splitlines()) == 1_001 + 2


def test_a_long_list_is_whole_and_in_its_order_in_every_form(capsys: Captured) -> None:
    deals = [Deal(str(number)) for number in range(2 * output.ROWS_AT_ONCE + 1)]
    names = [deal.name for deal in deals]
    show_rows(deals, COLUMNS[:2], "json")
    assert [told["name"] for told in json.loads(capsys.readouterr().out)] == names
    forms: tuple[Form, ...] = ("csv", "screen")
    for form in forms:
        show_rows(deals, COLUMNS[:2], form)
        assert [re.split("[ ,]", line)[0] for line in lines_of(capsys)[1:]] == names


ANY_VALUE = st.one_of(
    st.none(), st.booleans(), st.sampled_from([0, 1, 0.0, -0.0, 1.0, Decimal("1.0"), Decimal("1.00")]),
    st.text("ab", max_size=1), st.dates(max_value=date(1, 1, 3)), st.times(), st.lists(st.booleans(), max_size=1),
    st.sampled_from([datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8))), datetime(2026, 1, 1, tzinfo=UTC)]),
)  # fmt: skip


@given(st.one_of(*(st.lists(kind) for kind in (ANY_VALUE, st.booleans() | st.none(), st.sampled_from([0.0, -0.0])))))
def test_what_is_worked_out_once_for_equal_values_is_what_each_would_get(values: list[object]) -> None:
    assert output.each_once(values, repr) == list(map(repr, values))


def test_equal_values_of_a_column_are_worked_out_once() -> None:
    asked: list[object] = []
    output.each_once(["甲", None, "乙", "甲", None], asked.append)
    assert sorted(map(str, asked)) == ["None", "乙", "甲"]


def test_csv_has_the_same_values_without_what_is_nested(capsys: Captured) -> None:
    show_rows([Deal(), Deal(None, None, None, None, None, None, [], None, None)], COLUMNS, "csv")
    assert lines_of(capsys) == [
        "name,day,at,amount,count,rate,tags,won,token",
        "蓝海,2026-11-25,09:05,350000.00,3,0.75,甲;乙,true,quote",
        ",,,,,,,,",
    ]


def test_a_table_has_the_columns_for_a_screen_in_words(capsys: Captured) -> None:
    show_rows([Deal()], COLUMNS, "screen")
    heading, line = lines_of(capsys)
    assert heading.split() == ["Client", "Date", "Time", "Amount", "Orders", "Rate", "Tags", "Outcome"]
    assert re.split(r"\s{2,}", line) == [
        "蓝海", "2026-11-25", "09:05", "350,000.00", "3", "75.0%", "甲, 乙", "asked for a quotation",
    ]  # fmt: skip


TEXTS = st.none() | st.text(alphabet="甲乙ab ,;\"'=-1[]\n", max_size=6)
DEALS = st.builds(
    Deal,
    name=TEXTS,
    day=st.none() | st.dates(),
    at=st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    amount=st.none() | st.integers(0, 10**17),
    count=st.none() | st.integers(0, 10**6),
    rate=st.none() | st.floats(0, 10),
    tags=st.lists(st.text(alphabet="甲ab=", min_size=1, max_size=3), max_size=2),
    won=st.none() | st.booleans(),
)


@given(st.lists(DEALS, max_size=4))
def test_table_csv_and_json_agree(deals: list[Deal]) -> None:
    told: dict[Form, str] = {}
    forms: tuple[Form, ...] = ("json", "csv")
    for form in forms:
        told[form] = caught(lambda form=form: show_rows(deals, COLUMNS, form))  # type: ignore[misc]
    objects = json.loads(told["json"])
    read = list(csv.DictReader(io.StringIO(told["csv"], newline="")))
    assert len(objects) == len(read) == len(deals)
    for told_in_json, told_in_csv, deal in zip(objects, read, deals, strict=True):
        assert list(told_in_csv) == [key for key in told_in_json if key != "parts"]
        for column in COLUMNS[:-1]:
            value, text = told_in_json[column.key], told_in_csv[column.key]
            written = ";".join(value) if isinstance(value, list) else "" if value is None else value
            written = str(written).lower() if isinstance(written, bool) else str(written)
            assert text in (written, f"'{written}")
            assert (output.cell(deal, column) == "") == (value in (None, "", []))


NESTED: list[Column[list[Deal]]] = [
    Column("100%", "Share", lambda deals: len(deals), "count"),
    Column("first", "First", lambda deals: deals[0].name if deals else None),
    # In JSON this one takes the place of the name.
    Column("first", "First", lambda deals: deals[0] if deals else None, "data", row_of=COLUMNS),
    Column("last", "Last", lambda deals: (deals or [Deal()])[-1], "data", row_of=COLUMNS),
    Column("deals", "Deals", lambda deals: deals, "data", rows_of=COLUMNS),
    Column("level", "Level", lambda deals: 8_500 + len(deals), "level"),
]


@settings(max_examples=50)
@given(st.lists(st.lists(DEALS, max_size=2), max_size=4), st.sampled_from(["utf-8", "gbk"]))
def test_a_long_list_is_the_json_of_its_records_one_after_the_other(rows: list[list[Deal]], encoding: str) -> None:
    raw = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding))
        patch.setattr(output, "_SET_OUT", 0)
        patch.setattr(output, "ROWS_AT_ONCE", 2)
        slow = [json_for(sys.stdout, as_json(row, NESTED)) for row in rows]
        show_rows(rows, NESTED, "json")
        sys.stdout.flush()
        told = raw.getvalue().decode(encoding)
    assert told == ("[\n" + ",\n".join(slow) + "\n]\n" if rows else "[]\n").replace("\n", os.linesep)


def caught(work: Callable[[], None]) -> str:
    before, sys.stdout = sys.stdout, io.StringIO()
    try:
        work()
        return sys.stdout.getvalue()
    finally:
        sys.stdout = before


def test_an_empty_list_is_said_on_stderr_and_stdout_keeps_its_form(capsys: Captured) -> None:
    show_rows([], COLUMNS, "screen", empty="No deal.")
    assert capsys.readouterr() == ("", "No deal.\n")
    show_rows([], COLUMNS, "json", empty="No deal.")
    assert capsys.readouterr() == ("[]\n", "")
    show_rows([], COLUMNS, "csv", empty="No deal.")
    assert capsys.readouterr() == ("name,day,at,amount,count,rate,tags,won,token\n", "")


def test_a_record_is_a_line_for_each_field_that_has_something_to_say(capsys: Captured) -> None:
    show_record(Deal("甲\n乙", None, None, 0, 0, 0.0, [], False, None), COLUMNS, "screen")
    assert lines_of(capsys) == ["Client  甲", "        乙", "Amount  0.00", "Orders  0", "Rate    0.0%"]
    show_record(Deal(), COLUMNS, "json")
    assert json.loads(capsys.readouterr().out)["name"] == "蓝海"


def test_moments_are_the_same_local_ones_in_csv_and_json(capsys: Captured) -> None:
    moment = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    columns: list[Column[datetime]] = [Column("at", "At", lambda at: at)]
    show_rows([moment], columns, "json")
    (told,) = json.loads(capsys.readouterr().out)
    show_rows([moment], columns, "csv")
    assert lines_of(capsys) == ["at", told["at"]]


def test_columns_line_up_by_the_width_of_chinese(capsys: Captured) -> None:
    deals = [Deal(name, amount=amount) for name, amount in [("甲", 1), ("ABC 机电", 123_456_789), ("a", 10**15)]]
    show_rows(deals, COLUMNS[:4], "screen")
    lines = lines_of(capsys)
    starts = {width(line[: line.index("2026")]) for line in lines[1:]}
    assert starts == {width("ABC 机电") + 2}
    assert len({width(line) for line in lines}) == 1  # numbers end in one column


def test_a_pipe_gets_whole_texts_without_colour_or_box(capsys: Captured) -> None:
    name = "很长的名字" * 100
    show_rows([Deal(name)], COLUMNS, "screen")
    told = capsys.readouterr().out
    assert name in told
    assert not re.search("[\x1b─━│┃╭]", told)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_shown_in_a_table_and_not_carried_out(text: str, capsys: Captured) -> None:
    show_rows([Deal(text)], COLUMNS[:1], "screen")
    show_record(Deal(text), COLUMNS[:1], "screen")
    output.say(text)
    told, said = capsys.readouterr()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", told + said)
    plain = "".join(char for char in text if char.isprintable())
    for char in plain:
        assert char in told
        assert char in said
    assert "😄" not in told


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_escaped_in_json_and_mean_the_same(text: str, capsys: Captured) -> None:
    show_record(Deal(text), COLUMNS, "json")
    told = capsys.readouterr().out
    assert json.loads(told)["name"] == text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", told)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_in_csv_neither_run_nor_steer(text: str, capsys: Captured) -> None:
    show_rows([Deal(text)], COLUMNS[:1], "csv")
    told = capsys.readouterr().out
    ((_key,), (cell,)) = csv.reader(io.StringIO(told, newline=""))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", told)


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp1252"])
def test_a_stream_that_is_not_utf8_gets_escaped_json_and_legible_text(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding, errors="replace"))
    show_record(Deal("蓝海😀𠮷"), COLUMNS, "json")
    sys.stdout.flush()
    assert json.loads(raw.getvalue().decode(encoding))["name"] == "蓝海😀𠮷"
    assert raw.getvalue().isascii()
    show_rows([Deal("蓝海😀")], COLUMNS, "screen")
    sys.stdout.flush()
    assert ("蓝海?" if encoding == "gbk" else "???") in raw.getvalue().decode(encoding)


def on_terminal(work: Callable[[], None]) -> str:
    """What ``work`` prints on a real pseudo-terminal as stdout."""
    ours, theirs = os.openpty()
    printed = bytearray()
    reader = threading.Thread(target=_drain, args=(ours, printed))
    reader.start()
    before = sys.stdout
    try:
        with open(theirs, "w", encoding="utf-8", newline="\n") as sys.stdout:  # noqa: PTH123
            work()
    finally:
        sys.stdout = before
        reader.join()
        os.close(ours)
    return printed.decode().replace("\r\n", "\n")


def _drain(ours: int, printed: bytearray) -> None:
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            return
        if not part:
            return
        printed += part


needs_terminals = pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")


@pytest.fixture
def columns_60(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm-256color")


@needs_terminals
@pytest.mark.usefixtures("columns_60")
def test_a_terminal_gets_a_table_with_a_rule_that_fits_its_width() -> None:
    told = on_terminal(lambda: show_rows([Deal("蓝海机电" * 10), Deal("甲")], COLUMNS[:3], "screen"))
    lines = re.sub(r"\x1b\[[\d;]*m", "", told).splitlines()
    assert all(width(line) <= 60 for line in lines)
    assert sum(line.count("电") for line in lines) == 10  # folded, not cut
    assert any("──" in line for line in lines)
    assert len({width(line[: line.index("2026")]) for line in lines if "2026" in line}) == 1


@needs_terminals
@pytest.mark.usefixtures("columns_60")
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_harmless_in_a_terminal_s_table(text: str) -> None:
    told = on_terminal(lambda: show_rows([Deal(text)], COLUMNS[:1], "screen"))
    told = re.sub(r"\x1b\[(0|1|22)m", "", told)  # bold, of the heading
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", told)
    assert all(char in told for char in text if char.isprintable())


@needs_terminals
@pytest.mark.usefixtures("columns_60")
@pytest.mark.parametrize(("rows", "is_table"), [(200, True), (201, False)])
def test_a_long_list_is_plain_text_even_on_a_terminal(rows: int, is_table: bool) -> None:
    told = on_terminal(lambda: show_rows([Deal()] * rows, COLUMNS[:2], "screen"))
    assert ("──" in told) is is_table
    assert told.count("蓝海") == rows


@needs_terminals
@pytest.mark.parametrize("form", ["json", "csv"])
def test_json_and_csv_are_the_same_on_a_terminal(form: Form, capsys: Captured) -> None:
    told = on_terminal(lambda: show_rows([Deal()], COLUMNS, form))
    show_rows([Deal()], COLUMNS, form)
    assert told == capsys.readouterr().out


@needs_terminals
@pytest.mark.usefixtures("columns_60")
def test_texts_are_folded_before_a_number_is_broken() -> None:
    cells = [["C0001", "杭州蓝海机电有限公司" * 3, "张工 工程师 13800000000", "2026-11-25"]]
    told = on_terminal(lambda: output.print_cells(["Code", "Client", "Contact", "Due"], cells, [False] * 4))
    assert "13800000000" in told
    assert "2026-11-25" in told
    assert told.count("电") == 3


@needs_terminals
@pytest.mark.usefixtures("columns_60")
def test_a_terminal_too_narrow_for_a_table_gets_a_record_for_each_row() -> None:
    heading = [f"Title{number}" for number in range(10)]
    cells = [["蓝海", *["2026-11-25"] * 8, ""], ["甲", *[""] * 9]]
    told = on_terminal(lambda: output.print_cells(heading, cells, [False] * 10))
    records = told.strip("\n").split("\n\n")
    assert records[0].splitlines() == ["Title0  蓝海", *(f"Title{number}  2026-11-25" for number in range(1, 9))]
    assert records[1:] == ["Title0  甲"]


@needs_terminals
@pytest.mark.usefixtures("columns_60")
def test_a_table_that_fits_stays_a_table_however_many_its_columns() -> None:
    told = on_terminal(lambda: output.print_cells([str(number) for number in range(17)], [["1"] * 17], [True] * 17))
    assert "──" in told

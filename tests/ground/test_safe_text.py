"""The sanitiser: nothing shown can steer a terminal, nothing in CSV runs, and JSON means what it meant."""

import csv
import io
import json
import sys
import unicodedata
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salescli.json_text import dump_json, json_for, json_texts_for, load_json
from salescli.safe_text import csv_cell, json_escaped, shown, shown_in_csv, shown_in_line
from salescli.tabular.delimited import GUARDED

ANY = st.text(alphabet=st.characters(codec=None, exclude_categories=[]))


def _steers(char: str) -> bool:
    """Controls, and the format characters that turn or hide text; joiners and tags of emoji steer nothing."""
    if char == "\n":
        return False
    harmless = "\u00ad\u200b\u200c\u200d"
    bidi = unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    mark = char in "\u200e\u200f\u061c\u2028\u2029\ufeff"
    return unicodedata.category(char) in ("Cc", "Cs") or ((bidi or mark) and char not in harmless)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("杭州 蓝海", "杭州 蓝海"),
        ("a\nb", "a\nb"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\\x0db"),
        ("a\tb", "a    b"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("\x07\x08\x7f", "\\x07\\x08\\x7f"),
        ("\x00", "\\x00"),
        ("\u202eabc", "\\u202eabc"),
        ("\u2066a\u2069", "\\u2066a\\u2069"),
        ("\ufeffa\u2028b", "\\ufeffa\\u2028b"),
        ("\udcff", "\\udcff"),
        ("[red]:smile:[/]", "[red]:smile:[/]"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("שלום", "שלום"),
    ],
)
def test_what_would_steer_a_terminal_is_written_out(text: str, safe: str) -> None:
    assert shown(text) == safe


@given(ANY)
def test_nothing_shown_steers(text: str) -> None:
    assert not any(map(_steers, shown(text)))
    assert not any(map(_steers, shown_in_csv(text).replace("\t", "")))
    assert "\n" not in shown_in_line(text)


def test_one_line_stays_one_line() -> None:
    assert shown_in_line("a\r\nb\nc\td") == "a b c d"


def test_csv_keeps_tabs_and_line_feeds() -> None:
    assert shown_in_csv("a\tb\nc\x1b") == "a\tb\nc\\x1b"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'="])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert csv_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["", "1+1", "a=b", "'quoted'", "杭州", " =1"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert csv_cell(text) == text


@given(st.text(alphabet="='+-@\t＝a甲 "))
def test_the_import_takes_the_apostrophe_off_again(text: str) -> None:
    written = csv_cell(text)
    assert (written[1:] if GUARDED.match(written) else written) == text


def test_what_steers_is_never_taken_for_printable() -> None:
    # Texts that are printable are shown as they are, without a second look.
    assert [
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if char.isprintable() and shown(char + "\t") != char + "    "
    ] == []


@given(ANY)
def test_json_is_escaped_and_not_altered(text: str) -> None:
    written = dump_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert not any(map(_steers, written))
    written.encode()  # even of lone surrogates


@given(ANY)
def test_json_for_other_encodings_is_ascii(text: str) -> None:
    written = dump_json([text], ascii_only=True)
    assert written.isascii()
    assert json.loads(written) == [text]


@given(st.lists(ANY | st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9)))
@example([])
@example(["a\nb", "\x1e", '",\n"', "\u2028"])
def test_values_encoded_in_one_go_are_those_encoded_one_by_one(values: list[object]) -> None:
    for encoding in ("utf-8", "gbk"):
        stream = io.TextIOWrapper(io.BytesIO(), encoding)
        assert json_texts_for(stream, values) == [json_for(stream, value) for value in values]


def test_an_empty_list_out_of_json_is_a_list_of_its_own() -> None:
    assert load_json("[]") == []
    assert load_json("[]") is not load_json("[]")
    assert load_json('["甲", 1]') == ["甲", 1]


def test_json_stays_readable_in_chinese() -> None:
    assert dump_json({"名": "蓝海", "n": [1, None, True, 0.75]}) == '{"名": "蓝海", "n": [1, null, true, 0.75]}'
    assert json_escaped("{}\n") == "{}\n"


def test_days_times_and_moments_have_one_form_in_json() -> None:
    moment = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    written = json.loads(dump_json([date(2026, 11, 25), time(9, 5), moment]))
    assert written == ["2026-11-25", "09:05", moment.astimezone().isoformat(timespec="seconds")]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), b"x"])
def test_what_has_no_json_form_is_an_error_and_not_a_guess(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        dump_json(value)


@given(st.lists(st.text(alphabet="a甲,\"'=\n\t \x1b"), min_size=1, max_size=4))
def test_a_line_of_csv_reads_back_as_it_was_shown(cells: list[str]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([shown_in_csv(csv_cell(cell)) for cell in cells])
    (read,) = csv.reader(io.StringIO(text.getvalue(), newline=""))
    assert read == [shown_in_csv(csv_cell(cell)) for cell in cells]

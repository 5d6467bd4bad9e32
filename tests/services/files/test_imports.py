"""What imports do in a short way, held against the long one: UUIDs, rows that wait, numbers, the log of new rows."""

import json
import tracemalloc
import uuid
from datetime import date
from itertools import islice
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from salescli.json_text import dump_json
from salescli.models.changes import Change
from salescli.models.clients import Client
from salescli.services import changes
from salescli.services.files import client_columns
from salescli.services.files.client_columns import Incoming
from salescli.services.files.client_matching import ToWrite
from salescli.services.files.imports import blank_row, new_uuids, write_rows
from tests.services.desk import Desk

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)
VALUES = st.one_of(TEXTS, st.lists(TEXTS, min_size=1, max_size=3), st.dates(), st.booleans(), st.floats(-180, 180))


def test_uuids_made_in_bulk_are_random_ones_as_the_library_writes_them() -> None:
    made = list(islice(new_uuids(), 2_000))
    assert len(set(made)) == 2_000
    assert {str(uuid.UUID(text)) for text in made} == set(made)
    assert {(uuid.UUID(text).version, uuid.UUID(text).variant) for text in made} == {(4, uuid.RFC_4122)}
    assert {text[19] for text in made} == set("89ab")


@settings(max_examples=50)
@given(
    client=st.dictionaries(st.sampled_from(sorted(client_columns.HEADERS)), VALUES),
    person=st.dictionaries(st.sampled_from(sorted(client_columns.OF_CONTACT.values())), VALUES),
)
def test_a_row_that_waits_says_what_it_said(client: dict[str, Any], person: dict[str, Any]) -> None:
    row = Incoming(7, client, person)
    assert ToWrite.of(row).row == row
    assert ToWrite.of(row).people() == ([person] if person else [])


def test_a_row_that_waits_takes_little_memory() -> None:
    def row(number: int) -> Incoming:
        client = {
            "name": f"杭州天海机电{number}有限公司",
            "grade": "A",
            "industry": "机电",
            "address": f"江南大道{number}号",
        }
        return Incoming(number, client, {"name": f"张{number}", "mobile": f"1410{number:07d}"})

    tracemalloc.start()
    kept = [ToWrite.of(row(number)) for number in range(1_000)]
    taken, _most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken / len(kept) < 300  # the values alone took more than 600


@settings(max_examples=200)
@given(text=st.text("0123456789０٣- ()", min_size=1, max_size=22))
def test_a_number_of_nothing_but_digits_is_taken_as_the_long_way_takes_it(text: str) -> None:
    if client_columns._plain_number(text):
        assert client_columns._numbers(text) == [text]


@pytest.mark.parametrize(
    ("text", "plain"), [("14100000001", True), ("1410", False), ("1" * 21, False), ("０５７１８", False)]
)
def test_a_plain_number_has_five_to_twenty_digits_of_ascii(text: str, plain: bool) -> None:
    assert client_columns._plain_number(text) is plain


@settings(max_examples=50, deadline=None)
@example(name="\x7f甲\u202e公\u3000司\x1b", tags=[], lat=None, day=None)
@given(name=TEXTS, tags=st.lists(TEXTS, max_size=3), lat=st.none() | st.floats(-90, 90), day=st.none() | st.dates())
def test_a_new_row_stands_in_the_log_as_any_other_but_for_what_it_lacks(
    name: str, tags: list[str], lat: float | None, day: date | None
) -> None:
    row = {"id": 1, "name": name, "tags": tags, "lat": lat, "known_contact_on": day, "archived": False}
    short = changes._new_row_json(row, {"created_at": "2026-11-25T09:00:00+08:00"})
    long = dump_json({**row, "created_at": "2026-11-25T09:00:00+08:00"})
    assert json.loads(short) == {key: value for key, value in json.loads(long).items() if value is not None}
    assert not set(short) & set("\x7f\x9b\u200e\u202e\u2066\ufeff")  # what would steer a terminal is escaped in both


def test_columns_that_only_some_rows_name_hold_nothing_in_the_others(desk: Desk) -> None:
    blank = blank_row(desk.session, Client) | {"search": "", "pinyin": "", "initials": ""}
    ids = new_uuids()
    first = {**blank, "id": 1, "code": "C0001", "uuid": next(ids), "name": "甲", "name_key": "甲", "need": "泵"}
    second = {**blank, "id": 2, "code": "C0002", "uuid": next(ids), "name": "乙", "name_key": "乙", "lat": 30.5}
    write_rows(desk.session, Client, [first, second])
    one, other = desk.session.get_one(Client, 1), desk.session.get_one(Client, 2)
    assert (one.need, one.lat, one.tags) == ("泵", None, [])
    assert (other.need, other.lat, other.created_at) == (
        None,
        30.5,
        changes.now_of(desk.session).replace(microsecond=0),
    )
    logged = desk.session.get_one(Change, 1)
    assert logged.after is not None
    assert (logged.entity, logged.before, logged.after["need"]) == ("client", None, "泵")
    assert "lat" not in logged.after

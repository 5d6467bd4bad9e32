"""The file of an export is one that an import understands, in either language."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli import i18n
from salescli.render import client_files
from salescli.services.accounts.clients import ClientView
from salescli.services.files.client_columns import HEADERS, recognised, split_list
from salescli.tabular.table import Rows, Table
from salescli.texts import clean, visible


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    i18n.activate(request.param)
    yield request.param
    i18n.activate("en")


def test_every_column_of_an_export_is_recognised_and_nothing_is_missing(language: str, tmp_path: Any) -> None:
    titles = client_files.titles()
    found = recognised(Table(tmp_path / "x.csv", tuple(titles), Rows(0, lambda: iter(())), ()), {})
    keys = [
        "contact" if title == i18n._("Contact") else column.key
        for title, column in zip(titles, client_files.FILE, strict=True)
    ]
    assert found.places == {key: place for place, key in enumerate(keys)}
    assert found.places.keys() == HEADERS.keys()
    assert found.notes == []


def view(**values: Any) -> ClientView:
    given: dict[str, Any] = dict.fromkeys(ClientView._fields)
    return ClientView(**{**given, "lifecycle": "customer", "aliases": [], "tags": [], "contacts": [], **values})


PARTS = st.lists(st.text(st.sampled_from("甲乙ab ,;、，；|\n\"'"), max_size=6).filter(visible), max_size=4)


@given(PARTS)
def test_a_list_in_a_cell_is_parted_as_it_was_joined(parts: list[str]) -> None:
    stored = [clean(part, field="tag") for part in parts]
    place = next(at for at, column in enumerate(client_files.FILE) if column.key == "tags")
    (row,) = client_files.cells([view(name="甲", tags=stored)])
    assert split_list(str(row[place])) == stored

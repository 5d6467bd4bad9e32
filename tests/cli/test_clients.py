"""`sales client …` through the real program."""

import pytest

from tests.conftest import Sales


def test_an_added_client_is_printed_and_listed(sales: Sales) -> None:
    added = sales(
        "client", "add", "杭州蓝海机电", "--grade", "重要", "--contact", "张工", "--mobile", "13800000000", "--json"
    ).json()
    assert (added["code"], added["grade"], added["contacts"][0]["name"]) == ("C0001", "A", "张工")
    assert [client["code"] for client in sales("client", "list", "--json").json()] == ["C0001"]

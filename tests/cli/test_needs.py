"""`sales need …` through the real program."""

import csv
import io

import pytest

from tests.conftest import Begun, Sales

REFUSED = [
    (("add", "蓝海", " "), 2),
    (("add", "没有", "X200"), 3),
    (("add", "蓝海", "X" * 2001), 2),
    (("add", "蓝海", "X200", "--quantity", "－3"), 2),
    (("sample", "N0001", "阀", "--quantity", "-3"), 2),
    (("add", "蓝海", "X200", "--budget", "-1"), 2),
    (("add", "蓝海", "X200", "--wanted", "someday"), 2),
    (("add", "蓝海", "X200", "--deal", "没有"), 3),
    (("add", "蓝海", "X200", "--deal", "D0001"), 4),
    (("edit", "N0001"), 2),
    (("edit", "N0001", "--deal", "D0001"), 4),
    (("move", "N0001", "open"), 4),
    (("move", "N0001", "half"), 2),
    (("move", "N0009", "won"), 3),
    (("move", "红山", "won"), 3),
    (("sample", "N0001", "阀", "--on", "2026-11-26"), 2),
    (("result", "N0001", "passed"), 3),
    (("result", "N0001", "half"), 3),
    (("remove", "N0001"), 2),
    (("list", "--state", "half"), 2),
]


@pytest.fixture
def desk(begun: Begun) -> Sales:
    """The program with two clients, a product, and a need of the first."""
    return begun(
        "client add 杭州蓝海机电",
        "client add 宁波红山",
        "product add X200 液压密封",
        "need add 蓝海 x200 --quantity 200套 --budget 35万",
    )


def test_a_need_is_kept_with_what_is_known_and_what_is_to_be_asked(desk: Sales) -> None:
    desk("deal", "add", "红山", "二期")
    added = desk(
        "need", "add", "红山", "二期泵站", "要换密封", "--product", "密封件", "--spec", "耐温150", "--decider", "李总",
        "--wanted", "月底", "--deal", "二期", "--json",
    )  # fmt: skip
    assert added.json() == {
        "code": "N0002",
        "client": {"code": "C0002", "name": "宁波红山"},
        "product": "密封件",
        "product_code": None,
        "spec": "耐温150",
        "quantity": None,
        "delivery": None,
        "budget": None,
        "currency": "CNY",
        "decider": "李总",
        "timing": None,
        "wanted_on": "2026-11-30",
        "state": "open",
        "deal": "D0001",
        "note": "二期泵站 要换密封",
        "raised_on": "2026-11-25",
        "completeness": 0.75,
        "unknown": ["budget"],
        "samples": [],
    }
    assert "2026-11-30 Mon" in added.err
    shown = desk("need", "show", "红山")
    assert "What is the budget?" in shown.err
    assert "Who decides?" not in shown.err


def test_a_need_names_a_product_by_its_code(desk: Sales) -> None:
    found = desk("need", "show", "N0001", "--json").json()
    assert (found["product"], found["product_code"], found["unknown"]) == ("液压密封", "X200", ["authority", "timing"])
    edited = desk("need", "edit", "蓝海", "--product", "旧款", "--timing", "年内", "--decider", "李总", "--json").json()
    assert (edited["product"], edited["product_code"], edited["completeness"]) == ("旧款", None, 1.0)


def test_samples_are_given_and_tested(desk: Sales) -> None:
    desk("need", "sample", "蓝海", "密封圈", "A型", "--quantity", "3件", "--on", "昨天")
    desk("need", "sample", "N0001", "阀", "--json")
    said = desk("need", "result", "N0001", "passed", "--json", code=4).error()
    assert "密封圈 A型, 阀" in said["message"]
    desk("need", "result", "N0001", "不合格", "--item", "密封圈", "--note", "耐温不够")
    tested = desk("need", "result", "N0001", "合格", "--json", today="2026-11-27").json()["samples"]
    assert tested == [
        {
            "item": "密封圈 A型",
            "quantity": "3件",
            "given_on": "2026-11-24",
            "tested_on": "2026-11-25",
            "result": "failed",
            "note": "耐温不够",
        },
        {
            "item": "阀",
            "quantity": None,
            "given_on": "2026-11-25",
            "tested_on": "2026-11-27",
            "result": "passed",
            "note": None,
        },
    ]


def test_a_need_moves_and_leaves_the_list_when_it_is_decided(desk: Sales) -> None:
    assert desk("need", "move", "蓝海", "已报价", "--json").json()["state"] == "quoted"
    lost = desk("need", "move", "蓝海", "lost", "--reason", "价格", "--json").json()
    assert (lost["state"], lost["note"]) == ("lost", "2026-11-25 价格")
    assert desk("need", "list", "--json").json() == []
    assert [need["code"] for need in desk("need", "list", "--state", "lost", "--json").json()] == ["N0001"]
    assert desk("need", "move", "N0001", "open", "--json").json()["state"] == "open"


def test_a_list_agrees_in_every_form_and_is_narrowed(desk: Sales) -> None:
    desk("need", "add", "红山", "过滤器")
    listed = desk("need", "list", "--json").json()
    rows = list(csv.DictReader(io.StringIO(desk("need", "list", "--csv").out)))
    assert [(row["code"], row["client"], row["budget"], row["unknown"]) for row in rows] == [
        (need["code"], need["client"]["name"], need["budget"] or "", ";".join(need["unknown"])) for need in listed
    ]
    for narrow in (("过滤",), ("--client", "红山"), ("红",)):
        assert [need["code"] for need in desk("need", "list", *narrow, "--json").json()] == ["N0002"], narrow
    desk("need", "remove", "N0002", "--yes")
    assert [line.split()[0] for line in desk("need", "list").out.splitlines()] == ["Code", "N0001"]


def test_what_cannot_be_done_leaves_all_as_it_was(desk: Sales) -> None:
    desk("deal", "add", "红山", "二期")
    before = desk("need", "list", "--state", "all", "--json").out
    for argv, code in REFUSED:
        desk("need", *argv, "--json", code=code)
    assert desk("need", "list", "--state", "all", "--json").out == before


def test_a_client_with_several_open_needs_is_a_choice(desk: Sales) -> None:
    desk("need", "add", "蓝海", "过滤器")
    said = desk("need", "move", "蓝海", "won", "--json", code=4).error()
    assert said["code"] == "ambiguous"
    assert "N0001 液压密封, N0002 过滤器" in said["message"]

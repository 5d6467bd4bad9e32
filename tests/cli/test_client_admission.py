"""`sales client admit` through the real program."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Sales

REFUSED = [
    (("--submit",), 4),
    (("--approve",), 4),
    (("--reject", "--reason", "不全"), 4),
    (("--told", "今天"), 4),
    (("--reject",), 2),
    (("--reason", "不全"), 2),
    (("--approve", "--reject", "--reason", "不全"), 2),
    (("--file", "执照.pdf"), 2),
    (("--received", "执照", "--file", "没有.pdf"), 3),
    (("--received", "公章"), 3),
    (("--received", "信息", "--received", "公章"), 3),
    (("--also", "营业执照"), 4),
    (("--also", " "), 2),
    (("--told", "someday"), 2),
]


@pytest.fixture
def desk(sales: Sales) -> Sales:
    """The program with a client."""
    sales("client", "add", "杭州蓝海机电")
    return sales


def admit(desk: Sales, *options: str, **more: Any) -> Any:
    """What is printed of the client's admission."""
    return desk("client", "admit", "蓝海", *options, "--json", **more).json()


def test_a_client_without_any_paper_has_the_checklist(desk: Sales) -> None:
    found = admit(desk)
    assert (found["client"], found["state"]) == ({"code": "C0001", "name": "杭州蓝海机电"}, "draft")
    assert (found["completeness"], found["missing"]) == (0.0, ["营业执照", "开票资料", "收货信息"])
    desk("config", "set", "admission.papers", "执照，授权书")
    assert admit(desk)["missing"] == ["执照", "授权书"]


def test_papers_come_in_by_a_part_of_their_name_with_their_file(desk: Sales, tmp_path: Path) -> None:
    (tmp_path / "执照.pdf").write_text("x")
    found = admit(desk, "--received", "执照", "--file", "执照.pdf")
    assert found["missing"] == ["开票资料", "收货信息"]
    assert (found["items"][0]["received_on"], Path(found["items"][0]["file"]).name) == ("2026-11-25", "执照.pdf")
    assert found["completeness"] == pytest.approx(1 / 3)
    assert admit(desk, "--also", "授权书", "--received", "开票", "--received", "收货")["missing"] == ["授权书"]
    refused = desk("client", "admit", "蓝海", "--submit", "--json", code=4).error()
    assert "授权书" in refused["message"]
    assert "开票资料" not in refused["message"]


def test_an_admission_goes_from_draft_to_the_decision_and_back(desk: Sales) -> None:
    everything = ("--received", "执照", "--received", "开票", "--received", "收货")
    found = admit(desk, *everything, "--submit")
    assert (found["state"], found["submitted_on"], found["completeness"]) == ("submitted", "2026-11-25", 1.0)
    found = admit(desk, "--reject", "--reason", "执照过期", "--told", "今天", today="2026-11-26")
    assert [found[key] for key in ("state", "decided_on", "reason", "told_on")] == [
        "rejected", "2026-11-26", "执照过期", "2026-11-26",
    ]  # fmt: skip
    found = admit(desk, "--received", "执照", today="2026-11-27")
    assert (found["state"], found["reason"], found["items"][0]["received_on"]) == ("draft", "执照过期", "2026-11-27")
    found = admit(desk, "--submit", today="2026-11-27")
    assert (found["state"], found["reason"], found["told_on"]) == ("submitted", None, None)
    found = admit(desk, "--approve", today="2026-11-30")
    assert (found["state"], {paper["result"] for paper in found["items"]}) == ("approved", {"passed"})
    assert admit(desk, "--told", "12-01", today="2026-12-02")["told_on"] == "2026-12-01"
    desk("client", "admit", "蓝海", "--submit", code=4)
    assert "Client told on" in desk("client", "admit", "蓝海").out


def test_what_cannot_be_done_leaves_all_as_it_was(desk: Sales) -> None:
    before = admit(desk)
    for options, code in REFUSED:
        desk("client", "admit", "蓝海", *options, "--json", code=code)
    assert admit(desk) == before


def test_a_client_is_told_after_the_decision_and_not_ahead(desk: Sales) -> None:
    everything = ("--received", "执照", "--received", "开票", "--received", "收货")
    admit(desk, *everything, "--submit", "--approve")
    desk("client", "admit", "蓝海", "--told", "2026-11-24", code=2)
    desk("client", "admit", "蓝海", "--told", "2026-11-26", code=2)

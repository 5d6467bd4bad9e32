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
    """What is printed of the client's admission, to one who reads Chinese."""
    return desk("client", "admit", "蓝海", *options, "--json", lang="zh", **more).json()


def test_a_client_without_any_paper_has_the_checklist(desk: Sales) -> None:
    found = admit(desk)
    assert (found["client"], found["state"]) == ({"code": "C0001", "name": "杭州蓝海机电"}, "draft")
    assert (found["completeness"], found["missing"]) == (0.0, ["营业执照", "开票资料", "收货信息"])
    desk("config", "set", "admission.papers", "执照，授权书")
    assert admit(desk)["missing"] == ["执照", "授权书"]


def test_the_papers_everyone_begins_with_are_in_the_language_of_the_reader(desk: Sales) -> None:
    found = desk("client", "admit", "蓝海", "--json").json()
    assert found["missing"] == ["business licence", "invoicing data", "delivery address"]


def test_papers_come_in_by_a_part_of_their_name_with_their_file(desk: Sales, tmp_path: Path) -> None:
    (tmp_path / "执照.pdf").write_text("x")
    found = admit(desk, "--received", "执照", "--file", "执照.pdf")
    assert found["missing"] == ["开票资料", "收货信息"]
    assert (found["items"][0]["received_on"], Path(found["items"][0]["file"]).name) == ("2026-11-25", "执照.pdf")
    assert found["completeness"] == pytest.approx(1 / 3)
    assert admit(desk, "--also", "授权书", "--received", "开票", "--received", "收货")["missing"] == ["授权书"]
    refused = desk("client", "admit", "蓝海", "--submit", "--json", code=4, lang="zh").error()
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
    story = desk("client", "timeline", "蓝海", "--json", today="2026-11-27").json()
    assert [(one["on"], one["marks"][0], one["text"]) for one in story if one["kind"] == "admission"] == [
        ("2026-11-25", "submitted", None), ("2026-11-26", "rejected", "执照过期"), ("2026-11-26", "told", None),
        ("2026-11-27", "submitted", None),
    ]  # fmt: skip
    found = admit(desk, "--approve", today="2026-11-30")
    assert (found["state"], {paper["result"] for paper in found["items"]}) == ("approved", {"passed"})
    assert admit(desk, "--told", "12-01", today="2026-12-02")["told_on"] == "2026-12-01"
    desk("client", "admit", "蓝海", "--submit", code=4)
    assert "Client told on" in desk("client", "admit", "蓝海").out


def test_what_cannot_be_done_leaves_all_as_it_was(desk: Sales) -> None:
    before = admit(desk)
    for options, code in REFUSED:
        desk("client", "admit", "蓝海", *options, "--json", code=code, lang="zh")
    assert admit(desk) == before


def test_a_client_is_told_after_the_decision_and_not_ahead(desk: Sales) -> None:
    everything = ("--received", "执照", "--received", "开票", "--received", "收货")
    admit(desk, *everything, "--submit", "--approve")
    early = desk("client", "admit", "蓝海", "--told", "2026-11-24", code=2)
    assert early.err.startswith("It was decided on 2026-11-25 Wed; the client can't have been told on 2026-11-24 Tue.")
    late = desk("client", "admit", "蓝海", "--told", "2026-11-26", code=2)
    assert late.err.startswith("2026-11-26 Thu has not come yet.")


def test_a_rejection_is_shown_everywhere_until_the_client_is_told(desk: Sales) -> None:
    everything = ("--received", "执照", "--received", "开票", "--received", "收货")
    admit(desk, *everything, "--submit", "--reject", "--reason", "执照过期")
    sentence = "Not admitted on 2026-11-25 Wed (执照过期); the client has not been told."
    assert sentence in desk("client", "show", "蓝海").err
    assert sentence in desk("client", "brief", "蓝海").out
    (found,) = [
        one for one in desk("plan", "day", "今天", "--json").json()["checks"] if one["code"] == "tell_rejection"
    ]
    assert (found["level"], found["client"], "执照过期" in found["message"]) == ("warning", "杭州蓝海机电", True)
    admit(desk, "--submit", "--told", "今天")
    assert "Not admitted" not in desk("client", "show", "蓝海").err
    assert desk("client", "brief", "蓝海", "--json").json()["untold_rejection"] is None
    desk("client", "admit", "蓝海", "--told", "今天", code=4)

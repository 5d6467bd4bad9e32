"""The day's notes as people type and dictate them, and what is understood."""

from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from salescli.dates import parse_period
from salescli.errors import BadValue
from salescli.services.accounts.clients import ClientRef
from salescli.services.planning import day_notes
from salescli.services.planning.note_blocks import Layout, lay_out
from salescli.services.planning.note_clients import Names, Person
from salescli.services.visiting import visits
from tests.services.desk import TODAY, Desk
from tests.services.planning.notes_desk import noted, open_office, said

# A line of notes, a tab, and how it is understood, written as notes_desk.said() does.
YEAR = parse_period("2026", TODAY)
TABLES = Path(__file__).parents[2] / "data" / "notes"


@pytest.fixture
def office(desk: Desk) -> Desk:
    """The desk with the clients of the notes."""
    open_office(desk)
    return desk


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_line_is_understood_and_what_it_leaves_open_is_asked(office: Desk, language: str) -> None:
    wrong = []
    for line in (TABLES / f"{language}.tsv").read_text("utf-8").splitlines():
        text, expected = line.split("\t")
        read = noted(office, text)
        if [said(note) for note in read.visits] != [expected] or read.unplaced:
            wrong.append((text, expected, [said(note) for note in read.visits]))
    assert wrong == [], "\n".join(f"{t}\n   want {e}\n   got  {g}" for t, e, g in wrong)


DAY = """张三 2026/11/25 9:32
上午去了蓝海见了王总他说X200要报价下周三给他
另外李总监想看样品
张三 14:32
下午2点红山 送样 李工不在 明天再去
- 门卫收了
堵车一小时
天成：有兴趣，周五再谈
蓝海的王总介绍了天成
收获：学会了
  1. 报价要快
不足：来回跑
明天：1送样 2催款 3去天成
甲厂X200降到860
去了宏达，老板有兴趣"""


def test_a_block_of_notes_is_split_by_client_and_the_rest_is_told_apart(office: Desk) -> None:
    read = noted(office, DAY)
    assert [(note.client and note.client.code, note.lines) for note in read.visits] == [
        ("C0001", [2, 3, 9]), ("C0002", [5, 6]), ("C0003", [8]),
    ]  # fmt: skip
    assert (read.gained, read.fell_short) == ("学会了；报价要快", "来回跑")
    assert read.key_tasks == ["送样", "催款", "去天成"]
    assert [piece.line for piece in read.headers] == [1, 4]
    assert [(one.piece.line, one.why) for one in read.unplaced] == [
        (7, "no_client"), (14, "market"), (15, "unknown_client"),
    ]  # fmt: skip
    assert "介绍了天成" in read.visits[0].note


@pytest.mark.parametrize(
    ("text", "visits"),
    [
        ("上午去蓝海要报价周五给，下午去红山没见到李工明天再去", ["蓝海", "红山"]),
        ("上午蓝海王总要报价周五给然后去了红山见陈丽 有意向 周五再谈", ["蓝海", "红山"]),
        ("蓝海下单12万周五发货，红山没见到人明天再去", ["蓝海", "红山"]),
        ("蓝海说红山也在用X200，周五再谈", ["蓝海"]),
        ("蓝海：见王总\n王总要报价\n周五给", ["蓝海"]),
        ("蓝海 见面 报价@周五\n蓝海 见面 报价@周五", ["蓝海", "蓝海"]),
        ("上午去蓝海，送样，周五再去\n下午又给蓝海打电话，王总要报价，周五给", ["蓝海", "蓝海"]),
        ("蓝海：\n见了王总，要报价，周五给\n红山：\n李工不在，周五再去", ["蓝海", "红山"]),
        ("- 蓝海：要报价，周五给\n- 红山：不在，周五再去", ["蓝海", "红山"]),
        ("1、蓝海要报价，周五给\n2、红山不在，周五再去\n3、天成成交，周五发货", ["蓝海", "红山", "天成"]),
        ("蓝海 要报价 周五给\n\n陈丽电话说到货了，周五开票", ["蓝海", "红山"]),
    ],
)
def test_visits_are_told_apart(office: Desk, text: str, visits: list[str]) -> None:
    read = noted(office, text)
    assert read.unplaced == []
    assert [said(note).split()[0] for note in read.visits] == visits


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("吃饭", "no_client"),
        ("有兴趣，周五再去", "no_client"),
        ("蓝海 要报价 周五给\n吃午饭", "no_client"),
        ("蓝海 要报价 周五给\n宏达机械 有兴趣", "unknown_client"),
        ("蓝海 要报价 周五给\n15:00 去宏达", "unknown_client"),
        ("蓝海 要报价 周五给\n- 红山电话催货", "whose"),
        ("蓝海 要报价 周五给\n报价单也发给红山了", "whose"),
        ("蓝海，红山，周五再去", "several_clients"),
        ("上午和天成张经理、蓝海李伟一起开会，周五再议", "several_clients"),
        ("2026/11/24 14:32\n蓝海 要报价 周五给", "other_day"),
        ("竞品：甲厂上新", "market"),
        ("蓝海红山都没人", "several_clients"),
        ("今天跑了三家，天成 红山都不在，蓝海签了2万", "several_clients"),
        ("红山王姐带我去见蓝海的李伟 约了周四下午2点", "several_clients"),
        ("蓝海\n红山\n两家都没人", "whose"),
    ],
)
def test_a_line_that_has_no_sure_place_is_left_for_the_person(office: Desk, text: str, why: str) -> None:
    read = noted(office, text)
    assert [one.why for one in read.unplaced] == [why]
    assert read.unplaced[0].piece.text == text.split("\n")[-1]


def test_a_line_can_be_given_a_place_and_a_visit_another_client(office: Desk) -> None:
    read = noted(office, "蓝天 要报价\n吃饭时王总说周五给他")
    placed = day_notes.placed(office.session, read, read.unplaced[0], TODAY, visit=0)
    assert (placed.visits[0].lines, placed.unplaced) == ([1, 2], [])
    settled = day_notes.with_client(office.session, placed, 0, "蓝天电子", TODAY)
    assert said(settled.visits[0]) == "蓝天电子 quote next:给他报价@11-27"
    other = day_notes.placed(office.session, read, read.unplaced[0], TODAY, ref="蓝海")
    assert [note.client and note.client.code for note in other.visits] == [None, "C0001"]


def test_lines_in_form_are_read_as_ever(office: Desk) -> None:
    lines = [(1, "蓝海：见王总，要报价 有意向 下一步：报价@下周三"), (2, "红山 客户不在 对方承诺 付款3万@周五")]
    read = day_notes.read(office.session, lines, TODAY, TODAY, strict=True)
    assert [(note.note, note.outcome) for note in read.visits] == [("见王总，要报价", "interested"), ("", "absent")]
    assert said(read.visits[1]) == "红山 absent theirs:付款3万(30000)@11-27 next:see to it: 付款3万@11-27"
    with pytest.raises(BadValue) as refused:
        day_notes.read(office.session, [(1, "蓝海 见面 报价@某天")], TODAY, TODAY, strict=True)
    assert refused.value.message.startswith("Line 1")
    assert noted(office, "蓝海 见面 报价@某天").questions[0][1].about == "next_step"


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("[2026/11/25 16:20] 老钱: 蓝海 要报价 周五给", ["[2026/11/25 16:20] 老钱: "]),
        ("小李 16:20：蓝海 要报价 周五给", ["小李 16:20："]),
        ("16:20：蓝海 要报价 周五给", []),
        ("王总 16:20：要报价 周五给", []),
    ],
)
def test_a_chat_puts_its_header_before_a_message_too(office: Desk, text: str, headers: list[str]) -> None:
    read = noted(office, text)
    assert [piece.text for piece in read.headers] == headers
    assert [said(note).split()[0] for note in read.visits] == ["蓝海"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("收获\n学会了用新报价表\n不足\n没早点出门\n蓝海 没人 明天再去", ("学会了用新报价表", "没早点出门", [])),
        ("明日三件事：蓝海报价、红山合同、交发票", (None, None, ["蓝海报价", "红山合同", "交发票"])),
        ("明天重点 1.蓝海报价 2.红山合同", (None, None, ["蓝海报价", "红山合同"])),
        ("明天\n蓝海报价\n去红山", (None, None, ["蓝海报价", "去红山"])),
        ("明天：拜访蓝海、红山", (None, None, ["拜访蓝海、红山"])),
    ],
)
def test_what_stands_below_a_label_is_of_the_day(office: Desk, text: str, day: tuple[object, ...]) -> None:
    read = noted(office, text)
    assert (read.gained, read.fell_short, read.key_tasks) == day
    assert read.unplaced == []


@pytest.mark.parametrize(
    ("text", "status", "moved"),
    [
        ("红山没去成 堵车 改到明天上午九点半", "moved", ("2026-11-26", "09:30")),
        ("红山 客户没空 拜访取消了", "missed", None),
        ("红山 约好今天去，陈丽有事取消，改下周二", "moved", ("2026-12-01", "10:00")),
        ("红山: today's visit was cancelled, next Tuesday", "moved", ("2026-12-01", "10:00")),
    ],
)
def test_a_planned_visit_that_was_not_made_is_moved_or_dropped(
    office: Desk, text: str, status: str, moved: tuple[str, str] | None
) -> None:
    planned = office.plan(office.everyone()[1], TODAY, at=time(10))
    [stored] = day_notes.store(office.session, noted(office, text), *office.rules)
    new = [visit for visit in visits.listed(office.session, YEAR, None, None, None) if visit.code != planned.code]
    assert (stored.visit.code, stored.visit.status, stored.visit.done_on) == (planned.code, status, None)
    assert [(f"{visit.planned_on}", f"{visit.planned_at:%H:%M}") for visit in new] == ([moved] if moved else [])


def test_what_was_noted_is_logged_with_its_money_and_promises(office: Desk) -> None:
    blue, _red = office.everyone()[:2]
    planned = office.plan(blue, TODAY)
    read = noted(office, "蓝海 王总 下单12万 付了5万 答应周五送样品\n红山 对方说月底付款30万")
    stored = day_notes.store(office.session, read, *office.rules)
    assert [one.visit.code for one in stored] == [planned.code, "V0002"]
    assert stored[0].order
    assert stored[0].receipt
    assert (stored[0].order.amount, stored[0].receipt.amount) == (12_000_000, 5_000_000)
    assert [(one.text, one.amount) for one in stored[1].promises] == [("付款30万", 30_000_000)]
    assert day_notes.repeated(office.session, read) == read.visits
    assert day_notes.repeated(office.session, noted(office, "天成 送样 报价@周五\n天成  送样 报价@周五"))


# --- every line is somewhere ---


def _names() -> Names:
    names = Names()
    for code, name, people in (
        ("C0001", "蓝海机电", ["王总"]), ("C0002", "红山物流", ["李工", "陈丽"]), ("C0003", "Acme Tools", ["John"]),
    ):  # fmt: skip
        names.add(ClientRef(code, name), [name], "", "")
        for person in people:
            names.add_person(Person(code, person, None))
    return names


_PARTS = [
    "蓝海",
    "红山",
    "Acme",
    "王总",
    "李工",
    "陈丽",
    "去了",
    "下午",
    "然后",
    "14:30",
    "，",
    "。",
    " ",
    "要报价",
    "下单12万",
    "没见到",
    "周五给",
    "- ",
    "另外",
    "收获：",
    "明天：",
    "1. ",
    "堵车",
    "甲厂降价",
    "报价@周五",
    "宏达机械",
    "\\t",
    "：",
    "met",
    "张三 14:32",
    "👍",
]


@given(some.lists(some.lists(some.sampled_from(_PARTS), min_size=1, max_size=7).map("".join), max_size=8))
def test_every_line_is_in_exactly_one_place(lines: list[str]) -> None:
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    layout: Layout = lay_out(numbered, _names(), TODAY, _nobody)
    whole = {number: "" for number, _line in numbered}
    for piece in layout.pieces():
        whole[piece.line] += piece.text
    assert whole == dict(numbered)


def _nobody(_ref: str) -> str:
    raise BadValue("nobody")


@given(some.text(max_size=80))
def test_no_text_breaks_the_reading(text: str) -> None:
    layout = lay_out([(1, text or " "), (2, "蓝海" + text)], _names(), TODAY, _nobody)
    assert sum(len(piece.text) for piece in layout.pieces()) == len(text or " ") + len("蓝海" + text)

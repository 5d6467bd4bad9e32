"""A visit typed in one line."""

from datetime import date, time

import pytest

from salescli.errors import BadValue
from salescli.services.visiting.visit_lines import lines_of, parse_next, read_line
from salescli.services.visiting.visits import NextStep
from tests.services.desk import FRI, TODAY

NEXT_WED = date(2026, 12, 2)


@pytest.mark.parametrize(
    ("text", "words", "day"),
    [
        ("报价@下周三", "报价", NEXT_WED),
        ("报价＠下周三", "报价", NEXT_WED),
        ("发到a@b.com@周五", "发到a@b.com", FRI),
        (" 报价 @ 2026-11-27 ", "报价", FRI),
        ("报价@周三", "报价", TODAY),  # a weekday leans on what comes, today included
        ("报价@周一", "报价", date(2026, 11, 30)),
        ("送样品@１１月２７日", "送样品", FRI),
        ("call@fri", "call", FRI),
    ],
)
def test_a_next_step_is_split_at_the_last_at(text: str, words: str, day: date) -> None:
    assert parse_next(text, TODAY) == NextStep(words, day)


def test_a_next_step_may_have_a_time() -> None:
    assert parse_next("送样品@明天下午3点", TODAY) == NextStep("送样品", date(2026, 11, 26), at=time(15))


@pytest.mark.parametrize(
    ("line", "by"),
    [
        ("蓝海 电话聊了价格 报价@周五", "phone"),
        ("蓝海 打电话问交期 报价@周五", "phone"),
        ("蓝海 微信发了样册 报价@周五", "wechat"),
        ("hzlh call about the price quote@fri", "phone"),
        ("蓝海 见张工，他说电话联系 报价@周五", None),
    ],
)
def test_a_line_that_begins_with_a_channel_is_a_contact_by_it(line: str, by: str | None) -> None:
    assert read_line(line, TODAY).by == by


@pytest.mark.parametrize("text", ["报价", "报价@", "@周五", "报价@某天", "报价@2026-02-30", "", "@", "a@b@c"])
def test_a_next_step_without_words_or_a_clear_day_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        parse_next(text, TODAY)


@pytest.mark.parametrize(
    ("line", "client", "note", "outcome", "step"),
    [
        ("蓝海 见张工 有意向 下一步 报价@下周三", "蓝海", "见张工", "interested", NextStep("报价", NEXT_WED)),
        ("蓝海：见张工，要3月报价，下一步：报价@下周三", "蓝海", "见张工，要3月报价", None, NextStep("报价", NEXT_WED)),
        ("蓝海，见张工 报价@周五。", "蓝海", "见张工", None, NextStep("报价", FRI)),
        ("hzlh call done order next: invoice@fri", "hzlh", "call done", "order", NextStep("invoice", FRI)),
        ("“蓝海 见张工 → 报价@周五”", "蓝海", "见张工", None, NextStep("报价", FRI)),
        ("蓝海 客户不在", "蓝海", "", "absent", None),
        ("蓝海 见张工", "蓝海", "见张工", None, None),
        ("蓝海", "蓝海", "", None, None),
        ("蓝海 成交 拒绝", "蓝海", "拒绝", "order", None),
        ("  蓝海\t见张工  ", "蓝海", "见张工", None, None),
    ],
)
def test_a_line_is_taken_apart(line: str, client: str, note: str, outcome: str | None, step: NextStep | None) -> None:
    read = read_line(line, TODAY)
    assert (read.client, read.note, read.outcome, read.next_step) == (client, note, outcome, step)


@pytest.mark.parametrize(
    "line", ["：见张工", "蓝海 见张工 下一步 报价", "蓝海 见张工 报价@某天", "蓝海 " + "长" * 300_000]
)
def test_a_line_that_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(BadValue):
        read_line(line, TODAY)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_pasted_text_is_read_in_the_encodings_it_comes_in(codec: str, end: str) -> None:
    text = end.join(["蓝海 见张工", "", "  ", "红山 送样", ""])
    assert lines_of(text.encode(codec), 1) == [(1, "蓝海 见张工"), (4, "红山 送样")]


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xff\xff\xff", b"\xff\xfe\x00", b"a" * 1_000_001])
def test_what_is_no_text_or_too_much_of_it_is_refused(data: bytes) -> None:
    with pytest.raises(BadValue):
        lines_of(data, 1)

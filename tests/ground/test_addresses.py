"""E-mail addresses as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.addresses import Mailbox, line_of, mailbox, parse_mailboxes
from salescli.errors import BadValue

LI = Mailbox("li@firm.cn")


@pytest.mark.parametrize(
    ("text", "boxes"),
    [
        ("li@firm.cn", [LI]),
        (" li＠firm.cn\n", [LI]),
        ("李经理 <li@firm.cn>", [Mailbox("li@firm.cn", "李经理")]),
        ("“李经理”<li@firm.cn>", [Mailbox("li@firm.cn", "李经理")]),
        ("li@firm.cn, li@firm.cn；li@firm.cn、li@firm.cn;", [LI, LI, LI, LI]),
        ("li.wei+week/48@mail.firm-1.com.cn", [Mailbox("li.wei+week/48@mail.firm-1.com.cn")]),
        ("li@例子.中国", [Mailbox("li@xn--fsqu00a.xn--fiqs8s")]),
        ("a" * 64 + "@firm.cn", [Mailbox("a" * 64 + "@firm.cn")]),
    ],
)
def test_addresses_are_taken_with_and_without_names_one_or_several(text: str, boxes: list[Mailbox]) -> None:
    assert parse_mailboxes(text) == boxes


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ",", "li", "li@", "@firm.cn", "li@firm", "li@@firm.cn", "a b@firm.cn", "李@firm.cn", ".li@firm.cn",
        "li.@firm.cn", "l..i@firm.cn", "li@firm..cn", "li@-firm.cn", "li@firm-.cn", "li@firm.cn.", "<li@firm.cn",
        "li <li@firm.cn> li", "li@firm.cn\r\nBcc: x@y.cn", "li@firm.cn>", '"a b"@firm.cn', "li@[127.0.0.1]",
        "a" * 65 + "@firm.cn", "li@" + "a" * 64 + ".cn", "li@" + "a." * 126 + "cn", "li@例\ud800.cn", "li@fi\x00rm.cn",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_mailboxes(text)
    assert "li@example.com" in caught.value.hint


@given(st.text(max_size=400))
def test_a_name_becomes_one_line_that_steers_nothing(name: str) -> None:
    line = mailbox("li@firm.cn", name).name
    assert line == line_of(line)
    assert len(line) <= 300
    assert len(line.splitlines()) <= 1
    assert not any(sign in line for sign in "\r\n\x00\x1b\u202e\u2028")

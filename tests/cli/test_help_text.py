"""The help pages and the answers to a wrong command line, in both languages."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.cli.help_text import cells, wrapped
from tests.conftest import Sales

ANYTHING = st.text(alphabet="ab c一二，。（）“”`-|", max_size=80)


def test_a_page_shows_usage_examples_arguments_and_options(sales: Sales) -> None:
    page = sales("visit", "plan", "--help").out
    assert page.startswith("Usage: sales visit plan [OPTIONS] CLIENT DAY")
    headings = re.findall(r"^(\w+):$", page, re.MULTILINE)
    assert headings == ["Examples", "Arguments", "Options"]
    assert "  sales visit plan hzlh 明天 下午2点 --purpose 送样品\n" in page


def test_a_group_lists_its_verbs(sales: Sales) -> None:
    page = sales("client", "--help", lang="zh").out
    assert page.startswith("用法：sales client [选项] 命令 [参数]...\n")
    assert re.search(r"\n  contact +客户的联系人。\n", page.replace("\n\n", "\n") + "\n")


def test_h_is_help_and_a_group_without_a_verb_shows_it_on_stderr(sales: Sales) -> None:
    page = sales("plan", "-h").out
    assert sales("plan", code=2).err.strip() == page.strip()


@pytest.mark.parametrize("words", ["", "visit log", "client list", "target split", "plan close", "init"])
def test_no_line_of_a_chinese_page_is_wider_than_the_terminal_but_options_that_stand_alone(
    sales: Sales, words: str
) -> None:
    page = sales(*words.split(), "--help", lang="zh", env={"COLUMNS": "80"}).out
    wide = [line for line in page.splitlines() if cells(line) > 80]
    assert [line for line in wide if not re.match(r"  (--|sales )", line)] == []


@given(ANYTHING, st.integers(10, 40))
def test_wrapping_breaks_at_blanks_and_between_characters_and_loses_nothing(text: str, columns: int) -> None:
    lines = wrapped(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert cells(line) <= columns or " " not in line.strip() or "`" in line


@given(st.text(alphabet="一二三，。）（", max_size=80), st.integers(10, 40))
def test_no_line_begins_with_what_closes_nor_ends_with_what_opens(text: str, columns: int) -> None:
    lines = wrapped(f"开{text}尾", columns)
    assert [line for line in lines[1:] if line.startswith(("，", "。", "）"))] == []
    assert [line for line in lines[:-1] if line.endswith("（")] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("client show", "缺少 CLIENT。用法见 `sales client show --help`。"),
        ("clent", "没有命令“clent”。是不是 `sales client`？"),
        ("client foo", "没有命令“foo”。用法见 `sales client --help`。"),
        ("client list --grad A", "没有选项 --grad。是不是 --grade？用法见 `sales client list --help`。"),
        ("client list --grade", "--grade 后面要有值。"),
        ("client list --json=1", "--json 不带值。"),
        ("client list --limit 0", "--limit 不能小于 1。用法见 `sales client list --help`。"),
        ("client list --limit x", "--limit 要填数字，不能是“x”。用法见 `sales client list --help`。"),
        ("client show a b", "后面多出了：b。用法见 `sales client show --help`。"),
        ("target set 2026 -5", "没有选项 -5。这里的数字不能小于 0。用法见 `sales target set --help`。"),
        ("client --", "缺少命令。用法见 `sales client --help`。"),
    ],
)
def test_a_wrong_command_line_is_answered_in_chinese(sales: Sales, words: str, said: str) -> None:
    assert sales(*words.split(), code=2, lang="zh").err == f"{said}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("client show", "CLIENT is missing. `sales client show --help` shows how."),
        ("clent", "There is no command “clent”. Did you mean `sales client`?"),
        ("client list --grad A", "There is no option --grad. Did you mean --grade?"),
        ("client list --limit 0", "--limit is at least 1."),
    ],
)
def test_a_wrong_command_line_is_answered_in_english(sales: Sales, words: str, said: str) -> None:
    assert sales(*words.split(), code=2).err.startswith(said)

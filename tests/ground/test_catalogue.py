"""The Chinese catalogue: whole, up to date, in the field's words, and what every help page speaks."""

import importlib.util
import json
import os
import re
import string
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

from tests.conftest import Sales

ROOT = Path(__file__).parents[2]
# Words that a synonym machine put into the handbooks, with what the field says.
FORBIDDEN = {"方案": "计划", "效劳": "服务", "回忆": "回顾", "反响": "反馈", "稳固": "巩固", "根本": "基本"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_SENTENCE = re.compile(r"\b[A-Z]?[a-z']+ [a-z']+\b")


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """``.ci/catalogue.py``, which writes the catalogue."""
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / ".ci/catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def catalogue(maker: ModuleType) -> Catalog:
    """What the code says now, with the translations there are."""
    found: Catalog = maker.updated([])
    return found


def translations(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Every translation with its English; a plural's with the form for many."""
    for message in catalogue:
        if message.id:
            yield from ((many_of(message), text) for text in texts_of(message) if text)


def many_of(message: Message) -> str:
    """The English of a message, for many where it has a plural."""
    text: str = message.id if isinstance(message.id, str) else message.id[-1]
    return text


def texts_of(message: Message) -> list[str]:
    """The Chinese of a message, in every plural form."""
    found: Any = message.string
    return [found] if isinstance(found, str) else list(found)


def said_by(catalogue: Catalog) -> dict[str, list[str]]:
    """English and Chinese of every message that is translated."""
    return {many_of(message): texts_of(message) for message in catalogue if message.id and any(texts_of(message))}


def placeholders(text: str) -> Counter[str]:
    """The placeholders of a text, with how they are to be written."""
    return Counter(f"{name}:{form}" for _text, name, form, _kind in string.Formatter().parse(text) if name is not None)


def test_every_sentence_in_the_code_is_translated(maker: ModuleType, catalogue: Catalog) -> None:
    assert maker.untranslated(catalogue) == []


def test_the_committed_catalogue_is_what_the_code_says(maker: ModuleType, catalogue: Catalog) -> None:
    how = "run: python .ci/catalogue.py"
    assert maker.PO.read_bytes().decode() == maker.po_bytes(catalogue).decode(), how
    with maker.PO.with_suffix(".mo").open("rb") as compiled:
        assert said_by(read_mo(compiled)) == said_by(catalogue), how


def test_a_sentence_without_chinese_is_named(maker: ModuleType) -> None:
    catalogue = Catalog(locale="zh_CN")
    catalogue.add("Nothing is due.")
    catalogue.add(("{count} visit", "{count} visits"))
    catalogue.add("Grade", "等级")
    assert maker.untranslated(catalogue) == ["Nothing is due.", "('{count} visit', '{count} visits')"]


def test_every_translation_has_the_placeholders_of_its_english(catalogue: Catalog) -> None:
    wrong = [(id_, text) for id_, text in translations(catalogue) if placeholders(id_) != placeholders(text)]
    assert wrong == []


def test_commands_in_backquotes_stay_as_they_are_typed(catalogue: Catalog) -> None:
    def commands(text: str) -> Counter[str]:
        return Counter(re.findall(r"`([^`]*)`", text))

    assert [(id_, text) for id_, text in translations(catalogue) if commands(id_) != commands(text)] == []


def test_the_field_says_it_with_its_own_words(catalogue: Catalog) -> None:
    wrong = [
        f"{text}: say {right}, not {word}"
        for _id, text in translations(catalogue)
        for word, right in FORBIDDEN.items()
        if word in text
    ]
    assert wrong == []


def test_chinese_sentences_have_chinese_punctuation(catalogue: Catalog) -> None:
    """Behind a Chinese character stands no Latin comma, colon, semicolon, question mark or full stop."""
    wrong = [text for _id, text in translations(catalogue) if re.search(r"[\u4e00-\u9fff][,:;?!.](?!\w)", text)]
    assert wrong == []


def verbs(page: str) -> list[str]:
    """The names in the table of commands of a help page."""
    _before, heading, table = page.partition("命令：\n")
    return re.findall(r"^  ([a-z]+)", table.partition("\n\n")[0], re.MULTILINE) if heading else []


def english_in(page: str) -> list[str]:
    """What a Chinese help page says in English, or leaves unsaid: its paragraphs, and the entries of its tables."""
    usage, *parts = page.strip().split("\n\n")
    told = {usage: re.sub(r"sales[a-z -]*", "", usage, count=1)}
    for part in parts:
        heading, *entries = re.split(r"\n  (?=\S)", part)
        if heading != "示例：":
            told[heading] = heading
            told |= {entry: " ".join(re.split(r"\s{2,}", entry)[1:]) for entry in entries}
    plain = {text: re.sub(r"`[^`]*`", "", words) for text, words in told.items()}
    return [text for text, words in plain.items() if not CHINESE.search(words) or ENGLISH_SENTENCE.search(words)]


# One process shows every page: a process each would take longer than all other tests of this file together.
PAGES = """
import contextlib, io, json, sys
from salescli import i18n
i18n.activate("zh")
from salescli.cli import root
def page(*words):
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        root.run([*words, "--help"])
    return shown.getvalue()
print(json.dumps({" ".join(words): page(*words) for words in json.load(sys.stdin)}))
"""


def pages_of(commands: list[list[str]]) -> dict[str, str]:
    """The Chinese help pages of commands, by their words."""
    done = subprocess.run(
        [sys.executable, "-c", PAGES],
        input=json.dumps(commands),
        text=True,
        encoding="utf-8",
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "120", "SALES_LANG": "zh"},
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_every_command_has_help_in_chinese(sales: Sales) -> None:
    pages = {"": sales("--help", lang="zh").out}
    waiting = [[verb] for verb in verbs(pages[""])]
    while waiting:
        found = pages_of(waiting)
        pages |= found
        waiting = [[*words.split(), verb] for words, page in found.items() for verb in verbs(page)]
    assert len(pages) > 40
    assert {words: english_in(page) for words, page in pages.items() if english_in(page)} == {}


def test_english_in_a_chinese_page_is_seen() -> None:
    page = "用法：sales [选项]\n\nShow a visit.\n\n选项：\n  --on DAY  日期。\n  --at TIME\n      The time it began."
    assert english_in(page) == ["Show a visit.", "--at TIME\n      The time it began."]


def test_removing_is_asked_about_in_one_wording(catalogue: Catalog) -> None:
    asked = [text for english, text in translations(catalogue) if english.startswith("Remove ") and english[-1] == "?"]
    assert len(asked) > 10
    assert [text for text in asked if not re.fullmatch("删除.+吗？", text)] == []

"""`python -m bench.fuzz [--small] [--texts N]`: random Unicode through every command that takes text.

Two runs. In the first each text is written by every command that keeps one (``WRITTEN``) and must come back the same
from `--json`, after the documented cleaning alone, and from exported files that are imported again. In the second it
stands in every argument and option of every command there is: whatever the answer, it is a sentence and an exit code
of the contract, and nothing that was printed steers the terminal. It ends with 1 on the first text that fails, in
its shortest form.
"""

import argparse
import contextlib
import io
import json
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from salescli.cli import root
from salescli.errors import BadValue
from salescli.texts import clean, unquoted

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CODES = {0, 2, 3, 4, 5, 6, 7}
# Every plane, and what has gone wrong somewhere before: controls, bidi, marks that join, padding nobody sees,
# markup, emoji codes, formulas of any width, quotes, wildcards, what a command line or a file name might take.
_CONTROLS = ["\x1b[31m", "\x9b2J", "\x07", "\r", "\n", "\t", "\x00", "\u202e", "\u2066", "\u200b", "\ufeff", "\uffff"]
_JOINED = ["\u200d", "\ufe0f", "e\u0301", "\U0001f468\u200d\U0001f469", "\U00020000\U0002a6a5", "\U0010fffd"]
_SIGNS = (
    r"[red] [/] :smile: =1+1 ＝1+1 ＋ －1 ＠x @SUM(A1) -1 --json @file % _ \ ' ‘ “ ” , ; ， &amp; <b> &D ../../x CON"
)
_WORDS = '" {0} {name} %s `ls` $(ls) שלום سلام 客户 甲'
PIECES = st.sampled_from([*_CONTROLS, *_JOINED, *_SIGNS.split(" "), *_WORDS.split(" ")])
CHARACTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.lists(st.one_of(PIECES, st.text(CHARACTERS, max_size=5)), min_size=1, max_size=5).map("".join)
NASTY = "=\x1b[31m[/]\u202e:smile:'\"\u200b\U00020000e\u0301\n-1"

SETUP = (
    "init --yes --name=张三 --manager-email=m@example.com",
    "client add 甲公司 --contact=张工 --mobile=14100000001",
    "client add 乙公司",
    "product add P1 水泵 --price=100",
    "target set 2026 1000000",
    "target split 2026",
    "deal add C0001 泵 --amount=1000 --next=送样 --next-on=+3d",
    "quote add C0001 --amount=1000",
    "order add C0001 1000",
    "receipt add C0001 100",
    "visit plan C0001 +1d",
    "visit log C0002 谈过 --no-next=无",
    "need add C0001 要泵",
    "promise add C0001 寄样@+3d",
    "competitor add 丙厂",
    "insight add 降价",
    "feedback add 交期",
    "learning add 课程 --hours=1",
    "ticket open C0001 漏水",
    "task add 周报",
    "week sheet",
)
# Commands that keep a text, which stands for ¤; what reads it back, where the command itself doesn't print it. (Numbers
# of orders, invoices and products are codes, taken in their plain form.)
WRITTEN = (
    ("client add --short-name=¤ --industry=¤ --source=¤ --territory=¤ --district=¤ --address=¤ --note=¤ --alias=¤"
     " --contact=¤ --title=¤ --wechat=¤ --owner=¤ --need=¤ -- ¤", ""),
    ("client edit C0001 --name=¤ --short-name=¤ --address=¤ --note=¤ --alias=¤ --grade=A --grade-reason=¤", ""),
    ("client contact add C0001 --title=¤ --wechat=¤ -- ¤", ""),
    ("client credit C0001 --limit=1 --note=¤", ""),
    ("visit log C0001 --no-next=¤ --purpose=¤ -- ¤", ""),
    ("visit log C0001 谈 --next=¤@+3d", ""),
    ("visit plan C0001 +2d --purpose=¤ --expect=¤ --materials=¤", ""),
    ("visit edit V0001 --purpose=¤ --expect=¤", ""),
    ("visit move V0001 +4d --reason=¤", "visit show V0001"),
    ("visit cancel V0001 --reason=¤", ""),
    ("product add P2 --spec=¤ --note=¤ -- ¤", ""),
    ("product edit P1 --name=¤ --spec=¤ --note=¤", ""),
    ("deal add C0001 --note=¤ --next=¤ --next-on=+3d -- ¤", ""),
    ("deal edit D0001 --name=¤ --note=¤", ""),
    ("deal lose D0001 --reason=¤", ""),
    ("quote add C0001 --amount=100 --note=¤", ""),
    ("order add C0001 100 --note=¤", ""),
    ("receipt add C0001 10 --reference=¤ --note=¤", ""),
    ("need add C0001 --spec=¤ --decider=¤ -- ¤", ""),
    ("promise edit P0001 --text=¤", ""),
    ("promise waive P0001 --reason=¤", ""),
    ("insight add --at=¤ --impact=¤ --suggest=¤ -- ¤", ""),
    ("competitor add --note=¤ -- ¤", ""),
    ("feedback add --support=¤ -- ¤", ""),
    ("feedback answer F0001 -- ¤", ""),
    ("learning add --hours=1 --takeaway=¤ -- ¤", ""),
    ("ticket open C0001 --workaround=¤ -- ¤", ""),
    ("ticket edit T0001 --text=¤", ""),
    ("task add --requirement=¤ -- ¤@+3d", ""),
    ("task edit K0001 --title=¤ --requirement=¤", ""),
    ("calendar off 2026-12-24 --reason=¤", "calendar show 2026-12-24"),
    ("checklist add visit -- ¤", "checklist list visit"),
    ("plan close --gained=¤ --fell-short=¤ --key-task=¤", "report day"),
    ("week reply --return=¤", ""),
)  # fmt: skip
# What asks nothing of the text of a line but would change what the run stands on.
LEFT_OUT = {"demo", "data purge", "data encrypt", "data decrypt", "data passphrase", "week send", "data copies"}


@dataclass
class Answer:
    """What one command said."""

    words: list[str]
    code: int
    out: str
    err: str

    def strings(self) -> set[str]:
        """Every text in the JSON on stdout."""
        found: set[str] = set()

        def look(value: Any) -> None:
            if isinstance(value, str):
                found.add(value)
            elif isinstance(value, dict | list):
                for part in value.values() if isinstance(value, dict) else value:
                    look(part)

        look(json.loads(self.out))
        return found


def sales(*words: str) -> Answer:
    """Run a command in this process, and see that it ended as the contract says."""
    out, err = io.StringIO(), io.StringIO()
    kept = sys.stdin
    sys.stdin = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = root.run(list(words))
    finally:
        sys.stdin = kept
    answer = Answer(list(words), code, out.getvalue(), err.getvalue())
    assert code in CODES, answer
    assert "Traceback" not in answer.err, answer
    steering = STEERING.findall(answer.out + answer.err)
    assert not steering, (steering, answer)
    return answer


@contextlib.contextmanager
def data_file(template: Path) -> Iterator[Path]:
    """A folder to work in with a copy of the made data, which the commands use."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(template, Path(folder) / "sales.db"))
        os.environ["SALES_DB"] = str(path)
        os.chdir(folder)
        try:
            yield Path(folder)
        finally:
            os.chdir(before)


def expected(text: str) -> set[str] | None:
    """What may come back of a text: as it was cleaned, also of the quotes around all of it; None for no text."""
    try:
        cleaned = clean(text, field="text")
    except BadValue:
        return None
    return {cleaned, unquoted(cleaned)}


def filled(line: str, text: str) -> tuple[list[str], list[str]]:
    """The words of a line of the table with the text in them, and the texts, each with its number behind it."""
    texts: list[str] = []

    def one(word: str) -> str:
        if "¤" not in word:
            return word
        texts.append(f"{text}{len(texts)}")
        return word.replace("¤", texts[-1])

    return [one(word) for word in line.split(" ")], texts


def write_and_read_back(template: Path, text: str) -> None:
    """Every command that keeps a text gives it back the same."""
    for line, reads in WRITTEN:
        words, texts = filled(line, text)
        before_texts = words.index("--") if "--" in words else len(words)
        with data_file(template):
            answer = sales(*words[:before_texts], "--json", *words[before_texts:])
            if any(expected(one) is None for one in texts):
                assert answer.code == 2, answer
                continue
            assert answer.code == 0, answer
            found = sales(*reads.split(" "), "--json").strings() if reads else answer.strings()
        for one in texts:
            assert (expected(one) or set()) & found, (one, expected(one), answer)


def export_and_import(template: Path, text: str) -> None:
    """What an exported file says of a client makes the same client again."""
    name = f"{text}公司"
    if expected(name) is None:
        return
    for ending in ("csv", "xlsx"):
        with data_file(template):
            fields = [f"--{field}={text}{field}" for field in ("note", "address", "short-name", "owner", "alias")]
            assert sales("client", "add", *fields, f"--contact={text}某", "--", name).code == 0
            assert sales("client", "export", f"c.{ending}").code == 0
            before = _clients()
            os.environ["SALES_DB"] = "again.db"
            assert sales("client", "import", f"c.{ending}").code == 0
            assert _clients() == before


def _clients() -> list[dict[str, Any]]:
    rows = json.loads(sales("client", "list", "--json").out)
    left_out = ("uuid", "next_due_on", "days_overdue", "last_contact_on", "need", "needs")
    return sorted(
        ({key: value for key, value in row.items() if key not in left_out} for row in rows), key=lambda row: row["code"]
    )


def every_command() -> Iterator[tuple[list[str], list[tuple[str, str, bool]]]]:
    """The words of each command with its arguments and options that take a value: kind, name, needed."""

    def walk(command: Any, words: list[str]) -> Iterator[tuple[list[str], Any]]:
        for name, below in getattr(command, "commands", {}).items():
            yield from walk(below, [*words, name])
        if not getattr(command, "commands", {}):
            yield words, command

    for name in root.COMMANDS:
        for words, command in walk(root.load(name), [name]):
            places = [
                (
                    "argument" if "Argument" in type(one).__name__ else "option",
                    (one.opts or [one.name])[0],
                    one.required,
                )
                for one in command.params
                if not getattr(one, "is_flag", False) and one.name != "help"
            ]
            yield words, places


def fill_every_place(template: Path, text: str, *, every: int = 1) -> int:
    """The text in all arguments of each command, then in each option; ``every`` so many places; how many were run."""
    lines = []
    for words, places in every_command():
        if " ".join(words) in LEFT_OUT:
            continue
        arguments = [text for kind, _name, _needed in places if kind == "argument"]
        known = ["C0001" for kind, _name, needed in places if kind == "argument" and needed]
        options = [name for kind, name, _needed in places if kind == "option"]
        needed = [f"{name}={text}" for kind, name, must in places if kind == "option" and must]
        lines.append([*words, *needed, "--", *arguments])
        lines += [[*words, f"{name}={text}", *known] for name in options]
    with data_file(template):
        for line in lines[::every]:
            sales(*line)
    return len(lines[::every])


def make_template(folder: Path) -> Path:
    """A data file with a record of every kind."""
    path = folder / "template.db"
    os.environ.update(
        SALES_DB=str(path), SALES_TODAY="2026-11-25", SALES_LANG="en", SALES_CONFIG=str(folder / "config.toml"),
        HOME=str(folder), COLUMNS="120",
    )  # fmt: skip
    root.speak([], dict(os.environ))
    before = Path.cwd()
    os.chdir(folder)
    for line in SETUP:
        answer = sales(*line.split(" "))
        assert answer.code == 0, answer
    os.chdir(before)
    return path


def main() -> int:
    """Run all three, and say how much was run."""
    asked = argparse.ArgumentParser(prog="python -m bench.fuzz")
    asked.add_argument("--small", action="store_true", help="a few texts, for the test suite")
    asked.add_argument("--texts", type=int, default=200, help="how many texts go through the commands that keep one")
    wanted = asked.parse_args()
    many, few = (1, 1) if wanted.small else (wanted.texts, max(wanted.texts // 10, 1))
    began = time.process_time()
    ran = {"read back": 0, "exported and imported": 0, "in every place": 0}
    with tempfile.TemporaryDirectory() as folder:
        template = make_template(Path(folder))

        def with_texts(count: int, work: Any, first: str) -> None:
            phases = [Phase.explicit] if wanted.small else [Phase.explicit, Phase.generate, Phase.shrink]
            quick = settings(
                max_examples=count, deadline=None, database=None, phases=phases,
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            quick(example(first)(given(TEXTS)(work)))()

        def back(text: str) -> None:
            write_and_read_back(template, text)
            ran["read back"] += len(WRITTEN)

        def files(text: str) -> None:
            export_and_import(template, text)
            ran["exported and imported"] += 2

        def everywhere(text: str) -> None:
            ran["in every place"] += fill_every_place(template, text, every=14 if wanted.small else 1)

        try:
            with_texts(many, back, NASTY)
            with_texts(many, files, NASTY)
            with_texts(few, everywhere, NASTY)
        except Exception:
            traceback.print_exc()
            return 1
    for what, count in ran.items():
        print(f"{what:24}{count:8}")
    print(f"{'seconds of CPU':24}{time.process_time() - began:8.1f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

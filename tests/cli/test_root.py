"""What stands before any group, and the one place errors end, through the real program."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from salescli import __version__
from salescli.calendars import Calendar
from salescli.cli.root import COMMANDS, asked_language
from salescli.config import Settings
from salescli.services.accounts import clients as service
from tests.conftest import Sales

PROGRAM = [sys.executable, "-m", "salescli"]
posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and signals of POSIX")


@pytest.fixture
def program(environ: dict[str, str], tmp_path: Path) -> Any:
    """Start the program anew, as a shell does; keywords are those of subprocess.run."""

    def call(*argv: str | bytes, env: dict[str, str] | None = None, **how: Any) -> subprocess.CompletedProcess[bytes]:
        how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **how}
        return subprocess.run([*PROGRAM, *argv], env={**environ, **(env or {})}, cwd=tmp_path, check=False, **how)

    return call


# ---- pages


def test_the_version_and_nothing_else(sales: Sales) -> None:
    assert sales("--version") == (type(sales("--version")))(0, f"sales {__version__}\n", "")


@pytest.mark.parametrize(("lang", "word"), [("en", "Commands:"), ("zh", "命令：")])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_every_command_in_the_language(option: str, lang: str, word: str, sales: Sales) -> None:
    told = sales("--lang", lang, option).out
    assert word in told
    assert [name for name in COMMANDS if not re.search(rf"^  {name} ", told, re.MULTILINE)] == []
    assert all(width(line) <= 80 for line in told.splitlines())


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def test_help_and_refusals_load_no_data_stack() -> None:
    script = (
        "import os, sys\n"
        "from salescli.cli import root\n"
        "sys.stdout = sys.stderr = open(os.devnull, 'w', encoding='utf-8')\n"
        "codes = [root.run(argv.split()) for argv in sys.argv[1:]]\n"
        "stack = {'sqlmodel', 'sqlalchemy', 'pydantic', 'alembic', 'openpyxl', 'python_calamine', 'rich', 'pypinyin'}\n"
        "stack.add('tomlkit')\n"
        "sys.__stdout__.write(f'{codes} {sorted(stack & set(sys.modules))}')\n"
    )
    argvs = ["--help", "--version", "client --help", "visit log --help", "week --help", "bogus", "client bogus"]
    done = subprocess.run([sys.executable, "-c", script, *argvs], capture_output=True, check=True, text=True)
    assert done.stdout == "[0, 0, 0, 0, 0, 2, 2] []"


# The tables that a command asked for all day long may load: each costs as much as a query and a table on the screen.
_FAMILIES = {"client", "contact", "visit"}
HOT = {
    "client list": _FAMILIES,
    "client due": _FAMILIES,
    "visit list": _FAMILIES,
    "visit log 甲 报价 --next 送样@2026-12-02": _FAMILIES,
    "plan today": _FAMILIES,
    "": _FAMILIES,
    "target progress": _FAMILIES,
    "brief 甲": _FAMILIES | {"credit"},
}
TELL_LOADED = """
import json, os, sys
from salescli import db
from salescli.cli import root
heavy = {"alembic", "keyring", "openpyxl", "python_calamine", "rich.table", "sqlcipher3", "tomlkit"}
heavy |= {"salescli.encryption.cipher", "salescli.encryption.keys", "sqlalchemy.dialects.postgresql"}
for line in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")
        code = root.run(line.split())
        from salescli.models.base import SQLModel
        told = [line, code, sorted(SQLModel.metadata.tables), sorted(heavy & set(sys.modules))]
        os.write(1, (json.dumps(told) + "\\n").encode())
        os._exit(0)
    os.waitpid(child, 0)
"""


@posix
def test_what_is_asked_all_day_loads_its_own_tables_alone(
    sales: Sales, environ: dict[str, str], tmp_path: Path
) -> None:
    sales("client", "add", "甲", "--contact", "王工")
    sales("visit", "plan", "甲", "今天", "14:00")
    sales("target", "set", "2026", "100万")
    sales("target", "split", "2026")
    script = [sys.executable, "-c", TELL_LOADED, *HOT]
    done = subprocess.run(script, env=environ, cwd=tmp_path, capture_output=True, check=True)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert told == [[line, 0, sorted(tables), []] for line, tables in HOT.items()]


def test_on_a_new_machine_there_is_a_welcome_and_no_file_is_made(sales: Sales, tmp_path: Path) -> None:
    nowhere = tmp_path / "none" / "sales.db"
    english, chinese = (sales("--db", nowhere, lang=lang) for lang in ("en", "zh"))
    for told in (english.out, chinese.out):
        assert all(name in told for name in ("sales demo", "sales init", "sales --help"))
    assert "Welcome" in english.out
    assert "欢迎" in chinese.out
    assert not nowhere.parent.exists()


def test_with_data_the_program_alone_shows_today_s_plan(sales: Sales) -> None:
    sales("client", "add", "杭州蓝海")
    sales("visit", "plan", "蓝海", "今天", "14:00", "--purpose", "送样品")
    assert sales().out == sales("plan", "today").out
    assert "送样品" in sales().out


# ---- the language


@pytest.mark.parametrize(
    ("argv", "asked"),
    [
        (["--lang", "zh", "client"], "zh"),
        (["--lang=zh", "client"], "zh"),
        (["--debug", "--lang", "zh"], "zh"),
        (["--db", "client", "--lang", "zh", "client"], "zh"),
        (["--lang", "en", "--lang", "zh"], "zh"),
        (["client", "--lang", "zh"], None),
        (["init", "--lang", "zh"], None),
        (["--lang"], None),
        ([], None),
    ],
)
def test_the_language_is_read_before_any_group(argv: list[str], asked: str | None) -> None:
    assert asked_language(argv) == asked


def test_the_option_changes_words_and_no_values(sales: Sales) -> None:
    sales("client", "add", "甲", "--grade", "A")
    english, chinese = (sales("--lang", lang, "client", "show", "甲").out for lang in ("en", "zh"))
    assert "Client" in english
    assert "Client" not in chinese
    assert "客户" in chinese
    assert sales("--lang", "zh", "client", "list", "--json").json() == sales("client", "list", "--json").json()
    assert sales("--lang=ZH", "client", "show", "没有", code=3).err.startswith("没有客户")


@pytest.mark.parametrize("word", ["fr", "", "chinese", "z", "en-"])
def test_another_language_is_refused(word: str, sales: Sales) -> None:
    if word == "en-":  # a locale's name is understood
        sales("--lang", "en-US", "client", "list")
        return
    told = sales("--lang", word, "client", "list", code=2)
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert f"“{word}”" in told.err


# ---- errors

REFUSED = [
    ("bogus", 2, "usage"),
    ("clent list", 2, "usage"),
    ("client bogus", 2, "usage"),
    ("client show", 2, "usage"),
    ("client list --bogus", 2, "usage"),
    ("client list --limit 0", 2, "usage"),
    ("client list --limit x", 2, "usage"),
    ("client list --sort nothing", 2, "usage"),
    ("client add 甲 --grade D", 2, "usage"),
    ("visit list 2026-02-30", 2, "usage"),
    ("target set 2026 12.345", 2, "usage"),
    ("target set 2026 NaN", 2, "usage"),
    ("target set 2026 1e999", 2, "usage"),
    ("client show 没有这家", 3, "not_found"),
    ("client import nothing.csv", 3, "not_found"),
    ("config get nothing", 3, "not_found"),
    ("client add 蓝海", 4, "refused"),
    ("data backup sales.db", 4, "refused"),
    ("--db . client list", 5, "data_file"),
    ("data backup nowhere/copy.db", 7, "not_written"),
]


@pytest.mark.parametrize(("line", "code", "token"), REFUSED)
def test_an_error_is_one_sentence_on_stderr_or_one_object(line: str, code: int, token: str, sales: Sales) -> None:
    if line == "client add 蓝海":
        sales("client", "add", "蓝海")
    told = sales(*line.split(), lang="zh", code=code)
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.endswith(("。\n", "？\n"))
    assert re.search("[\u4e00-\u9fff]", told.err.replace("没有这家", "").replace("蓝海", ""))
    if line.startswith("data"):
        return  # prints no records
    told = sales(*line.split(), "--json", code=code)
    assert told.out == ""
    error = told.error()
    assert set(error) == {"code", "message", "hint"}
    assert error["code"] == token
    assert error["message"].endswith((".", "?"))
    assert told.err.count("\n") == 1


def test_a_traceback_is_shown_when_asked_for_alone(sales: Sales) -> None:
    assert "Traceback" not in sales("client", "show", "没有", code=3).err
    told = sales("--debug", "client", "show", "没有", code=3)
    assert "Traceback" in told.err
    assert told.err.splitlines()[-1].startswith("There is no client “没有”.")


def test_a_group_without_a_verb_shows_its_verbs(sales: Sales) -> None:
    told = sales("client", code=2)
    assert "import" in told.err
    assert told.out == ""


def test_what_steers_a_terminal_is_written_out_in_errors(sales: Sales) -> None:
    told = sales("client", "show", "\x1b[31m\u202e甲\n乙", code=3)
    assert told.err.count("\n") == 1
    assert not re.search("[\x1b\u202e]", told.err)
    assert "\\x1b[31m\\u202e甲 乙" in told.err
    in_json = sales("client", "show", "\x1b\u202e\x9b甲", "--json", code=3)
    assert not re.search("[\x1b\u202e\x9b]", in_json.err)
    assert "“\x1b\u202e\x9b甲”" in in_json.error()["message"]


# ---- streams and signals


@pytest.mark.parametrize(
    "argv",
    [
        ("client", "list", "\udcff"),
        ("client", "add", "a\udcffb"),
        ("visit", "list", "--client", "\udcff"),
        ("config", "set", "slots.summer.begin", "\udcff"),
    ],
)
def test_arguments_that_are_no_text_are_refused(argv: tuple[str, ...], sales: Sales) -> None:
    told = sales(*argv, code=2)
    assert (told.out, told.err.count("\n")) == ("", 1)


@posix
def test_bytes_that_are_no_text_are_refused_but_name_a_data_file(program: Any, tmp_path: Path) -> None:
    done = program(b"client", b"list", b"\xff\xfe")
    assert (done.returncode, done.stderr.count(b"\n"), done.stdout) == (2, 1, b"")
    try:
        (tmp_path / "probe\udcff").touch()
    except OSError:
        return  # this file system has names in UTF-8 alone
    assert program(b"--db", os.fsencode(tmp_path) + b"/\xff.db", b"client", b"add", b"a").returncode == 0
    assert (tmp_path / "\udcff.db").stat().st_size > 0


@posix
@pytest.mark.parametrize("clients", [0, 40], ids=["less than a buffer", "more than a buffer"])
def test_a_reader_that_has_gone_is_no_error(clients: int, program: Any, session: Session, defaults: Settings) -> None:
    for number in range(clients):
        service.add(session, {"name": f"客户{number}"}, None, date(2026, 11, 25), defaults, Calendar())
    session.commit()
    read, write = os.pipe()
    os.close(read)
    done = program("client", "list", "--json", stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is full")
def test_output_that_can_t_be_written_is_said(program: Any, sales: Sales) -> None:
    with Path("/dev/full").open("w") as full:
        done = program("client", "add", "甲", stdout=full)
        assert done.returncode == 7
        assert done.stderr.decode().splitlines()[-1] == (
            "The output can't be written: the disk is full. What the command was to store is stored."
        )
        assert program("bogus", stderr=full).returncode == 2
        assert program("config", "path", stderr=full).returncode == 0
    assert len(sales("client", "list", "--json").json()) == 1


@posix
def test_closed_streams_are_no_error(environ: dict[str, str]) -> None:
    shell = f'"{sys.executable}" -m salescli'
    for line, code in ((f"{shell} config list >&-", 0), (f"{shell} bogus 2>&-", 2), (f"{shell} config path <&-", 0)):
        done = subprocess.run(["sh", "-c", line], env=environ, capture_output=True, check=False)
        assert (line, done.returncode, b"Traceback" in done.stderr) == (line, code, False)


@posix
def test_ctrl_c_ends_with_130_and_nothing_stored(environ: dict[str, str], tmp_path: Path, sales: Sales) -> None:
    sales("client", "add", "甲")
    argv = [*PROGRAM, "visit", "log", "-"]
    child = subprocess.Popen(argv, env=environ, cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdin
    child.stdin.write("甲 见面 下一步 报价@下周三\n".encode())
    child.stdin.flush()
    _wait_until_reading(child.pid)
    child.send_signal(signal.SIGINT)
    _out, said = child.communicate(timeout=10)
    assert (child.returncode, said) == (130, b"Interrupted.\n")
    assert sales("visit", "list", "2026", "--json").json() == []


@posix
@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_told_to_end_again_while_it_says_so_it_ends_with_130(
    environ: dict[str, str], tmp_path: Path, number: str
) -> None:
    said, stderr = os.pipe()
    os.set_blocking(stderr, False)
    with contextlib.suppress(BlockingIOError):
        while os.write(stderr, b" " * 4096):
            pass
    os.set_blocking(stderr, True)  # and full: it can say nothing until somebody reads
    child = subprocess.Popen(
        [*PROGRAM, "visit", "log", "-"], env=environ, cwd=tmp_path, stdin=subprocess.PIPE, stderr=stderr
    )
    _wait_until_reading(child.pid)
    for _time in range(2):
        child.send_signal(getattr(signal, number))
        time.sleep(0.3)
    os.close(stderr)
    assert child.wait(timeout=10) == 130
    os.close(said)
    assert child.stdin
    child.stdin.close()


def _wait_until_reading(pid: int) -> None:
    """Wait until a process sleeps in a read of its standard input."""
    deadline = time.monotonic() + 10
    wchan = Path(f"/proc/{pid}/wchan")
    while time.monotonic() < deadline:
        time.sleep(0.1)
        if not wchan.exists():
            time.sleep(2)
            return
        if "pipe" in wchan.read_text():
            return


@posix
def test_ctrl_c_while_starting_shows_no_traceback(environ: dict[str, str], tmp_path: Path) -> None:
    script = "import os, signal, sys\nimport salescli.__main__\nos.kill(os.getpid(), signal.SIGINT)\n"
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")


def test_a_gbk_pipe_gets_gbk_and_json_without_loss(program: Any, sales: Sales) -> None:
    sales("client", "add", "杭州蓝海😀𠮷", "--json")
    gbk = {"PYTHONIOENCODING": "gbk", "SALES_LANG": "zh"}
    assert "杭州蓝海??" in program("client", "list", env=gbk).stdout.decode("gbk")
    told = program("client", "list", "--json", env=gbk).stdout
    assert told.isascii()
    assert json.loads(told)[0]["name"] == "杭州蓝海😀𠮷"
    assert "没有客户" in json.loads(program("client", "show", "没有", "--json", env=gbk).stderr)["error"]["message"]


# ---- a terminal


@pytest.fixture
def on_terminal(environ: dict[str, str], tmp_path: Path) -> Any:
    """The program's whole output on a real terminal of so many columns."""
    pexpect = pytest.importorskip("pexpect")

    def call(*argv: str, columns: int = 80, **env: str) -> str:
        kept = {name: value for name, value in environ.items() if name != "COLUMNS"}
        child = pexpect.spawn(
            PROGRAM[0],
            [*PROGRAM[1:], *argv],
            env={**kept, "TERM": "xterm-256color", **env},
            cwd=str(tmp_path),
            dimensions=(24, columns),
            encoding="utf-8",
            timeout=20,
        )
        told: str = child.read()
        child.close()
        assert child.exitstatus == 0
        return told.replace("\r\n", "\n")

    return call


@posix
def test_a_terminal_gets_a_table_and_a_pipe_plain_text(on_terminal: Any, sales: Sales) -> None:
    for name in ("杭州蓝海机电", "ABC", "[red][/] :x:"):
        sales("client", "add", name)
    table = on_terminal("client", "list", columns=100)
    lines = [line for line in re.sub(r"\x1b\[[\d;]*m", "", table).splitlines() if line.strip()]
    assert any("──" in line for line in lines)
    assert all(width(line) <= 100 for line in lines)
    assert "[red][/] :x:" in table
    starts = {width(line[: line.index("2026-")]) for line in lines if "2026-" in line}
    assert len(starts) == 1
    piped = sales("client", "list").out
    assert not re.search("[\x1b─━│]", piped)
    assert len({width(line[: line.index("2026-")]) for line in piped.splitlines()[1:]}) == 1


@posix
def test_no_colour_when_none_is_wanted(on_terminal: Any, sales: Sales) -> None:
    sales("client", "add", "甲")
    assert not re.search(r"\x1b\[(3|4|9)\d", on_terminal("client", "list", NO_COLOR="1"))


@posix
def test_json_is_the_same_on_a_terminal(on_terminal: Any, sales: Sales) -> None:
    sales("client", "add", "甲")
    assert on_terminal("client", "list", "--json") == sales("client", "list", "--json").out

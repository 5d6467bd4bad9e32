"""Text of any kind through every command: read back the same, answered by a sentence, and never steering a terminal.

`python -m bench.fuzz` does the same with many random texts; here a few nasty ones pass.
"""

import os
import re
import sys
from pathlib import Path

import pytest

from bench import fuzz
from tests.conftest import Sales

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
WILD = "\x1b]0;x\x07\u202e[red][/]:smile:\x9b2J"


def test_a_wild_text_goes_through_every_command_and_comes_back_the_same(
    template: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("SALES_DB", "SALES_TODAY", "SALES_LANG", "SALES_CONFIG", "HOME", "COLUMNS"):  # which it sets
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(sys, "argv", ["fuzz", "--small"])
    done = fuzz.main()
    said = capsys.readouterr()
    assert done == 0, said.err[-3_000:]
    ran = dict(re.findall(r"^(.+?) {2,}(\d+)$", said.out, re.MULTILINE))
    assert int(ran["read back"]) >= 30
    assert int(ran["in every place"]) >= 50


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("client", "show", WILD), 3),
        (("client", WILD), 2),
        ((WILD,), 2),
        (("client", "list", f"--{WILD}"), 2),
        (("client", "import", f"{WILD}.csv"), 3),
        (("client", "export", f"{WILD}.txt"), 2),
        (("visit", "plan", "C0001", WILD), 2),
        (("config", "set", "language", WILD), 2),
        (("--lang", WILD, "today"), 2),
    ],
)
def test_an_error_that_repeats_what_was_typed_steers_nothing(sales: Sales, words: tuple[str, ...], code: int) -> None:
    sales("client", "add", "甲")
    words = tuple(word.replace("\x00", "") for word in words)
    for form in ([], ["--json"]) if words[0] == "client" and code == 3 else ([],):
        answer = sales(*words, *form, code=code)
        assert STEERING.findall(answer.out + answer.err) == []
        assert answer.err.strip()


@pytest.mark.parametrize("name", ["../../x", "客" * 86, "x\r\nBcc: y@z.cn"])
def test_a_persons_name_makes_a_file_in_the_working_folder_and_one_header_of_the_mail(
    sales: Sales, tmp_path: Path, name: str
) -> None:
    sales("init", "--yes", "--name", name, "--email", "me@example.com", "--manager-email", "boss@example.com")
    sales("week", "sheet", "2026-W48")
    sales("week", "send", "2026-W48")
    (sheet,), (mail,) = list(tmp_path.glob("*.xlsx")), list(tmp_path.glob("*.eml"))
    for path in (sheet, mail):
        assert len(path.name.encode()) <= 255
        assert not re.search(r'[\x00-\x1f/\\:*?"<>|]|[. ]$', path.name)
    head = mail.read_text("utf-8").split("\n\n")[0]
    assert re.findall(r"^(To|Bcc|Cc): (.*)$", head, re.MULTILINE) == [("To", "boss@example.com")]


@pytest.mark.parametrize("field", ["--to", "--cc"])
def test_an_address_with_a_line_break_or_outside_ascii_is_refused(sales: Sales, field: str) -> None:
    sales("init", "--yes", "--name", "张三", "--email", "me@example.com", "--manager-email", "boss@example.com")
    for address in ("a@b.cn\r\nBcc: c@d.cn", "经理@例子.中国"):
        answer = sales("week", "send", "2026-W48", f"{field}={address}", code=2)
        assert "is not an e-mail address that mail can be sent to" in answer.err


@pytest.mark.parametrize(
    ("given", "special"), [("/dev/zero", "a device"), ("pipe", "a device"), (".", "a folder"), ("sparse", "10,240 MB")]
)
@pytest.mark.skipif(os.name != "posix", reason="devices and pipes")
def test_a_map_that_is_no_file_is_refused_unread(sales: Sales, tmp_path: Path, given: str, special: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "sparse").open("wb") as stream:
        stream.truncate(10 << 30)
    (tmp_path / "clients.csv").write_text("name\nx\n")
    assert special in sales("client", "import", "clients.csv", "--map", given, code=4).err


def test_a_telephone_number_loses_the_apostrophe_that_kept_it_a_text(sales: Sales, tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text("客户名称,手机\n甲,'014100000001\n", "utf-8")
    sales("client", "import", "clients.csv")
    (contact,) = sales("client", "show", "甲", "--json").json()["contacts"]
    assert contact["mobile"] == "014100000001"


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("limits.rows", "1", "more than 1 rows"),
        ("limits.columns", "1", "more than 1 columns"),
        ("limits.csv_mb", "1", "the limit is 1 MB"),
    ],
)
def test_the_limits_are_those_of_the_settings(
    sales: Sales, tmp_path: Path, setting: str, value: str, said: str
) -> None:
    filling = "x" * (1 << 20) if setting == "limits.csv_mb" else ""
    (tmp_path / "clients.csv").write_text(f"客户名称,备注\n甲,{filling}\n乙,\n", "utf-8")
    sales("config", "set", setting, value)
    assert said in sales("client", "import", "clients.csv", code=4).err

"""What a user would pick instead, on as many records, the same deed in turn with ours.

`task` (taskwarrior) is used where it is installed; the others are installed by pip into an environment made for the
purpose. One that can't be had is left out with a sentence.
"""

import contextlib
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from bench import long_career
from bench.commands import SALES
from bench.figures import Command, Figure, in_turn

_INSTALLED = ("khard", "todoman", "jrnl", "sqlite-utils")
_SIGNS = "海天恒瑞华明远大金长风新科信达永兴嘉禾百川志诚同济雅致翔宇东升"
_TODAY = date(2026, 11, 25)
OURS = {
    "list all": "client list",
    "search": "client list 海天",
    "due": "client due",
    "add": "visit log C0150 谈了价格 --no-next x",
}
Deeds = dict[str, list[str]]  # a deed: the words that do it
Records = list[tuple[str, date]]


def figures(kept: Path, folder: Path, environ: Mapping[str, str], *, small: bool) -> list[Figure]:
    """Every peer beside ours, deed by deed: its seconds, and how many times ours they are."""
    count, runs = (1_000, 1) if small else (10_000, 5)
    ours = folder / "ours.db"
    long_career.make(ours, long_career.Size(count, count, count // 5))
    environ = {**environ, "SALES_DB": str(ours), "HOME": str(folder), "TASKRC": str(folder / "taskrc")}
    environ |= {f"XDG_{kind.upper()}_HOME": str(folder / kind) for kind in ("config", "cache", "data")}
    programs, records = _environment(kept / "peers"), _records(count)
    peers = {name: make(folder, programs, records) for name, make in _PEERS.items()}
    found: list[Figure] = []
    for name, deeds in peers.items():
        if not deeds:
            print(f"{name} is left out: it is not installed here and could not be.", file=sys.stderr)
    for deed, words in OURS.items():
        # Some say with a 1 that they found nothing.
        there = {name: Command(deeds[deed], environ, fine=(0, 1)) for name, deeds in peers.items() if deed in deeds}
        medians = in_turn({"sales": Command([*SALES, *words.split()], environ), **there}, runs)
        for name, taken in medians.items():
            ratio = None if name == "sales" else taken / medians["sales"]
            found.append(Figure(f"{deed}, {count:,}: {name}", taken, "sales" if ratio else "", ratio))
    return found


def _environment(place: Path) -> Path:
    """The folder of the programs installed for this; made once."""
    programs = place / ("Scripts" if sys.platform == "win32" else "bin")
    if not programs.exists():
        with contextlib.suppress(subprocess.CalledProcessError, OSError):
            subprocess.run([sys.executable, "-m", "venv", str(place)], check=True, capture_output=True)
        for name in _INSTALLED:
            with contextlib.suppress(subprocess.CalledProcessError, OSError):
                subprocess.run(
                    [str(programs / "python"), "-m", "pip", "install", "--quiet", name], check=True, capture_output=True
                )
    return programs


def _records(count: int) -> Records:
    chance = random.Random(20261122)
    return [
        (
            f"杭州{''.join(chance.choices(_SIGNS, k=4))}{number}有限公司",
            _TODAY + timedelta(days=chance.randint(-3, 300)),
        )
        for number in range(count)
    ]


def _task(folder: Path, _programs: Path, records: Records) -> Deeds:
    program = shutil.which("task")
    if program is None:
        return {}
    data = folder / "task"
    data.mkdir()
    (folder / "taskrc").write_text(f"data.location={data}\nconfirmation=off\nverbose=nothing\n", encoding="utf-8")
    tasks = [{"description": name, "due": f"{day:%Y%m%d}T090000Z", "status": "pending"} for name, day in records]
    file = folder / "tasks.json"
    file.write_text(json.dumps(tasks), encoding="utf-8")
    environ = {"TASKRC": str(folder / "taskrc"), "HOME": str(folder), "LANG": "C.UTF-8"}
    subprocess.run([program, "import", str(file)], env=environ, capture_output=True, check=True)
    return {
        "list all": [program, "limit:0", "list"],
        "search": [program, "limit:0", "/海天/", "list"],
        "due": [program, "limit:0", "due.before:2026-11-26", "list"],
        "add": [program, "add", "谈了价格"],
    }


def _khard(folder: Path, programs: Path, records: Records) -> Deeds:
    program = programs / "khard"
    if not program.exists():
        return {}
    book, config = folder / "contacts", folder / "config" / "khard"
    book.mkdir()
    config.mkdir(parents=True)
    (config / "khard.conf").write_text(f"[addressbooks]\n[[main]]\npath = {book}\n", encoding="utf-8")
    for number, (name, _day) in enumerate(records):
        card = f"UID:u{number}\r\nFN:{name}\r\nN:{name};;;;\r\nTEL;TYPE=cell:1410{number:07}\r\n"
        (book / f"u{number}.vcf").write_text(
            f"BEGIN:VCARD\r\nVERSION:3.0\r\n{card}END:VCARD\r\n", encoding="utf-8", newline=""
        )
    new = folder / "new.yaml"
    new.write_text("First name: 新\nLast name: 张\nPhone:\n    cell: 14100000000\n", encoding="utf-8")
    return {
        "list all": [str(program), "list"],
        "search": [str(program), "list", "海天"],
        "add": [str(program), "new", "-i", str(new)],
    }


def _todoman(folder: Path, programs: Path, records: Records) -> Deeds:
    program = programs / "todo"
    if not program.exists():
        return {}
    tasks, config = folder / "todos" / "work", folder / "config" / "todoman"
    tasks.mkdir(parents=True)
    config.mkdir(parents=True)
    (config / "config.py").write_text(
        f'path = "{folder / "todos"}/*"\ndate_format = "%Y-%m-%d"\ndefault_list = "work"\n', encoding="utf-8"
    )
    for number, (name, day) in enumerate(records):
        (tasks / f"u{number}.ics").write_text(
            f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VTODO\r\nUID:u{number}\r\n"
            f"DTSTAMP:20261101T000000Z\r\nSUMMARY:{name}\r\nDUE;VALUE=DATE:{day:%Y%m%d}\r\n"
            "END:VTODO\r\nEND:VCALENDAR\r\n",
            encoding="utf-8", newline="",
        )  # fmt: skip
    hours = max(24, int((datetime(2026, 11, 26) - datetime.now()).total_seconds() // 3600))  # noqa: DTZ001, DTZ005
    return {
        "list all": [str(program), "list"],
        "search": [str(program), "list", "--grep", "海天"],
        "due": [str(program), "list", "--due", str(hours)],
        "add": [str(program), "new", "--list", "work", "谈了价格"],
    }


def _jrnl(folder: Path, programs: Path, records: Records) -> Deeds:
    program = programs / "jrnl"
    if not program.exists():
        return {}
    journal, config = folder / "journal.txt", folder / "jrnl.yaml"
    journal.write_text(
        "".join(f"[{day - timedelta(days=400)} 09:00] {name}\n谈了价格\n\n" for name, day in records), encoding="utf-8"
    )
    told = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout
    version = next((word for word in told.split() if word.startswith("v")), "v4.0")
    config.write_text(
        f"version: {version}\ncolors: {{body: none, date: none, tags: none, title: none}}\ndefault_hour: 9\n"
        f"default_minute: 0\neditor: ''\nencrypt: false\nhighlight: false\nindent_character: '|'\n"
        f"journals: {{default: {{journal: '{journal}'}}}}\nlinewrap: 79\ntagsymbols: '@'\n"
        "template: false\ntimeformat: '%Y-%m-%d %H:%M'\n",
        encoding="utf-8",
    )  # fmt: skip
    base = [str(program), "--config-file", str(config)]
    return {
        "list all": [*base, "--short"],
        "search": [*base, "-contains", "海天", "--short"],
        "add": [*base, "谈了价格"],
    }


def _sqlite_utils(folder: Path, programs: Path, records: Records) -> Deeds:
    program, file, row = programs / "sqlite-utils", folder / "utils.db", folder / "row.json"
    if not program.exists():
        return {}
    rows = folder / "rows.json"
    rows.write_text(json.dumps([{"id": n, "name": name, "due": str(day)} for n, (name, day) in enumerate(records)]))
    row.write_text(json.dumps([{"name": "谈了价格", "due": "2026-12-01"}]))
    subprocess.run(
        [str(program), "insert", str(file), "client", str(rows), "--pk", "id"], capture_output=True, check=True
    )
    subprocess.run([str(program), "create-index", str(file), "client", "due"], capture_output=True, check=True)
    return {
        "list all": [str(program), "rows", str(file), "client", "--table"],
        "search": [str(program), str(file), "select * from client where name like '%海天%'", "--table"],
        "due": [str(program), str(file), "select * from client where due <= '2026-11-25'", "--table"],
        "add": [str(program), "insert", str(file), "visit", str(row)],
    }


_PEERS: dict[str, Callable[[Path, Path, Records], Deeds]] = {
    "taskwarrior": _task,
    "khard": _khard,
    "todoman": _todoman,
    "jrnl": _jrnl,
    "sqlite-utils": _sqlite_utils,
}

"""The rules of the house: imports run downwards only, and what every file, function and command has."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from salescli import services
from salescli.cli import root

PACKAGE = Path(root.__file__).parents[1]
# Each room with those it may import from, besides itself.
BELOW = {
    "__main__": {"cli"},
    "cli": {"services", "render", "copies", "restoring", "db", "tabular", "decomposition", "ground"},
    "restoring": {"copies", "db", "ground"},
    "copies": {"db", "ground"},
    "services": {"models", "tabular", "decomposition", "ground"},
    "render": {"ground"},
    "models": {"ground"},
    "db": {"ground"},
    "tabular": {"ground"},
    "decomposition": {"ground"},
    "ground": set[str](),
}
# What may be imported inside a function, and why; everything else stands at the top of its file.
LAZY = {
    ("cli", "salescli.db"): "help, version and completion load no data stack",
    ("cli", "salescli.copies"): "only commands on copies, and the first that writes on a day, need it",
    ("cli", "salescli.restoring"): "only `data restore` needs it",
    ("cli", "salescli.tabular"): "reading files is for imports and templates alone",
    ("cli", "salescli.outbox"): "only a mail that is sent needs the network's libraries",
    ("cli", "salescli.json_text"): "only an error of a --json run needs it",
    ("cli", "rich"): "only the progress bar of a long import needs it",
    ("cli", "salescli.encryption.keys"): "only an encrypted data file needs it",
    ("db", "salescli.encryption.keys"): "only an encrypted data file needs it",
    ("db", "salescli.encryption.cipher"): "only an encrypted data file needs it",
    ("db", "alembic"): "as slow as the whole stack, and only for a schema that is behind",
    ("ground", "pypinyin"): "reading commands never spell",
    ("ground", "borax"): "only years without an official notice need the lunar calendar",
    ("ground", "chinese_calendar"): "4 ms that many commands can do without",
    ("ground", "tomllib"): "many have no file of settings",
    ("ground", "tomlkit"): "only `config set` writes settings",
    ("ground", "salescli.vocabulary"): "only `config set` reads words of the field",
    ("ground", "keyring"): "an extra, and only mail through a server and encrypted data files ask it",
    ("ground", "sqlcipher3"): "an extra, and only an encrypted data file needs it",
    ("ground", "pyrage"): "an extra, and only an export of encrypted data needs it",
    ("ground", "icalendar"): "only an .ics of holidays needs it",
    ("ground", "vobject"): "an extra, and only contacts of phones need it",
    ("ground", "dateutil.rrule"): "only an .ics of holidays needs it",
    ("services", "salescli.models.profile"): "all read the calendar as plain columns, and few set a day of it",
    ("services", "salescli.models.targets"): "days are read as plain columns, and few commands alter a target",
    ("services", "salescli.models.day_plans"): "a plan is shown from plain columns, and altered when its day is closed",
    ("render", "icalendar"): "only a plan as an .ics needs it",
    ("render", "salescli.render.export_workbook"): "openpyxl, for which a .csv need not wait",
    ("render", "matplotlib"): "an extra, and only for --chart",
    ("render", "rich"): "tables are for terminals alone, and half of Rich's import time",
}


def _name(path: Path) -> str:
    parts = ["salescli", *path.relative_to(PACKAGE).with_suffix("").parts]
    return ".".join(part for part in parts if part != "__init__")


TREES = {_name(path): ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
TEXTS = {_name(path): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


def room(module: str) -> str:
    """The room of the house that a module lies in."""
    return next((part for part in module.split(".")[1:2] if part in BELOW), "ground")


def imports_of(node: ast.AST, *, inside: bool = False) -> Iterator[tuple[str, bool]]:
    """(module, whether inside a function) of every import under ``node`` but those for types alone."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from ((alias.name, inside) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            whole = (f"{child.module}.{alias.name}" for alias in child.names)
            yield from ((name if name in TREES else child.module or ".", inside) for name in whole)
        elif not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield from imports_of(child, inside=inside or isinstance(child, ast.FunctionDef))


def own_imports(module: str) -> set[str]:
    """The modules of the package that a module imports when it runs."""
    return {name for name, _inside in imports_of(TREES[module]) if name.split(".")[0] == "salescli"}


def offenders(look: Callable[[str], object]) -> dict[str, object]:
    """What ``look`` finds wrong, by module."""
    return {module: found for module in TREES if (found := look(module))}


def calls_of(module: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(TREES[module]) if isinstance(node, ast.Call))


def test_imports_run_downwards_only() -> None:
    def upwards(module: str) -> set[str]:
        allowed = {room(module), *BELOW[room(module)]}
        return {name for name in own_imports(module) - {"salescli"} if room(name) not in allowed}

    assert offenders(upwards) == {}


def test_a_room_of_services_uses_those_named_before_it() -> None:
    def upwards(module: str) -> set[str]:
        own, *_subject = module.removeprefix("salescli.services.").split(".")
        later = services.ROOMS[services.ROOMS.index(own) + 1 :] if own in services.ROOMS else services.ROOMS
        return {
            name for name in own_imports(module) if name.startswith(tuple(f"salescli.services.{r}." for r in later))
        }

    assert {module: found for module in TREES if room(module) == "services" and (found := upwards(module))} == {}


def test_no_module_imports_itself_by_a_detour() -> None:
    # The doors of services and render open a subject when it is asked for; no circle runs through them.
    doors = {"salescli", "salescli.services", "salescli.render"}
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " → ".join([*way, module])
        for name in () if module in done else sorted(own_imports(module) - doors - {module}):
            visit(name, (*way, module))
        done.add(module)

    for module in TREES:
        visit(module, ())


def test_an_import_inside_a_function_has_a_reason() -> None:
    def unexplained(module: str) -> list[str]:
        known = tuple(name for part, name in LAZY if part == room(module))
        return [name for name, inside in imports_of(TREES[module]) if inside and not (known and name.startswith(known))]

    assert offenders(unexplained) == {}


def test_a_file_has_fewer_than_500_lines_and_says_what_it_holds() -> None:
    assert offenders(lambda module: len(TEXTS[module].splitlines()) >= 500) == {}
    assert offenders(lambda module: TEXTS[module].strip() and not ast.get_docstring(TREES[module])) == {}


def _definitions(module: str) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in TREES[module].body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            inner = node.body if isinstance(node, ast.ClassDef) else []
            yield from (method for method in inner if isinstance(method, ast.FunctionDef) and method.name[0] != "_")


def _is_command(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether Typer takes it for a command, whose sentence is its help."""
    return isinstance(node, ast.FunctionDef) and (
        "typer.Context" in ast.unparse(node.args)
        or any("command(" in ast.unparse(mark) for mark in node.decorator_list)
    )


def test_every_public_function_and_class_says_what_it_does() -> None:
    def silent(module: str) -> list[str]:
        return [
            node.name
            for node in _definitions(module)
            if not ast.get_docstring(node) and not _is_command(node) and not node.name.startswith("process_")
        ]

    assert offenders(silent) == {}


def test_the_clock_is_read_in_one_place() -> None:
    clocks = ("date.today", "datetime.now", "datetime.utcnow", "datetime.today", "time.time", "time.localtime")

    def reading(module: str) -> list[str]:
        return [said for call in calls_of(module) if (said := ast.unparse(call.func)).endswith(clocks)]

    # Files left behind age by the system's clock, which stamps them, whatever day the user is at.
    assert offenders(reading) == {"salescli.dates": ["datetime.now"], "salescli.paths": ["time.time"]}


def test_there_is_one_way_out() -> None:
    ways = ("sys.stdout.write", "sys.stderr.write", "typer.echo", "typer.secho", "typer.prompt", "typer.confirm")

    def writing(module: str) -> list[str]:
        forbidden = ("print",) if room(module) == "cli" or module == "salescli.render.output" else ("print", *ways)
        return [said for call in calls_of(module) if (said := ast.unparse(call.func)) in forbidden]

    assert offenders(writing) == {}


def test_services_neither_commit_nor_ask_nor_look_at_the_environment() -> None:
    def doing(module: str) -> list[str]:
        said = [ast.unparse(call.func) for call in calls_of(module)] if room(module) == "services" else []
        return [call for call in said if call.endswith(("session.commit", "input", "getenv", "environ.get"))]

    assert offenders(doing) == {}


def test_messages_are_translated_before_they_are_filled_in() -> None:
    def filled(module: str) -> list[str]:
        said = [call for call in calls_of(module) if ast.unparse(call.func) in ("_", "N_", "_n")]
        return [ast.unparse(call) for call in said if any(isinstance(arg, ast.JoinedStr) for arg in call.args)]

    assert offenders(filled) == {}


def test_module_names_say_what_things_are() -> None:
    vague = ("util", "helper", "manager", "handler", "common", "misc")
    assert offenders(lambda module: [word for word in vague if word in module]) == {}


# ---- the commands, as they are in each language

TELL = """
import json, sys
from salescli import i18n
i18n.activate(sys.argv[1])
from salescli.cli import root
def told(command):
    verbs = getattr(command, "commands", None) or {}
    return {
        "help": command.help or "",
        "short": command.get_short_help_str(200),
        "params": {param.opts[0]: getattr(param, "help", None) or "" for param in command.params},
        "verbs": {name: told(verb) for name, verb in verbs.items()},
    }
summaries = {name: i18n._(summary) for name, (_module, _command, summary) in root.COMMANDS.items()}
print(json.dumps([summaries, {name: told(root.load(name)) for name in root.COMMANDS}]))
"""
Told = dict[str, Any]


@pytest.fixture(params=["en", "zh"], scope="module")
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def told(language: str) -> tuple[dict[str, str], Told]:
    """What the table of commands says of each, and what the commands say themselves."""
    argv = [sys.executable, "-c", TELL, language]
    done = subprocess.run(argv, capture_output=True, check=True, env={**os.environ, "PYTHONUTF8": "1"})
    summaries, commands = json.loads(done.stdout)
    return summaries, commands


def every_command(commands: Told, way: str = "sales") -> Iterator[tuple[str, Told]]:
    for name, command in commands.items():
        yield f"{way} {name}", command
        yield from every_command(command["verbs"], f"{way} {name}")


def test_the_table_of_commands_says_what_the_groups_say(told: tuple[dict[str, str], Told]) -> None:
    summaries, commands = told
    groups = {name for name, (_module, command, _summary) in root.COMMANDS.items() if not command}
    assert {name for name, command in commands.items() if command["verbs"]} == groups
    assert {name: commands[name]["help"] for name in groups} == {name: summaries[name] for name in groups}


def test_every_command_has_help_with_examples_and_every_option_has_help(
    language: str, told: tuple[dict[str, str], Told]
) -> None:
    for way, command in every_command(told[1]):
        assert command["short"], way
        assert (language == "zh") is any("\u4e00" <= char <= "\u9fff" for char in command["short"]), way
        assert [name for name, said in command["params"].items() if not said] == [], way
        assert command["verbs"] or command["help"].startswith("\b\n  sales "), way


def test_an_example_names_a_real_command_and_its_options(told: tuple[dict[str, str], Told]) -> None:
    commands = dict(every_command(told[1]))
    for way, command in commands.items():
        for line in command["help"].split("\n\n")[0].splitlines()[1:] if not command["verbs"] else ():
            words = line.split()
            named = max(
                (known for known in commands if f"{line.strip()} ".startswith(f"{known} ")), key=len, default=""
            )
            assert named, f"{way}: {line}"
            assert not commands[named]["verbs"], f"{way}: {line}"
            options = {word.split("=")[0] for word in words if word.startswith("--")}
            assert options <= set(commands[named]["params"]), f"{way}: {line}"

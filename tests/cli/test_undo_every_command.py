"""Every command that changes data is taken back to the last column, and done again."""

import inspect
import random
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from salescli.cli import root
from tests.undo_desk import STORY, Desk, play

# Commands that open the data file for writing and are not to be undone, with the reason.
NOT_UNDONE = {
    "undo": "redo takes it back",
    "redo": "undo takes it back",
    "data purge": "it leaves no trace, in the log neither",
}


def commands() -> Iterator[tuple[str, Any]]:
    """Every command of the program, by its words."""
    below = [(name, root.load(name)) for name in root.COMMANDS]
    while below:
        name, command = below.pop()
        if hasattr(command, "commands"):
            below += [(f"{name} {verb}", one) for verb, one in command.commands.items()]
        else:
            yield name, command


def writes(code: CodeType, known: dict[str, Any], seen: set[CodeType]) -> bool:
    """Whether a function, or one of the face that it calls, opens the data file for writing."""
    if code in seen:
        return False
    seen.add(code)
    if "writing" in code.co_names:
        return True
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    if any(writes(one, known, seen) for one in inner):
        return True
    named = [known[name] for name in code.co_names if name in known]
    within = [getattr(one, name, None) for one in named if isinstance(one, ModuleType | type) for name in code.co_names]
    called = [one for one in (*named, *within) if isinstance(one, FunctionType)]
    return any(
        writes(one.__code__, one.__globals__, seen) for one in called if one.__module__.startswith("salescli.cli")
    )


def test_every_command_that_writes_stands_in_the_story() -> None:
    callbacks = {name: inspect.unwrap(command.callback) for name, command in commands()}
    found = {name for name, one in callbacks.items() if writes(one.__code__, one.__globals__, set())}
    lines = [line.split(" ", 1)[1] if line.startswith("@") else line for line in STORY]
    told = {name for name in found for line in lines if f"{line} ".startswith(f"{name} ")}
    assert len(told) > 130
    assert found - told == set(NOT_UNDONE), "add a line to tests/undo_desk.py"


def test_every_command_is_undone_to_the_last_column_and_redone(template: Path, tmp_path: Path) -> None:
    desk = Desk(tmp_path, template)
    states, done = [desk.state()], []
    for line in STORY:
        batches = desk.batches()
        assert desk.run(line) == 0 or line.startswith("doctor"), f"{line}: {desk.said}"  # finds more than it mends
        if not line.startswith("!"):
            assert desk.batches() == batches + 1, f"{line} is not in the log: {desk.said}"
            states.append(desk.state())
            done.append(line)
    with desk.walking() as walk:
        for line, state in zip(reversed(done), reversed(states[:-1]), strict=True):
            assert walk(-1) == state, f"{line} undone"
        assert states[0] == ({}, {})
        for line, state in zip(done, states[1:], strict=True):
            assert walk(1) == state, f"{line} redone"
    assert desk.state() == states[-1]


def test_any_commands_undone_to_the_end_leave_every_row_as_it_was(template: Path, tmp_path: Path) -> None:
    # Many more of them: python -m bench.undo
    assert play(Desk(tmp_path, template), random.Random(1), 25) > 5

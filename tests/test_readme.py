"""The READMEs say what the program does: their sessions are played and compared, their commands exist."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import run_program

ROOT = Path(__file__).parent.parent
READMES = {"README.md": "en", "README.zh-CN.md": "zh"}


@pytest.fixture(scope="module")
def readme() -> ModuleType:
    """The script that plays the sessions."""
    spec = importlib.util.spec_from_file_location("readme", ROOT / ".ci/readme.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", READMES)
def test_the_sessions_print_what_the_readme_shows(name: str, readme: ModuleType) -> None:
    def program(argv: list[str], environ: dict[str, str], folder: Path) -> str:
        return run_program(argv, environ, folder, b"", together=True).out

    text = (ROOT / name).read_text("utf-8")
    assert readme.played(text, READMES[name], program) == text


def test_both_languages_show_the_same_commands() -> None:
    english, chinese = (
        re.findall(r"^(?:\$ |<!-- clock).*$|^python3 .*$", (ROOT / name).read_text("utf-8"), re.MULTILINE)
        for name in READMES
    )
    assert english == chinese


@pytest.mark.parametrize("name", READMES)
def test_every_picture_is_there(name: str) -> None:
    pictures = re.findall(r"!\[[^]]*]\(([^)]+)\)", (ROOT / name).read_text("utf-8"))
    assert pictures
    assert all((ROOT / picture).stat().st_size > 1000 for picture in pictures)


@pytest.mark.parametrize("name", READMES)
def test_every_command_stands_in_the_readme(name: str) -> None:
    from salescli.cli.root import COMMANDS

    text = (ROOT / name).read_text("utf-8")
    assert [command for command in COMMANDS if not re.search(rf"`sales [a-z ]*\b{command}\b", text)] == []

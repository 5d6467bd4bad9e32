"""Run the sessions of both READMEs and write their output into them: `python .ci/readme.py [--check]`.

A session is a ```console block; the comment before it sets its clock. The commands of a file run one after the
other in a folder of their own. With --check nothing is written, and a README that says otherwise is named.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
READMES = {"README.md": "en", "README.zh-CN.md": "zh"}
SESSION = re.compile(r"(<!-- clock (\S+) -->\n```console\n)(.*?)(```)", re.DOTALL)


Program = Callable[[list[str], dict[str, str], Path], str]


def run_anew(argv: list[str], environ: dict[str, str], folder: Path) -> str:
    """What `sales argv` prints on both streams, run as a process of its own."""
    words = [sys.executable, "-m", "salescli", *argv]
    done = subprocess.run(
        words, cwd=folder, env=environ, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.stdout


def played(text: str, language: str, program: Program = run_anew) -> str:
    """A README with the output of its sessions as the program prints it now."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sample_data").symlink_to(ROOT / "sample_data", target_is_directory=True)

        def play(session: re.Match[str]) -> str:
            return session[1] + _output(session[3], session[2], language, Path(folder), program) + session[4]

        return SESSION.sub(play, text)


def _output(commands: str, clock: str, language: str, folder: Path, program: Program) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SALES_", "PYTEST_"))}
    environ = kept | {
        "SALES_DB": str(folder / "sales.db"),
        "SALES_CONFIG": str(folder / "config.toml"),
        "SALES_LANG": language,
        "SALES_TODAY": clock,
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
    }
    lines = []
    for command in (line for line in commands.splitlines() if line.startswith("$ ")):
        shown = program(shlex.split(command)[2:], environ, folder)
        lines += [command, *(line.rstrip() for line in shown.replace(str(folder) + "/", "").splitlines())]
    return "".join(f"{line}\n" for line in lines)


def main() -> None:
    for name, language in READMES.items():
        path = ROOT / name
        text = path.read_text("utf-8")
        now = played(text, language)
        if now != text and "--check" in sys.argv:
            sys.exit(f"{name} shows what the program does not print any more")
        path.write_text(now, "utf-8")


if __name__ == "__main__":
    main()

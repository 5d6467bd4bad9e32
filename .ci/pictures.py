"""Make the READMEs' pictures: `python .ci/pictures.py`. Needs LibreOffice and pdftoppm for the sheet."""

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / ".github/images"


def session() -> None:
    """The morning and the visit of the Chinese README, as a terminal."""
    text = (ROOT / "README.zh-CN.md").read_text("utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    console = Console(record=True, width=100, file=io.StringIO())
    for line in "\n".join(blocks[1:3]).splitlines():
        console.print(Text(line, style="bold green" if line.startswith("$ ") else ""), soft_wrap=False)
    console.save_svg(str(PICTURES / "session.svg"), title="sales")


def goal_sheet() -> None:
    """The first page of the demo's workbook."""
    shown = subprocess.run(
        [sys.executable, "-m", "salescli", "--lang", "zh", "demo"], capture_output=True, text=True, check=True
    )
    sheet = Path(shown.stdout.splitlines()[-1])
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(sheet)], check=True)
        pdf = Path(folder) / f"{sheet.stem}.pdf"
        page = Path(folder) / "page"
        subprocess.run(
            ["pdftoppm", "-png", "-r", "80", "-f", "1", "-l", "1", "-singlefile", str(pdf), str(page)], check=True
        )
        (PICTURES / "goal-sheet.png").write_bytes(page.with_suffix(".png").read_bytes())


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    session()
    goal_sheet()

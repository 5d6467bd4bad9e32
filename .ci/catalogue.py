"""Bring the Chinese catalogue up to date: `python .ci/catalogue.py [FRAGMENT.po …]`.

Takes every sentence out of the code, keeps the translations there are (and those of the fragments), drops what
the code no longer says, writes the .po and .mo files, and names what is not translated yet; then exits 1.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PO = ROOT / "salescli/locale/zh_CN/LC_MESSAGES/sales.po"
_NOISE = ("-Date:", "Generated-By", "EMAIL@", "LL@li.org", "VERSION", "ORGANIZATION", "distributed under")
KEYWORDS = {"_": None, "N_": None, "_n": (1, 2)}

sys.path.insert(0, str(ROOT))


def updated(fragments: list[Path]) -> Catalog:
    """The catalogue of what the code says now, with every translation known."""
    from salescli.i18n import TYPER_WORDS

    known = [read_po(io.BytesIO(path.read_bytes()), locale="zh_CN") for path in [*fragments, PO] if path.exists()]
    catalogue = Catalog(locale="zh_CN", project="sales", charset="utf-8", fuzzy=False)
    said = extract_from_dir(ROOT / "salescli", keywords=KEYWORDS)
    found = [(f"salescli/{name}", ids) for name, _line, ids, _comments, _context in said]
    for name, ids in sorted([*found, *(("salescli/i18n.py", word) for word in TYPER_WORDS)], key=str):
        if ids:
            catalogue.add(ids, _translation(ids, known), locations=[(name, 0)])
    return catalogue


def _translation(ids: str | tuple[str, ...], known: list[Catalog]) -> str | tuple[str, ...]:
    singular = ids if isinstance(ids, str) else ids[0]
    for catalogue in known:
        message = catalogue.get(singular)
        if message is not None and message.string and any(message.string):
            text = message.string
            if isinstance(ids, tuple):
                return (text,) if isinstance(text, str) else tuple(text)
            return text if isinstance(text, str) else text[0]
    return "" if isinstance(ids, str) else ("",)


def untranslated(catalogue: Catalog) -> list[str]:
    """The sentences that have no Chinese."""
    return [str(message.id) for message in catalogue if message.id and not any(message.string or "")]


def po_bytes(catalogue: Catalog) -> bytes:
    """The .po file, in an order and form that changes only with its content."""
    text = io.BytesIO()
    write_po(text, catalogue, sort_output=True, width=120, omit_header=False, no_location=True)
    lines = text.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not any(word in line for word in _NOISE)).encode()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The .mo file that gettext reads."""
    text = io.BytesIO()
    compiled = read_po(io.BytesIO(po_bytes(catalogue)), locale="zh_CN")
    compiled.creation_date = datetime(2026, 1, 1, tzinfo=UTC)  # else every run writes another file
    write_mo(text, compiled)
    return text.getvalue()


def main() -> None:
    catalogue = updated([Path(argument) for argument in sys.argv[1:]])
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(po_bytes(catalogue))
    PO.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
    missing = untranslated(catalogue)
    print("\n".join(missing))
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()

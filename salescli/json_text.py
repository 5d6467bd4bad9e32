"""JSON as the program writes it, in the file and on the terminal: readable Chinese, one place for dates."""

import json
from datetime import date, datetime, time
from typing import Any, TextIO

from salescli.safe_text import json_escaped


def dump_json(value: Any, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """``value`` as JSON text: days ``YYYY-MM-DD``, moments with the local offset, times of day ``HH:MM``."""
    if indent is None and not ascii_only:
        return json_escaped(_COMPACT.encode(value))
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent, default=json_form, allow_nan=False)
    return text if ascii_only else json_escaped(text)


def json_for(stream: TextIO, value: Any, *, indent: int | None = None) -> str:
    """``value`` as JSON for ``stream``: where that isn't UTF-8, characters are escaped, never replaced."""
    return dump_json(value, indent=indent, ascii_only=not _is_utf8(stream))


def _is_utf8(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "") == "utf8"


def json_texts_for(stream: TextIO, values: list[Any]) -> list[str]:
    """Each of ``values`` as :func:`json_for` has it, in one go: texts, numbers, truths and nothings."""
    if not values:
        return []
    text = json_escaped(_PARTED.encode(values)) if _is_utf8(stream) else _PARTED_IN_ASCII.encode(values)
    return text[1:-1].split("\n")


def load_json(text: str) -> Any:
    """What stands in a column of JSON; most are empty lists, and parsing those took a fifth of reading a long list."""
    return [] if text == "[]" else json.loads(text)


def json_form(value: Any) -> str:
    """The text that stands in JSON for a day, moment or time of day; TypeError for anything else."""
    if isinstance(value, datetime):
        return value.astimezone().isoformat(timespec="seconds")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


# For the rows of the change log: an encoder made for each of them took longer than the encoding.
_COMPACT = json.JSONEncoder(ensure_ascii=False, default=json_form, allow_nan=False)
# A line feed parts them: in a text JSON writes it as \n, and json_escaped leaves it.
_PARTED = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=("\n", ": "))
_PARTED_IN_ASCII = json.JSONEncoder(allow_nan=False, separators=("\n", ": "))

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
    encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "")
    return dump_json(value, indent=indent, ascii_only=encoding != "utf8")


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

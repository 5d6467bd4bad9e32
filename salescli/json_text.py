"""JSON as the program writes it, in the file and on the terminal: readable Chinese, one place for dates."""

import json
from datetime import date, datetime, time
from typing import Any


def dump_json(value: Any, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """``value`` as JSON text: days ``YYYY-MM-DD``, moments with the local offset, times of day ``HH:MM``."""
    return json.dumps(value, ensure_ascii=ascii_only, indent=indent, default=_plain, allow_nan=False)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone().isoformat(timespec="seconds")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")

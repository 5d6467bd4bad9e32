"""The one sanitiser for what people see: no text from a user or a file can steer a terminal or a spreadsheet."""

import re

# C0 and C1 controls (but the line feed), bidi and other invisible format controls, line separators, lone surrogates.
# ZWJ, ZWNJ and variation selectors stay: emoji and Indic scripts need them, and they steer nothing.
_STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def shown(text: str) -> str:
    """``text`` for a terminal: what would steer it is written out (``\\x1b``), line feeds stay."""
    return _STEERING.sub(lambda match: _written_out(match.group()), text)


def shown_in_line(text: str) -> str:
    """``text`` for one line of a terminal: line feeds become spaces as well."""
    return shown(text.replace("\r\n", " ").replace("\n", " ").replace("\t", " "))


def csv_cell(text: str) -> str:
    """``text`` for a CSV cell: one that a spreadsheet would run as a formula gets a leading apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _written_out(char: str) -> str:
    if char == "\t":
        return "    "
    return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"

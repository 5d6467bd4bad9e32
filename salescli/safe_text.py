"""The one sanitiser for what people see: no text from a user or a file can steer a terminal or a spreadsheet."""

import re

# C0 and C1 controls (but the line feed), bidi and other invisible format controls, line separators, lone surrogates.
# ZWJ, ZWNJ and variation selectors stay: emoji and Indic scripts need them, and they steer nothing.
_STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
# With the apostrophes before it, so that the one put there can be told from the text's own.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def shown(text: str) -> str:
    """``text`` for a terminal: what would steer it is written out (``\\x1b``), line feeds stay."""
    if text.isprintable():  # as nearly every text; what steers is not
        return text
    return _STEERING.sub(lambda match: _written_out(match.group()), text.replace("\r\n", "\n"))


def shown_in_line(text: str) -> str:
    """``text`` for one line of a terminal: line feeds become spaces as well."""
    if text.isprintable():
        return text
    return shown(text.replace("\t", " ")).replace("\n", " ")


def shown_in_csv(text: str) -> str:
    """``text`` for CSV on a terminal or pipe: what would steer is written out, tabs and line feeds stay."""
    if text.isprintable():
        return text
    return "\t".join(map(shown, text.split("\t")))


def json_escaped(json: str) -> str:
    """JSON text with what would steer a terminal as ``\\u`` escapes: it means the same and steers nothing."""
    return _STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", json)


def csv_cell(text: str) -> str:
    """``text`` for a CSV cell: one that a spreadsheet would run as a formula gets a leading apostrophe."""
    return f"'{text}" if _FORMULA.match(text) else text


def _written_out(char: str) -> str:
    if char == "\t":
        return "    "
    return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"

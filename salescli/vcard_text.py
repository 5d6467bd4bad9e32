"""The text of a vCard's line: its fields taken apart and put together by vobject, an extra."""

import re

from salescli.errors import Refused
from salescli.i18n import _

EXTRA = 'pip install "sales-cli[vcard]"'
_LINE = 75  # octets, the most a line has before it is folded
_ESCAPED = re.compile(r"\\.", re.DOTALL)


def need() -> None:
    """See that vobject is there; Refused where it is not installed."""
    try:
        import vobject.vcard  # noqa: F401
    except ImportError as missing:
        raise Refused(
            _("What reads and writes vCards is not installed."),
            hint=_("`{command}` installs it.").format(command=EXTRA),
        ) from missing


def fields(text: str) -> list[str]:
    """The parts between semicolons, unescaped and without blanks around them; commas in them stay."""
    if "\\" not in text:  # most of them, and much faster
        return [part.strip() for part in text.split(";")]
    from vobject.vcard import splitFields

    return [(part if isinstance(part, str) else ",".join(part)).strip() for part in splitFields(_known(text))]


def values(text: str) -> list[str]:
    """The parts between commas, unescaped and without blanks around them."""
    from vobject.icalendar import stringToTextValues

    return [part.strip() for part in stringToTextValues(_known(text))]


def value(text: str) -> str:
    """The whole as one text, unescaped; a comma or a semicolon that should have been escaped stays."""
    if "\\" not in text:
        return text.strip()
    from vobject.icalendar import stringToTextValues

    return str(stringToTextValues(_known(text), listSeparator="")[0]).strip()


def escaped(text: str) -> str:
    """``text`` as a value: its backslashes, commas, semicolons and line feeds escaped."""
    from vobject.base import backslashEscape

    return str(backslashEscape(text))


def folded(line: str) -> str:
    """``line`` in lines of at most 75 octets with their ends, folded between characters.

    (vobject counts characters before it folds, so of Chinese it leaves lines three times as long.)
    """
    lines, room = [""], _LINE
    for char in line:
        size = len(char.encode())
        if size > room:
            lines.append("")
            room = _LINE - 1  # the blank that says that it goes on
        lines[-1] += char
        room -= size
    return "\r\n ".join(lines) + "\r\n"


def _known(text: str) -> str:
    """``text`` without escapes that vobject does not know: of quotation marks and colons, and of nothing at its end."""
    text = _ESCAPED.sub(lambda found: found[0][1:] if found[0] in ('\\"', "\\:") else found[0], text)
    odd = (len(text) - len(text.rstrip("\\"))) % 2
    return text + "\\" if odd else text

"""E-mail addresses as people type them: one or several, with or without a name before them."""

import re
import unicodedata
from dataclasses import dataclass

from salescli.amounts import excerpt
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.safe_text import shown_in_line
from salescli.texts import NAME_LIMIT

_SEPARATORS = re.compile(r"[,;，；、\n]")
_WITH_NAME = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
# What needs no quotes before the @ (RFC 5322, dot-atom); servers that take other letters there are few.
_BEFORE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}")
_LONGEST_BEFORE, _LONGEST = 64, 254  # RFC 5321


@dataclass(frozen=True)
class Mailbox:
    """An address that mail can be sent to, in ASCII, and the name that goes with it (may be empty)."""

    address: str
    name: str = ""


def parse_mailboxes(text: str) -> list[Mailbox]:
    """The addresses in ``text``, separated by commas or semicolons: ``li@firm.cn; 李经理 <li@firm.cn>``.

    Raises BadValue for what is no address; a domain in Chinese is taken in its ASCII form.
    """
    parts = [part.strip() for part in _SEPARATORS.split(text)]
    return [_mailbox(part) for part in parts if part] or [_mailbox("")]


def mailbox(address: str, name: str = "") -> Mailbox:
    """One address with a name from elsewhere; BadValue for what is no address."""
    return Mailbox(_mailbox(address).address, line_of(name))


def line_of(text: str) -> str:
    """``text`` as one line of a header, at most as long as a name: what would end or steer a line is written out."""
    return " ".join(shown_in_line(text).split())[:NAME_LIMIT]


def _mailbox(text: str) -> Mailbox:
    named = _WITH_NAME.fullmatch(text)
    name, address = (named["name"], named["address"]) if named else ("", text)
    before, _at, domain = unicodedata.normalize("NFKC", address).strip().rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if not (
        len(before) <= _LONGEST_BEFORE
        and len(before) + len(domain) < _LONGEST
        and _BEFORE.fullmatch(before)
        and _DOMAIN.fullmatch(domain)
    ):
        raise BadValue(
            _("“{text}” is not an e-mail address that mail can be sent to.").format(text=excerpt(text)),
            hint=_("Write it like li@example.com."),
        )
    return Mailbox(f"{before}@{domain}", line_of(name.strip().strip("\"'“”")))

"""Contacts as vCards, for phones: 4.0 (RFC 6350), 3.0 (RFC 2426) and, for old ones, 2.1 in quoted-printable UTF-8."""

import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from salescli import vcard_text
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.render.files import written_whole

if TYPE_CHECKING:
    from salescli.services.files.client_export import ContactCard

VERSIONS = ("4.0", "3.0", "2.1")
_LINE = 75  # octets, the most that a line of 2.1 has with its soft line break
_HAN_NAME = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}")
_LATIN_NAME = re.compile(r"([A-Za-z][A-Za-z.'-]*) ([A-Za-z][A-Za-z'-]*)")
# The family names of two characters that are in use.
_DOUBLE_NAMES = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙"
    "钟离长孙宇文司徒鲜于司空令狐轩辕呼延西门百里东郭南门第五拓跋完颜纳兰歐陽司馬東方諸葛尉遲公孫鍾離長孫"
)
_DOUBLE = frozenset(_DOUBLE_NAMES[at : at + 2] for at in range(0, len(_DOUBLE_NAMES), 2))
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def checked_version(text: str) -> str:
    """One of the versions; BadValue for another."""
    if text in VERSIONS:
        return text
    raise BadValue(
        _("There is no vCard version “{text}”.").format(text=text[:40]),
        hint=_("Use one of: {allowed}.").format(allowed=", ".join(VERSIONS)),
    )


def card_text(card: "ContactCard", version: str) -> str:
    """The lines of a card, folded, each with its line end."""
    lines = _Lines(version)
    lines.put("BEGIN", "VCARD")
    lines.put("VERSION", version)
    if version == "4.0" and card.name is None:
        lines.put("KIND", "org")
    lines.text("N", *_name_parts(card))
    lines.text("FN", card.name or card.client)
    lines.text("ORG", card.client, *filter(None, (card.department,)))
    if version != "4.0" and card.name is None:
        lines.put("X-ABShowAs", "COMPANY")
    lines.text("TITLE", card.title)
    lines.numbers(card.mobile, "CELL")
    lines.numbers(card.phone, "WORK")
    lines.text("EMAIL", card.email, types="" if version == "4.0" else "INTERNET")
    lines.text("X-WECHAT", card.wechat)
    if card.address:
        lines.text("ADR", "", "", card.address, "", "", "", "", types="WORK")
    if card.birthday:
        basic = version == "4.0"
        lines.put("BDAY", f"{card.birthday:%Y%m%d}" if basic else card.birthday.isoformat())
    lines.text("NOTE", card.note)
    lines.list("CATEGORIES", card.tags)
    lines.text("X-SALES-ROLE", card.role)
    lines.put("UID", f"urn:uuid:{card.uid}")
    lines.put("REV", f"{card.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    lines.put("END", "VCARD")
    return lines.out.getvalue()


def write(path: Path, cards: "Iterable[ContactCard]", version: str) -> int:
    """Write the cards to ``path``, beside it first and then under its name; gives back how many there are.

    Raises Refused where the library is not installed, NotWritten when the disk or the folder won't have it.
    """
    vcard_text.need()
    count = 0
    with written_whole(path) as beside, beside.open("wb") as file:
        for card in cards:
            file.write(card_text(card, version).encode())
            count += 1
    return count


class _Lines:
    """The lines of a card in one of the versions, which differ in types, escapes and encoding."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.out = io.StringIO()

    def put(self, name: str, value: str) -> None:
        """A line as it is: of ASCII alone."""
        self.out.write(f"{name}:{value}\r\n")

    def text(self, name: str, *parts: str | None, types: str = "") -> None:
        """A line of one text or of several fields; none where nothing is to say."""
        if any(parts) or name in ("N", "FN"):
            self._line(name, types, ";".join(self._escaped(part or "") for part in parts))

    def list(self, name: str, parts: "list[str]") -> None:
        """A line of texts between commas."""
        if parts:
            escaped = [self._escaped(part) for part in parts]
            # A comma in 2.1 is no separator, but everyone reads it as one here: in a text it is escaped.
            self._line(name, "", ",".join(part if self.version != "2.1" else _comma(part) for part in escaped))

    def numbers(self, text: str | None, kind: str) -> None:
        """A line a telephone number."""
        for number in (text or "").split(" / "):
            self.text("TEL", number, types=f"{kind};VOICE" if self.version == "2.1" else kind)

    def _escaped(self, text: str) -> str:
        plain = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        if self.version == "2.1":
            return plain.replace("\\", "\\\\").replace(";", "\\;")
        return vcard_text.escaped(plain)

    def _line(self, name: str, types: str, value: str) -> None:
        if self.version == "2.1":
            self._old_line(f"{name};{types}" if types else name, value)
        else:
            named = f"{name};TYPE={types if self.version == '3.0' else types.lower()}" if types else name
            self.out.write(vcard_text.folded(f"{named}:{value}"))

    def _old_line(self, header: str, value: str) -> None:
        if value.isascii() and value.isprintable() and len(value) < _LINE and value == value.strip():
            self.put(header, value)
            return
        line = f"{header};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
        for sign in _quoted(value):
            if len(line) + len(sign) >= _LINE:
                self.out.write(f"{line}=\r\n")
                line = ""
            line += sign
        self.out.write(f"{line}\r\n")


def _quoted(value: str) -> Iterator[str]:
    """The characters of ``value`` in quoted-printable: those that no phone reads amiss stay."""
    for char in value.replace("\n", "\r\n"):
        if char.isascii() and (char.isalnum() or char in "-.,;:/()+@_\\"):
            yield char
        else:
            yield "".join(f"={byte:02X}" for byte in char.encode())


def _comma(text: str) -> str:
    return text.replace(",", "\\,")


def _name_parts(card: "ContactCard") -> tuple[str, str, str, str, str]:
    """Family and given name where they can be told apart, else the whole as the family name."""
    name = card.name or ""
    if _HAN_NAME.fullmatch(name):
        cut = 2 if name[:2] in _DOUBLE and len(name) > 2 else 1
        return name[:cut], name[cut:], "", "", ""
    latin = _LATIN_NAME.fullmatch(name)
    return (latin[2], latin[1], "", "", "") if latin else (name, "", "", "", "")

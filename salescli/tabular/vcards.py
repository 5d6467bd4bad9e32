"""Reading the contacts of phones and mail programs: a file of vCards (2.1, 3.0, 4.0) becomes numbered cards.

Real files bend the rules: lines folded inside a character, quoted-printable without its ``=`` at the end of a line,
notes over several lines, GBK without a word about it, cards within cards, photos of megabytes. So lines are put
together from bytes here, each value is decoded for itself, and vobject takes its fields apart. (vobject's own reader
of lines fails on such files, and takes exponential time on some headers.)
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from salescli import vcard_text
from salescli.errors import Refused
from salescli.i18n import _, _n
from salescli.tabular.encoding import MARKS, encoding_of
from salescli.tabular.guard import read_bytes
from salescli.tabular.layout import too_many_rows
from salescli.tabular.table import MIB, Limits

# More than a hundred thousand characters of note, and nothing that a phone book holds.
MOST_CARD_BYTES = 2 * MIB
MOST_PROPERTIES = 1_000
MOST_LINES = 2_000_000
_LONGEST_HEADER = 4_000

# What is kept of a card; everything else, photos and keys above all, is passed over as it is read.
_KEPT = frozenset(
    ("VERSION", "N", "FN", "ORG", "TITLE", "ROLE", "TEL", "EMAIL", "ADR", "NOTE", "CATEGORIES", "BDAY", "KIND", "IMPP")
) | {
    f"X-{name}"
    for name in (
        *("WECHAT", "WEIXIN", "QQ", "AIM", "SKYPE", "SKYPE-USERNAME", "JABBER", "MSN", "GOOGLE-TALK", "ICQ", "YAHOO"),
        *("DINGTALK", "ABSHOWAS", "SALES-ROLE"),
    )
}
# Names that begin a line of a card though they are not in capitals; other words before a colon are text.
_KNOWN = _KEPT | {
    *("BEGIN", "END", "PHOTO", "LOGO", "SOUND", "KEY", "LABEL", "AGENT", "URL", "UID", "REV", "TZ", "GEO", "MAILER"),
    *("NICKNAME", "PRODID", "SOURCE", "NAME", "PROFILE", "CLASS", "SORT-STRING", "GENDER", "ANNIVERSARY", "LANG"),
    *("MEMBER", "RELATED", "CLIENTPIDMAP", "FBURL", "CALURI", "CALADRURI", "XML", "HOBBY", "INTEREST", "EXPERTISE"),
}
_LINE = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_FOLDED = re.compile(rb"(?:[ \t][^\r\n]*(?:\r\n|\r|\n))*")
_BEGINS = re.compile(rb"(?:[\w-]{1,60}\.)?([A-Za-z][\w-]{0,60})[ \t]*(?:;[^:]{0,4000})?:")
_BEGIN_CARD = re.compile(rb"(?i)BEGIN[ \t]*:[ \t]*VCARD[ \t]*\Z")
_END_CARD = re.compile(rb"(?i)END[ \t]*:[ \t]*VCARD[ \t]*\Z")
_NOT_QUOTED = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*\Z)')
_CHARSETS = {
    **dict.fromkeys(("GBK", "GB2312", "GB18030", "CP936", "GB_2312-80", "X-GBK", "MS936"), "gb18030"),
    **dict.fromkeys(("UTF-8", "UTF8", "UNICODE-1-1-UTF-8"), "utf-8"),
    **dict.fromkeys(("BIG5", "BIG-5", "CP950", "BIG5-HKSCS"), "big5hkscs"),
    **{f"ISO-8859-{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 7, 9, 15)},
    **{f"WINDOWS-{page}": f"cp{page}" for page in range(1250, 1259)},
    **dict.fromkeys(("SHIFT_JIS", "SHIFT-JIS", "SJIS"), "cp932"),
    **{"EUC-KR": "cp949", "KOI8-R": "koi8-r"},
}


@dataclass
class Property:
    """A line of a card: ``types`` are its words in capitals (CELL, WORK, PREF), ``params`` the other parameters."""

    name: str
    group: str = ""
    types: frozenset[str] = frozenset()
    params: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def fields(self) -> list[str]:
        """The parts between semicolons."""
        return vcard_text.fields(self.text)

    def values(self) -> list[str]:
        """The parts between commas."""
        return vcard_text.values(self.text)

    def value(self) -> str:
        """The whole as one text."""
        return vcard_text.value(self.text)


@dataclass
class Card:
    """A card: its number in the file and the line it begins in, both from 1; ``problem`` says why it can't be read."""

    number: int
    line: int
    properties: list[Property] = field(default_factory=list)
    problem: str = ""

    def all(self, *names: str) -> list[Property]:
        """The properties of these names that say anything, the preferred ones first."""
        found = [one for one in self.properties if one.name in names and one.text.strip()]
        return sorted(found, key=lambda one: "PREF" not in one.types)

    def first(self, name: str) -> Property | None:
        """The property of this name to go by."""
        return next(iter(self.all(name)), None)


@dataclass
class Cards:
    """The cards of a file; every iteration reads them anew, so that a big file never stands in memory twice.

    ``notes`` say how the file was read, after the first iteration.
    """

    path: Path
    data: bytes
    count: int
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Card]:
        reading = _Reading(self.data)
        yield from reading.cards()
        self.notes = reading.notes()


def read_cards(path: Path, limits: Limits) -> Cards:
    """The cards in a file.

    Raises NotFound for a missing file; Refused for what holds no vCard, can't be read or is beyond ``limits``, and
    when the library is not installed.
    """
    vcard_text.need()
    data = _narrow(read_bytes(path, limits), path.name)
    reading, count = _Reading(data, counting=True), 0
    for count, _card in enumerate(reading.cards(), start=1):
        if count > limits.rows or reading.line > MOST_LINES:
            raise too_many_rows(path.name, limits)
    if not count:
        raise Refused(
            _("{file} is no vCard file: nothing in it begins with BEGIN:VCARD.").format(file=path.name),
            hint=_("Export the contacts from the phone as .vcf; a table has to be named .csv or .xlsx."),
        )
    return Cards(path, data, count)


def _narrow(data: bytes, file: str) -> bytes:
    """``data`` as bytes in which a line feed is one byte: a file in UTF-16 or UTF-32 becomes UTF-8."""
    wide = any(data.startswith(mark) for mark, codec, _label in MARKS if codec != "utf-8")
    if wide or b"V\0C\0A\0R\0D" in data[:_LONGEST_HEADER].upper():
        encoding = encoding_of(data, file)
        return data[encoding.skip :].decode(encoding.codec).encode()
    return data.removeprefix(b"\xef\xbb\xbf")


@dataclass
class _Raw:
    """A property as it stands in the file, in bytes; ``dropped`` when nothing of it is wanted."""

    line: int
    name: str
    header: str
    value: bytearray
    dropped: bool
    quoted: bool

    @property
    def soft(self) -> bool:
        return self.quoted and self.value.endswith(b"=")


@dataclass
class _Lines:
    """How many lines there is something to say of, and the first of them."""

    count: int = 0
    first: int = 0

    def add(self, line: int) -> None:
        self.first = self.first or line
        self.count += 1


class _Reading:
    """One walk over the lines of a file; ``outside``, ``unclosed`` and ``mended`` are lines to speak of."""

    def __init__(self, data: bytes, *, counting: bool = False) -> None:
        self.data = data
        self.line = 0
        self._counting = counting
        self.outside, self.unclosed, self.mended = _Lines(), _Lines(), _Lines()
        self._card: Card | None = None
        self._raw: list[_Raw] = []
        self._size = 0
        self._within = 0  # how deep in a card inside a card
        self._number = 0

    def cards(self) -> Iterator[Card]:
        """Every card of the file, also those that can't be read."""
        blank = False
        for text in self._lines():
            line = self.line
            bare = text.removeprefix(b"\xef\xbb\xbf").strip()
            if not bare:
                blank = True
                continue
            if bare[:1] in b"Bb" and _BEGIN_CARD.match(bare):
                yield from self._begin(line)
            elif bare[:1] in b"Ee" and _END_CARD.match(bare):
                yield from self._end()
            elif self._card is None:
                self.outside.add(line)
            elif not self._within:
                self._take(line, text, after_blank=blank)
            blank = False
        if self._card is not None:
            self._card.problem = _("it has no END:VCARD, so the file may be cut off.")
            yield self._done()

    def _lines(self) -> Iterator[bytes]:
        """The lines, ``line`` being the number of each; what is folded of a photo is passed over in one go."""
        at = 0
        while at < len(self.data):
            found = _LINE.match(self.data, at)
            assert found is not None
            self.line += 1
            yield found[1]
            at = found.end()
            if self._raw and self._raw[-1].dropped and not self._raw[-1].quoted and self.data[at : at + 1] in b" \t":
                folded = _FOLDED.match(self.data, at)
                assert folded is not None
                self.line += max(folded[0].count(b"\n"), folded[0].count(b"\r"))
                at = folded.end()

    def notes(self) -> tuple[str, ...]:
        """What is to be said of how the file was read."""
        outside, unclosed, mended = self.outside, self.unclosed, self.mended
        notes = [
            outside.count
            and _n(
                "{count} line outside of the cards was left out (line {line}).",
                "{count} lines outside of the cards were left out (the first is line {line}).",
                outside.count,
            ).format(count=outside.count, line=outside.first),
            unclosed.count
            and _n(
                "{count} card has no END:VCARD; it was read up to the next one (line {line}).",
                "{count} cards have no END:VCARD; they were read up to the next one (the first in line {line}).",
                unclosed.count,
            ).format(count=unclosed.count, line=unclosed.first),
            mended.count
            and _n(
                "{count} text holds characters that can't be read; they stand as � (line {line}).",
                "{count} texts hold characters that can't be read; they stand as � (the first in line {line}).",
                mended.count,
            ).format(count=mended.count, line=mended.first),
        ]
        return tuple(str(note) for note in notes if note)

    def _begin(self, line: int) -> Iterator[Card]:
        if self._card is not None and self._raw and self._raw[-1].name == "AGENT":
            self._within += 1
            return
        if self._card is not None:
            self.unclosed.add(self._card.line)
            yield self._done()
        self._number += 1
        self._card, self._raw, self._size, self._within = Card(self._number, line), [], 0, 0

    def _end(self) -> Iterator[Card]:
        if self._within:
            self._within -= 1
        elif self._card is not None:
            yield self._done()

    def _done(self) -> Card:
        card, self._card = self._card, None
        assert card is not None
        if not card.problem and not self._counting:
            card.properties = [self._property(raw) for raw in self._raw if not raw.dropped]
        self._raw = []
        return card

    def _take(self, line: int, text: bytes, *, after_blank: bool) -> None:
        """Put a line where it belongs: on the property before it, or as a new one."""
        last = self._raw[-1] if self._raw else None
        if last is not None and last.soft and not after_blank:
            del last.value[-1:]
            self._append(last, text)
        elif last is not None and text[:1] in b" \t":
            self._append(last, self._unfolded(last, text))
        else:
            begins = _BEGINS.match(text)
            name = begins[1].upper().decode() if begins else ""
            if begins and (name in _KNOWN or name.startswith("X-") or begins[1].isupper()):
                self._add(line, name, text)
            elif last is not None:  # a note over several lines, or quoted-printable without its sign
                self._append(last, text if last.quoted else b"\n" + text)

    def _unfolded(self, last: _Raw, text: bytes) -> bytes:
        # In 2.1 a line is folded before a blank that stays; Chinese has none, so there it is the fold's.
        old = any(raw.name == "VERSION" and raw.value.strip() == b"2.1" for raw in self._raw[:3])
        ascii_around = last.value[-1:].isalnum() and text[1:2].isascii() and text[1:2].isalnum()
        return text if old and ascii_around and not last.quoted else text[1:]

    def _add(self, line: int, name: str, text: bytes) -> None:
        header, value = _halves(text)
        upper = header.upper()
        quoted = b"QUOTED-PRINTABLE" in upper
        raw = _Raw(line, name, _decoded(header, "")[0], bytearray(), name not in _KEPT, quoted)
        self._raw.append(raw)
        self._append(raw, value)
        if len(self._raw) > MOST_PROPERTIES:
            self._refuse(_("it has more than {most:,} lines.").format(most=MOST_PROPERTIES))

    def _append(self, raw: _Raw, text: bytes) -> None:
        if raw.dropped:
            raw.value[:] = text[-1:]  # enough to see a soft line break
            return
        raw.value += text
        self._size += len(text)
        if self._size > MOST_CARD_BYTES:
            self._refuse(_("it is larger than {most} MB without its photo.").format(most=MOST_CARD_BYTES // MIB))

    def _refuse(self, problem: str) -> None:
        assert self._card is not None
        self._card.problem = self._card.problem or problem
        self._raw, self._size = [], 0

    def _property(self, raw: _Raw) -> Property:
        group, params = _parameters(raw.header)
        types = {word.strip('" ') for word in params.pop("TYPE", "").upper().split(",")} - {""}
        if params.get("PREF") == "1":
            types.add("PREF")
        value = bytes(raw.value)
        if raw.quoted:
            value = quopri.decodestring(value.removesuffix(b"="))
        elif params.get("ENCODING", "").upper() in ("B", "BASE64"):
            value = _unpacked(value)
        text, whole = _decoded(value, _CHARSETS.get(params.get("CHARSET", "").upper().strip('"'), ""))
        if not whole:
            self.mended.add(raw.line)
        return Property(raw.name, group, frozenset(types), params, text.replace("\r\n", "\n").replace("\r", "\n"))


def _halves(text: bytes) -> tuple[bytes, bytes]:
    """What stands before and after the first colon that no quotation marks enclose."""
    inside = False
    for found in re.finditer(rb'[":]', text):
        if found[0] == b'"':
            inside = not inside
        elif not inside:
            return text[: found.start()], text[found.end() :]
    return text.partition(b":")[::2]


def _parameters(header: str) -> tuple[str, dict[str, str]]:
    """The group and the parameters before the colon; words without a name are types."""
    place, *parts = _NOT_QUOTED.split(header) if len(header) < _LONGEST_HEADER else header.split(";")
    group = place.rpartition(".")[0].upper()
    params: dict[str, str] = {}
    for part in parts:
        name, equals, value = part.strip().partition("=")
        key, value = (name.strip().upper(), value.strip()) if equals else ("TYPE", name)
        params[key] = f"{params[key]},{value}" if key in params else value
    return group, params


def _unpacked(value: bytes) -> bytes:
    try:
        return base64.b64decode(value)
    except binascii.Error:
        return value


def _decoded(value: bytes, charset: str) -> tuple[str, bool]:
    """The text of ``value``, and whether all of it could be read.

    The charset that is named counts where it fits; else UTF-8, else what Chinese phones wrote before it.
    """
    for codec in filter(None, (charset, "utf-8")):
        try:
            return value.decode(codec), True
        except UnicodeDecodeError:
            pass
    mended = value.decode("utf-8", "replace")
    if mended.count("\ufffd") * 20 <= len(mended) and not mended.isascii() and charset in ("", "utf-8"):
        return mended, False  # UTF-8 with a scratch
    try:
        return value.decode("gb18030"), True
    except UnicodeDecodeError:
        return mended, False

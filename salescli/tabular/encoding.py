"""Which encoding a text file is in: its mark, then UTF-8, then UTF-16 without a mark, then GB18030."""

import codecs
import re
from dataclasses import dataclass

from salescli.errors import Refused
from salescli.i18n import _
from salescli.tabular.other_encodings import LANGUAGES, other_encoding

# UTF-32 first: its little-endian mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
CONTROLS = bytes(range(9)) + bytes(range(14, 32))
CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
# Three-byte characters in a row that are no accident: GB18030 text hardly ever looks like three of them.
UTF8_RUN = re.compile(rb"(?:[\xe2-\xef][\x80-\xbf]{2}[^\x80-\xff]*){3}")
CHUNK = 1 << 20
BIG5 = "big5hkscs"
SAMPLE = 1 << 16


@dataclass(frozen=True)
class Encoding:
    """``codec`` for Python, ``label`` for people, ``skip`` the bytes of the mark at the beginning."""

    codec: str
    label: str
    skip: int = 0

    @property
    def holds_every_sign(self) -> bool:
        """Whether all of Unicode can be written in it."""
        return self.codec != BIG5


def encoding_of(data: bytes, file: str) -> Encoding:
    """The encoding ``data`` can be read in from end to end.

    Raises Refused for what is no text, and for text with a byte that fits no encoding, naming the byte.
    """
    for mark, codec, label in MARKS:
        if data.startswith(mark):
            found = Encoding(codec, label, len(mark))
            _must_fit(data, found, file)
            return found
    wide = _wide_without_mark(data)
    if wide is not None:
        return wide
    if _too_many(len(data) - len(data.translate(None, CONTROLS)), len(data)):
        raise not_text(file)
    return _utf8_or_gb18030(data, file)


def not_text(file: str) -> Refused:
    """The refusal of a file that holds something other than text."""
    return Refused(
        _("{file} is not a text table: it holds binary data.").format(file=file),
        hint=_("Save the table as .xlsx or .csv in Excel or WPS and import that."),
    )


def _utf8_or_gb18030(data: bytes, file: str) -> Encoding:
    utf8 = Encoding("utf-8", "UTF-8")
    broken_at = _first_misfit(data, utf8)
    if broken_at is None:
        return utf8
    # A file that was UTF-8 up to here is a damaged one; as GB18030 it might pass, as nonsense.
    if UTF8_RUN.search(data, 0, broken_at):
        raise _misfit(data, broken_at, utf8, utf8.label, file)
    chinese = Encoding("gb18030", "GB18030")
    at = _first_misfit(data, chinese)
    other = _other(data, at, file)
    if other is not None:
        return other
    if at is None:
        return chinese
    both = _("{first} or {second}").format(first=utf8.label, second=chinese.label)
    raise _misfit(data, at, chinese, both, file)


def _other(data: bytes, fits_until: int | None, file: str) -> Encoding | None:
    """Big5, when that is what the text is in; Refused for Japanese and Korean, which nothing here is made for."""
    sample = data[: SAMPLE if fits_until is None else min(SAMPLE, fits_until)]
    found = other_encoding(sample, sample.decode("gb18030", "ignore"))
    if found is None:
        return None
    codec, label = found
    if codec == "cp950":
        encoding = Encoding(BIG5, label)
        if _first_misfit(data, encoding) is None:
            return encoding
    raise Refused(
        _("{file} seems to be {language} in {encoding}, which can't be told apart for sure.").format(
            file=file, language=_(LANGUAGES[codec]), encoding=label
        ),
        hint=_("Save it as .xlsx or as CSV UTF-8 in Excel or WPS and import that."),
    )


def _must_fit(data: bytes, encoding: Encoding, file: str) -> None:
    at = _first_misfit(data, encoding)
    if at is not None:
        raise _misfit(data, at, encoding, encoding.label, file)
    # With its mark, which our own exports have, UTF-8 that fits is text, control characters and all.
    if encoding.codec != "utf-8" and _controls_in(data, encoding):
        raise not_text(file)


def _wide_without_mark(data: bytes) -> Encoding | None:
    """UTF-16 shows in text by zero bytes that stand on one side of the pairs only."""
    if data.count(0) * 50 < len(data):
        return None
    even, odd = data[::2].count(0), data[1::2].count(0)
    if min(even, odd) * 5 > max(even, odd):
        return None
    found = Encoding("utf-16-le" if odd > even else "utf-16-be", "UTF-16")
    fits = _first_misfit(data, found) is None and not _controls_in(data, found)
    return found if fits else None


def _first_misfit(data: bytes, encoding: Encoding) -> int | None:
    """Where the first byte stands that ``encoding`` has no reading for; None when all is well."""
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    for begin in range(encoding.skip, max(len(data), 1), CHUNK):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(data[begin : begin + CHUNK], final=begin + CHUNK >= len(data))
        except UnicodeDecodeError as error:
            return begin - pending + error.start
    return None


def _controls_in(data: bytes, encoding: Encoding) -> bool:
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    controls = characters = 0
    for begin in range(encoding.skip, len(data), CHUNK):
        text = decoder.decode(data[begin : begin + CHUNK])
        controls += len(CONTROL.findall(text))
        characters += len(text)
    return _too_many(controls, characters)


def _too_many(controls: int, characters: int) -> bool:
    """A few stray control characters are somebody's text and stay; many are no text.

    A hundredth of a long file, 16 in a short one, but never more than a fifth.
    """
    return controls * 5 > characters or controls > max(16, characters // 100)


def _misfit(data: bytes, at: int, encoding: Encoding, label: str, file: str) -> Refused:
    line = data[encoding.skip : at].decode(encoding.codec, "ignore").count("\n") + 1
    return Refused(
        _("{file} can't be read as {encoding}: byte {position:,} (line {line:,}) doesn't fit.").format(
            file=file, encoding=label, position=at + 1, line=line
        ),
        hint=_("Open it in Excel or WPS, check that line, and save it as .xlsx or as CSV UTF-8."),
    )

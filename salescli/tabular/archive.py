"""The zip container of a workbook, opened only as far as it keeps within the limits."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from salescli.errors import Refused
from salescli.i18n import _
from salescli.tabular.guard import megabytes
from salescli.tabular.table import KIB, Limits

CHUNK = 1 << 20
SLICE = 1 << 16
LOCAL_HEADER = struct.Struct("<26x2H")
DOCTYPE = re.compile(rb"<!doctype", re.IGNORECASE)


def damaged(file: str, place: str) -> Refused:
    """The refusal of a workbook that can't be read, naming the place."""
    return Refused(
        _("{file} is damaged or cut off: {place} can't be read.").format(file=file, place=place),
        hint=_("Open it in Excel or WPS and save it again, or fetch it once more."),
    )


class Archive:
    """The parts of a zip container; ``entries`` by their names in lower case, since their case doesn't matter.

    Raises Refused for a broken or encrypted container, one that expands beyond the limits, and one with a
    document type in an XML part. Sizes are those met while expanding: a container may lie about them.
    """

    def __init__(self, file: str, data: bytes, limits: Limits) -> None:
        self.file = file
        self.data = data
        try:
            with zipfile.ZipFile(BytesIO(data)) as container:
                entries = container.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise damaged(file, _("its list of contents")) from error
        self.entries = {entry.filename.lower().replace("\\", "/"): entry for entry in entries}
        if len(self.entries) < len(entries):
            raise damaged(file, _("its list of contents"))
        for entry in entries:
            self._check(entry, limits)
        expanded = sum(entry.file_size for entry in entries)
        if expanded > limits.expanded_bytes:
            raise Refused(
                _("{file} expands to {size} MB; the limit is {most} MB.").format(
                    file=file, size=megabytes(expanded), most=megabytes(limits.expanded_bytes)
                ),
                hint=_("Take out the sheets and pictures you don't need, or save the table as CSV."),
            )
        for name in self.entries:
            if name.endswith((".xml", ".rels")):
                self._refuse_document_type(name)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The expanded content of a part, piece by piece. Raises Refused when it isn't what was declared."""
        entry = self.entries.get(name.lower())
        if entry is None:
            raise damaged(self.file, name)
        try:
            names = sum(LOCAL_HEADER.unpack_from(self.data, entry.header_offset))
        except struct.error as error:
            raise damaged(self.file, name) from error
        begin = entry.header_offset + 30 + names
        raw = self.data[begin : begin + entry.compress_size]
        size = checksum = 0
        for chunk in _inflated(raw) if entry.compress_type == zipfile.ZIP_DEFLATED else iter((raw,)):
            size += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
            if size > entry.file_size or not chunk:
                break
            yield chunk
        if size != entry.file_size or checksum != entry.CRC:
            raise damaged(self.file, name)

    def read(self, name: str) -> bytes:
        """The whole expanded content of a part."""
        return b"".join(self.chunks(name))

    def _check(self, entry: zipfile.ZipInfo, limits: Limits) -> None:
        if entry.flag_bits & 1:
            raise protected(self.file)
        if entry.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
            raise damaged(self.file, entry.filename)
        if entry.file_size > limits.ratio_from and entry.file_size > limits.expand_ratio * entry.compress_size:
            raise Refused(
                _("{file}: {part} expands over {most}:1, the limit for parts over {from_size} KB.").format(
                    file=self.file, part=entry.filename, most=limits.expand_ratio, from_size=limits.ratio_from // KIB
                ),
                hint=_("Open it in Excel or WPS, copy the table into a new workbook and import that."),
            )

    def _refuse_document_type(self, name: str) -> None:
        tail = b""
        for chunk in self.chunks(name):
            if DOCTYPE.search(tail + chunk):
                raise Refused(
                    _("{file}: {part} declares a document type, which no workbook needs.").format(
                        file=self.file, part=name
                    ),
                    hint=_("Don't trust this file; ask where it comes from."),
                )
            tail = chunk[-8:]


def protected(file: str) -> Refused:
    """The refusal of a workbook that needs a password."""
    return Refused(
        _("{file} is protected by a password.").format(file=file),
        hint=_("Open it in Excel or WPS, take the password off and save it."),
    )


def not_a_workbook(file: str) -> Refused:
    """The refusal of a container that holds something else."""
    return Refused(
        _("{file} is not a workbook.").format(file=file),
        hint=_("Save the table as .xlsx or .csv in Excel or WPS and import that."),
    )


def _inflated(raw: bytes) -> Iterator[bytes]:
    """The pieces of a deflate stream; an empty piece where it is broken or doesn't end with its data."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for begin in range(0, len(raw), SLICE):
            pending = raw[begin : begin + SLICE]
            while pending and not stream.eof:
                chunk = stream.decompress(pending, CHUNK)
                pending = stream.unconsumed_tail
                if chunk:
                    yield chunk
    except zlib.error:
        yield b""
        return
    if not stream.eof:
        yield b""

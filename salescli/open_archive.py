"""All data as open text: a zip with one file of JSON lines a table, and a manifest that says what must be in it.

``manifest.json`` names the format, the schema, the program, the day, and for every file its table, columns, rows,
bytes and SHA-256. The same data makes the same bytes. Reading trusts nothing: names, sizes, counts and checksums are
held against the manifest while the lines come, and nothing is unpacked onto the disk.
"""

import contextlib
import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any, Self

from salescli.errors import BadRows, NotFound, Refused, system_reason
from salescli.i18n import _

FORMAT = "sales data"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
SETTINGS = "config.toml"

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip knows: its times say nothing, so that equal data is equal bytes
_CHUNK = 1 << 20
_MOST_MANIFEST = 1 << 20
_MOST_LINE = 64 << 20  # longer than any row with texts within the limits of the program
_MOST_MEMBERS = 500
# What is packed tighter than this is no text of ours: keys that differ in every row can't be.
_MOST_RATIO, _RATIO_FROM = 300, 1 << 20
_TABLE = re.compile(r"[a-z][a-z_]{0,60}")
_SCHEMA = re.compile(r"(?!0000)[0-9]{4}")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error, ValueError)


@dataclass(frozen=True)
class Member:
    """What the manifest says of a file: its table, its columns in their order, rows, bytes and SHA-256."""

    file: str
    table: str
    columns: tuple[str, ...]
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an export says of itself. ``settings`` is the SHA-256 of the settings file, empty if there is none."""

    schema: str
    program: str
    exported_on: str
    members: tuple[Member, ...]
    settings: str = ""


class ArchiveWriter:
    """Writes an export into ``stream``, table after table, in a ``with`` block; :meth:`finish` adds the manifest."""

    def __init__(self, stream: IO[bytes], schema: str, program: str, day: date) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._of = (schema, program, day.isoformat())
        self._members: list[Member] = []
        self._settings = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_more: object) -> None:
        if kind is None:
            self._zip.close()
        else:
            self._zip.fp = None  # else it would write what is left, into a closed stream, when it is thrown away

    def add_table(self, table: str, columns: Iterable[str], lines: Iterable[bytes]) -> Member:
        """Write the rows of a table, each a line of JSON without its line feed."""
        name, rows, size, sum_ = f"{table}.jsonl", 0, 0, hashlib.sha256()
        with self._zip.open(_entry(name), "w", force_zip64=True) as file:
            for line in lines:
                whole = line + b"\n"
                file.write(whole)
                sum_.update(whole)
                size += len(whole)
                rows += 1
        member = Member(name, table, tuple(columns), rows, size, sum_.hexdigest())
        self._members.append(member)
        return member

    def add_settings(self, text: str) -> None:
        """Write the settings file."""
        self._settings = hashlib.sha256(text.encode()).hexdigest()
        self._zip.writestr(_entry(SETTINGS), text.encode())

    def finish(self) -> None:
        """Write the manifest."""
        schema, program, day = self._of
        manifest = Manifest(schema, program, day, tuple(self._members), self._settings)
        said = {"format": FORMAT, "format_version": FORMAT_VERSION, **asdict(manifest)}
        self._zip.writestr(_entry(MANIFEST), json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n")


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # the same on every system
    entry.external_attr = 0o600 << 16
    return entry


class Archive:
    """An export opened for reading: ``manifest`` is checked, the rows of a table come with :meth:`rows`."""

    def __init__(self, name: str, container: zipfile.ZipFile, size: int) -> None:
        self.name = name
        self._zip = container
        self._entries = {entry.filename: entry for entry in container.infolist()}
        self._check_entries(size)
        self.manifest = self._manifest()
        self._check_contents()

    def rows(self, member: Member) -> Iterator[dict[str, Any]]:
        """The rows of a table, each with exactly its columns; BadRows names the file and the line."""
        for number, line in enumerate(self._lines(member), start=1):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as problem:
                raise self._bad_line(member, number) from problem
            if (
                not isinstance(row, dict)
                or len(row) != len(member.columns)
                or any(c not in row for c in member.columns)
            ):
                raise self._bad_line(member, number)
            yield row

    def settings(self) -> str:
        """The settings file; empty if there is none."""
        if not self.manifest.settings:
            return ""
        data = self._read(SETTINGS, _MOST_MANIFEST)
        if hashlib.sha256(data).hexdigest() != self.manifest.settings:
            raise self._not_as_written(SETTINGS)
        try:
            return data.decode()
        except UnicodeDecodeError as problem:
            raise self._not_as_written(SETTINGS) from problem

    def _lines(self, member: Member) -> Iterator[bytes]:
        rows, size, sum_, rest = 0, 0, hashlib.sha256(), b""
        for chunk in self._chunks(member.file):
            size += len(chunk)
            sum_.update(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            if size > member.bytes or len(rest) > _MOST_LINE:
                raise self._not_as_written(member.file)
            rows += len(lines)
            yield from lines
        if rest or (rows, size, sum_.hexdigest()) != (member.rows, member.bytes, member.sha256):
            raise self._not_as_written(member.file)

    def _chunks(self, name: str) -> Iterator[bytes]:
        try:
            with self._zip.open(self._entries[name]) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except _BROKEN as problem:
            raise _damaged(self.name) from problem

    def _read(self, name: str, most: int) -> bytes:
        if name not in self._entries:
            raise self._missing(name)
        if self._entries[name].file_size > most:
            raise self._not_as_written(name)
        return b"".join(self._chunks(name))

    def _check_entries(self, size: int) -> None:
        entries = self._zip.infolist()
        packed = sum(entry.compress_size for entry in entries)
        if len(entries) > _MOST_MEMBERS or len(self._entries) < len(entries) or packed > size:
            raise _damaged(self.name)
        for entry in entries:
            if entry.file_size > _RATIO_FROM and entry.file_size > _MOST_RATIO * entry.compress_size:
                raise Refused(
                    _("{file}: {part} expands over {most}:1, which no export of sales does.").format(
                        file=self.name, part=entry.filename, most=_MOST_RATIO
                    ),
                    hint=_("Don't trust this file; ask where it comes from."),
                )

    def _manifest(self) -> Manifest:
        if MANIFEST not in self._entries:
            raise _not_an_export(self.name)
        try:
            said = json.loads(self._read(MANIFEST, _MOST_MANIFEST))
            if said["format"] != FORMAT:
                raise _not_an_export(self.name)
            if said["format_version"] > FORMAT_VERSION:
                raise newer(self.name)
            members = tuple(_member(one) for one in said["members"])
            texts = [said[name] for name in ("schema", "program", "exported_on", "settings")]
            schema, program, day, settings = (_text(text) for text in texts)
            if not _SCHEMA.fullmatch(schema):
                raise ValueError(schema)
            return Manifest(schema, program, day, members, settings)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as problem:
            raise self._not_as_written(MANIFEST) from problem

    def _check_contents(self) -> None:
        named = {MANIFEST, *(member.file for member in self.manifest.members)}
        named |= {SETTINGS} if self.manifest.settings else set()
        for name in sorted(named - self._entries.keys()):
            raise self._missing(name)
        for name in sorted(self._entries.keys() - named):
            raise Refused(
                _("{file} holds {part}, of which its manifest says nothing.").format(file=self.name, part=name),
                hint=_("Don't trust this file; ask where it comes from."),
            )
        if len({member.table for member in self.manifest.members}) < len(self.manifest.members):
            raise self._not_as_written(MANIFEST)

    def _missing(self, name: str) -> Refused:
        return Refused(_("{file} is not whole: {part} is missing.").format(file=self.name, part=name), hint=_again())

    def _not_as_written(self, name: str) -> BadRows:
        return BadRows(
            _("{file}: {part} is not as it was written: its rows or its checksum differ.").format(
                file=self.name, part=name
            ),
            hint=_again(),
        )

    def _bad_line(self, member: Member, number: int) -> BadRows:
        return BadRows(
            _("{file}: line {number} of {part} is not a row of {table}.").format(
                file=self.name, number=number, part=member.file, table=member.table
            ),
            hint=_again(),
        )


@contextlib.contextmanager
def opened(path: Path, name: str = "") -> Iterator[Archive]:
    """The export at ``path``, spoken of by ``name``.

    Raises NotFound, Refused for what is no whole export, BadRows for altered contents.
    """
    name = name or path.name
    if not path.exists():
        raise NotFound(
            _("There is no file {path}.").format(path=path),
            hint=_("File names are relative to the folder you are in."),
        )
    if not path.is_file():
        raise Refused(_("{path} is not a file.").format(path=path))
    try:
        file = path.open("rb")
    except OSError as problem:
        raise Refused(
            _("{file} can't be read: {reason}.").format(file=path, reason=system_reason(problem))
        ) from problem
    with file, read_from(file, name, path.stat().st_size) as archive:
        yield archive


@contextlib.contextmanager
def read_from(file: IO[bytes], name: str, size: int) -> Iterator[Archive]:
    """The export in an open file of ``size`` bytes, spoken of by ``name``. Raises as ``opened``."""
    try:
        container = zipfile.ZipFile(file)
    except _BROKEN as problem:
        file.seek(0)
        raise (_damaged if file.read(4) == b"PK\x03\x04" else _not_an_export)(name) from problem
    with container:
        yield Archive(name, container, size)


def _member(said: dict[str, Any]) -> Member:
    table, columns = _text(said["table"]), tuple(_text(name) for name in said["columns"])
    rows, size = said["rows"], said["bytes"]
    if not _TABLE.fullmatch(table) or said["file"] != f"{table}.jsonl" or len(set(columns)) < len(columns):
        raise ValueError(table)
    if type(rows) is not int or type(size) is not int:
        raise ValueError(rows)
    return Member(said["file"], table, columns, rows, size, _text(said["sha256"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def newer(name: str) -> Refused:
    """The refusal of an export that a later version wrote."""
    return Refused(
        _("{file} was exported by a newer version of sales.").format(file=name), hint=_("Update the program.")
    )


def _not_an_export(name: str) -> Refused:
    return Refused(
        _("{file} is not an export of sales.").format(file=name),
        hint=_("Give a file that `sales data export` wrote."),
    )


def _damaged(name: str) -> Refused:
    return Refused(_("{file} is damaged or cut off.").format(file=name), hint=_again())


def _again() -> str:
    return _("Fetch it once more, or export the data anew with `sales data export`.")

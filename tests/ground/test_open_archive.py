"""An export as a file: the same data is the same bytes, and nothing in it is trusted when it is read."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from salescli import open_archive
from salescli.errors import BadRows, NotFound, Refused, SalesError

DAY = date(2026, 11, 25)
Contents = dict[str, bytes]


def written(rows: int = 3, settings: str = "") -> bytes:
    stream = io.BytesIO()
    lines = (json.dumps({"id": number, "name": f"𠮷{number}"}, ensure_ascii=False).encode() for number in range(rows))
    with open_archive.ArchiveWriter(stream, "0006", "1.0", DAY) as writer:
        writer.add_table("client", ["id", "name"], lines)
        writer.add_table("visit", ["id"], [])
        if settings:
            writer.add_settings(settings)
        writer.finish()
    return stream.getvalue()


def contents(data: bytes) -> Contents:
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return {entry.filename: container.read(entry) for entry in container.infolist()}


def packed(parts: Contents) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as container:
        for name, data in parts.items():
            container.writestr(name, data)
    return stream.getvalue()


def read(path: Path, data: bytes) -> dict[str, list[Any]]:
    path.write_bytes(data)
    with open_archive.opened(path) as archive:
        archive.settings()
        return {member.table: list(archive.rows(member)) for member in archive.manifest.members}


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    found = read(tmp_path / "all.zip", written(settings="[cadence]\nA = 10\n"))
    assert found == {"client": [{"id": number, "name": f"𠮷{number}"} for number in range(3)], "visit": []}


def test_the_same_data_is_the_same_bytes() -> None:
    assert written() == written()


def manifest_of(parts: Contents) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(parts["manifest.json"])
    return found


def with_manifest(**values: Any) -> Callable[[Contents], Contents]:
    def change(parts: Contents) -> Contents:
        return {**parts, "manifest.json": json.dumps({**manifest_of(parts), **values}).encode()}

    return change


def with_member(**values: Any) -> Callable[[Contents], Contents]:
    def change(parts: Contents) -> Contents:
        first, *others = manifest_of(parts)["members"]
        return with_manifest(members=[{**first, **values}, *others])(parts)

    return change


def with_line(line: bytes) -> Callable[[Contents], Contents]:
    """Another first line, of which the manifest tells the truth."""

    def change(parts: Contents) -> Contents:
        data = b"\n".join([line, *parts["client.jsonl"].split(b"\n")[1:]])
        truth = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        return with_member(**truth)({**parts, "client.jsonl": data})

    return change


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        (lambda parts: {"notes.txt": b"mine"}, Refused, "not an export"),
        (with_manifest(format="another program's"), Refused, "not an export"),
        (with_manifest(format_version=2), Refused, "newer version"),
        (with_manifest(members="none"), BadRows, "manifest.json"),
        (with_manifest(schema=6), BadRows, "manifest.json"),
        (lambda parts: {**parts, "manifest.json": b"[" * 100_000}, BadRows, "manifest.json"),
        (lambda parts: {**parts, "manifest.json": b" " * 2_000_000}, Refused, "expands"),
        (lambda parts: {name: data for name, data in parts.items() if name != "visit.jsonl"}, Refused, "visit.jsonl"),
        (lambda parts: {**parts, "../../evil.sh": b"rm"}, Refused, "evil.sh"),
        (with_member(file="../../client.jsonl"), BadRows, "manifest.json"),
        (with_member(table="client; DROP"), BadRows, "manifest.json"),
        (with_member(rows=2), BadRows, "client.jsonl"),
        (with_member(bytes=3), BadRows, "client.jsonl"),
        (with_member(rows=True), BadRows, "manifest.json"),
        (lambda parts: {**parts, "client.jsonl": parts["client.jsonl"].replace(b"2", b"3")}, BadRows, "client.jsonl"),
        (lambda parts: {**parts, "client.jsonl": parts["client.jsonl"][:-1]}, BadRows, "client.jsonl"),
        (with_line(b'{"id": 0}'), BadRows, "line 1 of client.jsonl"),
        (with_line(b'{"id": 0, "other": "x"}'), BadRows, "line 1 of client.jsonl"),
        (with_line(b"[1, 2]"), BadRows, "line 1 of client.jsonl"),
        (with_line(b"\xff\xfe"), BadRows, "line 1 of client.jsonl"),
        (with_line(b"[" * 100_000), BadRows, "line 1 of client.jsonl"),
        (lambda parts: {**parts, "config.toml": b"x = 1"}, Refused, "config.toml"),
        (with_manifest(settings="0" * 64), Refused, "config.toml"),
        (lambda parts: {**parts, "client.jsonl": b"0" * 50_000_000}, Refused, "expands over 300:1"),
    ],
)
def test_an_export_that_is_not_as_it_was_written_is_refused_with_the_place(
    tmp_path: Path, change: Callable[[Contents], Contents], kind: type[SalesError], said: str
) -> None:
    with pytest.raises(kind) as refused:
        read(tmp_path / "all.zip", packed(change(contents(written()))))
    assert said in refused.value.message
    assert "all.zip" in refused.value.message


def test_a_settings_file_that_was_altered_is_refused(tmp_path: Path) -> None:
    parts = {**contents(written(settings="a = 1\n")), "config.toml": b"a = 2\n"}
    with pytest.raises(BadRows):
        read(tmp_path / "all.zip", packed(parts))


def test_a_file_cut_anywhere_or_damaged_is_refused_with_a_sentence(tmp_path: Path) -> None:
    whole = written(rows=200)
    for place in range(0, len(whole), len(whole) // 40):
        with pytest.raises(SalesError):
            read(tmp_path / "all.zip", whole[:place])
        harmed = bytearray(whole)
        harmed[place] ^= 0xFF
        try:
            found = read(tmp_path / "all.zip", bytes(harmed))
        except SalesError:
            continue
        assert found == read(tmp_path / "whole.zip", whole)  # a byte that says nothing, such as a time


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as container:
        for name, data in contents(written()).items():
            container.writestr(name, data)
        with pytest.warns(UserWarning, match="Duplicate"):
            container.writestr("client.jsonl", b"")
    with pytest.raises(Refused):
        read(tmp_path / "all.zip", stream.getvalue())


def test_what_is_no_file_or_no_zip_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotFound), open_archive.opened(tmp_path / "none.zip"):
        pass
    with pytest.raises(Refused, match="not a file"), open_archive.opened(tmp_path):
        pass
    with pytest.raises(Refused, match="not an export"):
        read(tmp_path / "a.txt", b"text")

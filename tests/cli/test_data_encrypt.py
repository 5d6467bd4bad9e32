"""`sales data encrypt`, `decrypt`, `passphrase`, and the other commands on an encrypted file, through the program."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import pytest

from salescli import db, paths
from salescli.encryption import keys
from tests.conftest import Sales
from tests.test_encryption import forgetful as forgetful  # a fixture
from tests.test_encryption import key as key  # a fixture

SECRET = "天气 不错 é 出门"
OTHER = "quite another one"
GIVEN = {"SALES_PASSPHRASE": SECRET}
NAME = "杭州蓝海机电"


@pytest.fixture
def sales(sales_as_patched: Sales) -> Sales:
    """The program with what these tests patch."""
    return sales_as_patched


@pytest.fixture
def encrypted(data_file: Path, key: keys.Key) -> Path:
    """An encrypted data file whose key the program knows, to save the time of making it."""
    db.rewrite(data_file, key)
    return data_file


def test_an_encrypted_file_serves_every_command_and_is_plain_again_afterwards(
    sales: Sales, data_file: Path, tmp_path: Path
) -> None:
    sales("client", "add", NAME)
    done = sales("data", "encrypt", "--yes", env=GIVEN)
    assert (done.out, done.err) == (f"{data_file}\n", f"{data_file} is encrypted.\n")
    assert sales("client", "list", "--json", env=GIVEN).json()[0]["name"] == NAME
    keys.unlock(data_file, SECRET)  # what the program knows from here on, to save the time of making it
    sales("log", NAME, "见过", "--no-next", "无")
    copy = Path(sales("data", "backup").out.strip())
    assert db.salt_of(copy) == db.salt_of(data_file) is not None
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or NAME.encode() not in path.read_bytes(), path
    told = sales("data", "decrypt", "--yes")
    assert str(copy) in told.err
    assert sales("client", "show", NAME, "--json").json()["last_contact_on"] == "2026-11-25"


def test_without_the_passphrase_it_is_5_and_says_what_to_set(sales: Sales, encrypted: Path) -> None:
    keys._known.clear()
    before = encrypted.read_bytes()
    for words in (("client", "list"), ("log", NAME, "--no-next", "无"), ("data", "decrypt", "--yes"), ()):
        refused = sales(*words, code=5)
        assert (refused.out, refused.err.count("\n")) == ("", 1)
        assert "SALES_PASSPHRASE" in refused.err
    wrong = sales("--debug", "client", "list", code=5, env={"SALES_PASSPHRASE": "not the right one"})
    assert "is not the passphrase of" in wrong.err
    assert "not the right one" not in wrong.err
    assert sales("client", "list", "--json", code=5).error()["code"] == "data_file"
    assert encrypted.read_bytes() == before


def test_a_new_passphrase_replaces_the_old_one(sales: Sales, encrypted: Path) -> None:
    sales("data", "passphrase", "--yes", env={"SALES_NEW_PASSPHRASE": OTHER})
    sales("client", "list", env={"SALES_PASSPHRASE": OTHER})
    sales("client", "list", code=5, env=GIVEN)


def test_copies_are_named_and_encrypted_when_asked(sales: Sales, data_file: Path, key: keys.Key) -> None:
    copy = Path(sales("data", "backup").out.strip())
    broken = data_file.with_name("sales-20261101-090000.backup.db")
    broken.write_bytes(copy.read_bytes()[:-8192])
    keys.remember(key)
    db.rewrite(data_file, key)
    refused = sales("data", "encrypt", "--copies", code=7)
    assert str(broken) in refused.err
    assert db.salt_of(copy) == key.salt
    assert db.salt_of(broken) is None
    broken.unlink()
    assert sales("data", "encrypt", "--copies").err == ""
    named = sales("data", "passphrase", "--yes", env={"SALES_NEW_PASSPHRASE": OTHER})
    assert f"  {copy}\n" in named.err
    assert "`sales data encrypt --copies`" in named.err


def test_what_can_t_be_is_refused(sales: Sales, data_file: Path, key: keys.Key) -> None:
    before = data_file.read_bytes()
    assert "SALES_PASSPHRASE" in sales("data", "encrypt", "--yes", code=2).err
    assert "--yes" in sales("data", "encrypt", code=2, env=GIVEN).err
    assert "shorter" not in sales("data", "encrypt", "--yes", code=2, env={"SALES_PASSPHRASE": "shorter"}).err
    sales("data", "decrypt", "--yes", code=4)
    sales("data", "passphrase", "--yes", code=4, env={"SALES_NEW_PASSPHRASE": OTHER})
    assert data_file.read_bytes() == before
    db.rewrite(data_file, key)
    assert "encrypted already" in sales("data", "encrypt", "--yes", code=4, env=GIVEN).err


def test_what_is_not_installed_is_named(sales: Sales, encrypted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    for words in (("client", "list"), ("data", "decrypt", "--yes")):
        assert 'pip install "sales-cli[encrypted]"' in sales(*words, code=5).err


class FileRing(keyring.backend.KeyringBackend):
    """A keyring in a file, which every run of the program sees."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_text("{}")

    def get_password(self, service: str, username: str) -> str | None:
        found: str | None = json.loads(self.path.read_text()).get(f"{service} {username}")
        return found

    def set_password(self, service: str, username: str, password: str) -> None:
        kept = json.loads(self.path.read_text())
        self.path.write_text(json.dumps({**kept, f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        kept = json.loads(self.path.read_text())
        del kept[f"{service} {username}"]
        self.path.write_text(json.dumps(kept))


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[FileRing]:
    before, ring = keyring.get_keyring(), FileRing(tmp_path / "ring.json")
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_the_keyring_opens_it_unasked(sales: Sales, data_file: Path, ring: FileRing) -> None:
    sales("data", "encrypt", "--yes", "--keyring", env=GIVEN)
    assert SECRET not in ring.path.read_text("utf-8")
    sales("client", "list")
    sales("data", "passphrase", "--yes", env={"SALES_NEW_PASSPHRASE": OTHER})
    assert len(json.loads(ring.path.read_text())) == 1
    sales("client", "list")
    sales("data", "decrypt", "--yes")
    assert ring.path.read_text() == "{}"


def test_without_a_keyring_it_says_so_and_goes_on(sales: Sales, data_file: Path) -> None:
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    try:
        told = sales("data", "encrypt", "--yes", "--keyring", env=GIVEN)
    finally:
        keyring.set_keyring(before)
    assert "There is no keyring here" in told.err
    assert db.is_encrypted(data_file)


def test_completion_says_nothing_of_an_encrypted_file(sales: Sales, encrypted: Path) -> None:
    keys._known.clear()
    asked = {
        "_SALES_COMPLETE": "complete_bash",
        "COMP_WORDS": "sales client show ",
        "COMP_CWORD": "3",
        "_TYPER_COMPLETE_ARGS": "sales client show ",
    }
    assert sales(env=asked, code=0).err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
def test_a_new_file_in_a_folder_that_others_see_is_warned_of_once(
    sales: Sales, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o755)
    path = folder / "sales.db"
    modes = [place.stat().st_mode for place in path.parent.parents]
    try:
        for place in path.parent.parents[:-1]:
            if place.stat().st_mode & 0o11 != 0o11:
                place.chmod(place.stat().st_mode | 0o11)
        assert paths.readable_by_others(path)
        assert "`sales data encrypt`" in sales("--db", path, "client", "list").err
        assert "encrypt" not in sales("--db", path, "client", "list").err
        folder.chmod(0o700)
        assert not paths.readable_by_others(path)
        folder.chmod(0o755)
        tmp_path.chmod(0o700)
        assert not paths.readable_by_others(path)
    finally:
        for place, mode in zip(path.parent.parents, modes, strict=True):
            if place.stat().st_mode != mode:
                place.chmod(mode & 0o7777)

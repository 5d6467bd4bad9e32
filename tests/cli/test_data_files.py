"""`sales data export` and `sales data import` through the real program."""

import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Sales


def test_everything_goes_out_and_makes_the_same_data_file_elsewhere(sales: Sales, tmp_path: Path) -> None:
    sales("client", "add", "蓝海𠮷", "--contact", "张工", "--note", "=1+1\n第二行")
    sales("log", "蓝海", "见面", "--next", "报价@下周三")
    told = sales("data", "export")
    assert told.out == "sales-2026-11-25.zip\n"
    assert "whoever has the file can read" in told.err
    assert sales("--db", "new.db", "data", "import", "sales-2026-11-25.zip").out == "new.db\n"
    for words in (("client", "list"), ("visit", "list"), ("history",)):
        assert sales("--db", "new.db", *words, "--json").json() == sales(*words, "--json").json()
    sales("--db", "new.db", "data", "export", "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "sales-2026-11-25.zip").read_bytes()
    assert "holds records" in sales("--db", "new.db", "data", "import", "again.zip", code=4).err


def test_settings_go_along_without_passwords_and_never_over_ones_own(sales: Sales, tmp_path: Path) -> None:
    own = tmp_path / "config.toml"
    own.write_text('# mine\n[cadence]\nA = 10\n[mail]\nhost = "mail"\npassword = "geheim"\n', "utf-8")
    sales("client", "add", "蓝海")
    sales("data", "export", "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as container:
        assert container.read("config.toml").decode() == '# mine\n[cadence]\nA = 10\n[mail]\nhost = "mail"\n'
    assert b"geheim" not in (tmp_path / "all.zip").read_bytes()
    assert "stay as they are" in sales("--db", "one.db", "data", "import", "all.zip").err
    elsewhere = {"SALES_CONFIG": str(tmp_path / "other" / "config.toml")}
    sales("--db", "two.db", "data", "import", "all.zip", env=elsewhere)
    assert sales("config", "get", "cadence.A", env=elsewhere).out == "10\n"


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_an_export_is_for_its_owner_alone_whatever_the_umask(sales: Sales, tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        sales("data", "export", "all.zip")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "all.zip").stat().st_mode) == 0o600


def test_a_file_that_is_there_is_kept_and_what_fails_leaves_nothing(sales: Sales, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_text("mine")
    sales("data", "export", "all.zip", code=4)
    assert (tmp_path / "all.zip").read_text() == "mine"
    sales("data", "export", "missing/all.zip", code=7)
    assert "not an export" in sales("--db", "new.db", "data", "import", "all.zip", code=4).err
    sales("--db", "new.db", "data", "import", "none.zip", code=3)
    sales("data", "export", "all.zip", "--force")
    whole = (tmp_path / "all.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    refused = sales("--db", "new.db", "data", "import", "cut.zip", code=4)
    assert refused.err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip", "cut.zip", "sales.db"]


def test_an_export_of_an_encrypted_file_is_sealed_with_its_passphrase(sales: Sales, tmp_path: Path) -> None:
    pytest.importorskip("sqlcipher3")
    pytest.importorskip("pyrage")
    key = {"SALES_PASSPHRASE": "correct horse battery staple"}
    sales("client", "add", "蓝海")
    sales("data", "encrypt", "--yes", env=key)
    assert sales("data", "export", env=key).out == "sales-2026-11-25.zip.age\n"
    assert (tmp_path / "sales-2026-11-25.zip.age").read_bytes().startswith(b"age-encryption.org/v1")
    (tmp_path / "mine.zip.age").write_bytes(b"mine")
    assert "mine.zip.age" in sales("data", "export", "mine.zip", env=key, code=4).err
    assert not (tmp_path / "mine.zip").exists()
    sales("--db", "new.db", "data", "import", "sales-2026-11-25.zip.age", code=2)
    sales("--db", "new.db", "data", "import", "sales-2026-11-25.zip.age", env=key)
    assert sales("--db", "new.db", "client", "list", "--json").json()[0]["name"] == "蓝海"
    assert not list(tmp_path.glob(".sales-*"))

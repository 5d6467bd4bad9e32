"""`sales client import|export FILE.vcf` through the real program."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Sales

CARDS = """BEGIN:VCARD
VERSION:3.0
N:王;小明;;;
FN:王小明
ORG:杭州蓝海电子
TEL;TYPE=CELL:13812345678
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:李四
ORG:杭州蓝海电子
END:VCARD
"""
NAMELESS = "BEGIN:VCARD\nVERSION:3.0\nTEL:13812345678\nEND:VCARD\n"


def names(sales: Sales) -> list[tuple[str, list[str]]]:
    found = sales("client", "list", "--json").json()
    return [(client["name"], [person["name"] for person in client["contacts"]]) for client in found]


def test_a_phone_book_is_taken_in_and_taken_back(sales: Sales, tmp_path: Path) -> None:
    (tmp_path / "电话本.vcf").write_text(CARDS, "utf-8")
    tried = sales("client", "import", "电话本.vcf", "--dry-run", "--json").json()
    assert names(sales) == []
    done = sales("client", "import", "电话本.vcf", "--json").json()
    assert tried == done
    assert {key: done[key] for key in ("rows", "new", "duplicate", "failed")} == {
        "rows": 2,
        "new": 1,
        "duplicate": 1,
        "failed": 0,
    }
    assert names(sales) == [("杭州蓝海电子", ["王小明", "李四"])]
    assert sales("client", "import", "电话本.vcf", "--json").json()["unchanged"] == 2
    sales("undo", "--yes")
    assert names(sales) == []


def test_a_bad_card_keeps_all_out_names_itself_and_can_be_left_out(sales: Sales, tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_text(CARDS + NAMELESS, "utf-8")
    refused = sales("client", "import", "a.vcf", "--json", code=6)
    assert refused.json()["errors"][0]["row"] == 13
    assert "card 3 (13812345678)" in refused.json()["errors"][0]["message"]
    assert names(sales) == []
    assert sales("client", "import", "a.vcf", "--json", "--skip-bad").json()["new"] == 1
    assert (tmp_path / "a_errors.xlsx").exists()


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_what_was_exported_is_there_again_in_a_fresh_file(sales: Sales, tmp_path: Path, version: str) -> None:
    sales(
        "client",
        "add",
        "蓝海; 电子",
        "--contact",
        "王小明",
        "--mobile",
        "13812345678",
        "--note",
        "一\n二 \\n",
        "--tag",
        "a,b",
    )
    sales("client", "add", "红河")
    told = sales("client", "export", "c.vcf", "--vcard", version)
    assert told.out == "c.vcf\n"
    assert f"VERSION:{version}" in (tmp_path / "c.vcf").read_text("utf-8")
    before = sales("client", "list", "--json").json()
    fresh = {"env": {"SALES_DB": str(tmp_path / "fresh.db")}}
    sales("client", "import", "c.vcf", **fresh)
    after = sales("client", "list", "--json", **fresh).json()
    kept = ("name", "tags", "note", "address", "contacts")
    assert [[one[key] for key in kept] for one in after] == [[one[key] for key in kept] for one in before]


def test_the_contacts_of_one_client_go_to_a_colleagues_phone(sales: Sales, tmp_path: Path) -> None:
    sales("client", "add", "蓝海", "--contact", "王小明")
    sales("client", "add", "红河", "--contact", "李四")
    sales("client", "export", "c.vcf", "--client", "红河", "--client", "C0002")
    text = (tmp_path / "c.vcf").read_text("utf-8")
    assert text.count("BEGIN:VCARD") == 1
    assert "FN:李四\n" in text
    sales("client", "export", "c.csv", "--client", "红河")
    assert "蓝海" not in (tmp_path / "c.csv").read_text("utf-8")
    sales("client", "export", "d.vcf", "--client", "nobody", code=3)
    assert not (tmp_path / "d.vcf").exists()


@pytest.mark.parametrize(
    ("argv", "code", "word"),
    [
        (("export", "c.vcf", "--vcard", "5.0"), 2, "4.0, 3.0, 2.1"),
        (("export", "c.csv", "--vcard", "3.0"), 2, "c.csv"),
        (("export", "there.vcf"), 4, "--force"),
        (("export", "nowhere/c.vcf"), 7, "nowhere"),
        (("import", "there.vcf"), 4, "no vCard file"),
        (("import", "missing.vcf"), 3, "missing.vcf"),
        (("import", "there.vcf", "--map", "m.toml"), 2, "--map"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    sales: Sales, tmp_path: Path, argv: tuple[str, ...], code: int, word: str
) -> None:
    (tmp_path / "there.vcf").write_text("mine", "utf-8")
    said = sales("client", *argv, code=code).err
    assert word in said
    assert "Traceback" not in said
    assert (tmp_path / "there.vcf").read_text("utf-8") == "mine"
    assert not list(tmp_path.glob(".sales-*"))


@pytest.mark.parametrize("argv", [("import", "a.vcf"), ("export", "b.vcf")])
def test_without_the_library_the_extra_is_named(sales: Sales, tmp_path: Path, argv: tuple[str, ...]) -> None:
    (tmp_path / "a.vcf").write_text(CARDS, "utf-8")
    # A package of that name that can't be imported, before the real one.
    hidden = tmp_path / "hidden" / "vobject"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "salescli", "client", *argv],
        env={
            "PYTHONPATH": os.pathsep.join([str(hidden.parent), str(Path(__file__).parents[2])]),
            "SALES_DB": str(tmp_path / "sales.db"),
            "SALES_LANG": "en",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "sales-cli[vcard]" in done.stderr
    assert not (tmp_path / "b.vcf").exists()

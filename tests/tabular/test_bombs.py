"""Workbooks made to do harm, damaged ones, and what is no workbook: one sentence each, soon, without much memory."""

import io
import random
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from salescli.errors import Refused, SalesError
from salescli.tabular import Limits, read_table
from salescli.tabular.table import DEFAULT_LIMITS
from tests.tabular import books

DATA = Path(__file__).parent / "data/calamine"
GOOD = books.rows("A1=客户名称 B1=等级", "A2=甲 B2=A")
NOISE = random.Random(1).randbytes(120_000)


@pytest.fixture
def refusal(tmp_path):
    """The message with which bytes are refused as a workbook."""

    def read(content: bytes, limits: Limits = DEFAULT_LIMITS) -> str:
        path = tmp_path / "clients.xlsx"
        path.write_bytes(content)
        began = time.monotonic()
        with pytest.raises(Refused) as raised:
            read_table(path, limits=limits)
        assert time.monotonic() - began < 5
        assert raised.value.hint
        return raised.value.message

    return read


def value(place: str) -> str:
    return f'<row r="{place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{place}"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        (books.FAR, "more than 200,000 rows"),
        (GOOD + books.FAR, "more than 200,000 rows"),
        (GOOD + value("A200021"), "more than 200,000 rows"),
        (GOOD + value("XFD3"), "more than 500 columns"),
        (GOOD + value("SG3"), "more than 500 columns"),
        (GOOD + value("ZZZZZZ3"), "more than 500 columns"),
        (GOOD + value("SF200000"), "a sheet of 100,000,000 cells; the limit is 4,000,000"),
        (GOOD + "<row r='9'><c r='XFD1048576'><v>1</v></c></row>", "more than 200,000 rows"),
        (GOOD + '<row r="9"><c s="0" r="XFD9"><v>1</v></c></row>', "more than 500 columns"),
        (GOOD + '<row r="9"><x:c r="XFD9"><v>1</v></x:c></row>', "more than 500 columns"),
        (GOOD + '<row r="9"><c foo=">" r="XFD9"><v>1</v></c></row>', "more than 500 columns"),
        (GOOD + '<row r="9"><c r="&#88;FD9"><v>1</v></c></row>', "more than 500 columns"),
        (GOOD + '<row r="9"><c r="A9" r="XFD9"><v>1</v></c></row>', "is damaged"),
        (GOOD + '<row r="9"><c r="SF9"/><c><v>1</v></c></row>', "more than 500 columns"),
        (GOOD + '<row r="200021"/><row><c><v>1</v></c></row>', "more than 200,000 rows"),
    ],
)
def test_a_cell_far_away_is_refused_before_memory_is_taken_for_it(refusal, sheet, message):
    assert message in refusal(books.xlsx(sheet))


def test_far_cells_that_are_only_formatted_do_no_harm(tmp_path):
    path = tmp_path / "clients.xlsx"
    path.write_bytes(books.xlsx(GOOD + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'))
    assert len(read_table(path).rows) == 1


def test_a_workbook_with_one_far_cell_is_refused_without_memory_or_noise(tmp_path):
    pytest.importorskip("resource")
    path = tmp_path / "far.xlsx"
    path.write_bytes(books.xlsx(books.FAR))
    assert path.stat().st_size < 2_500
    program = (
        "import resource, sys; from pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))\n"
        "from salescli.tabular import read_table; from salescli.errors import Refused\n"
        "try: read_table(Path(sys.argv[1]))\n"
        "except Refused: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "refused\n", "")


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(rows=100), "more than 100 rows"),
        (Limits(cells=500), "a sheet of 600 cells; the limit is 500"),
        (Limits(columns=1), "more than 1 columns"),
        (Limits(expanded_bytes=20_000), "expands to 0.04 MB; the limit is 0.02 MB"),
        (Limits(workbook_bytes=1_000), "the limit is 0.01 MB"),
        (Limits(ratio_from=10_000, expand_ratio=8), "xl/worksheets/sheet1.xml expands over 8:1"),
    ],
)
def test_a_plain_big_workbook_is_refused_with_the_limit(refusal, limits, message):
    sheet = books.rows("A1=a B1=b", *(f"A{n}=x B{n}=y" for n in range(2, 301)))
    assert message in refusal(books.xlsx(sheet), limits)


def test_an_entry_that_expands_too_far_is_refused_by_name(refusal):
    content = books.xlsx(GOOD, after=" " * 2_000_000)
    assert len(content) < 10_000
    assert "xl/worksheets/sheet1.xml expands over 100:1, the limit for parts over 100 KB" in refusal(content)


def test_entries_that_expand_too_far_together_are_refused(refusal):
    stored = io.BytesIO(books.xlsx(GOOD))
    with zipfile.ZipFile(stored, "a", zipfile.ZIP_DEFLATED) as container:
        for number in range(3):
            container.writestr(f"xl/media/{number}.bin", NOISE * 10)
    message = refusal(stored.getvalue(), Limits(expanded_bytes=3 << 20))
    assert "the limit is 3 MB" in message


def test_a_container_that_lies_about_its_sizes_is_refused(refusal):
    content = bytearray(books.xlsx(GOOD, after=" " * 300_000))
    with zipfile.ZipFile(io.BytesIO(content)) as container:
        entry = container.getinfo("xl/worksheets/sheet1.xml")
    said, real = struct.pack("<I", 900), struct.pack("<I", entry.file_size)
    assert content.count(real) >= 2
    assert "xl/worksheets/sheet1.xml can't be read" in refusal(bytes(content.replace(real, said)))


def test_a_document_type_is_refused_wherever_it_stands(refusal):
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"):
        content = books.xlsx(
            GOOD, change=lambda name, xml, part=part: xml.replace(b"?>", b"?>" + declared) if name == part else xml
        )
        assert f"{part.lower()} declares a document type" in refusal(content)


def test_one_long_text_used_by_many_cells_is_refused(refusal):
    long_text = "客" * 30_000
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 9_001))
    content = books.xlsx(cells, shared=f"<si><t>{long_text}</t></si>", change=padded)
    assert "the texts of its cells take 257.5 MB; the limit is 200 MB" in refusal(content)
    other = cells.replace("<c ", "<c  ", 1)
    assert "257.5 MB" in refusal(books.xlsx(other, shared=f"<si><t>{long_text}</t></si>", change=padded))


def padded(name: str, xml: bytes) -> bytes:
    """The parts with enough noise behind them to expand less than 100:1."""
    if not name.endswith(("sheet1.xml", "sharedStrings.xml")):
        return xml
    noise = "".join(chr(0x4E00 + byte) for byte in NOISE[:20_000]).encode()
    return xml + b"<!--" + noise + b"-->"


def test_more_merged_cells_than_rows_may_be_are_refused(refusal):
    merged = "".join(f'<mergeCell ref="A{n}:A{n + 1}"/>' for n in range(1, 50))
    message = refusal(books.xlsx(GOOD, after=f"<mergeCells>{merged}</mergeCells>"), Limits(rows=40))
    assert "51 merged cells; the limit is 40" in message


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_workbook_is_refused_as_damaged(refusal, share):
    content = books.xlsx(GOOD)
    assert "is damaged or cut off: its list of contents" in refusal(content[: int(len(content) * share)])


def test_damage_inside_a_part_is_refused_with_the_part(refusal):
    content = bytearray(books.xlsx(GOOD))
    with zipfile.ZipFile(io.BytesIO(content)) as container:
        entry = container.getinfo("xl/worksheets/sheet1.xml")
    middle = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    content[middle] ^= 0xFF
    assert "xl/worksheets/sheet1.xml can't be read" in refusal(bytes(content))


def test_a_changed_byte_in_a_stored_part_is_noticed(refusal):
    stored = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(books.xlsx(GOOD))) as before, zipfile.ZipFile(stored, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))
    content = stored.getvalue().replace("甲".encode(), "乙".encode())
    assert "xl/worksheets/sheet1.xml can't be read" in refusal(content)


def test_xml_that_is_not_sound_is_refused_with_the_part(refusal):
    assert "xl/worksheets/sheet1.xml" in refusal(books.xlsx("<row r='1'><c r='A1'><v>1</c></row>"))
    assert "can't be read" in refusal(books.xlsx('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', shared=""))
    assert "xl/workbook.xml" in refusal(books.xlsx(GOOD, book="<a>"))


def test_protected_workbooks_are_refused_as_such(refusal):
    assert refusal(books.compound("EncryptedPackage", b"x")) == "clients.xlsx is protected by a password."
    protected = books.compound("Workbook", books.biff((0x002F, b"\0" * 6)))
    assert refusal(protected) == "clients.xlsx is protected by a password."
    content = bytearray(books.xlsx(GOOD))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    assert refusal(bytes(content)) == "clients.xlsx is protected by a password."


def test_other_containers_are_no_workbooks(refusal):
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as container:
        container.writestr("word/document.xml", "<w/>")
    assert refusal(stored.getvalue()) == "clients.xlsx is not a workbook."
    assert refusal(books.compound("WordDocument", b"x")) == "clients.xlsx is not a workbook."
    assert refusal(b"PK\x05\x06" + b"\0" * 18) == "clients.xlsx is not a workbook."


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ((0x0203, struct.pack("<3Hd", 1, 60_000, 0, 1.0)), "more than 500 columns"),
        ((0x00BD, struct.pack("<2HHIH", 1, 0, 0, 0, 60_000)), "more than 500 columns"),
        ((0x0203, struct.pack("<3Hd", 65_535, 255, 0, 1.0)), "a sheet of 16,777,216 cells"),
    ],
)
def test_a_cell_far_away_in_an_old_workbook_is_refused(refusal, record, message):
    assert message in refusal(books.compound("Workbook", books.biff(record)))


def test_sectors_that_run_in_a_circle_are_damage(refusal):
    content = bytearray(books.compound("Workbook", books.biff()))
    table = 512 + 4 * 3
    struct.pack_into("<I", content, table, 2)
    assert "is damaged or cut off: its list of contents" in refusal(bytes(content))


@pytest.mark.parametrize(
    ("row", "column", "message"), [(1_048_575, 16_383, "more than 200,000 rows"), (5, 16_383, "more than 500 columns")]
)
def test_a_cell_far_away_in_a_binary_workbook_is_refused(refusal, row, column, message):
    cell = struct.pack("<BBI", 0, 4, row) + struct.pack("<BBIId", 5, 16, column, 0, 1.0)
    end = b"\x92\x01\x00"
    content = books.changed(
        DATA / "issue_419.xlsb", "xl/worksheets/sheet1.bin", lambda part: part.replace(end, cell + end, 1)
    )
    assert message in refusal(content)


def cell(content: str = "x", **repeated: int) -> str:
    times = "".join(f' table:number-{name}-repeated="{count}"' for name, count in repeated.items())
    kind, text = (' office:value-type="string"', f"<text:p>{content}</text:p>") if content else ("", "")
    return f"<table:table-cell{times}{kind}>{text}</table:table-cell>"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (f'<table:table-row table:number-rows-repeated="1000000">{cell()}</table:table-row>', "200,000 rows"),
        (f"<table:table-row>{cell(columns=16_384)}</table:table-row>", "500 columns"),
        (
            f"<table:table-row>{cell() * 2}</table:table-row>"
            f"<table:table-row>{cell()}{cell('', columns=500)}{cell()}</table:table-row>",
            "500 columns",
        ),
        (
            f"<table:table-row>{cell()}</table:table-row>"
            '<table:table-row table:number-rows-repeated="1000000"/>'
            f"<table:table-row>{cell()}</table:table-row>",
            "200,000 rows",
        ),
        (
            f'<table:table-row table:number-rows-repeated="100000">{cell(columns=41)}</table:table-row>',
            "4,100,000 cells",
        ),
    ],
)
def test_repeated_cells_of_an_open_document_are_counted(refusal, table, message):
    assert message in refusal(books.ods(table))


def test_the_empty_repeats_every_open_document_ends_with_do_no_harm(tmp_path):
    path = tmp_path / "clients.ods"
    rest = f'<table:table-row table:number-rows-repeated="1048570">{cell("", columns=16_384)}</table:table-row>'
    rows = f"<table:table-row>{cell('a')}</table:table-row><table:table-row>{cell('b')}</table:table-row>"
    path.write_bytes(books.ods(rows + rest))
    assert [row.values for row in read_table(path).rows] == [("b",)]


def test_the_document_made_to_use_up_memory_is_refused():
    with pytest.raises(Refused, match="more than 200,000 rows"):
        read_table(DATA / "issue_594_dos.ods")


@pytest.mark.parametrize("name", ["date.xlsb", "biff5_write.xls", "issues.ods", "issue438.xlsx"])
def test_random_damage_never_ends_in_anything_but_a_sentence_or_a_table(tmp_path, capfd, name):
    whole, chance = (DATA / name).read_bytes(), random.Random(name)
    for turn in range(60):
        content = bytearray(whole)
        for _blow in range(chance.randrange(1, 20)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path = tmp_path / f"{turn}-{name}"
        path.write_bytes(content[: chance.randrange(len(content) // 2, len(content) + 1)])
        try:
            list(read_table(path).rows)
        except SalesError as error:
            assert error.message  # noqa: PT017
    assert capfd.readouterr() == ("", "")


def test_a_panic_of_the_reader_is_a_sentence_without_noise(refusal, capfd):
    content = books.changed(DATA / "date.xlsb", "xl/_rels/workbook.bin.rels", lambda part: part.replace(b"rId", b"xId"))
    assert "is damaged or cut off: its list of sheets" in refusal(content)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("size", [(0, 70_000, 0, 2), (0, 5, 0, 300), (15_360, 1, 0, 1), (0, 5, 7, 1)])
def test_an_old_workbook_that_lies_about_a_sheets_size_is_refused(refusal, size):
    record = (0x0200, struct.pack("<2I3H", *size, 0))
    assert "the size of a sheet can't be read" in refusal(books.compound("Workbook", books.biff(record)))

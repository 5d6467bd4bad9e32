"""Reading vCards as phones really write them: what is folded, encoded or missing, and what is no vCard at all."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from salescli.errors import Refused
from salescli.tabular.table import Limits
from salescli.tabular.vcards import Card, Cards, read_cards

REAL = Path(__file__).parent / "data" / "vcard"
Read = Callable[..., list[Card]]


def opened(path: Path, **limits: int) -> Cards:
    return read_cards(path, Limits(**limits))


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The cards of a file of these bytes, or of these lines of one card."""

    def reading(*lines: str | bytes, end: bytes = b"\r\n") -> list[Card]:
        path = tmp_path / "a.vcf"
        path.write_bytes(end.join(line if isinstance(line, bytes) else line.encode() for line in lines))
        return list(opened(path))

    return reading


def card(*lines: str | bytes, version: str = "2.1") -> list[str | bytes]:
    return ["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]


def quoted(text: str, charset: str = "utf-8") -> str:
    return "".join(f"={byte:02X}" for byte in text.encode(charset))


def said(found: Card, name: str) -> str:
    one = found.first(name)
    assert one is not None, name
    return one.value()


GBK = quoted("王小明", "gbk")
NOTE = "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ([f"NOTE;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:{GBK}"], "王小明"),
        ([f"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=GB2312:{GBK[:6]}=", GBK[6:]], "王小明"),
        ([f"NOTE;QUOTED-PRINTABLE:{quoted('王小明')}"], "王小明"),
        ([f"note;encoding=quoted-printable;charset=utf-8:{quoted('王小明').lower()}"], "王小明"),
        ([b"NOTE:" + "王小明，你好".encode("gbk")], "王小明，你好"),
        ([b"NOTE;CHARSET=BIG5:" + "王小明".encode("big5")], "王小明"),
        (["NOTE;CHARSET=KLINGON:王小明"], "王小明"),
        ([NOTE + quoted("王小明")[:9], quoted("王小明")[9:]], "王小明"),  # no sign at the end of the line
        ([NOTE + quoted("王小明") + "=", "", "TEL:123456"], "王小明"),  # a soft break into nothing
        ([NOTE + "a=0D=0A=", "TEL: b=0D=0A=", "c"], "a\nTEL: b\nc"),  # text that looks like a line of a card
        ([b"NOTE:" + "王小明".encode()[:4], b" " + "王小明".encode()[4:]], "王小明"),  # folded in a character
        (["NOTE:one", "two: three", "four"], "one\ntwo: three\nfour"),
        (["NOTE:one", " two"], "one two"),  # in 2.1 the blank stays between words
        (["NOTE:王小", " 明"], "王小明"),
        (["item1.NOTE:one"], "one"),
        (['NOTE;X-A="a:b;c";X-B=d:one'], "one"),
        (["NOTE;ENCODING=BASE64:546L5bCP5piO"], "王小明"),
        (["NOTE:C:\\\\"], "C:\\"),
        (["NOTE:C:\\"], "C:\\"),
        ([r"NOTE:a\, b\; c\n\"d\" http\://e \x"], 'a, b; c\n"d" http://e \\x'),
    ],
)
def test_a_text_is_read_however_a_phone_wrote_it(read: Read, lines: list[str | bytes], text: str) -> None:
    assert said(read(*card("FN:甲", *lines))[0], "NOTE") == text


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b"\r\r\n"])
def test_every_line_end_is_one(read: Read, end: bytes) -> None:
    found = read(*card("FN:甲", "NOTE:a", " b", version="3.0"), *card("FN:乙"), end=end)
    assert [said(one, "FN") for one in found] == ["甲", "乙"]
    assert said(found[0], "NOTE") == "ab"
    assert [one.number for one in found] == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_a_file_in_another_unicode_is_read(read: Read, encoding: str) -> None:
    found = read("\r\n".join(["BEGIN:VCARD", "FN:王小明", "END:VCARD"]).encode(encoding))
    assert said(found[0], "FN") == "王小明"


def test_cards_of_several_encodings_may_stand_in_one_file(read: Read) -> None:
    found = read(
        *card("FN:王小明"), *card(b"FN:" + "李四光".encode("gbk")), b"\xef\xbb\xbfBEGIN:VCARD", "FN:丙", "END:VCARD"
    )
    assert [said(one, "FN") for one in found] == ["王小明", "李四光", "丙"]


def test_types_are_known_with_and_without_their_name(read: Read) -> None:
    found = read(
        *card("TEL;CELL;PREF:1", 'TEL;TYPE="voice,cell":2', "TEL;type=CELL;type=pref:3", "TEL;TYPE=cell;PREF=1:4")
    )
    assert [one.value() for one in found[0].all("TEL")] == ["1", "3", "4", "2"]
    assert all("CELL" in one.types for one in found[0].all("TEL"))


def test_a_card_inside_a_card_is_passed_over(read: Read) -> None:
    found = read(*card("FN:老板", "AGENT:", *card("FN:秘书", "TEL:1"), "TEL:2"), *card("FN:乙"))
    assert [said(one, "FN") for one in found] == ["老板", "乙"]
    assert [one.value() for one in found[0].all("TEL")] == ["2"]


def test_a_card_without_its_end_goes_to_the_next_one_and_the_last_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_text("stray\nBEGIN:VCARD\nFN:甲\nBEGIN:VCARD\nFN:乙\nTEL:13", "utf-8")
    cards = opened(path)
    found = list(cards)
    assert (found[0].problem, said(found[0], "FN"), found[0].line) == ("", "甲", 2)
    assert "cut off" in found[1].problem
    assert found[1].line == 4
    assert ["outside" in note for note in cards.notes] == [True, False]


def test_a_scratch_in_a_text_is_told_and_the_rest_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(
        b"BEGIN:VCARD\nFN:" + "杭州蓝海电子有限公司的王小明先生和李四光女士".encode() + b"\x80\nEND:VCARD\n"
    )
    cards = opened(path)
    assert said(next(iter(cards)), "FN").endswith("女士�")
    list(cards)
    assert "line 2" in cards.notes[0]


def test_a_photo_costs_neither_time_nor_a_place(read: Read) -> None:
    photo = "\r\n ".join(["PHOTO;ENCODING=b:" + "A" * 60, *["B" * 74] * 40_000])
    begin = time.process_time()
    found = read(*card("FN:甲", photo, "TEL:1", version="3.0"), *card("FN:乙"))
    assert time.process_time() - begin < 2
    assert [one.name for one in found[0].properties] == ["VERSION", "FN", "TEL"]
    assert found[1].line == 40_008


@pytest.mark.parametrize(
    "line",
    [
        "TEL" + ";a=b,c" * 2_000 + '":1',
        "TEL;" + "a;" * 20_000 + ":1",
        "TEL;TYPE=" + "," * 50_000 + '":1',
        "a" * 2_000_000,
    ],
)
def test_no_header_takes_long(read: Read, line: str) -> None:
    begin = time.process_time()
    assert said(read(*card("FN:甲", line, version="3.0"))[0], "FN").startswith("甲")
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    ("line", "problem"),
    [("NOTE:" + "x" * (2 << 20), "2 MB"), ("\n".join(["TEL:123456"] * 1_001), "1,000 lines")],
)
def test_a_card_beyond_measure_is_refused_alone(read: Read, line: str, problem: str) -> None:
    found = read(*card("FN:甲", line), *card("FN:乙"), end=b"\n")
    assert problem in found[0].problem
    assert said(found[1], "FN") == "乙"


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"PK\x03\x04" + bytes(500), bytes(range(256)), b"END:VCARD\n", b"BEGIN:VCALENDAR\n"]
)
def test_what_is_no_vcard_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "电话本.vcf"
    path.write_bytes(content)
    with pytest.raises(Refused, match=r"电话本\.vcf is no vCard file"):
        opened(path)


def test_too_many_cards_and_too_large_a_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_text("BEGIN:VCARD\nFN:a\nEND:VCARD\n" * 3, "utf-8")
    with pytest.raises(Refused, match="2"):
        opened(path, rows=2)
    with pytest.raises(Refused, match="MB"):
        opened(path, csv_bytes=50)


def test_the_exports_of_real_programs_are_read() -> None:
    known = {path.stem: next(iter(opened(path))) for path in REAL.glob("*.vcf")}
    assert said(known["fullcontact"], "NOTE") == "Notes line 1\nNotes line 2"
    assert known["fullcontact"].all("ORG")[0].fields() == ["Organization1", "Department1"]
    assert said(known["gmail-single"], "FN") == "Greg Dartmouth"
    assert said(known["issue114"], "FN") == "Dummy, Dummy"
    assert known["issue114"].all("ADR")[0].fields()[2:4] == ["Dummy-Dummy-Strasse 1", "Bad Homburg"]

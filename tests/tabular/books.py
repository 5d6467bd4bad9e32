"""Workbooks made byte by byte, for what no program would write on purpose."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_REL = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
TYPES = f"""<Types xmlns="{PACKAGE}content-types"><Default Extension="rels" ContentType=
"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType=
"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
# Cell formats 0 to 3: general, day, day and time, time.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="22"/><xf numFmtId="21"/></cellXfs></styleSheet>'
)
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def text(place: str, value: str) -> str:
    """A cell with an inline text."""
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def rows(*cells: str) -> str:
    """Rows of cells, each given as ``A1=text B1=text``."""
    made = []
    for number, line in enumerate(cells, start=1):
        places = (part.split("=", 1) for part in line.split())
        made.append(f'<row r="{number}">{"".join(text(place, value) for place, value in places)}</row>')
    return "".join(made)


def xlsx(
    *sheets: str,
    after: str = "",
    before: str = "",
    book: str = "",
    states: Mapping[int, str] = {},
    shared: str | None = None,
    strict: bool = False,
    change: Callable[[str, bytes], bytes] = lambda name, part: part,
) -> bytes:
    """A workbook of ``sheets``, each the XML of its rows; ``before`` and ``after`` stand around the rows' element.

    ``change`` may alter any part before it is stored.
    """
    numbers = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"{states.get(n, "")}/>' for n in numbers)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{REL}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    related += f'<Relationship Id="rId98" Type="{REL}/styles" Target="styles.xml"/>'
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}relationships"><Relationship Id="rId1" '
        f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}">{book}<sheets>{listed}</sheets></workbook>',
        "xl/styles.xml": STYLES,
    }
    for number, sheet in zip(numbers, sheets, strict=True):
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}">{before}<sheetData>{sheet}</sheetData>{after}</worksheet>'
        )
    if shared is not None:
        related += f'<Relationship Id="rId99" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/>'
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{PACKAGE}relationships">{related}</Relationships>'
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as container:
        for name, part in parts.items():
            if strict:
                part = part.replace(MAIN, STRICT_MAIN).replace(REL, STRICT_REL)
            container.writestr(name, change(name, ('<?xml version="1.0"?>' + part).encode()))
    return stored.getvalue()


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The bytes of a workbook with one part altered."""
    stored = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == part else content)
    return stored.getvalue()


def ods(table: str) -> bytes:
    """An OpenDocument sheet of ``table``, the XML of its rows."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        container.writestr("META-INF/manifest.xml", "<manifest/>")
        container.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="S1">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return stored.getvalue()


def compound(name: str, content: bytes) -> bytes:
    """A compound file with one stream of at least 4,096 bytes, in sectors of 512."""
    content = content.ljust(4096, b"\0")
    content += b"\0" * (-len(content) % 512)
    count = len(content) // 512
    chain = [*range(3, 2 + count), 0xFFFFFFFE]
    table = [0xFFFFFFFD, 0xFFFFFFFE, *chain]
    table += [0xFFFFFFFF] * (128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    directory = _entry("Root Entry", 5, 0xFFFFFFFE, 0) + _entry(name, 2, 2, len(content)) + b"\0" * 256
    return head + struct.pack("<128I", *table) + directory + content


def _entry(name: str, kind: int, begin: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBB3I", len(encoded), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
        + b"\0" * 36
        + struct.pack("<II4x", begin, size)
    )


def biff(*records: tuple[int, bytes]) -> bytes:
    """The stream of an .xls workbook: one sheet between its begin and end."""
    begin, end = (0x0809, struct.pack("<HHHH", 0x0600, 0x0010, 0, 0)), (0x000A, b"")
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in (begin, *records, end))

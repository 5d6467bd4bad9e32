"""Text tables: encoding, delimiter and quotes of a CSV or TSV file, and its records with their lines."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from salescli.amounts import excerpt
from salescli.errors import BadRows, Refused
from salescli.i18n import N_, _, _n
from salescli.tabular.encoding import Encoding, encoding_of
from salescli.tabular.layout import HEAD, Grid, known_in, row_list, too_many_columns, too_many_rows
from salescli.tabular.other_encodings import garbled
from salescli.tabular.table import Limits

# In the order they are preferred when a file fits several equally well.
DELIMITERS = {
    ",": N_("commas"),
    "\t": N_("tabs"),
    ";": N_("semicolons"),
    "|": N_("bars"),
    "，": N_("full-width commas"),
}
SAMPLE = 1 << 16
LOST = "\ufffd"  # what programs write for a sign they can't
# A cell longer than this ends the reading; one over the stated limit is only a bad row.
LONGEST_FIELD = 2_000_000
MOST_DELIMITERS = 1_000_000
# Blank lines don't count as rows, but they take time; a sheet of Excel has 1,048,576 rows.
MOST_LINES = 2_000_000
# Our CSV export puts an apostrophe before what a spreadsheet would run, after the apostrophes of the text's own.
GUARDED = re.compile("''*[=+\\-@＝＋－＠\t\r\n]")
# Programs write ="0123" to keep Excel from taking the text for a number.
TEXT_FORMULA = re.compile('="[^"]*"')
MARKS = ("'", "=")
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*$', re.IGNORECASE)
OTHER_TEXT = re.compile(
    r"\s*(<!doctype|<html|<table|<meta|<style|<head|<\?xml|mime-version:|%pdf|\{\\rtf)", re.IGNORECASE
)


@dataclass(frozen=True)
class Delimited:
    """A text file and how to read it. ``begins`` is the line the table begins in, 2 after a ``sep=`` line."""

    file: str
    data: bytes
    encoding: Encoding
    delimiter: str
    begins: int
    limits: Limits

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Each record with the line it begins in; blank ones too.

        Raises BadRows where quotation marks don't pair up or a cell is longer than can be read.
        """
        csv.field_size_limit(LONGEST_FIELD)
        marked = any(mark.encode() in self.data for mark in MARKS)
        reader = csv.reader(self._lines(), delimiter=self.delimiter, strict=True)
        line = self.begins
        try:
            for record in reader:
                if marked:
                    record = [_unmarked(cell) if cell[:1] in MARKS else cell for cell in record]
                if line > MOST_LINES:
                    raise too_many_rows(self.file, self.limits)
                yield line, record
                line = self.begins + reader.line_num
        except csv.Error as error:
            raise self._broken(line, self.begins + reader.line_num - 1, error) from error

    def _lines(self) -> Iterator[str]:
        stream = _text(self.data, self.encoding)
        for line in islice(stream, self.begins - 1, None):
            if line.count(self.delimiter) > MOST_DELIMITERS:
                raise too_many_columns(self.file, self.limits)
            yield line

    def _broken(self, begun: int, reached: int, error: csv.Error) -> BadRows:
        if "field larger" in str(error) and begun == reached:
            message = _("{file}, line {line:,}: a cell is longer than {most:,} characters.").format(
                file=self.file, line=begun, most=LONGEST_FIELD
            )
            return BadRows(message, hint=_("Shorten that cell and import again."))
        if "expected after" in str(error):
            message = _("{file}, line {line:,}: there is text after a closing quotation mark.").format(
                file=self.file, line=reached
            )
        else:
            message = _("{file}, line {line:,}: a quotation mark is opened there and never closed.").format(
                file=self.file, line=self._opened(begun, reached)
            )
        return BadRows(message, hint=_("Close the quotation mark, or double it if it belongs to the text."))

    def _opened(self, begun: int, reached: int) -> int:
        """The line of the last quotation mark that opens a cell, in the record that begins in line ``begun``."""
        opened, inside, at_start = begun, False, True
        lines = islice(_text(self.data, self.encoding), begun - 1, reached)
        for number, line in enumerate(lines, start=begun):
            for character in line:
                if character == '"' and (inside or at_start):
                    # A doubled mark inside a cell closes and opens again in place.
                    opened = opened if inside else number
                    inside = not inside
                    at_start = True
                else:
                    at_start = not inside and character == self.delimiter
        return opened


def open_delimited(file: str, data: bytes, known: Collection[str], limits: Limits) -> tuple[Grid, list[str]]:
    """The records of a text table as a grid, and notes saying how it was read.

    Raises Refused for what isn't a text table.
    """
    encoding = encoding_of(data, file)
    sample = _text(data, encoding).read(SAMPLE)
    if OTHER_TEXT.match(sample):
        raise Refused(
            _("{file} is a web page or another document, not a text table.").format(file=file),
            hint=_("Open it in Excel or WPS and save it as .xlsx."),
        )
    spoiled = garbled(sample)
    if spoiled is not None:
        raise Refused(
            _("{file} was saved in a wrong encoding once: “{garbled}” was “{right}”.").format(
                file=file, garbled=excerpt(spoiled[0]), right=excerpt(spoiled[1])
            ),
            hint=_("Export it again, as .xlsx or as CSV UTF-8."),
        )
    first = re.match(r"[^\r\n]*", sample)
    stated = SEPARATOR_LINE.match(first[0]) if first else None
    delimiter = stated[1] if stated else _delimiter(sample, known)
    found = Delimited(file, data, encoding, delimiter, 2 if stated else 1, limits)
    word = _(DELIMITERS[delimiter]) if delimiter in DELIMITERS else delimiter
    notes = [
        _("{file} was read as {encoding}, with columns separated by {delimiter}.").format(
            file=file, encoding=encoding.label, delimiter=word
        )
    ]
    lost = _lines_with_lost_signs(data, encoding)
    if lost:
        notes.append(
            _n(
                "Signs in {rows} were lost before, when the file was saved, and stand as {sign}.",
                "Signs in {rows} were lost before, when the file was saved, and stand as {sign}.",
                len(lost),
            ).format(rows=row_list(lost), sign=LOST)
        )
    return Grid(file, found.records, "", limits), notes


def _lines_with_lost_signs(data: bytes, encoding: Encoding) -> list[int]:
    if not encoding.holds_every_sign or LOST.encode(encoding.codec) not in data:
        return []
    return [number for number, line in enumerate(_text(data, encoding), start=1) if LOST in line]


def _unmarked(cell: str) -> str:
    """A cell without the mark that keeps a spreadsheet from taking it for something else."""
    if cell[:1] == "'":
        return cell[1:] if GUARDED.match(cell) else cell
    return cell[2:-1] if TEXT_FORMULA.fullmatch(cell) else cell


def _text(data: bytes, encoding: Encoding) -> io.TextIOWrapper:
    raw = io.BytesIO(data)
    raw.seek(encoding.skip)
    return io.TextIOWrapper(raw, encoding.codec, newline="")


def _delimiter(sample: str, known: Collection[str]) -> str:
    """The delimiter that finds most known headers; then the one that gives most rows the same number of cells."""
    csv.field_size_limit(LONGEST_FIELD)
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter, known))


def _fit(sample: str, delimiter: str, known: Collection[str]) -> tuple[int, float, int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    rows = list(islice((row for row in reader if any(row)), HEAD))
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0, 0.0, 0
    width, often = widths.most_common(1)[0]
    return max(known_in(row, known) for row in rows), often / len(rows), width

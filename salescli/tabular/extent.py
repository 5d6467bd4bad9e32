"""How far the cells of a sheet reach, found out before the workbook reader takes memory for them.

The reader (calamine) keeps a sheet as a full rectangle and ends the whole process when there is no memory
for it, so a single cell in XFD1048576 must never get there. Shared texts count each time a cell uses one,
because the reader copies them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from salescli.errors import Refused
from salescli.i18n import _
from salescli.tabular.archive import damaged
from salescli.tabular.guard import megabytes
from salescli.tabular.layout import HEAD, too_many_columns, too_many_rows
from salescli.tabular.table import Limits


@dataclass
class Extent:
    """The filled cells of a sheet: ``rows`` and ``columns`` are the last ones, from 1."""

    file: str
    limits: Limits
    rows: int = 0
    columns: int = 0
    cells: int = 0
    text: int = 0
    merged: int = 0
    without_value: int = 0
    errors: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    filled_rows: set[int] = field(default_factory=set)  # where the format tells hidden rows apart from their cells

    def fill(self, row: int, column: int, times: int = 1) -> None:
        """Count a filled cell, or ``times`` cells that end there; row and column from 1. Raises Refused."""
        self.cells += times
        if row > self.rows:
            self.rows = row
            if row > self.limits.rows + HEAD:
                raise too_many_rows(self.file, self.limits)
        if column > self.columns:
            self.columns = column
            if column > self.limits.columns:
                raise too_many_columns(self.file, self.limits)
        if self.cells > self.limits.cells:
            raise self.too_big(self.cells)

    def clear(self) -> None:
        """Begin counting again."""
        self.rows = self.columns = self.cells = self.text = 0

    def check(self) -> None:
        """Raise Refused when the rectangle, the merged cells or the texts are beyond the limits."""
        if self.rows * self.columns > self.limits.cells:
            raise self.too_big(self.rows * self.columns)
        if self.merged > self.limits.rows:
            raise Refused(
                _("{file} has a sheet with {count:,} merged cells; the limit is {most:,}.").format(
                    file=self.file, count=self.merged, most=self.limits.rows
                ),
                hint=_("Copy the table as plain values into a new workbook and import that."),
            )
        if self.text > self.limits.expanded_bytes:
            raise Refused(
                _("{file}: the texts of its cells take {size} MB; the limit is {most} MB.").format(
                    file=self.file, size=megabytes(self.text), most=megabytes(self.limits.expanded_bytes)
                ),
                hint=_("Split it into smaller files."),
            )

    def too_big(self, count: int) -> Refused:
        """The refusal of a sheet that takes ``count`` cells."""
        return Refused(
            _("{file} has a sheet of {count:,} cells; the limit is {most:,}.").format(
                file=self.file, count=count, most=self.limits.cells
            ),
            hint=_("Take out what you don't need, also single cells far away from the table."),
        )


def parse_xml(chunks: Iterable[bytes], parser: expat.XMLParserType, file: str, part: str) -> None:
    """Feed ``chunks`` to ``parser``. Raises Refused, naming the part, for what isn't sound."""
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged(file, part) from error

"""Reading input tables: a CSV or TSV file or a workbook becomes headers, numbered rows and notes.

Nothing here knows clients or orders: cells come as the file has them, and what they mean is the importer's.
"""

from collections.abc import Collection
from pathlib import Path

from salescli.i18n import _
from salescli.tabular.delimited import open_delimited
from salescli.tabular.guard import COMPOUND_MARK, ZIP_MARKS, read_bytes
from salescli.tabular.layout import lay_out, plain_name
from salescli.tabular.table import DEFAULT_LIMITS, Limits, Row, Rows, Table, Value, as_text
from salescli.tabular.workbook import open_workbook

__all__ = ["Limits", "Row", "Rows", "Table", "Value", "as_text", "read_table"]

TEXT_ENDINGS = {".csv", ".tsv", ".txt", ".tab"}
WORKBOOK_ENDINGS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et"}


def read_table(path: Path, *, known_headers: Collection[str] = (), limits: Limits = DEFAULT_LIMITS) -> Table:
    """The table in a file, told by its content rather than its name.

    ``known_headers`` help to find the header row, the delimiter and the sheet. Raises NotFound for a missing
    file; Refused for what isn't a table, can't be read right, or is beyond ``limits``; BadRows for a table
    without rows or with quotation marks that don't pair up.
    """
    data = read_bytes(path, limits)
    known = {plain_name(name) for name in known_headers}
    ending = path.suffix.lower()
    if data.startswith((*ZIP_MARKS, COMPOUND_MARK)):
        grid, notes = open_workbook(path.name, data, known, limits)
        if ending in TEXT_ENDINGS:
            notes.append(_("{file} is a workbook in spite of its name.").format(file=path.name))
    else:
        grid, notes = open_delimited(path.name, data, known, limits)
        if ending in WORKBOOK_ENDINGS:
            notes.append(_("{file} is a text file in spite of its name.").format(file=path.name))
    return lay_out(path, grid, known, notes)

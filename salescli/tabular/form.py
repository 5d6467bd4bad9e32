"""Forms: workbooks of ours in which somebody filled in a few cells, read by the names of those cells."""

import zipfile
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from salescli.i18n import _
from salescli.tabular.archive import Archive, damaged, not_a_workbook
from salescli.tabular.guard import ZIP_MARKS, read_bytes
from salescli.tabular.table import DEFAULT_LIMITS, Limits, Value


def read_form(path: Path, names: Collection[str], limits: Limits = DEFAULT_LIMITS) -> tuple[str, dict[str, Value]]:
    """The keywords in the properties of a workbook, and its cells of these names; those it lacks are left out.

    Raises NotFound for a missing file, Refused for what is no workbook, is damaged or beyond the limits.
    """
    data = read_bytes(path, limits)
    if not data.startswith(ZIP_MARKS):
        raise not_a_workbook(path.name)
    Archive(path.name, data, limits)
    try:
        book = load_workbook(BytesIO(data), data_only=True)
        cells: dict[str, Value] = {}
        for name in names:
            if name in book.defined_names:
                for title, place in book.defined_names[name].destinations:
                    cells[name] = book[title][place.replace("$", "")].value
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, zipfile.BadZipFile) as error:
        raise damaged(path.name, _("its list of contents")) from error
    return book.properties.keywords or "", cells

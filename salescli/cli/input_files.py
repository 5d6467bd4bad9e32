"""Reading the tables that users hand in, within the limits of the settings."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.cli.run import Run

if TYPE_CHECKING:
    from salescli.tabular import Table


def read_table(run: Run, file: Path, known_headers: Collection[str]) -> "Table":
    """The table in ``file``; errors are those of :func:`salescli.tabular.read_table`."""
    from salescli import tabular
    from salescli.tabular.table import MIB

    limits = tabular.Limits(
        csv_bytes=run.settings.number("limits.csv_mb") * MIB,
        workbook_bytes=run.settings.number("limits.workbook_mb") * MIB,
        rows=run.settings.number("limits.rows"),
        columns=run.settings.number("limits.columns"),
    )
    return tabular.read_table(file, known_headers=known_headers, limits=limits)

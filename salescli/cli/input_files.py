"""Reading the tables and cards that users hand in, within the limits of the settings."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.cli.run import Run

if TYPE_CHECKING:
    from salescli.tabular import Limits, Table
    from salescli.tabular.vcards import Cards


def read_table(run: Run, file: Path, known_headers: Collection[str]) -> "Table":
    """The table in ``file``; errors are those of :func:`salescli.tabular.read_table`."""
    from salescli import tabular

    return tabular.read_table(file, known_headers=known_headers, limits=limits(run))


def read_cards(run: Run, file: Path) -> "Cards":
    """The vCards in ``file``; errors are those of :func:`salescli.tabular.vcards.read_cards`."""
    from salescli.tabular import vcards

    return vcards.read_cards(file, limits(run))


def limits(run: Run) -> "Limits":
    """The limits of input files in the settings."""
    from salescli.tabular.table import MIB, Limits

    return Limits(
        csv_bytes=run.settings.number("limits.csv_mb") * MIB,
        workbook_bytes=run.settings.number("limits.workbook_mb") * MIB,
        expand_ratio=run.settings.number("limits.expand_ratio"),
        expanded_bytes=run.settings.number("limits.expanded_mb") * MIB,
        rows=run.settings.number("limits.rows"),
        columns=run.settings.number("limits.columns"),
    )

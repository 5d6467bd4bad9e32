"""Values on their way into the cells of a workbook."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

LONGEST_CELL = 32_767  # Excel's limit

CellValue = str | int | float | Decimal | date | datetime | time | None
CellKind = Literal["plain", "money", "ratio", "day", "time"]


@dataclass(frozen=True)
class Field:
    """A value to put into a cell, money in yuan, and the format that its kind asks for where the cell has none."""

    value: CellValue
    kind: CellKind = "plain"

"""The form on which a supervisor approves a quotation: the cells to fill in, the choices, and whose form it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from salescli.i18n import _

# The names under which a workbook knows the cells to fill in.
DECISION, REASON, SIGNED, SIGNED_ON = "sales_decision", "sales_reason", "sales_signed", "sales_signed_on"
# The figures that stand on it, by line and below the lines; their cells have names so that changed ones are seen.
OF_A_LINE = ("quantity", "price", "discount_percent", "amount")
OF_THE_WHOLE = ("discount", "freight", "total")
_MOST_LINES = 1000
_MARK = re.compile(r"sales quotation (?P<code>Q[0-9]{1,9}) version (?P<version>[0-9]{1,6}) id (?P<id>[0-9a-f-]{36})")
_YES = frozenset({"approve", "approved", "yes", "批准", "同意", "通过"})
_NO = frozenset({"return", "returned", "no", "退回", "驳回", "不同意"})


@dataclass(frozen=True)
class Answer:
    """What a form says: which version of which quotation it is of, the decision (None without one), who and why.

    ``figures`` are the cells of :func:`figure_names` that it has, as they were read.
    """

    code: str
    version: int
    id: str
    approved: bool | None
    reason: str
    signed: str
    signed_on: date | None
    figures: Mapping[str, Any] = field(default_factory=dict)


def figure_name(figure: str, position: int | None = None) -> str:
    """The name of the cell of a figure, of the line at a position or of the whole."""
    return f"sales_{figure}" if position is None else f"sales_{figure}_{position}"


def figure_names() -> list[str]:
    """The names of all figures that a form may have."""
    of_lines = (figure_name(figure, position) for position in range(1, _MOST_LINES + 1) for figure in OF_A_LINE)
    return [*of_lines, *map(figure_name, OF_THE_WHOLE)]


def choices() -> tuple[str, str]:
    """The words to choose from: yes, and no."""
    return _("Approve"), _("Return")


def decision(text: str) -> bool | None:
    """Whether a word is a yes or a no, in either language; None for neither."""
    word = text.strip().casefold()
    return True if word in _YES else False if word in _NO else None


def mark(code: str, version: int, identity: str) -> str:
    """What the properties of a form's file say it is of."""
    return f"sales quotation {code} version {version} id {identity}"


def marked(text: str | None) -> tuple[str, int, str] | None:
    """Code, version and identity from the properties of a file; None if it is no form."""
    found = _MARK.search(text or "")
    return None if found is None else (found["code"], int(found["version"]), found["id"])

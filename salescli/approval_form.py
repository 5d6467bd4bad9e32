"""The form on which a supervisor approves a quotation: the cells to fill in, the choices, and whose form it is."""

import re
from dataclasses import dataclass
from datetime import date

from salescli.i18n import _

# The names under which a workbook knows the cells to fill in.
DECISION, REASON, SIGNED, SIGNED_ON = "sales_decision", "sales_reason", "sales_signed", "sales_signed_on"
_MARK = re.compile(r"sales quotation (?P<code>Q[0-9]{1,9}) version (?P<version>[0-9]{1,6}) id (?P<id>[0-9a-f-]{36})")
_YES = frozenset({"approve", "approved", "yes", "批准", "同意", "通过"})
_NO = frozenset({"return", "returned", "no", "退回", "驳回", "不同意"})


@dataclass(frozen=True)
class Answer:
    """What a form says: which version of which quotation it is of, the decision (None without one), who and why."""

    code: str
    version: int
    id: str
    approved: bool | None
    reason: str
    signed: str
    signed_on: date | None


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

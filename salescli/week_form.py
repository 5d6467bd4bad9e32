"""The cells of the goal sheet that come back from the manager, and whose sheet it is."""

import re
from dataclasses import dataclass

# The names under which the workbook knows the cells to fill in; those of measures and matters end in their token.
COMMENT, SCORE, DECISION, RETURN_REASON = "sales_comment", "sales_score", "sales_decision", "sales_return_reason"
MEASURE_SCORE, MATTER_ANSWER, NEXT_GOAL = "sales_score_", "sales_answer_", "sales_goal_"
MOST_SCORE = 120  # points
_MARK = re.compile(
    r"sales week (?P<week>\d{4}-W\d{2}) version (?P<version>\d{1,6}) id (?P<id>[0-9a-f-]{36}) sum (?P<sum>[0-9a-f]{16})"
)


@dataclass(frozen=True)
class Mark:
    """Which version of which week's sheet a file is, by its identity and the checksum of what it told."""

    week: str
    version: int
    identity: str
    checksum: str


def mark(one: Mark) -> str:
    """What the properties of a sheet's file say it is."""
    return f"sales week {one.week} version {one.version} id {one.identity} sum {one.checksum}"


def marked(text: str | None) -> Mark | None:
    """What the properties of a file say; None if it is no kept goal sheet."""
    found = _MARK.search(text or "")
    return None if found is None else Mark(found["week"], int(found["version"]), found["id"], found["sum"])

"""What a hazard did: how often it was tried, what it broke, and what else is worth saying."""

from dataclasses import dataclass, field


@dataclass
class Hazard:
    """One line of the table: ``tried`` times, ``broken`` what came out wrong (empty when all held)."""

    part: str
    name: str
    tried: int = 0
    broken: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    skipped: str = ""

    def count(self, what: str, number: int = 1) -> None:
        """Count something worth telling."""
        self.counts[what] = self.counts.get(what, 0) + number

    def hold(self, held: object, otherwise: str) -> None:
        """Note what is wrong unless it holds."""
        if not held:
            self.broken.append(otherwise)

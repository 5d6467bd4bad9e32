"""What does not hold in the data: the columns of the list."""

from typing import TYPE_CHECKING

from salescli.i18n import N_
from salescli.render.output import Column

if TYPE_CHECKING:
    from salescli.services.reporting.invariants import Breach

BREACHES: "list[Column[Breach]]" = [
    Column("rule", N_("Rule"), lambda breach: breach.rule),
    Column("record", N_("Record"), lambda breach: breach.record),
    Column("message", N_("What"), lambda breach: breach.message),
]

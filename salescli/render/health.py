"""What is wrong with the data: the columns of the list."""

from typing import TYPE_CHECKING

from salescli.i18n import N_
from salescli.render.output import Column
from salescli.render.plans import level_word

if TYPE_CHECKING:
    from salescli.services.reporting.surroundings import Finding

FINDINGS: "list[Column[Finding]]" = [
    Column("level", N_("Level"), lambda finding: finding.level, word=level_word),
    Column("code", N_("Code"), lambda finding: finding.code, on_screen=False),
    Column("message", N_("What"), lambda finding: finding.message),
    Column("mend", N_("What mends it"), lambda finding: finding.mend),
]

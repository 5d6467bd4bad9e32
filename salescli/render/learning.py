"""Learning: the columns of its lists."""

from typing import TYPE_CHECKING

from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.output import Column

if TYPE_CHECKING:
    from salescli.services.care.learning import LearningView


def hours_words(minutes: int) -> str:
    """A length of time as people read it: ``1.5 h``."""
    return _("{hours} h").format(hours=f"{minutes / 60:.2f}".rstrip("0").rstrip("."))


LEARNING: "list[Column[LearningView]]" = [
    Column("code", N_("Code"), lambda one: one.code),
    Column("on", N_("On"), lambda one: one.on, "day", word=echo_day),
    Column("topic", N_("Topic"), lambda one: one.topic),
    Column("minutes", N_("Time spent"), lambda one: one.minutes, "count", word=hours_words),
    Column("takeaway", N_("What was taken away"), lambda one: one.takeaway),
]

"""The manager's answer: what a returned sheet says otherwise than before, and the goals it changed, in words."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salescli.i18n import N_, _
from salescli.render.output import words
from salescli.render.weeks import measure_word, quantity

if TYPE_CHECKING:
    from salescli.services.reporting.week_replies import Otherwise

_WHAT = {
    "decision": N_("Decision"),
    "comment": N_("Comment"),
    "return_reason": N_("Reason for the return"),
    "score": N_("Score"),
    "measure_score": N_("Score for {of}"),
    "answer": N_("Answer to {of}"),
}


def otherwise_words(one: "Otherwise") -> str:
    """What the sheet says now and what was taken before: ``Score: 92 → 95``."""
    of = measure_word(one.of) if one.what == "measure_score" and one.of else one.of
    return _("{what}: {before} → {after}").format(
        what=_(_WHAT[one.what]).format(of=of), before=_said(one.before), after=_said(one.after)
    )


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("approved") if value else _("returned")
    return f"{value / 100:g}" if isinstance(value, int) else str(value)


def agreed_words(goals: Mapping[str, int]) -> str:
    """The goals that the manager changed for the week after, in their measures' units."""
    told = [f"{measure_word(name)} {words(target, quantity(name))}" for name, target in goals.items()]
    return _("Goals for the week after: {goals}").format(goals=_(", ").join(told))

"""The stages that deals go through: sets of three, four, five or seven, or those of the settings."""

from typing import NamedTuple

from salescli.amounts import excerpt
from salescli.config import Settings, own_stage
from salescli.errors import BadValue
from salescli.i18n import _, language
from salescli.texts import name_key


class Stage(NamedTuple):
    """A stage: its code, its names, the probability out of 100, and the most days before a deal in it is stale."""

    code: str
    english: str
    chinese: str
    probability: int
    most_days: int

    @property
    def name(self) -> str:
        """The name in the language in force."""
        return self.chinese if language() == "zh" else self.english


SETS: dict[str, tuple[Stage, ...]] = {
    "three": (
        Stage("contact", "first contact", "初步接触", 20, 30),
        Stage("quotation", "quotation", "报价", 50, 30),
        Stage("negotiation", "negotiation", "谈判与签约", 80, 21),
    ),
    "four": (
        Stage("lead", "lead", "线索", 10, 30),
        Stage("needs", "needs analysis", "需求调研", 30, 30),
        Stage("quotation", "quotation", "报价", 60, 30),
        Stage("negotiation", "negotiation", "谈判与签约", 80, 21),
    ),
    "five": (  # the handbook's; its fifth, 后期服务, comes after winning
        Stage("development", "development", "客户开发", 10, 30),
        Stage("needs", "needs analysis", "需求调研", 25, 30),
        Stage("solution", "solution", "解决方案", 50, 30),
        Stage("negotiation", "negotiation", "谈判与签约", 75, 21),
    ),
    "seven": (
        Stage("lead", "lead", "线索", 5, 30),
        Stage("contact", "first contact", "初步接触", 10, 30),
        Stage("needs", "needs analysis", "需求调研", 25, 30),
        Stage("solution", "solution", "解决方案", 40, 30),
        Stage("quotation", "quotation", "报价", 60, 30),
        Stage("negotiation", "negotiation", "谈判与签约", 75, 21),
        Stage("approval", "approval at the client", "客户审批", 90, 14),
    ),
}
# The handbook's fifth stage lies with the order: a deal is not moved to it, it is won.
AFTER_WINNING = Stage("service", "after-sales service", "后期服务", 100, 0)


def of(settings: Settings) -> tuple[Stage, ...]:
    """The stages in force, in their order: one's own where there are any, else the set that was chosen."""
    own = [_own(text) for text in settings.words("deals.own_stages")]
    codes = [stage.code for stage in own]
    twice = next((stage.name for stage in own if codes.count(stage.code) > 1), None)
    if twice is not None:
        raise BadValue(_("The setting deals.own_stages has {stage} twice.").format(stage=twice))
    return tuple(own) or SETS[settings.text("deals.stages")]


def after_winning(settings: Settings) -> Stage | None:
    """What follows the stages in force on the order, where their set names it."""
    own = settings.words("deals.own_stages")
    return AFTER_WINNING if not own and settings.text("deals.stages") == "five" else None


def _own(text: str) -> Stage:
    """A stage of the settings; under the name of a shipped one it is that one, with figures of its own."""
    parts = own_stage(text)
    assert parts is not None  # checked as the settings were read
    name, probability, most_days = parts
    known = next((stage for stages in SETS.values() for stage in stages if _is_called(stage, name_key(name))), None)
    stage = known or Stage(name, name, name, 0, 0)
    return stage._replace(probability=probability, most_days=most_days)


def _is_called(stage: Stage, key: str) -> bool:
    return key in (name_key(stage.code), name_key(stage.english), name_key(stage.chinese))


def parse(text: str, stages: tuple[Stage, ...]) -> Stage:
    """The stage that ``text`` names by its code, a name in either language, or a part that only one has.

    Raises BadValue with the list of stages.
    """
    key = name_key(text)
    for stage in stages:
        if _is_called(stage, key):
            return stage
    if _is_called(AFTER_WINNING, key):
        raise BadValue(
            _("{stage} comes after winning.").format(stage=AFTER_WINNING.name), hint=_("`sales deal win` marks it won.")
        )
    alike = [stage for stage in stages if key and (key in stage.chinese or key in name_key(stage.english))]
    if len(alike) == 1:
        return alike[0]
    raise BadValue(
        _("“{text}” is no stage.").format(text=excerpt(text)),
        hint=_("Use one of: {allowed}.").format(allowed=_(", ").join(map(_shown, stages))),
    )


def _shown(stage: Stage) -> str:
    return stage.code if stage.code == stage.name else f"{stage.code} {stage.name}"


def of_code(code: str, stages: tuple[Stage, ...]) -> Stage | None:
    """The stage of that code among those in force."""
    return next((stage for stage in stages if stage.code == code), None)


def name_of(code: str, stages: tuple[Stage, ...]) -> str:
    """What people call a stage, also one that is not in force any more."""
    known = [*stages, *(stage for others in SETS.values() for stage in others)]
    return next((stage.name for stage in known if stage.code == code), code)

"""What to ask at a visit: by what stands open, by what is not known yet, and by the stage of the sale.

The rules are a table: a code, the question, and when it is asked, which gives the words to fill in.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from salescli.amounts import excerpt, grouped
from salescli.config import Settings
from salescli.i18n import N_, _
from salescli.services.planning.brief_page import Brief, Question
from salescli.services.selling import stages
from salescli.vocabulary import ContactRole

# Out of 100: below it a client is not satisfied.
LOW_SCORE = 70


class Rule(NamedTuple):
    """When to ask: ``asks`` gives the words of the question to fill in, or None where it is not to be asked."""

    code: str
    text: str
    asks: Callable[[Brief], Mapping[str, Any] | None]


def _when(condition: object) -> Mapping[str, Any] | None:
    return {} if condition else None


def _their_promise(brief: Brief) -> Mapping[str, Any] | None:
    late = next((promise for promise in brief.promises if not promise.ours and promise.overdue), None)
    return {"text": excerpt(late.text)} if late is not None else None


def _ticket(brief: Brief) -> Mapping[str, Any] | None:
    first = next(iter(brief.tickets), None)
    return {"code": first.code, "text": excerpt(first.text)} if first is not None else None


def _score(brief: Brief) -> Mapping[str, Any] | None:
    last = next(iter(brief.surveys), None)
    return {"score": last.score} if last is not None and last.score < LOW_SCORE else None


def _sample(brief: Brief) -> Mapping[str, Any] | None:
    first = next(iter(brief.samples), None)
    return {"item": excerpt(first.item)} if first is not None else None


def _quotation(brief: Brief) -> Mapping[str, Any] | None:
    first = next((one for one in brief.quotations if one.state in ("sent", "expired")), None)
    return {"code": first.code} if first is not None else None


def _rhythm(brief: Brief) -> Mapping[str, Any] | None:
    found = brief.bought
    return {"since": found.days_since, "usual": found.usual_days} if found.late else None


def _wants(brief: Brief) -> bool:
    """Whether there is something to sell, so that what is unknown of it is worth asking."""
    return bool(brief.needs or brief.deals)


SITUATIONS = (
    Rule("ticket", N_("Is {code} “{text}” settled to your satisfaction?"), _ticket),
    Rule("low_score", N_("You gave us {score} points: what must change?"), _score),
    Rule(
        "overdue_money",
        N_("When will the overdue {amount} be paid, and what holds it up?"),
        lambda brief: {"amount": grouped(brief.money.overdue)} if brief.money.overdue else None,
    ),
    Rule("their_promise", N_("What became of “{text}”, as you promised?"), _their_promise),
    Rule("sample", N_("How did the sample of {item} do in your test?"), _sample),
    Rule("quotation", N_("What do you say to quotation {code}, and what is missing for a yes?"), _quotation),
    Rule(
        "rhythm", N_("No order for {since} days, usually every {usual}: what has changed, who supplies you?"), _rhythm
    ),
)

GAPS = (
    Rule("contact", N_("Who is the person to ask for?"), lambda brief: _when(not brief.client.contacts)),
    Rule("need", N_("What do you need next, how many, and to which specification?"), lambda b: _when(not _wants(b))),
    Rule(
        "quantity",
        N_("How many of it, and to which specification?"),
        lambda brief: _when(any(need.quantity is None or need.spec is None for need in brief.needs)),
    ),
    Rule(
        "budget",
        N_("What is the budget, and is it approved?"),
        lambda brief: _when(_wants(brief) and all(need.budget is None for need in brief.needs)),
    ),
    Rule(
        "decider",
        N_("Who decides, and who else has a say?"),
        lambda brief: _when(
            _wants(brief)
            and all(need.decider is None for need in brief.needs)
            and all(contact.role != ContactRole.DECISION for contact in brief.client.contacts)
        ),
    ),
    Rule(
        "timing",
        N_("When must it be there, and when will you decide?"),
        lambda brief: _when(
            _wants(brief)
            and all(need.timing is None and need.wanted_on is None for need in brief.needs)
            and all(deal.expected_on is None for deal in brief.deals)
        ),
    ),
)

# The handbook's five stages; the stages of other sets are asked as the nearest of these.
STAGES: dict[str, tuple[str, ...]] = {
    "development": (
        N_("Whom do you buy from today, and what would you change about it?"),
        N_("How does a new supplier get in with you?"),
    ),
    "needs": (
        N_("Which problem is it to solve, and what does it cost you today?"),
        N_("By what will you judge whether it works?"),
    ),
    "solution": (
        N_("What in our proposal convinces you, and where are you in doubt?"),
        N_("Who else has made an offer, and how do we compare?"),
    ),
    "negotiation": (
        N_("What still stands between us and the signature?"),
        N_("Which terms of payment and delivery can you sign?"),
    ),
    "service": (
        N_("How does what we delivered do in use?"),
        N_("What else will you need this year, and who else could use it?"),
    ),
}
_AS = {"lead": "development", "contact": "development", "quotation": "solution", "approval": "negotiation"}
# Stages of one's own go by their probability, out of 100.
_BELOW = ((20, "development"), (40, "needs"), (65, "solution"), (101, "negotiation"))


def suggested(brief: Brief, settings: Settings) -> list[Question]:
    """What to ask at a visit: what stands open first, then what is not known, then what belongs to the stage."""
    found = [
        Question(rule.code, why, _(rule.text).format(**words))
        for why, rules in (("situation", SITUATIONS), ("gap", GAPS))
        for rule in rules
        if (words := rule.asks(brief)) is not None
    ]
    stage = stage_of(brief, settings)
    return found + [Question(stage, "stage", _(text)) for text in STAGES[stage]]


def stage_of(brief: Brief, settings: Settings) -> str:
    """The handbook's stage a client is in: of its deal that is furthest on, else after or before the first order."""
    in_force = stages.of(settings)
    places = {stage.code: place for place, stage in enumerate(in_force)}
    if not brief.deals:
        return "service" if brief.bought.orders else "development"
    code = max((deal.stage for deal in brief.deals), key=lambda code: places.get(code, -1))
    if code in STAGES or code in _AS:
        return _AS.get(code, code)
    stage = stages.of_code(code, in_force)
    chance = stage.probability if stage is not None else 0
    return next(name for limit, name in _BELOW if chance < limit)

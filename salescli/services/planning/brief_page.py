"""What the page before a visit holds."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from salescli.services.accounts.admission_results import Untold
from salescli.services.accounts.clients import ClientView
from salescli.services.care.promise_views import PromiseView
from salescli.services.care.ticket_lists import TicketView
from salescli.services.cash.credits import CreditView
from salescli.services.planning.brief_rows import (
    Birthday,
    Bought,
    OpenDeal,
    OpenNeed,
    OpenQuotation,
    Preference,
    Score,
    Seen,
    UntestedSample,
)
from salescli.services.planning.client_money import OwedMoney
from salescli.services.visiting.visits import DueStep, VisitView


class Question(NamedTuple):
    """A question, and why it is asked: a situation, a gap in what is known, or a stage of the sale."""

    code: str
    why: str
    text: str


class Brief(NamedTuple):
    """What to know before the door, as of ``day``; lists are empty where there is nothing to say.

    ``promises`` and ``tickets`` are the open ones, ``stage_names`` what the stages of the deals are called,
    ``untold`` that the client was turned down and does not know it.
    """

    day: date
    client: ClientView
    last_contacts: list[VisitView]
    next_steps: list[DueStep]
    planned: list[VisitView]
    promises: list[PromiseView]
    tickets: list[TicketView]
    money: OwedMoney
    credit: CreditView
    deals: list[OpenDeal]
    quotations: list[OpenQuotation]
    bought: Bought
    needs: list[OpenNeed]
    samples: list[UntestedSample]
    insights: list[Seen]
    surveys: list[Score]
    birthdays: list[Birthday]
    preferences: list[Preference]
    stage_names: dict[str, str]
    untold: Untold | None = None
    questions: Sequence[Question] = ()

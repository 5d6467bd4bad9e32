"""Who to go to on a day: open next steps, what we owe, who owes money, and who is due, near ones together."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session

from salescli.i18n import _
from salescli.services.accounts import clients
from salescli.services.accounts.clients import ClientRef, ClientView
from salescli.services.cash.collections import OverdueMoney
from salescli.services.planning.day_matters import DayMatters
from salescli.services.planning.plan_checks import ReasonCode
from salescli.services.visiting import visits
from salescli.services.visiting.visits import DueStep, VisitView
from salescli.vocabulary import Channel, VisitStatus

Owed = Mapping[str, OverdueMoney]

_ASKED_AT_ONCE = 20
_QUIET_DAYS = 7  # a client seen within a week is not sent someone to collect again


def for_day(
    session: Session, day: date, room: int, taken: set[str], gone_to: set[str], owed: Owed, matters: DayMatters
) -> list[VisitView]:
    """Visits for the free places of a day: open next steps first, then promises and problems, money, and who is due.

    ``taken`` are codes of clients not to propose; ``gone_to`` are the districts of what is planned already. Clients of
    one district stand together.
    """
    steps: dict[str, DueStep] = {}
    for step in visits.due_steps(session, day):
        if step.client.code not in taken:
            steps.setdefault(step.client.code, step)
    due = {client.code: client for client in clients.due(session, day) if client.code not in taken}
    chosen = clients.by_codes(session, list(steps), day)[: max(room, 0)]
    waiting = [code for code in matters.client_codes() if code not in taken | set(steps)]
    chosen += clients.by_codes(session, waiting, day)[: max(room - len(chosen), 0)]
    told = taken | set(steps) | set(waiting)
    chosen += _to_collect_from(session, day, min(room - len(chosen), room // 2), told, owed)
    there = {client.code for client in chosen} | set(steps)
    rest = sorted((client for code, client in due.items() if code not in there), key=_urgency)
    while rest and len(chosen) < room:
        near = gone_to | {client.district for client in chosen if client.district}
        chosen.append(rest.pop(_nearest(rest, near)))
    return [_proposal(client, steps.get(client.code), day, owed, matters) for client in _by_district(chosen)]


def _to_collect_from(session: Session, day: date, room: int, taken: set[str], owed: Owed) -> list[ClientView]:
    """Clients with money overdue whom nobody saw for a week, the largest sums first."""
    if room <= 0:
        return []
    codes = sorted((code for code in owed if code not in taken), key=lambda code: (-owed[code].amount, code))
    quiet: list[ClientView] = []
    while codes and len(quiet) < room:
        asked, codes = codes[:_ASKED_AT_ONCE], codes[_ASKED_AT_ONCE:]
        quiet += [
            client
            for client in clients.by_codes(session, asked, day)
            if client.last_contact_on is None or (day - client.last_contact_on).days > _QUIET_DAYS
        ]
    return quiet[:room]


def _urgency(client: ClientView) -> tuple[str, int, str]:
    """Class first (none counts as C), then the days overdue, then the code."""
    return client.grade or "C", -(client.days_overdue or 0), client.code


def _nearest(rest: Sequence[ClientView], districts: set[str]) -> int:
    """The place of the next client: of the most urgent class left, one in a district already gone to, if any."""
    most_urgent = rest[0].grade or "C"
    same = (
        place
        for place, client in enumerate(rest)
        if (client.grade or "C") == most_urgent and client.district in districts
    )
    return next(same, 0)


def _by_district(chosen: Sequence[ClientView]) -> list[ClientView]:
    """The chosen clients, those of one district together, districts in the order they first appear."""
    seen: dict[str | None, list[ClientView]] = {}
    for client in chosen:
        seen.setdefault(client.district, []).append(client)
    return [client for group in seen.values() for client in group]


def _proposal(client: ClientView, step: DueStep | None, day: date, owed: Owed, matters: DayMatters) -> VisitView:
    why = _why(client, step, owed, matters)
    return VisitView(
        code=None,
        client=ClientRef(client.code, client.name),
        grade=client.grade,
        district=client.district,
        contact=client.primary_contact.name if client.primary_contact else None,
        by=Channel.VISIT,
        status=VisitStatus.PLANNED,
        planned_on=day,
        planned_at=step.at if step else None,
        minutes=None,
        purpose=step.text if step else _purpose(client, why, matters),
        expected=None,
        materials=None,
        why=why,
        on=None,
        at=None,
        outcome=None,
        note=None,
        next_step=None,
        next_on=None,
        next_at=None,
        no_next_reason=None,
        unplanned=False,
        reason=None,
        moved_to=None,
    )


def _purpose(client: ClientView, why: ReasonCode, matters: DayMatters) -> str:
    """What a proposed visit without a next step is for."""
    if why == "promise":
        return next(promise.text for promise in matters.promises if promise.ours and promise.client.code == client.code)
    if why == "ticket":
        return next(ticket.text for ticket in matters.tickets if ticket.client.code == client.code)
    return _("collect what is overdue") if why == "collect" else _("routine visit")


def _why(client: ClientView, step: DueStep | None, owed: Owed, matters: DayMatters) -> ReasonCode:
    if step is not None:
        return "next_step"
    if any(promise.ours and promise.client.code == client.code for promise in matters.promises):
        return "promise"
    if any(ticket.client.code == client.code for ticket in matters.tickets):
        return "ticket"
    if client.code in owed:
        return "collect"
    if client.last_contact_on is None:
        return "never_contacted"
    return "overdue" if client.days_overdue else "due"

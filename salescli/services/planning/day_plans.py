"""The day's plan: its visits in order with times and reasons, what is due besides, what is missing; the day's end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from sqlmodel import Session, col, select

from salescli import slots
from salescli.amounts import plain
from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period, echo_day
from salescli.errors import BadValue, Refused
from salescli.i18n import _
from salescli.models.visits import DayPlan, Visit
from salescli.services.accounts import cadence, clients
from salescli.services.accounts.clients import ClientRef, ClientView
from salescli.services.cash import collections
from salescli.services.cash.collections import OverdueMoney
from salescli.services.planning import plan_checks
from salescli.services.planning.day_targets import DayTarget, day_target
from salescli.services.planning.plan_checks import Check, PlannedVisit, Reason, ReasonCode
from salescli.services.visiting import visits
from salescli.services.visiting.visits import DueStep, VisitView
from salescli.slots import Slot, Stop
from salescli.texts import NOTE_LIMIT, clean
from salescli.vocabulary import OPEN_STATUSES, Channel, VisitStatus

Owed = Mapping[str, OverdueMoney]

_DAY = timedelta(days=1)
_MOST_KEY_TASKS = 3
_QUIET_DAYS = 7  # a client seen within a week is not sent someone to collect again


@dataclass(frozen=True)
class DueClient:
    """A client who is due and not in the plan."""

    client: ClientRef
    days_overdue: int
    grade: str | None


@dataclass(frozen=True)
class DaySummary:
    """A day in numbers: planned visits, those of them done, done beside the plan, follow-ups, and what is open."""

    date: date
    planned: int
    done: int
    unplanned: int
    follow_ups: int
    open: list[VisitView]


@dataclass(frozen=True)
class DayPlanView:
    """The plan of a day. ``proposed`` says that nothing was planned and the visits are only a proposal."""

    day: date
    working: bool
    proposed: bool
    state: str
    slots: list[Slot]
    target: DayTarget | None
    visits: list[PlannedVisit]
    next_steps: list[DueStep]
    due_not_planned: list[DueClient]
    checks: list[Check]
    key_tasks: list[str]
    yesterday: DaySummary


@dataclass(frozen=True)
class DayReport:
    """The day's end (日报): what was done, what not and why, gained and fallen short, tomorrow with its key tasks."""

    summary: DaySummary
    state: str
    visits: list[VisitView]
    gained: str | None
    fell_short: str | None
    target: DayTarget | None
    tomorrow: DayPlanView


def plan(session: Session, day: date, today: date, settings: Settings, calendar: Calendar) -> DayPlanView:
    """The plan of ``day``; where nothing is planned on a working day not yet over, a proposal that is not stored."""
    standing = _standing(session, day)
    taken = visits.open_clients_on(session, today)
    closed = noted(session, day).state == "closed"
    if not standing and not closed and day >= today and calendar.is_working(day):
        return propose(session, day, settings, calendar, taken, collections.overdue(session, day))
    owed = collections.overdue(session, day)
    return _view(session, day, standing, settings, calendar, taken, owed, proposed=False)


def _standing(session: Session, day: date) -> list[VisitView]:
    """The visits of a day that are open or done; what was moved, cancelled or missed stands in no plan any more."""
    return [visit for visit in visits.of_day(session, day) if visit.status in (*OPEN_STATUSES, VisitStatus.DONE)]


def propose(
    session: Session, day: date, settings: Settings, calendar: Calendar, taken: set[str], owed: Owed
) -> DayPlanView:
    """The plan of ``day`` filled up with proposals: due next steps, who owes money, who is due; by district.

    ``taken`` are codes of clients not to propose, because they are planned already; ``owed`` is what is overdue by
    client. What finds no place in the day's field slots is not proposed. Nothing is stored.
    """
    standing = _standing(session, day)
    room = cadence.room(day, settings, calendar) - sum(visit.face_to_face for visit in standing)
    taken = taken | {visit.client.code for visit in standing}
    gone_to = {visit.district for visit in standing if visit.district}
    chosen = _chosen(session, day, room, taken, gone_to, owed) if calendar.is_working(day) else []
    proposals = [_proposal(client, step, day, owed) for client, step in chosen]
    return _view(session, day, [*standing, *proposals], settings, calendar, taken, owed, proposed=not standing)


def propose_period(
    session: Session, period: Period, today: date, settings: Settings, calendar: Calendar
) -> list[DayPlanView]:
    """A filled plan for every working day of a period from today on; no client is proposed twice."""
    taken = visits.open_clients_on(session, today)
    owed = collections.overdue(session, today)
    plans = []
    for day in period.days():
        if day < today or not calendar.is_working(day):
            continue
        made = propose(session, day, settings, calendar, taken, owed)
        taken |= {stop.visit.client.code for stop in made.visits}
        plans.append(made)
    return plans


def store(session: Session, plans: Iterable[DayPlanView]) -> list[VisitView]:
    """Plan the proposed visits of ``plans`` for good, each at its time."""
    stored = []
    for stop in (stop for made in plans for stop in made.visits if stop.visit.code is None):
        client = clients.find(session, stop.visit.client.code)
        assert stop.visit.planned_on is not None
        visit = visits.plan(
            session,
            client,
            stop.visit.planned_on,
            stop.place.start if stop.place else None,
            purpose=stop.visit.purpose,
            minutes=stop.visit.minutes,
            contact=stop.visit.contact,
            why=stop.visit.why,
        )
        stored.append(visits.view(session, visit))
    return stored


def put_off(session: Session, visit: Visit, day: date, reason: str, settings: Settings) -> Visit:
    """Move a visit that was not made to ``day``: at its time if that is free there, else at the first free one.

    On a day that is full it has no time, which the check of the plan will say.
    """
    there = [
        other for other in visits.of_day(session, day) if other.planned_on == day and other.status in OPEN_STATUSES
    ]
    new = visits.move(session, visit, day, None, reason)
    new.planned_at = _free_time(new, there, day, settings)
    session.add(new)
    session.flush()
    return new


def _free_time(visit: Visit, there: Sequence[VisitView], day: date, settings: Settings) -> time | None:
    standard, travel = settings.number("plan.visit_minutes"), settings.number("plan.travel_minutes")
    field_slots = slots.field_slots_on(day, slots.seasons_from(settings.under("slots")))
    fixed = [Stop(other.minutes or standard, travel, other.planned_at) for other in there if other.planned_at]
    wished = Stop(visit.minutes or standard, travel, visit.planned_at)
    placed = [place for place in slots.place([*fixed, wished], field_slots) if place is not None]
    if all(place.end <= placed[-1].start or placed[-1].end <= place.start for place in placed[:-1]):
        return visit.planned_at
    first_free = slots.place([*fixed, replace(wished, at=None)], field_slots)[-1]
    return first_free.start if first_free else None


def _chosen(
    session: Session, day: date, room: int, taken: set[str], gone_to: set[str], owed: Owed
) -> list[tuple[ClientView, DueStep | None]]:
    """Clients for the free places of a day: open next steps first, then due ones, near ones together.

    ``gone_to`` are the districts of what is planned already.
    """
    steps: dict[str, DueStep] = {}
    for step in visits.due_steps(session, day):
        if step.client.code not in taken:
            steps.setdefault(step.client.code, step)
    due = {client.code: client for client in clients.due(session, day) if client.code not in taken}
    chosen = clients.by_codes(session, list(steps), day)[: max(room, 0)]
    chosen += _to_collect_from(session, day, min(room - len(chosen), room // 2), taken | set(steps), owed)
    there = {client.code for client in chosen} | set(steps)
    rest = sorted((client for code, client in due.items() if code not in there), key=_urgency)
    while rest and len(chosen) < room:
        near = gone_to | {client.district for client in chosen if client.district}
        chosen.append(rest.pop(_nearest(rest, near)))
    return [(client, steps.get(client.code)) for client in _by_district(chosen)]


def _to_collect_from(session: Session, day: date, room: int, taken: set[str], owed: Owed) -> list[ClientView]:
    """Clients with money overdue whom nobody saw for a week, the largest sums first."""
    if room <= 0:
        return []
    codes = sorted((code for code in owed if code not in taken), key=lambda code: (-owed[code].amount, code))
    found = clients.by_codes(session, codes, day)
    quiet = [
        client
        for client in found
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


def _proposal(client: ClientView, step: DueStep | None, day: date, owed: Owed) -> VisitView:
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
        purpose=step.text if step else _("collect what is overdue") if client.code in owed else _("routine visit"),
        expected=None,
        materials=None,
        why=_why(client, step, collects=client.code in owed),
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


def _why(client: ClientView, step: DueStep | None, *, collects: bool) -> ReasonCode:
    if step is not None:
        return "next_step"
    if collects:
        return "collect"
    if client.last_contact_on is None:
        return "never_contacted"
    return "overdue" if client.days_overdue else "due"


def _view(
    session: Session,
    day: date,
    of_day: Sequence[VisitView],
    settings: Settings,
    calendar: Calendar,
    taken: set[str],
    owed: Owed,
    *,
    proposed: bool,
) -> DayPlanView:
    note = noted(session, day)
    due = {client.code: client for client in clients.due(session, day)}
    steps = visits.due_steps(session, day)
    stops = _placed(day, of_day, due, steps, owed, settings)
    here = {stop.visit.client.code for stop in stops}
    # An earlier step of a client who has a visit planned for another day is taken care of there.
    elsewhere = taken - here
    in_plan = taken | here
    day_slots = slots.slots_on(day, slots.seasons_from(settings.under("slots")))
    room, working = cadence.room(day, settings, calendar), calendar.is_working(day)
    return DayPlanView(
        day=day,
        working=working,
        proposed=proposed,
        state=note.state,
        slots=list(day_slots),
        target=day_target(session, day, calendar),
        visits=stops,
        next_steps=[step for step in steps if step.due_on == day or step.client.code not in elsewhere],
        due_not_planned=[
            DueClient(ClientRef(client.code, client.name), client.days_overdue or 0, client.grade)
            for client in due.values()
            if client.code not in in_plan
        ],
        checks=plan_checks.checks(stops, day_slots, room, working=working, proposed=proposed, key_tasks=note.key_tasks),
        key_tasks=note.key_tasks,
        yesterday=summary(session, calendar.previous_working_day(day)),
    )


def _placed(
    day: date,
    of_day: Sequence[VisitView],
    due: dict[str, ClientView],
    steps: Sequence[DueStep],
    owed: Owed,
    settings: Settings,
) -> list[PlannedVisit]:
    """The visits in order of time, those without one laid into the free parts of the day's field slots.

    Of what was done without saying when, and of what does not fit, the place is unknown; such proposals fall away.
    """
    standard, travel = settings.number("plan.visit_minutes"), settings.number("plan.travel_minutes")
    to_place = [visit for visit in of_day if visit.status != VisitStatus.DONE or visit.at or visit.planned_at]
    stops = [
        Stop(visit.minutes or standard, travel if visit.face_to_face else 0, visit.at or visit.planned_at)
        for visit in to_place
    ]
    places = slots.place(stops, slots.field_slots_on(day, slots.seasons_from(settings.under("slots"))))
    pairs = [*zip(to_place, places, strict=True), *((visit, None) for visit in of_day if visit not in to_place)]
    pairs = [(visit, place) for visit, place in pairs if place is not None or visit.code is not None]
    in_order = sorted(pairs, key=lambda pair: (pair[1] is None, pair[1] and pair[1].start))
    return [
        PlannedVisit(
            visit,
            order,
            place,
            travel if visit.face_to_face else 0,
            _reasons(visit, due.get(visit.client.code), steps, owed.get(visit.client.code)),
        )
        for order, (visit, place) in enumerate(in_order, start=1)
    ]


def _reasons(
    visit: VisitView, due: ClientView | None, steps: Sequence[DueStep], owed: OverdueMoney | None
) -> list[Reason]:
    found = []
    if visit.code is not None and visit.planned_at is not None and visit.why is None:
        found.append(Reason("appointment"))
    found += [Reason("next_step", text=step.text) for step in steps if step.client.code == visit.client.code]
    if owed is not None:
        found.append(Reason("collect", days=owed.days, text=plain(owed.amount)))
    if due is not None and due.last_contact_on is None:
        found.append(Reason("never_contacted"))
    elif due is not None:
        overdue = due.days_overdue or 0
        found.append(Reason("overdue", days=overdue) if overdue else Reason("due"))
    if visit.grade:
        found.append(Reason("grade", text=visit.grade))
    return found


def summary(session: Session, day: date) -> DaySummary:
    """A day in numbers; only what happened face to face counts as a visit, the rest are follow-ups."""
    of_day = visits.of_day(session, day)
    planned = [visit for visit in of_day if visit.planned_on == day and visit.face_to_face]
    done = [visit for visit in of_day if visit.on == day]
    return DaySummary(
        date=day,
        planned=len(planned),
        done=sum(visit.on == day for visit in planned),
        unplanned=sum(visit.unplanned and visit.face_to_face for visit in done),
        follow_ups=sum(not visit.face_to_face for visit in done),
        open=[visit for visit in of_day if visit.planned_on == day and visit.status in OPEN_STATUSES],
    )


def noted(session: Session, day: date) -> DayPlan:
    """What is noted of a day; an empty note, not stored, where there is none."""
    found = session.exec(select(DayPlan).where(DayPlan.day == day, col(DayPlan.deleted_at).is_(None))).first()
    return found or DayPlan(day=day)


def unfinished(session: Session, day: date, today: date) -> list[VisitView]:
    """The open visits that stand between a day and its end; Refused for a day to come."""
    if day > today:
        raise Refused(_("{day} has not come yet, so it can't be closed.").format(day=echo_day(day)))
    return summary(session, day).open


def following(day: date, today: date, calendar: Calendar) -> date:
    """The working day that a closed day's work goes on to: the first one after it that has not passed."""
    return calendar.working_day_on_or_after(max(day + _DAY, today))


def close(
    session: Session,
    day: date,
    today: date,
    settings: Settings,
    calendar: Calendar,
    *,
    gained: str | None,
    fell_short: str | None,
    key_tasks: Sequence[str],
) -> DayReport:
    """Close a day whose visits are all done, moved or dropped, and note what was gained; gives back its report.

    ``key_tasks``, three at most, are those of the following working day. Raises Refused while a visit is open, or
    for a day to come.
    """
    left = unfinished(session, day, today)
    if left:
        raise Refused(
            _("{codes} of {day} are still open.").format(
                codes=_(", ").join(visit.code or "" for visit in left), day=echo_day(day)
            ),
            hint=_("Move, drop or log each of them."),
        )
    if len(key_tasks) > _MOST_KEY_TASKS:
        raise BadValue(_("A day has at most {most} key tasks.").format(most=_MOST_KEY_TASKS))
    note = noted(session, day)
    note.state = "closed"
    if gained is not None:
        note.gained = clean(gained, field=_("gain"), limit=NOTE_LIMIT)
    if fell_short is not None:
        note.fell_short = clean(fell_short, field=_("shortfall"), limit=NOTE_LIMIT)
    _save(session, note)
    if key_tasks:
        after = noted(session, following(day, today, calendar))
        after.key_tasks = [clean(task, field=_("key task")) for task in key_tasks]
        _save(session, after)
    return report(session, day, today, settings, calendar)


def _save(session: Session, note: DayPlan) -> None:
    session.add(note)
    session.flush()


def report(session: Session, day: date, today: date, settings: Settings, calendar: Calendar) -> DayReport:
    """The report of a day as it stands."""
    note = noted(session, day)
    return DayReport(
        summary=summary(session, day),
        state=note.state,
        visits=visits.of_day(session, day),
        gained=note.gained,
        fell_short=note.fell_short,
        target=day_target(session, day, calendar),
        tomorrow=plan(session, following(day, today, calendar), today, settings, calendar),
    )


def planned_days(
    session: Session, period: Period, today: date, settings: Settings, calendar: Calendar
) -> list[DayPlanView]:
    """The plans of a period's days as they stand, without proposals: working days, and others with a visit."""
    found = []
    taken = visits.open_clients_on(session, today)
    owed = collections.overdue(session, today)
    for day in period.days():
        standing = _standing(session, day)
        if standing or calendar.is_working(day):
            found.append(_view(session, day, standing, settings, calendar, taken, owed, proposed=False))
    return found

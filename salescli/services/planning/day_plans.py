"""The day's plan: its visits in order with times and reasons, what is due besides, what is missing; the day's end."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli import slots
from salescli.amounts import plain
from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period, echo_day
from salescli.errors import BadValue, Refused
from salescli.i18n import _
from salescli.models.visits import Visit
from salescli.services.accounts import cadence, clients
from salescli.services.accounts.clients import ClientRef, ClientView
from salescli.services.cash import collections
from salescli.services.cash.collections import OverdueMoney
from salescli.services.goals import actuals
from salescli.services.planning import day_matters, plan_checks, proposals, visit_checks
from salescli.services.planning.day_matters import DayMatters
from salescli.services.planning.day_targets import DayTarget, day_target
from salescli.services.planning.plan_checks import Check, PlannedVisit, Reason
from salescli.services.planning.proposals import Owed
from salescli.services.planning.visit_checks import Preparation
from salescli.services.visiting import visits
from salescli.services.visiting.visits import DueStep, VisitView
from salescli.slots import Slot, Stop
from salescli.texts import NOTE_LIMIT, clean
from salescli.vocabulary import OPEN_STATUSES, Measure, VisitStatus

if TYPE_CHECKING:
    from salescli.models.day_plans import DayPlan

_DAY = timedelta(days=1)
_MOST_KEY_TASKS = 3
# As plain columns: showing a plan alters nothing, and a model costs start-up time.
_NOTES = sa.table(
    "dayplan", sa.column("day", sa.Date), sa.column("state"), sa.column("key_tasks", sa.JSON), sa.column("deleted_at")
)


class DueClient(NamedTuple):
    """A client who is due and not in the plan."""

    client: ClientRef
    days_overdue: int
    grade: str | None


class DaySummary(NamedTuple):
    """A day in numbers: planned visits, those of them done, done beside the plan, follow-ups, and what is open."""

    date: date
    planned: int
    done: int
    unplanned: int
    follow_ups: int
    open: list[VisitView]


class DayPlanView(NamedTuple):
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
    preparations: list[Preparation]
    matters: DayMatters


class DayReport(NamedTuple):
    """The day's end (日报): what was done, what not and why, gained and fallen short, tomorrow with its key tasks.

    ``amount`` was closed and ``receipts`` came in on the day, in minor units of yuan. ``urgent`` are code and text of
    what stands on top until somebody has taken note of it.
    """

    summary: DaySummary
    state: str
    visits: list[VisitView]
    gained: str | None
    fell_short: str | None
    target: DayTarget | None
    amount: int
    receipts: int
    urgent: list[tuple[str, str]]
    tomorrow: DayPlanView


def plan(session: Session, day: date, now: datetime, settings: Settings, calendar: Calendar) -> DayPlanView:
    """The plan of ``day`` at ``now`` (aware); a working day not yet over without visits gets a proposal, not stored."""
    today = now.date()
    matters = day_matters.of_day(session, day, now, settings, calendar)
    standing = _standing(session, day)
    taken = visits.open_clients_on(session, today)
    owed = collections.overdue(session, day)
    closed = _state_and_key_tasks(session, day)[0] == "closed"
    if not standing and not closed and day >= today and calendar.is_working(day):
        return propose(session, day, settings, calendar, taken, owed, matters)
    return _view(session, day, standing, settings, calendar, taken, owed, matters, proposed=False)


def _standing(session: Session, day: date) -> list[VisitView]:
    """The visits of a day that are open or done; what was moved, cancelled or missed stands in no plan any more."""
    return [visit for visit in visits.of_day(session, day) if visit.status in (*OPEN_STATUSES, VisitStatus.DONE)]


def propose(
    session: Session,
    day: date,
    settings: Settings,
    calendar: Calendar,
    taken: set[str],
    owed: Owed,
    matters: DayMatters,
) -> DayPlanView:
    """The plan of ``day`` filled up with proposals: see :func:`salescli.services.planning.proposals.for_day`.

    ``taken`` are codes of clients not to propose, because they are planned already; ``owed`` is what is overdue by
    client. What finds no place in the day's field slots is not proposed. Nothing is stored.
    """
    standing = _standing(session, day)
    room = cadence.room(day, settings, calendar) - sum(visit.face_to_face for visit in standing)
    taken = taken | {visit.client.code for visit in standing}
    gone_to = {visit.district for visit in standing if visit.district}
    working = calendar.is_working(day)
    found = proposals.for_day(session, day, room, taken, gone_to, owed, matters) if working else []
    return _view(session, day, [*standing, *found], settings, calendar, taken, owed, matters, proposed=not standing)


def propose_period(
    session: Session, period: Period, now: datetime, settings: Settings, calendar: Calendar
) -> list[DayPlanView]:
    """A filled plan for every working day of a period from the day of ``now`` on; no client is proposed twice."""
    today = now.date()
    taken = visits.open_clients_on(session, today)
    owed = collections.overdue(session, today)
    plans = []
    for day in period.days():
        if day < today or not calendar.is_working(day):
            continue
        matters = day_matters.of_day(session, day, now, settings, calendar)
        made = propose(session, day, settings, calendar, taken, owed, matters)
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
    first_free = slots.place([*fixed, wished._replace(at=None)], field_slots)[-1]
    return first_free.start if first_free else None


def _view(
    session: Session,
    day: date,
    of_day: Sequence[VisitView],
    settings: Settings,
    calendar: Calendar,
    taken: set[str],
    owed: Owed,
    matters: DayMatters,
    *,
    proposed: bool,
) -> DayPlanView:
    state, key_tasks = _state_and_key_tasks(session, day)
    due = {client.code: client for client in clients.due(session, day)}
    steps = visits.due_steps(session, day)
    stops = _with_ready(session, day, _placed(session, day, of_day, due, steps, owed, matters, settings))
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
        state=state,
        slots=list(day_slots),
        target=day_target(session, day, calendar),
        visits=stops,
        next_steps=[step for step in steps if step.due_on == day or step.client.code not in elsewhere],
        due_not_planned=[
            DueClient(ClientRef(client.code, client.name), client.days_overdue or 0, client.grade)
            for client in due.values()
            if client.code not in in_plan
        ],
        checks=[
            *plan_checks.checks(stops, day_slots, room, working=working, proposed=proposed, key_tasks=key_tasks),
            *plan_checks.matters_due(matters, {stop.visit.code for stop in stops}),
        ],
        matters=matters,
        key_tasks=key_tasks,
        yesterday=summary(session, calendar.previous_working_day(day)),
        preparations=visit_checks.due_before(session, day),
    )


def _with_ready(session: Session, day: date, stops: Sequence[PlannedVisit]) -> list[PlannedVisit]:
    """The visits with what is to be ready for each, by its time in the plan."""
    begins = {
        stop.visit.code: datetime.combine(day, stop.place.start if stop.place else stop.visit.planned_at or time.min)
        for stop in stops
        if stop.visit.code is not None
    }
    ready = visit_checks.of_visits(session, begins) if begins else {}
    return [stop._replace(ready=ready.get(stop.visit.code or "", [])) for stop in stops]


def _placed(
    session: Session,
    day: date,
    of_day: Sequence[VisitView],
    due: dict[str, ClientView],
    steps: Sequence[DueStep],
    owed: Owed,
    matters: DayMatters,
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
    unasked = day_matters.unasked(session, [visit.client.code for visit in of_day], day)
    in_order = sorted(pairs, key=lambda pair: (pair[1] is None, pair[1] and pair[1].start))
    return [
        PlannedVisit(
            visit,
            order,
            place,
            travel if visit.face_to_face else 0,
            _reasons(visit, due.get(visit.client.code), steps, owed.get(visit.client.code), matters, unasked),
        )
        for order, (visit, place) in enumerate(in_order, start=1)
    ]


def _reasons(
    visit: VisitView,
    due: ClientView | None,
    steps: Sequence[DueStep],
    owed: OverdueMoney | None,
    matters: DayMatters,
    unasked: set[str],
) -> list[Reason]:
    code = visit.client.code
    found = []
    if visit.code is not None and visit.planned_at is not None and visit.why is None:
        found.append(Reason("appointment"))
    found += [Reason("next_step", text=step.text) for step in steps if step.client.code == visit.client.code]
    found += [Reason("promise", text=one.text) for one in matters.promises if one.ours and one.client.code == code]
    found += [Reason("ticket", text=one.code) for one in matters.tickets if one.client.code == code]
    if owed is not None:
        found.append(Reason("collect", days=owed.days, text=plain(owed.amount)))
    if due is not None and due.last_contact_on is None:
        found.append(Reason("never_contacted"))
    elif due is not None:
        overdue = due.days_overdue or 0
        found.append(Reason("overdue", days=overdue) if overdue else Reason("due"))
    if code in unasked:
        found.append(Reason("survey"))
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


def _state_and_key_tasks(session: Session, day: date) -> tuple[str, list[str]]:
    """Of what is noted of a day only what its plan shows."""
    query = sa.select(_NOTES.c.state, _NOTES.c.key_tasks).where(_NOTES.c.day == day, _NOTES.c.deleted_at.is_(None))
    found = session.execute(query).first()
    return (found[0], found[1]) if found else ("draft", [])


def noted(session: Session, day: date) -> "DayPlan":
    """What is noted of a day, to be altered; an empty note, not stored, where there is none."""
    from salescli.models.day_plans import DayPlan

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
    now: datetime,
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
    today = now.date()
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
    return report(session, day, now, settings, calendar)


def _save(session: Session, note: "DayPlan") -> None:
    session.add(note)
    session.flush()


def report(session: Session, day: date, now: datetime, settings: Settings, calendar: Calendar) -> DayReport:
    """The report of a day as it stands; BadValue for a day to come."""
    if day > now.date():
        raise BadValue(_("{day} has not come yet.").format(day=echo_day(day)))
    ahead = following(day, now.date(), calendar)
    note = noted(session, day)
    return DayReport(
        summary=summary(session, day),
        state=note.state,
        visits=visits.of_day(session, day),
        gained=note.gained,
        fell_short=note.fell_short,
        target=day_target(session, day, calendar),
        amount=actuals.total(session, Measure.AMOUNT, day, day + _DAY) or 0,
        receipts=actuals.total(session, Measure.RECEIPTS, day, day + _DAY) or 0,
        urgent=day_matters.urgent(session),
        tomorrow=plan(session, ahead, now, settings, calendar),
    )


def planned_days(
    session: Session, period: Period, now: datetime, settings: Settings, calendar: Calendar
) -> list[DayPlanView]:
    """The plans of a period's days as they stand, without proposals: working days, and others with a visit."""
    found = []
    taken = visits.open_clients_on(session, now.date())
    owed = collections.overdue(session, now.date())
    for day in period.days():
        standing = _standing(session, day)
        if standing or calendar.is_working(day):
            matters = day_matters.of_day(session, day, now, settings, calendar)
            found.append(_view(session, day, standing, settings, calendar, taken, owed, matters, proposed=False))
    return found

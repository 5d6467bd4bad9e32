"""The written plan as a supervisor reads it: its visits with place and reasons, and what they would send back."""

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from salescli.i18n import _, _n
from salescli.services.care.promise_views import PromiseView
from salescli.services.planning.day_matters import DayMatters
from salescli.services.planning.visit_checks import CheckItem, open_items
from salescli.services.visiting.visits import VisitView
from salescli.slots import Slot
from salescli.vocabulary import OPEN_STATUSES, VisitStatus

ReasonCode = Literal[
    "appointment", "next_step", "promise", "ticket", "collect", "overdue", "due", "never_contacted", "survey", "grade"
]  # fmt: skip


class Reason(NamedTuple):
    """Why a visit stands in the plan; ``days`` and ``text`` say more where the code needs it."""

    code: ReasonCode
    days: int | None = None
    text: str | None = None


class PlannedVisit(NamedTuple):
    """A visit in its place in the day; without ``place`` it did not fit into the day's slots.

    ``ready`` is what is to be ready for it.
    """

    visit: VisitView
    order: int
    place: Slot | None
    travel_minutes: int
    reasons: list[Reason]
    ready: Sequence[CheckItem] = ()


class Check(NamedTuple):
    """Something a supervisor would send back (``error``) or ask about (``warning``); ``visit`` is its code."""

    level: Literal["error", "warning"]
    code: str
    message: str
    visit: str | None = None
    client: str | None = None


def checks(
    stops: Sequence[PlannedVisit],
    slots: Sequence[Slot],
    capacity: int,
    *,
    working: bool,
    proposed: bool,
    key_tasks: Sequence[str],
) -> list[Check]:
    """What the supervisor would send the plan of a day back for, and what they would ask about.

    ``capacity`` is how many visits the field time holds; a plan that is only ``proposed`` has no visits yet.
    """
    open_stops = [stop for stop in stops if stop.visit.status in OPEN_STATUSES and not proposed]
    found = []
    if not working:
        found.append(Check("warning", "rest_day", _("It is a rest day.")))
    if working and (proposed or not stops):
        found.append(Check("error", "no_visits", _("No visit is planned; `sales plan make DAY --apply` plans them.")))
    found += [check for stop in open_stops for check in _visit_checks(stop, slots)]
    found += _overlaps(open_stops)
    if sum(stop.visit.face_to_face for stop in open_stops) > capacity:
        found.append(Check("warning", "too_many", _("More visits than the field time holds.")))
    if not key_tasks:
        found.append(Check("warning", "no_key_tasks", _("The day's key tasks are not named.")))
    return found


def matters_due(matters: DayMatters, visits: Collection[str | None]) -> list[Check]:
    """What is promised, to be answered, told or done by the day and still open; ``visits`` are the plan's codes."""
    found = []
    for promise in matters.promises:
        visit = promise.visit if promise.visit in visits else None
        found.append(Check("warning", "promise_due", _promise_due(promise), visit, promise.client.name))
    for ticket in matters.tickets:
        if ticket.overdue:
            text = _("{code} is overdue: {text}").format(code=ticket.code, text=ticket.text)
            found.append(Check("warning", "ticket_overdue", text, None, ticket.client.name))
    for task in matters.tasks:
        text = _("task due: {text}").format(text=task.title)
        found.append(Check("warning", "task_due", text, None, task.client.name if task.client else None))
    for one in matters.untold:
        text = _("not told yet that it is not admitted: {reason}").format(reason=one.reason)
        found.append(Check("warning", "tell_rejection", text, None, one.client.name))
    return found


def _promise_due(promise: PromiseView) -> str:
    words = _("promise of ours due: {text}") if promise.ours else _("promise of theirs due: {text}")
    text, days = words.format(text=promise.text), promise.days_overdue
    if not promise.overdue:
        return text
    return _n("{text} ({count} day late)", "{text} ({count} days late)", days).format(text=text, count=days)


def _visit_checks(stop: PlannedVisit, slots: Sequence[Slot]) -> list[Check]:
    visit, place = stop.visit, stop.place
    inside = place is None or any(slot.start <= place.start and place.end <= slot.end for slot in slots)
    found: list[tuple[Literal["error", "warning"], str, str]] = []
    if not visit.purpose:
        found.append(("error", "no_purpose", _("no purpose")))
    if visit.planned_at is None:
        found.append(("error", "no_time", _("no time")))
    if not inside:
        found.append(("warning", "outside_slots", _("outside the day's slots")))
    if not visit.expected:
        found.append(("warning", "no_expected", _("no expected result")))
    if visit.status != VisitStatus.CONFIRMED:
        found.append(("warning", "not_confirmed", _("appointment not confirmed")))
    left = open_items(stop.ready)
    if not visit.materials and len(left) == len(stop.ready):
        found.append(("warning", "no_materials", _("no materials named")))
    if left:
        words = _(", ").join(item.text for item in left)
        found.append(("warning", "not_ready", _("not ready: {items}").format(items=words)))
    return [Check(level, code, message, visit.code, visit.client.name) for level, code, message in found]


def _overlaps(stops: Sequence[PlannedVisit]) -> list[Check]:
    """Every visit that begins before another one, begun earlier, has ended; ``stops`` are in order of time."""
    timed = [(stop.visit, stop.place) for stop in stops if stop.place is not None]
    found = []
    for number, (visit, place) in enumerate(timed):
        under_way = [earlier for earlier, slot in timed[:number] if place.start < slot.end]
        if under_way:
            words = _("overlaps with {client}").format(client=under_way[0].client.name)
            found.append(Check("error", "overlap", words, visit.code, visit.client.name))
    return found

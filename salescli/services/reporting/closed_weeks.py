"""The week as it was told: kept when its sheet is printed, frozen when it is closed, sent, answered by the manager."""

import hashlib
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json
from sqlmodel import Session, col, select

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period
from salescli.errors import NotFound, Refused
from salescli.i18n import _
from salescli.models.weeks import WeekPlan
from salescli.services.market import insights
from salescli.services.reporting import weeks
from salescli.services.reporting.weeks import Answer, WeekReport
from salescli.services.visiting import closed_plans
from salescli.texts import NOTE_LIMIT, clean

_SNAPSHOT: TypeAdapter[WeekReport] = TypeAdapter(WeekReport)
_DAY = timedelta(days=1)
_RUNNING = "draft"
_ANSWERED = ("approved", "returned")


def latest(session: Session, week: Period) -> WeekPlan | None:
    """The last version kept of a week's sheet."""
    query = select(WeekPlan).where(WeekPlan.week == week.label, col(WeekPlan.deleted_at).is_(None))
    return session.exec(query.order_by(col(WeekPlan.version).desc())).first()


def is_frozen(plan: WeekPlan | None) -> bool:
    """Whether what is kept stands, whatever is recorded now; what came back is open to be mended."""
    return plan is not None and plan.state not in (_RUNNING, "returned")


def as_told(plan: WeekPlan) -> WeekReport:
    """The week as it was kept."""
    told = _SNAPSHOT.validate_json(plan.snapshot)
    return replace(told, status=plan.state, version=plan.version, identity=plan.uuid, checksum=plan.checksum)


def of(
    session: Session, week: Period, now: datetime, settings: Settings, calendar: Calendar, ahead: Period | None = None
) -> WeekReport:
    """The week: as it was closed, or as it stands at ``now`` (aware), held against the plan closed the week before.

    ``ahead`` is the week whose goals and visits come next in it; for another one than the following the week is
    always as it stands.
    """
    kept = latest(session, week)
    if kept is not None and is_frozen(kept) and ahead is None:
        return as_told(kept)
    earlier = Period.week_of(week.begin - _DAY)
    before, closed = latest(session, earlier), closed_plans.last_closed(session, earlier)
    found = weeks.report(
        session, week, now.date(), now, settings, calendar, ahead, None if closed is None else as_told(closed)
    )
    answered = answer_of(before) if before is not None and before.state in _ANSWERED else None
    version = kept.version if kept is not None else 1
    return replace(found, answered=answered, status=kept.state if kept else _RUNNING, version=version)


def answer_of(plan: WeekPlan) -> Answer:
    """What was said of a kept version."""
    return Answer(plan.week, plan.state, plan.comment, plan.return_reason, plan.score, plan.answered_on)


def keep(session: Session, report: WeekReport, today: date) -> WeekReport:
    """Keep a running week as it is printed; while nothing in it has changed, what was kept before is given back."""
    kept = latest(session, report.period)
    if kept is not None and (is_frozen(kept) or (kept.state == _RUNNING and _same(as_told(kept), report, today))):
        return as_told(kept)
    return as_told(_stored(session, report, kept, _RUNNING))


def close(session: Session, report: WeekReport, now: datetime) -> WeekReport:
    """Freeze a week with its plan of the next one; what was heard of the market in it is reported by that.

    Refused for one that is closed and did not come back.
    """
    kept = latest(session, report.period)
    if kept is not None and is_frozen(kept):
        refuse_closed(as_told(kept))
    if kept is not None and kept.state == _RUNNING and _same(as_told(kept), report, now.date()):
        plan = kept
    else:
        plan = _stored(session, report, kept, "closed")
    plan.state, plan.closed_at = "closed", now
    insights.mark_reported(session, report.period, now.date())
    return as_told(_saved(session, plan))


def refuse_closed(report: WeekReport) -> None:
    """Refused for a week that is closed and did not come back."""
    if report.status not in (_RUNNING, "returned"):
        raise Refused(
            _("{week} is closed already.").format(week=report.period.label),
            hint=_("`sales week show` shows it; `sales undo` opens it again."),
        )


def refuse_closed_plan(session: Session, week: Period) -> None:
    """Refused where the plan of ``week`` was closed with the week before and did not come back.

    From then on its goals are the manager's to change: on the returned sheet, or by word of mouth.
    """
    before = Period.week_of(week.begin - _DAY)
    if is_frozen(latest(session, before)):
        raise Refused(
            _("The goals of {week} were closed with {before}; the manager may still change them.").format(
                week=week.label, before=before.label
            ),
            hint=_("`sales week reply FILE`, or `--approve --goal MEASURE=AMOUNT`, takes what was agreed on."),
        )


def _same(kept: WeekReport, report: WeekReport, today: date) -> bool:
    """Whether a week tells the same as when it was kept; the next one's plan counts until that week begins."""
    return bool(_told(kept, today) == _told(report, today))


def _told(report: WeekReport, today: date) -> Any:
    goals = [
        (one.measure, one.week_target, one.closed_target, one.week_actual, one.reason, one.action, one.codes)
        for one in report.goals
    ]
    ahead = report.next if today < report.next.period.begin else None
    return (
        report.profile,
        goals,
        [(line.visit, line.planned) for line in report.visits.lines],
        [(one.code, one.state, one.reason) for one in report.work.promises],
        [(one.code, one.state, one.reason) for one in report.work.tasks],
        [(one.code, one.status, one.steps) for one in report.service.tickets],
        report.service.surveys,
        report.market.insights,
        [(one.code, one.text, one.answer) for one in report.matters],
        report.learned,
        ahead and [(goal.measure, goal.target, goal.action) for goal in ahead.goals],
        ahead and [stop.visit for stop in ahead.visits if stop.visit.code],
    )


def _stored(session: Session, report: WeekReport, kept: WeekPlan | None, state: str) -> WeekPlan:
    version = kept.version + 1 if kept is not None else 1
    bare = replace(report, status="", version=version, identity="", checksum="")
    snapshot = to_json(_by_name(bare)).decode()
    plan = WeekPlan(
        week=report.period.label,
        version=version,
        state=state,
        snapshot=snapshot,
        checksum=hashlib.sha256(snapshot.encode()).hexdigest()[:16],
    )
    return _saved(session, plan)


def _by_name(value: Any) -> Any:
    """Rows as objects with the names of their fields, whatever class they are of; Pydantic makes lists of tuples."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _by_name(one) for name, one in value._asdict().items()}
    if is_dataclass(value):
        return {field.name: _by_name(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [_by_name(one) for one in value]
    return value


def _saved(session: Session, plan: WeekPlan) -> WeekPlan:
    session.add(plan)
    session.flush()
    return plan


# --- sent and answered ---


def mark_sent(session: Session, week: Period, to: str, at: datetime) -> WeekReport:
    """Note that the last version of a week was sent; it is closed by that if it was not. Raises NotFound without."""
    plan = known(session, week)
    plan.sent_to, plan.sent_at = to, at
    plan.closed_at = plan.closed_at or at
    insights.mark_reported(session, week, at.date())
    if plan.state not in _ANSWERED:
        plan.state = "submitted"
    return as_told(_saved(session, plan))


def answer(
    session: Session,
    plan: WeekPlan,
    on: date,
    *,
    approved: bool,
    comment: str | None = None,
    return_reason: str | None = None,
    score: int | None = None,
    scores: dict[str, int] | None = None,
    answers: dict[str, str] | None = None,
) -> WeekPlan:
    """Keep what the manager says of a sheet: approved, or returned with the reason; points are in hundredths.

    Refused for a sheet returned without a reason.
    """
    if not approved and not (return_reason or comment):
        raise Refused(
            _("The sheet of {week} came back without a reason.").format(week=plan.week),
            hint=_("`sales week reply --return TEXT` takes it."),
        )
    plan.state = "approved" if approved else "returned"
    plan.closed_at = plan.closed_at or plan.updated_at
    reason = return_reason or (None if approved else comment)
    plan.return_reason = clean(reason, field=_("reason"), limit=NOTE_LIMIT) if reason else None
    return note(session, plan, on, comment=comment, score=score, scores=scores, answers=answers)


def note(
    session: Session,
    plan: WeekPlan,
    on: date,
    *,
    comment: str | None = None,
    score: int | None = None,
    scores: dict[str, int] | None = None,
    answers: dict[str, str] | None = None,
) -> WeekPlan:
    """Keep what the manager wrote on a sheet, without a decision."""
    plan.answered_on = on
    plan.comment = clean(comment, field=_("comment"), limit=NOTE_LIMIT) if comment else plan.comment
    plan.score = plan.score if score is None else score
    plan.scores, plan.answers = {**plan.scores, **(scores or {})}, {**plan.answers, **(answers or {})}
    return _saved(session, plan)


def known(session: Session, week: Period) -> WeekPlan:
    """The last version kept of a week; NotFound without one."""
    plan = latest(session, week)
    if plan is None:
        raise NotFound(
            _("Nothing is kept of {week}.").format(week=week.label), hint=_("`sales week close` freezes it.")
        )
    return plan


def last_kept(session: Session, today: date) -> WeekPlan | None:
    """The last version of the latest week up to that of ``today`` of which anything is kept."""
    query = select(WeekPlan).where(WeekPlan.week <= Period.week_of(today).label, col(WeekPlan.deleted_at).is_(None))
    return session.exec(query.order_by(col(WeekPlan.week).desc(), col(WeekPlan.version).desc())).first()


def of_identity(session: Session, identity: str) -> WeekPlan | None:
    """The version of that identity, as the properties of a printed sheet carry it."""
    return session.exec(select(WeekPlan).where(WeekPlan.uuid == identity, col(WeekPlan.deleted_at).is_(None))).first()


def to_print(session: Session, today: date) -> Period:
    """The week whose sheet is due: last week if anything is recorded in it and it isn't closed, else this one.

    A week that came back is due again until this one is closed in its turn.
    """
    due, this = weeks.week_to_print(session, today), Period.week_of(today)
    if is_frozen(latest(session, due)):
        return this
    mended = closed_plans.last_closed(session, due) is not None
    return this if mended and is_frozen(latest(session, this)) else due

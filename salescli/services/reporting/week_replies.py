"""The manager's answer: what a returned sheet says, held against the version that was sent, and taken."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from sqlmodel import Session, col, select

from salescli import approval_form
from salescli.amounts import LIMIT
from salescli.dates import Period, parse_period
from salescli.errors import BadValue, Refused
from salescli.i18n import _
from salescli.models.feedback import Feedback
from salescli.models.weeks import WeekPlan
from salescli.service_words import FeedbackState
from salescli.services.care import feedback
from salescli.services.reporting import closed_weeks, week_goals
from salescli.services.reporting.weeks import WeekReport
from salescli.tabular.form import read_form
from salescli.tabular.table import DEFAULT_LIMITS, Limits, as_text
from salescli.vocabulary import LEVEL_MEASURES, MONEY_MEASURES, Measure, label
from salescli.week_form import (
    COMMENT,
    DECISION,
    MATTER_ANSWER,
    MEASURE_SCORE,
    MOST_SCORE,
    NEXT_GOAL,
    RETURN_REASON,
    SCORE,
    Mark,
    marked,
)


@dataclass(frozen=True)
class ChangedGoal:
    """A goal of the week to come that the manager changed, in the measure's unit."""

    measure: str
    before: int
    after: int


_MOST_LEVEL = 100_00  # hundredths
Said = Literal["decision", "comment", "return_reason", "score", "measure_score", "answer"]


@dataclass(frozen=True)
class Otherwise:
    """What a returned sheet says otherwise than the answer taken before.

    ``of`` is the measure of a score, the code of a matter answered; points are in hundredths, a decision is whether
    the sheet is approved.
    """

    what: Said
    before: Any
    after: Any
    of: str | None = None


@dataclass(frozen=True)
class Reply:
    """What a returned sheet says.

    ``approved`` is None where nothing was chosen; points are in hundredths, ``scores`` by measure; ``answers`` by the
    codes of the matters. ``goals_taken`` says that it has goals changed which were taken over before; ``otherwise``
    is what differs from the answer taken before, ``is_news`` whether anything was not known yet.
    """

    week: str
    version: int
    identity: str
    approved: bool | None
    comment: str | None
    return_reason: str | None
    score: int | None
    scores: dict[str, int]
    answers: dict[str, str]
    goals: tuple[ChangedGoal, ...]
    goals_taken: bool = False
    otherwise: tuple[Otherwise, ...] = ()
    is_news: bool = True

    @property
    def says_nothing(self) -> bool:
        """Whether nothing was filled in."""
        said = (self.comment, self.return_reason, self.scores, self.answers, self.goals, self.goals_taken)
        return self.approved is None and self.score is None and not any(said)


def read(session: Session, path: Path, week: Period | None = None, limits: Limits = DEFAULT_LIMITS) -> Reply:
    """What a returned sheet says, held against the version kept of it.

    Raises NotFound for a missing file; Refused for what is no goal sheet, a sheet of another file, of another week
    than ``week``, of an older version, or of a version whose content is not the one kept.
    """
    told, plan = _sheet_of(session, path, week, limits)
    names = [COMMENT, SCORE, DECISION, RETURN_REASON]
    names += [f"{MEASURE_SCORE}{goal.measure}" for goal in told.goals]
    names += [f"{MATTER_ANSWER}{matter.code}" for matter in told.matters]
    names += [f"{NEXT_GOAL}{goal.measure}" for goal in told.next.goals]
    _keywords, cells = read_form(path, names, limits)
    if DECISION not in cells:
        raise _no_sheet(path)
    printed = {goal.measure: goal.target for goal in told.next.goals}
    before, targets = _agreed(session, plan, told, printed), dict(_targets(path, cells, told))
    reply = Reply(
        week=plan.week,
        version=plan.version,
        identity=plan.uuid,
        approved=_decision(path, cells),
        comment=_text(cells, COMMENT),
        return_reason=_text(cells, RETURN_REASON),
        score=_points(path, cells, SCORE),
        scores=_all_points(path, cells, [goal.measure for goal in told.goals]),
        answers={
            matter.code: text
            for matter in told.matters
            if (text := _text(cells, f"{MATTER_ANSWER}{matter.code}")) and text != (matter.answer or "")
        },
        goals=tuple(ChangedGoal(name, before[name], after) for name, after in targets.items() if after != before[name]),
        goals_taken=any(after == before[name] != printed[name] for name, after in targets.items()),
    )
    return _held_against(session, plan, reply)


def _sheet_of(session: Session, path: Path, week: Period | None, limits: Limits) -> tuple[WeekReport, WeekPlan]:
    """The version that a file was printed from."""
    keywords, _cells = read_form(path, (), limits)
    mark = marked(keywords)
    if mark is None:
        raise _no_sheet(path)
    if week is not None and week.label != mark.week:
        raise Refused(
            _("{file} is the sheet of {week}, not of {asked}.").format(file=path.name, week=mark.week, asked=week.label)
        )
    plan = closed_weeks.of_identity(session, mark.identity)
    if plan is None:
        raise Refused(
            _("{file} is the sheet of {week} of another person or data file.").format(file=path.name, week=mark.week),
            hint=_("`--db` names the data file it was printed from."),
        )
    _refuse_other_version(session, path, plan, mark)
    return closed_weeks.as_told(plan), plan


def _refuse_other_version(session: Session, path: Path, plan: WeekPlan, mark: Mark) -> None:
    newest = closed_weeks.latest(session, parse_period(plan.week, date.min))
    if newest is not None and newest.version != plan.version:
        raise Refused(
            _("{file} is version {old} of {week}; version {new} was made since.").format(
                file=path.name, old=plan.version, week=plan.week, new=newest.version
            ),
            hint=_("Send that one, or take the answer with `sales week reply --approve` or `--return TEXT`."),
        )
    if plan.checksum != mark.checksum:
        raise Refused(
            _("{file} does not tell what was kept of {week}: its checksum differs.").format(
                file=path.name, week=plan.week
            )
        )


def _no_sheet(path: Path) -> Refused:
    return Refused(
        _("{file} is not a goal sheet that `sales week sheet` wrote.").format(file=path.name),
        hint=_("`sales week reply --approve` or `--return TEXT` takes what was said."),
    )


def _decision(path: Path, cells: dict[str, Any]) -> bool | None:
    """Whether the sheet is approved; None where nothing is chosen."""
    word = as_text(cells[DECISION]).strip()
    approved = approval_form.decision(word)
    if word and approved is None:
        raise Refused(
            _("{file}: “{word}” is neither approved nor returned.").format(file=path.name, word=word[:40]),
            hint=_("`sales week reply --approve` or `--return TEXT` takes what was said."),
        )
    return approved


def _text(cells: dict[str, Any], name: str) -> str | None:
    return as_text(cells.get(name)).strip() or None


def _points(path: Path, cells: dict[str, Any], name: str) -> int | None:
    """A score in hundredths; BadValue for one that is none, or beyond 120."""
    value = cells.get(name)
    if value is None or as_text(value).strip() == "":
        return None
    found = _hundredths(value)
    if found is None or not 0 <= found <= MOST_SCORE * 100:
        raise BadValue(
            _("{file}: “{value}” is not a score from 0 to {most}.").format(
                file=path.name, value=as_text(value)[:40], most=MOST_SCORE
            )
        )
    return found


def _all_points(path: Path, cells: dict[str, Any], measures: list[str]) -> dict[str, int]:
    found = {measure: _points(path, cells, f"{MEASURE_SCORE}{measure}") for measure in measures}
    return {measure: points for measure, points in found.items() if points is not None}


def _hundredths(value: Any) -> int | None:
    try:
        return int((Decimal(as_text(value).strip()) * 100).to_integral_value())
    except (ArithmeticError, ValueError):
        return None


def _agreed(session: Session, plan: WeekPlan, told: WeekReport, printed: dict[str, int]) -> dict[str, int]:
    """What a sheet's goals are compared with: those printed on it, once it was answered those agreed on."""
    if plan.answered_on is None:
        return printed
    said = week_goals.said(session, told.next.period)
    return printed | {name: goal.target for name, goal in said.items() if goal.target is not None}


def _targets(path: Path, cells: dict[str, Any], told: WeekReport) -> Iterator[tuple[str, int]]:
    """The goals of the week to come as the file has them, in their measures' units."""
    for goal in told.next.goals:
        value = cells.get(f"{NEXT_GOAL}{goal.measure}")
        if value is None:
            continue
        target = _target(goal.measure, value)
        if target is None:
            raise BadValue(
                _("{file}: “{value}” is no goal for {measure}.").format(
                    file=path.name, value=as_text(value)[:40], measure=label(goal.measure, Measure)
                )
            )
        yield goal.measure, target


def _target(measure: str, value: Any) -> int | None:
    """A goal as a cell has it: yuan, a level out of 100, a whole number; None for what is none of it."""
    found = _hundredths(value)
    most = _MOST_LEVEL if measure in LEVEL_MEASURES else LIMIT
    if found is None or not 0 <= found <= most:
        return None
    if measure in MONEY_MEASURES or measure in LEVEL_MEASURES:
        return found
    return None if found % 100 else found // 100


def without_goals(reply: Reply) -> Reply:
    """The reply without the goals it changed."""
    return replace(reply, goals=())


# --- held against the answer taken before ---


def _held_against(session: Session, plan: WeekPlan, reply: Reply) -> Reply:
    """The reply with what it says otherwise than what is kept, and whether it says anything new."""
    matters = {row.code: row.answer for row in _matters(session, reply.answers)}
    pairs = [
        Otherwise("decision", _decided(plan), reply.approved),
        Otherwise("comment", plan.comment, reply.comment),
        Otherwise("return_reason", plan.return_reason, reply.return_reason),
        Otherwise("score", plan.score, reply.score),
        *(Otherwise("measure_score", plan.scores.get(name), after, name) for name, after in reply.scores.items()),
        *(Otherwise("answer", matters[code], after, code) for code, after in reply.answers.items() if code in matters),
    ]
    news = [one for one in pairs if one.after is not None and one.after != one.before]
    return replace(
        reply,
        otherwise=tuple(one for one in news if one.before is not None),
        is_news=bool(news or reply.goals),
    )


def _decided(plan: WeekPlan) -> bool | None:
    return {"approved": True, "returned": False}.get(plan.state)


def _matters(session: Session, codes: Collection[str]) -> Sequence[Feedback]:
    """The matters of those codes that are not closed."""
    query = select(Feedback).where(
        col(Feedback.code).in_(list(codes)), Feedback.state != FeedbackState.CLOSED, col(Feedback.deleted_at).is_(None)
    )
    return session.exec(query).all()


# --- taken ---


def take(session: Session, reply: Reply, on: date) -> WeekPlan:
    """Keep what a returned sheet says: the answer, those to single matters, the goals it changed.

    Refused for a sheet on which nothing is filled in.
    """
    plan = closed_weeks.of_identity(session, reply.identity)
    assert plan is not None
    if reply.says_nothing:
        raise Refused(
            _("Nothing is filled in on the sheet of {week}.").format(week=reply.week),
            hint=_("`sales week reply --approve` or `--return TEXT` takes what was said."),
        )
    _take_answers(session, reply.answers, on)
    agree(session, plan, {goal.measure: goal.after for goal in reply.goals})
    if reply.approved is None:
        return closed_weeks.note(
            session, plan, on, comment=reply.comment, score=reply.score, scores=reply.scores, answers=reply.answers
        )
    return closed_weeks.answer(
        session, plan, on, approved=reply.approved, comment=reply.comment, return_reason=reply.return_reason,
        score=reply.score, scores=reply.scores, answers=reply.answers,
    )  # fmt: skip


def agree(session: Session, plan: WeekPlan, goals: Mapping[str, int]) -> None:
    """Keep the goals, in their measures' units, that the manager wants for the week after that of a sheet."""
    following = Period.week_of(parse_period(plan.week, date.min).end)
    for measure, target in goals.items():
        week_goals.say(session, following, Measure(measure), target=target)


def _take_answers(session: Session, answers: dict[str, str], on: date) -> None:
    for matter in _matters(session, answers):
        if matter.answer != answers[matter.code]:
            feedback.answer(session, matter, answers[matter.code], max(on, matter.raised_on), replace=True)

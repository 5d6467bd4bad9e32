"""How satisfied clients are: who is to be asked in a quarter, what they answered, and what was done about it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from salescli.amounts import excerpt, half_width
from salescli.dates import Period
from salescli.errors import BadValue, Refused
from salescli.i18n import N_, _
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.surveys import Survey, Task
from salescli.service_words import SurveyState
from salescli.services.accounts import cadence, clients, contacts
from salescli.services.accounts.clients import ClientRef
from salescli.services.accounts.contacts import ContactView
from salescli.services.care import references, tasks
from salescli.services.care.task_lists import OPEN_STATES
from salescli.services.changes import now_of
from salescli.services.goals import levels
from salescli.services.goals.money_tables import ORDERS
from salescli.services.visiting.visits import NextStep
from salescli.texts import NOTE_LIMIT, clean, name_key
from salescli.vocabulary import Grade, Lifecycle, OrderState

_KIND = references.Kind(Survey, "S", N_("survey"), "sales survey list", lambda one: f"{one.year}-Q{one.quarter}")
_ASKED = (SurveyState.ASKED, SurveyState.ANSWERED, SurveyState.REFUSED)
# What people say, with the score it stands for, in the order of the distribution.
WORDS = {
    "very satisfied": ("非常满意", 100),
    "satisfied": ("满意", 80),
    "fair": ("一般", 60),
    "dissatisfied": ("不满意", 40),
    "very dissatisfied": ("非常不满意", 20),
}

LOW = 60


def parse_score(text: str) -> int:
    """A score from 0 to 100, as a number or by one of the five words; else BadValue."""
    asked = half_width(text).strip().lower()
    for english, (chinese, score) in WORDS.items():
        if name_key(asked) in (name_key(english), chinese):
            return score
    number = re.fullmatch("([0-9]{1,3})(?:分|%)?", asked)
    if number is None or int(number[1]) > 100:
        raise BadValue(
            _("“{text}” is no score.").format(text=excerpt(text)),
            hint=_("Give a whole number from 0 to 100, or 非常满意, 满意, 一般, 不满意, 非常不满意."),
        )
    return int(number[1])


# --- who is to be asked ---


@dataclass(frozen=True)
class DueClient:
    """A client to be asked in a quarter: whom to call, and what was said last."""

    client: ClientRef
    grade: str | None
    contact: ContactView | None
    last_score: int | None
    last_on: date | None


def due(session: Session, quarter: Period, today: date) -> list[DueClient]:
    """The existing clients not asked yet in a quarter, A class first; within a class those less satisfied last time.

    Existing are those of the lifecycle ``customer`` entered by the quarter's end, and those that ordered by then and by
    ``today``, but for the lost ones, those on the blacklist and the archived.
    """
    year, number = _quarter_of(quarter.begin)
    asked = select(Survey.client_id).where(
        Survey.year == year, Survey.quarter == number, col(Survey.state).in_(_ASKED), col(Survey.deleted_at).is_(None)
    )
    ordered = sa.select(ORDERS.c.id).where(
        ORDERS.c.client_id == Client.id,
        ORDERS.c.deleted_at.is_(None),
        ORDERS.c.state != OrderState.CANCELLED,
        ORDERS.c.signed_on <= min(today, quarter.last),
    )
    ended = datetime.combine(quarter.end, time.min).astimezone()
    found = session.exec(
        select(Client).where(
            ((col(Client.lifecycle) == Lifecycle.CUSTOMER) & (col(Client.created_at) < ended)) | ordered.exists(),
            col(Client.lifecycle).in_(cadence.PURSUED),
            col(Client.id).not_in(asked),
            col(Client.archived).is_(False),
            col(Client.deleted_at).is_(None),
        )
    ).all()
    last = _last_answers(session, quarter.begin)
    people = contacts.of_clients(session, [client.id for client in found if client.id is not None])
    grades = [grade.value for grade in Grade]
    rows = []
    for client in found:
        key = client.id or 0
        person = next(iter(people.get(key, [])), None)
        score, day = last.get(key, (None, None))
        rows.append((key, DueClient(ClientRef(client.code, client.name), client.grade, person, score, day)))
    rows.sort(
        key=lambda row: (
            grades.index(row[1].grade) if row[1].grade else len(grades),
            101 if row[1].last_score is None else row[1].last_score,
            row[0],
        )
    )
    return [row for _key, row in rows]


def _last_answers(session: Session, before: date) -> dict[int, tuple[int | None, date | None]]:
    """(score, day) of each client's last answer before a day."""
    query = (
        select_columns(Survey.client_id, Survey.score, Survey.answered_on)
        .where(col(Survey.score).is_not(None), col(Survey.answered_on) < before, col(Survey.deleted_at).is_(None))
        .order_by(col(Survey.answered_on), col(Survey.id))
    )
    return {client: (score, day) for client, score, day in session.exec(query)}


def _quarter_of(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3 + 1


# --- what was said ---


def log(
    session: Session,
    client: Client,
    on: date,
    state: SurveyState,
    *,
    score: int | None = None,
    reason: str | None = None,
    improve: NextStep | None = None,
) -> Survey:
    """Store what a client said on a day: answered with a score, refused to answer, or only asked so far.

    Who was only asked may answer later in the quarter. Raises Refused for a client that answered, or refused to,
    in that quarter.
    """
    assert client.id is not None
    year, quarter = _quarter_of(on)
    survey = _of_quarter(session, client, year, quarter)
    if survey is None:
        number = clients.next_id(session, Survey)
        survey = Survey(id=number, code=f"S{number:04d}", year=year, quarter=quarter, client_id=client.id)
    elif survey.state in (SurveyState.ANSWERED, SurveyState.REFUSED):
        raise Refused(
            _("{client} has been asked in {quarter} already: {code}.").format(
                client=client.name, quarter=f"{year}-Q{quarter}", code=survey.code
            ),
            hint=_("`sales survey edit {code}` changes it.").format(code=survey.code),
        )
    survey.state = state.value
    survey.asked_on = survey.asked_on or on
    _set_answer(survey, on if state is SurveyState.ANSWERED else None, score, reason)
    if improve is not None:
        survey.task_id = _improvement(session, client, improve).id
    return _stored(session, survey)


def edit(
    session: Session,
    survey: Survey,
    *,
    score: int | None = None,
    reason: str | None = None,
    on: date | None = None,
    improve: NextStep | None = None,
) -> Survey:
    """Change the score, the reason or the day of a survey within its quarter, or add what is done about it."""
    if on is not None and _quarter_of(on) != (survey.year, survey.quarter):
        raise BadValue(
            _("{day} is not in {quarter}.").format(day=on.isoformat(), quarter=f"{survey.year}-Q{survey.quarter}"),
            hint=_("Remove it and log it anew."),
        )
    if score is not None and survey.state != SurveyState.ANSWERED:
        survey.state = SurveyState.ANSWERED.value
        survey.answered_on = on or survey.asked_on
    _set_answer(survey, on if survey.state == SurveyState.ANSWERED else None, score, reason)
    if on is not None and survey.state != SurveyState.ANSWERED:
        survey.asked_on = on
    if improve is not None:
        client = session.exec(select(Client).where(Client.id == survey.client_id)).one()
        survey.task_id = _improvement(session, client, improve).id
    return _stored(session, survey)


def remove(session: Session, survey: Survey) -> None:
    """Take a survey out of every list; its client is to be asked again. What is done about it stays a task."""
    survey.deleted_at = now_of(session)
    _stored(session, survey)


def _of_quarter(session: Session, client: Client, year: int, quarter: int) -> Survey | None:
    return session.exec(
        select(Survey).where(
            Survey.client_id == client.id,
            Survey.year == year,
            Survey.quarter == quarter,
            col(Survey.deleted_at).is_(None),
        )
    ).first()


def _set_answer(survey: Survey, on: date | None, score: int | None, reason: str | None) -> None:
    if on is not None:
        survey.answered_on = on
    if score is not None:
        survey.score = score
    if reason is not None:
        survey.reason = clean(reason, field=_("reason"), limit=NOTE_LIMIT)


def _improvement(session: Session, client: Client, step: NextStep) -> Task:
    """The task that improves what a survey found."""
    return tasks.add(session, step.text or "", due_on=step.on, client=client)


def _stored(session: Session, survey: Survey) -> Survey:
    session.add(survey)
    session.flush()
    return survey


# --- finding and showing ---


@dataclass(frozen=True)
class Improvement:
    """The task that improves what a survey found, and how it stands."""

    code: str
    title: str
    due_on: date | None
    state: str
    overdue: bool


@dataclass(frozen=True)
class SurveyView:
    """A survey as lists and JSON show it; ``on`` is the day answered, else asked."""

    code: str
    client: ClientRef
    grade: str | None
    quarter: str
    state: str
    on: date | None
    score: int | None
    reason: str | None
    improvement: Improvement | None

    @property
    def low(self) -> bool:
        """Whether the reason, and what is done about it, matters."""
        return self.score is not None and self.score <= LOW


def find(session: Session, ref: str, today: date) -> Survey:
    """The survey of that code, or of a client in the quarter of ``today``; else NotFound."""
    year, quarter = _quarter_of(today)
    found: Survey = references.find(session, ref, _KIND, Survey.year == year, Survey.quarter == quarter)
    return found


def view(session: Session, survey: Survey, today: date) -> SurveyView:
    """One survey as lists and JSON show it."""
    return _views(session, today, Survey.id == survey.id)[0]


def listed(
    session: Session, period: Period | None, today: date, state: SurveyState | None = None, client: Client | None = None
) -> list[SurveyView]:
    """The surveys of which client was asked or answered in ``period``, by day."""
    conditions: list[Any] = []
    if period is not None:
        conditions += _within(period.begin, period.end)
    if state is not None:
        conditions.append(Survey.state == state)
    if client is not None:
        conditions.append(Survey.client_id == client.id)
    return _views(session, today, *conditions)


def of_period(session: Session, begin: date, end: date, today: date | None = None) -> list[SurveyView]:
    """The surveys asked or answered from ``begin`` up to, not including, ``end``, by day.

    Improvements are overdue as of ``today``, or the last of these days.
    """
    return _views(session, today or end - timedelta(days=1), *_within(begin, end))


_asked_or_answered: Any = func.coalesce(Survey.answered_on, Survey.asked_on)


def _within(begin: date, end: date) -> tuple[Any, Any]:
    return _asked_or_answered >= begin, _asked_or_answered < end


def _views(session: Session, today: date, *conditions: Any) -> list[SurveyView]:
    query = (
        select_columns(Survey, Client.code, Client.name, Client.grade, Task)
        .join(Client, col(Client.id) == Survey.client_id)
        .outerjoin(Task, (col(Task.id) == Survey.task_id) & col(Task.deleted_at).is_(None))
        .where(col(Survey.deleted_at).is_(None), col(Client.deleted_at).is_(None), *conditions)
        .order_by(_asked_or_answered, col(Survey.id))
    )
    return [
        SurveyView(
            code=survey.code,
            client=ClientRef(code, name),
            grade=grade,
            quarter=f"{survey.year}-Q{survey.quarter}",
            state=survey.state,
            on=survey.answered_on or survey.asked_on,
            score=survey.score,
            reason=survey.reason,
            improvement=None if task is None else _improvement_view(task, today),
        )
        for survey, code, name, grade, task in session.exec(query)
    ]


def _improvement_view(task: Task, today: date) -> Improvement:
    waits = task.state in OPEN_STATES
    overdue = waits and task.due_on is not None and task.due_on < today
    return Improvement(task.code, task.title, task.due_on, task.state, overdue)


def level(session: Session, begin: date, end: date) -> Fraction | None:
    """The average score of the answers from ``begin`` up to, not including, ``end``; None without any."""
    return levels.average(levels.scores(session, begin, end))

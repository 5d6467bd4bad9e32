"""A client's class worked out from value, loyalty and potential, by a rule that stands in the settings.

Value is what was ordered in the last twelve months; loyalty the mean of how lately and how often; potential is
typed. Each is a score from 1 to 5; the class follows from their weighted mean. What is unknown has no weight.
A class set by hand stands above the rule until its day; the first command that writes after it takes it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.amounts import parse_amount
from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.models.clients import Client
from salescli.models.gradings import Grading
from salescli.services.accounts import cadence, clients
from salescli.services.accounts.clients import ClientRef
from salescli.services.figures import expired_classes
from salescli.services.goals.money_tables import ORDERS, RETURNS
from salescli.texts import NOTE_LIMIT, clean
from salescli.vocabulary import Grade, OrderState

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Numbers:
    """What a client's class rests on: ``value`` in minor units of yuan and ``orders`` of the last 365 days."""

    value: int
    orders: int
    days_since: int | None
    potential: int | None


@dataclass(frozen=True)
class GradingView:
    """The class of a client as it is and as the rule has it; scores are 1 to 5, None where nothing is known.

    ``mean`` is their weighted mean. ``overridden`` says that a person decided the class in force, ``expired`` that
    the day until which such a decision was to stand (``expires_on``) has passed.
    """

    client: ClientRef
    grade: str | None
    worked_out: str | None
    value_score: int | None
    loyalty_score: int | None
    potential_score: int | None
    mean: float | None
    numbers: Numbers
    overridden: bool
    expired: bool
    reason: str | None
    expires_on: date | None

    @property
    def differs(self) -> bool:
        """Whether the rule would change the class; a decision in force stands above it."""
        return not self.overridden and self.worked_out is not None and self.worked_out != self.grade


@dataclass(frozen=True)
class Rule:
    """The rule of the settings: limits that are reached or not, the weights of the scores, and where A and B begin."""

    values: tuple[int, ...]
    recency_days: tuple[int, ...]
    orders: tuple[int, ...]
    weights: tuple[int, int, int]
    a_from: Fraction
    b_from: Fraction

    @classmethod
    def of(cls, settings: Settings) -> "Rule":
        """The rule in force; BadValue for limits that are no numbers, or not four that rise."""
        weights = [settings.number(f"grading.{name}_weight") for name in ("value", "loyalty", "potential")]
        return cls(
            values=_rising(settings, "grading.values", parse_amount),
            recency_days=_rising(settings, "grading.recency_days", int),
            orders=_rising(settings, "grading.orders", int),
            weights=(weights[0], weights[1], weights[2]),
            a_from=Fraction(settings.number("grading.a_from_percent"), 20),
            b_from=Fraction(settings.number("grading.b_from_percent"), 20),
        )


def _rising(settings: Settings, key: str, read: Any) -> tuple[int, ...]:
    words = settings.words(key)
    try:
        limits = tuple(read(word) for word in words)
    except ValueError:
        limits = ()
    if len(limits) != 4 or sorted(set(limits)) != list(limits):
        raise BadValue(
            _("The setting {key} needs four numbers that rise: {given}.").format(key=key, given=", ".join(words)),
            hint=_("`sales config get {key}` shows it, `sales config set {key}` changes it.").format(key=key),
        )
    return limits


def score(number: int, limits: Sequence[int]) -> int:
    """1 to 5: one more than the limits that ``number`` reaches."""
    return 1 + sum(number >= limit for limit in limits)


def scores(numbers: Numbers, rule: Rule) -> tuple[int | None, int | None, int | None]:
    """Value, loyalty and potential; value and loyalty are unknown of a client that never ordered."""
    if numbers.days_since is None:
        return None, None, numbers.potential
    recency = 5 - sum(numbers.days_since > limit for limit in rule.recency_days)
    frequency = score(numbers.orders, rule.orders)
    return score(numbers.value, rule.values), (recency + frequency + 1) // 2, numbers.potential


def mean_of(found: Sequence[int | None], rule: Rule) -> Fraction | None:
    """The weighted mean of the scores that are known; None where none is."""
    known = [(number, weight) for number, weight in zip(found, rule.weights, strict=True) if number is not None]
    whole = sum(weight for _number, weight in known)
    return Fraction(sum(number * weight for number, weight in known), whole) if whole else None


def grade_of(mean: Fraction | None, rule: Rule) -> str | None:
    """The class of a weighted mean; None without one."""
    if mean is None:
        return None
    return Grade.A if mean >= rule.a_from else Grade.B if mean >= rule.b_from else Grade.C


def worked_out(
    session: Session, today: date, settings: Settings, only: Sequence[Client] | None = None
) -> list[GradingView]:
    """The class of every client, or of those in ``only``, with the numbers behind it."""
    rule = Rule.of(settings)
    query = select(Client).where(col(Client.deleted_at).is_(None), col(Client.archived).is_(False))
    if only is not None:
        query = query.where(col(Client.id).in_([client.id for client in only]))
    known = numbers_of(session, today)
    decided = {
        row.client_id: row
        for row in session.exec(select(Grading).where(col(Grading.current), col(Grading.deleted_at).is_(None)))
    }
    found = []
    for client in session.exec(query.order_by(Client.code)):
        numbers = known.get(client.id or 0, Numbers(0, 0, None, client.potential))
        numbers = Numbers(numbers.value, numbers.orders, numbers.days_since, client.potential)
        found.append(_view(client, numbers, rule, decided.get(client.id or 0), today))
    return found


def _view(client: Client, numbers: Numbers, rule: Rule, decided: Grading | None, today: date) -> GradingView:
    value, loyalty, potential = scores(numbers, rule)
    mean = mean_of((value, loyalty, potential), rule)
    by_hand = decided if decided is not None and decided.overridden else None
    expired = by_hand is not None and by_hand.expires_on is not None and by_hand.expires_on < today
    stands = by_hand is not None and not expired
    return GradingView(
        client=ClientRef(client.code, client.name),
        grade=client.grade,
        worked_out=grade_of(mean, rule),
        value_score=value,
        loyalty_score=loyalty,
        potential_score=potential,
        mean=None if mean is None else float(mean),
        numbers=numbers,
        overridden=stands,
        expired=expired,
        reason=by_hand.reason if by_hand is not None else client.grade_reason,
        expires_on=None if by_hand is None else by_hand.expires_on,
    )


def numbers_of(session: Session, today: date) -> dict[int, Numbers]:
    """What each client ordered in the last 365 days, less returns, and how long ago the last order was."""
    begin = today - YEAR
    stands = (ORDERS.c.deleted_at.is_(None), ORDERS.c.state != OrderState.CANCELLED, ORDERS.c.signed_on <= today)
    recent = sa.case((ORDERS.c.signed_on > begin, ORDERS.c.value), else_=0)
    one = sa.case((ORDERS.c.signed_on > begin, 1), else_=0)
    ordered = (
        sa.select(ORDERS.c.client_id, sa.func.sum(recent), sa.func.sum(one), sa.func.max(ORDERS.c.signed_on))
        .where(*stands)
        .group_by(ORDERS.c.client_id)
    )
    returned = (
        sa.select(ORDERS.c.client_id, sa.func.sum(RETURNS.c.value))
        .join(RETURNS, RETURNS.c.order_id == ORDERS.c.id)
        .where(*stands, RETURNS.c.deleted_at.is_(None), RETURNS.c.returned_on > begin)
        .group_by(ORDERS.c.client_id)
    )
    back = {row[0]: row[1] for row in session.connection().execute(returned)}
    return {
        client: Numbers(value - back.get(client, 0), orders, (today - last).days, None)
        for client, value, orders, last in session.connection().execute(ordered)
    }


# --- keeping ---


def apply(
    session: Session, views: Sequence[GradingView], today: date, settings: Settings, calendar: Calendar
) -> list[GradingView]:
    """Give every client the class the rule has for it, and keep the numbers; those that changed."""
    changed = [view for view in views if view.differs]
    for view in changed:
        client = clients.find(session, view.client.code)
        assert view.worked_out is not None
        _keep(session, client, view.worked_out, today, view, overridden=False)
        clients.edit(session, client, {"grade": view.worked_out}, today, settings, calendar)
    return changed


def set_potential(session: Session, client: Client, potential: int) -> None:
    """Note what a client could buy, from 1 to 5; else BadValue."""
    if not 1 <= potential <= 5:
        raise BadValue(_("The potential of a client is from 1 to 5."))
    client.potential = potential
    session.add(client)
    session.flush()


def decide(
    session: Session,
    client: Client,
    grade: Grade,
    reason: str,
    until: date | None,
    today: date,
    settings: Settings,
    calendar: Calendar,
) -> GradingView:
    """Set a client's class by hand, above the rule until a day; BadValue for a day that is past or no reason."""
    why = clean(reason, field=_("reason"), limit=NOTE_LIMIT)
    before = client.grade
    if until is not None and until < today:
        raise BadValue(_("{day} is past.").format(day=until.isoformat()))
    (view,) = worked_out(session, today, settings, [client])
    earlier = _in_force(session, client)
    if earlier is not None and earlier.overridden and earlier.grade == before:
        before = _before(earlier)
    _keep(session, client, grade.value, today, view, overridden=True, reason=why, expires_on=until, before=before)
    clients.edit(session, client, {"grade": grade.value}, today, settings, calendar)
    client.grade_reason = (
        why if until is None else _("{reason} (until {day})").format(reason=why, day=until.isoformat())
    )
    session.flush()
    (now,) = worked_out(session, today, settings, [client])
    return now


@dataclass(frozen=True)
class Lapsed:
    """A client whose class set by hand stood until a day that is past, and the class it has now, if any."""

    client: ClientRef
    was: str
    until: date
    grade: str | None


def lapse(session: Session, today: date, settings: Settings, calendar: Calendar) -> list[Lapsed]:
    """Take back the classes set by hand whose day is past.

    The rule decides instead or, where it knows nothing of the client, what the class was before.
    """
    found = []
    for code, name, was, until in expired_classes.of(session, today):
        client = clients.find(session, code)
        row = _in_force(session, client)
        (view,) = worked_out(session, today, settings, [client])
        assert row is not None
        row.current = False
        if client.grade != was:  # changed since by `client edit`
            session.flush()
            continue
        grade = view.worked_out or _before(row)
        if view.worked_out is not None:
            _keep(session, client, view.worked_out, today, view, overridden=False)
        client.grade = grade
        client.grade_reason = _("{grade} set by hand stood until {day}").format(grade=was, day=until.isoformat())
        session.add(client)
        cadence.restart_each(session, [client], today, settings, calendar)
        session.flush()
        found.append(Lapsed(ClientRef(code, name), was, until, grade))
    return found


def _in_force(session: Session, client: Client) -> Grading | None:
    rows = session.exec(
        select(Grading).where(Grading.client_id == client.id, col(Grading.current), col(Grading.deleted_at).is_(None))
    )
    return rows.first()


def _before(row: Grading) -> str | None:
    """The class of a client before it was set by hand."""
    before = row.numbers.get("before")
    return before if isinstance(before, str) else None


def _keep(
    session: Session,
    client: Client,
    grade: str,
    today: date,
    view: GradingView,
    *,
    before: str | None = None,
    **how: Any,
) -> None:
    for row in session.exec(select(Grading).where(Grading.client_id == client.id, col(Grading.current))):
        row.current = False
    assert client.id is not None
    session.add(
        Grading(
            client_id=client.id,
            graded_on=today,
            grade=grade,
            value_score=view.value_score,
            potential_score=view.potential_score,
            loyalty_score=view.loyalty_score,
            numbers={**vars(view.numbers), "before": before},
            **how,
        )
    )
    session.flush()


def history(session: Session, client: Client) -> list[Grading]:
    """Every class a client was given by rule or by hand, the latest first."""
    rows = session.exec(
        select(Grading)
        .where(Grading.client_id == client.id, col(Grading.deleted_at).is_(None))
        .order_by(col(Grading.id).desc())
    )
    return list(rows)

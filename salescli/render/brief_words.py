"""What the page before a visit says, part by part, in short lines; a part with nothing to say is not there."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from salescli.amounts import grouped
from salescli.currencies import HOME
from salescli.dates import weekday_name
from salescli.i18n import _, _n
from salescli.render.admissions import untold_words
from salescli.render.tickets import countdown
from salescli.safe_text import shown_in_line
from salescli.service_words import InsightKind, Severity, TicketKind
from salescli.vocabulary import (
    Channel,
    ContactRole,
    CreditState,
    Lifecycle,
    OrderState,
    Outcome,
    QuoteState,
    VisitStatus,
    label,
)

if TYPE_CHECKING:
    from salescli.services.accounts.contacts import ContactView
    from salescli.services.care.promise_views import PromiseView
    from salescli.services.planning.brief_page import Brief
    from salescli.services.planning.brief_rows import OpenDeal, OpenNeed, OpenQuotation, PastOrder
    from salescli.services.visiting.visits import VisitView


class Section(NamedTuple):
    """A part of the page: its title and its lines, the most important first; ``least`` of them are always shown."""

    title: str
    lines: list[str]
    least: int = 1


def heading(brief: "Brief") -> str:
    """Whom the page is about."""
    client = brief.client
    short = _(" ({short})").format(short=client.short_name) if client.short_name else ""
    return shown_in_line(f"{client.code} {client.name}{short}")


def sections(brief: "Brief") -> list[Section]:
    """The parts of the page that have something to say, in their order."""
    today = brief.day
    found = [
        Section(_("Client"), _client(brief), least=2),
        Section(_("Admission"), [untold_words(brief.untold)] if brief.untold else []),
        Section(_("People"), _people(brief)),
        Section(_("Promises"), [_promise(promise, today) for promise in brief.promises], least=3),
        Section(_("We said"), [_joined(step.text, short_day(step.due_on, today)) for step in brief.next_steps]),
        Section(_("Problems"), [_ticket(brief, place) for place in range(len(brief.tickets))], least=2),
        Section(_("Money"), _money(brief), least=2),
        Section(_("Deals under way"), [_deal(deal, brief) for deal in brief.deals]),
        Section(_("Quotations"), [_quotation(quotation, today) for quotation in brief.quotations]),
        Section(_("Last contacts"), [_contact_made(visit, today) for visit in brief.last_contacts]),
        Section(_("Bought"), [*_rhythm(brief), *(_order(order, today) for order in brief.bought.orders)]),
        Section(_("Needs"), [*filter(None, [brief.client.need]), *(_need(need, today) for need in brief.needs)]),
        Section(_("Samples"), [
            _joined(sample.item, sample.quantity, _("given {day}, no result yet").format(
                day=short_day(sample.given_on, today)
            ))
            for sample in brief.samples
        ]),
        Section(_("Market"), [
            _joined(short_day(seen.seen_on, today), f"[{label(seen.kind, InsightKind)}]", seen.competitor, seen.text)
            for seen in brief.insights
        ]),
        Section(_("Satisfaction"), _scores(brief)),
        Section(_("Planned"), [_planned(visit, today) for visit in brief.planned]),
        Section(_("Note"), [brief.client.note] if brief.client.note else []),
        Section(_("To ask"), [question.text for question in brief.questions], least=3),
    ]  # fmt: skip
    return [
        Section(part.title, [shown_in_line(line) for line in part.lines], part.least) for part in found if part.lines
    ]


def short_day(day: date, today: date) -> str:
    """A day with its weekday, without the year if it is this one's."""
    return f"{day:%m-%d} {weekday_name(day)}" if day.year == today.year else f"{day.isoformat()} {weekday_name(day)}"


def _joined(*words: str | None) -> str:
    return " ".join(filter(None, words))


def _dotted(parts: Iterable[str | None]) -> str:
    return " · ".join(filter(None, parts))


def _days(count: int) -> str:
    return _n("{count} day", "{count} days", count).format(count=count)


def _sum(amount: int | None, currency: str) -> str | None:
    return None if amount is None else grouped(amount) if currency == HOME else f"{grouped(amount)} {currency}"


def _client(brief: "Brief") -> list[str]:
    client, today = brief.client, brief.day
    grade = _("class {grade}").format(grade=client.grade) if client.grade else None
    if grade and client.grade_reason:
        grade = _("{grade}: {reason}").format(grade=grade, reason=client.grade_reason)
    owner = _("owner {owner}").format(owner=client.owner) if client.owner else None
    last, due = client.last_contact_on, client.next_due_on
    contact = _("never contacted")
    if last is not None:
        contact = _("last contact {day}, {days} ago").format(
            day=short_day(last, today), days=_days((today - last).days)
        )
    overdue = _("overdue by {days}").format(days=_days(client.days_overdue)) if client.days_overdue else None
    return [
        _dotted([grade, label(client.lifecycle, Lifecycle), client.industry, owner, *client.tags]),
        _dotted([contact, _("due {day}").format(day=short_day(due, today)) if due else None, overdue]),
        *filter(None, [_dotted([client.district, client.address])]),
    ]


def _people(brief: "Brief") -> list[str]:
    birthdays = {one.contact: one for one in brief.birthdays}
    tastes = {one.contact: one.text for one in brief.preferences}
    lines = []
    for person in brief.client.contacts:
        near = birthdays.get(person.name)
        birthday = None
        if near is not None:
            when = _("today") if near.days == 0 else _n("in {count} day", "in {count} days", near.days)
            birthday = _("birthday {day} ({when})").format(
                day=short_day(near.on, brief.day), when=when.format(count=near.days)
            )
        lines.append(_dotted([_person(person), birthday, tastes.get(person.name)]))
    return lines


def _person(person: "ContactView") -> str:
    role = f"[{label(person.role, ContactRole)}]" if person.role else None
    wechat = _("WeChat {name}").format(name=person.wechat) if person.wechat else None
    return _joined(person.name, person.title, role, person.mobile, person.phone, wechat)


def _promise(promise: "PromiseView", today: date) -> str:
    told = (_("we: {text}") if promise.ours else _("they: {text}")).format(text=promise.text)
    late = _("overdue by {days}").format(days=_days(promise.days_overdue)) if promise.overdue else None
    return _dotted([_joined("!" if promise.overdue else None, told), short_day(promise.due_on, today), late])


def _ticket(brief: "Brief", place: int) -> str:
    ticket = brief.tickets[place]
    told = _joined("!" if ticket.overdue else None, ticket.code, ticket.text)
    return _dotted([told, label(ticket.severity, Severity), label(ticket.kind, TicketKind), countdown(ticket)])


def _money(brief: "Brief") -> list[str]:
    money, credit = brief.money, brief.credit
    owed = []
    if money.overdue:
        owed.append(
            _("! {amount} overdue by {days}").format(amount=grouped(money.overdue), days=_days(money.days_overdue))
        )
    if money.next_due_on is not None:
        owed.append(
            _("{amount} due {day}").format(amount=grouped(money.next_due), day=short_day(money.next_due_on, brief.day))
        )
    if money.owed > money.overdue + money.next_due:
        owed.append(_("{amount} owed in all").format(amount=grouped(money.owed)))
    trust = []
    if credit.state != CreditState.NORMAL:
        trust.append(_("! credit: {state}").format(state=label(credit.state, CreditState)))
    if credit.limit is not None and credit.headroom is not None:
        trust.append(
            _("headroom {headroom} of a limit of {limit}").format(
                headroom=grouped(credit.headroom), limit=grouped(credit.limit)
            )
        )
    if credit.review_due and credit.review_on is not None:
        trust.append(_("credit to be reviewed since {day}").format(day=short_day(credit.review_on, brief.day)))
    return list(filter(None, [_dotted(owed), _dotted([*trust, credit.risk_note])]))


def _deal(deal: "OpenDeal", brief: "Brief") -> str:
    expected = _("expected {day}").format(day=short_day(deal.expected_on, brief.day)) if deal.expected_on else None
    rival = _("against {competitor}").format(competitor=deal.competitor) if deal.competitor else None
    step = deal.next_step and _("next: {step}").format(step=deal.next_step)
    stage = brief.stage_names[deal.stage]
    return _dotted([_joined(deal.code, deal.name), stage, _sum(deal.amount, deal.currency), expected, rival, step])


def _quotation(quotation: "OpenQuotation", today: date) -> str:
    until = None
    if quotation.state == QuoteState.EXPIRED and quotation.valid_until is not None:
        until = _("! was valid until {day}").format(day=short_day(quotation.valid_until, today))
    elif quotation.valid_until is not None:
        until = _("valid until {day}").format(day=short_day(quotation.valid_until, today))
    state = label(quotation.state, QuoteState)
    return _dotted([_joined(quotation.code, _sum(quotation.total, quotation.currency)), state, until])


def _contact_made(visit: "VisitView", today: date) -> str:
    day = short_day(visit.on, today) if visit.on else None
    outcome = f"[{label(visit.outcome, Outcome)}]" if visit.outcome else None
    return _joined(day, label(visit.by, Channel), visit.contact, outcome, visit.note)


def _rhythm(brief: "Brief") -> list[str]:
    found = brief.bought
    if found.days_since is None:
        return []
    since = _("last order {days} ago").format(days=_days(found.days_since))
    usual = _("usually every {days}").format(days=_days(found.usual_days)) if found.usual_days is not None else None
    return [_dotted([_joined("!" if found.late else None, since), usual])]


def _order(order: "PastOrder", today: date) -> str:
    return _dotted([
        _joined(short_day(order.signed_on, today), order.code, _sum(order.amount, order.currency)),
        label(order.state, OrderState),
        _(", ").join(order.products),
    ])  # fmt: skip


def _need(need: "OpenNeed", today: date) -> str:
    wanted = need.timing or (short_day(need.wanted_on, today) if need.wanted_on else None)
    budget = need.budget is not None and _("budget {amount}").format(amount=_sum(need.budget, need.currency))
    decider = need.decider and _("{name} decides").format(name=need.decider)
    goods = _joined(need.code, need.product, need.spec, need.quantity)
    return _dotted([goods, wanted, budget or None, decider, need.note])


def _scores(brief: "Brief") -> list[str]:
    if not brief.surveys:
        return []
    last, *before = brief.surveys
    told = _("{score} points in {quarter}").format(score=last.score, quarter=f"{last.year}-Q{last.quarter}")
    earlier = _("before {score}").format(score=before[0].score) if before else None
    return [_dotted([told, earlier, last.reason])]


def _planned(visit: "VisitView", today: date) -> str:
    hour = f"{visit.planned_at:%H:%M}" if visit.planned_at else None
    day = short_day(visit.planned_on, today) if visit.planned_on else None
    state = None if visit.status == VisitStatus.PLANNED else label(visit.status, VisitStatus)
    told = _joined(day, hour, visit.code, visit.purpose)
    return _dotted([told, state, visit.expected and "→ " + visit.expected])

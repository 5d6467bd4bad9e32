"""The week beside visits and money: columns and sentences for the goal sheet, the review and scripts."""

from typing import TYPE_CHECKING, Any

from salescli.dates import echo_day
from salescli.i18n import N_, _, _n
from salescli.render.feedback import FEEDBACK, department_words
from salescli.render.learning import LEARNING, hours_words
from salescli.render.market import INSIGHTS, kind_words, where
from salescli.render.output import Column, as_json, words
from salescli.render.promises import PROMISES
from salescli.render.surveys import SURVEYS, improvement_words
from salescli.render.tasks import TASKS
from salescli.render.tickets import TICKETS, countdown, minutes_words
from salescli.service_words import InsightKind, PromiseState, Severity, SurveyState, TaskState, TicketKind, TicketStatus
from salescli.vocabulary import label

if TYPE_CHECKING:
    from salescli.services.care.feedback import FeedbackView
    from salescli.services.care.learning import LearningView
    from salescli.services.care.promise_views import PromiseView
    from salescli.services.care.surveys import SurveyView
    from salescli.services.care.task_lists import TaskView
    from salescli.services.care.ticket_lists import TicketView
    from salescli.services.market.insights import InsightView
    from salescli.services.reporting.week_care import MarketOfWeek, ServiceOfWeek, WorkAhead, WorkOfWeek


def _score(score: int) -> str:
    return str(score)


def _problem(ticket: "TicketView") -> str:
    return _("{kind}: {text}").format(kind=label(ticket.kind, TicketKind), text=ticket.text)


def _confirmed(ticket: "TicketView") -> str:
    if ticket.confirmed_at is None:
        return _("no")
    return _("yes ({name})").format(name=ticket.confirmed_by) if ticket.confirmed_by else _("yes")


def _answered_after(ticket: "TicketView") -> str:
    if ticket.minutes_used is None:
        return countdown(ticket) if ticket.is_open else ""
    used = minutes_words(ticket.minutes_used)
    return _("{time} (late)").format(time=used) if ticket.late else used


# Problems and satisfaction stand in one table, so their columns have the same keys.
SERVICE: "list[Column[TicketView]]" = [
    Column("client", N_("Client"), lambda ticket: ticket.client.name),
    Column("problem", N_("Problem"), lambda ticket: _problem(ticket)),
    Column("severity", N_("Severity"), lambda ticket: label(ticket.severity, Severity)),
    Column("received", N_("Came in"), lambda ticket: f"{ticket.received_at:%m-%d %H:%M}"),
    Column("used", N_("Answered after"), _answered_after),
    Column("status", N_("Status"), lambda ticket: label(ticket.status, TicketStatus)),
    Column("confirmed", N_("Client confirms"), _confirmed),
    Column("score", N_("Satisfaction"), lambda ticket: ticket.score, "count", word=_score),
    Column("improvement", N_("Improvement"), lambda ticket: ticket.improvement or ticket.workaround),
]
SATISFACTION: "list[Column[SurveyView]]" = [
    Column("client", N_("Client"), lambda one: one.client.name),
    Column("problem", N_("Problem"), lambda one: _asked(one)),
    Column("received", N_("Came in"), lambda one: f"{one.on:%m-%d}" if one.on else None),
    Column("status", N_("Status"), lambda one: label(one.state, SurveyState)),
    Column("score", N_("Satisfaction"), lambda one: one.score, "count", word=_score),
    Column("improvement", N_("Improvement"), lambda one: improvement_words(one.improvement)),
]


def _asked(one: "SurveyView") -> str:
    asked = _("satisfaction {quarter}").format(quarter=one.quarter)
    return _("{asked}: {reason}").format(asked=asked, reason=one.reason) if one.reason else asked


MARKET: "list[Column[InsightView]]" = [
    Column("day", N_("Date"), lambda one: one.seen_on, "day", word=echo_day),
    Column("kind", N_("Kind"), lambda one: kind_words(one.kind)),
    Column("competitor", N_("Competitor"), lambda one: one.competitor),
    Column("text", N_("What"), lambda one: one.text),
    Column("source", N_("Heard from"), lambda one: where(one)),
    Column("impact", N_("Impact"), lambda one: one.impact),
    Column("suggestion", N_("Suggestion"), lambda one: one.suggestion),
]
MATTERS: "list[Column[FeedbackView]]" = [
    Column("code", N_("Code"), lambda one: one.code),
    Column("text", N_("Problem, suggestion"), lambda one: _matter(one)),
    Column("support", N_("Support expected"), lambda one: one.support),
    Column("due_on", N_("Wished by"), lambda one: one.due_on, "day", word=echo_day),
    Column("answer", N_("Manager's answer"), lambda one: _answer(one)),
]


def _answer(one: "FeedbackView") -> str | None:
    """The answer; with who gave it, where that is not the manager."""
    if one.answer is None or one.to == "manager":
        return one.answer
    return _("{before}: {text}").format(before=department_words(one.to), text=one.answer)


def _matter(one: "FeedbackView") -> str:
    before = [_("urgent")] if one.urgent else []
    if one.to != "manager":
        before.append(_("to {department}").format(department=department_words(one.to)))
    if one.client:
        before.append(one.client.name)
    return _("{before}: {text}").format(before=_(", ").join(before), text=one.text) if before else one.text


# What is promised or given to do stands among the visits, so the keys are those of their tables.
def _promise_text(promise: "PromiseView") -> str:
    words_of = _("we promised: {text}") if promise.ours else _("they promised: {text}")
    return words_of.format(text=promise.text)


def promise_state(promise: "PromiseView") -> str:
    """What became of a promise."""
    if promise.overdue:
        return _n("overdue by {count} day", "overdue by {count} days", promise.days_overdue).format(
            count=promise.days_overdue
        )
    return label(promise.state, PromiseState)


def task_state(task: "TaskView") -> str:
    """What became of a task."""
    if task.days_overdue:
        return _n("overdue by {count} day", "overdue by {count} days", task.days_overdue).format(
            count=task.days_overdue
        )
    return label(task.state, TaskState)


def _effect(task: "TaskView") -> str:
    done = _("{percent}% done").format(percent=task.completeness) if task.completeness is not None else None
    return _("; ").join(filter(None, [done, task.effect]))


PROMISED: "list[Column[PromiseView]]" = [
    Column("day", N_("Date"), lambda promise: promise.due_on, "day", word=echo_day),
    Column("client", N_("Client"), lambda promise: promise.client.name),
    Column("by", N_("By"), lambda _promise: _("promise")),
    Column("purpose", N_("Purpose"), _promise_text),
    Column("state", N_("Done?"), promise_state),
    Column("reason", N_("Why not done"), lambda promise: promise.reason),
]
TASKED: "list[Column[TaskView]]" = [
    Column("day", N_("Date"), lambda task: task.due_on or task.done_on, "day", word=echo_day),
    Column("client", N_("Client"), lambda task: task.client and task.client.name),
    Column("by", N_("By"), lambda _task: _("task")),
    Column("purpose", N_("Purpose"), lambda task: task.title),
    Column("expected", N_("Expected result"), lambda task: task.requirement),
    Column("result", N_("Actual result"), _effect),
    Column("state", N_("Done?"), task_state),
    Column("reason", N_("Why not done"), lambda task: task.reason),
]
NEXT_PROMISES: "list[Column[PromiseView]]" = [
    *PROMISED[:4],
    Column("why", N_("Why"), lambda promise: _why_promise(promise)),
]
NEXT_TICKETS: "list[Column[TicketView]]" = [
    Column("day", N_("Date"), lambda ticket: ticket.promised_by or ticket.respond_by.date(), "day", word=echo_day),
    Column("client", N_("Client"), lambda ticket: ticket.client.name),
    Column("by", N_("By"), lambda _ticket: _("problem")),
    Column("purpose", N_("Purpose"), lambda ticket: ticket.text),
    Column("why", N_("Why"), lambda ticket: _("{code}: {waits}").format(code=ticket.code, waits=countdown(ticket))),
]
NEXT_TASKS: "list[Column[TaskView]]" = [
    *TASKED[:5],
    Column("why", N_("Why"), lambda task: _why_task(task)),
]


def _why_promise(promise: "PromiseView") -> str:
    why = _("to keep a promise") if promise.ours else _("to be kept by them")
    return _(", ").join([why, promise_state(promise)] if promise.overdue else [why])


def _why_task(task: "TaskView") -> str:
    given = [_("task of {name}").format(name=task.from_whom)] if task.from_whom else [_("task")]
    return _(", ").join([*given, task_state(task)] if task.days_overdue else given)


def learnt_words(learnt: "tuple[LearningView, ...]") -> str | None:
    """What was learnt on a day, in one text."""
    told = []
    for one in learnt:
        hours = _(" ({hours})").format(hours=hours_words(one.minutes)) if one.minutes else ""
        told.append(_("{topic}{hours}: {takeaway}").format(topic=one.topic, hours=hours, takeaway=one.takeaway)
                    if one.takeaway else f"{one.topic}{hours}")  # fmt: skip
    return _("; ").join(told) or None


# --- in sentences: in the sheet, in the review and in the text to paste ---


def work_lines(work: "WorkOfWeek") -> list[str]:
    """The week's promises and tasks in numbers, those not kept or done by name."""
    lines = []
    if work.promises:
        ours = [promise for promise in work.promises if promise.ours]
        kept = sum(promise.state == PromiseState.KEPT for promise in ours)
        late = [promise for promise in work.promises if promise.overdue]
        lines.append(
            _("Promises: ours {ours}, kept in time {kept}; overdue {late}").format(
                ours=len(ours), kept=kept, late=len(late)
            )
        )
    if work.tasks:
        done = sum(task.done_on is not None for task in work.tasks)
        late_tasks = sum(task.days_overdue > 0 for task in work.tasks)
        lines.append(
            _("Tasks: {count}, done {done}, overdue {late}").format(count=len(work.tasks), done=done, late=late_tasks)
        )
    return lines


def service_lines(service: "ServiceOfWeek") -> list[str]:
    """The week's problems and satisfaction in numbers."""
    parts = []
    if service.tickets:
        waiting = sum(ticket.is_open for ticket in service.tickets)
        parts.append(_("problems {count}, open {open}").format(count=len(service.tickets), open=waiting))
    if service.due:
        parts.append(
            _("answered in time {in_time} of {due} ({rate})").format(
                in_time=service.in_time, due=service.due, rate=words(service.response_rate, "ratio")
            )
        )
    if service.surveys:
        parts.append(_("satisfaction asked: {count}").format(count=len(service.surveys)))
    return [_("Service: {parts}").format(parts=_("; ").join(parts))] if parts else []


def market_lines(market: "MarketOfWeek") -> list[str]:
    """The week's market information: how much, and of which kinds the month has none."""
    if nothing_at_all(market):
        return [_("Market: nothing this month; `sales insight add` takes a line.")]
    heard = _("Market: {count} this week").format(count=len(market.insights))
    missing = missing_kinds(market)
    return [_("{heard}; {missing}").format(heard=heard, missing=missing) if missing else heard]


def matter_lines(matters: "tuple[FeedbackView, ...]") -> list[str]:
    """What is urgent and nobody has taken note of, then how much waits for an answer."""
    lines = [_("Urgent: {text}").format(text=one.text) for one in matters if one.on_top]
    waiting = sum(one.answer is None for one in matters)
    if waiting:
        lines.append(
            _n("{count} matter waits for an answer", "{count} matters wait for an answer", waiting).format(
                count=waiting
            )
        )
    return lines


def service_aside(service: "ServiceOfWeek") -> str:
    """How many answers were in time, and how many clients are still to be asked this quarter."""
    parts = []
    if service.due:
        rate = words(service.response_rate, "ratio")
        parts.append(_("answered in time {rate}").format(rate=rate))
    if service.to_ask:
        parts.append(
            _n("{count} client to ask this quarter", "{count} clients to ask this quarter", service.to_ask).format(
                count=service.to_ask
            )
        )
    return _("; ").join(parts)


def nothing_at_all(market: "MarketOfWeek") -> bool:
    """Whether nobody brought anything of any kind this month."""
    return len(market.missing) == len(InsightKind)


def missing_kinds(market: "MarketOfWeek") -> str:
    """The kinds of market information that nobody brought this month; empty where all are there."""
    kinds = _(", ").join(kind_words(kind) for kind in market.missing)
    return _("Nothing yet in {month}: {kinds}").format(month=market.month, kinds=kinds) if kinds else ""


# --- for scripts ---


def work_json(work: "WorkOfWeek | WorkAhead") -> dict[str, Any]:
    """Promises and tasks as scripts read them."""
    return {
        "promises": [as_json(promise, PROMISES) for promise in work.promises],
        "tasks": [as_json(task, TASKS) for task in work.tasks],
    }


def tickets_json(work: "WorkAhead") -> list[dict[str, Any]]:
    """The problems to be seen to as scripts read them."""
    return [as_json(ticket, TICKETS) for ticket in work.tickets]


def service_json(service: "ServiceOfWeek") -> dict[str, Any]:
    """The week's problems and satisfaction as scripts read them."""
    return {
        "tickets": [as_json(ticket, TICKETS) for ticket in service.tickets],
        "surveys": [as_json(survey, SURVEYS) for survey in service.surveys],
        "answered_in_time": service.in_time,
        "answers_due": service.due,
        "response_rate": service.response_rate,
        "to_ask": service.to_ask,
    }


def market_json(market: "MarketOfWeek") -> dict[str, Any]:
    """What was heard of the market as scripts read it."""
    return {
        "rows": [as_json(insight, INSIGHTS) for insight in market.insights],
        "month": market.month,
        "missing": list(market.missing),
    }


def matters_json(matters: "tuple[FeedbackView, ...]") -> list[dict[str, Any]]:
    """What was brought before the manager or a department as scripts read it."""
    return [as_json(one, FEEDBACK) for one in matters]


def learnt_json(learnt: "tuple[LearningView, ...]") -> list[dict[str, Any]]:
    """What was learnt on a day as scripts read it."""
    return [as_json(one, LEARNING) for one in learnt]

"""What a day asks for besides visits: in lines above the plan, and for scripts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from salescli.dates import echo_day
from salescli.i18n import _, _n
from salescli.render.output import as_json
from salescli.render.promises import PROMISES
from salescli.render.tasks import TASKS
from salescli.render.tickets import TICKETS, countdown

Matter = Literal["urgent", "task", "promise", "ticket"]

if TYPE_CHECKING:
    from salescli.services.care.promise_views import PromiseView
    from salescli.services.care.task_lists import TaskView
    from salescli.services.care.ticket_lists import TicketView
    from salescli.services.planning.day_matters import DayMatters


def in_order(matters: "DayMatters") -> "list[tuple[Matter, Any]]":
    """What is urgent, overdue tasks, promises, problems, the other tasks: each with the kind of matter it is."""
    overdue = [task for task in matters.tasks if task.days_overdue]
    rest = [task for task in matters.tasks if not task.days_overdue]
    return [
        *(("urgent", one) for one in matters.urgent),
        *(("task", one) for one in overdue),
        *(("promise", one) for one in matters.promises),
        *(("ticket", one) for one in matters.tickets),
        *(("task", one) for one in rest),
    ]


def matter_lines(matters: "DayMatters") -> list[str]:
    """A line for each of these; a problem has its countdown."""
    return [_LINES[kind](one) for kind, one in in_order(matters)]


def _urgent_line(matter: tuple[str, str]) -> str:
    return _("Urgent: {text}").format(text=" ".join(matter))


def _promise_line(promise: "PromiseView") -> str:
    sentence = (
        _("We promised {client}: {text} ({code}, {due})")
        if promise.ours
        else _("{client} promised: {text} ({code}, {due})")
    )
    due = _late(promise.days_overdue) if promise.overdue else echo_day(promise.due_on)
    return sentence.format(client=promise.client.name, text=promise.text, code=promise.code, due=due)


def _ticket_line(ticket: "TicketView") -> str:
    return _("Problem {code}, {client}: {text} ({waits})").format(
        code=ticket.code, client=ticket.client.name, text=ticket.text, waits=countdown(ticket)
    )


def _task_line(task: "TaskView") -> str:
    due = _late(task.days_overdue) if task.days_overdue else echo_day(task.due_on) if task.due_on else ""
    return _("Task {code}: {title} ({due})").format(code=task.code, title=task.title, due=due)


def _late(days: int) -> str:
    return _n("overdue by {count} day", "overdue by {count} days", days).format(count=days)


_LINES: dict[Matter, Callable[[Any], str]] = {
    "urgent": _urgent_line,
    "task": _task_line,
    "promise": _promise_line,
    "ticket": _ticket_line,
}


def matters_json(matters: "DayMatters") -> dict[str, Any]:
    """Promises, problems, tasks and urgent matters as scripts read them."""
    return {
        "promises": [as_json(promise, PROMISES) for promise in matters.promises],
        "tickets": [as_json(ticket, TICKETS) for ticket in matters.tickets],
        "tasks": [as_json(task, TASKS) for task in matters.tasks],
        "urgent": [{"code": code, "text": text} for code, text in matters.urgent],
    }

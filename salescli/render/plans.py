"""The day's plan and its report: on a terminal, as JSON, and as text to paste into WeChat or DingTalk."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from salescli.amounts import grouped, plain
from salescli.dates import echo_day
from salescli.i18n import N_, _, _n
from salescli.render.checklists import READY, checks_words, preparation_json, preparation_words
from salescli.render.clients import CLIENT
from salescli.render.day_matters import matter_lines, matters_json
from salescli.render.output import Column, as_json, print_cells, print_text
from salescli.render.visits import VISITS
from salescli.vocabulary import MONEY_MEASURES, Channel, Measure, Outcome, VisitStatus, label

if TYPE_CHECKING:
    from salescli.services.planning.day_plans import DayPlanView, DayReport, DaySummary, DueClient
    from salescli.services.planning.day_targets import DayTarget
    from salescli.services.planning.plan_checks import Check, PlannedVisit, Reason
    from salescli.services.visiting.visits import DueStep, VisitView

_MOST_DUE_SHOWN = 8
_MOST_NOTE = 200  # signs of a note in the text to paste
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LEVELS = {"error": N_("to mend"), "warning": N_("to consider")}

CHECKS: "list[Column[Check]]" = [
    Column("level", N_("Level"), lambda check: check.level, word=lambda level: level_word(level)),
    Column("code", N_("Code"), lambda check: check.code, on_screen=False),
    Column("visit", N_("Visit"), lambda check: check.visit),
    Column("client", N_("Client"), lambda check: check.client),
    Column("message", N_("What"), lambda check: check.message),
]


def plan_json(plan: "DayPlanView") -> dict[str, Any]:
    """The plan as scripts read it; days and times are left for the JSON writer."""
    return {
        "date": plan.day,
        "weekday": _WEEKDAYS[plan.day.weekday()],
        "working": plan.working,
        "proposed": plan.proposed,
        "state": plan.state,
        "slots": [{"start": slot.start, "end": slot.end} for slot in plan.slots],
        "target": plan.target and _target_json(plan.target),
        "visits": [_stop_json(stop) for stop in plan.visits],
        "next_steps": [_step_json(step) for step in plan.next_steps],
        **matters_json(plan.matters),
        "key_tasks": plan.key_tasks,
        "due_not_planned": [
            {"client": as_json(due.client, CLIENT), "days_overdue": due.days_overdue, "grade": due.grade}
            for due in plan.due_not_planned
        ],
        "checks": [as_json(check, CHECKS) for check in plan.checks],
        "preparations": [preparation_json(one) for one in plan.preparations],
        "yesterday": _summary_json(plan.yesterday),
    }


def _target_json(target: "DayTarget") -> dict[str, Any]:
    money = target.measure in MONEY_MEASURES
    names = ("day", "rolling", "month_to_go", "needed_per_day")
    figures = {name: getattr(target, name) for name in names}
    written = {name: plain(value) if money and value is not None else value for name, value in figures.items()}
    return {"measure": target.measure, **written}


def _stop_json(stop: "PlannedVisit") -> dict[str, Any]:
    return {
        **as_json(stop.visit, VISITS),
        "order": stop.order,
        "start": stop.place and stop.place.start,
        "end": stop.place and stop.place.end,
        "travel_minutes": stop.travel_minutes,
        "checklist": [as_json(item, READY) for item in stop.ready],
        "reasons": [{"code": reason.code, "days": reason.days, "text": reason.text} for reason in stop.reasons],
    }


def _step_json(step: "DueStep") -> dict[str, Any]:
    return {"visit": step.visit, "client": as_json(step.client, CLIENT), "text": step.text, "due_on": step.due_on}


def _summary_json(summary: "DaySummary") -> dict[str, Any]:
    return {
        "date": summary.date,
        "planned": summary.planned,
        "done": summary.done,
        "unplanned": summary.unplanned,
        "follow_ups": summary.follow_ups,
        "open": [as_json(visit, VISITS) for visit in summary.open],
    }


def report_json(report: "DayReport") -> dict[str, Any]:
    """The day's report as scripts read it."""
    return {
        **_summary_json(report.summary),
        "state": report.state,
        "visits": [as_json(visit, VISITS) for visit in report.visits],
        "gained": report.gained,
        "fell_short": report.fell_short,
        "target": report.target and _target_json(report.target),
        "amount": plain(report.amount),
        "receipts": plain(report.receipts),
        "urgent": [{"code": code, "text": text} for code, text in report.urgent],
        "tomorrow": plan_json(report.tomorrow),
    }


def reason_words(reason: "Reason") -> str:
    """A reason as people read it."""
    if reason.code == "appointment":
        return _("appointment")
    if reason.code == "next_step":
        return _("next step: {text}").format(text=reason.text)
    if reason.code == "promise":
        return _("promised: {text}").format(text=reason.text)
    if reason.code == "ticket":
        return _("problem {code}").format(code=reason.text)
    if reason.code == "collect":
        return _n("{amount} overdue by {count} day", "{amount} overdue by {count} days", reason.days or 0).format(
            amount=f"{Decimal(reason.text or 0):,.2f}", count=reason.days
        )
    if reason.code == "overdue":
        return _n("overdue by {count} day", "overdue by {count} days", reason.days or 0).format(count=reason.days)
    if reason.code == "due":
        return _("due that day")
    if reason.code == "survey":
        return _("satisfaction to ask")
    if reason.code == "never_contacted":
        return _("never contacted")
    return _("class {grade}").format(grade=reason.text)


def print_plan(plan: "DayPlanView") -> None:
    """Print the plan of a day on a terminal."""
    title = _("Proposed plan") if plan.proposed and plan.visits else _("Plan")
    slots = _(", ").join(f"{slot.start:%H:%M}-{slot.end:%H:%M}" for slot in plan.slots)
    print_text(f"{title} {echo_day(plan.day)}  {slots}")
    if plan.target:
        print_text(target_words(plan.target))
    if plan.key_tasks:
        print_text(_("Key tasks: {tasks}").format(tasks=_("; ").join(plan.key_tasks)))
    for line in matter_lines(plan.matters):
        print_text(line)
    _print_stops(plan)
    for stop in plan.visits:
        if stop.ready:
            print_text(
                _("{number}. {client}: {items}").format(
                    number=stop.order, client=stop.visit.client.name, items=checks_words(stop.ready)
                )
            )
    for one in plan.preparations:
        print_text(preparation_words(one))
    for step in _steps_outside(plan):
        print_text(
            _("Next step due: {client}: {text} ({day})").format(
                client=step.client.name, text=step.text, day=echo_day(step.due_on)
            )
        )
    _print_due(plan.due_not_planned)
    if plan.proposed and plan.visits:
        print_text(_("`sales plan make {day} --apply` takes this plan over.").format(day=plan.day))


def target_words(target: "DayTarget") -> str:
    """The day's number in a line."""
    return _("; ").join(target_lines(target))


def target_lines(target: "DayTarget") -> list[str]:
    """The day's number, then what is left of the month: short lines to paste."""
    measure = Measure(target.measure)
    written = grouped if measure in MONEY_MEASURES else str
    of_day = [
        _("{measure} for the day: {amount}").format(measure=label(measure, Measure), amount=written(target.day or 0))
    ]
    if target.rolling is not None and target.rolling != target.day:
        of_day.append(_("replanned: {amount}").format(amount=written(target.rolling)))
    of_month = []
    if target.month_to_go is not None:
        of_month.append(_("to go in the month: {amount}").format(amount=written(target.month_to_go)))
    if target.needed_per_day is not None:
        of_month.append(_("needed a day: {amount}").format(amount=written(target.needed_per_day)))
    return [_("; ").join(parts) for parts in (of_day, of_month) if parts]


def _print_stops(plan: "DayPlanView") -> None:
    if not plan.visits:
        print_text(_("No visit is planned.") if plan.working else _("A rest day; no visit is planned."))
        return
    heading = [_("No."), _("Time"), _("Client"), _("Grade"), _("District"), _("Purpose"), _("Status"), _("Why")]
    cells = [
        [
            str(stop.order),
            f"{stop.place.start:%H:%M}-{stop.place.end:%H:%M}" if stop.place else "",
            f"{stop.visit.code or ''} {stop.visit.client.name}".strip(),
            stop.visit.grade or "",
            stop.visit.district or "",
            _how(stop.visit) + (stop.visit.purpose or ""),
            label(stop.visit.status, VisitStatus) if stop.visit.code else _("proposed"),
            _(", ").join(map(reason_words, stop.reasons)),
        ]
        for stop in plan.visits
    ]
    print_cells(heading, cells, [True] + [False] * (len(heading) - 1))


def _steps_outside(plan: "DayPlanView") -> "list[DueStep]":
    """Due next steps of clients who are not in the plan."""
    inside = {stop.visit.client.code for stop in plan.visits}
    return [step for step in plan.next_steps if step.client.code not in inside]


def _print_due(due: "list[DueClient]") -> None:
    if not due:
        return
    names = _(", ").join(_due_words(client) for client in due[:_MOST_DUE_SHOWN])
    more = len(due) - _MOST_DUE_SHOWN
    print_text(
        _("Due and not planned ({count}): {names}").format(count=len(due), names=names) + (" …" if more > 0 else "")
    )


def _due_words(due: "DueClient") -> str:
    words = [part for part in (due.grade, f"+{due.days_overdue}" if due.days_overdue else "") if part]
    if not words:
        return due.client.name
    return _("{client} ({words})").format(client=due.client.name, words=" ".join(words))


def level_word(level: str) -> str:
    """An ``error`` or ``warning`` as people read it."""
    return _(_LEVELS[level])


def print_checks(checks: "list[Check]") -> None:
    """Print what a supervisor would say of a plan, a line a visit and level; what is about none has its own."""
    if not checks:
        print_text(_("Nothing to mend."))
        return
    together: dict[tuple[str, str, str, int], list[str]] = {}
    for number, check in enumerate(checks):
        alone = number if check.visit is None and check.client is None else -1
        together.setdefault((check.level, check.visit or "", check.client or "", alone), []).append(check.message)
    heading = [_("Level"), _("Visit"), _("Client"), _("What")]
    cells = [
        [level_word(level), visit, client, _joined(messages)]
        for (level, visit, client, _alone), messages in sorted(together.items(), key=lambda item: item[0][0])
    ]
    print_cells(heading, cells, [False] * len(heading))


def _joined(messages: list[str]) -> str:
    return messages[0] if len(messages) == 1 else _("; ").join(message.rstrip(".。") for message in messages)


def plan_text(plan: "DayPlanView") -> str:
    """The plan as text to paste: short lines, no table."""
    title = _("[Proposed plan] {day}") if plan.proposed and plan.visits else _("[Plan] {day}")
    lines = [title.format(day=echo_day(plan.day))]
    if plan.target:
        lines += target_lines(plan.target)
    lines += [_("Key task {number}: {task}").format(number=n, task=task) for n, task in enumerate(plan.key_tasks, 1)]
    lines += matter_lines(plan.matters)
    lines += [line for stop in plan.visits for line in _stop_lines(stop)] or [_("No visit is planned.")]
    lines += [preparation_words(one) for one in plan.preparations]
    lines += [
        _("Next step due: {client}: {text} ({day})").format(
            client=step.client.name, text=step.text, day=echo_day(step.due_on)
        )
        for step in _steps_outside(plan)
    ]
    return "\n".join(lines)


def _stop_lines(stop: "PlannedVisit") -> list[str]:
    """A visit and, below it, what is to be ready for it."""
    return [_stop_line(stop), *([f"   {checks_words(stop.ready)}"] if stop.ready else [])]


def _stop_line(stop: "PlannedVisit") -> str:
    visit = stop.visit
    hour = f"{stop.place.start:%H:%M} " if stop.place else ""
    client = visit.client.name
    if visit.grade:
        client = _("{client} ({words})").format(client=client, words=visit.grade)
    purpose = _how(visit) + (visit.purpose or "")
    parts = [part for part in (purpose, visit.expected and "→ " + visit.expected) if part]
    bring = [_("bring: {materials}").format(materials=visit.materials)] if visit.materials else []
    done = [_("done")] if visit.status == VisitStatus.DONE else []
    told = _("; ").join(filter(None, [" ".join(parts), *bring, *done]))
    return f"{stop.order}. {hour}{client} {told}".rstrip()


def report_text(report: "DayReport") -> str:
    """The day's report (日报) as text to paste: what was done, what not, gained and fallen short, tomorrow."""
    day = report.summary
    lines = [
        _("[Daily report] {day}").format(day=echo_day(day.date)),
        _("Visits planned {planned}, done {done}, unplanned {unplanned}, follow-ups {follow_ups}").format(
            planned=day.planned, done=day.done, unplanned=day.unplanned, follow_ups=day.follow_ups
        ),
    ]
    lines[1:1] = [_("Urgent: {text}").format(text=text) for _code, text in report.urgent]
    if report.amount or report.receipts:
        lines.append(
            _("Sold {sales}, received {received}").format(
                sales=grouped(report.amount), received=grouped(report.receipts)
            )
        )
    if report.target:
        lines += target_lines(report.target)
    done = [visit for visit in report.visits if visit.on == day.date]
    lines += [f"{number}. {_done_line(visit)}" for number, visit in enumerate(done, start=1)]
    lines += [_undone_line(visit) for visit in report.visits if visit.planned_on == day.date and visit.on != day.date]
    if report.gained:
        lines.append(_("Gained: {text}").format(text=report.gained))
    if report.fell_short:
        lines.append(_("Fell short: {text}").format(text=report.fell_short))
    return "\n".join([*lines, "", plan_text(report.tomorrow)])


def _done_line(visit: "VisitView") -> str:
    parts = [visit.client.name, _how(visit)]
    if visit.outcome:
        parts.append(f"[{label(visit.outcome, Outcome)}]")
    if visit.note:
        parts.append(visit.note if len(visit.note) <= _MOST_NOTE else visit.note[:_MOST_NOTE] + "…")
    if visit.next_on:
        parts.append(_("→ {step} {day}").format(step=visit.next_step, day=echo_day(visit.next_on)))
    return " ".join(part.strip() for part in parts if part)


def _how(visit: "VisitView") -> str:
    """The channel of a follow-up, which is no visit; nothing for what is face to face."""
    return "" if visit.face_to_face else f"[{label(visit.by, Channel)}] "


def _undone_line(visit: "VisitView") -> str:
    line = _("Not done: {client} ({status})").format(client=visit.client.name, status=label(visit.status, VisitStatus))
    return f"{line} {visit.reason}" if visit.reason else line

"""The week as text to paste into WeChat or DingTalk: short lines, no table, the numbers of the sheet."""

from typing import TYPE_CHECKING

from salescli.dates import echo_day
from salescli.i18n import _
from salescli.render.output import words
from salescli.render.week_care import learnt_words, market_lines
from salescli.vocabulary import Outcome, VisitStatus, label

if TYPE_CHECKING:
    from salescli.services.reporting.goal_figures import Goal
    from salescli.services.reporting.weeks import NextWeek, WeekReport
    from salescli.services.visiting.week_visits import VisitLine

from salescli.render.weeks import (
    care_lines,
    catch_up_words,
    measure_word,
    promised_lines,
    quantity,
    result_words,
    score_lines,
    shown_goal,
    state_words,
    step_lines,
    visit_lines,
    week_words,
)


def week_text(report: "WeekReport") -> str:
    """The week as text to paste: short lines, no table, the numbers of the sheet."""
    who = " ".join(filter(None, [report.profile.department, report.profile.name]))
    lines = [_("[Week] {who} {week}").format(who=who, week=week_words(report.period)).replace("  ", " ")]
    lines += [_goal_line(goal) for goal in report.goals if shown_goal(goal)]
    lines += [*score_lines(report), *visit_lines(report.visits), *care_lines(report), *market_lines(report.market)]
    lines += [_visit_text(line) for line in report.visits.lines if line.visit.outcome == Outcome.ORDER]
    lines += [_visit_text(line) for line in report.visits.lines if line.state not in ("done", "unplanned", "open")]
    for learned in report.learned:
        lines += [_("Gained: {text}").format(text=learned.gained)] if learned.gained else []
        lines += [_("Fell short: {text}").format(text=learned.fell_short)] if learned.fell_short else []
        lines += [_("Learnt: {text}").format(text=learnt_words(learned.learnt))] if learned.learnt else []
    return "\n".join([*lines, "", *_next_lines(report.next)])


def _goal_line(goal: "Goal") -> str:
    kind = quantity(goal.measure)
    figures = " / ".join(words(figure, kind) or "–" for figure in (goal.week_actual, goal.week_target))
    parts = [f"{measure_word(goal.measure)} {figures}"]
    if goal.week_rate is not None:
        parts.append(words(goal.week_rate, "ratio"))
    if goal.month and goal.month.rate is not None:
        parts.append(
            _("month {rate}, time gone {time}").format(
                rate=words(goal.month.rate, "ratio"), time=words(goal.month.time_rate, "ratio")
            )
            if goal.month.time_rate is not None
            else _("month {rate}").format(rate=words(goal.month.rate, "ratio"))
        )
    return _("; ").join(parts)


def _visit_text(line: "VisitLine") -> str:
    told = result_words(line) if line.visit.status == VisitStatus.DONE else line.visit.reason
    state = label(Outcome.ORDER, Outcome) if line.visit.outcome == Outcome.ORDER else state_words(line)
    return _("{state}: {client} {told}").format(state=state, client=line.visit.client.name, told=told or "").rstrip()


def _next_lines(ahead: "NextWeek") -> list[str]:
    lines = [_("[Next week] {week}").format(week=week_words(ahead.period))]
    for goal in ahead.goals:
        figure = words(goal.target, quantity(goal.measure))
        line = _("{measure}: {figure}").format(measure=measure_word(goal.measure), figure=figure)
        caught = catch_up_words(goal)
        lines.append(_("{line} ({remark})").format(line=line, remark=caught) if caught else line)
    planned = [stop for stop in ahead.visits if stop.visit.code]
    proposed = len(ahead.visits) - len(planned)
    lines.append(
        _("Visits planned {planned}, proposed {proposed}").format(planned=len(planned), proposed=proposed)
        if proposed
        else _("Visits planned {planned}").format(planned=len(planned))
    )
    for day in sorted({stop.visit.planned_on for stop in ahead.visits if stop.visit.planned_on}):
        names = [stop.visit.client.name for stop in ahead.visits if stop.visit.planned_on == day]
        lines.append(_("{day}: {names}").format(day=echo_day(day), names=_(", ").join(names)))
    return lines + step_lines(ahead) + promised_lines(ahead)

"""The funnel of a target: its steps as a table, what they mean in sentences, and as scripts read them."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from salescli.amounts import plain
from salescli.dates import echo_day
from salescli.i18n import N_, _, _n
from salescli.render.output import Column, Form, Kind, print_json, print_table, print_text, say, words
from salescli.render.targets import figure_words
from salescli.vocabulary import MONEY_MEASURES

if TYPE_CHECKING:
    from salescli.decomposition.funnel import Estimate
    from salescli.services.goals.funnels import FunnelView


@dataclass(frozen=True)
class Step:
    """A step of the funnel in words: how many, by which figure, what that stands on, and how it was worked out."""

    title: str
    count: str
    by: str = ""
    basis: str = ""
    interval: str = ""
    formula: str = ""


STEPS: "list[Column[Step]]" = [
    Column("step", N_("Step"), lambda step: _(step.title)),
    Column("count", N_("How many"), lambda step: step.count, "count", word=str),
    Column("by", N_("By"), lambda step: step.by),
    Column("basis", N_("Stands on"), lambda step: step.basis),
]
EXPLAINED: "list[Column[Step]]" = [
    *STEPS,
    Column("interval", N_("95% interval"), lambda step: step.interval),
    Column("formula", N_("Worked out"), lambda step: step.formula),
]


def show(view: "FunnelView", form: Form, *, explain: bool = False) -> None:
    """Print a funnel: a JSON object, or the steps with what they mean; ``explain`` adds intervals and formulas."""
    if form == "json":
        print_json(funnel_json(view))
        return
    if view.gap <= 0:
        print_text(_reached(view))
        return
    print_text(
        _("{period}: {figure} short, by {deadline}.").format(
            period=view.period.label, figure=figure_words(view.gap, view.measure), deadline=echo_day(view.period.last)
        )
    )
    print_table([*_needed(view), *_by_day(view)], EXPLAINED if explain else STEPS)
    for line in _meaning(view):
        print_text(line)
    if view.assumed:
        say(_("Assumed figures are options or settings (funnel.…); from ten cases on your own take their place."))


# --- the steps ---


def _needed(view: "FunnelView") -> Iterator[Step]:
    """Deals, quotations and visits, as far as the measure takes them, each divided out of the one before."""
    chain: list[tuple[str, int | None, Estimate | None, str, Kind]] = [
        (N_("Deals"), view.deals, view.average_order, _("average order {figure}"), "money"),
        (N_("Quotations"), view.quotations, view.win, _("win rate {figure}"), "ratio"),
        (N_("Visits"), view.steps.visits, view.quoting, _("quoting rate {figure}"), "ratio"),
    ]
    before = view.gap
    for title, count, by, name, kind in chain:
        if count is None:
            continue
        yield _step(title, count, before, by, name, kind) if by else Step(title, f"{count:,}")
        before = count


def _step(title: str, count: int, before: int, by: "Estimate", name: str, kind: Kind) -> Step:
    money = kind == "money"
    figure = words(round(by.value) if money else float(by.value), kind)
    return Step(
        title,
        f"{count:,}",
        name.format(figure=figure),
        _basis(by),
        "" if by.low is None else f"{by.low:.1%} – {by.high:.1%}",
        f"{words(before, 'money' if money else 'count')} ÷ {figure} = {float(before / by.value):,.2f} → {count:,}",
    )


def _by_day(view: "FunnelView") -> Iterator[Step]:
    """The days to act in and what they hold."""
    yield Step(
        N_("Working days to act"),
        f"{len(view.days):,}",
        "" if view.cycle is None else _cycle_words(int(view.cycle.value)),
        "" if view.cycle is None else _basis(view.cycle),
        formula=f"{echo_day(view.days[0])} – {echo_day(view.days[-1])}" if view.days else "",
    )
    steps = view.steps
    if steps.per_day is None or steps.capacity_per_day is None:
        return
    yield Step(N_("Visits a day"), decimal(steps.per_day), formula=_quotient(steps.visits, steps.days, steps.per_day))
    yield Step(
        N_("Fit into a day"),
        decimal(steps.capacity_per_day),
        formula=_quotient(steps.capacity, steps.days, steps.capacity_per_day),
    )
    yield Step(
        N_("Without a slot"),
        f"{steps.beyond:,}",
        formula=f"{steps.visits:,} - {steps.capacity:,}" if steps.beyond else "",
    )


def _quotient(dividend: int, divisor: int, result: Fraction) -> str:
    return f"{dividend:,} ÷ {divisor:,} = {float(result):,.2f}"


def _cycle_words(days: int) -> str:
    return _n("cycle {count} day", "cycle {count} days", days).format(count=days)


def _basis(estimate: "Estimate") -> str:
    """How many cases of one's own a figure stands on, or that it is assumed."""
    if estimate.assumed and estimate.cases and estimate.low == 0:
        return _("assumed: none of {count} cases succeeded").format(count=estimate.cases)
    if estimate.assumed:
        return _n("assumed ({count} case)", "assumed ({count} cases)", estimate.cases).format(count=estimate.cases)
    return _n("{count} case", "{count} cases", estimate.cases).format(count=estimate.cases)


# --- in sentences ---


def _reached(view: "FunnelView") -> str:
    if not view.gap:
        return _("{period}: the target is reached; it takes no more visits.").format(period=view.period.label)
    return _("{period}: the target is reached, {figure} over; it takes no more visits.").format(
        period=view.period.label, figure=figure_words(-view.gap, view.measure)
    )


def _meaning(view: "FunnelView") -> Iterator[str]:
    """What the steps mean: whether the days suffice, and what falls to next week."""
    steps = view.steps
    if steps.per_day is None or steps.capacity_per_day is None:
        yield _no_day_left(view)
        return
    needed, fit = decimal(steps.per_day), decimal(steps.capacity_per_day)
    if steps.beyond:
        yield _n(
            "{needed} visits a day are needed, {fit} fit: {count} visit finds no slot.",
            "{needed} visits a day are needed, {fit} fit: {count} visits find no slot.",
            steps.beyond,
        ).format(needed=needed, fit=fit, count=f"{steps.beyond:,}")
    else:
        yield _("{needed} visits a day are needed, {fit} fit: there are slots for all.").format(needed=needed, fit=fit)
    in_week = view.visits_in(view.week)
    if in_week:
        yield _("Next week ({week}): {count} of them.").format(week=view.week.label, count=f"{in_week:,}")


def _no_day_left(view: "FunnelView") -> str:
    deadline = echo_day(view.period.last)
    if view.cycle is None:
        return _("No working day is left until {deadline}: visits can't close the gap any more.").format(
            deadline=deadline
        )
    return _(
        "No working day is left to act: for an order by {deadline} the first visit was due by {latest} ({cycle})."
    ).format(deadline=deadline, latest=echo_day(view.latest), cycle=_cycle_words(int(view.cycle.value)))


def decimal(number: Fraction) -> str:
    """A number of visits a day, with one decimal unless it is whole."""
    return f"{number.numerator:,}" if number.denominator == 1 else f"{float(number):,.1f}"


# --- for scripts ---


def funnel_json(view: "FunnelView") -> dict[str, Any]:
    """A funnel as scripts read it; null for what the measure doesn't take or what is undefined."""
    steps = view.steps
    return {
        "period": view.period.label,
        "measure": view.measure,
        "gap": plain(view.gap) if view.measure in MONEY_MEASURES else view.gap,
        "deadline": view.period.last,
        "average_order": _estimate_json(view.average_order, plain(round(view.average_order.value)))
        if view.average_order
        else None,
        "win": _rate_json(view.win),
        "quoting": _rate_json(view.quoting),
        "cycle": _estimate_json(view.cycle, int(view.cycle.value)) if view.cycle else None,
        "deals": view.deals,
        "quotations": view.quotations,
        "visits": steps.visits,
        "days": steps.days,
        "capacity": steps.capacity,
        "per_day": _number(steps.per_day),
        "capacity_per_day": _number(steps.capacity_per_day),
        "beyond": steps.beyond,
        "week": {"period": view.week.label, "visits": view.visits_in(view.week)},
    }


def _estimate_json(estimate: "Estimate", value: Any) -> dict[str, Any]:
    return {"value": value, "cases": estimate.cases, "assumed": estimate.assumed}


def _rate_json(estimate: "Estimate | None") -> dict[str, Any] | None:
    if estimate is None:
        return None
    return {**_estimate_json(estimate, float(estimate.value)), "low": estimate.low, "high": estimate.high}


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)

"""Targets in sentences: what was set, split, held, shared, replanned or removed, and what that means."""

from datetime import date
from typing import TYPE_CHECKING

from salescli.dates import Period, echo_day
from salescli.i18n import _, _n, one_after_another
from salescli.render.output import say
from salescli.render.targets import HORIZONS, amount_words, figure_words
from salescli.vocabulary import LEVEL_MEASURES, MONEY_MEASURES, Measure, Scope, label, scope_words

if TYPE_CHECKING:
    from pathlib import Path

    from salescli.decomposition.split import Hold
    from salescli.services.goals.replans import Meaning
    from salescli.services.goals.target_seasons import PastSeason
    from salescli.services.goals.target_tables import SplitChange, TargetTable, TargetView

_MOST_NAMED = 10


def say_set(view: "TargetView", done: "list[Hold] | None") -> None:
    """What was set and from when on records count."""
    say(
        _("Set for {period}, {first} to {last}: {figure}.").format(
            period=" ".join(filter(None, [view.period, scope_words(view.scope or "")])), first=echo_day(view.begin),
            last=echo_day(view.end), figure=figure_words(view.assigned, view.measure),
        )
    )  # fmt: skip
    if view.version > 1:
        say(_("It is version {version}; the earlier ones are kept.").format(version=view.version))
        if view.measure not in LEVEL_MEASURES:
            say(_("It is not split yet: `{command}` splits it as the one before.").format(command=view.again))
        if view.done and done is None:
            typed = amount_words(view.done, view.measure)
            say(_("What was typed as reached, {amount}, is kept.").format(amount=typed))
    if done:
        say(
            _("Typed as reached up to {day}: {amount}; records count from the next day on.").format(
                day=echo_day(max(part.period.last for part in done)),
                amount=amount_words(sum(part.amount for part in done), view.measure),
            )
        )


def say_split(change: "SplitChange", past: "PastSeason | None" = None) -> None:
    """What a split rests on, and which months differ from the split before."""
    if past is not None:
        _say_past(past, change.measure)
    if change.on_rest_days:
        say(_("{period} has no working day: the target lies on its natural days.").format(period=change.period))
    if change.provisional:
        say(_("Some official days off are not known yet: import them when they are, and split with --again."))
    if change.months is not None:
        told = [f"{month} {_signed(amount, change.measure)}" for month, amount in change.months]
        kept = _("Against the split before, which is kept: {changes}.")
        say(kept.format(changes=_(", ").join(told) or _("no month changes")))
    if change.replanned_as_of is not None:
        say(_("Replanned again as of {day}.").format(day=echo_day(change.replanned_as_of)))


def _signed(amount: int, measure: Measure) -> str:
    return f"{'+' if amount > 0 else '-'}{amount_words(abs(amount), measure)}"


def _say_past(past: "PastSeason", measure: Measure) -> None:
    season, trimmed = past.season, past.trimmed
    first, last = (f"{year:04d}-{month:02d}" for year, month in (season.first, season.last))
    say(
        _(
            "The season of {years} years, {first} to {last}; January and February taken together, then shared by "
            "working days."
        ).format(years=season.years, first=first, last=last)
    )
    if trimmed is not None and trimmed.orders and trimmed.limit is not None:
        named = [
            f"{order.name} {order.day.isoformat()} {amount_words(order.amount, measure)}"
            for order in trimmed.orders[:_MOST_NAMED]
        ]
        more = ["…"] if len(trimmed.orders) > _MOST_NAMED else []
        say(
            _n(
                "{count} order above {limit} counted only up to that: {orders}.",
                "{count} orders above {limit} counted only up to that: {orders}.",
                len(trimmed.orders),
            ).format(
                count=len(trimmed.orders),
                limit=amount_words(trimmed.limit, measure),
                orders=_("; ").join([*named, *more]),
            )
        )


def say_hold(part: Period, amount: int | None, measure: Measure) -> None:
    """What is held, or let go."""
    if amount is None:
        say(_("{part} is no longer held.").format(part=part.label))
    else:
        say(_("{part} is held at {amount}.").format(part=part.label, amount=amount_words(amount, measure)))


def say_replan(table: "TargetTable", meaning: "Meaning", today: date) -> None:
    """What a replan means: the state, what a day has to bring, and what can't be recovered."""
    measure, as_of = table.measure, table.as_of
    assert as_of is not None
    if as_of > today:
        say(_("{day} is still to come: only what is recorded so far is counted.").format(day=echo_day(as_of)))
    if not meaning.recorded:
        say(
            _("Nothing is recorded of {measure} yet: all that was asked so far counts as missed.").format(
                measure=label(measure, Measure)
            )
        )
    if meaning.typed_until is not None and meaning.typed_until > as_of:
        say(
            _(
                "What was typed is known only up to {day} in one sum: what was reached by {as_of} is an estimate."
            ).format(day=echo_day(meaning.typed_until), as_of=echo_day(as_of))
        )
    say(_state(table, meaning.missed))
    if meaning.needed_per_day is not None:
        say(_needed(table, meaning))
    if table.unrecoverable:
        say(
            _("{amount} can't be recovered in {horizon}: no day gets more than {cap} times its own amount.").format(
                amount=amount_words(table.unrecoverable, measure), cap=f"{table.cap:g}", horizon=_horizon(table)
            )
        )
        if measure not in MONEY_MEASURES:
            say(
                _("A day of one or two can't take {cap} times as much: `--cap 2` or more gives room.").format(
                    cap=f"{table.cap:g}"
                )
            )
    elif table.cap_binds:
        say(_("The cap of {cap} binds: what finds no room this month goes to later ones.").format(cap=f"{table.cap:g}"))
    if meaning.shares:
        say(
            _n(
                "Its {count} share is not replanned with it.",
                "Its {count} shares are not replanned with it.",
                meaning.shares,
            ).format(count=meaning.shares)
        )
    if table.surplus:
        say(_("{amount} is reached beyond the target.").format(amount=amount_words(table.surplus, measure)))


def _state(table: "TargetTable", missed: int) -> str:
    day, amount = echo_day(table.as_of or table.end), amount_words(abs(missed), table.measure)
    if missed > 0:
        return _("As of {day}, {amount} is missed.").format(day=day, amount=amount)
    if missed < 0:
        return _("As of {day}, {amount} is reached ahead of plan: the days left ask less.").format(
            day=day, amount=amount
        )
    return _("As of {day}, nothing is missed: nothing changes.").format(day=day)


def _needed(table: "TargetTable", meaning: "Meaning") -> str:
    assert meaning.needed_per_day is not None
    words = [
        _n(
            "The rolling target asks {amount} a day on {count} working day left.",
            "The rolling target asks {amount} a day on {count} working days left.",
            meaning.working_days_left,
        ).format(amount=amount_words(meaning.needed_per_day, table.measure), count=meaning.working_days_left)
    ]
    if table.unrecoverable and meaning.whole_per_day is not None:
        whole = amount_words(meaning.whole_per_day, table.measure)
        words.append(_("To reach all of it, {amount} a day would be needed.").format(amount=whole))
    if meaning.best_week is None:
        return one_after_another(*words)
    best = meaning.best_week
    money = table.measure in MONEY_MEASURES
    brought = amount_words(round(best.per_day), table.measure) if money else f"{float(best.per_day):.1f}"
    words.append(
        _("The best full week so far, {week}, brought {amount} a day.").format(week=best.period.label, amount=brought)
    )
    return one_after_another(*words)


def _horizon(table: "TargetTable") -> str:
    return _("this {horizon}").format(horizon=_(HORIZONS[table.over])) if table.over else table.period


def remove_question(view: "TargetView", by: Scope | None) -> str:
    """The question before a target goes."""
    words = {"figure": figure_words(view.assigned, view.measure), "period": view.period}
    if by is not None:
        return _("Remove the shares by {by} of the target of {figure} for {period}?").format(
            by=label(by, Scope), **words
        )
    return _("Remove the target of {figure} for {period}?").format(**words)


def say_removed(view: "TargetView", by: Scope | None, count: int) -> None:
    """What is gone."""
    if by is not None:
        say(
            _n("Removed {count} share by {by}.", "Removed {count} shares by {by}.", count).format(
                count=count, by=label(by, Scope)
            )
        )
        return
    words = {"figure": figure_words(view.assigned, view.measure), "period": view.period}
    say(_("Removed the target of {figure} for {period}.").format(**words))


def say_chart(path: "Path", note: str) -> None:
    """Where the picture is, and what there is to know about it."""
    if note:
        say(note)
    say(_("Drawn: {path}").format(path=path))

"""`sales target funnel`: the visits that a gap takes, with the rates and the average order to assume."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

import typer

from salescli import render, services
from salescli.amounts import excerpt, half_width, parse_amount, parse_count
from salescli.cli.options import Json
from salescli.cli.run import Run
from salescli.cli.target_options import MeasureOption, TierOption
from salescli.dates import parse_period
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.vocabulary import Measure, Tier, parse_word

_MOST_DAYS = 3660
_RATE = re.compile(r"(?:百分之)?(?P<number>[0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9}) *(?P<percent>%|percent|pct|成)?")


def funnel(
    ctx: typer.Context,
    period: Annotated[
        str, typer.Argument(metavar="[PERIOD]", help=_("The current year unless given."), show_default=False)
    ] = "this-year",
    measure: MeasureOption = "amount",
    tier: TierOption = "target",
    win: Annotated[
        str | None, typer.Option("--win", metavar="RATE", help=_("Quotations that become orders: 0.3 or 30%."))
    ] = None,
    quoting: Annotated[
        str | None, typer.Option("--quoting", metavar="RATE", help=_("Visits that lead to a quotation: 0.4 or 40%."))
    ] = None,
    average_order: Annotated[
        str | None, typer.Option("--average-order", metavar="AMOUNT", help=_("What an order comes to: 50000, 5万."))
    ] = None,
    cycle: Annotated[
        str | None, typer.Option("--cycle", metavar="DAYS", help=_("Days from the first visit to the order."))
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help=_("Add how each step was worked out and how sure the rates are."))
    ] = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    days, counted, level = parse_period(period, run.today), parse_word(measure, Measure), parse_word(tier, Tier)
    typed = services.funnels.Typed(
        win=None if win is None else rate(win),
        quoting=None if quoting is None else rate(quoting),
        average_order=None if average_order is None else parse_amount(average_order),
        cycle=None if cycle is None else cycle_days(cycle),
    )
    with run.reading() as session:
        calendar = services.work_calendar.of(session)
        found = services.funnels.work_out(session, days, counted, calendar, run.today, run.settings, typed, level)
    render.funnels.show(found, render.output.form(as_json=as_json), explain=explain)


def rate(text: str) -> Fraction:
    """A rate as typed, above 0 and at most 1: ``0.3`` ``30%`` ``30 percent`` ``3成`` ``百分之30``; else BadValue.

    A bare number over 1 is refused: 30 may be 30 % or a slip of the finger.
    """
    plain_text = half_width(text[:40]).strip().lower()
    found = _RATE.fullmatch(plain_text)
    hint = _("Write 0.3 or 30%.")
    if found is None:
        raise BadValue(_("“{text}” is no rate.").format(text=excerpt(text)), hint=hint)
    number = Fraction(Decimal(found["number"]))
    if found["percent"] == "成":
        number /= 10
    elif found["percent"] or plain_text.startswith("百"):
        number /= 100
    elif number > 1:
        raise BadValue(_("The rate “{text}” is not clear: is it out of 100?").format(text=excerpt(text)), hint=hint)
    if not 0 < number <= 1:
        raise BadValue(_("The rate “{text}” is not above 0 and at most 100%.").format(text=excerpt(text)), hint=hint)
    return number


def cycle_days(text: str) -> int:
    """A sales cycle as typed: ``30``, ``30天``, ``30 days``; BadValue for what is none or over ten years."""
    days = parse_count(re.sub(r"(?:天|日| *days?)$", "", half_width(text[:40]).strip().lower()))
    if days > _MOST_DAYS:
        raise BadValue(_("A sales cycle of {days} days is too long.").format(days=f"{days:,}"))
    return days

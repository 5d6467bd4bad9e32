"""The options of `sales target …`, and what is typed in them."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any

import typer

from salescli.amounts import excerpt, half_width, parse_amount, parse_count
from salescli.cli.help_text import Command
from salescli.dates import Period, parse_period
from salescli.decomposition.season import EVEN, EXAMPLE, Number
from salescli.decomposition.split import Hold
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.vocabulary import MONEY_MEASURES, Measure

MeasureOption = Annotated[
    str,
    typer.Option(
        "--measure",
        metavar="|".join(Measure),
        help=_("What it counts, also 销售额 回款 毛利 订单数 新客户 拜访 有效拜访 报价 满意度."),
    ),
]
TierOption = Annotated[
    str, typer.Option("--tier", metavar="floor|target|stretch", help=_("How ambitious: 保底, 目标 or 挑战."))
]
ByOption = Annotated[
    str | None, typer.Option("--by", metavar="year|quarter|month|week|day", help=_("What the rows are."))
]
SeasonOption = Annotated[
    str | None,
    typer.Option(
        "--season",
        metavar="NUMBERS|even",
        help=_("Twelve numbers, the shares of January to December, or even. Without it all working days are equal."),
    ),
]
WeightsOption = Annotated[
    str,
    typer.Option("--weights", metavar="working|calendar", help=_("Share a month by working days, or by all its days.")),
]
SaturdayOption = Annotated[
    str | None, typer.Option("--sat", metavar="WEIGHT", help=_("What a Saturday counts, from 0 to 1."))
]
HoldOption = Annotated[
    list[str] | None,
    typer.Option("--hold", metavar="PERIOD=AMOUNT", help=_("Fix the sum of a part; may be repeated.")),
]

_PARTS = {
    "year": ("年",),
    "quarter": ("季", "季度"),
    "month": ("月",),
    "week": ("周",),
    "day": ("日", "天"),
}
_WEIGHTS = {"working": ("工作日",), "calendar": ("自然日", "日历日")}


class SeasonWords(Command):
    """Takes the numbers of ``--season 90 70 105 …`` together, quoted or not."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments as Typer takes them, the numbers of a season as one."""
        return super().parse_args(ctx, joined_season(args))


def joined_season(args: Sequence[str]) -> list[str]:
    """``args`` with the numbers that follow ``--season`` joined by blanks into one."""
    joined: list[str] = []
    gathering = False
    for word in args:
        number = re.fullmatch(r"-?[0-9.]+[,，]?", word) is not None
        if gathering and number:
            joined[-1] += f" {word}"
        else:
            gathering = number and joined[-1:] == ["--season"]
            joined.append(word)
    return joined


def figure(text: str, measure: Measure) -> int:
    """An amount of money in minor units, or a whole number, as the measure asks."""
    return parse_amount(text) if measure in MONEY_MEASURES else parse_count(text)


def parts(text: str) -> Any:
    """What the rows are, in either language; else BadValue."""
    return _chosen("--by", text, _PARTS)


def weights(text: str) -> Any:
    """What a month is shared by, in either language; else BadValue."""
    return _chosen("--weights", text, _WEIGHTS)


def _chosen(option: str, text: str, words: dict[str, tuple[str, ...]]) -> str:
    asked = half_width(text).strip().lower()
    for token, others in words.items():
        if asked == token or asked in others:
            return token
    allowed = ", ".join(f"{token} {others[0]}" for token, others in words.items())
    raise BadValue(
        _("{option} can't be “{text}”.").format(option=option, text=excerpt(text)),
        hint=_("Use one of: {allowed}.").format(allowed=allowed),
    )


def season(text: str) -> Sequence[str | Number]:
    """``even``, or the numbers between blanks or commas; how many they must be is the split's rule."""
    words = half_width(text).replace("、", ",").replace(";", ",").strip(" ,").lower()
    if words in ("even", "平均"):
        return EVEN
    if not any(sign.isdigit() for sign in words):
        raise BadValue(
            _("“{text}” is no season: give twelve numbers, or even.").format(text=excerpt(text)), hint=_(EXAMPLE)
        )
    return re.split(r"[\s,]+", words)


def saturday(text: str) -> Fraction:
    """The weight of a Saturday, 0 to 1; else BadValue."""
    try:
        weight = Decimal(half_width(text[:20]).strip())
    except InvalidOperation:
        weight = Decimal("NaN")
    if not weight.is_finite() or not 0 <= weight <= 1:
        raise BadValue(
            _("“{text}” is no weight of a Saturday.").format(text=excerpt(text)),
            hint=_("Give a number from 0 to 1, such as 0.5."),
        )
    return Fraction(weight)


def hold(text: str, measure: Measure, inside: Period, today: date) -> Hold:
    """``2027-03=1050000``: a part and its sum; a month without a year is one of the period ``inside``."""
    period, equals, amount = half_width(text).partition("=")
    if not equals:
        raise BadValue(
            _("The hold “{text}” names no amount.").format(text=excerpt(text)),
            hint=_("Write it like {example}.").format(example="--hold 2027-03=1050000"),
        )
    near = today if today in inside else inside.begin
    return Hold(parse_period(period, near), figure(amount, measure))

"""The options of `sales target …`, and what is typed in them."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from salescli import services
from salescli.amounts import excerpt, half_width, parse_amount, parse_count
from salescli.cli.help_text import Command
from salescli.dates import Period, end_of_day, parse_day, parse_period
from salescli.decomposition.history import QUANTILE
from salescli.decomposition.season import EVEN, EXAMPLE, Number
from salescli.decomposition.split import Hold
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.vocabulary import LEVEL_MEASURES, MONEY_MEASURES, WORDS, Measure, Scope, Tier, parse_word

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
ProductOption = Annotated[str | None, typer.Option("--product", metavar="NAME", help=_("The target for one product."))]
TerritoryOption = Annotated[
    str | None, typer.Option("--territory", metavar="NAME", help=_("The target for one territory."))
]
ClientOption = Annotated[str | None, typer.Option("--client", metavar="REF", help=_("The target for one client."))]
PersonOption = Annotated[str | None, typer.Option("--person", metavar="NAME", help=_("The target of one person."))]
SeasonOption = Annotated[
    str | None,
    typer.Option(
        "--season",
        metavar="NUMBERS|history|even",
        help=_(
            "Twelve numbers, the shares of January to December; history, of your orders; or even. "
            "Without it all working days are equal."
        ),
    ),
]
HistoryOption = Annotated[
    Path | None,
    typer.Option(
        "--history",
        metavar="FILE",
        help=_("The history from a file instead: months with amounts, or orders, of two or three years."),
    ),
]
TrimOption = Annotated[
    str | None,
    typer.Option(
        "--trim", metavar="QUANTILE", help=_("Count greater orders of the history only up to this quantile; 0.99.")
    ),
]
PeriodArgument = Annotated[str, typer.Argument(metavar="PERIOD", help=_("2026, 2026-Q4, 2026-11, 2026-W48, 本月 …"))]
YearUnlessGiven = Annotated[
    str, typer.Argument(metavar="[PERIOD]", help=_("The current year unless given."), show_default=False)
]
MonthUnlessGiven = Annotated[
    str, typer.Argument(metavar="[PERIOD]", help=_("This month unless given."), show_default=False)
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DAY", help=_("The last day counted; the last one over unless given."))
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


class Asked(NamedTuple):
    """Which target a command is about; the scope is read from the data by :meth:`scope`."""

    period: Period
    measure: Measure
    tier: Tier
    scopes: dict[Scope, str | None]

    def scope(self, session: Any) -> str:
        """The scope as targets carry it, ``""`` for the whole."""
        given = {kind: ref for kind, ref in self.scopes.items() if ref is not None}
        return services.target_scopes.scope_of(session, given) if given else ""


def asked(
    period: str,
    today: date,
    measure: str,
    tier: str,
    product: str | None = None,
    territory: str | None = None,
    client: str | None = None,
    person: str | None = None,
) -> Asked:
    """The target that the options of a command name."""
    scopes = {Scope.PRODUCT: product, Scope.TERRITORY: territory, Scope.CLIENT: client, Scope.PERSON: person}
    return Asked(parse_period(period, today), parse_word(measure, Measure), parse_word(tier, Tier), scopes)


_PARTS = {
    "year": ("年",),
    "quarter": ("季", "季度"),
    "month": ("月",),
    "week": ("周",),
    "day": ("日", "天"),
}
_HORIZONS = ("month", "quarter", "year")
_MOST_CAP = 100
_MOST_LEVEL = 100_00  # hundredths
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
    """Money in minor units, a level in hundredths (``4.6``, ``95%``), or a whole number, as the measure asks."""
    if measure in LEVEL_MEASURES:
        level = parse_amount(half_width(text).strip().removesuffix("%"))
        if level > _MOST_LEVEL:
            raise BadValue(_("A level is at most 100: “{text}”.").format(text=excerpt(text)))
        return level
    return parse_amount(text) if measure in MONEY_MEASURES else parse_count(text)


def stood_at(text: str | None, today: date) -> tuple[date, datetime | None]:
    """The day that a command looks from and, if it was asked for, the moment at which that day is over."""
    if text is None:
        return today, None
    day = parse_day(text, today, "past")
    return day, end_of_day(day)


def shared_by(text: str) -> Scope:
    """What a target is shared by, in either language; else BadValue."""
    return Scope(_chosen("--by", text, {kind.value: WORDS[kind] for kind in Scope if kind is not Scope.PERSON}))


def quantile(text: str | None, *, of_history: bool) -> Fraction:
    """The part of the orders that is not trimmed, more than 0 and at most 1; else BadValue."""
    if text is None:
        return QUANTILE
    if not of_history:
        raise BadValue(_("--trim goes with --season history."))
    part = _decimal(text)
    if not part.is_finite() or not 0 < part <= 1:
        raise BadValue(
            _("“{text}” is no quantile.").format(text=excerpt(text)), hint=_("For example 0.95; 1 trims nothing.")
        )
    return Fraction(part)


def horizon(text: str) -> Any:
    """How far a shortfall is spread, in either language; else BadValue."""
    return _chosen("--over", text, {name: words for name, words in _PARTS.items() if name in _HORIZONS})


def cap(text: str) -> Fraction:
    """How much of its assigned amount a day may get, 1 or more and at most 100; else BadValue."""
    factor = _decimal(text)
    if not factor.is_finite() or not 1 <= factor <= _MOST_CAP:
        raise BadValue(
            _("“{text}” is no cap.").format(text=excerpt(text)),
            hint=_("Give a number from 1 on, such as 1.3: no day gets more than 1.3 times its own amount."),
        )
    return Fraction(factor)


def _decimal(text: str) -> Decimal:
    """A number as typed, NaN for anything else."""
    try:
        return Decimal(half_width(text[:20]).strip())
    except InvalidOperation:
        return Decimal("NaN")


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


def plain_season(text: str) -> str:
    """What was typed for a season, with plain commas."""
    return half_width(text).replace("、", ",").replace(";", ",").strip(" ,").lower()


def wants_history(text: str | None, file: Path | None) -> bool:
    """Whether the season is to be read from a history, of the records or of a file; BadValue for an idle file."""
    asked_for = text is not None and plain_season(text) in ("history", "历史")
    if file is not None and not asked_for:
        raise BadValue(_("--history goes with --season history."), hint=_("Write --season history --history FILE."))
    return asked_for


def season(text: str) -> Sequence[str | Number]:
    """``even``, or the numbers between blanks or commas; how many they must be is the split's rule."""
    words = plain_season(text)
    if words in ("even", "平均"):
        return EVEN
    if not any(sign.isdigit() for sign in words):
        raise BadValue(
            _("“{text}” is no season: give twelve numbers, or even.").format(text=excerpt(text)), hint=_(EXAMPLE)
        )
    return re.split(r"[\s,]+", words)


def saturday(text: str) -> Fraction:
    """The weight of a Saturday, 0 to 1; else BadValue."""
    weight = _decimal(text)
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

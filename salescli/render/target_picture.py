"""How far a target is reached, as a few bars below its table on a terminal."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from salescli.amounts import grouped, short
from salescli.i18n import _
from salescli.vocabulary import MONEY_MEASURES, Measure

if TYPE_CHECKING:
    from rich.console import Console

    from salescli.services.goals.burn_up import BurnUp

Line = list[tuple[str, str]]

_WIDEST = 100
_BAR_FOR_WHOLE_FIGURES = 20
_LEAST_BAR = 8
_EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True)
class _Bar:
    """One bar: its amount, None where nothing is recorded, and the colour that says how it stands."""

    label: str
    amount: int | None
    color: str = ""


def print_picture(burn: "BurnUp") -> None:
    """Print the bars of a target below a blank line; nothing when stdout is no terminal, or a very narrow one."""
    if not sys.stdout.isatty():
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=sys.stdout, markup=False, emoji=False, highlight=False)
    lines = picture(burn, console.width, blocks=_has_blocks(console))
    for line in [[], *lines] if lines else []:
        console.print(Text.assemble(*line))


def _has_blocks(console: "Console") -> bool:
    """Whether block characters are one cell wide; where the encoding is a Chinese one they take two."""
    return not console.legacy_windows and not console.options.ascii_only


def picture(burn: "BurnUp", width: int, *, blocks: bool) -> list[Line]:
    """The bars as lines of (text, colour) at most ``width`` cells wide: what was reached, asked, and is expected.

    None before the period begins, and where ``width`` leaves no room for a bar. Without ``blocks`` bars are made
    of plain signs.
    """
    if not burn.days_gone:
        return []
    bars = list(_bars(burn))
    labels = _padded([bar.label for bar in bars])
    for figure, least in ((_figure, _BAR_FOR_WHOLE_FIGURES), (_short_figure, _LEAST_BAR)):
        ends = _ends([_words(bar, figure, burn) for bar in bars])
        room = min(width, _WIDEST) - max(cell_len(label + end) for label, end in zip(labels, ends, strict=True)) - 5
        if room >= least:
            bodies = _bodies(bars, room, blocks=blocks)
            return [
                [(f"{label}  ", ""), (drawn, bar.color), (after, "dim"), (f"  {end}", "")]
                for bar, label, (drawn, after), end in zip(bars, labels, bodies, ends, strict=True)
            ]
    return []


def _bars(burn: "BurnUp") -> Iterator[_Bar]:
    """What there is to show, the target last."""
    asked, reached, expected = burn.assigned_so_far(), burn.actual_so_far(), burn.expected_end()
    yield _Bar(_("Reached"), reached, "" if reached is None else _color(reached, asked))
    if burn.days_gone < len(burn.days):
        yield _Bar(_("Asked by {day}").format(day=f"{burn.today:%m-%d}"), asked)
    if expected is not None:
        yield _Bar(_("Expected at the end"), expected, _color(expected, burn.total))
    yield _Bar(_("Target"), burn.total)


def _color(amount: int, asked: int) -> str:
    """Green for what was asked, yellow for nine tenths of it, red for less; none where nothing was asked or done."""
    if not amount and not asked:
        return ""
    if amount >= asked:
        return "green"
    return "yellow" if amount * 10 >= asked * 9 else "red"


def _figure(amount: int, measure: Measure) -> str:
    return grouped(amount) if measure in MONEY_MEASURES else f"{amount:,}"


def _short_figure(amount: int, measure: Measure) -> str:
    return short(amount) if measure in MONEY_MEASURES else f"{amount:,}"


def _words(bar: _Bar, figure: Callable[[int, Measure], str], burn: "BurnUp") -> tuple[str, str]:
    """What stands right of a bar: its figure, and how much of the target that is."""
    if bar.amount is None:
        return _("nothing recorded yet"), ""
    return figure(bar.amount, burn.measure), f"{bar.amount / burn.total:.1%}" if burn.total else ""


def _ends(words: list[tuple[str, str]]) -> list[str]:
    """Figures and rates as two columns, aligned at the right."""
    figures = max((cell_len(figure) for figure, _rate in words))
    rates = max((len(rate) for _figure, rate in words))
    return [f"{' ' * (figures - cell_len(figure))}{figure}  {rate:>{rates}}".rstrip() for figure, rate in words]


def _padded(labels: list[str]) -> list[str]:
    width = max(map(cell_len, labels))
    return [label + " " * (width - cell_len(label)) for label in labels]


def _bodies(bars: list[_Bar], room: int, *, blocks: bool) -> list[tuple[str, str]]:
    """The bars on one scale, each with what follows it up to the target's place and on to the figures.

    The last, the target's, is the axis. A bar too short to be seen is shown by the thinnest there is.
    """
    amounts = [max(bar.amount or 0, 0) for bar in bars]
    scale = max(1, *amounts)
    place = room * amounts[-1] // scale
    mark, rule, corner = "│─┤" if blocks else "|-|"
    bodies = []
    for amount in amounts[:-1]:
        bar = _bar(amount, scale, room, blocks=blocks)
        after = " " * (place - len(bar)) + mark if len(bar) <= place else ""
        bodies.append((bar, after + " " * (room + 1 - len(bar + after))))
    return [*bodies, ("", rule * place + corner + " " * (room - place))]


def _bar(amount: int, scale: int, room: int, *, blocks: bool) -> str:
    least = int(amount > 0)
    if not blocks:
        return "#" * max(room * amount // scale, least)
    whole, rest = divmod(max(8 * room * amount // scale, least), 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")

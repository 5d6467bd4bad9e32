"""A target's burn-up chart as a picture file to send: what was asked and what was reached, day by day.

Matplotlib is an extra (``charts``); it draws without windows and without its global state. A chart of the same
figures is the same file, byte for byte, with the same fonts.
"""

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salescli.amounts import short
from salescli.dates import Period
from salescli.errors import BadValue, NotWritten
from salescli.i18n import N_, _, activate, language, one_after_another
from salescli.render.files import check_place, written_whole
from salescli.safe_text import shown_in_line
from salescli.vocabulary import MONEY_MEASURES, Measure, Tier, label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from salescli.services.goals.burn_up import BurnUp

# 1200 × 675 pixels: letters of 11 points can still be read on a phone.
_INCHES = (8.0, 4.5)
_DOTS_PER_INCH = 150

# Those of the goal sheet.
_INK, _BLUE, _GREY, _RED, _GREEN = "#1F3864", "#2F5597", "#7F7F7F", "#C00000", "#548235"
_TEXT, _ASKED = "#404040", "#9A9A9A"
_FILL, _RULE, _GRID = "#DCE6F1", "#BFBFBF", "#E9E9E9"

_CHINESE_FONTS = (
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Heiti SC",
    "STHeiti",
    "Noto Sans CJK JP",
    "Songti SC",
    "Noto Serif CJK SC",
    "Noto Serif CJK JP",
    "SimSun",
    "Arial Unicode MS",
)
_OTHER_FONTS = ("Calibri", "Helvetica Neue", "Arial", "Liberation Sans", "Noto Sans")
_LAST_FONT = "DejaVu Sans"  # comes with Matplotlib
_PROBE = "销售额目标暂定达成率"

_LEFT = 0.032
_LONGEST_NAME = 16
_MONTHS = [
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
]  # fmt: skip


def write_chart(path: Path, burn: "BurnUp", *, force: bool) -> str:
    """Write the chart to ``path``, a .png or .svg; what is to be said about it, mostly nothing.

    Raises BadValue for another ending, Refused for a file that is there unless ``force``, NotWritten where the disk
    won't have it or Matplotlib is not installed.
    """
    ending = path.suffix.lower()
    if ending not in (".png", ".svg"):
        raise BadValue(
            _("“{file}” does not end in .png or .svg.").format(file=path.name),
            hint=_("The ending says what the chart is written as."),
        )
    check_place(path, force=force)
    _need_matplotlib()
    fonts, has_chinese = _fonts()
    with _own_settings(fonts), _speaking(language() if has_chinese else "en"):
        content = _file(_drawn(burn), ending)
    with written_whole(path) as beside:
        beside.write_bytes(content)
    if has_chinese or language() != "zh":
        return ""
    return one_after_another(
        _("No Chinese font was found: the chart is labelled in English."),
        _("Noto Sans CJK is a free one."),
    )


def _need_matplotlib() -> None:
    """See that Matplotlib can be used, and keep it from telling the person about its caches."""
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
    try:
        import matplotlib  # noqa: F401
    except ImportError as problem:
        raise NotWritten(
            _("Charts need Matplotlib, which is not installed."),
            hint=_("Install it with: {command}").format(command='pip install "sales-cli[charts]"'),
        ) from problem


# --- fonts and settings ---


def _fonts() -> tuple[list[str], bool]:
    """The installed fonts to draw with, the first one first, and whether one of them has Chinese."""
    from matplotlib.font_manager import fontManager

    installed = set(fontManager.get_font_names())
    chinese = next((name for name in _CHINESE_FONTS if name in installed and _has_all(name, _PROBE)), None)
    others = [name for name in _OTHER_FONTS if name in installed][:1]
    first = [chinese, *others] if language() == "zh" else [*others, chinese]
    return [name for name in (*first, "sans-serif") if name], chinese is not None


def _has_all(font: str, text: str) -> bool:
    return _drawable(text, [font]) == text


def _drawable(text: str, fonts: Sequence[str]) -> str:
    """``text`` without what none of the fonts has, in its usual and in its bold letters."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    faces = [
        [get_font(findfont(FontProperties(family=name, weight=weight))) for name in fonts] for weight in (400, 700)
    ]
    return "".join(char for char in text if all(any(face.get_char_index(ord(char)) for face in one) for one in faces))


@contextmanager
def _own_settings(fonts: list[str]) -> Iterator[None]:
    """Matplotlib's own defaults with ours on top, whatever the person's matplotlibrc says; then back again."""
    from matplotlib import rc_context, rcdefaults, rcParams

    with rc_context():
        rcdefaults()
        rcParams.update(
            {
                "font.family": fonts,
                "font.sans-serif": [_LAST_FONT],
                "font.size": 11,
                "svg.fonttype": "none",  # words stay words, to be searched and read aloud
                "svg.hashsalt": "sales",
                "axes.unicode_minus": False,
            }
        )
        yield


@contextmanager
def _speaking(chosen: str) -> Iterator[None]:
    """Speak another language for a while."""
    before = language()
    activate(chosen)
    try:
        yield
    finally:
        activate(before)


def _file(figure: "Figure", ending: str) -> bytes:
    """The picture's bytes, without the day it was drawn on or the program's version."""
    content = io.BytesIO()
    unsaid: dict[str, Any] = {"Date": None, "Creator": None} if ending == ".svg" else {"Software": None}
    figure.savefig(content, format=ending[1:], metadata=unsaid)
    return content.getvalue()


# --- drawing ---


def _drawn(burn: "BurnUp") -> "Figure":
    from matplotlib.figure import Figure

    figure = Figure(figsize=_INCHES, dpi=_DOTS_PER_INCH, facecolor="white")
    axes = figure.add_axes((0.105, 0.13, 0.785, 0.6))
    top = 1.12 * max(_one(burn.measure), _highest(burn))
    axes.set_xlim(0, len(burn.days))
    axes.set_ylim(0, top)
    _dress(axes)
    _mark_amounts(axes, burn.measure)
    _mark_days(axes, burn.period)
    _draw_curves(axes, burn)
    _draw_today(axes, burn, top)
    _write_ends(axes, burn, top)
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.02), ncols=3, frameon=False, borderaxespad=0, borderpad=0.2,
        handlelength=1.7, columnspacing=1.6, labelcolor=_TEXT,
    )  # fmt: skip
    _write_heading(figure, burn)
    return figure


def _highest(burn: "BurnUp") -> int:
    curves = (burn.assigned_curve(), burn.actual_curve() or [0], burn.rolling_curve() or [0])
    return max(map(max, curves))


def _dress(axes: "Axes") -> None:
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_RULE)
    axes.tick_params(axis="both", length=0, colors=_TEXT, labelsize=10.5)
    axes.tick_params(axis="x", which="major", length=5, color=_RULE)
    axes.tick_params(axis="x", which="minor", length=0, colors=_TEXT, labelsize=10.5, pad=6)
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.set_axisbelow(True)


def _draw_curves(axes: "Axes", burn: "BurnUp") -> None:
    asked, reached, rolling = burn.assigned_curve(), burn.actual_curve(), burn.rolling_curve()
    if reached is not None and burn.days_gone:
        axes.fill_between(range(len(reached)), reached, color=_FILL, linewidth=0, zorder=1.5)
        axes.plot(range(len(reached)), reached, color=_BLUE, linewidth=2.6, label=_("Reached"), zorder=4)
        axes.plot([burn.days_gone], [reached[-1]], "o", color=_BLUE, markersize=7, markeredgecolor="white", zorder=5,
                  clip_on=False)  # fmt: skip
    axes.plot(range(len(asked)), asked, color=_ASKED, linewidth=1.8, label=_("Target"), zorder=3)
    if rolling is not None:
        days = range(burn.days_replanned, len(burn.days) + 1)
        axes.plot(days, rolling, color=_BLUE, linewidth=1.8, linestyle=(0, (4, 2.5)), label=_("Rolling target"),
                  zorder=3.5)  # fmt: skip


def _draw_today(axes: "Axes", burn: "BurnUp", top: float) -> None:
    """A line at the evening of today, where the curve of what was reached ends; none outside the period."""
    if burn.today not in burn.period:
        return
    place, late = burn.days_gone, 2 * burn.days_gone > len(burn.days)
    axes.axvline(place, color=_RULE, linewidth=1, zorder=2)
    axes.annotate(
        _("Today {day}").format(day=f"{burn.today:%m-%d}"), (place, top), xytext=(-6 if late else 6, -2),
        textcoords="offset points", ha="right" if late else "left", va="top", fontsize=10, color=_GREY,
    )  # fmt: skip


def _write_ends(axes: "Axes", burn: "BurnUp", top: float) -> None:
    """The figures where the curves end, right of the chart, kept from standing on each other."""
    reached, expected = burn.actual_so_far(), burn.expected_end()
    ends = [(burn.total, _GREY)]
    if reached is not None and burn.days_gone == len(burn.days):
        ends.append((reached, _BLUE))
    elif expected is not None:
        ends.append((expected, _BLUE))
    named = {_short(amount, burn.measure): (amount, color) for amount, color in reversed(ends)}
    least, before = 0.075 * top, -top
    for text, (amount, color) in sorted(named.items(), key=lambda end: end[1]):
        before = max(amount, before + least)
        axes.annotate(text, (len(burn.days), before), xytext=(9, 0), textcoords="offset points", va="center",
                      fontsize=10.5, color=color, annotation_clip=False)  # fmt: skip


# --- the words above it ---


def _write_heading(figure: "Figure", burn: "BurnUp") -> None:
    color = {True: _GREEN, False: _RED, None: _TEXT}[_on_plan(burn)]
    title = _write(figure, _LEFT, 0.955, _title(burn), fontsize=16, weight="bold", color=_INK)
    room, taken = 1 - 2 * _LEFT, _right_of(title, figure) - _LEFT
    title.set_fontsize(16 * min(1, room / taken))
    standing = _write(figure, _LEFT, 0.865, _standing(burn), fontsize=12, color=_TEXT)
    end = _right_of(standing, figure) + 0.012
    _write(figure, end, 0.865, _difference(burn), fontsize=12, weight="bold", color=color)
    if burn.provisional:
        note = _("(provisional: the official days off are not all known)")
        _write(figure, _LEFT, 0.052, note, fontsize=9.5, color=_GREY)


def _write(figure: "Figure", left: float, top: float, text: str, **looks: Any) -> "Text":
    return figure.text(left, top, text, va="top", parse_math=False, **looks)


def _right_of(text: "Text", figure: "Figure") -> float:
    """Where a text ends, in widths of the figure."""
    figure.draw_without_rendering()
    return float(figure.transFigure.inverted().transform(text.get_window_extent())[1][0])


def _title(burn: "BurnUp") -> str:
    """``张三  2026  销售额目标  华东  暂定``; names without what can't be drawn."""
    from matplotlib import rcParams

    fonts = rcParams["font.family"]
    what = _("{tier} for {measure}").format(measure=label(burn.measure, Measure), tier=label(burn.tier, Tier))
    name, scope = (_clipped(_drawable(shown_in_line(text or ""), fonts).strip()) for text in (burn.name, burn.scope))
    mark = _("provisional") if burn.provisional else ""
    return "  ".join(filter(None, [name, burn.period.label, what, scope, mark]))


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"


def _standing(burn: "BurnUp") -> str:
    """How much of the target is reached."""
    reached, total = burn.actual_so_far(), _short(burn.total, burn.measure)
    if not burn.days_gone:
        return _("Target {total}, not begun yet").format(total=total)
    if reached is None:
        return _("Target {total}, nothing recorded yet").format(total=total)
    done = _short(reached, burn.measure)
    if not burn.total:
        return _("{reached} of {total} reached").format(reached=done, total=total)
    return _("{reached} of {total} reached ({rate})").format(
        reached=done, total=total, rate=f"{reached / burn.total:.1%}"
    )


def _difference(burn: "BurnUp") -> str:
    """How far that is from what was asked so far."""
    reached = burn.actual_so_far()
    if reached is None or not burn.days_gone:
        return ""
    ahead = reached - burn.assigned_so_far()
    if not ahead:
        return _("on plan")
    sentence = _("{amount} ahead of plan") if ahead > 0 else _("{amount} behind plan")
    return sentence.format(amount=_short(abs(ahead), burn.measure))


def _on_plan(burn: "BurnUp") -> bool | None:
    reached = burn.actual_so_far()
    return None if reached is None else reached >= burn.assigned_so_far()


# --- the marks of the axes ---


def _short(amount: int, measure: Measure) -> str:
    return short(amount) if measure in MONEY_MEASURES else f"{amount:,}"


def _one(measure: Measure) -> int:
    return 100 if measure in MONEY_MEASURES else 1


def _mark_amounts(axes: "Axes", measure: Measure) -> None:
    """Round figures on the left: in 万 or 亿, in thousands or millions."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    one = _one(measure)
    most = axes.get_ylim()[1] / one
    units = ((10**8, "亿"), (10**4, "万")) if language() == "zh" else ((10**6, "m"), (10**3, "k"))
    fitting = (unit for unit in units if measure in MONEY_MEASURES and most >= 2 * unit[0])
    size, mark = next(fitting, (1, ""))
    places = MaxNLocator(6, steps=[1, 2, 2.5, 5, 10], integer=not mark).tick_values(0, most / size)
    axes.set_yticks([place * size * one for place in places if place * size <= most])
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _place: f"{value / size / one:,.10g}{mark}" if value else "0")
    )


def _mark_days(axes: "Axes", period: Period) -> None:
    """Strokes where months begin, or weeks, days, quarters, years, whichever suits; names between them."""
    parts, name = _parts(period)
    days = (period.end - period.begin).days
    begins = [(part.begin - period.begin).days for part in parts]
    named = [(begin, part) for begin, part in zip(begins, parts, strict=True) if 14 * _length(part) >= days]
    axes.set_xticks([*begins, days], labels=[""] * (len(begins) + 1))
    axes.set_xticks(
        [begin + _length(part) / 2 for begin, part in named], labels=[name(part) for _begin, part in named], minor=True
    )


def _parts(period: Period) -> tuple[list[Period], Any]:
    """What a period is marked by, and how a part is named."""
    days = _length(period)
    if days <= 14:
        return [Period.day_of(day) for day in period.days()], lambda part: f"{part.begin:%m-%d}"
    if days <= 62:
        return period.weeks(), lambda part: part.label[5:]
    if days <= 392:
        return period.months(), lambda part: _(_MONTHS[part.begin.month - 1])
    if days <= 800:
        return period.quarters(), lambda part: part.label
    return _years(period), lambda part: str(part.begin.year)


def _years(period: Period) -> list[Period]:
    quarters = period.quarters()
    begins = [quarter for quarter in quarters if quarter.begin.month == 1 or quarter is quarters[0]]
    ends = [part.begin for part in begins[1:]] + [period.end]
    return [Period(part.begin, end, str(part.begin.year)) for part, end in zip(begins, ends, strict=True)]


def _length(period: Period) -> int:
    return (period.end - period.begin).days

"""`sales target …`: the company's targets, split to the day."""

from typing import Annotated

import typer

from salescli import render, services
from salescli.cli import target_options
from salescli.cli.ask import confirm
from salescli.cli.options import Csv, DryRun, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.cli.target_options import (
    ByOption,
    HoldOption,
    MeasureOption,
    SaturdayOption,
    SeasonOption,
    SeasonWords,
    TierOption,
    WeightsOption,
)
from salescli.dates import echo_day, parse_period
from salescli.i18n import _
from salescli.vocabulary import Measure, Tier, parse_word

app = group(_("Targets: set, split to the day, show."))

PeriodArgument = Annotated[str, typer.Argument(metavar="PERIOD", help=_("2026, 2026-Q4, 2026-11, 2026-W48, 本月 …"))]
YearUnlessGiven = Annotated[
    str, typer.Argument(metavar="[PERIOD]", help=_("The current year unless given."), show_default=False)
]
MonthUnlessGiven = Annotated[
    str, typer.Argument(metavar="[PERIOD]", help=_("This month unless given."), show_default=False)
]


@app.command(
    "set",
    **described(
        _("Set a target; setting it again makes a new version."),
        "sales target set 2026 1200万",
        "sales target set 2026-11 40 --measure 拜访",
    ),
)
def set_(
    ctx: typer.Context,
    period: PeriodArgument,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=_("350000, 35万, 1.2亿; a number for counts."))],
    measure: MeasureOption = "amount",
    tier: TierOption = "target",
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    days, counted, level = parse_period(period, run.today), parse_word(measure, Measure), parse_word(tier, Tier)
    figure = target_options.figure(amount, counted)
    with run.writing("target set") as session:
        target = services.targets.set_target(session, days, figure, counted, level)
        view = services.targets.view(session, target)
    render.output.show_record(view, render.targets.TARGETS, render.output.form(as_json=as_json))
    render.output.say(
        _("Set for {period}, {first} to {last}: {figure}.").format(
            period=view.period, first=echo_day(view.begin), last=echo_day(view.end),
            figure=render.targets.figure_words(view.assigned, counted),
        )
    )  # fmt: skip
    if view.version > 1:
        render.output.say(
            _("It is version {version}, not split yet; the earlier ones are kept.").format(version=view.version)
        )


@app.command(
    "split",
    **described(
        _("Split a target into days by working days, season and holds; the earlier split is kept."),
        "sales target split 2026",
        "sales target split 2026 --season 90 70 105 100 100 105 95 95 110 105 110 115",
        "sales target split 2026 --season even --hold 2026-03=105万 --sat 0.5",
        cls=SeasonWords,
    ),
)
def split(
    ctx: typer.Context,
    period: YearUnlessGiven = "this-year",
    season: SeasonOption = None,
    weights: WeightsOption = "working",
    sat: SaturdayOption = None,
    holds: HoldOption = None,
    measure: MeasureOption = "amount",
    tier: TierOption = "target",
    dry_run: DryRun = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    days, counted, level = parse_period(period, run.today), parse_word(measure, Measure), parse_word(tier, Tier)
    shares = None if season is None else target_options.season(season)
    saturday = None if sat is None else target_options.saturday(sat)
    held = [target_options.hold(text, counted, days, run.today) for text in holds or ()]
    weighed = target_options.weights(weights)
    with run.reading() if dry_run else run.writing("target split") as session:
        calendar = services.work_calendar.of(session)
        target = services.targets.find(session, days, counted, level)
        made = services.targets.work_out(
            target, calendar, season=shares, saturday=saturday, weights=weighed, holds=held
        )
        if not dry_run:
            services.targets.keep(session, target, made)
        table = services.targets.shown(session, target, made, days, None, calendar)
    render.targets.show(table, render.output.form(as_json=as_json, as_csv=as_csv))
    if made.rules["on_rest_days"]:
        render.output.say(
            _("{period} has no working day: the target lies on its natural days.").format(period=days.label)
        )
    if dry_run:
        render.output.say(_("Nothing was written."))


@app.command(
    "show",
    **described(
        _("Show a target by quarters, months, weeks or days."),
        "sales target show",
        "sales target show 2026 --by quarter",
        "sales target show 2026-03 --by day --csv",
    ),
)
def show(
    ctx: typer.Context,
    period: YearUnlessGiven = "this-year",
    by: ByOption = None,
    measure: MeasureOption = "amount",
    tier: TierOption = "target",
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    days, counted, level = parse_period(period, run.today), parse_word(measure, Measure), parse_word(tier, Tier)
    rows_by = None if by is None else target_options.parts(by)
    with run.reading() as session:
        calendar = services.work_calendar.of(session)
        table = services.targets.table(session, days, counted, level, rows_by, calendar)
    render.targets.show(table, render.output.form(as_json=as_json, as_csv=as_csv))


@app.command(
    "progress",
    **described(
        _("How far a target is reached, against the working days gone."),
        "sales target progress",
        "sales target progress 2026-Q4 --measure 拜访",
    ),
)
def progress(
    ctx: typer.Context,
    period: MonthUnlessGiven = "this-month",
    measure: MeasureOption = "amount",
    tier: TierOption = "target",
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    days, counted, level = parse_period(period, run.today), parse_word(measure, Measure), parse_word(tier, Tier)
    with run.reading() as session:
        calendar = services.work_calendar.of(session)
        found = services.targets.progress(session, days, counted, level, calendar, run.today)
    render.output.show_record(found, render.targets.progress_columns(counted), render.output.form(as_json=as_json))


@app.command("list", **described(_("List the targets in force."), "sales target list"))
def list_(ctx: typer.Context, as_json: Json = False, as_csv: Csv = False) -> None:
    run = Run.of(ctx)
    with run.reading() as session:
        views = services.targets.listed(session)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    empty = _("No target yet: `sales target set PERIOD AMOUNT` sets one.")
    render.output.show_rows(views, render.targets.TARGETS, form, empty=empty)


@app.command(
    "remove", **described(_("Take a target out of force, with its days."), "sales target remove 2026 --tier 挑战")
)
def remove(
    ctx: typer.Context,
    period: PeriodArgument,
    measure: MeasureOption = "amount",
    tier: TierOption = "target",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    days, counted, level = parse_period(period, run.today), parse_word(measure, Measure), parse_word(tier, Tier)
    with run.reading() as session:
        view = services.targets.view(session, services.targets.find(session, days, counted, level))
    words = render.targets.figure_words(view.assigned, counted)
    question = _("Remove the target of {figure} for {period}?").format(figure=words, period=view.period)
    if not confirm(question, yes=yes):
        raise typer.Exit
    with run.writing("target remove") as session:
        services.targets.remove(session, services.targets.find(session, days, counted, level))
    render.output.show_record(view, render.targets.TARGETS, render.output.form(as_json=as_json))
    render.output.say(_("Removed the target of {figure} for {period}.").format(figure=words, period=view.period))

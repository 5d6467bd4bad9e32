"""`sales target …`: the company's targets, split to the day."""

from pathlib import Path
from typing import Annotated

import typer

from salescli import render, services
from salescli.cli import target_files, target_funnel, target_options, target_replan, target_share
from salescli.cli.ask import confirm
from salescli.cli.options import Csv, DryRun, Force, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.cli.target_options import (
    AsOfOption,
    ByOption,
    ClientOption,
    HistoryOption,
    HoldOption,
    MeasureOption,
    MonthUnlessGiven,
    PeriodArgument,
    PersonOption,
    ProductOption,
    SaturdayOption,
    SeasonOption,
    SeasonWords,
    TerritoryOption,
    TierOption,
    TrimOption,
    WeightsOption,
    YearUnlessGiven,
)
from salescli.errors import BadValue
from salescli.i18n import _

app = group(_("Targets: set, split to the day, show."))


@app.command(
    "set",
    **described(
        _("Set a target; setting it again makes a new version."),
        "sales target set 2026 1200万",
        "sales target set 2026-11 40 --measure 拜访",
        "sales target set 2026 1200万 --done 950万 --as-of 2026-11-20",
        "sales target set 2026 300万 --territory 滨江",
    ),
)
def set_(
    ctx: typer.Context,
    period: PeriodArgument,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=_("350000, 35万, 1.2亿; a number for counts."))],
    done: Annotated[
        str | None, typer.Option("--done", metavar="AMOUNT", help=_("What was reached before the first record."))
    ] = None,
    as_of: AsOfOption = None,
    done_file: Annotated[
        Path | None, typer.Option("--done-file", metavar="FILE", help=_("The same by months: month, amount."))
    ] = None,
    measure: MeasureOption = "amount",
    tier: TierOption = "target",
    product: ProductOption = None,
    territory: TerritoryOption = None,
    client: ClientOption = None,
    person: PersonOption = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    asked = target_options.asked(period, run.today, measure, tier, product, territory, client, person)
    figure = target_options.figure(amount, asked.measure)
    reached = target_files.done(run, asked, done, as_of, done_file)
    with run.writing("target set") as session:
        target = services.targets.set_target(
            session, asked.period, figure, asked.measure, asked.tier, asked.scope(session), reached
        )
        view = services.targets.view(session, target)
    render.output.show_record(view, render.targets.TARGETS, render.output.form(as_json=as_json))
    render.target_words.say_set(view, reached)


@app.command(
    "split",
    **described(
        _("Split a target into days by working days, season and holds; the earlier split is kept."),
        "sales target split 2026",
        "sales target split 2026 --season 90 70 105 100 100 105 95 95 110 105 110 115",
        "sales target split 2026 --season even --hold 2026-03=105万 --sat 0.5",
        "sales target split 2027 --season history",
        "sales target split 2027 --season history --history 订单.csv",
        "sales target split 2026 --again",
        cls=SeasonWords,
    ),
)
def split(
    ctx: typer.Context,
    period: YearUnlessGiven = "this-year",
    season: SeasonOption = None,
    history: HistoryOption = None,
    trim: TrimOption = None,
    weights: WeightsOption = "working",
    sat: SaturdayOption = None,
    holds: HoldOption = None,
    again: Annotated[
        bool, typer.Option("--again", help=_("By the season, weights and holds of the split in force."))
    ] = False,
    measure: MeasureOption = "amount",
    tier: TierOption = "target",
    product: ProductOption = None,
    territory: TerritoryOption = None,
    client: ClientOption = None,
    person: PersonOption = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    asked = target_options.asked(period, run.today, measure, tier, product, territory, client, person)
    if again and (season or history or sat or holds or weights != "working"):
        raise BadValue(_("--again takes the rules of the split in force; leave the others out."))
    of_history = target_options.wants_history(season, history)
    rules = {
        "season": None if season is None or of_history else target_options.season(season),
        "saturday": None if sat is None else target_options.saturday(sat),
        "weights": target_options.weights(weights),
        "holds": [target_options.hold(text, asked.measure, asked.period, run.today) for text in holds or ()],
    }
    quantile = target_options.quantile(trim, of_history=of_history)
    sold = target_files.history(run, history, asked.measure) if history else None
    past = None
    with run.reading() if dry_run else run.writing("target split") as session:
        calendar = services.work_calendar.of(session)
        found = services.target_lookup.find(session, asked.period, asked.measure, asked.tier, asked.scope(session))
        if of_history:
            sold = sold or services.target_seasons.own_history(session, asked.measure, run.today)
            past = services.target_seasons.past_season(sold, quantile, asked.period, run.today, calendar)
            rules["season"] = past.season.shares
        made = services.targets.work_out(
            found.target, calendar, **services.targets.rules_in_force(session, found) if again else rules
        )
        made.rules = made.rules | {"history": past and past.told}
        now = services.standings.Standing(found.target, made)
        if not dry_run:
            now = services.targets.keep(session, found.target, made, calendar)
        table = services.targets.shown(session, now, asked.period, None, calendar, run.today)
        change = services.target_tables.change_of(found, now)
    told = {"history": past.told} if past is not None else {}
    render.targets.show(table, render.output.form(as_json=as_json, as_csv=as_csv), **told)
    render.target_words.say_split(change, past)
    if dry_run:
        render.output.say(_("Nothing was written."))


@app.command(
    "hold",
    **described(
        _("Fix the sum of a part of a split target; the rest of it is split again around it."),
        "sales target hold 2026-03 105万",
        "sales target hold 2026-W40 0 --measure 拜访",
        "sales target hold 2026-03 --release",
    ),
)
def hold(
    ctx: typer.Context,
    period: PeriodArgument,
    amount: Annotated[
        str | None, typer.Argument(metavar="[AMOUNT]", help=_("350000, 35万, 1.2亿; a number for counts."))
    ] = None,
    release: Annotated[bool, typer.Option("--release", help=_("Let the part go again."))] = False,
    measure: MeasureOption = "amount",
    tier: TierOption = "target",
    product: ProductOption = None,
    territory: TerritoryOption = None,
    client: ClientOption = None,
    person: PersonOption = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    asked = target_options.asked(period, run.today, measure, tier, product, territory, client, person)
    if (amount is None) is not release:
        raise BadValue(_("Give the amount to hold, or --release to let the part go."))
    figure = None if amount is None else target_options.figure(amount, asked.measure)
    with run.reading() if dry_run else run.writing("target hold") as session:
        calendar = services.work_calendar.of(session)
        before, made = services.targets.work_out_hold(
            session, asked.period, figure, asked.measure, asked.tier, asked.scope(session), calendar
        )
        now = services.standings.Standing(before.target, made)
        if not dry_run:
            now = services.targets.keep(session, before.target, made, calendar)
        whole = services.standings.period_of(now.target)
        table = services.targets.shown(session, now, whole, None, calendar, run.today)
        change = services.target_tables.change_of(before, now)
    render.targets.show(table, render.output.form(as_json=as_json, as_csv=as_csv))
    render.target_words.say_hold(asked.period, figure, asked.measure)
    render.target_words.say_split(change)
    if dry_run:
        render.output.say(_("Nothing was written."))


@app.command(
    "show",
    **described(
        _("Show a target by quarters, months, weeks or days, beside what was reached."),
        "sales target show",
        "sales target show 2026 --by quarter",
        "sales target show 2026-03 --by day --csv",
        "sales target show 2026 --at 2026-06-30",
        "sales target show 2026 --chart 目标.png",
    ),
)
def show(
    ctx: typer.Context,
    period: YearUnlessGiven = "this-year",
    by: ByOption = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="DAY", help=_("As it stood at the end of an earlier day."))
    ] = None,
    measure: MeasureOption = "amount",
    tier: TierOption = "target",
    product: ProductOption = None,
    territory: TerritoryOption = None,
    client: ClientOption = None,
    person: PersonOption = None,
    chart: Annotated[
        Path | None, typer.Option("--chart", metavar="FILE", help=_("Also draw it into a .png or .svg file."))
    ] = None,
    force: Force = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    asked = target_options.asked(period, run.today, measure, tier, product, territory, client, person)
    rows_by = None if by is None else target_options.parts(by)
    day, moment = target_options.stood_at(at, run.today)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    if chart is not None:
        services.target_lookup.refuse_levels(asked.measure)
    with run.reading() as session:
        calendar = services.work_calendar.of(session)
        scope = asked.scope(session)
        table = services.targets.table(
            session, asked.period, asked.measure, asked.tier, rows_by, calendar, day, scope, moment
        )
        drawn = chart is not None or form == "screen"
        burn = (
            services.targets.burn_up(session, asked.period, asked.measure, asked.tier, calendar, day, scope, moment)
            if drawn
            else None
        )
    note = render.target_chart.write_chart(chart, burn, force=force) if chart and burn else ""
    render.targets.show(table, form)
    if burn is not None and form == "screen":
        render.target_picture.print_picture(burn)
    if chart is not None:
        render.target_words.say_chart(chart, note)


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
    product: ProductOption = None,
    territory: TerritoryOption = None,
    client: ClientOption = None,
    person: PersonOption = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    asked = target_options.asked(period, run.today, measure, tier, product, territory, client, person)
    with run.reading() as session:
        calendar = services.work_calendar.of(session)
        found = services.target_progress.progress(
            session, asked.period, asked.measure, asked.tier, calendar, run.today, asked.scope(session)
        )
    render.targets.show_progress(found, render.output.form(as_json=as_json))


@app.command(
    "list",
    **described(_("List the targets in force."), "sales target list", "sales target list --at 2026-06-30"),
)
def list_(
    ctx: typer.Context,
    at: Annotated[
        str | None, typer.Option("--at", metavar="DAY", help=_("As they stood at the end of an earlier day."))
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    _day, moment = target_options.stood_at(at, run.today)
    with run.reading() as session:
        views = services.targets.listed(session, moment)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    empty = _("No target yet: `sales target set PERIOD AMOUNT` sets one.")
    render.output.show_rows(views, render.targets.TARGETS, form, empty=empty)


@app.command(
    "remove",
    **described(
        _("Take a target out of force, with its days."),
        "sales target remove 2026 --tier 挑战",
        "sales target remove 2026 --by product",
    ),
)
def remove(
    ctx: typer.Context,
    period: PeriodArgument,
    by: Annotated[
        str | None, typer.Option("--by", metavar="product|territory|client", help=_("Only its shares of this kind."))
    ] = None,
    measure: MeasureOption = "amount",
    tier: TierOption = "target",
    product: ProductOption = None,
    territory: TerritoryOption = None,
    client: ClientOption = None,
    person: PersonOption = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    asked = target_options.asked(period, run.today, measure, tier, product, territory, client, person)
    kind = None if by is None else target_options.shared_by(by)
    with run.reading() as session:
        scope = asked.scope(session)
        view = services.targets.view(
            session, services.target_lookup.find(session, asked.period, asked.measure, asked.tier, scope).target
        )
    if not confirm(render.target_words.remove_question(view, kind), yes=yes):
        raise typer.Exit
    with run.writing("target remove") as session:
        found = services.target_lookup.find(session, asked.period, asked.measure, asked.tier, scope)
        count = services.targets.remove(session, found.target, kind)
    render.output.show_record(view, render.targets.TARGETS, render.output.form(as_json=as_json))
    render.target_words.say_removed(view, kind, count)


app.command(
    "replan",
    **described(
        _("Spread what is still to be reached over the days that are left, beside the assigned amounts."),
        "sales target replan",
        "sales target replan 2026 --as-of 2026-11-20 --cap 1.5",
        "sales target replan 2026 --over quarter --measure 拜访",
    ),
)(target_replan.replan)

app.command(
    "share",
    **described(
        _("Share a split target by product, territory or client: every day adds up, and every share."),
        "sales target share 2026 --by product 产品权重.csv",
        "sales target share 2026 --by territory 区域.csv --measure 拜访",
    ),
)(target_share.share)

app.command(
    "funnel",
    **described(
        _("The visits that a gap takes: deals, quotations, visits, against the days and slots left."),
        "sales target funnel",
        "sales target funnel 2026-Q4 --average-order 5万 --win 30% --explain",
    ),
)(target_funnel.funnel)

"""`sales target share`: a target shared by product, territory or client."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from salescli import render, services
from salescli.cli import target_options
from salescli.cli.input_files import read_table
from salescli.cli.options import Csv, DryRun, Json
from salescli.cli.run import Run
from salescli.cli.target_options import MeasureOption, PeriodArgument, TierOption
from salescli.i18n import _


def share(
    ctx: typer.Context,
    period: PeriodArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A table of names and weights: name, weight."))],
    by: Annotated[str, typer.Option("--by", metavar="product|territory|client", help=_("What the names are."))],
    measure: MeasureOption = "amount",
    tier: TierOption = "target",
    dry_run: DryRun = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    asked = target_options.asked(period, run.today, measure, tier)
    kind = target_options.shared_by(by)
    table = read_table(run, file, services.target_files.HEADERS)
    with run.reading() if dry_run else run.writing("target share") as session:
        weights = services.target_files.weights(table, partial(services.target_scopes.named, session, kind))
        found = services.target_lookup.find(session, asked.period, asked.measure, asked.tier)
        shares = services.target_shares.work_out(found, kind, weights)
        if not dry_run:
            services.target_shares.keep(session, found, shares)
    render.target_shares.show(shares, render.output.form(as_json=as_json, as_csv=as_csv))
    if dry_run:
        render.output.say(_("Nothing was written."))

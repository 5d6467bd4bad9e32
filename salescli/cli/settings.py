"""`sales config …`: the settings."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salescli import config, paths, render, services
from salescli.cli.options import Csv, Json, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import N_, _

if TYPE_CHECKING:
    from sqlmodel import Session

app = group(_("Settings: list, get, set."))

Key = Annotated[str, typer.Argument(metavar="KEY", help=_("A setting, such as cadence.A."))]


@dataclass(frozen=True)
class _Setting:
    key: str
    value: config.Value
    default: config.Value


@app.command("list", **described(_("List the settings with their defaults."), "sales config list"))
def list_(ctx: typer.Context, as_json: Json = False, as_csv: Csv = False) -> None:
    settings = Run.of(ctx).settings
    columns = [
        render.output.Column[_Setting]("key", N_("Setting"), lambda setting: setting.key),
        render.output.Column[_Setting]("value", N_("Value"), lambda setting: setting.value),
        render.output.Column[_Setting]("default", N_("Default"), lambda setting: setting.default),
    ]
    rows = [_Setting(key, settings.values[key], default) for key, default in config.DEFAULTS.items()]
    render.output.show_rows(rows, columns, render.output.form(as_json=as_json, as_csv=as_csv))


@app.command("get", **described(_("Print a setting."), "sales config get cadence.A"))
def get(ctx: typer.Context, key: Key, as_json: Json = False) -> None:
    value = Run.of(ctx).settings.values[config.known_key(key)]
    if as_json:
        render.output.print_json({key: value})
    else:
        render.output.print_text(render.output.words(value))


@app.command("set", **described(_("Change a setting."), "sales config set cadence.A 10"))
def set_(
    ctx: typer.Context,
    key: Key,
    value: Annotated[str, typer.Argument(metavar="VALUE", help=_("The new value; lists with commas."))],
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    if config.DEFAULTS[config.known_key(key)] and not value.strip():
        raise BadValue(_("The {field} is empty.").format(field=key))
    understood = config.read_value(key, value)
    found = config.written(paths.settings_file(os.environ), key)
    now = config.DEFAULTS[key] if found is None else found
    same = type(now) is type(understood) and now == understood  # else 1 would do for yes
    if not same:
        _write(run, key, value)
    if as_json:
        render.output.print_json({key: understood})
    else:
        render.output.print_text(f"{key} = {render.output.words(understood)}")
    if same:
        render.output.say(_("It was so already: nothing changed."))


def _write(run: Run, key: str, value: str) -> None:
    """Write a setting, and log it where there is a data file; neither is done if the other can't be."""
    file = paths.settings_file(os.environ)
    if not run.db.exists():
        config.set_value(file, key, value)
        return
    with config.kept_on_failure(file), run.writing("config set") as session:
        log_and_set(session, file, key, value)
        if key.startswith("cadence."):  # a new rhythm moves every client's next due day
            services.cadence.restart_all(session, run.today, config.load(file), services.work_calendar.of(session))


def log_and_set(session: "Session", file: Path, key: str, value: str) -> None:
    """Write a setting into ``file`` as a part of the command that ``session`` serves."""
    before, after = config.written(file, key), config.set_value(file, key, value)
    if before != after:
        services.changes.log_setting(session, key, before, after)


@app.command("path", **described(_("Print where the settings file is."), "sales config path"))
def path() -> None:
    render.output.print_text(str(paths.settings_file(os.environ)))

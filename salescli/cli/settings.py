"""`sales config …`: the settings."""

import os
from dataclasses import dataclass
from typing import Annotated

import typer

from salescli import config, paths, render, services
from salescli.cli.options import Csv, Json, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import N_, _

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
    if key.startswith("cadence.") and run.db.exists() and config.read_value(key, value) != run.settings.values[key]:
        understood = _set_rhythm(run, key, value)
    else:
        understood = config.set_value(paths.settings_file(os.environ), key, value)
    if as_json:
        render.output.print_json({key: understood})
    else:
        render.output.print_text(f"{key} = {render.output.words(understood)}")


def _set_rhythm(run: Run, key: str, value: str) -> config.Value:
    """A new rhythm moves every client's next due day; neither is changed if the other can't be."""
    file = paths.settings_file(os.environ)
    with run.writing("config set") as session:
        understood = config.set_value(file, key, value)
        services.cadence.restart_all(session, run.today, config.load(file), services.work_calendar.of(session))
    return understood


@app.command("path", **described(_("Print where the settings file is."), "sales config path"))
def path() -> None:
    render.output.print_text(str(paths.settings_file(os.environ)))

"""The help of every command, in the user's language and measured as a terminal shows Chinese.

Typer writes some of its own words in English whatever the language, and counts a Chinese character as one
column; so the page is put together here from what Typer knows of a command.
"""

import difflib
import inspect
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from typer.core import TyperCommand, TyperGroup

from salescli.errors import BadValue
from salescli.i18n import _

_MOST_COLUMNS = 80
_MOST_LEFT = 28
# A stretch that is not broken: a short Chinese word between blanks, a command in backquotes, a Latin word, or one
# Chinese character, each with the punctuation that may not begin or end a line without it. Compiled when first used:
# that takes as long as a table, and only help needs it.
_STRETCHES = (
    r"\s+|(?<=\s)[\u3400-\u9fff]{1,6}(?=[\s。，；]|$)[，。；]?|"
    r"[（“「《]*(?:`[^`]*`|[^\s（“「《，。；：、！？）”」》…\u3400-\u9fff`]+|[\u3400-\u9fff]|.)[，。；：、！？）”」》…]*"
)


class Command(TyperCommand):
    """A command with the house's help page."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Its parameters, ``--help`` among them."""
        return _converting_what_is_given(super().get_params(ctx))

    def get_help(self, ctx: Any) -> str:
        """The page for ``--help``."""
        return page(self, ctx)


class Group(TyperGroup):
    """A group with the house's help page and its answer to a verb that is none."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Its parameters, ``--help`` among them."""
        return _converting_what_is_given(super().get_params(ctx))

    def get_help(self, ctx: Any) -> str:
        """The page for ``--help``."""
        return page(self, ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that ``args`` begin with; BadValue names one that is like it."""
        if args[0] in self.commands or args[0].startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        meant = difflib.get_close_matches(args[0], self.commands, n=1)
        hint = _("Did you mean `{command}`?") if meant else _("`{command} --help` shows how.")
        raise BadValue(
            _("There is no command “{name}”.").format(name=args[0]),
            hint=hint.format(command=" ".join([ctx.command_path, *meant])),
        )


def _converting_what_is_given(params: list[Any]) -> list[Any]:
    """The parameters, taking what was not given, and what is only being completed, as it is.

    Typer (up to 0.29) converts even nothing by Pydantic, whose import is half the time of a help page.
    """
    for param in params:
        if "process_value" not in vars(param):
            param.process_value = partial(_value_of, param, param.process_value)
    return params


def _value_of(param: Any, convert: Callable[[Any, Any], Any], ctx: Any, value: Any) -> Any:
    if not ctx.resilient_parsing and (param.required or value is not None):
        return convert(ctx, value)
    if value is None and (param.multiple or param.nargs == -1):
        value = ()
    return value if param.callback is None else param.callback(ctx, param, value)


def page(command: Any, ctx: Any) -> str:
    """The help page of a command or group: usage, examples, what it does, its arguments, options and verbs."""
    columns = max(min(shutil.get_terminal_size().columns, _MOST_COLUMNS), 50)
    shown = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    arguments = [param for param in shown if param.param_type_name == "argument"]
    options = [param for param in shown if param.param_type_name == "option"]
    verbs = [(name, verb.get_short_help_str(columns)) for name, verb in getattr(command, "commands", {}).items()]
    parts = [
        _usage(ctx.command_path, [*map(_argument_in_usage, arguments)], bool(verbs), columns),
        *_paragraphs(command.help, columns),
        *_table(_("Arguments:"), [(_argument(param), _told(param)) for param in arguments], columns),
        *_table(_("Options:"), [(_option(param), _option_help(param)) for param in options], columns),
        *_table(_("Commands:"), verbs, columns),
        *_paragraphs(command.epilog, columns),
    ]
    return "\n\n".join(parts)


def _usage(path: str, arguments: list[str], has_verbs: bool, columns: int) -> str:
    begin = _("Usage: {command}").format(command=path)
    words = [_("[OPTIONS]"), *arguments, *([_("COMMAND [ARGS]...")] if has_verbs else [])]
    indent = cells(begin) + 1
    lines = wrapped(" ".join(words), columns - indent)
    return f"{begin} " + ("\n" + " " * indent).join(lines)


def _argument(param: Any) -> str:
    """``CLIENT``, ``[DAY]`` or ``[TEXT]...`` without the marks."""
    return re.sub(r"[\[\]{}.]", "", param.metavar or param.name.upper())


def _argument_in_usage(param: Any) -> str:
    name = _argument(param) if param.required else f"[{_argument(param)}]"
    return name if param.nargs == 1 else f"{name}..."


def _option(param: Any) -> str:
    names = ", ".join(sorted(param.opts, key=len))
    return names if param.is_flag else f"{names} {param.metavar or 'TEXT'}"


def _told(param: Any) -> str:
    told: str = param.help or ""
    return _(told)


def _option_help(param: Any) -> str:
    told = _told(param)
    if isinstance(param.default, str | int) and not isinstance(param.default, bool):
        told += _(" [default: {default}]").format(default=param.default)
    return told


def _paragraphs(text: str | None, columns: int) -> Iterator[str]:
    """A help text by paragraphs; one that begins with ``\\b`` holds the examples and is kept as it stands."""
    for paragraph in inspect.cleandoc(text or "").split("\n\n"):
        if paragraph.startswith("\b"):
            yield _("Examples:") + paragraph.removeprefix("\b")
        elif paragraph:
            yield "\n".join(wrapped(paragraph, columns))


def _table(heading: str, rows: list[tuple[str, str]], columns: int) -> Iterator[str]:
    """A heading and under it two columns; what is too long for the left one has a line to itself."""
    if not rows:
        return
    width = min(max(cells(left) for left, _right in rows), _MOST_LEFT)
    lines = [heading]
    for left, right in rows:
        first, *more = wrapped(right, columns - width - 4) or [""]
        if cells(left) > width:
            lines.append(f"  {left}")
            left = ""
        lines.append(f"  {left}{' ' * (width - cells(left))}  {first}".rstrip())
        lines += [" " * (width + 4) + line for line in more]
    yield "\n".join(lines)


def wrapped(text: str, columns: int) -> list[str]:
    """``text`` in lines of at most ``columns`` columns, broken at blanks and between Chinese characters."""
    lines, line, blank = [], "", ""
    for stretch in re.findall(_STRETCHES, text):
        if stretch.isspace():
            blank = " "
        elif line and cells(line + blank + stretch) > columns:
            lines.append(line)
            line, blank = stretch, ""
        else:
            line, blank = (line + blank + stretch if line else stretch), ""
    return [*lines, line] if line else lines


def cells(text: str) -> int:
    """The columns that a terminal gives ``text``: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)

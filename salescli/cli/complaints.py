"""What Typer finds wrong with a command line, said in the user's language; Typer itself speaks English here."""

import re
from typing import Any

import typer

from salescli.i18n import _, one_after_another


def complaint(problem: typer.TyperException) -> str:
    """The sentence for a usage error; Typer's own for one that is not known here."""
    return _SENTENCES.get(type(problem).__name__, _other)(problem)


def _missing(problem: Any) -> str:
    name = _name(problem.param)
    return _("{option} is missing.").format(option=name) if name else str(problem.format_message())


def _no_such_option(problem: Any) -> str:
    sentence = _("There is no option {option}.").format(option=problem.option_name)
    if re.match(r"-[\d.]", problem.option_name):
        return one_after_another(sentence, _("No number below 0 is taken here."))
    if problem.possibilities:
        meant = _("Did you mean {options}?").format(options=_(", ").join(sorted(problem.possibilities)))
        return one_after_another(sentence, meant)
    return sentence


def _bad_option(problem: Any) -> str:
    flag = "not take" in problem.message
    sentence = _("{option} takes no value.") if flag else _("{option} needs a value.")
    return sentence.format(option=problem.option_name)


def _bad_value(problem: Any) -> str:
    """A value that isn't of the option's type; Pydantic, which Typer asks, says of which kind the error is."""
    found = problem.__cause__.errors()[0] if hasattr(problem.__cause__, "errors") else {}
    given, limits = found.get("input"), found.get("ctx", {})
    name = _name(problem.param)
    if not name:
        return str(problem.format_message())
    if found.get("type") in ("int_parsing", "int_from_float", "float_parsing"):
        return _("{option}: “{value}” is not a number that it takes.").format(option=name, value=given)
    if "ge" in limits:
        return _("{option} is at least {least}.").format(option=name, least=limits["ge"])
    if "le" in limits:
        return _("{option} is at most {most}.").format(option=name, most=limits["le"])
    return _("{option} can't be “{value}”.").format(option=name, value=given if found else problem.message)


def _other(problem: typer.TyperException) -> str:
    said = str(problem.format_message())
    extra = re.search(r"extra argument(?:\(s\)|s)? \((.*)\)", said)
    return _("Nothing more is taken after that: {words}.").format(words=extra.group(1)) if extra else said


def _name(param: Any) -> str:
    """``--grade`` for an option, ``CLIENT`` for an argument; empty for none."""
    if param is None:
        return ""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return re.sub(r"[\[\]{}.]", "", param.metavar or param.name.upper())


_SENTENCES = {
    "MissingParameter": _missing,
    "NoSuchOption": _no_such_option,
    "BadOptionUsage": _bad_option,
    "BadParameter": _bad_value,
}

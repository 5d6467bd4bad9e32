"""Questions to the person at the terminal; elsewhere they are errors that name the option to give."""

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

import typer

from salescli.cli.options import on_terminal
from salescli.errors import Ambiguous, BadValue
from salescli.i18n import _, one_after_another
from salescli.safe_text import shown_in_line

Result = TypeVar("Result")


def with_choice(ref: str, work: Callable[[str], Result]) -> Result:
    """Do ``work`` on a reference; where it matches several records, let the person choose and do it again.

    The first try was rolled back whole, so nobody's data file is locked while a person thinks.
    """
    while True:
        try:
            return work(ref)
        except Ambiguous as several:
            if not on_terminal():
                raise
            ref = choose(several.question, several.choices)


def choose(question: str, choices: Sequence[tuple[str, str]]) -> str:
    """The code of the choice that the person takes by its number."""
    sys.stderr.write(shown_in_line(question) + "\n")
    for number, (code, words) in enumerate(choices, start=1):
        sys.stderr.write(f"{number:>3}  {code}  {shown_in_line(words)}\n")
    while True:
        answer = ask(_("Number"))
        if answer.isdecimal() and 1 <= int(answer) <= len(choices):
            return choices[int(answer) - 1][0]
        sys.stderr.write(_("Type a number from 1 to {most}.").format(most=len(choices)) + "\n")


def ask(question: str, default: str = "") -> str:
    """The person's answer in one line; Enter takes the default."""
    suffix = " " if question.endswith(("?", "？")) and not default else _(": ")
    # Questions name clients, and defaults are what was stored: both are shown like any text of a person.
    words = shown_in_line(f"{question} [{default}]" if default else question)
    answer = typer.prompt(words, default=default, err=True, show_default=False, prompt_suffix=suffix)
    return str(answer).strip()


def ask_until(question: str, read: Callable[[str], Result], default: str = "") -> Result:
    """What ``read`` makes of the person's answer; a BadValue is said, and the question asked again."""
    while True:
        try:
            return read(ask(question, default))
        except BadValue as problem:
            sys.stderr.write(shown_in_line(one_after_another(problem.message, problem.hint)) + "\n")


def confirm(question: str, *, yes: bool) -> bool:
    """Whether the person agrees; ``yes`` agrees beforehand, and without a terminal it must be given."""
    if yes:
        return True
    if not on_terminal():
        raise BadValue(question, hint=_("Give --yes to agree."))
    while True:
        answer = ask(f"{question} [y/N]").lower()
        if answer in ("y", "yes", "是", "好"):
            return True
        if answer in ("", "n", "no", "否", "不"):
            return False


def given_or_asked(value: str | None, option: str, question: str) -> str:
    """A value that must be there: the option's, or the person's answer; BadValue names the option elsewhere."""
    if value is not None:
        return value
    if not on_terminal():
        raise BadValue(_("{option} is missing.").format(option=option))
    return ask(question)

"""Two languages through gettext: English in the code, Chinese in one catalogue.

Sentences for people are written in English where they are used, inside ``_()`` or ``_n()``. Words that
stand in module-level tables are marked with ``N_()`` and translated when shown. The language is chosen
once, by :func:`activate`, before any command module is imported, because Typer reads help texts then.
"""

import gettext as _gettext
import locale
import os
from collections.abc import Mapping
from pathlib import Path

DOMAIN = "sales"
FOLDER = Path(__file__).parent / "locale"

_words: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"

# Typer's own words: the help of the options it brings, and what it asks the process-wide gettext for, which
# activate() points at our catalogue. Where it speaks English only, cli/complaints.py speaks for it.
TYPER_WORDS = (
    "Show this message and exit.",
    "Show completion for the current shell, to copy it or customize the installation.",
    "Install completion for the current shell.",
    "Missing command.",
)


def language_for(environ: Mapping[str, str], asked: str | None = None, setting: str = "") -> str:
    """``zh`` or ``en``: what was asked for, else ``SALES_LANG``, else the setting, else the locale (any ``zh*``)."""
    for choice in (asked, environ.get("SALES_LANG"), setting):
        if choice:
            return "zh" if choice.lower().startswith("zh") else "en"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "zh" if environ[name].lower().startswith("zh") else "en"
    # Windows has no such variables, but the C library knows: Chinese (Simplified)_China.
    name = locale.getlocale()[0] or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def activate(language: str) -> None:
    """Speak ``language`` (``zh`` or ``en``) from here on, Typer's own words included."""
    global _words, _language
    _language = language
    languages = ["zh_CN"] if language == "zh" else ["en"]
    _words = _gettext.translation(DOMAIN, FOLDER, languages, fallback=True)
    os.environ["LANGUAGE"] = languages[0]
    _gettext.bindtextdomain(DOMAIN, str(FOLDER))
    _gettext.textdomain(DOMAIN)


def language() -> str:
    """The language in force, ``zh`` or ``en``."""
    return _language


def _(text: str) -> str:
    """``text`` in the language in force; the empty text stays empty."""
    return _words.gettext(text) if text else text


def _n(one: str, many: str, count: int) -> str:
    """The form of a sentence that fits ``count``; the caller fills in ``{count}``."""
    return _words.ngettext(one, many, count)


def one_after_another(*sentences: str) -> str:
    """Sentences in one line: a blank between them, but none after a full-width stop; empty ones fall away."""
    line = ""
    for sentence in filter(None, sentences):
        line += sentence if not line or line.endswith(("。", "？", "！")) else f" {sentence}"
    return line


def N_(text: str) -> str:
    """Mark ``text`` for the catalogue and give it back unchanged."""
    return text

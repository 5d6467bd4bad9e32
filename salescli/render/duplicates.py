"""Clients that are likely one, and what a merge of two does."""

from typing import TYPE_CHECKING, Any

from salescli.company_names import Alike
from salescli.i18n import N_, _
from salescli.record_words import kind_words
from salescli.render.clients import CLIENT
from salescli.render.output import Column, as_json, print_cells, print_text, say
from salescli.vocabulary import field_word

if TYPE_CHECKING:
    from salescli.services.accounts.duplicates import Duplicate
    from salescli.services.accounts.merges import Merging

_REASONS = {
    Alike.SAME_NAME: N_("same name"),
    Alike.SAME_BRAND: N_("same brand"),
    Alike.SOUNDS_ALIKE: N_("brand sounds the same"),
    Alike.BEGINS_ALIKE: N_("brand begins the same"),
    Alike.OTHER_BRAND: N_("other brand"),
    Alike.SAME_PLACE: N_("same place"),
    Alike.WIDER_PLACE: N_("one place lies in the other"),
    Alike.NO_PLACE: N_("one without place"),
    Alike.OTHER_PLACE: N_("other place"),
    Alike.SAME_TRADE: N_("same trade"),
    Alike.LIKE_TRADE: N_("trade alike"),
    Alike.NO_TRADE: N_("one without trade"),
    Alike.OTHER_TRADE: N_("other trade"),
    Alike.OTHER_FORM: N_("other legal form"),
    Alike.OTHER_UNIT: N_("other branch or works"),
    Alike.KNOWN_NAME: N_("short name or alias of the other"),
    Alike.SAME_MOBILE: N_("same mobile"),
    Alike.SAME_PHONE: N_("same phone"),
    Alike.SAME_ADDRESS: N_("same address"),
    Alike.OTHER_ADDRESS: N_("other address"),
    Alike.SAME_USCC: N_("same 统一社会信用代码"),
    Alike.OTHER_USCC: N_("other 统一社会信用代码"),
}


def _reason_words(reasons: Any) -> str:
    return _(", ").join(_(_REASONS[Alike(reason)]) for reason in reasons)


def score_words(pair: "Duplicate") -> str:
    """The score of a pair and its reasons, in brackets."""
    return _("({score}: {reasons})").format(score=pair.score, reasons=_reason_words(pair.reasons))


DUPLICATES: "list[Column[Duplicate]]" = [
    Column("score", N_("Score"), lambda pair: pair.score, "count"),
    Column("first", N_("First"), lambda pair: pair.first.code),
    Column("first_name", N_("Name"), lambda pair: pair.first.name),
    Column("second", N_("Second"), lambda pair: pair.second.code),
    Column("second_name", N_("Name"), lambda pair: pair.second.name),
    # In JSON these take the place of the codes.
    Column("first", N_("First"), lambda pair: pair.first, "data", row_of=CLIENT),
    Column("second", N_("Second"), lambda pair: pair.second, "data", row_of=CLIENT),
    Column("reasons", N_("Reasons"), lambda pair: [reason.value for reason in pair.reasons], word=_reason_words),
]


def _lines(merging: "Merging") -> list[str]:
    lines = [f"{kind_words(table)} ×{count:,}" for table, count in merging.moves]
    return [_("Moves: {what}.").format(what=_(", ").join(lines) or _("nothing"))] + [
        _("A target for {period} stays with {code}: both have one; set the other anew.").format(
            period=period, code=merging.gone.code
        )
        for period in merging.left
    ]


def _cells(merging: "Merging") -> list[list[str]]:
    return [
        [field_word(one.field), *("–" if value is None else str(value) for value in (one.first, one.second, one.kept))]
        for one in merging.differences
    ]


def print_merging(merging: "Merging") -> None:
    """Print what moves, and field by field what differs."""
    for line in _lines(merging):
        print_text(line)
    if merging.differences:
        heading = [_("Field"), merging.kept.code, merging.gone.code, _("Kept")]
        print_cells(heading, _cells(merging), right=[False] * 4)


def say_merging(merging: "Merging") -> None:
    """Say, before the question, what a merge would do."""
    for line in _lines(merging):
        say(line)
    for field, first, second, kept in _cells(merging):
        say(_("{field}: {first} | {second} → {kept}").format(field=field, first=first, second=second, kept=kept))


def merging_json(merging: "Merging") -> dict[str, Any]:
    """What a merge does, as scripts read it."""
    return {
        "kept": as_json(merging.kept, CLIENT),
        "gone": as_json(merging.gone, CLIENT),
        "score": merging.score,
        "reasons": [reason.value for reason in merging.reasons],
        "moves": dict(merging.moves),
        "differences": [
            {"field": one.field, "first": one.first, "second": one.second, "kept": one.kept}
            for one in merging.differences
        ],
        "targets_left": list(merging.left),
    }

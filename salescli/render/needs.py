"""Needs: the columns of their lists, one with its samples and what is still to be asked."""

from typing import TYPE_CHECKING, Any

from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.clients import CLIENT
from salescli.render.output import Column, Form, as_json, print_table, print_text, show_record
from salescli.service_words import NeedState, Result
from salescli.vocabulary import label

if TYPE_CHECKING:
    from salescli.services.selling.need_views import NeedView, SampleView

UNKNOWN = {
    "budget": N_("budget"),
    "authority": N_("who decides"),
    "need": N_("specification and quantity"),
    "timing": N_("by when"),
}


def _unknown_words(names: list[str]) -> str:
    return _(", ").join(_(UNKNOWN[name]) for name in names)


SAMPLES: "list[Column[SampleView]]" = [
    Column("item", N_("Sample"), lambda sample: sample.item),
    Column("quantity", N_("Quantity"), lambda sample: sample.quantity),
    Column("given_on", N_("Given on"), lambda sample: sample.given_on, "day", word=echo_day),
    Column("tested_on", N_("Tested on"), lambda sample: sample.tested_on, "day", word=echo_day),
    Column("result", N_("Result"), lambda sample: sample.result, word=lambda token: label(token, Result)),
    Column("note", N_("Note"), lambda sample: sample.note),
]


def _samples(need: "NeedView") -> list[dict[str, Any]]:
    return [as_json(sample, SAMPLES) for sample in need.samples]


NEEDS: "list[Column[NeedView]]" = [
    Column("code", N_("Code"), lambda need: need.code),
    Column("client", N_("Client"), lambda need: need.client.name),
    # In JSON this one takes the place of the name.
    Column("client", N_("Client"), lambda need: need.client, "data", row_of=CLIENT),
    Column("product", N_("Wanted"), lambda need: need.product),
    Column("product_code", N_("Product"), lambda need: need.product_code, on_screen=False),
    Column("spec", N_("Specification"), lambda need: need.spec),
    Column("quantity", N_("Quantity"), lambda need: need.quantity),
    Column("delivery", N_("Delivery"), lambda need: need.delivery, on_screen=False),
    Column("budget", N_("Budget"), lambda need: need.budget, "money"),
    Column("currency", N_("Currency"), lambda need: need.currency, on_screen=False, word=lambda _currency: ""),
    Column("decider", N_("Who decides"), lambda need: need.decider),
    Column("timing", N_("When"), lambda need: need.timing, on_screen=False),
    Column("wanted_on", N_("Wanted on"), lambda need: need.wanted_on, "day", word=echo_day),
    Column("state", N_("State"), lambda need: need.state, word=lambda token: label(token, NeedState)),
    Column("deal", N_("Deal"), lambda need: need.deal, on_screen=False),
    Column("note", N_("Note"), lambda need: need.note, on_screen=False),
    Column("raised_on", N_("Raised on"), lambda need: need.raised_on, "day", on_screen=False, word=echo_day),
    Column("completeness", N_("Known"), lambda need: need.completeness, "ratio", word=lambda part: f"{part:.0%}"),
    Column("unknown", N_("Still unknown"), lambda need: need.unknown, on_screen=False, word=_unknown_words),
    Column("samples", N_("Samples"), _samples, "data"),
]


def show(need: "NeedView", form: Form) -> None:
    """Print one need, with its samples."""
    show_record(need, NEEDS, form)
    if form == "screen" and need.samples:
        print_text("")
        print_table(need.samples, SAMPLES)

"""The admission of a client: how far it has come, and its papers."""

from typing import TYPE_CHECKING, Any

from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.clients import CLIENT
from salescli.render.output import Column, Form, as_json, print_table, print_text, show_record
from salescli.service_words import AdmissionState, Result
from salescli.vocabulary import label

if TYPE_CHECKING:
    from salescli.services.accounts.admission_results import Untold
    from salescli.services.accounts.admissions import AdmissionView, PaperView

PAPERS: "list[Column[PaperView]]" = [
    Column("item", N_("Paper"), lambda paper: paper.item),
    Column("required", N_("Required"), lambda paper: paper.required),
    Column("received_on", N_("Received on"), lambda paper: paper.received_on, "day", word=echo_day),
    Column("file", N_("File"), lambda paper: paper.file),
    Column("result", N_("Result"), lambda paper: paper.result, word=lambda token: label(token, Result)),
    Column("note", N_("Note"), lambda paper: paper.note, on_screen=False),
]


def _state(token: str) -> str:
    return label(token, AdmissionState)


def _papers(admission: "AdmissionView") -> list[dict[str, Any]]:
    return [as_json(paper, PAPERS) for paper in admission.items]


ADMISSION: "list[Column[AdmissionView]]" = [
    Column("client", N_("Client"), lambda admission: f"{admission.client.code} {admission.client.name}"),
    Column("client", N_("Client"), lambda admission: admission.client, "data", row_of=CLIENT),
    Column(
        "state", N_("Admission"), lambda admission: admission.state, word=lambda token: label(token, AdmissionState)
    ),
    Column(
        "completeness",
        N_("Papers there"),
        lambda admission: admission.completeness,
        "ratio",
        word=lambda part: f"{part:.0%}",
    ),
    Column("missing", N_("Missing"), lambda admission: admission.missing, word=lambda items: _(", ").join(items)),
    Column("submitted_on", N_("Submitted on"), lambda admission: admission.submitted_on, "day", word=echo_day),
    Column("decided_on", N_("Decided on"), lambda admission: admission.decided_on, "day", word=echo_day),
    Column("reason", N_("Reason"), lambda admission: admission.reason),
    Column("told_on", N_("Client told on"), lambda admission: admission.told_on, "day", word=echo_day),
    Column("items", N_("Papers"), _papers, "data"),
]


def untold_words(one: "Untold") -> str:
    """Who was turned down and does not know it yet."""
    return _("Not admitted on {day} ({reason}); the client has not been told.").format(
        day=echo_day(one.decided_on), reason=one.reason
    )


def show(admission: "AdmissionView", form: Form) -> None:
    """Print how far an admission has come, with its papers."""
    show_record(admission, ADMISSION, form)
    if form == "screen" and admission.items:
        print_text("")
        print_table(admission.items, [column for column in PAPERS if column.on_screen])

"""Feedback in the house: the columns of its lists."""

import contextlib
from typing import TYPE_CHECKING

from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.clients import CLIENT
from salescli.render.output import Column
from salescli.service_words import Department, FeedbackKind, FeedbackState
from salescli.vocabulary import label

if TYPE_CHECKING:
    from salescli.services.care.feedback import FeedbackView


def department_words(name: str) -> str:
    """A department as people read it; one that is not among the known ones goes by its name."""
    with contextlib.suppress(ValueError):
        return label(name, Department)
    return name


def kind_words(token: str) -> str:
    """The word for a kind of feedback."""
    return label(token, FeedbackKind)


FEEDBACK: "list[Column[FeedbackView]]" = [
    Column("code", N_("Code"), lambda one: one.code),
    Column("urgent", N_("Urgent"), lambda one: one.urgent, word=lambda urgent: _("urgent") if urgent else ""),
    Column("to", N_("To whom"), lambda one: one.to, word=department_words),
    Column("kind", N_("Kind"), lambda one: one.kind, word=kind_words),
    Column("text", N_("What"), lambda one: one.text),
    Column("client", N_("Client"), lambda one: one.client and one.client.name),
    # In JSON this one takes the place of the name.
    Column("client", N_("Client"), lambda one: one.client, "data", row_of=CLIENT),
    Column("support", N_("Support expected"), lambda one: one.support),
    Column("raised_on", N_("Raised on"), lambda one: one.raised_on, "day", on_screen=False, word=echo_day),
    Column("due_on", N_("Due on"), lambda one: one.due_on, "day", word=echo_day),
    Column(
        "days_overdue",
        N_("Days overdue"),
        lambda one: one.days_overdue,
        "count",
        word=lambda days: str(days) if days else "",
    ),
    Column("state", N_("State"), lambda one: one.state, word=lambda token: label(token, FeedbackState)),
    Column(
        "acknowledged_on", N_("Acknowledged on"), lambda one: one.acknowledged_on, "day", on_screen=False, word=echo_day
    ),
    Column("answer", N_("Answer"), lambda one: one.answer),
    Column("answered_on", N_("Answered on"), lambda one: one.answered_on, "day", on_screen=False, word=echo_day),
]

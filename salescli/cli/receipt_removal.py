"""`sales receipt remove`: a receipt, or a refund that was noted by mistake."""

from typing import TYPE_CHECKING, Annotated

import typer

from salescli import dates, render, services
from salescli.cli.ask import confirm, with_choice
from salescli.cli.options import Json, Yes
from salescli.cli.run import Run
from salescli.i18n import _

if TYPE_CHECKING:
    from salescli.services.cash.receipt_views import ReceiptView
    from salescli.services.cash.refunds import RefundView


def remove(
    ctx: typer.Context,
    ref: Annotated[
        str,
        typer.Argument(metavar="RECEIPT", help=_("A receipt's code or reference, or the code of a refund: R0003-1.")),
    ],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Take out the receipt or the refund that ``ref`` means, once that is agreed to."""
    run = Run.of(ctx)

    def look(ref: str) -> "ReceiptView":
        with run.reading() as session:
            return services.receipts.view(session, services.receipts.find(session, ref))

    with run.reading() as session:
        refund = services.refunds.find(session, ref)
        paid_back = None if refund is None else services.refunds.view(session, refund)
    if paid_back is not None:
        _remove_refund(run, paid_back, yes=yes, as_json=as_json)
        return
    view = with_choice(ref, look)
    question = _("Remove {code}, {amount} from {client}?").format(
        code=view.code, amount=render.receipts.money(view.amount, view.currency), client=view.client.name
    )
    if not confirm(question, yes=yes):
        raise typer.Exit
    with run.writing("receipt remove") as session:
        services.receipts.remove(session, services.receipts.find(session, view.code))
    render.receipts.show_receipt(view, render.output.form(as_json=as_json))
    render.output.say(_("Removed {code} {client}.").format(code=view.code, client=view.client.name))


def _remove_refund(run: Run, view: "RefundView", *, yes: bool, as_json: bool) -> None:
    words = {
        "code": view.codes[0],
        "amount": render.receipts.money(view.amount, view.currency),
        "client": view.client.name,
    }
    question = _("Remove the refund {code}, {amount} to {client}, {day}?")
    if not confirm(question.format(**words, day=dates.echo_day(view.refunded_on)), yes=yes):
        raise typer.Exit
    with run.writing("receipt remove") as session:
        refund = services.refunds.find(session, view.codes[0])
        assert refund is not None
        receipt = services.receipts.view(session, services.refunds.remove(session, refund))
    render.receipts.show_receipt(receipt, render.output.form(as_json=as_json))
    render.output.say(_("Removed the refund {code} of {client}: {amount} is there again.").format(**words))
    for sentence in render.receipts.unallocated_words(receipt):
        render.output.say(sentence)

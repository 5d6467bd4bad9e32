"""`sales receipt …`: money owed and received: plans, receipts, what is open, invoices, the statement of account."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import amounts, currencies, dates, render, services
from salescli.cli import receipt_files, receipt_removal
from salescli.cli.ask import confirm, with_choice
from salescli.cli.clients import Ref
from salescli.cli.completion import client_names
from salescli.cli.options import Csv, Force, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _, _n

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.services.cash.receipts import ReceiptView
    from salescli.services.cash.receivables import Aging

app = group(_("Money owed and received: plan, add, aging, statement."))

OrderRef = Annotated[
    str, typer.Argument(metavar="ORDER", help=_("Code, the contract's number, or a client with one open order."))
]
ReceiptRef = Annotated[
    str, typer.Argument(metavar="RECEIPT", help=_("Code, bank reference, or a client with one receipt."))
]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help=_("350000, 35万, 3万5, 350k …"))]
Period = Annotated[str | None, typer.Argument(metavar="[PERIOD]", help=_("A day, week, month, …; all without one."))]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help=_("The day, today unless given."))]
OrderOption = Annotated[str | None, typer.Option("--order", metavar="ORDER", help=_("The order it is for."))]
ClientOption = Annotated[str | None, typer.Option("--client", help=_("Only this client."), autocompletion=client_names)]
Currency = Annotated[
    str | None, typer.Option("--currency", metavar="CNY|USD|…", help=_("The currency, the order's unless given."))
]
Reason = Annotated[str | None, typer.Option("--reason", help=_("Why."))]
Note = Annotated[str | None, typer.Option("--note", help=_("Note."))]


@app.command(
    "plan",
    **described(
        _("Say when an order's amount is due, as people write it; without TERMS show its plan."),
        "sales receipt plan O0012 30%预付，70%月结30天",
        "sales receipt plan O0012 3-6-1质保一年",
        "sales receipt plan O0012",
    ),
)
def plan(
    ctx: typer.Context,
    ref: OrderRef,
    terms: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TERMS]...", help=_("月结60天, 款到发货, net 30 …; no quotes needed.")),
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    text = " ".join(terms or ())

    def work(ref: str) -> Any:
        with run.writing("receipt plan") if text else run.reading() as session:
            order = services.orders.find(session, ref)
            if text:
                services.receivables.plan(session, order, text, run.settings)
            items = services.receivables.plan_items(session, order, run.today)
            return services.orders.view(session, order, run.today), items

    order, items = with_choice(ref, work)
    render.receipts.show_plan(order, items, render.output.form(as_json=as_json, as_csv=as_csv))
    if text:
        render.output.say(
            _n("Planned for {order}: {count} payment.", "Planned for {order}: {count} payments.", len(items)).format(
                order=order.code, count=len(items)
            )
        )
    elif not items:
        render.output.say(
            _("{order} has no plan yet: `sales receipt plan {order} TERMS` makes one.").format(order=order.code)
        )


@app.command(
    "add",
    **described(
        _("Record money received; it pays what is due longest, the order named first."),
        "sales receipt add hzlh 5万",
        "sales receipt add hzlh 36000 --order O0012 --on 昨天 --method 承兑 --matures 2027-05-20",
        "sales receipt add hzlh 8万 --to O0012=5万 --to O0013=3万 --reference 20261125-0017",
    ),
)
def add(
    ctx: typer.Context,
    client: Ref,
    amount: Amount,
    order: OrderOption = None,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="ORDER=AMOUNT", help=_("What pays for which order, by hand; may be repeated.")),
    ] = None,
    on: On = None,
    method: Annotated[
        str | None,
        typer.Option(
            "--method", metavar="transfer|acceptance|wechat|alipay|cash|cheque|other", help=_("How it was paid.")
        ),
    ] = None,
    reference: Annotated[str | None, typer.Option("--reference", help=_("The bank's reference."))] = None,
    currency: Currency = None,
    rate: Annotated[str | None, typer.Option("--rate", help=_("What a unit of it is worth in yuan."))] = None,
    matures: Annotated[
        str | None, typer.Option("--matures", metavar="DAY", help=_("The day an acceptance matures."))
    ] = None,
    note: Note = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day, money = _past(run, on), amounts.parse_amount(amount)
    details = {
        "method": method, "reference": reference, "currency": currency, "rate": rate, "note": note,
        "matures_on": None if matures is None else dates.parse_day(matures, run.today, "coming"),
    }  # fmt: skip
    by_hand = None if not to else [_order_and_amount(text) for text in to]

    def work(session: "Session", ref: str) -> Any:
        named = None if order is None else services.orders.find(session, order)
        paid = None if by_hand is None else [(services.orders.find(session, one), part) for one, part in by_hand]
        whose = services.clients.find(session, ref)
        return services.bookings.book_receipt(
            session, whose, money, day, run.today, order=named, to=paid, **details
        )  # fmt: skip

    view = _change(run, "receipt add", client, work)
    _show(view, as_json)
    render.output.say(
        _("Received {amount} from {client}, {day}: {code}.").format(
            amount=render.receipts.money(view.amount, view.currency),
            client=view.client.name,
            day=dates.echo_day(view.received_on),
            code=view.code,
        )
    )
    for sentence in render.receipts.unallocated_words(view):
        render.output.say(sentence)


def _order_and_amount(text: str) -> tuple[str, int]:
    order, equals, amount = text.replace("＝", "=").rpartition("=")
    if not equals or not order.strip():
        raise BadValue(
            _("“{text}” is not ORDER=AMOUNT.").format(text=amounts.excerpt(text)), hint=_("Write --to O0012=5万.")
        )
    return order.strip(), amounts.parse_amount(amount)


@app.command(
    "list",
    **described(
        _("List receipts; --unallocated those with money that pays for nothing yet."),
        "sales receipt list 本月",
        "sales receipt list --unallocated",
    ),
)
def list_(
    ctx: typer.Context,
    period: Period = None,
    client: ClientOption = None,
    unallocated: Annotated[
        bool, typer.Option("--unallocated", help=_("Only with money that pays for nothing yet."))
    ] = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    span = None if period is None else dates.parse_period(period, run.today)
    rows = _look(
        run,
        client,
        lambda session, whose: services.receipts.listed(session, span, whose, only_unallocated=unallocated),
    )
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.receipts.show_receipts(rows, form, empty=_("No receipt."))


@app.command(
    "show",
    **described(_("Show a receipt: what it pays for, and what of it was paid back."), "sales receipt show R0003"),
)
def show(ctx: typer.Context, ref: ReceiptRef, as_json: Json = False) -> None:
    run = Run.of(ctx)
    _show(with_choice(ref, lambda ref: _view(run, ref)), as_json)


@app.command(
    "aging",
    **described(
        _("Show what is open, by how long it has been due; the sums are in yuan."),
        "sales receipt aging",
        "sales receipt aging --client hzlh",
    ),
)
def aging(ctx: typer.Context, client: ClientOption = None, as_json: Json = False, as_csv: Csv = False) -> None:
    run = Run.of(ctx)

    def look(session: "Session", whose: Any) -> "tuple[Aging, int]":
        free = services.receipts.unallocated(session, whose)
        return services.receivables.aging(session, run.today, whose), sum(one.unallocated_value for one in free)

    found, free = _look(run, client, look)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.receipts.show_aging(found, form, empty=_("Nothing is open."))
    if free:
        render.output.say(
            _("{amount} that was received pays for nothing yet: `sales receipt list --unallocated`.").format(
                amount=amounts.grouped(free)
            )
        )


@app.command(
    "allocate",
    **described(
        _("Let so much of a receipt pay for an order; what is missing comes from its other orders. 0 takes it off."),
        "sales receipt allocate R0003 O0012 2万",
        "sales receipt allocate R0003 O0012 0",
    ),
)
def allocate(ctx: typer.Context, ref: ReceiptRef, order: OrderRef, amount: Amount, as_json: Json = False) -> None:
    run = Run.of(ctx)
    money = amounts.parse_amount(amount)

    def work(session: "Session", ref: str) -> Any:
        receipt = services.receipts.find(session, ref)
        return services.receipts.allocate(session, receipt, services.orders.find(session, order), money)

    view = _change(run, "receipt allocate", ref, work)
    _show(view, as_json)
    render.output.say(_("Allocated anew: {code}.").format(code=view.code))
    for sentence in render.receipts.unallocated_words(view):
        render.output.say(sentence)


@app.command(
    "refund",
    **described(
        _("Record money paid back: what is unallocated, with --order also what paid for that order."),
        "sales receipt refund hzlh 5000 --order O0012 --reason 退货",
    ),
)
def refund(
    ctx: typer.Context,
    client: Ref,
    amount: Amount,
    order: OrderOption = None,
    on: On = None,
    reason: Reason = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day, money = _past(run, on), amounts.parse_amount(amount)

    def work(ref: str) -> Any:
        with run.writing("receipt refund") as session:
            whose = services.clients.find(session, ref)
            named = None if order is None else services.orders.find(session, order)
            return services.refunds.add(session, whose, money, day, order=named, reason=reason)

    view = with_choice(client, work)
    render.output.show_record(view, render.receipts.REFUNDS, render.output.form(as_json=as_json))
    render.output.say(
        _("Paid back {amount} to {client}, {day}: {codes}.").format(
            amount=render.receipts.money(view.amount, view.currency),
            client=view.client.name,
            day=dates.echo_day(view.refunded_on),
            codes=_(", ").join(view.codes),
        )
    )


@app.command(
    "invoice",
    **described(
        _("Record an invoice issued for an order."), "sales receipt invoice O0012 24337000000123456789 12万 --on 昨天"
    ),
)
def invoice(
    ctx: typer.Context,
    ref: OrderRef,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=_("The invoice's number."))],
    amount: Amount,
    on: On = None,
    note: Note = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day, money = _past(run, on), amounts.parse_amount(amount)

    def work(ref: str) -> Any:
        with run.writing("receipt invoice") as session:
            order = services.orders.find(session, ref)
            issued = services.invoices.issue(session, order, number, money, day, run.settings, note)
            return services.invoices.view(session, issued)

    view = with_choice(ref, work)
    render.output.show_record(view, render.receipts.INVOICES, render.output.form(as_json=as_json))
    render.output.say(
        _("Invoiced {amount} for {order}, {day}.").format(
            amount=render.receipts.money(view.amount, view.currency),
            order=view.order,
            day=dates.echo_day(view.issued_on),
        )
    )


@app.command(
    "invoices",
    **described(
        _("List invoices, with what is left to invoice of their orders."), "sales receipt invoices 本月 --client hzlh"
    ),
)
def invoices(
    ctx: typer.Context,
    period: Period = None,
    client: ClientOption = None,
    order: OrderOption = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    span = None if period is None else dates.parse_period(period, run.today)

    def look(session: "Session", whose: Any) -> Any:
        named = None if order is None else services.orders.find(session, order)
        return services.invoices.listed(session, span, whose, named)

    rows = _look(run, client, look)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(rows, render.receipts.INVOICES, form, empty=_("No invoice."))


@app.command(
    "uninvoice",
    **described(_("Take an invoice out of every list."), "sales receipt uninvoice 24337000000123456789"),
)
def uninvoice(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=_("The invoice's number."))],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    with run.reading() as session:
        view = services.invoices.view(session, services.invoices.find(session, number))
    question = _("Remove the invoice {number}, {amount} for {order}?").format(
        number=view.number, amount=render.receipts.money(view.amount, view.currency), order=view.order
    )
    if not confirm(question, yes=yes):
        raise typer.Exit
    with run.writing("receipt uninvoice") as session:
        services.invoices.remove(session, services.invoices.find(session, number))
    render.output.show_record(view, render.receipts.INVOICES, render.output.form(as_json=as_json))
    render.output.say(_("Removed the invoice {number}.").format(number=view.number))


@app.command(
    "statement",
    **described(
        _("Show a client's account: orders, returns, receipts and refunds, with the balance after each."),
        "sales receipt statement hzlh",
        "sales receipt statement hzlh 2026-Q4 --out 对账单.xlsx",
    ),
)
def statement(
    ctx: typer.Context,
    client: Ref,
    period: Annotated[str, typer.Argument(metavar="[PERIOD]", help=_("This year unless given."))] = "this-year",
    currency: Currency = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help=_("Write it to a new .csv or .xlsx file."))
    ] = None,
    force: Force = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    span = dates.parse_period(period, run.today)
    asked = None if currency is None else currencies.parse_currency(currency)
    if out is not None:
        render.export.check_target(out, force=force)

    def look(session: "Session", whose: Any) -> Any:
        used = services.statements.currencies(session, whose)
        code = asked or next(iter(used), currencies.HOME)
        return services.statements.of(session, whose, span, code), [one for one in used if one != code]

    found, others = _look(run, client, look)
    if out is None:
        render.receipts.show_statement(found, render.output.form(as_json=as_json, as_csv=as_csv))
    else:
        cells = render.receipts.statement_cells(found)
        render.export.write_table(out, render.receipts.statement_titles(), cells, force=force)
        render.output.print_text(str(out))
    for code in others:
        render.output.say(_("There is more in {currency}: --currency {currency}.").format(currency=code))


app.command(
    "remove",
    **described(
        _("Take a receipt, or a refund noted by mistake, out of every list; what it paid is open again."),
        "sales receipt remove R0003",
        "sales receipt remove R0003-1",
    ),
)(receipt_removal.remove)


app.command(
    "import",
    **described(
        _("Take receipts in from a file; each pays the order it names. If a row is bad, nothing is written."),
        "sales receipt import receipts.csv --dry-run",
        "sales receipt import 回款.xlsx --skip-bad",
    ),
)(receipt_files.import_receipts)


def _view(run: Run, ref: str) -> "ReceiptView":
    with run.reading() as session:
        return services.receipts.view(session, services.receipts.find(session, ref))


def _past(run: Run, on: str | None) -> date:
    return run.today if on is None else dates.parse_day(on, run.today, "past")


def _look(run: Run, client: str | None, work: "Callable[[Session, Any], Any]") -> Any:
    """What ``work`` finds of the client, or of all without one."""

    def look(ref: str) -> Any:
        with run.reading() as session:
            return work(session, services.clients.find(session, ref) if client else None)

    return with_choice(client or "", look)


def _change(run: Run, command: str, ref: str, work: "Callable[[Session, str], Any]") -> "ReceiptView":
    """Do ``work`` on what ``ref`` means, and give back what became of the receipt."""

    def change(ref: str) -> "ReceiptView":
        with run.writing(command) as session:
            return services.receipts.view(session, work(session, ref))

    return with_choice(ref, change)


def _show(view: "ReceiptView", as_json: bool) -> None:
    render.receipts.show_receipt(view, render.output.form(as_json=as_json))

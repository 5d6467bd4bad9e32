"""`sales client …`: the client file."""

from typing import Annotated, Any

import typer

from salescli import amounts, render, services
from salescli.cli import briefs, client_admission, client_duplicates, client_files, client_standing
from salescli.cli.ask import confirm, given_or_asked, with_choice
from salescli.cli.completion import client_names
from salescli.cli.options import Csv, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _, _n, one_after_another

app = group(_("Clients and contacts: add, find, import, who is due."))
contact_app = group(_("The people at a client."))
app.add_typer(contact_app, name="contact")
app.add_typer(briefs.app)  # `brief` and `timeline`, which `sales brief` takes without the rest

Ref = Annotated[
    str,
    typer.Argument(
        metavar="CLIENT", help=_("Code, name, part of it, or pinyin initials."), autocompletion=client_names
    ),
]
ShortName = Annotated[str | None, typer.Option("--short-name", help=_("Short name."))]
Grade = Annotated[str | None, typer.Option("--grade", metavar="A|B|C", help=_("Class: A 重要, B 一般, C 潜在."))]
Lifecycle = Annotated[
    str | None, typer.Option("--lifecycle", metavar="lead|prospect|customer|dormant|lost|blocked", help=_("Stage."))
]
Industry = Annotated[str | None, typer.Option("--industry", help=_("Industry."))]
Source = Annotated[str | None, typer.Option("--source", help=_("Where the client came from."))]
Territory = Annotated[str | None, typer.Option("--territory", help=_("Territory."))]
District = Annotated[str | None, typer.Option("--district", help=_("District."))]
Address = Annotated[str | None, typer.Option("--address", help=_("Address."))]
Lat = Annotated[str | None, typer.Option("--lat", help=_("Latitude in degrees."))]
Lon = Annotated[str | None, typer.Option("--lon", help=_("Longitude in degrees."))]
Uscc = Annotated[str | None, typer.Option("--uscc", help=_("统一社会信用代码, 18 signs."))]
Tags = Annotated[list[str] | None, typer.Option("--tag", help=_("A tag; may be repeated."))]
Aliases = Annotated[list[str] | None, typer.Option("--alias", help=_("Another name; may be repeated."))]
Owner = Annotated[str | None, typer.Option("--owner", help=_("Who looks after the client."))]
Need = Annotated[str | None, typer.Option("--need", help=_("What the client wants."))]
Note = Annotated[str | None, typer.Option("--note", help=_("Note."))]
Title = Annotated[str | None, typer.Option("--title", help=_("The contact's title."))]
Mobile = Annotated[str | None, typer.Option("--mobile", help=_("The contact's mobile."))]
Phone = Annotated[str | None, typer.Option("--phone", help=_("The contact's phone."))]
WeChat = Annotated[str | None, typer.Option("--wechat", help=_("The contact's WeChat."))]
Email = Annotated[str | None, typer.Option("--email", help=_("The contact's e-mail."))]
Role = Annotated[
    str | None,
    typer.Option("--role", metavar="decision|influence|user|purchasing|finance", help=_("Say in a purchase.")),
]


@app.command(
    "add",
    **described(_("Add a client."), "sales client add 杭州蓝海机电 --grade A --contact 张工 --mobile 13800000000"),
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("The client's full name."))],
    short_name: ShortName = None,
    grade: Grade = None,
    lifecycle: Lifecycle = None,
    industry: Industry = None,
    source: Source = None,
    territory: Territory = None,
    district: District = None,
    address: Address = None,
    lat: Lat = None,
    lon: Lon = None,
    uscc: Uscc = None,
    contact: Annotated[str | None, typer.Option("--contact", help=_("The person to ask for."))] = None,
    title: Title = None,
    mobile: Mobile = None,
    phone: Phone = None,
    wechat: WeChat = None,
    email: Email = None,
    tags: Tags = None,
    aliases: Aliases = None,
    owner: Owner = None,
    need: Need = None,
    note: Note = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    fields = _given(
        name=name, short_name=short_name, grade=grade, lifecycle=lifecycle, industry=industry, source=source,
        territory=territory, district=district, address=address, lat=lat, lon=lon, uscc=uscc, tags=tags,
        aliases=aliases, owner=owner, need=need, note=note,
    )  # fmt: skip
    person = _given(name=contact, title=title, mobile=mobile, phone=phone, wechat=wechat, email=email)
    if person and contact is None:
        person["name"] = given_or_asked(None, "--contact", _("The person to ask for"))
    with run.writing("client add") as session:
        calendar = services.work_calendar.of(session)
        client = services.clients.add(session, fields, person or None, run.today, run.settings, calendar)
        alike = services.duplicates.of(session, client)
        view = services.clients.view(session, client, run.today)
    render.output.show_record(view, render.clients.CLIENTS, render.output.form(as_json=as_json))
    render.output.say(_("Added {code} {name}.").format(code=view.code, name=view.name))
    for pair in alike:
        question = _("Is it the same as {code} {name}?").format(code=pair.first.code, name=pair.first.name)
        render.output.say(f"{question} {render.duplicates.score_words(pair)}")


@app.command("list", **described(_("List clients."), "sales client list 蓝海", "sales client list --grade A --overdue"))
def list_(
    ctx: typer.Context,
    text: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]", help=_("Any part of a name, pinyin or initials."))
    ] = None,
    grade: Grade = None,
    lifecycle: Lifecycle = None,
    district: District = None,
    tag: Annotated[str | None, typer.Option("--tag", help=_("Only with this tag."))] = None,
    owner: Owner = None,
    overdue: Annotated[bool, typer.Option("--overdue", help=_("Only whose due day has passed."))] = False,
    sort: Annotated[
        str, typer.Option("--sort", metavar="code|name|grade|district|due|contact", help=_("Order."))
    ] = "code",
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help=_("At most so many."))] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    wanted = services.clients.Filter(
        " ".join(text) if text else None, grade, lifecycle, district, tag, owner, overdue, sort, limit
    )
    with run.reading() as session:
        rows = services.clients.listed(session, wanted, run.today)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(rows, render.clients.CLIENTS, form, empty=_("No client matches."))


@app.command("show", **described(_("Show a client."), "sales client show hzlh"))
def show(ctx: typer.Context, ref: Ref, as_json: Json = False) -> None:
    run = Run.of(ctx)

    def find(ref: str) -> Any:
        with run.reading() as session:
            client = services.clients.find(session, ref)
            told = services.credits.notes(services.credits.view(session, client, run.today))
            rejected = services.admission_results.untold(session, client)
            return services.clients.view(session, client, run.today), told, rejected

    view, told, rejected = with_choice(ref, find)
    render.output.show_record(view, render.clients.CLIENTS, render.output.form(as_json=as_json))
    for one in rejected:
        render.output.say(render.admissions.untold_words(one))
    if not as_json and len(view.contacts) > 1:
        render.output.print_table(view.contacts, render.clients.CONTACTS)
    for sentence in told:
        render.output.say(sentence)


@app.command("edit", **described(_("Change a client."), "sales client edit hzlh --grade A --district 滨江"))
def edit(
    ctx: typer.Context,
    ref: Ref,
    name: Annotated[str | None, typer.Option("--name", help=_("A new name."))] = None,
    short_name: ShortName = None,
    grade: Grade = None,
    grade_reason: Annotated[str | None, typer.Option("--grade-reason", help=_("Why this grade."))] = None,
    lifecycle: Lifecycle = None,
    industry: Industry = None,
    source: Source = None,
    territory: Territory = None,
    district: District = None,
    address: Address = None,
    lat: Lat = None,
    lon: Lon = None,
    uscc: Uscc = None,
    tags: Tags = None,
    aliases: Aliases = None,
    owner: Owner = None,
    need: Need = None,
    note: Note = None,
    archived: Annotated[bool | None, typer.Option("--archive/--unarchive", help=_("Keep it out of the lists."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    fields = _given(
        name=name, short_name=short_name, grade=grade, grade_reason=grade_reason, lifecycle=lifecycle,
        industry=industry, source=source, territory=territory, district=district, address=address, lat=lat, lon=lon,
        uscc=uscc, tags=tags, aliases=aliases, owner=owner, need=need, note=note, archived=archived,
    )  # fmt: skip
    if not fields:
        raise BadValue(
            _("Nothing to change was given."),
            hint=_("`{command} --help` shows how.").format(command="sales client edit"),
        )

    def change(ref: str) -> Any:
        with run.writing("client edit") as session:
            calendar = services.work_calendar.of(session)
            client = services.clients.find(session, ref)
            services.clients.edit(session, client, fields, run.today, run.settings, calendar)
            return services.clients.view(session, client, run.today)

    view = with_choice(ref, change)
    render.output.show_record(view, render.clients.CLIENTS, render.output.form(as_json=as_json))
    render.output.say(_("Changed {code} {name}.").format(code=view.code, name=view.name))


@app.command("remove", **described(_("Take a client out of every list."), "sales client remove C0012"))
def remove(ctx: typer.Context, ref: Ref, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            client = services.clients.find(session, ref, follow=False)
            booked = services.credits.booked(session, client.id or 0)
            return services.clients.view(session, client, run.today), booked

    view, booked = with_choice(ref, look)
    question = _("Remove {code} {name}?").format(code=view.code, name=view.name)
    if booked.orders or booked.receipts:
        leaving = _("With it leave the figures: orders {orders} ({ordered}), receipts {receipts} ({received}).")
        told = leaving.format(
            orders=booked.orders,
            ordered=amounts.grouped(booked.ordered),
            receipts=booked.receipts,
            received=amounts.grouped(booked.received),
        )
        question = one_after_another(told, question)
    if not confirm(question, yes=yes):
        raise typer.Exit
    with run.writing("client remove") as session:
        services.clients.remove(session, services.clients.find(session, view.code))
    render.output.show_record(view, render.clients.CLIENTS, render.output.form(as_json=as_json))
    render.output.say(_("Removed {code} {name}.").format(code=view.code, name=view.name))


@app.command("due", **described(_("Who is due for a contact."), "sales client due", "sales client due --grade A"))
def due(ctx: typer.Context, grade: Grade = None, as_json: Json = False, as_csv: Csv = False) -> None:
    run = Run.of(ctx)
    with run.reading() as session:
        rows = services.clients.due(session, run.today, grade)
        late = services.cadence.out_of_reach(session, run.settings)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(rows, render.clients.CLIENTS, form, empty=_("Nobody is due."))
    if late:
        render.output.say(
            _n(
                "{count} client never contacted can't be reached in time: the days are full.",
                "{count} clients never contacted can't be reached in time: the days are full.",
                late,
            ).format(count=late)
        )


@contact_app.command("list", **described(_("List the people at a client."), "sales client contact list hzlh"))
def list_contacts(ctx: typer.Context, ref: Ref, as_json: Json = False, as_csv: Csv = False) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            return services.contacts.listed(session, services.clients.find(session, ref))

    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(with_choice(ref, look), render.clients.CONTACTS, form, empty=_("No contact yet."))


@contact_app.command("add", **described(_("Add a person."), "sales client contact add hzlh 李总 --mobile 13800000000"))
def add_contact(
    ctx: typer.Context,
    ref: Ref,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("The person's name."))],
    title: Title = None,
    role: Role = None,
    mobile: Mobile = None,
    phone: Phone = None,
    wechat: WeChat = None,
    email: Email = None,
    primary: Annotated[bool, typer.Option("--primary", help=_("The person to ask for first."))] = False,
    as_json: Json = False,
) -> None:
    fields = _given(
        name=name, title=title, role=role, mobile=mobile, phone=phone, wechat=wechat, email=email,
        primary=primary or None,
    )  # fmt: skip
    _change_contact(
        ctx,
        ref,
        "client contact add",
        as_json,
        lambda session, client, _name: services.contacts.add(session, client, fields),
        name,
    )


@contact_app.command("edit", **described(_("Change a person."), "sales client contact edit hzlh 李总 --title 总经理"))
def edit_contact(
    ctx: typer.Context,
    ref: Ref,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("The person's name."))],
    new_name: Annotated[str | None, typer.Option("--name", help=_("A new name."))] = None,
    title: Title = None,
    role: Role = None,
    mobile: Mobile = None,
    phone: Phone = None,
    wechat: WeChat = None,
    email: Email = None,
    primary: Annotated[bool, typer.Option("--primary", help=_("The person to ask for first."))] = False,
    left: Annotated[bool, typer.Option("--left", help=_("No longer there; the record stays."))] = False,
    as_json: Json = False,
) -> None:
    fields = _given(
        name=new_name, title=title, role=role, mobile=mobile, phone=phone, wechat=wechat, email=email,
        primary=primary or None, left_on=Run.of(ctx).today if left else None,
    )  # fmt: skip
    _change_contact(
        ctx,
        ref,
        "client contact edit",
        as_json,
        lambda session, client, name: services.contacts.edit(session, client, name, fields),
        name,
    )


@contact_app.command("remove", **described(_("Remove a person."), "sales client contact remove hzlh 李总"))
def remove_contact(
    ctx: typer.Context,
    ref: Ref,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("The person's name."))],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    if not confirm(_("Remove {name}?").format(name=name), yes=yes):
        raise typer.Exit
    _change_contact(
        ctx,
        ref,
        "client contact remove",
        as_json,
        lambda session, client, name: services.contacts.remove(session, client, name),
        name,
    )


def _change_contact(ctx: typer.Context, ref: str, command: str, as_json: bool, work: Any, name: str) -> None:
    """Do ``work`` on one contact of a client, and show that contact."""
    run = Run.of(ctx)

    def look(ref: str) -> str:
        with run.reading() as session:
            return services.clients.find(session, ref).code

    def change(name: str) -> Any:
        with run.writing(command) as session:
            return services.contacts.view(work(session, services.clients.find(session, code), name))

    code = with_choice(ref, look)
    view = with_choice(name, change)
    render.output.show_record(view, render.clients.CONTACTS, render.output.form(as_json=as_json))


def _given(**fields: Any) -> dict[str, Any]:
    """The fields that were given."""
    return {name: value for name, value in fields.items() if value is not None}


app.command(
    "import",
    **described(
        _("Take clients in from a table, or contacts from a phone's .vcf."),
        "sales client import 客户.xlsx",
        "sales client import a.csv --dry-run",
        "sales client import 通讯录.vcf --dry-run",
    ),
)(client_files.import_clients)
app.command(
    "export",
    **described(
        _("Write clients to a file: a table, or their contacts as a .vcf for phones."),
        "sales client export clients.xlsx",
        "sales client export 王总.vcf --client 蓝海",
    ),
)(client_files.export_clients)

app.command(
    "credit",
    **described(
        _("A client's credit: limit, days, state, and how far it is used."),
        "sales client credit 蓝海",
        "sales client credit 蓝海 --limit 50万 --days 60 --review 2027-03-31",
        "sales client credit 蓝海 --state stop --note 承兑拒付",
    ),
)(client_standing.credit)

app.command(
    "grade",
    **described(
        _("The class of clients by value, loyalty and potential, with the numbers behind it."),
        "sales client grade --explain",
        "sales client grade --apply",
        "sales client grade 蓝海 --set A --reason 总部指定 --until 2027-06-30",
    ),
)(client_standing.grade)

app.command(
    "admit",
    **described(
        _("The admission of a client: its papers, submitted, approved or rejected."),
        "sales client admit 蓝海",
        "sales client admit 蓝海 --received 营业执照 --file 营业执照.pdf",
        "sales client admit 蓝海 --submit",
        "sales client admit 蓝海 --reject --reason 开票资料不全 --told 今天",
    ),
)(client_admission.admit)

app.command(
    "dupes",
    **described(
        _("Clients that are likely one and the same, with a score and its reasons."),
        "sales client dupes",
        "sales client dupes --min 80 --csv",
        "sales client dupes --different C0012 C0099",
    ),
)(client_duplicates.dupes)

app.command(
    "merge",
    **described(
        _("Take one client into another: all that belongs to it moves, and nothing is lost."),
        "sales client merge C0012 C0099 --dry-run",
        "sales client merge C0012 C0099",
    ),
)(client_duplicates.merge)

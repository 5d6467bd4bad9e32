"""The admission of a new client (建档审核): the papers required, handed in, approved or rejected with the reason told.

draft → submitted → approved, or rejected; when a paper is added or it is submitted again after that, a new round
begins with the papers that are there. The rounds before stay as they were decided.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from salescli.amounts import excerpt
from salescli.config import DEFAULTS, Settings
from salescli.dates import echo_day
from salescli.errors import BadValue, NotFound, Refused
from salescli.i18n import N_, _
from salescli.models.clients import Client
from salescli.models.needs import Admission, AdmissionItem
from salescli.service_words import AdmissionState, Result
from salescli.services.accounts import clients
from salescli.services.accounts.clients import ClientRef
from salescli.texts import NOTE_LIMIT, clean, name_key
from salescli.vocabulary import label

_PAPERS = (N_("business licence"), N_("invoicing data"), N_("delivery address"))  # 营业执照 开票资料 收货信息


@dataclass(frozen=True)
class PaperView:
    """A paper of an admission: when it was received, where its file lies, whether it passed."""

    item: str
    required: bool
    received_on: date | None
    file: str | None
    result: str
    note: str | None


@dataclass(frozen=True)
class AdmissionView:
    """A client's admission as screens and JSON show it; a client without one is at its draft."""

    client: ClientRef
    state: str
    submitted_on: date | None
    decided_on: date | None
    reason: str | None
    told_on: date | None
    items: tuple[PaperView, ...]

    @property
    def missing(self) -> list[str]:
        """The required papers that have not been received."""
        return [paper.item for paper in self.items if paper.required and paper.received_on is None]

    @property
    def completeness(self) -> float | None:
        """How many of the required papers have been received, a fraction of 1; None where none is required."""
        required = sum(paper.required for paper in self.items)
        return 1 - len(self.missing) / required if required else None


def view(session: Session, client: Client, settings: Settings) -> AdmissionView:
    """How far the admission of a client has come."""
    ref = ClientRef(client.code, client.name)
    admission = _of(session, client)
    if admission is None:
        papers = (PaperView(item, True, None, None, Result.PENDING.value, None) for item in _required(settings))
        return AdmissionView(ref, AdmissionState.DRAFT.value, None, None, None, None, tuple(papers))
    return AdmissionView(
        ref,
        admission.state,
        admission.submitted_on,
        admission.decided_on,
        admission.reason,
        admission.told_on,
        tuple(
            PaperView(paper.item, paper.required, paper.received_on, paper.file, paper.result, paper.note)
            for paper in _papers(session, admission)
        ),
    )


@dataclass(frozen=True)
class Steps:
    """What is done with an admission at once, in this order; ``file`` is where the one paper received lies.

    ``reason`` rejects it, ``told_on`` is the day the client was told.
    """

    also: Sequence[str] = ()
    received: Sequence[str] = ()
    file: str | None = None
    submit: bool = False
    approve: bool = False
    reason: str | None = None
    told_on: date | None = None

    @property
    def any(self) -> bool:
        """Whether anything is done at all."""
        return self != Steps()


def proceed(session: Session, client: Client, steps: Steps, today: date, settings: Settings) -> AdmissionView:
    """Take an admission through ``steps``; how far it has come then."""
    for item in steps.also:
        require(session, client, item, settings)
    for item in steps.received:
        receive(session, client, item, today, settings, file=steps.file)
    if steps.submit:
        submit(session, client, today, settings)
    if steps.approve:
        approve(session, client, today)
    if steps.reason is not None:
        reject(session, client, today, steps.reason)
    if steps.told_on is not None:
        tell(session, client, steps.told_on, today)
    return view(session, client, settings)


def require(session: Session, client: Client, item: str, settings: Settings) -> None:
    """Add a paper to those required of a client; Refused where it is among them."""
    admission = _draft(session, client, settings)
    papers = _papers(session, admission)
    name = clean(item, field=_("paper"))
    if any(name_key(paper.item) == name_key(name) for paper in papers):
        raise Refused(_("“{item}” is among the papers already.").format(item=excerpt(name)))
    _add_papers(session, admission, [name], after=len(papers))


def receive(
    session: Session, client: Client, item: str, today: date, settings: Settings, *, file: str | None = None
) -> None:
    """Note that a paper was received, by its name or a part of it, and where its file lies."""
    paper = _meant(_papers(session, _draft(session, client, settings)), item)
    paper.received_on, paper.result = today, Result.PENDING.value
    paper.file = file or paper.file
    session.add(paper)
    session.flush()


def _meant(papers: list[AdmissionItem], text: str) -> AdmissionItem:
    asked = clean(text, field=_("paper"))
    key = name_key(asked)
    found = [paper for paper in papers if name_key(paper.item) == key]
    found = found or [paper for paper in papers if key in name_key(paper.item)]
    names = _(", ").join(paper.item for paper in found or papers)
    if not found:
        raise NotFound(
            _("There is no paper “{item}”; there are {items}.").format(item=excerpt(asked), items=names),
            hint=_("`--also {item}` adds it to this client's.").format(item=excerpt(asked)),
        )
    if len(found) > 1:
        sentence = _("“{item}” may be {items}.").format(item=excerpt(asked), items=names)
        raise Refused(sentence, hint=_("Give more of its name."))
    return found[0]


def submit(session: Session, client: Client, today: date, settings: Settings) -> None:
    """Hand the papers in for the audit; Refused while a required one is missing."""
    admission = _draft(session, client, settings)
    missing = view(session, client, settings).missing
    if missing:
        raise Refused(
            _("{client} can't be submitted: {items} missing.").format(
                client=client.name, items=_(", ").join(missing)
            ),
            hint=_("`sales client admit {code} --received {item}` notes one.").format(
                code=client.code, item=missing[0]
            ),
        )  # fmt: skip
    admission.state, admission.submitted_on = AdmissionState.SUBMITTED.value, today
    admission.reason = None
    _store(session, admission)


def approve(session: Session, client: Client, today: date) -> None:
    """Admit a client whose papers were submitted; all that were received have passed."""
    admission = _submitted(session, client)
    for paper in _papers(session, admission):
        if paper.received_on is not None:
            paper.result = Result.PASSED.value
            session.add(paper)
    admission.state, admission.decided_on = AdmissionState.APPROVED.value, today
    _store(session, admission)


def reject(session: Session, client: Client, today: date, reason: str) -> None:
    """Turn a submitted client down, for a reason."""
    admission = _submitted(session, client)
    admission.reason = clean(reason, field=_("reason"), limit=NOTE_LIMIT)
    admission.state, admission.decided_on = AdmissionState.REJECTED.value, today
    _store(session, admission)


def tell(session: Session, client: Client, on: date, today: date) -> None:
    """Note the day on which the client was told the result, also that of the round before; Refused before there is one.

    Raises BadValue for a day before the decision, or still to come.
    """
    admission = _to_be_told(session, client)
    if admission is None or admission.decided_on is None:
        raise Refused(
            _("The admission of {client} is not decided.").format(client=client.name),
            hint=_("`--approve` or `--reject --reason TEXT` decides it."),
        )
    if on > today:
        raise BadValue(_("{day} has not come yet.").format(day=echo_day(on)))
    if on < admission.decided_on:
        raise BadValue(
            _("It was decided on {decided}; the client can't have been told on {day}.").format(
                decided=echo_day(admission.decided_on), day=echo_day(on)
            )
        )
    admission.told_on = on
    _store(session, admission)


def _to_be_told(session: Session, client: Client) -> Admission | None:
    """The admission that is decided, else the round before where its result is not told."""
    rounds = _rounds(session, client)[:2]
    if rounds and rounds[0].decided_on is None:
        return next((one for one in rounds[1:] if one.told_on is None), rounds[0])
    return rounds[0] if rounds else None


def _submitted(session: Session, client: Client) -> Admission:
    admission = _of(session, client)
    if admission is None or admission.state != AdmissionState.SUBMITTED:
        state = AdmissionState.DRAFT if admission is None else admission.state
        raise Refused(
            _("The admission of {client} is {state}; only a submitted one is decided.").format(
                client=client.name, state=label(state, AdmissionState)
            ),
            hint=_("`sales client admit {code} --submit` hands it in.").format(code=client.code),
        )
    return admission


def _draft(session: Session, client: Client, settings: Settings) -> Admission:
    """The client's admission at its draft: a new one, after a rejection with the papers and the reason of that."""
    admission = _of(session, client)
    if admission is None:
        admission = _begun(session, client)
        _add_papers(session, admission, _required(settings))
    elif admission.state == AdmissionState.REJECTED:
        admission = _next_round(session, client, admission)
    if admission.state != AdmissionState.DRAFT:
        raise Refused(
            _("The admission of {client} is {state}; nothing can be added or submitted now.").format(
                client=client.name, state=label(admission.state, AdmissionState)
            )
        )
    return admission


def _begun(session: Session, client: Client, reason: str | None = None) -> Admission:
    assert client.id is not None
    return _store(session, Admission(id=clients.next_id(session, Admission), client_id=client.id, reason=reason))


def _next_round(session: Session, client: Client, rejected: Admission) -> Admission:
    admission = _begun(session, client, rejected.reason)
    assert admission.id is not None
    for paper in _papers(session, rejected):
        same = {name: getattr(paper, name) for name in ("position", "item", "required", "file", "received_on", "note")}
        session.add(AdmissionItem(admission_id=admission.id, **same))
    session.flush()
    return admission


def _required(settings: Settings) -> list[str]:
    """The papers of the settings; those everyone begins with in the language in force."""
    papers = settings.words("admission.papers")
    if papers == DEFAULTS["admission.papers"]:
        return [_(paper) for paper in _PAPERS]
    return list(dict.fromkeys(papers))


def _add_papers(session: Session, admission: Admission, items: Iterable[str], after: int = 0) -> None:
    assert admission.id is not None
    for position, item in enumerate(items, start=after + 1):
        session.add(AdmissionItem(admission_id=admission.id, position=position, item=item))
    session.flush()


def _of(session: Session, client: Client) -> Admission | None:
    return next(iter(_rounds(session, client)), None)


def _rounds(session: Session, client: Client) -> list[Admission]:
    """The admissions of a client, the latest first."""
    theirs = select(Admission).where(Admission.client_id == client.id, col(Admission.deleted_at).is_(None))
    return list(session.exec(theirs.order_by(col(Admission.id).desc())))


def _papers(session: Session, admission: Admission) -> list[AdmissionItem]:
    of_it = (AdmissionItem.admission_id == admission.id, col(AdmissionItem.deleted_at).is_(None))
    return list(session.exec(select(AdmissionItem).where(*of_it).order_by(col(AdmissionItem.position))))


def _store(session: Session, admission: Admission) -> Admission:
    session.add(admission)
    session.flush()
    return admission

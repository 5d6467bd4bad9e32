"""The part of the business that a target is for: a product, a territory, a client, a person."""

import unicodedata
from collections.abc import Mapping

from sqlmodel import Session

from salescli.errors import BadValue
from salescli.i18n import _
from salescli.services.accounts import clients
from salescli.texts import clean
from salescli.vocabulary import Scope, label


def scope_of(session: Session, given: Mapping[Scope, str]) -> str:
    """The scope that one of the references names, ``""`` for none: ``product:…``, ``client:C0012``, ….

    Raises BadValue for more than one, NotFound or Ambiguous for a client.
    """
    if len(given) > 1:
        raise BadValue(
            _("A target is for one of them: {kinds}.").format(kinds=_(", ").join(f"--{kind}" for kind in given)),
            hint=_("Give one, and set another target for the other."),
        )
    return "".join(f"{kind}:{named(session, kind, ref)}" for kind, ref in given.items())


def named(session: Session, kind: Scope, ref: str) -> str:
    """What a scope of this kind is called in the data: a client's code, else the name."""
    if kind is Scope.CLIENT:
        return clients.find(session, ref).code
    return clean(" ".join(unicodedata.normalize("NFKC", ref).split()), field=label(kind, Scope))

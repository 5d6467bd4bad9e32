"""Sharing a target by product, territory or client: a target for each name, whose days add up to those shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlmodel import Session, col, select

from salescli.decomposition.share import share as shared_out
from salescli.errors import NotFound, Refused
from salescli.i18n import _, _n
from salescli.models.targets import Target, TargetSplit
from salescli.services.changes import now_of
from salescli.services.goals.standings import Standing, options
from salescli.services.goals.target_lookup import not_split, refuse_levels, standing
from salescli.vocabulary import Measure, Scope, Tier, label, scope_words

SHARED_BY = (Scope.PRODUCT, Scope.TERRITORY, Scope.CLIENT)


@dataclass(frozen=True)
class ShareRow:
    """One name's share of a target: ``amount`` in minor units or counts, ``weight`` as it was given."""

    scope: str
    weight: Fraction
    amount: int
    days: tuple[int, ...]


@dataclass(frozen=True)
class Shares:
    """A target shared by a kind of scope, in the order of the file."""

    period: str
    measure: Measure
    tier: Tier
    by: Scope
    assigned: int
    provisional: bool
    rows: tuple[ShareRow, ...]

    @property
    def sum(self) -> int:
        """What the shares add up to."""
        return sum(row.amount for row in self.rows)


def work_out(parent: Standing, by: Scope, weights: Mapping[str, Fraction]) -> Shares:
    """Share a split target among ``weights`` (a name each), not stored.

    Raises Refused for a target that isn't split, is a level or has a scope itself, BadValue for weights that are
    below 0 or all 0.
    """
    target, split, _replan = parent
    refuse_levels(Measure(target.measure))
    if split is None:
        raise not_split(target)
    if target.scope:
        raise Refused(
            _("A target for {scope} can't be shared any further.").format(scope=scope_words(target.scope)),
            hint=_("Share the target without a scope."),
        )
    rows = shared_out(split.cells, list(weights.values()))
    return Shares(
        period=target.period,
        measure=Measure(target.measure),
        tier=Tier(target.tier),
        by=by,
        assigned=target.amount,
        provisional=split.provisional,
        rows=tuple(
            ShareRow(f"{by}:{name}", weight, sum(days), tuple(days))
            for (name, weight), days in zip(weights.items(), rows, strict=True)
        ),
    )


def share_again(session: Session, parent: Standing) -> list[Scope]:
    """Share a target that was split anew the way it was shared before; the kinds of scope it is shared by."""
    found = []
    for by in SHARED_BY:
        weights = {
            child.target.scope.partition(":")[2]: _weight(child) for child in children(session, parent.target, by)
        }
        if weights:
            keep(session, parent, work_out(parent, by, weights))
            found.append(by)
    return found


def _weight(child: Standing) -> Fraction:
    assert child.split is not None
    rules: Any = child.split.rules
    return Fraction(rules["weight"])


def children(session: Session, target: Target, by: Scope | None = None) -> list[Standing]:
    """The shares of a target, or of an earlier version of it, that are in force."""
    versions = [one.id for one in session.exec(_of_same_days(target).where(Target.scope == target.scope))]
    found = standing(session, col(Target.parent_id).in_(versions))
    asked = [one for one in found if by is None or one.target.scope.startswith(f"{by}:")]
    return sorted(asked, key=lambda one: one.target.id or 0)


def remove(session: Session, target: Target, by: Scope) -> int:
    """Take the shares of a target out of force; how many there were. NotFound if there are none."""
    found = children(session, target, by)
    if not found:
        raise NotFound(
            _("The target for {period} is not shared by {by}.").format(period=target.period, by=label(by, Scope))
        )
    for child in found:
        child.target.deleted_at = now_of(session)
    session.flush()
    return len(found)


def refuse_if_shared(session: Session, target: Target) -> None:
    """Refused for a target that others are shares of, and for one that is itself a share."""
    asked = options(Measure(target.measure), Tier(target.tier))
    if target.parent_id is not None:
        by = target.scope.partition(":")[0]
        raise Refused(
            _("This target is a share: without it the others would no longer add up."),
            hint=_("`{command}` removes all shares by {by}.").format(
                command=f"sales target remove {target.period} --by {by}{asked}", by=label(by, Scope)
            ),
        )
    found = children(session, target)
    if found:
        by = found[0].target.scope.partition(":")[0]
        raise Refused(
            _n(
                "{count} target is a share of the one for {period}.",
                "{count} targets are shares of the one for {period}.",
                len(found),
            ).format(count=len(found), period=target.period),
            hint=_("Remove them first: `{command}`.").format(
                command=f"sales target remove {target.period} --by {by}{asked}"
            ),
        )


def keep(session: Session, parent: Standing, shares: Shares) -> None:
    """Store a split target for every share; the shares by the same kind that stood before are out of force."""
    target, split, _replan = parent
    assert split is not None
    scopes = {row.scope for row in shares.rows}
    known = session.exec(_of_same_days(target).where(col(Target.scope).startswith(f"{shares.by}:"))).all()
    versions: dict[str, int] = {}
    for one in known:
        versions[one.scope] = max(one.version, versions.get(one.scope, 0))
        if one.scope in scopes:
            one.current = False
        elif one.parent_id is not None and one.current and one.deleted_at is None:
            one.deleted_at = now_of(session)
    made = [
        Target(
            period=target.period,
            begin=target.begin,
            end=target.end,
            measure=target.measure,
            tier=target.tier,
            scope=row.scope,
            version=versions.get(row.scope, 0) + 1,
            amount=row.amount,
            parent_id=target.id,
        )
        for row in shares.rows
    ]
    session.add_all(made)
    session.flush()
    for child, row in zip(made, shares.rows, strict=True):
        assert child.id is not None
        rules: dict[str, object] = {
            "weight": str(row.weight),
            "share_of": split.id,
            "season": None,
            "saturday": None,
            "holds": [],
        }
        session.add(
            TargetSplit(target_id=child.id, version=1, cells=list(row.days), rules=rules, provisional=split.provisional)
        )
    session.flush()


def _of_same_days(target: Target) -> Any:
    """Targets of the days, measure and tier of ``target``, whatever their scope."""
    return select(Target).where(
        Target.begin == target.begin,
        Target.end == target.end,
        Target.measure == target.measure,
        Target.tier == target.tier,
    )

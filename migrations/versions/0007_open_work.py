"""What is open is found without reading all that ever was: unpaid receivables, next steps, visits moved on."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_UNPAID = sa.text("paid < amount AND deleted_at IS NULL")
_UNSETTLED = sa.text("next_settled_on IS NULL AND deleted_at IS NULL")
_SUM = (
    "UPDATE receivable SET paid = (SELECT coalesce(sum(amount), 0) FROM allocation "
    "WHERE receivable_id = receivable.id AND deleted_at IS NULL)"
)


def upgrade() -> None:
    op.add_column("receivable", sa.Column("paid", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(sa.text(_SUM))
    op.create_index(
        "ix_receivable_unpaid", "receivable", ["due_on", "order_id"], sqlite_where=_UNPAID, postgresql_where=_UNPAID
    )
    op.create_index("ix_visit_unsettled", "visit", ["next_on"], sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED)
    op.create_index("ix_visit_moved_to", "visit", ["moved_to"])
    op.create_index("ix_grading_expires_on", "grading", ["expires_on"])
    op.create_index("ix_target_scope", "target", ["scope", "measure"])
    op.create_index("ix_visitcheck_minutes_before", "visitcheck", ["minutes_before"])
    _let_allocations_tell()


def _let_allocations_tell() -> None:
    """The sum of a receivable's allocations stands in it, whoever writes them: a service, an import or an undo."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for verb, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        sums = " ".join(f"{_SUM} WHERE id = {row}.receivable_id;" for row in rows)
        op.execute(sa.text(f"CREATE TRIGGER allocation_{verb.lower()} AFTER {verb} ON allocation BEGIN {sums} END"))
    # An undo may bring allocations back before what they pay.
    op.execute(
        sa.text(f"CREATE TRIGGER receivable_insert AFTER INSERT ON receivable BEGIN {_SUM} WHERE id = NEW.id; END")
    )

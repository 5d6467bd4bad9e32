"""Reports read a period of the years, not the years: what they count of visits and orders stands in their indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_WIDER = (
    ("visit", "client_id", ["client_id", "done_on", "status", "outcome", "channel", "deleted_at"]),
    ("order", "client_id", ["client_id", "signed_on", "state", "deleted_at", "value"]),
    ("order", "signed_on", ["signed_on", "client_id", "state", "deleted_at", "value"]),
)
# Most rows hold nothing there: the index is small without them, and statistics don't take it for useless.
_GIVEN = (("visit", "moved_to"), ("order", "deal_id"))


def upgrade() -> None:
    for table, column, columns in _WIDER:
        op.drop_index(f"ix_{table}_{column}", table)
        op.create_index(f"ix_{table}_{column}", table, columns)
    for table, column in _GIVEN:
        op.drop_index(f"ix_{table}_{column}", table)
        _index(f"ix_{table}_{column}", table, column, f"{column} IS NOT NULL")
    _index("ix_client_removed", "client", "deleted_at", "deleted_at IS NOT NULL")
    _index("ix_order_costed", "order", "signed_on", "cost IS NOT NULL")
    op.create_index("ix_client_lifecycle", "client", ["lifecycle"])
    op.create_index("ix_dealmove_moved_on", "dealmove", ["moved_on"])


def _index(name: str, table: str, column: str, condition: str) -> None:
    op.create_index(name, table, [column], sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))

"""The change log: found by the record, and kept from being altered or cut short."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("ix_change_entity_record", "change", ["entity", "record"], unique=False)
    _let_it_only_grow()


def _let_it_only_grow() -> None:
    # Elsewhere the rights of whoever connects are the place for this rule.
    if op.get_bind().dialect.name != "sqlite":
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            sa.text(
                f"CREATE TRIGGER change_no_{verb.lower()} BEFORE {verb} ON change "
                "BEGIN SELECT RAISE(ABORT, 'the change log only grows'); END"
            )
        )

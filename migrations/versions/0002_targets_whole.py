"""Targets, whole: what was typed as reached, shares of a target, replans; days that count in part."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("calendarday", sa.Column("weight", sa.String(), nullable=True))
    with op.batch_alter_table("target") as table:
        table.add_column(sa.Column("done", sa.JSON(), nullable=True))
        table.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_target_parent_id_target", "target", ["parent_id"], ["id"])
        table.create_index("ix_target_parent_id", ["parent_id"])
    op.create_table(
        "targetreplan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("split_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("cap", sa.String(), nullable=False),
        sa.Column("over", sa.String(), nullable=True),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("actual", sa.BigInteger(), nullable=False),
        sa.Column("missed", sa.BigInteger(), nullable=False),
        sa.Column("unrecoverable", sa.BigInteger(), nullable=False),
        sa.Column("surplus", sa.BigInteger(), nullable=False),
        sa.Column("cap_binds", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name="fk_targetreplan_target_id_target"),
        sa.ForeignKeyConstraint(["split_id"], ["targetsplit.id"], name="fk_targetreplan_split_id_targetsplit"),
        sa.PrimaryKeyConstraint("id", name="pk_targetreplan"),
        sa.UniqueConstraint("uuid", name="uq_targetreplan_uuid"),
    )
    op.create_index("ix_targetreplan_target_id", "targetreplan", ["target_id"], unique=False)
    op.create_index("ix_targetreplan_split_id", "targetreplan", ["split_id"], unique=False)

"""Service: promises, tickets, tasks, market, surveys, feedback, needs, admissions, checklists, duplicates."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("contact", sa.Column("preferences", sa.String(), nullable=True))
    op.add_column("dayplan", sa.Column("closed_at", sa.String(), nullable=True))
    op.create_table(
        "checklistitem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("minutes_before", sa.Integer(), nullable=False),
        sa.Column("kind_of_thing", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_checklistitem"),
        sa.UniqueConstraint("uuid", name="uq_checklistitem_uuid"),
    )
    op.create_index("ix_checklistitem_kind", "checklistitem", ["kind"], unique=False)
    op.create_table(
        "competitor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_competitor"),
        sa.UniqueConstraint("uuid", name="uq_competitor_uuid"),
    )
    op.create_index(
        "ix_competitor_name_key",
        "competitor",
        ["name_key"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "learning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("learned_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("takeaway", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_learning"),
        sa.UniqueConstraint("code", name="uq_learning_code"),
        sa.UniqueConstraint("uuid", name="uq_learning_uuid"),
    )
    op.create_index("ix_learning_learned_on", "learning", ["learned_on"], unique=False)
    op.create_table(
        "marketsize",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("territory", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_marketsize"),
        sa.UniqueConstraint("uuid", name="uq_marketsize_uuid"),
    )
    op.create_index("ix_marketsize_year", "marketsize", ["year"], unique=False)
    op.create_table(
        "admission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_admission_client_id_client"),
        sa.PrimaryKeyConstraint("id", name="pk_admission"),
        sa.UniqueConstraint("uuid", name="uq_admission_uuid"),
    )
    op.create_index("ix_admission_client_id", "admission", ["client_id"], unique=False)
    op.create_index("ix_admission_state", "admission", ["state"], unique=False)
    op.create_table(
        "clientmerge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("merged_on", sa.Date(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["gone_id"], ["client.id"], name="fk_clientmerge_gone_id_client"),
        sa.ForeignKeyConstraint(["kept_id"], ["client.id"], name="fk_clientmerge_kept_id_client"),
        sa.PrimaryKeyConstraint("id", name="pk_clientmerge"),
        sa.UniqueConstraint("uuid", name="uq_clientmerge_uuid"),
    )
    op.create_index("ix_clientmerge_gone_id", "clientmerge", ["gone_id"], unique=False)
    op.create_index("ix_clientmerge_kept_id", "clientmerge", ["kept_id"], unique=False)
    op.create_table(
        "clientpair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["client.id"], name="fk_clientpair_first_id_client"),
        sa.ForeignKeyConstraint(["second_id"], ["client.id"], name="fk_clientpair_second_id_client"),
        sa.PrimaryKeyConstraint("id", name="pk_clientpair"),
        sa.UniqueConstraint("uuid", name="uq_clientpair_uuid"),
    )
    op.create_index(
        "ix_clientpair_first_id_second_id",
        "clientpair",
        ["first_id", "second_id"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_clientpair_second_id", "clientpair", ["second_id"], unique=False)
    op.create_table(
        "competitorpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("competitor_id", sa.Integer(), nullable=False),
        sa.Column("aspect", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("theirs", sa.String(), nullable=False),
        sa.Column("ours", sa.String(), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competitor_id"], ["competitor.id"], name="fk_competitorpoint_competitor_id_competitor"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_competitorpoint"),
        sa.UniqueConstraint("uuid", name="uq_competitorpoint_uuid"),
    )
    op.create_index("ix_competitorpoint_competitor_id", "competitorpoint", ["competitor_id"], unique=False)
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("to_whom", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("support", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_feedback_client_id_client"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.UniqueConstraint("code", name="uq_feedback_code"),
        sa.UniqueConstraint("uuid", name="uq_feedback_uuid"),
    )
    op.create_index("ix_feedback_client_id", "feedback", ["client_id"], unique=False)
    op.create_index("ix_feedback_due_on", "feedback", ["due_on"], unique=False)
    op.create_index("ix_feedback_raised_on", "feedback", ["raised_on"], unique=False)
    op.create_index("ix_feedback_state", "feedback", ["state"], unique=False)
    op.create_table(
        "insight",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("seen_at", sa.String(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("competitor_id", sa.Integer(), nullable=True),
        sa.Column("importance", sa.String(), nullable=False),
        sa.Column("confidence", sa.String(), nullable=False),
        sa.Column("impact", sa.String(), nullable=True),
        sa.Column("suggestion", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_insight_client_id_client"),
        sa.ForeignKeyConstraint(["competitor_id"], ["competitor.id"], name="fk_insight_competitor_id_competitor"),
        sa.PrimaryKeyConstraint("id", name="pk_insight"),
        sa.UniqueConstraint("code", name="uq_insight_code"),
        sa.UniqueConstraint("uuid", name="uq_insight_uuid"),
    )
    op.create_index("ix_insight_client_id", "insight", ["client_id"], unique=False)
    op.create_index("ix_insight_competitor_id", "insight", ["competitor_id"], unique=False)
    op.create_index("ix_insight_kind", "insight", ["kind"], unique=False)
    op.create_index("ix_insight_seen_on", "insight", ["seen_on"], unique=False)
    op.create_index("ix_insight_state", "insight", ["state"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("requirement", sa.String(), nullable=True),
        sa.Column("from_whom", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("moved_from", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("completeness", sa.Integer(), nullable=True),
        sa.Column("quality", sa.Integer(), nullable=True),
        sa.Column("effect", sa.String(), nullable=True),
        sa.Column("feedback", sa.String(), nullable=True),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_task_client_id_client"),
        sa.ForeignKeyConstraint(["parent_id"], ["task.id"], name="fk_task_parent_id_task"),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sa.UniqueConstraint("code", name="uq_task_code"),
        sa.UniqueConstraint("uuid", name="uq_task_uuid"),
    )
    op.create_index("ix_task_client_id", "task", ["client_id"], unique=False)
    op.create_index("ix_task_done_on", "task", ["done_on"], unique=False)
    op.create_index("ix_task_due_on", "task", ["due_on"], unique=False)
    op.create_index("ix_task_parent_id", "task", ["parent_id"], unique=False)
    op.create_index("ix_task_state", "task", ["state"], unique=False)
    op.create_table(
        "admissionitem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("admission_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("file", sa.String(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["admission_id"], ["admission.id"], name="fk_admissionitem_admission_id_admission"),
        sa.PrimaryKeyConstraint("id", name="pk_admissionitem"),
        sa.UniqueConstraint("uuid", name="uq_admissionitem_uuid"),
    )
    op.create_index("ix_admissionitem_admission_id", "admissionitem", ["admission_id"], unique=False)
    op.create_table(
        "need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("spec", sa.String(), nullable=True),
        sa.Column("quantity", sa.String(), nullable=True),
        sa.Column("delivery", sa.String(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("decider", sa.String(), nullable=True),
        sa.Column("timing", sa.String(), nullable=True),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_need_client_id_client"),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name="fk_need_deal_id_deal"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_need_product_id_product"),
        sa.PrimaryKeyConstraint("id", name="pk_need"),
        sa.UniqueConstraint("code", name="uq_need_code"),
        sa.UniqueConstraint("uuid", name="uq_need_uuid"),
    )
    op.create_index("ix_need_client_id", "need", ["client_id"], unique=False)
    op.create_index("ix_need_deal_id", "need", ["deal_id"], unique=False)
    op.create_index("ix_need_product_id", "need", ["product_id"], unique=False)
    op.create_index("ix_need_raised_on", "need", ["raised_on"], unique=False)
    op.create_index("ix_need_state", "need", ["state"], unique=False)
    op.create_index("ix_need_wanted_on", "need", ["wanted_on"], unique=False)
    op.create_table(
        "needsample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("quantity", sa.String(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("tested_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_needsample_need_id_need"),
        sa.PrimaryKeyConstraint("id", name="pk_needsample"),
        sa.UniqueConstraint("uuid", name="uq_needsample_uuid"),
    )
    op.create_index("ix_needsample_need_id", "needsample", ["need_id"], unique=False)
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_promise_client_id_client"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_promise_contact_id_contact"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_promise_visit_id_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_promise"),
        sa.UniqueConstraint("code", name="uq_promise_code"),
        sa.UniqueConstraint("uuid", name="uq_promise_uuid"),
    )
    op.create_index("ix_promise_client_id", "promise", ["client_id"], unique=False)
    op.create_index("ix_promise_due_on", "promise", ["due_on"], unique=False)
    op.create_index("ix_promise_state", "promise", ["state"], unique=False)
    op.create_index("ix_promise_visit_id", "promise", ["visit_id"], unique=False)
    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_survey_client_id_client"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_survey_task_id_task"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_survey_visit_id_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_survey"),
        sa.UniqueConstraint("code", name="uq_survey_code"),
        sa.UniqueConstraint("uuid", name="uq_survey_uuid"),
    )
    op.create_index("ix_survey_answered_on", "survey", ["answered_on"], unique=False)
    op.create_index("ix_survey_client_id", "survey", ["client_id"], unique=False)
    op.create_index(
        "ix_survey_client_id_year_quarter",
        "survey",
        ["client_id", "year", "quarter"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_survey_state", "survey", ["state"], unique=False)
    op.create_index("ix_survey_task_id", "survey", ["task_id"], unique=False)
    op.create_index("ix_survey_visit_id", "survey", ["visit_id"], unique=False)
    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("received_at", sa.String(), nullable=False),
        sa.Column("respond_by", sa.String(), nullable=True),
        sa.Column("responded_at", sa.String(), nullable=True),
        sa.Column("workaround", sa.String(), nullable=True),
        sa.Column("promised_by", sa.Date(), nullable=True),
        sa.Column("confirmed_at", sa.String(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.String(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("improvement", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_ticket_client_id_client"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_ticket_contact_id_contact"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_ticket_visit_id_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket"),
        sa.UniqueConstraint("code", name="uq_ticket_code"),
        sa.UniqueConstraint("uuid", name="uq_ticket_uuid"),
    )
    op.create_index("ix_ticket_client_id", "ticket", ["client_id"], unique=False)
    op.create_index("ix_ticket_received_at", "ticket", ["received_at"], unique=False)
    op.create_index("ix_ticket_respond_by", "ticket", ["respond_by"], unique=False)
    op.create_index("ix_ticket_status", "ticket", ["status"], unique=False)
    op.create_index("ix_ticket_visit_id", "ticket", ["visit_id"], unique=False)
    op.create_table(
        "visitcheck",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("minutes_before", sa.Integer(), nullable=False),
        sa.Column("kind_of_thing", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("ready_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_visitcheck_visit_id_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_visitcheck"),
        sa.UniqueConstraint("uuid", name="uq_visitcheck_uuid"),
    )
    op.create_index("ix_visitcheck_visit_id", "visitcheck", ["visit_id"], unique=False)
    op.create_table(
        "ticketstep",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_ticketstep_ticket_id_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_ticketstep"),
        sa.UniqueConstraint("uuid", name="uq_ticketstep_uuid"),
    )
    op.create_index("ix_ticketstep_ticket_id", "ticketstep", ["ticket_id"], unique=False)

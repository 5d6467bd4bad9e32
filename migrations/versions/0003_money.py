"""Money: products, deals, quotations, orders, receivables and receipts, credit and gradings."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("client", sa.Column("potential", sa.Integer(), nullable=True))
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("spec", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("list_price", sa.BigInteger(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_product"),
        sa.UniqueConstraint("code", name="uq_product_code"),
        sa.UniqueConstraint("uuid", name="uq_product_uuid"),
    )
    op.create_index("ix_product_name_key", "product", ["name_key"], unique=False)
    op.create_table(
        "credit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("credit_limit", sa.BigInteger(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("risk_note", sa.String(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_credit_client_id_client"),
        sa.PrimaryKeyConstraint("id", name="pk_credit"),
        sa.UniqueConstraint("uuid", name="uq_credit_uuid"),
    )
    op.create_index("ix_credit_client_id", "credit", ["client_id"], unique=False)
    op.create_table(
        "deal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("competitor", sa.String(), nullable=True),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_deal_client_id_client"),
        sa.PrimaryKeyConstraint("id", name="pk_deal"),
        sa.UniqueConstraint("code", name="uq_deal_code"),
        sa.UniqueConstraint("uuid", name="uq_deal_uuid"),
    )
    op.create_index("ix_deal_client_id", "deal", ["client_id"], unique=False)
    op.create_index("ix_deal_state", "deal", ["state"], unique=False)
    op.create_table(
        "grading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("graded_on", sa.Date(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("value_score", sa.Integer(), nullable=True),
        sa.Column("potential_score", sa.Integer(), nullable=True),
        sa.Column("loyalty_score", sa.Integer(), nullable=True),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("overridden", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_grading_client_id_client"),
        sa.PrimaryKeyConstraint("id", name="pk_grading"),
        sa.UniqueConstraint("uuid", name="uq_grading_uuid"),
    )
    op.create_index("ix_grading_client_id", "grading", ["client_id"], unique=False)
    op.create_table(
        "price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_price_client_id_client"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_price_product_id_product"),
        sa.PrimaryKeyConstraint("id", name="pk_price"),
        sa.UniqueConstraint("uuid", name="uq_price_uuid"),
    )
    op.create_index("ix_price_client_id", "price", ["client_id"], unique=False)
    op.create_index("ix_price_product_id", "price", ["product_id"], unique=False)
    op.create_table(
        "dealmove",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("from_stage", sa.String(), nullable=True),
        sa.Column("to_stage", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("probability", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name="fk_dealmove_deal_id_deal"),
        sa.PrimaryKeyConstraint("id", name="pk_dealmove"),
        sa.UniqueConstraint("uuid", name="uq_dealmove_uuid"),
    )
    op.create_index("ix_dealmove_deal_id", "dealmove", ["deal_id"], unique=False)
    op.create_table(
        "quotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("rate", sa.String(), nullable=True),
        sa.Column("incoterm", sa.String(), nullable=True),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("freight", sa.BigInteger(), nullable=False),
        sa.Column("tax_percent", sa.String(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_quotation_client_id_client"),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name="fk_quotation_deal_id_deal"),
        sa.PrimaryKeyConstraint("id", name="pk_quotation"),
        sa.UniqueConstraint("code", "version", name="uq_quotation_code_version"),
        sa.UniqueConstraint("uuid", name="uq_quotation_uuid"),
    )
    op.create_index("ix_quotation_client_id", "quotation", ["client_id"], unique=False)
    op.create_index("ix_quotation_code", "quotation", ["code"], unique=False)
    op.create_index("ix_quotation_deal_id", "quotation", ["deal_id"], unique=False)
    op.create_index("ix_quotation_issued_on", "quotation", ["issued_on"], unique=False)
    op.create_index("ix_quotation_state", "quotation", ["state"], unique=False)
    op.create_table(
        "order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=True),
        sa.Column("quotation_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("rate", sa.String(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("terms", sa.String(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("contract_file", sa.String(), nullable=True),
        sa.Column("contract_begin", sa.Date(), nullable=True),
        sa.Column("contract_end", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_order_client_id_client"),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name="fk_order_deal_id_deal"),
        sa.ForeignKeyConstraint(["quotation_id"], ["quotation.id"], name="fk_order_quotation_id_quotation"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_order_visit_id_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_order"),
        sa.UniqueConstraint("code", name="uq_order_code"),
        sa.UniqueConstraint("uuid", name="uq_order_uuid"),
    )
    op.create_index("ix_order_client_id", "order", ["client_id"], unique=False)
    op.create_index("ix_order_deal_id", "order", ["deal_id"], unique=False)
    op.create_index("ix_order_number", "order", ["number"], unique=False)
    op.create_index("ix_order_quotation_id", "order", ["quotation_id"], unique=False)
    op.create_index("ix_order_signed_on", "order", ["signed_on"], unique=False)
    op.create_index("ix_order_state", "order", ["state"], unique=False)
    op.create_index("ix_order_visit_id", "order", ["visit_id"], unique=False)
    op.create_table(
        "quotationline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("quotation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("spec", sa.String(), nullable=True),
        sa.Column("quantity", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("discount_percent", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_quotationline_product_id_product"),
        sa.ForeignKeyConstraint(["quotation_id"], ["quotation.id"], name="fk_quotationline_quotation_id_quotation"),
        sa.PrimaryKeyConstraint("id", name="pk_quotationline"),
        sa.UniqueConstraint("uuid", name="uq_quotationline_uuid"),
    )
    op.create_index("ix_quotationline_product_id", "quotationline", ["product_id"], unique=False)
    op.create_index("ix_quotationline_quotation_id", "quotationline", ["quotation_id"], unique=False)
    op.create_table(
        "invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_invoice_client_id_client"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_invoice_order_id_order"),
        sa.PrimaryKeyConstraint("id", name="pk_invoice"),
        sa.UniqueConstraint("uuid", name="uq_invoice_uuid"),
    )
    op.create_index("ix_invoice_client_id", "invoice", ["client_id"], unique=False)
    op.create_index("ix_invoice_issued_on", "invoice", ["issued_on"], unique=False)
    op.create_index("ix_invoice_number", "invoice", ["number"], unique=False)
    op.create_index("ix_invoice_order_id", "invoice", ["order_id"], unique=False)
    op.create_table(
        "orderline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("spec", sa.String(), nullable=True),
        sa.Column("quantity", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("discount_percent", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_orderline_order_id_order"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_orderline_product_id_product"),
        sa.PrimaryKeyConstraint("id", name="pk_orderline"),
        sa.UniqueConstraint("uuid", name="uq_orderline_uuid"),
    )
    op.create_index("ix_orderline_order_id", "orderline", ["order_id"], unique=False)
    op.create_index("ix_orderline_product_id", "orderline", ["product_id"], unique=False)
    op.create_table(
        "orderreturn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_orderreturn_order_id_order"),
        sa.PrimaryKeyConstraint("id", name="pk_orderreturn"),
        sa.UniqueConstraint("uuid", name="uq_orderreturn_uuid"),
    )
    op.create_index("ix_orderreturn_order_id", "orderreturn", ["order_id"], unique=False)
    op.create_index("ix_orderreturn_returned_on", "orderreturn", ["returned_on"], unique=False)
    op.create_table(
        "ordershare",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("percent", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_ordershare_order_id_order"),
        sa.PrimaryKeyConstraint("id", name="pk_ordershare"),
        sa.UniqueConstraint("uuid", name="uq_ordershare_uuid"),
    )
    op.create_index("ix_ordershare_order_id", "ordershare", ["order_id"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("rate", sa.String(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("matures_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_receipt_client_id_client"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_receipt_order_id_order"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_receipt_visit_id_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_receipt"),
        sa.UniqueConstraint("code", name="uq_receipt_code"),
        sa.UniqueConstraint("uuid", name="uq_receipt_uuid"),
    )
    op.create_index("ix_receipt_client_id", "receipt", ["client_id"], unique=False)
    op.create_index("ix_receipt_order_id", "receipt", ["order_id"], unique=False)
    op.create_index("ix_receipt_received_on", "receipt", ["received_on"], unique=False)
    op.create_index("ix_receipt_reference", "receipt", ["reference"], unique=False)
    op.create_index("ix_receipt_visit_id", "receipt", ["visit_id"], unique=False)
    op.create_table(
        "receivable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_receivable_client_id_client"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_receivable_order_id_order"),
        sa.PrimaryKeyConstraint("id", name="pk_receivable"),
        sa.UniqueConstraint("uuid", name="uq_receivable_uuid"),
    )
    op.create_index("ix_receivable_client_id", "receivable", ["client_id"], unique=False)
    op.create_index("ix_receivable_due_on", "receivable", ["due_on"], unique=False)
    op.create_index("ix_receivable_order_id", "receivable", ["order_id"], unique=False)
    op.create_table(
        "allocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("receipt_id", sa.Integer(), nullable=False),
        sa.Column("receivable_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name="fk_allocation_receipt_id_receipt"),
        sa.ForeignKeyConstraint(["receivable_id"], ["receivable.id"], name="fk_allocation_receivable_id_receivable"),
        sa.PrimaryKeyConstraint("id", name="pk_allocation"),
        sa.UniqueConstraint("uuid", name="uq_allocation_uuid"),
    )
    op.create_index("ix_allocation_receipt_id", "allocation", ["receipt_id"], unique=False)
    op.create_index("ix_allocation_receivable_id", "allocation", ["receivable_id"], unique=False)
    op.create_table(
        "refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("receipt_id", sa.Integer(), nullable=True),
        sa.Column("refunded_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_refund_client_id_client"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_refund_order_id_order"),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name="fk_refund_receipt_id_receipt"),
        sa.PrimaryKeyConstraint("id", name="pk_refund"),
        sa.UniqueConstraint("uuid", name="uq_refund_uuid"),
    )
    op.create_index("ix_refund_client_id", "refund", ["client_id"], unique=False)
    op.create_index("ix_refund_order_id", "refund", ["order_id"], unique=False)
    op.create_index("ix_refund_receipt_id", "refund", ["receipt_id"], unique=False)
    op.create_index("ix_refund_refunded_on", "refund", ["refunded_on"], unique=False)

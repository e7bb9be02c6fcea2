"""Issues and campaigns."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("preview", sa.String(length=200), nullable=False),
        sa.Column("segment", sa.String(length=60), nullable=False),
        sa.Column("sender", sa.String(length=80), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("slug", name=op.f("uq_issue_slug")),
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("segment", sa.String(length=60), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_campaign_issue_id")),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"], name=op.f("fk_campaign_mailing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("mailing_id", name=op.f("uq_campaign_mailing_id")),
    )
    op.create_index("ix_campaign_issue_id", "campaign", ["issue_id"], unique=False)
    op.create_index("ix_campaign_send_at", "campaign", ["send_at"], unique=False)


def downgrade() -> None:
    op.drop_table("campaign")
    op.drop_table("issue")

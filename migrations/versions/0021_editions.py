"""A newsletter in other languages: the words of an issue, and the mailing and the page of a campaign."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issue_translation",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("preview", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_translation_issue_id")),
        sa.PrimaryKeyConstraint("issue_id", "language", name=op.f("pk_issue_translation")),
    )
    op.create_table(
        "edition",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("translated", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("preview", sa.String(length=200), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_edition_campaign_id")),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"], name=op.f("fk_edition_mailing_id")),
        sa.PrimaryKeyConstraint("campaign_id", "language", name=op.f("pk_edition")),
        sa.UniqueConstraint("mailing_id", name=op.f("uq_edition_mailing_id")),
    )


def downgrade() -> None:
    op.drop_table("edition")
    op.drop_table("issue_translation")

"""Articles."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "insight",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("published", sa.Date(), nullable=False),
        sa.Column("updated", sa.Date(), nullable=True),
        sa.Column("members_only", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insight")),
        sa.UniqueConstraint("slug", name=op.f("uq_insight_slug")),
    )
    op.create_index("ix_insight_published", "insight", ["published"], unique=False)
    op.create_table(
        "insight_interest",
        sa.Column("insight_id", sa.Integer(), nullable=False),
        sa.Column("interest_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["insight_id"], ["insight.id"], name=op.f("fk_insight_interest_insight_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["interest_id"], ["interest.id"], name=op.f("fk_insight_interest_interest_id")),
        sa.PrimaryKeyConstraint("insight_id", "interest_id", name=op.f("pk_insight_interest")),
    )
    op.create_index("ix_insight_interest_interest_id", "insight_interest", ["interest_id"], unique=False)


def downgrade() -> None:
    op.drop_table("insight_interest")
    op.drop_table("insight")

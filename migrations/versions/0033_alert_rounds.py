"""When all whom an opening is for were looked for, so that they hear of it at once; and what was held back."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_round",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.id"], name=op.f("fk_alert_round_posting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("posting_id", name=op.f("pk_alert_round")),
    )
    held = sa.text("held_at IS NOT NULL")
    op.create_index("ix_announcement_held", "announcement", ["member_id"], sqlite_where=held, postgresql_where=held)


def downgrade() -> None:
    op.drop_index("ix_announcement_held", "announcement")
    op.drop_table("alert_round")

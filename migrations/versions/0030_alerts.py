"""When members hear of openings, which they have heard of, and mail with more parts than a mask has bits."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_setting",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("every", sa.String(length=7), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("hour", sa.SmallInteger(), server_default=sa.text("9"), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feed_nonce", sa.String(length=24), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("every IN ('at_once', 'daily', 'weekly', 'feed')", name=op.f("ck_alert_setting_every")),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_alert_setting_hour")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_alert_setting_weekday")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_alert_setting_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_alert_setting")),
        sa.UniqueConstraint("feed_nonce", name=op.f("uq_alert_setting_feed_nonce")),
    )
    op.create_index("ix_alert_setting_next_at", "alert_setting", ["next_at"], unique=False)
    op.create_table(
        "announcement",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("early", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_announcement_delivery_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_announcement_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.id"], name=op.f("fk_announcement_posting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "posting_id", name=op.f("pk_announcement")),
    )
    op.create_index("ix_announcement_delivery_id", "announcement", ["delivery_id"], unique=False)
    op.create_index("ix_announcement_posting_id", "announcement", ["posting_id", "member_id"], unique=False)
    op.create_table(
        "digest_run",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("items", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_digest_run_delivery_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_digest_run_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("member_id", "slot", name=op.f("pk_digest_run")),
    )
    op.create_index("ix_digest_run_delivery_id", "digest_run", ["delivery_id"], unique=False)
    op.create_index("ix_digest_run_slot", "digest_run", ["slot"], unique=False)
    op.add_column("delivery", sa.Column("picks", sa.LargeBinary(), nullable=True))
    op.add_column("fragment", sa.Column("again", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("fragment", "again")
    op.drop_column("delivery", "picks")
    for table in ("digest_run", "announcement", "alert_setting"):
        op.drop_table(table)

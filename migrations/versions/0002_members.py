"""Members and their browser sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("address_key", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("career_stage", sa.String(length=11), nullable=False),
        sa.Column("work_modes", sa.SmallInteger(), nullable=False),
        sa.Column("mails_per_month", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("career_stage IN ('looking', 'open', 'not_looking')", name=op.f("ck_member_career_stage")),
        sa.CheckConstraint("language IN ('en', 'de', 'pt')", name=op.f("ck_member_language")),
        sa.CheckConstraint("mails_per_month BETWEEN 1 AND 31", name=op.f("ck_member_mails_per_month")),
        sa.CheckConstraint("work_modes BETWEEN 0 AND 7", name=op.f("ck_member_work_modes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("address_key", name=op.f("uq_member_address_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_member_confirmed_at", "member", ["confirmed_at"], unique=False)
    op.create_table(
        "browser_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(length=120), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_browser_session_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_browser_session_token_hash")),
    )
    op.create_index("ix_browser_session_member_id", "browser_session", ["member_id"], unique=False)


def downgrade() -> None:
    op.drop_table("browser_session")
    op.drop_table("member")

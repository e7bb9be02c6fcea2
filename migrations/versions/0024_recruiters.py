"""Recruiters, how they prove who they are, and what holds for the whole desk."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recruiter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("address_key", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=80), server_default="", nullable=False),
        sa.Column("reply_to", sa.String(length=320), nullable=True),
        sa.Column("role", sa.String(length=9), nullable=False),
        sa.Column("language", sa.String(length=2), server_default="en", nullable=False),
        sa.Column("time_zone", sa.String(length=40), server_default="UTC", nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_nonce", sa.String(length=40), nullable=True),
        sa.Column("totp_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("totp_step", sa.Integer(), server_default="0", nullable=False),
        sa.Column("totp_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('author', 'recruiter', 'manager', 'admin')", name=op.f("ck_recruiter_role")),
        sa.ForeignKeyConstraint(["created_by"], ["recruiter.id"], name=op.f("fk_recruiter_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recruiter")),
        sa.UniqueConstraint("address_key", name=op.f("uq_recruiter_address_key")),
        sa.UniqueConstraint("subject", name=op.f("uq_recruiter_subject")),
    )
    op.create_table(
        "desk_session",
        sa.Column("recruiter_id", sa.Integer(), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser", sa.String(length=120), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_desk_session_recruiter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_desk_session_token_hash")),
    )
    op.create_index("ix_desk_session_recruiter_id", "desk_session", ["recruiter_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recruiter_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_recovery_code_recruiter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index("ix_recovery_code_recruiter_id", "recovery_code", ["recruiter_id"], unique=False)
    op.create_table(
        "staff_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recruiter_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=6), nullable=False),
        sa.Column("nonce", sa.String(length=24), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("mailing_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_nonce", sa.String(length=24), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('invite', 'reset')", name=op.f("ck_staff_link_purpose")),
        sa.ForeignKeyConstraint(["created_by"], ["recruiter.id"], name=op.f("fk_staff_link_created_by")),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailing.id"], name=op.f("fk_staff_link_mailing_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_staff_link_recruiter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_staff_link_digest")),
    )
    op.create_index("ix_staff_link_mailing_id", "staff_link", ["mailing_id"], unique=False)
    op.create_index("ix_staff_link_recruiter_id", "staff_link", ["recruiter_id"], unique=False)
    op.create_table(
        "house",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_by", sa.Integer(), nullable=True),
        sa.Column("approval", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("spreading", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["live_by"], ["recruiter.id"], name=op.f("fk_house_live_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house")),
    )
    op.create_table(
        "sender_permission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recruiter_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=True),
        sa.Column("about", sa.String(length=100), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(purpose IS NULL) <> (about IS NULL)", name=op.f("ck_sender_permission_scope")),
        sa.ForeignKeyConstraint(["asked_by"], ["recruiter.id"], name=op.f("fk_sender_permission_asked_by")),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_sender_permission_recruiter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_permission")),
    )
    op.create_index("ix_sender_permission_recruiter_id", "sender_permission", ["recruiter_id"], unique=False)
    # Where newsletters have gone out already, the house is live; a new one begins with a trial.
    op.execute(
        "INSERT INTO house (id, live_at, approval, spreading) "
        "SELECT 1, (SELECT min(created_at) FROM campaign), false, false"
    )


def downgrade() -> None:
    for table in ("sender_permission", "house", "staff_link", "recovery_code", "desk_session", "recruiter"):
        op.drop_table(table)

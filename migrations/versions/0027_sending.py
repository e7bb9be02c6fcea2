"""Who sent a newsletter and under whose name, pausing and spreading it, a second person's yes, replies by button."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = (
    ("campaign", "recruiter_id", "recruiter"),
    ("campaign", "sender_id", "recruiter"),
    ("delivery", "recruiter_id", "recruiter"),
)
INDEXED = (("campaign", "recruiter_id"), ("delivery", "recruiter_id"), ("leaving", "mailing_id"))


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("segment", sa.String(length=60), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=True),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spread_hours", sa.SmallInteger(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Boolean(), nullable=True),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["recruiter.id"], name=op.f("fk_approval_answered_by")),
        sa.ForeignKeyConstraint(["asked_by"], ["recruiter.id"], name=op.f("fk_approval_asked_by")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_approval_campaign_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["recruiter.id"], name=op.f("fk_approval_sender_id")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_approval_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("campaign_id", name=op.f("uq_approval_campaign_id")),
    )
    op.create_index("ix_approval_slug", "approval", ["slug"], unique=False)
    op.create_table(
        "reply",
        sa.Column("id", BIG, nullable=False),
        sa.Column("delivery_id", BIG, nullable=False),
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=7), nullable=False),
        sa.Column("words", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("answer IN ('more', 'not_now', 'less')", name=op.f("ck_reply_answer")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_reply_delivery_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["handled_by"], ["recruiter.id"], name=op.f("fk_reply_handled_by")),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"], name=op.f("fk_reply_mailing_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_reply_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_reply_delivery_id")),
    )
    op.create_index("ix_reply_at", "reply", ["at"], unique=False)
    op.create_index("ix_reply_mailing_id", "reply", ["mailing_id", "answer"], unique=False)
    op.create_index("ix_reply_member_id", "reply", ["member_id"], unique=False)
    for table, column, to in COLUMNS:
        # by hand, since Alembic would copy the whole table on SQLite for the key
        name = f"fk_{table}_{column}"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {to} (id)")
    with op.batch_alter_table("leaving") as batch:  # a short table
        batch.add_column(sa.Column("mailing_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_leaving_mailing_id", "mailing", ["mailing_id"], ["id"], ondelete="SET NULL")
    for table, column in INDEXED:
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)
    op.add_column("campaign", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("campaign", sa.Column("spread_hours", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("leaving", sa.Column("ticket", sa.LargeBinary(length=32), nullable=True))
    op.create_index("ix_leaving_ticket", "leaving", ["ticket"], unique=False)
    op.add_column("mailing", sa.Column("about", sa.String(length=100), nullable=True))
    op.add_column("mailing", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_mailing_about", "mailing", ["about"], unique=False)
    op.execute(
        "UPDATE mailing SET about = (SELECT 'issue:' || issue.slug FROM campaign "
        "JOIN issue ON issue.id = campaign.issue_id LEFT JOIN edition ON edition.campaign_id = campaign.id "
        "WHERE campaign.mailing_id = mailing.id OR edition.mailing_id = mailing.id LIMIT 1) WHERE kind = 'newsletter'"
    )


def downgrade() -> None:
    op.drop_index("ix_mailing_about", "mailing")
    op.drop_column("mailing", "paused_at")
    op.drop_column("mailing", "about")
    op.drop_index("ix_leaving_ticket", "leaving")
    op.drop_column("leaving", "ticket")
    op.drop_column("campaign", "spread_hours")
    op.drop_column("campaign", "paused_at")
    for table, column in INDEXED:
        op.drop_index(f"ix_{table}_{column}", table)
    with op.batch_alter_table("leaving") as batch:
        batch.drop_constraint("fk_leaving_mailing_id", type_="foreignkey")
        batch.drop_column("mailing_id")
    for table, column, _to in COLUMNS:
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
    for table in ("reply", "approval"):
        op.drop_table(table)

"""All that a member may choose: levels, home, hours and weekdays, a pause, skills, teams; and who changed what."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CHECKED = [
    ("levels", "SMALLINT DEFAULT 0 NOT NULL", "levels", "levels BETWEEN 0 AND 15"),
    ("mail_opens", "SMALLINT DEFAULT 0 NOT NULL", None, None),
    (
        "mail_closes", "SMALLINT DEFAULT 24 NOT NULL", "hours",
        "mail_opens BETWEEN 0 AND 23 AND mail_closes BETWEEN 1 AND 24 AND mail_opens <> mail_closes",
    ),
    ("weekdays", "SMALLINT DEFAULT 127 NOT NULL", "weekdays", "weekdays BETWEEN 1 AND 127"),
]  # fmt: skip


def plain() -> "list[sa.Column]":
    """Columns without a check; new ones for each run, as a column belongs to one table."""
    return [
        sa.Column("lives_in", sa.String(length=2), nullable=True),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("time_zone", sa.String(length=40), server_default="UTC", nullable=False),
        sa.Column("rhythm_id", sa.Integer(), nullable=True),
        sa.Column("pause_until", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_at", sa.DateTime(timezone=True), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "rhythm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("mail_opens", sa.SmallInteger(), nullable=False),
        sa.Column("mail_closes", sa.SmallInteger(), nullable=False),
        sa.Column("weekdays", sa.SmallInteger(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rhythm")),
        sa.UniqueConstraint(
            "time_zone", "mail_opens", "mail_closes", "weekdays",
            name=op.f("uq_rhythm_time_zone_mail_opens_mail_closes_weekdays"),
        ),
    )  # fmt: skip
    op.create_index("ix_rhythm_closes_at", "rhythm", ["closes_at"], unique=False)
    # Not in batch mode: SQLite would drop the old table, and with it by cascade all that hangs on its members.
    for name, kind, check, condition in CHECKED:
        limit = f" CONSTRAINT ck_member_{check} CHECK ({condition})" if check else ""
        op.execute(f"ALTER TABLE member ADD COLUMN {name} {kind}{limit}")
    for column in plain():
        op.add_column("member", column)
    op.create_index("ix_member_rhythm_id", "member", ["rhythm_id"], unique=False)
    op.create_index("ix_member_contact_at", "member", ["contact_at"], unique=False)
    op.create_table(
        "profile",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("pay_floor", sa.Integer(), nullable=True),
        sa.Column("pay_currency", sa.String(length=3), nullable=True),
        sa.Column("pay_per", sa.String(length=5), nullable=True),
        sa.Column("next_wish", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("channel", sa.String(length=5), server_default="mail", nullable=False),
        sa.Column("phone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("phone_opens", sa.SmallInteger(), server_default=sa.text("9"), nullable=False),
        sa.Column("phone_closes", sa.SmallInteger(), server_default=sa.text("17"), nullable=False),
        sa.Column("not_at_work", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("hidden_people", sa.String(length=1000), server_default="", nullable=False),
        sa.CheckConstraint("pay_per IN ('hour', 'day', 'month', 'year')", name=op.f("ck_profile_pay_per")),
        sa.CheckConstraint("channel IN ('mail', 'phone')", name=op.f("ck_profile_channel")),
        sa.CheckConstraint("(pay_floor IS NULL) = (pay_currency IS NULL)", name=op.f("ck_profile_pay_currency")),
        sa.CheckConstraint("(pay_floor IS NULL) = (pay_per IS NULL)", name=op.f("ck_profile_pay_floor")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_profile_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_profile")),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=10), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_change_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index("ix_change_member_id", "change", ["member_id"], unique=False)
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("slug", name=op.f("uq_team_slug")),
    )
    op.create_table(
        "member_team",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.CheckConstraint("kind IN ('not_wanted', 'hidden_from')", name=op.f("ck_member_team_kind")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_team_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_member_team_team_id")),
        sa.PrimaryKeyConstraint("member_id", "team_id", "kind", name=op.f("pk_member_team")),
    )
    op.create_index("ix_member_team_team_id", "member_team", ["team_id"], unique=False)
    op.create_table(
        "member_skill",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_skill_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "key", name=op.f("pk_member_skill")),
    )
    op.create_index("ix_member_skill_key_member_id", "member_skill", ["key", "member_id"], unique=False)
    op.create_table(
        "slot",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_slot_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_slot_delivery_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("member_id", "number", name=op.f("pk_slot")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_slot_delivery_id")),
    )


def downgrade() -> None:
    for table in ("slot", "member_skill", "member_team", "team", "change", "profile"):
        op.drop_table(table)
    op.drop_index("ix_member_rhythm_id", "member")
    op.drop_index("ix_member_contact_at", "member")
    for column in reversed(plain()):
        op.drop_column("member", column.name)
    for name in ("mail_closes", "weekdays", "mail_opens", "levels"):  # a column goes with its own check only
        op.drop_column("member", name)
    op.drop_table("rhythm")

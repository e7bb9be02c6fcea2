"""How long what is held is kept, by country, and whom it was asked; addresses that members want to change to."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "retention_rule",
        sa.Column("country", sa.String(length=7), nullable=False),
        sa.Column("member_months", sa.SmallInteger(), nullable=False),
        sa.Column("application", sa.SmallInteger(), nullable=False),
        sa.Column("application_unit", sa.String(length=6), nullable=False),
        sa.Column("renewed_by", sa.String(length=7), nullable=False),
        sa.CheckConstraint("renewed_by IN ('contact', 'person')", name=op.f("ck_retention_rule_renewed_by")),
        sa.CheckConstraint("application_unit IN ('months', 'weeks')", name=op.f("ck_retention_rule_application_unit")),
        sa.PrimaryKeyConstraint("country", name=op.f("pk_retention_rule")),
    )
    op.create_table(
        "retention_watch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_watch")),
    )
    op.create_table(
        "renewal",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_id", BIG, nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_renewal_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["first_id"], ["delivery.id"], name=op.f("fk_renewal_first_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["last_id"], ["delivery.id"], name=op.f("fk_renewal_last_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_renewal")),
    )
    op.create_index("ix_renewal_first_id", "renewal", ["first_id"], unique=False)
    op.create_index("ix_renewal_last_id", "renewal", ["last_id"], unique=False)
    op.create_table(
        "address_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("back_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("before", sa.String(length=320), nullable=False),
        sa.Column("asked_by", sa.LargeBinary(length=32), nullable=True),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_address_change_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["account_link.id"], name=op.f("fk_address_change_link_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["back_id"], ["account_link.id"], name=op.f("fk_address_change_back_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sa.UniqueConstraint("link_id", name=op.f("uq_address_change_link_id")),
        sa.UniqueConstraint("back_id", name=op.f("uq_address_change_back_id")),
    )
    op.create_index("ix_address_change_member_id", "address_change", ["member_id"], unique=False)
    op.create_index("ix_address_change_asked_at", "address_change", ["asked_at"], unique=False)


def downgrade() -> None:
    for table in ("address_change", "renewal", "retention_watch", "retention_rule"):
        op.drop_table(table)

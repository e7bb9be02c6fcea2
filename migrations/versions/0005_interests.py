"""Interests and places, and who chose them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("group_slug", sa.String(length=60), nullable=False),
        sa.Column("group_name", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
        sa.UniqueConstraint("slug", name=op.f("uq_interest_slug")),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("slug", name=op.f("uq_place_slug")),
    )
    op.create_table(
        "member_interest",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("interest_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["interest_id"], ["interest.id"], name=op.f("fk_member_interest_interest_id")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_interest_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "interest_id", name=op.f("pk_member_interest")),
    )
    op.create_index(
        "ix_member_interest_interest_id_member_id",
        "member_interest",
        ["interest_id", "member_id"],
        unique=False,
    )
    op.create_table(
        "member_place",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_place_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_member_place_place_id")),
        sa.PrimaryKeyConstraint("member_id", "place_id", name=op.f("pk_member_place")),
    )
    op.create_index("ix_member_place_place_id_member_id", "member_place", ["place_id", "member_id"], unique=False)


def downgrade() -> None:
    op.drop_table("member_place")
    op.drop_table("member_interest")
    op.drop_table("place")
    op.drop_table("interest")

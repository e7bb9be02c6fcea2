"""Pieces that are written, every version of their words, and pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "piece",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("home", sa.String(length=4), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_digest", sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint("home IN ('file', 'desk')", name=op.f("ck_piece_home")),
        sa.ForeignKeyConstraint(["owner_id"], ["recruiter.id"], name=op.f("fk_piece_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_piece")),
        sa.UniqueConstraint("kind", "slug", name=op.f("uq_piece_kind_slug")),
    )
    op.create_index("ix_piece_owner_id", "piece", ["owner_id"], unique=False)
    op.create_table(
        "version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("piece_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), server_default="", nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recruiter_id", sa.Integer(), nullable=True),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("page", sa.String(length=16), nullable=True),
        sa.Column("grows", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "way IN ('file', 'auto', 'saved', 'restored', 'conflict', 'kept')", name=op.f("ck_version_way")
        ),
        sa.ForeignKeyConstraint(["base_id"], ["version.id"], name=op.f("fk_version_base_id")),
        sa.ForeignKeyConstraint(["piece_id"], ["piece.id"], name=op.f("fk_version_piece_id")),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_version_recruiter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("piece_id", "language", "number", name=op.f("uq_version_piece_id_language_number")),
    )
    op.create_index("ix_version_piece_id", "version", ["piece_id"], unique=False)
    op.create_index("ix_version_recruiter_id", "version", ["recruiter_id"], unique=False)
    op.create_table(
        "media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("width", sa.SmallInteger(), nullable=False),
        sa.Column("height", sa.SmallInteger(), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recruiter_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_media_recruiter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("name", name=op.f("uq_media_name")),
    )
    op.create_index("ix_media_digest", "media", ["digest"], unique=False)
    op.create_index("ix_media_recruiter_id", "media", ["recruiter_id"], unique=False)


def downgrade() -> None:
    for table in ("media", "version", "piece"):
        op.drop_table(table)

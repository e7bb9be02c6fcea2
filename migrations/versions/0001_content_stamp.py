"""Public pages' stamp and the rate limits' counts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_stamp",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_stamp")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "ends_at", name=op.f("pk_throttle")),
    )
    op.create_index("ix_throttle_ends_at", "throttle", ["ends_at"], unique=False)
    op.execute("INSERT INTO content_stamp (id, version) VALUES (1, 1)")


def downgrade() -> None:
    op.drop_table("throttle")
    op.drop_table("content_stamp")

"""A mail, and each part of it, says by which rule it was for somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mailing", sa.Column("segment", sa.String(length=60), nullable=True))
    op.add_column("mailing", sa.Column("rule", sa.JSON(), nullable=True))
    op.add_column("fragment", sa.Column("rule", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("fragment", "rule")
    op.drop_column("mailing", "rule")
    op.drop_column("mailing", "segment")

"""What a feed said of an opening in its own words, and who looks at a board now."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("board", sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("posting", sa.Column("said", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))


def downgrade() -> None:
    op.drop_column("posting", "said")
    op.drop_column("board", "busy_until")

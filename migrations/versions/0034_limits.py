"""Whoever set a pay floor or a first day is found without reading everybody: they are few, and each opening asks."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

FREE, PAID = sa.text("available_from IS NOT NULL"), sa.text("pay_floor IS NOT NULL")
PAY = ["pay_currency", "pay_floor", "pay_per", "member_id"]


def upgrade() -> None:
    op.create_index(
        "ix_member_available_from", "member", ["available_from", "id"], sqlite_where=FREE, postgresql_where=FREE
    )
    op.create_index("ix_profile_pay_floor", "profile", PAY, sqlite_where=PAID, postgresql_where=PAID)


def downgrade() -> None:
    op.drop_index("ix_profile_pay_floor", "profile")
    op.drop_index("ix_member_available_from", "member")

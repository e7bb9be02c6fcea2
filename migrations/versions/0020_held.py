"""What a delivery was held from; the slots of mail that went out before there were slots."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

FILL = """
INSERT INTO slot (member_id, number, delivery_id, taken_at)
SELECT d.member_id, row_number() OVER (PARTITION BY d.member_id ORDER BY d.first_at, d.id) - 1, d.id, d.first_at
FROM delivery d JOIN mailing m ON m.id = d.mailing_id JOIN member p ON p.id = d.member_id
WHERE d.state IN ('sending', 'accepted', 'unknown') AND m.purpose NOT IN ('account', 'applications')
AND d.first_at > :since AND d.member_id NOT IN (SELECT member_id FROM slot)
"""

SPENT = """
UPDATE eligibility SET spent_at = (
SELECT taken_at FROM (SELECT s.taken_at, row_number() OVER (ORDER BY s.taken_at DESC) AS newest FROM slot s
WHERE s.member_id = eligibility.member_id) numbered
WHERE newest = (SELECT p.mails_per_month FROM member p WHERE p.id = eligibility.member_id)
)
"""


def upgrade() -> None:
    op.add_column("delivery", sa.Column("held_from", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_delivery_member_id_first_at", "delivery")
    op.create_index("ix_delivery_member_id_state", "delivery", ["member_id", "state"], unique=False)
    since = datetime.now(UTC) - timedelta(days=30)
    sqlite = op.get_bind().dialect.name == "sqlite"  # which keeps no zone
    op.get_bind().execute(
        sa.text(FILL).bindparams(sa.bindparam("since", type_=sa.DateTime(timezone=True))),
        {"since": since.replace(tzinfo=None) if sqlite else since},
    )
    op.execute(SPENT)


def downgrade() -> None:
    op.drop_index("ix_delivery_member_id_state", "delivery")
    op.create_index("ix_delivery_member_id_first_at", "delivery", ["member_id", "first_at"], unique=False)
    op.drop_column("delivery", "held_from")

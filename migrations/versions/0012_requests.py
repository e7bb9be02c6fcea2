"""Requests to join and to sign in wait for the worker; a link knows where it leads."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_key", sa.String(length=320), nullable=False),
        sa.Column("asked_by", sa.LargeBinary(length=32), nullable=True),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("leads_to", sa.String(length=200), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_request")),
    )
    op.add_column("account_link", sa.Column("leads_to", sa.String(length=200), nullable=True))
    op.execute("DELETE FROM join_request")  # at most a day old, and without an address nothing can be made of it
    with op.batch_alter_table("join_request") as batch:
        batch.alter_column("member_id", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("link_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("address", sa.String(length=320), nullable=False))
        batch.add_column(sa.Column("asked_by", sa.LargeBinary(length=32), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM join_request")
    with op.batch_alter_table("join_request") as batch:
        batch.drop_column("asked_by")
        batch.drop_column("address")
        batch.alter_column("link_id", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("member_id", existing_type=sa.Integer(), nullable=False)
    op.drop_column("account_link", "leads_to")
    op.drop_table("sign_in_request")

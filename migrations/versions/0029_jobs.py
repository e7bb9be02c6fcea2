"""Openings, how somebody is chosen for one, and the boards that some of them come from."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "board",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("early_hours", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("pay_unsaid", sa.String(length=200), server_default="", nullable=False),
        sa.Column("mode_field", sa.String(length=80), nullable=True),
        sa.Column("etag", sa.String(length=200), nullable=True),
        sa.Column("modified", sa.String(length=60), nullable=True),
        sa.Column("good_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
        sa.UniqueConstraint("source", "name", name=op.f("uq_board_source_name")),
    )
    op.create_table(
        "process",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_process")),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(length=11), nullable=True),
        sa.Column("work_modes", sa.SmallInteger(), nullable=False),
        sa.Column("pay_min", sa.Integer(), nullable=True),
        sa.Column("pay_max", sa.Integer(), nullable=True),
        sa.Column("pay_currency", sa.String(length=3), nullable=True),
        sa.Column("pay_per", sa.String(length=5), nullable=True),
        sa.Column("pay_unsaid", sa.String(length=200), server_default="", nullable=False),
        sa.Column("process", sa.String(length=60), nullable=True),
        sa.Column("vacancy", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("apply_url", sa.String(length=500), server_default="", nullable=False),
        sa.Column("questions", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("misses", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level IN ('entry', 'experienced', 'senior', 'lead')", name=op.f("ck_posting_level")),
        sa.CheckConstraint("pay_per IN ('hour', 'day', 'month', 'year')", name=op.f("ck_posting_pay_per")),
        sa.CheckConstraint("state IN ('draft', 'early', 'open', 'closed')", name=op.f("ck_posting_state")),
        sa.CheckConstraint("(board_id IS NULL) = (external_id IS NULL)", name=op.f("ck_posting_external_id")),
        sa.CheckConstraint("(pay_max IS NULL) = (pay_currency IS NULL)", name=op.f("ck_posting_pay_currency")),
        sa.CheckConstraint("(pay_max IS NULL) = (pay_per IS NULL)", name=op.f("ck_posting_pay_max")),
        sa.CheckConstraint("opens_at >= publish_at", name=op.f("ck_posting_opens_at")),
        sa.CheckConstraint("pay_min IS NULL OR pay_min <= pay_max", name=op.f("ck_posting_pay_min")),
        sa.CheckConstraint("work_modes BETWEEN 0 AND 7", name=op.f("ck_posting_work_modes")),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_posting_board_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_posting_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("board_id", "external_id", name=op.f("uq_posting_board_id_external_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_posting_slug")),
    )
    op.create_index("ix_posting_publish_at", "posting", ["publish_at"], unique=False)
    op.create_index("ix_posting_state", "posting", ["state"], unique=False)
    op.create_index("ix_posting_team_id", "posting", ["team_id"], unique=False)
    op.create_table(
        "posting_country",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.id"], name=op.f("fk_posting_country_posting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("posting_id", "country", name=op.f("pk_posting_country")),
    )
    op.create_table(
        "posting_interest",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("interest_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["interest_id"], ["interest.id"], name=op.f("fk_posting_interest_interest_id")),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.id"], name=op.f("fk_posting_interest_posting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("posting_id", "interest_id", name=op.f("pk_posting_interest")),
    )
    op.create_index("ix_posting_interest_interest_id", "posting_interest", ["interest_id"], unique=False)
    op.create_table(
        "posting_place",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_posting_place_place_id")),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.id"], name=op.f("fk_posting_place_posting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("posting_id", "place_id", name=op.f("pk_posting_place")),
    )
    op.create_index("ix_posting_place_place_id", "posting_place", ["place_id"], unique=False)
    op.create_table(
        "board_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=12), nullable=False),
        sa.Column("says", sa.String(length=200), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("recruiter_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_rule_board_id")),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_board_rule_recruiter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_rule")),
        sa.UniqueConstraint("board_id", "field", "says", name=op.f("uq_board_rule_board_id_field_says")),
    )
    op.create_index("ix_board_rule_recruiter_id", "board_rule", ["recruiter_id"], unique=False)
    op.create_table(
        "settled",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=12), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("recruiter_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_settled_posting_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_settled_recruiter_id")),
        sa.PrimaryKeyConstraint("posting_id", "field", name=op.f("pk_settled")),
    )
    op.create_index("ix_settled_recruiter_id", "settled", ["recruiter_id"], unique=False)
    op.create_table(
        "sync_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(length=500), server_default="", nullable=False),
        sa.Column("counts", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("rows", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_sync_run_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_run")),
    )
    op.create_index("ix_sync_run_board_id", "sync_run", ["board_id"], unique=False)


def downgrade() -> None:
    for table in (
        "sync_run",
        "settled",
        "board_rule",
        "posting_place",
        "posting_interest",
        "posting_country",
        "posting",
        "process",
        "board",
    ):
        op.drop_table(table)

"""The audit log is append-only: the database refuses all but the removal of a person."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

KEPT = ("id", "at", "action", "kind", "object_id", "detail")
PERSONS = ("recruiter_id", "member_id")


def _changed(distinct: str) -> str:
    """An expression that is true for an update that does more than take a person out."""
    fixed = [f"NEW.{c} {distinct} OLD.{c}" for c in KEPT]
    fixed += [f"(NEW.{c} IS NOT NULL AND NEW.{c} {distinct} OLD.{c})" for c in PERSONS]
    return " OR ".join(fixed)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.String(length=100), nullable=False),
        sa.Column("recruiter_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_audit_entry_member_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_audit_entry_recruiter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_action", "audit_entry", ["action"], unique=False)
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"], unique=False)
    op.create_index("ix_audit_entry_member_id", "audit_entry", ["member_id"], unique=False)
    op.create_index("ix_audit_entry_recruiter_id", "audit_entry", ["recruiter_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER audit_entry_kept BEFORE UPDATE ON audit_entry WHEN {_changed('IS NOT')} "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )
        op.execute(
            "CREATE TRIGGER audit_entry_undeleted BEFORE DELETE ON audit_entry "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    # as text: PostgreSQL's json knows no equality
    changed = _changed("IS DISTINCT FROM").replace(".detail", ".detail::text")
    op.execute(
        f"CREATE TRIGGER audit_entry_kept BEFORE UPDATE ON audit_entry FOR EACH ROW "
        f"WHEN ({changed}) EXECUTE FUNCTION audit_entry_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_undeleted BEFORE DELETE ON audit_entry FOR EACH ROW "
        "EXECUTE FUNCTION audit_entry_append_only()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP TRIGGER audit_entry_kept ON audit_entry")
        op.execute("DROP TRIGGER audit_entry_undeleted ON audit_entry")
        op.execute("DROP FUNCTION audit_entry_append_only()")
    for table in ("audit_entry",):
        op.drop_table(table)

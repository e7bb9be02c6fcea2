"""Consent is append-only: the database refuses all but one withdrawal and the removal of the person."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEPT = ("id", "purpose", "wording", "given_at", "given_by", "given_from")
ONCE = ("withdrawn_at", "withdrawn_by", "withdrawn_from")


def _changed(distinct: str) -> str:
    """An expression that is true for an update that rewrites history."""
    fixed = [f"NEW.{c} {distinct} OLD.{c}" for c in KEPT]
    fixed += [f"(OLD.withdrawn_at IS NOT NULL AND NEW.{c} {distinct} OLD.{c})" for c in ONCE]
    fixed += [f"(NEW.member_id IS NOT NULL AND NEW.member_id {distinct} OLD.member_id)"]
    return " OR ".join(fixed)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER consent_kept BEFORE UPDATE ON consent WHEN {_changed('IS NOT')} "
            "BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END"
        )
        op.execute(
            "CREATE TRIGGER consent_undeleted BEFORE DELETE ON consent "
            "BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION consent_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'consent is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER consent_kept BEFORE UPDATE ON consent FOR EACH ROW "
        f"WHEN ({_changed('IS DISTINCT FROM')}) EXECUTE FUNCTION consent_append_only()"
    )
    op.execute(
        "CREATE TRIGGER consent_undeleted BEFORE DELETE ON consent FOR EACH ROW EXECUTE FUNCTION consent_append_only()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER consent_kept")
        op.execute("DROP TRIGGER consent_undeleted")
        return
    op.execute("DROP TRIGGER consent_kept ON consent")
    op.execute("DROP TRIGGER consent_undeleted ON consent")
    op.execute("DROP FUNCTION consent_append_only()")

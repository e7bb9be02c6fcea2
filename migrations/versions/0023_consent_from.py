"""With the person also goes from where a consent was given, which may be words about them or a network of theirs."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEPT = ("id", "purpose", "wording", "given_at", "given_by")
ONCE = ("withdrawn_at", "withdrawn_by", "withdrawn_from")


def _changed(distinct: str, with_person: bool) -> str:
    """An expression that is true for an update that rewrites history. `with_person`: from where may be emptied when
    the person goes."""
    fixed = [f"NEW.{c} {distinct} OLD.{c}" for c in KEPT]
    going = "NEW.member_id IS NULL AND OLD.member_id IS NOT NULL AND NEW"
    empty = {
        "given_from": f"{going}.given_from = ''" if with_person else "FALSE",
        "withdrawn_from": f"{going}.withdrawn_from IS NULL" if with_person else "FALSE",
    }
    fixed += [f"(NEW.given_from {distinct} OLD.given_from AND NOT ({empty['given_from']}))"]
    for column in ONCE:
        once = f"OLD.withdrawn_at IS NOT NULL AND NEW.{column} {distinct} OLD.{column}"
        fixed += [f"({once} AND NOT ({empty.get(column, 'FALSE')}))"]
    fixed += [f"(NEW.member_id IS NOT NULL AND NEW.member_id {distinct} OLD.member_id)"]
    return " OR ".join(fixed)


def _replace(with_person: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER consent_kept")
        op.execute(
            f"CREATE TRIGGER consent_kept BEFORE UPDATE ON consent WHEN {_changed('IS NOT', with_person)} "
            "BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END"
        )
        return
    op.execute("DROP TRIGGER consent_kept ON consent")
    op.execute(
        f"CREATE TRIGGER consent_kept BEFORE UPDATE ON consent FOR EACH ROW "
        f"WHEN ({_changed('IS DISTINCT FROM', with_person)}) EXECUTE FUNCTION consent_append_only()"
    )


def upgrade() -> None:
    _replace(with_person=True)


def downgrade() -> None:
    _replace(with_person=False)

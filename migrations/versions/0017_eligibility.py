"""A short row for each confirmed member, by which segments choose and count; interests and places get a bit in it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ENTRIES = {"interest": 3, "place": 2}
"""How many masks of 62 bits each has."""
PURPOSES = ("newsletter", "job_alerts", "check_ins")
REASONS = ("erased", "bounced", "complained", "do_not_write")
COUNTED = [
    "career_stage", "work_modes", "interests_0", "places_0", "consents", "suppressed", "spent_at", "paused_until",
    "rhythm_id", "levels", "language", "lives_in", "interests_1", "interests_2", "places_1", "member_id",
]  # fmt: skip


def mask(entry: str, number: int) -> str:
    """What a member chose, as bits."""
    first = number * 62
    return (
        f"(SELECT COALESCE(SUM(CAST(1 AS BIGINT) << (e.bit - {first})), 0) FROM member_{entry} c "
        f"JOIN {entry} e ON e.id = c.{entry}_id WHERE c.member_id = m.id AND e.bit BETWEEN {first} AND {first + 61})"
    )


def bits(table: str, column: str, names: "tuple[str, ...]", more: str = "") -> str:
    """Which of these names a member has a row for, as bits."""
    return " + ".join(
        f"CASE WHEN EXISTS (SELECT 1 FROM {table} t WHERE t.member_id = m.id AND t.{column} = '{name}'{more}) "
        f"THEN {1 << n} ELSE 0 END"
        for n, name in enumerate(names)
    )


def fill() -> None:
    """Everybody who has confirmed."""
    live = " AND t.withdrawn_at IS NULL"
    since = [
        f"(SELECT given_at FROM consent t WHERE t.member_id = m.id AND t.purpose = '{name}'{live})" for name in PURPOSES
    ]
    spent = (
        "(SELECT taken_at FROM (SELECT s.taken_at, row_number() OVER (ORDER BY s.taken_at DESC) AS newest FROM slot s "
        "WHERE s.member_id = m.id) numbered WHERE newest = m.mails_per_month)"
    )
    masks = [mask(entry, n) for entry, count in ENTRIES.items() for n in range(count)]
    values = [
        "m.id", "m.work_modes", "m.levels", bits("consent", "purpose", PURPOSES, live),
        bits("suppression", "reason", REASONS), "m.career_stage", "m.language", "m.lives_in", *masks, spent,
        "m.paused_until", "m.rhythm_id", "m.confirmed_at", *since,
    ]  # fmt: skip
    op.execute(f"INSERT INTO eligibility SELECT {', '.join(values)} FROM member m WHERE m.confirmed_at IS NOT NULL")


def upgrade() -> None:
    for entry, masks in ENTRIES.items():
        op.add_column(entry, sa.Column("bit", sa.SmallInteger(), nullable=True))
        before = f"(SELECT COUNT(*) FROM {entry} o WHERE o.id < {entry}.id)"
        op.execute(f"UPDATE {entry} SET bit = {before} WHERE {before} < {masks * 62}")
        op.create_index(f"ix_{entry}_bit", entry, ["bit"], unique=True)
    op.create_table(
        "eligibility",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("work_modes", sa.SmallInteger(), nullable=False),
        sa.Column("levels", sa.SmallInteger(), nullable=False),
        sa.Column("consents", sa.SmallInteger(), nullable=False),
        sa.Column("suppressed", sa.SmallInteger(), nullable=False),
        sa.Column("career_stage", sa.String(length=11), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("lives_in", sa.String(length=2), nullable=True),
        *(
            sa.Column(f"{entry}s_{n}", sa.BigInteger(), nullable=False)
            for entry, masks in ENTRIES.items()
            for n in range(masks)
        ),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rhythm_id", sa.Integer(), nullable=True),
        sa.Column("joined", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(f"{name}_at", sa.DateTime(timezone=True), nullable=True) for name in PURPOSES),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_eligibility_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_eligibility")),
    )
    fill()
    op.create_index("ix_eligibility_counted", "eligibility", COUNTED)


def downgrade() -> None:
    op.drop_table("eligibility")
    for entry in ENTRIES:
        op.drop_index(f"ix_{entry}_bit", entry)
        op.drop_column(entry, "bit")

"""What is remembered of one person, personal letters, whom to write to this week, and words to find members by."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("recruiter_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_note_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_note_recruiter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_member_id", "note", ["member_id"], unique=False)
    op.create_index("ix_note_recruiter_id", "note", ["recruiter_id"], unique=False)
    op.create_table(
        "detail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("learnt_on", sa.Date(), nullable=False),
        sa.Column("recruiter_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_detail_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_detail_recruiter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_detail")),
        sa.UniqueConstraint("member_id", "key", name=op.f("uq_detail_member_id_key")),
    )
    op.create_index("ix_detail_recruiter_id", "detail", ["recruiter_id"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("recruiter_id", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("attached", sa.String(length=100), nullable=True),
        sa.Column("mailing_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"], name=op.f("fk_letter_mailing_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_letter_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_letter_recruiter_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["recruiter.id"], name=op.f("fk_letter_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("mailing_id", name=op.f("uq_letter_mailing_id")),
    )
    op.create_index("ix_letter_member_id", "letter", ["member_id"], unique=False)
    op.create_index("ix_letter_recruiter_id", "letter", ["recruiter_id"], unique=False)
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recruiter_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_suggestion_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_suggestion_recruiter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("week", "member_id", name=op.f("uq_suggestion_week_member_id")),
    )
    op.create_index("ix_suggestion_member_id", "suggestion", ["member_id"], unique=False)
    op.create_index("ix_suggestion_recruiter_id", "suggestion", ["recruiter_id", "week"], unique=False)
    op.create_table(
        "suggested",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("recruiter_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_suggested_recruiter_id")),
        sa.PrimaryKeyConstraint("week", "recruiter_id", name=op.f("pk_suggested")),
    )
    words()


def words() -> None:
    """The tables that members are found by, and triggers that say whose words are to be made anew."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "member_word",
        sa.Column("word", sa.String(length=60, collation=None if sqlite else "C"), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_word_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "member_id", name=op.f("pk_member_word")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_member_word_member_id", "member_word", ["member_id", "word"], unique=False)
    op.create_table(
        "words_due",
        sa.Column("member_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_words_due_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_words_due")),
    )
    op.execute("INSERT INTO words_due (member_id) SELECT id FROM member WHERE confirmed_at IS NOT NULL")
    for name, event, table, row, when in TRIGGERS:
        column = "id" if table == "member" else "member_id"
        person = f"{row}.{column}"
        if sqlite:
            # Not OR IGNORE: the statement that fires a trigger may overrule that.
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table}{f' WHEN {when}' if when else ''} BEGIN "
                f"INSERT INTO words_due (member_id) SELECT id FROM member WHERE id = {person} "
                f"AND NOT EXISTS (SELECT 1 FROM words_due WHERE member_id = {person}); END"
            )
            continue
        # The row is written again where there is one, so that who is just making the words waits and then sees all.
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"INSERT INTO words_due (member_id) SELECT id FROM member WHERE id = {person} "
            "ON CONFLICT (member_id) DO UPDATE SET member_id = excluded.member_id; RETURN NULL; END $$"
        )
        condition = f" WHEN ({when.replace('IS NOT NEW', 'IS DISTINCT FROM NEW')})" if when else ""
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW{condition} EXECUTE FUNCTION {name}()")


CHANGED = (
    "NEW.confirmed_at IS NOT NULL AND (OLD.name IS NOT NEW.name OR OLD.address_key IS NOT NEW.address_key "
    "OR OLD.confirmed_at IS NULL)"
)
TRIGGERS = (
    ("words_due_joined", "INSERT", "member", "NEW", "NEW.confirmed_at IS NOT NULL"),
    ("words_due_changed", "UPDATE OF name, address_key, confirmed_at", "member", "NEW", CHANGED),
    ("words_due_skilled", "INSERT", "member_skill", "NEW", ""),
    ("words_due_unskilled", "DELETE", "member_skill", "OLD", ""),
)
"""Name, event, table, and which row of the change: where and when (as SQLite says it) words are to be made anew."""


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, _, table, _, _ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    for table in ("words_due", "member_word", "suggested", "suggestion", "letter", "detail", "note"):
        op.drop_table(table)

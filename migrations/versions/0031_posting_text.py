"""The words of openings, to be searched: an index that triggers keep, whoever writes a posting.

SQLite: FTS5 over the posting's own columns. PostgreSQL: the same words as a tsvector, split and folded by a function of
ours, since its parser would cut "C++" short and keep "kebab-case" in one.

A later step that rebuilds `posting` on SQLite (batch_alter_table) has to make the triggers anew.
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_LETTERS = [c for c in map(chr, range(0x80, 0x590)) if c.lower() != c and len(c.lower()) == 1]
UPPER, LOWER = "".join(_LETTERS), "".join(c.lower() for c in _LETTERS)
"""PostgreSQL's lower() leaves these alone where the database has no locale."""
MARKS = r"[\u0300-\u036f]"
BETWEEN = (
    r"[^0-9A-Za-z+#\u00aa\u00b2\u00b3\u00b5\u00b9\u00ba\u00bc-\u00be\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\u2dff\u3005-\u3007\u3040-\ud7ff"
    r"\uf900-\ufdff\ufe70-\uffdc\U00010000-\U0001efff\U00020000-\U0003ffff]+"
)
"""What stands between words: everything but letters, digits, + and #."""

SQLITE = (
    """
    CREATE VIRTUAL TABLE posting_text USING fts5(
        title, source, content='posting', content_rowid='id', prefix='2 3',
        tokenize="unicode61 remove_diacritics 2 tokenchars '+#'"
    )
    """,
    """
    CREATE TRIGGER posting_text_new AFTER INSERT ON posting BEGIN
        INSERT INTO posting_text (rowid, title, source) VALUES (new.id, new.title, new.source);
    END
    """,
    """
    CREATE TRIGGER posting_text_gone AFTER DELETE ON posting BEGIN
        INSERT INTO posting_text (posting_text, rowid, title, source)
        VALUES ('delete', old.id, old.title, old.source);
    END
    """,
    """
    CREATE TRIGGER posting_text_changed AFTER UPDATE OF title, source ON posting BEGIN
        INSERT INTO posting_text (posting_text, rowid, title, source)
        VALUES ('delete', old.id, old.title, old.source);
        INSERT INTO posting_text (rowid, title, source) VALUES (new.id, new.title, new.source);
    END
    """,
    "INSERT INTO posting_text (posting_text) VALUES ('rebuild')",
)
POSTGRESQL = (
    f"""
    CREATE FUNCTION posting_words(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
        SELECT array_to_tsvector(coalesce(array_agg(DISTINCT left(word, 200)), '{{}}'))
        FROM regexp_split_to_table(
            lower(normalize(regexp_replace(
                normalize(translate(words, '{UPPER}', '{LOWER}'), NFD), '{MARKS}', '', 'g'
            ), NFC)), '{BETWEEN}'
        ) AS word WHERE word <> ''
    $$
    """,
    """
    CREATE TABLE posting_text (
        posting_id integer PRIMARY KEY REFERENCES posting (id) ON DELETE CASCADE, words tsvector NOT NULL
    )
    """,
    "CREATE INDEX ix_posting_text_words ON posting_text USING gin (words)",
    """
    CREATE FUNCTION posting_text_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO posting_text VALUES (new.id, posting_words(new.title || ' ' || new.source))
        ON CONFLICT (posting_id) DO UPDATE SET words = excluded.words;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER posting_text_keep AFTER INSERT OR UPDATE OF title, source ON posting
    FOR EACH ROW EXECUTE FUNCTION posting_text_keep()
    """,
    "INSERT INTO posting_text SELECT id, posting_words(title || ' ' || source) FROM posting",
)


def _run(sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    for statement in postgresql if op.get_context().dialect.name == "postgresql" else sqlite:
        op.execute(statement)


def upgrade() -> None:
    _run(SQLITE, POSTGRESQL)


def downgrade() -> None:
    _run(
        (*(f"DROP TRIGGER posting_text_{name}" for name in ("new", "gone", "changed")), "DROP TABLE posting_text"),
        (
            "DROP TRIGGER posting_text_keep ON posting", "DROP FUNCTION posting_text_keep()",
            "DROP TABLE posting_text", "DROP FUNCTION posting_words(text)",
        ),
    )  # fmt: skip

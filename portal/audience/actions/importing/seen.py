"""Who stood in this file before: in a file of its own on disk, since a list may be longer than memory is large."""

import hashlib
import secrets
import sqlite3


class Seen:
    """Remembers keys by a hash that nobody else can make, and the line each was first seen on."""

    def __init__(self) -> None:
        self.secret = secrets.token_bytes(16)
        self.file = sqlite3.connect("", isolation_level=None)  # "": a private one, which SQLite itself removes
        self.file.execute("PRAGMA journal_mode = OFF")
        self.file.execute("CREATE TABLE seen (hash BLOB PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def before(self, key: str, line: int) -> int | None:
        """The line on which this key was seen first; None if that is this one."""
        hash_ = hashlib.blake2b(key.encode(), digest_size=12, key=self.secret).digest()
        if self.file.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (hash_, line)).rowcount:
            return None
        (first,) = self.file.execute("SELECT line FROM seen WHERE hash = ?", (hash_,)).fetchone()
        return int(first)

    def close(self) -> None:
        """Forget everything."""
        self.file.close()

"""The database: one session, a typed base for models, times in UTC, SQLite made fit for two processes."""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Delete, Dialect, Insert, Integer, MetaData, Update, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

BUSY_SECONDS = 10


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC on every database. SQLite has no zones, so what it returns is given one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all models. Names for constraints are fixed, so that migrations can drop them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_N_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UtcDateTime},
    )


BigId = BigInteger().with_variant(Integer, "sqlite")
"""For tables that outgrow 31 bits: SQLite's integer key has 64 anyway, but must be called INTEGER."""

db = SQLAlchemy(model_class=Base)


def insert_into(table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the database at hand, which knows ON CONFLICT; SQLAlchemy's common one does not."""
    return postgresql.insert(table) if db.engine.dialect.name == "postgresql" else sqlite.insert(table)


def changed(statement: Insert | Update | Delete, given: Mapping[str, Any] | None = None) -> int:
    """Execute a statement in the session; returns how many rows it touched, an INSERT … SELECT on PostgreSQL too.

    `given`: the values of its `bindparam`s, for a statement that is written once and executed often.
    """
    result = db.session.execute(statement, given, execution_options={"preserve_rowcount": True})
    count: int = result.rowcount  # type: ignore[attr-defined]  # typed as a Result, which has none
    return count


def scrub() -> None:
    """After an erasure was committed: bring SQLite's log into the file and empty it, as it still has the old pages.

    Does what it can at once and waits for nobody: a sweep calls it again each minute.
    """
    if db.engine.dialect.name != "sqlite":
        return
    raw = db.engine.raw_connection()
    try:
        cursor = raw.cursor()
        for pragma in ("busy_timeout = 0", "wal_checkpoint(TRUNCATE)", f"busy_timeout = {BUSY_SECONDS * 1000}"):
            cursor.execute(f"PRAGMA {pragma}")
    finally:
        raw.close()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL lets pages be read while the worker writes; a writer waits its turn; foreign keys hold.

    FULL, since a delivery that was recorded as `sending` must still be so after a power cut.

    The driver's default transaction mode stays: an explicit deferred BEGIN fails at once with
    SQLITE_BUSY_SNAPSHOT, whatever the timeout.
    """
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only marked as free (P12)

"""The database's schema: is it the one this code needs, and bring it there. Alembic does the work."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade as alembic_upgrade
from sqlalchemy.exc import OperationalError

from portal.config import data_dir
from portal.db import db


class SchemaError(Exception):
    """One sentence for the operator: what stands in the way and which command helps."""


def upgrade() -> None:
    """Bring the database to this version, creating it if there is none."""
    if state() == "ahead":
        raise SchemaError(_AHEAD)
    alembic_upgrade()


def state() -> str:
    """`current`, `empty`, `behind`, or `ahead` (written by a newer version than this one)."""
    script = ScriptDirectory(str(data_dir("migrations")))
    try:
        with db.engine.connect() as connection:
            at = MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise SchemaError(f"The database cannot be opened: {error.orig}. See PORTAL_DATABASE_URL.") from None
    if at is None:
        return "empty"
    if at not in {revision.revision for revision in script.walk_revisions()}:
        return "ahead"
    return "current" if at == script.get_current_head() else "behind"


_AHEAD = "The database was written by a newer version of Rapport: install that version, or restore a backup."


def require_current() -> None:
    """Raise SchemaError unless the database is exactly what this code needs."""
    found = state()
    if found == "ahead":
        raise SchemaError(_AHEAD)
    if found != "current":
        where = "has no tables yet" if found == "empty" else "is behind this version of Rapport"
        raise SchemaError(f"The database {where}: run `portal db upgrade` ({current_app.name} changed nothing).")

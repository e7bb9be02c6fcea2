"""Alembic's entry: our own, since Flask-Migrate's calls what Flask-SQLAlchemy will remove, and resets logging."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import DateTime
from sqlalchemy.types import TypeDecorator

database = current_app.extensions["migrate"].db


def render(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own column types as what the database sees, so that old migrations never need new code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return "sa.DateTime(timezone=True)" if isinstance(item.impl, DateTime) else f"sa.{item.impl!r}"
    return False


def options() -> dict[str, Any]:
    """Compare types, alter SQLite tables in batches, and leave alone what is no model's: the task queue's own tables
    and the index of openings' words."""
    return {
        "target_metadata": database.metadata,
        "compare_type": True,
        "render_as_batch": True,
        "render_item": render,
        "include_name": lambda name, kind, _parents: kind != "table" or not name.startswith(("huey_", "posting_text")),
    }


if context.is_offline_mode():
    url = database.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, literal_binds=True, **options())
    with context.begin_transaction():
        context.run_migrations()
else:
    with database.engine.connect() as connection:
        context.configure(connection=connection, **options())
        with context.begin_transaction():
            context.run_migrations()
    database.engine.dispose()

"""The database that a test of these runs on."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal import schema
from portal.config import Config


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def each_app(request: pytest.FixtureRequest, make_app: Callable[[Config], Flask]) -> Iterator[Flask]:
    """The app on SQLite, then on PostgreSQL: for what the database decides."""
    config = request.getfixturevalue("config")
    if request.param == "postgresql":
        config = config.model_copy(
            update={"database_url": type(config.database_url)(request.getfixturevalue("postgres_url"))}
        )
    app = make_app(config)
    with app.app_context():
        if request.param == "postgresql":
            schema.upgrade()
        yield app

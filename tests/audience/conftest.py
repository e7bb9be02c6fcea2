"""A small world of interests and places, on both databases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr

from portal import schema
from portal.audience.models import Interest, Place
from portal.config import Config
from portal.db import db
from tests import factories
from tests.conftest import go_live

INTERESTS = ("calibration", "data-engineering", "user-research", "typing-pool")
COUNTRIES = {"PT": ("lisbon", "porto", "portugal"), "GB": ("leeds", "united-kingdom", "old-mill"), "DE": ("leipzig",)}
WHOLE = {"portugal", "united-kingdom"}
RETIRED = {"typing-pool", "old-mill"}


@dataclass(frozen=True)
class World:
    """What can be chosen, by slug, and how many examples a property gets on this database."""

    interests: dict[str, Interest]
    places: dict[str, Place]
    examples: int


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def world(
    request: pytest.FixtureRequest, config: Config, tmp_path: Path, make_app: Callable[[Config], Flask]
) -> Iterator[World]:
    """In the context of an app. What a test adds to it and rolls back is gone."""
    postgres = request.param == "postgresql"
    if postgres:
        url = SecretStr(request.getfixturevalue("postgres_url"))
        config = config.model_copy(update={"database_url": url})
    with make_app(config).app_context():
        if postgres:
            schema.upgrade()
            go_live()
        interests = {slug: factories.interest(slug=slug, retired=slug in RETIRED) for slug in INTERESTS}
        places = {
            slug: factories.place(slug=slug, country=country, whole_country=slug in WHOLE, retired=slug in RETIRED)
            for country, slugs in COUNTRIES.items()
            for slug in slugs
        }
        db.session.commit()
        yield World(interests, places, examples=25 if postgres else 50)
        db.session.rollback()

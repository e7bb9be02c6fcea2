"""A vendor's server, and a visit to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from portal.jobs.sources.fetching import Asker
from portal.jobs.sources.found import Asked, Found
from portal.jobs.sources.visiting import Visited, visit
from tests.jobs.sources.server import Vendor, running

Visit = Callable[..., Visited]


@pytest.fixture
def local(app: Flask) -> Iterator[None]:
    """Boards may lie on this machine, as in development."""
    config = app.extensions["portal"]
    app.extensions["portal"] = config.model_copy(update={"feeds_may_be_local": True})
    yield
    app.extensions["portal"] = config


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A server on a free port of this machine."""
    with running() as vendor:
        yield vendor


@pytest.fixture
def ask(vendor: Vendor) -> Visit:
    """Visit a board there: `ask("lever", "/list")`; more keywords are for the board. It never waits between tries."""

    def visited(source: str, path: str, known: tuple[str | None, str | None] = (None, None), **board: Any) -> Visited:
        with Asker(local=True, agent="Rapport (tests)", pause=lambda _: None) as asker:
            return visit(source, Asked("fennel", url=f"{vendor.url}{path}", **board), asker, known)

    return visited


def by_id(visited: Visited) -> dict[str, Found]:
    """What was found."""
    assert visited.answer, visited.problem
    return {one.external_id: one for one in visited.answer.found}


def left_out(visited: Visited) -> dict[str | None, str]:
    """Why something was left out, by id."""
    assert visited.answer
    return {one.external_id: one.why for one in visited.answer.left_out}

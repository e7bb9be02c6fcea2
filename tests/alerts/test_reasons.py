"""Why an opening is for somebody, in words: what they chose, nothing else, and nothing that they did not."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.alerts.queries.fitting import RULES, Fit, fits, person, why_not
from portal.alerts.queries.reasons import AGAINST, against, because
from portal.audience.queries import catalogue
from portal.db import db
from portal.jobs.queries.wanted import by_ids
from portal.languages import speaking
from tests.alerts.world import NOW, Opening, Person, World

DATA, REMOTE, HYBRID = frozenset({"data-engineering"}), frozenset({"remote"}), frozenset({"hybrid"})
PT, ANYWHERE, LISBON = frozenset({"PT"}), frozenset({"*"}), frozenset({"lisbon"})
SAID: dict[str, Any] = {"pay_unsaid": "By experience.", "interests": DATA | {"calibration"}, "level": "senior"}
WORDS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (
        {"interests": DATA, "work_modes": REMOTE, "lives_in": "PT"},
        {"work_modes": REMOTE, "countries": PT},
        "because you chose Data engineering and remote, and it may be done from Portugal",
    ),
    (
        {"interests": DATA, "levels": frozenset({"senior", "lead"}), "work_modes": REMOTE | HYBRID},
        {"work_modes": REMOTE, "countries": ANYWHERE},
        "because you chose Data engineering, remote and Senior, and it may be done from anywhere",
    ),
    (
        {"interests": DATA, "work_modes": HYBRID, "places": frozenset({"portugal", "leeds"})},
        {"work_modes": HYBRID | REMOTE, "places": LISBON, "countries": ANYWHERE},
        "because you chose Data engineering and hybrid, and it is where you would work: Lisbon",
    ),
    (
        {"interests": DATA | {"user-research"}},
        {"work_modes": HYBRID, "places": LISBON},
        "because you chose Data engineering",
    ),
    ({"places": LISBON}, {"work_modes": HYBRID, "places": LISBON}, "because it is where you would work: Lisbon"),
    ({"work_modes": HYBRID}, {"work_modes": HYBRID, "places": LISBON}, "because you chose hybrid"),
    ({}, {"work_modes": HYBRID, "places": LISBON}, "because you set no limits to what we tell you of"),
    ({}, {}, "because you set no limits to what we tell you of"),
    (
        {},
        {"work_modes": REMOTE, "countries": ANYWHERE},
        "because you set no limits, and it may be done from anywhere",
    ),
    (
        {"lives_in": "PT"},
        {"work_modes": REMOTE, "countries": PT},
        "because you set no limits, and it may be done from Portugal",
    ),
    (
        {"lives_in": "PT", "places": frozenset({"leeds"})},
        {"work_modes": REMOTE, "countries": PT},
        "because it may be done from Portugal, and nothing that you chose speaks against it",
    ),
    (
        {"available_from": date(2026, 12, 1)},
        {"work_modes": REMOTE, "countries": ANYWHERE},
        "because it may be done from anywhere, and nothing that you chose speaks against it",
    ),
    (
        {"pay": (1, "EUR", "hour")},
        {"work_modes": HYBRID},
        "because nothing that you chose speaks against it",
    ),
]  # fmt: skip


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def fit(world: World, own: dict[str, Any], says: dict[str, Any]) -> Fit:
    [id] = world.people([Person(**own)])
    [wanted] = by_ids(world.openings([Opening(**SAID | says)]))
    found = fits(wanted, person([id])[id], NOW)
    assert found, (own, says)
    return found


@pytest.mark.parametrize(("own", "says", "words"), WORDS)
def test_the_words(world: World, own: dict[str, Any], says: dict[str, Any], words: str) -> None:
    assert because(fit(world, own, says)) == words


def test_they_are_said_in_the_language_that_is_spoken_without_reading_names_twice(
    world: World, statements: list[str]
) -> None:
    found = fit(
        world, {"interests": DATA, "places": LISBON, "lives_in": "PT"}, {"work_modes": HYBRID, "places": LISBON}
    )
    with speaking("de"), catalogue.at_once():
        statements.clear()
        assert because(found)
        assert statements == []
    db.session.rollback()


def test_what_stands_against_it_is_said_at_the_desk_and_never_the_pay(world: World) -> None:
    own = {"pay": (90_000, "EUR", "year"), "interests": frozenset({"user-research"}), "levels": frozenset({"lead"})}
    [id] = world.people([Person(**own)])
    [wanted] = by_ids(world.openings([Opening(interests=DATA, pay=(50_000, "EUR", "year"), level="entry")]))
    names = why_not(wanted, person([id])[id], NOW)
    assert names == ["interests", "level", "pay"]
    assert against(names) == ["They chose other interests.", "They chose other levels, or its level is not known."]
    assert against(["pay"]) == ["Something stands against it that they set for themselves alone."]
    assert AGAINST.keys() == {"told", *RULES}

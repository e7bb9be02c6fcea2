"""An opening and a member: the database and Python say the same, and nobody hears of work they ruled out (P3)."""

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any, TypeAlias

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.alerts.queries.fitting import RULES, fits, matches_of, may_tell, person, why_not
from portal.alerts.queries.matching import clause, who
from portal.audience.models import Eligibility
from portal.audience.queries import catalogue, parse, segment_clause
from portal.audience.queries.facts import facts
from portal.db import db
from portal.jobs.queries.wanted import Wanted, by_ids, live
from portal.members.models import Member
from tests.alerts import world as worlds
from tests.alerts.world import COUNTRY_OF, NOW, WHOLE, Opening, Person, World

MEMBERS, OPENINGS, LEAST = 60, 40, 2_000
ids = select(Eligibility.member_id)
Made: TypeAlias = tuple[dict[int, Person], dict[int, Opening], list[Wanted]]


@pytest.fixture
def world(each_app: Flask) -> World:
    return World()


def made(world: World, seed: int) -> Made:
    """Members and openings that are there until the session rolls back."""
    random = Random(seed)
    people = world.people([worlds.person(random) for _ in range(MEMBERS)])
    openings = world.openings([worlds.opening(random) for _ in range(OPENINGS)])
    return people, openings, by_ids(openings)


def test_the_database_and_python_match_alike(world: World) -> None:
    """All pairs of so many, of which each rule decides some alone."""
    pairs, decided = Counter[bool](), Counter[str]()

    @settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
    @example(seed=1)  # these two always, for what is counted below
    @example(seed=2)
    @given(seed=st.integers(0, 2**32))
    def agree(seed: int) -> None:
        try:
            people, openings, wanted = made(world, seed)
            known = person(people)
            for each in wanted:
                fitting = {id for id in people if fits(each, known[id], NOW)}
                matched = set(db.session.scalars(ids.where(clause(each, NOW))))
                with catalogue.at_once():
                    assert set(db.session.scalars(ids.where(clause(each, NOW)))) == matched
                differ = [(people[id], openings[each.id]) for id in matched ^ fitting]
                assert not differ, f"{len(differ)} pairs, such as {differ[0]}"
                assert fitting == {id for id in people if not why_not(each, known[id], NOW)}
                assert set(db.session.scalars(ids.where(~clause(each, NOW)))) == people.keys() - matched, "never NULL"
                agreed = {id for id in matched if people[id].agreed}
                assert set(db.session.scalars(who(each, NOW))) == agreed
                pairs.update(id in fitting for id in people)
                alone = (why_not(each, known[id], NOW) for id in people)
                decided.update(against[0] for against in alone if len(against) == 1)
        finally:
            db.session.rollback()

    agree()
    assert pairs.total() >= LEAST
    assert pairs[True] > pairs.total() / 50
    assert decided.keys() == {"told", *RULES}


REMOTE, HYBRID, ON_SITE = frozenset({"remote"}), frozenset({"hybrid"}), frozenset({"onsite"})
EVERY = REMOTE | HYBRID | ON_SITE
SAID: dict[str, Any] = {"pay_unsaid": "By experience.", "countries": frozenset({"*"}), "work_modes": EVERY}
"""What most of the openings below say."""


def a(*values: str) -> frozenset[str]:
    return frozenset(values)


MEANINGS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({}, {}, True),
    # interests: any of theirs, or they chose none
    ({"interests": a("calibration", "user-research")}, {"interests": a("calibration", "typing-pool")}, True),
    ({"interests": a("calibration")}, {"interests": a("user-research")}, False),
    ({"interests": a("calibration")}, {"interests": a()}, False),
    ({"interests": a()}, {"interests": a("user-research")}, True),
    ({"interests": a("beyond-the-masks")}, {"interests": a("calibration")}, False),
    ({"interests": a("beyond-the-masks")}, {"interests": a("beyond-the-masks")}, True),
    # level
    ({"levels": a("senior", "lead")}, {"level": "lead"}, True),
    ({"levels": a("senior")}, {"level": "lead"}, False),
    ({"levels": a("senior")}, {"level": None}, False),
    ({"levels": a()}, {"level": None}, True),
    # teams
    ({"unwanted": a("platform")}, {"team": "platform"}, False),
    ({"unwanted": a("platform")}, {"team": "field-work"}, True),
    ({"unwanted": a("platform")}, {"team": None}, False),
    ({"unwanted": a()}, {"team": None}, True),
    ({"unwanted": a(), "agreed": False}, {"team": "platform"}, True),  # and they hide from it
    # work modes; remote: where they live, wherever they would work
    ({"work_modes": REMOTE}, {"work_modes": HYBRID | ON_SITE}, False),
    ({"work_modes": REMOTE}, {"work_modes": a()}, False),
    ({"work_modes": a()}, {"work_modes": a()}, True),
    ({"work_modes": HYBRID | REMOTE}, {"work_modes": HYBRID, "countries": a()}, True),
    ({"work_modes": REMOTE, "places": a("leeds")}, {"work_modes": REMOTE, "places": a("lisbon")}, True),
    ({"work_modes": REMOTE}, {"countries": a()}, False),
    ({"work_modes": REMOTE, "lives_in": "PT"}, {"countries": a()}, False),
    ({"work_modes": REMOTE, "lives_in": "PT"}, {"countries": a("DE")}, False),
    ({"work_modes": REMOTE, "lives_in": "PT"}, {"countries": a("DE", "PT")}, True),
    ({"work_modes": REMOTE, "lives_in": None}, {"countries": a("DE", "PT")}, False),
    ({"work_modes": a(), "lives_in": "PT"}, {"work_modes": REMOTE, "countries": a("DE")}, False),
    # places, for work on the spot
    ({"work_modes": ON_SITE, "places": a("lisbon")}, {"places": a("lisbon", "leeds")}, True),
    ({"work_modes": ON_SITE, "places": a("lisbon")}, {"places": a("porto")}, False),
    ({"work_modes": ON_SITE, "places": a("lisbon")}, {"places": a()}, False),
    ({"work_modes": ON_SITE, "places": a()}, {"places": a()}, True),
    ({"work_modes": HYBRID, "places": a("portugal")}, {"places": a("porto")}, True),
    ({"work_modes": HYBRID, "places": a("portugal")}, {"places": a("portugal")}, True),
    ({"work_modes": HYBRID, "places": a("porto")}, {"places": a("portugal")}, False),
    ({"work_modes": HYBRID, "places": a("portugal")}, {"places": a("leeds")}, False),
    ({"work_modes": HYBRID, "places": a("united-kingdom")}, {"places": a("old-mill")}, True),
    ({"places": a("lisbon")}, {"work_modes": a(), "places": a("porto")}, False),
    ({"places": a("lisbon")}, {"work_modes": a(), "places": a("lisbon")}, True),
    # one way that works is enough
    ({"places": a("lisbon"), "lives_in": "PT"}, {"places": a("porto"), "countries": a("PT")}, True),
    ({"places": a("lisbon"), "lives_in": "PT"}, {"places": a("lisbon"), "countries": a("DE")}, True),
    ({"work_modes": REMOTE | HYBRID, "places": a("lisbon")}, {"work_modes": ON_SITE, "places": a("lisbon")}, False),
    # pay, for a year
    ({"pay": (50_000, "EUR", "year")}, {"pay": (50_000, "EUR", "year")}, True),
    ({"pay": (50_001, "EUR", "year")}, {"pay": (50_000, "EUR", "year")}, False),
    ({"pay": (4_167, "EUR", "month")}, {"pay": (50_000, "EUR", "year")}, False),
    ({"pay": (4_166, "EUR", "month")}, {"pay": (50_000, "EUR", "year")}, True),
    ({"pay": (50_000, "EUR", "year")}, {"pay": (228, "EUR", "day")}, True),
    ({"pay": (50_000, "EUR", "year")}, {"pay": (227, "EUR", "day")}, False),
    ({"pay": (50_000, "EUR", "year")}, {"pay": (30, "EUR", "hour")}, True),
    ({"pay": (50_000, "EUR", "year")}, {"pay": (29, "EUR", "hour")}, False),
    ({"pay": (90_000, "GBP", "year")}, {"pay": (50_000, "EUR", "year")}, True),
    ({"pay": (90_000, "EUR", "year")}, {}, True),
    ({"pay": (2_000_000_000, "EUR", "hour")}, {"pay": (2_000_000_000, "EUR", "hour")}, True),
    ({"pay": (2_000_000_000, "EUR", "hour")}, {"pay": (1_999_999_999, "EUR", "hour")}, False),
    # first day
    ({"available_from": date(2027, 3, 1)}, {"starts_on": date(2027, 3, 1)}, True),
    ({"available_from": date(2027, 3, 2)}, {"starts_on": date(2027, 3, 1)}, False),
    ({"available_from": date(2027, 2, 19)}, {}, True),
    ({"available_from": date(2027, 2, 20)}, {}, False),
    # only what is early or open, and says what it pays or why not
    ({}, {"pay_unsaid": ""}, False),
    ({}, {"pay_unsaid": "", "pay": (50_000, "EUR", "year")}, True),
    ({}, {"times": (NOW, NOW, None, None)}, True),
    ({}, {"times": (NOW, NOW + timedelta(hours=72), None, None)}, True),
    ({}, {"times": (NOW + timedelta(seconds=1), NOW + timedelta(seconds=1), None, None)}, False),
    ({}, {"times": (None, None, None, None)}, False),
    ({}, {"times": (NOW - timedelta(days=1), NOW, NOW, None)}, False),
    ({}, {"times": (NOW - timedelta(days=1), NOW, NOW + timedelta(seconds=1), None)}, True),
    ({}, {"times": (NOW - timedelta(days=1), NOW, None, NOW)}, False),
]
"""A member, an opening, and whether it is for them. 21 November and 90 days are 19 February."""


def test_what_the_rules_mean(world: World) -> None:
    for own, says, truth in MEANINGS:
        [id] = world.people([Person(**own)])
        [wanted] = by_ids(world.openings([Opening(**SAID | says)]))
        assert bool(fits(wanted, person([id])[id], NOW)) is truth, (own, says)
        assert db.session.scalars(ids.where(clause(wanted, NOW))).all() == [id] * truth, (own, says)
        assert [each.id for each, _fit in matches_of(id, NOW, 9)] == [wanted.id] * truth, (own, says)
        db.session.rollback()


def could_do_it(person: Person, opening: Opening) -> bool:
    """P3 once more, from what both said and nothing else."""
    goes = not person.places or any(
        place in person.places or any(WHOLE.get(chosen) == COUNTRY_OF[place] for chosen in person.places)
        for place in opening.places
    )
    if not opening.work_modes:
        return not person.work_modes and goes
    for mode in opening.work_modes:
        if person.work_modes and mode not in person.work_modes:
            continue
        if mode == "remote" and ("*" in opening.countries or person.lives_in in opening.countries):
            return True
        if mode != "remote" and goes:
            return True
    return False


def test_nobody_hears_of_work_that_they_ruled_out_by_mode_or_place(world: World) -> None:
    """Whatever of the matcher says that it is for them: the one in the database, the plain one, a segment, the page."""
    heard = Counter[str]()

    @settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
    @example(seed=1)  # these two always, for what is counted below
    @example(seed=2)
    @given(seed=st.integers(0, 2**32))
    def suits(seed: int) -> None:
        try:
            people, openings, wanted = made(world, seed)
            known = person(people)
            slugs = [each.slug for each in wanted]
            for each in wanted:
                by_segment = segment_clause(parse({"opening": [each.slug]}), NOW)
                heard_of = {*db.session.scalars(who(each, NOW)), *db.session.scalars(ids.where(by_segment))}
                heard_of |= {id for id in people if fits(each, known[id], NOW)}
                for id in heard_of:
                    assert could_do_it(people[id], openings[each.id]), (people[id], openings[each.id])
                    if people[id].work_modes == {"remote"}:
                        assert "remote" in openings[each.id].work_modes
                        heard["remote only"] += 1
                heard["pairs"] += len(people)
                heard["matched"] += len(heard_of)
            everything = segment_clause(parse({"opening": slugs}), NOW)
            for id in db.session.scalars(ids.where(everything)):
                assert any(could_do_it(people[id], each) for each in openings.values())
            for id in people:
                for each, _fit in matches_of(id, NOW, 100):
                    assert could_do_it(people[id], openings[each.id])
        finally:
            db.session.rollback()

    suits()
    assert heard["pairs"] >= LEAST
    assert heard["matched"] > 100
    assert heard["remote only"] > 3


def test_who_works_remotely_only_never_hears_of_work_on_site_or_unknown(world: World) -> None:
    remote = Person(work_modes=frozenset({"remote"}), lives_in="PT")
    [id] = world.people([remote])
    on_site = Opening(work_modes=frozenset({"onsite", "hybrid"}), countries=frozenset({"*", "PT"}), pay_unsaid="-")
    unknown = Opening(countries=frozenset({"*"}), pay_unsaid="-")
    nowhere = Opening(work_modes=frozenset({"remote"}), pay_unsaid="-")
    right = Opening(work_modes=frozenset({"remote", "onsite"}), countries=frozenset({"PT"}), pay_unsaid="-")
    for each in by_ids(world.openings([on_site, unknown, nowhere])):
        assert not fits(each, person([id])[id], NOW)
        assert not db.session.scalars(ids.where(clause(each, NOW))).all()
    assert matches_of(id, NOW, 9) == []
    db.session.rollback()
    [id] = world.people([remote])
    [fit] = [fit for _, fit in matches_of(id, NOW, 9)] if world.openings([right]) else []
    assert (fit.modes, fit.country) == (("remote",), "PT")


def test_live_openings_are_those_that_may_be_told_of(world: World) -> None:
    found = world.openings([worlds.opening(Random(n)) for n in range(200)])
    assert {each.id for each in live(NOW)} == {each.id for each in by_ids(found) if may_tell(each, NOW)}


def test_a_segment_reads_the_openings_once(world: World, statements: list[str]) -> None:
    random = Random(1)
    world.people([worlds.person(random) for _ in range(5)])
    world.openings([worlds.opening(random) for _ in range(9)])
    statements.clear()
    with catalogue.at_once():
        rules = [segment_clause(parse({"opening": [f"opening-{n}"]}), NOW) for n in range(9)]
    assert len(statements) == 4
    assert len(rules) == 9


def test_what_segments_may_know_is_read_alike_for_one_and_for_many(world: World) -> None:
    random = Random(7)
    people = world.people([worlds.person(random) for _ in range(40)])
    known = person(people)
    for id, each in people.items():
        assert facts(db.session.get_one(Member, id)) == known[id]
        assert known[id].unwanted_teams == each.unwanted
        assert known[id].pay == each.pay
        assert known[id].available_from == each.available_from

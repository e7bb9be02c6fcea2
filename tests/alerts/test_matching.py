"""An opening and a member: the database and Python say the same, and nobody hears of work they ruled out (P3)."""

from collections import Counter
from random import Random
from typing import TypeAlias

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

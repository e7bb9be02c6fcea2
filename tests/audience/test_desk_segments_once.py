"""Read at once or one by one, a rule selects and says the same; many people's facts are those of each."""

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from portal.audience.models import Eligibility
from portal.audience.queries import SegmentError, facts, parse, reach, say, segment_clause
from portal.audience.queries.catalogue import at_once
from portal.audience.queries.facts import many
from portal.audience.queries.named import counts
from portal.audience.queries.sample import sample
from portal.db import db
from portal.members.models import Member
from tests import factories
from tests.audience.conftest import World
from tests.audience.people import NOW, Person, people, rules


def test_reading_at_once_changes_nothing(world: World) -> None:
    """With places and interests for which no bit was left, too."""
    world.interests["calibration"].bit = world.places["lisbon"].bit = world.places["portugal"].bit = None
    db.session.commit()

    @settings(max_examples=world.examples // 2, deadline=None, suppress_health_check=list(HealthCheck))
    @given(crowd=st.lists(people, min_size=1, max_size=4), data=rules)
    def agree(crowd: list[Person], data: Any) -> None:
        try:
            rule = parse(data)
        except SegmentError:
            assume(False)
        try:
            ids = [person.add(world).id for person in crowd]
            chosen = select(Eligibility.member_id)
            each = set(db.session.scalars(chosen.where(segment_clause(rule, NOW))))
            said = say(rule)
            with at_once():
                assert set(db.session.scalars(chosen.where(segment_clause(rule, NOW)))) == each
                assert say(rule) == said
                assert counts({"a": rule, "b": parse({"all": []})}, NOW) == {"a": len(each), "b": len(ids)}
                assert sum(reach(rule, "newsletter", NOW).values()) == len(each)
                assert {person.member_id for person in sample(rule, len(each), NOW)} == each
            assert {id: had for id, (_, had) in many(ids).items()} == {
                id: facts(db.session.get_one(Member, id)) for id in ids
            }
        finally:
            db.session.rollback()

    agree()


def test_a_whole_country_is_every_place_in_it(world: World) -> None:
    there = factories.member(places=[world.places["portugal"]])
    factories.member(places=[world.places["leeds"]])
    with at_once():
        rule = segment_clause(parse({"place": ["porto"]}), NOW)
    assert db.session.scalars(select(Eligibility.member_id).where(rule)).all() == [there.id]


def test_two_statements_are_enough_for_any_number_of_lines(world: World) -> None:
    lines = [{"interest": [slug]} for slug in world.interests] + [{"place": [slug]} for slug in world.places]
    rule, statements = parse({"all": lines}), []

    def count(*args: Any) -> None:
        statements.append(args[2])

    event.listen(Engine, "before_cursor_execute", count)
    try:
        with at_once():
            segment_clause(rule, NOW)
            say(rule)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert len(statements) == 2

"""Whatever the rule and the people: what the page says was used is true of the member, and of nobody else's making."""

import re
from datetime import timedelta

from flask import Flask
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from portal.audience.queries import Facts, facts, matches, parse, say
from portal.audience.queries.deciding import deciding
from portal.audience.queries.segments import conditions
from portal.audience.queries.used import STAGE_SAID
from portal.audience.queries.why import why
from portal.audience.queries.words import LEVEL_WORDS
from portal.db import db
from portal.languages import day
from portal.members.models import LEVELS, WORK_MODES, Member
from tests import factories
from tests.audience.conftest import WHOLE, World
from tests.audience.letters import got, letter
from tests.audience.people import NOW, SKILLS, Person, people, rules

MODE = {"remote": "remotely", "hybrid": "hybrid", "onsite": "on site"}
COUNTRY = {"DE": "Germany", "PT": "Portugal"}
LANGUAGE = {"en": "English", "de": "German", "pt": "Portuguese"}


def true_of(words: str, person: Person, world: World, rule: object) -> bool:
    """Whether a sentence is true of somebody, going by the sentence alone and what they chose."""
    names = {row.name: slug for slug, row in (world.interests | world.places).items()}
    held = re.fullmatch(r"This (holds|does not hold) for you: “(.*)”", words)
    if held:
        alike = [c for _, c in conditions(parse(rule)) if say(c) == held[2]]
        return bool(alike) and all(matches(c, person.facts(0), NOW) == (held[1] == "holds") for c in alike)
    if words.startswith("You chose no place"):
        return not person.places
    if words.startswith("You set no limit"):
        return not person.work_modes
    if words.startswith("You have not chosen "):
        return not {slug for name, slug in names.items() if name in words} & person.interests
    if words.startswith("You said that you are good at "):
        return words.removeprefix("You said that you are good at ").removesuffix(".") in person.skills
    if words.startswith("You said that you live in "):
        return words.removesuffix(".").removeprefix("You said that you live in ") == COUNTRY.get(person.lives_in or "")
    if words.startswith("You chose no level"):
        return not person.levels
    if level := re.fullmatch(r"You chose the level “(.*)”\.", words):
        return level[1] in {str(LEVEL_WORDS[name]) for name in person.levels}
    if words.startswith("You joined on "):
        return person.joined is not None and words == f"You joined on {day(person.joined)}."
    if words.endswith(" as your language."):
        return words == f"You chose {LANGUAGE[person.language]} as your language."
    if words.startswith("You chose "):
        return names[words.removeprefix("You chose ").removesuffix(".")] in person.interests | person.places
    if words.startswith("You would "):
        return next(mode for mode in WORK_MODES if MODE[mode] in words) in person.work_modes
    return words == STAGE_SAID[person.career_stage]


def test_every_sentence_is_true_of_the_member(world: World) -> None:
    everything = {"interests": world.interests.values(), "places": world.places.values()}
    factories.member(**everything, work_modes=WORK_MODES, skills=SKILLS, levels=LEVELS, lives_in="DE")  # somebody else
    db.session.commit()

    @settings(max_examples=min(world.examples, 15), deadline=None, suppress_health_check=list(HealthCheck))
    @given(person=people, rule=rules)
    def check(person: Person, rule: dict[str, object]) -> None:
        assume(matches(parse(rule), person.facts(0), NOW))
        try:
            member = person.add(world)
            delivery = got(member, letter(rule, {0: ("Words", rule)}, created_at=NOW), NOW, mask=1)
            found = why(delivery.id, member, True, NOW)
            masked = why(delivery.id, member, False, NOW)
            assert found.reason
            assert masked.reason
            assert found.reason.holds
            for reason in (found.reason, found.parts[0].reason):
                for datum in reason.data:
                    assert true_of(datum.words, person, world, rule), datum.words
                    assert all(c.value in {datum.value, *WORK_MODES, "not_looking"} for c in datum.corrections)
            decided = list(deciding(parse(rule), person.facts(0), NOW))
            assert bool(decided) == bool(found.reason.data), "nothing that decided is kept quiet"
            assert (masked.reason.data, masked.parts[0].reason.data) == ((), ())
            assert masked.reason.words == found.reason.words == say(parse(rule))
        finally:
            db.session.rollback()

    check()


A, B, C = {"interest": ["calibration"]}, {"language": ["de"]}, {"career_stage": ["open"]}
"""Of the person below the first and the last hold."""


DECIDED: list[tuple[dict[str, object], list[str]]] = [
    (A, ["interest"]),
    (B, ["language"]),
    ({"all": []}, []),
    ({"any": []}, []),
    ({"all": [A, C]}, ["interest", "career_stage"]),
    ({"all": [A, B, C]}, ["language"]),
    ({"any": [A, B, C]}, ["interest", "career_stage"]),
    ({"any": [B]}, ["language"]),
    ({"none": [B]}, ["language"]),
    ({"none": [A, B]}, ["interest"]),
    ({"none": [B, {"all": [A, B]}]}, ["language", "language"]),
    ({"all": [C, {"any": [B, A]}]}, ["career_stage", "interest"]),
    ({"all": [C, {"none": [{"none": [A, B]}]}]}, ["career_stage", "interest"]),
]


def test_only_what_made_the_difference_is_named(app: Flask) -> None:
    person = Facts(1, interests=frozenset({"calibration"}), career_stage="open", language="en")
    for rule, expected in DECIDED:
        assert [each.condition.name for each in deciding(parse(rule), person, NOW)] == expected, rule


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(person=people, rule=rules, data=st.data())
def test_conditions_that_decided_settle_it_by_themselves(
    app: Flask, person: Person, rule: object, data: object
) -> None:
    """Whoever else agrees with the member on those conditions is treated as they are, whatever else they chose."""
    facts_, tree = person.facts(0), parse(rule)
    truth = matches(tree, facts_, NOW)
    decided = {say(each.condition): each.holds for each in deciding(tree, facts_, NOW)}
    other = data.draw(people).facts(0)  # type: ignore[attr-defined]
    same = all(matches(c, other, NOW) == decided[say(c)] for _, c in conditions(tree) if say(c) in decided)
    assume(same)
    assert matches(tree, other, NOW) == truth


def test_it_takes_at_most_eight_statements(world: World) -> None:
    chosen = list(world.interests.values())
    member: Member = factories.member(
        interests=chosen, places=[world.places[s] for s in WHOLE], agreed_to=["newsletter"]
    )
    parts = {n: ("Words", {"interest": [slug]}) for n, slug in enumerate(world.interests)}
    delivery = got(member, letter({"place": ["lisbon"]}, parts), NOW - timedelta(days=1), mask=0b1111)
    factories.delivery(member=member, state="skipped", reason="over_budget", not_before=NOW - timedelta(days=3))
    db.session.flush()
    said: list[str] = []
    listener = lambda *args: said.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    try:
        found = why(delivery.id, member, True, NOW)
    finally:
        event.remove(db.engine, "before_cursor_execute", listener)
    assert len(found.parts) == 4
    assert [datum.value for datum in found.reason.data] == ["portugal"]  # type: ignore[union-attr]
    assert len(said) <= 8, "\n\n".join(said)
    assert facts(member).places

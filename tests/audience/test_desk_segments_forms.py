"""A rule becomes lines and lines become a rule: never another one, whatever lines cannot say stays as it is (P9, P13)."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal.audience.actions import segments as actions
from portal.audience.files.segments import parse_segment
from portal.audience.forms.segments import Builder, Typed
from portal.audience.forms.segments_values import names
from portal.audience.queries import SegmentError, criteria, matches, parse
from portal.audience.queries.building import blocks_of, rule_of, same
from portal.audience.queries.criterion import Criteria, Criterion
from portal.audience.queries.finding import find
from portal.audience.queries.protected import gives_away
from portal.audience.queries.values import SLUGS
from portal.languages import LANGUAGES, speaking
from tests.audience.people import NOW, Person, people, rules

HELD: list[dict[str, Any]] = [
    {"all": []},
    {"interest": ["calibration"]},
    {"none": [{"interest": ["calibration"]}]},
    {"any": [{"interest": ["calibration"]}, {"none": [{"career_stage": ["not_looking"]}]}]},
    {"all": [{"interest": ["a", "b"]}, {"place": ["lisbon"]}, {"none": [{"career_stage": ["not_looking"]}]}]},
    {"all": [{"any": [{"language": ["de"]}, {"lives_in": ["DE"]}]}, {"joined": {"within_days": 90}}]},
    {"all": [{"skill": ["rust"]}, {"agreed": {"purpose": "newsletter", "older_than_days": 30}}]},
    {"skill": ["one, two"]},
]
"""Rules that lines say, in the way in which they are written back."""
NOT_HELD: list[dict[str, Any]] = [
    {"any": []},
    {"any": [{"all": [{"interest": ["a"]}, {"language": ["de"]}]}, {"skill": ["rust"]}]},
    {"none": [{"none": [{"interest": ["a"]}]}]},
    {"none": [{"any": [{"interest": ["a"]}, {"language": ["de"]}]}]},
    {"all": [{"all": [{"interest": ["a"]}]}]},
]


def sent(builder: Builder) -> MultiDict[str, str]:
    """What a browser sends of the page."""
    form: MultiDict[str, str] = MultiDict()
    for key, line in builder.each():
        form.add("line", key)
        form.add(f"{key}:what", line.name)
        form.add(f"{key}:is", "yes" if line.holds else "no")
        form.add(f"{key}:more", line.more)
        for value in line.values:
            form.add(f"{key}:value", value)
        for name, value in line.blanks.items():
            form.add(f"{key}:{name}", value)
    return form


@pytest.mark.parametrize("data", HELD, ids=str)
def test_what_lines_say_is_written_back_the_same(app: Flask, data: Any) -> None:
    rule = parse(data)
    builder = Builder.of(rule)
    assert builder is not None
    assert Builder.read(sent(builder)).rule() == rule


@pytest.mark.parametrize("data", NOT_HELD, ids=str)
def test_what_lines_cannot_say_is_left_to_text(app: Flask, data: Any) -> None:
    assert Builder.of(parse(data)) is None


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=rules, person=people)
def test_a_rule_survives_the_form(app: Flask, data: Any, person: Person) -> None:
    """Sent and read again it selects the same people; read once more it is the same to the letter."""
    try:
        rule = parse(data)
    except SegmentError:
        assume(False)
    builder = Builder.of(rule)
    assume(builder is not None)
    assert builder is not None
    again = Builder.read(sent(builder))
    assert not again.problems
    written = again.rule()
    facts = person.facts(1)
    assert matches(written, facts, NOW) == matches(rule, facts, NOW)
    assert same(written, rule)
    last = Builder.of(written)
    assert last is not None
    assert last.rule() == written
    assert parse_segment(actions.text("A", "B", written), "a", {}).rule == written


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(keys=st.lists(st.text(max_size=8), max_size=4), values=st.lists(st.text(max_size=20), max_size=6))
def test_whatever_is_sent_is_kept_or_left_out(app: Flask, keys: list[str], values: list[str]) -> None:
    form: MultiDict[str, str] = MultiDict()
    for key, value in zip(keys, values * 4, strict=False):
        form.add("line", key)
        form.add(f"{key}:what", "skill")
        form.add(f"{key}:more", value)
    builder = Builder.read(form)
    builder.settle()
    written = actions.dump(builder.rule())
    assert actions.dump(parse(written)) == written


def test_every_country_can_be_named_in_every_language(app: Flask) -> None:
    ask = criteria.OWN[4].ask
    assert ask is not None
    assert criteria.OWN[4].name == "lives_in"
    for language in LANGUAGES:
        with speaking(language):
            for code, name in names(ask).items():
                for said in (code, code.lower(), name.upper()):
                    builder = Builder([[Typed("lives_in", more=said)]])
                    if "," not in name:
                        assert builder.rule() == parse({"lives_in": [code]}), said


def test_a_country_that_is_misspelt_says_which_was_meant(app: Flask) -> None:
    builder = Builder([[Typed("lives_in", more="Portugall")]])
    assert builder.lines() == ()
    assert builder.problems == [("0.0", "“Portugall” is not on our list. Did you mean Portugal?")]
    assert builder.blocks[0][0].more == "Portugall"


def test_lines_are_added_beside_and_taken_away(app: Flask) -> None:
    builder = Builder([])
    builder.add("interest")
    builder.add("language", 0)
    builder.add("skill")
    assert [[line.name for line in block] for block in builder.blocks] == [["interest", "language"], ["skill"]]
    builder.remove("0.0")
    builder.remove("1.0")
    assert [[line.name for line in block] for block in builder.blocks] == [["language"]]
    builder.add("age")
    builder.remove("7.7")
    assert len(builder.blocks) == 1


def test_a_criterion_without_a_description_is_asked_for_as_text(app: Flask) -> None:
    """As a later slice may bring one."""
    interest = criteria.OWN[0]
    bare = Criterion(
        name="team", schema=SLUGS, compile=interest.compile, evaluate=interest.evaluate, say=interest.say
    )  # fmt: skip
    app.extensions["criteria"] = Criteria([*criteria.OWN, bare])
    rule = parse({"all": [{"team": ["lab", "field"]}, {"none": [{"team": ["desk"]}]}]})
    builder = Builder.of(rule)
    assert builder is not None
    assert builder.blocks[0][0].more == "[lab, field]"
    assert Builder.read(sent(builder)).rule() == rule


def test_every_own_criterion_says_how_it_is_asked_for(app: Flask) -> None:
    for criterion in criteria.OWN:
        assert criterion.ask is not None, criterion.name
        answer = find(str(criterion.ask.found_by).split()[0])
        assert answer
        assert criterion.name in answer.names
        assert not [word for word in str(criterion.ask.found_by).split() if gives_away(word) is not None]


@pytest.mark.parametrize("said", ["age", "Alter", "gender", "religião", "children", "union member", "skin colour"])
def test_who_looks_for_what_is_protected_is_told_why(app: Flask, said: str) -> None:
    answer = find(said)
    assert answer
    assert answer.refused
    assert not answer.names
    assert "is protected by law" in answer.words


@pytest.mark.parametrize("said", ["first name", "native language", "photo", "Postleitzahl", "year of graduation"])
def test_who_looks_for_what_gives_it_away_is_told_what(app: Flask, said: str) -> None:
    answer = find(said)
    assert answer
    assert answer.refused
    assert "says too much about" in answer.words


def test_who_looks_for_something_else_is_led_to_it(app: Flask) -> None:
    assert find("  ") is None
    city, near, nothing = find("Cities"), find("seniorty"), find("shoe size")
    assert city
    assert near
    assert nothing
    assert near.names == ["level"]
    assert not nothing.names
    assert "Nothing that members tell us" in nothing.words


def test_rule_of_nothing_is_everybody() -> None:
    assert blocks_of(rule_of(())) == ()

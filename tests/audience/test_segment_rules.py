"""What an author may write as a rule, and what is refused with which words (P9, W-20)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sqlalchemy import true

from portal.audience.files import segments
from portal.audience.queries import SegmentError, dump, parse, say
from portal.audience.queries.criteria import OWN
from portal.audience.queries.criterion import Criteria, Criterion
from portal.audience.queries.segments import MAX_DEPTH, MAX_NODES, MAX_VALUES
from tests import factories
from tests.audience.people import rules

FORBIDDEN = [
    "gender", "sex", "age", "birth_date", "birthday", "dob", "nationality", "ethnicity", "race", "religion",
    "disability", "health", "pregnancy", "parental", "marital", "orientation", "union", "photo", "name",
    "graduation_year", "postcode",
    # however it is written
    "Gender", "ages", "birthDate", "first-name", "last_names", "member_age", "sexual_orientation", "skin colour",
    "marital_status", "parental leave", "zip", "zip_code", "home_address", "trade_union", "political_opinions",
    "native_language", "mother_tongue", "graduationYear", "health_data", "isPregnant", "has_children", "yearOfBirth",
    "yearofbirth", "zip3", "ZIPCode", "DOBYear", "HIVHealth", "class_of", "year_of_degree", "given_name", "profilePhoto",
    "nationalities", "addresses", "criminal_record", "transgender", "consent_age",
    # in German and Portuguese
    "geschlecht", "Alter", "Altersgruppe", "Geburtsdatum", "geburtsjahr", "Staatsangehörigkeit", "nationalität", "PLZ",
    "Familienstand", "Gewerkschaftsmitglied", "schwerbehindert", "Schwangerschaft", "Religionszugehörigkeit", "Vorname",
    "nachname", "Abschlussjahr", "hautfarbe", "herkunft", "bewerbungsfoto", "kinder",
    "idade", "faixa_idade", "sexo", "género", "nacionalidade", "estado_civil", "código_postal", "raça", "religião",
    "gravidez", "data_de_nascimento", "ano_de_conclusão", "fotografia", "apelido", "deficiência", "sindicato", "filhos",
]  # fmt: skip
ALLOWED = ["interest", "language", "stage", "page", "average_days", "embrace", "trace", "managed", "team", "applied",
    "message", "usage", "percentage", "kind", "original", "alternative", "quality", "agenda", "cidade", "prioridade",
    "disponibilidade", "gestalter", "verwaltung", "photonics", "agreed", "stories",
]  # fmt: skip


def criterion(name: str) -> Criterion[int]:
    """One that another slice might hand over."""
    return Criterion[int](
        name=name,
        schema=TypeAdapter(int),
        compile=lambda value, now: true(),
        evaluate=lambda value, facts, now: True,
        say=lambda value: f"have {value}",
    )


@pytest.mark.parametrize("name", FORBIDDEN)
def test_protected_fields_and_what_gives_them_away_are_refused_by_name(app: Flask, name: str) -> None:
    with pytest.raises(SegmentError) as refused:
        parse({"all": [{name: ["x"]}]})
    assert refused.value.path == ("all", 0, name)
    assert f"`all[0].{name}`" in str(refused.value)
    assert "nobody is chosen or left out by it" in str(refused.value)


@pytest.mark.parametrize("name", FORBIDDEN)
def test_no_slice_can_hand_over_a_protected_criterion(name: str) -> None:
    with pytest.raises(ValueError, match="nobody is chosen or left out by it"):
        Criteria([*OWN, criterion(name)])


@pytest.mark.parametrize("name", ALLOWED)
def test_names_that_only_look_alike_are_free(name: str) -> None:
    assert name in Criteria([criterion(name)])


@pytest.mark.parametrize("name", ["interest", "all", "any", "none"])
def test_a_name_can_be_given_once(name: str) -> None:
    with pytest.raises(ValueError, match=f"two criteria called {name}"):
        Criteria([*OWN, criterion(name)])


@pytest.mark.parametrize("name", ["аge", "Team", "team-size", "team2", "", "_"])
def test_a_name_is_plain_words_so_that_none_can_hide_in_it(name: str) -> None:
    with pytest.raises(ValueError, match="is called by small letters from a to z"):
        Criteria([criterion(name)])


def test_another_slice_can_hand_over_a_criterion(app: Flask) -> None:
    app.extensions["criteria"] = Criteria([*OWN, criterion("applied")])
    rule = parse({"none": [{"applied": 3}]})
    assert dump(rule) == {"none": [{"applied": 3}]}
    assert say(rule) == "Members who are not members who have 3."


@pytest.mark.parametrize(
    ("data", "path", "words"),
    [
        ({"intrest": ["x"]}, ("intrest",), "did you mean interest?"),
        ({"al": []}, ("al",), "did you mean all?"),
        (
            {"SELECT": 1},
            ("SELECT",),
            "there are agreed, all, any, career_stage, in_touch, interest, joined, language, level, lives_in, none, opening, place, skill",
        ),
        ({1: 2}, ("1",), "is nothing we know"),
        ({None: 2}, ("None",), "is nothing we know"),
        ([], (), "must be one condition"),
        (None, (), "must be one condition"),
        ("everyone", (), "must be one condition"),
        ({}, (), "must be one condition"),
        ({"all": [], "any": []}, (), "join several under `all:`"),
        ({"all": {"interest": ["x"]}}, ("all",), "must be a list of conditions"),
        ({"any": [{"interest": ["x"]}, "x"]}, ("any", 1), "must be one condition"),
        ({"interest": "calibration"}, ("interest",), "write a list with at least one value"),
        ({"interest": []}, ("interest",), "write a list with at least one value"),
        ({"interest": ["x", "Big Data"]}, ("interest", 1), "there is no such slug"),
        ({"interest": ["x", 3]}, ("interest", 1), "should be a valid string"),
        ({"interest": [["x"]]}, ("interest", 0), "should be a valid string"),
        ({"work_mode": ["home"]}, ("work_mode", 0), "'remote', 'hybrid' or 'onsite'"),
        ({"career_stage": ["retired"]}, ("career_stage", 0), "'looking', 'open' or 'not_looking'"),
        ({"language": [False]}, ("language", 0), "'en', 'de' or 'pt'"),
        ({"joined": {}}, ("joined",), "say within_days, before or after"),
        ({"joined": 5}, ("joined",), "valid dictionary"),
        ({"joined": {"within_day": 5}}, ("joined", "within_day"), "take it out"),
        ({"joined": {"within_days": 0}}, ("joined", "within_days"), "greater than or equal to 1"),
        ({"joined": {"within_days": True}}, ("joined", "within_days"), "valid integer"),
        ({"joined": {"before": 20260301}}, ("joined", "before"), "write a day, such as 2026-03-01"),
        ({"joined": {"before": datetime(2026, 3, 1, tzinfo=UTC)}}, ("joined", "before"), "write a day"),
        ({"joined": {"after": "yesterday"}}, ("joined", "after"), "valid date"),
        ({"skill": ["a" * 61]}, ("skill", 0), "name one skill of at most 60 characters"),
        ({"skill": [" "]}, ("skill", 0), "name one skill"),
        ({"level": ["boss"]}, ("level", 0), "'entry', 'experienced', 'senior' or 'lead'"),
        ({"lives_in": ["Portugal"]}, ("lives_in", 0), "write its two-letter code, such as PT"),
        ({"lives_in": ["ZZ"]}, ("lives_in", 0), "there is no such country"),
        ({"agreed": {"within_days": 3}}, ("agreed", "purpose"), "field required"),
        ({"agreed": {"purpose": "newsletter"}}, ("agreed",), "say older_than_days or within_days"),
        ({"agreed": {"purpose": "account", "within_days": 1}}, ("agreed", "purpose"), "'newsletter', 'job_alerts'"),
    ],
)
def test_mistakes_are_named_with_their_place_and_mend(app: Flask, data: Any, path: Any, words: str) -> None:
    with pytest.raises(SegmentError) as refused:
        parse(data)
    assert refused.value.path == path
    assert words in str(refused.value)


def test_depth_size_and_values_have_limits(app: Flask) -> None:
    def nested(depth: int) -> Any:
        return {"all": [nested(depth - 1)]} if depth > 1 else {"language": ["en"]}

    assert dump(parse(nested(MAX_DEPTH))) == nested(MAX_DEPTH)
    with pytest.raises(SegmentError, match="too deep"):
        parse(nested(MAX_DEPTH + 1))

    def wide(nodes: int) -> Any:
        return {"any": [{"language": ["en"]}] * (nodes - 1)}

    assert dump(parse(wide(MAX_NODES))) == wide(MAX_NODES)
    with pytest.raises(SegmentError, match=f"at most {MAX_NODES}"):
        parse(wide(MAX_NODES + 1))

    def long(values: int) -> Any:
        return {"interest": [f"i{n}" for n in range(values)]}

    assert dump(parse(long(MAX_VALUES))) == long(MAX_VALUES)
    with pytest.raises(SegmentError, match=f"more than {MAX_VALUES} values"):
        parse(long(MAX_VALUES + 1))


def test_fifty_deep_is_one_clear_sentence(app: Flask, tmp_path: Path) -> None:
    """From a file, as an author meets it: the place, what is wrong, and no more; a name that is refused likewise."""
    (tmp_path / "segments").mkdir()
    rule = "{all: [" * 50 + "{language: [en]}" + "]}" * 50
    for text, words in (
        (rule, "is too deep: conditions stand inside each other at most 8 times"),
        ("{all: [{gender: [x]}]}", "`all[0].gender` is protected: nobody is chosen or left out by it"),
    ):
        path = tmp_path / "segments" / "deep.yml"
        path.write_text(f"name: Deep\nabout: Too deep.\nrule: {text}\n")
        [problem] = segments.check(tmp_path)
        assert (problem.file, problem.line) == (str(path), 3)
        assert words in problem.words


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=rules)
def test_yaml_and_json_give_the_same_rule(app: Flask, data: Any) -> None:
    """Through each of the two as text, and each as the other reads it: JSON is YAML."""
    try:
        rule = parse(data)
    except SegmentError:
        assume(False)
    as_json, as_yaml = json.dumps(dump(rule)), yaml.safe_dump(dump(rule))
    assert parse(json.loads(as_json)) == parse(yaml.safe_load(as_yaml)) == parse(yaml.safe_load(as_json)) == rule


def test_a_rule_that_contains_itself_or_explodes_is_refused(app: Flask) -> None:
    endless: dict[str, Any] = {"all": []}
    endless["all"].append(endless)
    with pytest.raises(SegmentError, match="too deep"):
        parse(endless)
    bomb: dict[str, Any] = {"language": ["en"]}
    for _ in range(7):
        bomb = {"all": [bomb] * 50}
    with pytest.raises(SegmentError, match="too many"):
        parse(bomb)


_texts = st.text(max_size=20) | st.sampled_from(["interest", "all", "joined", "'; --", "a" * 10_000])
_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _texts | st.dates() | st.binary(max_size=5),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(_texts, inside, max_size=3),
    max_leaves=10,
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=_anything | st.dictionaries(st.sampled_from([c.name for c in OWN]), _anything, min_size=1, max_size=1))
def test_anything_is_read_or_refused(app: Flask, data: Any) -> None:
    words = ""
    try:
        rule = parse(data)
        assert parse(dump(rule)) == rule
    except SegmentError as refused:
        words = str(refused)
    assert len(words) < 600


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"all": []}, "Every member."),
        ({"none": []}, "Every member."),
        ({"any": []}, "Nobody."),
        ({"interest": ["calibration"]}, "Members who are interested in Calibration."),
        ({"interest": ["gone", "calibration"]}, "Members who are interested in “gone” or Calibration."),
        (
            {"work_mode": ["remote", "hybrid", "onsite"]},
            "Members who would accept remote work, hybrid work or work on site.",
        ),
        ({"joined": {"within_days": 1}}, "Members who joined in the last day."),
        ({"skill": ["C++", "Löten"]}, "Members who say that they are good at “c++” or “löten”."),
        ({"lives_in": ["PT", "DE"]}, "Members who live in Portugal or Germany."),
        ({"level": ["senior", "lead"]}, "Members who chose one of these levels or none: “Senior” or “Leading others”."),
        (
            {"agreed": {"purpose": "job_alerts", "older_than_days": 365}},
            "Members who agreed to “Openings for you” more than 365 days ago.",
        ),
        (
            {"agreed": {"purpose": "newsletter", "within_days": 30, "older_than_days": 1}},
            "Members who agreed to “Newsletter” in the last 30 days and more than a day ago.",
        ),
        ({"in_touch": {"within_days": 365}}, "Members who were in touch with us in the last 365 days."),
        (
            {"any": [{"all": [{"language": ["de"]}, {"none": [{"career_stage": ["open"]}]}]}, {"language": ["pt"]}]},
            "Members who (chose mail in German, and are not members who are open to an offer), or chose mail in Portuguese.",
        ),
        (
            {"joined": {"after": "2026-03-01", "before": "2026-04-02"}},
            "Members who joined after 1 March 2026 and before 2 April 2026.",
        ),
        (
            {"all": [{"language": ["de"]}, {"any": [{"career_stage": ["open"]}, {"place": ["leeds"]}]}]},
            "Members who chose mail in German, and (are open to an offer, or would work in one of these places or named none: Leeds).",
        ),
        (
            {"none": [{"language": ["de"]}, {"career_stage": ["not_looking"]}]},
            "Members who are neither members who chose mail in German nor members who are not looking.",
        ),
        ({"all": [{"none": [{"language": ["de"]}]}]}, "Members who are not members who chose mail in German."),
    ],
)
def test_a_rule_reads_as_a_sentence(app: Flask, data: Any, words: str) -> None:
    factories.interest(slug="calibration")
    factories.place(slug="leeds")
    assert say(parse(data)) == words

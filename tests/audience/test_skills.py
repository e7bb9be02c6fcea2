"""What somebody is good at: many ways to write the same thing, and limits that are said in a sentence."""

import unicodedata

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.audience.queries.skills import LONGEST, MOST, BadSkill, parse, split


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (["Python"], {"python": "Python"}),
        (["  machine \t learning "], {"machine learning": "machine learning"}),
        (["Python", "PYTHON", "ｐython"], {"python": "Python"}),
        (["Straßenbau", "STRASSENBAU"], {"strassenbau": "Straßenbau"}),
        (["Cafe\u0301", "Café"], {"café": "Café"}),
        (["İstanbul"], {"i̇stanbul": "İstanbul"}),
        (["C++", "C#", "R&D", "<b>"], {"c++": "C++", "c#": "C#", "r&d": "R&D", "<b>": "<b>"}),
        (["", "  ", "\u200b", "\x00\n"], {}),
        (["a\x00b\u202ec"], {"a b c": "a b c"}),
        (["𝐁old"], {"bold": "Bold"}),
        (["x" * LONGEST], {"x" * LONGEST: "x" * LONGEST}),
    ],
)
def test_one_skill_has_one_key(app: Flask, written: list[str], found: dict[str, str]) -> None:
    assert parse(written) == found


def test_several_are_typed_with_commas_or_semicolons() -> None:
    assert [s.strip() for s in split("Python, C++; CAD\nsoldering")] == ["Python", "C++", "CAD", "soldering"]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (["x" * (LONGEST + 1)], "“xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…” is too long: write at most 60 characters."),
        (["ß" * 40], "is too long"),
        (["ﷺ" * 20], "is too long"),
        ([f"skill {n}" for n in range(MOST + 1)], "Name at most 30 things. Take some away first."),
    ],
)
def test_what_is_too_much_is_refused_in_a_sentence(app: Flask, written: list[str], words: str) -> None:
    with pytest.raises(BadSkill, match=words.replace(".", r"\.")):
        parse(written)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=MOST))
def test_what_was_kept_is_kept_the_same_again(written: list[str]) -> None:
    kept = parse(written)
    assert parse(kept.values()) == kept
    assert all(name.isprintable() and name == " ".join(name.split()) for name in kept.values())
    assert all(unicodedata.is_normalized("NFKC", key) for key in kept)

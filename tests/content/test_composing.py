"""What is written is read back the same, whatever somebody types; and the same words are the same bytes."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime

from portal.content import ContentError, Front, compose, compose_yaml, parse_text, parse_yaml, read_text, tidy


class AnyFront(Front):
    """A front matter with every kind of value that ours have."""

    title: str
    about: tuple[str, ...] = ()
    day: date | None = None
    at: AwareDatetime | None = None
    open: bool = False
    rule: Any = None


LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
WORDS = st.one_of(
    st.text(LETTERS, max_size=30),
    st.text("-:#'\"[]{}&*!|>%@`? \n\t,~0123456789.eE+_", max_size=12),
    st.sampled_from(["no", "Yes", "true", "null", "~", "17:30", "2026-03-01", "1e3", "0x1f", ".inf", "---", "", "<<"]),
)
PLAIN = st.recursive(
    st.one_of(WORDS, st.booleans(), st.integers()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["all", "any", "place", "on"]), inner, max_size=3)
    ),
    max_leaves=8,
)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(-timedelta(hours=3))])
EARLY, LATE = datetime(1900, 1, 2), datetime(2999, 1, 1)  # noqa: DTZ001  # the strategy adds the zone
FRONTS = st.fixed_dictionaries(
    {"title": WORDS},
    optional={
        "about": st.lists(WORDS, max_size=4),
        "day": st.dates(min_value=date(1900, 1, 1)),
        "at": st.datetimes(EARLY, LATE, timezones=ZONES),
        "open": st.booleans(),
        "rule": PLAIN,
    },
)


@given(FRONTS, st.text(LETTERS, max_size=60))
def test_what_is_written_is_read_back(front: dict[str, Any], body: str) -> None:
    source = compose(front, body)
    text = parse_text(source, AnyFront, slug="one")
    assert text.front == AnyFront(**front)
    assert text.body.strip("\n") == tidy(body).strip("\n")
    assert compose(front, text.body) == source  # and nothing moves the second time
    assert compose({key: getattr(text.front, key) for key in front}, text.body) == source
    assert tidy(source.replace("\n", "\r\n")) == source


@given(PLAIN)
def test_the_same_without_words(rule: Any) -> None:
    source = compose_yaml({"title": "A", "rule": rule})
    assert parse_yaml(source, AnyFront).rule == rule
    assert "&" not in source.replace(str(rule), "") or "&" in str(rule)


def test_it_looks_as_somebody_would_write_it() -> None:
    front = {
        "title": "Measure twice: a fridge at 8.04 °C",
        "about": ["data", "statistics"],
        "sender": None,
        "day": date(2026, 3, 1),
        "at": datetime(2026, 3, 1, 9, tzinfo=UTC),
        "open": True,
        "rule": {"all": [{"interest": ["a"]}, {"none": [{"place": ["leeds", "york"]}]}]},
    }
    assert compose(front, "\n\nFirst.\r\n\r\nLast.\n\n") == (
        "---\n"
        "title: 'Measure twice: a fridge at 8.04 °C'\n"
        "about: [data, statistics]\n"
        "day: 2026-03-01\n"
        "at: 2026-03-01T09:00+00:00\n"
        "open: true\n"
        "rule:\n"
        "  all:\n"
        "    - interest: [a]\n"
        "    - none:\n"
        "        - place: [leeds, york]\n"
        "---\n"
        "\n"
        "First.\n\nLast.\n"
    )


def test_a_list_named_twice_is_written_twice() -> None:
    same = ["a"]
    assert compose_yaml({"one": same, "two": same}) == "one: [a]\ntwo: [a]\n"


@pytest.mark.parametrize(
    "source", ["", "words", "---\ntitle: A\nwords", "---\ntitel: A\n---\n", "---\ntitle: [\n---\n", "---\n- a\n---\n"]
)
def test_a_text_and_its_file_have_the_same_problems(source: str, tmp_path: Any) -> None:
    path = tmp_path / "one.md"
    path.write_text(source)
    with pytest.raises(ContentError) as of_file:
        read_text(path, AnyFront)
    with pytest.raises(ContentError) as of_text:
        parse_text(source, AnyFront, slug="one", file=str(path))
    assert of_text.value.problems == of_file.value.problems


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("---\ntitle: A\n---\n" + "x" * 200_001, 1, "larger than 200 KB"),
        ("---\ntitle: A\n---\n" + "é" * 110_000, 1, "larger than 200 KB"),
        ("---\ntitle: A\n---\nOne.\n\0\n", 5, "the invisible character U+0000 cannot stand here"),
    ],
)
def test_what_no_text_may_hold(source: str, line: int, words: str) -> None:
    with pytest.raises(ContentError) as error:
        parse_text(source, AnyFront, slug="one", file="here")
    (found,) = error.value.problems
    assert (found.file, found.line) == ("here", line)
    assert words in found.words

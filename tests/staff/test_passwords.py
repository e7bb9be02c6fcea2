"""What a password costs to try, and which are too easy."""

from argon2 import Type, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.staff.actions import passwords
from portal.staff.actions.obvious import is_obvious
from portal.staff.files.obvious import COLUMNS, ROWS, WORDS

HASHER, NOBODYS = passwords.HASHER, passwords.NOBODYS
"""As they are in earnest, before the fixture makes them quick."""


def test_a_try_costs_what_owasp_says_and_as_much_for_nobody() -> None:
    """W-05, W-08."""
    given = extract_parameters(NOBODYS)
    assert (given.type, given.memory_cost, given.time_cost) == (Type.ID, 19_456, 2)
    assert not HASHER.check_needs_rehash(NOBODYS)
    assert not HASHER.check_needs_rehash(HASHER.hash("seven wet umbrellas in a lift"))


def test_only_the_right_one_fits() -> None:
    stored = passwords.hashed("größer als gedacht, ja")
    assert passwords.fits(stored, "größer als gedacht, ja")
    assert passwords.fits(stored, "gro\u0308ßer als gedacht, ja".replace("gro\u0308ß", "gr\u00f6ß")), "one spelling"
    assert passwords.fits(stored, "gro\u0308\u00dfer als gedacht, ja"), "however the keyboard writes it"
    assert not passwords.fits(stored, "größer als gedacht, nein")
    assert not passwords.fits(None, "nobody's password")
    assert not passwords.fits("no hash at all", "whatever")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(WORDS)), min_size=3, max_size=5),
    st.integers(0, 9999),
    st.sampled_from(["", " ", "-", "!"]),
)
def test_common_words_with_a_year_are_obvious(words: list[str], number: int, between: str) -> None:
    assert is_obvious(between.join(words) + str(number))
    assert is_obvious(between.join(word.capitalize() for word in words) + "!")


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([*ROWS, *COLUMNS]), st.integers(2, 4))
def test_rows_of_keys_are_obvious(row: str, times: int) -> None:
    assert is_obvious(row * times)
    assert is_obvious(row[::-1] * times)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="bcdfghjkmnpqrtvwxz", min_size=20, max_size=40).filter(lambda t: len(set(t)) > 9))
def test_random_letters_are_not(text: str) -> None:
    assert not is_obvious(text) or any(part in text for part in WORDS if len(part) > 5)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=250), st.lists(st.text(max_size=40), max_size=4))
def test_nothing_that_can_be_typed_breaks_it(typed: str, own: list[str]) -> None:
    assert is_obvious(typed, own) in {True, False}

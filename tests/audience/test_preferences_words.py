"""What one chose, as a sentence; and that what is said after saving is what was saved."""

from collections.abc import Collection
from datetime import datetime

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.audience.actions import preferences as actions
from portal.audience.models import ASKED
from portal.audience.queries import preferences
from portal.audience.queries.preferences import Entry, Preferences, masked
from portal.audience.queries.wording import CURRENT
from portal.db import db
from portal.members.models import Member
from tests import factories
from tests.audience.test_preferences import PAGE, state
from tests.audience.visitor import signed_in

INTERESTS = ("Data engineering", "Calibration", "Metrology", "Statistics", "Electronics", "Logistics")
PLACES = ("Lisbon", "Leeds", "Anywhere in Portugal")


def chosen(
    interests: Collection[str] = (), modes: Collection[str] = (), places: Collection[str] = (), mails: int = 4
) -> Preferences:
    """Somebody with the newsletter who chose these."""
    return Preferences(
        interests=[Entry(n.lower(), n, "", n in interests) for n in INTERESTS],
        places=[Entry(n.lower(), n, "PT", n in places) for n in PLACES],
        work_modes=frozenset(modes),
        career_stage="open",
        language="en",
        mails_per_month=mails,
        agreed={"newsletter": factories.LONG_AGO},
    )


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (chosen(), "At most four mails a month, about every kind of work, any way of working, anywhere."),
        (
            chosen(["Data engineering"], ["remote", "hybrid"], ["Lisbon"]),
            "At most four mails a month, about Data engineering, remote or hybrid, in Lisbon.",
        ),
        (
            chosen(INTERESTS[:2], ["onsite"], ["Lisbon", "Anywhere in Portugal"], 1),
            "At most one mail a month, about Data engineering and Calibration, on site, in Lisbon or anywhere in Portugal.",
        ),
        (
            chosen(INTERESTS[:4], ["onsite", "remote", "hybrid"], PLACES, 31),
            "At most 31 mails a month, about Data engineering, Calibration, Metrology and Statistics, "
            "remote, hybrid or on site, in Lisbon, in Leeds or anywhere in Portugal.",
        ),
        (
            chosen(INTERESTS, [], [], 12),
            "At most twelve mails a month, about Data engineering, Calibration, Metrology and 3 more, "
            "any way of working, anywhere.",
        ),
    ],
)
def test_a_choice_is_one_sentence(choice: Preferences, words: str) -> None:
    assert preferences.sentence(choice) == words


def test_without_a_consent_no_number_of_mails_is_promised(app: Flask) -> None:
    bo = factories.member()
    assert preferences.in_words(bo) == "No mail at the moment, except what your account needs."


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("maria@example.org", "m…@e…"),
        ("a@b.example", "a…@b…"),
        ("ünal@münchen.example", "ü…@m…"),
        ('x@y"@z.example', "x…@z…"),
    ],
)
def test_an_address_is_masked_to_two_letters(address: str, shown: str) -> None:
    assert masked(address) == shown


SLUGS = [f"i{n}" for n in range(4)]
WHERE = [f"p{n}" for n in range(3)]
STATES = st.fixed_dictionaries(
    {
        "interests": st.sets(st.sampled_from(SLUGS)),
        "places": st.sets(st.sampled_from(WHERE)),
        "work_modes": st.sets(st.sampled_from(["remote", "hybrid", "onsite"])),
        "career_stage": st.sampled_from(["looking", "open", "not_looking"]),
        "language": st.sampled_from(["en", "de", "pt"]),
        "mails_per_month": st.sampled_from([1, 2, 4, 8]),
        **{purpose: st.booleans() for purpose in ASKED},
    }
)
State = dict[str, object]


@pytest.fixture
def bo(app: Flask) -> Member:
    for position, slug in enumerate(SLUGS):
        factories.interest(slug=slug, position=position)
    for position, slug in enumerate(WHERE):
        factories.place(slug=slug, position=position)
    found = factories.member()
    db.session.commit()
    return found


def put(member: Member, wanted: State, now: datetime) -> None:
    actions.save(member, wanted, CURRENT, "192.0.2.0/24", now)
    db.session.commit()


def as_sent(wanted: State) -> dict[str, str | list[str]]:
    """A state as the fields of the form."""
    many = {name: sorted(wanted[name]) for name in ("interests", "places", "work_modes")}  # type: ignore[call-overload]
    one = {name: str(wanted[name]) for name in ("career_stage", "language", "mails_per_month")}
    return many | one | {purpose: ["y"] if wanted[purpose] else [] for purpose in ASKED}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shown=STATES, elsewhere=STATES, here=STATES)
def test_of_two_windows_each_field_holds_what_was_last_changed(
    app: Flask, bo: Member, now: datetime, shown: State, elsewhere: State, here: State
) -> None:
    put(bo, shown, now)
    browser = signed_in(app, bo, now)
    window = browser.form(PAGE)
    put(bo, elsewhere, now)
    assert browser.send(window, as_sent(here)).status_code == 303
    expected = {name: here[name] if here[name] != shown[name] else elsewhere[name] for name in here}
    stored = state(bo)
    assert {purpose for purpose in ASKED if expected.pop(purpose)} == stored.pop("agreed")
    assert stored | {"mails_per_month": stored.pop("mails")} == expected
    said = preferences.saved(preferences.of(bo))
    assert said in browser.get(PAGE).text, "what is said is what is stored"

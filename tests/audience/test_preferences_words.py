"""What one chose, as a sentence; and that what is said after saving is what was saved."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.audience.actions import preferences as actions
from portal.audience.models import ASKED
from portal.audience.queries import preferences, said
from portal.audience.queries.preferences import Entry, Pay, Preferences
from portal.audience.queries.wording import CURRENT
from portal.audience.queries.words import TITLES
from portal.db import db
from portal.members.models import Member
from tests import factories
from tests.audience.test_preferences import PAGE
from tests.audience.visitor import signed_in
from tests.pages import MORE

INTERESTS = ("Data engineering", "Calibration", "Metrology", "Statistics", "Electronics", "Logistics")
PLACES = ("Lisbon", "Leeds", "Anywhere in Portugal")
WEEK = frozenset({"mon", "tue", "wed", "thu", "fri"})


def chosen(
    interests: Collection[str] = (),
    modes: Collection[str] = (),
    places: Collection[str] = (),
    mails: int = 4,
    **more: Any,
) -> Preferences:
    """Somebody with the newsletter who chose these."""
    return replace(
        Preferences(
            interests=[Entry(n.lower(), n, "", n in interests) for n in INTERESTS],
            places=[Entry(n.lower(), n, "PT", n in places, n.startswith("Anywhere")) for n in PLACES],
            work_modes=frozenset(modes),
            career_stage="open",
            language="en",
            mails_per_month=mails,
            agreed={"newsletter": factories.LONG_AGO},
        ),
        **more,
    )


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (chosen(), "At most four mails a month, about every kind of work."),
        (
            chosen(["Data engineering"], ["remote", "hybrid"], ["Lisbon"]),
            "At most four mails a month, about Data engineering, only remote or hybrid, only in Lisbon.",
        ),
        (
            chosen(INTERESTS[:2], ["onsite"], ["Lisbon", "Anywhere in Portugal"], 1),
            "At most one mail a month, about Data engineering and Calibration, only on site, "
            "only in Lisbon or anywhere in Portugal.",
        ),
        (
            chosen(INTERESTS[:4], ["onsite", "remote", "hybrid"], PLACES, 31),
            "At most 31 mails a month, about Data engineering, Calibration, Metrology and Statistics, "
            "only remote, hybrid or on site, only in Lisbon, in Leeds or anywhere in Portugal.",
        ),
        (
            chosen(INTERESTS, [], [], 12),
            "At most twelve mails a month, about Data engineering, Calibration, Metrology and 3 more.",
        ),
        (
            chosen(
                modes=["remote", "hybrid"], mails=2, weekdays=WEEK, mail_hours=(8, 18), time_zone="Europe/Lisbon",
                pause_until=date(2027, 3, 1),
            ),
            "At most two mails a month, on weekdays between 8 and 18 in Lisbon, about every kind of work, "
            "only remote or hybrid, nothing until 1 March 2027.",
        ),
        (
            chosen(mail_hours=(22, 6), time_zone="America/Sao_Paulo"),
            "At most four mails a month, between 22 and 6 in Sao Paulo, about every kind of work.",
        ),
        (chosen(weekdays=WEEK), "At most four mails a month, on weekdays, about every kind of work."),
        (
            chosen(weekdays=frozenset({"sat", "sun"}), time_zone="Europe/Berlin"),
            "At most four mails a month, at weekends, about every kind of work.",
        ),
        (
            chosen(weekdays=frozenset({"sat", "sun"}), mail_hours=(10, 24), time_zone="Europe/Berlin"),
            "At most four mails a month, at weekends between 10 and 24 in Berlin, about every kind of work.",
        ),
        (
            chosen(weekdays=frozenset({"fri", "mon"})),
            "At most four mails a month, on Monday and Friday, about every kind of work.",
        ),
        (
            chosen(weekdays=frozenset({"mon", "wed", "fri"}), mail_hours=(9, 10), time_zone="Asia/Kolkata"),
            "At most four mails a month, on Monday, Wednesday and Friday between 9 and 10 in Kolkata, "
            "about every kind of work.",
        ),
        (chosen(agreed={}, mail_hours=(1, 2)), "No mail at the moment, except what your account needs."),
    ],
)  # fmt: skip
def test_a_choice_is_one_sentence(app: Flask, choice: Preferences, words: str) -> None:
    assert preferences.sentence(choice) == words


@pytest.mark.parametrize("zone", ["Africa/Abidjan", "Antarctica/Troll", "Asia/Kathmandu", "Pacific/Chatham", "UTC"])
def test_every_zone_has_a_name(app: Flask, zone: str) -> None:
    words = preferences.sentence(chosen(mail_hours=(8, 18), time_zone=zone))
    assert "between 8 and 18 in" in words
    assert "_" not in words


def test_each_preference_is_said_in_words(app: Flask) -> None:
    p = chosen(
        skills=("Python", "C++"), levels=frozenset({"senior", "lead"}), lives_in="PT", pay=Pay(45000, "EUR", "year"),
        available_from=date(2027, 3, 1), channel="phone", phone="+351 21 000", phone_hours=(9, 12),
        time_zone="Europe/Lisbon", hidden_people="Rui Costa\nMaria Lopes", weekdays=WEEK, mail_hours=(8, 18),
        pause_until=date(2027, 3, 1),
    )  # fmt: skip
    words = said.saved(p, [name for name in TITLES if name not in {"work_modes", "places", "unwanted_teams"}])
    assert words == (
        "Saved. What interests you: every kind of work; What you are good at: Python and C++; Where you live: Portugal; "
        "Level: Senior or Leading others; Pay floor: € 45,000 a year; "
        "How actively you are looking: Open to the right thing; Free from: 1 March 2027; "
        "What you would like next: nothing said; Language: English; How we reach you: By phone; Phone number: +351 21 000; "
        "When we may call: between 9 and 12 in Lisbon; Not at work: no; Teams that do not see you: no team; "
        "People who do not see you: Rui Costa and Maria Lopes; Newsletter: yes; Openings for you: no; "
        "A personal note now and then: no; Mails in 30 days: At most four mails; Days for mail: on weekdays; "
        "Hours for mail: between 8 and 18 in Lisbon; Time zone: Lisbon; Pause: nothing until 1 March 2027."
    )


def test_every_preference_has_a_title_and_words(app: Flask) -> None:
    """What can be changed can be said: a new preference without words fails here."""
    assert set(preferences.values(chosen())) == set(TITLES)
    assert all(said.value(name, chosen()) for name in TITLES)


SLUGS = [f"i{n}" for n in range(4)]
WHERE = [f"p{n}" for n in range(3)]
TEAMS = [f"t{n}" for n in range(3)]
SOON = (datetime.now(UTC) + timedelta(days=300)).date().isoformat()
HOURS = st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda pair: pair[0] != pair[1]).map(list)
FIELDS: Mapping[str, st.SearchStrategy[Any]] = {
    "interests": st.lists(st.sampled_from(SLUGS), unique=True).map(sorted),
    "places": st.lists(st.sampled_from(WHERE), unique=True).map(sorted),
    "unwanted_teams": st.lists(st.sampled_from(TEAMS), unique=True).map(sorted),
    "hidden_teams": st.lists(st.sampled_from(TEAMS), unique=True).map(sorted),
    "skills": st.lists(st.sampled_from(["c", "excel", "python"]), unique=True).map(sorted),
    "work_modes": st.lists(st.sampled_from(["hybrid", "onsite", "remote"]), unique=True).map(sorted),
    "levels": st.lists(st.sampled_from(["entry", "lead", "senior"]), unique=True).map(sorted),
    "weekdays": st.lists(st.sampled_from(["mon", "tue", "sun"]), unique=True, min_size=1).map(sorted),
    "mail_hours": HOURS,
    "time_zone": st.sampled_from(["UTC", "Europe/Lisbon", "Asia/Tokyo"]),
    "pause_until": st.sampled_from([None, SOON]),
    "career_stage": st.sampled_from(["looking", "open", "not_looking"]),
    "mails_per_month": st.sampled_from([1, 2, 4, 8]),
    "pay": st.sampled_from([None, [45000, "EUR", "year"], [300, "GBP", "day"]]),
    "next_wish": st.sampled_from(["", "Something with clocks\nand no meetings", "&=%"]),
    "not_at_work": st.booleans(),
    **{purpose: st.booleans() for purpose in ASKED},
}
STATES = st.fixed_dictionaries(dict(FIELDS))
State = dict[str, Any]


@pytest.fixture
def bo(app: Flask) -> Member:
    for position, slug in enumerate(SLUGS):
        factories.interest(slug=slug, position=position)
    for position, slug in enumerate(WHERE):
        factories.place(slug=slug, position=position)
    for position, slug in enumerate(TEAMS):
        factories.team(slug=slug, position=position)
    found = factories.member()
    db.session.commit()
    return found


def put(member: Member, wanted: State, now: datetime) -> None:
    actions.save(member, wanted, CURRENT, "192.0.2.0/24", now)
    db.session.commit()


def stored(member: Member) -> State:
    db.session.expire_all()
    return preferences.values(preferences.of(member))


def as_sent(wanted: State) -> dict[str, str | list[str]]:
    """A state as the fields of the form."""
    pay = wanted["pay"] or ["", "EUR", "year"]
    sent = {name: value for name, value in wanted.items() if name not in {"pay", "mail_hours", "pause_until"}}
    sent |= dict(zip(("pay_floor", "pay_currency", "pay_per"), pay, strict=True))
    sent |= dict(zip(("mail_opens", "mail_closes"), wanted["mail_hours"], strict=True))
    sent["pause_until"] = wanted["pause_until"] or ""
    return {k: ["y"] * v if isinstance(v, bool) else v if isinstance(v, list) else str(v) for k, v in sent.items()}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shown=STATES, elsewhere=STATES, here=STATES)
def test_of_two_windows_each_preference_holds_what_was_last_changed(
    app: Flask, bo: Member, now: datetime, shown: State, elsewhere: State, here: State
) -> None:
    put(bo, shown, now)
    browser = signed_in(app, bo, now)
    window = browser.form(PAGE)
    put(bo, elsewhere, now)
    before = stored(bo)
    assert browser.send(window, as_sent(here), environ_base={MORE: 32}).status_code == 303
    expected = {name: here[name] if here[name] != shown[name] else elsewhere[name] for name in here}
    holds = stored(bo)
    assert {name: holds[name] for name in expected} == expected
    page = browser.get(PAGE).text
    assert f'id="in-words">{preferences.in_words(bo)}</p>'.replace("'", "&#39;") in page, "what is said is what holds"
    assert ("Nothing was changed." in page) == (holds == before)

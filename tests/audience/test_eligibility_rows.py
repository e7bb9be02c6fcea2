"""The short row of each member is what the truth says, whatever was done, and counts as the truth would."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from portal.audience.actions import eligibility, leave, preferences, rhythm, slots
from portal.audience.files.entries import Entry, bring
from portal.audience.models import (
    ASKED,
    PURPOSES,
    SUPPRESSIONS,
    Consent,
    Eligibility,
    Interest,
    MemberInterest,
    MemberPlace,
    Place,
    Slot,
    Suppression,
)
from portal.audience.models.eligibility import BITS, CONSENT_BITS, SUPPRESSION_BITS, WORD
from portal.audience.queries import held_until, may_write, parse, reach, small
from portal.audience.queries.eligibility import since
from portal.audience.queries.wording import CURRENT
from portal.config import settings as configured
from portal.db import db
from portal.members.actions.erase import erase
from portal.members.models import CAREER_STAGES, LEVELS, WORK_MODES, Member
from tests import factories
from tests.audience.conftest import COUNTRIES, INTERESTS, World
from tests.audience.people import NOW

PLACES = [slug for slugs in COUNTRIES.values() for slug in slugs]
by_chance = settings(deadline=None, suppress_health_check=list(HealthCheck))


def mask(number: int, bits: list[int]) -> int:
    return sum(1 << bit - number * WORD for bit in bits if bit // WORD == number)


def from_scratch(member: Member) -> dict[str, Any]:
    """The row as it should be, worked out in plain Python, one thing after the other."""
    own = {"member_id": member.id}
    interests = db.session.scalars(select(Interest).join(MemberInterest).filter_by(**own))
    places = db.session.scalars(select(Place).join(MemberPlace).filter_by(**own))
    consents = {c.purpose: c.given_at for c in db.session.scalars(select(Consent).filter_by(**own, withdrawn_at=None))}
    reasons = set(db.session.scalars(select(Suppression.reason).filter_by(**own)))
    sent = sorted(db.session.scalars(select(Slot.taken_at).filter_by(**own)), reverse=True)
    bits = {"interests": [i.bit for i in interests], "places": [p.bit for p in places]}
    masks = {
        f"{kind}_{n}": mask(n, [b for b in found if b is not None]) for kind, found in bits.items() for n in range(3)
    }
    return {
        "member_id": member.id,
        "work_modes": sum(WORK_MODES[mode] for mode in member.work_modes),
        "levels": sum(LEVELS[level] for level in member.levels),
        "consents": sum(CONSENT_BITS[purpose] for purpose in consents),
        "suppressed": sum(SUPPRESSION_BITS[reason] for reason in reasons),
        "career_stage": member.career_stage,
        "language": member.language,
        "lives_in": member.lives_in,
        "spent_at": sent[member.mails_per_month - 1] if len(sent) >= member.mails_per_month else None,
        "paused_until": member.paused_until,
        "rhythm_id": member.rhythm_id,
        "joined": member.confirmed_at,
        **{f"{purpose}_at": consents.get(purpose) for purpose in ASKED},
        **{name: value for name, value in masks.items() if name != "places_2"},
    }


def rows() -> dict[int, dict[str, Any]]:
    """The rows as they are."""
    columns = [column.name for column in Eligibility.__table__.columns]
    return {
        row.member_id: row._asdict() for row in db.session.execute(select(*map(Eligibility.__table__.c.get, columns)))
    }  # type: ignore[arg-type]


def truth() -> dict[int, dict[str, Any]]:
    db.session.expire_all()
    confirmed = select(Member).where(Member.confirmed_at.is_not(None))
    return {member.id: from_scratch(member) for member in db.session.scalars(confirmed)}


def some(values: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(values)), max_size=3, unique=True)


saved = st.fixed_dictionaries(
    {},
    optional={
        "interests": some(INTERESTS),
        "places": some(PLACES),
        "work_modes": some(WORK_MODES),
        "levels": some(LEVELS),
        "lives_in": st.sampled_from([None, "PT", "DE"]),
        "career_stage": st.sampled_from(CAREER_STAGES),
        "language": st.sampled_from(["en", "de", "pt"]),
        "mails_per_month": st.integers(1, 3),
        "pause_until": st.sampled_from([None, "2026-12-24"]),
        "mail_hours": st.sampled_from([[0, 24], [8, 18], [22, 6]]),
        **dict.fromkeys(ASKED, st.booleans()),
    },
)
steps = st.one_of(
    st.tuples(st.just("save"), st.integers(0, 1), saved),
    st.tuples(st.just("leave"), st.integers(0, 1), some(ASKED)),
    st.tuples(st.just("mail"), st.integers(0, 1), st.booleans()),
    st.tuples(st.just("suppress"), st.integers(0, 1), st.sampled_from(SUPPRESSIONS)),
    st.tuples(st.just("join"), st.just(0), st.none()),
    st.tuples(st.just("sync"), st.just(0), st.sampled_from(["calibration", "user-research"])),
    st.tuples(st.just("erase"), st.integers(0, 1), st.none()),
)


EACH: list[tuple[str, int, Any]] = [
    (
        "save",
        0,
        {
            "mails_per_month": 1,
            "places": ["portugal"],
            "lives_in": "PT",
            "pause_until": "2026-12-24",
            "check_ins": True,
        },
    ),
    ("mail", 0, False),
    ("leave", 0, ["newsletter"]),
    ("suppress", 1, "bounced"),
    ("sync", 0, "calibration"),
    ("save", 1, {"interests": ["data-engineering"], "levels": ["lead"], "mail_hours": [8, 18], "language": "pt"}),
    ("join", 0, None),
    ("erase", 1, None),
]
"""Each of them once, so that none depends on chance."""


def do(step: tuple[str, int, Any], ids: list[int], now: datetime) -> None:
    """What somebody does; nothing for who is gone."""
    kind, who, value = step
    member = db.session.get(Member, ids[who], populate_existing=True)
    if kind == "join":
        factories.member()
    elif kind == "sync":  # everybody who chose the one moves to the other, as when `was:` was forgotten at first
        slugs = [*INTERESTS, "statistics"]
        bring("interest", MemberInterest.interest_id, [(Entry(slug=slug, name="x"), GROUP) for slug in slugs])
        bring("interest", MemberInterest.interest_id, [(Entry(slug="statistics", name="S", was=value), GROUP)])
    elif member is None:
        return
    elif kind == "save":
        preferences.save(member, value, CURRENT, "192.0.2.0/24", now)
    elif kind == "leave":
        leave.leave(member.id, value, "unsubscribe", "192.0.2.0/24", now)
    elif kind == "suppress":
        factories.suppression(member=member, address=f"{value}{now.timestamp()}@example.org", reason=value)
    elif kind == "mail":
        delivery = factories.delivery(member=member, state="sending", first_at=now)
        slots.take(delivery.id, now)
        if value:
            slots.give_back([delivery.id])
        slots.settle([delivery.id])
    else:
        erase(member, "you", now)


GROUP = {"group_slug": "g", "group_name": "G", "group_names": {}}


def test_each_row_is_what_the_truth_says_after_whatever_was_done(world: World) -> None:
    @settings(by_chance, max_examples=world.examples // 2)
    @given(done=st.lists(steps, min_size=1, max_size=6))
    @example(done=EACH)
    def follows(done: list[tuple[str, int, Any]]) -> None:
        try:
            ids = [
                factories.member(interests=[world.interests["calibration"]], agreed_to=["newsletter"]).id for _ in "ab"
            ]
            for hour, step in enumerate(done):
                do(step, ids, NOW + timedelta(hours=hour))
                assert rows() == truth(), step
            before = rows()
            eligibility.refresh(None)
            assert rows() == before, "from everything at once, as from each step"
        finally:
            db.session.rollback()

    follows()


def test_what_nothing_stands_behind_goes_with_a_whole_refresh(world: World) -> None:
    stays, goes = factories.member(), factories.member()
    goes.confirmed_at = None
    stays.career_stage = "looking"
    eligibility.refresh(None)
    assert rows() == truth()
    assert rows().keys() == {stays.id}


def test_a_second_refresh_writes_nothing(app: Flask) -> None:
    """PostgreSQL keeps each version of a row, and an index of it."""
    member = factories.member(agreed_to=ASKED)
    version = db.session.connection().exec_driver_sql("SELECT total_changes()").scalar()
    eligibility.refresh([member.id])
    eligibility.refresh(None)
    assert db.session.connection().exec_driver_sql("SELECT total_changes()").scalar() == version


@pytest.mark.parametrize("examples", [15, pytest.param(500, marks=pytest.mark.long)])
def test_counts_from_the_rows_are_counts_from_the_truth(world: World, examples: int) -> None:
    """Including who would be held by their hours (P4)."""
    person = st.tuples(
        st.just([*ASKED]) | some(ASKED),
        st.just([]) | some(SUPPRESSIONS),
        st.sampled_from([(0, 24), (8, 12), (8, 18), (22, 6), (12, 13)]),
        st.sampled_from([None, "2026-11-20", "2026-12-24"]),
        st.integers(0, 3),
    )

    @settings(by_chance, max_examples=examples)
    @given(crowd=st.lists(person, max_size=4), purpose=st.sampled_from(PURPOSES))
    @example(crowd=EACH_KIND, purpose="newsletter")
    @example(crowd=EACH_KIND, purpose="check_ins")
    def agree(crowd: list[Any], purpose: str) -> None:
        try:
            members = [added(*each) for each in crowd]
            reasons = Counter(may_write(member, purpose, NOW) for member in members)
            quiet = [m for m in members if may_write(m, purpose, NOW) is None and held_until(m, purpose, NOW)]
            found = reach(parse({"all": []}), purpose, NOW)
            assert (found, found.quiet) == (dict(reasons), len(quiet))
        finally:
            db.session.rollback()

    agree()


EACH_KIND: list[Any] = [
    ([*ASKED], [], (0, 24), None, 1),
    ([*ASKED], [], (22, 6), None, 0),
    ([*ASKED], [], (0, 24), "2026-12-24", 0),
    ([*ASKED], ["bounced"], (0, 24), None, 0),
    ([], [], (0, 24), None, 0),
    ([*ASKED], [], (0, 24), None, 2),
]
"""Somebody who gets it, one later, one who paused, one suppressed, one who never agreed, one with no mail left."""


def added(agreed: list[str], suppressed: list[str], hours: tuple[int, int], pause: str | None, mails: int) -> Member:
    """A member with so many mails in the last days, of two that they set."""
    member = factories.member(agreed_to=agreed, mails_per_month=2, mail_opens=hours[0], mail_closes=hours[1])
    member.pause_until = datetime.fromisoformat(pause).date() if pause else None
    for reason in suppressed:
        factories.suppression(member=member, address=f"{reason}-{member.address}", reason=reason)
    for number in range(mails):
        taken = NOW - timedelta(days=20 * number)
        factories.slot(
            delivery=factories.delivery(member=member, state="accepted", first_at=taken), number=number, taken_at=taken
        )
    db.session.flush()
    rhythm.keep(member.id, NOW)
    eligibility.refresh([member.id])
    db.session.refresh(member)
    return member


def test_beyond_the_last_bit_the_table_of_choices_answers(world: World) -> None:
    """A tree of 200 interests is unusual, not forbidden."""
    room = BITS[Interest], BITS[Place]
    wanted = [(Entry(slug=f"i{n}", name="x"), GROUP) for n in range(room[0] + 5)]
    bring("interest", MemberInterest.interest_id, wanted)
    towns = [
        (Entry(slug=f"p{n}", name="x"), {"country": "FR", "whole_country": n == room[1] + 4})
        for n in range(room[1] + 5)
    ]
    bring("place", MemberPlace.place_id, towns)
    interests = {row.slug: row for row in db.session.scalars(select(Interest))}
    places = {row.slug: row for row in db.session.scalars(select(Place))}
    last, beyond = interests[f"i{room[0] - 1 - len(INTERESTS)}"], interests[f"i{room[0] + 4}"]
    assert (last.bit, beyond.bit) == (room[0] - 1, None)
    country = places[f"p{room[1] + 4}"]
    assert country.bit is None
    ana = factories.member(interests=[last], places=[places["p0"]])
    bo = factories.member(interests=[beyond, last], places=[country])
    expected = {
        ("interest", last.slug): {ana.id, bo.id}, ("interest", beyond.slug): {bo.id}, ("interest", "i0"): set(),
        ("place", "p0"): {ana.id, bo.id}, ("place", "p1"): {bo.id}, ("place", country.slug): {bo.id}, ("place", "leeds"): set(),
    }  # fmt: skip
    for (name, slug), ids in expected.items():
        rule = parse({name: [slug]})
        assert sum(reach(rule, "newsletter", NOW).values()) == len(ids), (name, slug)


def test_a_bit_stays_with_its_entry(world: World) -> None:
    """Renamed, retired or moved about, it keeps what members chose; a new one gets the lowest that is free."""
    before = {interest.slug: interest.bit for interest in world.interests.values()}
    names = ["user-research", "brand-new", "metrology"]
    bring("interest", MemberInterest.interest_id, [
        (Entry(slug=slug, name="x", was="calibration" if slug == "metrology" else ()), GROUP) for slug in names
    ])  # fmt: skip
    after = dict(db.session.execute(select(Interest.slug, Interest.bit)).all())
    assert after.pop("metrology") == before.pop("calibration")
    assert after.pop("brand-new") == len(INTERESTS)
    assert after == before


def test_few_are_too_few_and_none_are_nobody(app: Flask) -> None:
    rule = parse({"language": ["pt"]})
    counts = [small(rule, NOW)]
    for _ in range(configured().min_segment):
        factories.member(language="pt")
        counts.append(small(rule, NOW))
    assert counts == [None, 1, 2, 3, 4, None]


def test_what_is_long_sent_is_not_counted(world: World) -> None:
    member = factories.member(agreed_to=["newsletter"], mails_per_month=1)
    sent = factories.slot(delivery=factories.delivery(member=member, state="accepted"), taken_at=since(NOW))
    eligibility.refresh([member.id])
    assert reach(parse({"all": []}), "newsletter", NOW) == {None: 1}
    db.session.execute(
        update(Slot).filter_by(member_id=sent.member_id).values(taken_at=since(NOW) + timedelta(seconds=1))
    )
    eligibility.refresh([member.id])
    assert reach(parse({"all": []}), "newsletter", NOW) == {"over_budget": 1}

"""Consents: append-only, one living record for a person and a purpose, and the words that were agreed to."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal.audience.actions import consent
from portal.audience.models import ASKED, Consent
from portal.audience.queries import live, wording
from portal.db import db
from portal.languages import LANGUAGES, speaking
from portal.mail import outbox
from portal.mail.models import Delivery
from portal.members.models import Member

AGREED = {"en": "You agree that ", "de": "Du bist einverstanden, dass ", "pt": "Concordas que "}


@pytest.fixture
def member(app: Flask, now: datetime) -> Member:
    found = Member(
        address="ana@example.org",
        address_key="ana@example.org",
        name="Ana",
        mails_per_month=4,
        created_at=now,
        confirmed_at=now,
    )
    db.session.add(found)
    db.session.commit()
    return found


def _give(member: Member, purpose: str, now: datetime) -> bool:
    given = consent.give(member.id, purpose, wording.CURRENT, "join", "192.0.2.0/24", now)
    db.session.commit()
    return given


def test_every_version_has_a_sentence_for_every_purpose() -> None:
    for version, sentences in wording.WORDINGS.items():
        assert set(sentences) == set(ASKED)
        for purpose in ASKED:
            words = wording.sentence(purpose, "Fennel & Rowe", version)
            assert words.startswith(AGREED[wording.language(version)])
            assert "Fennel & Rowe" in words
            assert "{" not in words
        assert len(version) <= Consent.wording.type.length


@pytest.mark.parametrize("language", LANGUAGES)
def test_todays_words_are_there_in_every_language(app: Flask, language: str) -> None:
    with speaking(language):
        assert wording.language(wording.current()) == language
        assert wording.current().startswith(wording.CURRENT)


def test_agreeing_twice_is_one_record(member: Member, now: datetime) -> None:
    assert _give(member, "newsletter", now)
    assert not _give(member, "newsletter", now + timedelta(days=1))
    only = db.session.scalars(select(Consent)).one()
    assert (only.given_at, only.given_by, only.wording) == (now, "join", wording.CURRENT)
    assert list(live(member.id)) == ["newsletter"]


def test_a_wording_that_never_was_cannot_be_agreed_to(member: Member, now: datetime) -> None:
    with pytest.raises(ValueError, match="no sentence"):
        consent.give(member.id, "newsletter", "1999-01", "join", "192.0.2.0/24", now)
    with pytest.raises(ValueError, match="no sentence"):
        consent.give(member.id, "account", wording.CURRENT, "join", "192.0.2.0/24", now)


def test_withdrawing_ends_the_record_and_giving_again_makes_another(member: Member, now: datetime) -> None:
    _give(member, "newsletter", now)
    later = now + timedelta(days=2)
    assert consent.withdraw(member.id, "newsletter", "unsubscribe", "198.51.100.0/24", later)
    assert not consent.withdraw(member.id, "newsletter", "unsubscribe", "198.51.100.0/24", later)
    assert live(member.id) == {}
    assert _give(member, "newsletter", later)
    first, second = db.session.scalars(select(Consent).order_by(Consent.id))
    assert (first.withdrawn_at, first.withdrawn_by, first.withdrawn_from) == (later, "unsubscribe", "198.51.100.0/24")
    assert second.withdrawn_at is None


def test_withdrawing_stops_what_is_queued_of_that_purpose_only(member: Member, now: datetime) -> None:
    _give(member, "newsletter", now)
    words = {
        "kind": "test",
        "subject": "Hello",
        "preheader": "",
        "pieces": [outbox.Piece("<p>Hi</p>", "Hi")],
        "why": "",
    }
    queued = {}
    for purpose in ("newsletter", "job_alerts"):
        mailing = outbox.freeze(outbox.Words(purpose=purpose, **words), now)  # type: ignore[arg-type]
        queued[purpose] = outbox.queue_one(mailing, member.id, now).id
    consent.withdraw(member.id, "newsletter", "preferences", "192.0.2.0/24", now)
    db.session.commit()
    states = {p: db.session.get_one(Delivery, id) for p, id in queued.items()}
    assert (states["newsletter"].state, states["newsletter"].reason) == ("skipped", "no_consent")
    assert states["job_alerts"].state == "queued"


@pytest.mark.parametrize(
    "rewriting",
    [
        update(Consent).values(wording="other"),
        update(Consent).values(given_at=datetime.fromisoformat("2020-01-01T00:00:00+00:00")),
        update(Consent).values(member_id=None, purpose="job_alerts"),
        update(Consent).values(given_from=""),
        update(Consent).values(member_id=None, given_from="elsewhere"),
        delete(Consent),
    ],
)
def test_the_database_refuses_to_rewrite_a_consent(member: Member, now: datetime, rewriting: object) -> None:
    _give(member, "newsletter", now)
    with pytest.raises(IntegrityError, match="append-only"):
        db.session.execute(rewriting)  # type: ignore[call-overload]
    db.session.rollback()
    assert live(member.id)["newsletter"].wording == wording.CURRENT

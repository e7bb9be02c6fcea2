"""After somebody with everything in every slice was erased, nothing in the database, the queue, the mail spool or the
logs knows their name, their address or a word of theirs: P12. New tables are found by themselves."""

import mailbox
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import links
from portal.audience.models import Consent, Suppression
from portal.config import Config, settings
from portal.db import db, scrub
from portal.mail.models import Delivery
from portal.members.actions.erase import erase
from portal.members.models import Member
from portal.members.queries.held import holders
from tests import factories
from tests.privacy.everything import ADDRESS, EARLIER, NEEDLES, somebody
from tests.privacy.scanning import found_in, in_files, in_tables


def tables() -> list[str]:
    return [table for holder in holders() for table in holder.tables]


def erased(member: Member, now: datetime) -> None:
    """As the route does it."""
    assert erase(member, "you", now)
    db.session.commit()
    scrub()


def test_nothing_is_found_after_an_erasure(
    each_app: Flask, now: datetime, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    member = somebody(now)
    db.session.commit()
    empty = [t for t in tables() if not db.session.scalar(select(func.count()).select_from(db.metadata.tables[t]))]
    assert empty == [], "give each of these a row in tests/privacy/everything.py"
    before = in_tables(NEEDLES)
    assert {hit.split(": ")[1] for hit in before} == set(NEEDLES), "the scan itself is blind"

    erased(member, now)
    assert in_tables(NEEDLES) == []
    assert in_files(settings().var_dir, NEEDLES) == []
    out, err = capfd.readouterr()
    assert found_in(f"{out} {err} {caplog.text}".encode(), NEEDLES) == set()


def test_what_stays_is_a_hash_and_counts(each_app: Flask, now: datetime) -> None:
    member = somebody(now)
    db.session.commit()
    deliveries = db.session.scalar(select(func.count()).where(Delivery.member_id == member.id))
    newsletters = select(func.count()).where(Delivery.state == "accepted", Delivery.member_id.is_(None))
    erased(member, now)

    kept = db.session.scalars(select(Suppression)).one()
    assert kept.address_hash == links.keyed_hash("suppression", ADDRESS.casefold())
    assert (kept.member_id, kept.reason) == (None, "complained")  # the stronger reason stays
    assert db.session.scalars(select(Consent.member_id)).all().count(None) == 3
    assert deliveries == 5, "with a letter, which goes wholly"
    assert db.session.scalar(newsletters) == 1
    skipped = select(Delivery.reason).filter_by(member_id=None, state="skipped")
    assert db.session.scalars(skipped).all() == ["erased"]
    assert db.session.scalars(select(Delivery.state).where(Delivery.member_id.is_not(None))).all() == [
        "accepted",
        "queued",
    ]


def test_the_demos_caught_mail_goes_too(config: Config, make_app: Callable[[Config], Flask], now: datetime) -> None:
    with make_app(config.model_copy(update={"demo": True})).app_context():
        member = somebody(now)
        jonas = factories.member(address="jonas@needles.test")
        box = mailbox.Maildir(settings().var_dir / "maildir")
        for address in (ADDRESS, ADDRESS.lower(), EARLIER, jonas.address):
            box.add(f"To: {address}\nX-RcptTo: {address}\nSubject: Hello\n\nDear {address}\n")
        db.session.commit()
        erased(member, now)
        assert in_files(settings().var_dir, NEEDLES) == []
        assert len(list(Path(settings().var_dir, "maildir", "new").iterdir())) == 1


def test_bytes_do_not_stay_in_a_well_used_file(app: Flask, now: datetime) -> None:
    """Rows that came and went, grew and moved between many others."""
    people = [
        factories.member(address=f"needle-{n}@haystack.example", name=f"Needle {n}" * (n % 7 + 1)) for n in range(60)
    ]
    db.session.commit()
    for n, member in enumerate(people):
        member.name = f"Renamed needle {n}" * (n % 4 + 1)
        db.session.commit()
    for member in people[::2] + people[1::2]:
        erased(member, now + timedelta(days=1))
    assert in_tables(["needle"]) == []
    assert in_files(settings().var_dir, ["needle", "haystack"]) == []

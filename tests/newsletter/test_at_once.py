"""Two people press at once; somebody pauses in the middle: nothing is doubled, nothing is lost (P6)."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import cast

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.audience.queries import dump, parse
from portal.content import compose, compose_yaml
from portal.db import db
from portal.mail import outbox, sending, stopping, waiting
from portal.mail.models import Delivery, Mailing
from portal.mail.outbox import Piece, Words
from portal.mail.transport import Outcome, Transport
from portal.newsletter.actions import send as button
from portal.newsletter.actions.needs import AlreadySent
from portal.newsletter.actions.send import Seen, mark
from portal.newsletter.models import Campaign
from portal.staff.models import Recruiter
from portal.writing.actions import versions
from portal.writing.queries import current
from tests import factories

MEMBERS = 6


def test_two_press_at_once_and_one_campaign_comes_of_it(each_app: Flask, now: datetime) -> None:
    """The other is told the first. All that matters happens while the first holds the newsletter."""
    ana, rui = (factories.recruiter(role="admin", name=name) for name in ("Ana", "Rui"))
    everybody = compose_yaml({"name": "All", "about": "All.", "rule": {"all": []}})
    versions.start("segment", "all-of-us", everybody, None, now)
    front = {"subject": "Measure twice", "preview": "p", "segment": "all-of-us"}
    piece = versions.start("issue", "october", compose(front, "Hello.\n"), ana, now)
    for _ in range(3):
        factories.member(agreed_to=["newsletter"])
    latest = current(piece)
    assert latest
    seen = Seen(latest.id, mark(dump(parse({"all": []}))))
    ids = [ana.id, rui.id]
    db.session.commit()
    start = threading.Barrier(len(ids))
    heard: list[tuple[str, int]] = []
    failures: list[BaseException] = []

    def press(id: int) -> None:
        try:
            with each_app.app_context():
                me = db.session.get_one(Recruiter, id)
                start.wait()
                try:
                    made = button.send("october", seen, me, 0, now)
                    db.session.commit()
                    heard.append(("sent", made.id))
                except AlreadySent as error:
                    heard.append(("told", error.first.id))
                    db.session.rollback()
        except BaseException as error:
            start.abort()
            failures.append(error)

    threads = [threading.Thread(target=press, args=(id,)) for id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    campaign = db.session.scalars(select(Campaign)).one()
    assert sorted(heard) == [("sent", campaign.id), ("told", campaign.id)]
    assert Counter(db.session.scalars(select(Delivery.state))) == {"queued": 3}


class Pausing:
    """A mail server; when it has `after` messages somebody pauses the mailing. Keeps who got one."""

    def __init__(self, mailing_id: int, now: datetime) -> None:
        self.mailing_id, self.now, self.after, self.got = mailing_id, now, 0, Counter[str]()

    def open(self) -> None:
        """Always there."""

    def send(self, _sender: str, address: str, _data: bytes, wanted: Callable[[], bool]) -> Outcome:
        self.got[address] += 1
        if self.got.total() == self.after:
            stopping.pause([self.mailing_id], self.now)
            db.session.commit()
        return Outcome("accepted", 250, "taken", "content")


def a_mailing(now: datetime) -> Mailing:
    words = Words("newsletter", "newsletter", "S", "p", [Piece("<p>Hello.</p>", "Hello.")], "Why.")
    return outbox.freeze(words, now)


@pytest.mark.parametrize("examples", [8, pytest.param(100, marks=pytest.mark.long)])
def test_however_often_it_is_paused_each_gets_it_once(app: Flask, now: datetime, examples: int) -> None:
    """At most what is in flight goes out after a pause; what waits goes out after it is lifted."""
    members = [factories.member(agreed_to=["newsletter"], mails_per_month=30) for _ in range(MEMBERS)]

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(pauses=st.sets(st.integers(1, MEMBERS), max_size=4), stop=st.none() | st.integers(0, MEMBERS))
    def once(pauses: set[int], stop: int | None) -> None:
        mailing = a_mailing(now)
        for member in members:
            factories.delivery(member=member, mailing=mailing, mask=1, not_before=now)
        db.session.commit()
        relay = Pausing(mailing.id, now)
        for after in sorted(pauses):
            relay.after = after
            sending.send(mailing.id, cast(Transport, relay), lambda: now)
            assert relay.got.total() == after, "the one in flight was the last"
            assert mailing.id not in waiting.due(now)
            assert sending.send(mailing.id, cast(Transport, relay), lambda: now) == 0
            if stop is not None and after > stop:
                break
            stopping.resume([mailing.id])
            db.session.commit()
        if stop is not None:
            stopping.cancel([mailing.id], now)
        stopping.resume([mailing.id])
        db.session.commit()
        relay.after = 0
        sending.send(mailing.id, cast(Transport, relay), lambda: now)
        rows = select(Delivery.state, Delivery.reason).where(Delivery.mailing_id == mailing.id)
        states = Counter((state, reason) for state, reason in db.session.execute(rows))
        assert states.total() == MEMBERS
        assert set(states) <= {("accepted", None), ("skipped", "cancelled")}
        assert states["accepted", None] == relay.got.total()
        assert max(relay.got.values(), default=0) <= 1
        assert stop is not None or relay.got.total() == MEMBERS

    once()

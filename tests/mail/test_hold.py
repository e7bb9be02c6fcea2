"""Hours that end while mail is being sent, and a relay so slow that they do: nothing starts after them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audience.actions import rhythm
from portal.db import db
from portal.mail import sending, waiting
from portal.mail.models import Delivery, Mailing
from portal.mail.transport import Transport
from tests import factories
from tests.faults.smtp_server import Action, FakeSmtp

NOW = datetime(2026, 11, 20, 17, 59, 59, tzinfo=UTC)
"""The last second of office hours on a Friday."""
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


def mailing(people: int, now: datetime = NOW) -> Mailing:
    """To members with office hours."""
    made = factories.mailing()
    for _ in range(people):
        member = factories.member(mail_opens=8, mail_closes=18, weekdays=31, agreed_to=["newsletter"])
        rhythm.keep(member.id, now)
        factories.delivery(member=member, mailing=made, not_before=now)
    db.session.commit()
    return made


@pytest.mark.parametrize("verb", ["EOM", "RCPT"])
def test_nothing_starts_after_the_hours(
    app: Flask, smtp: Callable[..., FakeSmtp], monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """They end right after the second mail, or between its claim and its content: that one waits too."""
    made, clock = mailing(4), [NOW]
    if verb == "RCPT":  # as if the relay had been slow
        monkeypatch.setattr(sending, "FRESH", 0)

    def go_on(count: int, _argument: str) -> Action | None:
        clock[0] += timedelta(seconds=1) if count == 2 else timedelta(0)
        return None

    with smtp({verb: go_on}) as server, Transport(server.url) as transport:
        sending.send(made.id, transport, lambda: clock[0])
        before = len(server.messages)
        assert before == (2 if verb == "EOM" else 1)
        assert waiting.due(clock[0]) == []
        rows = db.session.scalars(select(Delivery).where(Delivery.state == "queued")).all()
        assert {(row.not_before, row.held_from, row.attempts) for row in rows} == {(MONDAY, NOW, 0)}
        assert waiting.due(MONDAY) == [made.id]
        assert sending.send(made.id, transport, lambda: MONDAY) == 4 - before
    db.session.expire_all()
    assert set(db.session.scalars(select(Delivery.state))) == {"accepted"}


def test_what_was_put_off_waits_for_the_hours_too(app: Flask, smtp: Callable[..., FakeSmtp]) -> None:
    """And is tried often enough, though three days lie between two tries."""
    made, row = mailing(1), select(Delivery)
    with smtp({"EOM": {1: "451 4.7.1 later", 2: "451 4.7.1 later"}}) as server, Transport(server.url) as transport:
        for now in (NOW, NOW + timedelta(minutes=10), MONDAY, MONDAY + timedelta(hours=1)):
            sending.send(made.id, transport, lambda at=now: at)  # type: ignore[misc]
            db.session.expire_all()
    found = db.session.scalars(row).one()
    assert (found.state, found.attempts, len(server.arrived)) == ("accepted", 3, 3)

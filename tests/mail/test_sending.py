"""From frozen words to named states, over a real socket, with everything that can go wrong on the way.

P2, P5 and P6 of design.md, and the rows of the fault matrix in which the database has a part.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import event, literal, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from portal import clock
from portal.audience.actions import consent as consents
from portal.cli import portal as command
from portal.db import db
from portal.mail import outbox, sending, stopping, tasks, waiting
from portal.mail.models import Delivery, Mailing
from portal.mail.outbox import Piece, Words
from portal.mail.relay import RelayDown
from portal.mail.transport import Transport
from portal.members.models import Member
from tests import factories
from tests.faults.smtp_server import Drop, FakeSmtp, Hang

Smtp = Callable[..., FakeSmtp]


def words(purpose: str = "newsletter") -> Words:
    """A short message to everybody."""
    piece = Piece("<p>Hello \ue000name|there\ue001.</p>", "Hello \ue000name|there\ue001.")
    return Words("newsletter", purpose, "Measure twice", "A short letter", [piece], "You asked for it.")


def people(count: int, **more: object) -> list[Member]:
    """Members who agreed to the newsletter."""
    return [factories.member(name=f"Person {n}", agreed_to=["newsletter"], **more) for n in range(count)]  # type: ignore[arg-type]


def queued(now: datetime, purpose: str = "newsletter", not_before: datetime | None = None) -> Mailing:
    """A mailing to every member, committed."""
    mailing = outbox.freeze(words(purpose), now)
    chosen = select(literal(mailing.id), Member.id, literal(1)).order_by(Member.id)
    outbox.queue_all([mailing], chosen, not_before or now, now)
    db.session.commit()
    return mailing


def deliver(mailing: Mailing, server: FakeSmtp, **limits: float) -> int:
    """Send what is due, as the worker does."""
    with Transport(server.url, **limits) as transport:  # type: ignore[arg-type]
        return sending.send(mailing.id, transport, clock.now)


def states(mailing: Mailing) -> dict[str, int]:
    """How many deliveries are in each state."""
    db.session.expire_all()
    return Counter(db.session.scalars(select(Delivery.state).filter_by(mailing_id=mailing.id)))


def of(member: Member) -> Delivery:
    """The one delivery to a member."""
    db.session.expire_all()
    return db.session.scalars(select(Delivery).filter_by(member_id=member.id)).one()


def to(server: FakeSmtp) -> list[str]:
    """Whom complete messages went to, in order."""
    return [address for m in server.arrived if m.complete for address in m.recipients]


def test_everybody_gets_one_and_each_row_ends_in_a_named_state(app: Flask, smtp: Smtp, now: datetime) -> None:
    agreed = people(5)
    refused = factories.member(name="No Thanks")
    bounced = factories.member(agreed_to=["newsletter"])
    factories.suppression(member=bounced)
    mailing = queued(now)
    with smtp() as server:
        assert deliver(mailing, server) == 5
    assert states(mailing) == {"accepted": 5, "skipped": 2}
    assert (of(refused).reason, of(bounced).reason) == ("no_consent", "suppressed")
    assert to(server) == [m.address for m in agreed]
    text = message_from_bytes(server.messages[3].data, policy=default).get_body(("plain",))
    assert text is not None
    assert "Hello Person 3." in text.get_content()
    assert all(d.ended_at for d in db.session.scalars(select(Delivery)))


def test_withdrawing_stops_what_is_queued_and_what_is_claimed_next(app: Flask, smtp: Smtp, now: datetime) -> None:
    """P2 and P5: each claim looks at the consent again, so a withdrawal in mid-send reaches the next message."""
    members = people(6)
    mailing = queued(now)

    def leave(count: int, _argument: str) -> None:
        if count != 3:
            return
        with app.app_context():
            consents.withdraw(members[4].id, "newsletter", "one-click", "203.0.113.0/24", clock.now())
            db.session.commit()

    with smtp({"RCPT": leave}) as server:
        deliver(mailing, server)
    assert members[4].address not in to(server)
    assert states(mailing) == {"accepted": 5, "skipped": 1}
    assert of(members[4]).reason == "no_consent"


def test_each_claim_asks_again_whether_one_may_write(app: Flask, smtp: Smtp, now: datetime) -> None:
    """P2: not only what a withdrawal cancels is stopped; here nothing told the outbox."""
    members = people(4)
    mailing = queued(now)

    def complain(count: int, _argument: str) -> None:
        if count == 2:
            with app.app_context():
                factories.suppression(member=db.session.get_one(Member, members[3].id), reason="complained")
                db.session.commit()

    with smtp({"EOM": complain}) as server:
        deliver(mailing, server)
    assert len(to(server)) == 3
    assert of(members[3]).reason == "suppressed"


def test_no_content_starts_a_second_after_the_withdrawal_however_slow_the_relay(
    app: Flask, smtp: Smtp, now: datetime
) -> None:
    """P5: the row was claimed and the relay took its time; the content does not go out all the same."""
    (member,) = people(1)
    mailing = queued(now)

    def leave_then_wait(_count: int, _argument: str) -> None:
        with app.app_context():
            consents.withdraw(member.id, "newsletter", "one-click", "203.0.113.0/24", clock.now())
            db.session.commit()
        time.sleep(sending.FRESH + 0.2)

    with smtp({"RCPT": leave_then_wait}) as server:
        deliver(mailing, server)
    assert to(server) == []
    found = of(member)
    assert (found.state, found.reason, found.attempts) == ("skipped", "no_consent", 0)


def test_a_drop_after_the_content_is_unknown_and_stays_so(app: Flask, smtp: Smtp, now: datetime) -> None:
    members = people(3)
    mailing = queued(now)
    with smtp({"EOM": {2: Drop()}}) as server:
        deliver(mailing, server)
        deliver(mailing, server)
        tasks.sweep(now + timedelta(days=3))
    assert states(mailing) == {"accepted": 2, "unknown": 1}
    assert of(members[1]).state == "unknown"
    assert len(server.arrived) == 3, "it was not sent again by itself"


def test_somebody_waits_for_account_mail_so_it_is_sent_again(app: Flask, smtp: Smtp, now: datetime) -> None:
    (member,) = people(1)
    mailing = outbox.freeze(words("account"), now)
    outbox.queue_one(mailing, member.id, now)
    db.session.commit()
    with smtp({"EOM": {1: Drop()}}) as server:
        deliver(mailing, server)
        deliver(mailing, server)
    assert of(member).state == "accepted"
    first, second = (m.data for m in server.arrived)
    assert first == second, "the same bytes, Message-ID and Date on each try (E-08)"


def test_a_refusal_for_now_is_tried_again_with_the_same_bytes(app: Flask, smtp: Smtp, now: datetime) -> None:
    members = people(2)
    mailing = queued(now)
    with smtp({"EOM": {1: "451 4.7.1 greylisted"}}) as server:
        deliver(mailing, server)
        first = of(members[0])
        assert (first.state, first.attempts) == ("deferred", 1)
        assert timedelta(minutes=3) < first.not_before - first.first_at < timedelta(minutes=7)  # type: ignore[operator]
        assert deliver(mailing, server) == 0, "not before its time"
        later = lambda: now + timedelta(minutes=10)  # noqa: E731
        with Transport(server.url) as transport:
            assert sending.send(mailing.id, transport, later) == 1
    assert states(mailing) == {"accepted": 2}
    assert server.arrived[0].data == server.arrived[2].data


def test_after_three_days_it_is_given_up(app: Flask, smtp: Smtp, now: datetime) -> None:
    (member,) = people(1)
    mailing = queued(now)
    when = now
    with smtp({"RCPT": "450 4.2.1 busy"}) as server, Transport(server.url) as transport:
        for _ in range(63):
            sending.send(mailing.id, transport, lambda at=when: at)  # type: ignore[misc]
            when += timedelta(hours=1, minutes=13)
    found = of(member)
    assert found.state == "failed"
    assert 40 < found.attempts < 80
    assert "450 4.2.1 busy" in (found.reply or "")


def test_one_unknown_address_does_not_stop_the_others(app: Flask, smtp: Smtp, now: datetime) -> None:
    members = people(3)
    mailing = queued(now)
    with smtp({"RCPT": {2: "550 5.1.1 no such user"}}) as server:
        deliver(mailing, server)
    assert states(mailing) == {"accepted": 2, "failed": 1}
    assert of(members[1]).reply == "550 5.1.1 no such user"


def test_poisoned_rows_fail_alone(app: Flask, smtp: Smtp, now: datetime) -> None:
    fine = people(3)
    strange = ["a\x00b", "line\u2028end", "Evil\r\nBcc: x@example.org", "x" * 80]
    for name in strange:
        factories.member(name=name, agreed_to=["newsletter"])
    bad = factories.member(address='"quoted local"@example.org', agreed_to=["newsletter"])
    mailing = queued(now)
    with smtp() as server:
        deliver(mailing, server)
    assert of(bad).state == "failed"
    assert states(mailing) == {"accepted": len(fine) + len(strange), "failed": 1}
    assert not any(message_from_bytes(m.data)["Bcc"] for m in server.messages)


def test_a_relay_that_is_down_loses_nothing_and_counts_for_nobody(app: Flask, now: datetime, smtp: Smtp) -> None:
    people(3)
    mailing = queued(now)
    with pytest.raises(RelayDown), Transport("smtp://127.0.0.1:1") as transport:
        sending.send(mailing.id, transport, clock.now)
    assert states(mailing) == {"queued": 3}
    assert sum(db.session.scalars(select(Delivery.attempts))) == 0
    with smtp({"MAIL": {2: "421 4.3.2 going down"}}) as server:
        with pytest.raises(RelayDown):
            deliver(mailing, server)
        assert states(mailing) == {"accepted": 1, "queued": 2}
        assert deliver(mailing, server) == 2
    assert states(mailing) == {"accepted": 3}


def test_drain_says_in_one_sentence_that_the_relay_is_down(
    app: Flask, now: datetime, tmp_path: Path, smtp: Smtp
) -> None:
    people(2)
    queued(now)
    settings = tmp_path / "env"
    config = app.extensions["portal"]
    values = config.model_dump() | {"secret_key": config.keys[0], "smtp_url": "smtp://127.0.0.1:1"}
    lines = [f'PORTAL_{k.upper()}="{v}"' for k, v in values.items() if k in WANTED]
    settings.write_text("\n".join(lines))
    done = CliRunner().invoke(command, ["--env-file", str(settings), "mail", "drain"])
    assert done.exit_code == 1
    assert "Nothing was lost: 2 mails wait and go out later." in done.output
    assert "Traceback" not in done.output


WANTED = {"base_url", "secret_key", "smtp_url", "mail_from", "org_name", "postal_address", "var_dir"}


def test_a_worker_that_dies_leaves_one_uncertain_row(app: Flask, smtp: Smtp, now: datetime) -> None:
    """kill -9 between the relay's 250 and our commit: that row says `unknown`, the others go on (P6)."""
    people(4)
    mailing = queued(now)

    class Killed(BaseException):
        """What no handler of ours may catch."""

    def die(count: int, _argument: str) -> None:
        app.extensions["die"] = count == 2

    class Mortal(Transport):
        def send(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
            outcome = super().send(*args, **kwargs)  # type: ignore[arg-type]
            if app.extensions.get("die"):
                app.extensions["die"] = False
                raise Killed
            return outcome

    with smtp({"EOM": die}) as server:
        with pytest.raises(Killed), Mortal(server.url) as transport:
            sending.send(mailing.id, transport, clock.now)
        assert states(mailing) == {"accepted": 1, "sending": 1, "queued": 2}
        assert waiting.release(clock.now()) == 0, "its lease still holds"
        assert deliver(mailing, server) == 2
        waiting.release(clock.now() + sending.LEASE + timedelta(seconds=1))
    assert states(mailing) == {"accepted": 3, "unknown": 1}
    assert len(set(to(server))) == len(to(server)) == 4


def test_two_workers_never_send_the_same_row(app: Flask, smtp: Smtp, now: datetime) -> None:
    people(40)
    mailing = queued(now)
    id = mailing.id
    with smtp() as server:

        def work() -> None:
            with app.app_context(), Transport(server.url) as transport:
                sending._Run(id, transport, clock.now).all()

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert states(mailing) == {"accepted": 40}
    assert len(to(server)) == len(set(to(server))) == 40


def test_a_second_worker_leaves_a_mailing_alone_that_is_being_sent(app: Flask, smtp: Smtp, now: datetime) -> None:
    people(2)
    mailing = queued(now)
    mailing.lease_until = clock.now() + timedelta(seconds=30)
    db.session.commit()
    with smtp() as server:
        assert deliver(mailing, server) == 0
        assert waiting.due(clock.now()) == []
        assert waiting.due(clock.now() + timedelta(minutes=1)) == [mailing.id]


def test_a_slow_batch_reads_addresses_anew(
    app: Flask, smtp: Smtp, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "REFRESH", 0)
    members = people(3)
    mailing = queued(now)

    def move(count: int, _argument: str) -> None:
        if count == 1:
            with app.app_context():
                db.session.get_one(Member, members[1].id).address = "moved@example.org"
                db.session.commit()

    with smtp({"EOM": move}) as server:
        assert deliver(mailing, server) == 3
    assert to(server)[1] == "moved@example.org"


def test_cancelling_in_mid_send_stops_the_rest(app: Flask, smtp: Smtp, now: datetime) -> None:
    people(5)
    mailing = queued(now)
    id = mailing.id

    def cancel(count: int, _argument: str) -> None:
        if count == 2:
            with app.app_context():
                stopping.cancel([id], clock.now())
                db.session.commit()

    with smtp({"EOM": cancel}) as server:
        deliver(mailing, server)
    assert states(mailing) == {"accepted": 2, "skipped": 3}
    assert set(db.session.scalars(select(Delivery.reason))) == {None, "cancelled"}


def test_a_busy_database_after_the_250_does_not_lose_the_answer(
    app: Flask, smtp: Smtp, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(2)
    mailing = queued(now)
    monkeypatch.setattr(sending, "RETRIES", (0, 0))
    left = [2]

    def locked(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE delivery SET") and "reply" in statement and left[0]:
            left[0] -= 1
            raise OperationalError(statement, {}, Exception("database is locked"))

    event.listen(Engine, "before_cursor_execute", locked)
    try:
        with smtp() as server:
            deliver(mailing, server)
    finally:
        event.remove(Engine, "before_cursor_execute", locked)
    assert left == [0]
    assert states(mailing) == {"accepted": 2}
    assert len(to(server)) == 2


def test_nothing_is_sent_when_the_disk_is_nearly_full(
    app: Flask, smtp: Smtp, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(2)
    mailing = queued(now)
    monkeypatch.setattr(sending, "FREE_BYTES", 1 << 62)
    with smtp() as server, pytest.raises(sending.DiskFull, match=r"The disk is nearly full, so nothing is sent"):
        deliver(mailing, server)
    assert states(mailing) == {"queued": 2}
    assert server.arrived == []


def test_a_hang_after_the_content_is_unknown(app: Flask, smtp: Smtp, now: datetime) -> None:
    people(1)
    mailing = queued(now)
    with smtp({"EOM": Hang(3)}) as server:
        deliver(mailing, server, content_timeout=0.3)
    assert states(mailing) == {"unknown": 1}


def test_what_is_scheduled_waits_for_its_time(
    app: Flask, smtp: Smtp, now: datetime, run_tasks: Callable[[], int]
) -> None:
    people(2)
    when = now + timedelta(hours=2)
    mailing = queued(now, not_before=when)
    assert run_tasks() == 0
    with smtp() as server, Transport(server.url) as transport:
        assert sending.send(mailing.id, transport, clock.now) == 0
        assert waiting.due(now) == []
        assert waiting.due(when) == [mailing.id]
        assert sending.send(mailing.id, transport, lambda: when) == 2
    assert states(mailing) == {"accepted": 2}


def test_the_budget_holds_over_mailings(app: Flask, smtp: Smtp, now: datetime) -> None:
    (member,) = people(1, mails_per_month=2)
    mailings = [queued(now + timedelta(seconds=n)) for n in range(3)]
    with smtp() as server:
        for mailing in mailings:
            with Transport(server.url) as transport:
                sending.send(mailing.id, transport, lambda: now + timedelta(minutes=1))
    assert [states(m) for m in mailings] == [{"accepted": 1}, {"accepted": 1}, {"skipped": 1}]
    assert len(to(server)) == 2
    last = db.session.scalars(select(Delivery).filter_by(mailing_id=mailings[2].id, member_id=member.id)).one()
    assert last.reason == "over_budget"


def test_erasing_in_mid_send_skips_with_its_name(app: Flask, smtp: Smtp, now: datetime) -> None:
    members = people(3)
    mailing = queued(now)
    gone = of(members[2]).id

    def erase(count: int, _argument: str) -> None:
        if count == 1:
            with app.app_context():
                db.session.execute(Delivery.__table__.update().where(Delivery.id == gone).values(member_id=None))
                db.session.commit()

    with smtp({"EOM": erase}) as server:
        deliver(mailing, server)
    row = db.session.get_one(Delivery, gone)
    assert (row.state, row.reason) == ("skipped", "erased")
    assert len(to(server)) == 2

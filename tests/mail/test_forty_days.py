"""Forty days of mail to people with budgets, hours and pauses, over a real socket and with a relay that has bad days.

P4 and P6 of design.md, looked at from outside: what arrived, when, and how each delivery ended.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from itertools import groupby

from flask import Flask
from sqlalchemy import Row, literal, select

from portal.audience.actions import rhythm
from portal.audience.models import ASKED
from portal.db import db
from portal.mail import outbox, sending, waiting
from portal.mail.models import FREE, Delivery, Mailing
from portal.mail.outbox import Piece, Words
from portal.mail.transport import Transport
from portal.members.models import Member
from tests import factories
from tests.audience import clocks
from tests.faults.smtp_server import Action, Drop, FakeSmtp

START = datetime(2026, 10, 5, tzinfo=UTC)
"""Clocks change in Europe on 25 October, in Lord Howe on 4 October, in Newfoundland on 1 November."""
DAY, STEP = timedelta(days=1), timedelta(minutes=150)
HOURS = [(0, 24, 127), (8, 18, 31), (22, 6, 127), (7, 9, 21), (12, 24, 96), (9, 10, 64), (0, 24, 31)]
BUDGETS = [1, 2, 3, 1, 2, 4, 2]
PAUSED, PAUSES, UNTIL = 0, START + 8 * DAY, date(2026, 10, 24)
LOWERED, LOWERS = 5, START + 12 * DAY


@dataclass
class Life:
    """What happened: each mail that arrived, in order (when, to whom, for what), and what the relay said to it."""

    members: list[Member]
    now: datetime = START
    arrived: list[tuple[datetime, str, str]] = field(default_factory=list)
    fates: list[str] = field(default_factory=list)

    def answer(self, count: int, _argument: str) -> Action | None:
        """Every seventh is put off, of every sixteenth the answer gets lost."""
        self.fates.append("deferred" if count % 7 == 0 else "unknown" if count % 16 == 0 else "accepted")
        return {"deferred": "451 4.7.1 later", "unknown": Drop(), "accepted": None}[self.fates[-1]]

    def budget(self, member: Member, at: datetime) -> int:
        """How many mails they wanted then."""
        number = self.members.index(member)
        return 1 if number == LOWERED and at >= LOWERS else BUDGETS[number]


def people() -> list[Member]:
    """One for each kind of hours, in as many zones."""
    made = []
    for zone, (opens, closes, weekdays), budget in zip(clocks.ZONES, HOURS, BUDGETS, strict=False):
        hours = {"time_zone": zone, "mail_opens": opens, "mail_closes": closes, "weekdays": weekdays}
        made.append(factories.member(mails_per_month=budget, agreed_to=ASKED, **hours))  # type: ignore[arg-type]
        rhythm.keep(made[-1].id, START)
    db.session.commit()
    return made


def write(purpose: str, now: datetime) -> None:
    """A mail to everybody."""
    words = Words("newsletter", purpose, purpose, "A letter", [Piece("<p>Hello.</p>", "Hello.")], "You asked for it.")
    mailing = outbox.freeze(words, now)
    outbox.queue_all([mailing], select(literal(mailing.id), Member.id, literal(1)), now, now)
    db.session.commit()


def live(life: Life, server: FakeSmtp) -> None:
    """Let the days pass, as worker and sweep would."""
    dice = random.Random(11)
    kinds = ["newsletter"] * 6 + ["job_alerts"] * 6 + ["check_ins"] * 3 + ["account", "applications"]
    plan = sorted((START + dice.random() * 38 * DAY, kind) for kind in kinds)
    with Transport(server.url) as transport:
        while life.now < START + 40 * DAY:
            while plan and plan[0][0] <= life.now:
                write(plan.pop(0)[1], life.now)
            change(life)
            waiting.release(life.now)
            for id in waiting.due(life.now):
                sending.send(id, transport, lambda: life.now)
                new = server.arrived[len(life.arrived) :]
                life.arrived += [
                    (life.now, each.recipients[0], str(message_from_bytes(each.data)["Subject"])) for each in new
                ]
            life.now += STEP


def change(life: Life) -> None:
    """One pauses, one wants less."""
    if life.now - STEP < PAUSES <= life.now:
        life.members[PAUSED].pause_until = UNTIL
        db.session.flush()
        rhythm.keep(life.members[PAUSED].id, life.now)
    if life.now - STEP < LOWERS <= life.now:
        life.members[LOWERED].mails_per_month = 1
    db.session.commit()


Sent = Row[Delivery, str]


def ended(member: Member) -> list[Sent]:
    """Every delivery of a member with its purpose."""
    rows = select(Delivery, Mailing.purpose).join(Mailing, Mailing.id == Delivery.mailing_id)
    return list(db.session.execute(rows.where(Delivery.member_id == member.id).order_by(Delivery.ended_at)))


def got(life: Life, member: Member) -> Iterator[tuple[datetime, str]]:
    """When mail reached them that counts, and for what."""
    for delivery, purpose in ended(member):
        if delivery.state in {"accepted", "unknown"} and purpose not in FREE:
            assert delivery.ended_at is not None
            yield delivery.ended_at, purpose


def test_forty_days(app: Flask, smtp: Callable[..., FakeSmtp]) -> None:
    life = Life(people())
    with smtp({"EOM": life.answer}) as server:
        live(life, server)
    db.session.expire_all()
    for member in life.members:
        keeps_to_the_budget(life, member)
        alerts_come_first(life, member)
        comes_within_the_hours(life, member)
    nothing_is_lost(life)


def keeps_to_the_budget(life: Life, member: Member) -> None:
    """In no thirty days more than they wanted at the last of them."""
    times = [at for at, _ in got(life, member)]
    mine = zip(life.arrived, life.fates, strict=True)
    taken = [at for (at, to, _), fate in mine if to == member.address and fate != "deferred"]
    assert len(taken) == sum(d.state in {"accepted", "unknown"} for d, _ in ended(member)), "each arrived once"
    assert times, "somebody who gets nothing shows nothing"
    for last in times:
        assert sum(last - 30 * DAY < at <= last for at in times) <= life.budget(member, last), (member.id, last)


def alerts_come_first(life: Life, member: Member) -> None:
    """Whatever else came left room for each alert that was waiting then."""
    mails = list(got(life, member))
    for at, purpose in mails:
        if purpose == "job_alerts":
            continue
        used = sum(at - 30 * DAY < other <= at for other, _ in mails)
        alerts = [d for d, what in ended(member) if what == "job_alerts" and (d.held_from or d.not_before) <= at]
        waits = sum(d.ended_at is None or d.ended_at > at for d in alerts)
        assert used + waits <= life.budget(member, at), (member.id, at)
    mine = [(at, purpose) for at, to, purpose in life.arrived if to == member.address]
    for at, together in groupby(mine, key=lambda each: each[0]):
        alerts = [purpose == "job_alerts" for _, purpose in together if purpose not in FREE]
        assert alerts == sorted(alerts, reverse=True), (member.id, at)


def comes_within_the_hours(life: Life, member: Member) -> None:
    """By their own clock; a note also waits for the end of a pause, and the rest of what came then was skipped."""
    hours = member.time_zone, member.mail_opens, member.mail_closes, member.weekdays
    mails = list(got(life, member))
    assert all(clocks.within(*hours, at) for at, _ in mails)
    if member is life.members[PAUSED]:
        assert not any(PAUSES <= at < datetime.combine(UNTIL, PAUSES.time(), UTC) - DAY for at, _ in mails)
        assert "paused" in {d.reason for d, _ in ended(member)}


def nothing_is_lost(life: Life) -> None:
    """Everybody has a row of each mailing, in one named state or held by name; and all that can happen did."""
    rows = [row for member in life.members for row in ended(member)]
    assert len(rows) == 17 * len(life.members)
    states = {(d.state, d.reason) for d, _ in rows}
    waits = {("queued", None), ("deferred", None)}
    ends = {("accepted", None), ("unknown", None), ("skipped", "over_budget"), ("skipped", "paused")}
    assert ends <= states <= ends | waits
    assert all(d.not_before > life.now - STEP for d, _ in rows if (d.state, d.reason) in waits)
    assert all(d.held_from for d, _ in rows if d.state == "queued")
    assert all(d.state in {"accepted", "unknown"} for d, purpose in rows if purpose in FREE)
    assert any(d.attempts > 1 and d.state == "accepted" for d, _ in rows), "put off, and then taken"

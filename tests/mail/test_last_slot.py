"""Four workers with connections of their own want the last slot of the same members: nobody gets more than they set,
and no delivery is lost (P4, P6)."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import literal, select

from portal.audience.models import Slot
from portal.config import Config
from portal.db import db
from portal.mail import outbox, sending, waiting
from portal.mail.models import Delivery
from portal.mail.outbox import Piece, Words
from portal.mail.transport import Outcome, Transport
from portal.members.models import Member
from tests import factories

WORKERS, MAILINGS, MEMBERS = 4, 8, 30


@pytest.fixture
def postgres(config: Config, postgres_migrated: str, make_app: Callable[[Config], Flask]) -> Iterator[Flask]:
    """An app on PostgreSQL, in its context."""
    app = make_app(config.model_copy(update={"database_url": SecretStr(postgres_migrated)}))
    with app.app_context():
        seams = app.extensions["outbox"]
        app.extensions["outbox"] = replace(seams, take=slowly(seams.take))
        yield app


def slowly(take: Callable[[int, datetime], bool]) -> Callable[[int, datetime], bool]:
    """Take a slot with a pause before and after, so that the others come in between."""

    def hesitate(delivery_id: int, now: datetime) -> bool:
        time.sleep(0.005)
        taken = take(delivery_id, now)
        time.sleep(0.005)
        return taken

    return hesitate


class Relay:
    """A mail server that greylists some, loses the answer for some, and takes the rest. Keeps who got something."""

    def __init__(self, seed: int) -> None:
        self.dice, self.got = random.Random(seed), Counter[str]()

    def open(self) -> None:
        """Always there."""

    def send(self, _sender: str, address: str, _data: bytes, wanted: Callable[[], bool]) -> Outcome:
        """One of three answers."""
        fate = self.dice.random()
        if fate < 0.15:
            return Outcome("deferred", 451, "greylisted", "content")
        self.got[address] += 1
        return Outcome("unknown" if fate < 0.2 else "accepted", 250, "taken", "content")


@pytest.mark.postgres
def test_four_workers_race_for_the_last_slot(postgres: Flask, now: datetime) -> None:
    budgets = {}
    for n in range(MEMBERS):
        member = factories.member(agreed_to=["newsletter"], mails_per_month=1 + n % 3)
        budgets[member.id, member.address] = member.mails_per_month
    for _ in range(MAILINGS):
        words = Words(
            "newsletter", "newsletter", "Measure twice", "A letter", [Piece("<p>Hello.</p>", "Hello.")], "Why."
        )
        mailing = outbox.freeze(words, now)
        everybody = select(literal(mailing.id), Member.id, literal(1)).order_by(Member.id)
        outbox.queue_all([mailing], everybody, now, now)
    db.session.commit()
    relays = [Relay(seed) for seed in range(WORKERS)]
    times = [now + timedelta(hours=n) for n in range(12)]
    start = threading.Barrier(WORKERS)
    failures: list[BaseException] = []

    def work(relay: Relay) -> None:
        try:
            with postgres.app_context():
                for at in times:  # each hour together: what was put off is tried again
                    start.wait()
                    while (mailings := waiting.due(at)) and not start.broken:
                        sending.send(relay.dice.choice(mailings), cast(Transport, relay), lambda at=at: at)  # type: ignore[misc]
                    db.session.remove()
        except BaseException as error:
            start.abort()
            failures.append(error)

    threads = [threading.Thread(target=work, args=(relay,)) for relay in relays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    got = sum((relay.got for relay in relays), Counter[str]())
    over = {address: got[address] for (_, address), most in budgets.items() if not 1 <= got[address] <= most}
    assert over == {}
    states = Counter((state, reason) for state, reason in db.session.execute(select(Delivery.state, Delivery.reason)))
    assert set(states) <= {("accepted", None), ("unknown", None), ("skipped", "over_budget")}
    assert sum(states.values()) == MAILINGS * MEMBERS
    assert states["accepted", None] + states["unknown", None] == got.total()
    used = Counter(db.session.scalars(select(Slot.member_id)))
    assert used == {id: got[address] for id, address in budgets}

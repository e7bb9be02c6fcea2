"""Sending what is due: claim one row, check again, send, record. Nothing is taken on trust from a minute ago.

A row says `sending` before the relay hears of it and what became of it right after; so after a crash at most the one
row in flight is uncertain, and says so.
"""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, Row, Update, and_, func, or_, select, update
from sqlalchemy.exc import OperationalError

from portal.config import settings
from portal.db import changed, db
from portal.mail import message, outbox, results
from portal.mail.headers import BadRecipient
from portal.mail.models import OPEN, Delivery, Mailing
from portal.mail.relay import RelayDown
from portal.mail.transport import Outcome, Transport

BATCH = 100
FRESH = 0.5
"""Seconds for which the check at the claim holds; P5 allows one until the content starts."""
LEASE = timedelta(minutes=30)
"""Longer than the slowest exchange that our time-outs allow (E-28)."""
LEASE_ACCOUNT = timedelta(minutes=2)
"""Somebody waits for a sign-in mail, and a second copy of it does no harm."""
MAILING_LEASE = timedelta(minutes=1)
REFRESH = 15
"""Seconds until addresses are read and the lease is taken anew, however slow the relay is."""
RETRIES = (0.1, 0.5, 2, 5)
"""Seconds between tries to record a result that the relay has already given."""
FREE_BYTES = 20_000_000


class DiskFull(Exception):
    """There is no room to record what becomes of a mail, so none is sent."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where a delivery goes, and the values of its merge fields."""

    address: str
    name: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Seams:
    """What audience knows and mail needs; wiring.py hands it over.

    `refusal(now)`: an expression over deliveries, NULL when this one may go now, else the named reason.
    `fields(ids)`: the addressee of each delivery; one that is missing has gone.
    """

    refusal: Callable[[datetime], ColumnElement[str | None]]
    fields: Callable[[Sequence[int]], Mapping[int, Addressee]]


def _seams() -> Seams:
    seams: Seams = current_app.extensions["outbox"]
    return seams


def due(now: datetime) -> list[int]:
    """Mailings with something to send that no worker is on, account mail first."""
    queued = Delivery.state.in_(("queued", "deferred"))
    waiting = select(Delivery.mailing_id).where(OPEN, queued, Delivery.not_before <= now)
    free = or_(Mailing.lease_until.is_(None), Mailing.lease_until < now)
    found = select(Mailing.id).where(Mailing.id.in_(waiting), free)
    return list(db.session.scalars(found.order_by(Mailing.purpose != "account", Mailing.id)))


def send(mailing_id: int, transport: Transport, clock: Callable[[], datetime]) -> int:
    """Send what is due of a mailing, unless another worker is on it. Returns how many the relay heard of.

    Commits after each step. Raises RelayDown when the mail server takes nothing (what waits goes on waiting), DiskFull.
    """
    if not _lease(mailing_id, clock()):
        return 0
    try:
        skip_refused(mailing_id, clock())
        return _Run(mailing_id, transport, clock).all()
    finally:
        db.session.rollback()
        db.session.execute(update(Mailing).filter_by(id=mailing_id).values(lease_until=None))
        db.session.commit()


def _lease(mailing_id: int, now: datetime) -> bool:
    free = or_(Mailing.lease_until.is_(None), Mailing.lease_until < now)
    got = _changed(update(Mailing).where(Mailing.id == mailing_id, free).values(lease_until=now + MAILING_LEASE))
    db.session.commit()
    return got == 1


def skip_refused(mailing_id: int, now: datetime) -> int:
    """Name the reason for everybody whom this mailing may not reach now. Commits. Returns how many."""
    due_ = and_(OPEN, Delivery.mailing_id == mailing_id, Delivery.not_before <= now)
    again = update(Delivery).where(due_, Delivery.state == "deferred").values(state="queued")
    _changed(again)
    refusal = _seams().refusal(now)
    skip = update(Delivery).where(due_, Delivery.state == "queued", refusal.is_not(None))
    count = _changed(skip.values(state="skipped", reason=refusal, ended_at=now))
    db.session.commit()
    return count


def _changed(statement: Update) -> int:
    return changed(statement.execution_options(synchronize_session=False))


class _Run:
    """One worker's way through the due deliveries of one mailing."""

    def __init__(self, mailing_id: int, transport: Transport, clock: Callable[[], datetime]) -> None:
        mailing = db.session.get_one(Mailing, mailing_id)
        self.id, self.transport, self.clock = mailing_id, transport, clock
        self.sender = mailing.from_address
        self.account = mailing.purpose == "account"
        self.ready = message.prepare(outbox.frozen(mailing))

    def all(self) -> int:
        """Every due row, walked by key: a plan that stays good when statistics are refreshed (performance.md)."""
        heard = last = 0
        while batch := self._batch(last):
            _room()
            self.transport.open()
            people = _seams().fields([row.id for row in batch])
            _changed(update(Mailing).filter_by(id=self.id).values(lease_until=self.clock() + MAILING_LEASE))
            db.session.commit()
            began = time.monotonic()
            for row in batch:
                last = row.id
                heard += self._one(row, people.get(row.id))
                if time.monotonic() - began > REFRESH:
                    break
        return heard

    def _batch(self, last: int) -> Sequence[Row[int, int, datetime | None, int]]:
        rows = select(Delivery.id, Delivery.mask, Delivery.first_at, Delivery.attempts).where(
            OPEN,
            Delivery.mailing_id == self.id,
            Delivery.state == "queued",
            Delivery.not_before <= self.clock(),
            Delivery.id > last,
        )
        return db.session.execute(rows.order_by(Delivery.id).limit(BATCH)).all()

    def _one(self, row: Row[int, int, datetime | None, int], person: Addressee | None) -> bool:
        """One delivery, all the way. Returns whether the relay heard of it."""
        now = self.clock()
        if person is None or not self._claim(row.id, now):
            self._refuse(row.id, now)
            return False
        checked = time.monotonic()
        date = row.first_at or now
        recipient = message.Recipient(row.id, person.address, person.name, date, row.mask, person.values)
        try:
            data = self.ready.build(recipient)
        except BadRecipient as error:
            self._record(row, Outcome("failed", None, str(error), "message"))
            return False
        outcome = self.transport.send(
            self.sender,
            person.address,
            data,
            lambda: time.monotonic() - checked < FRESH or self._wanted(row.id),
        )
        self._record(row, outcome)
        if outcome.state == "withdrawn":
            self._refuse(row.id, self.clock())
        if outcome.state == "relay_down":
            raise RelayDown(outcome.reply)
        return True

    def _claim(self, id: int, now: datetime) -> bool:
        """Make the row ours, if it may still go: one guarded UPDATE, so two workers can't both (P2, P5)."""
        lease = LEASE_ACCOUNT if self.account else LEASE
        mine = update(Delivery).where(Delivery.id == id, Delivery.state == "queued", _seams().refusal(now).is_(None))
        count = _changed(
            mine.values(
                state="sending",
                lease_until=now + lease,
                attempts=Delivery.attempts + 1,
                first_at=func.coalesce(Delivery.first_at, now),
            )
        )
        db.session.commit()
        return count == 1

    def _wanted(self, id: int) -> bool:
        """Whether it may still go, asked again because the relay was slow."""
        refusal = db.session.execute(select(_seams().refusal(self.clock())).where(Delivery.id == id)).scalar()
        db.session.rollback()
        return refusal is None

    def _refuse(self, id: int, now: datetime) -> None:
        """Name the reason of a row that could not be claimed; none if another worker has it."""
        refusal = _seams().refusal(now)
        skip = update(Delivery).where(Delivery.id == id, Delivery.state == "queued", refusal.is_not(None))
        _changed(skip.values(state="skipped", reason=refusal, ended_at=now))
        db.session.commit()

    def _record(self, row: Row[int, int, datetime | None, int], outcome: Outcome) -> None:
        """Write down what became of it. What the relay said is known once only, so a busy database is waited for."""
        now = self.clock()
        values = results.columns(outcome, row.attempts + 1, row.first_at or now, self.account, now)
        for pause in (*RETRIES, None):
            try:
                done = update(Delivery).where(Delivery.id == row.id, Delivery.state == "sending").values(**values)
                _changed(done)
                db.session.commit()
                return
            except OperationalError:
                db.session.rollback()
                if pause is None:
                    raise
                time.sleep(pause)


def release(now: datetime) -> int:
    """Rows whose worker died in mid-send. It may have arrived: `unknown` for what nobody waits for (P6), again for
    account mail. Commits. Returns how many."""
    dead = and_(OPEN, Delivery.state == "sending", Delivery.lease_until < now)
    account = Delivery.mailing_id.in_(select(Mailing.id).filter_by(purpose="account"))
    words = "The worker stopped while this was on its way."
    count = _changed(update(Delivery).where(dead, account).values(state="queued", lease_until=None))
    parked = update(Delivery).where(dead).values(state="unknown", lease_until=None, ended_at=now, reply=words)
    count += _changed(parked)
    db.session.commit()
    return count


def _room() -> None:
    if shutil.disk_usage(settings().var_dir).free < FREE_BYTES:
        raise DiskFull("The disk is nearly full, so nothing is sent: free some space. What waits goes on waiting.")

"""Sending what is due: claim one row, check again, send, record. Nothing is taken on trust from a minute ago.

A row says `sending` before the relay hears of it and what became of it right after; so after a crash at most the one
row in flight is uncertain, and says so.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, Update, and_, bindparam, case, func, or_, select, update
from sqlalchemy.exc import OperationalError

from portal.config import settings
from portal.db import changed, db
from portal.mail import message, outbox, results, tailoring, waiting
from portal.mail.headers import BadRecipient
from portal.mail.models import COUNTED, FREE, OPEN, Delivery, Mailing
from portal.mail.relay import RelayDown
from portal.mail.seams import Addressee, Seams, seams
from portal.mail.tailoring import Due
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


def send(mailing_id: int, transport: Transport, clock: Callable[[], datetime]) -> int:
    """Send what is due of a mailing, unless another worker is on it. Returns how many the relay heard of.

    Commits after each step. Raises RelayDown when the mail server takes nothing (what waits goes on waiting), DiskFull.
    """
    if not _lease(mailing_id, clock()):
        return 0
    try:
        waiting.sort_out(mailing_id, clock())
        return _Run(mailing_id, transport, clock).all()
    finally:
        db.session.rollback()
        db.session.execute(update(Mailing).filter_by(id=mailing_id).values(lease_until=None))
        db.session.commit()


def _lease(mailing_id: int, now: datetime) -> bool:
    free = or_(Mailing.lease_until.is_(None), Mailing.lease_until < now)
    goes = and_(Mailing.id == mailing_id, Mailing.paused_at.is_(None), free)
    got = _changed(update(Mailing).where(goes).values(lease_until=now + MAILING_LEASE))
    db.session.commit()
    return got == 1


def _changed(statement: Update) -> int:
    return changed(statement.execution_options(synchronize_session=False))


class _Run:
    """One worker's way through the due deliveries of one mailing."""

    def __init__(self, mailing_id: int, transport: Transport, clock: Callable[[], datetime]) -> None:
        mailing = db.session.get_one(Mailing, mailing_id)
        self.id, self.transport, self.clock = mailing_id, transport, clock
        self.sender = mailing.from_address
        self.account, self.counted = mailing.purpose == "account", mailing.purpose not in FREE
        self.ready = message.prepare(outbox.frozen(mailing))
        self.again = any(fragment.again for fragment in mailing.fragments)

    def all(self) -> int:
        """Every due row, walked by key: a plan that stays good when statistics are refreshed (performance.md)."""
        heard = last = 0
        while batch := self._batch(last):
            _room()
            self.transport.open()
            rows = tailoring.cut(batch, self.clock()) if self.again else batch
            people = seams().fields([row.id for row in rows])
            _changed(update(Mailing).filter_by(id=self.id).values(lease_until=self.clock() + MAILING_LEASE))
            db.session.commit()
            try:
                for row in self._while_fresh(rows):
                    last = row.id
                    heard += self._one(row, people.get(row.id))
                if not rows or last == rows[-1].id:
                    last = batch[-1].id
            finally:
                self._settle([row.id for row in batch if row.id <= last])
        return heard

    def _while_fresh(self, batch: Sequence[Due]) -> Iterator[Due]:
        """The batch, until its addresses were read too long ago."""
        began = time.monotonic()
        for row in batch:
            yield row
            if time.monotonic() - began > REFRESH:
                return

    def _settle(self, ids: list[int]) -> None:
        if self.counted:
            db.session.rollback()
            seams().settle(ids)
            db.session.commit()

    def _batch(self, last: int) -> Sequence[Due]:
        columns = Delivery.id, Delivery.mask, Delivery.picks, Delivery.first_at, Delivery.attempts
        rows = select(*columns).where(
            OPEN,
            Delivery.mailing_id == self.id,
            Delivery.state == "queued",
            Delivery.not_before <= self.clock(),
            Delivery.id > last,
            _goes_on(),
        )
        return [Due(*row) for row in db.session.execute(rows.order_by(Delivery.id).limit(BATCH))]

    def _one(self, row: Due, person: Addressee | None) -> bool:
        """One delivery, all the way. Returns whether the relay heard of it."""
        now = self.clock()
        if person is None or not self._claim(row.id, now):
            waiting.refuse(row.id, now)
            return False
        checked = time.monotonic()
        date = row.first_at or now
        values = {**person.values, **row.values} if row.values else person.values
        recipient = message.Recipient(row.id, person.address, person.name, date, row.mask, values, row.picks)
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
            waiting.refuse(row.id, self.clock())
        if outcome.state == "relay_down":
            raise RelayDown(outcome.reply)
        return True

    def _claim(self, id: int, now: datetime) -> bool:
        """Make the row ours, if it may still go: one guarded UPDATE, so two workers can't both (P2, P5); and with it a
        slot of the member's budget, or neither (P4)."""
        lease = LEASE_ACCOUNT if self.account else LEASE
        mine = _mine(seams(), now.replace(second=0, microsecond=0))
        count = changed(mine, {"delivery": id, "now": now, "lease": now + lease})
        if count and self.counted and not seams().take(id, now):
            db.session.rollback()
            return False
        db.session.commit()
        return count == 1

    def _wanted(self, id: int) -> bool:
        """Whether it may still go, asked again because the relay was slow."""
        now = self.clock()
        may_go = seams().refusal(now).is_(None) & seams().hold(now).is_(None)
        wanted = db.session.execute(select(may_go).where(Delivery.id == id)).scalar()
        db.session.rollback()
        return bool(wanted)

    def _record(self, row: Due, outcome: Outcome) -> None:
        """Write down what became of it. What the relay said is known once only, so a busy database is waited for."""
        now = self.clock()
        values = results.columns(outcome, row.attempts + 1, row.first_at or now, self.account, now)
        # Servers quote addresses: nothing is kept of what they said about somebody who was erased meanwhile (P12).
        said = {"reply": case((Delivery.member_id.is_not(None), values["reply"]))}
        for pause in (*RETRIES, None):
            try:
                done = (
                    update(Delivery).where(Delivery.id == row.id, Delivery.state == "sending").values(**values | said)
                )
                if _changed(done) and self.counted and values["state"] not in COUNTED:
                    seams().give_back([row.id])
                if values["state"] == "failed":
                    seams().nothing(Delivery.id == row.id, now)
                db.session.commit()
                return
            except OperationalError:
                db.session.rollback()
                if pause is None:
                    raise
                time.sleep(pause)


@lru_cache(maxsize=8)
def _mine(given: Seams, minute: datetime) -> Update:
    """The claim of a delivery. Kept for a minute, as the expressions in it are: writing it takes longer than asking."""
    may_go = given.refusal(minute).is_(None) & given.hold(minute).is_(None) & _goes_on()
    mine = update(Delivery).where(Delivery.id == bindparam("delivery"), Delivery.state == "queued", may_go)
    now = bindparam("now", type_=Delivery.first_at.type)
    return mine.values(
        state="sending",
        lease_until=bindparam("lease", type_=Delivery.lease_until.type),
        attempts=Delivery.attempts + 1,
        first_at=func.coalesce(Delivery.first_at, now),
    ).execution_options(synchronize_session=False)


def _goes_on() -> ColumnElement[bool]:
    """Of a delivery of the enclosing query: its mailing is not paused."""
    paused = select(Mailing.paused_at).where(Mailing.id == Delivery.mailing_id).correlate(Delivery)
    return paused.scalar_subquery().is_(None)


def _room() -> None:
    if shutil.disk_usage(settings().var_dir).free < FREE_BYTES:
        raise DiskFull("The disk is nearly full, so nothing is sent: free some space. What waits goes on waiting.")

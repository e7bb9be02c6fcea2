"""What the worker does with openings for members: tell of new ones at once, and of the rest when somebody's hour has
come."""

import time
from datetime import datetime

import structlog

from portal.alerts.actions import digests, enrolling, rounds
from portal.db import db

EVERYBODY_AT = 23
"""The minute of each hour at which everybody who agreed is looked for."""
LONGEST = 45
"""Seconds of digests in one minute: two sweeps never run side by side, and the rest comes in the next one."""
log = structlog.get_logger(__name__)


def sweep(now: datetime) -> None:
    """All of it. Whose hour has come gets what is new to everybody in the same mail."""
    enrol(now)
    mailed = digest(now)
    told = announce(now)
    if told or mailed:
        log.info("openings", rounds=told, digests=mailed)


def enrol(now: datetime) -> None:
    """Make settings for whoever has agreed since."""
    while enrolling.enrol(now, everybody=now.minute == EVERYBODY_AT) == enrolling.AT_A_TIME:
        db.session.commit()
    db.session.commit()


def announce(now: datetime) -> int:
    """Tell at once of what is new. Returns of how many openings."""
    new = rounds.wanted(now)
    if new:
        _all(rounds.Hearing(new, now))
        rounds.close(new, now)
        db.session.commit()
    _all(rounds.late(now))
    return len(new)


def _all(hearing: rounds.Hearing | None) -> None:
    while hearing and hearing.some() is not None:
        db.session.commit()


def digest(now: datetime) -> int:
    """The digests that are due. Returns how many mails were queued."""
    run, mailed, until = digests.Run(now), 0, time.monotonic() + LONGEST
    while time.monotonic() < until:
        count = digests.some(run)
        db.session.commit()
        if count is None:
            break
        mailed += count
    return mailed

"""A community that all agreed to hear of openings, and one way through their digests in a process of its own."""

import json
import resource
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import delete, insert, literal, select, update

from crowd import NOW, _analyze, _insert, fill, match
from portal.alerts.actions import digests
from portal.alerts.models import AlertSetting, Announcement
from portal.audience.actions import eligibility
from portal.audience.models import Consent, Eligibility
from portal.db import db
from portal.jobs.models import Posting
from portal.members.models import Member

DUE = NOW + timedelta(minutes=1)
NEW = 30
"""One of so many openings is new on the day after."""


def community(members: int) -> None:
    """So many members, all of whom agreed and have their digest at the same hour each day, and 300 openings."""
    fill(members)
    match.fill()
    has = select(Consent.member_id).where(Consent.purpose == "job_alerts")
    agreed = {
        "purpose": literal("job_alerts"),
        "wording": literal("1"),
        "given_at": literal(NOW, Consent.given_at.type),
    }
    more = {"member_id": Member.id, "given_by": literal("join"), "given_from": literal("-")}
    _insert(Consent, select(Member.id).where(Member.id.not_in(has)), more | agreed)
    eligibility.refresh(None)
    due, daily = literal(DUE, AlertSetting.next_at.type), {"every": literal("daily"), "weekday": literal(1)}
    times = {"hour": literal(9), "next_at": due, "changed_at": due}
    rows = {"member_id": Eligibility.member_id, **daily, **times}
    db.session.execute(insert(AlertSetting).from_select(list(rows), select(*rows.values())))
    db.session.commit()
    _analyze()


def day_after() -> None:
    """Some of the openings have only now been published."""
    new = Posting.id % NEW == 0
    numbers = select(Posting.id).where(new)
    db.session.execute(delete(Announcement).where(Announcement.posting_id.in_(numbers)))
    at = DUE + timedelta(hours=20)
    db.session.execute(update(Posting).where(new).values(publish_at=at, opens_at=at, changed_at=at))
    db.session.commit()


def alone(folder: Path, days: int) -> dict[str, float]:
    """The digests that are due so many days on, in a process that does nothing else: seconds until all deliveries are
    queued, how many, and the most memory that it had, in MB."""
    command = [sys.executable, __file__.replace("crowd/digests.py", "match.py"), "--digests", str(days), "--keep"]
    said = subprocess.run([*command, str(folder)], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return found


def run(days: int) -> None:
    """What such a process does and says."""
    way, mails, began = digests.Run(DUE + timedelta(days=days)), 0, perf_counter()
    while (count := digests.some(way)) is not None:
        db.session.commit()
        mails += count
    took = perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "mails": mails, "memory": memory}))

"""Openings that have just been published, to those who hear of them at once: of early ones all whom they are for,
whatever their rhythm, of others those who want to."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from portal.alerts import emails
from portal.alerts.actions.composing import Edition, found, hold, tell
from portal.alerts.models import AlertSetting, Announcement, Round
from portal.alerts.queries.many import matched
from portal.alerts.queries.news import unheard
from portal.db import db, insert_into
from portal.jobs.models import Posting
from portal.jobs.queries.states import is_live
from portal.jobs.queries.wanted import Wanted, by_ids, live
from portal.mail.tailoring import NOTHING_NEW
from portal.members.models import Member

MEMBERS = 2_000
"""In one transaction: for as long as it writes, others that write wait."""
AT_A_TIME = 200
"""Openings in one round; what is more comes in the next minute."""
LATELY = timedelta(minutes=5)
"""Who has changed something in this time may have come to be somebody for whom an early opening is."""


def wanted(now: datetime) -> list[Wanted]:
    """Openings that nobody was told of yet, or that were changed since and so may be for others too, by the oldest."""
    rows = select(Posting.id).outerjoin(Round, Round.posting_id == Posting.id)
    new = db.session.scalars(rows.where(is_live(now), or_(Round.at.is_(None), Posting.changed_at >= Round.at)))
    return [one for one in by_ids(new.all()) if one.tells_pay][:AT_A_TIME]


class Hearing:
    """Who hears at once of some new openings: of early ones all but those who get no mail of openings, of others those
    who want to. `ids`: only these members."""

    def __init__(self, postings: Sequence[Wanted], now: datetime, ids: Collection[int] | None = None) -> None:
        self.postings, self.now, self.edition = postings, now, Edition(emails.AT_ONCE, postings, now)
        rows = select(AlertSetting.member_id, AlertSetting.every).where(AlertSetting.every != "feed")
        if ids is not None:
            rows = rows.where(AlertSetting.member_id.in_(ids))
        every = {row.member_id: row.every for row in db.session.execute(rows)} if postings else {}
        early = sum(1 << n for n, one in enumerate(postings) if one.state_at(now) == "early")
        some = every if early else [id for id in every if every[id] == "at_once"]
        bits = matched(postings, some, now)
        kept = {id: each if every[id] == "at_once" else each & early for id, each in bits.items()}
        self.left = sorted((id, each) for id, each in kept.items() if each)

    def some(self) -> int | None:
        """Tell the next of them. Returns how many get a mail; None if nobody is left. The caller commits."""
        if not self.left:
            return None
        bits, self.left = dict(self.left[:MEMBERS]), self.left[MEMBERS:]
        hold(bits)
        return len(tell(found(self.postings, unheard(self.postings, bits, self.now)), self.edition, self.now))


def close(postings: Sequence[Wanted], now: datetime) -> None:
    """All whom these are for were told, as of a time."""
    new = insert_into(Round)
    upsert = new.on_conflict_do_update(index_elements=["posting_id"], set_={"at": new.excluded.at})
    db.session.execute(upsert, [{"posting_id": one.id, "at": now} for one in postings])


def late(now: datetime) -> Hearing | None:
    """Who has come to be somebody for whom an early opening is: joined, changed what they chose, or had it left out of
    a mail, since that would have said something else than it. None where nothing is early."""
    early = [one for one in live(now) if one.state_at(now) == "early"]
    if not early:
        return None
    touched = select(Member.id).where(Member.contact_at > now - LATELY).order_by(Member.contact_at.desc())
    out = select(Announcement.member_id).where(
        Announcement.posting_id.in_([one.id for one in early]), Announcement.reason == NOTHING_NEW,
        Announcement.held_at > now - LATELY,
    )  # fmt: skip
    ids = {*db.session.scalars(touched.limit(MEMBERS)), *db.session.scalars(out.limit(MEMBERS))}
    return Hearing(early, now, ids) if ids else None

"""Openings that have just been published, to those who hear of them at once: of early ones all whom they are for,
whatever their rhythm, of others those who want to."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from portal.alerts import emails
from portal.alerts.actions.composing import Edition, hold, tell, unheard
from portal.alerts.models import Announcement, Round
from portal.alerts.queries.many import AT_A_TIME, Found, at_once
from portal.db import db, insert_into
from portal.jobs.models import Posting
from portal.jobs.queries.states import is_live
from portal.jobs.queries.wanted import Wanted, by_ids, live
from portal.members.models import Member

MEMBERS = 4_000
"""In one transaction: for as long as it writes, others that write wait."""
LATELY = timedelta(minutes=5)
"""Who has changed something in this time may have come to be somebody for whom an early opening is."""


def wanted(now: datetime) -> list[Wanted]:
    """Openings that nobody was told of yet, or that were changed since and so may be for others too, by the oldest."""
    rows = select(Posting.id).outerjoin(Round, Round.posting_id == Posting.id)
    new = db.session.scalars(rows.where(is_live(now), or_(Round.at.is_(None), Posting.changed_at >= Round.at)))
    return [one for one in by_ids(new.all()) if one.tells_pay][:AT_A_TIME]


def some(postings: Sequence[Wanted], edition: Edition, after: int, now: datetime) -> int | None:
    """Tell the next members after this number of what is for them. Returns the last one's; None if there are no more.
    The caller commits."""
    found = at_once(postings, now, after, MEMBERS)
    _tell(found, edition, now)
    return found[-1].member_id if found else None


def close(postings: Sequence[Wanted], now: datetime) -> None:
    """All whom these are for were told, as of a time."""
    new = insert_into(Round)
    upsert = new.on_conflict_do_update(index_elements=["posting_id"], set_={"at": new.excluded.at})
    db.session.execute(upsert, [{"posting_id": one.id, "at": now} for one in postings])


def edition(postings: Sequence[Wanted]) -> Edition:
    """The mail for these."""
    return Edition(emails.AT_ONCE, postings)


def late(now: datetime) -> int:
    """Tell of early openings who has come to be somebody for whom they are: joined, or changed what they chose. Returns
    how many. The caller commits."""
    early = [one for one in live(now) if one.state_at(now) == "early"][:AT_A_TIME]
    ids = _lately(early, now) if early else []
    return len(_tell(at_once(early, now, 0, MEMBERS, ids), edition(early), now)) if ids else 0


def _lately(early: Sequence[Wanted], now: datetime) -> list[int]:
    """Who changed something, or had one of them left out of a mail since it would have said something else than it."""
    touched = select(Member.id).where(Member.contact_at > now - LATELY).order_by(Member.contact_at.desc())
    out = select(Announcement.member_id).where(
        Announcement.posting_id.in_([one.id for one in early]), Announcement.held_at > now - LATELY
    )
    return sorted({*db.session.scalars(touched.limit(MEMBERS)), *db.session.scalars(out.limit(MEMBERS))})


def _tell(found: Sequence[Found], edition: Edition, now: datetime) -> dict[int, int]:
    if not found:
        return {}
    hold([each.member_id for each in found])
    return tell(unheard(found), edition, now)

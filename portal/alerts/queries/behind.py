"""What stands behind the links in a mail of openings: whose they are, and whether that opening was theirs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from portal.alerts.models import AlertSetting, Announcement
from portal.alerts.queries import tokens
from portal.alerts.queries.fitting import fits, person
from portal.audience.models import Consent
from portal.db import db
from portal.jobs.models import Posting
from portal.jobs.queries.wanted import Wanted, by_slugs
from portal.mail.models import Delivery
from portal.members.models import Member


@dataclass(frozen=True, slots=True)
class Behind:
    """Whose link it is (None: nobody's any more), and the opening. `lasting`: the link leads there whatever they
    choose; else only while the opening is for them."""

    member: Member | None
    wanted: Wanted | None
    lasting: bool = True


def of_fit(token: str, slug: str, now: datetime) -> Behind | None:
    """What can be corrected; None if the token is none of ours, or that opening was never theirs to see. At most five
    statements."""
    found = tokens.read_fit(token)
    if found is None:
        return None
    told = exists().where(
        Announcement.member_id == Member.id, Announcement.posting_id == Posting.id, Posting.slug == slug
    )
    rows = select(Member, told.label("told"))
    if found.of_member:
        rows = rows.where(Member.id == found.number)
    else:
        rows = rows.join(Delivery, Delivery.member_id == Member.id).where(Delivery.id == found.number)
    row = db.session.execute(rows).first()
    if row is None:
        return Behind(None, None)
    wanted = next(iter(by_slugs([slug])), None)
    if wanted is None:
        return None
    lasting = row.told or _is_known(wanted, now)
    return Behind(row.Member, wanted, lasting) if lasting or _fits(row.Member, wanted, now) else None


def _is_known(wanted: Wanted, now: datetime) -> bool:
    """Everybody could see it, so that nobody learns here that it exists."""
    return wanted.opens_at is not None and wanted.opens_at <= now


def _fits(member: Member, wanted: Wanted, now: datetime) -> bool:
    """It is on their page: else nobody learns here what is early."""
    them = person([member.id]).get(member.id)
    return them is not None and fits(wanted, them, now) is not None


def of_opening(token: str, slug: str) -> Posting | None:
    """The opening that a personal link is about; None if the token is none of ours or for another one."""
    id = tokens.read_opening(token)
    posting = db.session.get(Posting, id) if id is not None else None
    return posting if posting and posting.slug == slug else None


def of_feed(token: str) -> Member | None:
    """Whose feed it is; None if it is nobody's (any more), or they do not agree to hear of openings."""
    nonce = tokens.read_feed(token)
    if nonce is None:
        return None
    agrees = exists().where(
        Consent.member_id == Member.id, Consent.purpose == "job_alerts", Consent.withdrawn_at.is_(None)
    )
    rows = select(Member).join(AlertSetting, AlertSetting.member_id == Member.id)
    return db.session.scalar(rows.where(AlertSetting.feed_nonce == nonce, agrees))

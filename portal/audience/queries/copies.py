"""Mail that goes to people at the desk: copies to look at, and mail about an account there."""

from collections.abc import Sequence

import structlog
from sqlalchemy import and_, select

from portal import links
from portal.audience.queries import tokens
from portal.db import db
from portal.mail.models import Delivery
from portal.mail.seams import Addressee
from portal.staff.models import Recruiter, StaffLink
from portal.staff.queries.links import action_url

log = structlog.get_logger(__name__)
PAGE = "/desk/copy"
"""What the links at the foot of a copy lead to: it says that there they do nothing."""


def staff_fields(delivery_ids: Sequence[int]) -> dict[int, Addressee]:
    """The addressee of each of these deliveries that goes to a recruiter who has not left. A mail with a link of theirs
    has `action_url`, unless the key that the link was made with is gone."""
    link = and_(StaffLink.mailing_id == Delivery.mailing_id, StaffLink.recruiter_id == Recruiter.id)
    rows = (
        select(Delivery.id, Recruiter.address, Recruiter.name, StaffLink)
        .join(Recruiter, Recruiter.id == Delivery.recruiter_id)
        .outerjoin(StaffLink, link)
        .where(Delivery.id.in_(delivery_ids), Recruiter.ended_at.is_(None))
    )
    page = links.absolute(PAGE)
    urls = {"preferences_url": page, "unsubscribe_url": page, "why_url": page} | tokens.reply_urls(tokens.SAMPLE)
    return {
        id: Addressee(address, name, {"name": name} | urls | _own(link))
        for id, address, name, link in db.session.execute(rows)
    }


def _own(link: StaffLink | None) -> dict[str, str]:
    if link is None:
        return {}
    try:
        return {"action_url": action_url(link)}
    except LookupError:
        log.warning("the key of a link for a recruiter is gone", link=link.id)
        return {}

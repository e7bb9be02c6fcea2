"""Mail that goes to people at the desk: copies to look at, and mail about an account there."""

from collections.abc import Sequence

from sqlalchemy import select

from portal import links
from portal.audience.queries import tokens
from portal.db import db
from portal.mail.models import Delivery
from portal.mail.seams import Addressee
from portal.staff.models import Recruiter

PAGE = "/desk/copy"
"""What the links at the foot of a copy lead to: it says that there they do nothing."""


def staff_fields(delivery_ids: Sequence[int]) -> dict[int, Addressee]:
    """The addressee of each of these deliveries that goes to a recruiter who has not left."""
    rows = (
        select(Delivery.id, Recruiter.address, Recruiter.name)
        .join(Recruiter, Recruiter.id == Delivery.recruiter_id)
        .where(Delivery.id.in_(delivery_ids), Recruiter.ended_at.is_(None))
    )
    page = links.absolute(PAGE)
    urls = {"preferences_url": page, "unsubscribe_url": page, "why_url": page} | tokens.reply_urls(tokens.SAMPLE)
    return {id: Addressee(address, name, {"name": name} | urls) for id, address, name in db.session.execute(rows)}

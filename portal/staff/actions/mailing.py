"""Mail to people at the desk."""

from datetime import datetime

from portal.db import db
from portal.languages import speaking
from portal.mail import outbox
from portal.staff import emails
from portal.staff.models import Recruiter, StaffLink


def send(link: StaffLink, now: datetime) -> None:
    """Mail a link to its owner; the field `action_url` is worked out when the mail is built."""
    recruiter = db.session.get_one(Recruiter, link.recruiter_id)
    by = db.session.get(Recruiter, link.created_by) if link.created_by else None
    with speaking(recruiter.language):
        words = (emails.invite if link.purpose == "invite" else emails.reset)(by.name if by else None)
    mailing = outbox.freeze(words, now)
    link.mailing_id = mailing.id
    outbox.queue_staff(mailing, [recruiter.id], now)


def tell_asked(sender: Recruiter, by: Recruiter, now: datetime) -> None:
    """Tell somebody that a colleague would like to send under their name."""
    with speaking(sender.language):
        words = emails.sender_asked(by.name)
    outbox.queue_staff(outbox.freeze(words, now), [sender.id], now)

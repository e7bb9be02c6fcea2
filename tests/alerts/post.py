"""The worker at work on openings, and what arrives."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from sqlalchemy import select

from portal import clock
from portal.alerts import tasks
from portal.alerts.models import AlertSetting, Announcement
from portal.db import db
from portal.jobs.models import Posting
from portal.mail import sending
from portal.mail.models import Delivery, Mailing
from portal.mail.transport import Transport
from portal.members.models import Member
from tests import factories
from tests.faults.smtp_server import FakeSmtp

Smtp = Callable[..., FakeSmtp]
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Mail:
    """A mail that arrived."""

    to: str
    subject: str
    text: str
    html: str
    message: EmailMessage


def member(now: datetime, every: str | None = None, next_at: datetime | None = None, **values: object) -> Member:
    """Somebody who agreed to hear of openings, 20 mails a month; with settings if `every` is given."""
    row = factories.member(**{"agreed_to": ["job_alerts"], "mails_per_month": 20} | values)  # type: ignore[arg-type]
    if every:
        db.session.add(
            AlertSetting(
                member_id=row.id, every=every, weekday=1, hour=9, next_at=next_at, feed_nonce=f"nonce-{row.id}",
                changed_at=now,
            )
        )  # fmt: skip
        db.session.flush()
    return row


def early(now: datetime, **values: object) -> Posting:
    """An opening that members hear of first, for three days from now."""
    given = {"publish_at": now - timedelta(minutes=1), "opens_at": now + 3 * DAY} | values
    return factories.posting(**given)  # type: ignore[arg-type]


def sweep(now: datetime) -> None:
    """What the worker does each minute."""
    db.session.commit()
    tasks.sweep(now)
    db.session.expire_all()


def send(smtp: Smtp, at: datetime | None = None) -> list[Mail]:
    """Send what is due now, or at a time, and give what arrived."""
    db.session.commit()
    with smtp() as server:
        for id in db.session.scalars(select(Mailing.id).order_by(Mailing.id)).all():
            with Transport(server.url) as transport:
                sending.send(id, transport, (lambda: at) if at else clock.now)
    db.session.expire_all()
    return [_opened(sent.recipients[0], sent.data) for sent in server.arrived if sent.complete]


def _opened(to: str, data: bytes) -> Mail:
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    return Mail(to, str(message["Subject"]), *(part.get_content().replace("\r", "") for part in (text, html)), message)


def heard(member: Member) -> set[str]:
    """Slugs of the openings that are written down as announced to somebody."""
    rows = select(Posting.slug).join(Announcement, Announcement.posting_id == Posting.id)
    return set(db.session.scalars(rows.where(Announcement.member_id == member.id)))


def deliveries(member: Member) -> list[tuple[str, str | None]]:
    """States and reasons of the mails to somebody, in order."""
    rows = select(Delivery.state, Delivery.reason).where(Delivery.member_id == member.id).order_by(Delivery.id)
    return [(state, reason) for state, reason in db.session.execute(rows)]


def again(member: Member, at: datetime) -> None:
    """Have their next digest be due."""
    setting = db.session.get_one(AlertSetting, member.id)
    setting.next_at = at
    db.session.commit()

"""What the worker does with mail: send what is due, and find what stands still."""

from datetime import datetime

import structlog

from portal import clock
from portal.config import settings
from portal.db import db
from portal.mail import sending, waiting
from portal.mail.relay import RelayDown
from portal.mail.transport import Transport
from portal.queue import enqueue

log = structlog.get_logger(__name__)


def relay() -> Transport:
    """A connection to the mail server of the settings, opened when first needed."""
    return Transport(settings().smtp_url.get_secret_value(), hostname=settings().host)


def send(mailing_id: int, now: datetime) -> None:
    """Send what is due of one mailing. A relay that is down is no error: the sweep tries again each minute."""
    try:
        with relay() as transport:
            heard = sending.send(mailing_id, transport, clock.now)
    except (RelayDown, sending.DiskFull) as error:
        log.warning("mail waits", mailing=mailing_id, why=str(error))
        return
    log.info("sent", mailing=mailing_id, heard=heard)


def sweep(now: datetime) -> None:
    """Give back what a dead worker held, and wake a worker for everything that is due."""
    released = waiting.release(now)
    if released:
        log.warning("a worker died in mid-send", deliveries=released)
    for mailing_id in waiting.due(now):
        enqueue("mail.send", mailing_id)
    db.session.commit()

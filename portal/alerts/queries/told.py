"""Which openings a member was told of, and what became of it: for their own page, their export, and the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.alerts.models import Announcement
from portal.audience.queries.sent import REASONS
from portal.db import db
from portal.jobs.models import Posting
from portal.languages import gettext as _
from portal.languages import moment
from portal.mail.models import Delivery
from portal.members.queries.timeline import Touch


@dataclass(frozen=True, slots=True)
class Told:
    """An opening that somebody heard of, or is about to. `at`: when that mail first went, or was queued."""

    announcement: Announcement
    slug: str
    title: str
    at: datetime

    @property
    def held(self) -> str | None:
        """The name of why it came to nothing so far; None if it did not."""
        row = self.announcement
        return (row.reason or "nothing_new") if row.held_at is not None else None

    def in_words(self, zone: str) -> str:
        """What became of it, to themselves."""
        if self.held is None:
            return _("Announced on %(when)s.", when=moment(self.at, zone))
        reason = str(REASONS.get(self.held) or _("Not sent."))
        return _("%(reason)s It comes with the next mail of openings while it is open.", reason=reason)


def of_member(member_id: int, limit: int | None = None) -> Sequence[Told]:
    """The newest first."""
    rows = (
        select(Announcement, Posting.slug, Posting.title, Delivery.first_at)
        .join(Posting, Posting.id == Announcement.posting_id)
        .outerjoin(Delivery, Delivery.id == Announcement.delivery_id)
        .where(Announcement.member_id == member_id)
        .order_by(Announcement.at.desc(), Announcement.posting_id.desc())
    )
    return [
        Told(row, slug, title, first_at or row.at)
        for row, slug, title, first_at in db.session.execute(rows.limit(limit))
    ]


def timeline(member_id: int, limit: int) -> list[Touch]:
    """For the desk, the newest first: each opening that they were told of."""
    return [_touch(told) for told in of_member(member_id, limit)]


def _touch(told: Told) -> Touch:
    early = told.announcement.early
    words = (
        _("Told of the opening “%(title)s” before everybody", title=told.title)
        if early
        else _("Told of the opening “%(title)s”", title=told.title)
    )
    if told.held is not None:
        words = _("To be told of the opening “%(title)s”: held back so far", title=told.title)
    return Touch(told.at, "mail", words, href=f"/desk/jobs/{told.slug}")

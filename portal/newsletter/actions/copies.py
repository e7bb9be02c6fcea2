"""Copies of a newsletter for people at the desk, to look at it as it arrives."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from portal.languages import gettext as _
from portal.languages import speaking
from portal.mail import outbox
from portal.newsletter.actions import preview
from portal.newsletter.actions.ready import Letter
from portal.newsletter.actions.schedule import Order
from portal.staff.actions.audit import note
from portal.staff.models import Recruiter

KIND = "test"


def send(letter: Letter, to: Sequence[Recruiter], key: str, order: Order, now: datetime) -> int:
    """Send somebody at the desk what a reader would get (`key`: of `preview.readers`), each in their own language, and
    marked as a copy. Returns to how many. Raises preview.Unreadable, outbox.TooLong."""
    for language in sorted({one.language for one in to}):
        draft = preview.drawn(letter.piece.slug, letter.said, language, now, hands=order.hands())
        readers = preview.readers(draft)
        reader = next((one for one in readers if one.key == key), readers[0])
        with speaking(language):
            why = _("This is a copy to look at: the links at its foot do nothing. Members read here: %(why)s",
                    why=draft.words.why)  # fmt: skip
            subject = _("[Test] %(subject)s", subject=draft.words.subject)
        words = replace(draft.words, kind=KIND, subject=subject, why=why, about=None, browser_url=None)
        mailing = outbox.freeze(words, now)
        ids = [one.id for one in to if one.language == language]
        outbox.queue_staff(mailing, ids, now, preview.copy(draft, reader, now).mask)
    note(order.by, "newsletter.test", "issue", letter.piece.slug, now, copies=len(to))
    return len(to)

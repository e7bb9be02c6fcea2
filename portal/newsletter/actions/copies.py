"""Copies of a newsletter for people at the desk, to look at it as it arrives."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from portal.languages import gettext as _
from portal.languages import speaking
from portal.mail import outbox
from portal.newsletter.actions import preview
from portal.newsletter.actions.drafting import Draft
from portal.newsletter.actions.ready import Ready
from portal.newsletter.actions.schedule import Order
from portal.newsletter.queries.preview import Reader
from portal.staff.actions.audit import note
from portal.staff.models import Recruiter
from portal.writing.models import Piece
from portal.writing.queries import homes

KIND = "test"


def send(piece: Piece, to: Sequence[Recruiter], key: str, order: Order, now: datetime) -> int:
    """Send somebody at the desk what a reader would get (`key`: one of `readers`), each in their own language, and
    marked as a copy. Returns to how many. Raises preview.Unreadable, outbox.TooLong."""
    texts = homes.texts(piece)
    for language in sorted({one.language for one in to}):
        draft = preview.drawn(piece.slug, texts, language, now, hands=order.hands())
        reader = next((one for one in preview.readers(draft) if one.key == key), None) or _every(draft)
        mask = preview.copy(draft, reader, now).mask
        with speaking(language):
            why = _("This is a copy to look at: its links at the foot do nothing. Members read here: %(why)s",
                    why=draft.words.why)  # fmt: skip
            subject = _("[Test] %(subject)s", subject=draft.words.subject)
        words = replace(draft.words, kind=KIND, subject=subject, why=why, about=None, browser_url=None)
        mailing = outbox.freeze(words, now)
        outbox.queue_staff(mailing, [one.id for one in to if one.language == language], now, mask)
    note(order.by, "newsletter.test", piece.kind, piece.slug, now, copies=len(to))
    return len(to)


def readers(found: Ready) -> list[Reader]:
    """As whom it can be looked at."""
    return preview.readers(found.draft) if found.draft else []


def _every(draft: Draft) -> Reader:
    return preview.readers(draft)[0]

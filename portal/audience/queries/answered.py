"""What one member answered by button: for the timeline at the desk, and for themselves (P12)."""

from collections.abc import Iterator, Sequence

from portal.audience.models import Reply
from portal.audience.queries.replies import ANSWER_WORDS, Answered, of_member
from portal.languages import gettext as _
from portal.languages import moment
from portal.members.queries.held import Data, Entry, Section
from portal.members.queries.own import iso
from portal.members.queries.timeline import Touch


def timeline(member_id: int, limit: int) -> Sequence[Touch]:
    """Their answers, the newest first."""
    return [_touch(each) for each in of_member(member_id, limit)]


def _touch(each: Answered) -> Touch:
    words = _("Answered “%(subject)s”: %(answer)s", subject=each.subject, answer=ANSWER_WORDS[each.reply.answer])
    seen = [_("Seen to by %(name)s.", name=each.by)] if each.by else []
    return Touch(each.reply.at, "reply", words, [*each.reply.words.splitlines(), *seen], href="/desk/replies")


def export(found: Sequence[tuple[Reply, str]], zone: str) -> Section:
    """All of them, each with the subject that it answered."""
    entries = [Entry(str(ANSWER_WORDS[reply.answer]), list(_said(reply, subject, zone))) for reply, subject in found]
    data: Data = [
        {
            "delivery": reply.delivery_id,
            "answer": reply.answer,
            "words": reply.words,
            "at": iso(reply.at),
            "handled_at": iso(reply.handled_at),
        }
        for reply, _subject in found
    ]
    about = _("What you told us by a button in a mail. Who holds a mail of yours can press its buttons too.")
    return Section("replies", _("Your answers by button"), about, entries, data)


def _said(reply: Reply, subject: str, zone: str) -> Iterator[str]:
    yield _("%(when)s, to “%(subject)s”.", when=moment(reply.at, zone), subject=subject)
    yield from reply.words.splitlines()
    if reply.handled_at:
        yield _("Somebody here saw to it on %(when)s.", when=moment(reply.handled_at, zone))

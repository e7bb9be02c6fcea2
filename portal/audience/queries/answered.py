"""What one member answered by button: for the timeline at the desk, and for themselves (P12)."""

from collections.abc import Iterator, Sequence

from portal.audience.queries.replies import ANSWER_WORDS, Answered, of_member
from portal.languages import gettext as _
from portal.languages import moment
from portal.members.models import Member
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


def export(member: Member) -> Section:
    """All of them."""
    found = of_member(member.id, None)
    entries = [Entry(str(ANSWER_WORDS[each.reply.answer]), list(_said(each, member.time_zone))) for each in found]
    data: Data = [
        {
            "delivery": each.reply.delivery_id,
            "answer": each.reply.answer,
            "words": each.reply.words,
            "at": iso(each.reply.at),
            "handled_at": iso(each.reply.handled_at),
        }
        for each in found
    ]
    about = _("What you told us by a button in a mail. Who holds a mail of yours can press its buttons too.")
    return Section("replies", _("Your answers by button"), about, entries, data)


def _said(each: Answered, zone: str) -> Iterator[str]:
    yield _("%(when)s, to “%(subject)s”.", when=moment(each.reply.at, zone), subject=each.subject)
    yield from each.reply.words.splitlines()
    if each.reply.handled_at:
        yield _("Somebody here saw to it on %(when)s.", when=moment(each.reply.handled_at, zone))

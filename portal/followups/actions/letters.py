"""Writing a personal letter, and sending it: once, to one person, who agreed to such letters."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import update

from portal.db import changed, db
from portal.followups import emails
from portal.followups.models import Letter
from portal.followups.queries import details
from portal.followups.queries.letters import INSIGHT, draft_to, permission
from portal.followups.queries.standing import PURPOSE, Standing, against, standing
from portal.insights.queries import by_slug, said
from portal.languages import gettext as _
from portal.languages import speaking
from portal.mail import outbox
from portal.mail.message import Recipient
from portal.mail.models import copy_of
from portal.markdown import MarkdownError
from portal.members.actions.erase import hold
from portal.members.models import Member
from portal.staff.actions.audit import note
from portal.staff.models import Recruiter
from portal.staff.queries.senders import may_use

MOST = 20_000
"""Characters of a letter."""


class NotReady(Exception):
    """Why a letter can't go: whole sentences that say what to do."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def keep(
    me: Recruiter, member_id: int, subject: str, source: str, attached: str | None, sender_id: int, now: datetime
) -> Letter:
    """Keep what is written so far, in the one draft to this member: begun if there is none."""
    letter = draft_to(me, member_id)
    if letter is None:
        letter = Letter(member_id=member_id, recruiter_id=me.id, created_at=now)
        db.session.add(letter)
    change(letter, subject, source, attached, sender_id, now)
    return letter


def change(letter: Letter, subject: str, source: str, attached: str | None, sender_id: int, now: datetime) -> None:
    """The same for a draft that there is. Nothing is checked: a draft may be anything."""
    letter.subject, letter.source = " ".join(tidy(subject).split())[:200], tidy(source)[:MOST]
    letter.attached, letter.sender_id, letter.changed_at = attached, sender_id, now
    db.session.flush()


def tidy(text: str) -> str:
    """What was typed, without characters that nobody may write and with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def content(letter: Letter, stands: Standing, now: datetime) -> emails.Content:
    """What a letter says as it stands now. What is attached and not public any more is left out."""
    insight = None
    if letter.attached and letter.attached.startswith(INSIGHT):
        found = by_slug(letter.attached.removeprefix(INSIGHT), now.date())
        with speaking(stands.member.language):
            insight = said([found])[0] if found else None
    values = details.values(letter.member_id)
    return emails.Content(letter.subject, letter.source, values, insight, stands.agreed_at)


def laid_out(letter: Letter, stands: Standing, now: datetime) -> tuple[outbox.Words | None, list[str]]:
    """The mail as it would go, or what there is to mend in the words before it can."""
    name, found = stands.member.name, []
    if not letter.subject.strip():
        found.append(_("Write a subject: it is the first that %(name)s sees.", name=name))
    if not letter.source.strip():
        found.append(_("Write the letter: there are no words in it yet."))
    if not may_appear(letter):
        sender = db.session.get_one(Recruiter, letter.sender_id).name
        found.append(
            _("%(name)s has not said yes to this letter under their name. Ask, or choose another.", name=sender)
        )
    try:
        says = content(letter, stands, now)
        words = _words(letter, stands.member, says)
        found += [
            _("Nothing is known for [[%(field)s]]: write [[%(field)s|something else]], or take it out.", field=field)
            for field in emails.lacking(says, name)
        ]
        if outbox.weigh(words, now) > outbox.MAX_BYTES:
            found.append(_("The letter is too long for mail programs: shorten it."))
    except (MarkdownError, outbox.TooLong) as error:
        return None, [*found, str(error)]
    return (None if found else words), found


def may_appear(letter: Letter) -> bool:
    """Whether it may go out in the name that it is to go out in."""
    return may_use(letter.recruiter_id, letter.sender_id, PURPOSE, permission(letter))


def built(words: outbox.Words, member: Member, urls: Mapping[str, str], now: datetime) -> bytes:
    """The bytes that the relay would get. `urls`: where its links lead, by field."""
    mask = (1 << len(words.pieces)) - 1
    recipient = Recipient(0, member.address, member.name, now, mask, {"name": member.name, **urls})
    return outbox.sample(outbox.preview(words, now), recipient)


def test(letter: Letter, stands: Standing, me: Recruiter, now: datetime) -> None:
    """Send a copy to oneself, as the member would get it. Raises NotReady."""
    member = stands.member
    says = content(letter, stands, now)
    try:
        words = _words(letter, member, replace(says, values={**says.values, "name": member.name}))
        marked = replace(words, subject=_("Test: %(subject)s", subject=words.subject)[:300], about=copy_of(member.id))
        mailing = outbox.freeze(marked, now)
    except (MarkdownError, outbox.TooLong) as error:
        raise NotReady(str(error)) from None
    outbox.queue_staff(mailing, [me.id], now)
    note(me, "letter.test", "letter", letter.id, now, member_id=member.id)


def send(letter: Letter, me: Recruiter, now: datetime) -> None:
    """Send it, once: of two that press the button the second finds it gone. Raises NotReady, and then the caller rolls
    back."""
    stands = standing(letter.member_id, now) if hold(letter.member_id) else None
    if stands is None:
        raise NotReady(_("There is nobody to write to any more."))
    words, wrong = laid_out(letter, stands, now)
    if not stands.may_go or words is None:
        raise NotReady(*([] if stands.may_go else against(stands)), *wrong)
    mailing = outbox.freeze(words, now)
    mine = update(Letter).where(Letter.id == letter.id, Letter.sent_at.is_(None))
    if not changed(mine.values(sent_at=now, mailing_id=mailing.id)):
        raise NotReady(_("This letter has been sent already."))
    outbox.queue_one(mailing, letter.member_id, now)
    note(me, "letter.send", "letter", letter.id, now, member_id=letter.member_id, sender=letter.sender_id)


def discard(letter: Letter) -> None:
    """Throw a draft away."""
    db.session.delete(letter)


def _words(letter: Letter, member: Member, says: emails.Content) -> outbox.Words:
    writer = db.session.get_one(Recruiter, letter.recruiter_id)
    return emails.letter(says, member, writer, db.session.get_one(Recruiter, letter.sender_id))

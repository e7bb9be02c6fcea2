"""What the pages of a letter show: the form, the mail as it arrives, what stands in the way."""

from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from flask import Response, abort, render_template

from portal.audience.queries import copies, tokens
from portal.audience.queries.became import became
from portal.db import db
from portal.followups.actions import letters
from portal.followups.forms import LetterForm
from portal.followups.models import Letter
from portal.followups.queries import details
from portal.followups.queries.details import FALLBACKS, KEYS
from portal.followups.queries.letters import INSIGHT, permission, sent_one
from portal.followups.queries.standing import PURPOSE, Standing, against, budget
from portal.insights.queries import newest, said
from portal.languages import gettext as _
from portal.languages import pgettext
from portal.links import absolute
from portal.mail import outbox
from portal.mail.message import Recipient
from portal.mail.models import Mailing
from portal.members.models import Member
from portal.staff.models import Recruiter
from portal.staff.queries.senders import choices
from portal.web.desk import render
from portal.web.headers import mail_frame

OFFERED = 20
"""Articles to attach: the newest."""


def attachments(now: datetime) -> Sequence[tuple[str, str]]:
    """What can be attached, by what stands for it."""
    insights = said([insight for insight, _about in newest(now.date(), OFFERED)])
    return [(f"{INSIGHT}{insight.slug}", insight.title) for insight in insights]


def senders(me: Recruiter, draft: Letter | None) -> Sequence[tuple[int, str]]:
    """Under whose name it can go, oneself first; of those who have not said yes to that, it is said."""
    about = permission(draft) if draft else None
    words = {"asked": _("%(name)s (asked, no answer yet)"), "none": _("%(name)s (has to be asked)")}
    return [
        (each.recruiter.id, words.get(each.state, "%(name)s") % {"name": each.recruiter.name})
        for each in choices(me, PURPOSE, about)
    ]


def form(form: LetterForm, stands: Standing, draft: Letter | None, *, overtaken: bool = False) -> str:
    """The page to write on. `overtaken`: the draft was changed in another window; both texts are shown."""
    member = stands.member
    if overtaken and draft:
        form.base.data = draft.changed_at.isoformat()
    return render(
        "followups/desk/letter.html",
        form=form,
        member=member,
        draft=draft,
        stands=stands,
        budget=budget(stands),
        against=list(against(stands)),
        values=details.values(member.id),
        fallbacks=FALLBACKS,
        keys=KEYS,
        overtaken=overtaken,
    )


def kept(draft: Letter | None) -> str:
    """What the page says after it kept a draft by itself; without one: that it could not."""
    return render_template("followups/desk/letter_kept.html", draft=draft, overtaken=False)


def overtaken() -> str:
    """The same when the draft was changed in another window."""
    return render_template("followups/desk/letter_kept.html", draft=None, overtaken=True)


def preview(letter: Letter, stands: Standing, now: datetime) -> str:
    """The letter as it arrives, and what keeps it from going."""
    return render("followups/desk/letter_preview.html", **values(letter, stands, now))


def values(letter: Letter, stands: Standing, now: datetime) -> dict[str, object]:
    """What the preview and the page with the button both show."""
    words, problems = letters.laid_out(letter, stands, now)
    mail = _opened(letters.built(words, stands.member, _links(), now)) if words else None
    return {
        "letter": letter,
        "member": stands.member,
        "stands": stands,
        "budget": budget(stands),
        "against": list(against(stands)),
        "problems": problems,
        "mail": mail,
        "text": _part(mail, "plain") if mail else "",
        "heads": _heads(mail) if mail else [],
        "sender": db.session.get_one(Recruiter, letter.sender_id),
        "may_appear": letters.may_appear(letter),
    }


def sent(letter: Letter, member: Member, now: datetime) -> str:
    """A letter that went, and what has become of it."""
    one = sent_one(letter)
    said_ = became(one.delivery, member, letter.sent_at or now) if one.delivery else ""
    return render("followups/desk/letter_sent.html", letter=letter, member=member, writer=one.writer, became=said_)


def frame(letter: Letter, stands: Standing, now: datetime) -> Response:
    """The HTML part of a draft, as it would go."""
    words, _problems = letters.laid_out(letter, stands, now)
    if words is None:
        abort(404, _("There is something to mend before this letter can be shown."))
    return mail_frame(_part(_opened(letters.built(words, stands.member, _links(), now)), "html"))


def frame_sent(letter: Letter, member: Member, now: datetime) -> Response:
    """The HTML part as it was sent."""
    mailing = db.session.get(Mailing, letter.mailing_id) or abort(404)
    mask = (1 << len(mailing.fragments)) - 1
    whom = Recipient(0, member.address, member.name, now, mask, {"name": member.name, **_links()})
    return mail_frame(_part(_opened(outbox.sample(mailing, whom)), "html"))


def _heads(mail: EmailMessage) -> list[tuple[str, str]]:
    """From whom, where answers go, to whom and about what, as one reads it."""
    names = {"from": pgettext("mail", "From"), "reply-to": _("Answers go to"), "to": pgettext("mail", "To")}
    found = []
    for name, title in names.items():
        for box in mail[name].addresses:
            address = f"{box.username}@{box.domain}"
            found.append((title, f"{box.display_name} ({address})" if box.display_name else address))
    return [*found, (_("Subject"), str(mail["subject"]))]


def _links() -> dict[str, str]:
    """Where links lead in a mail that is only looked at: to pages that say so."""
    page = absolute(copies.PAGE)
    return {"preferences_url": page, "unsubscribe_url": page, "why_url": page} | tokens.reply_urls(tokens.SAMPLE)


def _opened(data: bytes) -> EmailMessage:
    message: EmailMessage = message_from_bytes(data, policy=default)
    return message


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""

"""Answering by a button in a mail: GET shows what would be said, POST says it (P1). Whoever holds the mail may, so it
raises nothing, signs nobody in, and shows neither name nor address nor what was answered before (W-25)."""

from datetime import datetime, timedelta

from flask import Blueprint, abort, render_template

from portal import clock
from portal.audience.actions import reply as actions
from portal.audience.forms.reply import ReplyForm
from portal.audience.queries import live, replies, tokens
from portal.audience.queries import preferences as queries
from portal.audience.queries.replies import ANSWER_WORDS, Mail
from portal.db import db
from portal.languages import day
from portal.languages import gettext as _
from portal.members.actions import contact
from portal.web import language
from portal.web.requests import network_key
from portal.web.throttle import Limit, spend

bp = Blueprint("reply", __name__, url_prefix="/reply", template_folder="../templates")
Answer = str | tuple[str, int]


@bp.get("/<token>")
def ask(token: str) -> Answer:
    """The three answers, one of them chosen, and a button."""
    (delivery_id, answer), now = _read(token), clock.now()
    if delivery_id == tokens.SAMPLE:
        return _sample(answer)
    mail = _mail(delivery_id, now)
    return _page(token, mail, ReplyForm(answer=answer)) if mail else _gone()


@bp.post("/<token>")
def act(token: str) -> Answer:
    """Keep the answer; the last one counts."""
    (delivery_id, answer), now = _read(token), clock.now()
    if delivery_id == tokens.SAMPLE:
        return _sample(answer)
    day_long, hour_long = timedelta(days=1), timedelta(hours=1)
    spend("reply", [Limit(f"mail {delivery_id}", 12, day_long), Limit(f"network {network_key()}", 60, hour_long)], now)
    mail = _mail(delivery_id, now)
    if mail is None:
        return _gone()
    form = ReplyForm(answer=answer)
    if not form.validate():
        return _page(token, mail, form), 422
    if not actions.reply(delivery_id, form.answer.data, form.words.data or "", now):
        return _gone()
    contact.touch(mail.member.id, now)
    db.session.commit()
    return _thanks(mail, form.answer.data, now)


def _read(token: str) -> tuple[int, str]:
    """Which mail is answered, and what. 404 with a way out when the token is none of ours."""
    found = tokens.read_reply(token)
    if found is None:
        abort(404, _("This link is not whole. Open the mail again and follow its link, or answer the mail itself."))
    return found


def _mail(delivery_id: int, now: datetime) -> Mail | None:
    """The mail, and from here on its reader's language; None if there is nobody to answer for, or no longer."""
    mail = replies.mail(delivery_id, now)
    if mail is None or mail.over:
        return None
    language.use(mail.member.language)
    return mail


def _gone() -> tuple[str, int]:
    """The same words for a mail that is too old, that we know nothing of, or of somebody who was erased."""
    return render_template("audience/reply_gone.html"), 410


def _sample(answer: str) -> str:
    return render_template("audience/reply_sample.html", answer=ANSWER_WORDS[answer])


def _page(token: str, mail: Mail, form: ReplyForm) -> str:
    about = [(_("Mail"), mail.subject), (_("From"), mail.sender)]
    return render_template("audience/reply.html", form=form, token=token, about=about, sender=mail.sender)


def _thanks(mail: Mail, answer: str, now: datetime) -> str:
    member, purpose = mail.member, mail.mailing.purpose
    return render_template(
        "audience/reply_done.html",
        answer=answer,
        words=ANSWER_WORDS[answer],
        sender=mail.sender,
        by=day(queries.today(member.time_zone, now + replies.WITHIN)),
        less_token=tokens.preferences(member.id),
        why_token=tokens.why(mail.delivery_id),
        leave_token=tokens.unsubscribe(member.id, purpose) if purpose in live(member.id) else None,
    )

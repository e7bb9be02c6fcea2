"""Joining: what one gets and does not, the form, and an example of the mail."""

from flask import Blueprint, Response, redirect, render_template, session, url_for
from werkzeug import Response as AnyResponse

from portal import clock
from portal.audience import emails
from portal.audience.actions import join
from portal.audience.forms.join import JoinForm
from portal.audience.models import ASKED
from portal.audience.queries.wording import WORDINGS, current, sentence
from portal.config import settings
from portal.db import db
from portal.links import digest
from portal.members.queries.addresses import parse
from portal.web import access, entry
from portal.web.headers import mail_frame
from portal.web.requests import network_prefix

bp = Blueprint("join", __name__, template_folder="../templates")


@bp.get("/join")
def ask() -> str:
    """What one gets, and the form."""
    return page(JoinForm())


@bp.post("/join")
def save() -> AnyResponse | tuple[str, int]:
    """Note the request; the answer is the same for every address (W-05)."""
    form = JoinForm()
    if not form.validate():
        return page(form), 422
    now, mark, address = clock.now(), access.asker_value(), parse(form.address.data or "")
    entry.limit("join", address.key, now)
    asked = join.Asked(address.written, form.name.data or "", tuple(form.purposes.data or ()), str(form.wording.data))
    join.ask(asked, digest(mark), network_prefix(), now)
    db.session.commit()
    session["asked_for"] = address.shown
    response = redirect(url_for("confirm.code_form"), 303)
    access.asker(response, mark)
    return response


def page(form: JoinForm) -> str:
    """The page with the form, as it is filled in."""
    if form.wording.data not in WORDINGS:
        form.wording.data = current()  # a page that is read anew shows, and records, today's words
    org = settings().org_name
    return render_template(
        "audience/join.html",
        form=form,
        notes={purpose: sentence(purpose, org, form.wording.data) for purpose in ASKED},
        most=settings().mails_per_month,
    )


@bp.get("/join/example")
def example() -> str:
    """An example mail in a frame."""
    return render_template("audience/join_example.html")


@bp.get("/join/example/mail")
def example_mail() -> Response:
    """The example itself."""
    return mail_frame(emails.example())

"""Sending a letter: one page with the button, one press, by who has proved lately who they are. And asking somebody
for their name to it."""

from flask import Blueprint, flash, redirect, url_for
from flask_wtf import FlaskForm
from werkzeug import Response

from portal import clock
from portal.db import db
from portal.followups.actions import letters
from portal.followups.actions.letters import NotReady
from portal.followups.desk import found, showing
from portal.followups.queries.letters import permission
from portal.languages import gettext as _
from portal.staff.actions import senders
from portal.staff.models.roles import PEOPLE
from portal.web.desk import current_recruiter, fresh, needs, render

bp = Blueprint("letter_sending", __name__, url_prefix="/desk/letters/<int:id>", template_folder="../templates")


@bp.get("/send")
@needs(PEOPLE)
@fresh
def ask(id: int) -> str:
    """To whom, from whom, when it arrives; and the button."""
    me, now = current_recruiter(), clock.now()
    letter = found.draft(id, me)
    stands = found.stands_of(letter, now)
    return render("followups/desk/letter_send.html", form=FlaskForm(), **showing.values(letter, stands, now))


@bp.post("/send")
@needs(PEOPLE)
@fresh
def send(id: int) -> Response | tuple[str, int]:
    """Send it, once."""
    me, now = current_recruiter(), clock.now()
    letter = found.draft(id, me)
    try:
        letters.send(letter, me, now)
    except NotReady as error:
        db.session.rollback()
        for problem in error.problems:
            flash(problem, "warn")
        return redirect(url_for(".ask", id=id), 303)
    done = _("Your letter is on its way.")  # before the commit, after which the language would be looked up anew
    db.session.commit()
    flash(done, "ok")
    return redirect(url_for("letters.edit", id=id), 303)


@bp.post("/ask-sender")
@needs(PEOPLE)
def ask_sender(id: int) -> Response:
    """Ask whoever it is to go out in the name of; they answer on their own account page."""
    me, now = current_recruiter(), clock.now()
    letter = found.draft(id, me)
    if not letters.may_appear(letter):
        senders.ask(me, letter.sender_id, now, about=permission(letter))
        db.session.commit()
        flash(_("Asked. The answer comes from their account page; your draft waits here."), "ok")
    return redirect(url_for("letters.preview", id=id), 303)

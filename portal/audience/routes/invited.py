"""A personal link that somebody was handed who is not a member: the form to join, filled in. Opening it does nothing,
and no mail goes out unless they send the form (P1, P2)."""

from flask import Blueprint, render_template

from portal.audience.forms.join import JoinForm
from portal.audience.queries import invitations
from portal.audience.routes import join

bp = Blueprint("invited", __name__, template_folder="../templates")


@bp.get("/invited/<token>")
def show(token: str) -> str | tuple[str, int]:
    """The form to join, with what was imported of this person."""
    invitation = invitations.find(token)
    if invitation is None:
        return render_template("audience/invited_over.html"), 410
    return join.page(JoinForm(data={"address": invitation.address, "name": invitation.name}))

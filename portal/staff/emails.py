"""What this slice says by mail: invitations to the desk, links to set an account up anew, questions about names."""

from html import escape

from portal.config import settings
from portal.languages import gettext as _
from portal.links import absolute
from portal.mail.outbox import Piece, Words
from portal.mail.shell import button


def _mail(
    kind: str, subject: str, preheader: str, above: list[str], label: str, below: list[str], url: str = "action_url"
) -> Words:
    """Paragraphs, a button, paragraphs. `url`: where it leads, an address or the name of a field."""
    first, then = ("".join(f"<p>{escape(text)}</p>" for text in texts) for texts in (above, below))
    html, text = button(label, url)
    plain = "\n\n".join([*above, text, *below])
    why = _(
        "You get this mail because you have, or are offered, a place at the desk of %(host)s.", host=settings().host
    )
    return Words(kind, "account", subject, preheader, [Piece(first + html + then, plain)], why)


def invite(by: str | None) -> Words:
    """The link with which somebody takes their place. `by`: who invites, if somebody at the desk did."""
    org = settings().org_name
    invited = (
        _("%(name)s invites you to write and send for the talent community of %(org)s.", name=by, org=org)
        if by
        else _("You are invited to write and send for the talent community of %(org)s.", org=org)
    )
    return _mail(
        "staff_invite",
        _("Your place at the desk of %(org)s", org=org),
        _("Three minutes to set up. The link works once, and for seven days."),
        [invited, _("You choose a password and connect an app on your phone that shows six digits.")],
        _("Take your place"),
        [
            _("The link works once, and for seven days. After that, ask for another one."),
            _("You do not know what this is about? Then do nothing. Please do not pass the link on: it is yours."),
        ],
    )


def reset(by: str | None) -> Words:
    """The link with which somebody sets up password and phone anew."""
    org = settings().org_name
    made = (
        _("%(name)s made you a link to set up your password and your phone anew.", name=by)
        if by
        else _("Here is a link to set up your password and your phone anew.")
    )
    return _mail(
        "staff_reset",
        _("Set up your account at the desk of %(org)s anew", org=org),
        _("The link works once, and for a day."),
        [made, _("What you had before works no longer, and you are signed out everywhere.")],
        _("Set it up"),
        [
            _("The link works once, and for a day. Please do not pass it on: it is yours alone."),
            _("You did not ask for it? Then speak with an admin of your house."),
        ],
    )


def sender_asked(by: str) -> Words:
    """A colleague would like to send under their name. Yes and no are said at the desk, never by a link."""
    return _mail(
        "staff_asked",
        _("%(name)s would like to send under your name", name=by),
        _("You say yes or no at the desk. Without an answer, nothing goes out."),
        [
            _("%(name)s would like mail to the talent community to go out under your name.", name=by),
            _("What it is for, and yes and no, are on your account page. You can take a yes back at any time."),
        ],
        _("See what it is for"),
        [_("Without an answer of yours, nothing goes out under your name.")],
        absolute("/desk/account/sender"),
    )

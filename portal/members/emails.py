"""What this slice says by mail: links to sign in with."""

from html import escape

from portal.config import settings
from portal.languages import gettext as _
from portal.mail.outbox import Piece, Words
from portal.mail.shell import button


def account_mail(kind: str, subject: str, preheader: str, first: list[str], label: str, then: list[str]) -> Words:
    """An account mail: paragraphs, the button for what was asked, paragraphs. Plain words, no Markdown."""
    above, below = _paragraphs(first), _paragraphs(then)
    html, text = button(label, "action_url")
    return Words(
        kind=kind,
        purpose="account",
        subject=subject,
        preheader=preheader,
        pieces=[Piece(above.html + html + below.html, f"{above.text}\n\n{text}\n{below.text}")],
        why=_("You get this mail because somebody asked for it at %(host)s, with your address.", host=settings().host),
    )


def _paragraphs(texts: list[str]) -> Piece:
    return Piece("".join(f"<p>{escape(text)}</p>" for text in texts), "\n\n".join(texts))


def sign_in() -> Words:
    """The link to sign in."""
    org = settings().org_name
    return account_mail(
        "sign_in",
        _("Your link to sign in at %(org)s", org=org),
        _("It works for ten minutes, and once."),
        [_("Here is the link to sign in to the talent community of %(org)s.", org=org)],
        _("Sign in"),
        [
            _(
                "It works for ten minutes, and once. "
                "The page it opens has a button; you are signed in when you press it."
            ),
            _("You did not ask for it? Then do nothing. Nobody gets in without this mail."),
        ],
    )


def raise_preferences() -> Words:
    """The link to sign in with in order to ask for more mail."""
    org = settings().org_name
    return account_mail(
        "raise",
        _("To change what you get from %(org)s", org=org),
        _("A link to your preferences. It works for ten minutes, and once."),
        [
            _("You asked to change what you get from %(org)s.", org=org)
            + " "
            + _(
                "The link in a newsletter can only make it less, so that nobody to whom you forward one can order "
                "mail for you. This link can do both."
            ),
        ],
        _("Open my preferences"),
        [
            _(
                "It works for ten minutes, and once. "
                "The page it opens has a button; you are signed in when you press it."
            ),
            _("You did not ask for it? Then do nothing, and nothing changes."),
        ],
    )

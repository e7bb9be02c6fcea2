"""What this slice says by mail: links to sign in with."""

from html import escape

from portal.config import settings
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
        why=f"You get this mail because somebody asked for it at {settings().host}, with your address.",
    )


def _paragraphs(texts: list[str]) -> Piece:
    return Piece("".join(f"<p>{escape(text)}</p>" for text in texts), "\n\n".join(texts))


def sign_in() -> Words:
    """The link to sign in."""
    org = settings().org_name
    return account_mail(
        "sign_in",
        f"Your link to sign in at {org}",
        "It works for ten minutes, and once.",
        [f"Here is the link to sign in to the talent community of {org}."],
        "Sign in",
        [
            "It works for ten minutes, and once. The page it opens has a button; you are signed in when you press it.",
            "You did not ask for it? Then do nothing. Nobody gets in without this mail.",
        ],
    )


def raise_preferences() -> Words:
    """The link to sign in with in order to ask for more mail."""
    org = settings().org_name
    return account_mail(
        "raise",
        f"To change what you get from {org}",
        "A link to your preferences. It works for ten minutes, and once.",
        [
            f"You asked to change what you get from {org}. The link in a newsletter can only make it less, "
            "so that nobody to whom you forward one can order mail for you. This link can do both.",
        ],
        "Open my preferences",
        [
            "It works for ten minutes, and once. The page it opens has a button; you are signed in when you press it.",
            "You did not ask for it? Then do nothing, and nothing changes.",
        ],
    )

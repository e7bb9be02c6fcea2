"""What this slice says by mail: links to sign in with, and the question whether somebody may be kept."""

from datetime import date
from html import escape

from portal.config import settings
from portal.languages import day
from portal.languages import gettext as _
from portal.links import absolute
from portal.mail.outbox import Piece, Words
from portal.mail.shell import button


def account_mail(
    kind: str,
    subject: str,
    preheader: str,
    first: list[str],
    label: str,
    then: list[str],
    why: str | None = None,
    url: str = "action_url",
) -> Words:
    """An account mail: paragraphs, the button for what was asked, paragraphs. Plain words, no Markdown.

    `why`: the sentence that says why one gets it, if nobody asked for it. `url`: where the button leads, an address or
    the name of a field.
    """
    above, below = _paragraphs(first), _paragraphs(then)
    html, text = button(label, url)
    return Words(
        kind=kind,
        purpose="account",
        subject=subject,
        preheader=preheader,
        pieces=[Piece(above.html + html + below.html, f"{above.text}\n\n{text}\n{below.text}")],
        why=why
        or _("You get this mail because somebody asked for it at %(host)s, with your address.", host=settings().host),
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


def renewal(kind: str, until: date, renewed_by: str) -> Words:
    """The question whether somebody may be kept: "renewal_first", and a week before the end "renewal_last".

    Its link asks, and counts as an answer only when its button is pressed. `renewed_by`: contact, or person, whom to
    sign in keeps no longer.
    """
    org, last, by_person = settings().org_name, kind == "renewal_last", renewed_by == "person"
    if last:
        asked = _("We asked you some weeks ago whether to keep you in the talent community of %(org)s.", org=org)
    elif by_person:
        asked = _("Where you live, we keep you in the talent community of %(org)s only while you tell us to.", org=org)
    else:
        asked = _("It has been a long while since we heard from you in the talent community of %(org)s.", org=org)
    over = (
        _("Without your yes, what we hold about you is erased after %(day)s.", day=day(until))
        if by_person
        else _("Without a word from you, what we hold about you is erased after %(day)s.", day=day(until))
    )
    return account_mail(
        kind,
        _("Last mail about it: shall we keep you at %(org)s?", org=org)
        if last
        else _("Shall we keep you at %(org)s?", org=org),
        _("If we hear nothing, we erase what we hold about you."),
        [asked, over],
        _("See what you can do"),
        [
            _("The page has a button that keeps you. Opening it does nothing by itself."),
            *([] if by_person else [_("Signing in keeps you too.")]),
            _("If you would like to be erased, do nothing, or sign in and do it now."),
        ],
        _("You get this mail because you are a member, and because we do not erase you without telling you before."),
    )


def archive_ready() -> Words:
    """The download of everything is there; never the download itself, nor a link that opens it without signing in."""
    org = settings().org_name
    return account_mail(
        "archive",
        _("What %(org)s holds about you is ready to download", org=org),
        _("For seven days, on your privacy page."),
        [
            _(
                "You asked for everything that %(org)s holds about you. It is in one file, and waits on your page.",
                org=org,
            )
        ],
        _("Go to the download"),
        [
            _("You sign in first. The file is there for seven days and is deleted after that."),
            _("You did not ask for it? Then look at your account, and end sign-ins that you do not recognise."),
        ],
        url=absolute("/me/privacy"),
    )

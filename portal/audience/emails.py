"""What this slice says by mail: links that confirm or change an address, what became of it; buttons to answer by; the
join page's example."""

from html import escape
from textwrap import wrap

from portal import markdown
from portal.audience.queries.replies import ANSWER_WORDS
from portal.config import settings
from portal.languages import current
from portal.languages import gettext as _
from portal.mail.encoding import FIELD, field
from portal.mail.outbox import Piece, Words
from portal.mail.shell import inline, shell
from portal.members.emails import account_mail
from portal.members.queries.addresses import masked


def confirm() -> Words:
    """The link that confirms a join. Nothing that the asker typed is in it: it may go to somebody else."""
    org = settings().org_name
    return account_mail(
        "confirm",
        _("Is this you? Please confirm for %(org)s", org=org),
        _("One button, and you are in. The link works for 24 hours."),
        [
            _("Somebody, we hope you, asked to join the talent community of %(org)s with this address.", org=org),
            _("The link opens a page that says what you agree to. You are in when you press the button there."),
        ],
        _("See what I agree to"),
        [
            _("It works for 24 hours, and once."),
            _("If it was not you, do nothing. Then nothing else is sent, and within some days we forget the address."),
        ],
    )


def already_in() -> Words:
    """The answer to a join with a member's address."""
    org = settings().org_name
    return account_mail(
        "already_in",
        _("You are already in at %(org)s", org=org),
        _("A link to sign in, should you want to change something."),
        [
            _("Somebody, we hope you, asked to join the talent community of %(org)s with this address.", org=org)
            + " "
            + _("You are a member already, so nothing had to be done and nothing was changed."),
            _("With this link you can sign in and see what you get."),
        ],
        _("Sign in"),
        [
            _("It works for ten minutes, and once. After that, ask for another on the page it opens."),
            _("If it was not you, do nothing. Nobody gets in without this mail."),
        ],
    )


def new_address() -> Words:
    """The link that changes to the address it goes to. Nothing of the account is in it: it may go to somebody else."""
    org = settings().org_name
    return account_mail(
        "address",
        _("Is this your new address? Please confirm for %(org)s", org=org),
        _("One button, and we write to you here. The link works for 24 hours."),
        [
            _(
                "Somebody, we hope you, wants to use this address for their account in the talent community of "
                "%(org)s.",
                org=org,
            ),
            _("The link opens a page with a button. When you press it, we write here from then on."),
        ],
        _("Use this address"),
        [
            _(
                "It works for 24 hours, and once. You are then signed out everywhere, and sign in anew with this "
                "address."
            ),
            _("If it was not you, do nothing. Then nothing changes, and nothing else is sent."),
        ],
    )


def address_taken() -> Words:
    """The answer to a change to a member's address, for that member."""
    org = settings().org_name
    return account_mail(
        "already_in",
        _("This address has an account at %(org)s", org=org),
        _("Somebody wanted to use it for another one. Nothing was changed."),
        [
            _(
                "Somebody, we hope you, wants to use this address for another account in the talent community of "
                "%(org)s. It has one already, so nothing was changed.",
                org=org,
            ),
            _("With this link you sign in to the one it has. Erase that, and the address is free for the other."),
        ],
        _("Sign in"),
        [
            _("It works for ten minutes, and once. After that, ask for another on the page it opens."),
            _("If it was not you, do nothing. Nobody gets in without this mail."),
        ],
    )


def address_changed(address: str) -> Words:
    """The notice to the address before. `address`: the new one, of which only a hint is shown."""
    org, host = settings().org_name, settings().host
    return account_mail(
        "address_back",
        _("The address of your account at %(org)s was changed", org=org),
        _("If it was not you, you can undo it for seven days."),
        [
            _(
                "Your account in the talent community of %(org)s had this address. It has another one now: %(address)s",
                org=org,
                address=masked(address),
            ),
            _("Everybody who was signed in has been signed out. If it was you, there is nothing to do."),
            _("If it was not you, undo it on the page behind this link."),
        ],
        _("This was not me"),
        [
            _(
                "It works for seven days, and once. The account then has this address again, and whoever is signed in "
                "is signed out."
            ),
        ],
        _("You get this mail because an account at %(host)s had your address until now.", host=host),
    )


def reply_piece() -> Piece:
    """Three buttons to answer a mail by, in the language that is spoken now, for mail that stands on a consent.

    Everybody whom `queries.fields` knows has the addresses; a copy that goes to nobody in earnest takes those of
    `tokens.reply_urls(tokens.SAMPLE)`.
    """
    intro = _("You can answer with one button. It opens a page that shows what you say, before you say it.")
    urls = {str(words): field(f"reply_{answer}_url") for answer, words in ANSWER_WORDS.items()}
    buttons = " ".join(f'<a href="{url}">{escape(label)}</a>' for label, url in urls.items())
    html = f'<div class="replies" lang="{current()}"><p>{escape(intro)}</p><p class="answers">{buttons}</p></div>'
    return Piece(html, "\n\n".join(["\n".join(wrap(intro, 72)), *(f"{label}:\n{url}" for label, url in urls.items())]))


def _letter() -> str:
    """An invented newsletter, in Markdown."""
    paragraphs = (
        _("Hello Robin,"),
        _(
            "here is one thing worth ten minutes of your time, and what concerns the work you chose. That is all there "
            "is in it."
        ),
        "## " + _("Worth reading"),
        _(
            "**How we decide, step by step.** Who reads what you send, what they look for, and on which day you hear "
            "from us. Written by the people who do the reading."
        ),
        "## " + _("If you work with data"),
        _(
            "The team has moved ten years of readings to a new home without anybody noticing, but for forty minutes on "
            "a Sunday. Two of them show the plan, and the mistake, in an online hour next Thursday."
        ),
        "## " + _("If you would like to work from home"),
        _(
            "Two new posts are remote, one of them part-time. You said that you do not want to work on site, so what "
            "is only there was left out."
        ),
        _("That is all for this month. Answers to this mail are read by a person."),
    )
    return "\n\n".join(paragraphs)


def example() -> str:
    """An invented newsletter, as HTML, made the way a real one is."""
    org, base = settings().org_name, settings().base_url
    around = shell(
        "list",
        lang=current(),
        organisation=org,
        postal_address=settings().postal_address,
        subject=_("An example of what we send"),
        preheader=_("One thing worth reading, and what concerns the work you chose."),
        reason=_("You get this because you agreed to the newsletter of %(org)s.", org=org),
    )
    html = around.html_before + inline(markdown.mail(_letter(), base)) + around.html_after
    return FIELD.sub(escape(base + "/join"), html)

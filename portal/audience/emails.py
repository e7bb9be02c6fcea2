"""What this slice says by mail: the link that confirms, and "you are already in". And the example on the join page."""

from html import escape

from portal import markdown
from portal.config import settings
from portal.mail.encoding import FIELD
from portal.mail.outbox import Words
from portal.mail.shell import inline, shell
from portal.members.emails import account_mail


def confirm() -> Words:
    """The link that confirms a join. Nothing that the asker typed is in it: it may go to somebody else."""
    org = settings().org_name
    return account_mail(
        "confirm",
        f"Is this you? Please confirm for {org}",
        "One button, and you are in. The link works for 24 hours.",
        [
            f"Somebody, we hope you, asked to join the talent community of {org} with this address.",
            "The link opens a page that says what you agree to. You are in when you press the button there.",
        ],
        "See what I agree to",
        [
            "It works for 24 hours, and once.",
            "If it was not you, do nothing. Then nothing else is sent, and within some days we forget the address.",
        ],
    )


def already_in() -> Words:
    """The answer to a join with a member's address."""
    org = settings().org_name
    return account_mail(
        "already_in",
        f"You are already in at {org}",
        "A link to sign in, should you want to change something.",
        [
            f"Somebody, we hope you, asked to join the talent community of {org} with this address. "
            "You are a member already, so nothing had to be done and nothing was changed.",
            "With this link you can sign in and see what you get.",
        ],
        "Sign in",
        [
            "It works for ten minutes, and once. After that, ask for another on the page it opens.",
            "If it was not you, do nothing. Nobody gets in without this mail.",
        ],
    )


EXAMPLE = """\
Hello Robin,

here is one thing worth ten minutes of your time, and what concerns the work you chose. That is all there is in it.

## Worth reading

**How we decide, step by step.** Who reads what you send, what they look for, and on which day you hear from us. \
Written by the people who do the reading.

## If you work with data

The team has moved ten years of readings to a new home without anybody noticing, but for forty minutes on a \
Sunday. Two of them show the plan, and the mistake, in an online hour next Thursday.

## If you would like to work from home

Two new posts are remote, one of them part-time. You said that you do not want to work on site, so what is only \
there was left out.

That is all for this month. Answers to this mail are read by a person.
"""


def example() -> str:
    """An invented newsletter, as HTML, made the way a real one is."""
    org, base = settings().org_name, settings().base_url
    around = shell(
        "list",
        lang="en",
        organisation=org,
        postal_address=settings().postal_address,
        subject="An example of what we send",
        preheader="One thing worth reading, and what concerns the work you chose.",
        reason=f"You get this because you agreed to the newsletter of {org}.",
    )
    html = around.html_before + inline(markdown.mail(EXAMPLE, base)) + around.html_after
    return FIELD.sub(escape(base + "/join"), html)

"""Why somebody would not get a mail, in the words of the desk: what stands behind a number."""

from portal.languages import lazy_gettext as _l

CAUSE_WORDS = {
    "over_budget": _l("over their budget this month"),
    "already": _l("already got this"),
    "paused": _l("paused their mail"),
    "took_back": _l("took their consent back"),
    "never": _l("never agreed to this"),
    "bounced": _l("mail to them came back"),
    "complained": _l("reported our mail as unwanted"),
    "do_not_write": _l("asked us never to write"),
    "erased": _l("had themselves erased"),
    "trial": _l("not reached during the trial"),
}
"""As what follows a number: "31 over their budget this month". By cause (`diff.CAUSES`)."""
CAUSE_NOTES = {
    "over_budget": _l("They have had as many mails in 30 days as they want. Alerts go before newsletters."),
    "already": _l("Another sending of the same newsletter has reached them, or will. Nobody gets it twice."),
    "paused": _l("They asked for no mail until a day. A newsletter does not wait that long."),
    "took_back": _l("They had agreed to the newsletter and have left it since."),
    "never": _l("They agreed to other mail, but not to the newsletter."),
    "bounced": _l("The mail server of their address said that there is nobody."),
    "complained": _l("They told their mail provider that they do not want our mail."),
    "do_not_write": _l("Their address is on the list of those to whom nothing is written."),
    "erased": _l("They had themselves erased with this address before."),
    "trial": _l("Until an admin goes live, only members whose address is that of somebody at the desk are reached."),
}
"""What it means, for the page on which the people are listed."""

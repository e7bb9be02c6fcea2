"""Why a mail came, or did not, in words."""

from portal.audience.queries.preferences import today
from portal.audience.queries.why import Held
from portal.audience.queries.words import PURPOSE_WORDS
from portal.languages import day
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l

MAIL_WORDS = {**PURPOSE_WORDS, "account": _l("Your account"), "applications": _l("Your applications")}
NEEDS_NO_CONSENT = {
    "account": _l(
        "It is about your account here. Such mail comes when somebody asks for it with your address, or when we have "
        "to ask you something about what we keep. Nobody is chosen for it, and it does not count towards how much mail "
        "you set."
    ),
    "applications": _l(
        "It is about an application of yours. Nobody is chosen for it, and it does not count towards how much mail "
        "you set."
    ),
}
NOT_SENT = {
    "over_budget": _l("%(mail)s of %(day)s: not sent, because it would have been more than you set."),
    "paused": _l("%(mail)s of %(day)s: not sent, because you had paused mail."),
    "no_consent": _l("%(mail)s of %(day)s: not sent, because you had not agreed to it, or had taken that back."),
    "suppressed": _l(
        "%(mail)s of %(day)s: not sent, because we may not write to your address, or mail to it came back."
    ),
    "not_confirmed": _l("%(mail)s of %(day)s: not sent, because you had not confirmed your address yet."),
    "already": _l("%(mail)s of %(day)s: not sent a second time, because you had got it, or were to get it."),
    "trial": _l("%(mail)s of %(day)s: not sent, because we were still trying things out among ourselves."),
    "cancelled": _l("%(mail)s of %(day)s: not sent, because we called it off for everybody."),
    "nothing_new": _l("%(mail)s of %(day)s: not sent, because by then no opening in it was one for you any more."),
}
"""By the reason of a delivery that was skipped."""


def held_back(held: Held, zone: str) -> str:
    """ "Newsletter of 3 March: not sent, because it would have been more than you set." Days are those of `zone`."""
    said = {"mail": str(MAIL_WORDS[held.purpose]), "day": day(today(zone, held.due))}
    if held.reason is None and held.until:
        return _(
            "%(mail)s of %(day)s: waits until %(until)s, as you set when mail may come.",
            until=day(today(zone, held.until)),
            **said,
        )
    if held.reason in NOT_SENT:
        return str(NOT_SENT[held.reason]) % said
    return _("%(mail)s of %(day)s: not sent, because it did not suit you any more when it was due.", **said)

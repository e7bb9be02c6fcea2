"""What became of a mail to one member, for who sent it: whole sentences."""

from datetime import datetime

from portal.audience.queries.options import city
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.languages import moment
from portal.mail.models import Delivery
from portal.members.models import Member

STATES = {
    "queued": _l("It waits to be sent."),
    "sending": _l("It is on its way."),
    "accepted": _l("Handed to the mail server."),
    "deferred": _l("The mail server asked us to come again later. We do."),
    "bounced": _l("It came back: nothing arrives at this address."),
    "complained": _l("It was reported as unwanted. We write no more of this."),
    "failed": _l("The mail server did not take it."),
    "unknown": _l("We can't tell whether this arrived."),
}
REASONS = {
    "not_confirmed": _l("Not sent: the address was not confirmed."),
    "suppressed": _l("Not sent: we may not write to this address."),
    "no_consent": _l("Not sent: %(name)s had not agreed to it, or had taken that back."),
    "over_budget": _l("Not sent: %(name)s had got all mail that is right for them in 30 days."),
    "paused": _l("Not sent: %(name)s had paused mail."),
    "cancelled": _l("Not sent: it was called off."),
    "already": _l("Not sent: %(name)s had got the same before."),
    "trial": _l("Not sent: Rapport was still being tried out here."),
    "nothing_new": _l("Not sent: nothing in it was right for %(name)s any more."),
}
"""By the reason of a delivery that was skipped."""


def there(when: datetime, zone: str) -> str:
    """A time on somebody's own clock, and whose: "30 November 2026, 08:00 in Lisbon"."""
    said = moment(when, zone)
    return said if zone == "UTC" else _("%(when)s in %(place)s", when=said, place=city(zone))


def became(delivery: Delivery, member: Member, asked_at: datetime) -> str:
    """What has become of a delivery to a member so far. `asked_at`: when somebody asked for it to be sent."""
    if delivery.state == "skipped":
        return str(REASONS.get(delivery.reason or "", _l("Not sent."))) % {"name": member.name}
    if delivery.state == "queued" and delivery.held_from:
        when = there(delivery.not_before, member.time_zone)
        return _("Held until %(when)s, when mail may come to %(name)s.", when=when, name=member.name)
    if delivery.state == "queued" and delivery.not_before > asked_at:
        return _("Goes out on %(when)s.", when=there(delivery.not_before, member.time_zone))
    return str(STATES[delivery.state])

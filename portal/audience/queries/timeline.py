"""What a member agreed to and what they changed, for the timeline at the desk. Of a change only what it was about is
told: what they set for themselves alone (pay, who may not see them) is not."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from portal.audience.models import Consent
from portal.audience.queries.said import titles
from portal.audience.queries.words import PURPOSE_WORDS, TITLES
from portal.db import db
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.members.models import Change
from portal.members.queries.timeline import Touch

THEIR_OWN = {"pay", "hidden_teams", "hidden_people", *PURPOSE_WORDS}
"""What is not told here: nobody else's business, or told as a consent."""
GIVEN = {
    "join": _l("With the form to join."),
    "preferences": _l("On their preferences."),
    "import": _l("Before we had this site."),
}
WITHDRAWN = {
    "preferences": _l("On their preferences."),
    "unsubscribe": _l("With the link in a mail."),
    "one-click": _l("With the button of their mail program."),
    "why": _l("On the page that says why a mail came."),
}


def timeline(member_id: int, limit: int) -> Sequence[Touch]:
    """Consents given and withdrawn, and changes, the newest first."""
    found = sorted([*_consents(member_id), *_changes(member_id, limit)], key=lambda touch: touch.at, reverse=True)
    return found[:limit]


def _consents(member_id: int) -> Iterator[Touch]:
    for row in db.session.scalars(select(Consent).filter_by(member_id=member_id)):
        purpose = str(PURPOSE_WORDS[row.purpose])
        how = GIVEN.get(row.given_by)
        words = _("Agreed to: %(purpose)s", purpose=purpose)
        yield Touch(row.given_at, "consent", words, [str(how)] if how else [])
        if row.withdrawn_at:
            how = WITHDRAWN.get(row.withdrawn_by or "")
            words = _("Took back: %(purpose)s", purpose=purpose)
            yield Touch(row.withdrawn_at, "consent", words, [str(how)] if how else [])


def _changes(member_id: int, limit: int) -> Iterator[Touch]:
    rows = select(Change).where(Change.member_id == member_id, Change.by.in_(("you", "link")))
    for row in db.session.scalars(rows.order_by(Change.at.desc()).limit(limit)):
        about = {name for name in row.after if name in TITLES and name not in THEIR_OWN}
        named = [titles(about)] if about else []
        named += [_("Name")] if "name" in row.after else []
        named += [_("Mail address")] if "address" in row.after else []
        if named:
            undone = [_("Taken back later.")] if row.undone_at else []
            yield Touch(row.at, "change", _("Changed: %(what)s", what=", ".join(named)), undone)

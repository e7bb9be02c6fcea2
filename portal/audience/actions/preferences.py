"""Changing what one chose. Only what the person changed is written, so that a page which stood open for an hour
takes nothing back that was said elsewhere in the meantime, least of all a withdrawal (P2)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute

from portal.audience.actions import consent, eligibility
from portal.audience.models import ASKED, Interest, MemberInterest, MemberPlace, Place
from portal.db import changed, db, insert_into
from portal.members.models import Member

OF_MEMBER = ("work_modes", "career_stage", "language", "mails_per_month")


def save(member: Member, changes: Mapping[str, Any], wording: str, network: str, now: datetime) -> None:
    """Write the fields in `changes`: those of `OF_MEMBER`, `interests` and `places` (slugs), and a bool per purpose.

    `wording` is the version of the sentences on the page, `network` what a consent record keeps of where it came from.
    `member` itself is as it was until the caller has committed.
    """
    own = {name: changes[name] for name in OF_MEMBER if name in changes}
    # Also when nothing of this row changes: whoever has written it goes first, or two windows could deadlock below.
    first = update(Member).filter_by(id=member.id).values(own or {"mails_per_month": Member.mails_per_month})
    db.session.execute(first.execution_options(synchronize_session=False))
    if "interests" in changes:
        _choose(member.id, MemberInterest, MemberInterest.interest_id, Interest, changes["interests"])
    if "places" in changes:
        _choose(member.id, MemberPlace, MemberPlace.place_id, Place, changes["places"])
    for purpose in ASKED:
        if purpose in changes:
            if changes[purpose]:
                consent.give(member.id, purpose, wording, "preferences", network, now)
            else:
                consent.withdraw(member.id, purpose, "preferences", network, now)
    eligibility.refresh([member.id])


def _choose(
    member_id: int,
    choice: type[MemberInterest] | type[MemberPlace],
    entry_id: InstrumentedAttribute[int],
    entry: type[Interest] | type[Place],
    slugs: Collection[str],
) -> None:
    """Make the member's choices exactly these. Two statements that do no harm when another window does the same."""
    wanted = select(entry.id).where(entry.slug.in_(slugs))
    gone = delete(choice).where(choice.member_id == member_id, entry_id.not_in(wanted))
    db.session.execute(gone.execution_options(synchronize_session=False))
    rows = select(literal(member_id), entry.id).where(entry.slug.in_(slugs))
    added = insert_into(choice).from_select(["member_id", entry_id.key], rows)
    db.session.execute(added.on_conflict_do_nothing())


def lower(member: Member, stop: Collection[str], mails: int | None, network: str, now: datetime) -> bool:
    """Less mail, from a link that anybody may hold to whom a mail was forwarded: a raise is not possible here,
    whatever is handed in (W-25). Returns whether anything became less."""
    fewer = False
    if mails is not None:
        less = update(Member).where(Member.id == member.id, Member.mails_per_month > mails)
        fewer = changed(less.values(mails_per_month=mails)) > 0
    ended = [consent.withdraw(member.id, purpose, "preferences", network, now) for purpose in ASKED if purpose in stop]
    eligibility.refresh([member.id])
    return fewer or any(ended)

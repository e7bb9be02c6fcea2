"""Changing what one chose. Only what the person changed is written, so that a page which stood open for an hour
takes nothing back that was said elsewhere in the meantime, least of all a withdrawal (P2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from portal.audience.actions import consent, eligibility, rhythm
from portal.audience.actions.choices import CHOICES, choose, name_skills
from portal.audience.models import ASKED
from portal.audience.queries import preferences as queries
from portal.audience.queries.preferences import Preferences
from portal.audience.queries.sentence import WEEKDAYS
from portal.db import db, insert_into
from portal.members.actions import changes as log
from portal.members.actions.contact import touch
from portal.members.models import Change, Member, Profile

OF_MEMBER = (
    "work_modes", "levels", "lives_in", "career_stage", "available_from", "language", "mails_per_month", "time_zone",
    "pause_until", "weekdays", "mail_hours",
)  # fmt: skip
OF_PROFILE = ("pay", "next_wish", "channel", "phone", "phone_hours", "not_at_work", "hidden_people")
OF_TIME = {"time_zone", "weekdays", "mail_hours", "pause_until"}


def hold(member_id: int) -> Member:
    """The member as they are now; nobody else changes them until the transaction ends.

    By an idle UPDATE, so that of two windows the second waits here, before it has read or written anything.
    """
    mine = update(Member).filter_by(id=member_id).values(mails_per_month=Member.mails_per_month).returning(Member)
    return db.session.scalars(mine.execution_options(populate_existing=True, synchronize_session=False)).one()


def save(
    member: Member,
    changes: Mapping[str, Any],
    wording: str,
    network: str,
    now: datetime,
    by: str = "you",
    chosen: Preferences | None = None,
) -> Change | None:
    """Write these preferences, by the names and values of `queries.preferences.values`; None if nothing differs.

    `wording` is the version of the sentences on the page, `network` what a consent record keeps of where it came from.
    `chosen`: what holds now, for who has read it since `hold`. Raises BadSkill.
    """
    if chosen is None:
        member = hold(member.id)
        chosen = queries.of(member, now)
    before, after = queries.values(chosen), queries.changed(chosen, changes, now)
    new = queries.values(after)
    differ = {name for name in changes if name in new and new[name] != before[name]}
    if not differ:
        touch(member.id, now)
        return None
    _write(member, before, after, differ)
    for purpose in ASKED:
        if purpose in differ and new[purpose]:
            consent.give(member.id, purpose, wording, "preferences", network, now)
        elif purpose in differ:
            consent.withdraw(member.id, purpose, "preferences", network, now)
    return kept(member.id, by, {n: before[n] for n in differ}, {n: new[n] for n in differ}, now)


def kept(member_id: int, by: str, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> Change | None:
    """What every change of preferences ends with: it is recorded, and what hangs on it is worked out anew."""
    change = log.record(member_id, by, before, after, now)
    if OF_TIME & after.keys():
        rhythm.keep(member_id, now)
    touch(member_id, now)
    eligibility.refresh([member_id])
    return change


def _write(member: Member, before: Mapping[str, Any], after: Preferences, names: set[str]) -> None:
    for name in OF_MEMBER:
        if name in names:
            for column, value in _columns(name, after).items():
                setattr(member, column, value)
    db.session.flush()
    profile = [column for name in OF_PROFILE if name in names for column in _columns(name, after).items()]
    if profile:
        row = insert_into(Profile).values(member_id=member.id, **dict(profile))
        db.session.execute(row.on_conflict_do_update(index_elements=["member_id"], set_=dict(profile)))
    for name in CHOICES:
        if name in names:
            choose(member.id, name, before[name], [entry.slug for entry in getattr(after, name) if entry.chosen])
    if "skills" in names:
        name_skills(member.id, after.skills)


def _columns(name: str, p: Preferences) -> dict[str, Any]:
    """A preference as the columns that hold it."""
    if name == "weekdays":
        return {name: sum(1 << bit for bit, day in enumerate(WEEKDAYS) if day in p.weekdays)}
    if name == "mail_hours":
        return {"mail_opens": p.mail_hours[0], "mail_closes": p.mail_hours[1]}
    if name == "phone_hours":
        return {"phone_opens": p.phone_hours[0], "phone_closes": p.phone_hours[1]}
    if name == "pay":
        amount, currency, per = p.pay or (None, None, None)
        return {"pay_floor": amount, "pay_currency": currency, "pay_per": per}
    return {name: getattr(p, name)}

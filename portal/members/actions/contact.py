"""When somebody last did something here. What we hold of them is kept as long after that as the rule of their country
says (queries/retention.py)."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update

from portal.db import changed, db, insert_into
from portal.members.models import Member, Renewal

EVERY = timedelta(minutes=1)


def touch(member_id: int, now: datetime) -> None:
    """This was a contact: they signed in, used a page as themselves, or pressed a button behind a link in a mail.

    Never for a link that was only opened (mail scanners open them, P1), nor for an opened mail. A question whether we
    may keep them is settled by it, where the rule takes a contact for an answer. Written at most once a minute.
    """
    long_ago = or_(Member.contact_at.is_(None), Member.contact_at < now - EVERY)
    seen = update(Member).where(Member.id == member_id, Member.confirmed_at.is_not(None), long_ago)
    db.session.execute(seen.values(contact_at=now).execution_options(synchronize_session=False))


def keep(member_id: int, now: datetime) -> bool:
    """They said that they want to be kept: a contact, and what a rule that is renewed by the person asks for. False if
    there is nobody any more."""
    seen = update(Member).where(Member.id == member_id, Member.confirmed_at.is_not(None)).values(contact_at=now)
    if not changed(seen.execution_options(synchronize_session=False)):
        return False
    said = insert_into(Renewal).values(member_id=member_id, kept_at=now)
    db.session.execute(said.on_conflict_do_update(index_elements=["member_id"], set_={"kept_at": now}))
    return True

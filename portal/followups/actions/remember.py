"""Writing down what one learnt of somebody. They read it in their export, so it is written as one would say it."""

from datetime import date, datetime

from sqlalchemy import delete

from portal.db import changed, db, insert_into
from portal.followups.models import Detail, Note
from portal.mail.encoding import clean
from portal.markdown import FIELD_CLOSE, FIELD_OPEN
from portal.members.actions.erase import hold
from portal.staff.actions.audit import note as audit
from portal.staff.models import Recruiter


def write(member_id: int, me: Recruiter, words: str, now: datetime) -> Note | None:
    """Add a note; None if there is nobody any more."""
    if not hold(member_id):
        return None
    row = Note(member_id=member_id, recruiter_id=me.id, words=_plain(words), at=now)
    db.session.add(row)
    db.session.flush()
    audit(me, "note.write", "note", row.id, now, member_id=member_id)
    return row


def take_away(row: Note, me: Recruiter, now: datetime) -> None:
    """Delete a note."""
    audit(me, "note.remove", "note", row.id, now, member_id=row.member_id)
    db.session.delete(row)


def remember(member_id: int, key: str, words: str, source: str, learnt_on: date, me: Recruiter, now: datetime) -> bool:
    """Keep a detail, in place of the one of this key (of `details.KEYS`); False if there is nobody any more."""
    if not hold(member_id):
        return False
    values = {
        "words": " ".join(_plain(words).split()), "source": " ".join(_plain(source).split()), "learnt_on": learnt_on,
        "recruiter_id": me.id, "at": now,
    }  # fmt: skip
    new = insert_into(Detail).values(member_id=member_id, key=key, **values)
    db.session.execute(new.on_conflict_do_update(index_elements=["member_id", "key"], set_=values))
    audit(me, "detail.remember", "detail", key, now, member_id=member_id)
    return True


def forget(member_id: int, key: str, me: Recruiter, now: datetime) -> bool:
    """Delete a detail. False if it was gone."""
    gone = delete(Detail).filter_by(member_id=member_id, key=key)
    if not changed(gone.execution_options(synchronize_session=False)):
        return False
    audit(me, "detail.forget", "detail", key, now, member_id=member_id)
    return True


def _plain(text: str) -> str:
    """Without characters that cannot be seen, nor those that merge fields are made of (P11)."""
    return clean(text).replace(FIELD_OPEN, "").replace(FIELD_CLOSE, "").strip()

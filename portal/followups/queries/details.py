"""What is remembered of one person, ready to be merged into a letter."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.db import db
from portal.followups.models import Detail, Note
from portal.languages import lazy_gettext as _l
from portal.staff.models import Recruiter

KEYS = {
    "built": _l("Built"),
    "likes": _l("Likes"),
    "studied": _l("Studied"),
    "worked_at": _l("Worked at"),
    "met_at": _l("Met at"),
    "wants": _l("Wants"),
}
"""The closed list: each is the name of a merge field (P11)."""
EXAMPLES = {
    "built": _l("a tide gauge out of a sewing machine"),
    "likes": _l("small teams and long lunches"),
    "studied": _l("physics in Aveiro"),
    "worked_at": _l("the harbour of Setúbal"),
    "met_at": _l("the open day in May"),
    "wants": _l("to lead a team one day"),
}
"""How the words should go on, so that they read well in a sentence."""
FALLBACKS = {
    "name": _l("you"),
    "built": _l("something"),
    "likes": _l("good work"),
    "studied": _l("what you studied"),
    "worked_at": _l("where you work"),
    "met_at": _l("where we met"),
    "wants": _l("what comes next"),
}
"""What is proposed to be said where nothing is known."""
FIELDS = ("name", *KEYS)
"""Every merge field of a letter."""


def of_member(member_id: int) -> Sequence[tuple[Detail, str]]:
    """All that is remembered, each with the name of who wrote it down, in the order of KEYS."""
    rows = select(Detail, Recruiter.name).join(Recruiter, Recruiter.id == Detail.recruiter_id)
    found = [(row, name) for row, name in db.session.execute(rows.where(Detail.member_id == member_id))]
    return sorted(found, key=lambda pair: list(KEYS).index(pair[0].key) if pair[0].key in KEYS else len(KEYS))


def one(member_id: int, key: str) -> Detail | None:
    """One detail."""
    return db.session.scalar(select(Detail).filter_by(member_id=member_id, key=key))


def note(id: int) -> Note | None:
    """One note."""
    return db.session.get(Note, id)


def values(member_id: int) -> dict[str, str]:
    """Merge values by field."""
    rows = select(Detail.key, Detail.words).filter_by(member_id=member_id)
    return {row.key: row.words for row in db.session.execute(rows) if row.key in KEYS}

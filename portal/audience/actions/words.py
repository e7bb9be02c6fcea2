"""Making the words by which members are found at the desk (`members.queries.search`), whenever one has changed."""

from sqlalchemy import delete, func, select

from portal.audience.models import MemberSkill
from portal.db import db, insert_into
from portal.members.models import Member, MemberWord, WordsDue
from portal.members.queries.search import words

AT_ONCE = 500


def settle(most: int = AT_ONCE) -> int:
    """Make the words of some members anew. The caller commits. Returns how many there were; less than `most`: that was
    all. First the notes that they are due go: what changes from then on leaves a new one."""
    due = select(WordsDue.member_id).order_by(WordsDue.member_id).limit(most).with_for_update(skip_locked=True)
    gone = delete(WordsDue).where(WordsDue.member_id.in_(due)).returning(WordsDue.member_id)
    ids = list(db.session.scalars(gone.execution_options(synchronize_session=False)))
    if not ids:
        return 0
    skills: dict[int, list[str]] = {}
    for id, name in db.session.execute(
        select(MemberSkill.member_id, MemberSkill.name).where(MemberSkill.member_id.in_(ids))
    ):
        skills.setdefault(id, []).append(name)
    people = select(Member.id, Member.name, Member.address_key)
    people = people.where(Member.id.in_(ids), Member.confirmed_at.is_not(None))
    rows = [
        {"member_id": id, "word": word}
        for id, name, address in db.session.execute(people)
        for word in words(name, address, skills.get(id, ()))
    ]
    old = delete(MemberWord).where(MemberWord.member_id.in_(ids))
    db.session.execute(old.execution_options(synchronize_session=False))
    if rows:
        rows.sort(key=lambda row: str(row["word"]))  # as the key stands
        db.session.execute(insert_into(MemberWord).on_conflict_do_nothing(), rows)
    return len(ids)


def waiting() -> int:
    """How many members' words are still to be made."""
    return db.session.scalar(select(func.count()).select_from(WordsDue)) or 0

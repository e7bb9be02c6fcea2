"""Finding members by what they are called, where they are written to and what they are good at.

Every term is the beginning of a word, without case or accents. All terms must be found, in any order.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from portal.db import db
from portal.members.models import Member, MemberWord, WordsDue
from portal.members.models.search import LONGEST

MOST_TERMS = 5
ENOUGH = 5000
"""So many words are counted of each term, to begin with the rarest."""
FRESH = 100
"""So many members whose words the worker has still to make are looked at one by one."""
_LAST = "\U0010ffff"
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i"})
_EDGES = re.compile(r"^[^\w+#]+|[^\w+#@]+$")
_PARTS = re.compile(r"[^\w+#]+|_")


class After(NamedTuple):
    """The last row of a page: where the next one begins."""

    word: str
    member_id: int


class Found(NamedTuple):
    """A member, and the word by which they were found."""

    word: str
    member: Member


def fold(text: str) -> str:
    """A text as it is compared: without case, accents and variants of letters."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(_PLAIN)


def words(name: str, address: str, skills: Iterable[str] = ()) -> set[str]:
    """All that somebody is found by: each word whole, and its parts after the first, since its beginning begins with
    that; of the address also its domain."""
    local, _, domain = fold(address).rpartition("@")
    found = {fold(address), domain, *_PARTS.split(local)[1:]}
    for text in (name, *skills):
        for word in _split(text):
            found |= {word, *_PARTS.split(word)[1:]}
    return {word[:LONGEST] for word in found if word}


def terms(typed: str) -> list[str]:
    """What was typed, as the beginnings to look for; empty if nothing of it can be looked for."""
    return list(dict.fromkeys(word[:LONGEST] for word in _split(typed)))[:MOST_TERMS]


def _split(text: str) -> Iterator[str]:
    yield from filter(None, (_EDGES.sub("", word) for word in fold(text).replace("\0", " ").split()))


def find(wanted: Sequence[str], after: After | None, limit: int) -> list[Found]:
    """Confirmed members with all terms, by the word that was found, from `after` on; those who have just come or
    changed their name first. At most four statements; the index decides how far it has to look."""
    first, *others = _rarest_first(wanted)
    word, smaller = MemberWord, aliased(MemberWord)
    mine = and_(smaller.member_id == word.member_id, smaller.word >= first, smaller.word < word.word)
    rows = (
        select(word.word, Member)
        .join(Member, Member.id == word.member_id)
        .where(_begins(word.word, first), Member.confirmed_at.is_not(None), ~exists().where(mine))
        .order_by(word.word, word.member_id)
        .limit(limit)
    )
    for term in others:
        other = aliased(MemberWord)
        rows = rows.where(exists().where(other.member_id == word.member_id, _begins(other.word, term)))
    if after:
        rows = rows.where(tuple_(word.word, word.member_id) > tuple_(after.word, after.member_id))
    found = [Found(*row) for row in db.session.execute(rows)]
    if after:
        return found
    known = {each.member.id for each in found}
    return [*(Found("", member) for member in _fresh(wanted) if member.id not in known), *found]


def newest(before: int | None, limit: int) -> Sequence[Member]:
    """Confirmed members, who came last first; from below an id on."""
    rows = select(Member).where(Member.confirmed_at.is_not(None)).order_by(Member.id.desc()).limit(limit)
    return db.session.scalars(rows if before is None else rows.where(Member.id < before)).all()


def _begins(column: InstrumentedAttribute[str], term: str) -> ColumnElement[bool]:
    """A range, which every database answers from the index; LIKE is so only where case does not matter."""
    return and_(column >= term, column < term + _LAST)


def _rarest_first(wanted: Sequence[str]) -> list[str]:
    if len(wanted) < 2:
        return list(wanted)
    some = [select(MemberWord.word).where(_begins(MemberWord.word, term)).limit(ENOUGH).subquery() for term in wanted]
    counts = db.session.execute(select(*(select(func.count()).select_from(s).scalar_subquery() for s in some))).one()
    return [term for _, term in sorted(zip(counts, wanted, strict=True), key=lambda pair: (pair[0], -len(pair[1])))]


def _fresh(wanted: Sequence[str]) -> list[Member]:
    """Of those whose words are to be made anew, who is found by name or address; all, if they are few."""
    due = select(WordsDue.member_id).order_by(WordsDue.member_id.desc()).limit(FRESH)  # first, or all members are read
    rows = select(Member).where(Member.id.in_(due), Member.confirmed_at.is_not(None)).order_by(Member.id.desc())
    found = db.session.scalars(rows).all()
    return [member for member in found if matches(wanted, words(member.name, member.address_key))]


def matches(wanted: Iterable[str], known: Iterable[str]) -> bool:
    """Whether each term begins one of the words: the plain twin of `find`."""
    known = tuple(known)
    return all(any(word.startswith(term) for word in known) for term in wanted)

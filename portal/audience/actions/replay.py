"""After an older backup was put back: erasing again whom the journal names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal import links
from portal.audience.actions.erase import block
from portal.audience.models import Suppression
from portal.db import db
from portal.members.actions import journal
from portal.members.actions.erase import HASH, remove
from portal.members.models import Member

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many were erased again, how many hashes came back that keep imports out; and how many lines have the number
    of a member from before, whose address does not fit: the key of the hash is gone from the settings."""

    erased: int
    blocked: int
    doubtful: int


def replay(now: datetime) -> Replayed:
    """Make everything so again as the journal has it. Does nothing where nothing was put back; the caller commits.

    A line means a member only by number and hash, and only one from before it: numbers that were given anew after an
    older backup, and somebody who came back by themselves, are not meant.
    """
    lines = list(journal.read())
    found = _members(line.member for line in lines if line.member is not None)
    erased = doubtful = 0
    for line in lines:
        member = found.get(line.member) if line.member is not None else None
        if member is None or member.created_at > line.at:
            continue
        if line.address_hash not in links.keyed_hashes(HASH, member.address_key):
            doubtful += 1
        elif remove(member, now):
            del found[member.id]
            erased += 1
    latest = {line.address_hash: line for line in lines}
    erasures = {hash_: line.at for hash_, line in latest.items() if line.member is not None}
    blocked = sum(block(hash_, erasures[hash_]) for hash_ in set(erasures) - _known(list(erasures)))
    return Replayed(erased, blocked, doubtful)


def _known(hashes: Sequence[bytes]) -> set[bytes]:
    """Those that keep imports out, or stand there for a stronger reason."""
    found = set[bytes]()
    for start in range(0, len(hashes), CHUNK):
        rows = select(Suppression.address_hash).where(Suppression.address_hash.in_(hashes[start : start + CHUNK]))
        found |= set(db.session.scalars(rows))
    return found


def _members(ids: Iterable[int]) -> dict[int, Member]:
    """Those that are there, by number; nearly always nobody."""
    wanted, found = sorted(set(ids)), dict[int, Member]()
    for start in range(0, len(wanted), CHUNK):
        rows = db.session.scalars(select(Member).where(Member.id.in_(wanted[start : start + CHUNK])))
        found |= {member.id: member for member in rows}
    return found

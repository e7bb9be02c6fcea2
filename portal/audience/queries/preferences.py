"""What a member chose: read whole, and said in words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from portal.audience.models import ASKED, Interest, MemberInterest, MemberPlace, Place
from portal.audience.queries.consent import live
from portal.db import db
from portal.members.models import WORK_MODES, Member

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MODE_WORDS = {"remote": "remote", "hybrid": "hybrid", "onsite": "on site"}
PURPOSE_WORDS = {
    "newsletter": "Newsletter",
    "job_alerts": "Openings for you",
    "check_ins": "A personal note now and then",
}
NAMED = 4
"""So many interests or places are named in a sentence; beyond that the rest is counted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be ticked, and whether this member has. `group` is what it stands under on the page."""

    slug: str
    name: str
    group: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """All that a member chose. `agreed` holds the purposes with a living consent, and since when."""

    interests: Sequence[Entry]
    places: Sequence[Entry]
    work_modes: frozenset[str]
    career_stage: str
    language: str
    mails_per_month: int
    agreed: Mapping[str, datetime]


def of(member: Member) -> Preferences:
    """What can be chosen and what this member chose, in two statements. Retired entries only if chosen."""
    interests = _entries(member.id, Interest, Interest.group_name, MemberInterest, MemberInterest.interest_id)
    places = _entries(member.id, Place, Place.country, MemberPlace, MemberPlace.place_id)
    found: dict[str, list[Entry]] = {"interest": [], "place": []}
    for row in db.session.execute(union_all(interests, places).order_by("position")):
        found[row.kind].append(Entry(row.slug, row.name, row.heading, bool(row.chosen)))
    consents = live(member.id)
    return Preferences(
        interests=found["interest"],
        places=found["place"],
        work_modes=member.work_modes,
        career_stage=member.career_stage,
        language=member.language,
        mails_per_month=member.mails_per_month,
        agreed={purpose: consents[purpose].given_at for purpose in ASKED if purpose in consents},
    )


def _entries(
    member_id: int,
    entry: type[Interest] | type[Place],
    group: InstrumentedAttribute[str],
    choice: type[MemberInterest] | type[MemberPlace],
    entry_id: InstrumentedAttribute[int],
) -> Select[str, int, str, str, str, bool]:
    kind, chosen = literal(entry.__tablename__).label("kind"), choice.member_id.is_not(None).label("chosen")
    return (
        select(kind, entry.position, entry.slug, entry.name, group.label("heading"), chosen)
        .outerjoin(choice, and_(entry_id == entry.id, choice.member_id == member_id))
        .where(or_(entry.retired.is_(False), choice.member_id.is_not(None)))
    )


def changed(before: Preferences, changes: Mapping[str, Any], now: datetime) -> Preferences:
    """What `actions.preferences.save` makes of it, without reading everything again."""
    own = {name: changes[name] for name in ("career_stage", "language", "mails_per_month") if name in changes}
    return replace(
        before,
        interests=_ticked(before.interests, changes.get("interests")),
        places=_ticked(before.places, changes.get("places")),
        work_modes=frozenset(changes.get("work_modes", before.work_modes)),
        agreed={
            purpose: before.agreed.get(purpose, now)
            for purpose in ASKED
            if changes.get(purpose, purpose in before.agreed)
        },
        **own,
    )


def _ticked(entries: Sequence[Entry], slugs: Collection[str] | None) -> Sequence[Entry]:
    return entries if slugs is None else [replace(e, chosen=e.slug in slugs) for e in entries]


def in_words(member: Member) -> str:
    """One sentence that sums a member's choices up: "At most four mails a month, about …, remote, in Lisbon." """
    return sentence(of(member))


def sentence(p: Preferences) -> str:
    """The same from what has been read already."""
    if not p.agreed:
        return "No mail at the moment, except what your account needs."
    what = ", ".join((_about(p.interests), _modes(p.work_modes), _in(p.places)))
    return f"At most {mails(p.mails_per_month)} a month, {what}."


def saved(p: Preferences) -> str:
    """What is said after saving: the sentence, and each purpose on or off."""
    first = sentence(p)
    states = [f"{PURPOSE_WORDS[x].lower()} {'on' if x in p.agreed else 'off'}" for x in ASKED]
    return f"Saved: {first[0].lower()}{first[1:-1]}; {', '.join(states)}."


def mails(count: int) -> str:
    """A number of mails in words: "one mail", "16 mails"."""
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} mail" if count == 1 else f"{number} mails"


def masked(address: str) -> str:
    """What a page shows to somebody who may not be the owner: m…@e… (W-25)."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain[:1]}…"


def _about(interests: Iterable[Entry]) -> str:
    names = [entry.name for entry in interests if entry.chosen]
    return f"about {joined(names, 'and')}" if names else "about every kind of work"


def _modes(modes: frozenset[str]) -> str:
    names = [MODE_WORDS[mode] for mode in WORK_MODES if mode in modes]
    return joined(names, "or") if names else "any way of working"


def _in(places: Iterable[Entry]) -> str:
    # A whole country is called "Anywhere in Portugal", which does not follow an "in".
    names = [e.name if e.name.startswith("Anywhere") else f"in {e.name}" for e in places if e.chosen]
    return joined([name.replace("Anywhere", "anywhere", 1) for name in names], "or") if names else "anywhere"


def joined(names: Sequence[str], last: str) -> str:
    """A list in a sentence: "a, b and c", "a, b, c and 4 more"."""
    if len(names) > NAMED:
        names = [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more"]
        last = "and"
    return f" {last} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

"""What a member chose: read whole, and as plain values by which it is changed, recorded and restored."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.audience.models import ASKED, Consent
from portal.audience.queries.consent import live
from portal.audience.queries.entries import SKILLS, Entry, read
from portal.audience.queries.sentence import ANY_TIME, WEEKDAYS, sentence
from portal.audience.queries.words import MODE_WORDS, PURPOSE_WORDS, listed, mails
from portal.db import db
from portal.members.models import Member, Profile

__all__ = [
    "MODE_WORDS", "PURPOSE_WORDS", "Entry", "Pay", "Preferences", "changed", "in_words", "listed", "mails",
    "of", "sentence", "today", "values",
]  # fmt: skip


class Pay(NamedTuple):
    """Openings that pay less are left out. `per`: hour, day, month or year."""

    amount: int
    currency: str
    per: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """All that a member chose. `agreed` holds the purposes with a living consent, and since when.

    `weekdays` and `mail_hours` (from, to) are in `time_zone`, in which also the day `pause_until` begins.
    """

    interests: Sequence[Entry]
    places: Sequence[Entry]
    work_modes: frozenset[str]
    career_stage: str
    language: str
    mails_per_month: int
    agreed: Mapping[str, datetime]
    skills: Sequence[str] = ()
    unwanted_teams: Sequence[Entry] = ()
    hidden_teams: Sequence[Entry] = ()
    levels: frozenset[str] = frozenset()
    lives_in: str | None = None
    available_from: date | None = None
    pay: Pay | None = None
    next_wish: str = ""
    channel: str = "mail"
    phone: str = ""
    phone_hours: tuple[int, int] = (9, 17)
    not_at_work: bool = False
    hidden_people: str = ""
    time_zone: str = "UTC"
    mail_hours: tuple[int, int] = ANY_TIME
    weekdays: frozenset[str] = frozenset(WEEKDAYS)
    pause_until: date | None = None


TICKED = ("interests", "places", "unwanted_teams", "hidden_teams")
_FIELDS = [field.name for field in fields(Preferences) if field.name != "agreed"]
_SAME = (
    "career_stage", "language", "mails_per_month", "levels", "work_modes", "lives_in", "available_from", "time_zone"
)  # fmt: skip


def of(member: Member, now: datetime | None = None, consents: Mapping[str, Consent] | None = None) -> Preferences:
    """What can be chosen and what this member chose, in three statements. With `now`, a pause that is over is none.
    `consents`: the living ones, from who has read them already."""
    found, consents = read(member.id), live(member.id) if consents is None else consents
    profile = db.session.scalar(
        select(Profile).filter_by(member_id=member.id).execution_options(populate_existing=True)
    )
    over = now and member.pause_until and member.pause_until <= today(member.time_zone, now)
    return Preferences(
        agreed={purpose: consents[purpose].given_at for purpose in ASKED if purpose in consents},
        skills=tuple(entry.name for entry in found.pop(SKILLS)),
        weekdays=frozenset(name for bit, name in enumerate(WEEKDAYS) if member.weekdays >> bit & 1),
        mail_hours=(member.mail_opens, member.mail_closes),
        pause_until=None if over else member.pause_until,
        **{name: getattr(member, name) for name in _SAME},
        **(_said(profile) if profile else {}),
        **found,  # type: ignore[arg-type]  # the lists that can be ticked, by their names
    )


def _said(profile: Profile) -> dict[str, Any]:
    same = ("next_wish", "channel", "phone", "not_at_work", "hidden_people")
    pay = None
    if profile.pay_floor and profile.pay_currency and profile.pay_per:
        pay = Pay(profile.pay_floor, profile.pay_currency, profile.pay_per)
    hours = (profile.phone_opens, profile.phone_closes)
    return {name: getattr(profile, name) for name in same} | {"pay": pay, "phone_hours": hours}


def today(zone: str, now: datetime) -> date:
    """Which day it is there."""
    return now.astimezone(ZoneInfo(zone)).date()


def values(p: Preferences) -> dict[str, Any]:
    """The same as JSON has it, by preference: what a Change holds, and what `changed` and `actions.save` take."""
    return {name: _plain(getattr(p, name)) for name in _FIELDS} | {purpose: purpose in p.agreed for purpose in ASKED}


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return [entry.slug for entry in value if entry.chosen] if value and isinstance(value[0], Entry) else list(value)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


_READ: dict[str, Callable[[Any], Any]] = {
    "work_modes": frozenset,
    "levels": frozenset,
    "weekdays": frozenset,
    "skills": tuple,
    "mail_hours": tuple,
    "phone_hours": tuple,
    "available_from": _day,
    "pause_until": _day,
    "pay": lambda value: Pay(*value) if value else None,
}


def changed(before: Preferences, changes: Mapping[str, Any], now: datetime) -> Preferences:
    """What `actions.preferences.save` makes of it, without reading everything again. Unknown names are left out."""
    own: dict[str, Any] = {
        name: _ticked(getattr(before, name), value) if name in TICKED else _READ.get(name, _as_it_is)(value)
        for name, value in changes.items()
        if name in _FIELDS
    }
    agreed = {
        purpose: before.agreed.get(purpose, now) for purpose in ASKED if changes.get(purpose, purpose in before.agreed)
    }
    return replace(before, agreed=agreed, **own)


def _as_it_is(value: Any) -> Any:
    return value


def _ticked(entries: Sequence[Entry], slugs: Collection[str]) -> Sequence[Entry]:
    return [replace(entry, chosen=entry.slug in slugs) for entry in entries]


def in_words(member: Member) -> str:
    """One sentence that sums a member's choices up."""
    return sentence(of(member))

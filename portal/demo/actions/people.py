"""The sample community: invented people, the same ones each time for the same seed."""

import random
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.audience.models import ASKED
from portal.demo.actions import habits
from portal.demo.actions.habits import Habits
from portal.demo.actions.names import FIRST, LAST

YEARS = timedelta(days=730)
COUNTRIES = ("PT", "DE", "GB")
LANGUAGE = {"PT": "pt", "DE": "de", "GB": "en"}
MODES = [(), ("remote",), ("remote", "hybrid"), ("hybrid",), ("hybrid", "onsite"), ("onsite",)]
_PLAIN = str.maketrans("ßı", "si")
WAYS = ("one-click", "unsubscribe", "preferences")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the content folder offers: slugs of interests by group, and of places by country."""

    interests: Sequence[Sequence[str]]
    places: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A consent, and when and how it was taken back, if it was."""

    purpose: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented. `suppressed`: why we must not write to them, if so."""

    name: str
    address: str
    created_at: datetime
    confirmed_at: datetime | None
    language: str = "en"
    career_stage: str = "open"
    work_modes: frozenset[str] = frozenset()
    mails_per_month: int = 4
    interests: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    agreed: tuple[Agreement, ...] = ()
    suppressed: str | None = None
    habits: Habits = field(default_factory=Habits)


def invent(count: int, choices: Choices, now: datetime, seed: int = 2026) -> list[Person]:
    """So many people, in the order in which they joined over the last two years. Pure: same arguments, same people."""
    dice = random.Random(seed)  # noqa: S311  # a sample, not a secret
    joined = sorted(now - YEARS * dice.random() ** 1.3 - timedelta(hours=2) for _ in range(count))
    return [_person(dice, number, at, choices, now) for number, at in enumerate(joined, 1)]


def _person(dice: random.Random, number: int, joined: datetime, choices: Choices, now: datetime) -> Person:
    country = dice.choices(COUNTRIES, (45, 30, 25))[0]
    first, last = dice.choice(FIRST[country].split()), dice.choice(LAST[country].split())
    confirmed = joined + timedelta(minutes=dice.randint(1, 90))
    # Who does not confirm within a week is forgotten, so only recent ones are still there.
    unconfirmed = now - joined < timedelta(days=6) and dice.random() < 0.5
    return Person(
        name=first if dice.random() < 0.6 else f"{first} {last}",
        address=f"{_ascii(first)}.{_ascii(last)}{number}@example.{dice.choice(('org', 'net'))}",
        created_at=joined,
        confirmed_at=None if unconfirmed else confirmed,
        language=LANGUAGE[country] if dice.random() < 0.55 else "en",
        career_stage=dice.choices(("looking", "open", "not_looking"), (22, 55, 23))[0],
        work_modes=frozenset(dice.choices(MODES, (22, 24, 24, 14, 8, 8))[0]),
        mails_per_month=dice.choices((1, 2, 4, 8), (10, 20, 55, 15))[0],
        interests=_interests(dice, choices.interests),
        places=_places(dice, choices.places, country),
        agreed=() if unconfirmed else _agreed(dice, confirmed, now),
        suppressed=dice.choice(("bounced", "complained", "do_not_write")) if dice.random() < 0.02 else None,
        habits=habits.draw(dice, country, now),
    )


def _ascii(name: str) -> str:
    plain = name.translate(_PLAIN)
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()


def _interests(dice: random.Random, groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Mostly from one trade; one person in twelve chose nothing."""
    if not groups or dice.random() < 0.08:
        return ()
    weights = [3, 3, *[1] * len(groups)][: len(groups)]
    trade = dice.choices(groups, weights)[0]
    chosen = set(dice.sample(list(trade), min(len(trade), dice.randint(1, 4))))
    if dice.random() < 0.4:
        chosen.add(dice.choice(dice.choice(groups)))
    return tuple(sorted(chosen))


def _places(dice: random.Random, places: Mapping[str, Sequence[str]], home: str) -> tuple[str, ...]:
    """Mostly near home; one in four would go anywhere."""
    near = list(places.get(home, ()))
    if not near or dice.random() < 0.25:
        return ()
    return tuple(sorted(dice.sample(near, min(len(near), dice.choice((1, 1, 2, 3))))))


def _agreed(dice: random.Random, given: datetime, now: datetime) -> tuple[Agreement, ...]:
    chances = dict(zip(ASKED, (0.86, 0.6, 0.25), strict=True))
    return tuple(_agreement(dice, purpose, given, now) for purpose in ASKED if dice.random() < chances[purpose])


def _agreement(dice: random.Random, purpose: str, given: datetime, now: datetime) -> Agreement:
    if dice.random() > 0.09:
        return Agreement(purpose)
    return Agreement(purpose, given + (now - given) * dice.random(), dice.choice(WAYS))

"""What invented people are good at, and when mail suits them. Most set no hours, as in life."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.members.models import EVERY_DAY, LEVELS

ZONES = {"PT": "Europe/Lisbon", "DE": "Europe/Berlin", "GB": "Europe/London"}
ABROAD = {"Atlantic/Azores": "PT", "Europe/Zurich": "CH", "Europe/Madrid": "ES", "America/Sao_Paulo": "BR"}
SKILLS = (
    "Python", "SQL", "C++", "Rust", "KiCad", "LabVIEW", "Linux", "Statistics", "Soldering", "Writing", "Mentoring",
    "Löten", "Qualitätssicherung", "Kalibrierung", "Gestão de projetos", "Metrologia", "SolidWorks", "dbt", "Figma",
)  # fmt: skip
WORKDAYS = 31
HOURS = [(8, 18), (7, 9), (12, 13), (17, 22), (20, 7)]
"""The last is for who works at night."""


@dataclass(frozen=True, slots=True)
class Habits:
    """As the columns of a member, and skills as they write them."""

    skills: tuple[str, ...] = ()
    levels: frozenset[str] = frozenset()
    lives_in: str | None = None
    time_zone: str = "UTC"
    mail_opens: int = 0
    mail_closes: int = 24
    weekdays: int = EVERY_DAY
    pause_until: date | None = None


def draw(dice: random.Random, country: str, now: datetime) -> Habits:
    """Those of somebody from a country. Pure: the same dice, the same habits."""
    zone, home = ZONES[country], country
    if dice.random() < 0.06:
        zone, home = dice.choice(sorted(ABROAD.items()))
    opens, closes = dice.choice(HOURS) if dice.random() < 0.12 else (0, 24)
    pause = now.date() + timedelta(days=dice.randint(-20, 60)) if dice.random() < 0.03 else None
    return Habits(
        skills=tuple(dice.sample(SKILLS, dice.choice((0, 0, 1, 2, 3, 5)))),
        levels=frozenset(dice.sample(sorted(LEVELS), dice.choice((0, 0, 1, 1, 2)))),
        lives_in=home if dice.random() < 0.7 else None,
        time_zone=zone,
        mail_opens=opens,
        mail_closes=closes,
        weekdays=WORKDAYS if dice.random() < 0.1 else EVERY_DAY,
        pause_until=pause,
    )


def columns(habits: Habits) -> Mapping[str, object]:
    """What of it stands in a member's row."""
    return {name: getattr(habits, name) for name in Habits.__slots__ if name != "skills"}

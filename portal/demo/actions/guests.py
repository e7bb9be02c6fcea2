"""The three members as whom one can look around, and the links that let one in without a mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.config import settings
from portal.demo.actions.habits import Habits
from portal.demo.actions.people import Agreement, Person
from portal.members.actions.links import make
from portal.members.queries import action_url, by_key


@dataclass(frozen=True, slots=True)
class Door:
    """A link that signs one in, once, as somebody."""

    who: str
    url: str


SENTENCES = {
    "mira.solberg@example.org": "Mira, data engineering, remote only",
    "duarte.pestana@example.org": "Duarte, firmware and electronics, hybrid in Lisbon or Porto, looking",
    "edith.holroyd@example.org": "Edith, calibration and repair, on site in Leeds, not looking, one mail a month",
}


def guests(now: datetime) -> list[Person]:
    """The three, who joined long ago."""
    mira, duarte, edith = SENTENCES
    since = [now - timedelta(days=days) for days in (430, 210, 96)]
    news, jobs, notes = Agreement("newsletter"), Agreement("job_alerts"), Agreement("check_ins")
    return [
        Person(
            "Mira", mira, since[0], since[0] + timedelta(minutes=4),
            career_stage="open", work_modes=frozenset({"remote"}), agreed=(news, jobs),
            interests=("data-engineering", "statistics", "how-we-work"),
            habits=Habits(("Python", "SQL", "dbt"), frozenset({"senior"}), "DE", "Europe/Berlin"),
        ),
        Person(
            "Duarte", duarte, since[1], since[1] + timedelta(minutes=11),
            career_stage="looking", work_modes=frozenset({"hybrid"}), agreed=(news, jobs, notes),
            interests=("embedded-software", "electronics-design"), places=("lisbon", "porto"), mails_per_month=8,
            habits=Habits(("C++", "KiCad"), frozenset({"experienced", "senior"}), "PT", "Europe/Lisbon"),
        ),
        Person(
            "Edith", edith, since[2], since[2] + timedelta(hours=3),
            career_stage="not_looking", work_modes=frozenset({"onsite"}), agreed=(news,),
            interests=("calibration", "instrument-repair"), places=("leeds",), mails_per_month=1,
            habits=Habits(("Soldering", "Mentoring"), frozenset({"lead"}), "GB", "Europe/London"),
        ),
    ]  # fmt: skip


def open_doors(now: datetime) -> list[Door]:
    """A fresh link for each of the three: good once, in any browser, without an end. Only a demo accepts them.

    Raises ValueError outside the demo.
    """
    if not settings().demo:
        raise ValueError("Only a demo has such links.")
    found = ((by_key(address), who) for address, who in SENTENCES.items())
    return [Door(who, action_url(make(m.id, "demo", None, "127.0.0.0/24", now))) for m, who in found if m]

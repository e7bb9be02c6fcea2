"""What matching looks at, beside the members: teams, what some of them rule out, and openings of every kind."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, literal, select, update

from crowd import INTERESTS, NOW, PLACES, _analyze, _insert, _one_of
from portal.audience.models import Interest, MemberTeam, Place, Team
from portal.db import db
from portal.jobs.models import Posting, PostingCountry, PostingInterest, PostingPlace
from portal.members.models import LEVELS, Member, Profile

OPENINGS, TEAMS = 300, 8
MODES = (("remote",), ("hybrid",), ("onsite",), ("remote", "hybrid"), ())
COUNTRIES = (("*",), ("PT", "DE"), ("PT",), ("GB",))
WORDS = "Measuring what others only guess, and writing it down so that it can be read in ten years. " * 60


def fill() -> None:
    """300 openings that are open now, of every kind; one of ten members set a pay floor, one of 20 rules out a team,
    one of 20 is free from some day on. Commits."""
    db.session.execute(insert(Team), [{"slug": f"team-{n}", "name": f"Team {n}", "position": n} for n in range(TEAMS)])
    _limits()
    _openings()
    db.session.commit()
    _analyze()


def _first(entry: Any) -> int:
    return db.session.scalars(select(func.min(entry.id))).one()


def _limits() -> None:
    i = Member.id
    _insert(Profile, select(i).where(i % 10 == 7), {
        "member_id": i, "pay_floor": 40_000 + i // 10 % 50 * 1_000, "pay_per": literal("year"),
        "pay_currency": _one_of(i // 10, ["EUR", "EUR", "GBP"]),
    })  # fmt: skip
    team = _first(Team) + i // 20 % TEAMS
    _insert(MemberTeam, select(i).where(i % 20 == 9), {"member_id": i, "team_id": team, "kind": literal("not_wanted")})
    days = [literal(NOW.date() + timedelta(days=days), Member.available_from.type) for days in (-30, 30, 60, 120, 200)]
    some = update(Member).where(i % 20 == 11).values(available_from=_one_of(i // 20, days))
    db.session.execute(some.execution_options(synchronize_session=False))


def _openings() -> None:
    team, interest, place = _first(Team), _first(Interest), _first(Place)
    for n in range(OPENINGS):
        row = Posting(
            slug=f"opening-{n}", title=f"Opening {n}", state="open", team_id=team + n % TEAMS,
            level=list(LEVELS)[n // 5 % 4], work_modes=frozenset(MODES[n % 5]), pay_min=50_000,
            pay_max=60_000 + n % 20 * 1_000, pay_currency="EUR", pay_per="year", source=WORDS, html=WORDS,
            publish_at=NOW - timedelta(hours=1), opens_at=NOW - timedelta(hours=1), digest=n.to_bytes(32),
            created_at=NOW, changed_at=NOW,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        about = [interest + (n * 7 + k * 3) % INTERESTS for k in range(3)]
        db.session.add_all(PostingInterest(posting_id=row.id, interest_id=each) for each in about)
        db.session.add_all(PostingPlace(posting_id=row.id, place_id=place + (n + k) % PLACES) for k in range(2))
        db.session.add_all(PostingCountry(posting_id=row.id, country=code) for code in COUNTRIES[n // 3 % 4])

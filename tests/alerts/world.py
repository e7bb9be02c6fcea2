"""Random members and openings as plain values, and their rows. What a test asks of them, it works out of the values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from sqlalchemy import insert, update

from portal.audience.actions import eligibility
from portal.audience.models import Consent, Interest, MemberInterest, MemberPlace, MemberTeam, Place
from portal.db import db
from portal.jobs.models import Posting, PostingCountry, PostingInterest, PostingPlace
from portal.members.models import LEVELS, WORK_MODES, Member, Profile
from tests import factories

NOW = datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)
INTERESTS = ("calibration", "data-engineering", "user-research", "typing-pool", "beyond-the-masks")
COUNTRIES = {"PT": ("lisbon", "porto", "portugal"), "GB": ("leeds", "united-kingdom", "old-mill"), "DE": ("leipzig",)}
COUNTRY_OF = {place: country for country, places in COUNTRIES.items() for place in places}
WHOLE = {"portugal": "PT", "united-kingdom": "GB"}
BEYOND = {"beyond-the-masks", "leeds"}
"""For these no bit was left in the masks."""
TEAMS = ("platform", "field-work")
T = TypeVar("T")


@dataclass(frozen=True)
class Person:
    """What a member set."""

    interests: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    work_modes: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    lives_in: str | None = None
    unwanted: frozenset[str] = frozenset()
    pay: tuple[int, str, str] | None = None
    available_from: date | None = None
    agreed: bool = True


@dataclass(frozen=True)
class Opening:
    """What an opening says. `times`: published, open to everybody, closes, closed by hand."""

    interests: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    work_modes: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    level: str | None = None
    team: str | None = None
    pay: tuple[int, str, str] | None = None
    pay_unsaid: str = ""
    starts_on: date | None = None
    times: tuple[datetime | None, ...] = (NOW - timedelta(days=1), NOW - timedelta(days=1), None, None)


class World:
    """What can be chosen, as rows; kept in a database that rolls back to them."""

    def __init__(self) -> None:
        self.interests = {slug: factories.interest(slug=slug, retired=slug == "typing-pool").id for slug in INTERESTS}
        self.places = {
            slug: factories.place(
                slug=slug, country=country, whole_country=slug in WHOLE, retired=slug == "old-mill"
            ).id
            for slug, country in COUNTRY_OF.items()
        }
        self.teams = {slug: factories.team(slug=slug).id for slug in TEAMS}
        for entry in (Interest, Place):
            db.session.execute(update(entry).where(entry.slug.in_(BEYOND)).values(bit=None))
        db.session.commit()

    def people(self, people: Sequence[Person]) -> dict[int, Person]:
        """Their rows; each by its id."""
        rows = [
            Member(
                address=f"p{n}@example.org", address_key=f"p{n}@example.org", name="Ana", confirmed_at=NOW, created_at=NOW,
                work_modes=p.work_modes, levels=p.levels, lives_in=p.lives_in, available_from=p.available_from,
                mails_per_month=4,
            )
            for n, p in enumerate(people)
        ]  # fmt: skip
        db.session.add_all(rows)
        db.session.flush()
        found = {row.id: person for row, person in zip(rows, people, strict=True)}
        _insert(MemberInterest, found, lambda p: [{"interest_id": self.interests[slug]} for slug in p.interests])
        _insert(MemberPlace, found, lambda p: [{"place_id": self.places[slug]} for slug in p.places])
        _insert(MemberTeam, found, lambda p: [{"team_id": self.teams[t], "kind": "not_wanted"} for t in p.unwanted])
        # Hiding from a team is no wish about its openings.
        _insert(
            MemberTeam, found, lambda p: [{"team_id": self.teams["platform"], "kind": "hidden_from"}] * (not p.agreed)
        )
        _insert(Profile, found, lambda p: [_pay(p.pay)] if p.pay or p.available_from else [])
        _insert(Consent, found, lambda p: [CONSENT] if p.agreed else [])
        eligibility.refresh(list(found))
        return found

    def openings(self, openings: Sequence[Opening]) -> dict[int, Opening]:
        """Their rows; each by its id."""
        found = {}
        for n, each in enumerate(openings):
            publish_at, opens_at, closes_at, closed_at = each.times
            pay = (None, *each.pay) if each.pay else None
            row = Posting(
                slug=f"opening-{n}", title=f"Opening {n}", state="draft", team_id=self.teams.get(each.team or ""),
                level=each.level, work_modes=each.work_modes, pay_unsaid=each.pay_unsaid, starts_on=each.starts_on,
                publish_at=publish_at, opens_at=opens_at, closes_at=closes_at, closed_at=closed_at, source="", html="",
                digest=bytes(32), created_at=NOW, changed_at=NOW,
                **dict(zip(("pay_min", "pay_max", "pay_currency", "pay_per"), pay or (), strict=False)),
            )  # fmt: skip
            db.session.add(row)
            db.session.flush()
            found[row.id] = each
        _insert(PostingInterest, found, lambda o: [{"interest_id": self.interests[slug]} for slug in o.interests])
        _insert(PostingPlace, found, lambda o: [{"place_id": self.places[slug]} for slug in o.places])
        _insert(PostingCountry, found, lambda o: [{"country": code} for code in o.countries])
        return found


CONSENT = {"purpose": "job_alerts", "wording": "1", "given_at": NOW, "given_by": "join", "given_from": "-"}


def _pay(pay: tuple[int, str, str] | None) -> dict[str, Any]:
    amount, currency, per = pay or (None, None, None)
    return {"pay_floor": amount, "pay_currency": currency, "pay_per": per}


def _insert(table: Any, of: dict[int, T], values: Callable[[T], Sequence[dict[str, Any]]]) -> None:
    key = "posting_id" if table.__tablename__.startswith("posting") else "member_id"
    rows = [{key: id, **each} for id, one in of.items() for each in values(one)]
    if rows:
        db.session.execute(insert(table), rows)


PAYS = ((50_000, "EUR", "year"), (4_166, "EUR", "month"), (4_167, "EUR", "month"), (227, "EUR", "day"), (228, "EUR", "day"),
        (29, "EUR", "hour"), (30, "EUR", "hour"), (50_000, "GBP", "year"), (2_000_000_000, "EUR", "hour"))  # fmt: skip
"""Just below and above 50,000 a year, another currency, and so much that a year of it is more than a column holds."""
DAYS = (date(2026, 12, 1), date(2027, 2, 19), date(2027, 2, 20))
"""The middle one is 90 days from now."""
TIMES: tuple[tuple[datetime | None, ...], ...] = (
    (NOW, NOW, None, None),
    (NOW, NOW + timedelta(hours=72), NOW + timedelta(days=9), None),
    (NOW + timedelta(seconds=1), NOW + timedelta(seconds=1), None, None),
    (NOW - timedelta(days=9), NOW - timedelta(days=9), NOW, None),
    (NOW - timedelta(days=9), NOW - timedelta(days=9), None, NOW),
    (NOW - timedelta(days=9), NOW - timedelta(days=9), None, NOW + timedelta(seconds=1)),
    (None, None, None, None),
)


def some(random: Random, values: Any, most: int = 2) -> frozenset[str]:
    """None of them as often as some."""
    return frozenset(random.sample(sorted(values), random.randint(1, most))) if random.random() < 0.5 else frozenset()


def maybe(random: Random, values: Sequence[T], often: float = 0.5) -> T | None:
    """One of them, or none."""
    return random.choice(values) if random.random() < often else None


def person(random: Random) -> Person:
    """Any."""
    return Person(
        interests=some(random, INTERESTS), places=some(random, COUNTRY_OF), work_modes=some(random, WORK_MODES),
        levels=some(random, LEVELS), lives_in=maybe(random, ["PT", "DE"]), unwanted=some(random, TEAMS, 1),
        pay=maybe(random, PAYS, 0.4), available_from=maybe(random, DAYS, 0.3), agreed=random.random() < 0.9,
    )  # fmt: skip


def opening(random: Random) -> Opening:
    """Any; most are told of, and say more than members set."""
    pay = maybe(random, PAYS, 0.7)
    return Opening(
        interests=some(random, INTERESTS, 4), places=some(random, COUNTRY_OF), work_modes=some(random, WORK_MODES, 3),
        countries=some(random, ["PT", "DE", "*"]), level=maybe(random, list(LEVELS), 0.8), team=maybe(random, TEAMS, 0.8),
        pay=pay, pay_unsaid="" if pay or random.random() < 0.2 else "It depends.", starts_on=maybe(random, DAYS, 0.4),
        times=random.choice(TIMES) if random.random() < 0.3 else Opening.times,
    )  # fmt: skip

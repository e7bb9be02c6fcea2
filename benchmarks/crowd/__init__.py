"""A million invented members for the benchmarks, made by the database itself; no benchmark of its own."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import ColumnElement, LargeBinary, SmallInteger, String, case, cast, func, insert, literal, select

from portal.audience.actions import eligibility
from portal.audience.models import (
    Consent,
    Interest,
    MemberInterest,
    MemberPlace,
    MemberSkill,
    Place,
    Rhythm,
    Slot,
    Suppression,
)
from portal.config import Config
from portal.db import db
from portal.mail.models import Delivery, Mailing, Shell
from portal.members.models import Member
from portal.staff.models import House

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
INTERESTS, PLACES, RHYTHMS, BUDGET = 40, 20, 50, 4
ZONES = sorted(zone for zone in available_timezones() if zone.startswith("America/"))
FIRST = ("Ana", "Bo", "Chidi", "Duarte", "Edith", "Farah", "Gil", "Hana", "Ilse", "Jonas", "Kofi", "Mira", "Noor")
LAST = [
    f"{one}{two}"
    for one in ("Fal", "Holm", "Mar", "Nay", "Ros", "Sol", "Vel")
    for two in ("berg", "cato", "quist", "wood")
]


def settings(folder: Path, database: str = "") -> Config:
    """An instance of its own."""
    return Config(
        base_url="http://127.0.0.1:8000",
        secret_key="only-for-benchmarks-0123456789-abcdef",  # type: ignore[arg-type]
        smtp_url="smtp://127.0.0.1:1",  # type: ignore[arg-type]
        mail_from="hello@talent.example.org",
        org_name="Fennel & Rowe",
        postal_address="Rua do Ensaio 1, Lisbon",
        var_dir=folder,
        database_url=database,  # type: ignore[arg-type]
    )


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    started = perf_counter()
    work()
    return perf_counter() - started


def medians(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Seconds of each, the middle of some rounds, in turn; the first round is not counted."""
    times = [{name: timed(work) for name, work in works.items()} for _ in range(rounds + 1)]
    return {name: median(each[name] for each in times[1:]) for name in works}


def fill(members: int) -> dict[str, float]:
    """Members with five interests each. Nine of ten agreed to the newsletter, one of ten has used up the budget, one
    of 30 has paused, one of 50 is suppressed, one of five set hours. Returns what it took, in seconds."""
    db.session.get_one(House, 1).live_at = NOW - timedelta(days=400)  # else only staff is reached
    crowd = timed(lambda: _fill(members))
    _analyze()
    rows = timed(lambda: eligibility.refresh(None))
    db.session.commit()
    _analyze()
    return {"the crowd": crowd, "all rows of eligibility": rows}


def _fill(members: int) -> None:
    group = {"group_slug": "g", "group_name": "G"}
    entries = [{"slug": f"interest-{n}", "name": f"Interest {n}", "position": n, "bit": n} for n in range(INTERESTS)]
    db.session.execute(insert(Interest), [entry | group | {"retired": False} for entry in entries])
    towns = [{"slug": f"place-{n}", "name": f"Place {n}", "position": n, "bit": n} for n in range(PLACES)]
    db.session.execute(insert(Place), [town | {"country": "PT", "retired": False} for town in towns])
    db.session.execute(insert(Rhythm), [_rhythm(n) for n in range(RHYTHMS)])
    first = db.session.scalars(select(func.min(Interest.id))).one()
    place = db.session.scalars(select(func.min(Place.id))).one()
    rhythm = db.session.scalars(select(func.min(Rhythm.id))).one()
    made = select(literal(1).label("i")).cte("made", recursive=True)
    made = made.union_all(select(made.c.i + 1).where(made.c.i < members))
    i = made.c.i
    fifths = select(literal(0).label("k")).union_all(*(select(literal(n)) for n in range(1, 5))).cte("fifths")
    k = fifths.c.k
    joined = _one_of(i, [literal(NOW - timedelta(days=29 * n), Member.created_at.type) for n in range(24)])
    address = literal("p") + cast(i, String) + "@example.org"
    _insert(Member, select(made), {
        "id": i, "address": address, "address_key": address,
        "name": _one_of(i, FIRST) + literal(" ") + _one_of(i // 7, LAST),
        "language": _one_of(i, ["en", "en", "de", "pt", "pt"]),
        "career_stage": _one_of(i // 7, ["looking", "open", "not_looking"]),
        "work_modes": _one_of(i, [literal(bits, SmallInteger) for bits in (0, 1, 4, 3)]),
        "levels": _one_of(i // 4, [literal(bits, SmallInteger) for bits in (0, 4, 8)]),
        "lives_in": _one_of(i // 3, ["PT", "DE", "GB"]),
        "mails_per_month": literal(BUDGET), "time_zone": literal("UTC"), "mail_opens": literal(0),
        "mail_closes": literal(24), "weekdays": literal(127),
        "rhythm_id": case((i % 5 == 0, rhythm + i // 5 % RHYTHMS)),
        "paused_until": case((i % 30 == 0, literal(NOW + timedelta(days=9), Member.created_at.type))),
        "created_at": joined, "confirmed_at": joined,
    })  # fmt: skip
    both = select(made, fifths).join(fifths, literal(True))
    _insert(MemberInterest, both, {"member_id": i, "interest_id": first + (i * 11 + i // 40 % 8 + k * 8) % INTERESTS})
    _insert(MemberPlace, select(made).where(i % 4 > 0), {"member_id": i, "place_id": place + i % PLACES})
    skill = literal("skill ") + cast(i % 500, String)
    _insert(MemberSkill, select(made).where(i % 2 == 0), {"member_id": i, "key": skill, "name": skill})
    for purpose, some in (("newsletter", i % 10 > 0), ("job_alerts", i % 3 == 0)):
        agreed = {"member_id": i, "purpose": literal(purpose), "wording": literal("1"), "given_at": joined}
        _insert(Consent, select(made).where(some), agreed | {"given_by": literal("join"), "given_from": literal("-")})
    hashed = cast(literal("hash ") + cast(i, String), LargeBinary)
    blocked = {"address_hash": hashed, "member_id": i, "reason": literal("bounced"), "since": joined}
    _insert(Suppression, select(made).where(i % 50 == 0), blocked)
    for number in range(BUDGET):
        _send(select(made).where(i % 10 == 3), i, number)
    db.session.commit()


def _send(people: Any, i: Any, number: int) -> None:
    """An earlier mail to these people, and the slot that it took."""
    shell = Shell(digest=bytes([number]) * 32, html_before=b"", html_after=b"", text_before=b"", text_after=b"")
    mailing = Mailing(
        uid=f"{number:010x}", kind="newsletter", purpose="newsletter", subject="-", from_name="-", from_address="-",
        domain="-", shell=shell, created_at=NOW,
    )  # fmt: skip
    db.session.add(mailing)
    db.session.flush()
    at = literal(NOW - timedelta(days=number + 1), Slot.taken_at.type)
    sent = {"mailing_id": literal(mailing.id), "member_id": i, "state": literal("accepted"), "mask": literal(1)}
    _insert(Delivery, people, sent | {"not_before": at, "first_at": at, "attempts": literal(1)})
    taken = select(Delivery.member_id, literal(number), Delivery.id, at).filter_by(mailing_id=mailing.id)
    db.session.execute(insert(Slot).from_select(["member_id", "number", "delivery_id", "taken_at"], taken))


def _one_of(i: Any, values: Sequence[Any]) -> ColumnElement[Any]:
    """One of the values in turn."""
    return case(dict(enumerate(values)), value=i % len(values))


def _insert(table: Any, rows: Any, values: dict[str, Any]) -> None:
    """By one INSERT … SELECT."""
    db.session.execute(insert(table).from_select(list(values), rows.with_only_columns(*values.values())))


def _rhythm(number: int) -> dict[str, Any]:
    """Hours of which every second is open now."""
    opens = NOW - timedelta(hours=1) if number % 2 else NOW + timedelta(hours=number / 10)
    return {
        "time_zone": ZONES[number], "mail_opens": 8, "mail_closes": 18, "weekdays": 127, "opens_at": opens,
        "closes_at": opens + timedelta(hours=8), "next_at": opens + timedelta(days=1),
    }  # fmt: skip


def _analyze() -> None:
    """What the planners know, as `VACUUM` leaves it on PostgreSQL: which pages all can see."""
    postgres = db.engine.dialect.name == "postgresql"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if postgres else "ANALYZE")

"""Choosing and counting among 1,000,000 members with 5,000,000 interests: the derived row against the tables it is
made of, on SQLite, and on PostgreSQL where its server is installed.

    python benchmarks/audience.py [--quick] [--members N] [--only sqlite|postgresql]

Targets on SQLite: a count by three conditions 60 ms and at most a quarter of the EXISTS form; with consent, budget and
pause 150 ms; 200,000 recipients frozen 2 s (PostgreSQL 4 s); /me/preferences 25 ms in the middle.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext, redirect_stderr
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from flask import Flask
from sqlalchemy import ColumnElement, SmallInteger, create_engine, exists, func, literal, or_, select, text, type_coerce

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crowd import NOW, fill, medians, settings, timed

from portal import create_app, schema, sessions
from portal.audience.models import Eligibility, Interest, MemberInterest
from portal.audience.queries import parse, reach, recipients, segment_clause
from portal.audience.queries.eligibility import Letter, reason
from portal.db import db
from portal.mail import outbox
from portal.members.models import WORK_MODES, Member
from portal.newsletter import emails
from portal.newsletter.actions import drafting
from tests import servers

CHOSEN = ["interest-1", "interest-2", "interest-3"]
THREE = {"all": [{"interest": CHOSEN}, {"work_mode": ["remote"]}, {"career_stage": ["looking", "open"]}]}
FROZEN = {"any": [{"all": [{"interest": CHOSEN}, {"work_mode": ["remote"]}]}, {"interest": ["interest-7"]}]}
SOURCE = "Hello.\n\n::: for interest=interest-1\nFor some.\n:::\n\n::: for work_mode=remote\nFor others.\n:::\n"


def main() -> None:
    """Fill a database of each kind, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--members", type=int)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    members = given.members or (5_000 if given.quick else 1_000_000)
    for kind in ("sqlite", "postgresql"):
        if given.only not in {None, kind}:
            continue
        if kind == "postgresql" and servers.missing("postgres"):
            print(f"{kind}: left out, {servers.missing('postgres')}")
            continue
        with (
            servers.postgres() if kind == "postgresql" else nullcontext("") as url,
            tempfile.TemporaryDirectory() as var,
        ):
            app = create_app(settings(Path(var), database(url)))
            with app.app_context():
                schema.upgrade()
                measure(app, members, 2 if given.quick else 7)
                db.session.remove()
                db.engine.dispose()


def database(server: str) -> str:
    """A database of our own on a server; SQLite's own file without one."""
    if not server:
        return ""
    admin = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE crowd"))
    admin.dispose()
    return f"{server}/crowd"


def measure(app: Flask, members: int, rounds: int) -> None:
    """The table for one database."""
    filled = fill(members)
    rule = parse(THREE)
    counts: dict[str, Callable[[], object]] = {
        "three conditions: EXISTS over the tables": lambda: count(exists_form()),
        "… lists from the tables": lambda: count(exists_form(lists=True)),
        "… the row": lambda: db.session.scalar(
            select(func.count()).select_from(Eligibility).where(segment_clause(rule, NOW))
        ),
        "with consent, budget, pause: the tables": by_reason,
        "… the row, and who would be held": lambda: reach(rule, "newsletter", NOW),
        "everybody, with consent, budget, pause: the row": lambda: reach(parse({"all": []}), "newsletter", NOW),
    }
    assert counts["… the row"]() == counts["three conditions: EXISTS over the tables"](), "they count the same"
    assert reach(rule, "newsletter", NOW) == by_reason(), "and for the same reasons"
    took = medians(counts, rounds)
    against = 0.0
    print(f"\n{db.engine.dialect.name}, {members:,} members{'ms':>40}{'ratio':>9}")
    for name, seconds in took.items():
        against = against if name.startswith("…") else seconds
        print(f"  {name:<54}{seconds * 1000:>8.1f}{against / seconds:>9.1f}")
    chosen, seconds = freeze()
    print(f"  {f'{chosen:,} recipients frozen, with two parts for some':<54}{seconds * 1000:>8.1f}")
    for name, seconds in filled.items():
        print(f"  {name + ', made anew':<54}{seconds * 1000:>8.0f}")
    print(f"  {'one page of /me/preferences':<54}{page(app, rounds * 10) * 1000:>8.1f}")


def exists_form(lists: bool = False) -> list[ColumnElement[bool]]:
    """The three conditions without the derived row."""
    wanted = select(Interest.id).where(Interest.slug.in_(CHOSEN))
    chose = exists().where(MemberInterest.member_id == Member.id, MemberInterest.interest_id.in_(wanted))
    if lists:
        chose = Member.id.in_(select(MemberInterest.member_id).where(MemberInterest.interest_id.in_(wanted)))
    modes = type_coerce(Member.work_modes, SmallInteger)
    remote = or_(modes == 0, modes.bitwise_and(WORK_MODES["remote"]) != 0)
    return [Member.confirmed_at.is_not(None), chose, remote, Member.career_stage.in_(["looking", "open"])]


def count(conditions: list[ColumnElement[bool]]) -> int:
    """How many members they choose."""
    return db.session.scalars(select(func.count()).select_from(Member).where(*conditions)).one()


def by_reason() -> dict[str | None, int]:
    """As the sender asks it when a mail is due."""
    why_not = reason(Letter(literal("newsletter")), NOW).label("reason")
    people = select(Member.id, why_not).where(*exists_form()).subquery()
    return dict(db.session.execute(select(people.c.reason, func.count()).group_by(people.c.reason)).all())


def freeze() -> tuple[int, float]:
    """A campaign to a fifth of all, each with the parts that they get: how many, and how long it took."""
    parts = emails.parts(SOURCE, [])
    words = emails.words("bench", "Measure twice", "A letter", emails.Hands(), [part.piece for part in parts])
    mailing = outbox.freeze(words, NOW)
    columns = literal(mailing.id), Eligibility.member_id, drafting.mask(parts, NOW)
    people = recipients(parse(FROZEN), "newsletter", NOW).with_only_columns(*columns).limit(200_000)
    queued = []

    def queue() -> None:
        queued.append(outbox.queue_all([mailing], people, NOW, NOW))
        db.session.commit()

    seconds = timed(queue)
    return queued[0], seconds


def page(app: Flask, times: int) -> float:
    """Seconds until the preferences of somebody are there, without a network."""
    member_id = 6
    token = sessions.start(member_id, "A browser", "192.0.2.0/24", datetime.now(UTC))
    db.session.commit()
    browser = app.test_client()
    browser.set_cookie(app.extensions["portal"].cookie("member"), token, domain="127.0.0.1")

    def get() -> None:
        assert browser.get("/me/preferences", base_url="http://127.0.0.1:8000").status_code == 200

    with redirect_stderr(StringIO()):  # each page has a line in the log
        return medians({"page": get}, times)["page"]


if __name__ == "__main__":
    main()

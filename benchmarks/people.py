"""Finding one of a million members at the desk, and whom to write to.

    python benchmarks/people.py [--quick] [--members 1000000] [--database postgresql+psycopg://…]

Target: a search within 200 ms, whatever is typed. Also printed: how long the words of all members take to make, how
much room they take, and how long it takes to choose five people for each of ten recruiters.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, insert, literal, select, text, update

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from crowd import NOW, fill, medians, settings, timed

from portal import create_app, schema
from portal.audience.actions import eligibility, words
from portal.audience.models import Consent, Eligibility, Interest
from portal.db import db
from portal.followups.actions import suggest
from portal.followups.queries.people import people
from portal.insights.models import Insight, InsightInterest
from portal.members.models import Member, MemberWord
from portal.staff.models import House, Recruiter

TYPED = ("a", "an", "ana", "anas", "ana sol", "p12", "p123456@", "sk", "skill 12", "a p77", "zzz", "an so", "an zo", "")


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--members", type=int)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    members = given.members or (5_000 if given.quick else 1_000_000)
    with tempfile.TemporaryDirectory() as folder, create_app(settings(Path(folder), given.database)).app_context():
        schema.upgrade()
        fill(members)
        say("the words of all members", timed(settle))
        analyze()
        count, room = db.session.scalar(select(func.count()).select_from(MemberWord)) or 0, size()
        print(f"{'words':<34}{count:>12,}   {room}")
        me = staff()
        searches: dict[str, Callable[[], object]] = {word: lambda w=word: page(me, w) for word in TYPED}  # type: ignore[misc]
        for word, seconds in medians(searches, 5).items():
            say(f"a page of “{word}”", seconds)
        say("the second page of “an”", medians({"": lambda: people(me, "an", people(me, "an", "").after or "")}, 5)[""])
        agree(members)
        say("suggestions for ten recruiters", timed(lambda: suggest.make(suggest.wanted(NOW), NOW)))
        db.session.rollback()
        db.engine.dispose()


def say(what: str, seconds: float) -> None:
    """One line."""
    print(f"{what:<34}{seconds * 1000:>12,.1f} ms", flush=True)


def page(me: Recruiter, typed: str) -> object:
    """What the route asks, in a session of its own."""
    db.session.expunge_all()
    return people(me, typed, "")


def settle() -> None:
    """As the worker does it."""
    while words.settle():
        db.session.commit()
    db.session.commit()


def analyze() -> None:
    """What the planners know."""
    postgres = db.engine.dialect.name == "postgresql"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if postgres else "ANALYZE")


def size() -> str:
    """How much room the words take with their indexes, where the database says so."""
    if db.engine.dialect.name == "postgresql":
        return str(db.session.scalar(text("SELECT pg_size_pretty(pg_total_relation_size('member_word'))")))
    rows = text("SELECT sum(pgsize) FROM dbstat WHERE name IN ('member_word', 'ix_member_word_member_id')")
    try:
        return f"{(db.session.scalar(rows) or 0) / 1e6:,.0f} MB"
    except Exception as error:  # SQLite is built without it in places
        return f"({type(error).__name__})"


def staff() -> Recruiter:
    """Ten recruiters; the first."""
    found = [
        Recruiter(address=f"r{n}@x.example", address_key=f"r{n}@x.example", name=f"Recruiter {n}", role="recruiter",
                  created_at=NOW, joined_at=NOW)
        for n in range(10)
    ]  # fmt: skip
    db.session.add_all(found)
    db.session.commit()
    return found[0]


def agree(members: int) -> None:
    """The house is live, one of four agrees to personal letters, and something new is written."""
    db.session.get_one(House, 1).live_at = NOW
    rows = select(Member.id, literal("check_ins"), literal("1"), Member.created_at, literal("join"), literal("-"))
    columns = ["member_id", "purpose", "wording", "given_at", "given_by", "given_from"]
    db.session.execute(insert(Consent).from_select(columns, rows.where(Member.id % 4 == 0)))
    db.session.execute(update(Member).where(Member.id % 4 == 0).values(contact_at=NOW))
    eligibility.refresh(None)
    interests = db.session.scalars(select(Interest).limit(4)).all()
    for n, interest in enumerate(interests):
        insight = Insight(slug=f"i{n}", title="-", summary="-", author="-", published=(NOW - timedelta(days=n)).date(),
                          source="-", html="-", digest=b"-")  # fmt: skip
        db.session.add(insight)
        db.session.flush()
        db.session.add(InsightInterest(insight_id=insight.id, interest_id=interest.id))
    db.session.commit()
    analyze()
    assert db.session.scalar(select(func.count()).select_from(Eligibility)) == members


if __name__ == "__main__":
    main()

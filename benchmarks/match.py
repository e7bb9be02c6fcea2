"""Openings and 1,000,000 members with five interests each, on SQLite: whom a new one is for; and the digests of a day.

    python benchmarks/match.py [--quick] [--members N] [--keep FOLDER]

Target: 0.3 s for one new opening, in the middle. The ratio is against the plain matcher over some of the members, by
member, in the same run: the database at least 50 times as fast. Both have to find the same people: that is asserted, in
the quick form too. "processor" is what this process worked, which a busy machine changes least. `--keep` leaves the
filled database in a folder and uses what it finds there.

The digests are those of a community of a fifth as many, all of whom agreed to hear of openings daily: the first, when
all 300 openings are new to everybody, and those of the day after, with one of 30 new. Targets: 60 s until the last
delivery is queued, and at most 200 MB in a process that does nothing else.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crowd import NOW, digests, fill, match, medians, settings, timed

from portal import create_app, schema
from portal.alerts.queries.fitting import fits, person
from portal.alerts.queries.matching import who
from portal.audience.models import Eligibility
from portal.db import db
from portal.jobs.models import Posting
from portal.jobs.queries.wanted import Wanted, live

AT = NOW + timedelta(minutes=1)
NEW, SOME, AT_ONCE = 20, 20_000, 500
"""Openings that are asked about; members that the plain matcher looks at; of those, so many read at a time."""


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--members", type=int)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--digests", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    members = given.members or (5_000 if given.quick else 1_000_000)
    if given.digests is not None:
        with create_app(settings(given.keep)).app_context():
            digests.run(given.digests)
        return
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings(given.keep or Path(folder)))
        with app.app_context():
            filled(members)
            for part in PARTS:
                part(members, 1 if given.quick else 5)
            db.session.remove()
            db.engine.dispose()


def filled(members: int) -> None:
    """A database with everything, unless it is there."""
    schema.upgrade()
    if not db.session.scalar(select(func.count()).select_from(Eligibility)):
        fill(members)
    if not db.session.scalar(select(func.count()).select_from(Posting)):
        match.fill()


def one_opening(members: int, rounds: int) -> None:
    """Whom each of some new openings is for: by the database, and by the plain matcher."""
    openings = live(AT)[:NEW]
    took, worked = in_turn(openings, rounds)
    some = db.session.scalars(select(Eligibility.member_id).limit(SOME)).all()
    found: dict[int, set[int]] = {}
    plain = timed(lambda: found.update(one_by_one(openings[:1], some))) / len(some)
    deciding = timed_without_reading(openings[0], some) / len(some)
    first = openings[0]
    assert found[first.id] == set(asked(first)).intersection(some), "both find the same people"
    print(f"\nsqlite, {members:,} members, one new opening{'ms':>36}{'ratio':>9}{'processor':>11}   target")
    for name, middle, target in (("in the middle", median, "≤ 300, ≥ 50"), ("at worst", max, "")):
        seconds = middle(took.values())
        _line(f"whom it is for, {name}", seconds, plain * members / seconds, target, middle(worked.values()))
    _line(f"by the plain matcher, as {len(some):,} of them took", plain * members, 1)
    _line("… without reading what they chose", deciding * members, plain / deciding)
    sizes = sorted(len(asked(each)) for each in openings)
    print(f"  it is for {sizes[0]:,} to {sizes[-1]:,} members, {int(median(sizes)):,} in the middle")


def in_turn(openings: Sequence[Wanted], rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds for each opening, and those of the processor, in the middle of some rounds; the first is not counted."""
    worked: dict[str, list[float]] = {each.slug: [] for each in openings}

    def ask(wanted: Wanted) -> None:
        began = process_time()
        asked(wanted)
        worked[wanted.slug].append(process_time() - began)

    took = medians({each.slug: partial(ask, each) for each in openings}, rounds)
    return took, {slug: median(times[1:]) for slug, times in worked.items()}


def asked(wanted: Wanted) -> Sequence[int]:
    """The ids of all whom it is for."""
    return db.session.scalars(who(wanted, AT)).all()


def one_by_one(openings: Sequence[Wanted], ids: Sequence[int]) -> dict[int, set[int]]:
    """Whom each opening is for, of these members who agreed to hear of any."""
    found: dict[int, set[int]] = {wanted.id: set() for wanted in openings}
    for first in range(0, len(ids), AT_ONCE):
        for id, known in person(ids[first : first + AT_ONCE]).items():
            for wanted in openings:
                if "job_alerts" in known.agreed and fits(wanted, known, AT):
                    found[wanted.id].add(id)
        db.session.expunge_all()
    return found


def timed_without_reading(wanted: Wanted, ids: Sequence[int]) -> float:
    """Seconds that the rules alone take, in Python."""
    people = [known for n in range(0, len(ids), AT_ONCE) for known in person(ids[n : n + AT_ONCE]).values()]
    return timed(lambda: [fits(wanted, known, AT) for known in people])


def of_a_day(members: int, rounds: int) -> None:
    """Digests, each in a process of its own."""
    members //= 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with create_app(settings(folder)).app_context():
            schema.upgrade()
            digests.community(members)
            first = digests.alone(folder, 0)
            digests.day_after()
            after = digests.alone(folder, 1)
            db.session.remove()
            db.engine.dispose()
    print(f"\nsqlite, {members:,} members, 300 openings, digests{'seconds':>29}{'mails':>11}{'MB':>9}   target")
    for name, found in (("all are new to everybody", first), ("the day after, one of 30 is new", after)):
        seconds, mails, memory = found["seconds"], found["mails"], found["memory"]
        print(f"  {name:<54}{seconds:>9,.1f}{mails:>11,.0f}{memory:>9,.0f}   ≤ 60 s, ≤ 200 MB")


def _line(name: str, seconds: float, ratio: float, target: str = "", worked: float | None = None) -> None:
    processor = "" if worked is None else f"{worked * 1000:,.1f}"
    print(f"  {name:<54}{seconds * 1000:>14,.1f}{ratio:>9,.1f}{processor:>11}   {target}".rstrip())


PARTS: Sequence[Callable[[int, int], None]] = (one_opening, of_a_day)
"""What is measured, one after the other: each is told how many members there are and how many rounds to take."""


if __name__ == "__main__":
    main()

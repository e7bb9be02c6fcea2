"""The desk's pages among 1,000,000 members on SQLite, through the whole app, one request after the other.

    python benchmarks/desk.py [--quick] [--members N] [--only WORDS] [--explain] [--keep FOLDER] [--go-on]

Targets, in the middle: each page 150 ms, a live count while a segment is built 300 ms, a search for members 200 ms. No
page above 15 statements: that is asserted, in the quick form too. The ratio is against the desk's plainest page, which
costs sign-in, frame and template; "processor" is what this process worked, which a busy machine changes least.
`--explain` prints the statements that take longest, with their plans; `--keep`
leaves the filled database in a folder and uses what it finds there; `--go-on` only says what is asserted otherwise.
"""

import argparse
import sys
import tempfile
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crowd import NOW, desk, fill, settings

from portal import create_app, schema, sessions
from portal.audience.actions import segments
from portal.db import db
from portal.staff.models import Recruiter
from tests.audience.visitor import forms

BASE = "http://127.0.0.1:8000"
MOST_STATEMENTS = 15
PAGE, COUNT, SEARCH, NONE = 150, 300, 200, 0
MEMBER = 4003
"""Somebody to look at: got the large newsletter and earlier ones."""
Statement = tuple[str, Any, float]


@dataclass
class Asked:
    """One thing to ask of the desk: its target in ms, and what it took."""

    name: str
    path: str
    target: int = PAGE
    data: dict[str, Any] | None = None
    statements: list[Statement] = field(default_factory=list)
    wrong: str = ""
    took: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    @property
    def ms(self) -> float:
        """What it took in the middle."""
        return median(self.took) * 1000

    @property
    def missed(self) -> bool:
        """Whether that is more than its target."""
        return bool(self.target) and self.ms > self.target


def pages(built: str) -> list[Asked]:
    """Every page that is looked at; `built`: a segment that was made at the desk."""
    letter = f"/desk/newsletters/{desk.SENT}"
    return [
        Asked("the plainest page: one's account", "/desk/account"),
        Asked("home", "/desk"),
        Asked("newsletters", "/desk/newsletters"),
        Asked("one newsletter: write", letter),
        Asked("… its preview", f"{letter}/preview"),
        Asked("… who gets it (the diff), sent to many", f"{letter}/who"),
        Asked("… the same of one that was never sent", "/desk/newsletters/letter-2/who"),
        Asked("… its numbers, a moment later", "/desk/newsletters/letter-2/who?counted=1", NONE),
        Asked("… send", f"{letter}/send"),
        Asked("… its numbers, a moment later", f"{letter}/send?counted=1", NONE),
        Asked("… the result of a large campaign", f"{letter}/result"),
        Asked("insights", "/desk/insights"),
        Asked("one insight: write", "/desk/insights/insight-1"),
        Asked("segments", "/desk/segments"),
        Asked("… with a count of each, a moment later", "/desk/segments?counted=1", NONE),
        Asked("one segment: the builder", f"/desk/segments/{built}", COUNT),
        Asked("… a live count", f"/desk/segments/{built}?count=1", COUNT, {}),
        Asked("people: the newest", "/desk/members"),
        Asked("… search by a name", "/desk/members?q=ana+holmb", SEARCH),
        Asked("… by an address", "/desk/members?q=p4003%40exam", SEARCH),
        Asked("… by a skill and a name", "/desk/members?q=skill+17+mira", SEARCH),
        Asked("… by one letter", "/desk/members?q=a", SEARCH),
        Asked("one person", f"/desk/members/{MEMBER}"),
        Asked("a letter to them", f"/desk/members/{MEMBER}/letters/new"),
        Asked("replies", "/desk/replies"),
        Asked("… to everybody", "/desk/replies?of=all"),
        Asked("… seen to", "/desk/replies?show=handled&of=all"),
        Asked("team", "/desk/team"),
        Asked("audit log", "/desk/audit"),
        Asked("… of one act", "/desk/audit?action=campaign.send"),
    ]


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--members", type=int)
    parser.add_argument("--only", default="", help="pages with these words in their name or address")
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--go-on", action="store_true")
    given = parser.parse_args()
    members = given.members or (5_000 if given.quick else 1_000_000)
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(NOW + timedelta(minutes=1)):
        place = given.keep or Path(folder)
        app = create_app(settings(place).model_copy(update={"content_dir": place / "content"}))
        with app.app_context(), redirect_stderr(StringIO()):  # each page has a line in the log
            filled(place, members)
            asked = measure(app, given.only, 1 if given.quick else 7, given.go_on)
        print_table(asked, members)
        if given.explain:
            explain(app, asked)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def filled(place: Path, members: int) -> None:
    """A database with everything, unless it is there."""
    if not (place / "content").exists():
        desk.write(place / "content")
        schema.upgrade()
        fill(members)
        desk.fill(place / "content", members)


def measure(app: Flask, only: str, rounds: int, go_on: bool) -> list[Asked]:
    """Ask for each page in turn, some rounds; the first is not counted."""
    me = db.session.scalars(select(Recruiter).filter_by(role="admin").order_by(Recruiter.id)).first()
    assert me
    built = segments.create("Bench", desk.SEGMENT.format(n=3, m=9), me, NOW).slug
    token = sessions.start_desk(me.id, "A browser", "192.0.2.0/24", "password", NOW + timedelta(minutes=1))
    db.session.commit()
    db.session.remove()
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    browser.set_cookie(app.extensions["portal"].cookie("desk"), token, domain="127.0.0.1")
    first, *others = pages(built)
    chosen = [first, *(each for each in others if only in each.name or only in each.path)]
    for each in chosen:
        if each.data is None:
            answer = browser.get(each.path, base_url=BASE)
            each.path = answer.location or each.path  # the result of a newsletter is that of its last campaign
        else:
            page = browser.get(each.path.partition("?")[0], base_url=BASE)
            each.data = next(form for form in forms(page) if "base" in form.data).data
    for counted in range(rounds + 1):
        for each in chosen:
            began = perf_counter(), process_time()
            _ask(browser, each, go_on)
            if counted:
                each.took.append(perf_counter() - began[0])
                each.worked.append(process_time() - began[1])
    return chosen


def _ask(browser: Any, each: Asked, go_on: bool) -> None:
    """One request, whose statements are counted."""
    each.statements = []
    began = 0.0

    def before(*_: Any) -> None:
        nonlocal began
        began = perf_counter()

    def after(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if not statement.startswith("PRAGMA"):
            each.statements.append((statement, values, perf_counter() - began))

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "after_cursor_execute", after)
    try:
        method = "GET" if each.data is None else "POST"
        answer = browser.open(each.path, method=method, data=each.data, base_url=BASE)
    finally:
        event.remove(Engine, "before_cursor_execute", before)
        event.remove(Engine, "after_cursor_execute", after)
    each.wrong = "" if answer.status_code == 200 else f"  {answer.status}"
    each.wrong += "  too many statements" * (len(each.statements) > MOST_STATEMENTS)
    assert go_on or not each.wrong, f"{each.path}: {each.wrong}"


def print_table(asked: list[Asked], members: int) -> None:
    """Names, milliseconds, ratios, statements, targets."""
    plainest = asked[0].ms
    print(
        f"\n{f'sqlite, {members:,} members':<44}{'ms':>8}{'ratio':>8}{'processor':>11}{'statements':>12}{'target':>9}"
    )
    for each in asked:
        missed = "  missed" if each.missed else ""
        figures = f"{each.ms:>8.1f}{each.ms / plainest:>8.1f}{median(each.worked) * 1000:>11.1f}"
        print(f"  {each.name:<42}{figures}{len(each.statements):>12}{each.target or '–':>9}{missed}{each.wrong}")


def explain(app: Flask, asked: list[Asked]) -> None:
    """Of each page that missed its target, or all that were chosen if none did, the three slowest statements."""
    missed = [each for each in asked if each.missed] or asked
    with app.app_context(), db.engine.connect() as connection:
        for each in missed:
            print(f"\n{each.path}")
            for statement, values, seconds in sorted(each.statements, key=lambda s: -s[2])[:3]:
                print(f"  {seconds * 1000:.1f} ms  {' '.join(statement.split())[:1500]}")
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):
                    print(f"      {row[3]}")


if __name__ == "__main__":
    main()

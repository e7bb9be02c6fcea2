"""The public pages of 2,000 openings: kept ones against a bare Flask route on the same server, and what making one anew
costs.

    python benchmarks/jobs.py [--quick] [--server waitress|gunicorn]

Target: the kept list ≥ 0.7 × the requests/s of the bare route. Rounds are interleaved, as in pages.py, and the median
counts. What is looked for by words is never kept by us, so that is the time each such page takes.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from contextlib import redirect_stderr
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask
from pages import VAR, measure, ours, show
from sqlalchemy import insert, select

from portal import content, markdown, schema
from portal.audience.models import Interest, Place, Team
from portal.config import settings
from portal.db import db
from portal.jobs.models import Posting, PostingCountry, PostingInterest, PostingPlace
from portal.members.models import LEVELS, WORK_MODES

OPENINGS = 2_000
OTHERS = {"by work mode, kept": "/jobs?mode=remote", "one opening, kept": "/jobs/opening-7"}
WORDS = [
    "calibrate", "measure", "river", "pressure", "sensor", "weld", "repair", "train", "explain", "data", "engineer",
    "careful", "workshop", "customer", "drawing", "lathe", "query", "gauge", "winter", "design", "letter", "archive",
]  # fmt: skip


def text(chance: random.Random) -> str:
    """An opening of about 500 words."""

    def sentence() -> str:
        return " ".join(chance.choices(WORDS, k=14)).capitalize() + "."

    parts = ("The work", "What is good", "What is hard here", "How we decide")
    return "\n\n".join(f"## {part}\n\n" + " ".join(sentence() for _ in range(9)) for part in parts)


def fill(openings: int) -> None:
    """The sample content's lists, and so many openings of every kind in the place of its own."""
    chance = random.Random(7)
    with ours().app_context():
        schema.upgrade()
        now = datetime.now(UTC)
        content.sync_all(settings().content_dir, now)
        for each in db.session.scalars(select(Posting)):
            db.session.delete(each)
        db.session.flush()
        teams, places, interests = (list(db.session.scalars(select(e.id))) for e in (Team, Place, Interest))
        texts = [(source, markdown.page(source, settings().base_url)) for source in (text(chance) for _ in range(50))]
        rows = [row(number, chance, teams, texts, now) for number in range(1, openings + 1)]
        db.session.execute(insert(Posting), rows)
        for table, column, values, most in (
            (PostingPlace, "place_id", places, 3), (PostingInterest, "interest_id", interests, 3),
            (PostingCountry, "country", ["PT", "DE", "GB", "FR"], 3),
        ):  # fmt: skip
            some = [
                {"posting_id": one["id"], column: value}
                for one in rows
                for value in chance.sample(values, chance.randint(1, most))
            ]
            db.session.execute(insert(table), some)
        content.touch()
        db.session.commit()
        db.engine.dispose()


def row(
    number: int, chance: random.Random, teams: list[int], texts: list[tuple[str, str]], now: datetime
) -> dict[str, object]:
    """One opening."""
    at = now - timedelta(minutes=number)
    source, html = chance.choice(texts)
    return {
        "id": number, "slug": f"opening-{number}", "title": " ".join(chance.choices(WORDS, k=3)).capitalize(),
        "state": "open", "team_id": chance.choice(teams), "level": chance.choice(list(LEVELS)), "vacancy": True,
        "work_modes": frozenset(chance.sample(list(WORK_MODES), chance.randint(1, 2))), "pay_min": 40_000,
        "pay_max": 50_000, "pay_currency": "EUR", "pay_per": "year", "publish_at": at, "opens_at": at,
        "apply_url": "https://example.org/apply", "source": source, "html": html, "digest": b"", "created_at": at,
        "changed_at": at,
    }  # fmt: skip


def anew(app: Flask, path: str, times: int) -> tuple[float, int]:
    """Milliseconds to make a page that is not kept, the median; and its size in bytes."""
    client, took, size = app.test_client(), [], 0
    for _ in range(times):
        app.extensions["pages"].kept.clear()
        started = time.perf_counter()
        answer = client.get(path, base_url="http://127.0.0.1")
        took.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, path
        size = len(answer.data)
    return statistics.median(took), size


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--server", choices=("waitress", "gunicorn"), default="waitress")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[VAR] = folder
        fill(OPENINGS)
        rounds, seconds = (2, 0.5) if given.quick else (7, 2)
        cases = measure(given.server, "/jobs", OTHERS, rounds, seconds)
        app, times = ours(), 3 if given.quick else 15
        paths = ("/jobs", "/jobs?mode=remote", "/jobs?q=calibrate+lisbon", "/jobs?page=100", "/jobs/opening-7",
                 "/jobs.atom", "/jobs/indeed.xml", "/sitemap.xml")  # fmt: skip
        with redirect_stderr(StringIO()):  # its log
            made = [(path, *anew(app, path, times)) for path in paths]
    show(f"{given.server}, {OPENINGS:,} openings", cases)
    print(f"\n{'made anew':<32}{'ms':>12}{'KB':>8}")
    for path, took, size in made:
        print(f"{path:<32}{took:>12,.1f}{size / 1024:>8,.0f}")


if __name__ == "__main__":
    main()

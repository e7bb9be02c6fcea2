"""Freezing a campaign: a delivery for each of 200,000 out of 1,000,000 members, by one INSERT … SELECT.

    python benchmarks/freeze.py [--quick] [--members N] [--database postgresql://…]

Target: 2 s on SQLite. For comparison the same rows by one ORM object each, in the same run.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from flask import Flask
from sqlalchemy import delete, func, literal, select

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crowd import NOW, fill, settings, timed

from portal import create_app, schema
from portal.audience.models import Eligibility
from portal.audience.queries import parse, reach, recipients
from portal.db import db
from portal.mail import outbox, waiting
from portal.mail.models import Delivery, Mailing
from portal.newsletter import emails
from portal.newsletter.actions import drafting

SOURCE = """Hello [[name|there]],

::: for interest=interest-1
For some.
:::

::: for work_mode=remote
For others.
:::
"""


def main() -> None:
    """Fill a database, freeze, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--members", type=int)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    members = given.members or (5_000 if given.quick else 1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings(Path(folder), given.database))
        with app.app_context():
            schema.upgrade()
            measure(app, members)
            db.session.remove()
            db.engine.dispose()


def measure(app: Flask, members: int) -> None:
    """One segment that selects a fifth of all, three conditions deep."""
    filled = timed(lambda: fill(members))
    seeking = {"none": [{"career_stage": ["not_looking"]}]}
    rule = parse({"all": [{"interest": ["interest-1", "interest-2", "interest-3"]}, seeking]})
    selected = select(func.count()).select_from(recipients(rule, "newsletter", NOW).subquery())
    chosen = db.session.scalars(selected).one()
    parts = emails.parts(SOURCE, [])
    words = emails.words("bench", "Measure twice", "A letter", emails.Hands(), [part.piece for part in parts])

    mailing = outbox.freeze(words, NOW)
    columns = literal(mailing.id), Eligibility.member_id, drafting.mask(parts, NOW)
    people = recipients(rule, "newsletter", NOW).with_only_columns(*columns)

    def freeze() -> None:
        outbox.queue_all([mailing], people, NOW, NOW)
        db.session.commit()

    frozen = timed(freeze)
    refused = timed(lambda: waiting.sort_out(mailing.id, NOW))
    counted = timed(lambda: reach(rule, "newsletter", NOW))
    some = min(chosen, 20_000)
    each = timed(lambda: one_by_one(mailing.id, some)) * chosen / some

    rows = [
        (f"fill with {members:,} members", filled, ""),
        (f"freeze {chosen:,} deliveries", frozen, "target 2 s on SQLite for 200,000" if members >= 1_000_000 else ""),
        ("name the reason of all who may not get it", refused, ""),
        ("count whom it reaches, by reason", counted, ""),
        ("the same rows by one object each", each, f"{each / frozen:.0f} × the INSERT … SELECT"),
    ]
    print(f"{db.engine.dialect.name:<44}{'seconds':>9}")
    for name, seconds, note in rows:
        print(f"{name:<44}{seconds:>9.2f}   {note}")


def one_by_one(mailing_id: int, count: int) -> None:
    """What a loop over objects would do."""
    db.session.execute(delete(Delivery).filter_by(mailing_id=mailing_id))
    db.session.get_one(Mailing, mailing_id)
    for member_id in range(1, count + 1):
        db.session.add(Delivery(mailing_id=mailing_id, member_id=member_id, state="queued", mask=1, not_before=NOW))
        if member_id % 1000 == 0:
            db.session.flush()
            db.session.expunge_all()
    db.session.commit()


if __name__ == "__main__":
    main()

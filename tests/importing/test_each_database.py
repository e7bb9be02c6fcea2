"""What the database decides, on SQLite and on PostgreSQL."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.event import listen, remove

from portal import links
from portal.audience.actions.importing import bring, runs, store
from portal.audience.actions.importing.columns import match
from portal.audience.actions.importing.people import Reader, choices
from portal.audience.actions.importing.proof import Rules
from portal.audience.actions.importing.source import Source, look
from portal.audience.models import Consent, Eligibility, Invitation, MemberInterest, MemberSkill, Suppression
from portal.audience.queries import exporting
from portal.db import db
from portal.members.models import Member
from tests import factories

HEAD = "mail,name,consent_time,interests,skills,time_zone,mail_hours\n"
ROWS = [
    "known@example.org,Known,2026-03-01,,,,",
    "claim@example.org,Claim,2026-03-01,calibration,SQL; Sailing,Europe/Lisbon,8-18",
    "gone@example.org,Gone,2026-03-01,,,,",
    "new@example.org,New,2026-03-01,calibration,sql,,",
    "later@example.org,Later,,,,,",
]


def job(folder: Path, now: datetime) -> tuple[Source, Reader]:
    file = folder / "people.csv"
    file.write_text(HEAD + "\n".join(ROWS) + "\n")
    source = look(file)
    columns = match(source.header, [])
    return source, Reader(columns, len(source.header), choices(), Rules("web form", ("newsletter",)), now)


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def here(each_app: Flask) -> None:
    """A member, a claim, and somebody who was erased."""
    factories.interest(slug="calibration")
    factories.member(address="known@example.org", name="Mira")
    factories.member(address="claim@example.org", name="", confirmed_at=None)
    factories.suppression(address="gone@example.org", reason="erased")
    db.session.commit()


def test_a_file_is_brought_in_and_out(here: None, tmp_path: Path, now: datetime) -> None:
    held = runs.begin(b"x" * 32, now)
    db.session.commit()
    (piece,) = bring.pieces(*job(tmp_path, now), held.done)
    total = bring.take(piece, held, held.counts, now)
    db.session.commit()
    assert total == Counter({"already_member": 1, "member": 2, "erased": 1, "invited": 1, "invited:no_time": 1})
    assert db.session.scalars(select(Member.name).order_by(Member.name)).all() == ["Claim", "Mira", "New"]
    assert (count(Consent), count(Eligibility), count(Invitation)) == (2, 3, 1)
    assert (count(MemberInterest), count(MemberSkill)) == (2, 3)
    again = bring.take(piece, held, Counter(), now)
    assert again == Counter({"already_member": 3, "erased": 1, "already_invited": 1})
    found = {row[0]: row for row in exporting.rows(None, now)}
    assert found["claim@example.org"][exporting.COLUMNS.index("skills")] == "Sailing;SQL"
    assert found["claim@example.org"][exporting.COLUMNS.index("mail_hours")] == "8-18"
    assert exporting.count(None, now) == 3


def test_who_is_erased_at_that_moment_leaves_nothing(here: None, tmp_path: Path, now: datetime) -> None:
    """Somebody's erasure is committed after it was looked who must not come back, and before the row is written. On
    SQLite nobody can do that, as this transaction has written already: there it is in the same one."""
    held = runs.begin(b"x" * 32, now)
    db.session.commit()
    (piece,) = bring.pieces(*job(tmp_path, now), held.done)
    row = insert(Suppression).values(
        address_hash=links.keyed_hash("suppression", "new@example.org"), reason="erased", since=now
    )
    done: list[bool] = []

    def erase(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO member ") and not done:
            done.append(True)
            if connection.dialect.name == "postgresql":
                with db.engine.begin() as other:
                    other.execute(row)
            else:
                connection.execute(row)

    listen(db.engine, "before_cursor_execute", erase)
    try:
        with pytest.raises(store.Meanwhile):
            bring.take(piece, held, held.counts, now)
    finally:
        remove(db.engine, "before_cursor_execute", erase)
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        db.session.execute(row)
    total = bring.take(piece, held, held.counts, now)
    db.session.commit()
    assert (total["erased"], total["member"]) == (2, 1)
    assert "New" not in db.session.scalars(select(Member.name)).all()
    assert count(Consent) == 1

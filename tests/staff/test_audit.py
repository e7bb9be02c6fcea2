"""The audit log: nobody changes it, it reads like sentences, and a copy can be taken."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DatabaseError

from portal.db import db
from portal.staff.actions.audit import note
from portal.staff.models import AuditEntry
from portal.staff.queries import log
from portal.staff.queries.acts import ACTS, KINDS, sentence
from tests import factories
from tests.pages import PageClient

AtDesk = Callable[..., PageClient]
PORTAL = Path(__file__).resolve().parents[2] / "portal"
CHANGES = {
    "at": datetime.fromisoformat("2020-01-01T00:00:00Z"), "action": "nothing", "kind": "nothing", "object_id": "x",
    "detail": {"after": "nothing"}, "id": 4711, "recruiter_id": 2, "member_id": 2,
}  # fmt: skip


@pytest.fixture
def entry(each_app: Flask, now: datetime) -> AuditEntry:
    """One about a member, and a second recruiter and member to forge it with."""
    tom, mira = factories.recruiter(), factories.member()
    factories.recruiter()
    factories.member()
    note(tom, "role.change", "recruiter", tom.id, now, member_id=mira.id, before="author", after="recruiter")
    db.session.commit()
    return db.session.scalars(select(AuditEntry)).one()


@hypothesis(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(sorted(CHANGES)), st.just(None), min_size=1))
def test_the_database_refuses_every_change(entry: AuditEntry, names: dict[str, None]) -> None:
    """Also those that take a person out beside."""
    values = {name: CHANGES[name] for name in names}
    if entry.recruiter_id != CHANGES["recruiter_id"] or "recruiter_id" not in names or len(names) > 1:
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(update(AuditEntry).values(**values))
    db.session.rollback()


def test_the_database_refuses_every_deletion(entry: AuditEntry) -> None:
    for statement in (delete(AuditEntry), text("DELETE FROM audit_entry WHERE id > 0")):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(statement)
        db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_the_persons_may_be_taken_out_and_nothing_beside(entry: AuditEntry) -> None:
    db.session.execute(update(AuditEntry).values(member_id=None))
    db.session.execute(update(AuditEntry).values(recruiter_id=None))
    db.session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(update(AuditEntry).values(recruiter_id=entry.id))
    db.session.rollback()
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(update(AuditEntry).values(member_id=None, action="x"))
    db.session.rollback()


def test_every_act_has_its_words() -> None:
    """Read from the code: what any slice writes down, and about what kind of thing."""
    call = re.compile(
        r"\bnote\(\s*[^,()]*(?:\([^()]*\))?[^,()]*,\s*f?\"([a-z_.{}]+)\"(?: if [^,]* else \"([a-z_.]+)\")?,\s*\"([a-z]+)\"",
        re.DOTALL,
    )
    found = [match for path in PORTAL.rglob("*.py") for match in call.findall(path.read_text("utf-8"))]
    acts = {act for first, second, _kind in found for act in (first, second) if act and "{" not in act}
    assert len(acts) > 20
    assert acts - set(ACTS) == set()
    assert {kind for *_acts, kind in found} - set(KINDS) == set()


def test_it_reads_like_sentences(app: Flask) -> None:
    assert sentence("staff.invite", "Ana", "Tom") == "Ana invited Tom"
    assert sentence("campaign.schedule", None, "a-quiet-month") == "A command planned a-quiet-month"
    assert sentence("sign_in.wrong", None, "-") == "A wrong password or code for an address that nobody here has"
    assert sentence("something.new", "Ana", "7") == "Ana: something.new 7"


def test_filters_and_pages(at_desk: AtDesk, app: Flask, now: datetime) -> None:
    ana, tom = factories.recruiter(role="admin", name="Ana"), factories.recruiter(name="Tom")
    for n in range(60):
        note(tom if n % 2 else ana, "campaign.schedule", "issue", f"issue-{n:02}", now - timedelta(days=60 - n))
    db.session.commit()
    client = at_desk(ana)
    first = client.get("/desk/audit").text
    assert "Tom planned issue-59" in first
    assert "issue-09" not in first
    below = re.search(r"below=(\d+)", first)
    assert below
    second = client.get(f"/desk/audit?below={below[1]}").text
    assert "issue-09" in second
    assert "issue-10" not in second
    toms = client.get(f"/desk/audit?who={tom.id}").text
    assert "Tom planned issue-59" in toms
    assert "Ana planned" not in toms
    day = (now - timedelta(days=2)).date().isoformat()
    days = client.get(f"/desk/audit?since={day}&until={day}").text
    assert re.findall(r"planned issue-(\d+)", days.split('<ul class="rows log">')[1]) == ["58"]
    assert "Nothing like this" in client.get("/desk/audit?kind=house").text
    assert client.get("/desk/audit?who=nobody&since=yesterday&below=x&member=%27").status_code == 200


def test_a_copy_is_whole_safe_and_written_down(at_desk: AtDesk, app: Flask, now: datetime) -> None:
    ana = factories.recruiter(role="admin", name="Ana")
    note(ana, "segment.create", "segment", "=cmd|' /C calc'!A0", now)
    db.session.commit()
    client = at_desk(ana)
    rows = list(csv.reader(io.StringIO(client.post("/desk/audit/export", data={"format": "csv"}, buffered=True).text)))
    assert rows[0][:3] == ["id", "at", "action"]
    assert [row[4] for row in rows if row[2] == "segment.create"] == ["'=cmd|' /C calc'!A0"]
    said = json.loads(
        client.post("/desk/audit/export", data={"format": "json", "who": str(ana.id)}, buffered=True).text
    )
    assert [row["action"] for row in said] == ["audit.export", "audit.export", "segment.create"]


def test_a_long_log_is_copied_piece_by_piece(app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "CHUNK", 7)
    for n in range(20):
        note(None, "house.live", "house", n, now)
    db.session.commit()
    assert [row["object"] for row in log.everything(log.Filter())] == [str(n) for n in reversed(range(20))]

"""Export, erase, join again, bring back: the same preferences (P12), and no agreement that was not given."""

import json
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audience.actions import preferences as saving
from portal.audience.models import Consent, Suppression, Team
from portal.audience.queries import preferences as queries
from portal.db import db
from portal.members.actions import erase
from portal.members.models import Member
from portal.members.queries import held
from tests import factories
from tests.audience.visitor import Visitor, signed_in
from tests.content.running import Run
from tests.pages import MORE

CHOSEN: dict[str, Any] = {
    "interests": ["calibration"], "places": ["lisbon"], "skills": ["SQL", "Sailing"], "unwanted_teams": ["sales"],
    "hidden_teams": ["support"], "work_modes": ["remote"], "levels": ["senior", "lead"], "career_stage": "looking",
    "language": "de", "lives_in": "PT", "available_from": "2027-03-01", "pay": [50000, "EUR", "year"],
    "next_wish": "Something with boats.\nReally.", "channel": "phone", "phone": "+351 21 000 00 00",
    "phone_hours": [9, 12], "not_at_work": True, "hidden_people": "Balthazar", "mails_per_month": 2,
    "time_zone": "Europe/Lisbon", "mail_hours": [22, 6], "weekdays": ["fri", "mon"], "pause_until": "2027-01-01",
    "newsletter": True,
}  # fmt: skip
"""Something other than the default for every preference there is."""


@pytest.fixture
def ana(app: Flask, choices: None, now: datetime) -> Member:
    """Who chose all that."""
    db.session.add_all(Team(slug=slug, name=slug, position=1, retired=False) for slug in ("sales", "support"))
    member = factories.member(address="ana@example.org", name="Ana")
    assert saving.save(member, CHOSEN, "2026-11", "192.0.2.0/24", now)
    db.session.commit()
    return member


def archive(member: Member, now: datetime) -> bytes:
    """What D1's worker puts into rapport.json, as far as it matters here."""
    data = {section.key: section.data for section in held.sections(member, now)}
    return json.dumps({"format": 1, **data}).encode()


def zipped(data: bytes, name: str = "rapport.json") -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, data)
    return file.getvalue()


def brought(visitor: Visitor, data: bytes) -> Any:
    form = visitor.form("/me/preferences/restore")
    fields = dict(form.data) | {"file": (BytesIO(data), "archive.zip")}
    return visitor.post(form.action, data=fields, content_type="multipart/form-data", environ_base={MORE: 32})


def test_every_preference_is_in_the_test(ana: Member) -> None:
    before = queries.values(queries.of(factories.member()))
    assert set(CHOSEN) | {"job_alerts", "check_ins"} == set(before)
    assert not [name for name in CHOSEN if CHOSEN[name] == before[name]]


@pytest.mark.parametrize("pack", [zipped, bytes])
def test_erased_and_back_again(app: Flask, ana: Member, now: datetime, pack: Any) -> None:
    before, data = queries.values(queries.of(ana)), pack(archive(ana, now))
    assert erase.erase(ana, "you", now)
    db.session.commit()
    assert db.session.scalars(select(Suppression.reason)).all() == ["erased"]
    back = factories.member(address="ana@example.org", name="Ana")  # joined again, and confirmed
    visitor = signed_in(app, back, now)
    answer = brought(visitor, data)
    assert (answer.status_code, answer.location) == (303, "/me/preferences")
    db.session.refresh(back)
    after = queries.values(queries.of(back))
    assert after == before | {"newsletter": False}
    assert db.session.scalars(select(Consent).filter_by(member_id=back.id)).all() == []
    page = visitor.get("/me/preferences").text
    assert '<html lang="de">' in page
    assert "/me/preferences/undo/" in page


def test_what_is_not_offered_here_is_said(app: Flask, ana: Member, now: datetime) -> None:
    data = json.loads(archive(ana, now))
    data["preferences"] |= {"interests": ["calibration", "gone"], "pause_until": "2020-01-01", "language": "en"}
    visitor = signed_in(app, ana, now)
    data["preferences"] |= {"check_ins": True}
    brought(visitor, json.dumps(data).encode())
    page = visitor.get("/me/preferences").text
    assert "Back as in your archive: Language, Pause." in page
    assert "You had agreed to: A personal note now and then. Tick it on this page if you agree anew." in page
    assert "Some of what you had chosen is not offered here any more: What interests you." in page
    brought(visitor, json.dumps(data).encode())
    assert "Your preferences are as in your archive already." in visitor.get("/me/preferences").text
    db.session.refresh(ana)
    assert queries.of(ana, now).pause_until is None
    assert ana.available_from == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"mails_per_month": 99}, "Under “Mails in 30 days” stands something in this archive that cannot be chosen."),
        ({"time_zone": "Mars/Base"}, "Under “Time zone” stands something"),
        ({"weekdays": []}, "Under “Days for mail” stands something"),
        ({"mail_hours": [8, 8]}, "Under “Hours for mail” stands something"),
        ({"pay": [1, "XXQ", "year"]}, "Under “Pay floor” stands something"),
        ({"lives_in": "QQ"}, "Under “Where you live” stands something"),
        ({"skills": ["x" * 61]}, "Under “What you are good at” stands something"),
    ],
)
def test_what_nobody_can_choose_changes_nothing(
    app: Flask, ana: Member, now: datetime, change: dict[str, Any], sentence: str
) -> None:
    ana.language = "en"
    db.session.commit()
    before = queries.values(queries.of(ana))
    data = json.loads(archive(ana, now))
    data["preferences"] |= {"next_wish": "Another"} | change
    answer = brought(signed_in(app, ana, now), json.dumps(data).encode())
    assert answer.status_code == 422
    assert sentence in answer.text
    db.session.refresh(ana)
    assert queries.values(queries.of(ana)) == before


@pytest.mark.parametrize(
    "data",
    [
        b"", b"x", b"[]", b"{}", b'{"format": 2, "preferences": {}}', b'{"format": 1}', b'{"preferences": 3, "format": 1}',
        b"PK\x03\x04", zipped(b"{}"), zipped(b"{}", "other.json"), zipped(b" " * (9 << 20)), b"[" * 100_000,
    ],
)  # fmt: skip
def test_other_files_are_refused_in_a_sentence(app: Flask, now: datetime, data: bytes) -> None:
    answer = brought(signed_in(app, factories.member(), now), data)
    assert answer.status_code == 422
    assert "archive" in answer.text


def test_the_command_says_whose_it_is(run: Run, ana: Member, tmp_path: Path, now: datetime) -> None:
    for name, data in (("rapport.json", archive(ana, now)), ("rapport.zip", zipped(archive(ana, now)))):
        (tmp_path / name).write_bytes(data)
        done = run("members", "import", str(tmp_path / name))
        assert done.exit_code == 1
        assert (
            "They bring it back themselves, signed in, at http://127.0.0.1:8000/me/preferences/restore." in done.stderr
        )


def test_two_megabytes_and_no_more(app: Flask, now: datetime) -> None:
    """Written by hand: the test client would leave a file of that size open."""
    visitor = signed_in(app, factories.member(), now)
    form = visitor.form("/me/preferences/restore")
    token = f'--X\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{form.data["csrf_token"]}\r\n'.encode()
    head = b'--X\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    for size, status in ((2 << 20, 422), (3 << 20, 413)):
        body = token + head + b" " * size + b"\r\n--X--\r\n"
        answer = visitor.post(form.action, data=body, content_type="multipart/form-data; boundary=X")
        assert answer.status_code == status

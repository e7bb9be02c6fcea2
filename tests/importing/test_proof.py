"""P2 for imports: a time that was and a way, in the row; whoever has none is kept, and never mailed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.audience.actions.importing import values
from portal.audience.models import Consent, Eligibility, Invitation
from portal.audience.queries import may_write, wording
from portal.db import db
from portal.mail.models import Delivery, Mailing
from portal.members.models import Change, Member
from tests.importing.conftest import Import

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEAD = "mail,name,consent_time,consent_way,consent_to\n"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-01", "2026-03-01T00:00:00+00:00"),
        ("2026-03-01T10:00Z", "2026-03-01T10:00:00+00:00"),
        ("2026-03-01 10:00:05+02:00", "2026-03-01T08:00:05+00:00"),
        ("2024-03-05 10:11:12.5 +0530 IST", "2024-03-05T04:41:12.500000+00:00"),
        ("05.03.2024", "2024-03-05T00:00:00+00:00"),
        ("5.3.2024 18:30", "2024-03-05T18:30:00+00:00"),
        ("Tue, 05 Mar 2024 10:11:12 +0000", "2024-03-05T10:11:12+00:00"),
    ],
)
def test_times_that_prove(written: str, meant: str) -> None:
    assert values.time(written, NOW).isoformat() == meant


@pytest.mark.parametrize(
    "written",
    ["", "yes", "03/05/2024", "2026-11-22T12:00:01Z", "0001-01-01 00:00:00 +0000 UTC", "32.01.2024", "1", "2026-13-01", "Tue", "9" * 5000],
)  # fmt: skip
def test_times_that_prove_nothing(written: str) -> None:
    with pytest.raises(ValueError, match="time"):
        values.time(written, NOW)


def test_who_proves_it_is_a_member_who_agreed(bring: Import, now: datetime) -> None:
    bring(HEAD + "ana@example.org,Ana,2026-03-01T10:00Z,web form,newsletter; job alerts\n")
    (member,) = db.session.scalars(select(Member))
    assert (member.address, member.name, member.confirmed_at) == (
        "ana@example.org",
        "Ana",
        datetime(2026, 3, 1, 10, tzinfo=UTC),
    )
    consents = {c.purpose: c for c in db.session.scalars(select(Consent))}
    assert set(consents) == {"newsletter", "job_alerts"}
    for consent in consents.values():
        assert (consent.given_at, consent.given_by) == (datetime(2026, 3, 1, 10, tzinfo=UTC), "import")
        said = wording.sentence(consent.purpose, "Fennel & Rowe", consent.wording, way=consent.given_from)
        assert "You agreed elsewhere" in said
        assert "web form" in said
    assert may_write(member, "newsletter", now) is None
    assert may_write(member, "check_ins", now) == "no_consent"
    assert db.session.get_one(Eligibility, member.id).consents == 3
    (change,) = db.session.scalars(select(Change))
    assert (change.by, change.after["name"], change.after["newsletter"]) == ("import", "Ana", True)


UNPROVEN = {
    "a@example.org,A,,web form,": "no_purpose",
    "b@example.org,B,,web form,newsletter": "no_time",
    "c@example.org,C,2026-03-01,,newsletter": "no_way",
    "d@example.org,D,2199-01-01,web form,newsletter": "bad_time",
    "e@example.org,E,yes,web form,newsletter": "bad_time",
    "f@example.org,F,2026-03-01,web form,": "no_purpose",
    "g@example.org,G,2026-03-01,web form,party": "no_purpose",
    f"h@example.org,H,2026-03-01,{'x' * 61},newsletter": "no_way",
}


def test_who_does_not_is_kept_with_the_reason_and_nothing_else(bring: Import) -> None:
    rows = {row: reason if row.split(",")[2] else "no_time" for row, reason in UNPROVEN.items()}
    done = bring(HEAD + "\n".join(rows) + "\n")
    kept = {i.address: i for i in db.session.scalars(select(Invitation))}
    assert {address: i.reason for address, i in kept.items()} == {
        row.split(",")[0]: reason for row, reason in rows.items()
    }
    assert done["counts"]["invited"] == len(rows)
    assert db.session.scalar(select(func.count()).select_from(Member)) == 0
    assert {(p["line"], p["column"]) for p in done["problems"]} == {
        (5, "consent_time"),
        (6, "consent_time"),
        (8, "consent_to"),
        (9, "consent_way"),
    }


def test_each_purpose_by_itself(bring: Import) -> None:
    head = "mail,newsletter_since,newsletter_way,check_ins_since,check_ins_way\n"
    done = bring(head + "a@example.org,2026-03-01,web,never,web\nb@example.org,,,2026-04-01,letter\n")
    found = db.session.execute(select(Consent.purpose, Consent.given_from).order_by(Consent.id)).all()
    assert [tuple(row) for row in found] == [("newsletter", "web"), ("check_ins", "letter")]
    assert [p["column"] for p in done["problems"]] == ["check_ins_since"]


def test_no_mail_is_ever_made(bring: Import) -> None:
    bring(HEAD + "\n".join([*UNPROVEN, "ana@example.org,Ana,2026-03-01,web form,newsletter"]) + "\n")
    for table in (Mailing, Delivery):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_what_a_row_says_is_checked_cell_by_cell(bring: Import, choices: None) -> None:
    head = (
        "mail,name,consent_time,consent_way,language,interests,work_modes,levels,places,lives_in,mails_per_month,"
        "time_zone,mail_hours,weekdays,pause_until,skills,career_stage\n"
    )
    good = "a@example.org,Ana,2026-03-01,web,Deutsch,calibration|Data engineering,Remote;on site,senior,Lisbon,pt,2,Europe/Lisbon,8-18,mon tue,2099-01-01,SQL; Sailing,looking\n"
    bad = "b@example.org,Bo,2026-03-01,web,Klingon,cooking,space,king,Atlantis,Portugal,99,Mars/Base,8-8,noday,soon,x,maybe\n"
    done = bring(head + good + bad)
    ana, bo = db.session.scalars(select(Member).order_by(Member.id))
    assert (ana.language, ana.lives_in, ana.mails_per_month, ana.time_zone) == ("de", "PT", 2, "Europe/Lisbon")
    assert (ana.work_modes, ana.levels, ana.weekdays) == ({"remote", "onsite"}, {"senior"}, 3)
    assert (ana.mail_opens, ana.mail_closes, ana.career_stage) == (8, 18, "looking")
    assert ana.rhythm_id is not None
    assert ana.paused_until is not None
    assert (bo.language, bo.work_modes, bo.rhythm_id, bo.mails_per_month) == ("en", frozenset(), None, 4)
    wrong = [p["column"] for p in done["problems"]]
    assert sorted(wrong) == sorted(
        set(head.strip().split(",")) - {"mail", "name", "consent_time", "consent_way", "skills"}
    )
    assert all(p["line"] == 3 and p["taken"] for p in done["problems"])


def test_old_consent_is_the_last_contact(bring: Import, now: datetime) -> None:
    bring(HEAD + f"ana@example.org,Ana,{now - timedelta(days=500)},web form,newsletter\n")
    (member,) = db.session.scalars(select(Member))
    assert member.contact_at == now - timedelta(days=500)

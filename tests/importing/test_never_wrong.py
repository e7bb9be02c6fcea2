"""Nobody comes back who was erased, nobody is changed who is here, nobody is brought in twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.audience.actions import invitations
from portal.audience.models import Consent, Invitation, Suppression
from portal.db import db
from portal.members.actions import erase
from portal.members.models import Change, Member
from tests import factories
from tests.content.running import Run
from tests.importing.conftest import Import

HEAD = "mail,name,consent_time,consent_way\n"
PROOF = "2026-03-01,web form"


def test_who_was_erased_or_must_not_be_written_to_stays_away(bring: Import) -> None:
    factories.suppression(address="gone@example.org", reason="erased")
    factories.suppression(address="bounced@example.org", reason="bounced")
    done = bring(f"{HEAD} GONE@Example.org,G,{PROOF}\nbounced@example.org,B,{PROOF}\nbounced@example.org,B,,\n")
    assert (done["counts"]["erased"], done["counts"]["suppressed"], done["counts"]["again"]) == (1, 1, 1)
    for table in (Member, Invitation):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert "example.org" not in str(done)


def test_a_member_owns_what_is_here(bring: Import) -> None:
    mira = factories.member(address="mira@example.org", name="Mira", mails_per_month=2)
    done = bring(f"mail,name,mails_per_month,consent_time,consent_way\nMIRA@example.org,Other,9,{PROOF}\n")
    db.session.refresh(mira)
    assert (mira.name, mira.mails_per_month, done["counts"]["already_member"]) == ("Mira", 2, 1)
    for table in (Consent, Change):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_a_claim_that_nobody_confirmed_is_no_member(bring: Import) -> None:
    """Whoever typed the address into the form had no right to keep its owner out."""
    claim = factories.member(address="mira@example.org", name="", confirmed_at=None)
    assert bring(f"{HEAD}mira@example.org,Mira,{PROOF}\n")["counts"]["member"] == 1
    db.session.refresh(claim)
    assert (claim.name, claim.confirmed_at) == ("Mira", datetime(2026, 3, 1, tzinfo=UTC))


def test_the_same_person_thrice(bring: Import) -> None:
    rows = (
        f"ana@example.org,Ana,{PROOF}\n Ana@EXAMPLE.org ,Zoe,{PROOF}\nbo@example.org,Bo,{PROOF}\nANA@example.org,,,\n"
    )
    done = bring(HEAD + rows)
    assert {n: c for n, c in done["counts"].items() if c} == {"member": 2, "again": 2}
    assert [(p["line"], p["text"]) for p in done["problems"]] == [
        (3, "the same person as in line 2: what stands there counts"),
        (5, "the same person as in line 2: what stands there counts"),
    ]
    assert db.session.scalars(select(Member.name).order_by(Member.id)).all() == ["Ana", "Bo"]


def test_formulas_are_text(bring: Import) -> None:
    names = ["=1+1", "+49", "-x", "@SUM(A1)", "\t=2"]
    bring(HEAD + "".join(f"p{number}@example.org,{name},{PROOF}\n" for number, name in enumerate(names)))
    found = db.session.scalars(select(Member.name).order_by(Member.address)).all()
    assert found == ["=1+1", "+49", "-x", "@SUM(A1)", "=2"]


def test_wrong_rows_are_named_and_the_others_taken(bring: Import) -> None:
    rows = f"no address,X,{PROOF}\n\nana@example.org,Ana,{PROOF}\nbo@example.org,Bo,{PROOF},too,many\n"
    done = bring(HEAD + rows)
    assert [(p["line"], p["column"], p["taken"]) for p in done["problems"]] == [(2, "mail", False), (5, "", False)]
    assert (done["counts"]["member"], done["counts"]["wrong"], done["rows"]) == (1, 2, 3)


def test_many_problems_are_counted(run: Run, bring: Import, tmp_path: Path) -> None:
    text = HEAD + f"ana@example.org,Ana,{PROOF}\n" + "x,,,\n" * 50
    assert len(bring(text)["problems"]) == 50
    done = run("members", "import", str(tmp_path / "people.csv"), "--again")
    assert "… and 30 more: --json lists them all." in done.stdout


def test_a_file_without_one_good_row_fails(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("mail\nx\ny\n")
    done = run("members", "import", str(file))
    assert done.exit_code == 1
    assert "Not one row could be read" in done.stderr


def test_a_dry_run_says_the_same_and_changes_nothing(bring: Import) -> None:
    factories.member(address="mira@example.org")
    text = f"{HEAD}ana@example.org,Ana,{PROOF}\nana@example.org,Ana,{PROOF}\nmira@example.org,M,{PROOF}\nbo@example.org,,,\n"
    before = bring(text, "--dry-run")
    assert db.session.scalar(select(func.count()).select_from(Member)) == 1
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0
    after = bring(text)
    assert before["counts"] == after["counts"]


def test_again_and_again_changes_nothing(bring: Import) -> None:
    text = f"{HEAD}ana@example.org,Ana,{PROOF}\nbo@example.org,Bo,,\n"
    first = bring(text)
    assert bring(text)["counts"] == first["counts"]
    again = bring(text, "--again")["counts"]
    assert (again["already_member"], again["already_invited"], again["member"]) == (1, 1, 0)
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 1


def test_who_is_erased_between_two_imports_does_not_come_back(bring: Import, now: datetime) -> None:
    text = f"{HEAD}ana@example.org,Ana,{PROOF}\nbo@example.org,Bo,{PROOF}\n"
    bring(text)
    ana = db.session.scalars(select(Member).filter_by(name="Ana")).one()
    assert erase.erase(ana, "you", now)
    db.session.commit()
    assert bring(text, "--again")["counts"]["erased"] == 1
    assert db.session.scalars(select(Member.name)).all() == ["Bo"]
    assert db.session.scalars(select(Suppression.reason)).all() == ["erased"]


def test_invitations_are_forgotten(bring: Import, now: datetime) -> None:
    old, _token = factories.invitation(created_at=now - invitations.KEPT)
    new, _token = factories.invitation(created_at=now)
    assert invitations.forget(now) == 0
    assert invitations.forget(now + timedelta(seconds=1)) == 1
    assert db.session.scalars(select(Invitation.id)).all() == [new.id]
    assert old.id != new.id


@pytest.mark.parametrize("proven", [True, False])
def test_a_later_proof_takes_the_invitation_away(bring: Import, proven: bool) -> None:
    bring(f"{HEAD}ana@example.org,Ana,,\n")
    done = bring(f"{HEAD}ana@example.org,Ana,{PROOF if proven else ','}\n", *([] if proven else ["--again"]))
    assert done["counts"]["member" if proven else "already_invited"] == 1
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == (0 if proven else 1)

"""Members as a CSV that can be imported again, and that no spreadsheet runs."""

import csv
from io import StringIO
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from portal.audience.actions import eligibility, rhythm
from portal.audience.models import Consent, Interest, MemberSkill, Place
from portal.audience.queries.formulas import guarded, plain
from portal.db import db
from portal.members.models import Member, Profile
from tests import factories
from tests.content.running import Run

Rows = list[dict[str, str]]


def rows(text: str) -> Rows:
    return list(csv.DictReader(StringIO(text)))


def somebody() -> Member:
    """A member with something in each column, and with what nobody may see."""
    interest, place = db.session.scalars(select(Interest)).first(), db.session.scalars(select(Place)).first()
    assert interest
    assert place
    member = factories.member(
        address="ana@example.org", name="=HYPERLINK(A1)", interests=[interest], places=[place],
        work_modes=["remote", "hybrid"], language="de", agreed_to=["newsletter", "check_ins"], mails_per_month=2,
    )  # fmt: skip
    member.contact_at = factories.LONG_AGO
    member.levels, member.lives_in, member.time_zone = frozenset({"senior"}), "PT", "Europe/Lisbon"
    member.mail_opens, member.mail_closes, member.weekdays = 8, 18, 31
    db.session.add(MemberSkill(member_id=member.id, key="sql", name="SQL"))
    db.session.add(Profile(member_id=member.id, phone="+351 999", next_wish="Secret wish", hidden_people="Balthazar"))
    rhythm.keep(member.id, factories.LONG_AGO)
    eligibility.refresh([member.id])
    db.session.commit()
    return member


def test_what_is_written(run: Run, choices: None, tmp_path: Path) -> None:
    somebody()
    factories.member(address="claim@example.org", confirmed_at=None)
    barred = factories.member(address="+tag@example.org", name="Bo")
    factories.suppression(member=barred, reason="do_not_write")
    file = tmp_path / "out.csv"
    assert run("members", "export", str(file), "--bom").exit_code == 0
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert file.stat().st_mode & 0o077 == 0
    ana, bo = rows(data.decode("utf-8-sig"))
    assert (ana["name"], ana["mail_hours"], ana["weekdays"], ana["work_modes"]) == (
        "'=HYPERLINK(A1)", "8-18", "mon tue wed thu fri", "hybrid;remote",
    )  # fmt: skip
    assert (ana["newsletter_since"], ana["newsletter_way"]) == ("2026-01-15T09:00:00+00:00", "join, 2026-11")
    assert (bo["address"], bo["do_not_write"], bo["newsletter_since"]) == ("'+tag@example.org", "do_not_write", "")
    for hidden in (b"999", b"Secret", b"Balthazar", b"claim@"):
        assert hidden not in data
    again = run("members", "export", str(file))
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)


def test_out_and_in_again_is_the_same(run: Run, choices: None, tmp_path: Path) -> None:
    somebody()
    first = run("members", "export", "-").stdout
    file = tmp_path / "out.csv"
    file.write_text(first, newline="")
    for consent in db.session.scalars(select(Consent)):
        consent.member_id = None
    db.session.flush()
    db.session.execute(delete(Member).execution_options(synchronize_session=False))
    db.session.commit()
    done = run("members", "import", str(file))
    assert (done.exit_code, "1 new members" in done.stdout, "Read for nothing" in done.stdout) == (0, True, False)
    assert rows(run("members", "export", "-").stdout) == rows(first)
    assert db.session.scalars(select(Member.name)).all() == ["=HYPERLINK(A1)"]


def test_only_a_segment(run: Run, choices: None) -> None:
    somebody()
    factories.member(address="bo@example.org", work_modes=["onsite"])
    eligibility.refresh(None)
    found = run("members", "export", "-", "--segment", "remote-or-hybrid")
    assert [row["address"] for row in rows(found.stdout)] == ["ana@example.org"]
    refused = run("members", "export", "-", "--segment", "none")
    assert (refused.exit_code, "There is no segment none: choose one of" in refused.stderr) == (1, True)


@settings(max_examples=50)
@given(st.text(alphabet="'=+-@\t\r\n＝ax", max_size=6))
def test_a_guard_is_taken_off_again(text: str) -> None:
    assert plain(guarded(text)) == text
    assert guarded(text)[:1] not in tuple("=+-@\t\r\n＝")

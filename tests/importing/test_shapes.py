"""What a file may look like, and what is said about one that cannot be read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.audience.models import Consent, Interest, Invitation, MemberInterest, Suppression
from portal.db import db
from portal.members.models import Member
from tests.content.running import Run
from tests.importing.conftest import Import

ROW = "address,name,consent_time,consent_way\n{address},{name},2026-03-01,web form\n"
ANA = ROW.format(address="ana@example.org", name="Aná")


def names() -> list[str]:
    return list(db.session.scalars(select(Member.name).order_by(Member.id)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_and_encodings(bring: Import, encoding: str, delimiter: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    bring(mark + ANA.replace(",", delimiter).encode(encoding))
    assert names() == ["Aná"]


def test_a_wrong_byte_is_found_before_anything_is_done(refused: Callable[..., str]) -> None:
    said = refused(ANA.replace("Aná", "Ana").encode() + "bo@example.org,Bö,2026-03-01,web\n".encode("latin-1"))
    assert said == (
        "Error: people.csv, line 3: the byte 0xf6 is not UTF-8. Save it as CSV in UTF-8 and import that. "
        "Nothing was imported."
    )
    assert names() == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "people.csv is empty."),
        (b"\n\n", "people.csv holds only empty lines."),
        (b"PK\x03\x04....", "people.csv is a spreadsheet or an archive, not CSV. Save it as CSV in UTF-8 and import that."),
        (b"a\0d\0", "people.csv, line 1: there is a zero byte, so this is not UTF-8 text. Save it as CSV in UTF-8 and import that."),
        ("Mail,Name,mail\n", "people.csv: columns 1 and 3 are both called “mail”. Rename one of them."),
        ("ana@example.org,Ana\n", "people.csv: the first line holds an address. Put a line above it that names the columns."),
        (",".join(f"c{n}" for n in range(201)), "people.csv has 201 columns: leave out what is not needed, down to 200."),
        (
            'mail,name\nana@example.org,"Ana\nbo@example.org,Bo\n',
            "people.csv, line 2: a quotation mark is opened and not closed, or stands inside a value alone. Double those "
            "inside, mend the line, and import the file again: who is in by then is not imported twice.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read(refused: Callable[..., str], content: str | bytes, sentence: str) -> None:
    assert refused(content) == f"Error: {sentence}"
    assert names() == []


def test_two_hundred_columns_and_those_that_are_not_read_are_named(bring: Import) -> None:
    header = ["mail", "gender", "photo", *(f"c{n}" for n in range(197))]
    done = bring(",".join(header) + "\nana@example.org" + "," * 199 + "\n")
    assert done["columns"] == {"address": "mail"}
    assert done["unused"] == header[1:]


def test_columns_are_named_by_the_operator(bring: Import, refused: Callable[..., str], choices: None) -> None:
    text = "who,called,when,picked,name\nana@example.org,Ana,2026-03-01,Calibration;data-engineering,X\n"
    assert "No column is known to hold the mail address" in refused(text, code=2)
    assert "There is nothing called “gender” to fill" in refused(text, "--map", "gender=name", code=2)
    assert "The file has no column “none”" in refused(text, "--map", "address=none", code=2)
    assert "Write --map OUR=THEIRS" in refused(text, "--map", "address", code=2)
    maps = [f"--map={pair}" for pair in ("address=who", "name=called", "interests=picked", "consent_time=when")]
    done = bring(text, *maps, "--proof", "paper form", "--for", "job_alerts")
    assert done["unused"] == ["name"]
    assert names() == ["Ana"]
    chosen = select(Interest.slug).join(MemberInterest).order_by(Interest.slug)
    assert db.session.scalars(chosen).all() == ["calibration", "data-engineering"]
    (consent,) = db.session.scalars(select(Consent))
    assert (consent.purpose, consent.given_by, consent.given_from) == ("job_alerts", "import", "paper form")


LISTMONK = (
    "uuid,email,name,attributes,status,created_at,updated_at,subscription_status,subscription_updated_at\n"
    'u1,a@example.org,A,"{""topics"": [""Calibration""]}",enabled,2024-03-05 10:11:12.123456 +0000 UTC,x,confirmed,2024-03-06 10:11:12.1 +0100 CET\n'
    "u2,b@example.org,B,{},enabled,2024-03-05 10:11:12 +0000 UTC,x,unconfirmed,2024-03-05 10:11:12 +0000 UTC\n"
    "u3,c@example.org,C,{},disabled,2024-03-05 10:11:12 +0000 UTC,x,confirmed,2024-03-05 10:11:12 +0000 UTC\n"
    "u4,d@example.org,D,{},blocklisted,2024-03-05 10:11:12 +0000 UTC,x,confirmed,2024-03-05 10:11:12 +0000 UTC\n"
    "u5,e@example.org,E,{},enabled,2024-03-05 10:11:12 +0000 UTC,x,unsubscribed,2024-03-05 10:11:12 +0000 UTC\n"
)


def test_listmonk_with_its_subscriptions(bring: Import, choices: None) -> None:
    done = bring(LISTMONK, "--map", "interests=attributes.topics")
    assert {name: n for name, n in done["counts"].items() if n} == {"member": 1, "invited": 2, "blocked": 1, "left": 1}
    assert done["cannot_be_mailed"] == {"disabled": 1, "not_confirmed": 1}
    (consent,) = db.session.scalars(select(Consent))
    assert consent.given_at.isoformat() == "2024-03-06T09:11:12.100000+00:00"
    assert consent.given_from == "listmonk, confirmed"
    assert len(db.session.scalars(select(MemberInterest)).all()) == 1
    (barred,) = db.session.scalars(select(Suppression))
    assert (barred.reason, barred.member_id) == ("do_not_write", None)
    assert [i.address for i in db.session.scalars(select(Invitation).order_by(Invitation.id))] == [
        "b@example.org",
        "c@example.org",
    ]


def test_listmonks_own_export_proves_nothing_and_says_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "subscribers.csv"
    file.write_text("\n".join(",".join(line.rsplit(",", 2)[:1]) for line in LISTMONK.replace('""', "").splitlines()))
    done = run("members", "import", str(file), "--dry-run")
    assert "listmonk's own export does not say who confirmed, and when" in done.stdout
    assert "Nothing was changed: this was a dry run." in done.stdout
    assert "new members" not in done.stdout

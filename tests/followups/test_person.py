"""One person at the desk: what is shown, to whom, and what one writes about them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audience.models import MemberTeam
from portal.audience.queries.hiding import hidden, in_team, names
from portal.db import db
from portal.followups.models import Detail, Note
from portal.members.actions.erase import erase
from portal.members.models import Member, Profile
from tests import factories
from tests.followups.people import mira
from tests.pages import PageClient
from tests.privacy.everything import somebody

AtDesk = Callable[..., PageClient]


def test_what_they_told_us_is_there_and_what_is_their_own_is_not(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member = mira(now)
    db.session.add(Profile(
        member_id=member.id, next_wish="To lead a small team.", pay_floor=61234, pay_currency="EUR", pay_per="year",
        phone="+351 21 000 00 00", channel="mail",
    ))  # fmt: skip
    client = at_desk()
    page = client.get(f"/desk/members/{member.id}").get_data(as_text=True)
    for words in ("Mira Solberg", "mira@example.org", "Data engineering", "Python", "To lead a small team.", "Lisbon"):
        assert words in page
    assert "0 of 4 mails in 30 days are used." in page
    assert "Mail may come on weekdays, between 8 and 18 in Lisbon." in page
    assert "61234" not in page
    assert "61,234" not in page
    assert "+351" not in page, "they want to be reached by mail"
    db.session.get_one(Profile, member.id).channel = "phone"
    db.session.commit()
    assert "+351 21 000 00 00" in client.get(f"/desk/members/{member.id}").get_data(as_text=True)


@pytest.mark.parametrize(("lines", "hides"), [
    ("Tom Reed", True), ("tom", True), ("Reed, Tom", True), ("TOM  REED from sales", True), ("tom.reed@talent.example.org", True),
    ("Tomé Reed", False), ("Tom Weil", False), ("Ann\nTom Reed", True), ("Re", False), ("", False), ("  \n\n", False),
])  # fmt: skip
def test_whom_a_line_hides_from(app: Flask, lines: str, hides: bool) -> None:
    tom = factories.recruiter(name="Tom Reed", address="tom.reed@talent.example.org")
    assert names(tom, lines) is hides


def test_a_team_is_known_by_the_title(app: Flask) -> None:
    jonas = factories.recruiter(name="Jonas Weil", title="Head of Calibration")
    assert in_team(jonas, ["Kalibrierung", "Calibration"])
    assert not in_team(jonas, ["Sales"])
    assert not in_team(jonas, ["Calibration and repair"])
    assert not in_team(jonas, [""])


def test_who_hides_is_not_there_for_that_person(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member, sales = mira(now), factories.team(slug="sales", name="Sales")
    tom, ana = (
        factories.recruiter(name="Tom Reed"),
        factories.recruiter(name="Ana Figueiredo", title="Recruiter, Sales"),
    )
    ines = factories.recruiter(name="Inês Prado", title="Recruiter")
    db.session.add(Profile(member_id=member.id, hidden_people="tom reed"))
    db.session.add(MemberTeam(member_id=member.id, team_id=sales.id, kind="hidden_from"))
    db.session.commit()
    assert hidden(tom, [member.id]) == hidden(ana, [member.id]) == {member.id}
    for who, status in ((tom, 404), (ana, 404), (ines, 200)):
        client = at_desk(who)
        assert client.get(f"/desk/members/{member.id}").status_code == status
        assert client.get(f"/desk/members/{member.id}/letters/new").status_code == status
        assert client.post(f"/desk/members/{member.id}/notes/new", data={"words": "x"}).status_code == (
            303 if status == 200 else 404
        )
        for address in ("/desk/members", "/desk/members?q=mira"):
            assert ("Mira Solberg" in client.get(address).get_data(as_text=True)) is (status == 200)


def test_who_is_gone_or_never_confirmed_is_not_there(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member, claimed = mira(now), factories.member(confirmed_at=None)
    client = at_desk()
    assert client.get(f"/desk/members/{claimed.id}").status_code == 404
    assert client.get(f"/desk/members/{10**12}").status_code == 404
    assert client.get(f"/desk/members/{10**30}").status_code == 404
    id = member.id
    assert erase(member, "you", now)
    db.session.commit()
    assert client.get(f"/desk/members/{id}").status_code == 404


def test_a_note_is_kept_shown_and_taken_away_by_its_writer(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member, tom, ines = mira(now), factories.recruiter(name="Tom Reed"), factories.recruiter(name="Inês Prado")
    client = at_desk(tom)
    address = f"/desk/members/{member.id}"
    assert "can read this in their export" in client.get(address).get_data(as_text=True)
    empty = client.post(f"{address}/notes/new", data={"words": "  "})
    assert empty.status_code == 422
    assert "Write the note first" in empty.get_data(as_text=True)
    client.post(f"{address}/notes/new", data={"words": "Met at the fair.\nLikes tide gauges."})
    [note] = db.session.scalars(select(Note))
    page = client.get(address).get_data(as_text=True)
    assert "Met at the fair." in page
    assert "Tom Reed" in page
    other = at_desk(ines)
    assert other.get(f"{address}/notes/{note.id}/remove").status_code == 403
    assert other.post(f"{address}/notes/{note.id}/remove").status_code == 403
    assert client.get(f"{address}/notes/{note.id}/remove").status_code == 200
    client.post(f"{address}/notes/{note.id}/remove")
    db.session.expire_all()
    assert db.session.scalars(select(Note)).all() == []


def test_a_detail_is_remembered_once_of_a_kind(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member, client = mira(now), at_desk()
    address = f"/desk/members/{member.id}/details"
    first = {"key": "built", "words": "a tide\ngauge\x00 \ue000", "source": "the fair", "learnt_on": "2026-03-01"}
    assert client.post(f"{address}/new", data=first).status_code == 303
    assert client.post(f"{address}/new", data=first | {"words": "two tide gauges"}).status_code == 303
    [detail] = db.session.scalars(select(Detail))
    assert detail.words == "two tide gauges"
    mended = client.post(f"{address}/built", data=first | {"key": "likes"})
    assert mended.status_code == 303
    db.session.expire_all()
    assert [(row.key, row.words) for row in db.session.scalars(select(Detail))] == [("built", "a tide gauge")]
    future = first | {"learnt_on": (now + timedelta(days=3)).date().isoformat()}
    wrong = client.post(f"{address}/new", data=future)
    assert wrong.status_code == 422
    assert "still to come" in wrong.get_data(as_text=True)
    assert client.post(f"{address}/new", data=first | {"key": "salary"}).status_code == 422, "the list is closed"
    assert client.post(f"{address}/built/forget").status_code == 303
    db.session.expire_all()
    assert db.session.scalars(select(Detail)).all() == []


def test_everything_that_happened_stands_in_one_line(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member, client = mira(now), at_desk(factories.recruiter(name="Tom Reed"))
    client.post(f"/desk/members/{member.id}/notes/new", data={"words": "A note to find."})
    page = client.get(f"/desk/members/{member.id}").get_data(as_text=True)
    for words in ("joined and confirmed", "Agreed to: A personal note now and then", "A note to find."):
        assert words in page
    only = client.get(f"/desk/members/{member.id}?kind=note").get_data(as_text=True)
    assert "A note to find." in only
    assert "joined and confirmed" not in only
    assert client.get(f"/desk/members/{member.id}?kind=nonsense&pages=-4").status_code == 200


def test_the_page_of_somebody_with_everything(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    """Within the statements that a page may have."""
    member = somebody(now)
    db.session.get_one(Profile, member.id).hidden_people = ""
    db.session.commit()
    page = at_desk().get(f"/desk/members/{member.id}").get_data(as_text=True)
    for words in ("Asked about wombats.", "a quokkaweaving loom", "Letter:", "Tell me more", "Newsletter"):
        assert words in page
    assert "Sales" not in page, "who may not see her is nobody's business"


def test_the_page_of_somebody_who_said_nothing(app: Flask, at_desk: AtDesk) -> None:
    member: Member = factories.member(name="")
    page = at_desk().get(f"/desk/members/{member.id}").get_data(as_text=True)
    assert "A member without a name" in page
    assert "has not agreed to personal notes" in page

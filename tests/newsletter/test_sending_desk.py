"""Sending at the desk: whom it reaches, what is to be done first, the button, a second person, what became of it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.audience.actions import eligibility, rhythm
from portal.content import compose, compose_yaml
from portal.db import db
from portal.mail import sending, waiting
from portal.mail.models import Delivery, Mailing
from portal.mail.transport import Transport
from portal.members.models import Member
from portal.newsletter.models import Approval, Campaign
from portal.staff.actions import senders
from portal.staff.models import AuditEntry, House, Recruiter
from portal.writing.actions import versions
from portal.writing.models import Piece
from portal.writing.queries import current
from portal.writing.queries.source import read
from tests import factories
from tests.faults.smtp_server import FakeSmtp
from tests.pages import MORE, PageClient

At = Callable[..., PageClient]
HERE = "/desk/newsletters/october"


def press(client: PageClient, data: dict[str, str]) -> TestResponse:
    """The button: it freezes and queues, so it may ask the database more than a page."""
    return client.post(f"{HERE}/send/confirm", data=data, environ_base={MORE: 60})


def segment(owner: Recruiter | None, slug: str = "all-of-us", name: str = "All of us", **rule: object) -> Piece:
    text = compose_yaml({"name": name, "about": "All.", "rule": rule or {"all": []}})
    return versions.start("segment", slug, text, owner, factories.LONG_AGO)


def letter(
    owner: Recruiter | None, body: str = "Hello [[name|there]].\n", slug: str = "october", **front: str
) -> Piece:
    """A newsletter of the desk to all of us."""
    said = {"subject": "Measure twice", "preview": "A letter", "segment": "all-of-us"} | front
    return versions.start("issue", slug, compose({k: v for k, v in said.items() if v}, body), owner, factories.LONG_AGO)


def reader(name: str = "Mira", **more: object) -> Member:
    return factories.member(name=name, agreed_to=["newsletter"], **more)  # type: ignore[arg-type]


@pytest.fixture
def ana(app: Flask) -> Recruiter:
    """A recruiter with a segment and a newsletter of her own."""
    found = factories.recruiter(name="Ana Figueiredo", address="ana@talent.example.org")
    segment(found)
    letter(found)
    return found


def seen(client: PageClient) -> dict[str, str]:
    """What the button's page carries."""
    page = client.get(f"{HERE}/send/confirm")
    assert page.status_code == 200, page.location
    return dict(re.findall(r'name="(version|rule)"[^>]*value="([^"]*)"', page.text))


def test_the_numbers_say_whom_it_reaches_and_why_not(app: Flask, at_desk: At, ana: Recruiter, now: datetime) -> None:
    reader()
    reader("Jonas")
    factories.member(name="Never")
    left = factories.member(name="Left")
    factories.consent(member=left, withdrawn_at=factories.LONG_AGO)
    factories.suppression(member=reader("Bounced"))
    late = reader("Late", mail_opens=(now.hour + 3) % 24, mail_closes=(now.hour + 4) % 24 or 24)
    rhythm.keep(late.id, now)
    eligibility.refresh([late.id])
    client = at_desk(ana)
    page = client.get(f"{HERE}/who").text
    words = re.sub(r"<[^>]*>|\s+", " ", page)
    for said in (
        "6 people match",
        "3 get it",
        "3 do not get it",
        "One is in quiet time",
        f"One at {(now.hour + 3) % 24:02}:00",
    ):
        assert said in re.sub(" +", " ", words), said
    for which, names in {
        "all": {"Mira", "Jonas", "Never", "Left", "Bounced", "Late"}, "reached": {"Mira", "Jonas", "Late"},
        "now": {"Mira", "Jonas"}, "later": {"Late"}, "never": {"Never"}, "took_back": {"Left"}, "bounced": {"Bounced"},
        "paused": set[str](),
    }.items():  # fmt: skip
        found = client.get(f"{HERE}/held/{which}").text
        assert set(re.findall(r'href="/desk/members/\d+">(\w+)<', found)) == names, which
    nameless = at_desk("author").get(f"{HERE}/held/all").text
    assert "Who matches: 6" in nameless
    assert "Mira" not in nameless
    assert client.get(f"{HERE}/held/nothing").status_code == 404


def test_a_segment_is_chosen_among_ones_own_and_the_houses(app: Flask, at_desk: At, ana: Recruiter) -> None:
    segment(None, "house", "The house's")
    segment(factories.recruiter(name="Rui"), "rui", "Rui's")
    client = at_desk(ana)
    page = client.get(f"{HERE}/who").text
    assert "The house" in page
    assert "Rui" not in page
    assert client.post(f"{HERE}/who", data={"segment": "rui"}).status_code == 422
    assert client.post(f"{HERE}/who", data={"segment": "house"}).status_code == 303
    source = read(words("october"), "october")
    assert source.front["segment"] == "house"
    assert source.body == "Hello [[name|there]]."


def words(slug: str) -> str:
    piece = db.session.scalars(select(Piece).filter_by(kind="issue", slug=slug)).one()
    found = current(piece)
    assert found
    return found.text


def test_what_is_to_be_done_first_is_listed_with_links(app: Flask, at_desk: At, ana: Recruiter) -> None:
    letter(ana, "Hello [[salary]]\n", "broken", segment="", sender="Nobody Known")
    client = at_desk(ana)
    page = client.get("/desk/newsletters/broken/send").text
    assert "Choose who gets it." in page
    assert "Line 1: There is no merge field “salary”" in page
    assert "Nobody at the desk is called Nobody Known" in page
    assert 'href="/desk/newsletters/broken/who"' in page
    assert "/send/confirm" not in page
    assert client.get("/desk/newsletters/broken/send/confirm").status_code == 303
    letter(ana, "Hello [[name]].\n", "bare")
    factories.member(name="", agreed_to=["newsletter"])
    db.session.commit()
    assert "One member has no name" in client.get("/desk/newsletters/bare/send").text


def test_an_author_writes_but_never_sends(app: Flask, at_desk: At, ana: Recruiter) -> None:
    reader()
    client = at_desk("author")
    assert "only they or an admin can send to it" in client.get(f"{HERE}/send").text
    assert client.get(f"{HERE}/send/confirm").status_code == 403
    assert client.post(f"{HERE}/send/confirm", data={}).status_code == 403


def test_the_button_names_the_number_and_sends_what_was_seen(
    app: Flask, at_desk: At, ana: Recruiter, smtp: Callable[..., FakeSmtp], now: datetime
) -> None:
    mira = reader()
    reader("Jonas")
    client = at_desk(ana)
    assert client.post(f"{HERE}/send/sender", data={"sender": str(ana.id)}).status_code == 303
    page = client.get(f"{HERE}/send/confirm").text
    assert "Send to 2 members" in page
    assert "Ana Figueiredo, Fennel &amp; Rowe" in page
    done = press(client, seen(client))
    assert done.status_code == 303
    campaign = db.session.scalars(select(Campaign)).one()
    assert done.location == f"/desk/campaigns/{campaign.id}"
    assert (campaign.recruiter_id, campaign.sender_id) == (ana.id, ana.id)
    with smtp() as server, Transport(server.url) as transport:
        assert sending.send(campaign.mailing_id, transport, lambda: now + timedelta(minutes=1)) == 2
    data = next(m.data for m in server.messages if m.recipients == [mira.address]).decode()
    assert 'From: "Ana Figueiredo, Fennel & Rowe"' in data
    assert "<hello@talent.example.org>" in data
    assert "Reply-To: ana@talent.example.org" in data
    assert "Written and sent by Ana Figueiredo." in data
    result = client.get(done.location).text
    assert "Handed to the mail server" in result
    assert "Done" in result
    assert "hx-trigger" not in result
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert "campaign.schedule" in actions


def test_what_changed_since_it_was_seen_is_shown_again(app: Flask, at_desk: At, ana: Recruiter, now: datetime) -> None:
    reader()
    client = at_desk(ana)
    before = seen(client)
    piece = db.session.scalars(select(Piece).filter_by(kind="issue")).one()
    latest = current(piece)
    assert latest
    versions.save(piece, latest.text + "More.\n", ana, now, base_id=latest.id)
    db.session.commit()
    assert press(client, before).location == f"{HERE}/send/confirm"
    again = seen(client)
    rule = db.session.scalars(select(Piece).filter_by(kind="segment")).one()
    text = compose_yaml({"name": "All of us", "about": "All.", "rule": {"work_mode": ["remote"]}})
    latest = current(rule)
    assert latest
    versions.save(rule, text, ana, now, base_id=latest.id)
    db.session.commit()
    assert press(client, again).location == f"{HERE}/send/confirm"
    assert db.session.scalars(select(Campaign)).all() == []
    assert press(client, seen(client)).location == "/desk/campaigns/1"


def test_a_duplicate_leads_to_the_first(app: Flask, at_desk: At, ana: Recruiter) -> None:
    reader()
    client = at_desk(ana)
    once = seen(client)
    assert press(client, once).location == "/desk/campaigns/1"
    assert press(client, once).location == "/desk/campaigns/1"
    assert "goes to “All of us” already: campaign 1," in client.get("/desk/campaigns/1").text
    assert len(db.session.scalars(select(Campaign)).all()) == 1


def test_a_time_is_chosen_on_ones_own_clock_and_shown_on_others(
    app: Flask, at_desk: At, ana: Recruiter, now: datetime
) -> None:
    ana.time_zone = "Europe/Lisbon"
    for _ in range(2):
        reader(time_zone="Europe/Berlin")
    client = at_desk(ana)
    assert client.post(f"{HERE}/send/when", data={"when": "at", "at": "2020-01-01T09:00"}).status_code == 422
    assert "is over" in client.post(f"{HERE}/send/when", data={"when": "at", "at": "2020-01-01T09:00"}).text
    assert "Choose a day and a time" in client.post(f"{HERE}/send/when", data={"when": "at"}).text
    day = (now + timedelta(days=40)).date()
    assert client.post(f"{HERE}/send/when", data={"when": "at", "at": f"{day}T09:00"}).status_code == 303
    page = client.get(f"{HERE}/send").text
    assert "09:00" in page
    assert "10:00" in page
    assert "10:00 in Berlin" in page
    assert press(client, seen(client)).location == "/desk/campaigns/1"
    campaign = db.session.scalars(select(Campaign)).one()
    assert campaign.send_at.date() == day
    assert "Goes out on" in client.get("/desk/campaigns/1").text
    assert client.post("/desk/campaigns/1/unschedule").location == f"{HERE}/send"
    assert client.get(f"{HERE}/send/confirm").status_code == 200
    assert client.post(f"{HERE}/send/when", data={"when": "now", "at": ""}).status_code == 303  # as a browser sends it
    assert "send_at" not in read(words("october")).front


def test_somebody_elses_name_only_if_they_allow_it(app: Flask, at_desk: At, ana: Recruiter, now: datetime) -> None:
    reader()
    rui = factories.recruiter(role="manager", name="Rui Costa")
    client = at_desk(ana)
    assert client.post(f"{HERE}/send/sender", data={"sender": str(rui.id)}).status_code == 403
    assert client.post(f"{HERE}/send/ask", data={"sender": str(rui.id)}).status_code == 303
    assert "Asked, no answer yet" in client.get(f"{HERE}/send").text
    senders.give(rui, now, about="issue:october")
    db.session.commit()
    assert client.post(f"{HERE}/send/sender", data={"sender": str(rui.id)}).status_code == 303
    assert "Rui Costa, Fennel &amp; Rowe" in client.get(f"{HERE}/send/confirm").text
    before = seen(client)
    [given] = senders_of(rui)
    senders.withdraw(rui, given, now)
    db.session.commit()
    assert press(client, before).location == f"{HERE}/send"
    assert "Rui Costa has not allowed mail under their name" in client.get(f"{HERE}/send").text
    assert db.session.scalars(select(Campaign)).all() == []


def senders_of(recruiter: Recruiter) -> list[int]:
    from portal.staff.queries.senders import of

    return [row.id for row in of(recruiter.id)]


def test_a_copy_is_marked_and_is_nobodys_newsletter(
    app: Flask, at_desk: At, ana: Recruiter, smtp: Callable[..., FakeSmtp], now: datetime
) -> None:
    tom = factories.recruiter(name="Tom Ek")
    gone = factories.recruiter(name="Gone")
    client = at_desk(ana)
    sent = client.post(
        f"{HERE}/send/test", data={"to": [str(ana.id), str(tom.id), str(gone.id)], "as": "all"}, environ_base={MORE: 25}
    )
    assert sent.status_code == 303
    gone.ended_at = now
    db.session.commit()
    [mailing] = db.session.scalars(select(Mailing)).all()
    assert (mailing.kind, mailing.purpose, mailing.about) == ("test", "newsletter", None)
    with smtp() as server, Transport(server.url) as transport:
        assert sending.send(mailing.id, transport, lambda: now + timedelta(minutes=1)) == 2
    assert sorted(m.recipients[0] for m in server.messages) == sorted([ana.address, tom.address])
    data = server.messages[0].data.decode()
    assert "Subject: [Test] Measure twice" in data
    assert "/desk/copy" in data
    assert "Hello=20=\r\nAna Figueiredo" in data
    states = {row.recruiter_id: (row.state, row.reason) for row in db.session.scalars(select(Delivery))}
    assert states == {ana.id: ("accepted", None), tom.id: ("accepted", None), gone.id: ("skipped", "left")}
    assert "This was a copy" in app.test_client().get("/desk/copy").text


def test_a_second_person_says_yes_to_exactly_what_was_asked(
    app: Flask, at_desk: At, ana: Recruiter, now: datetime
) -> None:
    reader()
    db.session.get_one(House, 1).approval = True
    other = factories.recruiter(name="Rui")
    client, second = at_desk(ana), at_desk(other)
    assert "Ask a second person to send to one member" in client.get(f"{HERE}/send/confirm").text
    assert press(client, seen(client)).location == f"{HERE}/send"
    row = db.session.scalars(select(Approval)).one()
    path = f"{HERE}/approvals/{row.id}"
    assert path in client.get(f"{HERE}/send").text
    assert "somebody else has to answer" in client.get(path).text
    assert client.post(path, data={"answer": "yes"}).status_code == 403
    piece = db.session.scalars(select(Piece).filter_by(kind="issue")).one()
    before = current(piece)
    assert before
    versions.save(piece, before.text + "More.\n", ana, now, base_id=before.id)
    db.session.commit()
    assert "has to be asked for again" in second.get(path).text
    assert second.post(path, data={"answer": "yes"}, environ_base={MORE: 60}).location == path
    assert db.session.scalars(select(Campaign)).all() == []
    press(client, seen(client))
    path = f"{HERE}/approvals/2"
    assert second.post(path, data={"answer": "no", "words": "Not on a Friday."}).status_code == 303
    assert "Not on a Friday." in client.get(f"{HERE}/send").text
    press(client, seen(client))
    assert (
        second.post(f"{HERE}/approvals/3", data={"answer": "yes"}, environ_base={MORE: 60}).location
        == "/desk/campaigns/1"
    )
    assert db.session.scalars(select(Campaign.recruiter_id)).one() == ana.id
    assert "answered with yes" in second.get(f"{HERE}/approvals/3").text


def test_pause_go_on_and_call_off(app: Flask, at_desk: At, ana: Recruiter, now: datetime) -> None:
    reader()
    reader("Jonas")
    client = at_desk(ana)
    press(client, seen(client))
    page = client.get("/desk/campaigns/1").text
    assert "Pause: 2 wait until you go on" in page
    assert 'hx-trigger="every 4s"' in page
    assert client.get("/desk/campaigns/1", headers={"HX-Request": "true"}).text.strip().startswith("<section")
    later = now + timedelta(minutes=1)
    assert 1 in waiting.due(later)
    client.post("/desk/campaigns/1/pause")
    assert waiting.due(later) == []
    assert "Go on: 2 are to come" in client.get("/desk/campaigns/1").text
    client.post("/desk/campaigns/1/resume")
    assert 1 in waiting.due(later)
    assert at_desk("recruiter").post("/desk/campaigns/1/cancel").status_code == 403
    client.post("/desk/campaigns/1/cancel")
    assert "Called off: 2 members do not get it." in client.get("/desk/campaigns/1").text
    assert client.get(f"{HERE}/result").location == "/desk/campaigns/1"
    assert client.post("/desk/campaigns/1/nothing").status_code == 404


def test_in_the_trial_only_staff_is_reached_and_afterwards_everybody_else(
    app: Flask, at_desk: At, ana: Recruiter, smtp: Callable[..., FakeSmtp], now: datetime
) -> None:
    house = db.session.get_one(House, 1)
    house.live_at = None
    reader("Ana", address="Ana@talent.example.org")
    reader("Mira")
    client = at_desk(ana)
    assert "This is still the trial" in client.get(f"{HERE}/send").text
    assert "Send to one member" in client.get(f"{HERE}/send/confirm").text
    press(client, seen(client))
    with smtp() as server, Transport(server.url) as transport:
        assert sending.send(1, transport, lambda: now + timedelta(minutes=1)) == 1
    assert "Not sent: not reached during the trial" in client.get("/desk/campaigns/1").text
    assert app.test_client().get("/newsletter/october").status_code == 404
    house = db.session.get_one(House, 1)
    house.live_at = now + timedelta(minutes=2)
    db.session.commit()
    assert "Send to one member" in client.get(f"{HERE}/send/confirm").text
    assert "already got this" in client.get(f"{HERE}/who").text


def test_among_very_many_the_numbers_come_by_a_request_of_their_own(
    app: Flask, at_desk: Callable[..., PageClient], monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """The page is there at once; what it asks for then, or the link without a script, has the numbers."""
    monkeypatch.setattr("portal.newsletter.desk.who.many_members", lambda: True)
    me = factories.recruiter(role="admin")
    versions.start("segment", "house", "name: All\nabout: Everybody.\nrule:\n  all: []\n", None, now)
    versions.start("issue", "late", "---\nsubject: Late\npreview: Numbers.\nsegment: house\n---\n\nHello.\n", me, now)
    db.session.commit()
    client = at_desk(me)
    first = client.get("/desk/newsletters/late/who").text
    assert "people match" not in first
    assert 'href="/desk/newsletters/late/who?counted=1"' in first
    assert "match" in client.get("/desk/newsletters/late/who?counted=1").text

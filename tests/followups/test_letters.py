"""A personal letter, from the first word to what becomes of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from portal.audience.models import Consent, Leaving, Reply, Slot
from portal.db import db
from portal.followups import emails
from portal.followups.actions import letters
from portal.followups.desk.letters import keep_typed
from portal.followups.emails import Content
from portal.followups.models import Letter
from portal.followups.queries.timeline import timeline
from portal.mail import outbox, stopping
from portal.mail.message import Recipient
from portal.mail.models import Delivery, Mailing
from portal.markdown import MarkdownError
from portal.members.actions.erase import erase
from portal.staff.actions import senders
from portal.staff.models import AuditEntry
from tests import factories
from tests.followups.people import mira
from tests.pages import PageClient

AtDesk = Callable[..., PageClient]
WORDS = {
    "subject": "A tide gauge, [[name|you]]",
    "body": "Dear [[name|you]],\n\nyou built [[built|something]].",
    "attached": "",
}
MONDAY = datetime(2026, 11, 30, 8, tzinfo=UTC)


def words(client: PageClient, address: str) -> str:
    return unescape(client.get(address).get_data(as_text=True))


def the_letter() -> Letter:
    db.session.expire_all()
    return db.session.scalars(select(Letter)).one()


def parts(mailing: Mailing) -> tuple[Any, str, str]:
    """A message as it would go over the wire, its HTML and its text."""
    urls = {f"{name}_url": f"https://x.example/{name}" for name in ("preferences", "unsubscribe", "why")}
    urls |= {f"reply_{answer}_url": f"https://x.example/{answer}" for answer in ("more", "not_now", "less")}
    mask = (1 << len(mailing.fragments)) - 1
    data = outbox.sample(
        mailing, Recipient(1, "mira@example.org", "Mira", MONDAY, mask, {"name": "Mira <Solberg>", **urls})
    )
    mail: Any = message_from_bytes(data, policy=default)
    return mail, mail.get_body(("html",)).get_content(), mail.get_body(("plain",)).get_content()


def test_from_the_first_word_to_the_mail(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member = mira(now, mail_opens=0, mail_closes=24, weekdays=127)
    tom = factories.recruiter(name="Tom Reed", address="tom@talent.example.org")
    factories.detail(member=member, recruiter=tom, words="a <tide> gauge & [[name]] **bold**")
    factories.insight(slug="quiet", title="A quiet month")
    client, data = at_desk(tom), WORDS | {"sender": tom.id, "attached": "insight:quiet", "preview": "yes"}
    first = words(client, f"/desk/members/{member.id}/letters/new")
    assert first.index("mails in 30 days are used") < first.index('name="body"'), "her budget stands first"
    assert client.post(f"/desk/members/{member.id}/letters/new", data=data).location == "/desk/letters/1/preview"
    page = words(client, "/desk/letters/1/preview")
    assert "A tide gauge, Mira Solberg" in page
    assert "Send to Mira Solberg" not in page
    assert words(client, "/desk/letters/1/send").count("Send to Mira Solberg") == 1
    assert client.post("/desk/letters/1/send").location == "/desk/letters/1"

    letter = the_letter()
    mailing = db.session.get_one(Mailing, letter.mailing_id)
    assert (mailing.kind, mailing.purpose, mailing.reply_to) == ("letter", "check_ins", "tom@talent.example.org")
    mail, html, text = parts(mailing)
    assert mail["From"].addresses[0].display_name == "Tom Reed, Fennel & Rowe"
    assert (mail["Auto-Submitted"], mail["Precedence"]) == (None, None), "a person wrote it"
    assert mail["List-Unsubscribe"]
    assert mail["Subject"] == "A tide gauge, Mira <Solberg>"
    assert "Dear Mira &lt;Solberg&gt;," in html.replace("=\n", "")
    assert "a &lt;tide&gt; gauge &amp; [[name]] **bold**" in html, "put in literally, and escaped"
    assert "a <tide> gauge & [[name]] **bold**" in text
    assert "A quiet month" in html
    assert "/insights/quiet" in text
    assert "https://x.example/more" in html
    flat = " ".join(text.split())
    assert (
        "Tom Reed wrote this to you personally. You agreed to a personal note now and then on 15 January 2026." in flat
    )
    logged = db.session.scalars(select(AuditEntry).filter_by(action="letter.send")).one()
    assert (logged.recruiter_id, logged.member_id) == (tom.id, member.id)
    assert "tide" not in str(logged.detail)
    shown = words(client, "/desk/letters/1")
    assert "It waits to be sent." in shown
    assert client.post("/desk/letters/1", data=data).status_code == 404, "nobody changes it any more"


def test_it_is_sent_once(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member, tom = mira(now), factories.recruiter()
    letter = factories.letter(member=member, recruiter=tom)
    letters.send(letter, tom, now)
    with pytest.raises(letters.NotReady, match="has been sent already"):
        letters.send(letter, tom, now)
    assert db.session.scalars(select(Delivery)).all() == [db.session.scalars(select(Delivery)).one()]


def test_without_her_consent_nothing_can_be_sent_and_nothing_sneaky_is_offered(
    app: Flask, at_desk: AtDesk, now: datetime
) -> None:
    member, tom = mira(now, agreed_to=["newsletter"]), factories.recruiter()
    factories.letter(member=member, recruiter=tom)
    db.session.commit()
    client = at_desk(tom)
    for address in (f"/desk/members/{member.id}", "/desk/letters/1", "/desk/letters/1/preview", "/desk/letters/1/send"):
        page = words(client, address)
        assert "Mira Solberg has not agreed to personal notes, so nobody may write one." in page or "preview" in address
        assert "Send to Mira" not in page
    client.post("/desk/letters/1/send")
    db.session.expire_all()
    assert db.session.scalars(select(Delivery)).all() == []
    assert the_letter().sent_at is None


def test_over_her_budget_it_says_when_the_next_may_come(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member, tom = mira(now, mails_per_month=1), factories.recruiter()
    taken = now - timedelta(days=10)
    factories.slot(delivery=factories.delivery(member=member, state="accepted", first_at=taken), taken_at=taken)
    factories.letter(member=member, recruiter=tom)
    db.session.commit()
    page = words(at_desk(tom), "/desk/letters/1/send")
    assert "1 of one mail in 30 days is used." in page
    free = taken + timedelta(days=30)
    assert f"The next one may come on {free.day} {free:%B %Y}" in page
    assert "Send to Mira" not in page


def test_outside_her_hours_it_waits_and_says_until_when(app: Flask, at_desk: AtDesk) -> None:
    saturday = datetime(2026, 11, 28, 12, tzinfo=UTC)
    member, tom = mira(saturday), factories.recruiter(name="Tom Reed")
    letter = factories.letter(member=member, recruiter=tom)
    letters.send(letter, tom, saturday)
    delivery = db.session.scalars(select(Delivery)).one()
    delivery.held_from, delivery.not_before = saturday, MONDAY
    db.session.flush()
    [touch] = timeline(member.id, 9)
    assert touch.who == "Tom Reed"
    assert touch.detail == ["Held until 30 November 2026, 08:00 in Lisbon, when mail may come to Mira Solberg."]


def test_what_is_missing_is_listed_with_its_mend(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member, tom = mira(now), factories.recruiter()
    factories.letter(
        member=member, recruiter=tom, subject="About [[wants]]", source="You like [[likes]], [[studied|things]]."
    )
    db.session.commit()
    page = words(at_desk(tom), "/desk/letters/1/preview")
    assert "Nothing is known for [[likes]]: write [[likes|something else]], or take it out." in page
    assert "[[wants|something else]]" in page
    assert "studied|something" not in page
    with pytest.raises(letters.NotReady):
        letters.send(the_letter(), tom, now)


@pytest.mark.parametrize("source", ["[[salary]]", "x " * 30_000, "> " * 60 + "x", "[a]([[built]])"])
def test_bad_words_are_refused_with_a_sentence_and_kept(
    app: Flask, at_desk: AtDesk, now: datetime, source: str
) -> None:
    member, tom = mira(now), factories.recruiter()
    client = at_desk(tom)
    data = WORDS | {"sender": tom.id, "body": source, "preview": "yes"}
    answer = client.post(f"/desk/members/{member.id}/letters/new", data=data)
    if answer.status_code == 303:
        assert "to mend" in words(client, answer.location)
        with pytest.raises(letters.NotReady):
            letters.send(the_letter(), tom, now)
    else:
        assert answer.status_code == 422
        assert source[:500] in unescape(answer.get_data(as_text=True))


def test_a_name_is_borrowed_with_permission_only(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member, tom = mira(now), factories.recruiter(name="Tom Reed")
    jonas = factories.recruiter(role="manager", name="Jonas Weil", address="jonas@talent.example.org")
    letter = factories.letter(member=member, recruiter=tom, sender=jonas)
    db.session.commit()
    client = at_desk(tom)
    assert "Jonas Weil has not said yes to this letter under their name." in words(client, "/desk/letters/1/preview")
    with pytest.raises(letters.NotReady):
        letters.send(letter, tom, now)
    db.session.rollback()
    client.post("/desk/letters/1/ask-sender")
    assert "Tom Reed would like to write under your name." in words(at_desk(jonas), "/desk")
    senders.give(jonas, now, about=f"letter:{letter.id}")
    db.session.commit()
    letters.send(the_letter(), tom, now)
    _, _, text = parts(db.session.scalars(select(Mailing).filter_by(kind="letter")).one())
    assert "Tom Reed wrote this to you in the name of Jonas Weil, who agreed to that." in " ".join(text.split())
    assert db.session.scalars(select(Mailing).filter_by(kind="letter")).one().reply_to == "jonas@talent.example.org"


def test_a_draft_keeps_itself_and_nobodys_words_are_lost(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member, tom = mira(now), factories.recruiter()
    client, quietly = at_desk(tom), {"HX-Request": "true"}
    address = f"/desk/members/{member.id}/letters/new"
    data = WORDS | {"sender": tom.id, "base": ""}
    first = client.post(address, data=data, headers=quietly).get_data(as_text=True)
    assert "Only you see it." in first
    base = the_letter().changed_at.isoformat()
    assert base in first, "the page goes on from there"
    assert client.get(address).location == "/desk/letters/1", "one letter at a time"
    with time_machine.travel(now + timedelta(minutes=1)):
        client.post(address, data=data | {"base": base, "body": "Second."}, headers=quietly)
        assert the_letter().source == "Second."
        other = client.post("/desk/letters/1", data=data | {"base": base, "body": "From another window."})
    assert other.status_code == 409
    page = unescape(other.get_data(as_text=True))
    assert "From another window." in page
    assert "Second." in page
    assert the_letter().source == "Second."
    quiet = client.post("/desk/letters/1", data=data | {"base": base, "body": "Third."}, headers=quietly)
    assert quiet.status_code == 409
    assert "another window" in quiet.get_data(as_text=True)


def test_words_typed_after_a_session_ended_are_in_the_draft(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member, tom = mira(now), factories.recruiter()
    client = at_desk(tom)
    with time_machine.travel(now + timedelta(hours=13)):
        data = WORDS | {"sender": tom.id, "body": "A long thought."}
        assert client.post(f"/desk/members/{member.id}/letters/new", data=data).status_code == 401
        assert the_letter().source == "A long thought."
        assert client.post("/desk/letters/1", data=data | {"body": "A longer thought."}).status_code == 401
        assert "A long thought." in the_letter().source
        assert "A longer thought." in the_letter().source
    other = at_desk(factories.recruiter())
    with time_machine.travel(now + timedelta(hours=13)):
        other.post("/desk/letters/1", data=data | {"body": "A stranger's."})
    assert "stranger" not in the_letter().source


def test_a_copy_to_oneself_is_hers_in_all_but_the_address(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    member, tom = mira(now), factories.recruiter()
    factories.letter(member=member, recruiter=tom, source="Dear [[name|you]], quokkas.")
    db.session.commit()
    at_desk(tom).post("/desk/letters/1/test")
    mailing = db.session.scalars(select(Mailing).filter_by(kind="letter")).one()
    delivery = db.session.scalars(select(Delivery)).one()
    assert (delivery.recruiter_id, delivery.member_id) == (tom.id, None)
    assert "Test: " in mailing.subject
    assert "Dear Mira Solberg, quokkas." in parts(mailing)[2]
    assert db.session.scalars(select(Slot)).all() == []
    assert erase(member, "you", now)
    db.session.flush()
    assert db.session.scalars(select(Mailing)).all() == [], "what was written to her goes with her"


def test_letters_go_wholly_with_her(app: Flask, now: datetime) -> None:
    """P12: also with an answer, and after she left by its link."""
    member, tom = mira(now), factories.recruiter()
    letter = factories.letter(member=member, recruiter=tom)
    letters.send(letter, tom, now)
    delivery = db.session.scalars(select(Delivery)).one()
    db.session.add(
        Reply(delivery_id=delivery.id, mailing_id=delivery.mailing_id, member_id=member.id, answer="more", at=now)
    )
    db.session.add(Leaving(purpose="check_ins", reason="", mailing_id=delivery.mailing_id, day=now.date()))
    newsletter = factories.delivery(member=member, state="accepted", first_at=now)
    assert erase(member, "you", now)
    db.session.commit()
    assert db.session.scalars(select(Letter)).all() == []
    assert db.session.scalars(select(Mailing.id)).all() == [newsletter.mailing_id], "what many got goes on counting"


def test_consent_withdrawn_before_it_goes(app: Flask, now: datetime) -> None:
    member, tom = mira(now), factories.recruiter()
    letters.send(factories.letter(member=member, recruiter=tom), tom, now)
    db.session.execute(update(Consent).values(withdrawn_at=now, withdrawn_by="preferences", withdrawn_from="-"))
    stopping.cancel_for(member.id, "check_ins", now)
    [touch] = timeline(member.id, 9)
    assert touch.detail == ["Not sent: Mira Solberg had not agreed to it, or had taken that back."]


def test_fields_are_a_closed_list(app: Flask, now: datetime) -> None:
    member, tom = mira(now), factories.recruiter()
    with pytest.raises(MarkdownError, match="There is no merge field"):
        emails.letter(Content("x", "[[address]]", {}), member, tom, tom)


def test_what_keeps_typed_words_is_wired(app: Flask) -> None:
    assert app.extensions["typed"]["letters.new"] is app.extensions["typed"]["letters.edit"] is keep_typed

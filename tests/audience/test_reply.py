"""Answering a mail by its buttons: P1, W-25, one answer for each mail, and who holds the mail raises nothing."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal import links
from portal.audience.actions import reply as actions
from portal.audience.emails import reply_piece
from portal.audience.models import ANSWERS, Reply
from portal.audience.queries import fields, replies, tokens
from portal.db import db
from portal.languages import speaking
from portal.mail.encoding import FIELD
from portal.mail.models import Delivery
from portal.members.actions.erase import erase
from portal.members.models import Member
from tests import factories
from tests.audience.test_leave import everything_stored
from tests.audience.visitor import Visitor, signed_in

SECRETS = ("Maria", "maria", "m…@e…")


@pytest.fixture
def ana(app: Flask) -> Member:
    return factories.member(address="maria@example.org", name="Maria Antónia", agreed_to=["newsletter"])


@pytest.fixture
def sent(ana: Member, now: datetime) -> Delivery:
    """A newsletter by a person, with her name in the subject."""
    mailing = factories.mailing(subject="Measure twice, \ue000name|you\ue001", created_at=now)
    mailing.from_name = "Ruth Ackroyd, Fennel & Rowe"
    row = factories.delivery(member=ana, mailing=mailing, state="accepted", first_at=now)
    db.session.commit()
    return row


def path(delivery: Delivery, answer: str = "more") -> str:
    return f"/reply/{tokens.reply(delivery.id, answer)}"


def kept() -> list[tuple[str, str]]:
    return [(row.answer, row.words) for row in db.session.scalars(select(Reply).order_by(Reply.id))]


# P1, tokens


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_p1_looking_twenty_times_changes_nothing(app: Flask, sent: Delivery, method: str) -> None:
    before = everything_stored(app)
    for answer in ANSWERS:
        for _ in range(20):
            looked = Visitor(app).open(path(sent, answer), method, query_string={"answer": "less", "words": "x"})
            assert (looked.status_code, looked.headers["Cache-Control"]) == (200, "no-store")
    assert everything_stored(app) == before


def test_tokens_that_are_not_ours_open_and_do_nothing(app: Flask, sent: Delivery) -> None:
    good, before = tokens.reply(sent.id, "more"), everything_stored(app)
    value, _, mac = good.partition(".")
    foreign = [tokens.why(sent.id), tokens.preferences(sent.member_id or 0), links.sign("unsubscribe", f"{sent.id:x}m")]
    changed = [good[:-1], good[1:], f"{sent.id:x}l.{mac}", f"{value[:-1]}.{mac}", good.upper(), "x", "é", "a" * 4000]
    for token in foreign + changed:
        visitor = Visitor(app)
        page = visitor.get(f"/reply/{token}")
        assert page.status_code == 404
        assert "This link is not whole." in page.text
        form = visitor.form(path(sent))
        form.action = f"/reply/{token}"
        assert visitor.send(form).status_code == 404
    assert everything_stored(app) == before


# The page


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_page_has_the_buttons_answer_chosen_and_says_what_happens(app: Flask, sent: Delivery, answer: str) -> None:
    visitor = Visitor(app)
    page = visitor.get(path(sent, answer)).text
    assert visitor.form(path(sent, answer)).data["answer"] == answer
    assert "What shall we tell Ruth Ackroyd?" in page
    assert "Tell Ruth Ackroyd: tell me more" in page
    assert "Measure twice, you" in page
    main = page.split("<main")[1].split("</main")[0]
    assert not [secret for secret in SECRETS if secret in main]


def test_an_answer_is_kept_and_says_what_follows(app: Flask, ana: Member, sent: Delivery) -> None:
    visitor = Visitor(app)
    with time_machine.travel(datetime.fromisoformat("2026-11-28T23:30:00+00:00"), tick=False):
        sent.first_at, ana.time_zone = datetime.fromisoformat("2026-11-28T09:00:00+00:00"), "Europe/Berlin"
        db.session.commit()
        page = visitor.send(visitor.form(path(sent)), {"words": "  What is\r\nthe team like?\x00 "})
    assert page.status_code == 200
    assert "Ruth Ackroyd answers you by 6 December 2026" in page.text
    assert kept() == [("more", "What is\nthe team like?")]
    row = db.session.scalars(select(Reply)).one()
    assert (row.delivery_id, row.mailing_id, row.member_id) == (sent.id, sent.mailing_id, ana.id)
    assert ana.contact_at == row.at, "a button was pressed"
    main = page.text.split("<main")[1].split("</main")[0]
    assert not [secret for secret in (*SECRETS, "the team like") if secret in main]
    assert "the team like" not in visitor.get(path(sent)).text, "whoever holds the mail does not read what was said"


def test_the_last_answer_counts_and_waits_anew(app: Flask, ana: Member, sent: Delivery, now: datetime) -> None:
    ruth = factories.recruiter()
    assert actions.reply(sent.id, "more", "", now)
    row = db.session.scalars(select(Reply)).one()
    actions.handle(row, ruth, now)
    later = now + timedelta(hours=1)
    assert actions.reply(sent.id, "more", "", later)
    db.session.expire_all()
    assert (row.at, row.handled_by) == (now, ruth.id), "the same again changes nothing"
    assert actions.reply(sent.id, "not_now", "", later)
    db.session.expire_all()
    assert (row.answer, row.at, row.handled_at, row.handled_by) == ("not_now", later, None, None)


def test_another_answer_than_the_buttons_may_be_chosen(app: Flask, sent: Delivery) -> None:
    visitor = Visitor(app)
    page = visitor.send(visitor.form(path(sent, "more")), {"answer": "not_now"}).text
    assert kept() == [("not_now", "")]
    assert re.search(r'href="/preferences/[^"]+#pause"', page)
    target = re.findall(r'href="(/preferences/[^"#]+)#pause"', page)[0]
    assert 'id="pause"' in visitor.get(target).text


def test_less_leads_to_what_only_lowers(app: Flask, ana: Member, sent: Delivery, now: datetime) -> None:
    visitor = Visitor(app)
    page = visitor.send(visitor.form(path(sent, "less"))).text
    main = page.split("<main")[1].split("</main")[0]
    found = set(re.findall(r'href="/([a-z]+)/', main))
    assert found == {"why", "preferences", "unsubscribe"}
    for href in re.findall(r'href="(/[^"]+)"', main):
        assert visitor.get(href).status_code == 200
    assert (ana.mails_per_month, ana.pause_until) == (4, None), "an answer alone changes no preference"
    assert visitor.get("/me").status_code == 302, "nobody is signed in"


@pytest.mark.parametrize("fields_", [{"words": "x" * 1001}, {"answer": "raise"}])
def test_what_is_wrong_is_said_and_nothing_is_lost(app: Flask, sent: Delivery, fields_: dict[str, str]) -> None:
    visitor = Visitor(app)
    page = visitor.send(visitor.form(path(sent)), {"words": "Keep me."} | fields_)
    assert page.status_code == 422
    assert "characters. Write at most 1000." in page.text or "Choose one of those that are shown." in page.text
    assert fields_.get("words", "Keep me.") in page.text
    assert kept() == []


# Nobody there, no longer, too often


def test_who_was_erased_and_a_mail_that_is_too_old_read_the_same(
    app: Flask, ana: Member, sent: Delivery, now: datetime
) -> None:
    visitor, link = Visitor(app), path(sent)
    with time_machine.travel(now + timedelta(days=365)):
        assert visitor.get(link).status_code == 200, "for a year"
    with time_machine.travel(now + timedelta(days=367)):
        old = visitor.get(link)
    form = visitor.form(link)
    assert erase(ana, "you", now)
    db.session.commit()
    gone, after = visitor.get(link), visitor.send(form)
    assert [old.status_code, gone.status_code, after.status_code] == [410, 410, 410]
    assert old.text == gone.text == after.text
    assert kept() == []
    assert Visitor(app).get(f"/reply/{tokens.reply(10**9, 'less')}").text == gone.text


def test_the_answer_goes_with_the_person(app: Flask, ana: Member, sent: Delivery, now: datetime) -> None:
    actions.reply(sent.id, "more", "About me.", now)
    db.session.commit()
    assert erase(ana, "you", now)
    db.session.commit()
    assert kept() == []
    assert not actions.reply(sent.id, "more", "About me.", now)


def test_not_too_often(app: Flask, sent: Delivery) -> None:
    visitor = Visitor(app)
    form = visitor.form(path(sent))
    assert [visitor.send(form).status_code for _ in range(14)] == [200] * 12 + [429] * 2


def test_a_test_copy_leads_to_a_page_that_does_nothing(app: Flask, sent: Delivery) -> None:
    before, visitor = everything_stored(app), Visitor(app)
    copy = tokens.reply_urls(tokens.SAMPLE)["reply_less_url"].removeprefix("http://127.0.0.1:8000")
    assert "Here a member would answer: Less like this" in visitor.get(copy).text
    form = visitor.form(path(sent))
    form.action = copy
    assert visitor.send(form).status_code == 200
    assert everything_stored(app) == before


def test_the_page_speaks_the_members_language(app: Flask, ana: Member, sent: Delivery) -> None:
    ana.language = "de"
    db.session.commit()
    assert '<html lang="de">' in Visitor(app).get(path(sent), headers={"Accept-Language": "pt"}).text


# In the mail


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_buttons_in_a_mail(app: Flask, sent: Delivery, language: str) -> None:
    with speaking(language):
        piece = reply_piece()
    names = [f"reply_{answer}_url" for answer in ANSWERS]
    assert [found[1] for found in FIELD.finditer(piece.html)] == names
    assert [found[1] for found in FIELD.finditer(piece.text)] == names
    assert f'lang="{language}"' in piece.html
    values = fields([sent.id])[sent.id].values
    for answer, name in zip(ANSWERS, names, strict=True):
        token = values[name].rpartition("/")[2]
        assert tokens.read_reply(token) == (sent.id, answer)
        assert len(values[name]) < 75, "not folded in a text part (E-07)"


def test_account_mail_has_no_buttons(app: Flask, ana: Member) -> None:
    row = factories.delivery(member=ana, mailing=factories.mailing(purpose="account"))
    assert not [name for name in fields([row.id])[row.id].values if name.startswith("reply")]


def test_who_is_signed_in_reads_what_is_held(app: Flask, ana: Member, sent: Delivery, now: datetime) -> None:
    actions.reply(sent.id, "more", "What is the team like?", now)
    page = signed_in(app, ana, now).get("/me/privacy").text
    assert "Your answers by button" in page
    assert "What is the team like?" in page


# At the desk


def test_answers_reach_who_sent_the_mail(
    app: Flask, at_desk: Callable[..., Visitor], sent: Delivery, now: datetime
) -> None:
    ruth = factories.recruiter(name="Ruth")
    app.extensions["sent_by"] = [lambda id: select(Delivery.mailing_id).where(id == ruth.id, Delivery.id == sent.id)]
    actions.reply(sent.id, "less", "Not my field.", now - timedelta(days=10))
    factories.reply(answer="more", words="Tell me <b>all</b>.", at=now - timedelta(days=9))
    assert [each.reply.words for each in replies.open_for(ruth.id)] == ["Not my field."]
    assert [each.reply.answer for each in replies.open_for(None)] == ["more", "less"], "who asked for more comes first"
    assert (replies.waiting(ruth.id), replies.waiting(None)) == (1, 2)
    assert replies.counts([sent.mailing_id]) == {"less": 1}
    client = at_desk(ruth)
    page = client.get("/desk/replies").text
    assert "Not my field." in page
    assert f'href="/desk/members/{sent.member_id}"' in page
    assert "Measure twice, Maria Antónia" in page
    everybody = client.get("/desk/replies?of=all").text
    assert "Tell me &lt;b&gt;all&lt;/b&gt;." in everybody
    assert "That is over." in everybody
    row = db.session.scalars(select(Reply).filter_by(delivery_id=sent.id)).one()
    done = client.post(f"/desk/replies/{row.id}/handled")
    assert done.location == "/desk/replies"
    db.session.expire_all()
    assert row.handled_by == ruth.id
    assert "Nobody waits for you" in client.get("/desk/replies").text
    assert "Seen to by Ruth" in client.get("/desk/replies?show=handled").text
    client.post(f"/desk/replies/{row.id}/handled?show=handled", data={"again": "yes"})
    db.session.expire_all()
    assert row.handled_at is None
    assert client.post("/desk/replies/999/handled").status_code == 404


def test_the_timeline_tells_answers(app: Flask, sent: Delivery, now: datetime) -> None:
    actions.reply(sent.id, "not_now", "In spring.", now)
    (touch,) = (
        touch for told in app.extensions["timelines"] for touch in told(sent.member_id, 9) if touch.kind == "reply"
    )
    assert (touch.at, touch.detail[0]) == (now, "In spring.")
    assert touch.words == "Answered “Measure twice, Maria Antónia”: Not now"

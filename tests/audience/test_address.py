"""Changing one's address: a link to the new one, a notice to the old one, and the way back."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.audience import tasks
from portal.audience.actions import address
from portal.audience.models import AddressChange, Suppression
from portal.audience.queries import fields, refusal
from portal.db import db
from portal.mail.models import Delivery, Mailing
from portal.members.actions import links
from portal.members.models import AccountLink, Change, Member
from portal.sessions import BrowserSession
from tests import factories
from tests.audience.visitor import Visitor, signed_in
from tests.members.helpers import Mail, ask_to_sign_in, is_in, mails, press, share, work

PAGE = "/me/account/address"
NEW = "ana@new.example"


@pytest.fixture
def ana(app: Flask) -> Member:
    found = factories.member(address="ana@old.example", name="Ana", agreed_to=["newsletter"])
    db.session.commit()
    return found


@pytest.fixture
def browser(app: Flask, ana: Member, now: datetime) -> Visitor:
    return signed_in(app, ana, now)


def wish(app: Flask, browser: Visitor, new: str = NEW) -> Mail | None:
    """Ask for another address; the mail that the worker answers with, if any."""
    before = len(mails())
    assert browser.send(browser.form(PAGE), {"address": new}).location == f"{PAGE}/code"
    work(app)
    return mails()[-1] if len(mails()) > before else None


def changed(app: Flask, browser: Visitor, new: str = NEW) -> Mail:
    """Change the address all the way; the notice to the old one."""
    mail = wish(app, browser, new)
    assert mail
    assert mail.kind == "address"
    assert press(browser, mail.path).location == "/sign-in"
    work(app)
    return mails()[-1]


def addresses() -> list[tuple[str, str]]:
    db.session.expire_all()
    return [(m.address, m.address_key) for m in db.session.scalars(select(Member).order_by(Member.id))]


def test_a_link_goes_to_the_new_address_and_nothing_of_the_account_with_it(app: Flask, browser: Visitor) -> None:
    mail = wish(app, browser)
    assert mail
    assert (mail.to, mail.kind) == (NEW, "address")
    page = browser.get(mail.path).text
    for words in (mail.text, mail.html, page.split("<main")[1].split("</main")[0]):
        assert "ana@old" not in words
        assert "Ana" not in words
    assert addresses() == [("ana@old.example", "ana@old.example")]


def test_the_button_changes_it_and_ends_every_session(app: Flask, browser: Visitor, ana: Member, now: datetime) -> None:
    other = signed_in(app, ana, now)
    notice = changed(app, browser)
    assert addresses() == [(NEW, NEW)]
    assert not is_in(browser)
    assert not is_in(other)
    assert "From now on we write to your new address" in browser.get("/sign-in").text
    assert (notice.to, notice.kind) == ("ana@old.example", "address_back")
    assert NEW not in notice.text + notice.html
    assert "a…@n…" in notice.text
    row = db.session.scalars(select(Change)).one()
    assert (row.by, row.before, row.after) == ("you", {"address": "ana@old.example"}, {"address": NEW})
    assert ana.contact_at
    assert ana.contact_at >= now


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_p1_looking_changes_nothing(app: Flask, browser: Visitor, ana: Member, method: str) -> None:
    mail = wish(app, browser)
    assert mail
    for _ in range(20):
        assert browser.open(mail.path, method).status_code == 200
    assert addresses() == [("ana@old.example", "ana@old.example")]
    assert is_in(browser)
    notice = changed(app, browser)
    for _ in range(20):
        assert browser.open(notice.path, method).status_code == 200
    assert addresses() == [(NEW, NEW)]


def test_elsewhere_the_page_shows_a_code_for_where_it_was_asked(app: Flask, browser: Visitor) -> None:
    mail, elsewhere = wish(app, browser), Visitor(app)
    assert mail
    page = elsewhere.get(mail.path).text
    assert "Type this where you asked" in page
    assert elsewhere.post(mail.path, data=elsewhere.form("/sign-in").data).location == mail.path
    digits = page.split('class="digits">')[1].split("<")[0]
    assert browser.send(browser.form(f"{PAGE}/code"), {"code": "12345"}).status_code == 422
    assert browser.send(browser.form(f"{PAGE}/code"), {"code": digits}).location == "/sign-in"
    assert addresses() == [(NEW, NEW)]


def test_the_old_address_can_take_it_back(app: Flask, browser: Visitor, ana: Member, now: datetime) -> None:
    notice = changed(app, browser)
    thief = signed_in(app, ana, now)
    rescuer = Visitor(app)
    assert "a…@o…" in rescuer.get(notice.path).text
    assert press(rescuer, notice.path).location == "/sign-in"
    assert addresses() == [("ana@old.example", "ana@old.example")]
    assert not is_in(thief)
    assert rescuer.get(notice.path).status_code == 410
    assert [row.by for row in db.session.scalars(select(Change).order_by(Change.id))] == ["you", "link"]


def test_changing_twice_does_not_take_the_way_back(app: Flask, browser: Visitor, ana: Member, now: datetime) -> None:
    notice = changed(app, browser)
    second = changed(app, signed_in(app, ana, now), "thief@far.example")
    assert second.to == NEW
    pending = wish(app, signed_in(app, ana, now), "thief@farther.example")
    assert press(Visitor(app), notice.path).location == "/sign-in"
    assert addresses() == [("ana@old.example", "ana@old.example")]
    assert Visitor(app).get(second.path).status_code == 410
    assert pending
    assert Visitor(app).get(pending.path).status_code == 410


def test_the_way_back_lasts_a_week(app: Flask, browser: Visitor, now: datetime) -> None:
    notice = changed(app, browser)
    with time_machine.travel(now + timedelta(days=6, hours=23)):
        assert Visitor(app).get(notice.path).status_code == 200
    with time_machine.travel(now + timedelta(days=7, hours=1)):
        assert Visitor(app).get(notice.path).status_code == 410


def test_a_link_to_the_new_address_lasts_a_day(app: Flask, browser: Visitor, now: datetime) -> None:
    mail = wish(app, browser)
    assert mail
    with time_machine.travel(now + timedelta(hours=25)):
        page = browser.get(mail.path)
        assert (page.status_code, f'href="{PAGE}"' in page.text) == (410, True)


def test_of_two_wishes_the_newer_counts(app: Flask, browser: Visitor) -> None:
    first = wish(app, browser, "one@new.example")
    second = wish(app, browser, "two@new.example")
    assert first
    assert second
    assert browser.get(first.path).status_code == 410
    press(browser, second.path)
    assert addresses()[0][0] == "two@new.example"


def test_a_wish_that_waits_gives_way_to_a_newer_one(app: Flask, browser: Visitor) -> None:
    browser.send(browser.form(PAGE), {"address": "one@new.example"})
    assert wish(app, browser, "two@new.example")
    assert [mail.to for mail in mails()] == ["two@new.example"]


def test_links_that_are_out_work_no_longer(app: Flask, browser: Visitor, ana: Member, now: datetime) -> None:
    asker = Visitor(app)
    ask_to_sign_in(asker, "ana@old.example")
    work(app)
    links.request_link(ana, "raise", None, "-", now)
    db.session.commit()
    out = [mail.path for mail in mails()]
    changed(app, browser)
    assert [asker.get(path).status_code for path in out] == [410, 410]


@pytest.mark.parametrize("whose", ["nobody's", "a member's", "claimed", "bounced", "do_not_write", "erased"])
def test_w05_the_answer_is_the_same_for_every_address(app: Flask, browser: Visitor, whose: str) -> None:
    if whose == "a member's":
        factories.member(address=NEW, name="Bo")
    elif whose == "claimed":
        factories.member(address=NEW, confirmed_at=None)
    elif whose != "nobody's":
        factories.suppression(address=NEW, reason=whose)
    db.session.commit()
    answer = browser.send(browser.form(PAGE), {"address": NEW})
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/code")
    said = browser.get(f"{PAGE}/code").text.split("<main")[1].split("</main")[0]
    assert f"We write to <strong>{NEW}</strong>" in said
    assert "has an account already, the mail says so" in " ".join(said.split())
    work(app)
    kinds = [(mail.to, mail.kind, "has one already" in " ".join(mail.text.split())) for mail in mails()]
    expected = {"a member's": [(f"Bo <{NEW}>", "already_in", True)], "bounced": [], "do_not_write": []}
    assert kinds == expected.get(whose, [(NEW, "address", False)])


def test_one_that_became_a_members_in_the_meantime_stays_theirs(app: Flask, browser: Visitor) -> None:
    mail = wish(app, browser)
    factories.member(address=NEW)
    db.session.commit()
    assert mail
    assert press(browser, mail.path).status_code == 410
    assert addresses() == [("ana@old.example", "ana@old.example"), (NEW, NEW)]
    assert is_in(browser)


def test_so_does_the_old_one(app: Flask, browser: Visitor) -> None:
    notice = changed(app, browser)
    factories.member(address="ana@old.example")
    db.session.commit()
    assert press(Visitor(app), notice.path).status_code == 410
    assert addresses()[0] == (NEW, NEW)


def test_a_claim_that_was_never_confirmed_gives_way(app: Flask, browser: Visitor) -> None:
    factories.member(address=NEW, confirmed_at=None)
    db.session.commit()
    changed(app, browser)
    assert addresses() == [(NEW, NEW)]


def test_one_whose_old_address_is_dead_still_gets_the_link(
    app: Flask, browser: Visitor, ana: Member, now: datetime
) -> None:
    factories.suppression(member=ana, reason="bounced")
    db.session.commit()
    mail = wish(app, browser)
    assert mail
    assert len(db.session.scalars(select(Delivery.id).where(refusal(now).is_(None))).all()) == 1
    waiting = factories.delivery(member=ana)
    db.session.commit()
    press(browser, mail.path)
    work(app)
    assert db.session.scalars(select(Mailing.kind).order_by(Mailing.id)).all() == ["address", "newsletter"]  # no notice
    assert db.session.scalars(select(Suppression.member_id)).all() == [None]
    assert fields([waiting.id])[waiting.id].address == NEW
    assert db.session.scalars(select(Delivery.id).where(Delivery.id == waiting.id, refusal(now).is_(None))).all()


def test_what_is_known_of_the_new_address_holds(app: Flask, browser: Visitor, ana: Member, now: datetime) -> None:
    mail = wish(app, browser)
    factories.suppression(address=NEW, reason="complained")
    letter = factories.delivery(member=ana)
    db.session.commit()
    assert mail
    press(browser, mail.path)
    assert db.session.scalars(select(refusal(now)).where(Delivery.id == letter.id)).all() == ["suppressed"]


@pytest.mark.parametrize(
    ("typed", "written", "key"),
    [
        ("Ana@OLD.example", "Ana@old.example", "ana@old.example"),
        (" ana@müller.example ", "ana@xn--mller-kva.example", "ana@xn--mller-kva.example"),
        ("añá@new.example", "añá@new.example", "añá@new.example"),
    ],
)
def test_an_address_is_read_as_when_joining(app: Flask, browser: Visitor, typed: str, written: str, key: str) -> None:
    changed(app, browser, typed)
    assert addresses() == [(written, key)]


@pytest.mark.parametrize(
    ("typed", "said"), [("ana@old.example", "have already"), ("ana", "one @"), ("", "Write your mail address")]
)
def test_what_cannot_be_an_address_is_said(browser: Visitor, typed: str, said: str) -> None:
    answer = browser.send(browser.form(PAGE), {"address": typed})
    assert answer.status_code == 422
    assert said in answer.text


def test_it_cannot_be_asked_for_without_end(browser: Visitor) -> None:
    form = browser.form(PAGE)
    answers = [browser.send(form, {"address": f"a{n}@new.example"}).status_code for n in range(7)]
    assert answers == [303] * 6 + [429]


def test_a_lost_answer_is_found_and_what_is_over_deleted(app: Flask, browser: Visitor, now: datetime) -> None:
    browser.send(browser.form(PAGE), {"address": NEW})
    app.extensions["huey"].flush()
    tasks.sweep(now + timedelta(minutes=2))
    assert work(app)[0] == address.TASK
    assert len(mails()) == 1
    db.session.delete(db.session.scalars(select(AccountLink)).one())
    db.session.commit()
    tasks.sweep(now + timedelta(days=2))
    assert db.session.scalars(select(AddressChange)).all() == []


def test_the_notice_is_sent_even_when_its_task_was_lost(app: Flask, browser: Visitor, now: datetime) -> None:
    mail = wish(app, browser)
    assert mail
    press(browser, mail.path)
    app.extensions["huey"].flush()
    for _ in range(2):
        tasks.sweep(now + timedelta(minutes=2))
        work(app)
    assert [m.to for m in mails()] == [NEW, "ana@old.example"]


def test_a_strangers_mailbox_has_no_say(app: Flask, browser: Visitor, ana: Member) -> None:
    """A slip in the address may send the link to a stranger: the page about why, too, lets them do nothing."""
    mail, stranger = wish(app, browser), Visitor(app)
    assert mail
    why = re.findall(r"/why/\S+", mail.text)[0]
    stranger.get(why)
    form = {"csrf_token": stranger.form("/sign-in").data["csrf_token"], "correct": "pause_until:"}
    assert stranger.post(why, data=form).location.startswith("/sign-in?next=")
    db.session.expire_all()
    assert ana.paused_until is None


def test_a_doubled_task_sends_one_mail(app: Flask, browser: Visitor, now: datetime) -> None:
    browser.send(browser.form(PAGE), {"address": NEW})
    id = db.session.scalars(select(AddressChange.id)).one()
    db.session.rollback()
    for _ in range(2):
        tasks.answer_address(id, now)
    assert len(mails()) == 1


def test_another_browser_with_the_mark_but_no_session_may_press_too(app: Flask, browser: Visitor) -> None:
    """W-04 asks for the browser, not for a session: that may have ended while the mail was on its way."""
    mail, same = wish(app, browser), Visitor(app)
    share(browser, same, "portal-asked")
    assert mail
    press(same, mail.path)
    assert addresses() == [(NEW, NEW)]
    assert all(db.session.scalars(select(BrowserSession.ended_at)))

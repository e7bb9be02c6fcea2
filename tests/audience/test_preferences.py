"""The page of a signed-in member: what it shows, saves, says, refuses, and keeps when two windows are open."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.audience.actions import consent
from portal.audience.models import ASKED, Consent, Interest, MemberInterest, MemberPlace, Place
from portal.audience.queries import live
from portal.audience.queries.wording import CURRENT, sentence
from portal.config import Config
from portal.db import db
from portal.members.models import Member
from tests import factories
from tests.audience.visitor import Visitor, signed_in
from tests.pages import MORE

PAGE = "/me/preferences"
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
REST = {
    "more_skills": [""], "lives_in": [""], "pay_floor": [""], "pay_currency": ["EUR"], "pay_per": ["year"],
    "available_from": [""], "next_wish": [""], "channel": ["mail"], "phone": [""], "phone_opens": ["9"],
    "phone_closes": ["17"], "hidden_people": [""], "weekdays": DAYS, "mail_opens": ["0"], "mail_closes": ["24"],
    "time_zone": ["UTC"], "pause_until": [""],
}  # fmt: skip
"""What the form shows of somebody who has said nothing about it."""


@pytest.fixture
def member(app: Flask) -> Member:
    """Ana: data engineering, remote, Lisbon, four mails, the newsletter."""
    data = factories.interest(slug="data-engineering", name="Data engineering", position=1)
    factories.interest(slug="calibration", name="Calibration", group_slug="lab", group_name="Laboratory", position=2)
    factories.interest(slug="statistics", name="Statistics", position=3)
    factories.interest(slug="telegraphy", name="Telegraphy", position=4, retired=True)
    lisbon = factories.place(slug="lisbon", name="Lisbon", position=1)
    factories.place(slug="leeds", name="Leeds", country="GB", position=2)
    factories.place(slug="portugal", name="Anywhere in Portugal", whole_country=True, position=3)
    ana = factories.member(
        address="ana@example.org", interests=[data], places=[lisbon], work_modes={"remote"}, agreed_to=["newsletter"]
    )
    db.session.commit()
    return ana


@pytest.fixture
def ana(app: Flask, member: Member, now: datetime) -> Visitor:
    return signed_in(app, member, now)


def state(member: Member) -> dict[str, object]:
    """Everything that the page can change."""
    db.session.expire_all()
    interests = select(Interest.slug).join(MemberInterest).where(MemberInterest.member_id == member.id)
    places = select(Place.slug).join(MemberPlace).where(MemberPlace.member_id == member.id)
    return {
        "interests": set(db.session.scalars(interests)),
        "places": set(db.session.scalars(places)),
        "work_modes": set(member.work_modes),
        "career_stage": member.career_stage,
        "language": member.language,
        "mails": member.mails_per_month,
        "agreed": set(live(member.id)),
        "pause": member.pause_until.isoformat() if member.pause_until else None,
    }


def said(visitor: Visitor, response: TestResponse, at: str = PAGE) -> str:
    """The page that a saved form leads to."""
    assert (response.status_code, response.location) == (303, at), response.text
    return visitor.get(at).text


def test_it_shows_what_holds_now(ana: Visitor) -> None:
    form = ana.form(PAGE)
    assert {k: v for k, v in form.data.to_dict(flat=False).items() if k not in {"csrf_token", "seen"}} == REST | {
        "interests": ["data-engineering"],
        "work_modes": ["remote"],
        "places": ["lisbon"],
        "career_stage": ["open"],
        "language": ["en"],
        "mails_per_month": ["4"],
        "newsletter": ["y"],
        "wording": [CURRENT],
    }
    page = ana.get(PAGE).text
    assert "At most four mails a month, about Data engineering, only remote, only in Lisbon." in page
    assert "Laboratory" in page, "interests stand under their groups"
    for purpose in ASKED:
        assert sentence(purpose, "Fennel &amp; Rowe") in page
    assert "You agreed on 15 January 2026." in page


def test_everything_can_be_changed_at_once_and_is_said_in_words(ana: Visitor, member: Member) -> None:
    changes = {
        "interests": ["calibration", "statistics"],
        "work_modes": ["remote", "hybrid"],
        "places": ["leeds", "portugal"],
        "career_stage": "looking",
        "mails_per_month": "2",
        "newsletter": [],
        "job_alerts": "y",
        "check_ins": "y",
    }
    page = said(ana, ana.send(ana.form(PAGE), changes, environ_base={MORE: 30}))
    assert state(member) == {
        "interests": {"calibration", "statistics"},
        "places": {"leeds", "portugal"},
        "work_modes": {"remote", "hybrid"},
        "career_stage": "looking",
        "language": "en",
        "mails": 2,
        "agreed": {"job_alerts", "check_ins"},
        "pause": None,
    }
    assert (
        "Saved. What interests you: Calibration and Statistics; How you want to work: remote or hybrid; Where: Leeds and "
        "Anywhere in Portugal; How actively you are looking: I am looking; Newsletter: no; "
        "Openings for you: yes; A personal note now and then: yes; Mails in 30 days: At most two mails."
    ) in page
    given = db.session.scalars(select(Consent).filter_by(purpose="job_alerts")).one()
    assert (given.wording, given.given_by, given.given_from) == (CURRENT, "preferences", "127.0.0.0/24")
    ended = db.session.scalars(select(Consent).filter_by(purpose="newsletter")).one()
    assert (ended.withdrawn_by, ended.withdrawn_from) == ("preferences", "127.0.0.0/24")


def test_the_most_that_one_save_can_do_stays_within_thirty_statements(ana: Visitor, member: Member) -> None:
    for purpose in ("job_alerts", "check_ins"):
        factories.consent(member=member, purpose=purpose)
    db.session.commit()
    changes = {
        "interests": "calibration", "places": "leeds", "work_modes": [], "career_stage": "looking",
        "mails_per_month": "1", "newsletter": [], "job_alerts": [], "check_ins": [],
    }  # fmt: skip
    page = said(ana, ana.send(ana.form(PAGE), changes, environ_base={MORE: 30}))
    assert "No mail at the moment, except what your account needs." in page
    assert state(member)["agreed"] == set()


def test_the_page_speaks_the_language_that_was_just_chosen(ana: Visitor) -> None:
    page = said(ana, ana.send(ana.form(PAGE), {"language": "pt"}))
    assert '<html lang="pt">' in page
    assert "segunda-feira" in page, "the days too"
    assert "Lisboa, Portugal" in page, "and the zones"


def test_nothing_ticked_means_everything_and_the_page_says_so(ana: Visitor, member: Member) -> None:
    page = said(ana, ana.send(ana.form(PAGE), {"interests": [], "work_modes": [], "places": []}))
    assert "At most four mails a month, about every kind of work." in page
    assert state(member)["work_modes"] == set()


def test_a_pause_that_is_over_is_not_spoken_of(ana: Visitor, member: Member, now: datetime) -> None:
    for day, said_ in ((now.date() + timedelta(days=1), True), (now.date(), False)):
        member.pause_until = day
        db.session.commit()
        assert ("nothing until" in ana.get(PAGE).text) == said_
        assert (ana.form(PAGE).data["pause_until"] == day.isoformat()) == said_


def test_right_after_joining_it_is_a_welcome_that_can_be_skipped(ana: Visitor, member: Member) -> None:
    page = ana.get(f"{PAGE}?welcome=1").text
    assert 'name="phone"' not in page, "it is short"
    assert "<h1>You are in</h1>" in page
    assert page.count('href="/me"') >= 2, "skipping it leads on"
    response = ana.send(ana.form(f"{PAGE}?welcome=1"), {"interests": "statistics"})
    assert (response.status_code, response.location) == (303, "/me")
    assert state(member)["interests"] == {"statistics"}


def test_a_mistake_on_the_welcome_page_stays_on_it(ana: Visitor) -> None:
    response = ana.send(ana.form(f"{PAGE}?welcome=1"), {"interests": "alchemy"})
    assert response.status_code == 422
    assert "<h1>You are in</h1>" in response.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("interests", ["data-engineering", "alchemy"], "“alchemy” is not on our list, or no longer."),
        ("interests", ["telegraphy"], "“telegraphy” is not on our list, or no longer."),
        ("work_modes", ["remote", "telepathic"], "“telepathic” is not on our list"),
        ("places", ["atlantis"], "“atlantis” is not on our list"),
        ("places", ["<script>"], "“&lt;script&gt;” is not on our list"),
        ("career_stage", "desperate", "Choose one of those that are shown."),
        ("language", "xx", "Choose one of those that are shown."),
        ("mails_per_month", "32", "Choose one of the numbers that are shown."),
        ("mails_per_month", "0", "Choose one of the numbers that are shown."),
        ("mails_per_month", "-1", "Choose one of the numbers that are shown."),
        ("mails_per_month", "3", "Choose one of the numbers that are shown."),
        ("mails_per_month", "9" * 5000, "Choose one of the numbers that are shown."),
        ("mails_per_month", "²", "Choose one of the numbers that are shown."),
        ("wording", "1999-01", "The words on this page are not ours. Reload it and save again."),
    ],
)
def test_what_it_does_not_know_is_refused_in_a_sentence_and_nothing_is_saved(
    ana: Visitor, member: Member, field: str, value: str | list[str], words: str
) -> None:
    before = state(member)
    response = ana.send(ana.form(PAGE), {"check_ins": "y", field: value})
    assert response.status_code == 422
    assert words in response.text
    assert state(member) == before


def test_one_of_a_list_that_is_not_sent_stays_as_it_is(ana: Visitor, member: Member) -> None:
    before = state(member)
    said(ana, ana.send(ana.form(PAGE), {"career_stage": [], "language": [], "mails_per_month": []}))
    assert state(member) == before


def test_fields_that_are_not_on_the_form_are_not_read(ana: Visitor, member: Member) -> None:
    extra = {
        "name": "Eve",
        "address": "eve@example.org",
        "confirmed_at": "",
        "id": "7",
        "agreed": "check_ins",
        "account": "y",
    }
    said(ana, ana.send(ana.form(PAGE), extra | {"mails_per_month": "8"}))
    db.session.expire_all()
    assert (member.name, member.address, member.mails_per_month) == ("Ana", "ana@example.org", 8)
    assert set(live(member.id)) == {"newsletter"}


def test_a_retired_interest_stays_with_whom_it_has_and_is_offered_to_nobody_else(
    app: Flask, ana: Visitor, member: Member, now: datetime
) -> None:
    old = db.session.scalars(select(Interest).filter_by(slug="telegraphy")).one()
    bo = factories.member(interests=[old], agreed_to=["newsletter"])
    db.session.commit()
    assert "telegraphy" not in ana.form(PAGE).offered.getlist("interests")
    his = signed_in(app, bo, now)
    assert "telegraphy" in his.form(PAGE).data.getlist("interests")
    assert "about Telegraphy" in said(his, his.send(his.form(PAGE), {"mails_per_month": "8"}))
    assert state(bo)["interests"] == {"telegraphy"}


def test_a_number_from_elsewhere_is_offered_to_whom_it_has(app: Flask, member: Member, now: datetime) -> None:
    bo = factories.member(mails_per_month=5)
    db.session.commit()
    form = signed_in(app, bo, now).form(PAGE)
    assert form.offered.getlist("mails_per_month") == ["1", "2", "4", "5", "8", "16", "31"]
    assert form.data["mails_per_month"] == "5"


def test_two_windows_each_keep_what_they_changed(ana: Visitor, member: Member) -> None:
    one, two = ana.form(PAGE), ana.form(PAGE)
    said(ana, ana.send(one, {"interests": ["calibration"], "mails_per_month": "2"}))
    page = said(ana, ana.send(two, {"places": ["leeds"], "job_alerts": "y"}))
    assert state(member) | {"places": {"leeds"}, "interests": {"calibration"}, "mails": 2} == state(member)
    assert "At most two mails a month, about Calibration, only remote, only in Leeds" in page
    assert "In the meantime" not in page


def test_the_last_window_wins_a_field_and_says_so(ana: Visitor, member: Member) -> None:
    one, two = ana.form(PAGE), ana.form(PAGE)
    said(ana, ana.send(one, {"interests": ["calibration"], "mails_per_month": "2"}))
    page = said(ana, ana.send(two, {"interests": ["statistics"], "mails_per_month": "2"}))
    assert state(member)["interests"] == {"statistics"}
    assert (
        "In the meantime this had been changed in another window; what you saved now counts: What interests you."
        in page
    )


def test_a_window_that_stood_open_takes_no_withdrawal_back(ana: Visitor, member: Member, now: datetime) -> None:
    stale = ana.form(PAGE)
    assert stale.data["newsletter"] == "y"
    consent.withdraw(member.id, "newsletter", "one-click", "192.0.2.0/24", now)
    db.session.commit()
    page = said(ana, ana.send(stale, {"interests": ["statistics"]}))
    assert live(member.id) == {}, "the box was ticked, but the person did not tick it"
    assert "No mail at the moment" in page


def test_without_what_the_page_had_shown_the_whole_form_counts(ana: Visitor, member: Member) -> None:
    said(ana, ana.send(ana.form(PAGE), {"seen": [], "interests": [], "newsletter": [], "check_ins": "y"}))
    assert state(member)["agreed"] == {"check_ins"}
    assert state(member)["interests"] == set()


def test_what_the_page_had_shown_is_no_way_in(ana: Visitor, member: Member) -> None:
    before = state(member)
    for junk in ("%", "a=b&&=", "\0", "newsletter=y" * 5000, "interests=alchemy&confirmed_at=x"):
        assert ana.send(ana.form(PAGE), {"seen": junk}).status_code == 303
        assert state(member) == before
    assert "seen" not in parse_qs(ana.form(PAGE).data["seen"])


def test_saving_twice_changes_nothing_more(ana: Visitor, member: Member) -> None:
    form = ana.form(PAGE)
    for _ in range(2):
        said(ana, ana.send(form, {"interests": ["calibration", "statistics"], "job_alerts": "y"}))
    assert len(db.session.scalars(select(Consent).filter_by(member_id=member.id)).all()) == 2
    assert state(member)["interests"] == {"calibration", "statistics"}


def test_only_who_is_signed_in_comes_here_and_only_to_their_own(app: Flask, member: Member, now: datetime) -> None:
    before = state(member)
    stranger = Visitor(app)
    assert stranger.post(PAGE, data={"mails_per_month": "31"}).status_code in {400, 401}
    bo = factories.member()
    db.session.commit()
    his = signed_in(app, bo, now)
    said(
        his, his.send(his.form(PAGE), {"interests": ["statistics"], "member_id": str(member.id), "id": str(member.id)})
    )
    assert state(member) == before
    assert state(bo)["interests"] == {"statistics"}


def test_over_https_a_form_needs_no_referer(config: Config, make_app: Callable[[Config], Flask], now: datetime) -> None:
    """Our own Referrer-Policy withholds it, and Flask-WTF would ask for it."""
    app = make_app(config.model_copy(update={"base_url": "https://127.0.0.1"}))
    with app.app_context():
        bo = factories.member()
        db.session.commit()
        his = signed_in(app, bo, now)
        form = his.form(PAGE)
        response = his.send(form, {"mails_per_month": "8"}, headers={"Sec-Fetch-Site": "same-origin"})
        assert response.status_code == 303, response.text

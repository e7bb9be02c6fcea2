"""The page behind the link in a mail: it can only take away, and tells a stranger nothing (W-25)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from portal.audience.models import ASKED, Consent
from portal.audience.queries import live, preferences, tokens
from portal.db import db
from portal.mail.models import Delivery, Mailing
from portal.members.models import AccountLink, Change, Member
from tests import factories
from tests.audience.test_preferences import state
from tests.audience.visitor import Form, Visitor, forms


@pytest.fixture
def ana(app: Flask) -> Member:
    """Four mails, newsletter and openings; two interests, one place."""
    chosen = [factories.interest(name="Gravimetry"), factories.interest(name="Horology")]
    found = factories.member(
        address="maria@example.org",
        name="Maria Antónia",
        interests=chosen,
        places=[factories.place(name="Setúbal")],
        work_modes={"remote"},
        agreed_to=["newsletter", "job_alerts"],
    )
    factories.delivery(member=found)
    db.session.commit()
    return found


@pytest.fixture
def path(ana: Member) -> str:
    return f"/preferences/{tokens.preferences(ana.id)}"


@pytest.fixture
def holder(app: Flask) -> Visitor:
    """Whoever holds the mail."""
    return Visitor(app)


def lowering(visitor: Visitor, path: str) -> Form:
    return visitor.form(path, 0)


def test_it_shows_purposes_and_counts_but_nobody(holder: Visitor, ana: Member, path: str) -> None:
    main = holder.get(path).text.split("<main")[1].split("</main")[0]
    for shown in ("m…@e…", "Newsletter and Openings for you", "four mails in any 30 days", "2 interests and 1 place"):
        assert shown in main
    for secret in ("Maria", "Antónia", "maria@", "example.org", "Gravimetry", "Horology", "Setúbal", "emote"):
        assert secret not in main, secret


def test_it_lowers(holder: Visitor, ana: Member, path: str) -> None:
    before = state(ana)
    response = holder.send(lowering(holder, path), {"stop": "newsletter", "mails_per_month": "2"})
    assert response.status_code == 200
    assert "Saved. It holds from this moment on." in response.text
    assert "two mails in any 30 days" in response.text
    assert state(ana) == before | {"mails": 2, "agreed": {"job_alerts"}}
    assert db.session.scalars(select(Delivery)).one().reason == "no_consent", "and stops what was queued"
    ended = db.session.scalars(select(Consent).filter_by(purpose="newsletter")).one()
    assert ended.withdrawn_by == "preferences"


@pytest.mark.parametrize(("choice", "days"), [("1", 30), ("3", 90), ("day", 200)])
def test_it_pauses(holder: Visitor, ana: Member, path: str, now: datetime, choice: str, days: int) -> None:
    ana.time_zone = "Asia/Tokyo"
    db.session.commit()
    until = preferences.today("Asia/Tokyo", now) + timedelta(days=days)
    asked = {"pause": choice, "pause_until": until.isoformat() if choice == "day" else ""}
    assert "It holds from this moment on." in holder.send(lowering(holder, path), asked).text
    db.session.expire_all()
    assert ana.pause_until == until
    assert ana.paused_until == datetime(until.year, until.month, until.day, tzinfo=ZoneInfo("Asia/Tokyo"))
    change = db.session.scalars(select(Change)).one()
    assert (change.by, change.before, change.after) == (
        "link", {"pause_until": None}, {"pause_until": until.isoformat()}
    )  # fmt: skip


def test_a_longer_pause_is_not_cut_short(holder: Visitor, ana: Member, path: str, now: datetime) -> None:
    ana.pause_until = (now + timedelta(days=300)).date()
    db.session.commit()
    assert "Nothing was changed." in holder.send(lowering(holder, path), {"pause": "1"}).text
    db.session.expire_all()
    assert ana.pause_until == (now + timedelta(days=300)).date()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"pause": "day"}, "Choose the day on which mail may come again."),
        ({"pause": "day", "pause_until": "2020-01-01"}, "That day has come already."),
        ({"pause": "day", "pause_until": "9999-12-31"}, "A pause can last up to two years."),
        ({"pause": "day", "pause_until": "soon"}, "Choose a day from the calendar"),
        ({"pause": "-3"}, "Choose one of those that are shown."),
    ],
)
def test_what_is_no_pause_is_refused(
    holder: Visitor, ana: Member, path: str, asked: dict[str, str], words: str
) -> None:
    before = state(ana)
    response = holder.send(lowering(holder, path), {"stop": "newsletter"} | asked)
    assert response.status_code == 422
    assert words in response.text
    assert state(ana) == before


def test_the_page_is_in_the_language_of_whose_it_is(holder: Visitor, ana: Member, path: str) -> None:
    ana.language = "pt"
    db.session.commit()
    assert '<html lang="pt">' in holder.get(path, headers={"Accept-Language": "de"}).text


def test_sending_it_again_is_fine(holder: Visitor, ana: Member, path: str) -> None:
    form = lowering(holder, path)
    for _ in range(2):
        assert holder.send(form, {"stop": "newsletter", "mails_per_month": "2"}).status_code in {200, 422}
        assert state(ana)["mails"] == 2
        assert state(ana)["agreed"] == {"job_alerts"}


def test_a_page_that_stood_open_raises_nothing(holder: Visitor, ana: Member, path: str) -> None:
    stale = lowering(holder, path)
    ana.mails_per_month = 1
    db.session.commit()
    assert holder.send(stale, {"stop": "job_alerts"}).status_code == 200
    assert state(ana)["mails"] == 1


def test_who_stops_all_of_it_is_told_that_nothing_is_sent(holder: Visitor, ana: Member, path: str) -> None:
    response = holder.send(lowering(holder, path), {"stop": ["newsletter", "job_alerts"]})
    assert "<h1>Nothing is sent to you any more</h1>" in response.text
    assert live(ana.id) == {}


@pytest.mark.parametrize("mails", ["5", "8", "31", "-1", "x", "4", "99999999999999999999"])
def test_a_raise_by_hand_is_refused_and_says_why(holder: Visitor, ana: Member, path: str, mails: str) -> None:
    before = state(ana)
    response = holder.send(lowering(holder, path), {"mails_per_month": mails, "stop": "newsletter"})
    assert response.status_code == 422
    assert "By a link in a mail you can only ask for less. Nothing was changed." in response.text
    assert state(ana) == before, "not even the part of it that lowers"


@pytest.mark.parametrize(
    "more",
    [{"check_ins": "y"}, {"agreed": "check_ins"}, {"start": "check_ins"}, {"interests": "horology"}, {"places": ""}],
)
def test_what_is_no_lowering_changes_nothing_and_says_why(
    holder: Visitor, ana: Member, path: str, more: dict[str, str]
) -> None:
    before = state(ana)
    response = holder.send(lowering(holder, path), more)
    assert response.status_code == 200
    assert "Nothing was changed. From a mail you can only ask for less." in response.text
    assert state(ana) == before


def test_what_it_does_not_know_is_refused(holder: Visitor, ana: Member, path: str) -> None:
    before = state(ana)
    response = holder.send(lowering(holder, path), {"stop": ["newsletter", "account"]})
    assert response.status_code == 422
    assert "“account” is not on our list" in response.text
    assert state(ana) == before


NAMES = [
    "stop",
    "mails_per_month",
    *ASKED,
    "interests",
    "places",
    "work_modes",
    "career_stage",
    "language",
    "name",
    "seen",
    "pause",
    "pause_until",
]
VALUES = st.sampled_from(
    [
        *ASKED,
        "y",
        "0",
        "1",
        "2",
        "4",
        "8",
        "31",
        "looking",
        "remote",
        "",
        "account",
        "3",
        "day",
        "2027-01-01",
        "2020-01-01",
    ]
) | st.text(max_size=8)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from(NAMES), st.lists(VALUES, max_size=3), max_size=6))
def test_no_body_whatever_raises_anything(holder: Visitor, ana: Member, path: str, body: dict[str, list[str]]) -> None:
    for purpose in {"newsletter", "job_alerts"} - live(ana.id).keys():
        factories.consent(member=ana, purpose=purpose)
    ana.mails_per_month, ana.pause_until = 4, (ana.created_at + timedelta(days=400)).date()
    db.session.commit()
    before = state(ana)
    response = holder.send(lowering(holder, path), body)
    after = state(ana)
    assert response.status_code in {200, 422}
    assert set(after.pop("agreed")) <= set(before.pop("agreed"))  # type: ignore[call-overload]
    assert after.pop("mails") <= before.pop("mails")  # type: ignore[operator]
    assert (after.pop("pause") or "") >= (before.pop("pause") or "")  # type: ignore[operator]
    assert after == before


def test_the_form_is_ours(app: Flask, ana: Member, path: str) -> None:
    """W-13: only what mail programs post to is exempt from the form's token."""
    before = state(ana)
    assert Visitor(app).post(path, data={"stop": "newsletter"}).status_code == 400
    cross = {"Origin": "https://evil.example.com"}
    visitor = Visitor(app)
    assert visitor.send(lowering(visitor, path), {"stop": "newsletter"}, headers=cross).status_code == 403
    assert state(ana) == before


def test_the_page_has_a_way_out_that_needs_no_cookie(app: Flask, ana: Member, path: str) -> None:
    program = Visitor(app, cookies=False)
    page = program.get(path).text
    leave = f"/unsubscribe/{tokens.unsubscribe(ana.id, 'newsletter')}"
    assert f'href="{leave}"' in page
    program.send(program.form(leave), {"leave": "everything"})
    assert state(ana)["agreed"] == set()


# More needs the owner


def test_more_needs_a_link_that_is_mailed_to_the_owner(holder: Visitor, ana: Member, path: str) -> None:
    form = holder.form(path, 1)
    assert form.action == f"{path}/more"
    response = holder.send(form)
    assert "<h1>Look in your inbox</h1>" in response.text
    link = db.session.scalars(select(AccountLink)).one()
    assert (link.member_id, link.purpose, link.leads_to) == (ana.id, "raise", "/me/preferences")
    sent = db.session.scalars(select(Mailing).join(Delivery).where(Mailing.purpose == "account")).one()
    assert sent.id == link.mailing_id
    assert link.asked_by is not None, "bound to this browser (W-04)"


def test_the_answer_is_the_same_when_there_is_nobody(app: Flask, holder: Visitor, ana: Member, path: str) -> None:
    form = holder.form(path, 1)
    known = holder.send(form).text
    erase(ana)
    assert holder.send(form).text == known
    assert db.session.scalar(select(func.count()).select_from(AccountLink)) == 0


def test_a_link_to_change_more_cannot_be_asked_for_without_end(holder: Visitor, ana: Member, path: str) -> None:
    form = holder.form(path, 1)
    answers = [holder.send(form).status_code for _ in range(8)]
    assert answers[:3] == [200, 200, 200]
    assert answers[-1] == 429


# Old, foreign and broken tokens


def erase(member: Member) -> None:
    db.session.execute(update(Consent).filter_by(member_id=member.id).values(member_id=None))
    db.session.execute(delete(Member).filter_by(id=member.id))
    db.session.commit()


def test_somebody_erased_gets_the_same_kind_page(holder: Visitor, ana: Member, path: str) -> None:
    form = lowering(holder, path)
    gone = holder.send(form, {"stop": ["newsletter", "job_alerts"]}).text
    erase(ana)
    assert holder.get(path).text == gone
    assert holder.send(form, {"stop": "newsletter"}).text == gone
    assert holder.get(f"/preferences/{tokens.preferences(10**12)}").text == gone


def test_the_link_works_for_years(holder: Visitor, ana: Member, path: str, now: datetime) -> None:
    with time_machine.travel(now + timedelta(days=3 * 365)):
        assert holder.send(lowering(holder, path), {"stop": "newsletter"}).status_code == 200
    assert state(ana)["agreed"] == {"job_alerts"}


def test_a_token_that_is_not_ours_opens_nothing(holder: Visitor, ana: Member, path: str) -> None:
    good = tokens.preferences(ana.id)
    for token in (good[:-1], good + "A", tokens.unsubscribe(ana.id, "newsletter"), f"{ana.id:x}", "%00", "a" * 4000):
        response = holder.get(f"/preferences/{token}")
        assert response.status_code == 404
        assert "This link is not whole." in response.text
    form = lowering(holder, path)
    assert holder.post(f"/preferences/{good[:-1]}", data=form.data | {"stop": "newsletter"}).status_code == 404
    assert holder.post(f"/preferences/{good[:-1]}/more", data=form.data).status_code == 404
    assert state(ana)["agreed"] == {"newsletter", "job_alerts"}


def test_it_never_signs_anybody_in(holder: Visitor, ana: Member, path: str) -> None:
    holder.send(lowering(holder, path), {"stop": "newsletter"})
    assert holder.get("/me/preferences").status_code == 302
    assert forms(holder.get(path))

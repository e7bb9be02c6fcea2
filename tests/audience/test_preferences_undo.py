"""Each change is recorded, and can be taken back by whom it belongs to, as far as it still stands."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.audience.actions import consent, preferences
from portal.audience.models import Consent
from portal.audience.queries import live
from portal.audience.queries import preferences as queries
from portal.audience.queries.wording import CURRENT
from portal.db import db
from portal.members.models import Change, Member
from tests import factories
from tests.audience.test_preferences import PAGE
from tests.audience.test_preferences import ana as ana
from tests.audience.test_preferences import member as member
from tests.audience.visitor import Visitor, forms, signed_in
from tests.pages import MORE


def values(member: Member) -> dict[str, object]:
    db.session.expire_all()
    return queries.values(queries.of(member))


def undo(visitor: Visitor, page: TestResponse | None = None) -> TestResponse:
    """Press the button that stands beside what was just saved; returns the page that it leads to."""
    (form,) = [form for form in forms(page or visitor.get(PAGE)) if "/undo/" in form.action]
    response = visitor.send(form, environ_base={MORE: 18})
    assert (response.status_code, response.location) == (303, PAGE)
    return visitor.get(PAGE)


CHANGES = [
    {"interests": ["calibration"]},
    {"more_skills": "Python, soldering"},
    {"work_modes": []},
    {"places": ["leeds", "portugal"]},
    {"lives_in": "PT"},
    {"levels": ["senior", "lead"]},
    {"unwanted_teams": ["firmware"]},
    {"pay_floor": "45.000", "pay_currency": "GBP"},
    {"career_stage": "looking", "available_from": "2027-03-01"},
    {"next_wish": "Clocks.\r\n\r\nAnd no meetings."},
    {"phone": "+351 21 000 00 00", "channel": "phone", "phone_opens": "10", "not_at_work": "y"},
    {"hidden_teams": ["firmware"], "hidden_people": "Rui Costa\r\n  Maria Lopes  "},
    {"newsletter": [], "check_ins": "y"},
    {"mails_per_month": "1", "weekdays": ["mon", "fri"], "mail_opens": "8", "mail_closes": "18"},
    {"time_zone": "Europe/Lisbon"},
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: next(iter(changes)))
def test_every_kind_of_change_is_recorded_said_and_undone(
    ana: Visitor, member: Member, changes: dict[str, str | list[str]]
) -> None:
    factories.team(slug="firmware")
    db.session.commit()
    before = values(member)
    ana.send(ana.form(PAGE), changes, environ_base={MORE: 30})
    after = values(member)
    (change,) = db.session.scalars(select(Change))
    differ = {name for name in after if after[name] != before[name]}
    assert differ
    assert (change.member_id, change.by, change.undone_at) == (member.id, "you", None)
    assert change.before == {name: before[name] for name in differ}
    assert change.after == {name: after[name] for name in differ}
    page = undo(ana)
    assert "Taken back." in page.text
    assert values(member) == before
    db.session.refresh(change)
    assert change.undone_at is not None
    assert "Taken back." in undo(ana, page).text, "and that can be undone as well"
    assert values(member) == after


def test_what_was_typed_is_kept_tidily(ana: Visitor, member: Member) -> None:
    changes = {
        "hidden_people": " Rui Costa \r\n\x07Maria",
        "next_wish": "Clocks.\r\n\r\nNo \x00meetings. ",
        "pay_floor": "45 000",
    }
    ana.send(ana.form(PAGE), changes)
    kept = values(member)
    assert (kept["hidden_people"], kept["next_wish"]) == ("Rui Costa\nMaria", "Clocks.\n\nNo meetings.")
    assert kept["pay"] == [45000, "EUR", "year"]


def test_undoing_a_withdrawal_is_a_new_consent_and_undoing_a_consent_a_withdrawal(ana: Visitor, member: Member) -> None:
    ana.send(ana.form(PAGE), {"newsletter": [], "job_alerts": "y"})
    assert set(live(member.id)) == {"job_alerts"}
    undo(ana)
    assert set(live(member.id)) == {"newsletter"}
    given = db.session.scalars(select(Consent).filter_by(purpose="newsletter").order_by(Consent.id)).all()
    assert len(given) == 2, "the record of the withdrawal stays"
    assert (given[1].wording, given[1].given_by, given[1].withdrawn_at) == (CURRENT, "preferences", None)
    (ended,) = db.session.scalars(select(Consent).filter_by(purpose="job_alerts"))
    assert ended.withdrawn_by == "preferences"


def test_what_was_changed_again_since_stays_and_the_page_says_so(ana: Visitor, member: Member, now: datetime) -> None:
    ana.send(ana.form(PAGE), {"mails_per_month": "1", "places": ["leeds"]})
    preferences.save(member, {"mails_per_month": 8}, CURRENT, "-", now)
    db.session.commit()
    page = undo(ana).text
    assert "Taken back. Where: Lisbon." in page
    assert "This was changed again since, and stays as it is: Mails in 30 days." in page
    assert (values(member)["places"], values(member)["mails_per_month"]) == (["lisbon"], 8)


def test_nothing_is_undone_if_all_of_it_was_changed_since(ana: Visitor, member: Member, now: datetime) -> None:
    ana.send(ana.form(PAGE), {"newsletter": []})
    consent.give(member.id, "newsletter", CURRENT, "join", "-", now)
    db.session.commit()
    assert "stays as it is: Newsletter." in undo(ana).text
    assert set(live(member.id)) == {"newsletter"}
    assert db.session.scalars(select(Change)).one().undone_at is None


def test_undoing_twice_does_nothing_more(ana: Visitor, member: Member) -> None:
    ana.send(ana.form(PAGE), {"mails_per_month": "1"})
    (form,) = [form for form in forms(ana.get(PAGE)) if "/undo/" in form.action]
    for _ in range(2):
        ana.send(form)
    assert values(member)["mails_per_month"] == 4
    assert "This had been taken back already." in ana.get(PAGE).text
    assert len(db.session.scalars(select(Change)).all()) == 2


def test_nobody_undoes_what_is_not_theirs(app: Flask, ana: Visitor, member: Member, now: datetime) -> None:
    ana.send(ana.form(PAGE), {"newsletter": []})
    change = db.session.scalars(select(Change)).one()
    bo = factories.member()
    db.session.commit()
    his = signed_in(app, bo, now)
    token = his.form(PAGE).data["csrf_token"]
    for id in (change.id, 0, 10**9, 10**25):
        response = his.post(f"{PAGE}/undo/{id}", data={"csrf_token": token})
        assert response.status_code == 404, id
    assert live(member.id) == {}
    assert live(bo.id) == {}

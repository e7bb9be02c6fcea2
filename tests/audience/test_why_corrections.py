"""Each correction beside a reason changes exactly one preference, and can be undone; a stranger can only lower."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import combinations, product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.audience.actions.correct import correct
from portal.audience.queries import preferences
from portal.db import db
from portal.mail.models import Delivery
from portal.members.models import WORK_MODES, Change, Member
from tests import factories
from tests.audience.letters import got, letter, path
from tests.audience.visitor import Visitor, forms, signed_in
from tests.pages import MORE

RULE = {
    "all": [
        {"interest": ["gravimetry", "horology"]},
        {"place": ["lisbon", "porto"]},
        {"work_mode": ["remote", "hybrid"]},
        {"career_stage": ["looking", "open"]},
    ]
}
OFFERED = {
    "interests:gravimetry": ["horology"],
    "interests:horology": ["gravimetry"],
    "places:lisbon": ["porto"],
    "places:porto": ["lisbon"],
    "work_modes:remote": ["hybrid"],
    "work_modes:hybrid": ["remote"],
    "career_stage:not_looking": "not_looking",
    "mails_per_month:2": 2,
    "pause_until:": None,  # a day, below
    "newsletter:": False,
}
"""Every button of the page below, and what its one preference is afterwards."""


@pytest.fixture
def ana(app: Flask) -> Member:
    """Two of everything, so that nothing is the last of its kind."""
    return factories.member(
        interests=[factories.interest(slug=slug) for slug in ("gravimetry", "horology")],
        places=[factories.place(slug=slug) for slug in ("lisbon", "porto")],
        work_modes={"remote", "hybrid"},
        agreed_to=["newsletter", "job_alerts"],
    )


@pytest.fixture
def mail(ana: Member, now: datetime) -> Delivery:
    delivery = got(ana, letter(RULE), now)
    db.session.commit()
    return delivery


@pytest.fixture
def visitor(app: Flask, ana: Member, mail: Delivery, now: datetime) -> Visitor:
    """Ana, signed in."""
    return signed_in(app, ana, now)


def state(member: Member, now: datetime) -> dict[str, Any]:
    """All that she may set, and who she is."""
    db.session.expire_all()
    member = db.session.get_one(Member, member.id)
    return preferences.values(preferences.of(member, now)) | {"name": member.name, "address": member.address}


def press(visitor: Visitor, mail: Delivery, button: str, **kwargs: Any) -> TestResponse:
    """Press any of the buttons, as if it said this."""
    form = next(form for form in forms(visitor.get(path(mail))) if "correct" in form.offered)
    return visitor.send(form, {"correct": button}, **kwargs)


def buttons(visitor: Visitor, mail: Delivery) -> Iterator[str]:
    for form in forms(visitor.get(path(mail))):
        yield from form.offered.getlist("correct")


def test_there_is_a_button_for_each_thing_that_was_used(visitor: Visitor, mail: Delivery) -> None:
    assert sorted(buttons(visitor, mail)) == sorted(OFFERED)


def test_each_changes_exactly_one_preference_and_is_undone(
    visitor: Visitor, ana: Member, mail: Delivery, now: datetime
) -> None:
    before = state(ana, now)
    for button, after in OFFERED.items():
        preference = button.partition(":")[0]
        expected = str(now.date() + timedelta(days=30)) if preference == "pause_until" else after
        answer = press(visitor, mail, button)
        assert (answer.status_code, answer.location) == (303, path(mail))
        assert state(ana, now) == before | {preference: expected}
        change = db.session.scalars(select(Change).order_by(Change.id.desc())).first()
        assert change
        assert (change.by, set(change.after)) == ("you", {preference})
        page = visitor.get(path(mail))
        assert "Saved." in page.text
        press(visitor, mail, button)
        assert state(ana, now) == before | {preference: expected}, "and the second time it stays so"
        visitor.send(next(form for form in forms(page) if "/undo/" in form.action), environ_base={MORE: 20})
        assert state(ana, now) == before


def test_what_would_widen_says_so_beforehand_and_still_changes_one(app: Flask, now: datetime) -> None:
    ana = factories.member(
        interests=[factories.interest(slug="gravimetry")],
        places=[factories.place(slug="lisbon")],
        work_modes={"hybrid"},
        agreed_to=["newsletter"],
    )
    delivery = got(ana, letter(RULE), now)
    db.session.commit()
    visitor = signed_in(app, ana, now)
    page = visitor.get(path(delivery)).text
    for note in (
        "Without it you have chosen every kind of work, so more may come.",
        "Without it every place counts, so more may come.",
        "After this the other two ways of working are ticked.",
    ):
        assert note in page, note
    before = state(ana, now)
    for button, after in (
        ("interests:gravimetry", {"interests": []}),
        ("places:lisbon", {"places": []}),
        ("work_modes:hybrid", {"work_modes": ["onsite", "remote"]}),
    ):
        press(visitor, delivery, button)
        before |= after
        assert state(ana, now) == before


def test_a_way_of_working_that_is_not_wanted_is_ruled_out_whatever_was_ticked(app: Flask, now: datetime) -> None:
    ana = factories.member()
    sets = [set(c) for n in range(4) for c in combinations(WORK_MODES, n)]
    for chosen, mode in product(sets, WORK_MODES):
        ana.work_modes = frozenset(chosen)
        correct(ana, "work_modes", mode, "-", now)
        assert ana.work_modes == (chosen - {mode} or set(WORK_MODES) - {mode})


def test_what_is_no_correction_changes_nothing(visitor: Visitor, ana: Member, mail: Delivery, now: datetime) -> None:
    before = state(ana, now)
    for body in ("", "x", "name:Eve", "address:a@b.example", "hidden_people:", "time_zone:UTC", ":", "a" * 9999):
        answer = press(visitor, mail, body)
        assert answer.status_code == 400
        assert "This button is not ours." in answer.text
        assert state(ana, now) == before


def test_a_value_that_is_none_of_hers_or_would_be_more_changes_nothing(
    visitor: Visitor, ana: Member, mail: Delivery, now: datetime
) -> None:
    before = state(ana, now)
    for body in (
        "interests:", "interests:surveying", "places:leeds", "work_modes:moon", "mails_per_month:31",
        "mails_per_month:16", "mails_per_month:-1", "mails_per_month:x", "levels:lead", "skills:tact",
    ):  # fmt: skip
        press(visitor, mail, body)
        assert "It was so already. Nothing had to be changed." in visitor.get(path(mail)).text
        assert state(ana, now) == before


def test_without_signing_in_as_her_nothing_but_a_pause_is_possible(
    app: Flask, ana: Member, mail: Delivery, now: datetime
) -> None:
    before = state(ana, now)
    for holder in (Visitor(app), signed_in(app, factories.member(), now)):
        assert list(buttons(holder, mail)) == ["pause_until:"]
        for button in set(OFFERED) - {"pause_until:"}:
            answer = press(holder, mail, button)
            assert (answer.status_code, answer.location) == (303, f"/sign-in?next={path(mail)}")
        assert state(ana, now) == before


def test_a_stranger_can_pause_for_a_month_and_never_shorten(
    app: Flask, ana: Member, mail: Delivery, now: datetime
) -> None:
    holder, before = Visitor(app), state(ana, now)
    press(holder, mail, "pause_until:")
    assert "nothing until" in holder.get(path(mail)).text
    assert state(ana, now) == before | {"pause_until": str(now.date() + timedelta(days=30))}
    assert db.session.scalars(select(Change.by)).one() == "link"
    ana.pause_until = date(2200, 1, 1)
    db.session.commit()
    press(holder, mail, "pause_until:")
    assert state(ana, now)["pause_until"] == "2200-01-01"


def test_the_form_is_ours(app: Flask, ana: Member, mail: Delivery, now: datetime) -> None:
    """W-13."""
    before, visitor = state(ana, now), signed_in(app, ana, now)
    assert visitor.post(path(mail), data={"correct": "interests:gravimetry"}).status_code == 400
    cross = {"Origin": "https://evil.example.com"}
    assert press(visitor, mail, "interests:gravimetry", headers=cross).status_code == 403
    assert state(ana, now) == before

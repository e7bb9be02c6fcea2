"""The demo's door to the desk: four people, no password, and only in a demo."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask

from portal.config import Config
from portal.db import db
from portal.demo.actions.staff import PASSWORD, hint, seats, take_seats
from portal.staff.queries import by_key
from tests import factories
from tests.audience.visitor import Visitor, forms


@pytest.fixture
def demo(config: Config, make_app: Callable[[Config], Flask], now: datetime) -> Iterator[Flask]:
    app = make_app(config.model_copy(update={"demo": True}))
    with app.app_context():
        take_seats(now)
        db.session.commit()
        yield app


def test_one_takes_the_place_of_each(demo: Flask) -> None:
    page = Visitor(demo).get("/dev/desk")
    assert [one.role for one in seats()] == ["admin", "recruiter", "author", "manager"]
    for number, one in enumerate(seats()):
        browser = Visitor(demo)
        form = forms(browser.get("/dev/desk"))[number]
        entered = browser.send(form, {"as": str(one.id)})
        assert entered.location == ("/desk/account" if one.role == "manager" else "/desk")
        assert one.name in browser.get("/desk/account").text
    assert page.text.count("Take the place of") == 4


def test_seats_are_taken_once_and_nobody_else_is_let_in(demo: Flask, now: datetime) -> None:
    take_seats(now)
    assert len(seats()) == 4
    stranger = factories.recruiter()
    db.session.commit()
    browser = Visitor(demo)
    for wanted in (str(stranger.id), "", "999"):
        assert browser.send(browser.form("/dev/desk"), {"as": wanted}).status_code == 404


def test_the_demo_shows_what_proves_who_one_is_and_it_works(demo: Flask, now: datetime) -> None:
    ana = by_key("ana@talent.example.org")
    assert ana
    with time_machine.travel(now, tick=False):
        browser = Visitor(demo)
        browser.send(forms(browser.get("/dev/desk"))[0], {"as": str(ana.id)})
        for _ in range(2):  # a code counts once, so the second time it is the next one
            said = hint(ana.id, now)
            assert said
            assert said[1] in browser.get("/desk/prove").text
            proved = browser.send(browser.form("/desk/prove?next=/desk/team"), {"password": said[0], "code": said[1]})
            assert proved.location == "/desk/team"
            db.session.refresh(ana)
    assert said[0] == PASSWORD


def test_another_password_or_another_house_shows_nothing(demo: Flask, app: Flask, now: datetime) -> None:
    with demo.app_context():
        ana = seats()[0]
        ana.password_hash = None
        assert hint(ana.id, now) is None
        db.session.rollback()
    with app.app_context():
        assert hint(1, now) is None
        with pytest.raises(ValueError, match="Only a demo"):
            take_seats(now - timedelta(days=1))

"""The same on PostgreSQL, where two windows really write at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select

from portal.audience.models import Consent
from portal.audience.queries import live, preferences, tokens
from portal.config import Config
from portal.db import db
from portal.members.models import Change, Member
from tests import factories
from tests.audience.test_preferences import PAGE, state
from tests.audience.visitor import Form, Visitor, signed_in
from tests.pages import MORE

pytestmark = pytest.mark.postgres


@pytest.fixture
def app(config: Config, make_app: Callable[[Config], Flask], postgres_migrated: str) -> Iterator[Flask]:
    app = make_app(config.model_copy(update={"database_url": SecretStr(postgres_migrated)}))
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture
def ana(app: Flask) -> Member:
    interests = [factories.interest(slug=f"i{n}", name=f"Interest {n}", position=n) for n in range(6)]
    factories.place(slug="leeds", name="Leeds", position=1)
    found = factories.member(interests=interests[:1], agreed_to=["newsletter"])
    factories.delivery(member=found)
    db.session.commit()
    return found


def test_saving_lowering_and_leaving(app: Flask, ana: Member) -> None:
    browser = signed_in(app, ana, datetime.now(UTC))
    changes = {
        "interests": ["i1", "i2"],
        "places": "leeds",
        "work_modes": "remote",
        "job_alerts": "y",
        "check_ins": "y",
    }
    assert browser.send(browser.form(PAGE), changes, environ_base={MORE: 20}).status_code == 303
    assert state(ana)["interests"] == {"i1", "i2"}
    assert (
        preferences.in_words(ana)
        == "At most four mails a month, about Interest 1 and Interest 2, only remote, only in Leeds."
    )
    holder = Visitor(app)
    less = f"/preferences/{tokens.preferences(ana.id)}"
    assert holder.send(holder.form(less, 0), {"stop": "check_ins", "mails_per_month": "1"}).status_code == 200
    one_click = {"List-Unsubscribe": "One-Click"}
    assert holder.post(f"/unsubscribe/{tokens.unsubscribe(ana.id, 'newsletter')}", data=one_click).status_code == 200
    assert (state(ana)["mails"], state(ana)["agreed"]) == (1, {"job_alerts"})


def test_many_windows_at_once_leave_one_record_of_each(app: Flask, ana: Member) -> None:
    app.test_client_class = FlaskClient  # ours counts statements, of all threads together
    browsers = [signed_in(app, ana, datetime.now(UTC)) for _ in range(4)]
    forms = [browser.form(PAGE) for browser in browsers]

    def save(n: int) -> int:
        with app.app_context():
            changes = {"interests": [f"i{(n + k) % 6}" for k in range(4)], "job_alerts": "y", "newsletter": []}
            return browsers[n].send(forms[n], changes).status_code

    for _ in range(5):
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(save, range(4))) == [303] * 4
    assert set(live(ana.id)) == {"job_alerts"}
    assert len(db.session.scalars(select(Consent).filter_by(purpose="job_alerts")).all()) == 1
    assert state(ana)["interests"] <= {f"i{n}" for n in range(6)}


def test_undoing_in_many_windows_at_once_undoes_once(app: Flask, ana: Member) -> None:
    app.test_client_class = FlaskClient
    browsers = [signed_in(app, ana, datetime.now(UTC)) for _ in range(4)]
    browsers[0].send(browsers[0].form(PAGE), {"newsletter": [], "mails_per_month": "1"})
    change = db.session.scalars(select(Change)).one()
    forms = [browser.form(PAGE) for browser in browsers]

    def undo(n: int) -> int:
        with app.app_context():
            form = Form(f"{PAGE}/undo/{change.id}", "post", forms[n].data)
            return browsers[n].send(form).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(undo, range(4))) == [303] * 4
    db.session.expire_all()
    assert (state(ana)["mails"], state(ana)["agreed"]) == (4, {"newsletter"})
    assert len(db.session.scalars(select(Change)).all()) == 2
    assert len(db.session.scalars(select(Consent).filter_by(purpose="newsletter")).all()) == 2

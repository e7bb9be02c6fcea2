"""The personal link of somebody who cannot be mailed: it opens the form to join, and nothing else happens by it."""

import json
from collections.abc import Callable
from datetime import datetime

from flask import Flask
from sqlalchemy import func, select

from portal.audience.actions import join
from portal.audience.models import Invitation, JoinRequest
from portal.db import db
from portal.mail.models import Mailing
from portal.members.models import AccountLink, Member
from tests import factories
from tests.audience.visitor import Visitor
from tests.content.running import Run


def test_it_opens_the_form_filled_in_and_joining_is_the_only_way_in(
    app: Flask, run: Run, run_tasks: Callable[[], int], now: datetime
) -> None:
    factories.invitation(address="ilse@example.org", name="Ilse <b>")
    (row,) = json.loads(run("members", "invitations", "--json").stdout)
    assert (row["address"], row["reason"]) == ("ilse@example.org", "no_time")
    path = row["link"].removeprefix("http://127.0.0.1:8000")
    visitor = Visitor(app)
    form = visitor.form(path)
    assert (form.action, form.data["address"], form.data["name"]) == ("/join", "ilse@example.org", "Ilse <b>")
    assert form.data.getlist("purposes") == []  # nothing is ticked for them
    assert visitor.open(path, "HEAD").status_code == 200
    run_tasks()
    for table in (Mailing, JoinRequest, Member):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0

    assert visitor.send(form, {"purposes": ["newsletter"]}).status_code == 303
    join.answer(db.session.scalars(select(JoinRequest.id)).one(), now)
    db.session.commit()
    link = db.session.scalars(select(AccountLink)).one()
    assert db.session.scalars(select(Invitation)).all()  # until they confirm
    join.confirm(link, "192.0.2.0/24", now)
    db.session.commit()
    assert db.session.scalars(select(Invitation)).all() == []
    assert visitor.get(path).status_code == 410


def test_other_tokens_open_nothing(app: Flask) -> None:
    _row, token = factories.invitation()
    db.session.commit()
    visitor = Visitor(app)
    assert visitor.get(f"/invited/{token[:-1]}").status_code == 410
    assert visitor.get(f"/confirm/{token}").status_code == 410
    assert visitor.get(f"/sign-in/{token}").status_code == 410


def test_nobody_is_listed_in_words(run: Run) -> None:
    assert "There is nobody" in run("members", "invitations").stdout
    assert json.loads(run("members", "invitations", "--json").stdout) == []

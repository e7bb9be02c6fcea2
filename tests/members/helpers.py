"""What the tests of joining and signing in do again and again: let the worker answer, read the mail, follow its link."""

import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.audience.queries import fields
from portal.db import db
from portal.mail import outbox
from portal.mail.message import Recipient
from portal.mail.models import Delivery, Mailing
from tests.audience.visitor import Visitor

ANSWERS = {"audience.answer_address", "audience.answer_join", "members.answer_sign_in"}


@dataclass(frozen=True)
class Mail:
    """A queued mail as its bytes would say it; `path`: where its button leads."""

    to: str
    subject: str
    kind: str
    path: str
    text: str
    html: str

    @property
    def token(self) -> str:
        return self.path.rpartition("/")[2]


def work(app: Flask) -> list[str]:
    """Let the worker answer who asked; sending waits, there is no mail server here. Returns the tasks that were met."""
    db.session.rollback()
    huey, met = app.extensions["huey"], []
    while (task := huey.dequeue()) is not None:
        met.append(task.name)
        if task.name in ANSWERS:
            huey.execute(task)
    db.session.expire_all()
    return met


def mails() -> list[Mail]:
    """Every mail that was queued, in order."""
    rows = select(Delivery, Mailing).join(Mailing, Mailing.id == Delivery.mailing_id).order_by(Delivery.id)
    return [_mail(delivery, mailing) for delivery, mailing in db.session.execute(rows)]


def _mail(delivery: Delivery, mailing: Mailing) -> Mail:
    to = fields([delivery.id])[delivery.id]
    whom = Recipient(delivery.id, to.address, to.name, mailing.created_at, delivery.mask, to.values)
    mail = message_from_bytes(outbox.sample(mailing, whom), policy=policy.default)
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    link = re.search(r"http://127\.0\.0\.1:8000(/(?:confirm|sign-in|new-address|old-address|keep)/\S+)", text)
    assert link
    assert f'"http://127.0.0.1:8000{link[1]}"' in html
    return Mail(str(mail["To"]), str(mail["Subject"]), mailing.kind, link[1], text, html)


def press(visitor: Visitor, path: str) -> TestResponse:
    """Open a link and press the only button on its page."""
    return visitor.send(visitor.form(path))


def ask_to_sign_in(visitor: Visitor, address: str = "ana@example.org", path: str = "/sign-in") -> TestResponse:
    """Fill in the form to sign in."""
    return visitor.send(visitor.form(path), {"address": address})


def is_in(visitor: Visitor) -> bool:
    """Whether this browser is signed in."""
    return visitor.get("/me/account").status_code == 200


def share(one: Visitor, other: Visitor, cookie: str) -> None:
    """Copy a cookie into another browser."""
    found = one.client.get_cookie(cookie, domain="127.0.0.1")
    assert found
    other.client.set_cookie(cookie, found.value, domain="127.0.0.1")


def ask_to_join(
    visitor: Visitor, address: str = "ana@example.org", name: str = "Ana", purposes: Sequence[str] = (), **more: str
) -> TestResponse:
    """Fill in the form to join."""
    return visitor.send(visitor.form("/join"), {"address": address, "name": name, "purposes": purposes, **more})


def everything() -> dict[str, list[Any]]:
    """All that the database holds."""
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return {t.name: [tuple(row) for row in db.session.execute(select(t).order_by(*t.primary_key))] for t in tables}


def at_once(asker: Visitor, app: Flask, times: int, act: Callable[[Visitor, int], Any]) -> list[Any]:
    """Do something in several windows of one browser at the same moment, each in a thread. Returns what came of it."""
    gate = threading.Barrier(times)

    def one(number: int) -> Any:
        with app.app_context():
            window = Visitor(app)
            window.client = FlaskClient(app, app.response_class)  # ours counts the statements of all threads together
            for cookie in ("portal-asked", "portal-form"):
                share(asker, window, cookie)
            gate.wait()
            return act(window, number)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(lambda number: Context().run(one, number), range(times)))

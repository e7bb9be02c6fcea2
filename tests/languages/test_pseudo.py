"""Every page and every account mail in a language of other letters: what is still in Latin ones is in no catalogue."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from portal import links, sessions
from portal.audience.queries import wording
from portal.config import Config
from portal.db import db
from portal.languages import LANGUAGES
from portal.members.models import Member
from tests import factories
from tests.languages import pseudo, strays
from tests.members.helpers import mails, work
from tests.pages import PageClient
from tests.test_access import ASKED, EVERYONE, filled

SPEAKS = {"Accept-Language": "de"}
NOT_READ = (
    "GET /static",
    "GET /join/example/mail",
    "GET /robots",
    "GET /sitemap",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
)
NAMES = [
    "Rapport",
    "UTC",
    "Robin",
    *LANGUAGES.values(),
    ", in short.",
    "Ruth Ackroyd",
    "Measure twice",
    "Fennel & Rowe",
]
"""Ours, those of languages, and what tests/factories.py writes."""
READABLE = {"text/html", "text/plain", "application/atom+xml"}
MIRA = "mira@example.org"
BABELS = re.compile(r'<select[^>]* name="(?:time_zone|pay_currency|lives_in)".*?</select>', re.DOTALL)
"""What Babel calls places and money, with some names that nobody has translated."""
LATIN = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture
def config(config: Config) -> Config:
    """An employer, and people, who write with other letters."""
    return config.model_copy(update={"org_name": "Μάραθος & Σία", "postal_address": "Οδός Δοκιμής 1", "demo": True})


@pytest.fixture
def mira(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Member:
    app.config["WTF_CSRF_ENABLED"] = False
    data = factories.interest(name="Δεδομένα", group_name="Ομάδα")
    factories.insight(title="Ένα άρθρο", interests=[data])
    pseudo.speak(monkeypatch)
    return factories.member(name="Μίρα", address=MIRA, language="de", agreed_to=["newsletter"], interests=[data])


@pytest.fixture
def visit(app: Flask, mira: Member, now: datetime) -> Callable[[str], PageClient]:
    """A browser that speaks that language, signed in or not."""
    token = sessions.start(mira.id, "A browser on Φ", "-", now)
    db.session.commit()

    def visit(person: str) -> PageClient:
        client: PageClient = app.test_client()  # type: ignore[assignment]
        client.set_cookie("portal-asked", ASKED)
        if person == "member":
            client.set_cookie("portal-member", token)
        return client

    return visit


def left(html: str) -> list[str]:
    """What is read on a page in Latin letters, names and data aside."""
    agreed = [
        words.replace("{org}", "Μάραθος & Σία") for version in wording.WORDINGS.values() for words in version.values()
    ]
    found = []
    for text in strays.read(BABELS.sub("", html)):
        for name in [*agreed, *NAMES]:
            text = text.replace(name, "")
        text = re.sub(r"\S+@\S+|https?://\S+|:\w+", "", text)
        if LATIN.search(text):
            found.append(text)
    return found


@pytest.mark.parametrize("route", [route for route in EVERYONE if not route.startswith(NOT_READ)])
def test_a_page_says_nothing_by_itself(
    route: str, visit: Callable[[str], PageClient], mira: Member, now: datetime
) -> None:
    """Forms are sent empty, so their complaints are read too, and what is flashed after those that are taken."""
    method, rule = route.split(" ")
    client, path = visit("member" if rule.startswith("/me") else "anonymous"), filled(rule, mira, now)
    answer = client.open(path, method=method, headers=SPEAKS)
    if 300 <= answer.status_code < 400:
        answer = client.get(answer.location, headers=SPEAKS)
    if answer.mimetype in READABLE:
        assert "\n".join(left(answer.text)) == "", answer.request.path
    answer.close()


def test_an_account_mail_says_nothing_by_itself(app: Flask, visit: Callable[[str], PageClient], mira: Member) -> None:
    client, purpose = visit("anonymous"), {"purposes": ["newsletter"], "wording": wording.CURRENT + "-de"}
    for address in ("new@example.org", MIRA):
        client.post("/join", data={"address": address, "name": "Φίλη"} | purpose, headers=SPEAKS)
    client.post("/sign-in", data={"address": MIRA})
    client.post(f"/preferences/{links.sign('preferences', f'{mira.id:x}')}/more")
    work(app)
    assert [mail.kind for mail in mails()] == ["raise", "confirm", "already_in", "sign_in"]
    for mail in mails():
        assert "\n".join(left(f"<p>{mail.subject}</p>{mail.html}<pre>{mail.text}</pre>")) == "", mail.kind
        assert 'lang="de"' in mail.html

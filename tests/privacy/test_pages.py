"""The pages: everything in words, and an erasure in two steps."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from portal import sessions
from portal.audience.queries import tokens
from portal.db import db
from portal.members.actions import journal
from portal.members.models import Member
from tests import factories
from tests.pages import PageClient
from tests.privacy.everything import NEEDLES, somebody
from tests.privacy.scanning import in_tables

Browser = tuple[PageClient, int]


@pytest.fixture
def signed_in(app: Flask, now: datetime) -> Callable[[], Browser]:
    """Somebody with everything, and their browser."""

    def sign_in() -> Browser:
        app.config["WTF_CSRF_ENABLED"] = False
        member = somebody(now)
        client: PageClient = app.test_client()  # type: ignore[assignment]
        client.set_cookie("portal-member", sessions.start(member.id, "Firefox on Linux", "-", now))
        db.session.commit()
        return client, member.id

    return sign_in


def test_the_page_says_everything_in_words(signed_in: Callable[[], Browser]) -> None:
    client, _ = signed_in()
    page = client.get("/me/privacy").text
    for words in (
        "Zsófia Quibbledäck", "Quokkaweaving", "Balthazar Nonesuch", "To tame wombats.", "Calibration", "Lisbon",
        "You agree that Fennel &amp; Rowe sends you its newsletter", "Taken back on", "told Ottersaurus at the fair",
        "For Zsófia Quibbledäck", "Handed to the mail server.", "Your address, Zsófia Quibbledäck",
        "zsofia.before@oldneedles.example → Zsofia.Quibble@needles.example", "Penguin-Browser on Linux",
        "A link to confirm that you join", "An invitation that nobody mailed", "a mail of ours was reported",
    ):  # fmt: skip
        assert words in page, words


def test_long_lists_are_shortened_with_the_rest_in_the_download(signed_in: Callable[[], Browser]) -> None:
    client, id = signed_in()
    member = db.session.get_one(Member, id)
    for _n in range(12):
        factories.delivery(member=member, state="accepted", first_at=member.created_at)
    db.session.commit()
    assert "And 7 more: all of it is in the download." in client.get("/me/privacy").text


def test_erasing_asks_says_what_stays_and_ends_signed_out(signed_in: Callable[[], Browser]) -> None:
    client, id = signed_in()
    asked = client.get("/me/privacy/erase")
    for words in ("One keyed hash", "the count, without you", "the record, without you", "What we sent you"):
        assert words in asked.text, words
    assert len(list(journal.read())) == 0
    slip = client.post("/me/privacy/erase")
    assert slip.status_code == 422
    assert "Tick the box first" in slip.text
    assert db.session.get(Member, id)

    done = client.post("/me/privacy/erase", data={"sure": "y"})
    assert done.headers["Location"] == "/erased"
    assert "portal-member=;" in done.headers["Set-Cookie"]
    assert "No mail confirms this" in client.get("/erased").text
    assert client.get("/me/privacy").status_code == 302
    assert in_tables(NEEDLES) == []


def test_an_old_link_for_leaving_goes_on_working(signed_in: Callable[[], Browser]) -> None:
    client, id = signed_in()
    token = tokens.unsubscribe(id, "newsletter")
    client.post("/me/privacy/erase", data={"sure": "y"})
    assert client.get(f"/unsubscribe/{token}").status_code == 200
    one_click = client.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
    assert one_click.status_code == 200
    assert client.get(f"/preferences/{tokens.preferences(id)}").status_code in {200, 404, 410}


def test_nothing_is_erased_that_could_not_be_written_down(signed_in: Callable[[], Browser]) -> None:
    client, id = signed_in()
    journal.path().mkdir()
    answer = client.post("/me/privacy/erase", data={"sure": "y"})
    assert answer.status_code == 503
    assert "Nothing was erased" in answer.text
    db.session.expire_all()
    assert db.session.get(Member, id)

"""Insights written at the desk: begun, saved, looked at, published, taken off."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.insights.models import Insight
from portal.staff.models import AuditEntry, Recruiter
from portal.writing import queries
from portal.writing.actions import versions
from portal.writing.models import FILE, Piece
from portal.writing.queries.source import read
from tests import factories
from tests.pages import MORE, PageClient

AtDesk = Callable[..., PageClient]
FIELDS = {
    "title": "How we decide", "summary": "Who reads what, and when you hear.", "author": "Ruth Ackroyd",
    "interests": "how-we-hire", "body": "We read every application.\n\n## Then\n\nTwo of us talk.",
}  # fmt: skip


@pytest.fixture
def ana(app: Flask) -> Recruiter:
    return factories.recruiter(role="author", name="Ana Costa")


@pytest.fixture
def author(ana: Recruiter, at_desk: AtDesk) -> PageClient:
    factories.interest(slug="how-we-hire", name="How we hire")
    return at_desk(ana)


@pytest.fixture
def piece(author: PageClient) -> Piece:
    author.post("/desk/insights/new", data={"title": "How we decide"})
    found = queries.find("insight", "how-we-decide")
    assert found
    return found


def says(piece: Piece) -> str:
    db.session.expire_all()
    found = queries.current(piece)
    return found.text if found else ""


def publish(author: PageClient, **data: str) -> Any:
    """Publishing reads all that it checks against and writes all that it sets, in one go."""
    return author.post("/desk/insights/how-we-decide/publish", data=data, environ_base={MORE: 30})


def form(piece: Piece, **values: str) -> dict[str, str]:
    """The fields as the page would send them."""
    found = queries.current(piece)
    return {**FIELDS, "base": str(found.id if found else ""), "page": "a-page", **values}


def test_an_insight_is_begun_with_a_title_and_gets_an_address_of_it(author: PageClient, ana: Recruiter) -> None:
    answer = author.post("/desk/insights/new", data={"title": "Wie wir über Gehälter reden"})
    assert answer.location == "/desk/insights/wie-wir-ueber-gehaelter-reden"
    piece = queries.find("insight", "wie-wir-ueber-gehaelter-reden")
    assert piece
    assert (piece.home, piece.owner_id) == ("desk", ana.id)
    assert read(says(piece)).front["author"] == "Ana Costa"
    assert "Wie wir über Gehälter reden" in author.get(answer.location).text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"title": " "}, "Give it a title."),
        ({"title": "x", "slug": "Not an address"}, "Use only a-z, 0-9"),
        ({"title": "x", "slug": "new"}, "are taken"),
        ({"title": "How we decide"}, "There is an insight at “how-we-decide” already."),
    ],
)
@pytest.mark.usefixtures("piece")
def test_what_cannot_begin_is_said_and_kept(author: PageClient, data: dict[str, str], words: str) -> None:
    answer = author.post("/desk/insights/new", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert data["title"].strip() in answer.text


def test_saving_makes_a_version_whose_text_is_that_of_a_file(author: PageClient, piece: Piece) -> None:
    answer = author.post("/desk/insights/how-we-decide", data=form(piece))
    assert answer.status_code == 303
    assert says(piece) == (
        "---\ntitle: How we decide\nsummary: Who reads what, and when you hear.\nauthor: Ruth Ackroyd\n"
        "interests: [how-we-hire]\n---\n\nWe read every application.\n\n## Then\n\nTwo of us talk.\n"
    )
    page = author.get("/desk/insights/how-we-decide").text
    assert "Two of us talk." in page
    assert "Nothing to mend" in page


def test_what_no_field_knows_stays_in_the_text(author: PageClient, piece: Piece, ana: Recruiter, now: datetime) -> None:
    text = "---\ntitle: A\npublished: 2026-01-02\nodd: [1, 2]\n---\n\nwords\n"
    versions.save(piece, text, ana, now, base_id=queries.current(piece).id)  # type: ignore[union-attr]
    db.session.commit()
    author.post("/desk/insights/how-we-decide", data=form(piece))
    front = read(says(piece)).front
    assert (front["published"], front["odd"]) == ("2026-01-02", [1, 2])


def test_autosave_answers_with_what_stands_beside_the_words(author: PageClient, piece: Piece) -> None:
    data = form(piece, body="# A\n\n### B\n\n![](/media/x.png)\n\n[gone](/insights/nothing-here)\n\n[[first_name]]")
    answer = author.post("/desk/insights/how-we-decide/autosave", data=data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "A picture has no description." in answer.text
    assert "This heading leaves out a level." in answer.text
    assert "The link to /insights/nothing-here leads nowhere" in answer.text
    assert "The link to /media/x.png leads nowhere" in answer.text
    assert "is for newsletters" in answer.text
    latest = queries.current(piece)
    assert latest
    assert f'data-shown="{latest.id}"' in answer.text
    assert f'name="base" value="{latest.id}"' in answer.text
    assert "### B" in latest.text


def test_broken_markdown_is_kept_and_said_and_the_preview_stays_at_the_last_good(
    author: PageClient, piece: Piece
) -> None:
    author.post("/desk/insights/how-we-decide", data=form(piece))
    good = queries.current(piece)
    assert good
    nested = "> " * 10_000 + "deep"
    data = form(piece, body="Fine.\n\n" + nested)
    answer = author.post("/desk/insights/how-we-decide/autosave", data=data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "nested deeper than 20 levels" in answer.text
    assert "Line 3" in answer.text
    assert f'data-shown="{good.id}"' in answer.text
    assert nested in says(piece)


@pytest.mark.parametrize("route", ["", "/autosave"])
def test_far_too_much_is_refused_in_a_sentence_and_given_back(author: PageClient, piece: Piece, route: str) -> None:
    before, much = says(piece), "word " * 1_000_000
    headers = {"HX-Request": "true"} if route else {}
    answer = author.post(f"/desk/insights/how-we-decide{route}", data=form(piece, body=much), headers=headers)
    assert answer.status_code == 422
    assert "the most is 100 KB" in answer.text
    assert says(piece) == before
    if not route:
        assert much in answer.text


def test_the_preview_is_the_page_in_a_frame(author: PageClient, piece: Piece) -> None:
    author.post("/desk/insights/how-we-decide", data=form(piece))
    version = queries.current(piece)
    assert version
    for scheme in ("light", "dark"):
        answer = author.get(f"/desk/insights/how-we-decide/preview/{version.id}?scheme={scheme}")
        assert "We read every application." in answer.text
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        css = author.get(f"/desk/look/{scheme}.css")
        assert css.mimetype == "text/css"
        assert "prefers-color-scheme" not in css.text


def test_publishing_says_what_to_mend_first_and_changes_nothing(author: PageClient, piece: Piece) -> None:
    answer = publish(author, do="now")
    assert answer.status_code == 422
    assert "You need to mend" in answer.text
    assert "It has no summary yet." in answer.text
    assert db.session.scalar(select(Insight)) is None


def test_published_it_is_read_by_all_and_changes_wait_for_the_next_time(
    author: PageClient, piece: Piece, client: PageClient
) -> None:
    assert client.get("/insights/how-we-decide").status_code == 404
    author.post("/desk/insights/how-we-decide", data=form(piece))
    assert publish(author, do="now").status_code == 303
    assert "We read every application." in client.get("/insights/how-we-decide").text
    author.post("/desk/insights/how-we-decide", data=form(piece, body="Other words."))
    assert "Other words." not in client.get("/insights/how-we-decide").text
    publish(author, do="again")
    assert "Other words." in client.get("/insights/how-we-decide").text
    assert read(says(piece)).front["published"] == clock.now().date().isoformat()


def test_published_on_a_day_it_waits_for_it(author: PageClient, piece: Piece, client: PageClient) -> None:
    author.post("/desk/insights/how-we-decide", data=form(piece))
    yesterday = (clock.now() - timedelta(days=1)).date().isoformat()
    refused = publish(author, do="day", day=yesterday)
    assert refused.status_code == 422
    later = (clock.now() + timedelta(days=3)).date().isoformat()
    publish(author, do="day", day=later)
    assert client.get("/insights/how-we-decide").status_code == 404
    assert db.session.scalars(select(Insight)).one().published.isoformat() == later
    assert "From " in author.get("/desk/insights").text


def test_its_owner_takes_it_off_the_site_and_others_do_not(
    author: PageClient, piece: Piece, client: PageClient, at_desk: AtDesk
) -> None:
    author.post("/desk/insights/how-we-decide", data=form(piece))
    publish(author, do="now")
    assert at_desk("author").post("/desk/insights/how-we-decide/unpublish").status_code == 403
    assert client.get("/insights/how-we-decide").status_code == 200
    assert author.post("/desk/insights/how-we-decide/unpublish").status_code == 303
    assert client.get("/insights/how-we-decide").status_code == 404
    assert "published" not in read(says(piece)).front
    assert at_desk("admin").post("/desk/insights/how-we-decide/remove").status_code == 303
    assert author.get("/desk/insights/how-we-decide").status_code == 404
    done = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert done == ["insight.publish", "insight.unpublish", "insight.remove"]


def test_one_that_lives_in_a_file_can_only_be_read(author: PageClient, piece: Piece) -> None:
    before = says(piece)
    piece.home = FILE
    db.session.commit()
    page = author.get("/desk/insights/how-we-decide").text
    assert "Edit here instead" in page
    assert "<textarea" not in page
    answer = author.post("/desk/insights/how-we-decide", data=form(piece))
    assert says(piece) == before
    assert "lives in a file now" in author.get(answer.location).text


def test_a_colleague_finds_it_in_the_list(author: PageClient, at_desk: AtDesk, piece: Piece) -> None:
    author.post("/desk/insights/how-we-decide", data=form(piece))
    colleague = at_desk("recruiter")
    assert "How we decide" in colleague.get("/desk/insights").text
    assert "How we decide" in colleague.get("/desk/insights?q=application").text
    assert "Nothing found" in colleague.get("/desk/insights?q=zebra").text


def test_a_translation_says_its_title_and_its_words(author: PageClient, piece: Piece, client: PageClient) -> None:
    author.post("/desk/insights/how-we-decide", data=form(piece))
    page = author.get("/desk/insights/how-we-decide?language=de")
    assert 'name="author"' not in page.text
    data = {"title": "Wie wir entscheiden", "summary": "Kurz.", "body": "Wir lesen alles.", "base": "", "page": "p"}
    author.post("/desk/insights/how-we-decide?language=de", data=data)
    publish(author, do="now")
    read_in_german = client.get("/insights/how-we-decide", headers={"Accept-Language": "de"}).text
    assert "Wir lesen alles." in read_in_german
    assert "We read every application." in client.get("/insights/how-we-decide").text

"""Openings at the desk: begun, written, published, closed, opened again; what they say where."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock, content
from portal.alerts.models import Announcement
from portal.db import db
from portal.jobs import files, tasks
from portal.jobs.models import Posting
from portal.jobs.queries.wanted import by_slugs
from portal.mail.models import Delivery
from portal.staff.models import AuditEntry, Recruiter
from portal.writing import queries
from portal.writing.models import FILE, Piece
from portal.writing.queries.source import read
from tests import factories
from tests.jobs.openings import BODY
from tests.pages import MORE, PageClient

AtDesk = Callable[..., PageClient]
PATH = "/desk/jobs/calibration-technician"
FIELDS = {
    "title": "Calibration technician", "team": "laboratory", "level": "experienced", "interests": "calibration",
    "work_modes": ["remote", "hybrid"], "locations": "lisbon", "applicants_from": "Portugal, DE", "pay_min": "27,400",
    "pay_max": "32 300", "pay_currency": "EUR", "pay_per": "year", "way": "usual",
    "apply_url": "https://jobs.example.org/calibration", "vacancy": "y", "questions": "May you?\n\nCan you?", "body": BODY,
}  # fmt: skip


@pytest.fixture
def ana(app: Flask) -> Recruiter:
    return factories.recruiter(role="recruiter", name="Ana Costa")


@pytest.fixture
def desk(ana: Recruiter, at_desk: AtDesk) -> PageClient:
    content.sync_all(app_folder(), clock.now())
    return at_desk(ana)


def app_folder() -> Any:
    from portal.config import settings

    return settings().content_dir


@pytest.fixture
def piece(desk: PageClient) -> Piece:
    desk.post("/desk/jobs/new", data={"title": "Calibration technician"})
    found = queries.find("job", "calibration-technician")
    assert found
    return found


@pytest.fixture
def written(desk: PageClient, piece: Piece) -> Piece:
    assert desk.post(PATH, data=form(piece)).status_code == 303
    return piece


def form(piece: Piece, **values: Any) -> dict[str, Any]:
    """The fields as the page would send them."""
    found = queries.current(piece)
    return {**FIELDS, "base": str(found.id if found else ""), "page": "a-page", **values}


def says(piece: Piece) -> str:
    db.session.expire_all()
    found = queries.current(piece)
    return found.text if found else ""


def row() -> Posting:
    db.session.expire_all()
    return db.session.scalars(select(Posting)).one()


def publish(desk: PageClient, **data: str) -> Any:
    """Publishing reads all that it checks against and writes all that it sets, in one go."""
    closes = (clock.now() + timedelta(days=20)).date().isoformat()
    given = {"when": "now", "early": "72", "closes": closes, **data}
    return desk.post(f"{PATH}/publish", data=given, environ_base={MORE: 40})


def page(client: PageClient, path: str) -> str:
    return unescape(client.get(path).get_data(as_text=True))


def test_it_begins_with_the_four_sections_and_whom_to_ask(desk: PageClient, piece: Piece, ana: Recruiter) -> None:
    text = says(piece)
    for section in ("The work", "What is good", "What is hard here", "How we decide"):
        assert f"## {section}\n" in text
    assert f"[Ana Costa](mailto:{ana.address}) for adjustments" in text
    assert (piece.home, piece.owner_id) == ("desk", ana.id)
    shown = page(desk, PATH)
    assert "You need to choose its team." in shown
    assert "You need to say what it pays" in shown
    assert "You need to write what belongs under “The work”." in shown
    assert "adjustments: how to ask" not in shown


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"title": " "}, "Give it a title."),
        ({"title": "x", "slug": "unclear"}, "are taken"),
        ({"title": "Calibration technician"}, "There is an opening at “calibration-technician” already."),
        ({"title": "x", "slug": "from-a-board"}, "There is an opening at “from-a-board” already."),
    ],
)
@pytest.mark.usefixtures("piece")
def test_what_cannot_begin_is_said_and_kept(desk: PageClient, data: dict[str, str], words: str) -> None:
    factories.posting(slug="from-a-board", board_id=factories.board().id, external_id="1")
    db.session.commit()
    answer = desk.post("/desk/jobs/new", data=data)
    assert answer.status_code == 422
    assert words in unescape(answer.text)


def test_saving_makes_the_text_of_a_file_that_its_check_lets_pass(desk: PageClient, written: Piece) -> None:
    text = says(written)
    assert text.startswith(
        "---\ntitle: Calibration technician\nteam: laboratory\nlevel: experienced\ninterests: [calibration]\n"
        "work_modes: [remote, hybrid]\nlocations: [lisbon]\napplicants_from: [PT, DE]\npay:\n  min: 27400\n"
        "  max: 32300\n  currency: EUR\n  per: year\nprocess: usual\napply_url: https://jobs.example.org/calibration\n"
        "vacancy: true\nquestions: ['May you?', 'Can you?']\n---\n\nSomebody relies on the number that you find.\n"
    )
    shown = page(desk, PATH)
    assert "Nothing to mend" in shown
    assert 'value="Portugal, Germany"' in shown
    assert 'value="27400"' in shown


def test_whatever_was_typed_stays_and_is_said_beside(desk: PageClient, piece: Piece) -> None:
    data = form(piece, pay_max="much", applicants_from="Atlantis", level="boss", apply_url="nowhere", starts="soon",
                title="Foreman", interests=[], team="")  # fmt: skip
    desk.post(PATH, data=data)
    front = read(says(piece)).front
    assert (front["pay"]["max"], front["applicants_from"], front["level"]) == ("much", ["Atlantis"], "boss")
    shown = page(desk, PATH)
    for words in (
        "You need to choose its team.", "You need to choose its level.", "You need to tick what it is about",
        "You need to say where one may live", "You need to say what it pays", "You need to say where people apply",
        "You need to write the first day as a day",
    ):  # fmt: skip
        assert words in shown, words
    for typed in ("much", "Atlantis", "boss", "nowhere", "soon"):
        assert f'value="{typed}"' in shown, typed


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("x" * 5_000_000, 422, "the most is 100 KB"),
        ("> " * 10_000 + "deep", 200, "nested deeper than 20 levels"),
    ],
    ids=["5 MB", "10,000 quotes"],
)
def test_far_too_much_gets_a_sentence(desk: PageClient, piece: Piece, body: str, status: int, words: str) -> None:
    answer = desk.post(f"{PATH}/autosave", data=form(piece, body=body), headers={"HX-Request": "true"})
    assert answer.status_code == status
    assert words in answer.text


def test_it_lists_all_there_is_to_mend_and_publishes_nothing(desk: PageClient, piece: Piece) -> None:
    answer = publish(desk)
    assert answer.status_code == 422
    assert answer.text.count("You need to") >= 8
    assert db.session.scalar(select(Posting)) is None


def test_published_members_hear_of_it_first_and_everybody_later(
    desk: PageClient, written: Piece, client: PageClient
) -> None:
    assert publish(desk).status_code == 303
    one = row()
    assert one.publish_at
    assert one.opens_at == one.publish_at + timedelta(hours=72)
    assert one.state_at(clock.now()) == "early"
    assert client.get("/jobs/calibration-technician").status_code == 404
    assert "Members first until" in page(desk, "/desk/jobs")
    [wanted] = by_slugs(["calibration-technician"])
    assert (wanted.work_modes, wanted.countries) == ({"remote", "hybrid"}, {"PT", "DE"})
    front = read(says(written)).front
    assert front["early_access"] == "72h"
    assert front["publish"].startswith(one.publish_at.date().isoformat())


def test_the_button_says_how_many_hear_of_it(desk: PageClient, written: Piece) -> None:
    """Those who agreed and whom it fits, and nobody else."""
    assert "It fits no member" in page(desk, f"{PATH}/publish")
    agreed: dict[str, Any] = {"agreed_to": ["job_alerts"], "lives_in": "PT"}
    factories.member(work_modes=["remote"], **agreed)
    factories.member(**agreed)
    factories.member(work_modes=["onsite"], **agreed)
    factories.member(agreed_to=["newsletter"])
    db.session.commit()
    assert "Publish, and let 2 members know" in page(desk, f"{PATH}/publish")


def test_at_a_time_it_waits_and_can_be_taken_back(desk: PageClient, written: Piece) -> None:
    later = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert publish(desk, when="at", at=later, early="0").status_code == 303
    one = row()
    assert one.opens_at == one.publish_at
    assert one.state_at(clock.now()) == "draft"
    assert "Members hear of it on" in page(desk, "/desk/jobs?state=draft")
    assert "Take the plan back" in page(desk, f"{PATH}/publish")
    assert desk.post(f"{PATH}/take-back").status_code == 303
    assert db.session.scalar(select(Posting)) is None
    assert "publish" not in read(says(written)).front


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"when": "at", "at": ""}, "Choose a day and a time, or publish it now."),
        ({"when": "at", "at": "2020-01-01T09:00"}, "Choose a time that is still to come"),
        ({"closes": ""}, "Choose the last day on which people can apply"),
        ({"closes": "2020-01-01"}, "Everybody has to see it before it closes."),
        ({"closes": "2999-01-01"}, "more than a year away"),
        ({"early": "5"}, "Choose one of those that are shown."),
    ],
)
def test_times_that_cannot_be_are_said_and_kept(
    desk: PageClient, written: Piece, data: dict[str, str], words: str
) -> None:
    answer = publish(desk, **data)
    assert answer.status_code == 422
    assert words in unescape(answer.text)
    assert db.session.scalar(select(Posting)) is None


def test_a_closing_day_before_everybody_sees_it_is_none(desk: PageClient, written: Piece) -> None:
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    assert publish(desk, early="72", closes=tomorrow).status_code == 422
    assert publish(desk, early="0", closes=tomorrow).status_code == 303


def announced(posting: Posting, now: datetime) -> Announcement:
    told = Announcement(member_id=factories.member().id, posting_id=posting.id, at=now, early=True)
    db.session.add(told)
    db.session.commit()
    return told


def test_edits_closing_and_opening_again_tell_nobody_anew(
    desk: PageClient, written: Piece, now: datetime, ana: Recruiter
) -> None:
    """The row is the same for ever, its announcements with it, and nothing is mailed."""
    publish(desk, early="0")
    first = row()
    id, publish_at = first.id, first.publish_at
    announced(first, now)
    desk.post(PATH, data=form(written, title="Technician"))
    assert row().title == "Calibration technician"
    assert publish(desk).status_code == 303
    assert (row().title, row().id, row().publish_at) == ("Technician", id, publish_at)
    asked = page(desk, f"{PATH}/close")
    assert "Closing mails nobody" in asked
    assert desk.post(f"{PATH}/close").status_code == 303
    assert row().state_at(clock.now()) == "closed"
    assert "closed" in read(says(written)).front
    day = (clock.now() + timedelta(days=9)).date().isoformat()
    assert desk.post(f"{PATH}/reopen", data={"closes": day}, environ_base={MORE: 30}).status_code == 303
    assert (row().id, row().publish_at, row().closed_at) == (id, publish_at, None)
    assert row().state_at(clock.now()) == "open"
    assert db.session.scalars(select(Announcement.posting_id)).all() == [id]
    assert db.session.scalars(select(Delivery)).all() == []
    done = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert done == ["opening.publish", "opening.change", "opening.close", "opening.reopen"]


def test_closing_keeps_words_that_wait_to_be_published(desk: PageClient, written: Piece) -> None:
    publish(desk, early="0")
    desk.post(PATH, data=form(written, title="Something newer"))
    desk.post(f"{PATH}/close")
    assert row().title == "Calibration technician"
    front = read(says(written)).front
    assert front["title"] == "Something newer"
    assert "closed" in front
    public = files.live()["calibration-technician", ""]
    assert read(public).front["title"] == "Calibration technician"
    assert "closed" in read(public).front


def test_closed_its_page_says_so_at_once(desk: PageClient, written: Piece, client: PageClient) -> None:
    publish(desk, early="0")
    assert client.get("/jobs/calibration-technician").status_code == 200
    desk.post(f"{PATH}/close")
    tasks.sweep(clock.now())
    assert client.get("/jobs/calibration-technician").status_code == 410


def test_what_cannot_be_opened_again_says_why(desk: PageClient, written: Piece) -> None:
    publish(desk, early="0")
    desk.post(f"{PATH}/close")
    assert desk.post(f"{PATH}/reopen", data={"closes": "2020-01-01"}).status_code == 422
    factory = db.session.scalars(select(Posting)).one()
    assert factory.closed_at
    process = app_folder() / "process" / "usual.yml"
    process.rename(process.with_name("other.yml"))
    content_without_usual()
    day = (clock.now() + timedelta(days=9)).date().isoformat()
    answer = desk.post(f"{PATH}/reopen", data={"closes": day}, environ_base={MORE: 30})
    assert answer.status_code == 422
    assert "There is no process/usual.yml" in unescape(answer.text)
    assert row().closed_at


def content_without_usual() -> None:
    from portal.jobs.files import process

    process.sync(app_folder(), clock.now())
    db.session.commit()


def test_authors_write_and_do_not_publish(written: Piece, at_desk: AtDesk) -> None:
    author = at_desk("author")
    assert author.post(PATH, data=form(written, title="Better")).status_code == 303
    assert read(says(written)).front["title"] == "Better"
    assert "A recruiter or an admin can publish it now." in page(author, f"{PATH}/publish")
    assert publish(author).status_code == 403
    assert db.session.scalar(select(Posting)) is None


def test_managers_have_their_own_and_see_no_others(written: Piece, at_desk: AtDesk, app: Flask) -> None:
    manager = factories.recruiter(role="manager", name="Inês")
    client = at_desk(manager)
    assert "Calibration technician" not in page(client, "/desk/jobs")
    assert client.get(PATH).status_code == 404
    written.owner_id = manager.id
    db.session.commit()
    assert "Calibration technician" in page(client, "/desk/jobs")
    assert publish(client).status_code == 303


def test_one_that_lives_in_a_file_is_published_and_closed_there(desk: PageClient, written: Piece) -> None:
    written.home = FILE
    db.session.commit()
    assert "Edit here instead" in page(desk, PATH)
    assert desk.get(f"{PATH}/publish").status_code == 409
    assert desk.post(f"{PATH}/close").status_code == 409


def test_the_list_says_each_state_in_plain_words(desk: PageClient, now: datetime, written: Piece) -> None:
    board = factories.board(title="The board")
    hour = timedelta(hours=1)
    for title, given in {
        "An early one": {"publish_at": now - hour, "opens_at": now + hour},
        "An open one": {"closes_at": now + timedelta(days=3)},
        "A closed one": {"closed_at": now - hour},
        "A listed one": {"board_id": board.id, "external_id": "1", "publish_at": now - hour},
    }.items():
        factories.posting(title=title, **given)
    db.session.commit()
    shown = page(desk, "/desk/jobs")
    for words in ("Members first until", "Open until", "Closed on", "Draft", "From The board"):
        assert words in shown, words
    for state, title in (
        ("draft", "Calibration technician"), ("early", "An early one"), ("open", "A listed one"),
        ("closed", "A closed one"),
    ):  # fmt: skip
        only = page(desk, f"/desk/jobs?state={state}")
        assert title in only
        assert ("A closed one" in only) == (state == "closed")
    assert "An open one" not in page(desk, "/desk/jobs?q=early")
    assert "Calibration technician" in page(desk, "/desk/jobs?q=calib")
    assert "Nothing found" in page(desk, "/desk/jobs?q=zebra")


def test_the_preview_is_the_page_whatever_is_missing(desk: PageClient, piece: Piece) -> None:
    desk.post(PATH, data=form(piece, pay_max="much", level="", team="nobody", starts="soon", closes="x"))
    version = queries.current(piece)
    assert version
    shown = page(desk, f"{PATH}/preview/{version.id}?scheme=dark")
    assert "Somebody relies on the number" in shown
    assert "What it pays is not said" in shown
    assert "We talk" in shown


def test_a_draft_is_deleted_and_what_was_heard_of_is_not(desk: PageClient, written: Piece) -> None:
    publish(desk)
    assert desk.post(f"{PATH}/remove").status_code == 409
    assert desk.post(f"{PATH}/take-back").status_code == 409
    desk.post("/desk/jobs/new", data={"title": "Another"})
    assert desk.post("/desk/jobs/another/remove").status_code == 303
    assert desk.get("/desk/jobs/another").status_code == 404


def test_what_the_desk_publishes_a_file_could_say(desk: PageClient, written: Piece) -> None:
    """Its check lets the text pass, and the row is the same as a file's would be."""
    publish(desk)
    folder = app_folder()
    (folder / "jobs" / "other.md").write_text(says(written))
    assert content.check_all(folder) == []
    content.sync_all(folder, clock.now())
    here, there = by_slugs(["calibration-technician", "other"])
    assert {here.slug, there.slug} == {"calibration-technician", "other"}
    for name in ("team", "level", "work_modes", "places", "countries", "interests", "opens_at", "closes_at"):
        assert getattr(here, name) == getattr(there, name), name

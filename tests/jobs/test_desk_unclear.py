"""What boards leave unclear, at the desk: asked once for all that say the same, settled by one click."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.jobs.models import Board, BoardRule, Posting, Settled
from portal.jobs.queries import waiting
from portal.jobs.queries.wanted import by_slugs
from portal.staff.models import AuditEntry
from tests import factories
from tests.pages import PageClient

AtDesk = Callable[..., PageClient]
UNCLEAR = "/desk/jobs/unclear"


@pytest.fixture
def board(app: Flask) -> Board:
    for slug in ("laboratory", "data"):
        factories.team(slug=slug, name=slug.capitalize())
    factories.interest(slug="calibration", name="Calibration")
    factories.place(slug="lisbon", name="Lisbon", country="PT")
    return factories.board(title="The board", early_hours=24)


@pytest.fixture
def desk(board: Board, at_desk: AtDesk) -> PageClient:
    return at_desk("recruiter")


def feed(board: Board, slug: str, says: str = "Flexible", **more: Any) -> Posting:
    given = {"work_modes": (), "countries": (), "said": {"work_modes": says} if says else {}, "external_id": slug}
    row = factories.posting(**{"slug": slug, "title": slug.capitalize(), "board_id": board.id, **given, **more})
    db.session.commit()
    return row


def page(client: PageClient, path: str) -> str:
    return unescape(client.get(path).get_data(as_text=True))


def modes(slug: str) -> frozenset[str]:
    db.session.expire_all()
    return by_slugs([slug])[0].work_modes


def test_it_is_asked_once_for_all_that_say_the_same(desk: PageClient, board: Board) -> None:
    for slug, says in (("one", "Flexible"), ("two", "flexible "), ("three", "Office"), ("four", ""), ("five", "")):
        feed(board, slug, says)
    asked = waiting.questions(waiting.listed(clock.now()), "work_modes")
    found = [({one.slug for one in question.openings}, question.says) for question in asked]
    assert found[0] == ({"one", "two"}, "flexible")
    assert sorted(len(slugs) for slugs, _says in found) == [1, 1, 1, 2]
    shown = page(desk, UNCLEAR)
    assert "The board says “flexible”" in shown
    assert "Holds for all 2, and for those to come" in shown
    assert "The board says nothing about it" in shown
    assert "Of 5 openings a board leaves something unclear" in page(desk, "/desk/jobs")


def test_one_click_settles_it_and_is_remembered(desk: PageClient, board: Board) -> None:
    one, two, other = feed(board, "one"), feed(board, "two"), feed(board, "other", "Office")
    data = {"posting": str(one.id), "field": "work_modes", "value": "remote+hybrid", "remember": "1"}
    assert "Settled for 2 openings." in page(desk, desk.post(UNCLEAR, data=data).location)
    assert modes("one") == modes("two") == {"remote", "hybrid"}
    assert modes("other") == frozenset()
    rule = db.session.scalars(select(BoardRule)).one()
    assert (rule.says, rule.value) == ("flexible", ["hybrid", "remote"])
    assert db.session.scalars(select(AuditEntry.action)).all() == ["opening.settle"]
    assert {two.id, other.id} <= {one.id for one in waiting.listed(clock.now())}


def test_without_remembering_it_holds_for_one(desk: PageClient, board: Board) -> None:
    one = feed(board, "one")
    desk.post(UNCLEAR, data={"posting": str(one.id), "field": "work_modes", "value": "onsite"})
    assert modes("one") == {"onsite"}
    assert db.session.scalar(select(BoardRule)) is None
    assert db.session.scalars(select(Settled.field)).all() == ["work_modes"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"posting": "999", "field": "work_modes", "value": "remote"}, 404),
        ({"posting": "x", "field": "work_modes", "value": "remote"}, 404),
        ({"field": "pay", "value": "5"}, 404),
        ({"field": "work_modes", "value": "everywhere"}, 400),
        ({"field": "work_modes"}, 400),
        ({"field": "team", "value": "nobody"}, 400),
        ({"field": "level", "value": "senior", "remember": "1"}, 409),
    ],
)
def test_what_cannot_be_said_changes_nothing(desk: PageClient, board: Board, data: dict[str, str], status: int) -> None:
    one = feed(board, "one")
    assert desk.post(UNCLEAR, data={"posting": str(one.id), **data}).status_code == status
    assert modes("one") == frozenset()
    assert db.session.scalar(select(Settled)) is None


def test_an_opening_of_ours_is_not_settled_here(desk: PageClient) -> None:
    ours = factories.posting(slug="ours", work_modes=())
    db.session.commit()
    data = {"posting": str(ours.id), "field": "work_modes", "value": "remote"}
    assert desk.post(UNCLEAR, data=data).status_code == 404
    assert desk.get("/desk/jobs/ours/facts").status_code == 404


@pytest.mark.parametrize("field", ["work_modes", "places", "countries", "interests", "team", "level", "pay"])
def test_each_field_has_its_question(desk: PageClient, board: Board, field: str) -> None:
    feed(board, "one", team=None, level=None, pay=None)
    feed(board, "two", work_modes=("remote",), team=None)
    shown = page(desk, f"{UNCLEAR}?field={field}")
    assert 'aria-current="page"' in shown
    assert "facts" in shown


def test_when_all_is_settled_it_says_so(desk: PageClient, board: Board) -> None:
    feed(board, "closed", closed_at=clock.now() - timedelta(days=1))
    assert "Nothing is unclear" in page(desk, UNCLEAR)
    assert "leaves something unclear" not in page(desk, "/desk/jobs")


FACTS = {
    "team": "data", "level": "lead", "work_modes": ["remote"], "locations": [], "applicants_from": "Portugal",
    "interests": ["calibration"], "pay_min": "", "pay_max": "60,000", "pay_currency": "EUR", "pay_per": "year",
}  # fmt: skip


def test_all_of_it_is_said_on_its_page_and_from_then_on_members_hear_of_it(desk: PageClient, board: Board) -> None:
    feed(board, "one", level=None, pay=None, publish_at=None)
    shown = page(desk, "/desk/jobs/one/facts")
    assert "Nobody has said yet" in shown
    assert "“Flexible”" in shown
    answer = desk.post("/desk/jobs/one/facts", data=FACTS, environ_base={"tests.most_statements": 60})
    assert answer.status_code == 303
    [found] = by_slugs(["one"])
    assert (found.team, found.level, found.work_modes, found.countries, found.interests) == (
        "data", "lead", {"remote"}, {"PT"}, {"calibration"},
    )  # fmt: skip
    assert (found.pay_yearly, found.pay_currency, found.tells_pay) == (60_000, "EUR", True)
    assert found.publish_at
    assert found.opens_at == found.publish_at + timedelta(hours=24)
    assert "Settled here, whatever the board says:" in page(desk, "/desk/jobs/one/facts")


def test_saving_what_is_known_settles_nothing(desk: PageClient, board: Board) -> None:
    feed(board, "one", work_modes=("remote",), countries=("PT",), level="lead")
    data = {"level": "lead", "work_modes": ["remote"], "applicants_from": "Portugal", "pay_min": "50000",
            "pay_max": "60000", "pay_currency": "EUR", "pay_per": "year"}  # fmt: skip
    assert desk.post("/desk/jobs/one/facts", data=data).status_code == 303
    assert db.session.scalar(select(Settled)) is None
    assert db.session.scalar(select(AuditEntry)) is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"pay_min": "9", "pay_max": "5"}, "You need to say what it pays"),
        ({"pay_max": "much"}, "You need to say what it pays"),
        ({"pay_max": "", "pay_unsaid": "x" * 201}, "You need to shorten why the pay is not said"),
        ({"applicants_from": "Atlantis"}, "You need to say where one may live"),
        ({"team": "nobody"}, "You need to choose its team."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(
    desk: PageClient, board: Board, data: dict[str, str], words: str
) -> None:
    feed(board, "one", level=None)
    given = {**FACTS, **data}
    answer = desk.post("/desk/jobs/one/facts", data=given, environ_base={"tests.most_statements": 60})
    assert answer.status_code == 422
    assert words in unescape(answer.text)
    [found] = by_slugs(["one"])
    assert (found.level, found.work_modes, found.pay_yearly) == (None, frozenset(), 60_000)


def test_why_the_pay_is_not_said_is_enough(desk: PageClient, board: Board) -> None:
    feed(board, "one", pay=None, publish_at=None)
    desk.post("/desk/jobs/one/facts", data={"pay_unsaid": "The works council decides in May."})
    [found] = by_slugs(["one"])
    assert (found.tells_pay, found.pay_yearly) == (True, None)


def test_it_is_closed_here_and_opened_again(desk: PageClient, board: Board) -> None:
    one = feed(board, "one")
    assert "Closing mails nobody" in page(desk, "/desk/jobs/one/close")
    assert desk.post("/desk/jobs/one/close").location == "/desk/jobs/one/facts"
    assert by_slugs(["one"])[0].state_at(clock.now()) == "closed"
    day = (clock.now() + timedelta(days=9)).date().isoformat()
    desk.post("/desk/jobs/one/reopen", data={"closes": day})
    db.session.expire_all()
    assert (one.state_at(clock.now()), one.id) == ("open", by_slugs(["one"])[0].id)

"""What the desk reads and settles, on both databases."""

from datetime import datetime, timedelta

from flask import Flask

from portal.db import db
from portal.jobs.actions.settling import settle
from portal.jobs.queries import board, rules, waiting
from portal.jobs.queries.choices import choices
from portal.jobs.queries.coming import turns
from portal.writing.actions import versions
from tests import factories


def test_the_list_of_the_desk(each_app: Flask, now: datetime) -> None:
    ana, ruth = factories.recruiter(role="recruiter"), factories.recruiter(role="manager", name="Ruth")
    hour = timedelta(hours=1)
    versions.start("job", "draft", "---\ntitle: A draft\n---\n", ruth, now)
    versions.start("job", "early", "---\ntitle: Words\n---\n", ruth, now)
    factories.posting(slug="early", title="Early", publish_at=now - hour, opens_at=now + hour)
    factories.posting(slug="open", title="Open", publish_at=now - 2 * hour, closes_at=now + hour)
    factories.posting(slug="planned", title="Planned", publish_at=now + hour)
    factories.posting(slug="closed", title="Closed", closed_at=now - hour)
    factories.posting(
        slug="listed", title="Listed", board_id=factories.board(title="B").id, external_id="1", publish_at=None
    )
    rows, more = board.rows(ana, now, "", "", 10, 0)
    assert [(row.slug, row.state, row.board, row.owner) for row in rows if row.state != "draft"] == [
        ("early", "early", "", "Ruth"), ("open", "open", "", ""), ("closed", "closed", "", ""),
    ]  # fmt: skip
    assert {(row.slug, row.title, row.planned) for row in rows if row.state == "draft"} == {
        ("draft", "A draft", False), ("planned", "Planned", True), ("listed", "Listed", False),
    }  # fmt: skip
    assert not more
    assert board.counts(ana, now) == {"draft": 3, "early": 1, "open": 1, "closed": 1}
    assert board.counts(ruth, now) == {"draft": 1, "early": 1, "open": 0, "closed": 0}
    assert [row.slug for row in board.rows(ruth, now, "", "", 10, 0)[0]] == ["draft", "early"]
    assert [row.slug for row in board.rows(ana, now, "draft", "DRAFT", 10, 0)[0]] == ["draft"]
    first, more = board.rows(ana, now, "", "", 4, 0)
    second, _more = board.rows(ana, now, "", "", 4, 4)
    assert more
    assert [*first, *second] == rows


def test_what_comes_next(each_app: Flask, now: datetime) -> None:
    day = timedelta(days=1)
    factories.posting(title="A", publish_at=now + day, opens_at=now + 3 * day, closes_at=now + 9 * day)
    factories.posting(title="B", closes_at=now + 2 * day)
    factories.posting(title="Over", publish_at=now + day, closed_at=now)
    assert [(turn.title, turn.state, (turn.at - now).days) for turn in turns(now, 3)] == [
        ("A", "early", 1), ("B", "closed", 2), ("A", "open", 3),
    ]  # fmt: skip


def test_what_can_be_chosen(each_app: Flask) -> None:
    factories.team(slug="field", name="Field", position=2)
    factories.team(slug="data", name="Data", position=1)
    factories.team(slug="gone", name="Gone", retired=True)
    factories.place(slug="lisbon", name="Lisbon", country="PT")
    factories.interest(slug="calibration", name="Calibration")
    found = choices()
    assert found.teams == [("data", "Data"), ("field", "Field")]
    assert (found.places, found.countries, found.processes) == ([("lisbon", "Lisbon")], ["PT"], [])
    assert list(found.interests.values()) == [[("calibration", "Calibration")]]


def test_what_a_board_leaves_unclear_is_settled_for_all(each_app: Flask, now: datetime) -> None:
    listing = factories.board()
    for n, says in enumerate(("Flexible", "flexible", "Office")):
        factories.posting(
            board_id=listing.id, external_id=str(n), work_modes=(), countries=(), said={"work_modes": says}
        )
    [question, other] = waiting.questions(waiting.listed(now), "work_modes")
    assert (question.says.casefold(), len(question.openings), other.says) == ("flexible", 2, "Office")
    posting = db.session.get_one(board.Posting, question.first.id)
    for modes in (["remote"], ["hybrid", "remote"]):
        assert settle(posting, "work_modes", modes, True, None, now) == 2
    assert settle(posting, "work_modes", ["onsite"], False, None, now) == 1
    assert settle(posting, "work_modes", ["hybrid"], False, None, now) == 1
    assert rules.of_board(listing.id) == {("work_modes", "flexible"): ["hybrid", "remote"]}
    assert rules.settled([posting.id]) == {posting.id: {"work_modes": ["hybrid"]}}

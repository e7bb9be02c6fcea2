"""What a board leaves unclear: settled of one opening, or remembered for all that say the same."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db import db
from portal.jobs.actions.settling import UnknownValue, settle
from portal.jobs.models import BoardRule, Posting, Settled
from portal.jobs.queries import rules
from portal.jobs.queries.wanted import by_ids
from portal.staff.models import AuditEntry
from tests import factories


def feed(**more: object) -> Posting:
    """An opening of the board, whose work mode is unclear."""
    number = len(db.session.scalars(select(Posting.id)).all())
    given = {"work_modes": (), "said": {"work_modes": "Flexible "}, "external_id": str(number)}
    return factories.posting(**{**given, **more})  # type: ignore[arg-type]


def modes(posting: Posting) -> frozenset[str]:
    db.session.expire_all()
    return posting.work_modes


def test_of_one_it_stands_and_touches_no_other(app: Flask, now: datetime) -> None:
    board = factories.board()
    one, other = feed(board_id=board.id), feed(board_id=board.id)
    assert settle(one, "work_modes", ["remote", "hybrid"], False, None, now) == 1
    assert modes(one) == {"remote", "hybrid"}
    assert modes(other) == frozenset()
    assert rules.settled([one.id, other.id]) == {one.id: {"work_modes": ["hybrid", "remote"]}}
    assert rules.of_board(board.id) == {}
    settle(one, "work_modes", ["onsite"], False, None, now)
    assert modes(one) == {"onsite"}


def test_remembered_it_holds_for_all_of_the_board_that_say_the_same(app: Flask, now: datetime) -> None:
    board, elsewhere = factories.board(), factories.board(name="rowe")
    one, same = feed(board_id=board.id), feed(board_id=board.id, said={"work_modes": "FLEXIBLE"})
    differs = feed(board_id=board.id, said={"work_modes": "Office"})
    singly, others = feed(board_id=board.id), feed(board_id=elsewhere.id)
    settle(singly, "work_modes", ["onsite"], False, None, now)
    assert settle(one, "work_modes", ["hybrid"], True, None, now) == 2
    assert [modes(each) for each in (one, same, singly)] == [{"hybrid"}, {"hybrid"}, {"onsite"}]
    assert [modes(each) for each in (differs, others)] == [frozenset(), frozenset()]
    assert rules.of_board(board.id) == {("work_modes", "flexible"): ["hybrid"]}


def test_who_says_otherwise_later_changes_the_rule_and_not_what_was_said_singly(app: Flask, now: datetime) -> None:
    ana = factories.recruiter()
    board = factories.board()
    one, same = feed(board_id=board.id), feed(board_id=board.id)
    settle(one, "work_modes", ["hybrid"], False, ana, now)
    settle(one, "work_modes", ["remote"], True, ana, now)
    assert (modes(one), modes(same)) == ({"remote"}, {"remote"})
    assert db.session.scalars(select(Settled)).all() == []
    settle(same, "work_modes", ["onsite"], True, ana, now)
    assert (modes(one), modes(same)) == ({"onsite"}, {"onsite"})
    rule = db.session.scalars(select(BoardRule)).one()
    assert (rule.value, rule.recruiter_id) == (["onsite"], ana.id)
    noted = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert noted
    assert (noted.action, noted.object_id, noted.detail) == (
        "opening.settle", same.slug, {"what": "work_modes", "count": 2}
    )  # fmt: skip


def test_each_field_is_written_where_matching_reads_it(app: Flask, now: datetime) -> None:
    board = factories.board()
    team, place, interest = factories.team(slug="field"), factories.place(slug="porto"), factories.interest(slug="data")
    one = feed(board_id=board.id, level=None, countries=(), said={})
    for field, value in {
        "team": team.slug, "level": "senior", "places": [place.slug], "interests": [interest.slug],
        "countries": ["PT", "DE"],
    }.items():  # fmt: skip
        settle(one, field, value, False, None, now)
    db.session.expire_all()
    [found] = by_ids([one.id])
    assert (found.team, found.level, found.places, found.interests, found.countries) == (
        "field", "senior", {"porto"}, {"data"}, {"PT", "DE"},
    )  # fmt: skip
    settle(one, "countries", ["*", "PT"], False, None, now)
    assert by_ids([one.id])[0].countries == {"*"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("work_modes", ["everywhere"]), ("work_modes", []), ("level", "boss"), ("team", "nobody"), ("places", ["x"]),
        ("countries", ["Portugal"]), ("pay", "much"), ("level", ["senior", "lead"]),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused(app: Flask, now: datetime, field: str, value: object) -> None:
    one = feed(board_id=factories.board().id)
    with pytest.raises(UnknownValue):
        settle(one, field, value, False, None, now)
    assert modes(one) == frozenset()


def test_without_words_there_is_nothing_to_remember(app: Flask, now: datetime) -> None:
    one = feed(board_id=factories.board().id, said={})
    with pytest.raises(ValueError, match="says nothing"):
        settle(one, "work_modes", ["remote"], True, None, now)

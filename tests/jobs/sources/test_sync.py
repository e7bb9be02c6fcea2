"""What a board lists becomes openings; what is gone is closed with care (job-feeds.md §2.9)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.content import ContentStamp
from portal.db import db
from portal.jobs.actions import settling
from portal.jobs.actions.publishing import close_listed
from portal.jobs.models import Board, BoardRule, Posting, Settled
from portal.jobs.queries.wanted import by_ids
from portal.mail.models import Delivery, Mailing
from tests import factories
from tests.jobs.sources import feeds
from tests.jobs.sources.feeds import changes, job, listing, look, posting, workplace
from tests.jobs.sources.server import Reply, Vendor

HOUR = timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("local")


@pytest.fixture
def lists(vendor: Vendor) -> Callable[..., None]:
    """Have the board list these."""

    def lists(*jobs: dict[str, object] | Reply) -> None:
        one = jobs[0] if jobs else None
        vendor.says[feeds.PATH] = one if isinstance(one, Reply) else listing(jobs)  # type: ignore[arg-type]

    return lists


@pytest.fixture
def board(vendor: Vendor) -> Board:
    """A board of our vendor."""
    return feeds.board(vendor)


Lists = Callable[..., None]


def test_a_new_opening_is_there_at_once_with_everything_that_is_plain(
    board: Board, lists: Lists, now: datetime
) -> None:
    team, lisbon = factories.team(slug="field-data", name="Field data"), factories.place(slug="lisbon", name="Lisbon")
    lists(job(1, "Data engineer"))
    run = look(board, now)
    assert (changes(run), run.problem) == ({"1": "new"}, "")
    assert run.counts == {"listed": 1, "unclear": 1, "new": 1}
    assert run.rows[0]["unclear"] == ["level", "interests"]
    one = posting(1)
    assert (one.slug, one.title, one.state, one.team_id) == ("data-engineer", "Data engineer", "draft", team.id)
    assert (one.publish_at, one.opens_at, one.closed_at) == (now, now, None)
    assert (one.pay_min, one.pay_max, one.pay_currency, one.pay_per) == (40_000, 50_000, "EUR", "year")
    assert (one.source, one.html) == ("Calibrate.\n", "<p>Calibrate.</p>")
    assert one.said["work_modes"] == "Workplace: Hybrid"
    wanted = by_ids([one.id])[0]
    assert (wanted.work_modes, wanted.places, wanted.countries) == ({"hybrid"}, {lisbon.slug}, {"PT"})


def test_the_same_again_is_the_same_and_says_so(board: Board, lists: Lists, now: datetime) -> None:
    lists(job(1), job(2))
    look(board, now)
    before = db.session.scalar(select(ContentStamp.version))
    run = look(board, now + HOUR)
    assert run.counts == {"listed": 2, "unclear": 2, "same": 2}
    assert (posting(1).changed_at, db.session.scalar(select(ContentStamp.version))) == (now, before)


def test_a_change_keeps_the_address_and_the_times(board: Board, lists: Lists, now: datetime) -> None:
    lists(job(1, "Data engineer"))
    look(board, now)
    lists(job(1, "Data engineer, tides", content="<p>Measure.</p>", pay_input_ranges=[]))
    assert changes(look(board, now + HOUR)) == {"1": "changed"}
    one = posting(1)
    assert (one.slug, one.title, one.source) == ("data-engineer", "Data engineer, tides", "Measure.\n")
    assert (one.publish_at, one.changed_at) == (now, now + HOUR)
    assert one.pay_max is None  # what the feed said of pay, it says no longer


def test_the_same_id_on_two_boards_is_two_openings(vendor: Vendor, board: Board, lists: Lists, now: datetime) -> None:
    lists(job(1, "Data engineer"))
    other = feeds.board(vendor, name="rowe")
    look(board, now)
    assert changes(look(other, now)) == {"1": "new"}
    assert set(db.session.scalars(select(Posting.slug))) == {"data-engineer", "data-engineer-2"}


def test_early_access_is_the_boards_from_when_pay_is_said(vendor: Vendor, lists: Lists, now: datetime) -> None:
    board = feeds.board(vendor, early_hours=72)
    lists(job(1, pay_input_ranges=[]), job(2))
    look(board, now)
    assert (posting(1).publish_at, posting(2).opens_at) == (None, now + timedelta(hours=72))
    lists(job(1), job(2))
    look(board, now + HOUR)
    assert (posting(1).publish_at, posting(1).opens_at) == (now + HOUR, now + timedelta(hours=73))
    assert posting(2).publish_at == now


def test_why_pay_is_not_said_is_the_boards_or_a_persons(vendor: Vendor, lists: Lists, now: datetime) -> None:
    board = feeds.board(vendor, pay_unsaid="We agree on it together.")
    lists(job(1, pay_input_ranges=[]), job(2))
    look(board, now)
    assert [posting(id).pay_unsaid for id in (1, 2)] == ["We agree on it together.", ""]
    one = posting(1)
    one.pay_max, one.pay_currency, one.pay_per, one.pay_unsaid = 30, "EUR", "hour", ""
    db.session.commit()
    assert changes(look(board, now + HOUR))["1"] == "same"
    assert posting(1).pay_max == 30


@pytest.mark.parametrize(
    "unclear",
    [workplace("Flexible"), workplace(["Remote", "By arrangement"]), workplace(None), [], None,
     [{"name": "Other", "value": "Remote"}]],
)  # fmt: skip
def test_an_unclear_work_mode_is_unknown(board: Board, lists: Lists, now: datetime, unclear: object) -> None:
    lists(job(1, "Remote engineer", metadata=unclear, location={"name": "Remote"}))
    assert "work_modes" in look(board, now).rows[0]["unclear"]
    assert posting(1).work_modes == frozenset()


def test_rules_and_words_of_people_stand_above_the_feed(board: Board, lists: Lists, now: datetime) -> None:
    lists(job(1, metadata=workplace("Flexible")), job(2, metadata=workplace("Flexible")))
    look(board, now)
    settling.settle(posting(2), "work_modes", ["onsite"], False, None, now)
    settling.settle(posting(1), "work_modes", ["hybrid", "remote"], True, None, now)
    db.session.commit()
    # a third one that says the same is settled as it comes; the one of which somebody spoke singly stays
    lists(*(job(id, metadata=workplace("FLEXIBLE")) for id in (1, 2, 3)))
    run = look(board, now + HOUR)
    assert [sorted(posting(id).work_modes) for id in (1, 2, 3)] == [
        ["hybrid", "remote"],
        ["onsite"],
        ["hybrid", "remote"],
    ]
    assert all("work_modes" not in row["unclear"] for row in run.rows)
    # the feed changes its mind: of one it is the person's word that counts, of the others what they say now
    lists(*(job(id, metadata=workplace("Remote")) for id in (1, 2, 3)))
    look(board, now + 2 * HOUR)
    assert [sorted(posting(id).work_modes) for id in (1, 2, 3)] == [["remote"], ["onsite"], ["remote"]]
    # and without words it is unknown again
    lists(*(job(id, metadata=workplace("Who knows")) for id in (1, 2, 3)))
    look(board, now + 3 * HOUR)
    assert [sorted(posting(id).work_modes) for id in (1, 2, 3)] == [[], ["onsite"], []]


def test_a_rule_of_a_place_that_is_gone_says_nothing(board: Board, lists: Lists, now: datetime) -> None:
    place = factories.place(slug="porto", name="Porto")
    lists(job(1, location={"name": "The usual"}))
    look(board, now)
    settling.settle(posting(1), "places", ["porto"], True, None, now)
    place.retired = True
    db.session.commit()
    assert changes(look(board, now + HOUR)) == {"1": "changed"}
    assert changes(look(board, now + 2 * HOUR)) == {"1": "same"}
    assert by_ids([posting(1).id])[0].places == frozenset()


def missing_after(board: Board, now: datetime, hours: int) -> dict[str, str]:
    """What the table says after so many hours."""
    return changes(look(board, now + hours * HOUR))


def test_what_is_gone_is_closed_after_two_answers_in_a_row(board: Board, lists: Lists, now: datetime) -> None:
    lists(*map(job, range(10)))
    look(board, now)
    lists(*map(job, range(9)))
    assert missing_after(board, now, 1)["9"] == "missing"
    assert (posting(9).closed_at, posting(9).misses) == (None, 1)
    assert missing_after(board, now, 2)["9"] == "closed"
    assert posting(9).closed_at == now + 2 * HOUR
    assert "9" not in missing_after(board, now, 3)


def test_one_answer_with_it_begins_the_count_anew(board: Board, lists: Lists, now: datetime) -> None:
    lists(*map(job, range(10)))
    look(board, now)
    for hour, count in ((1, 9), (2, 10), (3, 9)):
        lists(*map(job, range(count)))
        look(board, now + hour * HOUR)
    assert (posting(9).closed_at, posting(9).misses) == (None, 1)


@pytest.mark.parametrize("bad", [Reply(status=503), Reply(b"[", 200), Reply(b"<html>", 200)])
def test_an_answer_that_is_none_neither_counts_nor_breaks_the_row(
    board: Board, lists: Lists, now: datetime, bad: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.jobs.sources.fetching._pause", lambda *_: 0)
    lists(*map(job, range(10)))
    look(board, now)
    lists(*map(job, range(9)))
    look(board, now + HOUR)
    lists(bad)
    run = look(board, now + 2 * HOUR)
    assert (bool(run.problem), run.rows, posting(9).misses, posting(9).closed_at) == (True, [], 1, None)
    lists(*map(job, range(9)))
    assert missing_after(board, now, 3)["9"] == "closed"


def test_an_empty_list_from_a_board_that_had_openings_closes_nothing(board: Board, lists: Lists, now: datetime) -> None:
    lists(*map(job, range(3)))
    look(board, now)
    lists()
    run = look(board, now + HOUR)
    assert (run.problem, board.waiting) == ("empty: 3", [])
    assert {posting(id).misses for id in range(3)} == {0}
    for hour in (2, 3, 4):
        look(board, now + hour * HOUR)
    assert db.session.scalar(select(func.count()).where(Posting.closed_at.is_not(None))) == 0
    assert board.waiting == ["0", "1", "2"]  # whether they are over, a person may say
    lists(*map(job, range(3)))
    assert missing_after(board, now, 5) == {"0": "same", "1": "same", "2": "same"}
    assert (board.waiting, board.asked_at) == ([], None)


def test_an_empty_list_is_fine_where_nothing_stood(board: Board, lists: Lists, now: datetime) -> None:
    lists()
    run = look(board, now)
    assert (run.problem, run.counts) == ("", {"listed": 0, "unclear": 0})


def test_three_of_ten_close_by_themselves_and_four_ask_a_person(board: Board, lists: Lists, now: datetime) -> None:
    lists(*map(job, range(10)))
    look(board, now)
    lists(*map(job, range(6)))
    look(board, now + HOUR)
    run = look(board, now + 2 * HOUR)
    assert run.counts == {"listed": 6, "unclear": 10, "same": 6, "waiting": 4}
    assert (board.waiting, board.asked_at) == (["6", "7", "8", "9"], now + 2 * HOUR)
    assert db.session.scalar(select(func.count()).where(Posting.closed_at.is_not(None))) == 0
    look(board, now + 3 * HOUR)
    assert board.asked_at == now + 2 * HOUR
    lists(*map(job, range(7)))  # one comes back: three of ten are few enough
    run = look(board, now + 4 * HOUR)
    assert {id for id, change in changes(run).items() if change == "closed"} == {"7", "8", "9"}
    assert (board.waiting, board.asked_at, posting(6).misses) == ([], None, 0)


def test_what_comes_back_is_the_same_opening_and_not_announced_again(board: Board, lists: Lists, now: datetime) -> None:
    lists(*map(job, range(10)))
    look(board, now)
    before = posting(9).id, posting(9).publish_at
    lists(*map(job, range(9)))
    look(board, now + HOUR)
    look(board, now + 2 * HOUR)
    lists(*map(job, range(10)))
    assert missing_after(board, now, 3)["9"] == "back"
    assert (posting(9).id, posting(9).publish_at, posting(9).closed_at) == (*before, None)


def test_what_a_person_closed_stays_closed_although_it_is_listed(board: Board, lists: Lists, now: datetime) -> None:
    lists(*map(job, range(4)))
    look(board, now)
    close_listed(posting(0), factories.recruiter(), now)
    db.session.commit()
    run = look(board, now + HOUR)
    assert run.rows[0]["why"] == "closed_here"
    assert posting(0).closed_at


def test_what_a_person_closed_while_it_was_gone_stays_closed_when_it_is_back(
    board: Board, lists: Lists, now: datetime
) -> None:
    lists(*map(job, range(3)))
    look(board, now)
    lists(job(2))
    look(board, now + HOUR)
    look(board, now + 2 * HOUR)
    assert board.waiting == ["0", "1"]
    close_listed(posting(0), factories.recruiter(), now)
    db.session.commit()
    lists(*map(job, range(3)))
    look(board, now + 3 * HOUR)
    assert [bool(posting(id).closed_at) for id in range(3)] == [True, False, False]


def test_what_is_said_badly_is_named_and_not_missing(board: Board, lists: Lists, now: datetime) -> None:
    lists(job(1), job(2), job(3))
    look(board, now)
    lists(
        job(1),
        {**job(2), "title": " "},
        job(1, "A twin"),
        job(3, content="<p>" + "x" * 30_000),
        job(4, content="a" * 120_000),
    )
    for hour in (1, 2):
        run = look(board, now + hour * HOUR)
    assert [(row["id"], row["change"], row.get("why")) for row in run.rows] == [
        ("1", "same", None), ("3", "left_out", "unreadable"), ("4", "left_out", "unreadable"),
        ("2", "left_out", "no_title"), ("1", "left_out", "twice"),
    ]  # fmt: skip
    assert [posting(id).title for id in (1, 2, 3)] == ["Opening 1", "Opening 2", "Opening 3"]
    assert db.session.scalar(select(func.count()).select_from(Posting)) == 3
    assert {posting(id).misses for id in (1, 2, 3)} == {0}


def test_something_without_an_id_keeps_everything_from_being_missing(board: Board, lists: Lists, now: datetime) -> None:
    lists(job(1), job(2))
    look(board, now)
    lists(job(1), {**job(9), "id": None})
    for hour in (1, 2, 3):
        run = look(board, now + hour * HOUR)
    assert (run.problem, posting(2).misses, posting(2).closed_at) == ("nameless", 0, None)


def test_an_unchanged_answer_is_not_read_again(vendor: Vendor, board: Board, now: datetime) -> None:
    vendor.says[feeds.PATH] = Reply(listing([job(1)]).body, headers={"ETag": '"a"'})
    look(board, now)
    run = look(board, now + HOUR)
    assert run.counts == {"listed": 1, "same": 1, "unchanged": 1}
    look(board, now + 25 * HOUR)  # once a day it is, whatever the server says
    assert ["If-None-Match" in headers for _, headers in vendor.asked] == [False, True, False]


def test_while_something_is_missing_every_answer_is_read(vendor: Vendor, board: Board, now: datetime) -> None:
    vendor.says[feeds.PATH] = Reply(listing(map(job, range(10))).body, headers={"ETag": '"a"'})
    look(board, now)
    vendor.says[feeds.PATH] = Reply(listing(map(job, range(9))).body, headers={"ETag": '"b"'})
    look(board, now + HOUR)
    assert missing_after(board, now, 2)["9"] == "closed"
    assert look(board, now + 3 * HOUR).counts["unchanged"] == 1


def test_nothing_of_it_mails_anybody(board: Board, lists: Lists, now: datetime) -> None:
    lists(*map(job, range(10)))
    look(board, now)
    lists(*map(job, range(9)))
    look(board, now + HOUR)
    look(board, now + 2 * HOUR)
    lists(*map(job, range(10)))
    look(board, now + 3 * HOUR)
    assert [db.session.scalar(select(func.count()).select_from(table)) for table in (Mailing, Delivery)] == [0, 0]


def test_what_the_database_refuses_keeps_the_board_for_the_next_hour(
    board: Board, lists: Lists, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError

    lists(job(1))
    monkeypatch.setattr("portal.jobs.actions.syncing.runs.write", broken)
    run = look(board, now)
    assert (run.problem, board.busy_until) == ("unexpected", None)


def test_only_the_newest_runs_are_kept(
    board: Board, lists: Lists, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.jobs.actions.syncing.runs.KEPT", 3)
    lists(job(1))
    ids = [look(board, now + hour * HOUR).id for hour in range(5)]
    from portal.jobs.models import SyncRun

    assert list(db.session.scalars(select(SyncRun.id).order_by(SyncRun.id))) == ids[2:]


def test_words_of_people_go_with_their_opening(board: Board, lists: Lists, now: datetime) -> None:
    """The tables that hold them know whom they are about."""
    lists(job(1, metadata=None))
    look(board, now)
    settling.settle(posting(1), "work_modes", ["onsite"], True, None, now)
    assert db.session.scalar(select(func.count()).select_from(BoardRule)) == 1
    assert db.session.scalar(select(func.count()).select_from(Settled)) == 0

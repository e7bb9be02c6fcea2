"""Words are kept: whatever two authors do at once, nothing overwrites anything and nothing is lost."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.db import db
from portal.writing import queries
from portal.writing.actions import versions
from portal.writing.models import FILE, Piece, Version
from tests import factories

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
BY_ITSELF = timedelta(seconds=1)


@pytest.fixture
def piece(app: Flask) -> Piece:
    """A piece at the desk that says "one"."""
    return versions.start("insight", "a-piece", "one", factories.recruiter(role="author"), NOON)


def says(piece: Piece) -> Version:
    found = queries.current(piece)
    assert found
    return found


def test_a_save_is_the_next_version_with_its_writer_and_what_they_had_before_them(piece: Piece) -> None:
    ana, before = factories.recruiter(name="Ana"), says(piece)
    saved = versions.save(piece, "two", ana, NOON, base_id=before.id)
    assert saved.won
    assert saved.conflict is None
    assert (says(piece).text, says(piece).number, says(piece).recruiter_id) == ("two", 2, ana.id)
    assert says(piece).base_id == before.id


def test_whoever_was_overtaken_finds_their_words_beside_the_line(piece: Piece) -> None:
    ana, rui, base = factories.recruiter(), factories.recruiter(), says(piece).id
    first = versions.save(piece, "Ana's", ana, NOON, base_id=base)
    second = versions.save(piece, "Rui's", rui, NOON, base_id=base)
    assert first.won
    assert not second.won
    assert second.conflict == first.version
    assert says(piece).text == "Ana's"
    assert [(v.text, v.way) for v in queries.open_words(piece, rui.id)] == [("Rui's", "conflict")]
    assert queries.open_words(piece, ana.id) == []


def test_the_database_itself_refuses_a_second_version_of_a_number(piece: Piece) -> None:
    db.session.add(Version(piece_id=piece.id, language="", number=1, way="saved", text="other", at=NOON))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_what_the_editor_saves_by_itself_is_one_version_for_a_while(piece: Piece) -> None:
    ana, base = factories.recruiter(), says(piece).id
    for n in range(5):
        base = versions.save(piece, "t" * n, ana, NOON + n * BY_ITSELF, base_id=base, way="auto").version.id
    assert [v.way for v in queries.history(piece)] == ["auto", "saved"]
    versions.save(piece, "later", ana, NOON + versions.SLOT, base_id=base, way="auto")
    assert len(queries.history(piece)) == 3


def test_who_had_a_version_that_became_another_has_not_seen_those_words(piece: Piece) -> None:
    ana, rui = factories.recruiter(), factories.recruiter()
    seen = versions.save(piece, "Dear", ana, NOON, base_id=says(piece).id, way="auto").version.id
    versions.save(piece, "Dear Mira", ana, NOON + BY_ITSELF, base_id=seen, way="auto")
    assert not versions.save(piece, "Rui's", rui, NOON, base_id=seen).won
    assert says(piece).text == "Dear Mira"


def test_a_text_that_was_emptied_by_mistake_is_still_there(piece: Piece) -> None:
    ana, long = factories.recruiter(), "words " * 100
    base = versions.save(piece, long, ana, NOON, base_id=says(piece).id, way="auto").version.id
    versions.save(piece, "", ana, NOON + BY_ITSELF, base_id=base, way="auto")
    assert long in {v.text for v in db.session.scalars(select(Version))}


def test_restoring_makes_a_new_version_and_loses_nothing(piece: Piece) -> None:
    ana, first = factories.recruiter(), says(piece)
    versions.save(piece, "two", ana, NOON, base_id=first.id)
    versions.restore(piece, first, ana, NOON)
    assert [v.text for v in reversed(queries.history(piece))] == ["one", "two", "one"]
    assert says(piece).way == "restored"


def test_words_for_a_piece_that_lives_in_a_file_stand_beside_it(piece: Piece) -> None:
    piece.home = FILE
    saved = versions.save(piece, "late", factories.recruiter(), NOON, base_id=says(piece).id)
    assert not saved.won
    assert says(piece).text == "one"


def test_words_typed_after_a_session_ended_are_kept_once(piece: Piece) -> None:
    ana = factories.recruiter()
    for n, text in enumerate(("De", "Dear", "Dear Mira")):
        versions.keep(piece, text, ana.id, NOON + n * BY_ITSELF, base_id=says(piece).id, way="auto")
    kept = queries.open_words(piece, ana.id)
    assert [(v.text, v.way) for v in kept] == [("Dear Mira", "kept")]
    versions.settle(kept[0], NOON)
    assert queries.open_words(piece, ana.id) == []
    assert [v.text for v in queries.beside(piece)] == ["Dear Mira"]


def test_a_slug_is_taken_once(piece: Piece) -> None:
    with pytest.raises(versions.TakenError):
        versions.start("insight", "a-piece", "again", None, NOON)
    versions.start("issue", "a-piece", "another kind", None, NOON)


STEPS = st.tuples(
    st.integers(0, 1),  # which author
    st.sampled_from(["saved", "auto", "restore", "look", "session over"]),
    st.integers(0, 3),  # minutes that pass
    st.text("ab ", max_size=3),
)


@pytest.mark.usefixtures("app")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=14))
def test_every_text_ever_sent_is_in_a_version_and_the_last_that_won_is_what_it_says(
    steps: list[tuple[int, str, int, str]],
) -> None:
    authors = [factories.recruiter(), factories.recruiter()]
    piece = versions.start("insight", f"p{authors[0].id}", "0", authors[0], NOON)
    seen, now = [says(piece).id, says(piece).id], NOON
    sent, won, by_itself = {"0"}, "0", dict[int, str]()
    for n, (who, what, minutes, words) in enumerate(steps, 1):
        now += timedelta(minutes=minutes)
        text = f"{n}{words}"
        if what == "look":
            seen[who] = says(piece).id
        elif what == "restore":
            old = queries.history(piece)[-1]
            seen[who], won = versions.restore(piece, old, authors[who], now).id, old.text
        elif what == "session over":
            versions.keep(piece, text, authors[who].id, now, base_id=seen[who])
            sent.add(text)
        else:
            overtaken = says(piece).id != seen[who]
            saved = versions.save(piece, text, authors[who], now, base_id=seen[who], way=what)
            assert saved.won != overtaken
            assert saved.version.text == text
            won = text if saved.won else won
            # Only what the same author's editor sent on top of it may take the place of what the editor sent.
            if what == "auto" and by_itself.get(seen[who]):
                sent.discard(by_itself[seen[who]])
            sent.add(text)
            if what == "auto":
                by_itself[saved.version.id] = text
            seen[who] = saved.version.id
        assert says(piece).text == won
    there = set(db.session.scalars(select(Version.text).filter_by(piece_id=piece.id)))
    assert sent <= there
    numbers = [v.number for v in queries.history(piece)]
    assert len(numbers) == len(set(numbers))


def test_two_who_save_in_the_same_moment_both_keep_their_words(each_app: Flask) -> None:
    piece = versions.start("insight", "a-piece", "one", None, NOON)
    ana, rui = factories.recruiter(), factories.recruiter()
    db.session.commit()
    base, id = says(piece).id, piece.id
    ready, failed = threading.Barrier(2), list[Exception]()

    def save(text: str, by: int) -> None:
        with each_app.app_context():
            try:
                own = db.session.get_one(Piece, id)
                ready.wait(10)
                versions.save(own, text, by, NOON, base_id=base)
                db.session.commit()
            except Exception as error:  # a thread's error would else be lost
                failed.append(error)

    threads = [threading.Thread(target=save, args=pair) for pair in (("Ana's", ana.id), ("Rui's", rui.id))]
    run(threads)
    assert failed == []
    db.session.expire_all()
    found = {v.text: v.way for v in db.session.scalars(select(Version).filter_by(piece_id=id))}
    assert set(found) == {"one", "Ana's", "Rui's"}
    assert sorted(found.values()) == ["conflict", "saved", "saved"]


def run(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


MARKS = {"same": "", "gone": "-", "new": "+"}


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("one\ntwo", "one\ntwo", [("left", [])]),
        ("one\ntwo", "one\ntwo\nthree", [("same", ["one"]), ("same", ["two"]), ("new", ["+three"])]),
        ("we look at the work", "we look at your work", [("changed", ["we look at ", "-the", "+your", " work"])]),
        ("apples and pears", "nothing here", [("gone", ["-apples and pears"]), ("new", ["+nothing here"])]),
    ],
)
def test_comparing_says_what_differs_word_by_word(a: str, b: str, expected: list[tuple[str, list[str]]]) -> None:
    found = [(line.kind, [MARKS[p.kind] + p.words for p in line.parts]) for line in queries.compare(a, b)]
    assert found == expected


@pytest.mark.parametrize(("without", "text"), [("new", 0), ("gone", 1)])
def test_both_texts_can_be_read_out_of_a_comparison(without: str, text: int) -> None:
    texts = "a\nb\nc d e f\ng", "a\nx\nc d E f\ng\nh"
    lines = [line for line in queries.compare(*texts) if line.kind not in {without, "left"}]
    said = ["".join(part.words for part in line.parts if part.kind != without) for line in lines]
    assert said == texts[text].split("\n")


def test_an_answer_that_was_lost_does_not_make_a_writer_overtake_themselves(piece: Piece) -> None:
    ana, base = factories.recruiter(), says(piece).id
    versions.save(piece, "Dear", ana, NOON, base_id=base, way="auto", page="tab")  # its answer never arrives
    assert versions.save(piece, "Dear M", ana, NOON, base_id=base, way="auto", page="tab").won
    assert versions.save(piece, "Dear Mira", ana, NOON, base_id=base, page="tab").won
    assert not versions.save(piece, "other", ana, NOON, base_id=base, page="another tab").won


def test_what_the_editor_sent_before_a_save_and_comes_after_it_changes_nothing(piece: Piece) -> None:
    ana, base = factories.recruiter(), says(piece).id
    versions.save(piece, "Dear Mira", ana, NOON, base_id=base, page="tab")
    late = versions.save(piece, "Dear", ana, NOON, base_id=base, way="auto", page="tab")
    assert says(piece).text == "Dear Mira"
    assert not late.won
    assert queries.open_words(piece, ana.id) == []

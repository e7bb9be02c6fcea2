"""Two at one text, a session that ends while somebody writes, versions that come back: nobody's words are lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import clock
from portal.content import compose
from portal.db import db
from portal.sessions import DeskSession
from portal.staff.models import Recruiter
from portal.writing import queries
from portal.writing.actions import versions
from portal.writing.models import FILE, Piece, Version
from tests import factories
from tests.pages import PageClient

AtDesk = Callable[..., PageClient]
AT = "/desk/insights/a-piece"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ana(app: Flask) -> Recruiter:
    return factories.recruiter(role="author", name="Ana Costa")


@pytest.fixture
def rui(app: Flask) -> Recruiter:
    return factories.recruiter(role="recruiter", name="Rui Dias")


@pytest.fixture
def piece(ana: Recruiter) -> Piece:
    made = versions.start("insight", "a-piece", compose({"title": "A piece"}, "One.\n"), ana, clock.now())
    db.session.commit()
    return made


def says(piece: Piece) -> Version:
    db.session.expire_all()
    found = queries.current(piece)
    assert found
    return found


def sent(base: int, body: str, page: str = "a-page") -> dict[str, str]:
    return {"title": "A piece", "body": body, "base": str(base), "page": page}


def test_whoever_comes_second_sees_both_texts_and_decides(
    ana: Recruiter, rui: Recruiter, piece: Piece, at_desk: AtDesk
) -> None:
    base = says(piece).id
    at_desk(ana).post(AT, data=sent(base, "Ana's words."))
    second = at_desk(rui)
    answer = second.post(AT, data=sent(base, "Rui's words."))
    assert "/beside/" in answer.location
    page = second.get(answer.location).text
    assert "Two of you wrote at once" in page
    assert "Ana Costa saved on" in page
    assert "<del>" in page
    assert "<ins>" in page
    assert "Rui&#39;s words." in page
    assert "Ana's words." in says(piece).text


@pytest.mark.parametrize(
    ("do", "text", "expected"),
    [
        ("theirs", "", "Ana's words."),
        ("mine", "", "Rui's words."),
        ("merged", "---\ntitle: B\n---\n\nBoth.\n", "Both."),
    ],
)
def test_each_way_of_deciding_keeps_every_word(
    do: str, text: str, expected: str, ana: Recruiter, rui: Recruiter, piece: Piece, at_desk: AtDesk
) -> None:
    base = says(piece).id
    at_desk(ana).post(AT, data=sent(base, "Ana's words."))
    second = at_desk(rui)
    beside = second.post(AT, data=sent(base, "Rui's words.")).location
    answer = second.post(beside, data={"do": do, "text": text, "base": str(says(piece).id)})
    assert answer.location == AT
    assert expected in says(piece).text
    texts = "".join(db.session.scalars(select(Version.text)))
    assert all(words in texts for words in ("One.", "Ana's words.", "Rui's words."))
    assert queries.open_words(piece, rui.id) == []


def test_deciding_when_another_has_saved_again_loses_nothing_either(
    ana: Recruiter, rui: Recruiter, piece: Piece, at_desk: AtDesk
) -> None:
    base = says(piece).id
    first, second = at_desk(ana), at_desk(rui)
    first.post(AT, data=sent(base, "Ana's words."))
    beside = second.post(AT, data=sent(base, "Rui's words.")).location
    shown = says(piece).id
    first.post(AT, data=sent(shown, "Ana's newer words."))
    answer = second.post(beside, data={"do": "mine", "base": str(shown)})
    assert "/beside/" in answer.location
    assert answer.location != beside
    assert "Ana's newer words." in says(piece).text
    assert [v.text.count("Rui's words.") for v in queries.open_words(piece, rui.id)] == [1]


def test_the_editor_says_beside_the_words_that_a_colleague_was_faster(
    ana: Recruiter, rui: Recruiter, piece: Piece, at_desk: AtDesk
) -> None:
    base = says(piece).id
    at_desk(ana).post(AT, data=sent(base, "Ana's words."))
    second = at_desk(rui)
    answer = second.post(f"{AT}/autosave", data=sent(base, "Rui's", "tab"), headers=HTMX)
    assert "A colleague saved while you were writing" in answer.text
    aside = queries.open_words(piece, rui.id)[0]
    second.post(f"{AT}/autosave", data=sent(aside.id, "Rui's words, going on.", "tab"), headers=HTMX)
    db.session.expire_all()
    assert ["going on" in v.text for v in queries.open_words(piece, rui.id)] == [True]
    assert "Your words of" in second.get(AT).text


@pytest.mark.parametrize("route", ["", "/autosave"])
def test_a_session_that_ended_gives_the_words_back_after_signing_in(
    route: str, ana: Recruiter, piece: Piece, at_desk: AtDesk
) -> None:
    late, base = at_desk(ana), says(piece).id
    db.session.execute(update(DeskSession).values(ended_at=clock.now()))
    db.session.commit()
    assert late.post(AT + route, data=sent(base, "Typed too late.")).status_code == 401
    assert "One." in says(piece).text
    back = at_desk(ana)
    assert "Your session had ended while you were writing." in back.get(AT).text
    kept = queries.open_words(piece, ana.id)[0]
    assert "Typed too late." in back.get(f"{AT}/beside/{kept.id}").text
    back.post(f"{AT}/beside/{kept.id}", data={"do": "mine", "base": str(says(piece).id)})
    assert "Typed too late." in says(piece).text


def test_nothing_is_kept_for_who_may_not_write_any_more(ana: Recruiter, piece: Piece, at_desk: AtDesk) -> None:
    late, base = at_desk(ana), says(piece).id
    ana.ended_at = clock.now() - timedelta(minutes=1)
    db.session.commit()
    assert late.post(AT, data=sent(base, "Revenge.")).status_code == 401
    assert queries.beside(piece) == []


def test_versions_say_who_and_when_and_come_back(ana: Recruiter, piece: Piece, at_desk: AtDesk) -> None:
    author, first = at_desk(ana), says(piece)
    author.post(AT, data=sent(first.id, "Two."))
    page = author.get(f"{AT}/versions").text
    assert "What it says now" in page
    assert page.count("Ana Costa") >= 2
    assert "Two." in author.get(f"{AT}/versions/{says(piece).id}").text
    compared = author.get(f"{AT}/versions/{first.id}?with={says(piece).id}").text
    assert "<del>" in compared
    author.post(f"{AT}/versions/{first.id}/restore")
    assert "One." in says(piece).text
    assert says(piece).way == "restored"


def test_a_version_of_another_piece_is_not_found_here(ana: Recruiter, piece: Piece, at_desk: AtDesk) -> None:
    other = versions.start("insight", "other", "---\n---\n", ana, clock.now())
    theirs = queries.current(other)
    db.session.commit()
    assert theirs
    author = at_desk(ana)
    for path in ("versions", "beside", "preview"):
        assert author.get(f"{AT}/{path}/{theirs.id}").status_code == 404
    assert author.post(f"{AT}/versions/{theirs.id}/restore").status_code == 404
    assert "other" not in says(piece).text


def test_a_piece_in_a_file_is_not_restored_and_its_late_words_stay_beside(
    ana: Recruiter, piece: Piece, at_desk: AtDesk
) -> None:
    author, first = at_desk(ana), says(piece)
    piece.home = FILE
    db.session.commit()
    assert author.post(f"{AT}/versions/{first.id}/restore").status_code == 409
    assert author.post(AT, data=sent(first.id, "Late.")).status_code == 303
    assert "One." in says(piece).text


def test_front_matter_that_cannot_be_read_is_mended_as_a_whole(ana: Recruiter, piece: Piece, at_desk: AtDesk) -> None:
    author, base = at_desk(ana), says(piece).id
    broken = "---\ntitle: [\n---\n\nWords.\n"
    author.post(AT, data={"raw": "1", "body": broken, "base": str(base), "page": "p"})
    assert says(piece).text == broken
    page = author.get(AT).text
    assert "The lines above the text cannot be read" in page
    assert "this is not YAML" in page
    author.post(
        AT, data={"raw": "1", "body": "---\ntitle: B\n---\n\nWords.\n", "base": str(says(piece).id), "page": "p"}
    )
    assert 'name="title"' in author.get(AT).text

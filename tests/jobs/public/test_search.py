"""Openings by their words, on both databases: nothing that is typed is a syntax error, and both find the same."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from portal.db import db
from portal.jobs.models import Posting
from portal.jobs.queries.search import found, terms
from tests import factories

pytestmark = pytest.mark.usefixtures("each_app")
OPERATORS = ['"', "'", "\\", "*", "(", ")", "AND", "OR", "NOT", "NEAR(", "title:", "-", "^", "&", "|", "!", "<->", ":*",
             "\x00", "%", "_", ";", "--", "+", "#", "ß", "É", "ø", "ﬁ", "한국", "data", "engineer", "C++"]  # fmt: skip
once = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def hits(typed: str) -> set[int]:
    """Openings that have all the words."""
    words = terms(typed)
    return set.intersection(*found(words)) if words else set()


def posting(title: str = "Post", source: str = "") -> int:
    return factories.posting(title=title, source=source).id


class TestWhatIsFound:
    def test_words_of_title_and_text_by_their_beginnings(self) -> None:
        data, other = posting("Data engineer", "You calibrate thermometers."), posting("Welder", "You weld pipes.")
        assert hits("data") == hits("DATA eng") == hits("calib") == hits("engineer therm") == {data}
        assert hits("you") == {data, other}
        assert hits("engineers") == {data}
        assert hits("gineer") == hits("data welder") == hits("nothing") == set()

    def test_letters_of_all_kinds(self) -> None:
        for text, typed in (
            ("Prüftechnik in Straße", "pruftechnik"), ("Prüftechnik in Straße", "PRÜFTECHNIK"),
            ("Prüftechnik in Straße", "straße"), ("Fahrt nach STRASSE", "strasse"), ("aplicações móveis", "aplicacoes"),
            ("Ørsted and ŁÓDŹ", "ørsted"), ("Ørsted and ŁÓDŹ", "łódź"), ("ΜΑΡΑΘΟΣ", "μαραθο"), ("МОСТ", "мост"),
            ("C++ and C#, not C", "c++"), ("C++ and C#, not C", "c#"), ("Job in 한국어", "한국"), ("2,000 files", "000"),
            ("snake_case or kebab-case", "kebab"), ("snake_case or kebab-case", "case"), ("a/b testing", "b"),
            ("“quoted” words… here", "quoted words here"), ("10×10 m²", "m²"), ("price €500", "500"),
        ):  # fmt: skip
            with db.session.begin_nested() as kept:
                id = posting(source=text)
                assert hits(typed) == {id}, typed
                kept.rollback()

    def test_it_follows_every_change(self) -> None:
        row = factories.posting(title="Welder", source="Pipes")
        row.title, row.source = "Fitter", "Valves"
        db.session.flush()
        assert hits("welder") == hits("pipes") == set()
        assert hits("fitter valves") == {row.id}
        row.state = "closed"
        db.session.flush()
        assert hits("fitter") == {row.id}
        db.session.execute(delete(Posting))
        assert hits("fitter") == set()

    def test_a_very_long_word_is_no_reason_to_refuse_a_posting(self) -> None:
        id = posting(source="x" * 5000 + " short")
        assert hits("short") == hits("xxx") == {id}


class TestWhatIsTyped:
    @once
    @given(st.lists(st.one_of(st.sampled_from(OPERATORS), st.text(max_size=8)), max_size=12).map(" ".join))
    @example('" OR 1=1 --')
    @example("data NEAR(engineer, 2)")
    @example("'; DROP TABLE posting; --")
    def test_nothing_is_a_syntax_error(self, typed: str) -> None:
        assert isinstance(hits(typed), set)

    @once
    @given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Z"], max_codepoint=0x17F), max_size=40))
    def test_what_is_written_is_found(self, text: str) -> None:
        """Every word of a text finds it, on either database: Latin letters with all their accents."""
        with db.session.begin_nested() as kept:
            id = posting(source=text.replace("\x00", ""))
            words = terms(text)
            assert all(id in each for each in found(words)), words
            kept.rollback()

    def test_words_are_few(self) -> None:
        assert terms("  ") == terms("!?* ++") == []
        assert terms("Data data DÄTA, sales") == ["däta", "sale"]
        assert len(terms(" ".join(map(str, range(100))))) == 8

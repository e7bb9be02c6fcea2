"""What the editor says beside the words: what is wrong, where, and how to mend it."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.config import Config
from portal.content import compose
from portal.writing.queries.findings import of_text
from portal.writing.queries.slugs import slug_of
from portal.writing.queries.source import read

WORDS = """
words:
  en: [{word: leverage, instead: use}, {word: synergy, instead: say it}, {word: "work hard, play hard", instead: hours}]
  de: [{word: Synergie, instead: sag es}]
"""


@pytest.fixture(autouse=True)
def _a_list_of_words(config: Config) -> None:
    config.content_dir.mkdir(exist_ok=True)
    (config.content_dir / "words.yml").write_text(WORDS, "utf-8")


def said(body: str, language: str = "") -> list[tuple[str, int | None]]:
    return [(one.words, one.line) for one in of_text(read(compose({"title": "A"}, body), "a", language))]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("body", "words", "line"),
    [
        ("Fine.\n\n![](/media/a.png)", "A picture has no description.", 3),
        ("![A leaf](https://elsewhere.example/a.png)", "This picture is somebody else's, so it is not shown.", 1),
        ("## One\n\n#### Two", "This heading leaves out a level.", 3),
        ("word " * 121, "This paragraph has 121 words.", 1),
        ("> " * 30 + "deep", "Quotes and lists are nested deeper than 20 levels: take some levels out.", 1),
        ("a\n\n::: for interest=x\nb", "“::: for” is never closed: end it with a line that is just :::", 3),
        ("We leverage what we know.", "“leverage” is on our list of words to avoid.", 1),
        ("Hard,\nand Work  Hard, play hard.", "“Work  Hard, play hard” is on our list of words to avoid.", 2),
    ],
)
def test_it_is_said_on_its_line(body: str, words: str, line: int) -> None:
    assert (words, line) in said(body)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "body",
    [
        "Plain words.\n\n## A heading\n\n### And one below\n\n![A leaf](/media/a.png)",
        "`leverage` and\n\n```\nleverage ![](x)\n```",
        "[leverage](/insights/leverage) and <https://leverage.example/synergy> and https://leverage.example",
        "Leveraged and cleverage are other words.",
        "- " + "word " * 200,
    ],
)
def test_there_is_nothing_to_say(body: str) -> None:
    assert said(body) == []


@pytest.mark.usefixtures("app")
def test_each_language_has_its_words() -> None:
    assert said("Das hat Synergie.", "de") == [("“Synergie” is on our list of words to avoid.", 1)]
    assert said("Das hat Synergie.") == []


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("a#>-*`!:[]()|~\n 1.", max_size=300))
def test_whatever_is_typed_something_is_answered(app: Flask, body: str) -> None:
    for one in of_text(read(compose({"title": "A"}, body))):
        assert one.line is None or 1 <= one.line <= body.strip("\n").count("\n") + 1


def test_a_line_of_the_file_is_a_line_of_the_words() -> None:
    source = read("---\ntitle: A\nsummary: B\n---\n\n\nOne.\nTwo.\n")
    assert source.body == "One.\nTwo."
    assert (source.line(7), source.line(8), source.line(2)) == (1, 2, None)
    assert (source.key(2), source.key(3), source.key(9)) == ("title", "summary", None)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("How we decide", "how-we-decide"),
        ("  Straße & Größe: 3 Fragen!  ", "strasse-and-groesse-3-fragen"),
        ("Ação à mão", "acao-a-mao"),
        ("日本", "untitled"),
        ("word " * 30, "word-word-word-word-word-word-word-word-word-word-word-word"),
    ],
)
def test_an_address_is_made_from_a_title(title: str, slug: str) -> None:
    assert slug_of(title) == slug

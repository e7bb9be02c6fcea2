"""The first words of an opening in a list: what a board says before all of its openings tells nobody which is which."""

from flask import Flask

from portal.jobs.queries.said import LEAD, leads
from tests import factories

HOUSE = "<p>We have made instruments since 1962.</p>"


def said(*htmls: str) -> list[str]:
    postings = [factories.posting() for _ in htmls]
    for posting, html in zip(postings, htmls, strict=True):
        posting.html = html
    return leads(postings)


def test_what_all_say_is_passed_over(app: Flask) -> None:
    assert said(f"{HOUSE}<p>You mend <b>gauges</b>.</p>", f"{HOUSE}<h2>The work</h2><p>You fell trees.</p>") == [
        "You mend gauges.", "You fell trees.",
    ]  # fmt: skip


def test_one_that_says_nothing_else_says_that(app: Flask) -> None:
    assert said(HOUSE, HOUSE) == ["We have made instruments since 1962."] * 2
    assert said("<p> </p>", "<h2>No words</h2>") == ["", ""]


def test_words_are_cut_between_two(app: Flask) -> None:
    (words,) = said(f"<p>{'word, ' * 80}</p>")
    assert words.endswith("word…")
    assert len(words) <= LEAD

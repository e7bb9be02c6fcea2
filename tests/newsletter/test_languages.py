"""One issue in several languages: everybody gets exactly one mail, in theirs, or is told that there is none."""

import json
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from portal.db import db
from portal.languages import LANGUAGES
from portal.mail.models import Delivery, Mailing
from portal.members.models import Member
from tests import factories
from tests.pages import PageClient

Run = Callable[..., Result]
Issue = Callable[..., str]
Got = Callable[[Member], EmailMessage]

GERMAN = "---\nsubject: Zweimal messen\npreview: Ein Brief\n---\n"


def readers() -> dict[str, Member]:
    """Somebody for each language."""
    return {code: factories.member(language=code, name="Mira", agreed_to=["newsletter"]) for code in LANGUAGES}


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_everybody_gets_one_mail_in_their_language(app: Flask, run: Run, issue: Issue, got: Got) -> None:
    people = readers()
    name = issue("Hello [[name|there]].\n")
    issue("Hallo [[name|du]].\n", f"{name}.de", GERMAN)
    assert run("campaign", "schedule", name).exit_code == 0
    german, english, portuguese = got(people["de"]), got(people["en"]), got(people["pt"])
    assert german["Subject"] == "Zweimal messen"
    assert "Hallo Mira." in text_of(german)
    assert english["Subject"] == portuguese["Subject"] == "Measure twice"
    assert "not in English" not in text_of(english)
    assert "ainda não existe em português" in text_of(portuguese)
    html = portuguese.get_body(("html",))
    assert html is not None
    assert '<div lang="en">' in html.get_content()
    assert 'lang="pt"' in html.get_content()


def test_nobody_is_missed_and_nobody_gets_two(app: Flask, run: Run, issue: Issue) -> None:
    """P6: the deliveries of all the mailings together are the snapshot."""
    for _ in range(3):
        readers()
    run("campaign", "schedule", issue("Hello.\n"))
    assert db.session.scalar(select(func.count(func.distinct(Delivery.member_id)))) == 9
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 9
    assert db.session.scalar(select(func.count()).select_from(Mailing)) == len(LANGUAGES)
    status = json.loads(run("campaign", "status", "1", "--json").output)
    assert status["total"] == 9
    assert "9 deliveries were stopped" in run("campaign", "cancel", "1").output


def test_the_preview_says_who_reads_it_in_which_words(app: Flask, run: Run, issue: Issue) -> None:
    readers()
    name = issue("Hello.\n")
    issue("Hallo.\n", f"{name}.de", GERMAN)
    said = run("campaign", "preview", name).output
    assert "In their language: 1 English, 1 Deutsch, 1 Português (not translated)." in said


def test_the_archive_speaks_the_readers_language(
    app: Flask, run: Run, issue: Issue, client: PageClient, content: Path
) -> None:
    name = issue("Hello there.\n")
    issue("Hallo du.\n", f"{name}.de", GERMAN)
    readers()
    run("campaign", "schedule", name)
    pages = {code: client.get(f"/newsletter/{name}", headers={"Accept-Language": code}) for code in LANGUAGES}
    assert "Hallo du." in pages["de"].text
    assert "Hello there." in pages["en"].text
    assert "Hello there." in pages["pt"].text
    assert '<div class="article" lang="en">' in pages["pt"].text
    assert "Zweimal messen" in client.get("/newsletter", headers={"Accept-Language": "de"}).text


def test_a_translation_that_is_taken_away_is_gone(app: Flask, run: Run, issue: Issue, content: Path, got: Got) -> None:
    reader = readers()["de"]
    name = issue("Hello.\n")
    issue("Hallo.\n", f"{name}.de", GERMAN)
    run("campaign", "preview", name)
    (content / "issues" / f"{name}.de.md").unlink()
    run("campaign", "schedule", name)
    assert got(reader)["Subject"] == "Measure twice"

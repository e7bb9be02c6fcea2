"""Mail of openings as it is read: what it says, in both parts, and how much it weighs."""

import re
from datetime import datetime

import pytest
from flask import Flask

from portal.alerts import emails
from portal.alerts.queries.items import items
from portal.config import settings
from portal.db import db
from portal.jobs.queries.wanted import by_slugs, live
from portal.languages import LANGUAGES, speaking
from tests import factories
from tests.alerts import post
from tests.alerts.post import DAY, Mail, Smtp

TITLES = ("Data engineer, platform", "Firmware engineer for loggers", "Technical writer, manuals", "Sensor physicist",
          "Product designer", "Field service engineer", "Payroll and people operations", "Instrument repairer")  # fmt: skip


@pytest.fixture
def thirty(app: Flask, now: datetime, smtp: Smtp, monkeypatch: pytest.MonkeyPatch) -> Mail:
    """A digest of thirty openings such as there are, each with a reason."""
    monkeypatch.setitem(app.extensions, "portal", settings().model_copy(update={"digest_items": 30}))
    about = [factories.interest(slug="data-engineering"), factories.interest(slug="firmware")]
    lisbon = factories.place(slug="lisbon", name="Lisbon")
    for n in range(30):
        title = f"{TITLES[n % len(TITLES)]} {n // len(TITLES) or ''}".strip()
        slug = re.sub("[^a-z0-9]+", "-", title.lower())
        mode = [["remote"], ["remote", "hybrid"], ["onsite"]][n % 3]
        factories.posting(
            title=title, slug=slug, interests=[about[n % 2]], work_modes=mode, places=[lisbon] if n % 3 else [],
            countries=["PT", "ES", "DE"], closes_at=now + (n + 9) * DAY, publish_at=now - n * DAY,
        )  # fmt: skip
    post.member(now, "daily", now, interests=about, lives_in="PT", places=[lisbon])
    post.sweep(now)
    [mail] = post.send(smtp)
    return mail


def test_thirty_openings_weigh_less_than_25_kilobytes(thirty: Mail) -> None:
    assert thirty.html.count('<p class="job"') == 30
    assert len(thirty.html.encode()) < 25_000


def test_both_parts_say_the_same_with_the_same_links(thirty: Mail) -> None:
    """E-03."""
    found = [set(re.findall(r"https?://[^\s\"<>)]+", part)) for part in (thirty.text, thirty.html)]
    assert found[0] == found[1] - {"http://www.w3.org/1999/xhtml"}
    assert len(found[0]) > 60
    for title in TITLES:
        assert title in thirty.text
        assert title in thirty.html
    assert not re.search(r"\{\{|\{%|\[\[|[\ue000\ue001]", thirty.text + thirty.html)  # E-35


def test_an_item_says_what_where_pay_until_when_why_and_what_to_do(thirty: Mail) -> None:
    body = thirty.text.split("Firmware engineer for loggers\n")[1].split("\n\n")[0]
    assert re.fullmatch(
        r"Remote from Germany, Portugal or Spain, or hybrid in Lisbon\n"
        r"€ 50,000 – 60,000 a year · open until \d+ \w+ \d{4}\n"
        r"http://127\.0\.0\.1:8000/jobs/firmware-engineer-for-loggers\n"
        r"For you, because you chose Firmware, and it may be done from Portugal\.\n"
        r"Not right for you\? http://127\.0\.0\.1:8000/fit/\S+\?opening=firmware-engineer-for-loggers",
        body,
    )


@pytest.mark.parametrize(("titles", "rest", "subject"), [
    (["Designer"], 0, "New opening for you: Designer"),
    (["Designer"], 3, "4 new openings for you: Designer, …"),
    (["Designer", "Writer", "Physicist"], 0, "3 new openings for you: Designer, Writer, Physicist"),
    (["Data engineer, platform", "Writer"], 0, "2 new openings for you: Data engineer, platform; Writer"),
    (["A very long title of an opening indeed", "Another that is rather long"], 0,
     "2 new openings for you: A very long title of an opening indeed, …"),
])  # fmt: skip
def test_the_subject_says_what(app: Flask, now: datetime, titles: list[str], rest: int, subject: str) -> None:
    for n, title in enumerate(titles):
        factories.posting(title=title, publish_at=now - n * DAY)
    db.session.flush()
    values = emails.values(items(live(now), now), rest)
    assert values["openings_subject"] == subject


def test_what_is_early_says_until_when_in_the_house_s_zone(app: Flask, now: datetime) -> None:
    until = datetime.fromisoformat("2031-03-12T10:00:00+00:00")
    post.early(now, slug="early", opens_at=until)
    [item] = items(by_slugs(["early"]), now)
    assert "Members first, until 12 March 2031, 10:00 UTC" in emails.piece(item).text
    assert "/jobs/early" not in emails.piece(item).html


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_title_is_text_in_every_language(app: Flask, now: datetime, language: str) -> None:
    """P11: nothing that an author wrote is a template or markup."""
    factories.posting(slug="evil", title='<b>{{ 7*7 }}</b> [[name]] "x"', pay=None, pay_unsaid="<i>By scale</i>.")
    with speaking(language):
        [item] = items(by_slugs(["evil"]), now)
        html = emails.piece(item).html + emails.public(item) + emails.heading([item]).html
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt; [[name]] &quot;x&quot;" in html
    assert "&lt;i&gt;By scale&lt;/i&gt;." in html


WHERE = [
    (["remote"], [], ["*"], "Remote from anywhere"),
    (["remote"], [], [], "Remote"),
    (["remote"], [], ["PT", "ES"], "Remote from Portugal or Spain"),
    (["hybrid"], ["lisbon"], [], "Hybrid in Lisbon"),
    (["hybrid", "onsite"], ["lisbon", "porto"], ["PT"], "Hybrid or on site in Lisbon or Porto"),
    (["remote", "onsite"], ["lisbon"], ["PT"], "Remote from Portugal, or on site in Lisbon"),
    (["onsite"], [], [], "On site"),
    ([], ["lisbon"], [], "Lisbon; it is not said yet how the work is done"),
    ([], [], [], ""),
]


@pytest.mark.parametrize(("modes", "places", "countries", "said"), WHERE)
def test_where_in_words(
    app: Flask, now: datetime, modes: list[str], places: list[str], countries: list[str], said: str
) -> None:
    there = {slug: factories.place(slug=slug, name=slug.capitalize()) for slug in ("lisbon", "porto")}
    factories.posting(slug="x", work_modes=modes, places=[there[slug] for slug in places], countries=countries)
    [item] = items(by_slugs(["x"]), now)
    assert item.where == said

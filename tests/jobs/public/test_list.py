"""The openings to look through: filters as links, words, pages, and what is said when there is nothing."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask

from portal.db import db
from portal.jobs.queries.asked import Asked
from portal.jobs.queries.listing import listing
from tests import factories
from tests.pages import PageClient


def slugs(page: str) -> list[str]:
    """The openings that a page lists, in order."""
    part = page.split("<main", 1)[1].split('id="first"')[0]
    return re.findall(r'<h2><a href="/jobs/([^"?]+)"', part)


def options(page: str, filter: str) -> dict[str, str]:
    """What a filter offers: names with their counts."""
    if f'id="by-{filter}"' not in page:
        return {}
    part = page.split(f'id="by-{filter}"')[1].split("</nav>")[0]
    return {
        unescape(name).strip(): count
        for name, count in re.findall(r"<span>([^<]+)</span> <span class=\"count\">([^<]+)<", part)
    }


@pytest.fixture
def some(app: Flask, now: datetime) -> None:
    """Three openings of different kinds, one of which says little."""
    lisbon = factories.place(slug="lisbon", name="Lisbon", country="PT")
    portugal = factories.place(slug="portugal", name="Anywhere in Portugal", country="PT", whole_country=True)
    leeds = factories.place(slug="leeds", name="Leeds", country="GB")
    data, repair = factories.interest(slug="data", name="Data"), factories.interest(slug="repair", name="Repair")
    team = factories.team(slug="workshop", name="Workshop")
    for number, more in enumerate([
        {"slug": "engineer", "title": "Data engineer", "interests": [data], "work_modes": ["remote", "hybrid"],
         "places": [lisbon], "level": "senior"},
        {"slug": "welder", "title": "Welder", "interests": [repair], "work_modes": ["onsite"], "places": [leeds],
         "team": team, "level": "entry", "source": "You bring data to life."},
        {"slug": "little", "title": "Somebody", "interests": [data], "work_modes": [], "places": [portugal],
         "level": None},
    ]):  # fmt: skip
        factories.posting(publish_at=now - timedelta(days=number + 1), **more)  # type: ignore[arg-type]
    db.session.commit()


@pytest.mark.usefixtures("some")
class TestFilters:
    def test_all_the_newest_first(self, client: PageClient) -> None:
        page = client.get("/jobs").text
        assert slugs(page) == ["engineer", "welder", "little"]
        assert "3 openings" in page
        assert options(page, "interest") == {"Data": "2", "Repair": "1"}
        assert options(page, "mode") == {"Remote": "1", "Hybrid": "1", "On site": "1"}
        assert options(page, "place") == {"Lisbon": "1", "Anywhere in Portugal": "2", "Leeds": "1"}
        assert options(page, "team") == {"Workshop": "1"}
        assert options(page, "level") == {"First years": "1", "Senior": "1"}
        assert "noindex" not in page

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("interest=data", ["engineer", "little"]), ("mode=remote", ["engineer"]), ("mode=onsite", ["welder"]),
            ("place=lisbon", ["engineer"]), ("place=portugal", ["engineer", "little"]), ("team=workshop", ["welder"]),
            ("level=entry", ["welder"]), ("interest=data&mode=hybrid", ["engineer"]), ("interest=&q=", ["engineer", "welder", "little"]),
            ("q=data", ["engineer", "welder", "little"]), ("q=data+engineers", ["engineer"]), ("q=WELD", ["welder"]),
            ("q=lisbon", ["engineer"]), ("q=remote+data", ["engineer"]), ("q=data&place=leeds", ["welder"]),
            ("q=workshop", ["welder"]), ("q=%22%27%28", []), ("q=zebra", []), ("mode=remote&place=leeds", []),
        ],
    )  # fmt: skip
    def test_what_is_asked_for(self, client: PageClient, query: str, expected: list[str]) -> None:
        assert slugs(client.get(f"/jobs?{query}").text) == expected

    def test_those_with_the_word_in_the_title_come_first(self, client: PageClient) -> None:
        assert slugs(client.get("/jobs?q=weld").text) == ["welder"]
        factories.posting(slug="helper", title="Helper", source="Help the welder.")
        db.session.commit()
        assert slugs(client.get("/jobs?q=welder").text) == ["welder", "helper"]

    def test_a_choice_is_taken_away_by_its_own_link(self, client: PageClient) -> None:
        page = client.get("/jobs?interest=data&q=data").text
        assert '<a href="/jobs?q=data" aria-current="true"><span>Data' in page
        chosen = page.split('aria-label="Chosen"')[1].split("</ul>")[0]
        assert 'href="/jobs?interest=data"' in chosen
        assert 'href="/jobs?q=data"' in chosen
        assert '<input type="hidden" name="interest" value="data">' in page
        assert "noindex" in page
        assert options(page, "mode") == {"Remote": "1", "Hybrid": "1"}
        assert options(page, "interest") == {"Data": "2", "Repair": "1"}

    def test_unknown_work_modes_are_in_no_choice_and_it_says_so(self, client: PageClient) -> None:
        page = client.get("/jobs?mode=remote").text
        assert slugs(page) == ["engineer"]
        assert "One more opening does not say yet how the work is done" in page
        assert "does not say yet" not in client.get("/jobs?mode=remote&interest=repair").text
        assert "Work mode not said yet" in client.get("/jobs").text

    @pytest.mark.parametrize(
        "query", ["interest=zebra", "mode=moon", "place=x", "team=", "level=boss", "interest=data'"]
    )
    def test_a_value_that_no_filter_has(self, client: PageClient, query: str) -> None:
        answer = client.get(f"/jobs?{query}")
        if query == "team=":
            assert answer.status_code == 200
            return
        assert answer.status_code == 404
        assert "Look through all of them instead." in answer.text

    def test_nothing_fits(self, client: PageClient) -> None:
        page = client.get("/jobs?mode=remote&place=leeds").text
        assert "Nothing fits all of that" in page
        assert "None of 3 openings" in page
        assert 'href="/join"' in page.split("Nothing fits")[1]
        assert options(page, "mode") == {"Remote": "0", "On site": "1"}

    def test_what_was_typed_is_words(self, client: PageClient) -> None:
        page = client.get("/jobs?q=%3Cscript%3Ealert(1)%3C/script%3E{{7*7}}%22x").text
        assert "<script>alert" not in page
        assert "49" not in page.split("<main")[1]
        assert client.get("/jobs?q=" + "a" * 3000).status_code == 200
        assert client.get("/jobs?q=%00%ff").status_code == 200


class TestPages:
    def test_twenty_on_a_page(self, client: PageClient, now: datetime) -> None:
        data = factories.interest(slug="data")
        for number in range(41):
            factories.posting(slug=f"n{number:02}", publish_at=now - timedelta(hours=number + 1), interests=[data])
        db.session.commit()
        assert slugs(client.get("/jobs").text) == [f"n{n:02}" for n in range(20)]
        second = client.get("/jobs?interest=data&page=2").text
        assert slugs(second) == [f"n{n:02}" for n in range(20, 40)]
        assert 'rel="prev" href="/jobs?interest=data"' in second
        assert 'rel="next" href="/jobs?interest=data&amp;page=3"' in second
        assert "Page 2 of 3" in second
        last = client.get("/jobs?page=3").text
        assert slugs(last) == ["n40"]
        assert "Older" not in last
        for wrong in ("4", "0", "01", "-1", "x", "99999"):
            assert client.get(f"/jobs?page={wrong}").status_code == 404, wrong

    def test_with_no_opening_it_says_what_to_do(self, client: PageClient) -> None:
        page = client.get("/jobs").text
        assert "No opening right now" in page
        assert 'href="/join"' in page.split("No opening right now")[1]
        assert "by-mode" not in page

    def test_anyone_may_keep_it(self, client: PageClient, app: Flask) -> None:
        factories.posting(slug="one")
        db.session.commit()
        first = client.get("/jobs?mode=remote")
        assert first.headers["Cache-Control"] == "public, max-age=60"
        assert client.get("/jobs?mode=remote", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
        kept = app.extensions["pages"].kept
        assert [key[2] for key in kept if key[1] == "/jobs"] == ["mode=remote"]
        client.get("/jobs?q=anything")
        assert [key[2] for key in kept if key[1] == "/jobs"] == ["mode=remote"]


def test_both_databases_list_alike(each_app: Flask, now: datetime) -> None:
    lisbon = factories.place(slug="lisbon", country="PT")
    team = factories.team(slug="workshop", name="Workshop")
    about = factories.interest(slug="data")
    first = factories.posting(
        title="Data welder", places=[lisbon], interests=[about], publish_at=now - timedelta(days=1)
    )
    second = factories.posting(
        title="Fitter", team=team, source="data data welder", publish_at=now - timedelta(hours=1)
    )
    factories.posting(title="Data welder", opens_at=now + timedelta(hours=1))
    cases: list[tuple[Asked, list[Any]]] = [
        (Asked(), [second, first]), (Asked(typed="data weld"), [first, second]), (Asked(typed="workshop data"), [second]),
        (Asked({"place": "lisbon", "interest": "data"}), [first]), (Asked({"team": "workshop"}, "zebra"), []),
    ]  # fmt: skip
    for asked, expected in cases:
        found = listing(asked, now, 1, 20)
        assert [card.slug for card in found.openings] == [row.slug for row in expected], asked
        assert (found.count, found.total) == (len(expected), 2)
    with pytest.raises(LookupError):
        listing(Asked({"team": "zebra"}), now, 1, 20)

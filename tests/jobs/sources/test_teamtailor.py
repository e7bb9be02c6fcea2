"""Teamtailor: the list is of JSON, page after page; RSS adds what it has of the newest hundred."""

from datetime import UTC, datetime

import pytest

from portal.jobs.sources import teamtailor
from portal.jobs.sources.found import Asked, Found, Pay
from portal.jobs.sources.markup import markdown
from tests.jobs.sources.conftest import Visit, by_id
from tests.jobs.sources.server import Reply, Vendor, recorded

ID = "7c1e0000-0000-4000-8000-00000000000"


@pytest.fixture
def site(vendor: Vendor) -> Vendor:
    vendor.says["/jobs.json"] = recorded("teamtailor.json", put={"NEXT": f"{vendor.url}/jobs-2.json"})
    vendor.says["/jobs-2.json"] = recorded("teamtailor-2.json")
    vendor.says["/jobs.rss"] = recorded("teamtailor.rss", "application/rss+xml")
    return vendor


@pytest.fixture
def found(site: Vendor, ask: Visit) -> list[Found]:
    return list(by_id(ask("teamtailor", "")).values())


def test_the_list_is_of_json_and_joined_with_rss_by_id(found: list[Found]) -> None:
    assert [one.external_id[-1] for one in found] == ["1", "2", "3", "4", "5"]
    assert [sorted(one.modes) for one in found] == [["onsite"], ["hybrid"], [], ["remote"], []]


def test_who_is_not_in_rss_is_not_gone_and_not_guessed(found: list[Found]) -> None:
    accountant = found[4]
    assert (accountant.modes, accountant.department) == (frozenset(), "")
    assert [(spot.town, spot.country) for spot in accountant.spots] == [("Leipzig", "DE")]


def test_what_is_temporary_is_unknown(found: list[Found]) -> None:
    assert found[2].mode_words == "location: Workshop"


def test_places_pay_words_and_days(found: list[Found]) -> None:
    assert [(spot.words, spot.town, spot.country) for spot in found[1].spots] == [
        ("Leipzig", "Leipzig", "DE"), ("Leeds", "Leeds", "GB"),
    ]  # fmt: skip
    assert found[0].pay == Pay(3600, 4200, "EUR", "month")
    assert found[0].department == "department: Workshop and supply"
    assert markdown(found[0].html) == "Keep the workshop warm.\n\n**Weekdays** only.\n"
    assert found[0].published == datetime(2026, 10, 5, 7, tzinfo=UTC)
    assert found[2].closes_at == datetime(2027, 4, 1, tzinfo=UTC)  # up to the end of that day
    assert found[0].closes_at is None


def test_a_next_page_elsewhere_or_in_a_circle_makes_it_half(site: Vendor, ask: Visit) -> None:
    for following in ("https://elsewhere.example.org/jobs.json", f"{site.url}/jobs.json"):
        site.says["/jobs.json"] = recorded("teamtailor.json", put={"NEXT": following})
        assert str(ask("teamtailor", "").problem) == "half"


def test_without_rss_nothing_is_read(site: Vendor, ask: Visit) -> None:
    site.says["/jobs.rss"] = Reply(b"<html>We are moving</html>")
    assert str(ask("teamtailor", "").problem) == "html"
    site.says["/jobs.rss"] = Reply(recorded("teamtailor.rss").body[:900])
    assert str(ask("teamtailor", "").problem) == "half"
    bomb = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel>&b;</channel></rss>'
    site.says["/jobs.rss"] = Reply(bomb)
    assert str(ask("teamtailor", "").problem) == "shape"
    site.says["/jobs.rss"] = Reply(recorded("teamtailor.rss").body.replace(b"Making", "Bäcker".encode("latin-1")))
    assert str(ask("teamtailor", "").problem) == "encoding"


def test_where_it_is_asked() -> None:
    assert teamtailor.address(Asked("fennel")) == "https://fennel.teamtailor.com/jobs.json"
    assert teamtailor.address(Asked("careers.example.org")) == "https://careers.example.org/jobs.json"
    assert teamtailor.address(Asked("x", "https://x.example.org/jobs.rss")) == "https://x.example.org/jobs.json"

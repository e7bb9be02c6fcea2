"""Ashby: workplaceType counts, isRemote alone does not; what is not listed is no opening."""

import pytest

from portal.jobs.sources import ashby
from portal.jobs.sources.found import Asked, Found, Pay
from tests.jobs.sources.conftest import Visit, by_id, left_out
from tests.jobs.sources.server import Vendor, recorded


@pytest.fixture
def found(vendor: Vendor, ask: Visit) -> dict[str, Found]:
    vendor.says["/fennel"] = recorded("ashby.json")
    visited = ask("ashby", "/fennel")
    assert left_out(visited) == {"aa-6": "no_opening"}
    return by_id(visited)


def test_is_remote_alone_tells_nothing(found: dict[str, Found]) -> None:
    assert {id: sorted(one.modes) for id, one in found.items()} == {
        "aa-1": ["remote"], "aa-2": ["hybrid"], "aa-3": ["onsite"], "aa-4": [], "aa-5": [], "aa-7": ["hybrid"],
        "https://jobs.example.org/fennel/aa-8": ["remote"],
    }  # fmt: skip
    assert found["aa-4"].mode_words == "location: Lisbon"
    assert found["aa-1"].mode_words == "workplaceType: Remote"


def test_places_with_their_countries(found: dict[str, Found]) -> None:
    assert [(spot.town, spot.country) for spot in found["aa-7"].spots] == [
        ("Lisbon", "PT"), ("Leeds", "GB"), ("Anywhere in Spain", None),
    ]  # fmt: skip
    assert found["aa-7"].countries == frozenset()  # one of its places has none
    assert found["aa-1"].countries == {"PT"}
    assert found["aa-7"].place_words == "location: Lisbon; Leeds; Anywhere in Spain"


def test_pay_is_the_salary_unless_there_are_several(found: dict[str, Found]) -> None:
    assert found["aa-1"].pay == Pay(48_000, 61_000, "EUR", "year")
    assert found["aa-2"].pay is None
    assert found["aa-3"].pay is None


def test_it_may_think_for_25_seconds() -> None:
    assert ashby.SECONDS == 25
    assert ashby.address(Asked("fennel")) == (
        "https://api.ashbyhq.com/posting-api/job-board/fennel?includeCompensation=true"
    )

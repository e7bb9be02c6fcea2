"""Lever: workplaceType by the table, countries, lists, pay per period."""

from datetime import UTC, datetime

import pytest

from portal.jobs.sources import lever
from portal.jobs.sources.found import Asked, Found, Pay
from portal.jobs.sources.markup import markdown
from tests.jobs.sources.conftest import Visit, by_id
from tests.jobs.sources.server import Vendor, recorded


@pytest.fixture
def found(vendor: Vendor, ask: Visit) -> list[Found]:
    vendor.says["/fennel"] = recorded("lever.json")
    return list(by_id(ask("lever", "/fennel")).values())


def test_the_table_of_work_modes(found: list[Found]) -> None:
    assert [sorted(one.modes) for one in found] == [["remote"], ["onsite"], ["hybrid"], [], [], ["remote"]]
    assert [one.mode_words for one in found[:5]] == [
        "workplaceType: remote", "workplaceType: on-site", "workplaceType: hybrid", "location: Remote",
        "location: Leipzig, Germany",
    ]  # fmt: skip


def test_what_only_looks_like_a_known_value_is_unknown(vendor: Vendor, ask: Visit) -> None:
    for strange in ('"Remote-ish"', "true", '["remote"]', '""'):
        vendor.says["/fennel"] = recorded(
            "lever.json", put={'"workplaceType": "remote"': f'"workplaceType": {strange}'}
        )
        assert not next(iter(by_id(ask("lever", "/fennel")).values())).modes, strange


def test_countries_are_those_of_the_only_place(found: list[Found]) -> None:
    assert [sorted(one.countries) for one in found] == [["PT"], ["GB"], [], [], ["DE"], ["DE"]]
    assert [[spot.town for spot in one.spots] for one in found] == [
        ["Lisbon"], ["Leeds"], ["Lisbon", "Porto"], [], ["Leipzig"], ["Berlin"],
    ]  # fmt: skip


def test_pay_needs_a_period_that_we_know(found: list[Found]) -> None:
    assert [one.pay for one in found[:4]] == [
        Pay(52_000, 64_000, "EUR", "year"), Pay(21, 26, "GBP", "hour"), None, None,
    ]  # fmt: skip


def test_its_parts_become_one_text(found: list[Found]) -> None:
    assert markdown(found[4].html) == (
        "A word before.\n\nYou keep the readings flowing.\n\n### What you do\n\n"
        "- Keep queues short\n- Say no & mean it\n\nWe answer within ten working days.\n"
    )


def test_the_level_is_of_its_field_or_a_word_of_the_title(found: list[Found]) -> None:
    assert [one.level for one in found] == ["level: Senior", "", "", "", "", "title: trainee"]
    assert found[0].department == "department: Platform"
    assert found[0].published == datetime.fromtimestamp(1_790_000_000, UTC)
    assert found[0].apply_url.endswith("/apply")


def test_where_it_is_asked() -> None:
    assert lever.address(Asked("fennel")) == "https://api.lever.co/v0/postings/fennel?mode=json"
    other = Asked("fennel", "https://eu.example.org/list?team=Data")
    assert lever.address(other) == "https://eu.example.org/list?team=Data&mode=json"

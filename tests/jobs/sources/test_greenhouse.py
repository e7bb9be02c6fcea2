"""Greenhouse: no work mode of its own, escaped content, doors that are no openings."""

from portal.jobs.sources.found import Pay
from portal.jobs.sources.markup import markdown
from tests.jobs.sources.conftest import Visit, by_id, left_out
from tests.jobs.sources.server import Vendor, recorded


def test_the_work_mode_is_only_what_the_mapped_field_says(vendor: Vendor, ask: Visit) -> None:
    vendor.says["/jobs"] = recorded("greenhouse.json")
    found = by_id(ask("greenhouse", "/jobs", mode_field="workplace"))
    assert found["4001"].modes == {"hybrid"}
    assert found["4002"].modes == {"remote"}
    assert found["4006"].modes == {"hybrid", "onsite"}
    # a value nobody knows, alone or beside one that is known; and no field at all: unknown, whatever the place says
    assert (found["4003"].modes, found["4003"].mode_words) == (frozenset(), "Workplace: Flexible")
    assert (found["4007"].modes, found["4007"].mode_words) == (frozenset(), "Workplace: Hybrid, By arrangement")
    assert (found["4004"].modes, found["4004"].mode_words) == (frozenset(), "location: Lisbon or remote")


def test_without_a_mapped_field_every_work_mode_is_unknown(vendor: Vendor, ask: Visit) -> None:
    vendor.says["/jobs"] = recorded("greenhouse.json")
    found = by_id(ask("greenhouse", "/jobs"))
    assert {one.modes for one in found.values()} == {frozenset()}
    assert found["4002"].mode_words == "location: Remote - Portugal"


def test_posts_without_an_internal_job_are_no_openings(vendor: Vendor, ask: Visit) -> None:
    vendor.says["/jobs"] = recorded("greenhouse.json")
    visited = ask("greenhouse", "/jobs")
    assert left_out(visited) == {"4005": "no_opening"}
    assert visited.answer
    assert visited.answer.whole
    assert "4005" not in visited.answer.seen


def test_content_is_unescaped_as_often_as_it_was_escaped_and_keeps_no_script(vendor: Vendor, ask: Visit) -> None:
    vendor.says["/jobs"] = recorded("greenhouse.json")
    found = by_id(ask("greenhouse", "/jobs"))
    once, twice = markdown(found["4001"].html), markdown(found["4002"].html)
    assert once == twice
    assert once.startswith("Fennel & Rowe builds instruments for rivers & reservoirs.\n\nYou look after tide gauges.\n")
    hostile = markdown(found["4006"].html)
    assert "- Audit **every** bench\n- Write it up" in hostile
    assert "Ask here or [there](https://fennel.example.org/safety)." in hostile
    assert not [word for word in ("fetch", "steal", "javascript", "evil", "track", "<") if word in hostile]


def test_places_pay_and_the_rest(vendor: Vendor, ask: Visit) -> None:
    vendor.says["/jobs"] = recorded("greenhouse.json")
    found = by_id(ask("greenhouse", "/jobs"))
    assert [(spot.town, spot.country) for spot in found["4001"].spots] == [("Lisbon", "PT")]
    assert found["4002"].countries == {"PT"}
    assert found["4004"].countries == frozenset()
    assert found["4001"].pay is None
    assert found["4002"].pay == Pay(38_000, 46_000, "EUR", "year")
    assert found["4003"].pay is None  # of what period, it does not say
    assert found["4007"].pay == Pay(19, 26, "GBP", "hour")
    assert found["4006"].title == "Quality & safety lead"
    assert found["4001"].department == "department: Field data"
    assert found["4007"].department == ""
    assert found["4004"].level == "title: senior"
    assert found["4001"].apply_url == "https://boards.example.org/fennel/jobs/4001"


def test_everything_is_asked_for_at_the_vendors_own_address_unless_the_board_has_one() -> None:
    from portal.jobs.sources import greenhouse
    from portal.jobs.sources.found import Asked

    assert greenhouse.address(Asked("fen/nel")) == (
        "https://boards-api.greenhouse.io/v1/boards/fen%2Fnel/jobs?content=true&pay_transparency=true"
    )


def test_twins_and_the_nameless_are_named_and_nothing_of_such_a_list_counts_as_missing(
    vendor: Vendor, ask: Visit
) -> None:
    vendor.says["/jobs"] = recorded("greenhouse-broken.json")
    visited = ask("greenhouse", "/jobs")
    assert [(one.external_id, one.title) for one in by_id(visited).values()] == [
        ("4001", "Data engineer, river levels"),
        ("4010", "Surveyor"),
    ]
    assert visited.answer
    assert [(one.external_id, one.why) for one in visited.answer.left_out] == [
        ("4001", "twice"), ("4008", "no_title"), ("4009", "no_title"), (None, "no_id"),
    ]  # fmt: skip
    assert visited.answer.seen == {"4001", "4008", "4009", "4010"}
    assert not visited.answer.whole


def test_a_list_with_fewer_than_it_says_is_half(vendor: Vendor, ask: Visit) -> None:
    vendor.says["/jobs"] = recorded("greenhouse.json", put={'"total": 7': '"total": 70'})
    assert str(ask("greenhouse", "/jobs").problem) == "half"

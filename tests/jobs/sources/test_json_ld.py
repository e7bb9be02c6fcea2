"""Any career page with JobPosting in JSON-LD: on the page, in graphs and lists, and on the pages of a list."""

from datetime import UTC, datetime

import pytest

from portal.jobs.sources.found import Found, Pay
from portal.jobs.sources.markup import markdown
from tests.jobs.sources.conftest import Visit, by_id
from tests.jobs.sources.server import Reply, Vendor, recorded

CLERK = "https://fennel.example.org/careers/#clerk"


@pytest.fixture
def found(vendor: Vendor, ask: Visit) -> dict[str, Found]:
    vendor.says["/careers"] = recorded("career-page.html", "text/html; charset=utf-8")
    return by_id(ask("json_ld", "/careers"))


def test_everything_that_is_a_job_posting_is_found(found: dict[str, Found]) -> None:
    assert list(found) == ["HY-7", CLERK, "CA-1"]
    assert found[CLERK].title == "Stores clerk & driver"


def test_only_telecommute_tells_a_work_mode(found: dict[str, Found]) -> None:
    assert [sorted(one.modes) for one in found.values()] == [["remote"], [], ["remote"]]
    assert found[CLERK].mode_words == "location: Leeds, GB"


def test_who_may_apply_from_where(found: dict[str, Found]) -> None:
    assert found["HY-7"].countries == {"PT", "ES"}
    assert found["CA-1"].countries == frozenset()  # Bavaria is required: of whom that holds we cannot say
    assert found[CLERK].countries == {"GB"}


def test_pay_dates_words_addresses(vendor: Vendor, found: dict[str, Found]) -> None:
    assert found["HY-7"].pay == Pay(47_000, 47_000, "EUR", "year")
    assert found[CLERK].pay == Pay(12, 13, "GBP", "hour")
    assert found["HY-7"].closes_at == datetime(2027, 1, 31, 23, 59, tzinfo=UTC)
    assert markdown(found[CLERK].html) == "Keep the stores.\n\nDrive the van.\n"
    assert found["HY-7"].apply_url == f"{vendor.url}/careers/hydrologist"
    assert found[CLERK].apply_url == f"{vendor.url}/careers"


def test_a_list_leads_to_pages_of_the_same_host_only(vendor: Vendor, ask: Visit) -> None:
    vendor.says["/careers"] = recorded("career-list.html", "text/html")
    vendor.says["/careers/hydrologist"] = recorded("career-hydrologist.html", "text/html")
    vendor.says["/careers/clerk"] = recorded("career-clerk.html", "text/html")
    assert list(by_id(ask("json_ld", "/careers"))) == ["OB-2", "HY-7", f"{vendor.url}/careers/clerk"]
    assert [path for path, _ in vendor.asked] == ["/careers", "/careers/hydrologist", "/careers/clerk"]


def test_a_page_of_a_list_that_fails_fails_the_whole(vendor: Vendor, ask: Visit) -> None:
    vendor.says["/careers"] = recorded("career-list.html", "text/html")
    assert str(ask("json_ld", "/careers").problem) == "gone"


def test_broken_json_on_the_page_fails_the_whole(vendor: Vendor, ask: Visit) -> None:
    vendor.says["/careers"] = Reply(b'<script type="application/ld+json">{"@type": "JobPosting", "title": "H</script>')
    assert str(ask("json_ld", "/careers").problem) == "half"


def test_a_page_in_another_encoding_is_read_by_what_it_says(vendor: Vendor, ask: Visit) -> None:
    said = '<meta charset="%s"><script type="application/ld+json">{"@type":"JobPosting","url":"/1","title":"Gärtner"}</script>'
    vendor.says["/careers"] = Reply((said % "iso-8859-1").encode("latin-1"))
    assert [one.title for one in by_id(ask("json_ld", "/careers")).values()] == ["Gärtner"]
    vendor.says["/careers"] = Reply((said % "utf-8").encode("latin-1"))
    assert str(ask("json_ld", "/careers").problem) == "encoding"

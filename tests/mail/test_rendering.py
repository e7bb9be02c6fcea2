"""The sample mails in a real browser: on a phone and wide, light and dark."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.mail.samples import SNAPSHOTS

pytestmark = pytest.mark.browser


@pytest.fixture(
    params=[(name, scheme) for name in ("newsletter", "account") for scheme in ("light", "dark")], ids="-".join
)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    name, scheme = request.param
    page = browser.new_page(color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content((SNAPSHOTS / f"{name}.html").read_text("utf-8"))
    yield page
    assert asked == []
    page.close()


def test_fits_any_width(page: Page) -> None:
    for width in (320, 375, 600, 900):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_axe_finds_nothing(page: Page) -> None:
    # A mail is shown within a page: it has no main landmark or first heading of its own.
    rules = {name: {"enabled": False} for name in ("landmark-one-main", "region", "page-has-heading-one")}
    found = Axe().run(page, options={"rules": rules})
    assert found.violations_count == 0, found.generate_report()


def test_dark_is_dark(browser: Browser) -> None:
    lightness = (
        "getComputedStyle(document.querySelector('.sheet')).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    )
    for scheme, expected in (("light", [255, 252, 245]), ("dark", [33, 36, 28])):
        page = browser.new_page(color_scheme=scheme)
        page.set_content((SNAPSHOTS / "newsletter.html").read_text("utf-8"))
        assert page.evaluate(lightness) == expected
        page.close()

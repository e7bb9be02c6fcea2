"""Every page for everybody: axe finds nothing in any language, light and dark; nothing runs out of the window; the
keyboard is enough."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from portal.languages import LANGUAGES
from tests.browser import world
from tests.browser.conftest import watch
from tests.browser.world import World
from tests.running import Demo

pytestmark = pytest.mark.browser
PAGES = [
    *(("nobody", name, go) for name, go in world.EVERYBODY.items()),
    *(("joiner", name, go) for name, go in world.JOINERS.items()),
    *(("member", name, go) for name, go in world.MEMBERS.items()),
]
Desk = tuple[Page, list[str]]
AXE = Axe().axe_script
NAMES = [name for _, name, _ in PAGES]
SEEN = ((1280, "light"), (375, "light"), (320, "dark"))
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def here(browser: Browser, running_demo: Demo) -> Iterator[World]:
    contexts = []

    def new_page() -> Page:
        contexts.append(browser.new_context(base_url=running_demo.url))
        return contexts[-1].new_page()

    yield world.make(running_demo, new_page)
    for context in contexts:
        context.close()


def test_no_page_is_left_out(app: Flask) -> None:
    shown = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    looked_at = {name.split(":")[0] for _, name, _ in PAGES} - {"leave.act", "reply.act"}
    assert looked_at == shown - world.NOT_PAGES


@pytest.fixture(scope="module", params=LANGUAGES)
def spoken(request: pytest.FixtureRequest, running_demo: Demo, here: World) -> Iterator[str]:
    """The language of everybody: all tests in one, then all in the next."""
    world.speak(running_demo, request.param)
    yield request.param
    world.speak(running_demo, "en")


@pytest.fixture(scope="module")
def desks(browser: Browser, running_demo: Demo, here: World, spoken: str) -> Iterator[dict[str, Desk]]:
    """A page of each kind of person, kept for all tests here: a new one for each would load everything anew."""
    states: dict[str, Any] = {"nobody": None, "joiner": here.joiner, "member": here.member}
    opened = {}
    for who, state in states.items():
        context = browser.new_context(
            base_url=running_demo.url, storage_state=state, reduced_motion="reduce", locale=spoken
        )
        context.set_default_timeout(15_000)
        wrong: list[str] = []
        watch(context, wrong)
        opened[who] = (context.new_page(), wrong)
    yield opened
    for page, _ in opened.values():
        page.context.close()


def looked_at(page: Page) -> AxeResults:
    """What axe finds. Its script is put into a page once: that takes longer than to run it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return AxeResults(page.evaluate("axe.run({resultTypes: ['violations']})"))


@pytest.mark.parametrize(("who", "name", "go"), PAGES, ids=NAMES)
def test_a_page_is_for_everybody(
    desks: dict[str, Desk], here: World, spoken: str, who: str, name: str, go: world.Go, pytestconfig: pytest.Config
) -> None:
    """In the short form, translated pages are seen light or dark, in turn; English ones, and all in the long form, both."""
    page, wrong = desks[who]
    go(page, here)
    assert page.evaluate("document.documentElement.lang") == spoken
    turn = (NAMES.index(name) + list(LANGUAGES).index(spoken)) % 2
    schemes = SCHEMES if spoken == "en" or pytestconfig.getoption("--run-long") else SCHEMES[turn : turn + 1]
    for width, scheme in SEEN:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width != 375 and scheme in schemes:
            found = looked_at(page)
            assert found.violations_count == 0, found.generate_report()
    assert wrong == []


RING = """element => [element, element.nextElementSibling].some(e => {
    const style = e && getComputedStyle(e)
    return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
})"""


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus; on the way there is always a ring to be seen, and nothing twice."""
    seen = []
    for _ in range(120):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        assert focus.count() == 1, "the focus left the page"
        assert focus.evaluate(RING), f"no ring on {focus.evaluate('e => e.outerHTML')}"
        seen.append(focus.evaluate("e => e.outerHTML"))
        if target.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"never reached; on the way were {seen}")


def test_joining_by_keyboard(page: Page, running_demo: Demo) -> None:
    page.goto("/join")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_have_text("Skip to the content")
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Mail address"))
    tab_to(page, page.get_by_role("main").get_by_role("button", name="Join"))
    page.keyboard.press("Enter")
    mistakes = page.get_by_role("alert")
    expect(mistakes).to_be_focused()
    tab_to(page, mistakes.get_by_role("link").first)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Mail address")).to_be_focused()
    page.keyboard.type("by.keyboard@example.org")
    tab_to(page, page.get_by_label("What should we call you?"))
    page.keyboard.type("Key")
    tab_to(page, page.get_by_role("checkbox", name="Newsletter"))
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="Newsletter")).to_be_checked()
    tab_to(page, page.get_by_role("main").get_by_role("button", name="Join"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your inbox")

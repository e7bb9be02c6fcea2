"""Every page for everybody: axe finds nothing in any language, light and dark; nothing runs out of the window; the
keyboard is enough."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from portal.languages import LANGUAGES
from tests.browser import desk_pages, world
from tests.browser.conftest import watch
from tests.browser.keyboard import tab_to
from tests.browser.world import World
from tests.running import Demo

pytestmark = pytest.mark.browser
PAGES = [
    *(("nobody", name, go) for name, go in world.EVERYBODY.items()),
    *(("joiner", name, go) for name, go in world.JOINERS.items()),
    *(("nobody", name, go) for name, go in desk_pages.DOORS.items()),
    *(("admin", name, go) for name, go in desk_pages.ROOMS.items()),
    *(("member", name, go) for name, go in world.MEMBERS.items()),
]
Desk = tuple[Page, list[str]]
AXE = Axe().axe_script
NAMES = [name for _, name, _ in PAGES]
DESK = {*desk_pages.DOORS, *desk_pages.ROOMS}
SEEN = ((1280, "light"), (375, "light"), (320, "dark"))
MORE_AT_THE_DESK = ((1600, "light"), (1280, "dark"), (320, "light"))
SCHEMES = ("light", "dark")


def cases() -> Iterator[Any]:
    """Every page in every language. In the short form each page at the desk is seen in English and in one of the others
    or in none: most words there are the same as on the page before."""
    for place, language in enumerate(LANGUAGES):
        for position, page in enumerate(PAGES):
            rare = language != "en" and page[1] in DESK and (position + place) % 3
            marks = [pytest.mark.long] if rare else []
            yield pytest.param(language, *page, id=f"{language}-{page[1]}", marks=marks)


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


class Desks:
    """A page of each kind of person, kept for all tests in one language: a new one for each would load everything anew."""

    def __init__(self, browser: Browser, demo: Demo, here: World) -> None:
        self.browser, self.demo, self.language = browser, demo, ""
        self.states = {"nobody": None, "joiner": here.joiner, "member": here.member, "admin": here.admin}
        self.opened: dict[str, Desk] = {}

    def of(self, who: str, language: str) -> Desk:
        """Somebody's page, and what went wrong on it so far. Everybody speaks this language from now on."""
        if language != self.language:
            self.close()
            world.speak(self.demo, language)
            self.language, self.opened = language, {who: self._open(who, language) for who in self.states}
        if who == "admin":
            world.prove(self.demo)
        return self.opened[who]

    def _open(self, who: str, language: str) -> Desk:
        context = self.browser.new_context(
            base_url=self.demo.url, storage_state=self.states[who], reduced_motion="reduce", locale=language
        )
        context.set_default_timeout(15_000)
        wrong: list[str] = []
        watch(context, wrong)
        return context.new_page(), wrong

    def close(self) -> None:
        for page, _ in self.opened.values():
            page.context.close()


@pytest.fixture(scope="module")
def desks(browser: Browser, running_demo: Demo, here: World) -> Iterator[Desks]:
    made = Desks(browser, running_demo, here)
    yield made
    made.close()
    world.speak(running_demo, "en")


def looked_at(page: Page) -> AxeResults:
    """What axe finds. Its script is put into a page once: that takes longer than to run it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return AxeResults(page.evaluate("axe.run({resultTypes: ['violations']})"))


@pytest.mark.parametrize(("language", "who", "name", "go"), list(cases()))
def test_a_page_is_for_everybody(
    desks: Desks, here: World, language: str, who: str, name: str, go: world.Go, pytestconfig: pytest.Config
) -> None:
    page, wrong = desks.of(who, language)
    wrong.clear()
    go(page, here)
    assert page.evaluate("document.documentElement.lang") == language
    for width, scheme, closely in looks(name, language, pytestconfig.getoption("--run-long")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if closely:
            found = looked_at(page)
            assert found.violations_count == 0, found.generate_report()
    assert wrong == []


def looks(name: str, language: str, long: bool) -> Iterator[tuple[int, str, bool]]:
    """In which windows and schemes a page is seen, and whether axe looks at it. In the short form, translated pages are
    seen light or dark, in turn; English ones, and all in the long form, both. At the desk windows are wide, too, and the
    long form sees each scheme in each of two of them."""
    turn = (NAMES.index(name) + list(LANGUAGES).index(language)) % 2
    schemes = SCHEMES if language == "en" or long else SCHEMES[turn : turn + 1]
    seen = (*SEEN, *MORE_AT_THE_DESK[: None if long else 1]) if name in DESK else SEEN
    for width, scheme in seen:
        yield width, scheme, width in {1280, 320} and scheme in schemes


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

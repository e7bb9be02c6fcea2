"""A page in Chromium that fails its test for any error in the console, a broken Content-Security-Policy included."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.running import Demo

NewPage = Callable[..., Page]


def watch(context: BrowserContext, wrong: list[str]) -> None:
    """Note every error of a browser's console in `wrong`."""

    def heard(message: ConsoleMessage) -> None:
        # A page that answers 404 or 410 on purpose is an error to Chromium, not to us.
        if message.type == "error" and "Failed to load resource" not in message.text:
            wrong.append(f"{message.page.url if message.page else ''}: {message.text}")

    context.on("console", heard)
    context.on("weberror", lambda error: wrong.append(str(error.error)))


@pytest.fixture
def new_page(browser: Browser, running_demo: Demo) -> Iterator[NewPage]:
    """Open a page in a browser of its own, without cookies, at the running demo."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def make(**options: object) -> Page:
        context = browser.new_context(base_url=running_demo.url, **options)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        watch(context, wrong)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One page on a desk."""
    return new_page(viewport={"width": 1280, "height": 900})

"""A newsletter by plain forms: written, given a segment of two lines, seen as it arrives, and sent, without JavaScript."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.running import Demo, until

pytestmark = pytest.mark.browser
SUBJECT, SEGMENT = "Without a script", "Any way they like"
WORDS = "Hello [[name|there]],\n\nnothing here needs a script.\n"


@pytest.fixture
def page(new_page: NewPage, running_demo: Demo) -> Page:
    """The recruiter of the demo, in a browser that runs no scripts."""
    page = new_page(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    page.goto("/dev/desk")
    page.get_by_role("button", name="Take the place of Tobias Wendt").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tobias")
    return page


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def press(page: Page, name: str | re.Pattern[str]) -> None:
    main(page).get_by_role("button", name=name).first.click()


def follow(page: Page, name: str) -> None:
    main(page).get_by_role("link", name=name).first.click()


def number(words: str) -> int:
    return int(re.findall(r"\d[\d,]*", words)[0].replace(",", ""))


def test_a_newsletter_by_plain_forms(page: Page, running_demo: Demo) -> None:
    written(page)
    segment_built(page)
    reached = chosen(page)
    sent(page, reached)
    assert until(lambda: got(page), "the first of them", 60) <= reached


def got(page: Page) -> int:
    """How many have got it, as the page says when it is asked again."""
    page.reload()
    expect(page.locator("#progress")).to_contain_text(re.compile("Under way|Waits for the hours|Done"))
    return number(page.locator("ul.numbers strong").first.inner_text())


def written(page: Page) -> None:
    page.goto("/desk/newsletters")
    follow(page, "New newsletter")
    page.get_by_label("Subject").fill(SUBJECT)
    press(page, "Begin to write")
    page.get_by_label("Preview line").fill("By plain forms.")
    page.locator("#body").fill(WORDS)
    press(page, re.compile("^Save$"))
    expect(page.locator("#body")).to_have_value(re.compile("nothing here needs a script"))
    expect(page.frame_locator("#preview iframe").first.locator("body")).to_contain_text("nothing here needs a script")


def segment_built(page: Page) -> None:
    page.goto("/desk/segments/new")
    page.get_by_label("Name", exact=True).fill(SEGMENT)
    page.get_by_label("In a sentence").fill("Whoever works one way or another.")
    for line, choice in (("How they want to work", "remote"), ("What interests them", "Data engineering")):
        page.locator("#add-line").get_by_role("button", name=line, exact=True).click()
        page.get_by_role("checkbox", name=re.compile(choice, re.I)).first.check()
    press(page, re.compile("^Save$"))
    expect(main(page)).to_contain_text(re.compile(r"It selects \d+ members now\."))
    expect(main(page)).to_contain_text("Data engineering")


def chosen(page: Page) -> int:
    page.goto("/desk/newsletters")
    follow(page, SUBJECT)
    page.get_by_role("navigation", name="Steps of this").get_by_role("link", name="Who gets it", exact=True).click()
    page.get_by_role("radio", name=SEGMENT).check(force=True)
    press(page, "Choose this segment")
    found = [number(words) for words in page.locator("ul.numbers strong").all_inner_texts()]
    assert found[0] == found[1] + found[2]
    follow(page, "Go on: send")
    return found[1]


def sent(page: Page, reached: int) -> None:
    follow(page, "Look at it once more, and send")
    if page.get_by_role("heading", level=1).inner_text() == "Is it still you?":
        password, code = page.locator("code").all_inner_texts()
        page.get_by_label("Password").fill(password)
        page.get_by_label("Code").fill(code)
        press(page, "Go on")
    button = main(page).get_by_role("button", name=re.compile(r"Send to \d+ members$"))
    assert number(button.inner_text()) == reached
    button.click()
    expect(page.locator("#progress .pill").first).to_be_visible()

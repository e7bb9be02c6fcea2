"""All of the page of preferences by keyboard, at 375 pixels, in German: nothing is clicked. What a label is called is
looked up as the page does it, so this holds in any language."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from portal.audience.queries.options import city, country
from portal.audience.queries.sentence import day_name
from portal.audience.queries.words import CHANNEL_WORDS, PURPOSE_WORDS, TITLES, at_most
from portal.clock import now
from portal.languages import day, speaking
from portal.languages import gettext as _
from tests.browser.conftest import NewPage
from tests.running import Demo

pytestmark = pytest.mark.browser
TICKED = ("interests", "work_modes", "places", "levels", "unwanted_teams")
FOCUSED = """element => {
    const box = element.getBoundingClientRect(), bar = document.querySelector('.keep').getBoundingClientRect()
    const shown = [element, element.nextElementSibling].some(e => {
        const style = e && getComputedStyle(e)
        return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
    })
    const free = element.closest('.keep') || box.top < bar.top
    return shown && free && box.bottom > 0 && box.left >= 0 && box.right <= innerWidth + 1
}"""


@pytest.fixture
def german(app: Flask) -> Iterator[None]:
    with speaking("de"):
        yield


@pytest.fixture
def page(new_page: NewPage, running_demo: Demo) -> Page:
    """Signed in, on a phone."""
    page = new_page(viewport={"width": 375, "height": 812}, has_touch=True, reduced_motion="reduce")
    page.goto(running_demo.doors[1])
    page.get_by_role("main").get_by_role("button").first.press("Enter")
    page.wait_for_url("**/me")
    page.goto("/me/preferences")
    return page


def reach(page: Page, target: Locator) -> Locator:
    """Press Tab until the target has the focus, which can be seen wherever it is."""
    for _number in range(130):
        page.keyboard.press("Tab")
        if target.evaluate("e => e === document.activeElement"):
            assert target.evaluate(FOCUSED), target.evaluate("e => e.outerHTML")
            return target
    raise AssertionError(f"never reached: {target}")


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=name, exact=True)


def within(page: Page, legend: str) -> Locator:
    return page.get_by_role("group", name=legend, exact=True)


def saved(page: Page, act: Callable[[], object], words: str) -> None:
    """Do something, and wait until the page says what was saved."""
    act()
    expect(page.locator("#said")).to_contain_text(words)


def press(page: Page, target: Locator, key: str, words: str) -> None:
    reach(page, target)
    saved(page, lambda: page.keyboard.press(key), words)


def tick(page: Page, legend: str, name: str) -> None:
    """Tick the first of a group that is not ticked yet."""
    press(page, within(page, legend).get_by_role("checkbox", checked=False).first, "Space", f"{_title(name)}: ")


def write(page: Page, target: Locator, text: str, words: str) -> None:
    """Type into a line and go on, which is when it is saved."""
    reach(page, target)
    page.keyboard.type(text)
    saved(page, lambda: page.keyboard.press("Tab"), words)
    page.keyboard.press("Shift+Tab")


def choose(page: Page, target: Locator, label: str, words: str) -> None:
    """Choose from a list by typing what its entry begins with."""
    reach(page, target)
    saved(page, lambda: page.keyboard.type(label), words)


def test_all_of_it_by_keyboard_on_a_phone_in_german(page: Page, german: None) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "en")
    reach(page, page.get_by_role("radio", name="English"))
    with page.expect_navigation():
        page.keyboard.press("ArrowDown")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_text("Deutsch", exact=False).first).to_be_visible()
    the_work(page)
    plans(page)
    reaching(page)
    mail(page)
    expect(page.locator("#unsaved")).to_be_hidden()
    after_reload(page)


def the_work(page: Page) -> None:
    tick(page, _title("interests"), "interests")
    skills(page)
    tick(page, _title("work_modes"), "work_modes")
    tick(page, _title("places"), "places")
    choose(page, page.get_by_label(_title("lives_in")), country("PT"), f"{_title('lives_in')}: {country('PT')}")
    tick(page, _title("levels"), "levels")
    tick(page, _title("unwanted_teams"), "unwanted_teams")
    write(page, page.get_by_label(_("At least")), "45 000", f"{_title('pay')}: € 45")
    choose(page, page.get_by_label(_("Currency")), "GBP", "£")


def skills(page: Page) -> None:
    line = page.get_by_role("combobox", name=_("Add"), exact=True)
    reach(page, line)
    page.keyboard.type("Löten, Python")
    saved(page, lambda: page.keyboard.press("Enter"), "Löten")
    expect(line).to_have_value("")
    expect(line).to_be_focused()
    expect(box(page, "Python")).to_be_checked()
    box(page, "Löten").focus()
    page.keyboard.press("Space")
    expect(page.locator("#said")).not_to_contain_text("Löten")
    expect(box(page, "Löten")).to_be_focused()


def plans(page: Page) -> None:
    reach(page, within(page, _("How actively are you looking?")).locator("input:checked"))
    saved(page, lambda: page.keyboard.press("ArrowDown"), f"{_title('career_stage')}: ")
    soon = (now() + timedelta(days=60)).date()
    target = page.get_by_label(_title("available_from"))
    reach(page, target)
    saved(page, lambda: _date(target, soon.isoformat()), day(soon))
    write(page, page.get_by_label(_title("next_wish")), "Etwas mit Uhren.", _title("next_wish"))


def reaching(page: Page) -> None:
    reach(page, within(page, _("How may we reach you?")).locator("input:checked"))
    saved(page, lambda: page.keyboard.press("ArrowDown"), _("Write your number below as well, so that we can call."))
    write(
        page, page.get_by_label(_title("phone")), "+351 21 000 00 00", f"{_title('channel')}: {CHANNEL_WORDS['phone']}"
    )
    choose(page, page.get_by_label(_("Call from"), exact=True), "10", _title("phone_hours"))
    press(page, box(page, _("Please do not call me at work")), "Space", f"{_title('not_at_work')}: {_('yes')}")
    tick(page, _("Hide me from these teams"), "hidden_teams")
    write(page, page.get_by_label(_("Hide me from these people")), "Rui Costa", "Rui Costa")


def mail(page: Page) -> None:
    newsletter = box(page, str(PURPOSE_WORDS["newsletter"]))
    reach(page, newsletter)
    on = newsletter.is_checked()
    for state in (not on, True):
        if newsletter.is_checked() != state:
            said = f"{PURPOSE_WORDS['newsletter']}: {_('yes') if state else _('no')}"
            saved(page, lambda: page.keyboard.press("Space"), said)
    reach(page, page.get_by_label(_title("mails_per_month")))
    page.keyboard.press("Home")
    saved(page, lambda: page.keyboard.press("ArrowDown"), at_most(2))
    sentence = page.locator("#in-words-too")
    for name in ("sat", "sun"):
        press(page, box(page, day_name(name)), "Space", _title("weekdays"))
    expect(sentence).to_contain_text(_("on weekdays"))
    choose(page, page.get_by_label(_("Mail from"), exact=True), "08", _title("mail_hours"))
    choose(page, page.locator("#mail_closes"), "18", _title("mail_hours"))
    choose(page, page.get_by_label(_title("time_zone"), exact=True), city("Europe/Lisbon"), city("Europe/Lisbon"))
    clause = _(
        "on weekdays between %(opens)s and %(closes)s in %(place)s", opens=8, closes=18, place=city("Europe/Lisbon")
    )
    expect(sentence).to_contain_text(clause)
    pause(page, sentence)


def pause(page: Page, sentence: Locator) -> None:
    until = (now() + timedelta(days=90)).date()
    words = _("nothing until %(day)s", day=day(until))
    field = page.get_by_label(_("Nothing until"))
    reach(page, field)
    saved(page, lambda: _date(field, until.isoformat()), words)
    expect(sentence).to_contain_text(words)
    expect(page.locator("#in-words")).to_have_text(sentence.inner_text())
    undo = page.locator("#said").get_by_role("button", name=_("Undo"))
    reach(page, undo)
    saved(page, lambda: page.keyboard.press("Enter"), _("Taken back. %(changes)s.", changes="")[:8])
    expect(sentence).not_to_contain_text(words)
    expect(field).to_have_value("")


def after_reload(page: Page) -> None:
    page.reload()
    expect(box(page, "Python")).to_be_checked()
    for name in TICKED:
        expect(within(page, _title(name)).get_by_role("checkbox", checked=True)).not_to_have_count(0)
    expect(page.get_by_label(_("At least"))).to_have_value("45000")
    expect(page.get_by_label(_title("phone"))).to_have_value("+351 21 000 00 00")
    expect(page.get_by_label(_title("next_wish"))).to_have_value("Etwas mit Uhren.")
    expect(page.locator("#mail_closes")).to_have_value("18")


def _title(name: str) -> str:
    return str(TITLES[name])


def _date(field: Locator, value: str) -> None:
    """A date field takes digits in the order of the browser's own language, so this fills it and leaves it."""
    field.fill(value)
    field.press("Tab")

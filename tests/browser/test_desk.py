"""The desk by keyboard alone, against the real process tree: nothing is clicked, nothing is called. A recruiter writes a
newsletter, sees it as others do, chooses whom it reaches, sends it, holds it and lets it go on."""

import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from portal import clock, create_app
from portal.config import load
from portal.db import db
from portal.mail.models import WAITING, Delivery, Mailing
from portal.mail.seams import seams
from tests.browser.conftest import NewPage
from tests.browser.keyboard import choose, follow, press, tab_to, write
from tests.browser.world import links_of
from tests.conftest import dispose
from tests.demo.test_tree import family
from tests.running import Demo, until

pytestmark = pytest.mark.browser
ME = "tobias@talent.example.org"
SUBJECT, SEGMENT = "By keyboard", "Data from home"
WORDS = """\
Hello [[name|there]],

The part for everybody.

::: for interest=data-engineering
The part about data.
:::

::: insights
"""
OVER = re.compile("Done|Waits for the hours")


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """Mail, counts and previews take a moment where many tests run at once."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def page(new_page: NewPage, running_demo: Demo) -> Page:
    """The recruiter of the demo, on a laptop whose dates are written month first."""
    page = new_page(viewport={"width": 1280, "height": 900}, locale="en-US", reduced_motion="reduce")
    page.set_default_timeout(60_000)
    page.goto("/dev/desk")
    follow(page, page.get_by_role("button", name="Take the place of Tobias Wendt"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tobias")
    return page


def asked(demo: Demo, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What the demo's database finds, or changes."""
    with closing(sqlite3.connect(demo.var / "portal.db", timeout=30)) as database, database:
        return database.execute(query, values).fetchall()


def somebody(demo: Demo, interested: bool) -> tuple[str, str]:
    """Name and address of a member who has chosen data engineering, or has not."""
    query = """SELECT name, address FROM member WHERE confirmed_at IS NOT NULL AND address IS NOT NULL
        AND EXISTS (SELECT * FROM member_interest JOIN interest ON interest.id = interest_id
        WHERE member_id = member.id AND slug = 'data-engineering') = ? ORDER BY member.id DESC LIMIT 1"""
    (found,) = asked(demo, query, interested)
    return found[0], found[1]


def chosen(demo: Demo, member: str) -> tuple[str, bool]:
    """A member's name, and whether they have chosen data engineering."""
    query = """SELECT name, EXISTS (SELECT * FROM member_interest JOIN interest ON interest.id = interest_id
        WHERE member_id = member.id AND slug = 'data-engineering') FROM member WHERE id = ?"""
    (found,) = asked(demo, query, member)
    return found[0], bool(found[1])


@contextmanager
def nothing_taken(demo: Demo) -> Iterator[None]:
    """The mail server answers nobody for a while: what goes out is held up in the middle."""
    asleep = [pid for pid in family(demo.process.pid) if b"aiosmtpd" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert asleep
    try:
        for pid in asleep:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in asleep:
            os.kill(pid, signal.SIGCONT)


def room(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="The desk").get_by_role("link", name=name, exact=True)


def step(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Steps of this").get_by_role("link", name=name, exact=True)


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("link", name=name)


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=name)


def number(words: str) -> int:
    """The first number in a text."""
    return int(re.findall(r"\d[\d,]*", words)[0].replace(",", ""))


def numbers(page: Page) -> list[int]:
    """The three large numbers of a page."""
    return [number(words) for words in page.locator("ul.numbers strong").all_inner_texts()]


def test_a_newsletter_from_the_first_word_to_the_result(page: Page, running_demo: Demo) -> None:
    written(page)
    previewed(page, running_demo)
    matching = segment_built(page)
    match, reached, held = audience_read(page)
    assert match == matching == reached + held
    assert 3 < reached < 100
    copy_sent(page, running_demo)
    planned_and_taken_back(page, running_demo)
    assert sent(page, running_demo) == reached
    got, left, selected = result(page)
    assert selected == match
    assert got + left - asleep_and_refused(running_demo) == reached


def asleep_and_refused(demo: Demo) -> int:
    """Of those who wait for their hours, how many do not get it: announced as such, and named when their hours come."""
    app = create_app(load({}, demo.var / "portal.env"))
    with app.app_context():
        waits = (
            select(func.count(Delivery.id))
            .join(Mailing, Mailing.id == Delivery.mailing_id)
            .where(Mailing.subject == SUBJECT, Delivery.state.in_(WAITING))
        )
        count = db.session.scalar(waits.where(seams().refusal(clock.now()).is_not(None)))
    dispose(app)
    return count or 0


def written(page: Page) -> None:
    follow(page, room(page, "Newsletters"))
    follow(page, link(page, "New newsletter"))
    write(page, page.get_by_label("Subject"), SUBJECT)
    follow(page, button(page, "Begin to write"))
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    write(page, page.get_by_label("Preview line"), "Nothing was clicked.")
    write(page, page.locator("#body"), WORDS)
    expect(page.locator("#panel")).to_contain_text("Saved")
    frame = page.frame_locator("#preview iframe:not(.coming)")
    expect(frame.locator("body")).to_contain_text("The part for everybody.")
    expect(frame.locator("body")).to_contain_text("The part about data.")


def previewed(page: Page, demo: Demo) -> None:
    """As three members, of whom one gets the part for some and one does not, and as somebody who told us nothing."""
    copy = page.frame_locator("#preview iframe:not(.coming)").locator("body")
    reading, left_out = page.get_by_label("As read by"), "Not in this copy: “The part about data.”"
    for interested in (True, False):
        name, address = somebody(demo, interested)
        press(page, page.get_by_text("As a certain member"))
        write(page, page.get_by_label("Find a member by name or address"), address)
        page.keyboard.press("Enter")
        press(page, page.locator("#found li").filter(has_text=address).get_by_role("link"))
        expect(reading).to_contain_text(address)
        expect(copy).to_contain_text(f"Hello {name},")
        expect(copy).to_contain_text("The part about data.")
        assert (left_out in copy.inner_text()) == (not interested)
        expect(page.locator("#its-parts")).to_contain_text("In this copy" if interested else "Left out")
    before = reading.input_value()
    press(page, page.locator("#member-before"))
    expect(reading).not_to_have_value(before)
    name, interested = chosen(demo, reading.input_value())
    expect(copy).to_contain_text(f"Hello {name},")
    assert (left_out in copy.inner_text()) == (not interested)
    tab_to(page, reading, around=True)
    page.keyboard.press("End")
    expect(copy).to_contain_text("Hello there,")
    expect(copy).to_contain_text(left_out)
    expect(reading).to_be_focused()


def segment_built(page: Page) -> int:
    follow(page, button(page, "Save and go on: who gets it"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Who gets “{SUBJECT}”")
    follow(page, link(page, "Build a new segment"))
    write(page, page.get_by_label("Name", exact=True), SEGMENT)
    write(page, page.get_by_label("In a sentence"), "For one test, who would work on data where they live.")
    result, adding = page.locator("#result"), page.locator("#add-line")
    everybody = number(result.locator(".match").inner_text())
    press(page, adding.get_by_role("button", name="What interests them", exact=True))
    press(page, page.get_by_role("checkbox", name="Data engineering"), "Space")
    expect(result.locator(".say")).to_contain_text("Data engineering")
    press(page, adding.get_by_role("button", name="How they want to work", exact=True))
    press(page, page.get_by_role("checkbox", name=re.compile("remote", re.I)), "Space")
    expect(result.locator(".say")).to_contain_text("remote")
    expect(result.locator(".say")).to_contain_text("Data engineering")
    matching = number(result.locator(".match").inner_text())
    assert 3 < matching < everybody
    expect(page.locator("#people li").first).to_be_visible()
    follow(page, button(page, re.compile("^Save$")))
    expect(page.get_by_role("main")).to_contain_text(f"It selects {matching} members now.")
    return matching


def audience_read(page: Page) -> list[int]:
    follow(page, room(page, "Newsletters"))
    follow(page, link(page, SUBJECT))
    follow(page, step(page, "Who gets it"))
    choose(page, page.get_by_role("radio", name=SEGMENT))
    follow(page, button(page, "Choose this segment"))
    expect(page.get_by_role("heading", level=2).first).to_have_text(SEGMENT)
    found = numbers(page)
    reasons = page.locator("section[aria-labelledby=reach] ul.rows a[href*='/held/'] strong").all_inner_texts()
    assert sum(map(number, reasons)) == found[2]
    parts = page.locator("section[aria-labelledby=parts] tbody tr")
    expect(parts.filter(has_text="Data engineering").locator(".amount")).to_have_text(str(found[1]))
    follow(page, link(page, "Go on: send"))
    return found


def copy_sent(page: Page, demo: Demo) -> None:
    expect(page.get_by_role("checkbox", name="Tobias Wendt (you)")).to_be_checked()
    follow(page, button(page, "Send the copy"))
    expect(page.get_by_role("main")).to_contain_text("A copy is on its way.")
    at = page.url
    until(lambda: demo.caught(ME), "the copy")
    page.goto(f"/dev/outbox?to={ME}")
    follow(page, link(page, f"[Test] {SUBJECT}"))
    expect(page.locator("pre").first).to_contain_text("The part about data.")
    page.goto(at)


def when(page: Page, name: str) -> None:
    choose(page, page.get_by_role("radio", name=name))


def planned_and_taken_back(page: Page, demo: Demo) -> None:
    soon = datetime.now(UTC) + timedelta(days=2)
    when(page, "At a time")
    tab_to(page, page.get_by_label("Day and time"))
    page.keyboard.type(soon.strftime("%m%d%Y"))
    page.keyboard.press("ArrowRight")
    page.keyboard.type("1030AM")
    follow(page, button(page, "Choose this time"))
    expect(page.get_by_label("Day and time")).to_have_value(f"{soon:%Y-%m-%d}T10:30")
    # as if the recruiter had signed in some time ago
    asked(demo, "UPDATE desk_session SET proved_at = datetime(proved_at, '-20 minutes')")
    follow(page, link(page, "Look at it once more, and send"))
    proved(page)
    follow(page, button(page, re.compile(r"Send to \d+ members on")))
    expect(page.locator("#progress")).to_contain_text("Planned")
    expect(page.locator("#progress")).to_contain_text("10:30")
    follow(page, button(page, "Take it back"))
    expect(page.get_by_role("main")).to_contain_text("Taken back: nothing was sent.")


def proved(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    password, code = page.locator("code").all_inner_texts()
    write(page, page.get_by_label("Password"), password)
    write(page, page.get_by_label("Code"), code)
    follow(page, button(page, "Go on"))


def sent(page: Page, demo: Demo) -> int:
    """Send it, hold it while it is under way, and let it go on; how many it said that it goes to."""
    when(page, "Right away")
    follow(page, button(page, "Choose this time"))
    follow(page, link(page, "Look at it once more, and send"))
    send = button(page, re.compile(r"Send to \d+ members$"))
    count, pill = number(send.inner_text()), page.locator("#progress .pill").first
    with nothing_taken(demo):
        follow(page, send)
        expect(pill).to_have_text("Under way")
        follow(page, button(page, re.compile("^Pause")))
        expect(pill).to_have_text("Paused")
        expect(page.get_by_role("main")).to_contain_text("Paused: nothing more begins until you go on.")
    assert numbers(page)[0] < count
    follow(page, button(page, re.compile("^Go on")))
    expect(pill).not_to_have_text("Paused")
    return count


def result(page: Page) -> list[int]:
    """How many got it, get it later, and were selected, once the page has come to its end by itself."""
    expect(page.locator("#progress .pill").first).to_have_text(OVER)
    found = numbers(page)
    assert found[0] > 0
    rows = page.locator("table.states .amount").all_inner_texts()
    assert sum(map(number, rows)) == found[2]
    return found


def correspondent(demo: Demo) -> tuple[str, str]:
    """Name and address of a member who agreed to personal letters only, and takes them at any time."""
    query = """SELECT name, address FROM member WHERE confirmed_at IS NOT NULL AND address IS NOT NULL
        AND mail_opens = 0 AND mail_closes = 24 AND weekdays = 127 AND paused_until IS NULL AND pause_until IS NULL AND language = 'en'
        AND NOT EXISTS (SELECT * FROM suppression WHERE member_id = member.id)
        AND (SELECT group_concat(purpose) FROM consent WHERE member_id = member.id AND withdrawn_at IS NULL) = 'check_ins'
        ORDER BY id LIMIT 1"""
    (found,) = asked(demo, query)
    return found[0], found[1]


def test_a_letter_to_one_person_and_the_answer(page: Page, new_page: NewPage, running_demo: Demo) -> None:
    name, address = correspondent(running_demo)
    letter_written(page, name, address)
    answered(new_page(), running_demo, address)
    page.goto("/desk")
    follow(page, link(page, "Read the replies"))
    reply = page.get_by_role("main").get_by_role("listitem").filter(has_text=name).filter(has_text="“A bench for you”")
    expect(reply).to_contain_text("Tell me more")
    expect(reply).to_contain_text("Which bench is it?")
    follow(page, reply.get_by_role("button", name="Mark as seen to"))
    expect(reply).to_have_count(0)


def letter_written(page: Page, name: str, address: str) -> None:
    """Find somebody, write to them with something to read, see how it arrives, and send it."""
    follow(page, room(page, "People"))
    write(page, page.get_by_role("searchbox"), address)
    found = page.locator("#people li").filter(has_text=address)
    expect(page.locator("#people li")).to_have_count(1)
    follow(page, found.get_by_role("link"))
    follow(page, link(page, f"Write to {name}"))
    write(page, page.get_by_label("Subject"), "A bench for you")
    write(page, page.locator("#body"), "Hello [[name|there]],\n\nthere is a bench by the window now.\n")
    tab_to(page, page.get_by_label("Attach something to read"))
    page.keyboard.type("What happens after")
    expect(page.locator("#kept")).to_contain_text("Only you see it.")
    follow(page, button(page, "Look at it"))
    expect(page.frame_locator("iframe").first.locator("body")).to_contain_text(f"Hello {name},")
    follow(page, link(page, "Go on to sending"))
    follow(page, button(page, f"Send to {name}"))
    expect(page.get_by_role("main")).to_contain_text("Your letter is on its way.")


def answered(page: Page, demo: Demo, address: str) -> None:
    """As the member: the mail says who wrote it, and a button in it leads to where one answers."""
    mail = until(lambda: [m for m in demo.caught(address) if b"A bench for you" in m], "the letter")[0]
    message = message_from_bytes(mail, policy=policy.default)
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Tobias Wendt" in str(message["From"])
    assert message["Reply-To"] == ME
    assert "there is a bench by the window now." in text
    assert "/insights/what-happens-after-you-apply" in text
    page.goto(next(path for path in links_of(mail) if path.startswith("/reply/")))
    expect(page.get_by_role("heading", level=1)).to_have_text("What shall we tell Tobias Wendt?")
    choose(page, page.get_by_role("radio", name="Tell me more"))
    write(page, page.get_by_role("textbox"), "Which bench is it?")
    follow(page, button(page, "tell me more"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, that is said")

"""The main job, end to end, in a browser against the real process tree: nothing is called, all is clicked."""

import re
from email import message_from_bytes, policy
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.running import ENDS, OVER, Demo, until

pytestmark = pytest.mark.browser

ADDRESS = "noor.lindqvist@example.org"
FRONT = "---\nsubject: {subject}\npreview: A letter for this test.\nsegment: {segment}\nsender: Ana Figueiredo\n---\n"
LETTER = """\
Hello [[name|there]],

The part for everybody.

::: for interest=data-engineering
The part about data.
:::

::: for interest=embedded-software
The part about firmware.
:::

::: for work_mode=remote,hybrid
The part about working from home.
:::

::: for work_mode=onsite
The part about the workshop.
:::
"""


def issue(demo: Demo, slug: str, subject: str, segment: str) -> int:
    """Write an issue and schedule it for now, as an author would; returns the campaign's number."""
    file = demo.cwd / f"{slug}.md"
    file.write_text(FRONT.format(subject=subject, segment=segment) + LETTER)
    said = demo.portal("campaign", "schedule", str(file))
    return int(re.findall(r"Campaign (\d+)", said)[0])


def open_mail(page: Page, subject: str) -> None:
    """Find the newest mail to our address in the outbox and open it, reloading as somebody would who waits for it."""
    page.goto("/dev/outbox")
    page.get_by_label("Only mail to").fill(ADDRESS)
    with page.expect_navigation():
        page.get_by_role("button", name="Look").click()
    link = page.get_by_role("link", name=subject)

    def there() -> bool:
        page.reload()
        return link.count() > 0

    until(there, f"a mail “{subject}”")
    link.first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(subject)


def tick(page: Page, words: str) -> None:
    """Click on the words beside a box: they lie over it."""
    page.get_by_role("main").get_by_text(words, exact=True).click()


def follow(page: Page, words: str) -> None:
    """Follow a link of the mail that is open."""
    page.get_by_role("region", name="Its links").get_by_role("link", name=words).click()


def join(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Join").click()
    page.get_by_label("Mail address").fill(ADDRESS)
    page.get_by_label("What should we call you?").fill("Noor")
    assert page.get_by_role("checkbox").evaluate_all("boxes => boxes.filter(box => box.checked).length") == 0
    tick(page, "Newsletter")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your inbox")
    open_mail(page, "Is this you? Please confirm for Fennel & Rowe")
    follow(page, "See what I agree to")
    page.get_by_role("button", name="Yes, let me in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are in")


def choose(page: Page) -> None:
    page.get_by_role("checkbox", name="Data engineering").check()
    tick(page, "Remote")
    page.get_by_role("button", name="Save").click()
    expect(
        page.get_by_text("Saved. What interests you: Data engineering; How you want to work: remote.")
    ).to_be_visible()


def test_join_choose_read_lower_leave_and_come_back(page: Page, running_demo: Demo) -> None:
    join(page)
    choose(page)
    read_a_letter(page, running_demo)
    lower(page)
    leave_in_mid_send(page, running_demo)
    sign_in_again(page)


def read_a_letter(page: Page, demo: Demo) -> None:
    campaign = issue(demo, "only-for-this-test", "Only what you chose", "newcomers")
    open_mail(page, "Only what you chose")
    mail = page.frame_locator("iframe").locator("body")
    expect(mail).to_contain_text("Hello Noor,")
    for part, got in [
        ("everybody", True),
        ("data", True),
        ("firmware", False),
        ("working from home", True),
        ("workshop", False),
    ]:
        assert (re.search(f"The part (for|about) (the )?{part}", mail.inner_text()) is not None) == got, part
    (data,) = [mail for mail in demo.caught(ADDRESS) if b"Subject: Only what you chose" in mail]
    message = message_from_bytes(data, policy=policy.default)
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "about data" in text
    assert "firmware" not in text
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = until(lambda: _done(demo, campaign), "the end of the first campaign")
    assert set(found["states"]) <= ENDS  # of the same moment: when an hour strikes, some are due that were held


def lower(page: Page) -> None:
    follow(page, "Change what you get")
    expect(page.get_by_role("heading", level=1)).to_have_text("Less mail")
    expect(page.locator("main")).not_to_contain_text(ADDRESS)
    page.get_by_label("How much mail is right?").select_option("At most two mails")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It holds from this moment on.")).to_be_visible()
    expect(page.get_by_role("combobox")).to_contain_text("At most two mails, as it is now")


def leave_in_mid_send(page: Page, demo: Demo) -> None:
    open_mail(page, "Only what you chose")
    follow(page, "Leave")
    at_rest = demo.count()
    campaign = issue(demo, "to-everyone", "To everyone", "everyone")
    until(lambda: demo.count() > at_rest, "the beginning of the second campaign")
    page.get_by_role("button", name="Leave", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have left")
    when_left = demo.count()
    done = until(lambda: _done(demo, campaign), "the end of the second campaign", 120)
    assert demo.count() > when_left + 1, "the send was over before one could leave it"
    assert sum(done["states"].values()) == done["total"]
    assert not [mail for mail in demo.caught(ADDRESS) if b"Subject: To everyone" in mail]
    assert "To everyone" not in page.goto(f"/dev/outbox?to={ADDRESS}").text()  # type: ignore[union-attr]


def _done(demo: Demo, campaign: int) -> dict[str, Any] | None:
    found = demo.status(campaign)
    return found if found["phase"] in OVER else None


def sign_in_again(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/me/preferences")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("Mail address").fill(ADDRESS)
    page.get_by_role("button", name="Send me a link").click()
    open_mail(page, "Your link to sign in at Fennel & Rowe")
    follow(page, "Sign in")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What you get, and how much")
    expect(page.get_by_role("checkbox", name="Newsletter")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="Data engineering")).to_be_checked()

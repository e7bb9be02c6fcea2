"""Every page that a person can see, and how to get there. A page without a line here fails a test."""

import gettext
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

from playwright.sync_api import Page

from portal.audience.queries.wording import CURRENT
from tests.browser import desk_pages
from tests.running import ROOT, Demo, until

JOINER = "ilse.axe@example.org"
READER = "mira.solberg@example.org"
LOOKER = "duarte.pestana@example.org"
"""Whose door is looked at, and not opened."""
CHANGER = "edith.holroyd@example.org"
"""Who changes her address."""


@dataclass(frozen=True)
class World:
    """What the pages need: who is signed in (as a browser's stored state), who asked to join, tokens, a mail; `desk`: what
    the admin has, by name."""

    member: Any
    admin: Any
    desk: dict[str, str]
    joiner: Any
    unsubscribe: str
    preferences: str
    why: str
    replies: list[str]
    confirm: str
    sign_in: str
    new_address: str
    old_address: str
    keep: str
    early: str
    fit: str
    why_openings: str
    mail: str


def links_of(mail: bytes) -> list[str]:
    """The addresses in the text part of a mail, as paths."""
    text = message_from_bytes(mail, policy=policy.default).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    return re.findall(r"http://127\.0\.0\.1:\d+(/\S+)", text)


def make(demo: Demo, new_page: Callable[..., Page]) -> World:
    """Bring the running demo to where every page has something to show."""
    an_insight_for_members(demo)
    found = links_of(until(lambda: [m for m in demo.caught(READER) if b"/reply/" in m], "the newsletter", 60)[0])
    alert = links_of(until(lambda: [m for m in demo.caught(READER) if b"/openings/" in m], "an early opening", 60)[0])
    theirs, another = new_page(), new_page()
    signed_in(theirs, demo.doors[0])
    signed_in(another, demo.doors[2])
    return World(
        desk=desk_pages.make(demo, READER),
        admin=desk_pages.signed_in(new_page()),
        new_address=another_address(demo, theirs, "mira@another.example.org"),
        member=theirs.context.storage_state(),
        old_address=changed_address(demo, another),
        keep=asked_to_stay(demo, new_page()),
        joiner=asked_to_join(new_page()),
        unsubscribe=next(path for path in found if path.startswith("/unsubscribe/")),
        preferences=next(path for path in found if path.startswith("/preferences/")),
        why=next(path for path in found if path.startswith("/why/")).partition("#")[0],
        replies=[path for path in found if path.startswith("/reply/")],
        confirm=links_of(until(lambda: demo.caught(JOINER), "the mail to confirm")[0])[0],
        sign_in="/" + demo.doors[1].split("/", 3)[3],
        early=next(path for path in alert if path.startswith("/openings/")),
        fit=next(path for path in alert if path.startswith("/fit/")),
        why_openings=next(path for path in alert if path.startswith("/why/")).partition("#")[0],
        mail=max(path.name for path in (demo.var / "maildir" / "new").iterdir()),
    )


def an_insight_for_members(demo: Demo) -> None:
    content = demo.cwd / "content"
    shutil.copytree(ROOT / "content", content)
    first = sorted((content / "insights").glob("*.md"))[0]
    text = first.read_text("utf-8").replace("---\n", "---\nmembers_only: true\n", 1)
    (content / "insights" / "among-ourselves.md").write_text(text, "utf-8")
    demo.portal("content", "sync", PORTAL_CONTENT_DIR=str(content))


def signed_in(page: Page, door: str) -> Any:
    page.goto(door)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")
    return page.context.storage_state()


def another_address(demo: Demo, page: Page, address: str) -> str:
    """Ask for it; where the link leads that goes there."""
    page.goto("/me/account/address")
    page.get_by_label("Your new mail address").fill(address)
    page.get_by_role("button", name="Send a link").click()
    page.wait_for_url("**/address/code")
    return links_of(until(lambda: demo.caught(address), "the link to the new address")[0])[0]


def changed_address(demo: Demo, page: Page) -> str:
    """Change it all the way; where the link leads that goes to the one before."""
    page.goto(another_address(demo, page, "edith@another.example.org"))
    page.get_by_role("button", name="Use this address").click()
    page.wait_for_url("**/sign-in")
    found = until(lambda: [m for m in demo.caught(CHANGER) if b"/old-address/" in m], "the notice")
    return next(path for path in links_of(found[0]) if path.startswith("/old-address/"))


def asked_to_stay(demo: Demo, page: Page) -> str:
    """Let somebody have been silent for long; where the link leads that the mail about it brings."""
    with closing(sqlite3.connect(demo.var / "portal.db", timeout=30)) as database, database:
        long_ago = (datetime.now(UTC) - timedelta(days=360)).replace(tzinfo=None).isoformat(" ")
        database.execute("UPDATE member SET contact_at = ? WHERE address = ?", (long_ago, LOOKER))
        database.execute("DELETE FROM retention_watch")
    press(page, "/dev/clock", "Run what is due now")
    found = until(lambda: [m for m in demo.caught(LOOKER) if b"/keep/" in m], "the question whether to stay")
    return next(path for path in links_of(found[0]) if path.startswith("/keep/"))


def asked_to_join(page: Page) -> Any:
    page.goto("/join")
    page.get_by_label("Mail address").fill(JOINER)
    page.get_by_label("What should we call you?").fill("Ilse")
    page.get_by_role("main").get_by_text("Newsletter", exact=True).click()
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/confirm/code")
    return page.context.storage_state()


def speak(demo: Demo, language: str) -> None:
    """Let all of these people have chosen a language."""
    with closing(sqlite3.connect(demo.var / "portal.db", timeout=30)) as database, database:
        database.execute("UPDATE member SET language = ? WHERE address IN (?, ?)", (language, READER, LOOKER))
        wording = CURRENT if language == "en" else f"{CURRENT}-{language}"
        database.execute("UPDATE recruiter SET language = ?", (language,))
        database.execute("UPDATE join_request SET wording = ? WHERE address = ?", (wording, JOINER))


def prove(demo: Demo) -> None:
    """Let whoever is at the desk have just shown who they are."""
    with closing(sqlite3.connect(demo.var / "portal.db", timeout=30)) as database, database:
        now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
        database.execute("UPDATE desk_session SET proved_at = ?", (now,))


def said(page: Page, text: str) -> str:
    """A text of ours in the language of the page."""
    language = page.evaluate("document.documentElement.lang")
    return gettext.translation("messages", ROOT / "portal/translations", [language], fallback=True).gettext(text)


def press(page: Page, path: str, *buttons: str) -> None:
    page.goto(path)
    for button in buttons:
        with page.expect_navigation():  # a click alone does not wait for what it leads to
            page.get_by_role("main").get_by_role("button", name=said(page, button), exact=True).click()


def ask_for_a_download(page: Page) -> None:
    """Once: while it is being put together there is no button, and after that one for a fresh one."""
    page.goto("/me/privacy")
    button = page.locator('form[action="/me/privacy/export"] button')
    if button.count():
        with page.expect_navigation():
            button.click()


def first_opening(page: Page) -> str:
    """Where the newest of those that are open stands."""
    page.goto("/jobs")
    return str(page.locator(".openings h2 a").first.get_attribute("href"))


def change(page: Page, path: str) -> None:
    """Tick one thing, or take its tick away: it is saved at once."""
    page.goto(path)
    page.locator("#choices label.chip").first.click()
    page.locator(".told").first.wait_for()


def mistake(page: Page, path: str) -> None:
    """Write something into a line of it that cannot be kept."""
    page.goto(path)
    page.locator("#phone").fill("call me")
    page.locator("#phone").press("Tab")
    page.locator("#said .to-mend").wait_for()


def answer(page: Page, path: str) -> None:
    """Say what a button in a mail was for."""
    page.goto(path)
    with page.expect_navigation():
        page.locator("form.reply button").click()


def post(page: Page, path: str) -> None:
    """Send a form that has no button any more once it was sent."""
    page.goto(path)
    with page.expect_navigation():
        page.evaluate("document.body.append(Object.assign(document.createElement('form'), {method: 'post', id: 'it'}))")
        page.evaluate("document.getElementById('it').submit()")


Go = Callable[[Page, World], Any]
EVERYBODY: dict[str, Go] = {
    "home.front": lambda page, world: page.goto("/"),
    "home.page: privacy": lambda page, world: page.goto("/pages/privacy"),
    "home.page: accessibility": lambda page, world: page.goto("/pages/accessibility"),
    "home.page: help": lambda page, world: page.goto("/pages/help"),
    "home.page: none": lambda page, world: page.goto("/pages/none"),
    "insights.index": lambda page, world: page.goto("/insights"),
    "insights.index: one interest": lambda page, world: page.goto("/insights?interest=calibration"),
    "insights.show: calibration": lambda page, world: page.goto("/insights/every-instrument-is-wrong"),
    "insights.show: work modes": lambda page, world: page.goto("/insights/remote-hybrid-on-site"),
    "insights.show: applying": lambda page, world: page.goto("/insights/what-happens-after-you-apply"),
    "insights.show: for members": lambda page, world: page.goto("/insights/among-ourselves"),
    "jobs.index": lambda page, world: page.goto("/jobs"),
    "jobs.index: chosen and looked for": lambda page, world: page.goto("/jobs?mode=remote&q=data"),
    "jobs.index: nothing fits": lambda page, world: page.goto("/jobs?q=zebra"),
    "jobs.show": lambda page, world: page.goto(first_opening(page)),
    "jobs.show: closed": lambda page, world: page.goto("/jobs/payroll-and-people-operations"),
    "newsletter.index": lambda page, world: page.goto("/newsletter"),
    "newsletter.show": lambda page, world: page.goto("/newsletter/2026-10-measure-twice"),
    "join.ask": lambda page, world: page.goto("/join"),
    "join.ask: mistakes": lambda page, world: press(page, "/join", "Join"),
    "join.example": lambda page, world: page.goto("/join/example"),
    "confirm.code_form: nothing asked": lambda page, world: page.goto("/confirm/code"),
    "confirm.show: elsewhere": lambda page, world: page.goto(world.confirm),
    "confirm.show: dead": lambda page, world: page.goto("/confirm/none"),
    "invited.show: over": lambda page, world: page.goto("/invited/none"),
    "sign_in.ask": lambda page, world: page.goto("/sign-in"),
    "sign_in.ask: mistakes": lambda page, world: press(page, "/sign-in", "Send me a link"),
    "sign_in.code": lambda page, world: page.goto("/sign-in/code"),
    "sign_in_link.show": lambda page, world: page.goto(world.sign_in),
    "sign_in_link.show: dead": lambda page, world: page.goto("/sign-in/none"),
    "address_link.show: elsewhere": lambda page, world: page.goto(world.new_address),
    "address_link.show: dead": lambda page, world: page.goto("/new-address/none"),
    "address_link.ask_back": lambda page, world: page.goto(world.old_address),
    "address_link.ask_back: dead": lambda page, world: page.goto("/old-address/none"),
    "keep.ask": lambda page, world: page.goto(world.keep),
    "keep.ask: not whole": lambda page, world: page.goto(world.keep[:-3]),
    "leave.ask": lambda page, world: page.goto(world.unsubscribe),
    "leave.ask: not whole": lambda page, world: page.goto(world.unsubscribe[:-3]),
    "less.ask": lambda page, world: page.goto(world.preferences),
    "less.ask: nothing less": lambda page, world: press(page, world.preferences, "Save"),
    "why.show": lambda page, world: page.goto(world.why),
    "why.show: not whole": lambda page, world: page.goto(world.why[:-3]),
    "early.show": lambda page, world: page.goto(world.early),
    "early.show: none": lambda page, world: page.goto("/openings/none/none"),
    "fit.ask": lambda page, world: page.goto(world.fit),
    "fit.ask: not whole": lambda page, world: page.goto("/fit/none"),
    "reply.ask": lambda page, world: page.goto(world.replies[0]),
    "reply.ask: not whole": lambda page, world: page.goto(world.replies[0][:-3]),
    "reply.act: more": lambda page, world: answer(page, world.replies[0]),
    "reply.act: not now": lambda page, world: answer(page, world.replies[1]),
    "reply.act: less": lambda page, world: answer(page, world.replies[2]),
    "erased.done": lambda page, world: page.goto("/erased"),
    "demo.outbox": lambda page, world: page.goto("/dev/outbox"),
    "demo.outbox: nothing found": lambda page, world: page.goto("/dev/outbox?to=nobody"),
    "demo.mail": lambda page, world: page.goto(f"/dev/outbox/{world.mail}"),
    "demo.time": lambda page, world: page.goto("/dev/clock"),
    "demo.time: pressed": lambda page, world: press(page, "/dev/clock", "Run what is due now"),
}
JOINERS: dict[str, Go] = {
    "confirm.show": lambda page, world: page.goto(world.confirm),
    "confirm.code_form": lambda page, world: page.goto("/confirm/code"),
}
MEMBERS: dict[str, Go] = {
    "me.show": lambda page, world: page.goto("/me"),
    "preferences.edit": lambda page, world: page.goto("/me/preferences"),
    "preferences.edit: welcome": lambda page, world: page.goto("/me/preferences?welcome=1"),
    "restore.ask": lambda page, world: page.goto("/me/preferences/restore"),
    "restore.ask: mistakes": lambda page, world: press(page, "/me/preferences/restore", "Bring them back"),
    "preferences.edit: saved": lambda page, world: change(page, "/me/preferences"),
    "preferences.edit: to be mended": lambda page, world: mistake(page, "/me/preferences"),
    "why.show: signed in": lambda page, world: page.goto(world.why),
    "why.show: openings": lambda page, world: page.goto(world.why_openings),
    "openings.show": lambda page, world: page.goto("/me/openings"),
    "openings.show: saved": lambda page, world: press(page, "/me/openings", "Save"),
    "account.show": lambda page, world: page.goto("/me/account"),
    "address.ask": lambda page, world: page.goto("/me/account/address"),
    "address.ask: mistakes": lambda page, world: press(page, "/me/account/address", "Send a link to the new address"),
    "address.code": lambda page, world: page.goto("/me/account/address/code"),
    "address_link.show": lambda page, world: page.goto(world.new_address),
    "privacy.show": lambda page, world: page.goto("/me/privacy"),
    "privacy.show: asked": lambda page, world: ask_for_a_download(page),
    "privacy.confirm": lambda page, world: page.goto("/me/privacy/erase"),
    "privacy.confirm: not ticked": lambda page, world: press(page, "/me/privacy/erase", "Erase everything about me"),
    "insights_for_members.show": lambda page, world: page.goto("/me/insights/among-ourselves"),
    # The last one, as it takes the newsletter from her.
    "leave.act: left": lambda page, world: post(page, world.unsubscribe),
}
NOT_PAGES = {
    "static", "privacy.download", "demo.frame", "demo.raw", "join.example_mail", "insights.feed", "home.robots", "home.sitemap",
    "jobs_feeds.atom", "jobs_feeds.indeed_xml", "demo.board",
    "alert_feeds.atom", "alert_feeds.calendar",
    "alive.healthz", "health.readyz", "health.metrics", *desk_pages.NOT_PAGES,
}  # fmt: skip
"""Files, and mails in a frame of their own: tests/mail looks at those."""

"""From an issue's file to the page that says why: what the links in the mail lead to is there."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import select

from portal.db import db
from portal.mail.models import Delivery, Mailing
from portal.members.models import Member
from tests import factories
from tests.pages import PageClient

Run = Callable[..., Result]
Issue = Callable[..., str]
Got = Callable[[Member], EmailMessage]
BODY = "For all.\n\n::: for work_mode=remote\n## From home\n\nWords.\n:::\n\n::: insights\n:::\n\nGoodbye.\n"
HEAD = "---\nsubject: Measure twice\npreview: A letter\nsegment: europeans\n---\n"


def test_each_part_that_only_some_got_links_to_its_reason(
    app: Flask, client: PageClient, run: Run, issue: Issue, got: Got, content: Path
) -> None:
    rule = "name: Europeans\nabout: Where we are.\nrule: {all: [{place: [lisbon]}]}\n"
    (content / "segments" / "europeans.yml").write_text(rule)
    factories.place(slug="lisbon")
    chosen = factories.interest(slug="calibration", name="Calibration")
    factories.insight(slug="errors", title="Errors", interests=[chosen])
    factories.insight(slug="for-all", title="For everybody")
    member = factories.member(interests=[chosen], work_modes=["remote"], agreed_to=["newsletter"])
    assert run("campaign", "schedule", issue(BODY, head=HEAD)).exit_code == 0

    frozen = db.session.scalars(select(Mailing).join(Delivery).where(Delivery.member_id == member.id)).one()
    assert (frozen.segment, frozen.rule) == ("europeans", {"all": [{"place": ["lisbon"]}]})
    ruled = {fragment.position for fragment in frozen.fragments if fragment.rule}
    html, text = (got(member).get_body((kind,)).get_content() for kind in ("html", "plain"))  # type: ignore[union-attr]
    linked = re.findall(r'href="[^"]*(/why/[\w.-]+)#part-(\d+)"[^>]*>Why this\?</a>', html)
    assert [f"{path}#part-{n}" for path, n in linked] == re.findall(r"Why this\? \S+?(/why/\S+)", text)
    assert {int(n) for _, n in linked} < ruled, "only some of those are theirs"
    assert len({path for path, _ in linked}) == 1, "one page, the same for all parts"
    assert html.count("Why did I get this?</a>") == text.count("Why did I get this? http") == 1

    page = client.get(linked[0][0]).text
    assert re.findall(r'id="part-(\d+)">\s*<h3>([^<]+)', page) == [
        (n, title) for (_, n), title in zip(linked, ("From home", "Errors"), strict=True)
    ]
    assert "one of these places or named none: Lisbon" in page

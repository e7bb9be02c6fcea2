"""What a segment may ask about openings, and what somebody who asks why a mail came is told of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask

from portal.audience.actions import segments
from portal.audience.queries import SegmentError, dump, facts, matches, missing, parse, reach, say
from portal.audience.queries.why import why
from portal.db import db
from portal.languages import speaking
from portal.members.models import Member
from tests import factories
from tests.audience.letters import got, letter
from tests.pages import PageClient

AtDesk = Callable[..., PageClient]


@pytest.fixture
def lisbon(app: Flask) -> Any:
    return factories.place(slug="lisbon", name="Lisbon")


@pytest.fixture
def data(app: Flask) -> Any:
    return factories.interest(slug="data-engineering", name="Data engineering")


@pytest.fixture
def ana(data: Any, lisbon: Any) -> Member:
    """Remote or hybrid, in Lisbon, senior."""
    return factories.member(
        interests=[data], places=[lisbon], work_modes=["remote", "hybrid"], levels=["senior"], lives_in="PT",
        agreed_to=["job_alerts"],
    )  # fmt: skip


def page(answer: Any) -> str:
    return unescape(answer.get_data(as_text=True))


def test_it_reads_as_a_sentence(app: Flask) -> None:
    factories.posting(slug="one", title="Data engineer")
    factories.posting(slug="two", title="Field engineer")
    rule = parse({"opening": ["one"]})
    assert dump(rule) == {"opening": ["one"]}
    assert say(rule) == "Members who match the opening “Data engineer”."
    assert say(parse({"opening": ["one", "two"]})) == (
        "Members who match one of the openings “Data engineer” or “Field engineer”."
    )
    assert say(parse({"opening": ["gone"]})) == "Members who match the opening “gone”."


@pytest.mark.parametrize("value", [[], "one", [1], ["One two"], {}, None, ["a" * 101]])
def test_anything_but_slugs_is_refused(app: Flask, value: Any) -> None:
    with pytest.raises(SegmentError, match="opening"):
        parse({"opening": value})


def test_an_opening_that_nobody_knows_is_for_nobody(ana: Member, now: datetime) -> None:
    assert not matches(parse({"opening": ["gone"]}), facts(ana), now)
    assert matches(parse({"none": [{"opening": ["gone"]}]}), facts(ana), now)


def test_it_can_be_asked_beside_whatever_else_is_asked(ana: Member, data: Any, now: datetime) -> None:
    """Also where the statement reads the tables of members and deliveries for something of its own."""
    factories.posting(slug="one", team=factories.team(), interests=[data], publish_at=now)
    ana.name, ana.contact_at = "", now
    factories.consent(member=ana)
    rule = parse({"all": [{"opening": ["one"]}, {"in_touch": {"within_days": 1}}]})
    assert missing(rule, "newsletter", "name", now) == 1
    assert reach(rule, "newsletter", now, about="issue:one") == {None: 1}


def test_who_asks_why_reads_what_they_chose(ana: Member, data: Any, lisbon: Any, now: datetime) -> None:
    other = factories.interest(slug="statistics", name="Statistics")
    about = {"interests": [data, other], "publish_at": now - timedelta(days=2)}
    factories.posting(slug="away", title="Away", work_modes=["remote"], countries=["PT", "ES"], **about)
    factories.posting(slug="there", title="There", work_modes=["hybrid"], places=[lisbon], level="senior", **about)
    closed = {"state": "closed", "closed_at": now - timedelta(days=1)}
    factories.posting(slug="closed", title="Closed", countries=["*"], level="senior", **about, **closed)
    parts = {n: (slug, {"opening": [slug]}) for n, slug in enumerate(("away", "there", "closed"))}
    delivery = got(ana, letter(None, parts, created_at=now), now, mask=0b111)
    away, there, gone = why(delivery.id, ana, True, now).parts
    assert away.reason.holds
    assert [datum.words for datum in away.reason.data] == [
        "You chose Data engineering.", "You would work remotely.", "You said that you live in Portugal.",
        "You chose the level “Senior”.",
    ]  # fmt: skip
    assert [datum.words for datum in there.reason.data] == [
        "You chose Data engineering.", "You would take hybrid work.", "You chose Lisbon.",
        "You chose the level “Senior”.",
    ]  # fmt: skip
    assert away.reason.data[0].corrections[0].value == "data-engineering"
    assert (gone.reason.holds, gone.reason.data) == (False, ())
    assert gone.reason.words == "Members who match the opening “Closed”."


def test_who_set_no_limits_reads_that(app: Flask, now: datetime) -> None:
    free = factories.member()
    factories.posting(slug="any", level="lead", work_modes=[], publish_at=now)
    delivery = got(free, letter(None, {0: ("Any", {"opening": ["any"]})}, created_at=now), now, mask=1)
    [part] = why(delivery.id, free, True, now).parts
    assert [datum.words for datum in part.reason.data] == [
        "You set no limit to how you want to work.", "You chose no place, so every place counts.",
        "You chose no level, so every level counts.",
    ]  # fmt: skip


def test_thirty_openings_in_one_mail_cost_three_statements_more(
    ana: Member, data: Any, now: datetime, statements: list[str]
) -> None:
    for n in range(30):
        factories.posting(slug=f"opening-{n}", interests=[data], publish_at=now)
    parts = {n: ("Words", {"opening": [f"opening-{n}"]}) for n in range(30)}
    delivery = got(ana, letter(None, parts, created_at=now), now, mask=(1 << 30) - 1)
    db.session.flush()
    statements.clear()
    with speaking("en"):
        assert len(why(delivery.id, ana, True, now).parts) == 30
    assert len(statements) <= 8 + 3


def test_a_segment_of_an_opening_is_a_line_like_any_other(
    at_desk: AtDesk, ana: Member, data: Any, now: datetime
) -> None:
    """On the page that builds it, within its statements; found by its title; ten people with what they chose."""
    for n in range(6):
        factories.member(name=f"Bo {n}", interests=[data], work_modes=["remote"])
    factories.posting(slug="early", title="Data engineer", interests=[data], publish_at=now)
    factories.posting(slug="closed", title="Long gone", state="closed", closed_at=now)
    rule = parse({"all": [{"opening": ["early"]}, {"interest": ["data-engineering"]}]})
    me = factories.recruiter(name="Tom Reed")
    piece = segments.create("For the opening", segments.text("For the opening", "Them.", rule), me, now)
    db.session.commit()
    browser = at_desk(me)
    shown = page(browser.get(f"/desk/segments/{piece.slug}"))
    assert "Whom an opening is for" in shown
    assert "match the opening “Data engineer”" in shown
    assert "Long gone" not in shown
    typed = {"name": "New", "about": "A", "way": "lines", "base": "", "line": ["0.0"], "0.0:what": "opening"}
    shown = page(browser.post("/desk/segments/new", data={**typed, "0.0:more": "Data engineer", "do": "settle"}))
    assert 'value="early"' in shown
    assert "Remote" in shown
    shown = page(browser.post("/desk/segments/new", data={**typed, "0.0:more": "Nothing such", "do": "save"}))
    assert "“Nothing such” is not on our list" in shown


def test_the_list_of_segments_reads_the_openings_once(at_desk: AtDesk, now: datetime) -> None:
    """Twenty segments, each about another opening: the client counts at most 15 statements."""
    me = factories.recruiter()
    for n in range(20):
        factories.posting(slug=f"opening-{n}", publish_at=now)
        rule = parse({"opening": [f"opening-{n}"]})
        segments.create(f"Segment {n}", segments.text(f"Segment {n}", "Them.", rule), me, now)
    db.session.commit()
    assert "Segment 19" in page(at_desk(me).get("/desk/segments?counted=1"))

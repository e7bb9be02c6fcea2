"""Every route × every kind of person that exists. A route without a line here fails (W-24).

The numbers are what a browser gets; `sign in` is a redirect to the sign-in page. `another` is a signed-in member who
asks for what belongs to the first one. The desk has a table of its own: `test_access_desk.py`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import links, sessions
from portal.alerts.actions import rhythm
from portal.db import db
from portal.members.models import AccountLink, Member
from portal.sessions import BrowserSession
from portal.web import requests
from portal.wiring import BLUEPRINTS
from tests import factories
from tests.pages import PageClient

ASKED = "what marks the browser that asked for the link"
PEOPLE = ("anonymous", "member", "another")
IN = "sign in"
OF_LINKS = {"confirm": "confirm", "sign-in": "sign_in", "new-address": "address", "old-address": "address_back"}
"""Pages behind links in account mails, and the purpose of those."""
EVERYONE: dict[str, tuple[int | str, int | str, int | str]] = {
    # public: the same for all
    "GET /": (200, 200, 200),
    "GET /media/<name>": (404, 404, 404),
    "GET /insights": (200, 200, 200),
    "GET /insights/<slug>": (404, 404, 404),
    "GET /insights.atom": (200, 200, 200),
    "GET /jobs": (200, 200, 200),
    "GET /jobs/<slug>": (404, 404, 404),
    "GET /jobs.atom": (200, 200, 200),
    "GET /jobs/indeed.xml": (200, 200, 200),
    "GET /newsletter": (200, 200, 200),
    "GET /newsletter/<slug>": (404, 404, 404),
    "GET /pages/<slug>": (404, 404, 404),
    "GET /robots.txt": (200, 200, 200),
    "GET /erased": (200, 200, 200),
    "GET /sitemap.xml": (200, 200, 200),
    "GET /static/<path:filename>": (200, 200, 200),
    # machines
    "GET /healthz": (200, 200, 200),
    "GET /readyz": (200, 200, 200),
    "GET /metrics": (200, 200, 200),
    # forms that anybody may send; 422: an empty one comes back with what to mend
    "GET /join": (200, 200, 200),
    "POST /join": (422, 422, 422),
    "GET /join/example": (200, 200, 200),
    "GET /join/example/mail": (200, 200, 200),
    "GET /sign-in": (200, 303, 303),
    "POST /sign-in": (422, 422, 422),
    "GET /sign-in/code": (200, 200, 200),
    "POST /sign-in/code": (422, 422, 422),
    "GET /confirm/code": (200, 200, 200),
    "POST /confirm/code": (422, 422, 422),
    "POST /sign-out": (303, 303, 303),
    # whoever holds the token
    "GET /invited/<token>": (200, 200, 200),
    "GET /confirm/<token>": (200, 200, 200),
    "POST /confirm/<token>": (303, 303, 303),
    "POST /confirm/<token>/fresh": (303, 303, 303),
    "GET /sign-in/<token>": (200, 200, 200),
    "POST /sign-in/<token>": (303, 303, 303),
    "POST /sign-in/<token>/fresh": (303, 303, 303),
    "GET /new-address/<token>": (200, 200, 200),
    "POST /new-address/<token>": (303, 303, 303),
    "GET /old-address/<token>": (200, 200, 200),
    "POST /old-address/<token>": (303, 303, 303),
    "GET /keep/<token>": (200, 200, 200),
    "POST /keep/<token>": (303, 303, 303),
    "GET /preferences/<token>": (200, 200, 200),
    "POST /preferences/<token>": (200, 200, 200),
    "POST /preferences/<token>/more": (200, 200, 200),
    "GET /why/<token>": (200, 200, 200),
    "POST /why/<token>": (303, 400, 303),  # a stranger is asked to sign in; an empty form corrects nothing
    "GET /openings/<token>/<slug>": (404, 404, 404),
    "GET /fit/<token>": (404, 404, 404),  # without an opening that was theirs
    "POST /fit/<token>": (404, 404, 404),
    "GET /feeds/<token>.atom": (200, 200, 200),
    "GET /feeds/<token>.ics": (200, 200, 200),
    "GET /reply/<token>": (200, 200, 200),
    "POST /reply/<token>": (200, 200, 200),
    "GET /unsubscribe/<token>": (200, 200, 200),
    "POST /unsubscribe/<token>": (200, 200, 200),
    "POST /unsubscribe/<token>/reason": (422, 422, 422),
    # one's own
    "GET /me": (IN, 200, 200),
    "GET /me/preferences": (IN, 200, 200),
    "POST /me/preferences": (401, 303, 303),
    "GET /me/preferences/restore": (IN, 200, 200),
    "POST /me/preferences/restore": (401, 422, 422),
    "POST /me/preferences/undo/<int:id>": (401, 404, 404),
    "GET /me/account": (IN, 200, 200),
    "POST /me/account": (401, 303, 303),
    "GET /me/account/address": (IN, 200, 200),
    "POST /me/account/address": (401, 422, 422),
    "GET /me/account/address/code": (IN, 200, 200),
    "POST /me/account/address/code": (401, 422, 422),
    "POST /me/account/keep": (401, 303, 303),
    "POST /me/account/stop": (401, 303, 303),
    "POST /me/account/browsers/<int:id>/end": (401, 303, 404),
    "POST /me/account/browsers/end-others": (401, 303, 303),
    "GET /me/insights/<slug>": (IN, 404, 404),
    "GET /me/openings": (IN, 200, 200),
    "POST /me/openings": (401, 303, 303),
    "POST /me/openings/addresses": (401, 303, 303),
    "GET /me/privacy": (IN, 200, 200),
    "POST /me/privacy/export": (401, 303, 303),
    "GET /me/privacy/export": (IN, 404, 404),
    "GET /me/privacy/erase": (IN, 200, 200),
    "POST /me/privacy/erase": (401, 422, 422),
    # the demo's: not there outside it
    "GET /dev/desk": (404, 404, 404),
    "POST /dev/desk": (404, 404, 404),
    "GET /dev/board/v1/boards/fennel/jobs": (404, 404, 404),
    "GET /dev/clock": (404, 404, 404),
    "POST /dev/clock": (404, 404, 404),
    "GET /dev/outbox": (404, 404, 404),
    "GET /dev/outbox/<key>": (404, 404, 404),
    "GET /dev/outbox/<key>/html": (404, 404, 404),
    "GET /dev/outbox/<key>/raw": (404, 404, 404),
}


@pytest.fixture
def mira(app: Flask) -> Member:
    """The first member, who is signed in somewhere."""
    return factories.member(name="Mira", agreed_to=["newsletter", "job_alerts"])


@pytest.fixture
def visit(app: Flask, mira: Member, now: datetime) -> Callable[[str], PageClient]:
    """A browser of each kind of person."""
    app.config["WTF_CSRF_ENABLED"] = False
    jonas = factories.member(name="Jonas")
    tokens = {
        "member": sessions.start(mira.id, "Firefox", "-", now),
        "another": sessions.start(jonas.id, "Safari", "-", now),
    }
    db.session.commit()

    def visit(person: str) -> PageClient:
        client: PageClient = app.test_client()  # type: ignore[assignment]
        client.set_cookie("portal-asked", ASKED)
        if person in tokens:
            client.set_cookie("portal-member", tokens[person])
        return client

    return visit


def filled(rule: str, mira: Member, now: datetime) -> str:
    """The rule's address with what belongs to Mira."""
    purpose = OF_LINKS.get(rule.split("/")[1], "")
    if "<token>" in rule and purpose:
        link, token = factories.account_link(member=mira, purpose=purpose, expires_at=now + timedelta(minutes=5))
        link.asked_by = links.digest(ASKED)
        if purpose == "confirm":
            factories.join_request(link=link, asked_at=now)
        elif purpose.startswith("address"):
            factories.address_change(link=link, asked_at=now)
    elif rule.startswith("/invited"):
        token = factories.invitation()[1]
    elif rule.startswith("/why"):
        token = links.sign("why", f"{factories.delivery(member=mira).id:x}")
    elif rule.startswith("/reply"):
        token = links.sign("reply", f"{factories.delivery(member=mira, first_at=now).id:x}m")
    elif rule.startswith("/openings"):
        token = links.sign("opening", "1.1")
    elif rule.startswith("/fit"):
        token = links.sign("fit", f"{factories.delivery(member=mira).id:x}")
    elif rule.startswith("/feeds"):
        token = links.sign("feed", rhythm.of(mira, now).feed_nonce or "")
    elif rule.startswith("/keep"):
        token = links.sign("keep", f"{mira.id:x}")
    elif rule.startswith("/unsubscribe"):
        token = links.sign("unsubscribe", f"{mira.id:x}n")
    else:
        token = links.sign("preferences", f"{mira.id:x}")
    browser = db.session.scalars(select(BrowserSession.id).filter_by(member_id=mira.id)).first()
    db.session.commit()
    values = {
        "<token>": token,
        "<int:id>": str(browser),
        "<path:filename>": "site.css",
        "<slug>": "nothing",
        "<key>": "x",
    }
    for name, value in values.items():
        rule = rule.replace(name, value)
    return rule


def routes(app: Flask) -> set[str]:
    """Every method and rule that the app answers."""
    return {f"{m} {r.rule}" for r in app.url_map.iter_rules() for m in (r.methods or set()) - {"HEAD", "OPTIONS"}}


def test_every_route_has_a_line(app: Flask) -> None:
    there = {route for route in routes(app) if not route.split(" ")[1].startswith("/desk")}
    assert there - set(EVERYONE) == set(), "say in EVERYONE who may come there"
    assert set(EVERYONE) - there == set(), "these are gone"


@pytest.mark.parametrize("route", EVERYONE)
def test_who_gets_what(route: str, app: Flask, visit: Callable[[str], PageClient], mira: Member, now: datetime) -> None:
    method, rule = route.split(" ")
    for person, expected in zip(PEOPLE, EVERYONE[route], strict=True):
        client = visit(person)
        with client.open(filled(rule, mira, now), method=method) as answer:
            if expected == IN:
                assert answer.status_code == 302, person
                assert answer.location.startswith("/sign-in?next=%2Fme") or answer.location.startswith(
                    "/sign-in?next=/me"
                )
            else:
                assert answer.status_code == expected, f"{person}: {answer.status_code} {answer.location or ''}"
                assert "/sign-in?" not in (answer.location or "") or rule.startswith("/why")


def test_every_blueprint_has_a_guard_and_signed_in_pages_are_kept_by_nobody(app: Flask) -> None:
    guarded = {blueprint.name for blueprint, _ in BLUEPRINTS}
    assert set(app.blueprints) == guarded
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/me/") or rule.rule == "/me":
            blueprint = (rule.endpoint or "").split(".")[0]
            (who,) = {guard.name for b, guard in BLUEPRINTS if b.name == blueprint}
            assert who == "MEMBER", f"{rule.rule} is behind {who}"


def test_only_leaving_may_come_from_anywhere(app: Flask) -> None:
    """Without a cookie, an Origin or a token: leaving (E-13), and saying why: kept without a person."""
    assert {"leave.act", "leave.tell"} == requests.ANYWHERE


def test_another_members_things_do_not_exist(
    app: Flask, visit: Callable[[str], PageClient], mira: Member, now: datetime
) -> None:
    """P7's first half: not forbidden, but not there; and nothing happened to it."""
    visit("member")
    own = db.session.scalars(select(BrowserSession).filter_by(member_id=mira.id)).one()
    assert visit("another").post(f"/me/account/browsers/{own.id}/end").status_code == 404
    db.session.expire_all()
    assert own.ended_at is None


def test_tokens_of_one_purpose_open_nothing_else(
    app: Flask, visit: Callable[[str], PageClient], mira: Member, now: datetime
) -> None:
    """W-07, from outside: each token on each of the other doors."""
    doors = [f"/{door}/{{}}" for door in (*OF_LINKS, "fit", "keep", "preferences", "reply", "unsubscribe", "why")]
    tokens = [filled(door.format("<token>"), mira, now).split("/")[2] for door in doors]
    client = visit("anonymous")
    for door in doors:
        for token, home in zip(tokens, doors, strict=True):
            if home == door:
                continue
            client.post(door.format(token))
    db.session.expire_all()
    assert not any(db.session.scalars(select(AccountLink.used_at)))
    assert db.session.scalars(select(BrowserSession).where(BrowserSession.member_id == mira.id)).one()

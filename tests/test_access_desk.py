"""Every route of the desk × every role × whose thing it is. A route without a line here fails (W-24).

The numbers are what a browser gets whose owner proved a moment ago who they are; IN is a redirect to the desk's sign-in
page. Members are anonymous here: their cookie opens nothing at the desk, which a test of its own shows.
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from portal import sessions
from portal.db import db
from tests import desk_objects, factories
from tests.pages import PageClient
from tests.test_access import routes

IN = "sign in"
ROLES = ("anonymous", "author", "recruiter", "manager", "admin")
Expected = tuple[int | str, int | str, int | str, int | str, int | str]
DESK: dict[str, Expected] = {
    # signing in: anybody's doors
    "GET /desk/sign-in": (200, 303, 303, 303, 303),
    "POST /desk/sign-in": (422, 422, 422, 422, 422),
    "GET /desk/sign-in/code": (303, 303, 303, 303, 303),
    "POST /desk/sign-in/code": (303, 303, 303, 303, 303),
    "GET /desk/prove": (303, 200, 200, 200, 200),
    "POST /desk/prove": (303, 422, 422, 422, 422),
    "POST /desk/sign-out": (303, 303, 303, 303, 303),
    "GET /desk/invited/<token>": (200, 200, 200, 200, 200),
    "POST /desk/invited/<token>": (303, 303, 303, 303, 303),
    "POST /desk/invited/<token>/password": (422, 422, 422, 422, 422),
    "POST /desk/invited/<token>/again": (303, 303, 303, 303, 303),
    # answers by button
    "GET /desk/replies": (IN, 403, 200, 403, 200),
    "POST /desk/replies/<int:id>/handled": (401, 403, 303, 403, 303),
    # segments
    "GET /desk/segments": (IN, 200, 200, 403, 200),
    "GET /desk/segments/new": (IN, 200, 200, 403, 200),
    "POST /desk/segments/new": (401, 200, 200, 403, 200),
    "GET /desk/segments/<slug>": (IN, 200, 200, 403, 200),
    "POST /desk/segments/<slug>": (401, 200, 200, 403, 200),
    "GET /desk/segments/<slug>/file": (IN, 200, 200, 403, 200),
    "GET /desk/segments/<slug>/versions": (IN, 200, 200, 403, 200),
    "GET /desk/segments/<slug>/delete": (IN, 200, 200, 403, 200),
    "POST /desk/segments/<slug>/delete": (401, 303, 303, 403, 303),
    # newsletters: looking at one
    "GET /desk/newsletters/<slug>/preview": (IN, 200, 200, 403, 200),
    "GET /desk/newsletters/<slug>/preview/mail/<int:version>": (IN, 200, 200, 403, 200),
    "GET /desk/newsletters/<slug>/preview/text/<int:version>": (IN, 200, 200, 403, 200),
    "GET /desk/newsletters/<slug>/preview/page/<int:version>": (IN, 200, 200, 403, 200),
}
"""What each role gets of a thing that is theirs, or of pages that are nobody's."""
OTHERS: dict[str, Expected] = {
    "POST /desk/segments/<slug>": (401, 403, 403, 403, 200),
    "GET /desk/segments/<slug>/delete": (IN, 403, 403, 403, 200),
    "POST /desk/segments/<slug>/delete": (401, 403, 403, 403, 303),
}
"""What each role gets of the same where the thing is a colleague's; only where that differs."""


def test_every_route_of_the_desk_has_a_line(app: Flask) -> None:
    there = {route for route in routes(app) if route.split(" ")[1].startswith("/desk")}
    assert there - set(DESK) == set(), "say in DESK who may come there"
    assert set(DESK) - there == set(), "these are gone"
    assert set(OTHERS) <= set(DESK)


def get(app: Flask, at_desk: Callable[..., PageClient], route: str, role: str, *, own: bool, now: datetime) -> object:
    """What somebody gets: a status, or IN."""
    method, rule = route.split(" ")
    me = None if role == "anonymous" else factories.recruiter(role=role)
    owner = me if own and me else factories.recruiter(role="recruiter" if role != "manager" else "manager")
    path = desk_objects.filled(rule, owner, now)
    db.session.commit()
    client: PageClient = at_desk(me) if me else app.test_client()  # type: ignore[assignment]
    app.config["WTF_CSRF_ENABLED"] = False
    with client.open(path, method=method) as answer:
        in_ = answer.status_code == 302 and (answer.location or "").startswith("/desk/sign-in")
        return IN if in_ else answer.status_code


@pytest.mark.parametrize("route", DESK)
def test_who_gets_what_of_their_own(route: str, app: Flask, at_desk: Callable[..., PageClient], now: datetime) -> None:
    found = tuple(get(app, at_desk, route, role, own=True, now=now) for role in ROLES)
    assert found == DESK[route]


@pytest.mark.parametrize("route", OTHERS)
def test_who_gets_what_of_others(route: str, app: Flask, at_desk: Callable[..., PageClient], now: datetime) -> None:
    found = tuple(get(app, at_desk, route, role, own=False, now=now) for role in ROLES)
    assert found == OTHERS[route]


@pytest.mark.parametrize("route", [route for route, expected in DESK.items() if expected[0] in {IN, 401}])
def test_a_member_is_nobody_at_the_desk(route: str, app: Flask, now: datetime) -> None:
    method, rule = route.split(" ")
    member = factories.member(name="Mira")
    token = sessions.start(member.id, "Firefox", "-", now)
    path = desk_objects.filled(rule, factories.recruiter(), now)
    db.session.commit()
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.set_cookie("portal-member", token)
    client.set_cookie("portal-desk", token)
    assert client.open(path, method=method).status_code in {302, 401}

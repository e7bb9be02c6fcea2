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
    "GET /desk/sign-in/company": (404, 404, 404, 404, 404),
    "GET /desk/sign-in/company/back": (404, 404, 404, 404, 404),
    "GET /desk/prove": (303, 200, 200, 200, 200),
    "POST /desk/prove": (303, 422, 422, 422, 422),
    "POST /desk/sign-out": (303, 303, 303, 303, 303),
    "GET /desk/invited/<token>": (200, 200, 200, 200, 200),
    "POST /desk/invited/<token>": (303, 303, 303, 303, 303),
    "POST /desk/invited/<token>/password": (422, 422, 422, 422, 422),
    "POST /desk/invited/<token>/again": (303, 303, 303, 303, 303),
    # one's own account, whatever the role
    "GET /desk/account": (IN, 200, 200, 200, 200),
    "POST /desk/account": (401, 303, 303, 303, 303),
    "POST /desk/account/browsers/<int:id>/end": (401, 303, 303, 303, 303),
    "POST /desk/account/browsers/end-others": (401, 303, 303, 303, 303),
    "GET /desk/account/password": (IN, 200, 200, 200, 200),
    "POST /desk/account/password": (401, 422, 422, 422, 422),
    "GET /desk/account/second-factor": (IN, 200, 200, 200, 200),
    "POST /desk/account/second-factor": (401, 422, 422, 422, 422),
    "GET /desk/account/codes": (IN, 200, 200, 200, 200),
    "POST /desk/account/codes": (401, 200, 200, 200, 200),
    "GET /desk/account/sender": (IN, 200, 200, 200, 200),
    "POST /desk/account/sender/<int:id>": (401, 303, 303, 303, 303),
    "POST /desk/account/sender/<int:id>/withdraw": (401, 303, 303, 303, 303),
    "POST /desk/account/sender/give": (401, 400, 400, 400, 400),
    # the team, the house, the log
    "GET /desk/team": (IN, 403, 403, 403, 200),
    "GET /desk/team/invite": (IN, 403, 403, 403, 200),
    "POST /desk/team/invite": (401, 403, 403, 403, 422),
    "GET /desk/team/<int:id>": (IN, 403, 403, 403, 200),
    "POST /desk/team/<int:id>/role": (401, 403, 403, 403, 422),
    "POST /desk/team/<int:id>/resend": (401, 403, 403, 403, 303),
    "POST /desk/team/<int:id>/reset": (401, 403, 403, 403, 200),
    "GET /desk/team/<int:id>/end": (IN, 403, 403, 403, 200),
    "POST /desk/team/<int:id>/end": (401, 403, 403, 403, 422),
    "POST /desk/team/<int:id>/forget": (401, 403, 403, 403, 303),
    "GET /desk/team/house": (IN, 403, 403, 403, 200),
    "POST /desk/team/house/live": (401, 403, 403, 403, 422),
    "POST /desk/team/house/switch": (401, 403, 403, 403, 400),
    "GET /desk/audit": (IN, 403, 403, 403, 200),
    "POST /desk/audit/export": (401, 403, 403, 403, 400),
    # the first page
    "GET /desk": (IN, 200, 200, 200, 200),
    # one person, letters to them, whom to write to
    "GET /desk/jobs/<slug>/people": (IN, 403, 200, 403, 200),
    "POST /desk/jobs/<slug>/people": (401, 403, 303, 403, 303),
    "GET /desk/jobs/<slug>/early": (IN, 403, 200, 403, 200),
    "GET /desk/members": (IN, 403, 200, 403, 200),
    "GET /desk/members/<int:id>": (IN, 403, 200, 403, 200),
    "GET /desk/members/<int:id>/notes/new": (IN, 403, 200, 403, 200),
    "POST /desk/members/<int:id>/notes/new": (401, 403, 422, 403, 422),
    "GET /desk/members/<int:id>/notes/<int:note_id>/remove": (IN, 403, 200, 403, 200),
    "POST /desk/members/<int:id>/notes/<int:note_id>/remove": (401, 403, 303, 403, 303),
    "GET /desk/members/<int:id>/details/new": (IN, 403, 200, 403, 200),
    "POST /desk/members/<int:id>/details/new": (401, 403, 422, 403, 422),
    "GET /desk/members/<int:id>/details/<key>": (IN, 403, 200, 403, 200),
    "POST /desk/members/<int:id>/details/<key>": (401, 403, 422, 403, 422),
    "POST /desk/members/<int:id>/details/<key>/forget": (401, 403, 303, 403, 303),
    "GET /desk/members/<int:id>/letters/new": (IN, 403, 200, 403, 200),
    "POST /desk/members/<int:id>/letters/new": (401, 403, 422, 403, 422),
    "GET /desk/letters/<int:id>": (IN, 403, 200, 403, 200),
    "POST /desk/letters/<int:id>": (401, 403, 422, 403, 422),
    "GET /desk/letters/<int:id>/preview": (IN, 403, 200, 403, 200),
    "GET /desk/letters/<int:id>/mail": (IN, 403, 200, 403, 200),
    "POST /desk/letters/<int:id>/test": (401, 403, 303, 403, 303),
    "POST /desk/letters/<int:id>/discard": (401, 403, 303, 403, 303),
    "GET /desk/letters/<int:id>/send": (IN, 403, 200, 403, 200),
    "POST /desk/letters/<int:id>/send": (401, 403, 303, 403, 303),
    "POST /desk/letters/<int:id>/ask-sender": (401, 403, 303, 403, 303),
    "POST /desk/suggestions/<int:id>/dismiss": (401, 403, 303, 403, 303),
    # where a piece lives
    "POST /desk/pieces/<kind>/<slug>/desk": (401, 303, 303, 403, 303),
    "POST /desk/pieces/<kind>/<slug>/file": (401, 422, 422, 403, 422),
    # answers by button
    "GET /desk/replies": (IN, 403, 200, 403, 200),
    "POST /desk/replies/<int:id>/handled": (401, 403, 303, 403, 303),
    # insights and pictures
    "GET /desk/insights": (IN, 200, 200, 403, 200),
    "GET /desk/insights/new": (IN, 200, 200, 403, 200),
    "POST /desk/insights/new": (401, 422, 422, 403, 422),
    "GET /desk/insights/<slug>": (IN, 200, 200, 403, 200),
    "POST /desk/insights/<slug>": (401, 303, 303, 403, 303),
    "POST /desk/insights/<slug>/autosave": (401, 303, 303, 403, 303),
    "GET /desk/insights/<slug>/preview/<int:version>": (IN, 200, 200, 403, 200),
    "GET /desk/insights/<slug>/versions": (IN, 200, 200, 403, 200),
    "GET /desk/insights/<slug>/versions/<int:id>": (IN, 200, 200, 403, 200),
    "POST /desk/insights/<slug>/versions/<int:id>/restore": (401, 303, 303, 403, 303),
    "GET /desk/insights/<slug>/beside/<int:id>": (IN, 200, 200, 403, 200),
    "POST /desk/insights/<slug>/beside/<int:id>": (401, 422, 422, 403, 422),
    "GET /desk/insights/<slug>/publish": (IN, 200, 200, 403, 200),
    "POST /desk/insights/<slug>/publish": (401, 422, 422, 403, 422),
    "POST /desk/insights/<slug>/unpublish": (401, 303, 303, 403, 303),
    "POST /desk/insights/<slug>/remove": (401, 303, 303, 403, 303),
    "GET /desk/media": (IN, 200, 200, 403, 200),
    "POST /desk/media": (401, 422, 422, 403, 422),
    "GET /desk/look/<scheme>.css": (IN, 200, 200, 200, 200),
    # openings: words are written by whoever writes, and managers write their own
    "GET /desk/jobs": (IN, 200, 200, 200, 200),
    "GET /desk/jobs/new": (IN, 200, 200, 200, 200),
    "POST /desk/jobs/new": (401, 422, 422, 422, 422),
    "GET /desk/jobs/<slug>": (IN, 200, 200, 200, 200),
    "POST /desk/jobs/<slug>": (401, 303, 303, 303, 303),
    "POST /desk/jobs/<slug>/autosave": (401, 303, 303, 303, 303),
    "GET /desk/jobs/<slug>/preview/<int:version>": (IN, 200, 200, 200, 200),
    "GET /desk/jobs/<slug>/versions": (IN, 200, 200, 200, 200),
    "GET /desk/jobs/<slug>/versions/<int:id>": (IN, 200, 200, 200, 200),
    "POST /desk/jobs/<slug>/versions/<int:id>/restore": (401, 303, 303, 303, 303),
    "GET /desk/jobs/<slug>/beside/<int:id>": (IN, 200, 200, 200, 200),
    "POST /desk/jobs/<slug>/beside/<int:id>": (401, 422, 422, 422, 422),
    # openings: authors publish and close not even their own
    "GET /desk/jobs/<slug>/publish": (IN, 200, 200, 200, 200),
    "POST /desk/jobs/<slug>/publish": (401, 403, 422, 422, 422),
    "POST /desk/jobs/<slug>/take-back": (401, 403, 303, 303, 303),
    "POST /desk/jobs/<slug>/remove": (401, 303, 303, 303, 303),
    "GET /desk/jobs/<slug>/close": (IN, 403, 200, 200, 200),
    "POST /desk/jobs/<slug>/close": (401, 403, 303, 303, 303),
    "GET /desk/jobs/<slug>/reopen": (IN, 403, 200, 200, 200),
    "POST /desk/jobs/<slug>/reopen": (401, 403, 303, 303, 303),
    # openings: what boards leave unclear
    "GET /desk/jobs/unclear": (IN, 403, 200, 403, 200),
    "POST /desk/jobs/unclear": (401, 403, 404, 403, 404),
    "GET /desk/jobs/<slug>/facts": (IN, 403, 200, 403, 200),
    "POST /desk/jobs/<slug>/facts": (401, 403, 303, 403, 303),
    # the boards that openings come from
    "GET /desk/boards": (IN, 403, 200, 403, 200),
    "GET /desk/boards/<int:id>": (IN, 403, 200, 403, 200),
    "POST /desk/boards/<int:id>/ask": (401, 403, 303, 403, 303),
    "GET /desk/boards/<int:id>/close": (IN, 403, 200, 403, 200),
    "POST /desk/boards/<int:id>/close": (401, 403, 303, 403, 303),
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
    # newsletters: the list, beginning, the words
    "GET /desk/newsletters": (IN, 200, 200, 403, 200),
    "GET /desk/newsletters/new": (IN, 200, 200, 403, 200),
    "POST /desk/newsletters/new": (401, 422, 422, 403, 422),
    "POST /desk/newsletters/<slug>/copy": (401, 303, 303, 403, 303),
    "GET /desk/newsletters/<slug>/delete": (IN, 200, 200, 403, 200),
    "POST /desk/newsletters/<slug>/delete": (401, 303, 303, 403, 303),
    "GET /desk/newsletters/<slug>": (IN, 200, 200, 403, 200),
    "POST /desk/newsletters/<slug>": (401, 303, 303, 403, 303),
    "POST /desk/newsletters/<slug>/autosave": (401, 303, 303, 403, 303),
    "GET /desk/newsletters/<slug>/versions": (IN, 200, 200, 403, 200),
    "GET /desk/newsletters/<slug>/versions/<int:id>": (IN, 200, 200, 403, 200),
    "POST /desk/newsletters/<slug>/versions/<int:id>/restore": (401, 303, 303, 403, 303),
    "GET /desk/newsletters/<slug>/beside/<int:id>": (IN, 200, 200, 403, 200),
    "POST /desk/newsletters/<slug>/beside/<int:id>": (401, 422, 422, 403, 422),
    # newsletters: who gets it, sending, results
    "GET /desk/copy": (200, 200, 200, 200, 200),
    "GET /desk/newsletters/<slug>/who": (IN, 200, 200, 403, 200),
    "POST /desk/newsletters/<slug>/who": (401, 422, 422, 403, 422),
    "GET /desk/newsletters/<slug>/held/<which>": (IN, 200, 200, 403, 200),
    "GET /desk/newsletters/<slug>/send": (IN, 200, 200, 403, 200),
    "POST /desk/newsletters/<slug>/send/when": (401, 303, 303, 403, 303),
    "POST /desk/newsletters/<slug>/send/sender": (401, 303, 303, 403, 303),
    "POST /desk/newsletters/<slug>/send/ask": (401, 404, 404, 403, 404),
    "POST /desk/newsletters/<slug>/send/test": (401, 303, 303, 403, 303),
    "GET /desk/newsletters/<slug>/send/confirm": (IN, 403, 200, 403, 200),
    "POST /desk/newsletters/<slug>/send/confirm": (401, 403, 303, 403, 303),
    "GET /desk/newsletters/<slug>/approvals/<int:id>": (IN, 403, 200, 403, 200),
    "POST /desk/newsletters/<slug>/approvals/<int:id>": (401, 403, 403, 403, 403),
    "GET /desk/newsletters/<slug>/result": (IN, 200, 200, 403, 200),
    "GET /desk/campaigns/<int:id>": (IN, 200, 200, 403, 200),
    "POST /desk/campaigns/<int:id>/<act>": (401, 403, 303, 403, 303),
    # newsletters: looking at one
    "GET /desk/newsletters/<slug>/preview/checks": (IN, 200, 200, 403, 200),
    "GET /desk/newsletters/<slug>/preview/part": (IN, 200, 200, 403, 200),
    "GET /desk/newsletters/<slug>/preview/members": (IN, 403, 200, 403, 200),
    "GET /desk/newsletters/<slug>/preview/parts": (IN, 200, 200, 403, 200),
    "GET /desk/newsletters/<slug>/preview": (IN, 200, 200, 403, 200),
    "GET /desk/newsletters/<slug>/preview/mail/<int:version>": (IN, 200, 200, 403, 200),
    "GET /desk/newsletters/<slug>/preview/text/<int:version>": (IN, 200, 200, 403, 200),
    "GET /desk/newsletters/<slug>/preview/page/<int:version>": (IN, 200, 200, 403, 200),
}
"""What each role gets of a thing that is theirs, or of pages that are nobody's."""
OTHERS: dict[str, Expected] = {
    # sent to one's own segments; stopped by who sent it; answered by somebody else than who asks
    "GET /desk/newsletters/<slug>/send/confirm": (IN, 403, 303, 403, 200),
    "POST /desk/newsletters/<slug>/approvals/<int:id>": (401, 403, 303, 403, 303),
    "POST /desk/campaigns/<int:id>/<act>": (401, 403, 403, 403, 303),
    "POST /desk/insights/<slug>/unpublish": (401, 403, 403, 403, 303),
    "POST /desk/insights/<slug>/remove": (401, 403, 403, 403, 303),
    # of a colleague's openings a manager is told nothing; a recruiter publishes and closes them, an admin deletes drafts
    **{
        f"GET /desk/jobs/<slug>{rest}": (IN, 200, 200, 404, 200)
        for rest in (
            "",
            "/preview/<int:version>",
            "/versions",
            "/versions/<int:id>",
            "/beside/<int:id>",
            "/publish",
        )
    },
    "POST /desk/jobs/<slug>": (401, 303, 303, 404, 303),
    "POST /desk/jobs/<slug>/autosave": (401, 303, 303, 404, 303),
    "POST /desk/jobs/<slug>/versions/<int:id>/restore": (401, 303, 303, 404, 303),
    "POST /desk/jobs/<slug>/beside/<int:id>": (401, 422, 422, 404, 422),
    "POST /desk/jobs/<slug>/publish": (401, 403, 422, 404, 422),
    "POST /desk/jobs/<slug>/take-back": (401, 403, 303, 404, 303),
    "POST /desk/jobs/<slug>/remove": (401, 403, 403, 404, 303),
    "GET /desk/jobs/<slug>/close": (IN, 403, 200, 404, 200),
    "POST /desk/jobs/<slug>/close": (401, 403, 303, 404, 303),
    "GET /desk/jobs/<slug>/reopen": (IN, 403, 200, 404, 200),
    "POST /desk/jobs/<slug>/reopen": (401, 403, 303, 404, 303),
    # a draft is deleted by who began it or an admin
    "GET /desk/newsletters/<slug>/delete": (IN, 403, 403, 403, 200),
    "POST /desk/newsletters/<slug>/delete": (401, 403, 403, 403, 303),
    "POST /desk/account/browsers/<int:id>/end": (401, 404, 404, 404, 404),
    "POST /desk/account/sender/<int:id>": (401, 404, 404, 404, 404),
    "POST /desk/account/sender/<int:id>/withdraw": (401, 404, 404, 404, 404),
    # a note is taken away by its writer or an admin; of a colleague's draft and list nothing is told
    "GET /desk/members/<int:id>/notes/<int:note_id>/remove": (IN, 403, 403, 403, 200),
    "POST /desk/members/<int:id>/notes/<int:note_id>/remove": (401, 403, 403, 403, 303),
    "GET /desk/letters/<int:id>": (IN, 403, 404, 403, 404),
    "POST /desk/letters/<int:id>": (401, 403, 404, 403, 404),
    "GET /desk/letters/<int:id>/preview": (IN, 403, 404, 403, 404),
    "GET /desk/letters/<int:id>/mail": (IN, 403, 404, 403, 404),
    "POST /desk/letters/<int:id>/test": (401, 403, 404, 403, 404),
    "POST /desk/letters/<int:id>/discard": (401, 403, 404, 403, 404),
    "GET /desk/letters/<int:id>/send": (IN, 403, 404, 403, 404),
    "POST /desk/letters/<int:id>/send": (401, 403, 404, 403, 404),
    "POST /desk/letters/<int:id>/ask-sender": (401, 403, 404, 403, 404),
    "POST /desk/suggestions/<int:id>/dismiss": (401, 403, 404, 403, 404),
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

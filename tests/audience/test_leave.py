"""Leaving by the link in a mail: E-13 clause by clause, E-14, P1 and P5, for living and erased people alike."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select, text, update
from werkzeug.test import TestResponse

from portal import clock
from portal.audience.models import ASKED, Consent, Leaving
from portal.audience.queries import leaving, tokens
from portal.config import Config
from portal.db import Base, db
from portal.mail import outbox, sending
from portal.mail.outbox import Piece, Words
from portal.mail.transport import Transport
from portal.members.models import Member
from portal.web.requests import ANYWHERE
from tests import factories
from tests.audience import letters
from tests.audience.visitor import Visitor, forms
from tests.conftest import KEY
from tests.faults.smtp_server import FakeSmtp

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
LEFT = "You have left. Nothing more of this is sent to you.\n"


@pytest.fixture
def ana(app: Flask) -> Member:
    """Agreed to everything; has something of every purpose in the queue."""
    found = factories.member(address="maria@example.org", name="Maria Antónia", agreed_to=ASKED)
    for purpose in ASKED:
        factories.delivery(member=found, mailing=factories.mailing(purpose=purpose))
    db.session.commit()
    return found


@pytest.fixture
def path(ana: Member) -> str:
    return f"/unsubscribe/{tokens.unsubscribe(ana.id, 'newsletter')}"


@pytest.fixture
def program(app: Flask) -> Visitor:
    """A mail program: no cookies."""
    return Visitor(app, cookies=False)


def everything_stored(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, as another process sees them."""
    with db.engine.connect() as connection:
        return {t.name: [tuple(r) for r in connection.execute(t.select())] for t in Base.metadata.sorted_tables}


def agreed(member: Member) -> set[str]:
    """The living consents as another process sees them: what is committed."""
    with db.engine.connect() as connection:
        rows = select(Consent.purpose).filter_by(member_id=member.id, withdrawn_at=None)
        return set(connection.execute(rows).scalars())


def queue() -> list[tuple[int | None, str, str, str | None]]:
    """Deliveries as another process sees them: whose, purpose, state, reason."""
    statement = "SELECT d.member_id, m.purpose, d.state, d.reason FROM delivery d JOIN mailing m ON m.id = d.mailing_id"
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"{statement} ORDER BY d.id"))]


# P1


def test_p1_looking_twenty_times_changes_nothing(app: Flask, ana: Member, path: str) -> None:
    pages = (path, f"/preferences/{tokens.preferences(ana.id)}")
    before = everything_stored(app)
    visitor = Visitor(app)
    for page in pages:
        for method in ("GET", "HEAD") * 20:
            response = visitor.open(page, method)
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "no-store"
    assert everything_stored(app) == before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_p1_not_even_with_the_body_or_the_query_of_a_post(app: Flask, ana: Member, path: str, method: str) -> None:
    before = everything_stored(app)
    Visitor(app).open(path, method, data=ONE_CLICK, query_string=ONE_CLICK | {"leave": "everything", "_method": "POST"})
    assert everything_stored(app) == before


def test_p1_other_methods_do_not_act_either(app: Flask, ana: Member, path: str) -> None:
    before = everything_stored(app)
    for method in ("OPTIONS", "PUT", "PATCH", "DELETE"):
        assert Visitor(app).open(path, method, data=ONE_CLICK).status_code in {200, 405}
    assert Visitor(app).get(f"{path}/reason").status_code == 405
    assert everything_stored(app) == before


# E-13


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_one_click(program: Visitor, ana: Member, path: str, content_type: str) -> None:
    response = program.post(path, data=ONE_CLICK, content_type=content_type)
    assert (response.status_code, response.text) == (200, LEFT)
    assert "Location" not in response.headers
    assert "Set-Cookie" not in response.headers
    assert agreed(ana) == {"job_alerts", "check_ins"}
    ended = db.session.scalars(select(Consent).filter_by(member_id=ana.id, purpose="newsletter")).one()
    assert (ended.withdrawn_by, ended.withdrawn_from) == ("one-click", "127.0.0.0/24")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://mail.example.com"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example.com"},
        {"Referer": "https://mail.example.com/inbox"},
        {"User-Agent": ""},
        {"Accept": "application/json"},
        {"Cookie": "portal-form=x; portal-member=y"},
    ],
)
def test_one_click_comes_from_anywhere(program: Visitor, ana: Member, path: str, headers: dict[str, str]) -> None:
    assert program.post(path, data=ONE_CLICK, headers=headers).status_code == 200
    assert "newsletter" not in agreed(ana)


def test_one_click_again_is_fine(program: Visitor, ana: Member, path: str) -> None:
    first = program.post(path, data=ONE_CLICK)
    after = everything_stored(program.client.application)
    for _ in range(3):
        again = program.post(path, data=ONE_CLICK)
        assert (again.status_code, again.text) == (first.status_code, first.text)
    assert everything_stored(program.client.application) == after, "the first withdrawal stays as it was"


def test_one_click_works_for_years(program: Visitor, ana: Member, path: str, now: datetime) -> None:
    with time_machine.travel(now + timedelta(days=5 * 365)):
        assert program.post(path, data=ONE_CLICK).text == LEFT
    assert "newsletter" not in agreed(ana)


def test_one_click_works_after_erasure_and_for_whom_we_never_knew(program: Visitor, ana: Member, path: str) -> None:
    erase(ana)
    unknown = f"/unsubscribe/{tokens.unsubscribe(10**12, 'check_ins')}"
    for address in (path, unknown):
        response = program.post(address, data=ONE_CLICK)
        assert (response.status_code, response.text) == (200, LEFT)


@pytest.mark.parametrize("body", [b"", b"hello", b"\xff\xfe", b"List-Unsubscribe", b"leave=nothing", b"--x\r\nbroken"])
@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/plain"]
)
def test_any_other_body_leaves_too(program: Visitor, ana: Member, path: str, body: bytes, content_type: str) -> None:
    response = program.post(path, data=body, content_type=content_type)
    assert response.status_code == 200
    assert agreed(ana) == {"job_alerts", "check_ins"}


def test_only_these_endpoints_may_be_posted_to_from_anywhere() -> None:
    assert {"leave.act", "leave.tell"} == ANYWHERE


def test_the_address_in_a_header_stays_short(app: Flask) -> None:
    path = f"https://talent.example.org/unsubscribe/{tokens.unsubscribe(10**7, 'newsletter')}"
    assert len(path) < 75, "E-07"


# Keys and tokens


def test_a_link_outlives_its_key(ana: Member, path: str, config: Config, make_app: Callable[[Config], Flask]) -> None:
    rotated = Config(
        **(config.model_dump() | {"secret_key": "a-newer-key-0123456789-zyxwvutsrqponm", "secret_keys_old": KEY})
    )
    app = make_app(rotated)
    with app.app_context():
        assert Visitor(app, cookies=False).post(path, data=ONE_CLICK).text == LEFT
        assert "newsletter" not in agreed(ana)


def test_a_token_that_is_not_ours_opens_and_does_nothing(app: Flask, program: Visitor, ana: Member) -> None:
    good = tokens.unsubscribe(ana.id, "newsletter")
    value, _, mac = good.partition(".")
    forged = [
        good[:-1], good[1:], good + "A", f"{value}.", f".{mac}", f"{ana.id:x}j.{mac}", good.upper(), good.replace(".", ""),
        tokens.preferences(ana.id), "x", "%00", "é", "a" * 4000, good + "/../" + good,
    ]  # fmt: skip
    before = everything_stored(app)
    for token in forged:
        for path in (f"/unsubscribe/{token}", f"/unsubscribe/{token}/reason"):
            assert program.post(path, data=ONE_CLICK | {"reason": "other"}).status_code == 404, path
        assert program.get(f"/unsubscribe/{token}").status_code == 404
    assert everything_stored(app) == before
    page = Visitor(app).get(f"/unsubscribe/{good[:-1]}").text
    assert "This link is not whole. Open the mail again and follow its link" in page
    assert 'href="/pages/help"' in page, "a way out"


def test_the_number_of_somebody_erased_is_never_given_to_another(
    app: Flask, program: Visitor, ana: Member, path: str
) -> None:
    erase(ana)
    bo = factories.member(agreed_to=ASKED)
    db.session.commit()
    program.post(path, data=ONE_CLICK)
    assert agreed(bo) == set(ASKED), "an old link would have unsubscribed whoever joined next"


def erase(member: Member) -> None:
    """What erasure leaves: no member, consents and deliveries without a person."""
    db.session.execute(update(Consent).filter_by(member_id=member.id).values(member_id=None))
    db.session.execute(delete(Member).filter_by(id=member.id))
    db.session.commit()


# E-14, P5


def test_p5_when_the_answer_comes_everything_has_been_written(
    app: Flask, program: Visitor, ana: Member, path: str
) -> None:
    bo = factories.member(agreed_to=["newsletter"])
    mailing = factories.mailing()
    factories.delivery(member=ana, mailing=mailing, state="deferred")
    factories.delivery(member=bo, mailing=mailing)
    factories.delivery(member=ana, state="accepted")
    factories.delivery(member=ana, state="sending")
    db.session.commit()
    program.post(path, data=ONE_CLICK)
    assert agreed(ana) == {"job_alerts", "check_ins"}
    assert queue() == [
        (ana.id, "newsletter", "skipped", "no_consent"),
        (ana.id, "job_alerts", "queued", None),
        (ana.id, "check_ins", "queued", None),
        (ana.id, "newsletter", "skipped", "no_consent"),
        (bo.id, "newsletter", "queued", None),
        (ana.id, "newsletter", "accepted", None),
        (ana.id, "newsletter", "sending", None),
    ]
    assert agreed(bo) == {"newsletter"}


@pytest.fixture
def smtp() -> None:
    """Its name allows connections to a mail server (tests/conftest.py)."""


@pytest.mark.usefixtures("smtp")
def test_p5_leaving_while_a_send_is_running(app: Flask, program: Visitor, now: datetime) -> None:
    people = [factories.member(address=f"person{n}@example.org", agreed_to=["newsletter"]) for n in range(5)]
    words = Words(
        "newsletter", "newsletter", "Measure twice", "", [Piece("<p>Hello</p>", "Hello")], "You asked for it."
    )
    mailing = outbox.freeze(words, now)
    for person in people:
        outbox.queue_one(mailing, person.id, now)
    db.session.commit()
    leaves = f"/unsubscribe/{tokens.unsubscribe(people[2].id, 'newsletter')}"

    def second_is_through(number: int, _: str) -> None:
        if number == 2:  # in the server's thread, while the worker waits for the answer to the second message
            with app.app_context():
                assert program.post(leaves, data=ONE_CLICK).status_code == 200

    with FakeSmtp({"EOM": second_is_through}) as server, Transport(server.url) as transport:
        sending.send(mailing.id, transport, clock.now)
    got = [address for message in server.arrived for address in message.recipients]
    assert got == [f"person{n}@example.org" for n in (0, 1, 3, 4)]
    assert [(state, reason) for _, _, state, reason in queue()] == [
        ("accepted", None), ("accepted", None), ("skipped", "no_consent"), ("accepted", None), ("accepted", None),
    ]  # fmt: skip


def test_when_the_database_cannot_write_nothing_is_half_done(
    app: Flask, program: Visitor, ana: Member, path: str
) -> None:
    with db.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER full BEFORE UPDATE ON delivery BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        )
    before = everything_stored(app)
    assert program.post(path, data=ONE_CLICK).status_code >= 500
    assert everything_stored(app) == before, "the consent was not withdrawn without the queue"


# The pages


def test_the_page_shows_no_more_than_it_must(app: Flask, ana: Member, path: str) -> None:
    page = Visitor(app).get(path).text
    assert "m…@e…" in page
    for secret in ("Maria", "maria", "example.org</"):
        assert secret not in page.split("<main")[1].split("</main")[0]
    assert '<meta name="robots" content="noindex">' in page


def test_a_person_without_cookies_leaves_by_the_button(program: Visitor, ana: Member, path: str) -> None:
    form = program.form(path)
    assert "csrf_token" not in form.data
    response = program.send(form, {"leave": "this"})
    assert response.status_code == 200
    assert "<h1>You have left</h1>" in response.text
    assert "Set-Cookie" not in response.headers
    assert agreed(ana) == {"job_alerts", "check_ins"}
    ended = db.session.scalars(select(Consent).filter_by(member_id=ana.id, purpose="newsletter")).one()
    assert ended.withdrawn_by == "unsubscribe"


def test_or_leaves_everything(program: Visitor, ana: Member, path: str) -> None:
    assert "<h1>You have left</h1>" in program.send(program.form(path), {"leave": "everything"}).text
    assert agreed(ana) == set()
    assert {state for _, _, state, _ in queue()} == {"skipped"}
    page = program.get(path).text
    assert "<h1>Nothing is sent to you any more</h1>" in page


def test_one_click_leaves_only_what_the_mail_was(program: Visitor, ana: Member, path: str) -> None:
    program.post(path, data=ONE_CLICK | {"leave": "everything"})
    assert agreed(ana) == {"job_alerts", "check_ins"}


@pytest.mark.parametrize("purpose", ASKED)
def test_each_link_leaves_its_own_purpose(program: Visitor, ana: Member, purpose: str) -> None:
    program.post(f"/unsubscribe/{tokens.unsubscribe(ana.id, purpose)}", data=ONE_CLICK)
    assert agreed(ana) == set(ASKED) - {purpose}


def test_who_left_this_but_not_the_rest_can_still_leave_the_rest(program: Visitor, ana: Member, path: str) -> None:
    program.post(path, data=ONE_CLICK)
    page = program.get(path).text
    assert "<h1>You have left this already</h1>" in page
    assert program.form(path).offered.getlist("leave") == ["everything"]


def test_somebody_erased_reads_the_same_as_somebody_who_left_everything(
    program: Visitor, ana: Member, path: str
) -> None:
    program.send(program.form(path), {"leave": "everything"})
    pages = [program.get(path).text, words(program.post(path)), program.post(path, data=ONE_CLICK).text]
    erase(ana)
    assert [program.get(path).text, words(program.post(path)), program.post(path, data=ONE_CLICK).text] == pages


def test_two_who_leave_read_the_same_words(program: Visitor, ana: Member, path: str) -> None:
    """The answer tells nothing about whether there was anything to leave."""
    first, second = program.post(path), program.post(path)
    assert words(first) == words(second)


def words(page: TestResponse) -> str:
    """A page but for its ticket, which is random for everybody."""
    return re.sub(r'(name="ticket" type="hidden" value=")[\w-]{22}"', r'\1"', page.text)


# Reasons


def test_why_is_asked_afterwards_and_kept_without_a_person(
    program: Visitor, ana: Member, path: str, now: datetime
) -> None:
    response = program.send(forms(program.post(path))[0], {"reason": "too_many"})
    assert response.status_code == 200
    assert "Thank you for telling us." in response.text
    kept = db.session.scalars(select(Leaving)).one()
    assert (kept.purpose, kept.reason, kept.day) == ("newsletter", "too_many", now.date())
    assert set(Leaving.__table__.columns.keys()) == {"id", "purpose", "reason", "mailing_id", "ticket", "day"}
    assert kept.ticket is None, "told once"


def test_a_reason_alone_does_not_leave(program: Visitor, ana: Member, path: str) -> None:
    program.post(f"{path}/reason", data={"reason": "other"})
    assert agreed(ana) == set(ASKED)


@pytest.mark.parametrize("data", [{}, {"reason": ""}, {"reason": "<b>bad</b>"}, {"reason": "x" * 5000}])
def test_a_reason_that_is_none_is_said_kindly(program: Visitor, path: str, data: dict[str, str]) -> None:
    program.post(path)
    response = program.post(f"{path}/reason", data=data)
    assert response.status_code == 422
    assert "Choose one of those that are shown." in response.text
    assert "<h1>You have left</h1>" in response.text
    assert db.session.scalars(select(Leaving.reason)).all() == [""]


def test_one_link_cannot_fill_the_statistics(program: Visitor, path: str) -> None:
    answers = [program.post(f"{path}/reason", data={"reason": "other"}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert db.session.scalar(select(func.count()).select_from(Leaving)) == 3
    assert program.post(path, data=ONE_CLICK).status_code == 200, "leaving itself has no limit"


@pytest.mark.parametrize("data", [ONE_CLICK, {"leave": "this"}, {"leave": "everything"}])
def test_leaving_is_kept_once_with_the_last_mail_of_that_kind(
    program: Visitor, ana: Member, path: str, data: dict[str, str], now: datetime
) -> None:
    first, last, other, letter = (letters.letter(segment=segment) for segment in ("all", "all", "all", None))
    other.purpose, letter.purpose = "job_alerts", "check_ins"
    for mailing, hours in ((last, 2), (first, 5), (other, 1), (letter, 1)):
        letters.got(ana, mailing, now - timedelta(hours=hours))
    factories.delivery(member=ana, mailing=letters.letter(segment="all"), state="skipped", reason="over_budget")
    db.session.commit()
    for _ in range(3):
        program.post(path, data=data)
    kept = db.session.scalars(select(Leaving)).one()
    assert (kept.purpose, kept.reason, kept.mailing_id) == ("newsletter", "", last.id)


def test_a_letter_to_one_person_is_not_named_beside_the_leaving(program: Visitor, ana: Member, now: datetime) -> None:
    """It would say who left."""
    letters.got(ana, factories.mailing(purpose="check_ins"), now)
    db.session.commit()
    program.post(f"/unsubscribe/{tokens.unsubscribe(ana.id, 'check_ins')}", data=ONE_CLICK)
    assert db.session.scalars(select(Leaving.mailing_id)).one() is None


def test_the_reason_stands_beside_ones_own_leaving(app: Flask, program: Visitor, now: datetime) -> None:
    mailing, pages = letters.letter(segment="all"), []
    for _ in range(3):
        member = factories.member(agreed_to=["newsletter"])
        letters.got(member, mailing, now)
        db.session.commit()
        pages.append(program.post(f"/unsubscribe/{tokens.unsubscribe(member.id, 'newsletter')}"))
    program.send(forms(pages[1])[0], {"reason": "found_a_job"})
    assert db.session.scalars(select(Leaving.reason).order_by(Leaving.id)).all() == ["", "found_a_job", ""]
    assert leaving.by_mailing([mailing.id]) == {"": 3}, "so few that each could be told apart"
    db.session.add_all(Leaving(purpose="newsletter", reason="", mailing_id=mailing.id, day=now.date()) for _ in "ab")
    db.session.flush()
    assert leaving.by_mailing([mailing.id, 10**6]) == {"": 4, "found_a_job": 1}
    assert leaving.by_mailing([10**6]) == {}


def test_undoing_needs_the_owner(program: Visitor, path: str) -> None:
    page = program.post(path).text
    assert 'href="/sign-in?next=/me/preferences"' in page

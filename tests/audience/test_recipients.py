"""Whom a segment reaches, and what stands in each one's mail."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import case, event, func, literal, select, text
from sqlalchemy.engine import Engine

from portal.audience.models import ANSWERS, ASKED, Eligibility
from portal.audience.queries import fields, missing, parse, reach, recipients, refusal, segment_clause, tokens
from portal.db import db
from portal.mail import outbox
from portal.mail.models import Delivery
from portal.members.models import Member
from tests import factories
from tests.audience.conftest import World
from tests.audience.people import NOW
from tests.conftest import KEY, make_config

LONG_BASE = "https://talent-community.example-corp.org"
EVERYONE = {"all": []}


def test_everybody_selected_is_there_once_with_one_reason_or_none(world: World) -> None:
    """P6: confirmed people whom the rule selects, nobody else, and the counts add up."""
    calibration, data = world.interests["calibration"], world.interests["data-engineering"]
    free = factories.member(interests=[calibration, data], agreed_to=["newsletter"])
    unasked = factories.member(interests=[calibration])
    bounced = factories.member(interests=[data], agreed_to=["newsletter"])
    factories.suppression(member=bounced)
    factories.suppression(address="gone@example.org", reason="erased")
    factories.member(agreed_to=["newsletter"])
    factories.member(interests=[calibration], agreed_to=["newsletter"], confirmed_at=None)
    rule = parse({"interest": ["calibration", "data-engineering"]})
    rows = db.session.execute(recipients(rule, "newsletter", NOW)).all()
    assert sorted(rows) == sorted([(free.id, None), (unasked.id, "no_consent"), (bounced.id, "suppressed")])
    assert reach(rule, "newsletter", NOW) == {None: 1, "no_consent": 1, "suppressed": 1}
    assert reach(parse({"any": []}), "newsletter", NOW) == {}


def test_a_campaign_is_frozen_by_one_statement_that_looks_at_members(world: World) -> None:
    """As the newsletter does it: ids and the mask of fragments, then the reasons when it is due. All are accounted for."""
    reader = factories.member(interests=[world.interests["calibration"]], agreed_to=["newsletter"])
    other = factories.member(agreed_to=["newsletter"])
    unasked = factories.member()
    bit = case((segment_clause(parse({"interest": ["calibration"]}), NOW), 2), else_=0)
    mailing = factories.mailing()
    columns = literal(mailing.id), Eligibility.member_id, (bit + 1).label("mask")
    chosen = recipients(parse(EVERYONE), "newsletter", NOW).with_only_columns(*columns)
    assert outbox.queue_all([mailing], chosen, NOW, NOW) == 3
    rows = select(Delivery.member_id, Delivery.mask, refusal(NOW)).where(Delivery.mailing_id == mailing.id)
    assert sorted(db.session.execute(rows)) == [
        (reader.id, 3, None),
        (other.id, 1, None),
        (unasked.id, 1, "no_consent"),
    ]


def test_how_many_have_no_name(world: World) -> None:
    """Of those who would be written to."""
    factories.member(name="", agreed_to=["newsletter"])
    factories.member(name="", agreed_to=["check_ins"])
    factories.member(name="Ana", agreed_to=["newsletter"])
    assert missing(parse(EVERYONE), "newsletter", "name", NOW) == 1
    assert missing(parse({"language": ["de"]}), "newsletter", "name", NOW) == 0
    assert missing(parse(EVERYONE), "newsletter", "preferences_url", NOW) == 0
    with pytest.raises(KeyError):
        missing(parse(EVERYONE), "newsletter", "salary", NOW)


@pytest.mark.parametrize("purpose", ASKED)
def test_list_mail_has_links_to_leave_and_to_choose(app: Flask, purpose: str) -> None:
    member = factories.member(name="Ana & Bo", address="ana@example.org")
    delivery = factories.delivery(member=member, mailing=factories.mailing(purpose=purpose))
    person = fields([delivery.id])[delivery.id]
    assert (person.address, person.name) == ("ana@example.org", "Ana & Bo")
    buttons = {f"reply_{answer}_url" for answer in ANSWERS}
    assert set(person.values) == {"name", "preferences_url", "unsubscribe_url", "why_url"} | buttons
    assert person.values["name"] == "Ana & Bo"
    path = "http://127.0.0.1:8000/unsubscribe/"
    assert person.values["unsubscribe_url"].startswith(path)
    assert tokens.read_unsubscribe(person.values["unsubscribe_url"].removeprefix(path)) == (member.id, purpose)
    assert person.values["preferences_url"].startswith("http://127.0.0.1:8000/preferences/")


@pytest.mark.parametrize(
    ("purpose", "path"),
    [("confirm", "/confirm/"), ("sign_in", "/sign-in/"), ("already_in", "/sign-in/"), ("demo", "/sign-in/")],
)
def test_account_mail_has_its_link(app: Flask, purpose: str, path: str) -> None:
    member = factories.member()
    mailing = factories.mailing(purpose="account")
    _, secret = factories.account_link(member=member, purpose=purpose, mailing=mailing)
    factories.account_link(member=factories.member(), purpose=purpose, mailing=mailing)
    factories.account_link(member=member, purpose=purpose)
    delivery = factories.delivery(member=member, mailing=mailing)
    values = fields([delivery.id])[delivery.id].values
    assert values["action_url"] == f"http://127.0.0.1:8000{path}{secret}"
    assert "unsubscribe_url" not in values


def test_mail_that_stands_on_a_relation_cannot_be_unsubscribed(app: Flask) -> None:
    delivery = factories.delivery(member=factories.member(), mailing=factories.mailing(purpose="applications"))
    assert set(fields([delivery.id])[delivery.id].values) == {"name", "preferences_url", "why_url"}


def test_a_batch_is_one_statement_and_one_more_for_who_is_no_member_and_the_erased_are_left_out(app: Flask) -> None:
    mailing = factories.mailing()
    there = [factories.delivery(member=factories.member(), mailing=mailing).id for _ in range(5)]
    gone = factories.delivery(member=None, mailing=mailing).id
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert set(fields(there)) == set(there)
        assert len(statements) == 1
        assert set(fields([*there, gone])) == set(there)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(statements) == 3


def test_a_link_made_with_a_lost_key_fails_only_its_own_mail(
    config: object, tmp_path: Path, make_app: Callable[..., Flask]
) -> None:
    new = "another-key-for-tests-9876543210-zyxwvut"
    ids = []
    with make_app(make_config(tmp_path)).app_context():
        mailing = factories.mailing(purpose="account")
        member = factories.member()
        factories.account_link(member=member, mailing=mailing)
        ids.append(factories.delivery(member=member, mailing=mailing).id)
        ids.append(factories.delivery(member=factories.member(), mailing=mailing).id)
        db.session.commit()
    with make_app(make_config(tmp_path, secret_key=new)).app_context():
        assert [("action_url" in person.values) for person in fields(ids).values()] == [False, False]
    with make_app(make_config(tmp_path, secret_key=new, secret_keys_old=KEY)).app_context():
        assert [("action_url" in person.values) for person in fields(ids).values()] == [True, False]


def test_the_link_to_leave_stays_under_75_characters(
    config: object, tmp_path: Path, make_app: Callable[..., Flask]
) -> None:
    """Beyond that, mail software on the way begins to fold and encode it (E-07)."""
    base = LONG_BASE[:38]
    assert len(base) == 38
    with make_app(make_config(tmp_path, base_url=base, trusted_hosts="")).app_context():
        member = factories.member()
        db.session.execute(text("PRAGMA defer_foreign_keys = ON"))  # of the rows that name the member
        db.session.execute(Member.__table__.update().values(id=10_000_000))
        db.session.expunge(member)
        member = db.session.scalars(select(Member)).one()
        delivery = factories.delivery(member=member)
        url = fields([delivery.id])[delivery.id].values["unsubscribe_url"]
    assert url.startswith(base)
    assert len(url) < 75


def test_the_freeze_reads_by_index(app: Flask) -> None:
    """Nothing is read whole but the short index of the members, once, and the lists of mailings and recruiters, however many
    deliveries there were before (P6 at a million)."""
    statement = recipients(parse({"interest": ["calibration"]}), "newsletter", NOW).subquery()
    sql = select(func.count()).select_from(statement).where(statement.c.reason.is_(None))
    compiled = str(sql.compile(db.engine, compile_kwargs={"literal_binds": True}))
    plan = [row[3] for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")]
    whole = {step for step in plan if step.startswith("SCAN")}
    assert whole == {
        "SCAN eligibility USING COVERING INDEX ix_eligibility_counted",
        "SCAN mailing",
        "SCAN recruiter",
    }, plan

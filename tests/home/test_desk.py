"""The desk's first page: what waits for whom."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db import db
from portal.newsletter.models import Approval, Campaign, Issue
from portal.staff.models import House, Recruiter, SenderPermission
from portal.writing.actions import versions
from portal.writing.models import Version
from tests import factories
from tests.pages import PageClient

AtDesk = Callable[..., PageClient]


def page(client: PageClient) -> str:
    return unescape(client.get("/desk").get_data(as_text=True))


@pytest.mark.parametrize(
    ("role", "steps", "not_theirs"),
    [
        ("author", ["Write a newsletter", "Write an insight"], ["Get to know somebody", "Invite your colleagues"]),
        ("recruiter", ["Write a newsletter", "Get to know somebody"], ["Invite your colleagues"]),
        ("manager", ["Say how mail under your name looks"], ["Write a newsletter", "Get to know somebody"]),
        ("admin", ["Invite your colleagues", "Get to know somebody"], ["Say how mail under your name looks"]),
    ],
)
def test_the_first_time_says_the_next_step(
    app: Flask, at_desk: AtDesk, role: str, steps: list[str], not_theirs: list[str]
) -> None:
    shown = page(at_desk(role))
    assert "Nothing waits for you." in shown
    assert [step for step in steps if step not in shown] == []
    assert [step for step in not_theirs if step in shown] == []
    assert "still being tried out" not in shown


def test_the_trial_is_said_with_what_to_do(app: Flask, at_desk: AtDesk) -> None:
    db.session.get_one(House, 1).live_at = None
    db.session.commit()
    assert "Go live when you are ready" in page(at_desk("admin"))
    assert "An admin goes live when you are ready." in page(at_desk("author"))


def everything(me: Recruiter, other: Recruiter, now: datetime) -> None:
    """Something of each kind that can wait for somebody."""
    db.session.add(SenderPermission(recruiter_id=me.id, purpose="newsletter", asked_by=other.id, asked_at=now))
    text = "---\nsubject: A quiet month\npreview: x\nsegment: everyone\n---\nHello.\n"
    piece = versions.start("issue", f"a-quiet-month-{me.id}", text, me, now)
    version = db.session.scalars(select(Version).filter_by(piece_id=piece.id)).one()
    issue = Issue(slug=f"sent-{me.id}", subject="On its way", preview="", segment="everyone", source="", digest=b"x")
    db.session.add(issue)
    db.session.flush()
    rest = {"segment": "everyone", "rule": {"all": []}, "send_at": now + timedelta(days=1)}
    db.session.add(Campaign(
        issue_id=issue.id, mailing_id=factories.mailing().id, subject="On its way", page="", created_at=now,
        recruiter_id=other.id, **rest,
    ))  # fmt: skip
    db.session.add(Approval(slug=piece.slug, version_id=version.id, asked_by=other.id, asked_at=now, **rest))
    member = factories.member(name="Mira", agreed_to=["check_ins"])
    factories.letter(member=member, recruiter=me, subject="Dear Mira")
    mailing = factories.mailing(purpose="check_ins", kind="letter")
    factories.letter(member=member, recruiter=me, sent_at=now).mailing_id = mailing.id
    factories.reply(delivery=factories.delivery(member=member, mailing=mailing, state="accepted", first_at=now), at=now)
    db.session.commit()


def test_each_role_sees_what_is_theirs(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    other = factories.recruiter(name="Ana Figueiredo")
    me = factories.recruiter(name="Tom Reed")
    everything(me, other, now)
    shown = page(at_desk(me))
    for words in (
        "Ana Figueiredo would like to write under your name.", "needs your yes", "One person answered you by a button.",
        "Dear Mira", "letter to Mira", f"a-quiet-month-{me.id}", "On its way", "goes ",
    ):  # fmt: skip
        assert words in shown
    assert "Nothing waits for you." not in shown
    theirs = page(at_desk(other))
    assert "Dear Mira" not in theirs, "a colleague's draft is nobody else's"
    assert "under your name" not in theirs
    assert "needs your yes" not in theirs, "nobody says yes to themselves"
    manager = page(at_desk("manager"))
    assert "On its way" not in manager
    assert "needs your yes" not in manager


def test_what_boards_leave_unclear_waits_for_those_who_settle_it(app: Flask, at_desk: AtDesk) -> None:
    board = factories.board()
    factories.posting(board_id=board.id, external_id="1", work_modes=(), publish_at=None)
    db.session.commit()
    assert "Of one opening a board leaves something unclear." in page(at_desk("recruiter"))
    assert "leaves something unclear" not in page(at_desk("manager"))


def test_a_manager_finds_the_openings_that_they_write(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    ruth = factories.recruiter(role="manager")
    versions.start("job", "an-opening", "---\ntitle: Ours\n---\nHello.\n", ruth, now)
    db.session.commit()
    assert 'href="/desk/jobs/an-opening"' in page(at_desk(ruth))

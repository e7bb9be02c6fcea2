"""The team: inviting, roles, the last admin, leaving and handing over, taking somebody out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from portal import sessions
from portal.db import db
from portal.followups.models import Letter
from portal.mail.models import Delivery
from portal.staff.actions import leaving, people, senders
from portal.staff.models import AuditEntry, Recruiter, StaffLink
from portal.staff.queries import by_key
from portal.staff.queries.senders import may_appear
from portal.writing.models import Piece
from tests import factories
from tests.pages import PageClient

AtDesk = Callable[..., PageClient]


@pytest.fixture
def ana(app: Flask) -> Recruiter:
    return factories.recruiter(role="admin", name="Ana")


def lives(recruiter: Recruiter, now: datetime) -> bool:
    return bool(sessions.of_recruiter(recruiter.id, now))


def test_an_invitation_is_shown_once_and_mailed(at_desk: AtDesk, ana: Recruiter) -> None:
    form = {"name": " Tom  Reed", "address": "Tom@Example.org", "role": "recruiter", "language": "de"}
    page = at_desk(ana).post("/desk/team/invite", data=form)
    assert page.status_code == 200
    assert "/desk/invited/" in page.text
    tom = by_key("tom@example.org")
    assert tom
    assert (tom.name, tom.address, tom.role, tom.language, tom.active) == (
        "Tom Reed",
        "Tom@example.org",
        "recruiter",
        "de",
        False,
    )
    link, delivery = db.session.scalars(select(StaffLink)).one(), db.session.scalars(select(Delivery)).one()
    assert (delivery.recruiter_id, delivery.mailing_id) == (tom.id, link.mailing_id)


@pytest.mark.parametrize(("address", "says"), [("tom", "not a mail address"), ("", "Write their mail address"), ("twice@example.org", "invited already")])  # fmt: skip
def test_what_cannot_be_invited_is_said(at_desk: AtDesk, ana: Recruiter, address: str, says: str) -> None:
    factories.recruiter(address="twice@example.org", joined_at=None)
    page = at_desk(ana).post(
        "/desk/team/invite", data={"name": "Tom", "address": address, "role": "author", "language": "en"}
    )
    assert page.status_code == 422
    assert says in page.text
    assert 'value="Tom"' in page.text


def test_without_proof_roles_invitations_and_ends_are_stopped(at_desk: AtDesk, ana: Recruiter, now: datetime) -> None:
    tom = factories.recruiter(name="Tom")
    stale = at_desk(ana, proved_at=now - timedelta(minutes=10))
    back = f"/desk/team/{tom.id}"
    for path in (
        f"{back}/role",
        f"{back}/end",
        f"{back}/forget",
        "/desk/team/invite",
        "/desk/team/house/live",
        "/desk/audit/export",
    ):
        answer = stale.post(path, data={"role": "admin", "back": back, "sure": "y", "format": "csv"})
        assert answer.status_code == 303
        assert answer.location == f"/desk/prove?next={back}"
    assert stale.get("/desk/team/invite").location == "/desk/prove?next=/desk/team/invite"
    db.session.expire_all()
    assert (tom.role, tom.ended_at) == ("recruiter", None)


def test_another_role_signs_out_at_once(at_desk: AtDesk, ana: Recruiter, now: datetime) -> None:
    """W-12."""
    tom = factories.recruiter(name="Tom")
    his, hers = at_desk(tom), at_desk(ana)
    assert his.get("/desk/account").status_code == 200
    assert hers.post(f"/desk/team/{tom.id}/role", data={"role": "admin"}).status_code == 303
    db.session.expire_all()
    assert tom.role == "admin"
    assert his.get("/desk/account").status_code == 302
    entry = db.session.scalars(select(AuditEntry).filter_by(action="role.change")).one()
    assert (entry.recruiter_id, entry.object_id) == (ana.id, str(tom.id))
    assert entry.detail == {"before": "recruiter", "after": "admin"}


def test_the_last_admin_stays(at_desk: AtDesk, ana: Recruiter, now: datetime) -> None:
    tom = factories.recruiter(name="Tom")
    factories.recruiter(role="admin", name="Invited", joined_at=None)
    factories.recruiter(role="admin", name="Left", ended_at=now)
    client = at_desk(ana)
    client.post(f"/desk/team/{ana.id}/role", data={"role": "author"})
    refused = client.post(f"/desk/team/{ana.id}/end", data={"to": str(tom.id)})
    assert refused.status_code == 422
    assert "only admin" in refused.text
    db.session.expire_all()
    assert (ana.role, ana.ended_at) == ("admin", None)
    client.post(f"/desk/team/{tom.id}/role", data={"role": "admin"})
    assert client.post(f"/desk/team/{ana.id}/role", data={"role": "author"}).status_code == 303
    db.session.expire_all()
    assert ana.role == "author"


def test_two_admins_who_take_the_role_from_each_other_at_once_do_not_both_succeed(
    each_app: Flask, now: datetime
) -> None:
    first, second = (factories.recruiter(role="admin", name=name) for name in ("Ana", "Tom"))
    ids = [(first.id, second.id), (second.id, first.id)]
    db.session.commit()
    start, said = Barrier(2), list[str]()

    def demote(by_id: int, whom_id: int) -> None:
        with each_app.app_context():
            by, whom = db.session.get_one(Recruiter, by_id), db.session.get_one(Recruiter, whom_id)
            db.session.commit()
            start.wait()
            try:
                people.change_role(whom, "author", by, now)
                db.session.commit()
                said.append("done")
            except people.StaffError:
                db.session.rollback()
                said.append("refused")
            db.session.remove()

    threads = [Thread(target=demote, args=pair) for pair in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "refused"]
    assert len(db.session.scalars(select(Recruiter).filter_by(role="admin")).all()) == 1


def test_who_leaves_hands_over_and_is_out_at_once(at_desk: AtDesk, ana: Recruiter, now: datetime) -> None:
    tom, ines = factories.recruiter(name="Tom"), factories.recruiter(name="Inês")
    piece = Piece(kind="segment", slug="his", home="desk", owner_id=tom.id, created_at=now)
    letter = Letter(
        member_id=factories.member().id, recruiter_id=tom.id, sender_id=tom.id, subject="A", source="B", created_at=now, changed_at=now,
    )  # fmt: skip
    db.session.add_all([piece, letter])
    senders.give(tom, now, purpose="newsletter")
    db.session.commit()
    assert may_appear(tom.id, "newsletter")
    his, hers = at_desk(tom), at_desk(ana)
    ended = hers.post(f"/desk/team/{tom.id}/end", data={"to": str(ines.id)})
    assert ended.location == "/desk/team"
    assert "2 things are now Inês" in hers.get("/desk/team").text
    db.session.expire_all()
    assert (piece.owner_id, letter.recruiter_id, letter.sender_id) == (ines.id, ines.id, ines.id)
    assert not may_appear(tom.id, "newsletter")
    assert his.get("/desk/account").status_code == 302
    assert not tom.active
    assert not lives(tom, now)


def test_nobody_leaves_without_somebody_who_takes_over(
    at_desk: AtDesk, ana: Recruiter, app: Flask, now: datetime
) -> None:
    tom, gone = factories.recruiter(name="Tom"), factories.recruiter(name="Gone", ended_at=now)
    client = at_desk(ana)
    for to in ("", str(tom.id), str(gone.id), "999"):
        assert client.post(f"/desk/team/{tom.id}/end", data={"to": to}).status_code == 422
    with pytest.raises(people.StaffError):
        leaving.end(tom, gone, ana, now)


def test_an_invitation_can_be_taken_back(at_desk: AtDesk, ana: Recruiter, now: datetime) -> None:
    waiting = factories.recruiter(name="Soon", joined_at=None)
    assert at_desk(ana).post(f"/desk/team/{waiting.id}/end", data={"to": str(ana.id)}).status_code == 303
    db.session.expire_all()
    assert waiting.ended_at


def test_who_has_left_can_be_taken_out_and_what_they_did_stays(at_desk: AtDesk, ana: Recruiter, now: datetime) -> None:
    tom = factories.recruiter(
        name="Tom Quibbledack", address="quibble@example.org", title="Quokka keeper", ended_at=now
    )
    people.note(tom, "sign_in", "recruiter", tom.id, now)
    client = at_desk(ana)
    assert client.post(f"/desk/team/{tom.id}/forget").status_code == 303
    with db.engine.connect() as connection:
        dump = "\n".join(connection.connection.iterdump()).lower()  # type: ignore[attr-defined]
    assert "quibble" not in dump
    assert "quokka" not in dump
    assert f"Former colleague {tom.id} signed in" in client.get("/desk/audit").text


def test_nobody_who_is_here_is_taken_out(at_desk: AtDesk, ana: Recruiter) -> None:
    tom = factories.recruiter(name="Tom")
    at_desk(ana).post(f"/desk/team/{tom.id}/forget")
    db.session.expire_all()
    assert tom.name == "Tom"


def test_who_has_left_may_be_invited_anew(app: Flask, now: datetime) -> None:
    tom = factories.recruiter(name="Tom", address="tom@example.org", ended_at=now)
    people.invite("tom@example.org", "tom@example.org", "Tom", "author", None, now)
    assert (tom.ended_at, tom.joined_at, tom.role) == (None, None, "author")

"""`::: jobs`: to each reader the openings that are for them, by the one matcher, once more when the mail is built; the
archive has those that are open, early ones never."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import content
from portal.alerts.models import Announcement
from portal.db import db
from portal.mail.models import Delivery, Fragment
from portal.members.models import Member
from portal.staff.models import Recruiter
from tests import factories
from tests.alerts import post
from tests.alerts.post import DAY, Mail, Smtp
from tests.newsletter.test_sending_desk import HERE, letter, press, seen, segment
from tests.pages import MORE, PageClient

At = Callable[..., PageClient]
BODY = "Hello [[name|there]],\n\n::: jobs\n\nGoodbye.\n"


@pytest.fixture
def ana(app: Flask) -> Recruiter:
    found = factories.recruiter(name="Ana Figueiredo", address="ana@talent.example.org")
    segment(found)
    letter(found, BODY)
    return found


def reader(name: str = "Mira", agreed_to: tuple[str, ...] = ("newsletter",), **more: object) -> Member:
    return factories.member(name=name, agreed_to=agreed_to, mails_per_month=20, **more)  # type: ignore[arg-type]


def send(app: Flask, at_desk: At, ana: Recruiter, smtp: Smtp) -> dict[str, Mail]:
    """Press the button and let the worker send; what arrived, by name."""
    db.session.commit()
    client = at_desk(ana)
    assert press(client, seen(client)).status_code == 303
    return arrived(smtp)


def arrived(smtp: Smtp) -> dict[str, Mail]:
    mails = post.send(smtp)
    return {mail.message["To"].addresses[0].display_name: mail for mail in mails}


def test_each_reader_gets_those_that_are_for_them(
    app: Flask, at_desk: At, ana: Recruiter, smtp: Smtp, now: datetime
) -> None:
    """P3, in this part too: remote only never sees on site, unknown or early."""
    data = factories.interest(slug="data", name="Data")
    factories.posting(title="From home", slug="home", interests=[data], countries=["PT"])
    factories.posting(title="On the spot", slug="spot", work_modes=["onsite"])
    factories.posting(title="Nobody knows", slug="unclear", work_modes=[])
    factories.posting(title="No word of pay", slug="unpaid", pay=None)
    post.early(now, title="Early bird", slug="early")
    reader("Mira", work_modes=["remote"], lives_in="PT", interests=[data])
    reader("Jonas", work_modes=["onsite"], interests=[])
    reader("Nobody", levels=["entry"])
    mails = send(app, at_desk, ana, smtp)
    assert "From home" in mails["Mira"].text
    assert "For you, because you chose Data and remote, and it may be done from Portugal." in mails["Mira"].text
    assert "On the spot" in mails["Jonas"].text
    for name, mail in mails.items():
        whole = mail.text + mail.html
        assert "Early bird" not in whole
        assert "No word of pay" not in whole
        assert "Nobody knows" not in whole or name == "Nobody"
        assert ("Openings for you" in whole) == (name != "Nobody")
        assert "Goodbye." in whole
    assert "On the spot" not in mails["Mira"].text + mails["Mira"].html
    assert "From home" not in mails["Nobody"].text


def test_it_counts_as_announced(app: Flask, at_desk: At, ana: Recruiter, smtp: Smtp, now: datetime) -> None:
    """The next digest has nothing new; and what a digest had, the newsletter leaves out."""
    factories.posting(title="First", slug="first")
    member = reader("Mira", ("newsletter", "job_alerts"))
    post.sweep(now)
    assert len(post.send(smtp)) == 1
    factories.posting(title="Second", slug="second", publish_at=now - timedelta(minutes=1))
    mail = send(app, at_desk, ana, smtp)["Mira"]
    assert "Second" in mail.text
    assert "First" not in mail.text
    assert post.heard(member) == {"first", "second"}
    post.again(member, now + DAY)
    post.sweep(now + DAY)
    assert post.send(smtp, now + DAY) == []


def test_who_agreed_to_the_newsletter_only_gets_them_too(
    app: Flask, at_desk: At, ana: Recruiter, smtp: Smtp, now: datetime
) -> None:
    factories.posting(title="First", slug="first")
    member = reader()
    assert "First" in send(app, at_desk, ana, smtp)["Mira"].text
    assert post.heard(member) == {"first"}


def test_it_is_asked_again_when_the_mail_is_built(
    app: Flask, at_desk: At, ana: Recruiter, smtp: Smtp, now: datetime
) -> None:
    closing, changing = factories.posting(title="Closing"), factories.posting(title="Changing")
    staying = factories.posting(title="Staying")
    member = reader(work_modes=["remote"], lives_in="PT")
    db.session.commit()
    client = at_desk(ana)
    press(client, seen(client))
    closing.closed_at = now
    changing.work_modes, changing.changed_at = frozenset({"onsite"}), now
    db.session.commit()
    mail = arrived(smtp)["Mira"]
    assert "Staying" in mail.text
    assert "Closing" not in mail.text + mail.html
    assert "Changing" not in mail.text + mail.html
    assert post.heard(member) == {staying.slug}


def test_without_any_left_the_letter_goes_without_heading(
    app: Flask, at_desk: At, ana: Recruiter, smtp: Smtp, now: datetime
) -> None:
    only = factories.posting(title="Only")
    reader()
    db.session.commit()
    client = at_desk(ana)
    press(client, seen(client))
    only.closed_at = now
    db.session.commit()
    mail = arrived(smtp)["Mira"]
    assert "Openings for you" not in mail.text + mail.html
    assert "Goodbye." in mail.text
    assert db.session.scalars(select(Announcement)).all() == []


def test_what_did_not_go_is_not_announced(app: Flask, at_desk: At, ana: Recruiter, smtp: Smtp, now: datetime) -> None:
    factories.posting(slug="first")
    member = reader("Mira", ("newsletter", "job_alerts"))
    member.mails_per_month = 1
    used = factories.delivery(member=member, mailing=factories.mailing(), state="accepted")
    factories.slot(delivery=used, taken_at=now - DAY)
    assert send(app, at_desk, ana, smtp) == {}
    assert post.heard(member) == set()


def test_at_most_twenty_the_newest(app: Flask, at_desk: At, ana: Recruiter, smtp: Smtp, now: datetime) -> None:
    for n in range(23):
        factories.posting(title=f"No {n:02}", publish_at=now - (40 - n) * DAY)
    reader()
    mail = send(app, at_desk, ana, smtp)["Mira"]
    assert [n for n in range(23) if f"No {n:02}" in mail.text] == list(range(3, 23))
    mine = db.session.scalars(select(Delivery.mailing_id)).one()
    again = select(Fragment.again).filter_by(mailing_id=mine).order_by(Fragment.position)
    assert db.session.scalars(again).all() == [False, *[True] * 21, False]


def test_the_archive_has_those_that_are_open(
    app: Flask, at_desk: At, ana: Recruiter, smtp: Smtp, now: datetime, client: PageClient
) -> None:
    staying, closing = factories.posting(title="Staying", slug="staying"), factories.posting(title="Closing")
    post.early(now, title="Early bird")
    reader()
    send(app, at_desk, ana, smtp)
    page = client.get("/newsletter/october").text
    assert "Staying" in page
    assert "Closing" in page
    assert "Early bird" not in page
    assert "because you chose" not in page
    assert "<!--opening" not in page
    closing.closed_at = now
    db.session.commit()
    forget_pages(app)
    page = client.get("/newsletter/october").text
    assert "Staying" in page
    assert "Closing" not in page
    staying.closed_at = now
    db.session.commit()
    forget_pages(app)
    page = client.get("/newsletter/october").text
    assert "<h2>Openings</h2>" not in page
    assert "Goodbye." in page


def forget_pages(app: Flask) -> None:
    """As the worker does when an opening has closed."""
    content.touch()
    db.session.commit()


def test_the_desk_sees_who_gets_none(app: Flask, at_desk: At, ana: Recruiter, now: datetime) -> None:
    factories.posting(title="From home", slug="home")
    mira, jonas = reader("Mira"), reader("Jonas", work_modes=["onsite"])
    db.session.commit()
    client = at_desk(ana)
    who = client.get(f"{HERE}/who").text
    assert "Each those that are for them; one member gets none" in who
    for member, said in (
        (mira, "at least one of these openings is for Mira"),
        (jonas, "none of these openings is for"),
    ):
        page = client.get(f"{HERE}/preview?as={member.id}").text
        assert "Members for whom any of these openings is." in page
        assert said in page
    for kind in ("mail", "text", "page"):
        version = re.search(r"/preview/mail/(\d+)", client.get(f"{HERE}/preview?as={mira.id}").text)
        assert version
        assert "From home" in client.get(f"{HERE}/preview/{kind}/{version[1]}?as={mira.id}").text
    gap = client.get(f"{HERE}/preview/mail/{version[1]}?as={jonas.id}").text
    assert "Because none of these openings is for Jonas." in gap
    assert "From home" not in gap


def test_a_copy_to_look_at_has_all_of_it(app: Flask, at_desk: At, ana: Recruiter, smtp: Smtp, now: datetime) -> None:
    factories.posting(title="From home", slug="home")
    reader()
    db.session.commit()
    client = at_desk(ana)
    form = {"to": [str(ana.id)], "as": "all"}
    answer = client.post(f"{HERE}/send/test", data=form, environ_base={MORE: 60})
    assert answer.status_code == 303, answer.text
    [mail] = post.send(smtp)
    assert "From home" in mail.text
    assert "/desk/copy" in mail.html
    assert db.session.scalars(select(Announcement)).all() == []


def test_every_step_at_the_desk_knows_it(app: Flask, at_desk: At, ana: Recruiter, now: datetime) -> None:
    for n in range(3):
        factories.posting(title=f"Opening {n}")
    factories.insight(interests=[factories.interest(slug="data")])
    letter(ana, BODY + "\n::: insights\n\n::: for interest=data\nFor some.\n:::\n", "november")
    reader()
    db.session.commit()
    client = at_desk(ana)
    for slug in ("october", "november"):
        for path in ("", "/who", "/send", "/preview", "/preview/checks", "/preview?as=all"):
            answer = client.get(f"/desk/newsletters/{slug}{path}")
            assert answer.status_code in {200, 302}, path
    assert "Openings for each reader" in client.get(HERE).text


def test_a_list_without_anything_in_it_is_said(app: Flask, at_desk: At, ana: Recruiter, now: datetime) -> None:
    assert "No opening is open to everybody now" in at_desk(ana).get(f"{HERE}/preview/checks").text


def test_nothing_open_makes_no_part(app: Flask, at_desk: At, ana: Recruiter, smtp: Smtp, now: datetime) -> None:
    reader()
    mail = send(app, at_desk, ana, smtp)["Mira"]
    assert "Goodbye." in mail.text
    assert "Openings" not in mail.text

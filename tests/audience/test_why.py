"""Why did I get this? For a stranger the rule and nothing about anybody; for the member the data (W-25, P1, P10)."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from portal.audience.actions import consent
from portal.audience.queries import tokens
from portal.db import Base, db
from portal.mail.encoding import field
from portal.mail.models import Delivery
from portal.members.actions import changes
from portal.members.models import Member
from tests import factories
from tests.audience.letters import counted, got, letter, path
from tests.audience.visitor import Visitor, forms, signed_in

RULE = {"all": [{"interest": ["gravimetry", "acoustics"]}, {"none": [{"career_stage": ["not_looking"]}]}]}
SECRETS = ("Maria", "Antónia", "maria@", "Horology", "Setúbal", "open to the right thing", "You chose")
"""Who she is, and what she chose beyond what the rule says aloud."""


@pytest.fixture
def ana(app: Flask, now: datetime) -> Member:
    """Two interests, one of them in the rule; one place."""
    chosen = [factories.interest(name=name, slug=name.lower()) for name in ("Gravimetry", "Horology")]
    factories.interest(name="Acoustics", slug="acoustics")
    found = factories.member(
        address="maria@example.org",
        name="Maria Antónia",
        interests=chosen,
        places=[factories.place(name="Setúbal")],
        agreed_to=["newsletter", "job_alerts"],
    )
    changes.record(found.id, "you", {"interests": ["horology"]}, {"interests": ["horology", "gravimetry"]}, DAY)
    return found


DAY = datetime.fromisoformat("2026-03-03T10:00:00+00:00")


@pytest.fixture
def mail(ana: Member, now: datetime) -> Delivery:
    """What she got: one part for her, one not."""
    parts = {
        1: ("Weighing mountains", {"interest": ["gravimetry"]}),
        2: ("Louder than before", {"interest": ["acoustics"]}),
        4: ("To work anywhere", {"work_mode": ["remote"]}),
    }
    sent = letter(RULE, parts, subject=f"{field('name', 'Friend')}, measure twice")
    delivery = got(ana, sent, now - timedelta(days=2), mask=0b10010)
    counted(delivery, now - timedelta(days=2))
    db.session.commit()
    return delivery


def main(text: str) -> str:
    return " ".join(text.split("<main")[1].split("</main")[0].split())


def test_a_stranger_learns_the_rule_and_nothing_about_anybody(app: Flask, mail: Delivery) -> None:
    shown = main(Visitor(app).get(path(mail)).text)
    for words in (
        "Newsletter",
        "Friend, measure twice",
        "Fennel &amp; Rowe &lt;hello@talent.example.org&gt;",
        "You agreed on 15 January 2026, in these words:",
        "never more mails in 30 days than the number you set",
        "interested in Gravimetry or Acoustics",
        "It reached you because of what you chose.",
        "1 of at most 4 mails in the last 30 days.",
        "Sign in to see what we used and correct it",
    ):
        assert words in shown, words
    for secret in SECRETS:
        assert secret not in shown, secret


def test_somebody_else_who_is_signed_in_sees_no_more_than_a_stranger(app: Flask, mail: Delivery, now: datetime) -> None:
    other = signed_in(app, factories.member(name="Jonas"), now)
    shown = main(other.get(path(mail)).text)
    for secret in (*SECRETS, "Jonas"):
        assert secret not in shown, secret
    assert len(forms(other.get(path(mail)))) == len(forms(Visitor(app).get(path(mail))))


def test_the_member_sees_what_was_used(app: Flask, ana: Member, mail: Delivery, now: datetime) -> None:
    shown = main(signed_in(app, ana, now).get(path(mail)).text)
    assert "Maria Antónia, measure twice" in shown
    assert "You chose Gravimetry on 3 March 2026." in shown
    assert "You said that you are open to the right thing." in shown
    assert "You set no limit to how you want to work." in shown
    assert "Horology" not in shown, "it was not used"
    assert "Acoustics" not in shown.replace("Gravimetry or Acoustics", ""), "it was not hers"


def test_parts_can_be_linked_to_and_only_theirs_are_shown(app: Flask, mail: Delivery) -> None:
    shown = main(Visitor(app).get(path(mail)).text)
    assert re.findall(r'id="part-(\d+)"> <h3>([^<]+)', shown) == [
        ("1", "Weighing mountains"),
        ("4", "To work anywhere"),
    ]


def test_what_changed_since_is_said_and_no_data_shown(app: Flask, ana: Member, mail: Delivery, now: datetime) -> None:
    ana.career_stage = "not_looking"
    shown = main(signed_in(app, ana, now).get(path(mail)).text)
    assert "As it is now, this would not reach you again." in shown
    assert shown.count("You chose Gravimetry on 3 March 2026.") == 1, "for the part, whose rule still holds"


def test_opening_it_changes_nothing(app: Flask, ana: Member, mail: Delivery, now: datetime) -> None:
    """P1, P10: neither by who holds the mail nor by the member; not even that it was opened is kept."""
    visitors = [Visitor(app), signed_in(app, ana, now)]
    before = everything()
    for visitor in visitors:
        for method in ("GET", "HEAD"):
            assert visitor.open(path(mail), method).status_code == 200
    assert everything() == before


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    db.session.rollback()
    return {t.name: [tuple(r) for r in db.session.execute(t.select())] for t in Base.metadata.sorted_tables}


def test_what_was_held_back_is_told_to_the_member_and_counted_for_others(
    app: Flask, ana: Member, mail: Delivery, now: datetime
) -> None:
    at = datetime.fromisoformat("2026-03-03T10:00:00+00:00")
    since = now - timedelta(days=30)
    for reason in ("over_budget", "paused", "cancelled"):
        factories.delivery(member=ana, state="skipped", reason=reason, not_before=since, ended_at=since)
    waits = factories.delivery(member=ana, mailing=factories.mailing(purpose="check_ins"), not_before=now)
    waits.held_from, waits.not_before = since, now + timedelta(days=1)
    planned = factories.delivery(member=ana, not_before=now + timedelta(days=3))
    factories.delivery(member=ana, state="skipped", reason="over_budget", not_before=at, ended_at=at)  # long ago
    db.session.commit()
    assert planned.held_from is None, "what is only planned is not held back"
    shown = main(signed_in(app, ana, now).get(path(mail)).text)
    listed = shown.partition("<h2>Held back lately</h2>")[2]
    assert listed.count("<li>") == 4
    for words in (
        "not sent, because it would have been more than you set.",
        "not sent, because you had paused mail.",
        "not sent, because we called it off for everybody.",
        "as you set when mail may come.",
    ):
        assert words in listed, words
    assert "4 mails did not come, or wait, in the last 60 days." in main(Visitor(app).get(path(mail)).text)


def test_the_words_that_were_agreed_to_are_those_of_that_time(
    app: Flask, ana: Member, mail: Delivery, now: datetime
) -> None:
    consent.withdraw(ana.id, "newsletter", "preferences", "-", now)
    db.session.commit()
    shown = main(Visitor(app).get(path(mail)).text)
    assert "You agreed on 15 January 2026" in shown
    assert "You have taken that back since." in shown
    assert "/unsubscribe/" not in shown, "there is nothing left to leave"
    factories.consent(member=ana, wording="2026-11-de", given_at=now)
    late = got(ana, letter(RULE), now + timedelta(hours=1))
    db.session.commit()
    assert '<blockquote lang="en"><p>You agree that' in main(Visitor(app).get(path(mail)).text)
    assert '<blockquote lang="de"><p>Du bist einverstanden' in main(Visitor(app).get(path(late)).text)


@pytest.mark.parametrize("kind", ["sign_in", "confirm", "renewal"])
def test_account_mail_says_what_it_is_for_and_corrects_nothing(
    app: Flask, ana: Member, now: datetime, kind: str
) -> None:
    delivery = got(ana, factories.mailing(purpose="account", kind=kind, subject="Your link"), now)
    db.session.commit()
    for visitor in (Visitor(app), signed_in(app, ana, now)):
        page = visitor.get(path(delivery))
        assert "It is about your account here." in page.text
        assert forms(page) == []


def test_it_speaks_the_members_language(app: Flask, ana: Member, mail: Delivery) -> None:
    ana.language = "de"
    db.session.commit()
    assert '<html lang="de">' in Visitor(app).get(path(mail), headers={"Accept-Language": "en"}).text


def test_nobody_there_any_more_is_one_kind_page(app: Flask, ana: Member, mail: Delivery) -> None:
    holder = Visitor(app)
    form = forms(holder.get(path(mail)))[0]
    unknown = holder.get(f"/why/{tokens.why(10**9)}")
    db.session.execute(update(Delivery).values(member_id=None))
    db.session.commit()
    gone = holder.get(path(mail))
    assert (gone.status_code, unknown.status_code) == (200, 200)
    assert main(gone.text) == main(unknown.text) == main(holder.send(form, {"correct": "pause_until:"}).text)
    assert "We know nothing of this mail any more" in gone.text


def test_a_token_that_is_not_ours_opens_nothing(app: Flask, ana: Member, mail: Delivery) -> None:
    good = tokens.why(mail.id)
    for token in (good[:-1], good + "A", tokens.preferences(ana.id), f"{mail.id:x}", "%00", "a" * 4000):
        response = Visitor(app).get(f"/why/{token}")
        assert response.status_code == 404
        assert "This link is not whole." in response.text

"""A member with a row in every table that a Holder names, with words in them that nothing else has."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select

from portal import links, sessions
from portal.alerts.models import AlertSetting, Announcement, DigestRun
from portal.audience.actions import eligibility, words
from portal.audience.models import (
    AddressChange,
    Consent,
    Invitation,
    JoinRequest,
    MemberSkill,
    MemberTeam,
    Reply,
    Rhythm,
    Slot,
    Team,
)
from portal.audience.queries.wording import CURRENT
from portal.db import db
from portal.followups.actions import letters
from portal.followups.queries.standing import standing
from portal.mail import outbox
from portal.mail.models import Delivery, Mailing
from portal.mail.outbox import Piece, Words
from portal.members import emails
from portal.members.actions import archive, changes
from portal.members.models import Member, Profile, Renewal, SignInRequest, WordsDue
from portal.staff.actions.audit import note
from tests import factories

NAME = "Zsófia Quibbledäck"
ADDRESS = "Zsofia.Quibble@needles.example"
EARLIER = "zsofia.before@oldneedles.example"
NETWORK = "198.51.77.0/24"
NEEDLES = [
    "zsófia", "quibbled", "zsofia", "needles.example", "oldneedles", "quokkaweaving", "wombats", "balthazar",
    "+351 999", "ottersaurus", "198.51.77", "penguin-browser", "tamarisk",
]  # fmt: skip
"""What must be found nowhere after the erasure, without case."""


def somebody(now: datetime) -> Member:
    """The member, in every table; committed by the caller."""
    interest, place = factories.interest(slug="calibration"), factories.place(slug="lisbon")
    member = factories.member(
        address=ADDRESS, name=NAME, interests=[interest], places=[place], work_modes=["remote"], created_at=now
    )
    consents(member, now)
    said(member)
    asked(member, now)
    sent(member, now)
    written(member, now)
    heard(member, now)
    words.settle()
    db.session.execute(insert(WordsDue).values(member_id=member.id))
    before, after = {"address": EARLIER, "next_wish": ""}, {"address": ADDRESS, "next_wish": "To tame wombats."}
    changes.record(member.id, "you", before, after, now)
    eligibility.refresh([member.id])
    archive.ask(member.id, now)
    archive.make(member.id, now)
    return member


def consents(member: Member, now: datetime) -> None:
    """One that holds, one that was taken back, one that was brought here with words about where it was given."""
    common = {"member_id": member.id, "wording": CURRENT, "given_at": now, "given_by": "join", "given_from": NETWORK}
    back = {"withdrawn_at": now, "withdrawn_by": "preferences", "withdrawn_from": NETWORK}
    brought = {"wording": "import", "given_by": "import", "given_from": "told Ottersaurus at the fair"}
    db.session.add_all(
        [
            Consent(purpose="newsletter", **common),
            Consent(purpose="job_alerts", **common, **back),
            Consent(purpose="check_ins", **(common | brought)),
        ]
    )
    factories.suppression(member=member, reason="complained")


def said(member: Member) -> None:
    team = Team(slug="sales", name="Sales", position=1)
    db.session.add(team)
    db.session.flush()
    db.session.add_all(
        [
            MemberTeam(member_id=member.id, team_id=team.id, kind="hidden_from"),
            MemberSkill(member_id=member.id, key="quokkaweaving", name="Quokkaweaving"),
            Profile(
                member_id=member.id,
                next_wish="To tame wombats.",
                phone="+351 999 123 777",
                hidden_people="Balthazar Nonesuch",
            ),
        ]
    )


def asked(member: Member, now: datetime) -> None:
    """What somebody asked for: links, joins, sign-ins, another address, an invitation, a session."""
    link, _ = factories.account_link(member=member, purpose="confirm")
    factories.join_request(link=link)
    common = {"network": NETWORK, "asked_at": now}
    db.session.add_all(
        [
            JoinRequest(address=ADDRESS.lower(), name=NAME, purposes="", wording=CURRENT, way="join", **common),
            SignInRequest(address_key=member.address_key, leads_to="/me", **common),
            AddressChange(member_id=member.id, address="other@needles.example", before=EARLIER, **common),
            Invitation(
                address=ADDRESS, address_key=member.address_key, name=NAME, reason="no_time", nonce=links.nonce(),
                token_hash=links.digest("invited"), created_at=now,
            ),
            Renewal(member_id=member.id, since=now),
        ]
    )  # fmt: skip
    sessions.start(member.id, "Penguin-Browser on Linux", NETWORK, now)


def written(member: Member, now: datetime) -> None:
    """What a recruiter wrote down, a draft, a letter that went, a copy to look at, a reminder."""
    tom = factories.recruiter(name="Tom Reed")
    factories.note(member=member, recruiter=tom, words="Asked about wombats.", at=now)
    factories.detail(member=member, recruiter=tom, words="a quokkaweaving loom", source="Balthazar")
    factories.letter(member=member, recruiter=tom, source="A draft about wombats.")
    draft = factories.letter(member=member, recruiter=tom, subject="For [[name|you]]", source="Tamarisk, [[built|x]].")
    stands = standing(member.id, now)
    assert stands
    letters.test(draft, stands, tom, now)
    draft.sent_at, draft.mailing_id = now, outbox.freeze(Words(
        "letter", "check_ins", "Tamarisk", "", [Piece("<p>Tamarisk</p>", "Tamarisk")], "You."
    ), now).id  # fmt: skip
    factories.delivery(member=member, mailing=db.session.get_one(Mailing, draft.mailing_id), state="accepted", mask=1)
    factories.suggestion(member=member, recruiter=tom)
    note(tom, "letter.send", "letter", draft.id, now, member_id=member.id)


def heard(member: Member, now: datetime) -> None:
    """Of openings: how often, which one, and when we looked."""
    posting = factories.posting(slug="calibrator", title="Calibrator")
    common = {"member_id": member.id}
    db.session.add_all(
        [
            AlertSetting(member_id=member.id, next_at=now, feed_nonce="penguin-browser-feed", changed_at=now),
            Announcement(posting_id=posting.id, at=now, held_at=now, reason="nothing_new", **common),
            DigestRun(slot=now, items=1, **common),
        ]
    )


def sent(member: Member, now: datetime) -> None:
    """A newsletter that everybody got, one that waits, and letters whose words are about them alone."""
    jonas = factories.member(address="jonas@elsewhere.example", name="Jonas", agreed_to=["newsletter"])
    for state, minutes in (("accepted", 9), ("queued", 1)):
        words = Words(
            "newsletter", "newsletter", "For \ue000name|you\ue001", "A letter", [Piece("<p>x</p>", "x")], "You."
        )
        mailing = outbox.freeze(words, now)
        for person in (member, jonas):
            row = factories.delivery(member=person, mailing=mailing, state=state, mask=1, not_before=now)
            row.first_at = now - timedelta(minutes=minutes) if state == "accepted" else None
            row.reply = f"250 <{person.address}> taken" if state == "accepted" else None
        if state == "accepted":
            mine = db.session.scalars(select(Delivery.id).filter_by(member_id=member.id, state=state)).one()
            db.session.add(Slot(member_id=member.id, number=0, delivery_id=mine, taken_at=now))
            words = "Do you know Balthazar?"
            db.session.add(Reply(
                delivery_id=mine, mailing_id=mailing.id, member_id=member.id, answer="more", words=words, at=now,
            ))  # fmt: skip
    db.session.add(Rhythm(
        time_zone="UTC", mail_opens=8, mail_closes=18, weekdays=31, opens_at=now, closes_at=now, next_at=now,
    ))  # fmt: skip
    letter = emails.account_mail(
        "notice", f"Your address, {NAME}", "tamarisk", ["From ottersaurus on."], "Go", ["Yours."]
    )
    delivery = outbox.queue_one(outbox.freeze(letter, now), member.id, now)
    delivery.state, delivery.first_at = "accepted", now

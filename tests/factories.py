"""Rows for tests. Plain functions: each adds one thing, flushes it (so that it has an id) and returns it.

What a test is about it says by keyword; all else is a quiet default. Nothing here commits.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import func, select

from portal import links
from portal.audience.actions import eligibility
from portal.audience.models import (
    AddressChange,
    Consent,
    Interest,
    Invitation,
    JoinRequest,
    MemberInterest,
    MemberPlace,
    MemberSkill,
    Place,
    Reply,
    Slot,
    Suppression,
    Team,
)
from portal.audience.queries.wording import CURRENT
from portal.db import Base, db
from portal.followups.models import Detail, Letter, Note, Suggestion
from portal.insights.models import Insight, InsightInterest
from portal.jobs.models import Board, Posting, PostingCountry, PostingInterest, PostingPlace
from portal.mail.models import Delivery, Mailing, Shell
from portal.members.models import EVERY_DAY, AccountLink, Member
from portal.newsletter.models import Campaign, Issue
from portal.staff.models import Recruiter

LONG_AGO = datetime(2026, 1, 15, 9, tzinfo=UTC)
"""When things happened unless a test says otherwise."""

_numbers = count(1)
Row = TypeVar("Row", bound=Base)


def _added(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row


def member(
    *,
    address: str | None = None,
    name: str = "Ana",
    confirmed_at: datetime | None = LONG_AGO,
    created_at: datetime = LONG_AGO,
    interests: Collection[Interest] = (),
    places: Collection[Place] = (),
    work_modes: Collection[str] = (),
    levels: Collection[str] = (),
    career_stage: str = "open",
    language: str = "en",
    lives_in: str | None = None,
    skills: Collection[str] = (),
    mails_per_month: int = 4,
    time_zone: str = "UTC",
    mail_opens: int = 0,
    mail_closes: int = 24,
    weekdays: int = EVERY_DAY,
    agreed_to: Collection[str] = (),
) -> Member:
    """A member who confirmed. `agreed_to`: purposes with a live consent; `confirmed_at=None`: never confirmed.

    For hours to count, call `rhythm.keep`.
    """
    address = address or f"person{next(_numbers)}@example.org"
    row = _added(
        Member(
            address=address,
            address_key=address.casefold(),
            name=name,
            confirmed_at=confirmed_at,
            created_at=created_at,
            work_modes=frozenset(work_modes),
            levels=frozenset(levels),
            lives_in=lives_in,
            career_stage=career_stage,
            language=language,
            mails_per_month=mails_per_month,
            time_zone=time_zone,
            mail_opens=mail_opens,
            mail_closes=mail_closes,
            weekdays=weekdays,
        )
    )
    db.session.add_all(MemberInterest(member_id=row.id, interest_id=chosen.id) for chosen in interests)
    db.session.add_all(MemberPlace(member_id=row.id, place_id=chosen.id) for chosen in places)
    db.session.add_all(MemberSkill(member_id=row.id, key=skill.casefold(), name=skill) for skill in skills)
    db.session.flush()
    eligibility.refresh([row.id])
    for purpose in agreed_to:
        consent(member=row, purpose=purpose)
    return row


def consent(
    *,
    member: Member,
    purpose: str = "newsletter",
    wording: str = CURRENT,
    given_at: datetime = LONG_AGO,
    withdrawn_at: datetime | None = None,
) -> Consent:
    """An agreement, live unless it was withdrawn."""
    row = _added(
        Consent(
            member_id=member.id,
            purpose=purpose,
            wording=wording,
            given_at=given_at,
            given_by="join",
            given_from="203.0.113.0/24",
            withdrawn_at=withdrawn_at,
            withdrawn_by="preferences" if withdrawn_at else None,
            withdrawn_from="203.0.113.0/24" if withdrawn_at else None,
        )
    )
    eligibility.refresh([member.id])
    return row


def suppression(
    *, member: Member | None = None, address: str | None = None, reason: str = "bounced", since: datetime = LONG_AGO
) -> Suppression:
    """An address that must not be written to: a member's, or one that nobody has at present."""
    key = address.casefold() if address else member.address_key if member else ""
    row = _added(
        Suppression(
            address_hash=links.keyed_hash("suppression", key),
            member_id=member.id if member else None,
            reason=reason,
            since=since,
        )
    )
    eligibility.refresh([member.id] if member else [])
    return row


def interest(
    *,
    slug: str | None = None,
    name: str | None = None,
    group_slug: str = "data",
    group_name: str = "Data",
    position: int = 0,
    retired: bool = False,
) -> Interest:
    """An entry of the tree."""
    slug = slug or f"interest-{next(_numbers)}"
    name = name or slug.replace("-", " ").capitalize()
    return _added(
        Interest(
            slug=slug, name=name, group_slug=group_slug, group_name=group_name, position=position, retired=retired,
            bit=_next_bit(Interest),
        )
    )  # fmt: skip


def place(
    *,
    slug: str | None = None,
    name: str | None = None,
    country: str = "PT",
    whole_country: bool = False,
    position: int = 0,
    retired: bool = False,
) -> Place:
    """A city, or with `whole_country` "Anywhere in …"."""
    slug = slug or f"place-{next(_numbers)}"
    name = name or slug.replace("-", " ").capitalize()
    return _added(
        Place(
            slug=slug, name=name, country=country, whole_country=whole_country, position=position, retired=retired,
            bit=_next_bit(Place),
        )
    )  # fmt: skip


def team(*, slug: str | None = None, name: str | None = None, position: int = 0, retired: bool = False) -> Team:
    """A team of the employer's."""
    slug = slug or f"team-{next(_numbers)}"
    return _added(Team(slug=slug, name=name or slug.capitalize(), position=position, retired=retired))


def _next_bit(entry: type[Interest] | type[Place]) -> int:
    last = db.session.scalar(select(func.max(entry.bit)))
    return 0 if last is None else last + 1


def mailing(
    *,
    purpose: str = "newsletter",
    kind: str | None = None,
    subject: str = "Measure twice",
    created_at: datetime = LONG_AGO,
) -> Mailing:
    """A frozen message without words: for what happens to deliveries."""
    number = next(_numbers)
    shell = Shell(
        digest=links.digest(str(number)), html_before=b"<html>", html_after=b"</html>", text_before=b"", text_after=b""
    )
    return _added(
        Mailing(
            uid=f"{number:010x}",
            kind=kind or purpose,
            purpose=purpose,
            subject=subject,
            from_name="Fennel & Rowe",
            from_address="hello@talent.example.org",
            domain="talent.example.org",
            shell=shell,
            created_at=created_at,
        )
    )


_a_newsletter = mailing


def delivery(
    *,
    member: Member | None,
    mailing: Mailing | None = None,
    state: str = "queued",
    reason: str | None = None,
    mask: int = 0,
    not_before: datetime = LONG_AGO,
    first_at: datetime | None = None,
    ended_at: datetime | None = None,
) -> Delivery:
    """One message to one person; of a newsletter of its own unless a mailing is given. `member=None`: erased since."""
    return _added(
        Delivery(
            mailing_id=(mailing or _a_newsletter()).id,
            member_id=member.id if member else None,
            state=state,
            reason=reason or ("no_consent" if state == "skipped" else None),
            mask=mask,
            not_before=not_before,
            first_at=first_at,
            ended_at=ended_at,
        )
    )


_a_delivery = delivery


def reply(
    *,
    delivery: Delivery | None = None,
    answer: str = "more",
    words: str = "",
    at: datetime = LONG_AGO,
    handled_by: Recruiter | None = None,
) -> Reply:
    """An answer by button, to a mail to a member of its own unless a delivery is given."""
    row = delivery or _a_delivery(member=member(), state="accepted")
    return _added(
        Reply(
            delivery_id=row.id, mailing_id=row.mailing_id, member_id=row.member_id, answer=answer, words=words, at=at,
            handled_at=at if handled_by else None, handled_by=handled_by.id if handled_by else None,
        )
    )  # fmt: skip


def slot(*, delivery: Delivery, number: int = 0, taken_at: datetime = LONG_AGO) -> Slot:
    """A mail that counts, in its member's budget."""
    row = _added(Slot(member_id=delivery.member_id, number=number, delivery_id=delivery.id, taken_at=taken_at))
    eligibility.refresh([row.member_id])
    return row


def account_link(
    *, member: Member, purpose: str = "sign_in", mailing: Mailing | None = None, expires_at: datetime | None = None
) -> tuple[AccountLink, str]:
    """A link in an account mail, and its secret."""
    nonce = links.nonce()
    token = links.derive(purpose, nonce)
    row = AccountLink(
        member_id=member.id,
        purpose=purpose,
        mailing_id=mailing.id if mailing else None,
        nonce=nonce,
        token_hash=links.digest(token),
        network="203.0.113.0/24",
        created_at=LONG_AGO,
        expires_at=expires_at,
    )
    return _added(row), token


def address_change(*, link: AccountLink, asked_at: datetime, address: str | None = None) -> AddressChange:
    """A wish for another address whose link went there; or, of a link back, one that has come true."""
    back = link.purpose == "address_back"
    return _added(
        AddressChange(
            member_id=link.member_id,
            link_id=None if back else link.id,
            back_id=link.id if back else None,
            address=address or f"new{next(_numbers)}@example.org",
            before=f"old{next(_numbers)}@example.org" if back else "",
            network="203.0.113.0/24",
            asked_at=asked_at,
            changed_at=asked_at if back else None,
            told_at=asked_at if back else None,
        )
    )


def join_request(*, link: AccountLink, asked_at: datetime = LONG_AGO, purposes: str = "newsletter") -> JoinRequest:
    """What somebody asked for who was sent this link to confirm."""
    member = db.session.get_one(Member, link.member_id)
    return _added(
        JoinRequest(
            member_id=member.id,
            link_id=link.id,
            address=member.address,
            name=member.name,
            purposes=purposes,
            wording=CURRENT,
            way="join",
            network="203.0.113.0/24",
            asked_by=link.asked_by,
            asked_at=asked_at,
        )
    )


def invitation(
    *, address: str | None = None, name: str = "Ilse", reason: str = "no_time", created_at: datetime = LONG_AGO
) -> tuple[Invitation, str]:
    """Somebody who was imported and cannot be mailed, and the secret of their personal link."""
    address, nonce = address or f"person{next(_numbers)}@example.org", links.nonce()
    token = links.derive("invited", nonce)
    row = Invitation(
        address=address,
        address_key=address.casefold(),
        name=name,
        reason=reason,
        nonce=nonce,
        token_hash=links.digest(token),
        created_at=created_at,
    )
    return _added(row), token


def insight(
    *,
    slug: str = "an-insight",
    title: str = "An insight",
    interests: Collection[Interest] = (),
    published: date | None = None,
) -> Insight:
    """A published article."""
    row = _added(
        Insight(
            slug=slug,
            title=title,
            summary=f"{title}, in short.",
            author="Ruth Ackroyd",
            published=published or LONG_AGO.date(),
            source=title,
            html=f"<p>{title}</p>",
            digest=links.digest(slug),
        )
    )
    db.session.add_all(InsightInterest(insight_id=row.id, interest_id=about.id) for about in interests)
    db.session.flush()
    return row


def recruiter(
    *,
    role: str = "recruiter",
    name: str | None = None,
    address: str | None = None,
    title: str = "",
    joined_at: datetime | None = LONG_AGO,
    ended_at: datetime | None = None,
    time_zone: str = "UTC",
    language: str = "en",
) -> Recruiter:
    """Somebody with a place at the desk, who has joined. How they prove who they are: `staff.actions`."""
    number = next(_numbers)
    address = address or f"{role}{number}@talent.example.org"
    return _added(
        Recruiter(
            address=address, address_key=address.casefold(), name=name or f"{role.capitalize()} {number}", title=title,
            role=role, created_at=LONG_AGO, joined_at=joined_at, ended_at=ended_at, time_zone=time_zone, language=language,
        )
    )  # fmt: skip


def note(*, member: Member, recruiter: Recruiter, words: str = "Met at the fair.", at: datetime = LONG_AGO) -> Note:
    """Something that a recruiter wrote down about a member."""
    return _added(Note(member_id=member.id, recruiter_id=recruiter.id, words=words, at=at))


def detail(
    *, member: Member, recruiter: Recruiter, key: str = "built", words: str = "a tide gauge", source: str = "the fair"
) -> Detail:
    """Something that is remembered of a member."""
    return _added(
        Detail(
            member_id=member.id, key=key, words=words, source=source, learnt_on=LONG_AGO.date(),
            recruiter_id=recruiter.id, at=LONG_AGO,
        )
    )  # fmt: skip


def letter(
    *,
    member: Member,
    recruiter: Recruiter,
    subject: str = "A tide gauge",
    source: str = "Dear [[name|you]], how are you?",
    sender: Recruiter | None = None,
    attached: str | None = None,
    sent_at: datetime | None = None,
) -> Letter:
    """A letter to a member; a draft unless it was sent (without a mail)."""
    return _added(
        Letter(
            member_id=member.id, recruiter_id=recruiter.id, sender_id=(sender or recruiter).id, subject=subject,
            source=source, attached=attached, created_at=LONG_AGO, changed_at=LONG_AGO, sent_at=sent_at,
        )
    )  # fmt: skip


def suggestion(
    *, member: Member, recruiter: Recruiter, week: date | None = None, why: dict[str, str] | None = None
) -> Suggestion:
    """Somebody to write to in the week of a Monday."""
    return _added(
        Suggestion(
            member_id=member.id, recruiter_id=recruiter.id, week=week or LONG_AGO.date(), why=why or {"never": "yes"}
        )
    )


def campaign(
    *,
    recruiter: Recruiter | None = None,
    mailing: Mailing | None = None,
    slug: str | None = None,
    segment: str = "everyone",
    send_at: datetime = LONG_AGO,
    cancelled_at: datetime | None = None,
) -> Campaign:
    """A newsletter that was sent, or will be; without deliveries of its own."""
    slug = slug or f"issue-{next(_numbers)}"
    issue = db.session.scalar(select(Issue).filter_by(slug=slug)) or _added(
        Issue(slug=slug, subject="Measure twice", preview="A letter", segment=segment, source="Hello.", digest=b"x")
    )
    made = mailing or _a_newsletter()
    made.about, made.segment = f"issue:{slug}", segment
    return _added(
        Campaign(
            issue_id=issue.id, mailing_id=made.id, segment=segment, rule={"all": []}, subject=issue.subject,
            page="<p>Hello.</p>", send_at=send_at, created_at=LONG_AGO, cancelled_at=cancelled_at,
            recruiter_id=recruiter.id if recruiter else None,
        )
    )  # fmt: skip


def board(*, source: str = "greenhouse", name: str = "fennel", title: str = "Fennel & Rowe", **more: Any) -> Board:
    """A board that openings come from."""
    return _added(Board(source=source, name=name, title=title, created_at=LONG_AGO, **more))


def posting(
    *,
    slug: str | None = None,
    title: str = "Data engineer",
    team: Team | None = None,
    level: str | None = "senior",
    work_modes: Collection[str] = ("remote",),
    places: Collection[Place] = (),
    countries: Collection[str] = ("*",),
    interests: Collection[Interest] = (),
    pay: tuple[int, int, str, str] | None = (50_000, 60_000, "EUR", "year"),
    state: str = "open",
    publish_at: datetime | None = LONG_AGO,
    opens_at: datetime | None = None,
    source: str = "## The work\n\nCalibrate.\n",
    **more: Any,
) -> Posting:
    """An opening, open to everybody since it was published unless `opens_at` is later. `pay`: from, to, of what, per."""
    number = next(_numbers)
    low, high, currency, per = pay or (None, None, None, None)
    row = _added(
        Posting(
            slug=slug or f"posting-{number}", title=title, team_id=team.id if team else None, level=level, state=state,
            work_modes=frozenset(work_modes), pay_min=low, pay_max=high, pay_currency=currency, pay_per=per,
            publish_at=publish_at, opens_at=opens_at or publish_at, source=source, html=f"<p>{number}</p>",
            digest=number.to_bytes(32), created_at=LONG_AGO, changed_at=LONG_AGO, **more,
        )
    )  # fmt: skip
    db.session.add_all(PostingPlace(posting_id=row.id, place_id=each.id) for each in places)
    db.session.add_all(PostingCountry(posting_id=row.id, country=each) for each in countries)
    db.session.add_all(PostingInterest(posting_id=row.id, interest_id=each.id) for each in interests)
    db.session.flush()
    return row

"""What the desk looks at, beside the members: whom to find by which word, newsletters, a large campaign with answers
and leavers, colleagues, a long audit log."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import String, case, cast, delete, func, insert, literal, null, select

from crowd import NOW, _analyze, _insert, _one_of
from portal import content
from portal.audience.models import Leaving, MemberSkill, Reply
from portal.audience.queries.tokens import LETTERS
from portal.db import db
from portal.mail.models import Delivery, Mailing, Shell
from portal.members.models import Member, MemberWord, WordsDue
from portal.members.queries.search import words
from portal.newsletter.models import Campaign, Edition, Issue
from portal.staff.models import AuditEntry, House, Recruiter

SENT = "letter-1"
"""The newsletter that went to many."""
OF_FORTY = 9
"""So many of 40 members got it: 225,000 of a million."""
COLLEAGUES, NEWSLETTERS, SEGMENTS, INSIGHTS, AUDIT = 20, 24, 12, 40, 100_000
ISSUE = """---
subject: "Letter {n}: what we measured"
preview: A letter
segment: segment-1
---

Hello [[name|there]],

something about measuring, with [an insight](/insights/insight-1).

::: for interest=interest-1
For some.
:::

::: insights

::: replies
"""
INSIGHT = """---
title: Insight {n}
summary: What we learned of measuring.
author: Ruth Ackroyd
published: 2026-10-{day:02}
interests: [interest-{n}]
---

Words about measuring, for a quiet quarter of an hour.
"""
SEGMENT = """name: Segment {n}
about: Who chose some of the interests.
rule:
  all:
  - interest: [interest-{n}, interest-{m}]
  - work_mode: [remote]
"""


def write(folder: Path) -> None:
    """A content folder."""
    for name in ("segments", "issues", "insights", "pages"):
        (folder / name).mkdir(parents=True)
    interests = "".join(f"  - {{slug: interest-{n}, name: Interest {n}}}\n" for n in range(40))
    (folder / "interests.yml").write_text(f"groups:\n- slug: g\n  name: G\n  interests:\n{interests}")
    places = "".join(f"- {{slug: place-{n}, name: Place {n}, country: PT}}\n" for n in range(20))
    (folder / "places.yml").write_text(f"places:\n{places}")
    for n in range(1, SEGMENTS + 1):
        (folder / "segments" / f"segment-{n}.yml").write_text(SEGMENT.format(n=n, m=n + 7))
    for n in range(1, NEWSLETTERS + 1):
        (folder / "issues" / f"letter-{n}.md").write_text(ISSUE.format(n=n))
    for n in range(1, INSIGHTS + 1):
        (folder / "insights" / f"insight-{n}.md").write_text(INSIGHT.format(n=n % 40, day=n % 28 + 1))


def fill(folder: Path, members: int) -> None:
    """All of it; `folder` is that of `write`. Commits."""
    db.session.get_one(House, 1).live_at = NOW - timedelta(days=300)
    content.sync_all(folder, NOW)
    _colleagues()
    _words()
    _campaign(members)
    _audit(members)
    db.session.commit()
    _analyze()


def _numbers(most: int) -> Any:
    """1, 2, … as rows of `i`."""
    made = select(literal(1).label("i")).cte("counted", recursive=True)
    return made.union_all(select(made.c.i + 1).where(made.c.i < most))


def _colleagues() -> None:
    roles = ["admin", "recruiter", "author", "recruiter"]
    db.session.add_all(
        Recruiter(
            address=f"c{n}@example.org", address_key=f"c{n}@example.org", name=f"Colleague {n}", role=roles[n % 4],
            time_zone="Europe/Lisbon", created_at=NOW, joined_at=NOW - timedelta(days=100),
        )
        for n in range(COLLEAGUES)
    )  # fmt: skip
    db.session.flush()


def _words() -> None:
    """What the worker makes, made by the database in the order of the key; a few are compared with the worker's."""
    db.session.execute(delete(WordsDue).execution_options(synchronize_session=False))
    name, address, space = func.lower(Member.name), Member.address_key, func.instr(Member.name, " ")
    skill = func.instr(MemberSkill.key, " ")
    for word, id in (
        (func.substr(name, 1, space - 1), Member.id),
        (func.substr(name, space + 1), Member.id),
        (literal("example.org"), Member.id),
        (func.substr(MemberSkill.key, 1, skill - 1), MemberSkill.member_id),
        (func.substr(MemberSkill.key, skill + 1), MemberSkill.member_id),
        (address, Member.id),
    ):
        rows = select(word.label("word"), id.label("member_id")).order_by("word", "member_id")
        db.session.execute(insert(MemberWord).from_select(["word", "member_id"], rows))
    for member in db.session.scalars(select(Member).limit(20)):
        skills = db.session.scalars(select(MemberSkill.name).filter_by(member_id=member.id)).all()
        made = db.session.scalars(select(MemberWord.word).filter_by(member_id=member.id))
        assert set(made) == words(member.name, member.address_key, skills)


def _campaign(members: int) -> None:
    """A newsletter in three languages, on its way: most have got it, some wait for their hours, some never get it."""
    issue = db.session.scalars(select(Issue).filter_by(slug=SENT)).one()
    shell = Shell(digest=b"desk" * 8, html_before=b"", html_after=b"", text_before=b"", text_after=b"")
    mailings = [
        Mailing(
            uid=f"bench{code}", kind="newsletter", purpose="newsletter", subject=issue.subject, from_name="-",
            from_address="-", domain="-", shell=shell, created_at=NOW, segment="segment-1", rule={"all": []},
            about=f"issue:{SENT}",
        )
        for code in ("en", "de", "pt")
    ]  # fmt: skip
    db.session.add_all(mailings)
    db.session.flush()
    sender = db.session.scalars(select(func.min(Recruiter.id))).one()
    campaign = Campaign(
        issue_id=issue.id, mailing_id=mailings[0].id, segment="segment-1", rule={"all": []}, subject=issue.subject,
        page="", send_at=NOW - timedelta(hours=1), created_at=NOW, recruiter_id=sender,
    )  # fmt: skip
    db.session.add(campaign)
    db.session.flush()
    db.session.add_all(
        Edition(
            campaign_id=campaign.id, language=code, mailing_id=mailing.id, translated=False, subject=issue.subject,
            preview="", page="",
        )
        for code, mailing in zip(("de", "pt"), mailings[1:], strict=True)
    )  # fmt: skip
    db.session.flush()
    _deliveries(mailings, members)


def _deliveries(mailings: list[Mailing], members: int) -> None:
    i = _numbers(members).c.i
    state = _one_of(i // 40, ["accepted"] * 14 + ["queued", "queued", "skipped", "skipped", "bounced", "unknown"])
    waits = state == "queued"
    at = literal(NOW - timedelta(minutes=30), Delivery.first_at.type)
    later = literal(NOW + timedelta(hours=9), Delivery.first_at.type)
    gone = case((waits | (state == "skipped"), null()), else_=at)
    _insert(Delivery, select(i).where(i % 40 < OF_FORTY), {
        "mailing_id": case({0: mailings[1].id, 1: mailings[2].id}, value=i % 5, else_=mailings[0].id), "member_id": i,
        "state": state, "reason": case((state == "skipped", _one_of(i // 80, ["over_budget", "no_consent"]))),
        "mask": literal(7), "not_before": case((waits, later), else_=at), "held_from": case((waits, at)),
        "attempts": case((waits, 0), else_=1), "first_at": gone, "ended_at": gone,
    })  # fmt: skip
    sent = select(Delivery).where(Delivery.mailing_id.in_([m.id for m in mailings]), Delivery.state == "accepted")
    of = Delivery.id
    _insert(Reply, sent.where(of % 50 == 0), {
        "delivery_id": of, "mailing_id": Delivery.mailing_id, "member_id": Delivery.member_id, "at": at,
        "answer": _one_of(of // 50, ["more", "not_now", "less", "not_now"]), "words": _one_of(of // 50, ["", "Why?"]),
        "handled_at": case((of // 50 % 3 > 0, at)),
    })  # fmt: skip
    _insert(Leaving, sent.where(of % 500 == 0), {
        "purpose": literal(LETTERS["n"]), "reason": _one_of(of // 500, ["", "too_many", "other"]),
        "mailing_id": Delivery.mailing_id, "day": literal(NOW.date(), Leaving.day.type),
    })  # fmt: skip


def _audit(members: int) -> None:
    i = _numbers(AUDIT if members > AUDIT else members).c.i
    first = db.session.scalars(select(func.min(Recruiter.id))).one()
    _insert(AuditEntry, select(i), {
        "at": _one_of(i, [literal(NOW - timedelta(minutes=n), AuditEntry.at.type) for n in range(24)]),
        "action": _one_of(i, ["sign_in", "prove", "letter.send", "campaign.send", "segment.change", "piece.restore"]),
        "kind": literal("issue"), "object_id": literal("letter-") + cast(i % NEWSLETTERS, String),
        "recruiter_id": first + i % COLLEAGUES, "member_id": case((i % 6 == 2, i)),
        "detail": literal({}, AuditEntry.detail.type),
    })  # fmt: skip

"""An issue is the words; a campaign is an issue sent to a segment at a time."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Issue(Base):
    """The words of one newsletter, as they stand now. What was sent is in the campaign's mailing."""

    __tablename__ = "issue"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    subject: Mapped[str] = mapped_column(String(200))
    preview: Mapped[str] = mapped_column(String(200))
    segment: Mapped[str] = mapped_column(String(60))
    sender: Mapped[str | None] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class IssueTranslation(Base):
    """The words of an issue in another language than it was written in."""

    __tablename__ = "issue_translation"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200))
    preview: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class Campaign(Base):
    """One sending. `page` is the public copy in the archive, frozen with the mail and free of personal words.

    `mailing_id`, `subject` and `page` are in the house's language; for who reads another there are editions.
    `recruiter_id` sent it (None: a command did), `sender_id` is under whose name. `spread_hours`: over how many
    it goes.
    """

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"), unique=True)
    segment: Mapped[str] = mapped_column(String(60))
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    subject: Mapped[str] = mapped_column(String(200))
    page: Mapped[str] = mapped_column(Text)
    send_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    recruiter_id: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"), index=True)
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"))
    spread_hours: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))


class Approval(Base):
    """Somebody wants to send, and a second person has to say yes first. What is sent is what was asked for.

    `version_id`: the words that were asked about; others need asking again. `answer`: None while nobody answered.
    """

    __tablename__ = "approval"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    segment: Mapped[str] = mapped_column(String(60))
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"))
    send_at: Mapped[datetime]
    spread_hours: Mapped[int] = mapped_column(SmallInteger, default=0)
    asked_by: Mapped[int] = mapped_column(ForeignKey("recruiter.id"))
    asked_at: Mapped[datetime]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[bool | None]
    words: Mapped[str] = mapped_column(String(1000), default="")
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), unique=True)


class Edition(Base):
    """A campaign for the members who read `language`: mail and page, in the words of a translation where there is one
    (`translated`), else in those of the issue, and it says so."""

    __tablename__ = "edition"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"), unique=True)
    translated: Mapped[bool]
    subject: Mapped[str] = mapped_column(String(200))
    preview: Mapped[str] = mapped_column(String(200))
    page: Mapped[str] = mapped_column(Text)
